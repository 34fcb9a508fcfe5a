"""The two players: the multilayer perceptrons of 2014 and the convolutional networks of 2016.

Every generator takes latent vectors and answers with images in [-1, 1]; every discriminator takes images
in [-1, 1] and answers with the probability that each is real, or with a score where it is built with `scores=True`.
"""

from collections.abc import Sequence

import numpy as np

from gan_lib._checks import check_choice, check_count
from gan_lib._keras import keras, layers, ops

IMAGE_SHAPE = (28, 28, 1)


def build_generator(latent_dim: int = 100, image_shape: Sequence[int] = IMAGE_SHAPE, width: int = 64) -> keras.Sequential:
    """Build the convolutional generator: project, then double the size and convolve until the image is large enough.

    Follows the guidelines of Radford et al., "Unsupervised Representation Learning with Deep Convolutional
    GANs" (2016), with nearest-neighbour upsampling and a convolution where the paper has a strided
    transposed convolution. A size that no number of doublings reaches is cut out of the next larger one.

    Args:
        latent_dim: length of a latent vector, an integer of at least 1.
        image_shape: (height, width, channels): sides that are multiples of 4 from 16 to 128, and 1 channel (grey) or 3 (colour).
        width: how many maps the last convolution before the image has, at least 1; each one before has twice as many as the
            next, up to 4 times `width`. Half the width is about a quarter of the work.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, height, width, channels) in [-1, 1]; 856,193 parameters
        with the defaults.

    Raises:
        ValueError: for a shape that is none of these, or a `latent_dim` or `width` that is no positive integer.
    """
    check_sides(image_shape)
    return keras.Sequential([latent_input(latent_dim), *growing_layers(image_shape, width)], name="generator")


