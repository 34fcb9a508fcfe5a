"""The named quantities that the doctor reads from a run: from its losses, answers, samples and scores."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from gan_lib.studies.observed import Observed, option_of


def quantities(observed: Observed) -> dict[str, float]:
    """Return what the rules look at, a float for each key of `QUANTITIES`; NaN for what a run does not tell.

    Args:
        observed: what `gan_lib.studies.observed.observe` returns.

    Raises:
        ValueError: if it is something else.
    """
    if not isinstance(observed, Observed):
        raise ValueError(f"observed must be Observed: give what observe(run) returns; got {type(observed).__name__}")
    found = of_answers(observed) | of_samples(observed) | of_scores(observed)
    if observed.latent_length:
        found["latent_length"] = observed.latent_length
    return {name: float(found.get(name, np.nan)) for name in QUANTITIES}


def of_answers(observed):
    """Return what the losses and the discriminator's answers say, in the last third of the run."""
    found = {
        "right_on_real": abs(last_third(observed, "d_accuracy_real").mean()),  # rounding may leave a 0 below 0
        "right_on_fake": abs(last_third(observed, "d_accuracy_fake").mean()),
    }
    if option_of(observed.command, "--loss") in (None, "non_saturating"):  # that of another loss cannot be compared
        found["g_loss"] = last_third(observed, "g_loss").mean()
        # An image that D calls generated costs G log 2 at least, if both turns ask the same D.
        found["g_loss_over_least"] = found["g_loss"] / max(found["right_on_fake"] * np.log(2), 1e-9)
    return found


def last_third(observed, name):
    """Return the values of the last third of a run: of each step if it had one epoch, or else of each epoch."""
    epochs, steps = observed.history[name], np.asarray(observed.first_epoch.get(name, ()), "float64")
    values = steps if len(epochs) == 1 and len(steps) else epochs
    return values[-max(1, round(len(values) / 3)) :]


def of_samples(observed):
    """Return what the samples of the last moment say, where it can be told beside as many photographs."""
    if not len(observed.frames):
        return {}
    frames = [grey(frame) for frame in observed.frames]
    now, steps = frames[-1], observed.steps
    found = {"dimension": dimension(now)}
    if observed.photographs is None:
        return found
    real = grey(observed.photographs)[: len(now)]
    low, high = np.percentile(real, [1, 99])
    before = frames[int(np.abs(steps - 0.8 * steps[-1]).argmin())]
    apart = max(np.abs(real - np.roll(real, 1, axis=0)).mean(), 1e-9)  # how far, on average, two photographs are
    return found | {
        "spread": now.std(axis=0).mean() / max(real.std(axis=0).mean(), 1e-9),
        "twins": to_nearest(now) / max(to_nearest(real), 1e-9),
        "reach": (np.minimum(np.percentile(now, 99), high) - np.maximum(np.percentile(now, 1), low)) / max(high - low, 1e-9),
        "change": np.nan if is_averaged(observed) else np.abs(now - before).mean() / apart,  # an average hardly changes
        "pattern": every_second_pixel(now) / max(every_second_pixel(real), 1e-9),
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


def every_second_pixel(images):
    """Return how strong what repeats every two pixels is, over what repeats every 2.2 to 2.7: the geometric mean over the images.

    Transposed convolutions leave such stripes and squares, see Odena et al., "Deconvolution and checkerboard artifacts" (2016).
    """
    height, width = images.shape[1:]
    window = np.hanning(height)[:, np.newaxis] * np.hanning(width)  # so that the edges of an image make no waves
    power = np.abs(np.fft.fft2((images - images.mean(axis=(1, 2), keepdims=True)) * window)) ** 2
    two, longer = np.ones((2, len(images)))  # of 255 squared: an image of one grey has neither
    for along in (power, power.transpose(0, 2, 1)):  # waves in one direction that hardly change in the other
        waves, still = (np.abs(np.fft.fftfreq(n)) for n in along.shape[1:])
        two = two + along[:, waves == waves.max()][..., still < 0.25].mean(axis=(1, 2))
        longer = longer + along[:, (waves > 0.37) & (waves < 0.45)][..., still < 0.25].mean(axis=(1, 2))
    return np.exp(np.log(two / longer).mean())


def of_scores(observed):
    """Return what was measured on the way, as far as it was."""
    measured = {name: np.asarray(values, "float64") for name, values in observed.measured.items() if np.ndim(values) == 1}
    found = {"memory": measured["memory"][-1]} if "memory" in measured else {}
    if "fid_of_last" in measured:
        found["average_harm"] = measured["fid"][-1] / max(measured["fid_of_last"][-1], 1e-9)
    elif is_averaged(observed) is False:
        found["average_harm"] = 1.0
    return found


def is_averaged(observed):
    """Say whether samples are of an average of the generator's weights; None where the run does not tell."""
    if "fid_of_last" in observed.measured or option_of(observed.command, "--average"):
        return True
    return False if "fid" in observed.measured or observed.command else None


# What the rules look at, and how it is said: what is known is put in for "{}".
QUANTITIES = {
    "g_loss": "G's loss was {:.2f} in the last third",
    "g_loss_over_least": "G's loss was {:.2f} times the least that D's answers allow",
    "right_on_real": "D was right about {:.0%} of the photographs in the last third",
    "right_on_fake": "D was right about {:.0%} of the generated images in the last third",
    "spread": "samples differ {:.2f} times as much as photographs",
    "twins": "the nearest other sample is {:.2f} times as far away as among photographs",
    "latent_length": "latent vectors have {:.0f} numbers",
    "dimension": "samples differ in about {:.1f} directions",
    "reach": "samples cover {:.0%} of the photographs' range from dark to bright",
    "pattern": "what repeats every two pixels is {:.1f} times as strong, beside slightly longer waves, as in photographs",
    "change": "samples of one latent vector changed {:.2f} times as much as two photographs differ, late in the run",
    "average_harm": "the distance to photographs was {:.2f} times that of the last weights, without the average",
    "memory": "D scored photographs of the training {:.1f} standard deviations above new ones",
}
