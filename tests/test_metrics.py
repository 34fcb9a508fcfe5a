import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gan_lib.metrics import (
    chunks,
    density_coverage,
    fid,
    frechet_distance,
    inception_score,
    kernel_inception_distance,
    precision_recall,
)

by_property = settings(deadline=None, derandomize=True, max_examples=50, database=None)
numbers = st.floats(-10, 10, width=32)


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

    def test_small_integers_do_not_overflow(self):
        one = np.array([[1]], "uint8")
        assert frechet_distance(np.array([0], "uint8"), one, np.array([200], "uint8"), one) == pytest.approx(200**2)

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
            (([[0.0]], [[1.0]], [0.0], [[1.0]]), r"mean_a must have the shape \(d,\)"),
            (([0.0], np.eye(2), [0.0], [[1.0]]), "cov_a"),
            (([0.0], [[1.0]], [np.nan], [[1.0]]), "mean_b must be finite"),
            (([0.0, 0], [[1.0, 2], [0, 1]], [0.0, 0], np.eye(2)), "cov_a must be symmetric"),
            (([0.0, 0], 1e-9 * np.array([[1, 2], [0, 1]]), [0.0, 0], np.eye(2)), "cov_a must be symmetric"),
            (([0.0, 0], np.eye(2), [0.0, 0], -np.eye(2)), "cov_b has the negative eigenvalue"),
        ],
    )
    def test_bad_input(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            frechet_distance(*arguments)

    @by_property
    @given(
        arrays("float64", (4, 3), elements=numbers),
        arrays("float64", (3, 2), elements=numbers),
        arrays("float64", 3, elements=numbers),
    )
    def test_of_any_normals(self, a, b, shift):
        """Also of singular ones: b has rank 2 at most."""
        cov_a, cov_b, zero = a.T @ a, b @ b.T, np.zeros(3)
        scale = 1 + np.trace(cov_a) + np.trace(cov_b)
        distance = frechet_distance(zero, cov_a, shift, cov_b)
        assert isinstance(distance, float) and distance >= shift @ shift - 1e-6 * scale  # the means' part alone
        assert distance <= shift @ shift + np.trace(cov_a) + np.trace(cov_b) + 1e-6 * scale  # the roots' overlap is not negative
        assert frechet_distance(shift, cov_b, zero, cov_a) == pytest.approx(distance, abs=1e-6 * scale)
        assert frechet_distance(shift, cov_b, shift, cov_b) == pytest.approx(0, abs=1e-6 * scale)


class TestFID:
    @pytest.fixture
    def features(self):
        return np.random.default_rng(0).normal(size=(400, 6)).astype("float32")

    @pytest.mark.parametrize("n", [400, 40, 5])  # 5 rows of 6 features: the covariance is singular, and factored by rows
    @pytest.mark.filterwarnings("ignore:.*covariance is singular")
    def test_of_a_set_to_itself_is_nothing(self, features, n):
        assert fid(features[:n], features[:n]) == pytest.approx(0, abs=1e-6)

    def test_a_shift_counts_by_its_square(self, features):
        assert fid(features, features + np.float32(2)) == pytest.approx(6 * 2**2, rel=1e-4)

    @pytest.mark.parametrize("n", [200, 4])
    @pytest.mark.filterwarnings("ignore:.*covariance is singular")
    def test_agrees_with_the_distance_of_its_moments(self, features, n):
        other = features[:n].astype("float64") * 2
        expected = frechet_distance(features.mean(0), np.cov(features.T), other.mean(0), np.cov(other.T))
        assert fid(features, other) == pytest.approx(expected, rel=1e-4)

    def test_one_feature(self):
        assert fid(np.array([[1.0], [3.0]]), np.array([[2.0], [8.0]])) == pytest.approx((2 - 5) ** 2 + (2**0.5 - 18**0.5) ** 2)

    def test_warns_of_too_few_rows(self, features):
        with pytest.warns(UserWarning, match="fake_features has 6 rows for 6 features"):
            fid(features, features[:6])


class TestInceptionScore:
    def test_sure_and_varied_is_the_number_of_classes(self):
        assert inception_score(np.eye(10)[np.arange(100) % 10])[0] == pytest.approx(10)

    @pytest.mark.parametrize("row", [np.full(10, 0.1), np.eye(10)[3]], ids=["unsure", "all the same"])
    def test_unsure_or_all_the_same_is_one(self, row):
        assert inception_score(np.tile(row, (50, 1))) == (pytest.approx(1), pytest.approx(0, abs=1e-12))

    def test_by_hand(self):
        # Marginal (1/2, 1/2); each row's divergence from it is log 2 - H(3/4) = 0.75 log 1.5 + 0.25 log 0.5.
        expected = 1.5**0.75 * 0.5**0.25
        assert inception_score([[0.75, 0.25], [0.25, 0.75]], splits=1) == (pytest.approx(expected), 0)

    def test_parts_are_consecutive(self):
        sorted_by_class = np.repeat(np.eye(2), 10, axis=0)
        assert inception_score(sorted_by_class, splits=2) == (pytest.approx(1), 0)
        assert inception_score(sorted_by_class, splits=1) == (pytest.approx(2), 0)

    def test_mean_and_spread_over_the_parts(self):
        parts = np.concatenate([np.eye(2), [[0.5, 0.5]] * 2])
        assert inception_score(parts, splits=2) == (pytest.approx(1.5), pytest.approx(0.5))

    @by_property
    @given(arrays("float64", (6, 4), elements=st.floats(0, 1)))
    def test_lies_between_one_and_the_number_of_classes(self, weights):
        probabilities = (weights + 1e-9) / (weights + 1e-9).sum(axis=1, keepdims=True)
        score, _ = inception_score(probabilities, splits=1)
        assert 1 - 1e-9 <= score <= 4 + 1e-9

    def test_as_many_parts_as_rows_are_allowed(self):
        assert inception_score(np.eye(3), splits=3) == (pytest.approx(1), 0)

    def test_rows_may_sum_to_1_but_for_rounding(self):
        rows = np.eye(4) * 0.9995 + 1e-9
        assert inception_score(rows, splits=1)[0] == pytest.approx(4, rel=1e-6)
        with pytest.raises(ValueError, match="probabilities must be at least 0 and sum to 1"):
            inception_score(np.eye(4) * 0.99, splits=1)

    @pytest.mark.parametrize(
        ("probabilities", "splits", "message"),
        [
            (np.ones((20, 3)), 1, "sum to 1"),
            ([[1.5, -0.5]], 1, "at least 0"),
            (np.eye(3), 4, "3 rows for 4 splits"),
            (np.eye(3), 0, "splits must be an integer of at least 1"),
            (np.eye(3)[0], 1, "shape"),
            (np.zeros((0, 3)), 1, "at least 1 rows"),
            (np.full((3, 2), np.nan), 1, "finite"),
            (np.eye(2).astype(str), 1, "real numbers"),
        ],
    )
    def test_bad_input(self, probabilities, splits, message):
        with pytest.raises(ValueError, match=message):
            inception_score(probabilities, splits)


class TestKernelInceptionDistance:
    def test_by_hand(self):
        # One feature: k(x, y) = (x y + 1)^3. Within real k(0, 1) = 1, within fake k(1, 2) = 27, across (1 + 1 + 8 + 27) / 4.
        expected = 1 + 27 - 2 * 37 / 4
        assert kernel_inception_distance([[0.0], [1]], [[1.0], [2]], subsets=3) == (
            pytest.approx(expected),
            pytest.approx(0, abs=1e-12),
        )

    def test_is_unbiased(self):
        """Equal distributions: over many small samples the mean is 0 within its error, and single ones fall below 0."""
        random = np.random.default_rng(0)
        values = np.array([kernel_inception_distance(*random.normal(size=(2, 25, 4)), subsets=1)[0] for _ in range(400)])
        error = values.std() / np.sqrt(len(values))
        assert abs(values.mean()) < 3 * error and error < 0.02  # with the diagonal it would be about 0.6
        assert 0.2 < np.mean(values < 0) < 0.9

    def test_larger_for_a_larger_shift_and_the_same_both_ways(self):
        a, b = np.random.default_rng(1).normal(size=(2, 300, 4))
        distances = [kernel_inception_distance(a, b + shift)[0] for shift in (0, 0.3, 0.6)]
        assert abs(distances[0]) < 0.05 and distances[0] < distances[1] < distances[2]
        assert kernel_inception_distance(b + 0.3, a, subset_size=300)[0] == pytest.approx(distances[1])

    def test_subsets_are_drawn_without_replacement_and_repeat_by_their_seed(self):
        a, b = np.random.default_rng(2).normal(size=(2, 60, 3))
        whole = kernel_inception_distance(a, b, subset_size=60, subsets=3)
        assert whole[1] == pytest.approx(0, abs=1e-12)  # all rows, each once, in another order: the same estimate
        drawn = [kernel_inception_distance(a, b, subset_size=20, subsets=5, seed=seed) for seed in (0, 0, 1)]
        assert drawn[0] == drawn[1] != drawn[2] and drawn[0][1] > 0

    @pytest.mark.parametrize("swapped", [False, True])
    def test_no_more_rows_are_drawn_than_the_smaller_set_has(self, swapped):
        sets = np.split(np.random.default_rng(4).normal(size=(100, 3)), [40])[:: -1 if swapped else 1]
        assert kernel_inception_distance(*sets) == kernel_inception_distance(*sets, subset_size=40)

    def test_twenty_subsets_of_a_thousand_unless_told_otherwise(self):
        a, b = np.random.default_rng(3).normal(size=(2, 1_100, 2))
        assert kernel_inception_distance(a, b) == kernel_inception_distance(a, b, subset_size=1_000, subsets=20, seed=0)

    @pytest.mark.parametrize(
        ("options", "message"),
        [({"subset_size": 1}, "subset_size must be an integer of at least 2"), ({"subsets": 0}, "subsets")],
    )
    def test_bad_options(self, options, message):
        with pytest.raises(ValueError, match=message):
            kernel_inception_distance(np.eye(3), np.eye(3), **options)


class TestPrecisionRecall:
    def test_two_rows_of_points_by_hand(self):
        # k = 1. Real points 0, 1, 2, 3: each reaches 1. Fakes 2, 3.5, 10, 10.5 reach 1.5, 1.5, 0.5, 0.5.
        # Covered of the fakes: 2 and 3.5 (within 1 of 3). Covered of the real: 1, 2 and 3 (within 1.5 of 2), not 0.
        real, fake = np.array([[0.0], [1], [2], [3]]), np.array([[2.0], [3.5], [10], [10.5]])
        assert precision_recall(real, fake, k=1) == (0.5, 0.75)

    def test_as_far_as_the_neighbour_and_no_farther(self):
        # Real points 0, 1, 2, 3 reach 1: as far as 4. Of the fakes, 4 lies there and 4.25 does not.
        real, fake = np.array([[0.0], [1], [2], [3]]), np.array([[4.0], [4.25], [14], [24]])
        assert precision_recall(real, fake, k=1)[0] == 0.25

    def test_the_third_neighbour_unless_told_otherwise(self):
        a, b = np.random.default_rng(1).normal(size=(2, 60, 3))
        assert precision_recall(a, b) == precision_recall(a, b, k=3) != precision_recall(a, b, k=4)

    def test_one_of_two_squares_is_precise_and_covers_half(self):
        grid = np.stack(np.meshgrid(range(5), range(5)), axis=-1).reshape(-1, 2) * 0.1
        real = np.concatenate([grid, grid + 100])
        assert precision_recall(real, grid) == (1.0, 0.5)
        assert precision_recall(grid, real) == (0.5, 1.0)

    def test_a_set_covers_itself_and_strangers_cover_nothing(self):
        points = np.random.default_rng(0).normal(size=(1_200, 3))  # more than one chunk
        assert precision_recall(points, points) == (1.0, 1.0)
        assert precision_recall(points, points + 100) == (0.0, 0.0)

    @pytest.mark.parametrize(
        ("k", "message"), [(3, "more than k = 3 rows"), (0, "k must be an integer of at least 1"), (1.5, "k must be")]
    )
    def test_bad_k(self, k, message):
        with pytest.raises(ValueError, match=message):
            precision_recall(np.eye(3), np.eye(3), k=k)


def test_distances_are_computed_for_so_many_rows_at_once():
    rows = np.arange(25.0).reshape(-1, 1)
    assert [len(chunk) for chunk in chunks(rows, size=10)] == [10, 10, 5]
    assert [len(chunk) for chunk in chunks(rows, size=25)] == [25]


@pytest.mark.parametrize("score", [fid, kernel_inception_distance, precision_recall])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f[:1], "at least 2 rows"),
        (lambda f: f[:0], "at least 2 rows"),
        (lambda f: f[:, :3], "same number of columns"),
        (lambda f: f[0], r"fake_features must have the shape \(n, d\)"),
        (lambda f: f * np.nan, "fake_features must be finite"),
        (lambda f: f.astype(object), "real numbers"),
        (lambda f: f * 1j, "real numbers"),
    ],
)
def test_features_that_are_none(score, change, message):
    features = np.random.default_rng(0).normal(size=(40, 6))
    with pytest.raises(ValueError, match=message):
        score(features, change(features))


