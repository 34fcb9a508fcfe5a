"""Matplotlib figures, with one colour for each actor of the book."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from gan_lib.checks import (
    check_array,
    check_choice,
    check_count,
    check_mapping,
    check_moment,
    check_names,
    check_number,
    check_vectors,
)
from gan_lib.data import check_pixels
from gan_lib.points import LIMIT
from gan_lib.recordings import check_recording, check_recordings

# The same in every figure, diagram and page; told apart by people of every colour vision.
COLOURS = {"real": "#1b7f79", "generator": "#c8570b", "discriminator": "#6c4ab6", "latent": "#64748b"}

# Runs that are compared are no actors: they differ by shade and by stroke.
LINES = [
    {"color": "#23559e", "linestyle": "-"},
    {"color": "#1f2937", "linestyle": "--"},
    {"color": "#8a8f98", "linestyle": "-."},
    {"color": "#b3266b", "linestyle": ":"},
]


def image_grid(images, columns=None, gap=2):
    """Lay images side by side in one picture.

    Args:
        images: uint8 (n, height, width).
        columns: images in a row; by default so many that the grid is as wide as high, or a little wider.
        gap: white pixels between two images.

    Returns:
        uint8 (rows * (height + gap) - gap, columns * (width + gap) - gap).

    Raises:
        ValueError: if an argument is none of these.
    """
    images = check_pixels(images, "images")
    check_count(gap, "gap", least=0)
    if columns is not None:
        check_count(columns, "columns")
    n, height, width = images.shape
    columns = columns or int(np.ceil(np.sqrt(n)))
    rows = int(np.ceil(n / columns))
    grid = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap), 255, "uint8")
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + gap), (i % columns) * (width + gap)
        grid[top : top + height, left : left + width] = image
    return grid


def plot_images(images, titles=None, columns=8, actor="real"):
    """Show images in a grid, each with a title in the colour of who made it.

    Args:
        images: uint8 (n, height, width).
        titles: n strings, or None.
        columns: images in a row.
        actor: a key of `COLOURS`, who made the images: "real" or "generator".

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    images = check_pixels(images, "images")
    if titles is not None:
        check_names(titles, "titles", len(images))
    check_count(columns, "columns")
    check_choice(actor, "actor", COLOURS)
    size = (1.1, 1.1 if titles is None else 1.3)
    return side_by_side(images, titles, columns, size, fontsize=9, actor=actor)


def plot_pixels(image, title=""):
    """Show one image with the value of each pixel written on it.

    Args:
        image: uint8 (height, width) in [0, 255], or float in [-1, 1].
        title: what stands above.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    image = check_array(image, "image", ("height", "width"))
    height, width = image.shape
    figure = Figure(figsize=(0.4 * width, 0.4 * height + 0.3), layout="constrained")
    axes = figure.add_subplot()
    whole = np.issubdtype(image.dtype, np.integer)
    black, white = (0, 255) if whole else (-1, 1)
    axes.imshow(image, cmap="gray", vmin=black, vmax=white)
    for row, column in np.ndindex(height, width):
        value = image[row, column]
        text = f"{value}" if whole else f"{value:.1f}"
        colour = "white" if value < (black + white) / 2 else "black"
        axes.text(column, row, text, ha="center", va="center", fontsize=11, color=colour)
    axes.set_title(title, color=COLOURS["real"])
    axes.set_axis_off()
    return figure


def plot_samples(frames, titles, columns=4):
    """Show moments of a run side by side, each a square grid of samples.

    Args:
        frames: uint8 (T, n, height, width), the moments to show; or a list of T arrays, which may differ in size.
        titles: T strings.
        columns: moments in a row.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    if not isinstance(frames, (list, tuple, np.ndarray)) or not len(frames):
        raise ValueError(f"frames must hold at least one moment, uint8 (n, height, width); got {type(frames).__name__}")
    frames = [check_pixels(frame, f"frames[{i}]") for i, frame in enumerate(frames)]
    check_names(titles, "titles", len(frames))
    check_count(columns, "columns")
    grids = [image_grid(frame) for frame in frames]
    return side_by_side(grids, titles, min(columns, len(grids)), size=(2.4, 2.6), fontsize=10, actor="generator")


def side_by_side(images, titles, columns, size, fontsize, actor):
    """Give each uint8 image a place of `size` inches, (width, height), in a grid."""
    rows = int(np.ceil(len(images) / columns))
    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    for i, image in enumerate(images):
        axes = figure.add_subplot(rows, columns, i + 1)
        axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        if titles is not None:
            axes.set_title(titles[i], fontsize=fontsize, color=COLOURS[actor])
    return figure


