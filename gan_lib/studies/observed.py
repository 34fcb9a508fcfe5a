"""What a run has left, as far as the doctor looks at it: a recording, or the folder of a run, and photographs beside it."""

from __future__ import annotations

import json
import os
import shlex
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from gan_lib._checks import check_pixels
from gan_lib._files import CHECKPOINTS, HISTORY, SETTINGS, arrays_of, load_arrays
from gan_lib.data import load_fashion_mnist, to_pixels
from gan_lib.folders import find_images, read_image
from gan_lib.recordings import Recording

PHOTOGRAPHS = 64  # beside which samples are put
SMALL = "small"  # the networks of gan_lib.studies.faults
REPORTED = ("d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake")


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
        network: the name of its networks, or "".
    """

    history: Mapping
    first_epoch: Mapping = field(default_factory=dict)
    measured: Mapping = field(default_factory=dict)
    steps: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    frames: Sequence = ()
    photographs: np.ndarray | None = None
    latent_length: int | None = None
    command: str = ""
    network: str = ""


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
        str(recording.made.get("network", "")),
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
        latent_length_in(folder),
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


def latent_length_in(folder):
    """Return the length of the latent vectors that the saved generator of a run takes, or None."""
    try:
        with zipfile.ZipFile(folder / "generator.keras") as parts:
            (_, length) = json.loads(parts.read("config.json"))["config"]["layers"][0]["config"]["batch_shape"]
            return int(length)
    except (OSError, zipfile.BadZipFile, KeyError, IndexError, TypeError, ValueError):  # there is none, or of another kind
        return None


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
