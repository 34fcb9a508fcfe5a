"""SRGAN: four times as many pixels to a side (Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative
Adversarial Network", 2017).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from gan_lib._checks import check_accepts, check_choice, check_counts
from gan_lib._keras import full_precision, keras, layers, ops, tf
from gan_lib._weights import pretrained
from gan_lib.applications._shared import FromPhotographs, build_players, check_build
from gan_lib.applications.sizes import shrink
from gan_lib.classifier import load_classifier
from gan_lib.conditional import ConditionalGAN
from gan_lib.networks import IMAGE_SHAPE, check_image_shape

SCALE = 4
ADVERSARIAL_WEIGHT = 5e-2  # the paper has 1e-3, with features of another scale; so little is not heard here, and leaves grids
mean_squared_error = keras.losses.MeanSquaredError()


@keras.saving.register_keras_serializable("gan_lib")
class PixelShuffle(layers.Layer):
    """Sub-pixel convolution's second half: (batch, h, w, 4 c) -> (batch, 2 h, 2 w, c), four channels to a square of pixels
    (Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network", 2016).
    """

    def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        _, height, width, channels = ops.shape(maps)
        squares = ops.reshape(maps, (-1, height, width, 2, 2, channels // 4))
        return ops.reshape(ops.transpose(squares, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, channels // 4))

    def compute_output_shape(self, shape: tuple) -> tuple:
        batch, height, width, channels = shape
        return batch, height and 2 * height, width and 2 * width, channels // 4


def build_generator(shape: Sequence[int | None] = (7, 7, 1), blocks: int = 4, filters: int = 32) -> keras.Model:
    """Build the residual generator (SRResNet): work at the small size, and enlarge at the end.

    Args:
        shape: (height, width, channels) of the small image; height and width may be None.
        blocks: residual blocks; the paper has 16.
        filters: maps of each convolution; the paper has 64.

    Returns:
        A `keras.Model`, (batch, h, w, c) -> (batch, 4 h, 4 w, c) in [-1, 1]; about 1.5 million parameters for
        `((None, None, 3), 16, 64)`.

    Examples:
        >>> build_generator().output_shape
        (None, 28, 28, 1)
    """
    check_image_shape(shape, sides_known=False)
    check_counts(blocks=blocks, filters=filters)
    small = keras.Input(shape, name="small")
    x = layers.Conv2D(filters, 9, padding="same", name="first")(small)
    first = x = layers.PReLU(shared_axes=[1, 2], name="first_prelu")(x)
    for i in range(1, blocks + 1):
        y = layers.Conv2D(filters, 3, padding="same", name=f"block_{i}_conv_1")(x)
        y = layers.BatchNormalization(momentum=0.8, name=f"block_{i}_norm_1")(y)
        y = layers.PReLU(shared_axes=[1, 2], name=f"block_{i}_prelu")(y)
        y = layers.Conv2D(filters, 3, padding="same", name=f"block_{i}_conv_2")(y)
        y = layers.BatchNormalization(momentum=0.8, name=f"block_{i}_norm_2")(y)
        x = layers.Add(name=f"block_{i}")([x, y])
    x = layers.Conv2D(filters, 3, padding="same", name="last_conv")(x)
    x = layers.BatchNormalization(momentum=0.8, name="last_norm")(x)
    x = layers.Add(name="around_all")([first, x])
    for i in (1, 2):
        x = layers.Conv2D(4 * filters, 3, padding="same", name=f"up_{i}_conv")(x)
        x = PixelShuffle(name=f"up_{i}")(x)
        x = layers.PReLU(shared_axes=[1, 2], name=f"up_{i}_prelu")(x)
    image = layers.Conv2D(shape[-1], 9, padding="same", activation="tanh", name="image")(x)
    return keras.Model(small, image, name="srresnet")


def build_discriminator(shape: Sequence[int] = IMAGE_SHAPE, filters: int = 16, units: int = 128) -> keras.Model:
    """Build the discriminator: eight convolutions, every second of stride 2 and, but for the first pair, of twice the maps.

    Args:
        shape: (height, width, channels) of an image.
        filters: maps at first; the paper has 64.
        units: of the dense layer; the paper has 1,024.

    Returns:
        A `keras.Model`, images -> (batch, 1), the probability that each is real.
    """
    check_image_shape(shape)
    check_counts(filters=filters, units=units)
    image = x = keras.Input(shape, name="image")
    for i in range(8):
        x = layers.Conv2D(filters * 2 ** (i // 2), 3, strides=1 + i % 2, padding="same", name=f"conv_{i + 1}")(x)
        if i:
            x = layers.BatchNormalization(momentum=0.8, name=f"norm_{i + 1}")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"leaky_{i + 1}")(x)
    x = layers.Dense(units, name="dense")(layers.Flatten(name="flatten")(x))
    x = layers.LeakyReLU(negative_slope=0.2, name="leaky_dense")(x)
    return keras.Model(image, layers.Dense(1, activation="sigmoid", name="probability")(x), name="discriminator")


def perceptual_loss(real_images: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Compare the feature maps of `gan_lib.classifier` instead of pixels: the mean squared difference of its maps at 14 x 14,
    before the second pooling: what an image loses in a pooling, no loss behind it can ask for, and grids come of it.

    The paper takes VGG19's for this, `vgg_loss`; the classifier of garments is their stand-in at 28 x 28 pixels.
    """
    return difference_of_maps(feature_maps(), "perceptual_loss", real_images, images)


def difference_of_maps(network: keras.Model, loss: str, real_images: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """Return the mean squared difference of what a network makes of two batches of images; `loss` names it in a message."""
    check_accepts(network, loss, real_images, "real_images")
    check_accepts(network, loss, images, "images")
    return mean_squared_error(network(real_images, training=False), network(images, training=False))


@cache
def feature_maps(layer: str = "conv_14b") -> keras.Model:
    """Return the part of `gan_lib.classifier` that ends in a layer, in float32."""
    with full_precision():
        classifier = load_classifier()
        return keras.Model(classifier.inputs[0], classifier.get_layer(layer).output)


def vgg_loss(real_images: tf.Tensor, images: tf.Tensor) -> tf.Tensor:
    """The paper's content loss: the mean squared difference of VGG19's last feature maps, each divided by 12.75.

    Needs the internet once, for VGG19's weights (80 MB).
    """
    return difference_of_maps(vgg_maps(), "vgg_loss", real_images, images)


@cache
def vgg_maps(weights: str | None = "imagenet") -> keras.Model:
    """Build the network (batch, h, w, 1) in [-1, 1] -> VGG19's maps after its last convolution, over 12.75, in float32."""
    instead = "use perceptual_loss, whose classifier comes with gan_lib"
    with full_precision():
        vgg = pretrained(keras.applications.VGG19, "VGG19", instead, include_top=False, weights=weights)
        vgg.trainable = False
        maps = keras.Model(vgg.inputs[0], vgg.get_layer("block5_conv4").output)
        images = keras.Input((None, None, 1))
        enlarged = layers.UpSampling2D(4, interpolation="bilinear")(images)  # 28 x 28 would shrink to nothing in five poolings
        pixels = keras.applications.vgg19.preprocess_input(layers.Concatenate()([127.5 * (enlarged + 1)] * 3))
        return keras.Model(images, maps(pixels) / 12.75)


def build(variant: str = "srgan", start: keras.Model | None = None, seed: int = 0) -> ConditionalGAN:
    """Build both players for 28 x 28 pixels and compile them.

    Args:
        variant: "mse" for the mean squared error alone, which the paper calls SRResNet; "srgan" for the perceptual and the
            adversarial loss; "perceptual" for the perceptual loss alone.
        start: the generator to begin with, as the paper begins SRGAN with SRResNet, or None.
        seed: an integer that makes weights and steps repeat.

    Raises:
        ValueError: if `start` is another network.
    """
    check_build(variant, VARIANTS, seed)
    gan = build_players(build_generator, build_discriminator, seed, start)
    content, adversarial_weight = VARIANTS[variant]
    rates = {name: keras.optimizers.Adam(2e-4, beta_1=0.9) for name in ("generator_optimizer", "discriminator_optimizer")}
    gan.compile(content=content, adversarial_weight=adversarial_weight, **rates)
    return gan


VARIANTS = {
    "mse": (mean_squared_error, 0.0),
    "srgan": (perceptual_loss, ADVERSARIAL_WEIGHT),
    "perceptual": (perceptual_loss, 0.0),
}
SEQUENCE = ("mse", "srgan")  # what a whole training consists of


def to_small(images: np.ndarray) -> np.ndarray:
    """Return the conditions for images: the same at a quarter of their sides."""
    return shrink(images, SCALE)


small_images = FromPhotographs(to_small)
pairs, followed, scores = small_images.pairs, small_images.followed, small_images.scores


def options(variant: str) -> dict:
    """Return what `build_generator` needs to build the generator of a variant: nothing."""
    check_choice(variant, "variant", VARIANTS)
    return {}