def growing_layers(image_shape: Sequence[int], width: int = 64) -> list[keras.Layer]:
    """Return the layers of `build_generator` from its latent vectors to images."""
    check_count(width, "width")
    (*sides, channels) = image_shape
    doublings = max(2, int(np.log2(min(sides) / 4)))
    rows, columns = (-(-side // 2**doublings) for side in sides)
    widths = [min(2**i, 4) * width for i in reversed(range(doublings))]  # the last maps are 64, those before 128, 256, 256, ...

    grown = [
        layers.Dense(rows * columns * widths[0], activation="relu", name="project"),
        layers.Reshape((rows, columns, widths[0]), name="to_maps"),
    ]
    for filters in widths:
        rows, columns = 2 * rows, 2 * columns
        grown += [
            layers.UpSampling2D(2, name=f"up_to_{rows}"),
            layers.Conv2D(filters, 3, padding="same", name=f"conv_{rows}"),
            layers.BatchNormalization(momentum=0.8, name=f"norm_{rows}"),
            layers.Activation("relu", name=f"relu_{rows}"),
        ]
    if [rows, columns] != sides:
        surplus = [((of - side) // 2, (of - side + 1) // 2) for of, side in zip((rows, columns), sides)]
        grown.append(layers.Cropping2D(surplus, name=f"cut_to_{sides[0]}"))
    return [
        *grown,
        layers.Conv2D(channels, 3, padding="same", name="to_image"),
        layers.Activation("tanh", name="image"),
    ]


def build_transposed_generator(latent_dim: int = 100, kernel_size: int = 3) -> keras.Sequential:
    """Build the convolutional generator with transposed convolutions, as the paper has them.

    Follows Radford et al. (2016) in making maps larger by transposed convolutions of stride 2. All else is as in
    `build_generator`, so that the two differ in nothing else.

    Args:
        latent_dim: length of a latent vector, an integer of at least 1.
        kernel_size: the side of the window of both transposed convolutions, at least 2; the paper's code has 5.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, 28, 28, 1) in [-1, 1]; with the defaults 856,193
        parameters, as `build_generator`.

    Raises:
        ValueError: if `latent_dim` is not a positive integer, or `kernel_size` no integer of at least 2.
    """
    check_count(kernel_size, "kernel_size", least=2)  # the stride
    larger = {"kernel_size": kernel_size, "strides": 2, "padding": "same"}
    return keras.Sequential(
        [
            latent_input(latent_dim),
            layers.Dense(7 * 7 * 128, activation="relu", name="project"),
            layers.Reshape((7, 7, 128), name="to_maps"),
            layers.Conv2DTranspose(128, **larger, name="transposed_14"),
            layers.BatchNormalization(momentum=0.8, name="norm_14"),
            layers.Activation("relu", name="relu_14"),
            layers.Conv2DTranspose(64, **larger, name="transposed_28"),
            layers.BatchNormalization(momentum=0.8, name="norm_28"),
            layers.Activation("relu", name="relu_28"),
            layers.Conv2D(1, 3, padding="same", name="to_image"),
            layers.Activation("tanh", name="image"),
        ],
        name="transposed_generator",
    )


def build_discriminator(
    image_shape: Sequence[int] = IMAGE_SHAPE,
    batch_norm: bool = True,
    scores: bool = False,
    spectral_norm: bool = False,
    width: int = 32,
) -> keras.Sequential:
    """Build the convolutional discriminator: strided convolutions down to maps of about 2 x 2, and one unit.

    Follows Radford et al. (2016): strides instead of pooling, LeakyReLU, batch normalization everywhere but
    in the first block. Maps of an odd size get one more row and column, so that they halve evenly.

    Args:
        image_shape: as for `build_generator`.
        batch_norm: whether to normalize batches. Without, an answer depends on nothing but the image.
        scores: whether to answer with any number, the higher the likelier real, as the losses ask for that
            `gan_lib.losses` marks so; a sigmoid makes the probability of it.
        spectral_norm: whether each layer's largest singular value is kept at 1 (Miyato et al., "Spectral Normalization for
            Generative Adversarial Networks", 2018), by Keras's own layer; instead of batch normalization.
        width: how many maps the first convolution has, at least 1; each one after has twice as many as the one before, up to 8
            times `width`.

    Returns:
        A `keras.Sequential`, (batch, height, width, channels) in [-1, 1] -> (batch, 1), the probability that an image is
        real, or the score; with the defaults 390,657 parameters in 22 tensors, 16 of them trainable.

    Raises:
        ValueError: for another shape, a `width` that is no positive integer, or both normalizations at once.
    """
    check_sides(image_shape)
    return keras.Sequential(
        [
            keras.Input(image_shape, name="image"),
            *shrinking_layers(image_shape, batch_norm, spectral_norm, width),
            layers.Flatten(name="flatten"),
            answer(scores, spectral_norm),
        ],
        name="discriminator",
    )


def shrinking_layers(
    image_shape: Sequence[int], batch_norm: bool = True, spectral_norm: bool = False, width: int = 32
) -> list[keras.Layer]:
    """Return the layers of `build_discriminator` from images to maps of about 2 x 2."""
    for name, value in (("batch_norm", batch_norm), ("spectral_norm", spectral_norm)):
        check_choice(value, name, (True, False))
    check_count(width, "width")
    if batch_norm and spectral_norm:
        raise ValueError("spectral_norm stands in the place of batch normalization: set batch_norm=False")
    size, filters, shrunk = min(image_shape[:2]), width, []
    while size > 2:
        size = -(-size // 2)
        convolution = layers.Conv2D(filters, 3, strides=2, padding="same", name=f"conv_{size}")
        shrunk.append(normalized(convolution, spectral_norm))
        if size % 2 and size > 2:
            size += 1
            shrunk.append(layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"pad_to_{size}"))
        if batch_norm and filters > width:
            shrunk.append(layers.BatchNormalization(momentum=0.8, name=f"norm_{size}"))
        shrunk += [layers.LeakyReLU(negative_slope=0.2, name=f"leaky_{size}"), layers.Dropout(0.25, name=f"drop_{size}")]
        filters = min(2 * filters, 8 * width)
    return shrunk


def normalized(layer, spectral_norm):
    return layers.SpectralNormalization(layer, name=layer.name) if spectral_norm else layer


def build_mlp_generator(latent_dim: int = 100) -> keras.Sequential:
    """Build the generator of the first GAN: two hidden layers of 1,200 rectified linear units.

    Follows the MNIST network published with Goodfellow et al., "Generative Adversarial Nets" (2014), with
    tanh in place of its sigmoid, because our images run from -1 to 1.

    Args:
        latent_dim: length of a latent vector, an integer of at least 1.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, 28, 28, 1) in [-1, 1].
    """
    return keras.Sequential(
        [
            latent_input(latent_dim),
            layers.Dense(1200, activation="relu", name="hidden_1"),
            layers.Dense(1200, activation="relu", name="hidden_2"),
            layers.Dense(28 * 28, activation="tanh", name="pixels"),
            layers.Reshape(IMAGE_SHAPE, name="image"),
        ],
        name="mlp_generator",
    )


def build_mlp_discriminator(scores: bool = False) -> keras.Sequential:
    """Build the discriminator of the first GAN: two maxout layers of 240 units with 5 pieces, and dropout.

    Follows the MNIST network published with Goodfellow et al. (2014); maxout is the largest of several
    linear functions (Goodfellow et al., "Maxout Networks", 2013).

    Args:
        scores: as for `build_discriminator`.

    Returns:
        A `keras.Sequential`, (batch, 28, 28, 1) in [-1, 1] -> (batch, 1), the probability that an image is
        real, or the score.
    """
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE, name="image"),
            layers.Flatten(name="pixels"),
            layers.Dropout(0.2, name="drop_pixels"),
            *maxout(240, pieces=5, name="maxout_1"),
            layers.Dropout(0.5, name="drop_1"),
            *maxout(240, pieces=5, name="maxout_2"),
            layers.Dropout(0.5, name="drop_2"),
            answer(scores),
        ],
        name="mlp_discriminator",
    )


def build_point_generator(latent_dim: int = 2) -> keras.Sequential:
    """Build a generator of points in the plane: two hidden layers of 128 rectified linear units.

    Args:
        latent_dim: length of a latent vector, an integer of at least 1; with 2, the latent space is a plane too.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, 2), unbounded.
    """
    return keras.Sequential(
        [
            latent_input(latent_dim),
            layers.Dense(128, activation="relu", name="hidden_1"),
            layers.Dense(128, activation="relu", name="hidden_2"),
            layers.Dense(2, name="point"),
        ],
        name="point_generator",
    )


def build_point_discriminator(scores: bool = False, spectral_norm: bool = False) -> keras.Sequential:
    """Build a discriminator of points in the plane: two hidden layers of 128 leaky rectified linear units.

    Args:
        scores, spectral_norm: as for `build_discriminator`.

    Returns:
        A `keras.Sequential`, (batch, 2) -> (batch, 1), the probability that a point is real, or the score.
    """
    check_choice(spectral_norm, "spectral_norm", (True, False))
    return keras.Sequential(
        [
            keras.Input((2,), name="point"),
            normalized(layers.Dense(128, name="hidden_1"), spectral_norm),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_1"),
            normalized(layers.Dense(128, name="hidden_2"), spectral_norm),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_2"),
            answer(scores, spectral_norm),
        ],
        name="point_discriminator",
    )


def answer(scores, spectral_norm=False, name=None):
    """Return the last layer of a discriminator: a score, which is any number, or the probability that a sigmoid makes of it."""
    check_choice(scores, "scores", (True, False))
    name = name or ("score" if scores else "probability")
    return normalized(layers.Dense(1, activation=None if scores else "sigmoid", name=name), spectral_norm)


def maxout(units, pieces, name):
    """Return the layers of (batch, any) -> (batch, units), each unit the largest of `pieces` linear ones."""
    return [
        layers.Dense(units * pieces, name=f"{name}_linear"),
        layers.Reshape((pieces, units), name=f"{name}_pieces"),
        layers.GlobalMaxPooling1D(name=name),
    ]


def latent_input(latent_dim):
    check_count(latent_dim, "latent_dim")
    return keras.Input((latent_dim,), name="latent")


def check_image_shape(shape, sides_known=True, name="shape"):
    """Raise a ValueError unless it is (height, width, channels), where the sides may be None if they need not be known."""
    if not isinstance(shape, (list, tuple)) or len(shape) != 3:
        raise ValueError(f"{name} must be (height, width, channels), such as {IMAGE_SHAPE}; got {shape!r}")
    for part, size in zip(("height", "width", "channels"), shape):
        if sides_known or size is not None or part == "channels":
            check_count(size, f"{name}'s {part}")


def check_sides(image_shape):
    """Raise a ValueError unless the convolutional players can be built for images of this shape."""
    check_image_shape(image_shape, name="image_shape")
    for part, side in zip(("height", "width"), image_shape):
        if side % 4 or not 16 <= side <= 128:
            raise ValueError(f"image_shape's {part} must be a multiple of 4 from 16 to 128, such as 28 or 64; got {side}")
    if image_shape[2] not in (1, 3):
        raise ValueError(f"image_shape's channels must be 1, for grey images, or 3, for coloured ones; got {image_shape[2]}")


def answers_probabilities(network: keras.Model) -> bool:
    """Say whether all that a network answers lies in [0, 1].

    Its last layer tells, if that has a sigmoid or none. Where it does not tell, such as a layer of one's own, the network is
    asked about 64 random inputs, far out.
    """
    output = network.outputs[0]
    while True:
        layer = output._keras_history.operation
        if isinstance(layer, keras.Model):
            return answers_probabilities(layer)
        if not isinstance(layer, PASSING_ON):
            break
        output = layer.input
    activation = getattr(layer, "activation", None)
    if activation in (keras.activations.sigmoid, keras.activations.hard_sigmoid):
        return True
    if activation is keras.activations.linear:
        return False
    shapes = [(64, *(size or 16 for size in part.shape[1:])) for part in network.inputs]
    inputs = [
        ops.zeros(shape, part.dtype) if "int" in part.dtype else 1000 * keras.random.normal(shape, seed=0)
        for shape, part in zip(shapes, network.inputs)
    ]  # 0 is a class of every network
    answers = ops.convert_to_numpy(ops.cast(network(inputs if len(inputs) > 1 else inputs[0], training=False), "float32"))
    return bool(answers.min() >= 0 and answers.max() <= 1)


PASSING_ON = (
    layers.Flatten,
    layers.Reshape,
    layers.GlobalAveragePooling2D,
    layers.AveragePooling2D,
    layers.Cropping2D,
    layers.Identity,
)
NETWORKS = {
    "dcgan": (build_generator, build_discriminator),
    "mlp": (build_mlp_generator, build_mlp_discriminator),
    "crossed": (build_generator, build_mlp_discriminator),
    "points": (build_point_generator, build_point_discriminator),
}
