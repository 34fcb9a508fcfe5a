"""Real points in the plane, and how well generated ones cover them; NumPy only.

Real points come in two shapes. "ring": eight normal distributions, with their means evenly spaced on the unit circle.
"moons": two half circles that reach into each other. Each shape consists of separate modes, and around its mode
a point is normally distributed with the standard deviation `SPREAD` in both directions.
"""

import numpy as np
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_choice, check_count, check_number, check_seed

SPREAD = 0.05
LIMIT = 1.5  # maps and figures show the square from -LIMIT to LIMIT


def half_circle(angles: np.ndarray, lower: ArrayLike) -> np.ndarray:
    """Return points (n, 2) on one of the moons at `angles` (n,) from 0 to pi: the lower one, or the upper."""
    arc = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    arc = np.where(np.reshape(lower, (-1, 1)), [1, 0.5] - arc, arc)
    return 0.8 * (arc - [0.5, 0.25])  # centred, and small enough for the map


def ring_centres() -> np.ndarray:
    """Return the means of the eight modes of the ring, (8, 2)."""
    angles = np.arange(8) * np.pi / 4
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


# The modes of each shape, as arrays (m, 2): a ring has eight of one point each, the moons are two lines of 200.
MODES = {
    "ring": [centre[np.newaxis] for centre in ring_centres()],
    "moons": [half_circle(np.linspace(0, np.pi, 200), lower) for lower in (False, True)],
}


def sample_points(shape: str, n: int, seed: int) -> np.ndarray:
    """Draw real points, each mode as likely as any other.

    Args:
        shape: "ring" or "moons".
        n: how many points, an integer of at least 1.
        seed: an integer; the same one draws the same points.

    Returns:
        float32 (n, 2).

    Examples:
        >>> sample_points("ring", 500, seed=0).shape
        (500, 2)
    """
    check_choice(shape, "shape", MODES)
    check_count(n, "n")
    check_seed(seed)
    random = np.random.default_rng(seed)
    if shape == "ring":
        means = ring_centres()[random.integers(8, size=n)]
    else:
        means = half_circle(random.uniform(0, np.pi, n), lower=random.random(n) < 0.5)
    return (means + random.normal(0, SPREAD, (n, 2))).astype("float32")


def nearest_mode(points: ArrayLike, modes: str | ArrayLike, spread: float = SPREAD) -> np.ndarray:
    """Say near which mode each point lies: within 3 standard deviations of it.

    A sample so close to a mode is what Srivastava et al., "VEEGAN: Reducing Mode Collapse in GANs using
    Implicit Variational Learning" (2017), call one of high quality.

    Args:
        points: float (n, 2).
        modes: "ring", "moons", or the centres of other modes, (k, 2).
        spread: the standard deviation around a mode.

    Returns:
        int (n,), the index of the nearest mode, and -1 for a point that lies near none.

    Examples:
        >>> nearest_mode([[1, 0.1], [0, 0], [0, 1]], "ring").tolist()
        [0, -1, 2]
    """
    points = check_array(points, "points", ("n", 2))
    check_number(spread, "spread", above=0)
    if isinstance(modes, str):
        check_choice(modes, "modes", MODES)
    lines = MODES[modes] if isinstance(modes, str) else check_array(modes, "modes", ("k", 2))[:, np.newaxis]
    distances = np.stack([np.linalg.norm(points[:, np.newaxis] - line, axis=2).min(axis=1) for line in lines], axis=1)
    return np.where(distances.min(axis=1) <= 3 * spread, distances.argmin(axis=1), -1)


def modes_covered(points: ArrayLike, modes: str | ArrayLike, share: float = 0.02, spread: float = SPREAD) -> int:
    """Count the modes that are covered: at least `share` of all points lie within 3 standard deviations of one.

    Stricter than Srivastava et al. (2017), for whom a single point near a mode is enough.

    Args:
        points, modes, spread: as for `nearest_mode`.
        share: of all points, in [0, 1]. In a perfect imitation of the ring each mode gets an eighth, 0.125.

    Returns:
        How many modes, an int.

    Examples:
        >>> modes_covered(sample_points("ring", 1000, seed=0), "ring")
        8
        >>> modes_covered([[1, 0], [0, 1], [0.02, 1]], "ring")
        2
    """
    check_number(share, "share", 0, 1)
    near = nearest_mode(points, modes, spread)
    counts = np.bincount(near[near >= 0], minlength=1)
    return int(np.sum(counts >= max(share * len(near), 1)))
