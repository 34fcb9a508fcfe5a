"""Under every policy of precision, what the package hands out is float32, and what it measures is the same."""

import keras
import numpy as np
import pytest
from keras import ops

from gan_lib import (
    GAN,
    Recording,
    SampleRecorder,
    build_discriminator,
    build_generator,
    build_mlp_discriminator,
    build_mlp_generator,
    describe,
    to_pixels,
)


@pytest.fixture(params=["mixed_bfloat16", "bfloat16"])
def policy(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


def test_a_training_is_sampled_recorded_and_scored(policy, photographs):
    images, _ = photographs
    gan = GAN(build_mlp_generator(), build_mlp_discriminator(), seed=0)
    gan.compile()
    recorder = SampleRecorder(n=4, steps=(1,))
    gan.fit(images, batch_size=20, callbacks=[recorder], verbose=0)
    samples = gan.sample(4)
    assert samples.dtype == "float32" and to_pixels(samples).shape == (4, 28, 28)
    recording = Recording.of(recorder, made={"network": "mlp"})
    assert recording.frames.dtype == "uint8" and describe(samples).features.dtype == "float32"
    assert to_pixels(recording.generator().predict(recording.latents, verbose=0)).shape == (4, 28, 28)


@pytest.mark.parametrize(("name", "within"), [("mixed_float16", 0.15), ("mixed_bfloat16", 0.4)])
@pytest.mark.parametrize("game", [{}, {"loss": "hinge"}, {"loss": "relativistic", "penalty": ["r1", "r2"]}], ids=str)
def test_a_step_is_that_of_float32_to_rounding(name, within, game, photographs):
    def moved(policy):
        keras.config.set_dtype_policy(policy)
        try:
            keras.utils.set_random_seed(0)
            gan = GAN(
                build_generator(8, (16, 16, 1)), without_dropout(build_discriminator((16, 16, 1), False, bool(game))), seed=0
            )
            gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1), **game)
            players = (gan.generator, gan.discriminator)
            before = [flat(player) for player in players]
            gan.train_on_batch(photographs[0][:16, 6:22, 6:22])
            assert isinstance(gan.generator_optimizer, keras.optimizers.LossScaleOptimizer) == (policy == "mixed_float16")
            return [flat(player) - start for player, start in zip(players, before)]
        finally:
            keras.config.set_dtype_policy("float32")

    for exact, rounded in zip(moved("float32"), moved(name)):
        assert np.linalg.norm(exact) > 1e-3 and np.linalg.norm(rounded - exact) < within * np.linalg.norm(exact)


def flat(network):
    return np.concatenate([ops.convert_to_numpy(w).astype("float32").ravel() for w in network.trainable_variables])


def without_dropout(network):
    """Dropout draws other numbers in another precision."""
    for layer in network.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    return network


def test_scores_do_not_depend_on_it(photographs):
    from gan_lib import classifier

    images, _ = photographs
    before = describe(images)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        for cached in (classifier.loaded, classifier.describing_network):
            cached.cache_clear()
        after = describe(images)
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.array_equal(before.features, after.features) and np.array_equal(before.probabilities, after.probabilities)
