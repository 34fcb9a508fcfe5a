"""Are GANs created equal? Eight games of one pair of networks: a training of one of them, measured on the way.

After Lucic et al., "Are GANs Created Equal? A Large-Scale Study" (2018). `gan_lib.studies.losses_sweep` says which trainings
there are, `gan_lib.studies.losses_table` reads what they have left.
"""

import time
from dataclasses import asdict, dataclass

import numpy as np

from gan_lib._checks import check_choice, check_count, check_counts, check_images, check_number, check_seed
from gan_lib._keras import keras
from gan_lib.averaging import RampedAdam, averaged
from gan_lib.evaluation import Described, describe
from gan_lib.gan import GAN, REPORTED
from gan_lib.losses import Hinge, LeastSquares, Loss, NonSaturating, Relativistic, Wasserstein
from gan_lib.metrics import fid, kernel_inception_distance, precision_recall
from gan_lib.networks import IMAGE_SHAPE, build_discriminator, build_generator
from gan_lib.penalties import R1, R2, GradientPenalty, Penalty

KINDS = ("last", "averaged")
SCORES = ("fd", "kd", "precision", "recall", "classes")
NEIGHBOURS = 2_000  # images of each kind for precision and recall, whose cost grows with their square
SUBSETS = 8  # for the kernel distance
LIMIT = 1e4  # of the mean of a loss; beyond it a training has diverged
RARE = 0.01  # a class with a smaller share of the samples is missing
LEAST_CLASSES, LEAST_RECALL = 8, 0.01  # with fewer classes, or less recall, a generator has collapsed


@dataclass(frozen=True)
class Game:
    """What the players minimise, and how the discriminator is normalized.

    Attributes:
        loss: of scores.
        penalties: kinds of `gan_lib.penalties`, which are all given one strength.
        normalization: of the discriminator, "batch", "spectral" or None; a penalty allows no "batch".
    """

    loss: Loss
    penalties: tuple[type[Penalty], ...] = ()
    normalization: str | None = "batch"


GAMES = {
    "non_saturating": Game(NonSaturating(from_logits=True)),
    "least_squares": Game(LeastSquares()),
    "hinge": Game(Hinge()),
    "wasserstein_gp": Game(Wasserstein(), (GradientPenalty,), None),
    "hinge_spectral": Game(Hinge(), (), "spectral"),
    "non_saturating_r1": Game(NonSaturating(from_logits=True), (R1,), None),
    "relativistic_r1_r2": Game(Relativistic(), (R1, R2), None),
    # What the penalties are compared with: without it, the lack of batch normalization could be taken for their doing.
    "non_saturating_bare": Game(NonSaturating(from_logits=True), (), None),
}


@dataclass(frozen=True)
class Budget:
    """What all trainings of a study have in common.

    Attributes:
        images: how many each training shows to its discriminator, a multiple of `moments * batch_size`.
        batch_size: of a step; the discriminator makes one step for each of the generator.
        width: maps of the discriminator's first layer; the last ones of the generator are twice as many.
        moments: how often a training is measured, evenly spaced, at its end for the last time.
        samples: how many generated images are measured.

    Raises:
        ValueError: for a number that is no such integer.
    """

    images: int = 32_000
    batch_size: int = 32
    width: int = 8
    moments: int = 4
    samples: int = 5_000

    def __post_init__(self):
        check_counts(batch_size=self.batch_size, width=self.width, moments=self.moments, images=self.images)
        check_count(self.samples, "samples", least=4)
        if self.images % (self.moments * self.batch_size):
            raise ValueError(
                f"images must be a multiple of moments * batch_size = {self.moments * self.batch_size}, so that all moments lie "
                f"equally many whole steps apart; got {self.images}"
            )


@dataclass(frozen=True)
class Run:
    """One training of a study.

    Attributes:
        game: one of `GAMES`.
        rate: the learning rate of both players.
        seed: an integer of at least 0.
        strength: of the game's penalties; None where it has none.

    Raises:
        ValueError: for a value that is none of these.
    """

    game: str
    rate: float
    seed: int
    strength: float | None = None

    def __post_init__(self):
        check_choice(self.game, "game", GAMES)
        check_number(self.rate, "rate", above=0)
        check_seed(self.seed)
        if not GAMES[self.game].penalties:
            if self.strength is not None:
                raise ValueError(f"strength is for a game with penalties, and {self.game} has none; leave it out")
        else:
            check_number(self.strength, "strength", above=0)

    @property
    def name(self) -> str:
        """What sets this training apart from the others of its study, such as "non_saturating_r1-0.1-0.0005-0"."""
        parts = (self.game, self.strength, self.rate, self.seed)
        return "-".join(str(part) if isinstance(part, str) else f"{part:g}" for part in parts if part is not None)


def build(run: Run, width: int) -> GAN:
    """Build and compile the players of a training; the same run gives the same ones.

    Both learn by Adam with beta_1 = 0.5, whatever their paper had, and the generator's keeps an average of its weights.

    Args:
        run: which.
        width: as for `Budget`.

    Returns:
        A compiled `gan_lib.GAN`.
    """
    game = GAMES[run.game]
    keras.utils.set_random_seed(run.seed)
    normalized = {"batch_norm": game.normalization == "batch", "spectral_norm": game.normalization == "spectral"}
    gan = GAN(build_generator(width=2 * width), build_discriminator(scores=True, width=width, **normalized), seed=run.seed)
    gan.compile(
        generator_optimizer=RampedAdam(run.rate, beta_1=0.5),
        discriminator_optimizer=keras.optimizers.Adam(run.rate, beta_1=0.5),
        loss=game.loss,
        penalty=[penalty(run.strength) for penalty in game.penalties],
    )
    return gan


