import numpy as np
import pytest

from gan_lib.metrics import fid, frechet_distance, moments


def covariance(seed, d=5, rank=5):
    root = np.random.default_rng(seed).normal(size=(d, rank))
    return root @ root.T


class TestFrechetDistance:
    def test_of_one_dimension_by_its_formula(self):
        assert frechet_distance([1.0], [[4.0]], [3.0], [[9.0]]) == pytest.approx((1 - 3) ** 2 + (2 - 3) ** 2)

    def test_of_commuting_covariances_by_their_axes(self):
        a, b = np.array([1.0, 4, 9]), np.array([4.0, 0, 1])
        expected = np.sum((np.sqrt(a) - np.sqrt(b)) ** 2) + 3 * 0.25
        assert frechet_distance(np.zeros(3), np.diag(a), np.full(3, 0.5), np.diag(b)) == pytest.approx(expected)

    def test_of_two_by_two_by_the_closed_form_of_the_root(self):
        # tr (AB)^(1/2) = sqrt(tr AB + 2 sqrt(det AB)) for 2 x 2.
        a, b = covariance(1, 2, 2), covariance(2, 2, 2)
        root = np.sqrt(np.trace(a @ b) + 2 * np.sqrt(np.linalg.det(a @ b)))
        expected = np.trace(a) + np.trace(b) - 2 * root
        assert frechet_distance(np.zeros(2), a, np.zeros(2), b) == pytest.approx(expected)

    @pytest.mark.parametrize("rank", [1, 3, 5])
    def test_nothing_between_equals_and_the_same_both_ways_and_turned(self, rank):
        a, b, mean = covariance(3, rank=rank), covariance(4, rank=rank), np.arange(5.0)
        turn = np.linalg.qr(covariance(5))[0]
        there = frechet_distance(mean, a, -mean, b)
        assert frechet_distance(mean, a, mean, a) == pytest.approx(0, abs=1e-6)
        assert frechet_distance(-mean, b, mean, a) == pytest.approx(there)
        turned = frechet_distance(turn @ mean, turn @ a @ turn.T, -turn @ mean, turn @ b @ turn.T)
        assert turned == pytest.approx(there)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (([0.0], [[1.0]], [0.0, 0], np.eye(2)), "equally long"),
            (([0.0], np.eye(2), [0.0], [[1.0]]), "cov_a"),
            (([0.0], [[1.0]], [np.nan], [[1.0]]), "mean_b and cov_b must be finite"),
            (([0.0, 0], [[1.0, 2], [0, 1]], [0.0, 0], np.eye(2)), "cov_a must be symmetric"),
            (([0.0, 0], np.eye(2), [0.0, 0], -np.eye(2)), "cov_b has the negative eigenvalue"),
        ],
    )
    def test_bad_input(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            frechet_distance(*arguments)


class TestFID:
    @pytest.fixture
    def features(self):
        return np.random.default_rng(0).normal(size=(400, 6)).astype("float32")

    def test_of_a_set_to_itself_is_nothing(self, features):
        assert fid(features, features) == pytest.approx(0, abs=1e-6)

    def test_a_shift_counts_by_its_square(self, features):
        assert fid(features, features + np.float32(2)) == pytest.approx(6 * 2**2, rel=1e-4)

    def test_agrees_with_the_distance_of_its_moments(self, features):
        other = features[:200] * 2
        expected = frechet_distance(features.mean(0), np.cov(features.T), other.mean(0), np.cov(other.T))
        assert fid(features, other) == pytest.approx(expected, rel=1e-4)

    def test_one_feature(self):
        assert moments(np.array([[1.0], [3.0]]))[1].shape == (1, 1)

    def test_warns_of_too_few_rows(self, features):
        with pytest.warns(UserWarning, match="fake_features has 6 rows for 6 features"):
            fid(features, features[:6])

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda f: f[:1], "at least 2 rows"),
            (lambda f: f[:, :3], "same number of columns"),
            (lambda f: f[0], "shape"),
            (lambda f: f * np.nan, "finite"),
        ],
    )
    def test_bad_input(self, features, change, message):
        with pytest.raises(ValueError, match=message):
            fid(features, change(features))