@by_property
@given(arrays("float32", (8, 2), elements=numbers), arrays("float32", (8, 2), elements=numbers), st.floats(0, np.pi))
def test_turning_both_sets_changes_nothing(real, fake, angle):
    real, fake = real.astype("float64"), fake.astype("float64")
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    for score in (fid, lambda a, b: kernel_inception_distance(a, b)[0]):
        there = score(real, fake)
        scale = 1 + np.abs(real).max() ** 6 + np.abs(fake).max() ** 6
        assert score(real @ turn, fake @ turn) == pytest.approx(there, abs=1e-6 * scale)


class TestDensityAndCoverage:
    def test_by_hand(self):
        real, fake = np.array([[0.0], [1.0], [3.0]]), np.array([[0.4], [2.5], [9.0]])
        # To the next neighbour the balls reach 1, 1 and 2: 0.4 lies in two of them, 2.5 in one, 9 in none.
        assert density_coverage(real, fake, k=1) == (pytest.approx(3 / 3), pytest.approx(3 / 3))
        assert density_coverage(real, fake[1:], k=1) == (pytest.approx(1 / 2), pytest.approx(1 / 3))

    def test_equal_distributions_have_a_density_of_one(self):
        a, b = np.random.default_rng(0).normal(size=(2, 1500, 4))
        density, coverage = density_coverage(a, b)
        assert density == pytest.approx(1, abs=0.1) and coverage > 0.9

    def test_a_generated_point_that_lies_alone_covers_nothing(self):
        random = np.random.default_rng(0)
        real = random.normal(size=(300, 2))
        fake = np.concatenate([real[:3] + 0.01, random.normal(size=(4, 2)) + 60.0])
        assert precision_recall(real, fake)[1] == 1.0
        assert density_coverage(real, fake)[1] < 0.1
