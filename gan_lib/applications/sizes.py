"""Images made smaller and larger, without a network."""

import numpy as np

from gan_lib._checks import check_choice, check_count, check_images
from gan_lib._keras import ops


def shrink(images: np.ndarray, scale: int) -> np.ndarray:
    """Make small images: each pixel the mean of scale x scale.

    Args:
        images: float (n, height, width, 1) in [-1, 1], both sides multiples of `scale`.
        scale: an integer of at least 1.

    Returns:
        float32 (n, height / scale, width / scale, 1) in [-1, 1].

    Raises:
        ValueError: if a side is no multiple of `scale`.

    Examples:
        >>> shrink(np.array([[[[-1.0], [1.0]], [[1.0], [1.0]]]]), 2)
        array([[[[0.5]]]], dtype=float32)
    """
    n, height, width, channels = check_images(images).shape
    check_count(scale, "scale")
    if height % scale or width % scale:
        raise ValueError(f"images must have sides that are multiples of scale = {scale}; got {height} x {width}")
    blocks = np.reshape(images, (n, height // scale, scale, width // scale, scale, channels))
    return blocks.mean(axis=(2, 4), dtype="float64").astype("float32")


def enlarge(images: np.ndarray, scale: int, interpolation: str = "bicubic") -> np.ndarray:
    """Make images `scale` times as high and as wide.

    Args:
        images: float (n, height, width, 1) in [-1, 1].
        scale: an integer of at least 1.
        interpolation: "nearest", "bilinear" or "bicubic" (Keys, "Cubic Convolution Interpolation for Digital Image
            Processing", 1981).

    Returns:
        float32 (n, scale * height, scale * width, 1) in [-1, 1]; what the bicubic one overshoots is cut off.

    Examples:
        >>> enlarge(np.zeros((2, 7, 7, 1)), 4).shape
        (2, 28, 28, 1)
    """
    height, width = check_images(images).shape[1:3]
    check_count(scale, "scale")
    check_choice(interpolation, "interpolation", ("nearest", "bilinear", "bicubic"))
    larger = ops.image.resize(np.asarray(images, "float32"), (scale * height, scale * width), interpolation=interpolation)
    return np.clip(ops.convert_to_numpy(larger), -1, 1)
