"""The slope of a discriminator's score in the plane: which way it points, and how steep it is."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count, check_number
from gan_lib.plots.images import COLOURS, in_rows
from gan_lib.plots.panels import draw_lines, legend_above, open_panels
from gan_lib.plots.points import real_points
from gan_lib.recordings import Recording, check_recordings
from gan_lib.studies.shapes import LIMIT

STEEP = LinearSegmentedColormap.from_list("steep", ["#ffffff", "#d9cdf3", "#a58be0", "#6c4ab6", "#2e1a5e"])
LEVELS = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100]  # of the length of a slope
DARK = 10  # beyond which a shade is so dark that arrows on it are white
SHADES = BoundaryNorm(LEVELS, STEEP.N, extend="both")
MEASURED = ("slopes", "on_fake", "modes")


def plot_field(
    slopes: ArrayLike, real: ArrayLike | None = None, generated: ArrayLike | None = None, size: float = 3.2, bar: bool = True
) -> Figure:
    """Draw D's slope in the plane: darker where it is steeper, with arrows the way the score rises.

    Args:
        slopes: float (g * g, 2), at each of `gan_lib.studies.fields.places_on_map(g)`.
        real, generated: float (n, 2), points to draw, or None.
        size: inches to a side of the plane.
        bar: whether a bar below says which shade is how steep.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if there is not a slope for each place of a square map.
    """
    check_number(size, "size", above=0)
    if not bar:
        figure = Figure(figsize=(size, size))
        draw_field(figure.add_axes((0.005, 0.005, 0.99, 0.99)), slopes, real, generated)
        return figure
    figure = Figure(figsize=(size, size + 0.45), layout="constrained")
    axes = figure.add_subplot()
    add_bar(figure, axes, draw_field(axes, slopes, real, generated))
    return figure


def plot_fields(recordings: Mapping[str, Recording], moment: int = -1, columns: int = 3) -> Figure:
    """Draw the slopes of several games at one moment, as `plot_field` does, with real points in green and generated in orange.

    Args:
        recordings: dict by title of recordings with "slopes", as `gan_lib.studies.fields.load_fields` returns them.
        moment: an index of their moments.
        columns: games in a row.

    Returns:
        A matplotlib Figure.
    """
    check_recordings(recordings, MEASURED, "record it with gan_lib.studies.fields.record_field")
    check_count(columns, "columns")
    figure, places = in_rows(len(recordings), columns, size=(2.2, 2.45))
    for axes, (title, run) in zip(places, recordings.items()):
        shades = draw_field(axes, run.measured["slopes"][moment], real_points(run), run.frames[moment])
        axes.set_title(title, fontsize=10)
    add_bar(figure, places, shades)
    return figure


def plot_slopes(recordings: Mapping[str, Recording]) -> Figure:
    """Draw how steep D is at generated points, on average, over the steps.

    Args:
        recordings: as for `plot_fields`, at most as many as `gan_lib.plots.LINES` tells apart.

    Returns:
        A matplotlib Figure.
    """
    check_recordings(recordings, MEASURED, "record it with gan_lib.studies.fields.record_field", most=4)
    figure, ((axes,),) = open_panels((5.2, 3.0))
    draw_lines(axes, {name: (run.steps, run.measured["on_fake"]) for name, run in recordings.items()})
    axes.set(xlabel="training steps", ylabel="mean slope of D\nat generated points", yscale="log", ylim=(0.03, 200))
    axes.set_yticks([0.1, 1, 10, 100], labels=["0.1", "1", "10", "100"])
    legend_above(axes, columns=2)
    return figure


def draw_field(axes: Axes, slopes: ArrayLike, real: ArrayLike | None, generated: ArrayLike | None):
    """Draw slopes, and points if there are any; return what a colour bar needs."""
    slopes = check_array(slopes, "slopes", ("n", 2)).astype("float64")
    side = int(round(np.sqrt(len(slopes))))
    if side * side != len(slopes) or side < 2:
        raise ValueError(f"slopes must be those of a square map, such as 31 * 31 of them; got {len(slopes)}")
    steps = np.linspace(-LIMIT, LIMIT, side)
    lengths = np.linalg.norm(slopes, axis=1)
    shades = axes.contourf(
        steps, steps, np.clip(lengths, 1e-6, None).reshape(side, side),
        levels=LEVELS, norm=SHADES, cmap=STEEP, extend="both",
    )  # fmt: skip
    for actor, points in (("real", real), ("generator", generated)):
        if points is not None:
            points = check_array(points, actor, ("n", 2))
            axes.scatter(*points.T, s=6, color=COLOURS[actor], linewidths=0)
    middle = np.arange(1, side, 3)
    few = np.ix_(middle, middle)
    ways = (slopes / np.maximum(lengths, 1e-9)[:, None]).reshape(side, side, 2)[few]
    inks = np.where(lengths.reshape(side, side)[few] > DARK, "#ffffff", "#1f2937").ravel()
    axes.quiver(steps[middle], steps[middle], ways[..., 0], ways[..., 1], scale=17, width=0.006, color=inks, pivot="mid")
    axes.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal", xticks=[], yticks=[])
    return shades


def add_bar(figure, axes, shades):
    bar = figure.colorbar(shades, ax=axes, orientation="horizontal", fraction=0.05, pad=0.02, aspect=30)
    bar.set_ticks(LEVELS, labels=[f"{level:g}" for level in LEVELS], fontsize=8)
    bar.set_label("length of D's slope", fontsize=9)
