"""Pix2Pix: from a drawing of edges to the garment (Isola et al., "Image-to-Image Translation with Conditional Adversarial
Networks", 2017).
"""

import keras
import numpy as np
from keras import layers, ops
from skimage.feature import canny

from gan_lib.applications.scoring import paired_scores
from gan_lib.checks import check_choice, check_count, check_number
from gan_lib.conditional import ConditionalGAN, generate
from gan_lib.data import check_images, load_fashion_mnist, to_pixels
from gan_lib.networks import IMAGE_SHAPE, check_image_shape
from gan_lib.weights import set_weights

WEIGHT = 100.0  # of the L1 loss, as in the paper
FILTERS = (32, 64, 96, 96, 96)  # for 28 x 28 pixels
PAPER = (64, 128, 256, 512, 512, 512, 512, 512)  # for 256 x 256


def draw_edges(images, sigma=1.0):
    """Draw the edges of images: the conditions that the photographs are to be found for.

    Args:
        images: float (n, height, width, 1) in [-1, 1].
        sigma: width of the Gaussian that smooths before the edges are sought, in pixels (Canny, "A Computational Approach
            to Edge Detection", 1986).

    Returns:
        float32 (n, height, width, 1): 1 on an edge, -1 elsewhere.

    Raises:
        ValueError: if the images have another shape, type or range.
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

    def call(self, inputs, training=None):
        return super().call(inputs, training=True)


def build_generator(shape=IMAGE_SHAPE, filters=FILTERS, skips=True):
    """Build the U-Net: halve the size at each step down, double it at each step up, and hand each map across.

    The first three steps up drop half of their values, also when the network is used: that is all it draws at random.

    Args:
        shape: (height, width, channels) of drawing and image. A side that is no multiple of 2 ** len(filters) is padded
            inside, and the image cut out again.
        filters: maps after each step down; `PAPER` for 256 x 256.
        skips: whether maps are handed across.

    Returns:
        A `keras.Model`, (batch, *shape) -> (batch, *shape) in [-1, 1]; 54.4 million parameters for `(256, 256, 3)` and `PAPER`.

    Raises:
        ValueError: if the shape or the filters are none.
    """
    check_image_shape(shape)
    if not isinstance(filters, (list, tuple)) or not filters:
        raise ValueError(f"filters must hold the maps after each step down, such as {FILTERS}; got {filters!r}")
    for n in filters:
        check_count(n, "filters")
    drawing = keras.Input(shape, name="drawing")
    (top, bottom), (left, right) = margins = [margin(side, 2 ** len(filters)) for side in shape[:2]]
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


def margin(side, multiple):
    """Return (before, after): how many pixels make `side` a multiple of `multiple`."""
    missing = -side % multiple
    return missing // 2, missing - missing // 2


def build_discriminator(shape=IMAGE_SHAPE, filters=64, strides=1):
    """Build the PatchGAN: a convolutional network that judges every patch of drawing and image on its own.

    Args:
        shape: (height, width, channels) of drawing and image.
        filters: maps after the first convolution; doubled at each further one, up to eight times as many.
        strides: how many convolutions of stride 2: 1 for patches of 16 x 16, 3 for the paper's 70 x 70.

    Returns:
        A `keras.Model`, [drawing, image] -> (batch, h, w, 1), the probability that each patch is real; 2.77 million
        parameters for `(256, 256, 3)` and three strides.

    Raises:
        ValueError: if an argument is none of these.
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


def receptive_field(network):
    """Return how many pixels to a side each answer of a convolutional network depends on."""
    if not isinstance(network, keras.Model):
        raise ValueError(f"network must be a Keras model; got {type(network).__name__}")
    size, step = 1, 1
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D):
            size += (layer.kernel_size[0] - 1) * step
            step *= layer.strides[0]
    return size


def build(variant="pix2pix", start=None, seed=0):
    """Build both players for 28 x 28 pixels and compile them with the settings of the paper.

    Args:
        variant: "pix2pix", or one of the paper's comparisons: "l1" for the L1 loss alone, "no-skips" for a generator
            that hands no maps across.
        start: the generator to begin with, or None.
        seed: an integer that makes weights and steps repeat.

    Returns:
        A compiled `gan_lib.conditional.ConditionalGAN`.

    Raises:
        ValueError: for another variant, or a start that is another network.
    """
    check_choice(variant, "variant", VARIANTS)
    check_count(seed, "seed", least=0)
    keras.utils.set_random_seed(seed)
    gan = ConditionalGAN(build_generator(**options(variant)), build_discriminator(), seed=seed)
    if start is not None:
        set_weights(gan.generator, start.get_weights(), "start", "give the generator of a run of this application and variant")
    gan.compile(content=keras.losses.MeanAbsoluteError(), content_weight=WEIGHT, adversarial_weight=0.0 if variant == "l1" else 1.0)
    return gan


VARIANTS = ("pix2pix", "l1", "no-skips")
SEQUENCE = ("pix2pix",)  # what a whole training consists of


def pairs(images, labels=None, variant="pix2pix", seed=0):
    """Return what to train on: drawings of the images, and the images."""
    return draw_edges(images), images


def scores(generator, images, labels, variant="pix2pix"):
    """Score a generator on held-out images, see `gan_lib.applications.scoring.paired_scores`."""
    return paired_scores(images, generate(generator, draw_edges(images)), labels)


def followed(n=16, variant="pix2pix"):
    """Return the conditions that a recording follows, the first n drawings of the test images, and what to show beside them."""
    check_count(n, "n", most=2_000)
    images = load_fashion_mnist("test")[0][:n]
    drawings = draw_edges(images)
    return drawings, {"given": to_pixels(drawings), "wanted": to_pixels(images)}


def options(variant):
    """Return what `build_generator` needs to build the generator of a variant."""
    check_choice(variant, "variant", VARIANTS)
    return {"skips": variant != "no-skips"}
