"""What Keras offers a model works for a GAN too, or is refused before the first step, with what to use instead."""

import warnings
from functools import partial

import keras
import numpy as np
import pytest
from keras import layers

from gan_lib import GAN, Resume, SampleRecorder, averaged


@pytest.fixture
def small_gan(small_gan):
    """Without compiling a step, which takes longer than the few steps here."""
    return partial(small_gan, run_eagerly=True)


def rates(gan):
    return [float(optimizer.learning_rate) for optimizer in (gan.generator_optimizer, gan.discriminator_optimizer)]


class TestLearningRates:
    def test_a_scheduler_sets_both_in_the_same_proportion(self, small_gan, images):
        gan = small_gan(generator_optimizer=keras.optimizers.Adam(1e-3), discriminator_optimizer=keras.optimizers.Adam(4e-3))
        seen = []
        scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: seen.append(rate) or 1e-3 / 10**epoch)
        history = gan.fit(images, epochs=3, callbacks=[scheduler], verbose=0).history
        assert seen == pytest.approx([1e-3, 1e-3, 1e-4]) and history["learning_rate"] == pytest.approx([1e-3, 1e-4, 1e-5])
        assert rates(gan) == pytest.approx([1e-5, 4e-5])

    def test_a_warm_up_from_nothing_keeps_the_proportion(self, small_gan, images):
        gan = small_gan(generator_optimizer=keras.optimizers.Adam(1e-3), discriminator_optimizer=keras.optimizers.Adam(2e-3))
        warm_up = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 1e-3 * epoch)
        gan.fit(images, epochs=2, callbacks=[warm_up], verbose=0)
        assert rates(gan) == pytest.approx([1e-3, 2e-3])

    def test_a_plateau_reduces_both(self, small_gan, images):
        gan = small_gan()
        plateau = keras.callbacks.ReduceLROnPlateau(monitor="d_accuracy_real", mode="max", min_delta=10, patience=1, factor=0.5)
        gan.fit(images, epochs=3, callbacks=[plateau], verbose=0)
        assert rates(gan)[0] < 2e-4 and rates(gan)[0] == pytest.approx(rates(gan)[1])

    def test_nothing_changes_where_one_rate_cannot_be_set(self, small_gan, images):
        schedule = keras.optimizers.schedules.CosineDecay(1e-3, 100)
        gan = small_gan(discriminator_optimizer=keras.optimizers.Adam(schedule))
        with pytest.raises(TypeError, match="not settable"):
            gan.fit(images, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 1e-5)], verbose=0)
        assert rates(gan)[0] == pytest.approx(2e-4)

    def test_what_is_not_there_is_told(self, small_gan):
        with pytest.raises(AttributeError, match="has no iterations.*gan.generator_optimizer"):
            small_gan().optimizer.iterations  # noqa: B018


class TestOptimizers:
    def test_names_and_configurations(self, small_gan, images):
        gan = small_gan(
            generator_optimizer="adam", discriminator_optimizer=keras.optimizers.serialize(keras.optimizers.RMSprop(1e-4))
        )
        assert isinstance(gan.generator_optimizer, keras.optimizers.Adam) and rates(gan)[1] == pytest.approx(1e-4)
        gan.fit(images, verbose=0)

    def test_one_name_makes_two(self, small_gan):
        gan = small_gan(generator_optimizer="adam", discriminator_optimizer="adam")
        assert gan.generator_optimizer is not gan.discriminator_optimizer

    @pytest.mark.parametrize("wrong", ["adamant", 0.001, {"class_name": "Nothing", "config": {}}, [1]])
    def test_what_is_none(self, small_gan, wrong):
        with pytest.raises(ValueError, match="discriminator_optimizer must be a Keras optimizer.*its name"):
            small_gan(discriminator_optimizer=wrong)

    def test_no_other_optimizer_is_made(self, small_gan):
        held = [value for value in vars(small_gan()).values() if isinstance(value, keras.optimizers.Optimizer)]
        assert [type(optimizer).__name__ for optimizer in held] == ["Adam", "Adam"]


