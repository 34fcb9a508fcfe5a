"""Writing files so that a reader never meets half of one."""

import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path):
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
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(values, indent=1) + "\n")
