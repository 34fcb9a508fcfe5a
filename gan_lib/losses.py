"""What each player minimises, as functions of the probabilities that the discriminator gives.

All are means over the batch, in nats. Keras finds the logits behind a sigmoid, so that a probability near 0 or 1 loses no
precision.
"""

from gan_lib._checks import takes_probabilities
from gan_lib._keras import keras, ops

binary_crossentropy = keras.losses.binary_crossentropy


@takes_probabilities
def discriminator_loss(real_probability, fake_probability, label_smoothing: float = 0.0):
    """Binary cross-entropy of the discriminator, averaged over real and generated images.

    This is -V(D, G) / 2 with the value function V of Goodfellow et al. (2014); log 2 = 0.693 means that D cannot tell the two
    apart.

    Args:
        real_probability, fake_probability: floats (batch, 1) in [0, 1] of one type, D's answers for real and generated images.
        label_smoothing: in [0, 1), by how much the target for real images falls short of 1; that for generated ones stays 0
            (one-sided, Salimans et al., "Improved Techniques for Training GANs", 2016).

    Returns:
        A scalar, at least 0.

    Examples:
        >>> import numpy as np
        >>> half = np.full((4, 1), 0.5, "float32")
        >>> round(float(discriminator_loss(half, half)), 3)
        0.693
    """
    on_real = binary_crossentropy(ops.ones_like(real_probability) - label_smoothing, real_probability)
    on_fake = binary_crossentropy(ops.zeros_like(fake_probability), fake_probability)
    return (ops.mean(on_real) + ops.mean(on_fake)) / 2


@takes_probabilities
def non_saturating(fake_probability):
    """The generator's loss in practice, -log D(G(z)) (Goodfellow et al. 2014, section 3).

    Args:
        fake_probability: floats (batch, 1) in [0, 1], D's answers for generated images.

    Returns:
        A scalar, at least 0; its gradient stays large while D rejects every image.
    """
    return ops.mean(binary_crossentropy(ops.ones_like(fake_probability), fake_probability))


@takes_probabilities
def minimax(fake_probability):
    """The generator's loss in the zero-sum game, log(1 - D(G(z))) (Goodfellow et al. 2014, equation 1).

    Args:
        fake_probability: floats (batch, 1) in [0, 1], D's answers for generated images.

    Returns:
        A scalar, at most 0; its gradient vanishes while D rejects every image.
    """
    return -ops.mean(binary_crossentropy(ops.zeros_like(fake_probability), fake_probability))


GENERATOR_LOSSES = {"non_saturating": non_saturating, "minimax": minimax}
