"""Failures on purpose: one small GAN, the smallest change that breaks it in a way of its own, and the cure.

All trainings here are short, and their networks small, so that several hundred of them fit into an hour or two. The doctor
was made with some of them, and measured on others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from scipy.special import logit
from scipy.stats import entropy

from gan_lib._checks import check_choice, check_count, check_images, check_number, check_seed
from gan_lib._keras import keras, layers, ops, tf
from gan_lib.augment import DiffAugment
from gan_lib.averaging import RampedAdam, averaged
from gan_lib.callbacks import SampleRecorder
from gan_lib.evaluation import Described, describe
from gan_lib.gan import GAN
from gan_lib.losses import NonSaturating
from gan_lib.metrics import fid, precision_recall
from gan_lib.networks import IMAGE_SHAPE
from gan_lib.penalties import R1
from gan_lib.recordings import Recording
from gan_lib.studies.observed import SMALL

BATCH, STEPS, RATE = 16, 500, 5e-3
MOMENTS = (20, 50, 100, 200, 300, 400)  # between the first step and the last, of `STEPS`
SCORED = (200, 400, 500)  # the moments that are scored
SAMPLES = 300  # by which a moment is scored

# ---- Networks and steps ------------------------------------------------------------------------

# What the last layer of a generator may end in: tanh reaches all of [-1, 1], and the others do not.
LAST = {
    "tanh": ops.tanh,
    "sigmoid": ops.sigmoid,
    "relu": ops.relu,
    "softplus": ops.softplus,
    "half tanh": lambda x: 0.5 * ops.tanh(x),
    "0.7 tanh": lambda x: 0.7 * ops.tanh(x),
}


def build_small_generator(
    latent_dim: int = 32, last: str = "tanh", transposed: int | None = None, units: int | None = None, norm: bool = True
) -> keras.Sequential:
    """Build the generator of the gallery: the idea of the DCGAN, with few maps.

    Args:
        latent_dim: length of a latent vector.
        last: what becomes of the pixels, a key of `LAST`.
        transposed: the window of transposed convolutions in place of upsampling and convolution, or None.
        units: of each of two hidden layers, for a perceptron instead; or None.
        norm: whether to normalize batches.

    Returns:
        A `keras.Sequential`, (batch, latent_dim) -> (batch, 28, 28, 1).
    """
    check_count(latent_dim, "latent_dim")
    check_choice(last, "last", LAST)
    if transposed is not None:
        check_count(transposed, "transposed", least=2)  # the stride
    if units is not None:
        check_count(units, "units")

    def rectified():
        return [layers.BatchNormalization(momentum=0.8)] * norm + [layers.Activation("relu")]

    def larger(maps):
        if transposed:
            return [layers.Conv2DTranspose(maps, transposed, strides=2, padding="same")]
        return [layers.UpSampling2D(2), layers.Conv2D(maps, 3, padding="same")]

    if units:
        hidden = [layer for _ in range(2) for layer in (layers.Dense(units), *rectified())]
        body = [*hidden, layers.Dense(28 * 28), layers.Reshape(IMAGE_SHAPE)]
    else:
        body = [layers.Dense(7 * 7 * 32), *rectified(), layers.Reshape((7, 7, 32)), *larger(16), *rectified(), *larger(1)]
    return keras.Sequential([keras.Input((latent_dim,)), *body, layers.Activation(LAST[last])])


def build_small_discriminator(
    norm: bool = True, momentum: float = 0.8, dropout: float = 0.25, scores: bool = False
) -> keras.Sequential:
    """Build the discriminator of the gallery: three strided convolutions.

    Args:
        norm: whether to normalize batches.
        momentum: with which their moving statistics are kept.
        dropout: the share of values that are dropped.
        scores: whether to answer with scores, and not with probabilities.

    Returns:
        A `keras.Sequential`, (batch, 28, 28, 1) -> (batch, 1).
    """
    check_number(momentum, "momentum", 0, 1)
    check_number(dropout, "dropout", 0, 1)
    blocks = []
    for maps in (8, 16, 32):
        blocks.append(layers.Conv2D(maps, 3, strides=2, padding="same"))
        blocks += [layers.BatchNormalization(momentum=momentum)] * (norm and maps > 8)
        blocks += [layers.LeakyReLU(negative_slope=0.2), layers.Dropout(dropout)]
    last = layers.Dense(1, activation=None if scores else "sigmoid")
    return keras.Sequential([keras.Input(IMAGE_SHAPE), *blocks, layers.Flatten(), last])


class FrozenGAN(GAN):
    """A GAN whose discriminator stops learning after so many steps."""

    def __init__(self, *players, after: int = 0, **kwargs):
        super().__init__(*players, **kwargs)
        self.after = after

    def discriminator_step(self, real_images):
        before = [tf.identity(weight) for weight in self.discriminator.trainable_variables]
        values = super().discriminator_step(real_images)
        learns = self.discriminator_optimizer.iterations <= self.after
        for weight, value in zip(self.discriminator.trainable_variables, before):
            weight.assign(ops.where(learns, weight, value))
        return values


class SwitchedGAN(GAN):
    """A GAN whose discriminator runs in inference mode in the generator's turn, as a frozen one does on Keras 3."""

    def judge_both(self, real, fake):
        return None, self.discriminator(fake, training=False)


