import keras
import numpy as np
import pytest

from gan_lib import classifier, load_fashion_mnist
from gan_lib._weights import save_weights


@pytest.fixture(scope="module")
def test_set():
    return load_fashion_mnist("test")


def test_it_tells_the_garments_apart(test_set):
    images, labels = test_set
    accuracy = np.mean(classifier.class_probabilities(images).argmax(axis=1) == labels)
    assert accuracy > 0.925


def test_how_it_was_made():
    made = classifier.how_classifier_was_made()
    assert made["images"] == 60_000 and made["test_accuracy"] >= 0.925
    assert {"command", "seed", "epochs", "versions", "minutes"} <= set(made)
    assert classifier.WEIGHTS.stat().st_size < 2_000_000


def test_the_judge_is_another_one_and_as_good(test_set):
    images, labels = test_set
    features, probabilities = classifier.features_and_probabilities(images, judge=True)
    assert np.mean(probabilities.argmax(axis=1) == labels) > 0.915
    assert classifier.how_classifier_was_made(judge=True)["seed"] != classifier.how_classifier_was_made()["seed"]
    # Its features are no copy of the other's: each is like none of them.
    both = np.corrcoef(features.T, classifier.class_features(images).T)[:128, 128:]
    assert np.nanmedian(np.nanmax(np.abs(both), axis=1)) < 0.9
    assert not classifier.load_classifier(judge=True).trainable_variables


def test_probabilities_and_features(test_set):
    images = test_set[0][:7]
    probabilities, features = classifier.class_probabilities(images), classifier.class_features(images)
    assert probabilities.shape == (7, 10) and np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert features.shape == (7, 128) and features.min() >= 0
    assert np.array_equal(classifier.class_features(images), features)


def test_the_probabilities_are_a_linear_function_of_the_features(test_set):
    images = test_set[0][:5]
    kernel, bias = classifier.load_classifier().get_layer("probabilities").get_weights()
    logits = classifier.class_features(images) @ kernel + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert np.allclose(classifier.class_probabilities(images), expected, atol=1e-5)


def test_it_is_loaded_once():
    assert classifier.load_classifier() is classifier.load_classifier(judge=False) is not classifier.load_classifier(judge=True)


def test_it_cannot_be_trained_by_accident():
    assert not classifier.load_classifier().trainable_variables


def test_training_repeats_and_learns(monkeypatch, test_set, eagerly):
    few = load_fashion_mnist("train")[0][:200], load_fashion_mnist("train")[1][:200]
    monkeypatch.setattr(classifier, "load_fashion_mnist", lambda split, full: few)
    runs = [classifier.train_classifier(seed=1, epochs=4, batch_size=50, full=False, verbose=0) for _ in range(2)]
    assert all(np.array_equal(a, b) for a, b in zip(runs[0][0].get_weights(), runs[1][0].get_weights()))
    history = runs[0][0].evaluate(*few, verbose=0)
    assert history[0] < np.log(10)


def test_saved_as_it_is_loaded(tmp_path, monkeypatch):
    keras.utils.set_random_seed(0)
    network = classifier.build_classifier()
    save_weights(network, {"seed": 3}, tmp_path / "c.npz")
    monkeypatch.setattr(classifier, "WEIGHTS", tmp_path / "c.npz")
    loaded = classifier.load_classifier()
    assert all(np.array_equal(a, b) for a, b in zip(loaded.get_weights(), network.get_weights(), strict=True))
    assert classifier.how_classifier_was_made() == {"seed": 3}


def test_a_damaged_file(tmp_path, monkeypatch):
    path = tmp_path / "c.npz"
    path.write_bytes(classifier.WEIGHTS.read_bytes()[:1000])
    monkeypatch.setattr(classifier, "WEIGHTS", path)
    with pytest.raises(ValueError, match="c.npz is damaged.*install gan_lib again"):
        classifier.load_classifier()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 28, 28)), "shape"),
        (np.zeros((2, 32, 32, 1)), r"\(n, 28, 28, 1\)"),
        (np.full((2, 28, 28, 1), 255.0), r"\[-1, 1\]"),
        (np.full((2, 28, 28, 1), np.nan), "finite"),
    ],
)
def test_bad_images(images, message):
    with pytest.raises(ValueError, match=message):
        classifier.class_features(images)
