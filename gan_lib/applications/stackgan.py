"""StackGAN: from a caption to a small image, and from both to a larger one (Zhang et al., "StackGAN: Text to Photo-Realistic
Image Synthesis with Stacked Generative Adversarial Networks", 2017).
"""

from collections.abc import Sequence

import numpy as np

from gan_lib._checks import check_choice, check_count, check_counts, check_images, check_number
from gan_lib._keras import keras, layers, ops, tf
from gan_lib._optimizers import share_of_loss
from gan_lib.applications._shared import build_players, check_build
from gan_lib.applications.captions import UNSEEN, Meaning, captions, check_meanings, meanings, seen_together, wrong_partners
from gan_lib.applications.sizes import enlarge, shrink
from gan_lib.applications.text_encoder import DIMENSIONS, encode
from gan_lib.classes import WithNoise
from gan_lib.classifier import class_features, class_probabilities
from gan_lib.conditional import ConditionalGAN, generate
from gan_lib.devices import drawn_on_each_replica
from gan_lib.gan import call_keeping_statistics
from gan_lib.metrics import fid

CONDITION = 32  # dimensions of what conditioning augmentation draws; the paper has 128
NOISE = 64  # dimensions of Stage I's latent vector; the paper has 100
KL_WEIGHT = 1.0  # of the mean over the dimensions, see Augmentation; the paper has 1 of the sum, its authors' code 2 of the mean
# Four times the generator's: unnormalized, the discriminator learns slowly, and lags behind; two rates as in Heusel et al. 2017.
DISCRIMINATOR_RATE = 8e-4