def plot_losses(recording, at=None):
    """Draw the two losses of a run over its training steps, on a logarithmic scale.

    Pale: each step of the first epoch. Strong: the mean since the moment before.

    Args:
        recording: a `gan_lib.recordings.Recording`.
        at: index of the moment to mark with a cursor, or None.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_recording(recording)
    check_moment(at, len(recording.steps))
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for name, actor in (("d_loss", "discriminator"), ("g_loss", "generator")):
        every_step = recording.first_epoch[name]
        axes.plot(np.arange(1, len(every_step) + 1), every_step, color=COLOURS[actor], alpha=0.2, linewidth=0.6)
        axes.plot(recording.steps[1:], recording.at_moments(name)[1:], color=COLOURS[actor], linewidth=2, label=name)
    axes.axhline(np.log(2), color=COLOURS["latent"], linewidth=1, linestyle=":", label="log 2: D guesses")
    if at is not None:
        axes.axvline(max(recording.steps[at], 1), color="black", linewidth=1.5)
    axes.set_xscale("log")
    axes.set_xlim(1, recording.steps[-1] * 1.05)
    axes.set_ylim(0, 1.1 * np.percentile(recording.first_epoch["g_loss"], 99.5))
    axes.set_xlabel("training steps")
    axes.set_ylabel("loss")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, frameon=False, ncols=3, fontsize=9)
    return figure


def plot_distances(recordings, at=None):
    """Draw how far the samples of several runs are from the real images, over their training steps.

    Args:
        recordings: dict of `gan_lib.recordings.Recording` with "fid" among what was measured.
        at: index of the moment to mark with a cursor and a dot on each curve, or None.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_recordings(recordings, ["fid"], "record it with --fid", most=len(LINES))
    check_moment(at, min(len(run.steps) for run in recordings.values()))
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    for (name, run), style in zip(recordings.items(), LINES):
        distances = run.measured["fid"]
        axes.plot(run.steps, distances, label=name, linewidth=2, **style)
        if at is not None:
            axes.plot(run.steps[at], distances[at], "o", color=style["color"])
    if at is not None:
        axes.axvline(run.steps[at], color="black", linewidth=1.5)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("training steps")
    axes.set_ylabel("Fréchet distance")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, frameon=False, ncols=2, fontsize=9)
    return figure


def plot_runs(recordings, panels):
    """Draw several values of several runs over their training steps, for as long as the shortest of the runs.

    Args:
        recordings: dict of `gan_lib.recordings.Recording`, named as they are to be shown.
        panels: dict by title of functions, each of which gets a recording and returns float (T,), a value for each of
            its moments; NaN leaves a gap.

    Returns:
        A matplotlib Figure with a panel for each value, one below the other.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_recordings(recordings, most=len(LINES))
    check_mapping(panels, "panels")
    figure = Figure(figsize=(5.2, 0.6 + 1.8 * len(panels)), layout="constrained")
    moments = min(len(run.steps) for run in recordings.values())
    places = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
    for axes, (title, value) in zip(places, panels.items()):
        for (name, run), style in zip(recordings.items(), LINES):
            axes.plot(run.steps[:moments], value(run)[:moments], label=name, linewidth=2, **style)
        axes.set_ylim(bottom=0)
        axes.set_title(title, fontsize=10, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
    places[-1].set_xlabel("training steps")
    figure.legend(*places[0].get_legend_handles_labels(), loc="outside upper left", frameon=False, ncols=2, fontsize=9)
    return figure


# ---- Points in the plane -----------------------------------------------------------------------

OPINION = LinearSegmentedColormap.from_list("opinion", ["#e49a63", "#ffffff", "#6fb3ae"])  # generated, unsure, real


def plot_points(real, generated, heat=None, titles=("real", "generated", "what D answers")):
    """Show real points, generated points, and both on the map of the discriminator's answers.

    Args:
        real, generated: float (n, 2) and (m, 2).
        heat: uint8 (g, g), from `gan_lib.points.heat_map`; None leaves the third panel out.
        titles: what stands above the panels.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
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


