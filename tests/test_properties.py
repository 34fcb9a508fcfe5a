"""For any array of any shape, type and values, a function of arrays answers with what it promises, or says what is wrong."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gan_lib import data, losses, metrics
from gan_lib.applications import captions, pix2pix, scoring, sizes
from gan_lib.plots.images import image_grid
from gan_lib.studies import checkerboard, games, latents, shapes

by_property = settings(deadline=None, derandomize=True, max_examples=40, database=None)

TYPES = ("float64", "float32", "float16", "int64", "int8", "uint8", "bool", "complex64", "U3", "object")
any_array = st.sampled_from(TYPES).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
)


def like(dtype, low, high, *sides):
    """Arrays with sides from 1 to 6, but for those that are fixed; some values are beyond the limits, or NaN."""
    shape = st.tuples(*(st.integers(1, 6) if side is None else st.just(side) for side in sides))
    numbers = {"allow_nan": True, "width": 32} if np.dtype(dtype).kind == "f" else {}
    inside = (st.floats if numbers else st.integers)(low, high, **({"width": 32} if numbers else {}))
    outside = (st.floats(**numbers) if numbers else st.integers(0, 255)).map(lambda x: x)
    return shape.flatmap(
        lambda shape: st.one_of(
            arrays(dtype, shape, elements=inside), arrays(dtype, shape, elements=st.one_of(*[inside] * 9, outside))
        )
    )


images, pixels = like("float32", -1, 1, None, None, None, 1), like("uint8", 0, 255, None, None, None)
rows, vectors, probabilities = like("float64", -1e3, 1e3, None, 3), like("float64", -10, 10, 4), like("float64", 0, 1, None, 1)


def either(call, arguments, holds):
    """Say that the call tells of one of the arguments, or gives what `holds`."""
    try:
        with np.errstate(all="ignore"):
            result = call(*arguments.values())
    except ValueError as error:
        assert any(name in str(error) for name in arguments), error
    else:
        assert holds(result, *map(np.asarray, arguments.values())), result


def finite_floats(low=-np.inf, high=np.inf):
    return lambda result, *_: all(
        isinstance(x, float) and low - 1e-9 <= x <= high + 1e-9 and np.isfinite(x) for x in np.ravel(result).tolist()
    )


def array_of(dtype, shape, low=-np.inf, high=np.inf):
    """A finite array of the type, of the shape that follows from the arguments, within the limits."""
    return lambda result, *given: (
        result.dtype == dtype and result.shape == shape(*given) and np.isfinite(result).all()
        and (not result.size or low <= result.min() and result.max() <= high)
    )  # fmt: skip


def loss_between(low, high):
    return lambda loss, *_: np.isfinite(loss) and low <= float(loss) <= high


def resized(scale):
    """A float32 array of images in [-1, 1], whose sides are so many times as long."""
    return array_of("float32", lambda x: (len(x), int(x.shape[1] * scale), int(x.shape[2] * scale), 1), -1, 1)


ONE_ARRAY = {
    "scale": (data.scale, "pixels", pixels, array_of("float32", lambda x: (*x.shape, 1), -1, 1)),
    "to_pixels": (data.to_pixels, "images", images, array_of("uint8", lambda x: x.shape[:3])),
    "image_grid": (
        image_grid, "images", pixels,
        lambda grid, x: grid.dtype == np.uint8 and grid.ndim == 2 and grid.shape[0] % (x.shape[1] + 2) == x.shape[1],
    ),
    "neighbour_correlation": (checkerboard.neighbour_correlation, "images", images, finite_floats(-1, 1)),
    "phase_means": (lambda x: checkerboard.phase_means(x, 2, 0), "tile|images", images, array_of("float64", lambda x: (2, 2))),
    "checkerboard": (lambda x: checkerboard.checkerboard(x, 2, 0), "tile|images", images, finite_floats(0)),
    "shrink": (lambda x: sizes.shrink(x, 2), "images", images, resized(1 / 2)),
    "enlarge": (lambda x: sizes.enlarge(x, 2), "images", images, resized(2)),
    "sharpness": (scoring.sharpness, "images", images, finite_floats(0, 1)),
    "brightness": (captions.brightness, "images", images, array_of("float64", lambda x: x.shape[:1], 0, 1)),
    "roughness": (captions.roughness, "images", images, array_of("float64", lambda x: x.shape[:1], 0)),
    "draw_edges": (pix2pix.draw_edges, "images", images, array_of("float32", lambda x: x.shape, -1, 1)),
    "solve_matrix_game": (
        games.solve_matrix_game, "payoffs", rows,
        lambda game, x: x.min() - 1e-6 * np.abs(x).max() <= game.value <= x.max() + 1e-6 * np.abs(x).max()
        and game.row.shape == x.shape[:1] and game.column.shape == x.shape[1:]
        and np.isclose([game.row.sum(), game.column.sum()], 1).all(),
    ),
    "inception_score": (
        lambda x: metrics.inception_score(x, 1), "probabilities", st.integers(1, 6).map(lambda n: np.full((n, n), 1 / n)),
        lambda score, x: 1 - 1e-9 <= score[0] <= x.shape[1] + 1e-9 and score[1] == 0,
    ),
    "nearest_mode": (
        lambda x: shapes.nearest_mode(x, "ring"), "points", like("float32", -2, 2, None, 2),
        array_of("int64", lambda x: x.shape[:1], -1, 7),
    ),
    "non_saturating": (losses.non_saturating, "fake_probability", probabilities, loss_between(0, np.inf)),
    "minimax": (losses.minimax, "fake_probability", probabilities, loss_between(-np.inf, 0)),
}  # fmt: skip

TWO_ARRAYS = {
    "fid": (metrics.fid, "real_features fake_features", rows, finite_floats(0)),
    "kernel_inception_distance": (
        lambda a, b: metrics.kernel_inception_distance(a, b, subsets=2), "real_features fake_features", rows, finite_floats()
    ),
    "precision_recall": (
        lambda a, b: metrics.precision_recall(a, b, k=1), "real_features fake_features", rows, finite_floats(0, 1)
    ),
    "linear": (lambda a, b: latents.linear(a, b, 3), "a b", vectors, array_of("float32", lambda a, b: (3, len(a)))),
    "spherical": (lambda a, b: latents.spherical(a, b, 3), "a b", vectors, array_of("float32", lambda a, b: (3, len(a)))),
    "nearest": (lambda a, b: latents.nearest(a, b)[1], "images candidates", rows, array_of("float64", lambda a, b: (len(a),), 0)),
    "discriminator_loss": (
        losses.discriminator_loss, "real_probability fake_probability", probabilities, loss_between(0, np.inf)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_ARRAY)
@by_property
@given(st.data())
def test_one_array(name, data):
    call, argument, usual, holds = ONE_ARRAY[name]
    array = data.draw(st.one_of(usual, any_array))
    names = argument.split("|")
    either(lambda *arrays: call(array), dict.fromkeys(names, array), lambda result, *_: holds(result, array))


@pytest.mark.parametrize("name", TWO_ARRAYS)
@pytest.mark.filterwarnings("ignore:.*covariance is singular")
@by_property
@given(st.data())
def test_two_arrays(name, data):
    call, arguments, usual, holds = TWO_ARRAYS[name]
    first, second = arguments.split()
    either(
        call, {first: data.draw(st.one_of(usual, usual, any_array)), second: data.draw(st.one_of(usual, usual, any_array))}, holds
    )


@by_property
@given(arrays("uint8", array_shapes(min_dims=3, max_dims=3, max_side=6)))
def test_pixels_survive_the_way_there_and_back(pixels):
    assert np.array_equal(data.to_pixels(data.scale(pixels)), pixels)


finite_rows = arrays("float64", st.tuples(st.integers(4, 8), st.just(2)), elements=st.floats(-1e3, 1e3))


@pytest.mark.filterwarnings("ignore:.*covariance is singular")
@by_property
@given(finite_rows, finite_rows)
def test_distances_are_the_same_both_ways_and_nothing_from_a_set_to_itself(a, b):
    scale = 1 + np.abs(a).max() ** 2 + np.abs(b).max() ** 2
    assert metrics.fid(a, b) == pytest.approx(metrics.fid(b, a), abs=1e-5 * scale)
    assert metrics.fid(a, a) == pytest.approx(0, abs=1e-5 * scale)
    assert metrics.precision_recall(a, b) == metrics.precision_recall(b, a)[::-1]
    assert metrics.precision_recall(a, a) == (1.0, 1.0)


@by_property
@given(arrays("float64", array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-1e6, 1e6)))
def test_neither_player_of_a_matrix_game_can_do_better(payoffs):
    game, slack = games.solve_matrix_game(payoffs), 1e-6 * (1 + np.abs(payoffs).max())
    assert (game.row @ payoffs).min() >= game.value - slack and (payoffs @ game.column).max() <= game.value + slack


@by_property
@given(images.filter(lambda x: np.isfinite(x).all() and np.abs(x).max() <= 1), st.integers(1, 3))
def test_what_is_enlarged_shrinks_to_what_it_was(small, scale):
    assert np.allclose(sizes.shrink(sizes.enlarge(small, scale, "nearest"), scale), small, atol=1e-6)
