"""Points in the plane, and the map of a discriminator's answers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_choice, check_count, check_mapping, check_names, check_number, check_pixels
from gan_lib.plots.images import COLOURS, OPINION, in_rows
from gan_lib.recordings import Recording, check_recording
from gan_lib.studies.shapes import LIMIT, sample_points


def plot_points(
    real: ArrayLike,
    generated: ArrayLike,
    heat: np.ndarray | None = None,
    titles: Sequence[str] = ("real", "generated", "what D answers"),
) -> Figure:
    """Show real points, generated points, and both on the map of the discriminator's answers.

    Args:
        real, generated: float (n, 2) and (m, 2).
        heat: uint8 (g, g), from `gan_lib.studies.points.heat_map`; None leaves the third panel out.
        titles: what stands above the panels.

    Returns:
        A matplotlib Figure.
    """
    real, generated = check_array(real, "real", ("n", 2)), check_array(generated, "generated", ("m", 2))
    check_names(titles, "titles", 3)
    panels = [({"real": real}, None), ({"generator": generated}, None), ({"real": real, "generator": generated}, heat)]
    panels = panels[: 2 if heat is None else 3]
    figure = Figure(figsize=(2.3 * len(panels), 2.6 if heat is None else 2.9), layout="constrained")
    places = figure.subplots(1, len(panels))
    for axes, (points, heat), title, actor in zip(places, panels, titles, ("real", "generator", "discriminator")):
        picture = draw_plane(axes, points, heat)
        axes.set_title(title, fontsize=10, color=COLOURS[actor])
    if picture is not None:
        bar = figure.colorbar(picture, cax=axes.inset_axes((0, -0.08, 1, 0.05)), orientation="horizontal")
        bar.set_ticks([0, 127.5, 255], labels=["0", "½", "1"], fontsize=9)
    return figure


def plot_plane(points: dict[str, ArrayLike], heat: np.ndarray | None = None, size: float = 2.5) -> Figure:
    """Show points alone, in a square that fills the whole figure.

    Args:
        points: dict of float (n, 2), by actor: a key of `COLOURS`.
        heat: uint8 (g, g), from `gan_lib.studies.points.heat_map`, or None.
        size: inches to a side.

    Returns:
        A matplotlib Figure.
    """
    if not isinstance(points, dict):
        raise ValueError(f"points must be a dict by actor, such as {{'real': points}}; got {type(points).__name__}")
    check_number(size, "size", above=0)
    figure = Figure(figsize=(size, size))
    draw_plane(figure.add_axes((0.005, 0.005, 0.99, 0.99)), points, heat)
    return figure


def plot_clouds(real: ArrayLike, frames: Sequence[ArrayLike], titles: Sequence[str], columns: int = 5) -> Figure:
    """Show several moments of a run on points, each with the real points under the generated ones.

    Args:
        real: float (n, 2).
        frames: list of float (m, 2), the generated points of each moment.
        titles: what stands above each.
        columns: moments in a row.

    Returns:
        A matplotlib Figure.
    """
    frames = [check_array(frame, "frames", ("m", 2)) for frame in frames]
    check_count(len(frames), "the number of frames")
    check_names(titles, "titles", len(frames))
    check_count(columns, "columns")
    figure, places = in_rows(len(frames), columns, size=(1.5, 1.75))
    for axes, frame, title in zip(places, frames, titles):
        draw_plane(axes, {"real": real, "generator": frame}, heat=None)
        axes.set_title(title, fontsize=10, color=COLOURS["generator"])
    return figure


def plot_arrows(moments: Sequence[tuple], titles: Sequence[str]) -> Figure:
    """Draw where each generated point is told to go, on the map of the discriminator's answers.

    Args:
        moments: list of (points, directions, heat), for each moment: generated points, float (n, 2); the directions in
            which their loss falls fastest, float (n, 2); and uint8 (g, g), from `gan_lib.studies.points.heat_map`. The
            arrows are drawn equally long.
        titles: what stands above each.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(dict(enumerate(moments)), "moments")
    check_names(titles, "titles", len(moments))
    figure, places = in_rows(len(moments), len(moments), size=(3.6, 3.9))
    for axes, (points, directions, heat), title in zip(places, moments, titles):
        draw_plane(axes, {}, heat)
        points = check_array(points, "points", ("n", 2))
        directions = check_array(directions, "directions", points.shape)
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        axes.quiver(*points.T, *(directions / np.maximum(lengths, 1e-12)).T, color=COLOURS["generator"], scale=14, width=0.006)
        axes.set_title(title, fontsize=10, color=COLOURS["generator"])
    return figure


