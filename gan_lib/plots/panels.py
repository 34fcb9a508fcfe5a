"""What figures of curves share: panels with two open sides, a legend above, lines that are told apart, training steps."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan_lib.plots.images import LINES


def open_panels(size: tuple[float, float], rows: int = 1, columns: int = 1, **options) -> tuple[Figure, np.ndarray]:
    """Make a figure of `size` inches, (width, height), and its axes, (rows, columns); options as for `Figure.subplots`."""
    figure = Figure(figsize=size, layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False, **options)
    for axes in places.flat:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, places


def open_panel() -> tuple[Figure, Axes]:
    """Make a figure as wide as the text of the book, and its only axes."""
    figure, places = open_panels((5.2, 3.2))
    return figure, places[0, 0]


def legend_above(axes: Axes, columns: int = 1) -> None:
    """Name the lines above the axes, from their left edge on, in so many columns."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderpad=0, frameon=False, ncols=columns, fontsize=9)


def draw_lines(axes: Axes, lines: Mapping[str, tuple], linewidth: float = 2) -> None:
    """Draw lines, (x, y) by name, as many as `LINES` tells apart."""
    for (name, line), style in zip(lines.items(), LINES):
        axes.plot(*line, label=name, linewidth=linewidth, **style)


def draw_cursor(axes: Axes, step: int) -> None:
    """Mark a training step."""
    axes.axvline(step, color="black", linewidth=1.5)


def over_training(axes: Axes, last: int, cursor: int | None = None) -> None:
    """Make the horizontal axis of a small panel one of training steps, logarithmic up to the `last`, with a cursor or none."""
    axes.set(xscale="log", xlim=(1, 1.1 * last))
    axes.tick_params(labelsize=8)
    if cursor is not None:
        draw_cursor(axes, cursor)
