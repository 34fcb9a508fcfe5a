"""The two players: the multilayer perceptrons of 2014 and the convolutional networks of 2016.

Every generator takes latent vectors and answers with images in [-1, 1]; every discriminator takes images
in [-1, 1] and answers with the probability that each is real.
"""

from gan_lib._checks import check_choice, check_count
from gan_lib._keras import keras, layers, ops

IMAGE_SHAPE = (28, 28, 1)


def build_generator(latent_dim: int = 100) -> keras.Sequential:
    """Build the convolutional generator: project, then twice double the size and convolve.

    Follows the guidelines of Radford et al., "Unsupervised Representation Learning with Deep Convolutional
    GANs" (2016), with nearest-neighbour upsampling and a convolution where the paper has a strided
    transposed convolution.

    Args:
        latent_dim: length of a latent vector, an integer of at least 1.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, 28, 28, 1) in [-1, 1]; 856,193 parameters
        for the default of 100.
    """
    return keras.Sequential(
        [
            latent_input(latent_dim),
            layers.Dense(7 * 7 * 128, activation="relu", name="project"),
            layers.Reshape((7, 7, 128), name="to_maps"),
            layers.UpSampling2D(2, name="up_to_14"),
            layers.Conv2D(128, 3, padding="same", name="conv_14"),
            layers.BatchNormalization(momentum=0.8, name="norm_14"),
            layers.Activation("relu", name="relu_14"),
            layers.UpSampling2D(2, name="up_to_28"),
            layers.Conv2D(64, 3, padding="same", name="conv_28"),
            layers.BatchNormalization(momentum=0.8, name="norm_28"),
            layers.Activation("relu", name="relu_28"),
            layers.Conv2D(1, 3, padding="same", name="to_image"),
            layers.Activation("tanh", name="image"),
        ],
        name="generator",
    )


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


def build_discriminator(batch_norm: bool = True) -> keras.Sequential:
    """Build the convolutional discriminator: four strided convolutions and one logistic unit.

    Follows Radford et al. (2016): strides instead of pooling, LeakyReLU, batch normalization everywhere but
    in the first block. The padding before `norm_8` makes the 7 x 7 maps 8 x 8, so that they halve evenly.

    Args:
        batch_norm: whether to normalize batches. Without, an answer depends on nothing but the image.

    Returns:
        A `keras.Sequential`, (batch, 28, 28, 1) in [-1, 1] -> (batch, 1), the probability that an image is
        real; 390,657 parameters in 22 tensors, 16 of them trainable.
    """
    check_choice(batch_norm, "batch_norm", (True, False))

    def normalized(name):
        return [layers.BatchNormalization(momentum=0.8, name=name)] * batch_norm

    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE, name="image"),
            layers.Conv2D(32, 3, strides=2, padding="same", name="conv_14"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_14"),
            layers.Dropout(0.25, name="drop_14"),
            layers.Conv2D(64, 3, strides=2, padding="same", name="conv_7"),
            layers.ZeroPadding2D(((0, 1), (0, 1)), name="pad_to_8"),
            *normalized("norm_8"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_8"),
            layers.Dropout(0.25, name="drop_8"),
            layers.Conv2D(128, 3, strides=2, padding="same", name="conv_4"),
            *normalized("norm_4"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_4"),
            layers.Dropout(0.25, name="drop_4"),
            layers.Conv2D(256, 3, strides=2, padding="same", name="conv_2"),
            *normalized("norm_2"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_2"),
            layers.Dropout(0.25, name="drop_2"),
            layers.Flatten(name="flatten"),
            layers.Dense(1, activation="sigmoid", name="probability"),
        ],
        name="discriminator",
    )


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


def build_mlp_discriminator() -> keras.Sequential:
    """Build the discriminator of the first GAN: two maxout layers of 240 units with 5 pieces, and dropout.

    Follows the MNIST network published with Goodfellow et al. (2014); maxout is the largest of several
    linear functions (Goodfellow et al., "Maxout Networks", 2013).

    Returns:
        A `keras.Sequential`, (batch, 28, 28, 1) in [-1, 1] -> (batch, 1), the probability that an image is
        real.
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
            layers.Dense(1, activation="sigmoid", name="probability"),
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


def build_point_discriminator() -> keras.Sequential:
    """Build a discriminator of points in the plane: two hidden layers of 128 leaky rectified linear units.

    Returns:
        A `keras.Sequential`, (batch, 2) -> (batch, 1), the probability that a point is real.
    """
    return keras.Sequential(
        [
            keras.Input((2,), name="point"),
            layers.Dense(128, name="hidden_1"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_1"),
            layers.Dense(128, name="hidden_2"),
            layers.LeakyReLU(negative_slope=0.2, name="leaky_2"),
            layers.Dense(1, activation="sigmoid", name="probability"),
        ],
        name="point_discriminator",
    )


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


def check_image_shape(shape, sides_known=True):
    """Raise a ValueError unless it is (height, width, channels), where the sides may be None if they need not be known."""
    if not isinstance(shape, (list, tuple)) or len(shape) != 3:
        raise ValueError(f"shape must be (height, width, channels), such as {IMAGE_SHAPE}; got {shape!r}")
    for part, size in zip(("height", "width", "channels"), shape):
        if sides_known or size is not None or part == "channels":
            check_count(size, f"shape's {part}")


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
    inputs = [1000 * keras.random.normal((64, *(size or 16 for size in part.shape[1:])), seed=0) for part in network.inputs]
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
