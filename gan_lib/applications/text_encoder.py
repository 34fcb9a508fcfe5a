"""From a caption to a vector: a recurrent network, trained so that a caption lies near the images that it is right about.

The StackGAN paper takes the encoder of Reed et al., "Learning Deep Representations of Fine-Grained Visual Descriptions" (2016),
which is trained in this way on other captions. Ours is small, and of our captions.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from gan_lib._checks import check_count, check_seed
from gan_lib._files import ASSETS
from gan_lib._keras import full_precision, keras, layers, ops, tf
from gan_lib._weights import load_weights
from gan_lib.applications.captions import LENGTH, WORDS, captions, meanings, tokens
from gan_lib.applications.sizes import shrink
from gan_lib.classifier import class_features

WEIGHTS = ASSETS / "text_encoder.npz"
DIMENSIONS = 64
TEMPERATURE = 0.1


def build_text_encoder() -> keras.Model:
    """Build the encoder, untrained.

    Returns:
        A `keras.Model`, int (batch, 8) from `gan_lib.applications.captions.tokens` -> (batch, 64), vectors of length 8, the
        square root of their dimensions, so that a coordinate is about as large as one of a latent vector.
    """
    words = keras.Input((LENGTH,), dtype="int32", name="words")
    x = layers.Embedding(len(WORDS) + 1, 32, mask_zero=True, name="of_words")(words)
    x = layers.GRU(64, name="read")(x)
    x = layers.Dense(DIMENSIONS, name="vector")(x)
    x = layers.UnitNormalization(name="direction")(x)
    return keras.Model(words, layers.Rescaling(DIMENSIONS**0.5, name="caption")(x), name="text_encoder")


def describe_images(images: np.ndarray) -> np.ndarray:
    """Describe images for the encoder's training: the classifier's features, and what shade there is where.

    Args:
        images: float (n, 28, 28, 1) in [-1, 1].

    Returns:
        float32 (n, 177): the 128 features, and the means of 7 x 7 squares of pixels.
    """
    return np.hstack([class_features(images), shrink(images, 4).reshape(len(images), -1)])


def train_text_encoder(
    images: np.ndarray, labels: np.ndarray, seed: int = 0, steps: int = 1_500, batch_size: int = 256
) -> tuple[keras.Model, np.ndarray]:
    """Train the encoder together with a linear map of the images' descriptions into the same space.

    In each batch every caption is compared with every image. The loss is the cross-entropy between the softmax of the cosines
    over 0.1 and an equal share for each image that the caption is right about, and the same the other way round.

    Args:
        images, labels: photographs as from `gan_lib.data.load_fashion_mnist`.
        seed: an integer; the same one repeats the training on one machine.
        steps: batches.
        batch_size: captions, and images, in a batch; at most as many as there are photographs.

    Returns:
        The trained encoder, and the losses, float (steps,).
    """
    check_seed(seed)
    check_count(steps, "steps")
    check_count(batch_size, "batch_size", most=len(images))
    keras.utils.set_random_seed(seed)
    encoder = build_text_encoder()
    image_side = keras.Sequential([layers.Normalization(), layers.Dense(DIMENSIONS), layers.UnitNormalization()])
    described = describe_images(images)
    image_side.layers[0].adapt(described)
    image_side.build((None, described.shape[1]))
    of_images = meanings(images, labels)
    sentences, said = captions(of_images, seed)
    numbers = tokens(sentences)
    known = {meaning: i for i, meaning in enumerate({*said, *of_images})}
    fits = np.array([[one.fits(other) for other in known] for one in known])
    said, of_images = (np.array([known[meaning] for meaning in side]) for side in (said, of_images))
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps))
    weights = encoder.trainable_variables + image_side.trainable_variables
    optimizer.build(weights)

    @tf.function
    def step(words, descriptions, right):
        with tf.GradientTape() as tape:
            word_side = encoder(words, training=True) / DIMENSIONS**0.5
            cosines = ops.matmul(word_side, ops.transpose(image_side(descriptions, training=True)))
            loss = matching_loss(right, cosines) + matching_loss(ops.transpose(right), ops.transpose(cosines))
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    random, losses = np.random.default_rng(seed), []
    for _ in range(steps):
        rows = random.choice(len(images), batch_size, replace=False)
        right = fits[np.ix_(said[rows], of_images[rows])]
        losses.append(float(step(numbers[rows], described[rows], right.astype("float32"))))
    return encoder, np.array(losses)


def matching_loss(right: tf.Tensor, cosines: tf.Tensor) -> tf.Tensor:
    """Compare each row of cosines with where `right` is 1: the mean cross-entropy of their softmax over 0.1 and equal shares."""
    shares = right / ops.sum(right, axis=1, keepdims=True)
    return ops.mean(keras.losses.categorical_crossentropy(shares, cosines / TEMPERATURE, from_logits=True))


@cache
def load_text_encoder() -> keras.Model:
    """Load the encoder that comes with the package, in float32; the same object at every call.

    Raises:
        ValueError: if its file is damaged.
    """
    with full_precision():
        return load_weights(build_text_encoder(), WEIGHTS)


def encode(sentences: str | Sequence[str]) -> np.ndarray:
    """Turn captions into vectors.

    Args:
        sentences: a caption or a list of n captions.

    Returns:
        float32 (n, 64).

    Raises:
        ValueError: as from `gan_lib.applications.captions.tokens`.

    Examples:
        >>> encode(["a dark bag", "boot"]).shape
        (2, 64)
    """
    return load_text_encoder().predict(tokens(sentences), batch_size=1_000, verbose=0)
