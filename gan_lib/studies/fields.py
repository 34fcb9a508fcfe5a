"""What a discriminator's slope looks like in the plane, in games with and without penalties.

In all games the discriminator learns ten times as fast as the generator, so that it stays ahead: there the games differ most.
"""

import numpy as np

from gan_lib._checks import check_accepts, check_choice, check_count, check_mapping, check_seed
from gan_lib._files import ASSETS, arrays_of, load_arrays, save_arrays
from gan_lib._keras import keras, tf
from gan_lib.callbacks import SampleRecorder
from gan_lib.gan import GAN
from gan_lib.losses import Hinge, NonSaturating, Relativistic, Wasserstein
from gan_lib.networks import build_point_discriminator, build_point_generator
from gan_lib.penalties import R1, R2, GradientPenalty
from gan_lib.recordings import Recording, grouped
from gan_lib.studies.shapes import LIMIT, modes_covered, sample_points

GENERATOR_RATE, DISCRIMINATOR_RATE = 1e-4, 1e-3
BATCH, STEPS = 256, 4_000
MOMENTS = (50, 100, 200, 400, 600, 800, 1_200, 1_600, 2_000, 3_000)  # between the first step and the last
SEEDS = 3
SIZE = 31  # places to a side of a map
FIELDS = ASSETS / "fields.npz"  # written by tools/assets.py

# By name: the loss, and the penalties that D pays.
PLAYED = {
    "non_saturating": (NonSaturating(from_logits=True), ()),
    "hinge": (Hinge(), ()),
    "wasserstein": (Wasserstein(), ()),
    "wasserstein_gp": (Wasserstein(), (GradientPenalty(1.0),)),
    "non_saturating_r1": (NonSaturating(from_logits=True), (R1(0.1),)),
    "hinge_spectral": (Hinge(), ()),
    "relativistic": (Relativistic(), ()),
    "relativistic_r1_r2": (Relativistic(), (R1(0.1), R2(0.1))),
}


def places_on_map(size: int = SIZE) -> np.ndarray:
    """Return the places of a map, evenly spaced from -LIMIT to LIMIT: float32 (size * size, 2), row by row, the lowest first."""
    check_count(size, "size", least=2)
    steps = np.linspace(-LIMIT, LIMIT, size)
    return np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2).astype("float32")


def slopes(discriminator: keras.Model, points: np.ndarray) -> np.ndarray:
    """Return the gradient of D's score by the place of each point: the direction in which the score rises, and how steeply.

    Args:
        discriminator: (batch, 2) -> (batch, 1), scores.
        points: float (n, 2).

    Returns:
        float32 (n, 2).
    """
    points = np.asarray(points, "float32")
    check_accepts(discriminator, "discriminator", points, "points")
    points = tf.constant(points)
    with tf.GradientTape() as tape:
        tape.watch(points)
        scores = discriminator(points, training=False)
    return tape.gradient(scores, points).numpy()


def build_game(name: str, seed: int = 0) -> GAN:
    """Build and compile a GAN on points that plays one of the games; the same seed gives the same GAN.

    Args:
        name: one of `PLAYED`.
        seed: an integer of at least 0.
    """
    check_choice(name, "name", PLAYED)
    check_seed(seed)
    loss, penalties = PLAYED[name]
    keras.utils.set_random_seed(seed)
    discriminator = build_point_discriminator(scores=True, spectral_norm=name == "hinge_spectral")
    gan = GAN(build_point_generator(), discriminator, seed=seed)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(GENERATOR_RATE, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(DISCRIMINATOR_RATE, beta_1=0.5),
        loss=loss,
        penalty=list(penalties),
    )
    return gan


def record_field(name: str, seed: int = 0, steps: int = STEPS) -> Recording:
    """Let a GAN play one of the games on the ring of eight modes, and record it; a quarter of a minute.

    Args:
        name: one of `PLAYED`.
        seed: an integer of at least 0.
        steps: of each player, an integer of at least 1.

    Returns:
        A `gan_lib.Recording` of 300 points, without weights. Its `measured` holds "slopes", float16 (T, 31 * 31, 2), D's slope at
        each of `places_on_map()`; "on_fake", float (T,), the mean length of the slope at 2,000 generated points; and "modes", int
        (T,), how many modes these cover.
    """
    check_count(steps, "steps")
    gan = build_game(name, seed)

    def measure(gan):
        points = gan.sample(2000, seed=1)
        return {
            "slopes": slopes(gan.discriminator, places_on_map()).astype("float16"),
            "on_fake": np.linalg.norm(slopes(gan.discriminator, points), axis=1).mean(),
            "modes": modes_covered(points, "ring"),
        }

    recorder = SampleRecorder(n=300, seed=seed, steps=MOMENTS, measure=measure)
    gan.fit(sample_points("ring", BATCH * steps, seed), batch_size=BATCH, epochs=1, callbacks=[recorder], verbose=0)
    recording = Recording.of(recorder, {"network": "points", "shape": "ring", "game": name, "seed": seed})
    recording.weights = []
    return recording


def record_fields(name: str, seeds: int = SEEDS) -> Recording:
    """Record a game with several seeds: the recording of seed 0, with "on_fake_by_seed" and "modes_by_seed", (T, seeds)."""
    check_count(seeds, "seeds")
    runs = [record_field(name, seed) for seed in range(seeds)]
    for value in ("on_fake", "modes"):
        runs[0].measured[f"{value}_by_seed"] = np.stack([run.measured[value] for run in runs], axis=1)
    return runs[0]


def save_fields(path, recordings: dict[str, Recording]) -> None:
    """Write recordings of games, dict by name, into one `.npz` file, whole or not at all."""
    check_mapping(recordings, "recordings")
    arrays = {}
    for name, run in recordings.items():
        stored = {part: getattr(run, part) for part in ("frames", "steps", "epochs", "latents")}
        stored |= {f"history/{key}": values for key, values in run.history.items()}
        stored |= {f"measured/{key}": values for key, values in run.measured.items()}
        arrays |= {f"{name}/{key}": values for key, values in stored.items()}
    save_arrays(path, arrays)


def load_fields(path=FIELDS) -> dict[str, Recording]:
    """Return the games that are recorded in the package: dict by name, see `PLAYED`, of what `record_field` returns.

    Examples:
        >>> load_fields()["wasserstein_gp"].frames.shape
        (12, 300, 2)
    """
    arrays = load_arrays(path, "install gan_lib again", [f"{name}/frames" for name in PLAYED])
    made = {"network": "points", "shape": "ring"}
    return {name: Recording(**grouped(arrays_of(name, arrays)), made=made | {"game": name}) for name in PLAYED}