class ForgetfulGAN(GAN):
    """A GAN in whose generator's turn `training=True` was forgotten when the images were made."""

    def generator_step(self, batch_size, real_images=None):
        latents = self.latents(batch_size)
        with tf.GradientTape() as tape:
            loss = self.objective.generator(*self.judge_both(real_images, self.generator(latents)))
        weights = self.generator.trainable_variables
        self.generator_optimizer.apply(tape.gradient(loss, weights), weights)
        return {"g_loss": loss}


class SwappedLabels(NonSaturating):
    """The usual loss, but so large a share of the discriminator's labels is swapped."""

    def __init__(self, share: float):
        super().__init__()
        self.share = share

    def discriminator(self, real, fake):
        return (1 - self.share) * super().discriminator(real, fake) + self.share * super().discriminator(fake, real)


def between(low: float, high: float) -> Callable:
    """Return the function that brings images from [-1, 1] to [low, high]."""
    return lambda images: (low + (images + 1) / 2 * (high - low)).astype("float32")


# ---- What a fault changes ----------------------------------------------------------------------


@dataclass(frozen=True)
class Setup:
    """What a training of the gallery is made of.

    Attributes:
        generator, discriminator: arguments of `build_small_generator` and `build_small_discriminator`.
        pixels: what is done to all photographs, float32 (n, 28, 28, 1) in [-1, 1]; nothing by default.
        n_images: how many photographs there are to train on, or None for all.
        gan: the class of the GAN.
        rates: the learning rates of the generator and the discriminator.
        momentum: of the average of the generator's weights, or None for no average.
        ramped: whether that average forgets how the weights were at first.
        compiling: what else `GAN.compile` is told.
    """

    generator: dict = field(default_factory=dict)
    discriminator: dict = field(default_factory=dict)
    pixels: Callable | None = None
    n_images: int | None = None
    gan: Callable = GAN
    rates: tuple[float, float] = (RATE, RATE)
    momentum: float | None = None
    ramped: bool = False
    compiling: dict = field(default_factory=dict)

    def changed(self, changes: dict[str, Any]) -> Setup:
        """Return the setup with other values; those of a dict are added to it."""
        merged = {name: getattr(self, name) | value if isinstance(value, dict) else value for name, value in changes.items()}
        return replace(self, **merged)


@dataclass(frozen=True)
class Fault:
    """One way to break the training.

    Attributes:
        cause: the change that was made, in words; "{}" stands for the strength.
        cure: what helps, in words.
        change: a function of the strength: what is changed in a `Setup`.
        cured: what is then changed to cure it.
        made, unseen: strengths, those of the runs that the doctor was made with, and others.
        shown: which of the former the gallery shows, by its index.
    """

    cause: str
    cure: str
    change: Callable[[Any], dict]
    cured: dict
    made: tuple
    unseen: tuple
    shown: int = 1