def plot_plane(points, heat=None, size=2.5):
    """Show points alone, in a square that fills the whole figure.

    Args:
        points: dict of float (n, 2), by actor: a key of `COLOURS`.
        heat: uint8 (g, g), from `gan_lib.points.heat_map`, or None.
        size: inches to a side.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    if not isinstance(points, dict):
        raise ValueError(f"points must be a dict by actor, such as {{'real': points}}; got {type(points).__name__}")
    check_number(size, "size", above=0)
    figure = Figure(figsize=(size, size))
    draw_plane(figure.add_axes((0.005, 0.005, 0.99, 0.99)), points, heat)
    return figure


def plot_clouds(real, frames, titles, columns=5):
    """Show several moments of a run on points, each with the real points under the generated ones.

    Args:
        real: float (n, 2).
        frames: list of float (m, 2), the generated points of each moment.
        titles: what stands above each.
        columns: moments in a row.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    frames = [check_array(frame, "frames", ("m", 2)) for frame in frames]
    check_count(len(frames), "the number of frames")
    check_names(titles, "titles", len(frames))
    check_count(columns, "columns")
    rows = int(np.ceil(len(frames) / columns))
    figure = Figure(figsize=(1.5 * columns, 1.75 * rows), layout="constrained")
    for i, (frame, title) in enumerate(zip(frames, titles)):
        axes = figure.add_subplot(rows, columns, i + 1)
        draw_plane(axes, {"real": real, "generator": frame}, heat=None)
        axes.set_title(title, fontsize=10, color=COLOURS["generator"])
    return figure


def plot_arrows(moments, titles):
    """Draw where each generated point is told to go, on the map of the discriminator's answers.

    Args:
        moments: list of (points, directions, heat), for each moment: generated points, float (n, 2); the directions in
            which their loss falls fastest, float (n, 2); and uint8 (g, g), from `gan_lib.points.heat_map`. The
            arrows are drawn equally long.
        titles: what stands above each.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_mapping(dict(enumerate(moments)), "moments")
    check_names(titles, "titles", len(moments))
    figure = Figure(figsize=(3.6 * len(moments), 3.9), layout="constrained")
    for i, ((points, directions, heat), title) in enumerate(zip(moments, titles)):
        axes = figure.add_subplot(1, len(moments), i + 1)
        draw_plane(axes, {}, heat)
        points = check_array(points, "points", ("n", 2))
        directions = check_array(directions, "directions", points.shape)
        lengths = np.linalg.norm(directions, axis=1, keepdims=True)
        axes.quiver(*points.T, *(directions / np.maximum(lengths, 1e-12)).T, color=COLOURS["generator"], scale=14, width=0.006)
        axes.set_title(title, fontsize=10, color=COLOURS["generator"])
    return figure


def plot_latent_map(latents, points, near):
    """Colour latent vectors by their angle, and the points that the generator makes of them alike.

    Args:
        latents: float (n, 2).
        points: float (n, 2), what the generator makes of them.
        near: bool (n,), whether a point lies near a mode; the others are drawn black.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
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


