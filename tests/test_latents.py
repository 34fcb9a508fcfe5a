import keras
import numpy as np
import pytest
from keras import layers

from gan_lib import Recording
from gan_lib.studies.latents import directions, linear, nearest, plane, spherical

A, B = np.random.default_rng(0).standard_normal((2, 100))


@pytest.mark.parametrize("walk", [linear, spherical])
def test_walks_have_both_ends(walk):
    path = walk(A, B, 5)
    assert path.shape == (5, 100) and path.dtype == "float32"
    assert np.allclose(path[[0, -1]], [A, B], atol=1e-6)


def test_linear_is_evenly_spaced():
    steps = np.diff(linear(A, B, 5), axis=0)
    assert np.allclose(steps, steps[0], atol=1e-6)


def test_spherical_by_hand():
    path = spherical([1, 0], [0, 1], 3)
    assert np.allclose(path[1], [np.sqrt(0.5), np.sqrt(0.5)])


def test_spherical_stays_on_the_sphere_at_even_angles():
    a, b = A / np.linalg.norm(A), B / np.linalg.norm(B)
    path = spherical(a, b, 7).astype("float64")
    assert np.allclose(np.linalg.norm(path, axis=1), 1, atol=1e-6)
    angles = np.arccos(np.sum(path[1:] * path[:-1], axis=1))
    assert np.allclose(angles, np.arccos(a @ b) / 6, atol=1e-5)


def test_between_lengths_the_arc_stays_between_them():
    lengths = np.linalg.norm(spherical([1, 0], [0, 2], 9), axis=1)
    assert np.all(np.diff(lengths) > 0) and lengths[-1] == 2


def test_parallel_vectors_span_no_arc():
    assert np.allclose(spherical([1, 0], [3, 0], 3), [[1, 0], [2, 0], [3, 0]])
    assert np.allclose(spherical(A, A, 3), [A] * 3, atol=1e-6)


@pytest.mark.parametrize("b, reason", [([-1, 0], "opposite"), ([0, 0], "must not be 0")])
def test_no_arc(b, reason):
    with pytest.raises(ValueError, match=reason):
        spherical([1, 0], b, 3)


@pytest.mark.parametrize("walk", [linear, spherical])
@pytest.mark.parametrize(
    "a, b, n, reason",
    [
        (A, B[:50], 3, "a and b must be equally long"),
        ([A], [B], 3, r"a must have the shape \(n,\)"),
        (A, B, 1, "at least 2"),
        (A, B, 2.5, "at least 2"),
    ],
)
def test_bad_walks(walk, a, b, n, reason):
    with pytest.raises(ValueError, match=reason):
        walk(a, b, n)


def test_plane():
    grid = plane([0, 0, 5], [1, 0, 0], [0, 1, 0], (-2, 0, 2))
    assert grid.shape == (3, 3, 3) and grid.dtype == "float32"
    assert np.array_equal(grid[1, 1], [0, 0, 5])
    assert np.array_equal(grid[0, 2], [2, -2, 5])


def test_a_plane_of_vectors_that_differ():
    with pytest.raises(ValueError, match="origin and across and down must be equally long"):
        plane([0, 0], [1, 0, 0], [0, 1, 0], (0,))


def test_directions_by_hand():
    """A kernel that stretches its inputs by 3, 1 and 2."""
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, use_bias=False)])
    generator.set_weights([np.eye(3, 4) * [[3], [1], [2]]])
    assert np.allclose(directions(generator, 3), np.eye(3)[[0, 2, 1]], atol=1e-6)


def test_directions_of_the_recorded_generator():
    generator = Recording.load("dcgan").generator()
    found = directions(generator, 10).astype("float64")
    assert np.allclose(found @ found.T, np.eye(10), atol=1e-6)
    strengths = np.linalg.norm(found @ generator.get_weights()[0], axis=1)
    assert np.all(np.diff(strengths) < 0)
    steps = np.random.default_rng(0).standard_normal((1000, 100))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    assert strengths[0] > np.linalg.norm(steps @ generator.get_weights()[0], axis=1).max()
    assert np.all(found[np.arange(10), np.abs(found).argmax(axis=1)] > 0)


@pytest.mark.parametrize("k", [0, 4, 1.5])
def test_too_many_directions(k):
    with pytest.raises(ValueError, match="from 1 to 3"):
        directions(keras.Sequential([keras.Input((3,)), layers.Dense(4)]), k)


@pytest.mark.parametrize("layer", [layers.Conv2D(2, 3), layers.Flatten()])
def test_directions_need_a_dense_layer_first(layer):
    with pytest.raises(ValueError, match="dense layer"):
        directions(keras.Sequential([keras.Input((4, 4, 1)), layer]), 1)


@pytest.mark.parametrize("block", [1, 4, 100])
def test_nearest_is_what_comparing_all_finds(block):
    random = np.random.default_rng(0)
    images = random.uniform(-1, 1, (9, 4, 4, 1)).astype("float32")
    candidates = random.uniform(-1, 1, (30, 4, 4, 1)).astype("float32")
    indices, distances = nearest(images, candidates, block)
    every = np.sqrt(((images[:, None].astype("float64") - candidates[None]) ** 2).sum(axis=(2, 3, 4)))
    assert np.array_equal(indices, every.argmin(axis=1))
    assert np.allclose(distances, every.min(axis=1))


def test_a_copy_is_found_at_distance_0():
    candidates = np.random.default_rng(0).uniform(-1, 1, (30, 28, 28, 1)).astype("float32")
    indices, distances = nearest(candidates[[7, 3]], candidates)
    assert list(indices) == [7, 3] and list(distances) == [0, 0]


def test_of_equals_the_first():
    assert nearest(np.zeros((1, 2)), np.zeros((3, 2)))[0] == [0]


@pytest.mark.parametrize(
    "images, candidates, reason",
    [
        (np.zeros((2, 3)), np.zeros((2, 4)), "same shape"),
        (np.zeros((2, 3)), np.zeros((0, 3)), "not be empty"),
        (np.zeros((0, 3)), np.zeros((2, 3)), "not be empty"),
        (np.full((2, 3), np.nan), np.zeros((2, 3)), "finite"),
    ],
)
def test_bad_images(images, candidates, reason):
    with pytest.raises(ValueError, match=reason):
        nearest(images, candidates)
