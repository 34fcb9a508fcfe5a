"""What each player minimises: losses, as pairs of functions of the discriminator's answers for real and for generated images.

All are means over the batch. D answers with a probability that an image is real, or, where it ends in no sigmoid, with a score:
any number, the higher the likelier real.
"""

from gan_lib._checks import check_choice, check_label_smoothing, takes_probabilities
from gan_lib._keras import keras, ops

binary_crossentropy = keras.losses.binary_crossentropy
softplus = ops.softplus  # log(1 + exp(x)), the cross-entropy of a score


class Loss:
    """What the two players minimise. One of your own has these two functions, and says with `needs` what D must answer.

    Attributes:
        needs: "scores" or "probabilities", floats (batch, 1).
        pairs: whether the generator's loss also depends on D's answers for real images; otherwise it gets None in their place.
    """

    needs = "scores"
    pairs = False

    def discriminator(self, real, fake):
        """Return what D minimises, a scalar, of its answers for real and for generated images."""
        raise NotImplementedError

    def generator(self, real, fake):
        """Return what G minimises, a scalar, of the same answers."""
        raise NotImplementedError

    def right(self, real, fake):
        """Say of each answer whether it is on the right side of the boundary: two arrays of bools."""
        boundary = 0.5 if self.needs == "probabilities" else 0.0
        return real > boundary, fake <= boundary


class NonSaturating(Loss):
    """The loss in practice: D is trained by cross-entropy, and G minimises -log D(G(z)) (Goodfellow et al. 2014, section 3).

    Args:
        label_smoothing: in [0, 1), by how much D's target for real images falls short of 1.
        from_logits: whether D answers with scores, and not with probabilities.
    """

    def __init__(self, label_smoothing: float = 0.0, from_logits: bool = False):
        check_label_smoothing(label_smoothing)
        check_choice(from_logits, "from_logits", (True, False))
        self.label_smoothing, self.needs = label_smoothing, "scores" if from_logits else "probabilities"

    def discriminator(self, real, fake):
        if self.needs == "probabilities":
            return discriminator_loss(real, fake, self.label_smoothing)
        on_real = softplus(-real) + self.label_smoothing * real
        return (ops.mean(on_real) + ops.mean(softplus(fake))) / 2

    def generator(self, real, fake):
        return non_saturating(fake) if self.needs == "probabilities" else ops.mean(softplus(-fake))


class Minimax(NonSaturating):
    """The zero-sum game: D as for `NonSaturating`, and G minimises log(1 - D(G(z))) (Goodfellow et al. 2014, equation 1)."""

    def generator(self, real, fake):
        return minimax(fake) if self.needs == "probabilities" else -ops.mean(softplus(fake))


class LeastSquares(Loss):
    """Scores of real images are drawn to 1, and of generated ones to 0 by D, to 1 by G.

    Mao et al., "Least Squares Generative Adversarial Networks" (2017), with their targets 0, 1 and 1.
    """

    def discriminator(self, real, fake):
        return (ops.mean((real - 1) ** 2) + ops.mean(fake**2)) / 2

    def generator(self, real, fake):
        return ops.mean((fake - 1) ** 2) / 2

    def right(self, real, fake):
        return real > 0.5, fake <= 0.5


class Hinge(Loss):
    """D wants scores above 1 for real images and below -1 for generated ones, and no more; G wants them high.

    Lim and Ye, "Geometric GAN" (2017); with spectral normalization in Miyato et al. (2018).
    """

    def discriminator(self, real, fake):
        return ops.mean(ops.relu(1 - real)) + ops.mean(ops.relu(1 + fake))

    def generator(self, real, fake):
        return -ops.mean(fake)


class Wasserstein(Loss):
    """D widens the difference of the mean scores, G narrows it (Arjovsky et al., "Wasserstein GAN", 2017).

    The difference is a distance of the two distributions if D's slope is held near 1, as `gan_lib.GradientPenalty` does.
    """

    def discriminator(self, real, fake):
        return ops.mean(fake) - ops.mean(real)

    def generator(self, real, fake):
        return -ops.mean(fake)

    def right(self, real, fake):  # a score means something beside others alone
        return real > ops.mean(fake), fake <= ops.mean(real)


class Relativistic(Loss):
    """D wants each real image to score higher than a generated one, and G the opposite.

    Jolicoeur-Martineau, "The relativistic discriminator: a key element missing from standard GAN" (2019), in pairs; with two
    penalties in Huang et al., "The GAN is dead; long live the GAN! A Modern GAN Baseline" (2024).
    """

    pairs = True

    def discriminator(self, real, fake):
        return ops.mean(softplus(fake - real))

    def generator(self, real, fake):
        return ops.mean(softplus(real - fake))

    def right(self, real, fake):
        return real > fake, fake < real


@takes_probabilities
def discriminator_loss(real_probability, fake_probability, label_smoothing: float = 0.0):
    """Binary cross-entropy of the discriminator, averaged over real and generated images.

    This is -V(D, G) / 2 with the value function V of Goodfellow et al. (2014); log 2 = 0.693 means that D cannot tell the two
    apart. Keras finds the logits behind a sigmoid, so that a probability near 0 or 1 loses no precision.

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
LOSSES = {
    "non_saturating": NonSaturating,
    "minimax": Minimax,
    "least_squares": LeastSquares,
    "hinge": Hinge,
    "wasserstein": Wasserstein,
    "relativistic": Relativistic,
}


def loss_from(given, label_smoothing=0.0):
    """Return a loss, given by its name or by itself.

    Raises:
        ValueError: if it is none, or is given `label_smoothing` and has no label to smooth.
    """
    check_label_smoothing(label_smoothing)
    if isinstance(given, str):
        check_choice(given, "loss", LOSSES)
    if label_smoothing and given not in ("non_saturating", "minimax"):
        raise ValueError(
            'label_smoothing goes with loss="non_saturating" and "minimax"; leave it out, or give an object: '
            f"loss=gan_lib.NonSaturating(label_smoothing={label_smoothing})"
        )
    if isinstance(given, str):
        return LOSSES[given](**{"label_smoothing": label_smoothing} if label_smoothing else {})
    functions = [getattr(given, name, None) for name in ("discriminator", "generator")]
    if isinstance(given, type) or not all(map(callable, functions)):
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, or an object such as gan_lib.Hinge(); got {given!r:.200}")
    return given if isinstance(given, Loss) else Own(given)


class Own(Loss):
    """An object with the two functions that is no `Loss`; without more attributes, of scores, and of both kinds of images."""

    def __init__(self, given: object) -> None:
        self.given, self.discriminator, self.generator = given, given.discriminator, given.generator
        self.needs, self.pairs = getattr(given, "needs", "scores"), getattr(given, "pairs", True)
        self.right = getattr(given, "right", super().right)
