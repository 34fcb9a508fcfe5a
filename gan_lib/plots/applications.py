"""Matplotlib figures of the applications."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_choice, check_count, check_mapping, check_moment_index, check_names, check_number, check_pixels
from gan_lib.plots import scores
from gan_lib.plots.images import COLOURS, GREY, LINES, image_grid
from gan_lib.plots.panels import draw_lines, open_panels, over_training
from gan_lib.recordings import Recording, check_recordings

# What each score is called, and on which side of it the better values lie.
HEADINGS = {
    "l1": "L1 ↓",
    "psnr": "PSNR in dB ↑",
    "ssim": "SSIM ↑",
    "sharpness": "sharpness (real: 1)",
    "fid": scores.HEADINGS["fid"],
    "accuracy": "accuracy ↑",
    "garment": "garment as asked ↑",
    "shade": "shade as asked ↑",
    "texture": "texture as asked ↑",
    "as_asked": "class as asked ↑",
}

TIGHT = {"w_pad": 0.01, "h_pad": 0.01, "wspace": 0.01, "hspace": 0.01}  # the room of a figure is for its images


def plot_table(
    rows: dict[str, np.ndarray], columns: int = 8, actors: Mapping[str, str] | None = None, size: float = 0.72
) -> Figure:
    """Show images in rows that are named at their left, column by column what belongs together.

    Args:
        rows: dict by name of uint8 (n, height, width); the images of a row are of one size, which may differ from row to row.
        columns: how many images of each row to show.
        actors: dict by name of a key of `gan_lib.plots.COLOURS`, for the colour of the name; "generator" by default.
        size: inches to a side of each.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(rows, "rows")
    check_count(columns, "columns")
    check_number(size, "size", above=0)
    rows, actors = {name: check_pixels(images, f"rows[{name!r}]") for name, images in rows.items()}, actors or {}
    for actor in actors.values():
        check_choice(actor, "actors", COLOURS)
    figure = Figure(figsize=(size * columns + 1.1, size * len(rows)), layout="constrained")
    figure.get_layout_engine().set(**TIGHT)
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for places, (name, images) in zip(grid, rows.items()):
        for axes in places:
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        for axes, image in zip(places, images):
            axes.imshow(image, **GREY)
        colour = COLOURS[actors.get(name, "generator")]
        places[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9, color=colour)
    return figure


def plot_answers(
    given: ArrayLike,
    made: ArrayLike,
    wanted: ArrayLike,
    names: Sequence[str] = ("condition", "generated", "photograph"),
    columns: int = 3,
    size: float = 0.9,
) -> Figure:
    """Show what a generator makes of conditions, each answer between its condition and the real image.

    Args:
        given: uint8 (n, height, width), the conditions; where they are smaller than the others, their pixels are larger.
        made: uint8 (n, height, width), the answers.
        wanted: the same, the real images.
        names: what the three are called; they stand above the first row.
        columns: how many such triples in a row.
        size: inches to a side of each image, at least 0.64: at 100 dots per inch an image then has 64 pixels or more.

    Returns:
        A matplotlib Figure.
    """
    given = check_pixels(given, "given")
    made = check_pixels(made, "made", (len(given), "height", "width"))
    wanted = check_pixels(wanted, "wanted", made.shape)
    check_names(names, "names", 3)
    check_count(columns, "columns")
    check_number(size, "size", least=0.64)
    columns = min(columns, len(given))
    rows = -(-len(given) // columns)
    close, wide, above = 0.04, 0.32, 0.24  # inches: within a triple and between rows, between triples, and for the names
    across, down = 3 * size + 2 * close + wide, size + close
    width, height = columns * across - wide, rows * down - close + above
    figure = Figure(figsize=(width, height))
    for i, images in enumerate(zip(given, made, wanted)):
        row, column = divmod(i, columns)
        bottom = height - above - row * down - size
        for k, (image, name, actor) in enumerate(zip(images, names, ("latent", "generator", "real"))):
            left = column * across + k * (size + close)
            axes = figure.add_axes((left / width, bottom / height, size / width, size / height))
            axes.imshow(image, **GREY, interpolation="nearest")
            axes.set_axis_off()
            if row == 0:
                axes.set_title(name, fontsize=9, color=COLOURS[actor], pad=4)
    return figure


def plot_words(frames: ArrayLike, rows: Sequence[str], columns: Sequence[str], size: float = 0.62) -> Figure:
    """Show images for every pair of two words: a row for each of the ones, a column for each of the others.

    Args:
        frames: uint8 (len(rows) * len(columns), height, width), row by row; in colour with another axis of 3.
        rows, columns: the words.
        size: inches to a side of each image.

    Returns:
        A matplotlib Figure.
    """
    frames = check_pixels(frames, "frames", (len(rows) * len(columns), "height", "width"), colour=True)
    check_number(size, "size", above=0)
    beside = 0.3 + 0.09 * max(map(len, rows))  # inches that the longest word takes
    figure = Figure(figsize=(size * len(columns) + beside, size * len(rows) + 0.3), layout="constrained")
    axes = figure.subplots()
    picture = image_grid(frames, columns=len(columns))
    axes.imshow(picture, **GREY)
    height, width = picture.shape[:2]
    axes.set_xticks((np.arange(len(columns)) + 0.5) * width / len(columns), columns, fontsize=8)
    axes.set_yticks((np.arange(len(rows)) + 0.5) * height / len(rows), rows, fontsize=9)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, labelcolor=COLOURS["generator"])
    axes.spines[:].set_visible(False)
    return figure


def plot_measured(recordings: dict[str, Recording], names: Sequence[str], at: int | None = None) -> Figure:
    """Draw what was measured on held-out images over the steps of one run or several.

    Args:
        recordings: dict by name of `gan_lib.recordings.Recording`; the first is drawn strongest.
        names: which scores, a panel each; keys of `HEADINGS`.
        at: index of the moment of the first recording to mark with a cursor, or None.

    Returns:
        A matplotlib Figure.
    """
    check_recordings(recordings, names, most=len(LINES))
    check_mapping(dict.fromkeys(names), "names")
    for name in names:
        check_choice(name, "names", HEADINGS)
    check_moment_index(at, min(len(run.steps) for run in recordings.values()))
    figure, (places,) = open_panels((2.7 * len(names), 2.6), columns=len(names))
    steps = next(iter(recordings.values())).steps
    for axes, name in zip(places, names):
        draw_lines(axes, {label: (np.maximum(run.steps, 1), run.measured[name]) for label, run in recordings.items()})
        axes.set_title(HEADINGS[name], fontsize=10, loc="left")
        axes.set_xlabel("training steps", fontsize=9)
        over_training(axes, steps[-1], None if at is None else max(steps[at], 1))
        if name == "fid":
            axes.set_yscale("log")
    if len(recordings) > 1:
        figure.axes[0].legend(frameon=False, fontsize=8)
    return figure
