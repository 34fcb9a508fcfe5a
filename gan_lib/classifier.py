"""The classifier of garments whose features stand in for Inception's on images of 28 x 28 pixels.

A Fréchet distance in its features compares generators that were measured with this same classifier, and with
nothing else: not with distances in the features of Inception, nor of any other network.
"""

from functools import cache

import numpy as np

from gan_lib._checks import check_counts, check_images, check_seed
from gan_lib._files import ASSETS
from gan_lib._keras import full_precision, keras, layers
from gan_lib._weights import how_made, load_weights
from gan_lib.data import load_fashion_mnist
from gan_lib.networks import IMAGE_SHAPE

WEIGHTS = ASSETS / "classifier.npz"
JUDGE = ASSETS / "judge.npz"  # a second one, of other random numbers


def build_classifier() -> keras.Sequential:
    """Build the convolutional classifier, untrained.

    Returns:
        A `keras.Sequential`, (batch, 28, 28, 1) in [-1, 1] -> (batch, 10) probabilities; its layer "features"
        holds the averages over the last 128 feature maps, as Inception's "pool3" does with 2,048.
    """
    return keras.Sequential(
        [
            keras.Input(IMAGE_SHAPE, name="image"),
            *convolution(32, "conv_28"),
            layers.MaxPooling2D(2, name="pool_14"),
            *convolution(64, "conv_14a"),
            *convolution(64, "conv_14b"),
            layers.MaxPooling2D(2, name="pool_7"),
            *convolution(128, "conv_7a"),
            *convolution(128, "conv_7b"),
            layers.GlobalAveragePooling2D(name="features"),
            layers.Dropout(0.3, name="drop"),
            layers.Dense(10, activation="softmax", name="probabilities"),
        ],
        name="classifier",
    )


def convolution(filters, name):
    return [
        layers.Conv2D(filters, 3, padding="same", use_bias=False, name=name),
        layers.BatchNormalization(name=f"{name}_norm"),
        layers.Activation("relu", name=f"{name}_relu"),
    ]


def train_classifier(
    seed: int = 0, epochs: int = 10, batch_size: int = 128, full: bool = True, verbose: int = 2
) -> tuple[keras.Model, float]:
    """Train the classifier with Adam on a learning rate that falls along a cosine from 0.002 to 0.

    Args:
        seed: an integer; the same one repeats the training on one machine.
        epochs: passes over the images.
        batch_size: images in a step.
        full: all 60,000 training images, or the 10,000 that come with the package.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained classifier, and its accuracy on the test images (10,000, or the bundled 2,000).

    Raises:
        ValueError: if a number is no such integer.
    """
    check_seed(seed)
    check_counts(epochs=epochs, batch_size=batch_size)
    keras.utils.set_random_seed(seed)
    classifier = build_classifier()
    images, labels = load_fashion_mnist("train", full=full)
    steps = epochs * int(np.ceil(len(images) / batch_size))
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    classifier.fit(images, labels, batch_size=batch_size, epochs=epochs, verbose=verbose)
    _, accuracy = classifier.evaluate(*load_fashion_mnist("test", full=full), batch_size=500, verbose=0)
    return classifier, accuracy


def load_classifier(judge: bool = False) -> keras.Model:
    """Load the classifier that comes with the package.

    Args:
        judge: whether to take the second one instead, which began with other weights and saw the images in another order. No
            generator was trained with it, so it can judge those that were trained to please the first.

    Returns:
        The trained `build_classifier()`; the same object at every call.

    Raises:
        ValueError: if its file is damaged.
    """
    return loaded(JUDGE if judge else WEIGHTS)


@cache
def loaded(path):
    with full_precision():
        return load_weights(build_classifier(), path)


def how_classifier_was_made(judge: bool = False) -> dict:
    """Return the dict that was stored beside the weights: command, seed, test accuracy, versions, minutes."""
    return how_made(JUDGE if judge else WEIGHTS)


def features_and_probabilities(images: np.ndarray, judge: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Describe images by their features and say what they show, in one pass.

    Args:
        images: float (n, 28, 28, 1) in [-1, 1].
        judge: as for `load_classifier`.

    Returns:
        features: float32 (n, 128), at least 0, the averages over the classifier's last feature maps.
        probabilities: float32 (n, 10), one for each of `gan_lib.data.CLASS_NAMES`.

    Raises:
        ValueError: if the images have another shape, type or range.
    """
    images = check_images(images, shape=("n", *IMAGE_SHAPE))
    return describing_network(bool(judge)).predict(images, batch_size=500, verbose=0)


@cache
def describing_network(judge):
    classifier = load_classifier(judge)
    with full_precision():
        return keras.Model(classifier.inputs, [classifier.get_layer("features").output, classifier.outputs[0]])


def class_features(images: np.ndarray) -> np.ndarray:
    """Return the features of `features_and_probabilities` alone: float32 (n, 128)."""
    return features_and_probabilities(images)[0]


def class_probabilities(images: np.ndarray) -> np.ndarray:
    """Return the probabilities of `features_and_probabilities` alone: float32 (n, 10)."""
    return features_and_probabilities(images)[1]
