"""Keras and TensorFlow, imported in one place, which says what to do where they cannot be had.

Every module that needs them imports them from here; the others load neither.
"""

import os
import sys
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

try:
    import keras
    import tensorflow as tf
    from keras import layers, ops
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
