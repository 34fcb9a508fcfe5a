"""The smallest GAN, with one weight for each player, under any loss and penalty.

Mescheder et al., "Which Training Methods for GANs do actually Converge?" (2018): all real data are the point 0, the generator
makes one point theta, and the discriminator's score is psi * x. The players are at rest where theta = psi = 0.
"""

from collections.abc import Sequence

import numpy as np

from gan_lib._checks import check_array, check_count, check_number
from gan_lib._keras import keras, ops, tf
from gan_lib.losses import LeastSquares, Loss
from gan_lib.penalties import Penalty


class DiracGAN:
    """A generator of one point and a linear discriminator.

    Args:
        loss: of scores, such as `gan_lib.Hinge()`.
        penalties: which D pays besides.

    Raises:
        ValueError: for a loss of probabilities.
    """

    def __init__(self, loss: Loss, penalties: Sequence[Penalty] = ()):
        if not isinstance(loss, Loss) or loss.needs != "scores":
            raise ValueError(f"loss must be a gan_lib.losses.Loss of scores, such as gan_lib.Hinge(); got {loss!r:.100}")
        self.loss, self.penalties = loss, tuple(penalties)
        self.middle = 0.5 if isinstance(loss, LeastSquares) else 0.0  # the score of what is as likely real as generated
        self.seed = keras.random.SeedGenerator(0)
        self.directions = tf.function(self._directions)

    def _directions(self, players):
        theta, psi = players[0], players[1]
        real, fake = tf.zeros((1, 1)), tf.reshape(theta, (1, 1))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([fake, psi])
            answers = self.score(psi, real), self.score(psi, fake)
            for_generator = self.loss.generator(*answers)
            for_discriminator = self.loss.discriminator(*answers)
            for penalty in self.penalties:
                for_discriminator += penalty(lambda x: self.score(psi, x), real, fake, self.seed)
        down = [tape.gradient(for_generator, fake), tape.gradient(for_discriminator, psi)]
        return -tf.stack([tf.reshape(each, ()) for each in down])

    def score(self, psi, x):
        return psi * x + self.middle

    def eigenvalues(self) -> np.ndarray:
        """Return the eigenvalues, complex (2,), of how the two directions change around the point of rest.

        Players who follow their gradients in small steps come to rest there if both real parts are below 0, and go round it where
        the eigenvalues are imaginary.
        """
        players = tf.zeros(2)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(players)
            directions = self._directions(players)
        return np.linalg.eigvals(tape.jacobian(directions, players, experimental_use_pfor=False).numpy().astype("float64"))

    def play(self, start: Sequence[float] = (1.0, 1.0), rate: float = 0.1, steps: int = 500) -> np.ndarray:
        """Let D and G take turns, each one step down the gradient of their own loss.

        Args:
            start: theta and psi.
            rate: the learning rate of both.
            steps: of each.

        Returns:
            float64 (steps + 1, 2): theta and psi, the start first.
        """
        start = check_array(start, "start", (2,))
        check_number(rate, "rate", above=0)
        check_count(steps, "steps")
        path = [np.array(start, "float64")]
        for _ in range(steps):
            theta, psi = path[-1]
            psi += rate * float(self.directions(ops.convert_to_tensor([theta, psi], "float32"))[1])
            theta += rate * float(self.directions(ops.convert_to_tensor([theta, psi], "float32"))[0])
            path.append(np.array([theta, psi]))
        return np.array(path)
