"""A class on request: a generator that is told which class to make, and a discriminator that knows which was asked for.

Both take labels, integers (batch,), as the condition of `gan_lib.ConditionalGAN`.
"""

from collections.abc import Sequence

from gan_lib._checks import check_choice, check_count
from gan_lib._keras import keras, layers, ops
from gan_lib.devices import drawn_on_each_replica
from gan_lib.networks import IMAGE_SHAPE, answer, check_sides, growing_layers, shrinking_layers


@keras.saving.register_keras_serializable("gan_lib")
class WithNoise(layers.Layer):
    """Put a latent vector beside each condition: (batch, d) -> (batch, d + units), standard normal in the new places."""

    def __init__(self, units: int, **kwargs) -> None:
        check_count(units, "units")
        super().__init__(**kwargs)
        self.units = units
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, conditions: keras.KerasTensor) -> keras.KerasTensor:
        n = ops.shape(conditions)[0]
        noise = drawn_on_each_replica(lambda n: keras.random.normal((n, self.units), seed=self.seed_generator), n)
        return ops.concatenate([conditions, ops.cast(noise, conditions.dtype)], axis=-1)

    def compute_output_shape(self, shape: tuple) -> tuple:
        return *shape[:-1], shape[-1] + self.units

    def get_config(self) -> dict:
        return super().get_config() | {"units": self.units}


def build_class_generator(
    classes: int = 10, latent_dim: int = 100, image_shape: Sequence[int] = IMAGE_SHAPE, embedding: int = 50
) -> keras.Model:
    """Build a generator that makes an image of the class that it is told.

    A vector that is learned for each class, its embedding, stands beside the latent vector, which the network draws itself; all
    else is as in `build_generator` (Mirza and Osindero, "Conditional Generative Adversarial Nets", 2014).

    Args:
        classes: how many, at least 2.
        latent_dim, image_shape: as for `build_generator`.
        embedding: the length of the vector of a class.

    Returns:
        A `keras.Model`, labels (batch,), integers from 0 to classes - 1 -> (batch, height, width, channels) in [-1, 1].

    Raises:
        ValueError: if an argument is none of these.
    """
    check_count(classes, "classes", least=2)
    check_count(latent_dim, "latent_dim")
    check_count(embedding, "embedding")
    check_sides(image_shape)
    label = keras.Input((), dtype="int32", name="label")
    x = layers.Embedding(classes, embedding, name="class_vector")(label)
    x = WithNoise(latent_dim, name="with_noise")(x)
    for layer in growing_layers(image_shape):
        x = layer(x)
    return keras.Model(label, x, name="class_generator")


def build_class_discriminator(
    classes: int = 10,
    image_shape: Sequence[int] = IMAGE_SHAPE,
    by: str = "projection",
    scores: bool = False,
    batch_norm: bool = False,
    spectral_norm: bool = False,
) -> keras.Model:
    """Build a discriminator that judges whether an image is a real one of the class that was asked for.

    Args:
        classes: how many, at least 2.
        image_shape, scores, spectral_norm: as for `build_discriminator`.
        by: how it learns the class: "projection" adds the product of the image's features and a vector of the class to the score
            (Miyato and Koyama, "cGANs with Projection Discriminator", 2018); "concatenation" puts a map of the class beside the
            image's pixels, as another channel.
        batch_norm: as for `build_discriminator`.

    Returns:
        A `keras.Model`, [labels (batch,), images (batch, height, width, channels) in [-1, 1]] -> (batch, 1), the probability
        that the image is a real one of this class, or the score.

    Raises:
        ValueError: if an argument is none of these.
    """
    check_count(classes, "classes", least=2)
    check_choice(by, "by", ("projection", "concatenation"))
    check_sides(image_shape)
    label, image = keras.Input((), dtype="int32", name="label"), keras.Input(image_shape, name="image")
    x = image
    if by == "concatenation":
        height, width, _ = image_shape
        of_class = layers.Embedding(classes, height * width, name="class_map")(label)
        x = layers.Concatenate(name="with_class")([image, layers.Reshape((height, width, 1), name="to_map")(of_class)])
    for layer in shrinking_layers(image_shape, batch_norm, spectral_norm):
        x = layer(x)
    features = layers.Flatten(name="flatten")(x)
    if by == "concatenation":
        return keras.Model([label, image], answer(scores, spectral_norm)(features), name="class_discriminator")
    fits = layers.Dot(1, name="fits")([features, layers.Embedding(classes, features.shape[-1], name="class_vector")(label)])
    score = layers.Add(name="score")([answer(True, spectral_norm, name="looks_real")(features), fits])
    if not scores:
        score = layers.Activation("sigmoid", name="probability")(score)
    return keras.Model([label, image], score, name="class_discriminator")


def classes_of(network: keras.Model) -> int | None:
    """Return how many classes the first input of a network can name, or None if it is no label."""
    label = network.inputs[0]
    if label.shape != (None,):
        return None
    embeddings = [layer for layer in network.layers if isinstance(layer, layers.Embedding)]
    return embeddings[0].input_dim if embeddings else None


def with_latents(generator: keras.Model) -> keras.Model:
    """Return a generator of a class on request that does not draw its latent vectors, but takes them.

    Args:
        generator: as `build_class_generator` builds it; the result shares its weights.

    Returns:
        A `keras.Model`, [labels (batch,), latent vectors (batch, latent_dim)] -> images.

    Raises:
        ValueError: for another network.
    """
    names = [layer.name for layer in generator.layers]
    if not {"class_vector", "with_noise"} <= set(names):
        raise ValueError("generator must be one of build_class_generator; this one has no layer with_noise")
    noise = generator.get_layer("with_noise")
    label = keras.Input((), dtype="int32", name="label")
    latent = keras.Input((noise.units,), name="latent")
    x = ops.concatenate([generator.get_layer("class_vector")(label), latent], axis=-1)
    for layer in generator.layers[names.index("with_noise") + 1 :]:
        x = layer(x)
    return keras.Model([label, latent], x, name="class_generator_of_latents")