# Settings that all work: the runs that are called healthy.
WORKING = {
    "as it is": {},
    "rates halved": {"rates": (RATE / 2, RATE / 2)},
    "rates doubled": {"rates": (2 * RATE, 2 * RATE)},
    "D's rate doubled": {"rates": (RATE, 2 * RATE)},
    "D without batch normalization": {"discriminator": {"norm": False}},
    "latent vectors of 64": {"generator": {"latent_dim": 64}},
    "a ramped average": {"momentum": 0.999, "ramped": True},
    "rates times 1.5": {"rates": (1.5 * RATE, 1.5 * RATE)},
    "G's rate doubled": {"rates": (2 * RATE, RATE)},
    "D without dropout": {"discriminator": {"dropout": 0.0}},
    "latent vectors of 16": {"generator": {"latent_dim": 16}},
    "R1": {
        "discriminator": {"norm": False, "scores": True},
        "compiling": {"loss": NonSaturating(from_logits=True), "penalty": R1(0.1)},
    },
}
HEALTHY = "healthy"

FAULTS = {
    HEALTHY: Fault(
        "nothing that breaks the training: {}",
        "none is needed",
        change=WORKING.__getitem__,
        cured={},
        made=tuple(WORKING)[:7],
        unseen=tuple(WORKING)[7:],
        shown=0,
    ),
    "total_collapse": Fault(
        "the generator is a perceptron without batch normalization; both rates are {}",
        "convolutions and batch normalization in the generator",
        change=lambda rate: {"generator": {"units": 128, "norm": False}, "rates": (rate, rate)},
        cured={"generator": {"units": None, "norm": True}},
        made=(1e-3, 2e-3, 3e-3),
        unseen=(1.5e-3, 2.5e-3),
    ),
    "partial_collapse": Fault(
        "the generator is a perceptron of {} units a layer",
        "a convolutional generator",
        change=lambda units: {"generator": {"units": units}},
        cured={"generator": {"units": None}},
        made=(64, 128, 256),
        unseen=(96, 192),
    ),
    "strong_discriminator": Fault(
        "the generator's learning rate is {} times smaller than the discriminator's",
        "equal rates",
        change=lambda times: {"rates": (RATE / times, RATE)},
        cured={"rates": (RATE, RATE)},
        made=(30, 100, 300),
        unseen=(50, 200),
    ),
    "frozen_discriminator": Fault(
        "the discriminator is frozen after {} steps",
        "let it learn in every step",
        change=lambda steps: {"gan": partial(FrozenGAN, after=steps)},
        cured={"gan": GAN},
        made=(0, 30, 100),
        unseen=(10, 60),
    ),
    "batch_norm_trap": Fault(
        "in the generator's turn the discriminator runs in inference mode; its moving statistics have a momentum of {}",
        "leave the discriminator's weights out of the gradient instead of freezing it",
        change=lambda momentum: {"gan": SwitchedGAN, "discriminator": {"momentum": momentum}},
        cured={"gan": GAN},
        made=(0.8, 0.9, 0.99),
        unseen=(0.85, 0.95),
    ),
    "wrong_scale": Fault(
        "photographs run from {0[0]} to {0[1]}, and not from -1 to 1",
        "scale pixels to [-1, 1], as gan_lib.data.scale does",
        change=lambda limits: {"pixels": between(*limits)},
        cured={"pixels": None},
        made=((0, 1), (-0.5, 0.5), (-1, -0.5)),
        unseen=((-1, 0), (0, 0.5)),
        shown=0,
    ),
    "wrong_activation": Fault(
        "the generator ends in {}, and the photographs run from -1 to 1",
        "tanh, whose range is that of the photographs",
        change=lambda last: {"generator": {"last": last}},
        cured={"generator": {"last": "tanh"}},
        made=("sigmoid", "relu", "half tanh"),
        unseen=("softplus", "0.7 tanh"),
        shown=0,
    ),
    "high_rates": Fault(
        "both learning rates are {}",
        f"learning rates of {RATE}",
        change=lambda rate: {"rates": (rate, rate)},
        cured={"rates": (RATE, RATE)},
        made=(0.3, 0.5, 1.0),
        unseen=(0.4, 0.7),
    ),
    "fast_generator": Fault(
        "the generator's learning rate is {} times that of the discriminator",
        "equal rates",
        change=lambda times: {"rates": (RATE * times, RATE)},
        cured={"rates": (RATE, RATE)},
        made=(12, 16, 24),
        unseen=(14, 20),
    ),
    "small_latent_space": Fault(
        "latent vectors have a length of {}",
        "longer latent vectors",
        change=lambda length: {"generator": {"latent_dim": length}},
        cured={"generator": {"latent_dim": 32}},
        made=(1, 3),
        unseen=(2, 4),
        shown=0,
    ),
    "few_images": Fault(
        "there are {} photographs to train on",
        "change images at random before the discriminator sees them (DiffAugment)",
        change=lambda n: {"n_images": n},
        cured={"compiling": {"augment": DiffAugment()}},
        made=(16, 48, 128),
        unseen=(32, 80),
        shown=0,
    ),
    "forgotten_training": Fault(
        "the generator is called without training=True in its own turn; both rates are {}",
        "training=True wherever a network is called in a step",
        change=lambda rate: {"gan": ForgetfulGAN, "rates": (rate, rate)},
        cured={"gan": GAN},
        made=(1e-3, 2e-3, 3e-3),
        unseen=(1.5e-3, 2.5e-3),
    ),
    "swapped_labels": Fault(
        "a share of {} of the discriminator's labels is swapped",
        "1 for real images, 0 for generated ones",
        change=lambda share: {"compiling": {"loss": SwappedLabels(share)}},
        cured={"compiling": {"loss": "non_saturating"}},
        made=(0.75, 0.9, 1.0),
        unseen=(0.8, 0.95),
        shown=2,
    ),
    "early_average": Fault(
        "samples are of an average of the weights with a momentum of {}, which remembers its beginning",
        "an average that forgets how the weights were at first (RampedAdam)",
        change=lambda momentum: {"momentum": momentum},
        cured={"ramped": True},
        made=(0.998, 0.999, 0.9998),
        unseen=(0.9985, 0.9995),
        shown=2,
    ),
    "checkerboard": Fault(
        "transposed convolutions with a window of {} in place of upsampling and convolution",
        "upsampling, and then a convolution",
        change=lambda window: {"generator": {"transposed": window}},
        cured={"generator": {"transposed": None}},
        made=(2, 3, 5),
        unseen=(4, 6),
        shown=0,
    ),
}


