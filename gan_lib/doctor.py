"""What a run says about its health: named quantities of its losses, answers, samples and scores, and rules that read them.

Each fault has one rule, a few conditions such as "D was right about less than 20 % of the generated images". The rules have an
order, and the first one that holds is the first answer. The limits in them were chosen by `fit_limits` on runs of
`gan_lib.studies.faults`, and what the doctor is worth was measured on others, see `confusion`.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist

from gan_lib._checks import check_choice, check_pixels
from gan_lib._files import CHECKPOINTS, HISTORY, SETTINGS, arrays_of, load_arrays
from gan_lib.data import ASSETS, load_fashion_mnist, to_pixels
from gan_lib.folders import find_images, read_image
from gan_lib.recordings import Recording
from gan_lib.studies.checkerboard import checkerboard

MEASURED = ASSETS / "faults.json"  # the limits, and the runs behind them; written by tools/assets.py
LEAST = 300  # steps; a shorter run is not judged
PHOTOGRAPHS = 64  # beside which samples are put
REPORTED = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")
HEALTHY, UNKNOWN, DIVERGED = "healthy", "cannot_tell", "diverged"


# ---- What the doctor looks at ------------------------------------------------------------------


@dataclass(frozen=True)
class Observed:
    """What a run has left, as far as the doctor looks at it.

    Attributes:
        history, first_epoch, measured: as in a `gan_lib.Recording`.
        steps: int (T,), the training steps before each moment; empty where that is not known.
        frames: list of uint8 (n, height, width), or in colour, the samples of each moment; empty where there are none.
        photographs: uint8 (m, height, width), or in colour, what samples should look like; None where that is not known.
        latent_length: of the latent vectors, or None where that is not known.
        command: that made the run, or "".
    """

    history: Mapping
    first_epoch: Mapping = field(default_factory=dict)
    measured: Mapping = field(default_factory=dict)
    steps: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    frames: Sequence = ()
    photographs: np.ndarray | None = None
    latent_length: int | None = None
    command: str = ""


def observe(run: Recording | str | os.PathLike, photographs: ArrayLike | str | os.PathLike | None = None) -> Observed:
    """Return what a run has left.

    Args:
        run: a `Recording`, the name or the file of one, or the folder of a run that `python -m gan_lib train` has made.
        photographs: as for `diagnose`.

    Raises:
        FileNotFoundError: if there is no such run, or it has no history.
        ValueError: if it is damaged, or of a model that the doctor does not know.
    """
    if isinstance(run, Recording):
        return of_recording(run, photographs)
    if not isinstance(run, (str, os.PathLike)):
        raise ValueError(f"run must be a Recording, the name of one, or the folder of a run; got {type(run).__name__}")
    if Path(run).is_dir():
        return of_folder(Path(run), photographs)
    return of_recording(Recording.load(run), photographs)


def of_recording(recording, photographs):
    if recording.conditions or recording.frames.ndim < 4:
        kind = "answers conditions" if recording.conditions else "is of points in the plane"
        raise ValueError(f"run {kind}; the doctor knows GANs that make images from latent vectors alone")
    frames, command = list(recording.frames), str(recording.made.get("command", ""))
    return Observed(
        whole_history(recording.history, "run"),
        recording.first_epoch,
        recording.measured,
        np.asarray(recording.steps),
        frames,
        photographs_for(frames[-1], command, photographs),
        recording.latents.shape[1] or None,
        command,
    )


def of_folder(folder, photographs):
    history = folder / HISTORY
    if not history.exists():
        others = sorted(str(path.parent) for path in folder.rglob(HISTORY))
        where = f"; there is one in {' and in '.join(others)}" if others else "; it is written after the first epoch of a run"
        raise FileNotFoundError(f"no {HISTORY} in {folder}{where}")
    command, classes = settings_in(folder)
    if classes is not None:
        raise ValueError(f"{folder} answers conditions; the doctor knows GANs that make images from latent vectors alone")
    try:
        values = {name: np.array(each, "float64") for name, each in json.loads(history.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{history} is damaged ({error}); train again, or name another run") from error
    kept = kept_in(folder)
    frames = [to_pixels(np.clip(frame, -1, 1)) for frame in kept.get("frames", ())]
    return Observed(
        whole_history(values, str(history)),
        arrays_of("first_epoch", kept),
        arrays_of("measured", kept),
        kept.get("steps_taken", np.zeros(0, int)),
        frames,
        photographs_for(frames[-1], command, photographs) if frames else None,
        None,
        command,
    )


def settings_in(folder):
    """Return the command of a run, and its classes or None; raise an error if it left no settings, as those of applications."""
    path = folder / SETTINGS
    if not path.exists():
        raise ValueError(
            f"{folder} has no {SETTINGS}, as a run of an application; the doctor knows GANs that make images from latent vectors"
        )
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
        return str(settings["command"]), settings["classes"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is damaged ({error!r}); train again, or name another run") from error


def kept_in(folder):
    """Return what the sample recorder of a run has kept, from its newest checkpoint that can be read; {} if there is none."""
    for path in sorted((folder / CHECKPOINTS).glob("epoch-*.npz"), reverse=True):
        try:
            arrays = load_arrays(path, "train again")
        except ValueError:
            continue
        keepers = {name.partition("/")[0] for name in arrays if name.startswith("keeper ")}
        for kept in (arrays_of(keeper, arrays) for keeper in sorted(keepers)):
            if "frames" in kept:
                return kept
    return {}


def whole_history(history, name):
    """Return a history if it has all four values, or raise a ValueError."""
    missing = [each for each in REPORTED if not len(history.get(each, ()))]
    if missing:
        raise ValueError(f"{name} has no {', '.join(missing)}: a run without a history cannot be judged; record it again")
    return {each: check_vector(history[each], f"{each} of {name}") for each in REPORTED}


def check_vector(values, name):
    values = np.asarray(values)
    if values.ndim != 1 or not np.issubdtype(values.dtype, np.number):
        raise ValueError(f"{name} must be a list of numbers, one for each epoch; got {str(values):.60}")
    return values.astype("float64")


def option_of(command, name):
    """Return what an option of a command is set to, or None."""
    words = shlex.split(command)
    return next((after for word, after in zip(words, words[1:]) if word == name), None)


def photographs_for(frame, command, given):
    """Return photographs beside which to put samples, uint8 (m, ...), or None where none are known."""
    if given is not None and not isinstance(given, (str, os.PathLike)):
        given = check_pixels(given, "photographs", colour=True)
        if given.shape[1:] != frame.shape[1:]:
            raise ValueError(f"photographs must have the shape of the samples, {frame.shape[1:]} each; got {given.shape[1:]}")
        return given
    folder = option_of(command, "--images") if given is None else given
    if folder is None:
        return to_pixels(load_fashion_mnist("test")[0][:PHOTOGRAPHS]) if frame.shape[1:] == (28, 28) else None
    if given is None and not Path(folder).is_dir():
        return None
    paths = find_images(folder)[0]
    chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(PHOTOGRAPHS, len(paths))).astype(int)]
    shape = (*frame.shape[1:3], 3 if frame.ndim == 4 else 1)
    return to_pixels(np.stack([read_image(path, shape) for path in chosen]))


# ---- Quantities --------------------------------------------------------------------------------


def quantities(observed: Observed) -> dict[str, float]:
    """Return what the rules look at, a float for each key of `QUANTITIES`; NaN for what a run does not tell."""
    found = of_answers(observed) | of_samples(observed) | of_scores(observed)
    if observed.latent_length:
        found["latent_length"] = observed.latent_length
    return {name: float(found.get(name, np.nan)) for name in QUANTITIES}


def of_answers(observed):
    """Return what the losses and the discriminator's answers say, in the last third of the run."""
    found = {
        "right_on_real": last_third(observed, "d_accuracy_real").mean(),
        "right_on_fake": last_third(observed, "d_accuracy_fake").mean(),
    }
    if option_of(observed.command, "--loss") in (None, "non_saturating"):  # that of another loss cannot be compared
        found["g_loss"] = last_third(observed, "g_loss").mean()
    steps = [np.asarray(observed.first_epoch.get(name, ()), "float64") for name in REPORTED[2:]]
    if len(steps[0]) >= LEAST:
        found["unrest"] = np.mean([stretches(values[len(values) // 2 :]).std() for values in steps])
    return found


def last_third(observed, name):
    """Return the values of the last third of a run: of each step if it had one epoch, or else of each epoch."""
    epochs, steps = observed.history[name], np.asarray(observed.first_epoch.get(name, ()), "float64")
    values = steps if len(epochs) == 1 and len(steps) else epochs
    return values[-max(1, round(len(values) / 3)) :]


def stretches(values, length=15):
    """Return the means of stretches of about so many values."""
    return np.array([part.mean() for part in np.array_split(values, max(1, len(values) // length))])


def of_samples(observed):
    """Return what the samples of the last moment say, where it can be told beside as many photographs."""
    if not len(observed.frames):
        return {}
    frames = [grey(frame) for frame in observed.frames]
    now, steps = frames[-1], observed.steps
    found = {"dimension": dimension(now), "checkerboard": pattern(now)}
    if observed.photographs is None:
        return found
    real = grey(observed.photographs)[: len(now)]
    low, high = np.percentile(real, [1, 99])
    before = frames[int(np.abs(steps - 0.8 * steps[-1]).argmin())]
    apart = max(np.abs(real - np.roll(real, 1, axis=0)).mean(), 1e-9)  # two photographs, on average
    return found | {
        "spread": now.std(axis=0).mean() / max(real.std(axis=0).mean(), 1e-9),
        "twins": to_nearest(now) / max(to_nearest(real), 1e-9),
        "contrast": now.std(axis=(1, 2)).mean() / max(real.std(axis=(1, 2)).mean(), 1e-9),
        "reach": (np.minimum(np.percentile(now, 99), high) - np.maximum(np.percentile(now, 1), low)) / max(high - low, 1e-9),
        "roughness": roughness(now) / max(roughness(real), 1e-9),
        "extremes": extremes(now) - extremes(real),
        "off_centre": np.abs(now.mean(axis=0) - real.mean(axis=0)).mean() / 255,
        "change": np.abs(now - before).mean() / apart,
        "since_first": np.abs(now - frames[0]).mean() / apart,
    }


def grey(images):
    """Return images as float64 (n, height, width) in [0, 255]."""
    images = np.asarray(images, "float64")
    return images.mean(axis=-1) if images.ndim == 4 else images


def distances(images):
    rows = images.reshape(len(images), -1)
    return np.sort(cdist(rows, rows), axis=1)[:, 1:]  # the first is an image itself


def to_nearest(images):
    return np.median(distances(images)[:, 0])


def dimension(images):
    """Estimate in how many directions images differ, from the distances to the two nearest of each.

    Facco et al., "Estimating the intrinsic dimension of datasets by a minimal neighborhood information" (2017).
    """
    nearest, second = distances(images)[:, :2].T
    apart = nearest > 0
    growth = np.log(second[apart] / nearest[apart]).sum()
    return apart.sum() / growth if growth else 0.0


def extremes(images):
    """Return the share of pixels that are as good as black or white."""
    return np.mean((images <= 2) | (images >= 253))


def roughness(images):
    """Return how much neighbouring pixels differ, over how much pixels differ at all."""
    return np.mean([np.abs(np.diff(images, axis=axis)).mean() for axis in (1, 2)]) / max(images.std(), 1e-9)


def pattern(images):
    """Return how strong the pattern is that repeats every two pixels in all images; 0 where there is no contrast at all."""
    try:
        return checkerboard(images[..., np.newaxis], period=2)
    except ValueError:  # all of one grey, but perhaps for the edge
        return 0.0


def of_scores(observed):
    """Return what was measured on the way, as far as it was."""
    measured = {name: np.asarray(values, "float64") for name, values in observed.measured.items() if np.ndim(values) == 1}
    found = {name: measured[name][-1] for name in ("recall", "classes", "memory") if name in measured}
    if "fid" in measured:
        late = measured["fid"][observed.steps > 0.1 * observed.steps[-1]]
        found["decline"] = late[-1] / max(np.nanmin(late), 1e-9)
    if "fid_of_last" in measured:
        found["average_harm"] = measured["fid"][-1] / max(measured["fid_of_last"][-1], 1e-9)
    elif "fid" in measured or (observed.command and not option_of(observed.command, "--average")):
        found["average_harm"] = 1.0  # there is no average
    return found


# What the rules look at, and how it is said: what is known is put in for "{}".
QUANTITIES = {
    "g_loss": "G's loss was {:.2f} in the last third",
    "right_on_real": "D was right about {:.0%} of the photographs in the last third",
    "right_on_fake": "D was right about {:.0%} of the generated images in the last third",
    "unrest": "D's accuracy swung by ±{:.0%} from stretch to stretch",
    "spread": "samples differ {:.2f} times as much as photographs",
    "twins": "the nearest other sample is {:.2f} times as far away as among photographs",
    "contrast": "light and dark within a sample differ {:.2f} times as much as within a photograph",
    "latent_length": "latent vectors have {:.0f} numbers",
    "dimension": "samples differ in about {:.1f} directions",
    "reach": "samples cover {:.0%} of the photographs' range from dark to bright",
    "roughness": "neighbouring pixels differ {:.1f} times as much as in photographs",
    "extremes": "the share of black and white pixels is {:+.0%} beside that of photographs",
    "off_centre": "the mean sample is {:.0%} of the range away from the mean photograph",
    "checkerboard": "a pattern of 2 x 2 pixels has {:.0%} of the samples' contrast",
    "change": "samples of one latent vector changed {:.2f} times as much as two photographs differ, late in the run",
    "since_first": "samples are {:.2f} times as far from those of the first step as two photographs from each other",
    "recall": "recall was {:.2f}",
    "classes": "samples look as if they were of {:.1f} classes",
    "decline": "the distance to photographs was {:.2f} times its lowest value",
    "average_harm": "the distance to photographs was {:.2f} times that of the last weights, without the average",
    "memory": "D scored photographs of the training {:.1f} standard deviations above new ones",
}


# ---- Rules -------------------------------------------------------------------------------------


class Condition(NamedTuple):
    """That a quantity lies above, or below, a limit; an optional one is left out where the run does not tell the quantity."""

    quantity: str
    side: str  # "above" or "below"
    optional: bool = False


class Rule(NamedTuple):
    """A fault, and the conditions that must all hold."""

    fault: str
    conditions: tuple[Condition, ...]


class Advice(NamedTuple):
    """What is said about a fault: its name in a sentence, the page of the book, and what to try."""

    title: str
    page: str
    remedy: str


def above(quantity, optional=False):
    return Condition(quantity, "above", optional)


def below(quantity, optional=False):
    return Condition(quantity, "below", optional)


# In the order in which they are looked at: the first one that holds is the first answer. What shows in few runs stands before
# what shows in many.
RULES = (
    Rule("swapped_labels", (below("right_on_real"), below("right_on_fake"), below("g_loss"))),
    Rule("frozen_discriminator", (below("right_on_fake"), below("g_loss"))),
    Rule("forgotten_training", (above("right_on_fake"), below("g_loss"), below("roughness"))),
    Rule("batch_norm_trap", (above("right_on_fake"), below("g_loss"))),
    Rule("high_rates", (above("right_on_fake"), above("g_loss"))),
    Rule("fast_generator", (below("spread"), below("contrast"))),
    Rule("wrong_activation", (below("reach"), above("right_on_real"))),
    Rule("wrong_scale", (below("reach"),)),
    Rule("strong_discriminator", (above("right_on_fake"), below("since_first"))),
    Rule("early_average", (above("average_harm"),)),
    Rule("few_images", (above("memory"),)),
    Rule("small_latent_space", (below("dimension"), below("latent_length", optional=True))),
    Rule("total_collapse", (below("spread"), below("twins"))),
    Rule("partial_collapse", (below("twins"), above("roughness"))),
    Rule("fast_generator", (above("right_on_fake"), above("extremes"))),
    Rule("checkerboard", (above("checkerboard"),)),
)

ADVICE = {
    "swapped_labels": Advice(
        "swapped labels",
        "discriminator#discriminator-two-losses",
        "look at the targets of D's loss: 1 for photographs, 0 for generated images, and 1 in the generator's turn",
    ),
    "frozen_discriminator": Advice(
        "a discriminator that does not learn",
        "symptoms#symptom-once",
        "count which of its weights move in a step; on Keras 3, trainable = False set before the first step lasts",
    ),
    "forgotten_training": Advice(
        "a forgotten training=True",
        "generator#generator-moves",
        "call both networks with training=True in both turns",
    ),
    "batch_norm_trap": Advice(
        "the batch normalization trap: D is another function in the generator's turn",
        "symptoms#symptom-switched",
        "leave D's weights out of the gradient instead of freezing it, so that it runs on the statistics of the batch",
    ),
    "high_rates": Advice(
        "learning rates that are too high", "minimax#minimax-rates", "divide both learning rates by 10, and again if need be"
    ),
    "wrong_activation": Advice(
        "a last activation that cannot reach the photographs",
        "symptoms#symptom-grey",
        "end the generator in tanh, for photographs in [-1, 1]",
    ),
    "wrong_scale": Advice(
        "images on the wrong scale",
        "your_own_images#own-wrong",
        "print the smallest and the largest pixel that D gets: -1 and 1, as gan_lib.data.scale makes them",
    ),
    "strong_discriminator": Advice(
        "a discriminator that wins",
        "symptoms#symptom-wins",
        "give both players the same learning rate, or D a lower one; the non-saturating loss; label_smoothing=0.1",
    ),
    "early_average": Advice(
        "an average of the weights that remembers its beginning",
        "symptoms#symptom-average",
        "train longer, or use gan_lib.RampedAdam, or sample from the last weights",
    ),
    "few_images": Advice(
        "too few images: D knows them by heart",
        "symptoms#symptom-memory",
        "augment=gan_lib.DiffAugment(), or more images; stop while new photographs still score as high",
    ),
    "small_latent_space": Advice(
        "too small a latent space", "generator#generator-shell", "take latent vectors of 32 numbers or more, such as 100"
    ),
    "total_collapse": Advice(
        "total mode collapse: every image is the same",
        "symptoms#symptom-collapse",
        "convolutions and batch normalization in the generator; equal learning rates; then train on, and look again",
    ),
    "fast_generator": Advice(
        "a generator that is too fast",
        "gan_architecture#architecture-fast",
        "give the generator the discriminator's learning rate",
    ),
    "partial_collapse": Advice(
        "mode collapse in part: kinds are missing",
        "symptoms#symptom-missing",
        "a convolutional generator; equal learning rates; a penalty on D's slopes, such as gan_lib.R1(); look at recall",
    ),
    "checkerboard": Advice(
        "a checkerboard", "symptoms#symptom-checkerboard", "upsampling and then a convolution, in place of a transposed one"
    ),
    DIVERGED: Advice(
        "a training that diverged",
        "minimax#minimax-rates",
        "divide both learning rates by 10, and set clipnorm=1.0 in both optimizers",
    ),
}


@dataclass(frozen=True)
class Finding:
    """A likely fault.

    Attributes:
        fault: its key in `ADVICE`.
        title: the same as a part of a sentence.
        evidence: sentences, what was seen, and the limit beyond which that speaks for the fault.
        page: of the book, as "page#place".
        remedy: what to try.
        right: of the runs about which the doctor said this first, and that it was not made with, how many it was right about, and
            of how many; (0, 0) if that is not known.
    """

    fault: str
    title: str
    evidence: tuple[str, ...]
    page: str
    remedy: str
    right: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says about a run.

    Attributes:
        findings: likely faults, the likeliest first.
        quantities: dict by name of float, what it looked at; NaN for what the run does not tell.
        unjudged: dict by fault of the quantities that would be needed to judge it, and are not there.
        reason: why it cannot tell, or "".
    """

    findings: tuple[Finding, ...] = ()
    quantities: Mapping = field(default_factory=dict)
    unjudged: Mapping = field(default_factory=dict)
    reason: str = ""

    @property
    def verdict(self) -> str:
        """The first fault, a key of `ADVICE`; "healthy"; or "cannot_tell"."""
        return self.findings[0].fault if self.findings else UNKNOWN if self.reason else HEALTHY

    @property
    def summary(self) -> str:
        """One line."""
        if self.reason:
            return f"The doctor cannot tell: {self.reason}."
        if not self.findings:
            return "The doctor finds nothing wrong" + (" in what it can judge." if self.unjudged else ".")
        first, *others = (finding.title for finding in self.findings)
        return f"The doctor suspects {first}{f'; or {others[0]}' if others else ''}: {self.findings[0].evidence[0]}."

    def __str__(self) -> str:
        lines = [self.summary] if not self.findings else []
        for number, finding in enumerate(self.findings, start=1):
            lines.append(f"{number}. {finding.title[0].upper()}{finding.title[1:]}")
            lines += [f"   - {sentence}" for sentence in finding.evidence]
            lines.append(f"   try: {finding.remedy}")
            lines.append(f"   read: {finding.page}")
            if finding.right[1]:
                lines.append("   of unseen runs about which it said so, it was right about {} of {}".format(*finding.right))
        if self.unjudged:
            names = sorted({name for missing in self.unjudged.values() for name in missing})
            titles = "; ".join(ADVICE[fault].title for fault in self.unjudged)
            lines.append(f"Not judged, because the run does not tell {', '.join(names)}: {titles}")
        return "\n".join(lines)


def diagnose(run: Recording | str | os.PathLike, photographs: ArrayLike | str | os.PathLike | None = None) -> Diagnosis:
    """Say what is likely wrong with a run, with the evidence.

    The rules were made and measured on short runs of a small GAN on Fashion-MNIST, see `gan_lib.studies.faults`; what they say of
    other runs is a hint.

    Args:
        run: a `gan_lib.Recording`, the name or the file of one, or the folder of a run that `python -m gan_lib train` has made.
        photographs: uint8 (m, height, width), or in colour, some of those that it was trained on, or a folder of them. By default
            they are those of Fashion-MNIST, or of the folder that the run was trained on, where that is still there.

    Returns:
        A `Diagnosis`. "healthy" is an answer, and so is "cannot tell", of a run that is too short.

    Raises:
        FileNotFoundError: if there is no such run, or it has no history.
        ValueError: if it is damaged, or of a model that the doctor does not know.

    Examples:
        >>> from gan_lib import diagnose
        >>> diagnose("dcgan-frozen-once").verdict
        'frozen_discriminator'
    """
    observed = observe(run, photographs)
    if broken := not_finite(observed):
        return Diagnosis((finding(DIVERGED, (f"{broken} is not a finite number",)),))
    steps = int(observed.steps[-1]) if len(observed.steps) else None
    if steps is not None and steps < LEAST:
        return Diagnosis(reason=f"the run has {steps:,} steps, and it takes {LEAST} at least")
    return judge(quantities(observed), stored_limits(), stored_rates())


def not_finite(observed):
    """Return the name of a reported value that is NaN or infinite somewhere, or None."""
    for part in (observed.history, observed.first_epoch):
        for name in REPORTED:
            if not np.isfinite(np.asarray(part.get(name, ()), "float64")).all():
                return name
    return None


def judge(values: Mapping[str, float], limits: Sequence[Sequence[float]], rates: Mapping[str, tuple] | None = None) -> Diagnosis:
    """Apply the rules.

    Args:
        values: of `quantities`.
        limits: for each rule, a limit for each of its conditions.
        rates: by fault, how often it was right of how many times, see `Finding`.
    """
    if missing := [name for name in QUANTITIES if name not in values]:
        raise ValueError(f"values must hold all of gan_lib.doctor.QUANTITIES; {', '.join(missing)} missing")
    if [len(of_rule) for of_rule in limits] != [len(rule.conditions) for rule in RULES]:
        raise ValueError(f"limits must hold a list for each of the {len(RULES)} rules, as fit_limits returns them")
    findings, unjudged = {}, {}
    for (fault, conditions), of_rule in zip(RULES, limits):
        known = [(each, limit) for each, limit in zip(conditions, of_rule) if not np.isnan(values[each.quantity])]
        missing = [each.quantity for each in conditions if np.isnan(values[each.quantity]) and not each.optional]
        if fault in findings or not all(holds(values[each.quantity], each.side, limit) for each, limit in known):
            continue
        if missing:
            unjudged.setdefault(fault, tuple(missing))
        else:
            evidence = tuple(sentence(each, values[each.quantity], limit) for each, limit in known)
            findings[fault] = finding(fault, evidence, (rates or {}).get(fault, (0, 0)))
    unjudged = {fault: missing for fault, missing in unjudged.items() if fault not in findings}
    return Diagnosis(tuple(findings.values()), dict(values), unjudged)


def holds(value, side, limit):
    return value > limit if side == "above" else value < limit


def sentence(condition, value, limit):
    """Return the evidence of one condition, as in "D was right about 2% of ... (below 16%)"."""
    said = QUANTITIES[condition.quantity]
    shape = said[said.index("{") : said.index("}") + 1]
    return f"{said.format(value)} ({condition.side} {shape.format(limit)})"


def finding(fault, evidence, right=(0, 0)):
    advice = ADVICE[fault]
    return Finding(fault, advice.title, evidence, advice.page, advice.remedy, tuple(right))


# ---- How good they are -------------------------------------------------------------------------


def fit_limits(rows: Sequence[Mapping[str, float]], faults: Sequence[str], weights: Mapping[str, float] | None = None) -> dict:
    """Choose the limits of all rules by runs whose fault is known.

    One limit after the other goes where the balanced accuracy of the first answers is largest: the mean, over the kinds of runs,
    of the share that is told rightly. Among equally good places it is the middle of the widest stretch. That is repeated until
    nothing moves.

    Args:
        rows: what `quantities` returned, one for each run.
        faults: what each run has, one of `kinds_of_runs()`.
        weights: of a kind of runs in the mean, 1 where it is not named.

    Returns:
        list of lists of float: for each rule, a limit for each of its conditions.

    Raises:
        ValueError: if there is not a fault for each run, or no run of a kind.
    """
    kinds = kinds_of_runs()
    if len(rows) != len(faults) or not rows:
        raise ValueError(f"rows and faults must be equally long, and not empty; got {len(rows)} and {len(faults)}")
    if missing := [kind for kind in kinds if kind not in faults]:
        raise ValueError(f"faults must name each kind of run at least once; {', '.join(missing)} is missing")
    truth = np.array([kinds.index(fault) for fault in faults])
    table = {name: np.array([row[name] for row in rows], "float64") for name in QUANTITIES}
    share = np.array([(weights or {}).get(kind, 1.0) for kind in kinds])[truth] / np.bincount(truth)[truth]
    says = np.array([kinds.index(rule.fault) for rule in RULES] + [kinds.index(HEALTHY)])
    limits, held = [], []
    for fault, conditions in RULES:
        limits.append([first_limit(table[each.quantity][truth == kinds.index(fault)], each.side) for each in conditions])
        held.append([hold(table, each, limit) for each, limit in zip(conditions, limits[-1])])

    def score():
        fires = np.array([np.all(each, axis=0) for each in held] + [np.ones(len(truth), bool)])
        return share[says[fires.argmax(axis=0)] == truth].sum()

    best, before = score(), -1.0
    while best > before + 1e-12:
        before = best
        for rule, of_rule, holding in zip(RULES, limits, held):
            for i, condition in enumerate(rule.conditions):
                places, scores = places_between(table[condition.quantity]), []
                for place in places:
                    holding[i] = hold(table, condition, place)
                    scores.append(score())
                of_rule[i] = middle_of_best(places, np.array(scores))
                holding[i] = hold(table, condition, of_rule[i])
        best = score()
    return [[float(f"{limit:.3g}") for limit in of_rule] for of_rule in limits]


def kinds_of_runs():
    """Return the faults that there are rules for, and "healthy"."""
    return [*dict.fromkeys(rule.fault for rule in RULES), HEALTHY]


def first_limit(values, side):
    """Return the limit that nine tenths of the runs with a fault pass."""
    return np.nanquantile(values, 0.1 if side == "above" else 0.9)


def hold(table, condition, limit):
    values = table[condition.quantity]
    return holds(values, condition.side, limit) | (np.isnan(values) & condition.optional)  # else NaN never holds


def places_between(values):
    """Return the places between which a limit makes a difference: the middles of neighbouring values."""
    known = np.unique(values[np.isfinite(values)])
    edges = [known[0] - 1e-6 - abs(known[0]) / 100, *((known[1:] + known[:-1]) / 2), known[-1] + 1e-6 + abs(known[-1]) / 100]
    return np.array(edges)


def middle_of_best(places, scores):
    """Return the middle of the longest run of places with the largest score."""
    good = scores >= scores.max() - 1e-12
    starts = np.flatnonzero(good & ~np.r_[False, good[:-1]])
    ends = np.flatnonzero(good & ~np.r_[good[1:], False])
    longest = int((ends - starts).argmax())
    return (places[starts[longest]] + places[ends[longest]]) / 2


@cache
def stored():
    """Return what tools/assets.py has measured: dict of "limits", "runs" and "made"."""
    return json.loads(MEASURED.read_text(encoding="utf-8"))


def stored_limits():
    return stored()["limits"]


@cache
def stored_rates():
    """Return by fault, of the unseen runs about which it was the first answer, how many had it, and how many there were."""
    said = [(run["answer"], run["fault"]) for run in stored()["runs"] if run["part"] == "unseen"]
    return {fault: (said.count((fault, fault)), sum(answer == fault for answer, _ in said)) for fault in kinds_of_runs()}


def confusion(part: str = "unseen") -> tuple[list[str], np.ndarray]:
    """Return how the doctor's first answers and the faults that runs had go together.

    Args:
        part: "unseen" for the runs that it was not made with, "made" for the others.

    Returns:
        kinds: the faults that there are rules for, and "healthy".
        counts: int (kinds, kinds + 1): entry (i, j) is the number of runs with fault i about which it said j first; the last
            column is "cannot tell".

    Examples:
        >>> kinds, counts = confusion()
        >>> counts.shape == (len(kinds), len(kinds) + 1)
        True
    """
    check_choice(part, "part", ("made", "unseen"))
    kinds = kinds_of_runs()
    counts = np.zeros((len(kinds), len(kinds) + 1), int)
    for run in stored()["runs"]:
        if run["part"] == part:
            answer = run["answer"]
            counts[kinds.index(run["fault"]), kinds.index(answer) if answer in kinds else -1] += 1
    return kinds, counts
