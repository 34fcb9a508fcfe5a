import warnings

import keras
import numpy as np
import pytest

from gan_lib import GAN, SampleRecorder, build_discriminator, build_generator
from gan_lib.studies.recipes import RECIPES, ClassicRecipe

NO_WEIGHTS = "does not have any trainable weights"


@pytest.fixture
def small_recipe(small_gan):
    """Return a function that builds a recipe on the small networks, which have no dropout."""

    def build(freeze, seed=0):
        gan = small_gan(seed=seed)
        recipe = ClassicRecipe(gan.generator, gan.discriminator, freeze=freeze, seed=seed)
        recipe.compile()
        return recipe

    return build


def turns_of(recipe, batch):
    """Train on one batch; return for each turn what it trained on, its loss, and how many tensors of G and D it moved."""
    turns, players = [], (recipe.generator, recipe.discriminator)

    def watched(model):
        train = model.train_on_batch

        def turn(x, y):
            before = [player.get_weights() for player in players]
            values = train(x, y)
            after = [player.get_weights() for player in players]
            moved = [sum(not np.array_equal(*pair) for pair in zip(*weights)) for weights in zip(before, after)]
            turns.append({"x": np.array(x), "y": y, "loss": np.ravel(values)[0], "moved": tuple(moved), "before": before})
            return values

        return turn

    with pytest.MonkeyPatch.context() as patch:
        for model in (recipe.discriminator, recipe.combined):
            patch.setattr(model, "train_on_batch", watched(model))
        report = recipe.train_step(batch)
    return turns, {name: float(value) for name, value in report.items()}


@pytest.mark.filterwarnings(f"ignore:.*{NO_WEIGHTS}")
@pytest.mark.parametrize(
    "freeze, moved",
    [
        ("once", [(0, 0), (0, 0), (16, 0)]),
        ("switched", [(0, 22), (0, 22), (16, 0)]),
        ("never", [(0, 22), (0, 22), (16, 22)]),
    ],
)
def test_who_moves_in_which_turn(freeze, moved):
    images = np.random.default_rng(0).uniform(-1, 1, (12, 28, 28, 1)).astype("float32")
    recipe = ClassicRecipe(build_generator(), build_discriminator(), freeze=freeze, seed=0)
    recipe.compile()
    for batch in (images[:8], images[8:]):  # a full batch and a partial one, which is traced anew
        turns, _ = turns_of(recipe, batch)
        assert [turn["moved"] for turn in turns] == moved


@pytest.mark.parametrize("freeze, warns", [("once", True), ("switched", False), ("never", False)])
def test_the_one_warning(small_recipe, images, freeze, warns):
    recipe = small_recipe(freeze)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        recipe.train_step(images[:8])
        at_first = len(caught)
        recipe.train_step(images[:8])
    assert any(NO_WEIGHTS in str(warning.message) for warning in caught) == warns
    assert len(caught) == at_first, "Keras warned again, not only while it traced"


@pytest.mark.filterwarnings(f"ignore:.*{NO_WEIGHTS}")
@pytest.mark.parametrize("freeze, frozen", [("once", True), ("switched", True), ("never", False)])
def test_a_frozen_discriminator_meets_the_generator_in_inference_mode(small_recipe, images, freeze, frozen):
    recipe = small_recipe(freeze)
    recipe.discriminator.layers[1].moving_mean.assign([1, -1, 2, -2])  # so that the two modes differ
    turns, _ = turns_of(recipe, images[:8])
    *_, turn = turns
    for player, weights in zip((recipe.generator, recipe.discriminator), turn["before"]):
        player.set_weights(weights)
    recipe.discriminator.trainable = True
    fake = recipe.generator(turn["x"], training=True)
    in_inference, in_training = (-np.log(recipe.discriminator(fake, training=mode)).mean() for mode in (False, True))
    assert abs(in_inference - in_training) > 0.01, "the two modes agree, so this test could not fail"
    assert turn["loss"] == pytest.approx(in_inference if frozen else in_training, rel=1e-4)


