"""The generator as the average of what it has lately been: less noise than any moment of the run has."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from gan_lib._checks import check_accepts, check_count, check_number, check_seed
from gan_lib._keras import keras, ops

RAMP = 0.05  # of the run so far


@keras.saving.register_keras_serializable("gan_lib")
class RampedAdam(keras.optimizers.Adam):
    """Adam whose moving average forgets how the weights were at first.

    With a momentum of 0.999 an average reaches back a thousand steps, and after a thousand steps 37 % of it is still the first
    weights. So the momentum grows with the run, as in Karras et al., "Training Generative Adversarial Networks with Limited Data"
    (2020): after t steps, what was added a twentieth of t ago counts half, until `ema_momentum` is reached.

    Args:
        learning_rate, **kwargs: as for `keras.optimizers.Adam`.
        ema_momentum: the momentum that the average never exceeds.
        ramp: the half-life of the average, as a share of the steps so far.

    Raises:
        ValueError: if `ramp` is not above 0.

    Examples:
        >>> optimizer = RampedAdam(2e-4, beta_1=0.5, ema_momentum=0.999)
        >>> [round(float(optimizer.momentum_after(steps)), 4) for steps in (20, 1_000, 100_000)]
        [0.5, 0.9862, 0.999]
    """

    def __init__(
        self,
        learning_rate: float | keras.optimizers.schedules.LearningRateSchedule = 1e-3,
        ema_momentum: float = 0.999,
        ramp: float = RAMP,
        **kwargs,
    ) -> None:
        check_number(ramp, "ramp", above=0)
        super().__init__(learning_rate, ema_momentum=ema_momentum, **{**kwargs, "use_ema": True})
        self.ramp = ramp

    def momentum_after(self, steps) -> keras.KerasTensor:
        """Return the momentum of the average after so many steps."""
        half_life = self.ramp * ops.maximum(ops.cast(steps, "float32"), 1.0)
        return ops.minimum(self.longest, 0.5 ** (1.0 / half_life))

    @property
    def ema_momentum(self):
        """What Keras multiplies the average by, at each step."""
        return self.momentum_after(self.iterations)

    @ema_momentum.setter
    def ema_momentum(self, value):
        self.longest = value

    def get_config(self) -> dict:
        config = super().get_config() | {"ema_momentum": self.longest, "ramp": self.ramp}
        return {name: value for name, value in config.items() if name != "use_ema"}


@contextmanager
def averaged(gan: keras.Model, n: int = 500, seed: int = 0) -> Iterator[keras.Model]:
    """Let `gan.generator` have the moving averages of its weights for as long as the block runs.

    The averages are kept by the generator's optimizer, if it was made with `use_ema=True`; where it was not, nothing
    changes. Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation" (2018),
    sample so. Batch normalization, where there is any, gets the statistics that fit the averages, see
    `standing_statistics`.

    Args:
        gan: a `gan_lib.GAN` that has been compiled.
        n: latent vectors for the statistics.
        seed: which ones.

    Yields:
        The generator; it is put back as it was when the block ends, also by an error.

    Raises:
        ValueError: if `gan` has not been compiled, or a number is no such integer.
    """
    if getattr(gan, "generator_optimizer", None) is None:
        raise ValueError("gan must be a compiled GAN, whose optimizer keeps the averages; call gan.compile() first")
    check_count(n, "n")
    check_seed(seed)
    generator, optimizer = gan.generator, gan.generator_optimizer
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # in one that scales the loss, as for float16
    if not getattr(optimizer, "use_ema", False) or int(optimizer.iterations) == 0:  # before the first step there is no average
        yield generator
        return
    before = generator.get_weights()
    try:
        optimizer.finalize_variable_values(generator.trainable_variables)  # Keras's name for "put the averages in"
        if batch_normalizations(generator):
            standing_statistics(generator, gan.latents(n, seed=seed))
        yield generator
    finally:
        generator.set_weights(before)


def standing_statistics(network: keras.Model, inputs: np.ndarray) -> None:
    """Set the moving statistics of a network's batch normalizations to those of one large batch.

    Moving averages with the momentum 0.8 remember five batches or so, and belong to weights that have moved since. Brock
    et al., "Large Scale GAN Training for High Fidelity Natural Image Synthesis" (2019), call these the standing statistics.

    Args:
        network: a `keras.Sequential` or another model with a list of layers.
        inputs: one batch of what it takes, as large as memory allows; 1,000 latent vectors are plenty.

    Raises:
        ValueError: if the network has no BatchNormalization, or does not take the inputs.
    """
    if not isinstance(network, keras.Model):
        raise ValueError(f"network must be a Keras model; got {type(network).__name__}")
    norms = batch_normalizations(network)
    if not norms:
        raise ValueError(f"network {network.name!r} has no BatchNormalization layer, so it has no statistics to set")
    check_accepts(network, "network", inputs, "inputs")
    momenta = [norm.momentum for norm in norms]
    try:
        for norm in norms:
            norm.momentum = 0.0  # keep nothing of the old statistics
        network(inputs, training=True)
    finally:
        for norm, momentum in zip(norms, momenta):
            norm.momentum = momentum


def batch_normalizations(network):
    return [layer for layer in network.layers if isinstance(layer, keras.layers.BatchNormalization)]
