import keras
import numpy as np
import pytest
import tensorflow as tf

from gan_lib.losses import Hinge, Wasserstein, discriminator_loss, minimax, non_saturating
from gan_lib.plots.losses import plot_terms


def test_at_one_half_everybody_is_at_log_2():
    half = np.full((4, 1), 0.5, "float32")
    assert float(discriminator_loss(half, half)) == pytest.approx(np.log(2), rel=1e-6)
    assert float(non_saturating(half)) == pytest.approx(np.log(2), rel=1e-6)
    assert float(minimax(half)) == pytest.approx(-np.log(2), rel=1e-6)


def test_against_the_formulas():
    real, fake = np.array([[0.9], [0.6]], "float32"), np.array([[0.2], [0.3]], "float32")
    by_hand = -(np.log(real).mean() + np.log(1 - fake).mean()) / 2
    assert float(discriminator_loss(real, fake)) == pytest.approx(by_hand, rel=1e-5)
    assert float(non_saturating(fake)) == pytest.approx(-np.log(fake).mean(), rel=1e-5)
    assert float(minimax(fake)) == pytest.approx(np.log(1 - fake).mean(), rel=1e-5)


def test_label_smoothing_moves_the_target_of_real_images_only():
    real, fake = np.array([[0.9], [0.6]], "float32"), np.array([[0.2], [0.3]], "float32")
    on_real = 0.9 * np.log(real) + 0.1 * np.log(1 - real)
    by_hand = -(on_real.mean() + np.log(1 - fake).mean()) / 2
    assert float(discriminator_loss(real, fake, label_smoothing=0.1)) == pytest.approx(by_hand, rel=1e-5)


def gradient_at(loss, logit):
    logit = tf.Variable([[logit]])
    with tf.GradientTape() as tape:
        value = loss(keras.activations.sigmoid(logit))
    return abs(tape.gradient(value, logit).numpy().item())


def test_the_minimax_loss_saturates_where_the_other_does_not():
    # Where D is sure that an image is generated, at D = sigmoid(-8), the gradients are D and 1 - D.
    assert gradient_at(minimax, -8.0) == pytest.approx(1 / (1 + np.exp(8)), rel=1e-3)
    assert gradient_at(non_saturating, -8.0) == pytest.approx(1, rel=1e-3)


def test_no_precision_is_lost_at_extreme_logits():
    assert gradient_at(non_saturating, -30.0) == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(
    "loss, name",
    [
        (lambda answers: discriminator_loss(answers, answers / 3), "real_probability"),
        (lambda answers: discriminator_loss(answers / 3, answers), "fake_probability"),
        (non_saturating, "fake_probability"),
        (minimax, "fake_probability"),
    ],
)
def test_logits_are_told_by_name(loss, name):
    with pytest.raises(ValueError, match=rf"^{name} must lie in \[0, 1\]; logits go through a sigmoid first"):
        loss(np.array([[0.5], [3.0]], "float32"))


def test_answers_of_two_types_are_told():
    half = np.full((4, 1), 0.5, "float32")
    with pytest.raises(ValueError, match="of one type; got float16 and float32"):
        discriminator_loss(half.astype("float16"), half)


def test_answers_of_exactly_0_and_1_are_taken():
    sure = np.array([[0.0], [1.0]], "float32")
    for value in (discriminator_loss(sure, sure), non_saturating(sure), minimax(sure)):
        assert np.isfinite(float(value))


@pytest.mark.parametrize(
    "answers",
    [
        0.5, np.array(0.5, "float32"), np.zeros((0, 1), "float32"), np.ones((2, 1), int), np.full((2, 1), np.nan),
        np.full((2, 1), 1.01), np.full((2, 1), -0.01),
    ],
)  # fmt: skip
def test_what_is_no_probability_is_told(answers):
    with pytest.raises(ValueError, match="^fake_probability must"):
        minimax(answers)


def test_each_players_term_is_drawn_over_the_score():
    real, fake, generator = plot_terms({"hinge": Hinge(), "Wasserstein": Wasserstein()}).axes
    at = {round(float(x), 2): i for i, x in enumerate(real.lines[0].get_xdata())}
    assert [real.lines[0].get_ydata()[at[x]] for x in (-1, 0, 1, 2)] == pytest.approx([1, 0, -1, -1])
    assert [fake.lines[0].get_ydata()[at[x]] for x in (-2, -1, 1)] == pytest.approx([-1, -1, 1])
    assert [generator.lines[1].get_ydata()[at[x]] for x in (-2, 2)] == pytest.approx([2, -2])
