"""Matplotlib figures of the applications."""

import numpy as np
from matplotlib.figure import Figure

from gan_lib.checks import check_choice, check_count, check_mapping, check_moment, check_number
from gan_lib.data import check_pixels
from gan_lib.plots import COLOURS, LINES, image_grid
from gan_lib.recordings import check_recordings

# What each score is called, and on which side of it the better values lie.
HEADINGS = {
    "l1": "L1 ↓",
    "psnr": "PSNR in dB ↑",
    "ssim": "SSIM ↑",
    "sharpness": "sharpness (real: 1)",
    "fid": "FID ↓",
    "accuracy": "accuracy ↑",
    "garment": "garment as asked ↑",
    "shade": "shade as asked ↑",
    "texture": "texture as asked ↑",
}


def plot_table(rows, columns=8, actors=None, size=0.72):
    """Show images in rows that are named at their left, column by column what belongs together.

    Args:
        rows: dict by name of uint8 (n, height, width); the images of a row are of one size, which may differ from row to row.
        columns: how many images of each row to show.
        actors: dict by name of a key of `gan_lib.plots.COLOURS`, for the colour of the name; "generator" by default.
        size: inches to a side of each.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_mapping(rows, "rows")
    check_count(columns, "columns")
    check_number(size, "size", above=0)
    rows = {name: check_pixels(images, f"rows[{name!r}]") for name, images in rows.items()}
    for actor in (actors or {}).values():
        check_choice(actor, "actors", COLOURS)
    figure = Figure(figsize=(size * columns + 1.1, size * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), columns, squeeze=False)
    for axes_of_row, (name, images) in zip(grid, rows.items()):
        for axes in axes_of_row:
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
        for axes, image in zip(axes_of_row, images):
            axes.imshow(image, cmap="gray", vmin=0, vmax=255)
        colour = COLOURS[(actors or {}).get(name, "generator")]
        axes_of_row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9, color=colour)
    return figure


def plot_words(frames, rows, columns, size=0.62):
    """Show images for every pair of two words: a row for each of the ones, a column for each of the others.

    Args:
        frames: uint8 (len(rows) * len(columns), height, width), row by row.
        rows, columns: the words.
        size: inches to a side of each image.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    frames = check_pixels(frames, "frames", (len(rows) * len(columns), "height", "width"))
    check_number(size, "size", above=0)
    figure = Figure(figsize=(size * len(columns) + 0.9, size * len(rows) + 0.3), layout="constrained")
    axes = figure.subplots()
    picture = image_grid(frames, columns=len(columns))
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
    height, width = picture.shape
    axes.set_xticks((np.arange(len(columns)) + 0.5) * width / len(columns), columns, fontsize=8)
    axes.set_yticks((np.arange(len(rows)) + 0.5) * height / len(rows), rows, fontsize=9)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, labelcolor=COLOURS["generator"])
    axes.spines[:].set_visible(False)
    return figure


def plot_measured(recordings, names, at=None):
    """Draw what was measured on held-out images over the steps of one run or several.

    Args:
        recordings: dict by name of `gan_lib.recordings.Recording`; the first is drawn strongest.
        names: which scores, a panel each; keys of `HEADINGS`.
        at: index of the moment of the first recording to mark with a cursor, or None.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_recordings(recordings, names, most=len(LINES))
    check_mapping(dict.fromkeys(names), "names")
    for name in names:
        check_choice(name, "names", HEADINGS)
    check_moment(at, min(len(run.steps) for run in recordings.values()))
    figure = Figure(figsize=(2.7 * len(names), 2.6), layout="constrained")
    first = next(iter(recordings.values()))
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names):
        for (label, run), style in zip(recordings.items(), LINES):
            axes.plot(np.maximum(run.steps, 1), run.measured[name], linewidth=2, label=label, **style)
        axes.set_title(HEADINGS[name], fontsize=10, loc="left")
        axes.set(xscale="log", xlim=(1, first.steps[-1] * 1.1))
        if name == "fid":
            axes.set_yscale("log")
        if at is not None:
            axes.axvline(max(first.steps[at], 1), color="black", linewidth=1.5)
        axes.set_xlabel("training steps", fontsize=9)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    if len(recordings) > 1:
        figure.axes[0].legend(frameon=False, fontsize=8)
    return figure
