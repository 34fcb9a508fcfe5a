"""The colours of the book, and images in grids."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_choice, check_count, check_mapping, check_names, check_number, check_pixels

# The same in every figure, diagram and page; told apart by people of every colour vision.
COLOURS = {"real": "#1b7f79", "generator": "#c8570b", "discriminator": "#6c4ab6", "latent": "#64748b"}

# Runs that are compared are no actors: they differ by shade and by stroke.
LINES = [
    {"color": "#23559e", "linestyle": "-"},
    {"color": "#1f2937", "linestyle": "--"},
    {"color": "#8a8f98", "linestyle": "-."},
    {"color": "#b3266b", "linestyle": ":"},
]

OPINION = LinearSegmentedColormap.from_list("opinion", ["#e49a63", "#ffffff", "#6fb3ae"])  # generated, unsure, real
WIDE = 10  # images that stand side by side on a page, each large enough to be looked at
GREY = {"cmap": "gray", "vmin": 0, "vmax": 255}  # how uint8 images are shown


def image_grid(images: ArrayLike, columns: int | None = None, gap: int = 2) -> np.ndarray:
    """Lay images side by side in one picture.

    Args:
        images: uint8 (n, height, width), or in colour (n, height, width, 3).
        columns: images in a row; by default so many that the grid is as wide as high, or a little wider.
        gap: white pixels between two images.

    Returns:
        uint8 (rows * (height + gap) - gap, columns * (width + gap) - gap), in colour with another axis of 3.

    Examples:
        >>> image_grid([[[10, 20]], [[30, 40]], [[50, 60]]], columns=2, gap=1)
        array([[ 10,  20, 255,  30,  40],
               [255, 255, 255, 255, 255],
               [ 50,  60, 255, 255, 255]], dtype=uint8)
    """
    images = check_pixels(images, "images", colour=True)
    columns = int(np.ceil(np.sqrt(len(images)))) if columns is None else columns
    check_count(columns, "columns")
    check_count(gap, "gap", least=0)
    n, height, width, *colours = images.shape
    rows = int(np.ceil(n / columns))
    grid = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, *colours), 255, "uint8")
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + gap), (i % columns) * (width + gap)
        grid[top : top + height, left : left + width] = image
    return grid


def plot_images(images: ArrayLike, titles: Sequence[str] | None = None, columns: int = 8, actor: str = "real") -> Figure:
    """Show images in a grid, each with a title in the colour of who made it.

    Args:
        images: uint8 (n, height, width), or in colour (n, height, width, 3).
        titles: n strings, or None.
        columns: images in a row.
        actor: a key of `COLOURS`, who made the images: "real" or "generator".

    Returns:
        A matplotlib Figure.
    """
    images = check_pixels(images, "images", colour=True)
    if titles is not None:
        check_names(titles, "titles", len(images))
    check_count(columns, "columns")
    check_choice(actor, "actor", COLOURS)
    size = (1.1, 1.1 if titles is None else 1.3)
    return side_by_side(images, titles, columns, size, fontsize=9, actor=actor)


def plot_pixels(image: ArrayLike, title: str = "") -> Figure:
    """Show one image with the value of each pixel written on it.

    Args:
        image: uint8 (height, width) in [0, 255], or float in [-1, 1].
        title: what stands above.

    Returns:
        A matplotlib Figure.
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


def plot_samples(frames: Sequence[np.ndarray], titles: Sequence[str], columns: int | None = None) -> Figure:
    """Show moments of a run side by side, each a grid of its first samples, large enough to be looked at one by one.

    Args:
        frames: uint8 (T, n, height, width), the moments to show, in colour with another axis of 3; or a list of T arrays, which
            may differ in size.
        titles: T strings.
        columns: moments in a row; by default two or three. The more there are, the fewer samples of each are shown: a row holds
            `WIDE` of them, and a grid has at most four rows.

    Returns:
        A matplotlib Figure.
    """
    if not isinstance(frames, (list, tuple, np.ndarray)) or not len(frames):
        raise ValueError(f"frames must hold at least one moment, uint8 (n, height, width); got {type(frames).__name__}")
    frames = [check_pixels(frame, f"frames[{i}]", colour=True) for i, frame in enumerate(frames)]
    check_names(titles, "titles", len(frames))
    columns = min(len(frames), 2 if len(frames) in (2, 4) else 3) if columns is None else columns
    check_count(columns, "columns")
    columns = min(columns, len(frames))
    across = [max(1, min(int(np.ceil(np.sqrt(len(frame)))), WIDE // columns)) for frame in frames]
    grids = [image_grid(frame[: 4 * n], n) for frame, n in zip(frames, across)]
    down = max(grid.shape[0] / grid.shape[1] for grid in grids)
    width = 6.3 / columns
    return side_by_side(grids, titles, columns, size=(width, width * down + 0.3), fontsize=10, actor="generator")


def side_by_side(
    images: Sequence[np.ndarray],
    titles: Sequence[str] | None,
    columns: int,
    size: tuple[float, float],
    fontsize: float,
    actor: str,
) -> Figure:
    """Show each uint8 image in a place of `size` inches, (width, height), titled in the colour of the actor."""
    figure, places = in_rows(len(images), columns, size)
    for i, (axes, image) in enumerate(zip(places, images)):
        axes.imshow(image, **GREY)
        axes.set_axis_off()
        if titles is not None:
            axes.set_title(titles[i], fontsize=fontsize, color=COLOURS[actor])
    return figure


def in_rows(n: int, columns: int, size: tuple[float, float]) -> tuple[Figure, list[Axes]]:
    """Make a figure with `n` axes of `size` inches, (width, height), `columns` in a row."""
    rows = int(np.ceil(n / columns))
    figure = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    return figure, [figure.add_subplot(rows, columns, i + 1) for i in range(n)]


def are_images(row):
    return np.issubdtype(row.dtype, np.integer)


def plot_maps(rows: dict[str, np.ndarray], size: float = 1.0) -> Figure:
    """Show images with maps of them below, a row for each.

    Args:
        rows: dict by title of arrays (n, height, width): uint8 is shown as an image; floats as a map, from 0 (black)
            up, or, where some are negative, around 0 (white) in the colours of "real" (above) and "generated", with
            the outlines of the first row, if these are images of the same shape. A row has one scale; its last fiftieth
            has the strongest colour.
        size: inches to a side of each.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(rows, "rows")
    rows = {title: check_array(row, f"rows[{title!r}]", ("n", "height", "width")) for title, row in rows.items()}
    check_number(size, "size", above=0)
    columns = max(len(row) for row in rows.values())
    first = next(iter(rows.values()))
    figure = Figure(figsize=(size * columns + 0.2, (size + 0.3) * len(rows)), layout="constrained")
    for part, (title, row) in zip(np.atleast_1d(figure.subfigures(len(rows), 1)), rows.items()):
        part.suptitle(title, fontsize=10)
        look, outlines = GREY, []
        if not are_images(row):
            limit, signed = np.quantile(np.abs(row), 0.98) or 1, row.min() < 0
            look = {"cmap": OPINION if signed else "inferno", "vmin": -limit if signed else 0, "vmax": limit}
            outlines = first if signed and are_images(first) and first.shape == row.shape else []
        places = part.subplots(1, columns, squeeze=False)[0]
        for image, axes in zip(row, places):
            axes.imshow(image, **look)
        for image, axes in zip(outlines, places):
            axes.contour(image, levels=[40], colors=COLOURS["latent"], linewidths=0.8)
        for axes in part.axes:
            axes.set_axis_off()
    return figure
