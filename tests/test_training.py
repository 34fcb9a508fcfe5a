import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_lib.callbacks import SampleRecorder
from gan_lib.gan import GAN
from gan_lib.networks import build_discriminator, build_generator, build_mlp_generator


def moved(weights, before):
    return [not np.array_equal(weight, old) for weight, old in zip(weights, before)]


def numbers(network):
    return [weight.numpy() for weight in network.weights]


def real_gan():
    gan = GAN(build_generator(), build_discriminator(), seed=0)
    gan.compile()
    return gan, np.random.default_rng(0).uniform(-1, 1, (11, 28, 28, 1)).astype("float32")


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "compiled"])
@pytest.mark.parametrize("networks", ["small", "dcgan"])
def test_each_step_moves_one_player_only(small_gan, images, networks, compiled):
    gan, images = (small_gan(), images) if networks == "small" else real_gan()
    steps = {
        "discriminator": lambda batch: gan.discriminator_step(batch),
        "generator": lambda batch: gan.generator_step(len(batch) if not compiled else tf.shape(batch)[0]),
    }
    if compiled:
        steps = {player: tf.function(step, reduce_retracing=True) for player, step in steps.items()}
    for batch in (images[:8], images[8:], images[:8]):  # full, partial, full again
        for player, step in steps.items():
            mover = getattr(gan, player)
            other = gan.generator if player == "discriminator" else gan.discriminator
            before, other_before = numbers(mover), numbers(other)
            step(tf.constant(batch))
            for weight, has_moved in zip(mover.weights, moved(mover.weights, before)):
                # The true gradient of a bias before a BatchNormalization is 0: it may stand still.
                assert has_moved or weight.name == "bias", f"{weight.path} of the {player} stood still in its own step"
            assert not any(moved(other.weights, other_before)), f"the {player} step moved the other player"


def test_moving_statistics_follow_the_own_steps_only(small_gan, images):
    """The rule is of weights and statistics alike, so a frozen layer would show here too."""
    gan = small_gan()
    gan.discriminator_step(images)
    norm = gan.discriminator.layers[1]
    after_own_step = norm.moving_mean.numpy()
    assert np.any(after_own_step != 0)
    gan.generator_step(8)
    assert np.array_equal(norm.moving_mean, after_own_step)


def test_the_generator_meets_the_discriminator_on_batch_statistics(small_gan, images):
    gan = small_gan()
    for _ in range(3):
        gan.discriminator_step(images)  # so that moving and batch statistics differ
    gan.random.state.assign([5, 5])
    latents = gan.latents(8)
    fake = gan.generator(latents, training=True)
    norm, before = gan.discriminator.layers[1], numbers(gan.discriminator)
    on_batch = -np.log(gan.discriminator(fake, training=True)).mean()
    gan.discriminator.set_weights(before)
    on_moving = -np.log(gan.discriminator(fake, training=False)).mean()
    assert abs(on_batch - on_moving) > 0.01, "the two modes agree, so this test could not fail"
    gan.random.state.assign([5, 5])
    assert float(gan.generator_step(8)["g_loss"]) == pytest.approx(on_batch, rel=1e-4)
    assert norm.trainable


def test_the_reported_accuracies_are_shares_judged_rightly(small_gan, images):
    gan = small_gan()
    gan.discriminator.layers[-1].bias.assign([100.0])  # says "real" to everything
    report = gan.discriminator_step(images)
    assert float(report["d_accuracy_real"]) == 1 and float(report["d_accuracy_fake"]) == 0


def test_fit_reports_and_takes_a_partial_batch(small_gan, images):
    history = small_gan().fit(images, batch_size=8, epochs=2, verbose=0).history
    assert set(history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"}
    assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())


def test_fit_trains_both_players(small_gan, images):
    gan = small_gan()
    before = numbers(gan.generator), numbers(gan.discriminator)
    gan.fit(images, batch_size=8, verbose=0)
    for player, weights in zip((gan.generator, gan.discriminator), before):
        for weight, has_moved in zip(player.weights, moved(player.weights, weights)):
            assert has_moved or weight.name == "bias", weight.path


