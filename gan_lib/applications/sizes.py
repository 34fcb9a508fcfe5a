"""Images made smaller and larger, without a network."""

import numpy as np
from keras import ops

from gan_lib.checks import check_choice, check_count
from gan_lib.data import check_images


def shrink(images, scale):
    """Make small images: each pixel the mean of scale x scale.

    Args:
        images: float (n, height, width, 1) in [-1, 1], both sides multiples of `scale`.
        scale: an integer of at least 1.

    Returns:
        float32 (n, height / scale, width / scale, 1) in [-1, 1].

    Raises:
        ValueError: if the images have another shape, type or range.
    """
    n, height, width, channels = check_images(images).shape
    check_count(scale, "scale")
    if height % scale or width % scale:
        raise ValueError(f"images must have sides that are multiples of scale = {scale}; got {height} x {width}")
    blocks = np.reshape(images, (n, height // scale, scale, width // scale, scale, channels))
    return blocks.mean(axis=(2, 4), dtype="float64").astype("float32")


def enlarge(images, scale, interpolation="bicubic"):
    """Make images `scale` times as high and as wide.

    Args:
        images: float (n, height, width, 1) in [-1, 1].
        scale: an integer of at least 1.
        interpolation: "nearest", "bilinear" or "bicubic" (Keys, "Cubic Convolution Interpolation for Digital Image
            Processing", 1981).

    Returns:
        float32 (n, scale * height, scale * width, 1) in [-1, 1]; what the bicubic one overshoots is cut off.

    Raises:
        ValueError: if the images have another shape, type or range, or for another interpolation.
    """
    check_images(images)
    check_count(scale, "scale")
    check_choice(interpolation, "interpolation", ("nearest", "bilinear", "bicubic"))
    height, width = np.shape(images)[1:3]
    larger = ops.image.resize(np.asarray(images, "float32"), (scale * height, scale * width), interpolation=interpolation)
    return np.clip(ops.convert_to_numpy(larger), -1, 1)
