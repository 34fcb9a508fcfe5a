"""Matplotlib figures, with one colour for each actor of the book."""

import numpy as np
from matplotlib.figure import Figure

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
    """
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
    """
    size = (1.1, 1.1 if titles is None else 1.3)
    return side_by_side(images, titles, columns, size, fontsize=9, actor=actor)


def plot_pixels(image, title=""):
    """Show one image with the value of each pixel written on it.

    Args:
        image: uint8 (height, width) in [0, 255], or float in [-1, 1].
        title: what stands above.

    Returns:
        A matplotlib Figure.
    """
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
        frames: uint8 (T, n, height, width), the moments to show.
        titles: T strings.
        columns: moments in a row.

    Returns:
        A matplotlib Figure.
    """
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
    """
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
    """
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