def test_it_learns(small_gan):
    """Real images are bright above and dark below, give or take some noise; the generator must get there."""
    rate = {"learning_rate": 5e-3, "beta_1": 0.5}
    gan = small_gan(generator_optimizer=keras.optimizers.Adam(**rate), discriminator_optimizer=keras.optimizers.Adam(**rate))
    pattern = np.repeat([0.6, -0.6], 8).reshape(1, 4, 4, 1)
    images = (pattern + np.random.default_rng(0).normal(0, 0.1, (256, 4, 4, 1))).astype("float32")
    at_first = np.abs(gan.sample(64) - pattern).mean()
    gan.fit(images, batch_size=32, epochs=30, verbose=0)
    assert np.abs(gan.sample(64) - pattern).mean() < at_first / 2


def test_fit_runs_no_python_for_each_step(small_gan):
    gan = small_gan()
    calls = []
    step = gan.train_step
    gan.train_step = lambda batch: calls.append(1) or step(batch)
    gan.fit(np.zeros((8 * 20, 4, 4, 1), "float32"), batch_size=8, epochs=2, verbose=0)
    assert 1 <= len(calls) <= 3, f"train_step ran as Python {len(calls)} times in 40 steps; once to be traced is enough"


@pytest.mark.parametrize("build", ["small", "dcgan"])
def test_a_seed_repeats_a_run_bit_for_bit(small_gan, images, build):
    runs = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        if build == "small":
            gan, data = small_gan(seed=seed), images
        else:
            gan, data = real_gan()
        gan.fit(data, batch_size=4, epochs=2, verbose=0)
        runs.append(np.concatenate([np.ravel(weight) for weight in gan.get_weights()]))
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_the_seed_is_that_of_the_latent_vectors(small_gan):
    built = small_gan()
    drawn = []
    for seed in (5, 5, 6):
        keras.utils.set_random_seed(0)  # so that only the GAN's own seed can make a difference
        drawn.append(np.array(GAN(built.generator, built.discriminator, seed=seed).latents(4)))
    assert np.array_equal(drawn[0], drawn[1])
    assert not np.array_equal(drawn[0], drawn[2])


def test_the_usual_optimizers_are_those_of_the_dcgan_paper(small_gan):
    for adam in (small_gan().generator_optimizer, small_gan().discriminator_optimizer):
        assert isinstance(adam, keras.optimizers.Adam)
        assert (float(adam.learning_rate), adam.beta_1) == (pytest.approx(2e-4), 0.5)


def test_weights_of_the_whole_are_saved_and_loaded(small_gan, images, tmp_path):
    gan = small_gan()
    gan.fit(images, batch_size=8, verbose=0)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = small_gan(seed=1)
    assert not np.array_equal(other.sample(4), gan.sample(4))
    other.load_weights(tmp_path / "gan.weights.h5")
    assert np.array_equal(other.sample(4), gan.sample(4))


def test_call_answers_for_generated_images(small_gan):
    gan = small_gan()
    latents = gan.latents(5, seed=3)
    assert np.allclose(gan(latents), gan.discriminator(gan.sample(5, seed=3)), atol=1e-6)


def test_call_in_training_mode_runs_both_players_on_batch_statistics(small_gan, images):
    gan = small_gan()
    for _ in range(3):
        gan.discriminator_step(images)  # so that moving and batch statistics differ
    latents = gan.latents(8, seed=3)
    fake = gan.generator(latents, training=True)
    on_batch, on_moving = (np.array(gan.discriminator(fake, training=training)) for training in (True, False))
    assert np.abs(on_batch - on_moving).max() > 0.01, "the two modes agree, so this test could not fail"
    assert np.allclose(gan(latents, training=True), on_batch, atol=1e-6)


def test_samples_depend_on_the_seed_alone(small_gan):
    gan = small_gan()
    samples = gan.sample(6, seed=4)
    gan.latents(100)
    assert samples.shape == (6, 4, 4, 1) and samples.dtype == np.float32
    assert np.array_equal(gan.sample(6, seed=4), samples)
    assert not np.array_equal(gan.sample(6, seed=5), samples)


def test_the_two_losses_differ(small_gan):
    reports = [float(small_gan(loss=loss).generator_step(8)["g_loss"]) for loss in ("non_saturating", "minimax")]
    assert reports[0] > 0 > reports[1]


def test_the_discriminator_is_trained_with_the_smoothing_asked_for(small_gan, images):
    losses = [float(small_gan(label_smoothing=s).discriminator_step(images)["d_loss"]) for s in (0.0, 0.1, 0.1)]
    assert losses[0] != losses[1] == losses[2]


