"""Losses as pairs of functions of scores, penalties on slopes, and what is done to images before D sees them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from gan_lib import (
    GAN,
    R1,
    R2,
    DiffAugment,
    GradientPenalty,
    Hinge,
    LeastSquares,
    Loss,
    Minimax,
    NonSaturating,
    Relativistic,
    Wasserstein,
    build_discriminator,
    build_generator,
    discriminator_loss,
    losses,
    minimax,
    non_saturating,
)

REAL, FAKE = (np.array(scores, "float32")[:, None] for scores in ([2.0, -0.5, 0.3], [-1.5, 0.2, 1.4]))


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


# By loss, what D and G minimise, from the formulas of the papers.
BY_HAND = {
    NonSaturating(from_logits=True): (
        lambda r, f: -(log_sigmoid(r).mean() + log_sigmoid(-f).mean()) / 2,
        lambda r, f: -log_sigmoid(f).mean(),
    ),
    NonSaturating(0.1, from_logits=True): (
        lambda r, f: -(0.9 * log_sigmoid(r) + 0.1 * log_sigmoid(-r)).mean() / 2 - log_sigmoid(-f).mean() / 2,
        lambda r, f: -log_sigmoid(f).mean(),
    ),
    Minimax(from_logits=True): (
        lambda r, f: -(log_sigmoid(r).mean() + log_sigmoid(-f).mean()) / 2,
        lambda r, f: log_sigmoid(-f).mean(),
    ),
    LeastSquares(): (
        lambda r, f: 0.5 * ((r - 1) ** 2).mean() + 0.5 * (f**2).mean(),
        lambda r, f: 0.5 * ((f - 1) ** 2).mean(),
    ),
    Hinge(): (
        lambda r, f: np.maximum(0, 1 - r).mean() + np.maximum(0, 1 + f).mean(),
        lambda r, f: -f.mean(),
    ),
    Wasserstein(): (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    Relativistic(): (lambda r, f: -log_sigmoid(r - f).mean(), lambda r, f: -log_sigmoid(f - r).mean()),
}


def named(loss):
    return f"{type(loss).__name__} {getattr(loss, 'label_smoothing', '')}"


@pytest.mark.parametrize("loss", BY_HAND, ids=named)
class TestLosses:
    def test_both_values(self, loss):
        of_d, of_g = BY_HAND[loss]
        assert float(loss.discriminator(REAL, FAKE)) == pytest.approx(of_d(REAL, FAKE), rel=1e-5)
        assert float(loss.generator(REAL, FAKE)) == pytest.approx(of_g(REAL, FAKE), rel=1e-5)

    @pytest.mark.parametrize("player", ["discriminator", "generator"])
    def test_gradients_against_finite_differences(self, loss, player):
        function = getattr(loss, player)
        scores = [tf.constant(REAL), tf.constant(FAKE)]
        with tf.GradientTape() as tape:
            tape.watch(scores)
            value = function(*scores)
        by_hand = BY_HAND[loss][player == "generator"]
        for k, gradient in enumerate(tape.gradient(value, scores)):
            for i in range(len(REAL)):
                step = np.zeros_like(REAL, "float64")
                step[i] = 1e-5
                ends = [[s + sign * step * (j == k) for j, s in enumerate((REAL, FAKE))] for sign in (1, -1)]
                slope = (by_hand(*ends[0]) - by_hand(*ends[1])) / 2e-5
                assert slope == pytest.approx(0.0 if gradient is None else float(gradient[i, 0]), abs=1e-4)

    def test_a_better_discriminator_has_the_lower_loss_and_is_right_more_often(self, loss):
        good, bad = (REAL + 3, FAKE - 3), (REAL - 3, FAKE + 3)
        assert float(loss.discriminator(*good)) < float(loss.discriminator(*bad))
        assert float(loss.generator(*good)) > float(loss.generator(*bad))
        assert np.mean(loss.right(*good)) == 1 and np.mean(loss.right(*bad)) < 0.5


def test_scores_and_probabilities_give_the_same_cross_entropies():
    real, fake = (1 / (1 + np.exp(-scores)) for scores in (REAL, FAKE))
    for loss, of_probabilities in ((NonSaturating, non_saturating), (Minimax, minimax)):
        assert float(loss(from_logits=True).generator(None, FAKE)) == pytest.approx(float(of_probabilities(fake)), rel=1e-5)
    assert float(NonSaturating(0.1, from_logits=True).discriminator(REAL, FAKE)) == pytest.approx(
        float(discriminator_loss(real, fake, 0.1)), rel=1e-5
    )


class TestPenalties:
    """On a score of which each slope is known: a . x + b |x|^2 / 2 has the gradient a + b x."""

    a, b = np.array([0.6, -0.8], "float32"), 0.5

    def score(self, x):
        return ops.sum(self.a * x, axis=1, keepdims=True) + self.b / 2 * ops.sum(x**2, axis=1, keepdims=True)

    def images(self):
        random = np.random.default_rng(0)
        return [tf.constant(random.normal(size=(6, 2)).astype("float32")) for _ in range(2)]

    def test_r1_and_r2(self):
        real, fake = self.images()
        of_real, of_fake = (((self.a + self.b * np.array(x)) ** 2).sum(axis=1).mean() for x in (real, fake))
        assert float(R1(0.3)(self.score, real, fake, 0)) == pytest.approx(0.15 * of_real, rel=1e-5)
        assert float(R2(0.3)(self.score, real, fake, 0)) == pytest.approx(0.15 * of_fake, rel=1e-5)

    def test_gradient_penalty_of_a_linear_score(self):
        real, fake = self.images()
        for factor in (1.0, 3.0):  # a has the length 1, wherever it is looked at
            value = GradientPenalty(10)(
                lambda x, factor=factor: factor * ops.sum(self.a * x, axis=1, keepdims=True), real, fake, 0
            )
            assert float(value) == pytest.approx(10 * (factor - 1) ** 2, abs=1e-4)

    def test_gradient_penalty_looks_between_real_and_generated(self):
        at = []
        real, fake = tf.ones((50, 2, 2, 1)), -tf.ones((50, 2, 2, 1))
        GradientPenalty()(lambda x: at.append(x) or ops.sum(x, axis=(1, 2)), real, fake, keras.random.SeedGenerator(0))
        places = np.array(at[0])
        assert np.ptp(places, axis=(1, 2, 3)).max() < 1e-6, "one place for all pixels of an image"
        assert places.min() > -1 and places.max() < 1 and places.std() > 0.4


class TestDiffAugment:
    @pytest.mark.parametrize("channels", [1, 3])
    @pytest.mark.parametrize("policy", ["color", "translation", "cutout"])
    def test_each_changes_every_image_in_its_own_way_and_passes_gradients(self, policy, channels):
        random = np.random.default_rng(0)
        images = tf.constant(np.repeat(random.uniform(-1, 1, (1, 16, 16, channels)), 12, axis=0).astype("float32"))
        with tf.GradientTape() as tape:
            tape.watch(images)
            changed = DiffAugment(policy)(images, keras.random.SeedGenerator(0))
            total = ops.sum(changed * changed)
        assert changed.shape == images.shape and len(np.unique(np.array(changed), axis=0)) > 6
        lengths = np.linalg.norm(np.array(tape.gradient(total, images)).reshape(12, -1), axis=1)
        assert np.isfinite(lengths).all() and (lengths > 0).all()

    def test_translation_moves_by_up_to_an_eighth(self):
        dots = np.zeros((200, 16, 24, 1), "float32")
        dots[:, 8, 12] = 1
        moved = np.array(DiffAugment("translation")(tf.constant(dots), keras.random.SeedGenerator(0)))
        rows, columns = (np.argwhere(moved[..., 0])[:, axis] for axis in (1, 2))
        assert set(rows - 8) == {-2, -1, 0, 1, 2} and set(columns - 12) == {-3, -2, -1, 0, 1, 2, 3}

    def test_cutout_takes_away_a_square_of_half_the_side(self):
        cut = np.array(DiffAugment("cutout")(tf.ones((300, 16, 16, 1)), keras.random.SeedGenerator(0)))
        sizes = (cut == 0).sum(axis=(1, 2, 3))
        assert sizes.max() == 64 and sizes.min() >= 16  # a corner of it lies outside, at most three quarters

    def test_the_same_seed_changes_in_the_same_way(self):
        images = tf.constant(np.random.default_rng(0).uniform(-1, 1, (4, 16, 16, 3)).astype("float32"))
        one, two, three = (np.array(DiffAugment()(images, keras.random.SeedGenerator(seed))) for seed in (0, 0, 1))
        assert np.array_equal(one, two) and not np.array_equal(one, three)


def small_players(scores=True, spectral_norm=False):
    def layer(units, name):
        dense = layers.Dense(units, name=name)
        return layers.SpectralNormalization(dense, name=name) if spectral_norm else dense

    discriminator = [keras.Input((4, 4, 1)), layers.Flatten(), layer(8, "hidden"), layers.LeakyReLU(), layer(1, "answer")]
    generator = [keras.Input((3,)), layers.Dense(16, activation="tanh"), layers.Reshape((4, 4, 1))]
    if not scores:
        discriminator.append(layers.Activation("sigmoid"))
    return keras.Sequential(generator), keras.Sequential(discriminator)


def images(n=12):
    return np.random.default_rng(0).uniform(-1, 1, (n, 4, 4, 1)).astype("float32")


def weights_of(network):
    return [np.array(w) for w in network.weights]


@pytest.mark.usefixtures("eagerly")
class TestTraining:
    @pytest.mark.parametrize("loss", ["least_squares", "hinge", "wasserstein", "relativistic"])
    @pytest.mark.parametrize("penalty", [None, "r1", ["r1", R2(0.1)], "gradient_penalty"], ids=["none", "r1", "both", "gradient"])
    def test_each_loss_with_each_penalty_moves_one_player_a_step(self, loss, penalty):
        gan = GAN(*small_players(), seed=0)
        gan.compile(loss=loss, penalty=penalty)
        before = weights_of(gan.generator), weights_of(gan.discriminator)
        values = gan.discriminator_step(images())
        between = weights_of(gan.discriminator)
        assert all(np.array_equal(a, b) for a, b in zip(weights_of(gan.generator), before[0]))
        assert not any(np.array_equal(a, b) for a, b in zip(between[:2], before[1][:2]))
        values |= gan.generator_step(12, images())
        assert all(np.array_equal(a, b) for a, b in zip(weights_of(gan.discriminator), between))
        assert not np.array_equal(weights_of(gan.generator)[0], before[0][0])
        assert np.isfinite([float(value) for value in values.values()]).all()

    def test_a_penalty_is_part_of_the_loss(self):
        values = []
        for gamma in (1e-6, 2.0, 4.0):
            keras.utils.set_random_seed(0)
            gan = GAN(*small_players(), seed=0)
            gan.compile(loss="hinge", penalty=R1(gamma))
            values.append(float(gan.discriminator_step(images())["d_loss"]))
        assert values[2] - values[0] == pytest.approx(2 * (values[1] - values[0]), rel=1e-4) and values[1] > values[0] + 1e-3

    def test_spectral_normalization_survives_the_turn_of_the_generator(self):
        gan = GAN(*small_players(spectral_norm=True), seed=0)
        gan.compile(loss="hinge")
        gan.fit(images(), batch_size=4, epochs=2, verbose=0)
        before = weights_of(gan.discriminator)
        gan.generator_step(4)
        assert all(np.array_equal(a, b) for a, b in zip(weights_of(gan.discriminator), before))
        for _ in range(30):  # the largest singular value is 1 after enough calls
            gan.discriminator(images(), training=True)
        kernel = np.array(gan.discriminator.get_layer("hidden").layer.kernel)
        assert np.linalg.svd(kernel, compute_uv=False)[0] == pytest.approx(1, abs=0.05)

    def test_several_steps_of_d_for_one_of_g(self):
        gan = GAN(*small_players(), seed=0)
        gan.compile(loss="wasserstein", penalty="gradient_penalty", discriminator_steps=3)
        seen = []
        step = gan.discriminator_step
        gan.discriminator_step = lambda x: seen.append(np.array(x)) or step(x)
        gan.fit(images(26), batch_size=4, epochs=1, shuffle=False, verbose=0)
        assert [len(x) for x in seen] == [4] * 6 + [1] * 3, "two images are left, for three steps"
        assert np.array_equal(np.concatenate(seen[:6]), images(26)[:24])
        assert int(gan.discriminator_optimizer.iterations) == 9 and int(gan.generator_optimizer.iterations) == 3

    def test_augmentation_is_done_to_real_and_generated_in_both_turns(self):
        calls = []

        def augment(x, seed):
            calls.append(len(x))
            return 0.5 * x

        gan = GAN(*small_players(), seed=0)
        gan.compile(loss="hinge", augment=augment)
        gan.discriminator_step(images())
        assert calls == [12, 12]
        gan.generator_step(5)
        assert calls == [12, 12, 5]

    def test_an_own_loss_needs_nothing_but_two_functions(self):
        class Mine:
            def discriminator(self, real, fake):
                return ops.mean(fake) - ops.mean(real)

            def generator(self, real, fake):
                return ops.mean(real) - ops.mean(fake)

        gan = GAN(*small_players(), seed=0)
        gan.compile(loss=Mine())
        history = gan.fit(images(), batch_size=4, verbose=0).history
        assert set(history) == {"d_loss", "g_loss", "d_accuracy_real", "d_accuracy_fake"}

    @pytest.mark.parametrize(
        "scores, options, message",
        [
            (False, {"loss": "hinge"}, "must answer with scores.*build_discriminator\\(scores=True\\)"),
            (True, {"loss": "minimax"}, "must answer with probabilities.*from_logits=True"),
            (True, {"loss": NonSaturating()}, "must answer with probabilities"),
            (False, {"loss": NonSaturating(from_logits=True)}, "must answer with scores"),
            (False, {"penalty": "r1"}, "this loss takes probabilities"),
            (True, {"loss": "hinge", "label_smoothing": 0.1}, "label_smoothing goes with"),
            (True, {"loss": Hinge}, "loss must be one of"),
            (True, {"loss": "hinge", "penalty": "r3"}, "penalty must be one of r1, r2"),
            (True, {"loss": "hinge", "penalty": R1}, "penalty must be one of r1, r2"),
            (True, {"loss": "hinge", "augment": DiffAugment}, "augment must be a function"),
            (True, {"loss": "hinge", "discriminator_steps": 0}, "discriminator_steps must be an integer of at least 1"),
        ],
    )
    def test_what_does_not_fit_is_refused_at_compile(self, scores, options, message):
        gan = GAN(*small_players(scores), seed=0)
        with pytest.raises(ValueError, match=message):
            gan.compile(**options)

    def test_a_penalty_and_batch_normalization(self):
        gan = GAN(build_generator(), build_discriminator(scores=True))
        with pytest.raises(ValueError, match="take norm_8, norm_4, norm_2 out of the discriminator"):
            gan.compile(loss="hinge", penalty="r1")

    def test_a_relativistic_generator_needs_real_images(self):
        gan = GAN(*small_players(), seed=0)
        gan.compile(loss="relativistic")
        with pytest.raises(ValueError, match="real_images are missing"):
            gan.generator_step(4)


def test_every_loss_by_name_is_a_loss():
    assert all(isinstance(losses.loss_from(name), Loss) for name in losses.LOSSES)
