import json

import keras
import numpy as np
import pytest

from gan_lib import class_features, class_probabilities, evaluation, load_fashion_mnist
from gan_lib.evaluation import Described, describe, evaluate, inception_network, scores, table


@pytest.fixture(scope="module")
def photographs():
    return load_fashion_mnist("test")[0][:600]


@pytest.fixture(scope="module")
def described(photographs):
    return describe(photographs)


class TestDescribe:
    def test_by_the_classifier(self, photographs, described):
        assert len(described) == 600
        assert np.array_equal(described.features, class_features(photographs))
        assert np.array_equal(described.probabilities, class_probabilities(photographs))
        assert np.array_equal(described[:7].features, described.features[:7]) and len(described[:7]) == 7

    def test_inception_sees_large_pictures_in_three_colours(self, photographs):
        network = inception_network(weights=None)  # its own weights are a download
        assert network.count_params() == 23_851_784
        features, probabilities = network.predict(photographs[:2], verbose=0)
        assert features.shape == (2, 2048) and probabilities.shape == (2, 1000)
        assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-4)
        inner = network.layers[-1]
        assert inner.input_shape == (None, 299, 299, 3)
        seen = keras.Model(network.inputs[0], network.layers[-2].output)(photographs[:1])
        assert np.array_equal(seen[..., 0], seen[..., 2]) and -1 <= np.min(seen) < np.max(seen) <= 1

    def test_without_internet_inception_says_what_to_do(self, photographs, monkeypatch):
        def offline(weights):
            raise Exception("URL fetch failure")

        monkeypatch.setattr(keras.applications, "InceptionV3", offline)
        inception_network.cache_clear()
        with pytest.raises(OSError, match="URL fetch failure.*connect to the internet, or leave"):
            describe(photographs[:1], features="inception")

    @pytest.mark.parametrize("features", ["classifier", "inception"])
    def test_bad_images(self, features):
        with pytest.raises(ValueError, match=r"\[-1, 1\]"):
            describe(np.full((2, 28, 28, 1), 255.0), features)

    def test_unknown_features(self, photographs):
        with pytest.raises(ValueError, match='"classifier" or "inception"; got \'vgg\''):
            describe(photographs, features="vgg")


class TestScores:
    def test_photographs_beat_noise_in_everything(self, described):
        noise = describe(np.random.default_rng(0).uniform(-1, 1, (300, 28, 28, 1)).astype("float32"))
        real, good, bad = described[:300], scores(described[:300], described[300:]), scores(described[:300], noise)
        assert set(good) == set(evaluation.HIGHER_IS_BETTER)
        for name, higher in evaluation.HIGHER_IS_BETTER.items():
            assert (good[name] > bad[name]) == higher, name
        assert scores(real, real)["fid"] == pytest.approx(0, abs=1e-4)

    def test_precision_and_recall_on_equal_numbers(self):
        features = np.random.default_rng(0).normal(size=(200, 3))
        real, fake = Described(features, np.full((200, 2), 0.5)), Described(features[:50], np.full((50, 2), 0.5))
        found = scores(real, fake)
        assert found["precision"] == found["recall"] == 1.0


class TestEvaluate:
    def test_as_many_sets_as_asked_for_each_with_its_seed(self, photographs, described):
        asked = []

        def draw(n, seed):
            asked.append((n, seed))
            return photographs[100 * seed : 100 * seed + n]

        found = evaluate(draw, n=150, resamples=2, real=described)
        assert asked == [(150, 1), (150, 2)]
        for i in (0, 1):
            expected = scores(described, described[100 * (i + 1) : 100 * (i + 1) + 150])
            assert {name: values[i] for name, values in found.items()} == pytest.approx(expected, rel=1e-3, abs=1e-3)

    def test_the_bundled_photographs_are_the_measure(self, photographs, monkeypatch):
        few = describe(photographs[:200])
        monkeypatch.setattr(evaluation, "describe_photographs", lambda features: few)
        by_default = evaluate(lambda n, seed: photographs[-n:], n=150, resamples=1)
        assert by_default == evaluate(lambda n, seed: photographs[-n:], n=150, resamples=1, real=few)

    @pytest.mark.parametrize(
        ("options", "message"), [({"n": 3}, "n must be an integer of at least 4"), ({"resamples": 0}, "resamples")]
    )
    def test_bad_numbers(self, options, message):
        with pytest.raises(ValueError, match=message):
            evaluate(lambda n, seed: None, **options)


def test_table():
    row = {"is": [7.0, 8.0], "fid": [1.0, 1.5], "kid": [0.01, 0.02], "precision": [0.5, 0.5], "recall": [0.25, 0.75]}
    first, second = table({"one": row}).splitlines()
    assert first.split() == ["IS", "↑", "FD", "↓", "1000", "KD", "↓", "precision", "↑", "recall", "↑"]
    assert second.split() == [
        "one",
        "7.50",
        "±",
        "0.50",
        "1.25",
        "±",
        "0.25",
        "15.0",
        "±",
        "5.0",
        "0.50",
        "±",
        "0.00",
        "0.50",
        "±",
        "0.25",
    ]


def test_scores_over_seeds(tmp_path, monkeypatch):
    seeds = {"0": {"fid": {"last": 2.0, "average": 1.0}, "steps": 5}, "1": {"fid": {"last": 4.0, "average": 3.0}, "steps": 5}}
    (tmp_path / "table.json").write_text(json.dumps({"rows": {"a row": {"settings": {}, "seeds": seeds}}}))
    monkeypatch.setitem(evaluation.SEVERAL_SEEDS, "variants", tmp_path / "table.json")
    row = evaluation.over_seeds("variants")["a row"]
    assert {name: list(values) for name, values in row.items()} == {
        "fid, last": [2, 4],
        "fid, average": [1, 3],
        "steps": [5, 5],
    }


@pytest.mark.parametrize("name", evaluation.SEVERAL_SEEDS)
def test_every_row_has_three_trainings_of_its_own(name):
    for row, scores_of_row in evaluation.over_seeds(name).items():
        values = [np.array(each) for score, each in scores_of_row.items() if score != "steps"]
        assert all(len(each) == 3 and np.isfinite(each).all() for each in values), row
        assert any(len(np.unique(each, axis=0)) == 3 for each in values), f"{row}: no score tells its seeds apart"
