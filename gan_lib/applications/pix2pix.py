"""Pix2Pix: from a drawing of edges to the garment (Isola et al., "Image-to-Image Translation with Conditional Adversarial
Networks", 2017).
"""

from collections.abc import Sequence

import numpy as np
from skimage.feature import canny

from gan_lib._checks import check_choice, check_count, check_images, check_number
from gan_lib._keras import keras, layers, ops
from gan_lib.applications._shared import FromPhotographs, build_players, check_build
from gan_lib.conditional import ConditionalGAN
from gan_lib.networks import IMAGE_SHAPE, check_image_shape

WEIGHT = 100.0  # of the L1 loss, as in the paper
FILTERS = (32, 64, 96, 96, 96)  # for 28 x 28 pixels
PAPER = (64, 128, 256, 512, 512, 512, 512, 512)  # for 256 x 256


def draw_edges(images: np.ndarray, sigma: float = 1.0) -> np.ndarray:
    """Draw the edges of images: the conditions that the photographs are to be found for.

    Args:
        images: float (n, height, width, 1) in [-1, 1].
        sigma: width of the Gaussian that smooths before the edges are sought, in pixels (Canny, "A Computational Approach
            to Edge Detection", 1986).

    Returns:
        float32 (n, height, width, 1): 1 on an edge, -1 elsewhere.
    """
    check_number(sigma, "sigma", 0)
    grey = (check_images(images)[..., 0] + 1) / 2
    edges = np.stack([canny(image, sigma, low_threshold=0.1, high_threshold=0.2) for image in grey])
    return (2 * edges[..., np.newaxis] - 1).astype("float32")


@keras.saving.register_keras_serializable("gan_lib")
class DropoutNoise(layers.Dropout):
    """Dropout that is also at work when the network is used, as the paper's only noise.

    `layers.Dropout(0.5)(x, training=True)` does not do this on Keras 3: a functional model hands its own `training` on to
    every layer, and `predict` calls it with False.
    """

    def call(self, inputs: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        return super().call(inputs, training=True)


def build_generator(shape: Sequence[int] = IMAGE_SHAPE, filters: Sequence[int] = FILTERS, skips: bool = True) -> keras.Model:
    """Build the U-Net: halve the size at each step down, double it at each step up, and hand each map across.

    The first three steps up drop half of their values, also when the network is used: that is all it draws at random.

    Args:
        shape: (height, width, channels) of drawing and image. A side that is no multiple of 2 ** len(filters) is padded
            inside, and the image cut out again.
        filters: maps after each step down; `PAPER` for 256 x 256.
        skips: whether maps are handed across.

    Returns:
        A `keras.Model`, (batch, *shape) -> (batch, *shape) in [-1, 1]; 54.4 million parameters for `(256, 256, 3)` and `PAPER`.

    Examples:
        >>> build_generator().output_shape
        (None, 28, 28, 1)
    """
    check_image_shape(shape)
    if not isinstance(filters, (list, tuple)) or not filters:
        raise ValueError(f"filters must hold the maps after each step down, such as {FILTERS}; got {filters!r}")
    for n in filters:
        check_count(n, "filters")
    drawing = keras.Input(shape, name="drawing")
    (top, bottom), (left, right) = margins = [padding(side, 2 ** len(filters)) for side in shape[:2]]
    x = ops.pad(drawing, [(0, 0), *margins, (0, 0)], constant_values=-1) if any(map(any, margins)) else drawing
    maps = []
    for i, n in enumerate(filters):
        x = layers.Conv2D(n, 4, strides=2, padding="same", use_bias=i == 0, name=f"down_{i + 1}")(x)
        if i:  # not in the first, as in the paper
            x = layers.BatchNormalization(momentum=0.8, name=f"down_{i + 1}_norm")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"down_{i + 1}_leaky")(x)
        maps.append(x)
    for i, n in reversed(list(enumerate(filters[:-1]))):
        x = layers.Conv2DTranspose(n, 4, strides=2, padding="same", use_bias=False, name=f"up_{i + 1}")(x)
        x = layers.BatchNormalization(momentum=0.8, name=f"up_{i + 1}_norm")(x)
        if i >= len(filters) - 4:
            x = DropoutNoise(0.5, name=f"up_{i + 1}_drop")(x)
        x = layers.Activation("relu", name=f"up_{i + 1}_relu")(x)
        x = layers.Concatenate(name=f"skip_{i + 1}")([x, maps[i]]) if skips else x
    x = layers.Conv2DTranspose(shape[-1], 4, strides=2, padding="same", activation="tanh", name="to_image")(x)
    return keras.Model(drawing, layers.Cropping2D(((top, bottom), (left, right)), name="image")(x), name="unet")


