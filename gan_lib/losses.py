"""What each player minimises, as functions of the probabilities that the discriminator gives.

All are means over the batch, in nats. Keras finds the logits behind a sigmoid, so that a
probability near 0 or 1 loses no precision.
"""

from numbers import Real

import numpy as np
from keras import ops
from keras.backend import standardize_dtype
from keras.losses import binary_crossentropy

from gan_lib.checks import check_array


def discriminator_loss(real_probability, fake_probability, label_smoothing=0.0):
    """Binary cross-entropy of the discriminator, averaged over real and generated images.

    This is -V(D, G) / 2 with the value function V of Goodfellow et al. (2014); log 2 = 0.693 means that
    D cannot tell the two apart.

    Args:
        real_probability, fake_probability: (batch, 1), D's answers for real and for generated images.
        label_smoothing: in [0, 1), by how much the target for real images falls short of 1; that for generated
            ones stays 0 (one-sided, Salimans et al., "Improved Techniques for Training GANs", 2016).

    Returns:
        A scalar, at least 0.

    Raises:
        ValueError: if the answers are no probabilities, as far as can be told without computing anything, or
            `label_smoothing` lies elsewhere.
    """
    check_probabilities(real_probability, "real_probability")
    check_probabilities(fake_probability, "fake_probability")
    types = [standardize_dtype(answers.dtype) for answers in (real_probability, fake_probability)]
    if types[0] != types[1]:
        raise ValueError(f"real_probability and fake_probability must be of one type; got {types[0]} and {types[1]}")
    check_label_smoothing(label_smoothing)
    on_real = binary_crossentropy(ops.ones_like(real_probability) - label_smoothing, real_probability)
    on_fake = binary_crossentropy(ops.zeros_like(fake_probability), fake_probability)
    return (ops.mean(on_real) + ops.mean(on_fake)) / 2


def non_saturating(fake_probability):
    """The generator's loss in practice, -log D(G(z)) (Goodfellow et al. 2014, section 3).

    Args:
        fake_probability: (batch, 1), D's answers for generated images.

    Returns:
        A scalar, at least 0; its gradient stays large while D rejects every image.

    Raises:
        ValueError: as from `discriminator_loss`.
    """
    check_probabilities(fake_probability, "fake_probability")
    return ops.mean(binary_crossentropy(ops.ones_like(fake_probability), fake_probability))


def minimax(fake_probability):
    """The generator's loss in the zero-sum game, log(1 - D(G(z))) (Goodfellow et al. 2014, equation 1).

    Args:
        fake_probability: (batch, 1), D's answers for generated images.

    Returns:
        A scalar, at most 0; its gradient vanishes while D rejects every image.

    Raises:
        ValueError: as from `discriminator_loss`.
    """
    check_probabilities(fake_probability, "fake_probability")
    return -ops.mean(binary_crossentropy(ops.zeros_like(fake_probability), fake_probability))


def check_label_smoothing(value):
    """Raise a ValueError unless it is a number in [0, 1)."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"label_smoothing must lie in [0, 1), such as 0.1; got {value!r}")


def check_probabilities(answers, name):
    """Look at shape and type alone, and at the values of NumPy arrays: in a step, a tensor's are not there yet."""
    if not len(getattr(answers, "shape", ())) or 0 in answers.shape or "float" not in str(getattr(answers, "dtype", "")):
        raise ValueError(f"{name} must be a tensor or array of floats, (batch, 1); got {answers!r:.200}")
    if isinstance(answers, np.ndarray):
        check_array(answers, name, None)
        if answers.min() < 0 or answers.max() > 1:
            raise ValueError(f"{name} must lie in [0, 1]; logits go through a sigmoid first")


GENERATOR_LOSSES = {"non_saturating": non_saturating, "minimax": minimax}
