"""Two networks of a few weights, with all that makes GANs hard: BatchNorm."""

import keras
from keras import layers

from gan_lib import GAN


def build_small_gan(loss="non_saturating", seed=0, **options):
    """Return a compiled `GAN` on images of 4 x 4 pixels."""
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