class TestBadInput:
    @pytest.mark.parametrize("smoothing", [-0.1, 1.0, float("nan")])
    def test_label_smoothing(self, small_gan, smoothing):
        with pytest.raises(ValueError, match=r"label_smoothing must lie in \[0, 1\)"):
            small_gan(label_smoothing=smoothing)

    def test_unknown_loss(self, small_gan):
        with pytest.raises(ValueError, match="loss must be .*minimax.*hinge"):
            small_gan(loss="other")

    def test_one_optimizer_for_two(self, small_gan):
        adam = keras.optimizers.Adam()
        with pytest.raises(ValueError, match="two objects"):
            small_gan(generator_optimizer=adam, discriminator_optimizer=adam)

    def test_a_frozen_player(self, small_gan):
        gan = small_gan()
        gan.discriminator.trainable = False
        with pytest.raises(ValueError, match="discriminator.trainable = True"):
            gan.compile()

    def test_players_that_do_not_fit(self, small_gan):
        with pytest.raises(ValueError, match=r"generator makes.*28.*discriminator takes.*4"):
            GAN(build_mlp_generator(), small_gan().discriminator)

    def test_a_failed_compile_changes_nothing(self, small_gan, images):
        gan = small_gan()
        optimizer = gan.generator_optimizer
        for wrong in ({"loss": "other"}, {"optimizer": "adam"}):
            with pytest.raises(ValueError, match="loss must be|generator_optimizer and"):
                gan.compile(**wrong)
        assert gan.generator_optimizer is optimizer
        gan.fit(images, verbose=0)

    @pytest.mark.parametrize("wrong", [{"y": np.zeros(11)}, {"validation_split": 0.5}, {"validation_data": np.zeros(11)}])
    def test_labels_and_validation(self, small_gan, images, wrong):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is not used"):
            small_gan().fit(images, **wrong)

    @pytest.mark.parametrize("name", ["batch_size", "epochs"])
    def test_counts_of_nothing(self, small_gan, images, name):
        with pytest.raises(ValueError, match=f"{name} must be an integer of at least 1; got 0"):
            small_gan().fit(images, **{name: 0}, verbose=0)

    @pytest.mark.parametrize("data", ["images", [1, 2], {"x": 1}, 5])
    def test_what_is_no_data(self, small_gan, data):
        with pytest.raises(ValueError, match="^x must be"):
            small_gan().fit(data, verbose=0)

    def test_a_data_set_with_labels(self, small_gan, images):
        with pytest.raises(ValueError, match="map it to its images"):
            small_gan().fit(tf.data.Dataset.from_tensor_slices((images, np.zeros(11))).batch(4), verbose=0)

    def test_a_data_set_of_images_of_another_size(self, small_gan):
        larger = tf.data.Dataset.from_tensor_slices(np.zeros((11, 8, 8, 1), "float32")).batch(4)
        with pytest.raises(ValueError, match=r"x must have the shape \(n, 4, 4, 1\), which the disc.*got \(1, 8, 8, 1\)"):
            small_gan().fit(larger, verbose=0)

    def test_steps_that_cannot_be_counted(self, small_gan, images):
        with pytest.raises(ValueError, match="steps_per_execution"):
            small_gan(steps_per_execution=2).fit(images, callbacks=[SampleRecorder()], verbose=0)
        endless = tf.data.Dataset.from_generator(lambda: iter([images]), output_signature=tf.TensorSpec(images.shape))
        with pytest.raises(ValueError, match="known length"):
            small_gan().fit(endless, callbacks=[SampleRecorder()], verbose=0)

    def test_images_of_another_size(self, small_gan):
        with pytest.raises(ValueError, match=r"x must have the shape \(n, .*4, 4, 1.*got \(2, 28, 28, 1\)"):
            small_gan().fit(np.zeros((2, 28, 28, 1), "float32"), verbose=0)

    def test_points_that_are_no_numbers(self):
        generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
        discriminator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
        gan = GAN(generator, discriminator)
        gan.compile()
        gan.fit(np.full((8, 2), 3.0), verbose=0)  # points may lie anywhere
        with pytest.raises(ValueError, match="x must be finite"):
            gan.fit(np.full((8, 2), np.nan), verbose=0)

    def test_images_that_were_not_scaled(self, small_gan, images):
        with pytest.raises(ValueError, match=r"x must lie in \[-1, 1\].*127.5"):
            small_gan().fit(images * 255, verbose=0)


