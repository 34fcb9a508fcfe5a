"""Files that are written whole or not at all, and arrays that are read with every checksum and without pickle."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).parent / "assets"  # what comes with the package

# In the folder of a run:
SETTINGS = "settings.json"  # the command, and the classes of a class on request
HISTORY = "history.json"  # what was reported, means over each epoch
CHECKPOINTS = "checkpoints"  # a folder


@contextmanager
def atomic_write(path):
    """Yield a temporary path in the folder of `path`; rename it to `path` if the block ends well.

    The temporary name keeps the ending of `path`, because Keras and Matplotlib choose a format by it. If
    the block raises, the temporary file is removed and whatever stood at `path` before is untouched.

    Args:
        path: where the file goes; its folder is made where it is missing.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.name)
    os.close(handle)
    temporary = Path(temporary)
    try:
        temporary.chmod(0o644)
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def save_json(path, values):
    """Write values as JSON, whole or not at all."""
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n")


def save_arrays(path, arrays, compressed=True):
    """Write a dict of arrays, whole or not at all.

    Raises:
        ValueError: if `path` does not end in `.npz`, or an array holds Python objects, for which NumPy would need pickle.
    """
    if Path(path).suffix != ".npz":
        raise ValueError(f"path must end in .npz; got {str(path)!r}")
    for name, array in arrays.items():
        if np.asarray(array).dtype.hasobject:
            raise ValueError(f"{name} holds Python objects, which are not stored; give numbers, or rows that are equally long")
    with atomic_write(path) as temporary:
        (np.savez_compressed if compressed else np.savez)(temporary, **arrays)


def load_arrays(path, remedy, names=()):
    """Read the arrays of a file, a dict by name.

    Args:
        path: a `.npz` file.
        remedy: what to do if it is damaged.
        names: arrays that it must have.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is damaged, holds Python objects, or lacks one of the arrays.
    """
    if not Path(path).exists():
        raise FileNotFoundError(f"{path} is missing; {remedy}")
    try:
        with np.load(path, allow_pickle=False) as stored:
            # NumPy reads as many bytes as an array's header says, and no checksum if an altered one says fewer.
            altered = stored.zip.testzip()
            arrays = dict(stored)
        with open(path, "rb") as file:
            file.seek(-22, 2)  # the record that ends an archive, in which zipfile does not read how many arrays there are
            if len(arrays) != int.from_bytes(file.read()[10:12], "little"):
                altered = "its list of arrays"
    except Exception as error:  # NumPy raises a different error for each way that a zip file can be broken
        raise ValueError(f"{path} is damaged: it cannot be read ({error}); {remedy}") from error
    missing = [name for name in names if name not in arrays]
    if altered or missing:
        reason = f"{altered} is altered" if altered else f"{', '.join(missing)} is missing"
        raise ValueError(f"{path} is damaged ({reason}); {remedy}")
    return arrays


def arrays_of(part, arrays):
    """Return the arrays whose names begin with "part/", by the rest of their names."""
    return {name.removeprefix(f"{part}/"): values for name, values in arrays.items() if name.startswith(f"{part}/")}
