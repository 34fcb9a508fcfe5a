import keras
import numpy as np
import pytest

from gan_lib import GAN, RampedAdam, Recording, SampleRecorder, averaged, networks, standing_statistics


def averaging_gan(small_gan, momentum=0.9):
    return small_gan(generator_optimizer=keras.optimizers.Adam(1e-2, use_ema=True, ema_momentum=momentum))


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_the_average_is_the_one_that_its_name_says(small_gan, images):
    gan = averaging_gan(small_gan)
    expected = None
    for _ in range(4):
        gan.discriminator_step(images)
        gan.generator_step(8)
        now = [w.numpy().copy() for w in gan.generator.trainable_variables]
        expected = now if expected is None else [0.9 * old + 0.1 * new for old, new in zip(expected, now)]
    with averaged(gan) as generator:
        assert all(np.allclose(w, e, atol=1e-6) for w, e in zip(generator.trainable_variables, expected, strict=True))
        assert not same(generator.trainable_variables, now)


def test_a_generator_without_batch_normalization():
    gan = GAN(networks.build_mlp_generator(4), networks.build_mlp_discriminator())
    gan.compile(generator_optimizer=keras.optimizers.Adam(1e-2, use_ema=True, ema_momentum=0.5))
    for _ in range(2):
        gan.generator_step(2)
    last = gan.generator.get_weights()
    with averaged(gan) as generator:
        assert not same(generator.get_weights(), last)


def test_an_optimizer_that_scales_the_loss_keeps_an_average_too(small_gan, images):
    adam = keras.optimizers.Adam(1e-2, use_ema=True, ema_momentum=0.5)
    gan = small_gan(generator_optimizer=keras.optimizers.LossScaleOptimizer(adam, initial_scale=8.0))
    gan.fit(images, batch_size=8, verbose=0)
    last = gan.generator.get_weights()
    with averaged(gan) as generator:
        assert not same(generator.get_weights(), last)
    assert same(gan.generator.get_weights(), last)


def test_everything_is_put_back(small_gan, images):
    gan = averaging_gan(small_gan)
    gan.fit(images, batch_size=8, verbose=0)
    before, sample = gan.generator.get_weights(), gan.sample(3)
    momenta = [layer.momentum for layer in gan.generator.layers if hasattr(layer, "momentum")]
    with pytest.raises(ZeroDivisionError), averaged(gan):
        assert not same(gan.generator.get_weights(), before)
        assert not np.allclose(gan.sample(3), sample)
        raise ZeroDivisionError
    assert same(gan.generator.get_weights(), before)
    assert [layer.momentum for layer in gan.generator.layers if hasattr(layer, "momentum")] == momenta


@pytest.mark.parametrize("use_ema", [False, True], ids=["no average is kept", "before the first step"])
def test_without_an_average_nothing_changes(small_gan, use_ema):
    gan = small_gan(generator_optimizer=keras.optimizers.Adam(1e-2, use_ema=use_ema))
    if not use_ema:
        gan.generator_step(8)
    before = gan.generator.get_weights()
    with averaged(gan) as generator:
        assert generator is gan.generator and same(generator.get_weights(), before)


def test_keeping_an_average_does_not_change_the_run(small_gan, images):
    weights = []
    for use_ema in (False, True):
        gan = small_gan(generator_optimizer=keras.optimizers.Adam(1e-2, use_ema=use_ema))
        gan.fit(images, batch_size=8, epochs=2, callbacks=[SampleRecorder(n=2, steps=(1,))], verbose=0)
        weights.append(gan.get_weights())
    assert same(*weights)


def test_a_recording_holds_the_average_and_its_samples(small_gan, images):
    gan = averaging_gan(small_gan)
    recorder = SampleRecorder(n=2, steps=(), measure=lambda gan: {"first": float(gan.generator.get_weights()[0][0, 0])})
    gan.fit(images, batch_size=8, callbacks=[recorder], verbose=0)
    with averaged(gan) as generator:
        assert same(Recording.of(recorder, made={}).weights, generator.get_weights())
        assert np.array_equal(recorder.frames[-1], gan.sample(2, seed=0))
    assert recorder.measured["first"][-1] == gan.generator.get_weights()[0][0, 0], "measured is the GAN as it is"


def test_standing_statistics_are_those_of_the_batch():
    network = keras.Sequential([keras.Input((3,)), keras.layers.BatchNormalization(momentum=0.8, epsilon=1e-6)])
    batch = np.random.default_rng(0).normal(5, 3, (200, 3)).astype("float32")
    standing_statistics(network, batch)
    assert np.allclose(network.layers[0].moving_mean, batch.mean(axis=0), atol=1e-4)
    assert np.allclose(network.layers[0].moving_variance, batch.var(axis=0), atol=1e-3)
    assert np.allclose(network.predict(batch, verbose=0).std(axis=0), 1, atol=1e-3)


def test_standing_statistics_of_a_network_that_has_none():
    with pytest.raises(ValueError, match="network 'plain' has no BatchNormalization"):
        standing_statistics(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="plain"), np.zeros((1, 3)))


class TestRampedAdam:
    def test_the_average_is_the_one_that_its_name_says(self, small_gan, images):
        gan = small_gan(generator_optimizer=RampedAdam(1e-2, ema_momentum=0.6, ramp=0.5))
        expected = None
        for step in range(5):
            gan.discriminator_step(images)
            gan.generator_step(8)
            momentum = 0 if step == 0 else min(0.6, 0.5 ** (1 / (0.5 * step)))
            now = [w.numpy().copy() for w in gan.generator.trainable_variables]
            expected = now if expected is None else [momentum * a + (1 - momentum) * b for a, b in zip(expected, now)]
        with averaged(gan) as generator:
            assert all(np.allclose(w, e, atol=1e-6) for w, e in zip(generator.trainable_variables, expected, strict=True))

    def test_of_the_first_weights_little_is_left(self):
        optimizer = RampedAdam(ema_momentum=0.999)
        left = np.prod([float(optimizer.momentum_after(step)) for step in range(1, 1252)])
        assert left < 1e-6 < 0.28 < 0.999**1252

    def test_a_configuration_makes_it_again(self):
        optimizer = RampedAdam(3e-4, beta_1=0.5, ema_momentum=0.99, ramp=0.1)
        again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
        assert isinstance(again, RampedAdam) and again.get_config() == optimizer.get_config()
        assert float(again.momentum_after(10**9)) == np.float32(0.99) and again.use_ema