@pytest.mark.filterwarnings(f"ignore:.*{NO_WEIGHTS}")
@pytest.mark.parametrize("freeze", ["once", "switched", "never"])
def test_the_report_is_of_the_step(small_recipe, images, freeze):
    turns, report = turns_of(small_recipe(freeze), images[:8])
    on_real, on_fake, generator = turns
    assert report["d_loss"] == pytest.approx((on_real["loss"] + on_fake["loss"]) / 2)
    assert report["g_loss"] == pytest.approx(generator["loss"])
    assert set(report) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"}
    assert np.array_equal(on_real["x"], images[:8]) and on_fake["x"].shape == (8, 4, 4, 1)
    assert on_real["y"].min() == 1 and on_fake["y"].max() == 0 and generator["y"].min() == 1


def test_each_loss_is_that_of_its_own_batch(small_recipe, images):
    """On Keras 3 before 3.15, `train_on_batch` alone answers with the mean of all batches so far."""
    recipe = small_recipe("never")
    recipe.train_step(images[:8])
    turns, _ = turns_of(recipe, images[3:])
    for turn, inputs in zip(turns, ("images", "images", "latent vectors"), strict=True):
        for player, weights in zip((recipe.generator, recipe.discriminator), turn["before"]):
            player.set_weights(weights)
        x = recipe.generator(turn["x"], training=True) if inputs == "latent vectors" else turn["x"]
        by_hand = keras.losses.binary_crossentropy(turn["y"], recipe.discriminator(x, training=True))
        assert turn["loss"] == pytest.approx(np.mean(by_hand), rel=1e-4)


@pytest.mark.parametrize("freeze", ["once", "switched", "never"])
@pytest.mark.filterwarnings(f"ignore:.*{NO_WEIGHTS}")
def test_it_is_called_as_gan_is(small_recipe, images, freeze):
    recipe = small_recipe(freeze)
    recorder = SampleRecorder(n=2, steps=(1,), measure=lambda gan: {"bias": float(gan.discriminator.layers[-1].bias[0])})
    history = recipe.fit(images, batch_size=8, epochs=2, callbacks=[recorder], verbose=0).history  # 2 steps an epoch
    assert set(history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"}
    assert all(len(values) == 2 and np.isfinite(values).all() for values in history.values())
    assert recorder.steps_taken == [0, 1, 2, 4] and len(recorder.first_epoch["d_loss"]) == 2
    assert not np.array_equal(recorder.frames[0], recorder.frames[-1]), "the generator learned nothing"
    assert (len(set(recorder.measured["bias"])) == 1) == (freeze == "once")


def test_a_seed_repeats_a_run_bit_for_bit(small_recipe, images):
    runs = []
    for seed in (1, 1, 2):
        recipe = small_recipe("switched", seed=seed)
        recipe.fit(images, batch_size=4, epochs=2, verbose=0)
        runs.append(np.concatenate([np.ravel(weight) for weight in recipe.generator.get_weights()]))
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_own_optimizers_are_used(small_gan):
    gan = small_gan()
    recipe = ClassicRecipe(gan.generator, gan.discriminator, freeze="switched")
    sgd = [keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)]
    recipe.compile(*sgd)
    assert recipe.combined.optimizer is sgd[0] and recipe.discriminator.optimizer is sgd[1]


def test_the_recipes_by_name(small_gan):
    gan = small_gan()
    players = gan.generator, gan.discriminator
    assert RECIPES["steps"] is GAN
    freezes = {name: RECIPES[name](*players, seed=0).freeze for name in RECIPES if name != "steps"}
    assert freezes == {"frozen-once": "once", "switched": "switched", "unfrozen": "never"}


class TestBadInput:
    @pytest.mark.parametrize("freeze", ["twice", None, True])
    def test_unknown_freeze(self, small_gan, freeze):
        gan = small_gan()
        with pytest.raises(ValueError, match='freeze must be "once", "switched" or "never"; got'):
            ClassicRecipe(gan.generator, gan.discriminator, freeze=freeze)

    def test_players_that_do_not_fit(self, small_gan):
        with pytest.raises(ValueError, match=r"generator makes.*28.*discriminator takes.*4"):
            ClassicRecipe(build_generator(), small_gan().discriminator)

    def test_images_that_were_not_scaled(self, small_recipe, images):
        with pytest.raises(ValueError, match=r"x must lie in \[-1, 1\].*127.5"):
            small_recipe("switched").fit(images * 255, verbose=0)
