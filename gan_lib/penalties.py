"""What the discriminator pays for steep slopes: penalties, which go with any loss of scores.

Each looks at how the score of an image changes with its pixels. A penalty needs a discriminator without batch normalization, in
which the score of an image depends on no other image.
"""

from gan_lib._checks import check_number
from gan_lib._keras import keras, ops, tf
from gan_lib.devices import drawn_on_each_replica


class Penalty:
    """One of your own has this function.

    Calls:
        penalty(score, real, fake, seed) -> scalar: `score` is D as a function of images, (batch, ...) -> (batch, 1), `real` and
        `fake` are as many images each, and `seed` is what `keras.random` draws with.
    """

    def __call__(self, score, real, fake, seed):
        raise NotImplementedError


class R1(Penalty):
    """Half of `gamma` times the mean squared slope at real images.

    Mescheder et al., "Which Training Methods for GANs do actually Converge?" (2018).

    Args:
        gamma: above 0; 10 in the paper for photographs of faces, less for small images.
    """

    def __init__(self, gamma: float = 1.0):
        check_number(gamma, "gamma", above=0)
        self.gamma = gamma

    def __call__(self, score, real, fake, seed):
        return self.gamma / 2 * ops.mean(squared_slopes(score, real))


class R2(R1):
    """As `R1`, at generated images."""

    def __call__(self, score, real, fake, seed):
        return super().__call__(score, fake, real, seed)


class GradientPenalty(Penalty):
    """`weight` times the mean squared difference of the slope from 1, at random points between real and generated images.

    Gulrajani et al., "Improved Training of Wasserstein GANs" (2017).

    Args:
        weight: above 0; 10 in the paper.
    """

    def __init__(self, weight: float = 10.0):
        check_number(weight, "weight", above=0)
        self.weight = weight

    def __call__(self, score, real, fake, seed):
        ones = [1] * (len(real.shape) - 1)
        share = drawn_on_each_replica(lambda n: keras.random.uniform((n, *ones), dtype=real.dtype, seed=seed), ops.shape(real)[0])
        slopes = ops.sqrt(squared_slopes(score, share * real + (1 - share) * fake) + 1e-12)  # the root has no slope at 0
        return self.weight * ops.mean((slopes - 1) ** 2)


def squared_slopes(score, images):
    """Return the squared length of the gradient of each image's score, (batch,)."""
    with tf.GradientTape() as tape:
        tape.watch(images)
        scores = score(images)
    gradients = ops.cast(tape.gradient(scores, images), "float32")
    return ops.sum(gradients**2, axis=range(1, len(images.shape)))


PENALTIES = {"r1": R1, "r2": R2, "gradient_penalty": GradientPenalty}


def penalties_from(given):
    """Return penalties, given by a name or by themselves, one or several, as a tuple.

    Raises:
        ValueError: if one is none.
    """
    given = () if given is None else given if isinstance(given, (list, tuple)) else (given,)
    found = tuple(PENALTIES[each]() if isinstance(each, str) and each in PENALTIES else each for each in given)
    for each in found:
        if isinstance(each, type) or not callable(each) or isinstance(each, keras.layers.Layer):
            raise ValueError(
                f"penalty must be one of {', '.join(PENALTIES)}, or an object such as gan_lib.R1(0.1), or a list of them; "
                f"got {each!r:.200}"
            )
    return found
