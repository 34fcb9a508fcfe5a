import warnings

import keras
import numpy as np
import pytest

from gan_lib.networks import (
    NETWORKS,
    answers_probabilities,
    build_discriminator,
    build_generator,
    build_mlp_discriminator,
    build_mlp_generator,
    build_point_discriminator,
    build_transposed_generator,
)


@pytest.mark.parametrize(
    "build, parameters",
    [
        (build_generator, 856_193),
        (build_discriminator, 390_657),
        (build_transposed_generator, 856_193),
        # by hand: 100 to 1200 to 1200 to 784, and 784 to 240 of 5 pieces to 240 of 5 pieces to 1
        (build_mlp_generator, 101 * 1200 + 1201 * 1200 + 1201 * 784),
        (build_mlp_discriminator, 785 * 1200 + 241 * 1200 + 241),
    ],
)
def test_parameters(build, parameters):
    assert build().count_params() == parameters


@pytest.mark.parametrize(
    "shape, of_generator, of_discriminator",
    [((28, 28, 1), [6, 3], [5, 10, 20, 40]), ((64, 64, 3), [12, 12, 6, 3], [5, 10, 20, 40, 40])],
)
def test_width(shape, of_generator, of_discriminator):
    generator, discriminator = build_generator(7, shape, width=3), build_discriminator(shape, width=5)
    for network, maps in ((generator, [*of_generator, shape[2]]), (discriminator, of_discriminator)):
        assert [layer.filters for layer in network.layers if isinstance(layer, keras.layers.Conv2D)] == maps
    assert generator.get_layer("to_maps").output.shape[-1] == of_generator[0]
    assert not [layer for layer in discriminator.layers if layer.name in ("norm_14", "norm_32")]  # none in the first block
    assert discriminator(generator(np.ones((2, 7), "float32"))).shape == (2, 1)


def test_tensors_of_the_discriminator():
    discriminator = build_discriminator()
    assert len(discriminator.weights) == 22 and len(discriminator.trainable_weights) == 16


@pytest.mark.parametrize("name", ["dcgan", "mlp", "crossed"])  # those on points: see test_points.py
def test_shapes_and_ranges(name):
    build_generator, build_discriminator = NETWORKS[name]
    latents = 10 * np.random.default_rng(0).normal(size=(5, 7)).astype("float32")
    images = build_generator(latent_dim=7).predict(latents, verbose=0)
    assert images.shape == (5, 28, 28, 1) and np.abs(images).max() <= 1 and images.min() < 0 < images.max()
    probabilities = build_discriminator().predict(images, verbose=0)
    assert probabilities.shape == (5, 1) and np.all((probabilities > 0) & (probabilities < 1))


@pytest.mark.parametrize(
    "shape", [(16, 16, 1), (20, 20, 3), (36, 36, 1), (32, 64, 3), (64, 16, 1), (64, 64, 3), (100, 100, 1), (128, 128, 3)]
)
def test_other_images(shape):
    images = build_generator(7, shape)(np.random.default_rng(0).normal(size=(2, 7)).astype("float32"))
    assert images.shape == (2, *shape) and float(abs(images).numpy().max()) <= 1
    for options in ({}, {"scores": True, "batch_norm": False}, {"scores": True, "batch_norm": False, "spectral_norm": True}):
        discriminator = build_discriminator(shape, **options)
        assert discriminator(images).shape == (2, 1)
        assert discriminator.get_layer("flatten").input.shape[1:3] in [(2, 2), (2, 4), (8, 2)]  # the smaller side ends at 2
        kinds = {type(layer).__name__ for layer in discriminator.layers}
        assert ("BatchNormalization" in kinds) == (not options) and ("SpectralNormalization" in kinds) == (
            "spectral_norm" in options
        )
        assert answers_probabilities(discriminator) == (not options)


