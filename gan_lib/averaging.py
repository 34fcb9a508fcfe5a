"""The generator as the average of what it has lately been: less noise than any moment of the run has."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from gan_lib._checks import check_accepts, check_count, check_seed
from gan_lib._keras import keras


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
