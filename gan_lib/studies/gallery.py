"""The gallery of failures, as it was recorded: of each fault a broken run and one that was cured; NumPy only.

How they were broken and cured stands in `gan_lib.studies.faults`.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gan_lib._checks import check_mapping
from gan_lib._files import ASSETS, arrays_of, load_arrays, save_arrays
from gan_lib.recordings import Recording, grouped

GALLERY = ASSETS / "gallery.npz"  # written by tools/assets.py
FORMAT = 1
SHOWN = 16  # samples of each moment


@dataclass(frozen=True)
class Exhibit:
    """One fault of the gallery.

    Attributes:
        broken, cured: a `gan_lib.Recording` each, with the same seed: 16 samples of each moment, losses and scores, no weights.
        cause, cure: what was changed, in words.
        said: what the doctor said first about the two runs.
    """

    broken: Recording
    cured: Recording
    cause: str
    cure: str
    said: tuple[str, str]


def save_gallery(path: str | os.PathLike, exhibits: Mapping[str, Exhibit]) -> None:
    """Write a gallery, whole or not at all.

    Args:
        path: a `.npz` file.
        exhibits: dict by fault, a key of `gan_lib.studies.faults.FAULTS`.

    Raises:
        ValueError: if `path` does not end in `.npz`, or there is no exhibit.
    """
    check_mapping(exhibits, "exhibits")
    for fault, exhibit in exhibits.items():
        if not isinstance(exhibit, Exhibit):
            raise ValueError(f"exhibits[{fault!r}] must be an Exhibit; got {type(exhibit).__name__}")
    about, arrays = {"format": FORMAT, "faults": {}}, {}
    for fault, exhibit in exhibits.items():
        about["faults"][fault] = {"cause": exhibit.cause, "cure": exhibit.cure, "said": exhibit.said, "made": {}}
        for part in ("broken", "cured"):
            run = getattr(exhibit, part)
            about["faults"][fault]["made"][part] = run.made
            stored = {"frames": run.frames[:, :SHOWN], "steps": run.steps, "epochs": run.epochs}
            for group in ("history", "first_epoch", "measured"):
                stored |= {f"{group}/{name}": np.asarray(values, "float32") for name, values in getattr(run, group).items()}
            arrays |= {f"{fault} {part}/{name}": values for name, values in stored.items()}
    save_arrays(path, {"about": json.dumps(about)} | arrays)


def load_gallery(path: str | os.PathLike = GALLERY) -> dict[str, Exhibit]:
    """Read the gallery that comes with the package, or another one.

    Args:
        path: a `.npz` file that `save_gallery` has written.

    Returns:
        dict by fault of `Exhibit`; "healthy" is among them.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is damaged, or no gallery.

    Examples:
        >>> load_gallery()["few_images"].broken.frames.shape
        (8, 16, 28, 28)
    """
    arrays = load_arrays(path, "install gan_lib again, or make it with tools/assets.py", ["about"])
    try:
        about = json.loads(str(arrays["about"]))
        return {fault: exhibit_of(fault, each, arrays) for fault, each in about["faults"].items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no gallery ({error!r}); name one that save_gallery has written") from error


def exhibit_of(fault, about, arrays):
    runs = {}
    for part in ("broken", "cured"):
        parts = grouped(arrays_of(f"{fault} {part}", arrays)) | {"latents": np.zeros((0, 0), "float32")}
        runs[part] = Recording(**parts, made=about["made"][part])
        runs[part].check_moments()
    return Exhibit(runs["broken"], runs["cured"], about["cause"], about["cure"], tuple(about["said"]))
