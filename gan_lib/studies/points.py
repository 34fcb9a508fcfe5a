"""GANs on points in the plane, where the distribution that is imitated can be seen whole."""

import time

import numpy as np

from gan_lib._checks import check_accepts, check_choice, check_count, check_counts, check_number, check_seed
from gan_lib._keras import keras
from gan_lib.callbacks import SampleRecorder
from gan_lib.gan import GAN
from gan_lib.networks import build_point_discriminator, build_point_generator
from gan_lib.recordings import Recording
from gan_lib.studies.shapes import LIMIT, MODES, modes_covered, nearest_mode, sample_points

__all__ = ["build_point_gan", "heat_map", "modes_covered", "nearest_mode", "record_points", "sample_points"]


def heat_map(discriminator: keras.Model, size: int = 40) -> np.ndarray:
    """Ask a discriminator about every place in the square from -LIMIT to LIMIT.

    Args:
        discriminator: (batch, 2) -> (batch, 1), probabilities.
        size: squares to a side; it is asked about the middle of each.

    Returns:
        uint8 (size, size): 255 times the probability, rounded; the first row is the lowest.
    """
    check_count(size, "size")
    steps = (np.arange(size) + 0.5) / size * 2 * LIMIT - LIMIT
    places = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2).astype("float32")
    check_accepts(discriminator, "discriminator", places, "points")
    answers = np.array(discriminator(places, training=False))
    return np.round(255 * answers).astype("uint8").reshape(size, size)


def build_point_gan(seed: int = 0, generator_rate: float = 1e-3, discriminator_rate: float = 1e-3) -> GAN:
    """Build and compile a GAN on points; the same seed gives the same GAN, and the same run.

    Args:
        seed: an integer.
        generator_rate, discriminator_rate: the learning rates of the two Adam optimizers. The default is five
            times that of `GAN.compile`, because these networks are small.

    Returns:
        A `gan_lib.GAN` whose latent space and whose data are planes.
    """
    check_seed(seed)
    check_number(generator_rate, "generator_rate", above=0)
    check_number(discriminator_rate, "discriminator_rate", above=0)
    keras.utils.set_random_seed(seed)
    gan = GAN(build_point_generator(), build_point_discriminator(), seed=seed)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(generator_rate, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(discriminator_rate, beta_1=0.5),
    )
    return gan


def record_points(shape: str, epochs: int, seed: int, batch_size: int = 256, n: int = 51_200) -> Recording:
    """Train a GAN on points, and record it: 500 points, the discriminator's map and the modes at each moment.

    Args:
        shape: "ring" or "moons".
        epochs: passes over the real points.
        seed: an integer; the same one repeats the run on one machine.
        batch_size: points in a step.
        n: how many real points there are; the default makes 200 steps an epoch.

    Returns:
        A `gan_lib.recordings.Recording`, with moments dense in the first 1,000 steps. `measured` holds "heat", uint8
        (T, 40, 40), see `heat_map`; and, counted over 2,000 points, "modes", int (T,), see `modes_covered`, and
        "near", float (T,), the share of points that lie near a mode.
    """
    check_choice(shape, "shape", MODES)
    check_counts(epochs=epochs, batch_size=batch_size, n=n)
    check_seed(seed)

    def measure(gan):
        points = gan.sample(2000, seed=1)
        near = np.mean(nearest_mode(points, shape) >= 0)
        return {"heat": heat_map(gan.discriminator), "modes": modes_covered(points, shape), "near": near}

    real = sample_points(shape, n, seed)
    gan = build_point_gan(seed)
    recorder = SampleRecorder(n=500, seed=seed, steps=(10, 25, *range(50, 1000, 50)), measure=measure)
    began = time.monotonic()
    gan.fit(real, batch_size=batch_size, epochs=epochs, callbacks=[recorder], verbose=0)
    made = {"network": "points", "shape": shape, "points": n, "seed": seed, "batch_size": batch_size}
    return Recording.of(recorder, made | {"minutes": round((time.monotonic() - began) / 60, 1)})