def plot_latent_map(latents: ArrayLike, points: ArrayLike, near: ArrayLike) -> Figure:
    """Colour latent vectors by their angle, and the points that the generator makes of them alike.

    Args:
        latents: float (n, 2).
        points: float (n, 2), what the generator makes of them.
        near: bool (n,), whether a point lies near a mode; the others are drawn black.

    Returns:
        A matplotlib Figure.
    """
    latents = check_array(latents, "latents", ("n", 2))
    points, near = check_array(points, "points", (len(latents), 2)), check_array(near, "near", (len(latents),)).astype(bool)
    figure = Figure(figsize=(6.4, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    angles = np.arctan2(latents[:, 1], latents[:, 0])
    for axes, places, limit in ((left, latents, 3.2), (right, points, LIMIT)):
        axes.scatter(*places[near].T, c=angles[near], s=4, cmap="hsv", vmin=-np.pi, vmax=np.pi, linewidths=0)
        axes.scatter(*places[~near].T, color="black", s=5, linewidths=0)
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xticks=[], yticks=[])
    left.set_title("latent vectors", fontsize=10, color=COLOURS["latent"])
    right.set_title("what the generator makes of them", fontsize=10, color=COLOURS["generator"])
    return figure


def plot_coverage(recording: Recording, modes: int) -> Figure:
    """Draw how many modes a run on points covers, and what share of its points lies near one, over the steps.

    Args:
        recording: a `gan_lib.recordings.Recording` with "modes" and "near" among what was measured.
        modes: how many there are.

    Returns:
        A matplotlib Figure.
    """
    check_recording(recording, measured=["modes", "near"], remedy="record it with --model ring or moons")
    check_count(modes, "modes")
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    steps = np.maximum(recording.steps, 1)
    axes.step(steps, recording.measured["modes"], where="post", color=COLOURS["generator"], linewidth=2)
    axes.set(xlabel="training steps", xscale="log", ylim=(0, 1.04 * modes), yticks=range(0, modes + 1, max(modes // 4, 1)))
    axes.set_ylabel("modes covered", color=COLOURS["generator"])
    share = axes.twinx()
    share.plot(steps, recording.measured["near"], "--", color="#1f2937")
    share.set_ylabel("points near a mode", color="#1f2937")
    share.set(ylim=(0, 1.04), yticks=[0, 0.5, 1], yticklabels=["0%", "50%", "100%"])
    for each in (axes, share):
        each.spines["top"].set_visible(False)
    return figure


def real_points(recording: Recording) -> np.ndarray:
    """Return as many real points as were generated, of the distribution that was imitated."""
    check_recording(recording)
    return sample_points(recording.made["shape"], recording.frames.shape[1], seed=0)


def draw_plane(axes: Axes, points: dict[str, ArrayLike], heat: np.ndarray | None) -> QuadContourSet | None:
    """Draw points, dict by actor, and the map of answers if there is one; return the map."""
    picture = None
    if heat is not None:
        heat = check_pixels(heat, "heat", ("g", "g"))
        places = (np.arange(len(heat)) + 0.5) / len(heat) * 2 * LIMIT - LIMIT
        places, heat = np.concatenate([[-LIMIT], places, [LIMIT]]), np.pad(heat, 1, mode="edge")  # out to the frame
        levels = 255 * np.array([0, *np.arange(0.05, 1, 0.1), 1])  # one of eleven shades is "½, give or take 0.05"
        picture = axes.contourf(places, places, heat, levels=levels, cmap=OPINION, vmin=0, vmax=255)
    for actor, each in points.items():
        check_choice(actor, "actor", COLOURS)
        each = check_array(each, actor, ("n", 2))
        axes.scatter(*each.T, s=4, color=COLOURS[actor], linewidths=0)
    axes.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal", xticks=[], yticks=[])
    return picture