def plot_coverage(recording, modes):
    """Draw how many modes a run on points covers, and what share of its points lies near one, over the steps.

    Args:
        recording: a `gan_lib.recordings.Recording` with "modes" and "near" among what was measured.
        modes: how many there are.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
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


def draw_plane(axes, points, heat):
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


# ---- Probes of a discriminator -------------------------------------------------------------------


def plot_race(accuracy, gradients, moments):
    """Draw how fast a discriminator beats several opponents, and what gradient each of them would get from it.

    Args:
        accuracy: dict of float (runs, steps), the share judged rightly, by opponent; the mean over the runs is drawn,
            averaged over three steps.
        gradients: dict of dicts, by opponent and loss: float (runs, moments), the lengths at `moments`.
        moments: int (moments,), in steps.

    Returns:
        A matplotlib Figure: a panel for the accuracy, and one for each loss.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_mapping(accuracy, "accuracy", most=len(LINES))
    check_mapping(gradients, "gradients")
    moments = check_array(moments, "moments", ("moments",))
    for name in accuracy:
        check_array(accuracy[name], f"accuracy[{name!r}]", ("runs", "steps"))
        check_mapping(gradients.get(name), f"gradients[{name!r}]")
        for loss, lengths in gradients[name].items():
            check_array(lengths, f"gradients[{name!r}][{loss!r}]", ("runs", len(moments)))
    losses = list(next(iter(gradients.values())))
    figure = Figure(figsize=(5.2, 2.0 + 1.9 * len(losses)), layout="constrained")
    top, *others = figure.subplots(1 + len(losses), 1, sharex=True)
    for (name, runs), style in zip(accuracy.items(), LINES):
        means = np.mean(runs, axis=0)
        smooth = np.convolve(np.pad(means, 1, mode="edge"), np.ones(3) / 3, mode="valid")
        top.plot(np.arange(1, len(means) + 1), smooth, label=name, linewidth=2, **style)
        for axes, loss in zip(others, losses):
            axes.plot(moments, np.mean(gradients[name][loss], axis=0), linewidth=2, **style)
            axes.set(yscale="log", ylabel="gradient", ylim=(0.02, 50))
            axes.set_title(f"{loss.replace('_', '-')} loss", fontsize=10, loc="left")
    top.axhline(0.95, color=COLOURS["latent"], linewidth=1, linestyle=":")
    top.set(ylabel="accuracy", ylim=(0.4, 1.03))
    top.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, frameon=False, ncols=3, fontsize=9)
    others[-1].set_xlabel("steps of the discriminator")
    for axes in (top, *others):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def plot_company(photographs, answers, batch_size=32):
    """Draw what discriminators answer about an image while its batch fills up with photographs.

    Args:
        photographs: int (k,), how many images of the batch are photographs.
        answers: dict by discriminator of (real, generated): float (k,) each, the mean answers; NaN leaves a gap.
        batch_size: images in a batch.

    Returns:
        A matplotlib Figure, one panel for each discriminator.

    Raises:
        ValueError: if an argument is none of these.
    """
    photographs = check_array(photographs, "photographs", ("k",))
    check_mapping(answers, "answers")
    for name, pair in answers.items():
        check_names(pair, f"answers[{name!r}]", 2)
        for values in pair:
            check_names(values, f"answers[{name!r}]", len(photographs))
    check_count(batch_size, "batch_size")
    figure = Figure(figsize=(2.9 * len(answers), 2.9), layout="constrained")
    places = figure.subplots(1, len(answers), sharey=True, squeeze=False)[0]
    for axes, (name, pair) in zip(places, answers.items()):
        for values, actor, stroke in zip(pair, ("real", "generator"), ("o-", "s--")):
            axes.plot(photographs, values, stroke, color=COLOURS[actor], markersize=4)
        axes.set(ylim=(0, 1), xlim=(0, batch_size), xticks=[0, batch_size // 2, batch_size])
        axes.set_title(name, fontsize=10, color=COLOURS["discriminator"])
        axes.set_xlabel(f"photographs among the {batch_size}")
        axes.spines[["top", "right"]].set_visible(False)
    places[0].set_ylabel("mean answer of D")
    places[0].text(1, 0.92, "about photographs", color=COLOURS["real"], fontsize=9)
    places[0].text(1, 0.84, "about samples", color=COLOURS["generator"], fontsize=9)
    return figure


def plot_judgement(history, moments, measured):
    """Draw how well a discriminator judges: by its own count while it trains, and on images that are new to it.

    Args:
        history: dict with "accuracy": float (steps,), from `gan_lib.probes.train_alone`; averaged over 25 steps.
        moments: int (moments,), in steps.
        measured: dict of float (moments,), the accuracies at those moments, by how it was asked.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_mapping(history, "history")
    accuracy = check_array(history.get("accuracy"), 'history["accuracy"]', ("steps",), least=25)
    check_mapping(measured, "measured", most=3)
    check_vectors(moments=moments, **measured)
    figure = Figure(figsize=(5.2, 3.2), layout="constrained")
    axes = figure.add_subplot()
    means = np.convolve(accuracy, np.ones(25) / 25, mode="valid")
    axes.plot(np.arange(len(means)) + 13, means, color=COLOURS["discriminator"], label="by its own count")
    for (name, values), marker in zip(measured.items(), "os^"):
        axes.plot(moments, values, linestyle="--", marker=marker, color="#1f2937", markersize=5, label=name)
    axes.axhline(0.5, color=COLOURS["latent"], linewidth=1, linestyle=":")
    axes.set(xlabel="steps of the discriminator", ylabel="accuracy", ylim=(0.4, 1.0))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper left", frameon=False, fontsize=9)
    return figure


def plot_maps(rows, size=1.0):
    """Show images with maps of them below, a row for each.

    Args:
        rows: dict by title of arrays (n, height, width): uint8 is shown as an image; floats as a map, from 0 (black)
            up, or, where some are negative, around 0 (white) in the colours of "real" (above) and "generated".
            A row has one scale.
        size: inches to a side of each.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_mapping(rows, "rows")
    rows = {title: check_array(row, f"rows[{title!r}]", ("n", "height", "width")) for title, row in rows.items()}
    check_number(size, "size", above=0)
    columns = max(len(row) for row in rows.values())
    figure = Figure(figsize=(size * columns + 0.2, (size + 0.3) * len(rows)), layout="constrained")
    for part, (title, row) in zip(np.atleast_1d(figure.subfigures(len(rows), 1)), rows.items()):
        part.suptitle(title, fontsize=10)
        if np.issubdtype(row.dtype, np.integer):
            look = {"cmap": "gray", "vmin": 0, "vmax": 255}
        else:
            limit, signed = np.abs(row).max(), row.min() < 0
            look = {"cmap": OPINION if signed else "inferno", "vmin": -limit if signed else 0, "vmax": limit}
        for image, axes in zip(row, part.subplots(1, columns, squeeze=False)[0]):
            axes.imshow(image, **look)
        for axes in part.axes:
            axes.set_axis_off()
    return figure
