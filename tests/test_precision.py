"""Under every policy of precision, what the package hands out is float32, and what it measures is the same."""

import keras
import numpy as np
import pytest

from gan_lib import GAN, Recording, SampleRecorder, build_mlp_discriminator, build_mlp_generator, describe, to_pixels


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
