"""Giving the discriminator a head start, and measuring what the generator gets to learn from."""

import keras
import numpy as np
import tensorflow as tf

from gan_lib.checks import check_count, check_takes
from gan_lib.data import check_images


class Measured:
    """An optimizer that notes the length of the gradient that it applied last.

    Args:
        optimizer: a Keras optimizer, which does the work.

    Attributes:
        length: a scalar variable, the Euclidean length over all weights.
    """

    def __init__(self, optimizer):
        if not isinstance(optimizer, keras.optimizers.Optimizer):
            raise ValueError(f"optimizer must be a Keras optimizer, such as keras.optimizers.Adam(2e-4); got {optimizer!r:.200}")
        self.optimizer, self.length = optimizer, tf.Variable(0.0, trainable=False)

    def build(self, weights):
        self.optimizer.build(weights)

    def apply(self, gradients, weights):
        self.length.assign(tf.linalg.global_norm(gradients))
        self.optimizer.apply(gradients, weights)


def train_behind(gan, images, head_start, steps, batch_size=32, seed=0):
    """Train the discriminator alone, then both players in turn, as `GAN` does.

    Args:
        gan: a compiled `gan_lib.training.GAN` whose generator has a `Measured` optimizer; it is trained in place.
        images: float (n, height, width, 1) in [-1, 1], from which each step draws.
        head_start: steps of the discriminator before the generator's first.
        steps: how many of both after that.
        batch_size: images in a step.
        seed: which images are drawn.

    Returns:
        float (steps,), the length of the generator's gradient in each of its steps.

    Raises:
        ValueError: if the generator's optimizer measures nothing, the images are none, or a number is no such integer.
    """
    if not isinstance(getattr(gan, "generator_optimizer", None), Measured):
        raise ValueError("gan needs an optimizer that measures: compile it with generator_optimizer=Measured(...)")
    images = check_images(images)
    check_takes(gan.discriminator, "the discriminator", images, "images")
    for name, value, least in (("head_start", head_start, 0), ("steps", steps, 0), ("batch_size", batch_size, 1), ("seed", seed, 0)):
        check_count(value, name, least)
    random = np.random.default_rng(seed)
    discriminator_step, generator_step = tf.function(gan.discriminator_step), tf.function(gan.generator_step)
    lengths = []
    for step in range(head_start + steps):
        discriminator_step(images[random.integers(len(images), size=batch_size)])
        if step >= head_start:
            generator_step(batch_size)
            lengths.append(float(gan.generator_optimizer.length))
    return np.array(lengths)