def play(run: Run, budget: Budget, images: np.ndarray, real: Described) -> tuple[dict, np.ndarray]:
    """Train once, and measure on the way.

    Args:
        run: which training.
        budget: how long, and how it is measured.
        images: photographs to train on, float (n, 28, 28, 1) in [-1, 1].
        real: what `gan_lib.describe` says of real images, by which generated ones are measured.

    Returns:
        The outcome, a dict that JSON can hold, and what the generator makes of 20 latent vectors at the end, float32
        (20, 28, 28, 1), with its last weights. The outcome has

        - "settings": all of `run` and `budget`;
        - "images", "seconds": at each moment, how many photographs the discriminator has seen, and how many seconds the
          processor has trained: without measuring, and without the first step, in which TensorFlow compiles;
        - "history": dict by name of what the steps report, means since the moment before;
        - "last", "averaged": of the last weights of the generator and of their average, dict by name of `SCORES` of floats, one
          a moment;
        - "diverged": whether a loss or weight was no number any more, or the mean of a loss beyond `LIMIT`. The training ends
          there, and moments after it are missing;
        - "collapsed": whether the last weights end with fewer than `LEAST_CLASSES` classes that have a share of `RARE`, by the
          classifier, or less recall than `LEAST_RECALL`.

    Raises:
        ValueError: if the images are none such, or `real` is not `Described`.
    """
    images = check_images(images, shape=("n", *IMAGE_SHAPE))
    if not isinstance(real, Described):
        raise ValueError(f"real must be Described: give what describe(images) returns; got {type(real).__name__}")
    gan, clock = build(run, budget.width), Clock()
    outcome = {"settings": asdict(run) | asdict(budget), "images": [], "seconds": [], "history": {name: [] for name in REPORTED}}
    outcome |= {kind: {name: [] for name in SCORES} for kind in KINDS}
    rows = np.split(in_order(len(images), budget.images, run.seed), budget.moments)
    try:
        for moment, shown in enumerate(rows):
            means = gan.fit(images[shown], batch_size=budget.batch_size, shuffle=False, callbacks=[clock], verbose=0).history
            check_losses(means)
            outcome["images"].append((moment + 1) * len(shown))
            outcome["seconds"].append(round(clock.seconds, 2))
            for name, (mean,) in means.items():
                outcome["history"][name].append(rounded(mean))
            for kind, scores in measured(gan, real, budget.samples).items():
                for name, score in scores.items():
                    outcome[kind][name].append(score)
        diverged = False
    except FloatingPointError:  # raised by gan_lib.Watch, too
        diverged = True
    return outcome | {"diverged": diverged, "collapsed": not diverged and has_collapsed(outcome["last"])}, gan.sample(20, seed=0)


def in_order(n, length, seed):
    """Return the order in which n photographs are shown, int (length,): each once before any comes again."""
    random = np.random.default_rng(seed)
    return np.concatenate([random.permutation(n) for _ in range(-(-length // n))])[:length]


def check_losses(means):
    """Raise a FloatingPointError if a loss is so large that the players no longer learn from it."""
    for name in ("d_loss", "g_loss"):
        if abs(means[name][0]) > LIMIT:
            raise FloatingPointError(f"{name} is {means[name][0]:g}, and beyond {LIMIT:g} in size: the training has diverged")


def measured(gan, real, n):
    """Return the scores of the last weights and of their average: dict by kind of dict by score."""
    found = {"last": scores_now(gan, real, n)}
    with averaged(gan):
        return found | {"averaged": scores_now(gan, real, n)}


def scores_now(gan, real, n):
    fake = describe(gan.sample(n, seed=1))
    precision, recall = precision_recall(real.features[:NEIGHBOURS], fake.features[:NEIGHBOURS])
    shares = np.bincount(fake.probabilities.argmax(axis=1), minlength=10) / n
    return {
        "fd": rounded(fid(real.features, fake.features)),
        "kd": rounded(kernel_inception_distance(real.features, fake.features, subsets=SUBSETS)[0]),
        "precision": rounded(precision),
        "recall": rounded(recall),
        "classes": int(np.sum(shares >= RARE)),
    }


def rounded(value):
    return float(f"{value:.5g}")


def has_collapsed(curves):
    """Say whether a generator ends with few classes, or covers next to nothing of what is real."""
    return curves["classes"][-1] < LEAST_CLASSES or curves["recall"][-1] < LEAST_RECALL


class Clock(keras.callbacks.Callback):
    """Count the seconds that the processor takes for steps, in `seconds`; without the first, in which TensorFlow compiles."""

    seconds, compiled = 0.0, False

    def on_train_batch_begin(self, batch, logs=None):
        self.began = time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        if self.compiled:
            self.seconds += time.process_time() - self.began
        self.compiled = True
