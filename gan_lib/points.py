"""GANs on points in the plane, where the distribution that is imitated can be seen whole.

Real points come in two shapes. "ring": eight normal distributions, with their means evenly spaced on the unit circle.
"moons": two half circles that reach into each other. Each shape consists of separate modes, and around its mode
a point is normally distributed with the standard deviation `SPREAD` in both directions.
"""

import time

import numpy as np

from gan_lib.checks import check_array, check_choice, check_count, check_number, check_takes
from gan_lib.recordings import Recording

SPREAD = 0.05
LIMIT = 1.5  # maps and figures show the square from -LIMIT to LIMIT


def half_circle(angles, lower):
    """Return points (n, 2) on one of the moons at `angles` (n,) from 0 to pi: the lower one, or the upper."""
    arc = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    arc = np.where(np.reshape(lower, (-1, 1)), [1, 0.5] - arc, arc)
    return 0.8 * (arc - [0.5, 0.25])  # centred, and small enough for the map


def ring_centres():
    angles = np.arange(8) * np.pi / 4
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


# The modes of each shape, as arrays (m, 2): a ring has eight of one point each, the moons are two lines of 200.
MODES = {
    "ring": [centre[np.newaxis] for centre in ring_centres()],
    "moons": [half_circle(np.linspace(0, np.pi, 200), lower) for lower in (False, True)],
}


def sample_points(shape, n, seed):
    """Draw real points, each mode as likely as any other.

    Args:
        shape: "ring" or "moons".
        n: how many points, an integer of at least 1.
        seed: an integer; the same one draws the same points.

    Returns:
        float32 (n, 2).

    Raises:
        ValueError: if `shape` is neither, or `n` is not a positive integer.
    """
    check_choice(shape, "shape", MODES)
    check_count(n, "n")
    check_count(seed, "seed", least=0)
    random = np.random.default_rng(seed)
    if shape == "ring":
        means = ring_centres()[random.integers(8, size=n)]
    else:
        means = half_circle(random.uniform(0, np.pi, n), lower=random.random(n) < 0.5)
    return (means + random.normal(0, SPREAD, (n, 2))).astype("float32")


def nearest_mode(points, modes, spread=SPREAD):
    """Say near which mode each point lies: within 3 standard deviations of it.

    A sample so close to a mode is what Srivastava et al., "VEEGAN: Reducing Mode Collapse in GANs using
    Implicit Variational Learning" (2017), call one of high quality.

    Args:
        points: float (n, 2).
        modes: "ring", "moons", or the centres of other modes, (k, 2).
        spread: the standard deviation around a mode.

    Returns:
        int (n,), the index of the nearest mode, and -1 for a point that lies near none.

    Raises:
        ValueError: if `points` or `modes` have another shape.
    """
    points = check_array(points, "points", ("n", 2))
    check_number(spread, "spread", above=0)
    if isinstance(modes, str):
        check_choice(modes, "modes", MODES)
        modes = MODES[modes]
    else:
        modes = check_array(modes, "modes", ("k", 2))
    distances = np.stack([np.linalg.norm(points[:, None] - np.reshape(m, (-1, 2)), axis=2).min(axis=1) for m in modes], axis=1)
    return np.where(distances.min(axis=1) <= 3 * spread, distances.argmin(axis=1), -1)


def modes_covered(points, modes, share=0.02, spread=SPREAD):
    """Count the modes that are covered: at least `share` of all points lie within 3 standard deviations of one.

    Stricter than Srivastava et al. (2017), for whom a single point near a mode is enough.

    Args:
        points, modes, spread: as for `nearest_mode`.
        share: of all points, in [0, 1]. In a perfect imitation of the ring each mode gets an eighth, 0.125.

    Returns:
        An int.

    Raises:
        ValueError: if `points` or `modes` have another shape, or a number is out of its range.
    """
    check_number(share, "share", 0, 1)
    near = nearest_mode(points, modes, spread)
    counts = np.bincount(near[near >= 0], minlength=1)
    return int(np.sum(counts >= max(share * len(near), 1)))


def heat_map(discriminator, size=40):
    """Ask a discriminator about every place in the square from -LIMIT to LIMIT.

    Args:
        discriminator: (batch, 2) -> (batch, 1), probabilities.
        size: squares to a side; it is asked about the middle of each.

    Returns:
        uint8 (size, size): 255 times the probability, rounded; the first row is the lowest.

    Raises:
        ValueError: if the discriminator takes no points, or `size` is no positive integer.
    """
    check_count(size, "size")
    steps = (np.arange(size) + 0.5) / size * 2 * LIMIT - LIMIT
    places = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2).astype("float32")
    check_takes(discriminator, "discriminator", places, "points")
    answers = np.array(discriminator(places, training=False))
    return np.round(255 * answers).astype("uint8").reshape(size, size)


def build_point_gan(seed=0, generator_rate=1e-3, discriminator_rate=1e-3):
    """Build and compile a GAN on points; the same seed gives the same GAN, and the same run.

    Args:
        seed: an integer.
        generator_rate, discriminator_rate: the learning rates of the two Adam optimizers. The default is five
            times that of `GAN.compile`, because these networks are small.

    Returns:
        A `gan_lib.training.GAN` whose latent space and whose data are planes.

    Raises:
        ValueError: if a number is out of its range.
    """
    check_count(seed, "seed", least=0)
    check_number(generator_rate, "generator_rate", above=0)
    check_number(discriminator_rate, "discriminator_rate", above=0)
    import keras  # here, so that drawing points needs no TensorFlow

    from gan_lib.networks import build_point_discriminator, build_point_generator
    from gan_lib.training import GAN

    keras.utils.set_random_seed(seed)
    gan = GAN(build_point_generator(), build_point_discriminator(), seed=seed)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(generator_rate, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(discriminator_rate, beta_1=0.5),
    )
    return gan


def record_points(shape, epochs, seed, batch_size=256, n=51_200):
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

    Raises:
        ValueError: if `shape` is neither, or a number is no such integer.
    """
    check_choice(shape, "shape", MODES)
    for name, value in (("epochs", epochs), ("batch_size", batch_size), ("n", n)):
        check_count(value, name)
    from gan_lib.training import SampleRecorder

    def measure(gan):
        points = gan.sample(2000, seed=1)
        near = np.mean(nearest_mode(points, shape) >= 0)
        return {"heat": heat_map(gan.discriminator), "modes": modes_covered(points, shape), "near": near}

    real = sample_points(shape, n, seed)
    gan = build_point_gan(seed)
    recorder = SampleRecorder(
        n=500,
        seed=seed,
        steps=(10, 25, *range(50, 1000, 50)),
        measure=measure,
    )
    began = time.monotonic()
    gan.fit(real, batch_size=batch_size, epochs=epochs, callbacks=[recorder], verbose=0)
    made = {
        "network": "points",
        "shape": shape,
        "points": n,
        "seed": seed,
        "batch_size": batch_size,
        "minutes": round((time.monotonic() - began) / 60, 1),
    }
    return Recording.of(recorder, made)
