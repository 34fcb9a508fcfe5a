import importlib
import os
import pkgutil
from functools import partial

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before TensorFlow is imported, or it is not heard
os.environ["MPLBACKEND"] = "agg"

import keras
import numpy as np
import pytest
import tensorflow as tf
from small import build_small_gan

import gan_lib
from gan_lib.data import load_fashion_mnist

# All of them, before any test replaces something in one: a module that is imported later would keep the replacement.
for module in pkgutil.walk_packages(gan_lib.__path__, "gan_lib."):
    importlib.import_module(module.name)


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture
def eagerly():
    """Let nothing be compiled: two steps of a large network take less time than compiling them."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def small_applications(monkeypatch):
    """Build the networks of the applications with few maps and blocks, for tests that are about what is done with them."""
    small = {
        "pix2pix.build_generator": {"filters": (4, 4, 8, 8)},
        "pix2pix.build_discriminator": {"filters": 4},
        "srgan.build_generator": {"blocks": 1, "filters": 4},
        "srgan.build_discriminator": {"filters": 2, "units": 8},
        "stackgan.build_stage_1": {"filters": 8},
        "stackgan.build_stage_2": {"filters": 4, "residual_blocks": 1},
        "stackgan.build_discriminator": {"filters": 4},
    }
    for name, options in small.items():
        module, function = name.split(".")
        build = getattr(importlib.import_module(f"gan_lib.applications.{module}"), function)
        monkeypatch.setattr(f"gan_lib.applications.{name}", partial(build, **options))


@pytest.fixture(scope="module")
def photographs():
    """Forty photographs and their labels."""
    images, labels = load_fashion_mnist("test")
    return images[:40], labels[:40]


@pytest.fixture
def images():
    """Eleven images: a batch of 8 and a partial one of 3."""
    return np.random.default_rng(0).uniform(-1, 1, (11, 4, 4, 1)).astype("float32")


@pytest.fixture
def small_gan():
    """Return the function that builds two networks of a few weights."""
    return build_small_gan
