"""Upsampling that is folded into the convolution after it computes what the two layers compute."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from gan_lib import build_generator
from gan_lib._folding import foldable, folding
from gan_lib.applications import application
from gan_lib.conditional import seeded


def pair():
    convolution = layers.Conv2D(3, 3, padding="same", activation="relu", bias_initializer="random_normal")
    return keras.Sequential([keras.Input((5, 7, 2)), layers.UpSampling2D(2), convolution])


@pytest.fixture
def doubles():
    """Compute with 64 bits: with 32, rounding may carry a value across the kink of a ReLU, and then a gradient jumps."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")


@pytest.mark.usefixtures("doubles")
@pytest.mark.parametrize("build", [build_generator, lambda: application("stackgan").build("stage-1").generator, pair])
def test_answers_and_gradients_are_the_same(build):
    network = build()
    assert foldable(network)
    inputs = keras.random.normal((2, *network.input_shape[1:]), seed=1)

    def compute():
        with tf.GradientTape() as tape, seeded(network, 3):
            answers = network(inputs)
            loss = tf.reduce_sum(answers**2)
        return [answers, *tape.gradient(loss, network.trainable_variables)]

    apart = compute()
    with folding(network):
        together = compute()
    for a, b in zip(apart, together, strict=True):
        assert a.dtype == "float64" and np.allclose(a, b, rtol=1e-9, atol=1e-12 * max(1, np.abs(a).max()))


def test_afterwards_the_layers_are_as_they_were():
    network = build_generator()
    before = [vars(layer).get("call") for layer in network.layers]
    with pytest.raises(ZeroDivisionError), folding(network):
        assert [vars(layer).get("call") for layer in network.layers] != before
        raise ZeroDivisionError
    assert [vars(layer).get("call") for layer in network.layers] == before


def test_blocks_of_two_replicas_may_overlap():
    generator = build_generator()
    first, second = folding(generator), folding(generator)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert any("call" in vars(layer) for layer in generator.layers)  # the second is still under way
    second.__exit__(None, None, None)
    assert not any("call" in vars(layer) for layer in generator.layers)


@pytest.mark.parametrize(
    "options", [{"kernel_size": 5}, {"padding": "valid"}, {"strides": 2}, {"dilation_rate": 2}, {"filters": 4, "groups": 2}]
)
def test_what_cannot_be_folded_stays(options):
    keras.utils.set_random_seed(0)
    network = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.UpSampling2D(2),
            layers.Conv2D(**{"filters": 3, "kernel_size": 3, "padding": "same"} | options),
        ]
    )
    assert not foldable(network)


@pytest.mark.parametrize("options", [{"size": 4}, {"size": (2, 1)}, {"interpolation": "bilinear"}])
def test_another_upsampling_stays(options):
    network = keras.Sequential([keras.Input((6, 6, 2)), layers.UpSampling2D(**options), layers.Conv2D(3, 3, padding="same")])
    assert not foldable(network)


def test_maps_that_somebody_else_needs_stay():
    image = keras.Input((6, 6, 2))
    doubled = layers.UpSampling2D(2)(image)
    convolved = layers.Conv2D(2, 3, padding="same")(doubled)
    assert not foldable(keras.Model(image, layers.Add()([doubled, convolved])))
    assert not foldable(keras.Model(image, [doubled, convolved]))
