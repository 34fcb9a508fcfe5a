import re

import keras
import numpy as np
import pytest

from gan_lib.callbacks import SampleRecorder, verdict
from gan_lib.gan import Players
from gan_lib.recordings import Recording
from gan_lib.resume import Resume


class Spoil(keras.callbacks.Callback):
    """Spoil a weight after a step, as a step that is far too large would."""

    def __init__(self, epoch, batch, value=np.nan):
        super().__init__()
        self.at, self.value, self.epoch = (epoch, batch), value, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == self.at:
            weight = self.model.generator.trainable_variables[-1]
            weight.assign(np.full(weight.shape, self.value))


def numbers(gan):
    return [np.array(keras.ops.convert_to_numpy(variable)) for variable in gan.state]


class Keep(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.state = numbers(self.model)


def test_a_loss_that_is_not_finite_stops_the_training_and_the_last_good_state_is_kept(small_gan, images, tmp_path):
    gan, keep, recorder = small_gan(), Keep(), SampleRecorder(n=2)
    callbacks = [Resume(tmp_path), keep, recorder, Spoil(epoch=2, batch=1)]
    with pytest.raises(
        FloatingPointError, match="_loss is nan at step 3 of epoch 3.*diverged.*after epoch 2.*lower learning rate.*clipnorm"
    ):
        gan.fit(images, batch_size=4, epochs=5, callbacks=callbacks, verbose=0)
    assert all(np.array_equal(now, then) for now, then in zip(numbers(gan), keep.state))
    assert len(gan.history.history["d_loss"]) == recorder.epoch == 2
    assert all(np.isfinite(frame).all() for frame in recorder.frames)

    other = small_gan(seed=1)  # what the folder holds is good as well
    other.fit(images, batch_size=4, epochs=2, callbacks=[Resume(tmp_path)], verbose=0)
    assert all(np.array_equal(now, then) for now, then in zip(numbers(other), keep.state))


def test_a_learning_rate_that_is_far_too_large(small_gan, images):
    """As it happens in earnest: the message names the step, and the weights are those from before."""
    gan = small_gan(generator_optimizer=keras.optimizers.SGD(1e38), discriminator_optimizer=keras.optimizers.SGD(1e38))
    before = numbers(gan)
    with pytest.raises(
        FloatingPointError, match=r"(is (nan|inf)|holds NaN or infinity) at step \d of epoch 1.*again as they were at the start"
    ):
        gan.fit(images, batch_size=2, epochs=3, verbose=0)
    assert all(np.array_equal(now, then) for now, then in zip(numbers(gan), before))


def test_a_last_step_that_spoils_the_weights(small_gan, images):
    gan = small_gan()
    with pytest.raises(FloatingPointError, match="bias holds NaN or infinity at step 3 of epoch 1"):
        gan.fit(images, batch_size=4, callbacks=[Spoil(epoch=0, batch=2, value=np.inf)], verbose=0)
    assert all(np.isfinite(value).all() for value in numbers(gan))


def test_players_that_are_broken_before_the_first_step(small_gan, images):
    gan = small_gan()
    gan.discriminator.layers[0].kernel.assign(np.full((3, 3, 1, 4), np.nan))
    with pytest.raises(FloatingPointError, match="kernel holds NaN or infinity before the first step; build the players anew"):
        gan.fit(images, verbose=0)


def scripted(small_gan, accuracies, verbose=2):
    """Train a GAN for 30 steps an epoch whose discriminator reports one pair of accuracies after the other."""
    gan = small_gan()
    pairs = [pair for pair in accuracies for _ in range(30)]
    now = keras.Variable(0, dtype="int32", trainable=False)

    def step(batch):
        real, fake = keras.ops.unstack(keras.ops.take(np.array(pairs, "float32"), now, axis=0))
        now.assign_add(1)
        return Players.report(gan, {"d_loss": 0.5, "g_loss": 0.5, "d_accuracy_real": real, "d_accuracy_fake": fake})

    gan.train_step = step
    gan.fit(np.zeros((60, 4, 4, 1), "float32"), batch_size=2, epochs=len(accuracies), verbose=verbose)


class TestTheLog:
    def test_a_discriminator_that_has_won_for_long(self, small_gan, capsys, monkeypatch):
        monkeypatch.setattr("gan_lib.callbacks.LONG", 60)
        scripted(small_gan, [(0.99, 0.9), (0.99, 0.99), (1, 1), (1, 1), (0.8, 0.8), (1, 1), (1, 1)])
        lines = capsys.readouterr().out.splitlines()
        told = [
            i
            for i, line in enumerate(lines)
            if line.startswith("For 60 steps the discriminator has been right about nearly every")
        ]
        assert len(told) == 2 and "label_smoothing" in lines[told[0]], "once for each stretch"
        assert lines[told[0] + 1] == "Epoch 4/7", "when it has been so for two epochs, and not amid a line"

    def test_a_discriminator_that_has_given_up(self, small_gan, capsys, monkeypatch):
        monkeypatch.setattr("gan_lib.callbacks.LONG", 60)
        scripted(small_gan, [(0.9, 0.05), (0.9, 0.05), (0.05, 0.9), (0.05, 0.9)])
        told = re.findall(
            "For 60 steps the discriminator has called nearly every (real|generated) image", capsys.readouterr().out
        )
        assert told == ["generated", "real"]

    def test_a_silent_training_stays_silent(self, small_gan, capsys, monkeypatch):
        monkeypatch.setattr("gan_lib.callbacks.LONG", 10)
        scripted(small_gan, [(1, 1)], verbose=0)
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize(
        "name, said",
        [
            ("dcgan-switched", "been right about nearly every image"),
            ("dcgan-frozen-once", "called nearly every generated image real"),
            ("dcgan-unfrozen", "called nearly every generated image real"),
            ("dcgan-steps", None),
            ("mlp-steps", None),
            ("dcgan", None),
            ("stackgan", None),
        ],
    )
    def test_the_recorded_runs_are_judged_as_the_book_judges_them(self, name, said):
        history = Recording.load(name).history
        last = verdict({name: values[-1] for name, values in history.items()})
        assert (last and last[0]) == said

    def test_a_generator_alone_is_not_judged(self):
        assert verdict({"content": 0.1}) is None


def test_the_same_log_without_trouble(small_gan, images, capsys):
    small_gan().fit(images, batch_size=8, epochs=2, verbose=2)
    assert "discriminator has" not in capsys.readouterr().out
