import numpy as np
import pytest

from gan_lib.studies.checkerboard import checkerboard, neighbour_correlation, phase_means


@pytest.fixture
def noise():
    return np.random.default_rng(0).uniform(-1, 1, (50, 28, 28, 1)).astype("float32")


def tiled(tile):
    return np.tile(np.array(tile, "float64"), (14, 14))[None, :, :, None]


class TestNeighbourCorrelation:
    def test_noise_has_none(self, noise):
        assert abs(neighbour_correlation(noise)) < 0.02

    def test_a_slope_has_all_of_it(self):
        rows, columns = np.mgrid[:28, :28]
        assert neighbour_correlation((rows + columns)[None, :, :, None]) == pytest.approx(1)

    def test_black_and_white_squares_are_opposites(self):
        assert neighbour_correlation(tiled([[-1, 1], [1, -1]])) == pytest.approx(-1)

    def test_both_directions_count(self):
        # stripes: equal to the neighbour below, the opposite of the one beside
        assert neighbour_correlation(tiled([[-1, 1], [-1, 1]])) == pytest.approx(0)

    def test_repeated_rows_and_columns(self, noise):
        # In each direction one pair of two is of equal pixels.
        blocky = noise.repeat(2, axis=1).repeat(2, axis=2)
        assert neighbour_correlation(blocky) == pytest.approx(0.5, abs=0.02)

    def test_bad_images(self):
        with pytest.raises(ValueError, match="all of one grey"):
            neighbour_correlation(np.zeros((3, 28, 28, 1)))
        for edge in ([[0, 1], [1, 1]], [[0, 1], [0, 1]], [[1, 1], [0, 0]]):
            with pytest.raises(ValueError, match="all but an edge"):
                neighbour_correlation(np.array(edge, "float32")[None, :, :, None])
        with pytest.raises(ValueError, match="2 x 2"):
            neighbour_correlation(np.zeros((3, 28, 1, 1)))


class TestPhaseMeans:
    def test_finds_the_tile(self):
        tile = [[0, 1], [2, 4]]
        assert np.allclose(phase_means(tiled(tile)), tile)

    def test_an_odd_margin_turns_it(self):
        assert np.allclose(phase_means(tiled([[0, 1], [2, 4]]), margin=3), [[4, 2], [1, 0]])

    def test_other_periods(self):
        tile = np.arange(16.0).reshape(4, 4)
        images = np.tile(tile, (7, 7))[None, :, :, None]
        assert np.allclose(phase_means(images, period=4), tile)
        assert np.allclose(phase_means(images, period=1), [[tile.mean()]])

    def test_leaves_the_margin_and_the_rest_out(self):
        images = tiled([[0, 1], [2, 4]])
        images[:, :4] = images[:, :, :4] = images[:, 24:] = images[:, :, 24:] = 100
        assert np.allclose(phase_means(images), [[0, 1], [2, 4]])
        images[:, 22:] = images[:, :, 22:] = 100
        assert phase_means(images, period=3).max() < 5  # 20 pixels hold six tiles of three

    def test_is_the_mean_over_images(self, noise):
        each = [phase_means(noise[i : i + 1]) for i in range(len(noise))]
        assert np.allclose(phase_means(noise), np.mean(each, axis=0))


class TestCheckerboard:
    def test_a_pattern_and_nothing_else(self):
        assert checkerboard(tiled([[0, 1], [2, 4]])) == pytest.approx(1)

    def test_noise_has_little(self, noise):
        assert checkerboard(noise) < 0.03

    def test_repeated_rows_and_columns_have_as_little(self, noise):
        assert checkerboard(noise[:, :14, :14].repeat(2, axis=1).repeat(2, axis=2)) == pytest.approx(0)

    def test_finds_a_faint_pattern_under_noise(self, noise):
        pattern = np.tile([[-0.1, 0.1], [0.1, -0.1]], (14, 14))[:, :, None]
        expected = 0.1 / np.hypot(0.1, noise.std())
        assert checkerboard(noise + pattern) == pytest.approx(expected, rel=0.1)

    def test_brightness_and_contrast_do_not_matter(self, noise):
        assert checkerboard(3 * noise + 5) == pytest.approx(checkerboard(noise))

    def test_no_contrast(self):
        with pytest.raises(ValueError, match="no contrast"):
            checkerboard(np.ones((3, 28, 28, 1)))


@pytest.mark.parametrize("function", [neighbour_correlation, phase_means, checkerboard])
@pytest.mark.parametrize("shape", [(28, 28, 1), (3, 28, 28), (3, 28, 28, 3), (0, 28, 28, 1)])
def test_bad_shapes(function, shape):
    with pytest.raises(ValueError, match="n, height, width, 1"):
        function(np.zeros(shape))


@pytest.mark.parametrize("function", [phase_means, checkerboard])
def test_bad_tiles(function, noise):
    with pytest.raises(ValueError, match="no tile"):
        function(noise, margin=14)
    with pytest.raises(ValueError, match="no tile"):
        function(noise, period=21)
    with pytest.raises(ValueError, match="at least 1"):
        function(noise, period=0)
    with pytest.raises(ValueError, match="at least 0"):
        function(noise, margin=-1)