def setup_of(fault: str, strength: Any, cured: bool = False) -> Setup:
    """Return the setup of a fault.

    Args:
        fault: a key of `FAULTS`.
        strength: one of its strengths.
        cured: whether the cure is added.

    Raises:
        ValueError: for another fault or strength.
    """
    check_choice(fault, "fault", FAULTS)
    check_choice(strength, "strength", FAULTS[fault].made + FAULTS[fault].unseen)
    setup = Setup().changed(FAULTS[fault].change(strength))
    return setup.changed(FAULTS[fault].cured) if cured else setup


# ---- A training --------------------------------------------------------------------------------


def train(
    setup: Setup,
    images: np.ndarray,
    held_out: np.ndarray,
    real: Described,
    seed: int = 0,
    steps: int = STEPS,
    every_moment: bool = False,
) -> Recording:
    """Train as a setup says, and record it.

    A training that diverges is recorded up to there, and its `made` has the message under "diverged".

    Args:
        setup: what to train.
        images: float (n, 28, 28, 1) in [-1, 1], the photographs.
        held_out: the same, photographs that are not trained on.
        real: what `gan_lib.describe` says of photographs, by which samples are scored.
        seed: an integer; the same one repeats the training on one machine.
        steps: how many.
        every_moment: whether to score every moment, and not three of them, where the others have NaN.

    Returns:
        A `Recording` without weights. `measured` has "fid", "precision", "recall", "classes" (how many the samples seem to be
        of, from 1 to 10), "memory" (see `memory`), and with an average "fid_of_last".

    Raises:
        ValueError: if the images are none, or a number is no such integer.
    """
    if not isinstance(setup, Setup):
        raise ValueError(f"setup must be a Setup, such as setup_of('few_images', 16); got {type(setup).__name__}")
    images, held_out = check_images(images, "images"), check_images(held_out, "held_out")
    if not isinstance(real, Described):
        raise ValueError(f"real must be Described: give what describe(images) returns; got {type(real).__name__}")
    check_seed(seed)
    check_count(steps, "steps", least=len(MOMENTS))
    keras.utils.set_random_seed(seed)
    gan = compiled(setup, seed)
    change = setup.pixels or (lambda pixels: pixels)
    seen, new = change(images[: setup.n_images]), change(held_out)
    random, n = np.random.default_rng(seed), BATCH * steps
    rows = np.concatenate([random.permutation(len(seen)) for _ in range(-(-n // len(seen)))])[:n]
    recorder = SampleRecorder(n=64, seed=seed, steps=[step * steps // STEPS for step in MOMENTS])
    due = None if every_moment else {step * steps // STEPS for step in SCORED}
    recorder.measure = partial(measure, recorder, seen=seen, new=new, real=real, due=due)
    made = {"network": SMALL, "seed": seed}
    try:
        gan.fit(seen[rows], batch_size=BATCH, epochs=1, shuffle=False, verbose=0, callbacks=[recorder])
    except FloatingPointError as error:
        made["diverged"] = str(error)
        recorder.history = {name: [np.nan] for name in recorder.first_epoch}
    recorder.frames = [np.clip(frame, -1, 1) for frame in recorder.frames]
    recording = Recording.of(recorder, made)
    recording.weights = []
    return recording


def compiled(setup: Setup, seed: int) -> GAN:
    """Return the compiled GAN of a setup."""
    gan = setup.gan(build_small_generator(**setup.generator), build_small_discriminator(**setup.discriminator), seed=seed)
    rate, discriminator_rate = setup.rates
    adam = RampedAdam if setup.ramped else keras.optimizers.Adam
    average = {"use_ema": True, "ema_momentum": setup.momentum} if setup.momentum else {}
    optimizers = adam(rate, beta_1=0.5, **average), keras.optimizers.Adam(discriminator_rate, beta_1=0.5)
    gan.compile(*optimizers, **setup.compiling)
    return gan


def measure(recorder: SampleRecorder, gan: GAN, seen: np.ndarray, new: np.ndarray, real: Described, due: set | None) -> dict:
    """Return the scores of a moment, NaN where it is not among those that are due."""
    names = ["fid", "precision", "recall", "classes", "memory"] + ["fid_of_last"] * bool(gan.generator_optimizer.use_ema)
    if due is not None and recorder.step not in due:
        return dict.fromkeys(names, np.nan)
    with averaged(gan):
        fake = described(gan)
    precision, recall = precision_recall(real.features[: len(fake)], fake.features)
    found = {"fid": fid(real.features, fake.features), "precision": precision, "recall": recall}
    found["classes"] = float(np.exp(entropy(fake.probabilities.mean(axis=0))))
    found["memory"] = memory(gan, seen, new)
    if "fid_of_last" in names:
        found["fid_of_last"] = fid(real.features, described(gan).features)
    return found


def described(gan):
    return describe(np.clip(gan.sample(SAMPLES, seed=1), -1, 1))


def memory(gan: GAN, seen: np.ndarray, new: np.ndarray, n: int = 500) -> float:
    """Return by how much D scores photographs of the training higher than new ones, in standard deviations of the latter."""
    answers = [np.asarray(gan.discriminator(images[:n], training=False), "float64") for images in (seen, new)]
    if gan.objective.needs == "probabilities":
        answers = [logit(np.clip(each, 1e-7, 1 - 1e-7)) for each in answers]
    return float((answers[0].mean() - answers[1].mean()) / max(answers[1].std(), 1e-9))
