import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_lib.applications.sizes import enlarge, shrink


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), scale=st.sampled_from([1, 2, 4]), side=st.integers(1, 4))
def test_a_small_pixel_is_the_mean_of_its_square(seed, scale, side):
    images = np.random.default_rng(seed).uniform(-1, 1, (2, side * scale, scale, 1))
    small = shrink(images, scale)
    assert small.shape == (2, side, 1, 1) and small.dtype == np.float32
    assert small[1, side - 1, 0, 0] == pytest.approx(images[1, -scale:, :, 0].mean(), abs=1e-6)
    assert np.allclose(shrink(enlarge(small, scale, "nearest"), scale), small, atol=1e-6)


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear", "bicubic"])
def test_even_images_stay_even(interpolation):
    larger = enlarge(np.full((1, 3, 5, 1), 0.25), 4, interpolation)
    assert larger.shape == (1, 12, 20, 1) and np.allclose(larger, 0.25, atol=1e-6)


def test_what_the_bicubic_overshoots_is_cut_off():
    step = np.where(np.arange(8) < 4, -1.0, 1.0).reshape(1, 1, 8, 1)
    larger = enlarge(step, 4, "bicubic")
    assert larger.min() == -1 and larger.max() == 1


def test_bicubic_is_nearer_than_nearest_to_what_is_smooth():
    smooth = np.sin(np.arange(28) / 4).reshape(1, 1, 28, 1) * np.ones((1, 28, 1, 1)) * 0.9
    small = shrink(smooth, 4)
    errors = [np.abs(enlarge(small, 4, name) - smooth).mean() for name in ("bicubic", "nearest")]
    assert errors[0] < errors[1] / 2


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((1, 27, 28, 1)), "multiples of scale = 4; got 27 x 28"),
        (np.zeros((1, 28, 28)), "shape"),
        (np.full((1, 28, 28, 1), 255.0), r"\[-1, 1\]"),
        (np.zeros((1, 28, 28, 1), "uint8"), "floats"),
    ],
)
def test_bad_images(images, message):
    with pytest.raises(ValueError, match=message):
        shrink(images, 4)


def test_another_interpolation():
    with pytest.raises(ValueError, match='interpolation must be "nearest"'):
        enlarge(np.zeros((1, 7, 7, 1)), 4, "lanczos")
