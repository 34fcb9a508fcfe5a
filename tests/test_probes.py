import keras
import numpy as np
import pytest
from keras import layers

from gan_lib import build_discriminator
from gan_lib.studies.probes import (
    generator_gradients,
    in_batches,
    logits,
    occlusion,
    receptive_field,
    saliency,
    train_alone,
)

WEIGHTS = np.array([[3.0, -1.0], [0.0, 0.5]], "float32")


@pytest.fixture
def linear():
    """A discriminator on 2 x 2 pixels whose logit is a weighted sum of them, plus 0.25."""
    network = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    network.set_weights([WEIGHTS.reshape(4, 1), np.array([0.25], "float32")])
    return network


@pytest.fixture
def small_discriminator(small_gan):
    return small_gan().discriminator


@pytest.fixture
def squares(images):
    return images[:8]


def logit_by_hand(images):
    return (images[..., 0] * WEIGHTS).sum(axis=(1, 2)) + 0.25


@pytest.mark.parametrize("scale", [0.1, 1, 30])
def test_logits_even_where_the_probability_rounds_to_1(linear, scale):
    x = scale * np.random.default_rng(0).uniform(-1, 1, (5, 2, 2, 1)).astype("float32")
    x[0] = scale
    assert np.allclose(logits(linear, x), logit_by_hand(x), rtol=1e-4, atol=1e-4)
    assert scale < 30 or linear(x)[0, 0] == 1


def test_saliency_of_a_linear_discriminator_is_its_weights(linear):
    x = 20 * np.ones((3, 2, 2, 1), "float32")
    assert np.allclose(saliency(linear, x), np.abs(WEIGHTS)[np.newaxis])


def test_saliency_takes_the_largest_of_the_channels():
    network = keras.Sequential([keras.Input((1, 1, 2)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    network.set_weights([np.array([[1], [-4]], "float32"), np.zeros(1, "float32")])
    assert np.allclose(saliency(network, np.zeros((1, 1, 1, 2), "float32")), 4)


def test_occlusion_pixel_for_pixel(linear):
    x = np.ones((2, 2, 2, 1), "float32")
    assert np.allclose(occlusion(linear, x, size=1, step=1), 2 * WEIGHTS[np.newaxis], atol=1e-5)  # from 1 to -1
    assert np.all(x == 1), "the images themselves were covered"


def test_occlusion_averages_the_squares_and_leaves_0_where_there_is_none(linear):
    wide = keras.Sequential([keras.Input((2, 3, 1)), layers.Cropping2D(((0, 0), (0, 1))), *linear.layers])
    x = np.ones((1, 2, 3, 1), "float32")
    # The left square takes 2 * (3 - 1 + 0.5) away, the right one 2 * (-1 + 0.5).
    assert np.allclose(occlusion(wide, x, size=2, step=1), [[5, 2, -1]] * 2, atol=1e-5)
    assert np.allclose(occlusion(wide, x, size=2, step=2), [[5, 5, 0]] * 2, atol=1e-5)


@pytest.mark.parametrize(
    "layer, place, rows, columns",
    [
        ("conv_14", (3, 5), (6, 8), (10, 12)),
        ("conv_7", (1, 1), (4, 10), (4, 10)),
        ("conv_4", (1, 1), (8, 22), (8, 22)),
        ("conv_2", (0, 1), (0, 27), (16, 27)),
    ],
)
def test_seen_by_agrees_with_the_arithmetic_of_strides(layer, place, rows, columns):
    seen = receptive_field(build_discriminator(), layer, *place)
    expected = np.zeros((28, 28), bool)
    expected[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1] = True
    assert np.array_equal(seen, expected)


def test_in_batches_uses_the_batch_and_changes_nothing(small_discriminator, images):
    before = small_discriminator.get_weights()
    answers = in_batches(small_discriminator, images, batch_size=8)
    assert answers.shape == (11,)
    assert all(map(np.array_equal, before, small_discriminator.get_weights()))
    first = np.array(small_discriminator(images[:8], training=True))[:, 0]
    last = np.array(small_discriminator(images[8:], training=True))[:, 0]
    assert np.allclose(answers, [*first, *last])


def test_generator_gradients_of_a_linear_discriminator(linear):
    x = np.random.default_rng(0).uniform(-1, 1, (5, 2, 2, 1)).astype("float32")
    p = 1 / (1 + np.exp(-logit_by_hand(x)))
    found = generator_gradients(linear, x)
    assert found == pytest.approx(
        {
            "non_saturating": np.mean(1 - p) * np.linalg.norm(WEIGHTS),
            "minimax": np.mean(p) * np.linalg.norm(WEIGHTS),
        },
        rel=1e-4,
    )


def test_generator_gradients_change_nothing(small_discriminator, squares):
    before = small_discriminator.get_weights()
    generator_gradients(small_discriminator, squares)
    assert all(map(np.array_equal, before, small_discriminator.get_weights()))


@pytest.mark.parametrize("mixed", [False, True])
class TestTrainAlone:
    def train(self, small_gan, squares, mixed, **options):
        discriminator = small_gan().discriminator
        return discriminator, *train_alone(discriminator, squares, squares - 3, mixed=mixed, batch_size=4, **options)

    def test_it_learns(self, small_gan, squares, mixed):
        _, history, _ = self.train(small_gan, squares, mixed, steps=300)
        assert history["loss"].shape == history["accuracy"].shape == (300,)
        assert history["loss"][-20:].mean() < 0.8 * history["loss"][:20].mean()
        assert np.all((history["accuracy"] >= 0) & (history["accuracy"] <= 1))

    def test_it_measures_when_it_should(self, small_gan, squares, mixed):
        discriminator, _, measured = self.train(
            small_gan, squares, mixed, steps=3, at=(0, 1, 3), measure=lambda player: player.get_weights()[0]
        )
        assert len(measured) == 3
        assert np.array_equal(measured[-1], discriminator.get_weights()[0])
        assert not np.array_equal(measured[0], measured[1]) and not np.array_equal(measured[1], measured[2])

    def test_the_same_seed_gives_the_same_run(self, small_gan, squares, mixed):
        losses = [self.train(small_gan, squares, mixed, steps=3, seed=seed)[1]["loss"] for seed in (0, 0, 1)]
        assert np.array_equal(losses[0], losses[1]) and not np.array_equal(losses[0], losses[2])


def test_mixed_and_separate_batches_differ_by_batch_statistics(small_gan, squares):
    """The first loss, before anything is learned, tells what batch normalization has seen."""
    expected = {}
    player = small_gan().discriminator
    both = np.concatenate([squares[:1]] * 4 + [squares[:1] - 3] * 4)
    p = np.array(player(both, training=True))[:, 0]
    expected[True] = -(np.log(p[:4]).mean() + np.log(1 - p[4:]).mean()) / 2
    p = np.concatenate([np.array(player(part, training=True))[:, 0] for part in (both[:4], both[4:])])
    expected[False] = -(np.log(p[:4]).mean() + np.log(1 - p[4:]).mean()) / 2
    assert expected[True] != pytest.approx(expected[False], abs=1e-3)
    for mixed, loss in expected.items():
        history, _ = train_alone(small_gan().discriminator, squares[:1], squares[:1] - 3, 1, mixed, batch_size=4)
        assert history["loss"][0] == pytest.approx(loss, abs=1e-5)
