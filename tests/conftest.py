import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before TensorFlow is imported, or it is not heard
os.environ["MPLBACKEND"] = "agg"

import keras
import numpy as np
import pytest
from keras import layers

from gan_lib.data import load_fashion_mnist
from gan_lib.training import GAN


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def photographs():
    """Forty photographs and their labels."""
    images, labels = load_fashion_mnist("test")
    return images[:40], labels[:40]


@pytest.fixture
def images():
    """Eleven images: a batch of 8 and a partial one of 3."""
    return np.random.default_rng(0).uniform(-1, 1, (11, 4, 4, 1)).astype("float32")


@pytest.fixture
def small_gan():
    """Return a function that builds two networks of a few weights, with all that makes GANs hard: BatchNorm."""

    def build(loss="non_saturating", seed=0, **options):
        keras.utils.set_random_seed(seed)
        generator = keras.Sequential(
            [
                keras.Input((3,)),
                layers.Dense(16),
                layers.BatchNormalization(momentum=0.8),
                layers.Activation("relu"),
                layers.Dense(16, activation="tanh"),
                layers.Reshape((4, 4, 1)),
            ]
        )
        discriminator = keras.Sequential(
            [
                keras.Input((4, 4, 1)),
                layers.Conv2D(4, 3, strides=2, padding="same"),
                layers.BatchNormalization(momentum=0.8),
                layers.LeakyReLU(negative_slope=0.2),
                layers.Flatten(),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        gan = GAN(generator, discriminator, seed=seed)
        gan.compile(loss=loss, **options)
        return gan

    return build
