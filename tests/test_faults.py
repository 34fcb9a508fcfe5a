"""Failures on purpose: what each changes, and that the training of the gallery records what the doctor reads."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_lib import DiffAugment, RampedAdam, load_fashion_mnist
from gan_lib.evaluation import Described
from gan_lib.losses import NonSaturating
from gan_lib.studies import faults
from gan_lib.studies.faults import FAULTS, LAST, Setup, between, build_small_generator, compiled, memory, setup_of, train

IMAGES = load_fashion_mnist("test")[0][:48]


def weights(network):
    return [weight.copy() for weight in network.get_weights()]


def same(one, two):
    return all(np.array_equal(a, b) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_strength_is_another_setup_that_can_be_built_and_cured(fault):
    each = FAULTS[fault]
    setups = [setup_of(fault, strength) for strength in each.made + each.unseen]
    assert len(setups) >= 4 and all(one != other for i, one in enumerate(setups) for other in setups[:i])
    assert len(set(each.made + each.unseen)) == len(setups), "a strength that the doctor was made with is no unseen one"
    gan = compiled(setup_of(fault, each.made[each.shown]), seed=0)
    assert gan.sample(2).shape == (2, 28, 28, 1)
    assert each.cause.format(each.made[each.shown]) and each.cure
    if fault != faults.HEALTHY:
        assert setup_of(fault, each.made[0], cured=True) not in (setups[0], None)


def test_a_cure_leaves_what_was_broken_as_little_as_it_can():
    few = setup_of("few_images", 16, cured=True)
    assert few.n_images == 16 and isinstance(few.compiling["augment"], DiffAugment)
    assert isinstance(compiled(setup_of("early_average", 0.999, cured=True), 0).generator_optimizer, RampedAdam)


def test_changes_are_added_to_those_before():
    setup = Setup().changed({"generator": {"units": 8}}).changed({"generator": {"norm": False}, "n_images": 5})
    assert setup.generator == {"units": 8, "norm": False} and setup.n_images == 5 and Setup().generator == {}


@pytest.mark.usefixtures("eagerly")
class TestSteps:
    def test_a_frozen_discriminator_learns_up_to_there(self):
        gan = compiled(setup_of("frozen_discriminator", 10), 0)
        gan.after = 1
        before = weights(gan.discriminator)
        gan.discriminator_step(tf.constant(IMAGES[:4]))
        moved = [variable.numpy() for variable in gan.discriminator.trainable_variables]
        assert not same(before, weights(gan.discriminator))
        gan.discriminator_step(tf.constant(IMAGES[:4]))
        assert same(moved, [variable.numpy() for variable in gan.discriminator.trainable_variables])

    def test_a_switched_discriminator_answers_in_inference_mode_in_the_generators_turn(self):
        gan = compiled(setup_of("batch_norm_trap", 0.9), 0)
        _, answers = gan.judge_both(None, IMAGES[:4])
        assert np.allclose(answers, gan.discriminator(IMAGES[:4], training=False))
        assert not np.allclose(answers, gan.discriminator(IMAGES[:4], training=True), atol=1e-4)

    def test_a_forgetful_step_never_touches_the_moving_statistics(self):
        gan = compiled(setup_of("forgotten_training", 1e-3), 0)
        sound = compiled(Setup(), 0)
        for each, moves in ((gan, False), (sound, True)):
            before = [weight.numpy() for weight in each.generator.non_trainable_weights]
            trained = [variable.numpy() for variable in each.generator.trainable_variables]
            each.generator_step(4)
            assert same(before, [weight.numpy() for weight in each.generator.non_trainable_weights]) != moves
            assert not same(trained, [variable.numpy() for variable in each.generator.trainable_variables])


def test_swapped_labels_are_the_loss_with_its_arguments_exchanged():
    real, fake = (tf.constant(values) for values in ([[0.9], [0.6]], [[0.2], [0.3]]))
    usual, swapped = NonSaturating(), faults.SwappedLabels(1.0)
    assert float(swapped.discriminator(real, fake)) == pytest.approx(float(usual.discriminator(fake, real)))
    part = faults.SwappedLabels(0.25).discriminator(real, fake)
    expected = 0.75 * float(usual.discriminator(real, fake)) + 0.25 * float(usual.discriminator(fake, real))
    assert float(part) == pytest.approx(expected)
    assert float(swapped.generator(real, fake)) == pytest.approx(float(usual.generator(real, fake)))


def test_what_the_last_layers_reach():
    x = np.linspace(-20, 20, 101).astype("float32")
    reached = {name: (float(np.min(last(x))), float(np.max(last(x)))) for name, last in LAST.items()}
    assert reached["tanh"] == (-1, 1) and min(reached["half tanh"]) == pytest.approx(-0.5)
    assert all(low > -0.75 for name, (low, _) in reached.items() if name != "tanh")


def test_between_brings_images_to_other_limits():
    brought = between(-0.5, 0.25)(np.array([-1.0, 0.0, 1.0], "float32"))
    assert brought.tolist() == [-0.5, -0.125, 0.25] and brought.dtype == "float32"


def test_only_a_transposed_generator_begins_with_a_pattern_of_its_own():
    from gan_lib.studies.checkerboard import checkerboard

    found = {}
    for window in (None, 2):
        keras.utils.set_random_seed(0)
        images = np.array(build_small_generator(transposed=window)(keras.random.normal((64, 32), seed=0), training=True))
        found[window] = checkerboard(images)
    assert found[2] > 2 * found[None]


@pytest.fixture(scope="module")
def trained():
    """A recording of ten steps, scored by eight samples."""
    real = Described(np.random.default_rng(0).normal(size=(400, 128)).astype("float32"), np.full((400, 10), 0.1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faults, "SAMPLES", 8)
        patch.setattr(faults, "fid", lambda real, fake: float(len(fake)))  # of so few samples it would warn
        return train(setup_of("early_average", 0.999), IMAGES, IMAGES[:8], real, seed=3, steps=10)


class TestTraining:
    def test_it_records_what_the_doctor_reads(self, trained):
        assert trained.frames.shape == (7, 64, 28, 28) and trained.steps.tolist() == [0, 1, 2, 4, 6, 8, 10]
        assert len(trained.first_epoch["d_loss"]) == 10 and trained.weights == []
        assert set(trained.measured) == {"fid", "precision", "recall", "classes", "memory", "fid_of_last"}
        scored = np.isfinite(trained.measured["fid"])
        assert scored.tolist() == [False, False, False, True, False, True, True]
        assert trained.made == {"network": "small", "seed": 3}

    def test_it_can_be_stored(self, trained, tmp_path):
        trained.save(tmp_path / "run.npz")
        json.dumps(trained.made)

    @pytest.mark.usefixtures("eagerly")
    def test_a_diverging_one_is_recorded_up_to_there(self, monkeypatch):
        monkeypatch.setattr(faults, "measure", lambda *_, **__: {})
        monkeypatch.setattr(faults.GAN, "generator_step", lambda self, *_: {"g_loss": tf.constant(np.nan)})
        recording = train(Setup(), IMAGES, IMAGES[:8], Described(np.zeros((9, 2)), np.zeros((9, 2))), steps=7)
        assert "g_loss is nan at step 1" in recording.made["diverged"]
        assert len(recording.frames) == 1


def test_memory_is_how_much_higher_seen_photographs_score():
    class Answering:
        def __call__(self, images, training):
            return images.mean(axis=(1, 2, 3)).reshape(-1, 1)

    class Players:
        discriminator = Answering()
        objective = NonSaturating(from_logits=True)

    new = np.random.default_rng(0).normal(size=(40, 2, 2, 1))
    deviation = new.mean(axis=(1, 2, 3)).std()
    assert memory(Players(), new + 3 * deviation, new) == pytest.approx(3)