def padding(side: int, multiple: int) -> tuple[int, int]:
    """Return (before, after): how many pixels make `side` a multiple of `multiple`."""
    missing = -side % multiple
    return missing // 2, missing - missing // 2


def build_discriminator(shape: Sequence[int] = IMAGE_SHAPE, filters: int = 64, strides: int = 1) -> keras.Model:
    """Build the PatchGAN: a convolutional network that judges every patch of drawing and image on its own.

    Args:
        shape: (height, width, channels) of drawing and image.
        filters: maps after the first convolution; doubled at each further one, up to eight times as many.
        strides: how many convolutions of stride 2: 1 for patches of 16 x 16, 3 for the paper's 70 x 70.

    Returns:
        A `keras.Model`, [drawing, image] -> (batch, h, w, 1), the probability that each patch is real; 2.77 million
        parameters for `(256, 256, 3)` and three strides.
    """
    check_image_shape(shape)
    check_count(filters, "filters")
    check_count(strides, "strides", least=0)
    drawing, image = keras.Input(shape, name="drawing"), keras.Input(shape, name="image")
    x = layers.Concatenate(name="both")([drawing, image])
    for i in range(strides + 1):
        n, stride = filters * min(2**i, 8), 2 if i < strides else 1
        x = layers.ZeroPadding2D(1, name=f"pad_{i + 1}")(x)
        x = layers.Conv2D(n, 4, strides=stride, use_bias=i == 0, name=f"conv_{i + 1}")(x)
        if i:
            x = layers.BatchNormalization(momentum=0.8, name=f"norm_{i + 1}")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"leaky_{i + 1}")(x)
    x = layers.ZeroPadding2D(1, name="pad_last")(x)
    patches = layers.Conv2D(1, 4, activation="sigmoid", name="probability")(x)
    return keras.Model([drawing, image], patches, name="patch_discriminator")


def receptive_field(network: keras.Model) -> int:
    """Return how many pixels to a side each answer of a convolutional network depends on.

    Examples:
        >>> receptive_field(build_discriminator())
        16
    """
    if not isinstance(network, keras.Model):
        raise ValueError(f"network must be a Keras model; got {type(network).__name__}")
    size, step = 1, 1
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            size += (layer.kernel_size[0] - 1) * step
            step *= layer.strides[0]
    return size


def build(variant: str = "pix2pix", start: keras.Model | None = None, seed: int = 0) -> ConditionalGAN:
    """Build both players for 28 x 28 pixels and compile them with the optimizer and the loss weights of the paper.

    Args:
        variant: "pix2pix", or one of the paper's comparisons: "l1" for the L1 loss alone, "gan" for the
            adversarial loss alone, "no-skips" for a generator that hands no maps across.
        start: the generator to begin with, or None.
        seed: an integer that makes weights and steps repeat.

    Raises:
        ValueError: if `start` is another network.
    """
    check_build(variant, VARIANTS, seed)
    gan = build_players(lambda: build_generator(**options(variant)), build_discriminator, seed, start)
    content = None if variant == "gan" else keras.losses.MeanAbsoluteError()
    gan.compile(content=content, content_weight=WEIGHT, adversarial_weight=0.0 if variant == "l1" else 1.0)
    return gan


VARIANTS = ("pix2pix", "l1", "gan", "no-skips")
SEQUENCE = ("pix2pix",)  # what a whole training consists of

drawings = FromPhotographs(draw_edges)
pairs, followed, scores = drawings.pairs, drawings.followed, drawings.scores


def options(variant: str) -> dict[str, bool]:
    """Return what `build_generator` needs to build the generator of a variant."""
    check_choice(variant, "variant", VARIANTS)
    return {"skips": variant != "no-skips"}