@pytest.mark.parametrize("build", [build_mlp_discriminator, build_point_discriminator, build_discriminator])
def test_scores_are_the_logits_of_the_probabilities(build):
    of_scores, of_probabilities = build(scores=True), build()
    of_probabilities.set_weights(of_scores.get_weights())
    inputs = np.random.default_rng(0).uniform(-1, 1, (6, *of_scores.input_shape[1:])).astype("float32")
    scores, probabilities = (network.predict(inputs, verbose=0) for network in (of_scores, of_probabilities))
    assert np.abs(1 / (1 + np.exp(-scores)) - probabilities).max() < 1e-6
    assert not answers_probabilities(of_scores) and answers_probabilities(of_probabilities)


def test_layer_for_layer():
    kinds = [type(layer).__name__ for layer in build_generator().layers]
    up = ["UpSampling2D", "Conv2D", "BatchNormalization", "Activation"]
    assert kinds == ["Dense", "Reshape", *up, *up, "Conv2D", "Activation"]
    kinds = [type(layer).__name__ for layer in build_discriminator().layers]
    down = ["Conv2D", "BatchNormalization", "LeakyReLU", "Dropout"]
    first, second = ["Conv2D", "LeakyReLU", "Dropout"], ["Conv2D", "ZeroPadding2D", *down[1:]]
    assert kinds == [*first, *second, *down, *down, "Flatten", "Dense"]


@pytest.mark.parametrize("kernel_size", [2, 3, 4, 5])
def test_transposed_generator(kernel_size):
    network = build_transposed_generator(latent_dim=7, kernel_size=kernel_size)
    kinds = [type(layer).__name__ for layer in network.layers]
    larger = ["Conv2DTranspose", "BatchNormalization", "Activation"]
    assert kinds == ["Dense", "Reshape", *larger, *larger, "Conv2D", "Activation"]
    maps = [network.get_layer(name).output.shape[1:] for name in ("to_maps", "relu_14", "relu_28")]
    assert maps == [build_generator().get_layer(name).output.shape[1:] for name in ("to_maps", "relu_14", "relu_28")]
    images = network.predict(np.ones((2, 7), "float32"), verbose=0)
    assert images.shape == (2, 28, 28, 1) and np.abs(images).max() <= 1


@pytest.mark.parametrize("kernel_size", [1, 2.5, "3", True])
def test_bad_kernel_size(kernel_size):
    with pytest.raises(ValueError, match="kernel_size.*at least 2"):
        build_transposed_generator(kernel_size=kernel_size)


def test_maxout_is_the_largest_of_its_pieces():
    discriminator = build_mlp_discriminator()
    inputs = np.random.default_rng(0).normal(size=(2, 784)).astype("float32")
    linear, pieces, largest = (discriminator.get_layer(f"maxout_1{end}") for end in ("_linear", "_pieces", ""))
    kernel, bias = linear.get_weights()
    by_hand = (inputs @ kernel + bias).reshape(2, 5, 240).max(axis=1)
    assert np.allclose(largest(pieces(linear(inputs))), by_hand, atol=1e-5)


def test_nothing_deprecated():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for pair in NETWORKS.values():
            for build in pair:
                build()


def test_a_numpy_integer_will_do():
    assert build_generator(np.int64(5)).input_shape == (None, 5)


@pytest.mark.parametrize("latent_dim", [0, -1, 2.5, "100", True])
@pytest.mark.parametrize("build", [build_generator, build_mlp_generator, build_transposed_generator])
def test_bad_latent_dim(build, latent_dim):
    with pytest.raises(ValueError, match="latent_dim must be an integer of at least 1"):
        build(latent_dim)


def test_a_discriminator_without_batch_normalization_judges_each_image_alone():
    keras.utils.set_random_seed(0)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 28, 28, 1))
    plain, usual = build_discriminator(batch_norm=False), build_discriminator()
    for layer in (*plain.layers, *usual.layers):
        if hasattr(layer, "rate"):
            layer.rate = 0.0  # no dropout
    alone, together = (np.array(plain(batch, training=True))[:1] for batch in (images[:1], images))
    assert np.allclose(alone, together, atol=1e-6)
    assert not np.allclose(np.array(usual(images[:2], training=True))[:1], np.array(usual(images, training=True))[:1], atol=1e-6)
    assert [layer.name for layer in usual.layers if layer not in plain.layers and "norm" in layer.name] == [
        "norm_8",
        "norm_4",
        "norm_2",
    ]
