"""The doctor's rules: for each fault a few conditions that must hold, the limits in them, and what is said about it.

The limits were chosen by `gan_lib.studies.doctor_fit` on runs of `gan_lib.studies.faults`, and stand in `assets/faults.json`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import NamedTuple

from gan_lib._files import ASSETS

MEASURED = ASSETS / "faults.json"  # the limits, and the runs behind them; written by tools/assets.py
HEALTHY, UNKNOWN, DIVERGED = "healthy", "cannot_tell", "diverged"


class Condition(NamedTuple):
    """That a quantity lies above, or below, a limit."""

    quantity: str
    side: str  # "above" or "below"


class Rule(NamedTuple):
    """A fault, and the conditions that must all hold."""

    fault: str
    conditions: tuple[Condition, ...]


class Advice(NamedTuple):
    """What is said about a fault: its name in a sentence, the page of the book, and what to try."""

    title: str
    page: str
    remedy: str


def above(quantity):
    return Condition(quantity, "above")


def below(quantity):
    return Condition(quantity, "below")


# In the order in which they are looked at: the first one that holds is the first answer. What shows in few runs stands before
# what shows in many.
RULES = (
    Rule("swapped_labels", (below("right_on_real"), below("right_on_fake"))),
    Rule("frozen_discriminator", (below("right_on_fake"),)),
    Rule("forgotten_training", (below("g_loss_over_least"), below("reach"))),
    Rule("batch_norm_trap", (below("g_loss_over_least"),)),
    Rule("high_rates", (above("g_loss"),)),
    Rule("wrong_activation", (below("reach"), above("right_on_real"))),
    Rule("wrong_scale", (below("reach"),)),
    Rule("early_average", (above("average_harm"),)),
    Rule("few_images", (above("memory"),)),
    Rule("small_latent_space", (below("dimension"), below("latent_length"))),
    Rule("total_collapse", (below("spread"),)),
    Rule("partial_collapse", (below("twins"),)),
    Rule("fast_generator", (above("right_on_fake"), above("change"))),
    Rule("checkerboard", (above("pattern"),)),
    Rule("strong_discriminator", (above("right_on_fake"), below("change"))),
)

ADVICE = {
    "swapped_labels": Advice(
        "swapped labels",
        "when_it_goes_wrong#wrong-swapped",
        "look at the targets of D's loss: 1 for photographs, 0 for generated images, and 1 in the generator's turn",
    ),
    "frozen_discriminator": Advice(
        "a discriminator that does not learn",
        "when_it_goes_wrong#wrong-frozen",
        "count which of its weights move in a step; on Keras 3, trainable = False set before the first step lasts",
    ),
    "forgotten_training": Advice(
        "a forgotten training=True",
        "when_it_goes_wrong#wrong-forgotten",
        "call both networks with training=True in both turns",
    ),
    "batch_norm_trap": Advice(
        "the batch normalization trap: D is another function in the generator's turn",
        "when_it_goes_wrong#wrong-trap",
        "leave D's weights out of the gradient instead of freezing it, so that it runs on the statistics of the batch",
    ),
    "high_rates": Advice(
        "learning rates that are too high",
        "when_it_goes_wrong#wrong-rates",
        "divide both learning rates by 10, and again if need be",
    ),
    "wrong_activation": Advice(
        "a last activation that cannot reach the photographs",
        "when_it_goes_wrong#wrong-activation",
        "end the generator in tanh, for photographs in [-1, 1]",
    ),
    "wrong_scale": Advice(
        "images on the wrong scale",
        "when_it_goes_wrong#wrong-scale",
        "print the smallest and the largest pixel that D gets: -1 and 1, as gan_lib.data.scale makes them",
    ),
    "strong_discriminator": Advice(
        "a discriminator that wins",
        "when_it_goes_wrong#wrong-strong",
        "give both players the same learning rate, or D a lower one; the non-saturating loss; label_smoothing=0.1",
    ),
    "early_average": Advice(
        "an average of the weights that remembers its beginning",
        "when_it_goes_wrong#wrong-average",
        "train longer, or use gan_lib.RampedAdam, or sample from the last weights",
    ),
    "few_images": Advice(
        "too few images: D knows them by heart",
        "when_it_goes_wrong#wrong-few",
        "augment=gan_lib.DiffAugment(), or more images; stop while new photographs still score as high",
    ),
    "small_latent_space": Advice(
        "too small a latent space", "when_it_goes_wrong#wrong-latent", "take latent vectors of 32 numbers or more, such as 100"
    ),
    "total_collapse": Advice(
        "total mode collapse: every image is the same",
        "when_it_goes_wrong#wrong-total",
        "convolutions and batch normalization in the generator; equal learning rates; then train on, and look again",
    ),
    "fast_generator": Advice(
        "a generator that is too fast",
        "when_it_goes_wrong#wrong-fast",
        "give the generator the discriminator's learning rate",
    ),
    "partial_collapse": Advice(
        "mode collapse in part: kinds are missing",
        "when_it_goes_wrong#wrong-partial",
        "a convolutional generator; equal learning rates; a penalty on D's slopes, such as gan_lib.R1(); look at recall",
    ),
    "checkerboard": Advice(
        "a checkerboard",
        "when_it_goes_wrong#wrong-checkerboard",
        "upsampling and then a convolution, in place of a transposed one",
    ),
    DIVERGED: Advice(
        "a training that diverged",
        "when_it_goes_wrong#wrong-rates",
        "divide both learning rates by 10, and set clipnorm=1.0 in both optimizers",
    ),
}


def kinds_of_runs():
    """Return the faults that there are rules for, and "healthy"."""
    return [*dict.fromkeys(rule.fault for rule in RULES), HEALTHY]


def holds(value, side, limit):
    return value > limit if side == "above" else value < limit


@cache
def stored():
    """Return what tools/assets.py has measured: dict of "limits", "runs" and "made"; what was not known of a run is NaN."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    for run in measured["runs"]:
        run["quantities"] = {name: float("nan") if value is None else value for name, value in run["quantities"].items()}
    return measured


def stored_limits():
    return stored()["limits"]


@cache
def stored_rates():
    """Return by fault, of the unseen runs about which it was the first answer, how many had it, and how many there were."""
    said = [(run["answer"], run["fault"]) for run in stored()["runs"] if run["part"] == "unseen"]
    return {fault: (said.count((fault, fault)), sum(answer == fault for answer, _ in said)) for fault in kinds_of_runs()}
