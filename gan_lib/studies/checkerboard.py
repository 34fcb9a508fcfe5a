"""How alike neighbouring pixels are, and whether a pattern repeats every few pixels; NumPy only."""

import numpy as np
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count


def neighbour_correlation(images: ArrayLike) -> float:
    """Correlate each pixel with the one to its right and the one below, over all images.

    Args:
        images: float (n, height, width, 1); at least 2 x 2 pixels, and not all of one grey, nor all but an edge.

    Returns:
        A float from -1 to 1: 1 if neighbours are equal, about 0 if they have nothing to do with each other.

    Raises:
        ValueError: if all pixels are equal, or all that have a neighbour on one side.

    Examples:
        >>> rising = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> round(neighbour_correlation(rising), 6)
        1.0
    """
    pixels = one_channel(images)
    if min(pixels.shape[1:]) < 2:
        raise ValueError(f"images must be at least 2 x 2 pixels; got {pixels.shape[1:]}")
    pairs = (pixels[:, :, :-1], pixels[:, :, 1:]), (pixels[:, :-1], pixels[:, 1:])
    if any(side.min() == side.max() for pair in pairs for side in pair):
        raise ValueError("images are all of one grey, or all but an edge: a correlation needs pixels that differ")
    return float(np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs]))


def phase_means(images: ArrayLike, period: int = 2, margin: int = 4) -> np.ndarray:
    """Average the pixels that stand at the same place in a tile of `period` x `period` pixels.

    Args:
        images: float (n, height, width, 1).
        period: the side of a tile; 2 for what one layer of stride 2 leaves behind.
        margin: pixels to leave out at each edge, where padding disturbs the pattern. Rows and columns that do
            not fill a tile are left out too.

    Returns:
        float64 (period, period): entry (i, j) is the mean over all images of the pixels whose row, counted from
        the margin, is i modulo `period`, and whose column is j.

    Raises:
        ValueError: if no tile fits between the margins.

    Examples:
        >>> squares = np.indices((4, 4)).sum(axis=0)[np.newaxis, :, :, np.newaxis] % 2
        >>> phase_means(squares, margin=0)
        array([[0., 1.],
               [1., 0.]])
    """
    pixels = inner(images, period, margin)
    n, height, width = pixels.shape
    return pixels.reshape(n, height // period, period, width // period, period).mean(axis=(0, 1, 3))


def checkerboard(images: ArrayLike, period: int = 2, margin: int = 4) -> float:
    """Measure the pattern that all images share, against the contrast within an image.

    Args:
        images, period, margin: as for `phase_means`.

    Returns:
        A float, at least 0: the standard deviation of the `phase_means`, over the standard deviation of
        the pixels within an image, averaged over the images. 0 if no place in a tile is brighter than another;
        1 if every image is the pattern and nothing else.

    Raises:
        ValueError: as for `phase_means`, or if no image has any contrast.

    Examples:
        >>> squares = np.indices((4, 4)).sum(axis=0)[np.newaxis, :, :, np.newaxis] % 2
        >>> checkerboard(squares, margin=0)
        1.0
        >>> checkerboard(np.arange(16).reshape(1, 4, 4, 1) // 8, margin=0)
        0.0
    """
    contrast = inner(images, period, margin).std(axis=(1, 2)).mean()
    if contrast == 0:
        raise ValueError("images have no contrast: there is nothing to compare a pattern with")
    return float(phase_means(images, period, margin).std() / contrast)


def inner(images: ArrayLike, period: int, margin: int) -> np.ndarray:
    """Cut off the margin, and what does not fill a tile: float64 (n, height, width)."""
    pixels = one_channel(images)
    check_count(period, "period")
    check_count(margin, "margin", least=0)
    height, width = ((side - 2 * margin) // period * period for side in pixels.shape[1:])
    if height < 1 or width < 1:
        raise ValueError(
            f"no tile of {period} x {period} fits into {pixels.shape[1:]} with a margin of {margin}; lower one of them"
        )
    return pixels[:, margin : margin + height, margin : margin + width]


def one_channel(images: ArrayLike) -> np.ndarray:
    """Return images of one channel as float64 (n, height, width)."""
    return check_array(images, "images", ("n", "height", "width", 1)).astype("float64")[..., 0]