# Captions to follow and to choose from: a row for each adjective.
ADJECTIVES = ("dark", "light", "plain", "patterned")
NOUNS = ("t-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
MENU = tuple(f"{'some' if noun == 'trousers' else 'a'} {adjective} {noun}" for adjective in ADJECTIVES for noun in NOUNS)
MENU_SIZE = len(MENU)


@keras.saving.register_keras_serializable("gan_lib")
class Augmentation(layers.Layer):
    """Conditioning augmentation: draw a condition from a normal distribution around what the caption says.

    Mean and log-variance are linear in the caption's vector. To the model's losses the layer adds the divergence
    KL(N(mean, variance) || N(0, 1)) for each dimension, averaged over the batch.

    Args:
        units: dimensions of the condition.
        kl_weight: the factor of that loss. Where the sum over the dimensions counts in place of their mean, as with
            `kl_weight=units`, it is cheaper for the generator to hear only part of the caption.
    """

    def __init__(self, units: int, kl_weight: float = KL_WEIGHT, **kwargs) -> None:
        check_count(units, "units")
        check_number(kl_weight, "kl_weight", 0)
        super().__init__(**kwargs)
        self.units, self.kl_weight = units, kl_weight
        self.normal = layers.Dense(2 * units, name="normal")
        self.seed_generator = keras.random.SeedGenerator()

    def build(self, shape: tuple) -> None:
        self.normal.build(shape)

    def call(self, vectors: keras.KerasTensor) -> keras.KerasTensor:
        mean, log_variance = ops.split(self.normal(vectors), 2, axis=-1)
        self.add_loss(self.kl_weight / self.units * ops.mean(kl_from_standard_normal(mean, log_variance)))
        n = ops.shape(mean)[0]
        noise = drawn_on_each_replica(lambda n: keras.random.normal((n, self.units), seed=self.seed_generator), n)
        return mean + ops.exp(log_variance / 2) * noise

    def get_config(self) -> dict:
        return super().get_config() | {"units": self.units, "kl_weight": self.kl_weight}


def kl_from_standard_normal(mean: tf.Tensor, log_variance: tf.Tensor) -> tf.Tensor:
    """Return KL(N(mean, variance) || N(0, 1)) for each row, summed over its coordinates: (n, d), (n, d) -> (n,), in nats."""
    return ops.sum(ops.exp(log_variance) + ops.square(mean) - 1 - log_variance, axis=-1) / 2


def build_stage_1(
    text: int = DIMENSIONS,
    condition: int = CONDITION,
    noise: int = NOISE,
    filters: int = 128,
    start: int = 7,
    doublings: int = 1,
    channels: int = 1,
) -> keras.Model:
    """Build Stage I's generator: a rough image of what the caption says.

    Args:
        text: dimensions of a caption's vector; the paper has 1,024.
        condition, noise: dimensions of the drawn condition and of the latent vector; the paper has 128 and 100.
        filters: maps at first, halved at each doubling; the paper has 1,024 (8 times N_g = 128).
        start: pixels to a side at first; the paper has 4.
        doublings: how often the side is doubled; the paper has 4, for 64 x 64 pixels.
        channels: of the image.

    Returns:
        A `keras.Model`, (batch, text) -> images in [-1, 1] of start * 2 ** doublings pixels to a side; 14 by default.

    Examples:
        >>> build_stage_1().output_shape
        (None, 14, 14, 1)
    """
    check_counts(text=text, condition=condition, noise=noise, filters=filters, start=start, channels=channels)
    check_count(doublings, "doublings", least=0)
    caption = keras.Input((text,), name="caption")
    x = WithNoise(noise, name="with_noise")(Augmentation(condition, name="augmentation")(caption))
    x = layers.Dense(start * start * filters, use_bias=False, name="project")(x)
    x = layers.Reshape((start, start, filters), name="to_maps")(normalized_relu(x, "project"))
    for i in range(1, doublings + 1):
        x = double_size(x, max(filters // 2**i, 1), f"up_{i}")
    image = layers.Conv2D(channels, 3, padding="same", activation="tanh", name="image")(x)
    return keras.Model(caption, image, name="stage_1")


def build_stage_2(
    stage_1: keras.Model, condition: int = CONDITION, filters: int = 64,
    residual_blocks: int = 2, doublings: int = 2, halvings: int = 1,
) -> keras.Model:  # fmt: skip
    """Build Stage II's generator around a trained Stage I: read the caption again, mend and refine the rough image.

    Stage I is frozen, and rightly so: nobody trains it any more, so that it is one fixed function, on its moving statistics.

    Args:
        stage_1: the generator of Stage I; it is part of the result.
        condition: dimensions of the drawn condition; the paper has 128.
        filters: maps of the rough image's first convolution, doubled at each halving; the paper has 128.
        residual_blocks: the paper has 4, for 256 x 256 pixels.
        doublings: how often the side is doubled after the residual blocks; the paper has 4.
        halvings: how often it is halved before; the paper has 2, from 64 to 16.

    Returns:
        A `keras.Model`, (batch, text) -> images in [-1, 1]; 28 x 28 by default.

    Raises:
        ValueError: if `stage_1` makes no images of vectors.
    """
    check_stage_1(stage_1)
    check_counts(condition=condition, filters=filters)
    check_counts(0, residual_blocks=residual_blocks, doublings=doublings, halvings=halvings)
    stage_1.trainable = False
    caption = keras.Input(stage_1.input_shape[1:], name="caption")
    rough = stage_1(caption)
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name="look")(rough)
    for i in range(1, halvings + 1):
        x = layers.Conv2D(filters * 2**i, 4, strides=2, padding="same", use_bias=False, name=f"down_{i}")(x)
        x = normalized_relu(x, f"down_{i}")
    x = put_beside_maps(Augmentation(condition, name="augmentation")(caption), x)
    width = filters * 2**halvings
    x = normalized_relu(layers.Conv2D(width, 3, padding="same", use_bias=False, name="join")(x), "join")
    for i in range(1, residual_blocks + 1):
        y = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"block_{i}_conv_1")(x)
        y = normalized_relu(y, f"block_{i}_1")
        y = layers.Conv2D(width, 3, padding="same", use_bias=False, name=f"block_{i}_conv_2")(y)
        y = layers.BatchNormalization(momentum=0.8, name=f"block_{i}_2_norm")(y)
        x = layers.Activation("relu", name=f"block_{i}")(layers.Add(name=f"block_{i}_sum")([x, y]))
    for i in range(1, doublings + 1):
        x = double_size(x, max(width // 2**i, 1), f"up_{i}")
    image = layers.Conv2D(rough.shape[-1], 3, padding="same", activation="tanh", name="image")(x)
    return keras.Model(caption, image, name="stage_2")


def build_discriminator(
    size: int,
    text: int = DIMENSIONS,
    compressed: int = 32,
    filters: int = 32,
    halvings: int = 2,
    channels: int = 1,
    batch_norm: bool = False,
) -> keras.Model:
    """Build the discriminator of a stage: judge the image together with the caption.

    The paper normalizes its batches. Here they consist of one kind of pairs each, and the statistics of a batch would tell which:
    the discriminator would learn to judge the company instead of the pair.

    Args:
        size: pixels to a side.
        text: dimensions of a caption's vector.
        compressed: dimensions it is compressed to, before it is put beside every place of the maps; the paper has 128.
        filters: maps of the first convolution, doubled at each halving.
        halvings: how often the side is halved; the paper goes down to 4 x 4.
        channels: of the image.
        batch_norm: whether to have the paper's batch normalizations.

    Returns:
        A `keras.Model`, [caption, image] -> (batch, 1), the probability that the image is real and the caption right about it.
    """
    check_counts(size=size, text=text, compressed=compressed, filters=filters, channels=channels)
    check_count(halvings, "halvings", least=0)
    caption, image = keras.Input((text,), name="caption"), keras.Input((size, size, channels), name="image")
    x = image
    for i in range(1, halvings + 1):
        x = layers.Conv2D(filters * 2 ** (i - 1), 4, strides=2, padding="same", name=f"down_{i}")(x)
        if i > 1 and batch_norm:
            x = layers.BatchNormalization(momentum=0.8, name=f"down_{i}_norm")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"down_{i}_leaky")(x)
    brief = layers.Dense(compressed, name="brief")(caption)
    x = put_beside_maps(layers.LeakyReLU(negative_slope=0.2, name="brief_leaky")(brief), x)
    x = layers.Conv2D(filters * 2**halvings, 1, name="join")(x)
    if batch_norm:
        x = layers.BatchNormalization(momentum=0.8, name="join_norm")(x)
    x = layers.LeakyReLU(negative_slope=0.2, name="join_leaky")(x)
    x = layers.Dense(1, activation="sigmoid", name="probability")(layers.Flatten(name="flatten")(x))
    return keras.Model([caption, image], x, name=f"discriminator_{size}")


def check_stage_1(stage_1: keras.Model, name: str = "stage_1") -> None:
    """Raise a ValueError unless it is a Keras model that makes images of vectors."""
    if not isinstance(stage_1, keras.Model) or len(stage_1.input_shape) != 2 or len(stage_1.output_shape) != 4:
        raise ValueError(f'{name} must be the generator of Stage I, such as the variant "stage-1" trains; got {stage_1!r:.200}')


def normalized_relu(x: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Normalize a batch and cut off what is negative."""
    return layers.Activation("relu", name=f"{name}_relu")(layers.BatchNormalization(momentum=0.8, name=f"{name}_norm")(x))


def double_size(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    """Make maps twice as high and as wide, and convolve them: (batch, h, w, c) -> (batch, 2 h, 2 w, filters)."""
    x = layers.UpSampling2D(2, name=name)(x)
    return normalized_relu(layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv")(x), name)


def put_beside_maps(vector: keras.KerasTensor, maps: keras.KerasTensor) -> keras.KerasTensor:
    """Put a vector (batch, d) beside every place of maps (batch, h, w, c): (batch, h, w, c + d)."""
    height, width = maps.shape[1:3]
    everywhere = layers.Reshape((height, width, vector.shape[-1]))(layers.RepeatVector(height * width)(vector))
    return layers.Concatenate()([maps, everywhere])


class Stage(ConditionalGAN):
    """One stage's two players, the discriminator being matching-aware (Reed et al. 2016).

    It learns from three kinds of pairs: a real image with a caption that is right about it counts as real; a generated image
    with the caption it was made for, and a real image with a wrong caption, count as fake, half each.
    """

    def discriminator_step(self, conditions, real_images):
        """Move the discriminator once.

        Args:
            conditions: (right captions, wrong captions), (batch, text) each.
            real_images: float (batch, height, width, channels) in [-1, 1].

        Returns:
            dict of scalars: d_loss; d_accuracy_real, d_accuracy_fake and d_accuracy_wrong, the shares judged rightly.
        """
        right, wrong = conditions
        fake_images = call_keeping_statistics(self.generator, right)
        with tf.GradientTape() as tape:
            on_real = self.judge_with(right, real_images)
            on_fake = self.judge_with(right, fake_images)
            on_wrong = self.judge_with(wrong, real_images)
            objective = self.objective.discriminator
            losses = objective(on_real, on_fake), objective(on_real, on_wrong)
            loss = sum(losses) / 2
            share = share_of_loss(loss, self.discriminator_optimizer)
        return self.move_discriminator(tape, loss, share, on_real, fake=on_fake, wrong=on_wrong)

    def generator_step(self, conditions: tuple[tf.Tensor, tf.Tensor], real_images: tf.Tensor) -> dict[str, tf.Tensor]:
        """Move the generator once, for the right captions alone; see `ConditionalGAN.generator_step`.

        Returns:
            dict of scalars: g_loss, and kl, the weighted divergence of the conditioning augmentation.
        """
        values = super().generator_step(conditions[0], real_images)
        return values | {"kl": ops.sum(self.generator.get_layer("augmentation").losses)}

    def compile(self, **kwargs) -> None:
        """Choose the optimizers, as for `ConditionalGAN.compile`, and report what a stage measures besides."""
        super().compile(**kwargs)
        self.means.metrics += [keras.metrics.Mean(name) for name in ("d_accuracy_wrong", "kl")]

    def check(self, x: tuple[np.ndarray, np.ndarray], y: np.ndarray) -> None:
        """Raise a ValueError unless x is a pair of captions' vectors, and each fits the players and the images y."""
        if not isinstance(x, (list, tuple)) or len(x) != 2:
            raise ValueError("x must be (right captions, wrong captions), such as pairs(images, labels) gives")
        right, wrong = x
        super().check(right, y)
        super().check(wrong, y)


def build(variant: str = "stage-1", start: keras.Model | None = None, seed: int = 0, batch_norm: bool = False) -> Stage:
    """Build the two players of a stage for our images, and compile them.

    Args:
        variant: "stage-1", on 14 x 14 pixels; "stage-2", on 28 x 28; or "one-stage" for the paper's comparison, a Stage I that
            makes 28 x 28 pixels at once.
        start: for Stage II, the trained generator of Stage I.
        seed: an integer that makes weights and steps repeat.
        batch_norm: whether the discriminator has the paper's batch normalizations, see `build_discriminator`.

    Raises:
        ValueError: for a Stage II without the generator of a Stage I.
    """
    check_build(variant, VARIANTS, seed)
    if variant == "stage-2":
        check_stage_1(start, "start")
    size, halvings = VARIANTS[variant]
    stage = build_players(
        (lambda: build_stage_2(start)) if variant == "stage-2" else lambda: build_generator(**options(variant)),
        lambda: build_discriminator(size, halvings=halvings, batch_norm=batch_norm),
        seed,
        kind=Stage,
    )
    stage.compile(discriminator_optimizer=keras.optimizers.Adam(DISCRIMINATOR_RATE, beta_1=0.5))
    return stage


def build_generator(stage: int, doublings: int = 1) -> keras.Model:
    """Build the untrained generator of Stage 1 or 2, the latter with a Stage I inside, which doubles its maps so many times."""
    check_count(stage, "stage", most=2)
    return build_stage_1(doublings=doublings) if stage == 1 else build_stage_2(build_stage_1(doublings=doublings))


VARIANTS = {
    "stage-1": (14, 2),
    "stage-2": (28, 3),
    "one-stage": (28, 3),
}  # pixels to a side, and how often the discriminator halves them
SEQUENCE = ("stage-1", "stage-2")  # what a whole training consists of


def pairs(
    images: np.ndarray, labels: np.ndarray, variant: str = "stage-2", seed: int = 0, unseen: Sequence[Meaning] = UNSEEN
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Write captions for photographs, and leave out what the model is not to see.

    Args:
        images, labels: as from `gan_lib.data.load_fashion_mnist`.
        variant: a stage; the images of "stage-1" have 14 x 14 pixels.
        seed: which words.
        unseen: tuple of `gan_lib.applications.captions.Meaning`; images that one of them is right about are left out.

    Returns:
        (right, wrong): the captions' vectors, float32 (n, 64) each; the second are wrong about the images.
        images: float32 (n, size, size, 1), those that are left.

    Raises:
        ValueError: if no image is left.
    """
    check_choice(variant, "variant", VARIANTS)
    of_images = meanings(images, labels)
    kept = seen_together(of_images, unseen)
    if not len(kept):
        raise ValueError("images are all of kinds that are left out, see unseen; give more, or leave fewer out")
    images, of_images = images[kept], [of_images[i] for i in kept]
    sentences, said = captions(of_images, seed)
    vectors = encode(sentences)
    wrong = vectors[wrong_partners(said, of_images, seed)]
    return (vectors, wrong), rough(images) if variant == "stage-1" else images


def followed(n: int = MENU_SIZE, variant: str = "stage-2") -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the captions that a recording follows, as vectors, and as text to show beside the images."""
    check_count(n, "n", most=MENU_SIZE)
    return encode(MENU[:n]), {"given": np.array(MENU[:n])}


def options(variant: str) -> dict[str, int]:
    """Return what `build_generator` needs to build the generator of a variant."""
    check_choice(variant, "variant", VARIANTS)
    return {"stage-1": {"stage": 1}, "stage-2": {"stage": 2}, "one-stage": {"stage": 1, "doublings": 2}}[variant]


def rough(images: np.ndarray) -> np.ndarray:
    """Return what Stage I is to make of images of 28 x 28 pixels: 14 x 14."""
    return shrink(images, 2)


def full_size(images: np.ndarray) -> np.ndarray:
    """Return images at 28 x 28 pixels: those of Stage I enlarged, those of Stage II as they are.

    Examples:
        >>> full_size(rough(np.zeros((2, 28, 28, 1), "float32"))).shape
        (2, 28, 28, 1)
    """
    side = check_images(images).shape[1]
    if side not in (14, 28):
        raise ValueError(f"images must have 14 or 28 pixels to a side, as the stages make them; got {side}")
    return enlarge(images, 28 // side, "bilinear")


def scores(generator: keras.Model, images: np.ndarray, labels: np.ndarray, variant: str = "stage-2") -> dict[str, float]:
    """Score a stage on the captions of held-out images, see `obedience`.

    Returns:
        The dict of `obedience`, and "fid", the Fréchet distance to the images in the features of `gan_lib.classifier`.
    """
    sentences, said = captions(meanings(images, labels))
    made = full_size(generate(generator, encode(sentences)))
    return obedience(made, said) | {"fid": fid(class_features(images), class_features(made))}


def seen_in(images: np.ndarray) -> list[Meaning]:
    """Say what can be seen in images, float (n, 28, 28, 1) in [-1, 1], whose labels nobody knows: a list of n `Meaning`.

    The garment is what `gan_lib.classifier` takes it for; shade and texture are measured.
    """
    return meanings(images, class_probabilities(images).argmax(axis=1))


def obedience(images: np.ndarray, said: Sequence[Meaning]) -> dict[str, float]:
    """Measure how far images follow their captions.

    Args:
        images: float (n, 28, 28, 1) in [-1, 1].
        said: list of n `gan_lib.applications.captions.Meaning`, what the captions say.

    Returns:
        dict of floats: "garment", the share that the classifier takes for the garment asked for; "shade" and "texture", the
        shares, among the captions with such a word, whose measured shade or texture is that of the word. NaN where no
        caption has such a word.
    """
    of_images = seen_in(images)
    check_meanings(said, "said", n=len(of_images))
    shares = {"garment": np.mean([m.garment == image.garment for m, image in zip(said, of_images)])}
    for name in ("shade", "texture"):
        followed = [getattr(m, name) == getattr(image, name) for m, image in zip(said, of_images) if getattr(m, name)]
        shares[name] = np.mean(followed) if followed else np.nan
    return {name: float(share) for name, share in shares.items()}
