import keras
import numpy as np
import pytest

from gan_lib import load_fashion_mnist
from gan_lib._weights import how_made
from gan_lib.applications import text_encoder
from gan_lib.applications.captions import LENGTH
from gan_lib.applications.text_encoder import encode


def cosine(one, other):
    a, b = encode([one, other])
    return a @ b / np.linalg.norm(a) / np.linalg.norm(b)


def test_vectors_are_as_long_as_latent_vectors_are():
    vectors = encode(["a dark coat", "boot"])
    assert vectors.shape == (2, 64) and np.allclose(np.linalg.norm(vectors, axis=1), 8, atol=1e-4)


@pytest.mark.parametrize(
    ("sentence", "alike", "other"),
    [
        ("a dark coat", "jacket, black", "a light coat"),
        ("a dark coat", "this is a deep coat", "a dark boot"),
        ("some printed trousers", "pants that looks patterned", "some plain trousers"),
        ("a sneaker", "a trainer", "a sandal"),
    ],
)
def test_what_says_the_same_lies_near(sentence, alike, other):
    assert cosine(sentence, alike) > 0.9 and cosine(sentence, other) < 0.75


def test_a_word_more_changes_it_less_than_another_garment():
    assert cosine("a coat", "a plain coat") > cosine("a coat", "a dress") + 0.2


def test_how_it_was_made():
    made = how_made(text_encoder.WEIGHTS)
    assert made["images"] == 57_746 and {"command", "seed", "steps", "versions", "minutes"} <= set(made)
    assert text_encoder.WEIGHTS.stat().st_size < 200_000 and not text_encoder.load_text_encoder().trainable_weights


def test_training_learns_and_repeats():
    images, labels = (part[:300] for part in load_fashion_mnist("train"))
    (one, losses), (two, _) = (text_encoder.train_text_encoder(images, labels, seed=1, steps=20, batch_size=50) for _ in range(2))
    assert losses[-5:].mean() < 0.9 * losses[:5].mean()
    assert all(np.array_equal(a, b) for a, b in zip(one.get_weights(), two.get_weights()))


def test_places_after_the_last_word_do_not_count():
    keras.utils.set_random_seed(0)
    encoder = text_encoder.build_text_encoder()
    words = np.zeros((2, LENGTH), "int32")
    words[:, :3] = [1, 5, 7]
    shorter = encoder(words)
    words[1, 3] = 4
    longer = encoder(words)
    assert np.allclose(shorter[0], longer[0]) and not np.allclose(longer[0], longer[1])


def test_an_unknown_word_is_told():
    with pytest.raises(ValueError, match="not known: purple. Known are: "):
        encode("a purple coat")
