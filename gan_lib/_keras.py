"""Keras and TensorFlow, imported in one place, which says what to do where they cannot be had.

Every module that needs them imports them from here; the others load neither.
"""

import os
import re
import sys
import tempfile
from contextlib import contextmanager

OTHERS = ("jax", "torch", "openvino", "numpy")  # backends of Keras that are not TensorFlow


def check_backend(backend):
    """Raise an ImportError unless Keras computes with TensorFlow."""
    if backend != "tensorflow":
        raise ImportError(
            f'gan_lib trains with TensorFlow, but Keras is set to "{backend}" (by KERAS_BACKEND or ~/.keras/keras.json): '
            "set KERAS_BACKEND=tensorflow before Keras is imported"
        )


if "keras" not in sys.modules:  # before the seconds that the import takes, and before what another backend lacks
    check_backend(os.environ.get("KERAS_BACKEND", "tensorflow"))


@contextmanager
def silence():
    """Keep what TensorFlow's C++ side writes while it starts from the screen, if TF_CPP_MIN_LOG_LEVEL asks for no messages.

    It writes some of them before it reads the variable. What is not expected is shown when the block ends.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL", "0") < "3" or "tensorflow" in sys.modules:
        yield
        return
    with tempfile.TemporaryFile() as written:
        stderr = os.dup(2)
        os.dup2(written.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            written.seek(0)
            lines = written.read().decode(errors="replace").splitlines(keepends=True)
            sys.stderr.writelines(line for line in lines if not EXPECTED.match(line))


EXPECTED = re.compile(r"WARNING: All log messages before absl|[IWE]\d{4} [\d:.]+ +\d+ |\s*$")

try:
    with silence():
        import keras
        import tensorflow as tf
        from keras import layers, ops

        tf.config.list_physical_devices()  # which looks for a GPU, and says what it has not found
except ModuleNotFoundError as error:
    check_backend(error.name if error.name in OTHERS else "tensorflow")
    raise

check_backend(keras.config.backend())

__all__ = ["full_precision", "keras", "layers", "ops", "tf"]


@contextmanager
def full_precision():
    """Build networks in float32 for as long as the block runs, whatever `keras.config.set_dtype_policy` says.

    Networks that measure must give the same numbers under every policy.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)