class TestCallbacks:
    @pytest.mark.parametrize(
        ("callback", "instead"),
        [
            (lambda folder: keras.callbacks.BackupAndRestore(folder), "gan_lib.Resume"),
            (lambda folder: keras.callbacks.SwapEMAWeights(), "gan_lib.averaged"),
            (lambda folder: keras.callbacks.ModelCheckpoint(folder / "gan.keras"), "save_weights_only=True"),
            (lambda folder: print, "callbacks must be Keras callbacks"),
        ],
        ids=["backup", "swap", "whole model", "a function"],
    )
    def test_refused_before_the_first_step(self, small_gan, images, tmp_path, callback, instead):
        gan = small_gan()
        before = gan.sample(2)
        with pytest.raises(ValueError, match=instead):
            gan.fit(images, callbacks=[callback(tmp_path)], verbose=0)
        assert np.array_equal(gan.sample(2), before) and not list(tmp_path.iterdir())

    def test_checkpoints_of_the_weights(self, small_gan, images, tmp_path):
        path = tmp_path / "gan.weights.h5"
        gan = small_gan()
        checkpoint = keras.callbacks.ModelCheckpoint(path, save_weights_only=True, monitor="g_loss", mode="min")
        gan.fit(images, callbacks=[checkpoint, SampleRecorder(n=2)], verbose=0)
        other = small_gan(seed=1)
        other.fit(images, verbose=0)
        other.load_weights(path)
        assert np.array_equal(gan.sample(3), other.sample(3))

    def test_those_that_watch(self, small_gan, images, tmp_path):
        stop = keras.callbacks.EarlyStopping(monitor="d_loss", mode="min", patience=1, min_delta=10)
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            callbacks = [stop, keras.callbacks.CSVLogger(tmp_path / "log.csv"), keras.callbacks.TerminateOnNaN()]
            history = small_gan().fit(images, epochs=5, callbacks=callbacks, verbose=0)
        assert len(history.epoch) == 2 and (tmp_path / "log.csv").read_text().startswith("epoch,d_accuracy")


class TestSaving:
    def test_a_whole_gan_is_refused_with_what_to_save(self, small_gan, tmp_path):
        gan, path = small_gan(), tmp_path / "gan.keras"
        path.write_text("before")
        for save in (lambda: gan.save(path), lambda: keras.saving.save_model(gan, tmp_path / "other.keras"), gan.to_json):
            with pytest.raises(ValueError, match="a GAN is not saved whole: save a network, as in gan.generator.save"):
                save()
        assert path.read_text() == "before"


def test_metrics_stay_as_many(small_gan):
    gan = small_gan()
    names = [metric.name for metric in gan.metrics]
    gan.compile()
    assert [metric.name for metric in gan.metrics] == names == ["d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"]


def test_supervised_settings_are_refused(small_gan, images):
    with pytest.raises(ValueError, match="metrics is not used"):
        small_gan(metrics=["accuracy"])
    with pytest.raises(ValueError, match="class_weight is not used"):
        small_gan().fit(images, class_weight={0: 1.0})


def test_fit_before_compile(small_gan, images):
    gan = small_gan()
    with pytest.raises(ValueError, match=r"call gan.compile\(\)"):
        GAN(gan.generator, gan.discriminator).fit(images)


class Squash(layers.Layer):
    def call(self, inputs):
        return 1 / (1 + keras.ops.exp(-inputs))


class Shift(layers.Layer):
    def call(self, inputs):
        return inputs - 0.5


def discriminator(*last):
    return keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), *last])


class TestAnswers:
    """A discriminator answers with probabilities, or is told so at `compile`."""

    @pytest.mark.parametrize(
        "last",
        [
            [layers.Dense(1, activation="sigmoid")],
            [layers.Dense(1), layers.Activation("sigmoid")],
            [layers.Dense(1), Squash()],
            [layers.Dense(2, activation="sigmoid"), layers.Reshape((2, 1))],
            [keras.Sequential([keras.Input((16,)), layers.Dense(1, activation="sigmoid")])],
        ],
        ids=["sigmoid", "activation", "one's own", "patches", "nested"],
    )
    def test_probabilities(self, small_gan, last):
        GAN(small_gan().generator, discriminator(*last)).compile()

    @pytest.mark.parametrize(
        "last",
        [
            [layers.Dense(1)],
            [layers.Dense(1), layers.Activation("tanh")],
            [layers.Dense(1, activation="sigmoid"), Shift()],
            [layers.Dense(1, activation="relu")],
            [keras.Sequential([keras.Input((16,)), layers.Dense(1)])],
        ],
        ids=["scores", "tanh", "one's own", "relu", "nested"],
    )
    def test_what_is_no_probability(self, small_gan, last):
        with pytest.raises(ValueError, match=r"probabilities, in \[0, 1\].*activation=\"sigmoid\""):
            GAN(small_gan().generator, discriminator(*last)).compile()

    def test_a_model_that_knows_no_shapes(self, small_gan):
        class Own(keras.Model):
            def call(self, images):
                return images

        with pytest.raises(ValueError, match="discriminator must be a sequential or functional Keras model"):
            GAN(small_gan().generator, Own())


def test_the_average_of_a_resumed_run_is_that_of_the_callback(small_gan, images, tmp_path):
    """What replaces SwapEMAWeights and BackupAndRestore goes together."""
    gan = small_gan(generator_optimizer=keras.optimizers.Adam(1e-3, use_ema=True, ema_momentum=0.9))
    recorder = SampleRecorder(n=3)
    gan.fit(images, epochs=2, callbacks=[recorder, Resume(tmp_path / "run")], verbose=0)
    with averaged(gan):
        assert np.array_equal(gan.sample(3), recorder.frames[-1])