class TestSampleRecorder:
    def test_moments(self, small_gan, images):
        recorder = SampleRecorder(n=4, seed=7, steps=(1, 2, 5, 99))  # 99 is never reached
        gan = small_gan()
        untrained = gan.sample(4, seed=7)
        gan.fit(np.concatenate([images, images]), batch_size=8, epochs=2, callbacks=[recorder], verbose=0)  # 3 steps an epoch
        assert recorder.steps_taken == [0, 1, 2, 3, 5, 6]
        assert recorder.epochs == pytest.approx([0, 1 / 3, 2 / 3, 1, 5 / 3, 2])
        assert np.array_equal(recorder.frames[0], untrained)
        assert np.array_equal(recorder.frames[-1], gan.sample(4, seed=7))
        assert not np.array_equal(recorder.frames[0], recorder.frames[1])

    def test_a_moment_at_the_end_of_an_epoch_is_kept_once(self, small_gan, images):
        recorder = SampleRecorder(n=2, steps=(2,))
        small_gan().fit(images, batch_size=8, callbacks=[recorder], verbose=0)  # 2 steps an epoch
        assert recorder.steps_taken == [0, 2]

    def test_what_is_measured_is_kept_at_every_moment(self, small_gan, images):
        recorder = SampleRecorder(n=2, steps=(1,), measure=lambda gan: {"weight": float(gan.generator.weights[0][0, 0])})
        gan = small_gan()
        gan.fit(images, batch_size=8, callbacks=[recorder], verbose=0)
        assert len(set(recorder.measured["weight"])) == len(recorder.frames) == 3
        assert recorder.measured["weight"][-1] == float(gan.generator.weights[0][0, 0])

    def test_history(self, small_gan, images):
        recorder = SampleRecorder(n=2)
        history = small_gan().fit(images, batch_size=4, epochs=3, callbacks=[recorder], verbose=0).history
        for name, values in history.items():
            assert recorder.history[name] == pytest.approx(values)
            assert len(recorder.first_epoch[name]) == 3
            assert np.mean(recorder.first_epoch[name]) == pytest.approx(values[0], rel=1e-5)

    def test_each_step_has_its_own_value(self, small_gan, images):
        """The same run by hand, step for step, reports what the recorder has undone from Keras's means."""
        recorder = SampleRecorder(n=2)
        small_gan().fit(images, batch_size=4, shuffle=False, callbacks=[recorder], verbose=0)
        gan = small_gan()
        by_hand = []
        for start in (0, 4, 8):
            batch = images[start : start + 4]
            by_hand.append({**gan.discriminator_step(batch), **gan.generator_step(len(batch))})
        for name, values in recorder.first_epoch.items():
            assert values == pytest.approx([float(report[name]) for report in by_hand], rel=1e-3, abs=1e-5)

    def test_its_state_comes_back_whole(self, small_gan, images):
        kept = SampleRecorder(n=2, steps=(1,), measure=lambda gan: {"mean": gan.sample(2).mean(axis=0)})
        small_gan().fit(images, batch_size=8, epochs=2, callbacks=[kept], verbose=0)
        back = SampleRecorder(n=2, steps=(1,))
        back.set_state(kept.get_state())
        for name in ("step", "epoch", "steps_taken", "epochs", "history", "first_epoch"):
            assert getattr(back, name) == getattr(kept, name)
        np.testing.assert_array_equal(back.frames, kept.frames)
        np.testing.assert_array_equal(back.measured["mean"], kept.measured["mean"])
        back.frames.append(back.frames[0])  # lists, to which more can be added
        back.measured["mean"].append(back.frames[0])

    def test_recording_does_not_change_the_run(self, small_gan, images):
        with_recorder, without = small_gan(), small_gan()
        with_recorder.fit(images, batch_size=4, epochs=2, callbacks=[SampleRecorder(n=4)], verbose=0)
        keras.utils.set_random_seed(0)
        without.fit(images, batch_size=4, epochs=2, verbose=0)
        assert np.array_equal(with_recorder.sample(4), without.sample(4))
