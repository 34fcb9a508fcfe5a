"""The borders of the checks: what is just taken, and what is just not. What each public function refuses is in test_bad_input."""

import re

import numpy as np
import pytest

from gan_lib._checks import (
    LARGEST,
    check_accepts,
    check_array,
    check_choice,
    check_count,
    check_counts,
    check_images,
    check_label_smoothing,
    check_labels,
    check_mapping,
    check_moment_index,
    check_names,
    check_number,
    check_pixels,
    check_seed,
    check_shape,
    check_vectors,
)


def refused(message):
    return pytest.raises(ValueError, match=re.escape(message))


class TestArray:
    @pytest.mark.parametrize(
        "values, shape",
        [
            (5.0, None), (5.0, ()), ([], None), (np.zeros((0, 3)), None), ([True, False], ("n",)), (np.zeros((1, 2)), ("n", 2)),
            (np.zeros((3, 3)), ("n", "n")), (np.zeros((3, 4)), ("n", "n")), (np.array([1], "uint8"), ("n",)),
            ([LARGEST, -LARGEST], ("n",)),
        ],
    )  # fmt: skip
    def test_taken(self, values, shape):
        array = check_array(values, "x", shape, least=0)
        np.testing.assert_array_equal(array, values)
        assert array.dtype == np.asarray(values).dtype

    @pytest.mark.parametrize(
        "values, shape, message",
        [
            ([[1], [1, 2]], ("n",), "x must be an array of numbers; got list ("),
            (5.0, ("n",), "x must have the shape (n,); got ()"),
            (np.zeros((2, 3)), ("n", 2), "x must have the shape (n, 2); got (2, 3)"),
            (np.zeros((2, 2, 1)), ("n", 2), "x must have the shape (n, 2); got (2, 2, 1)"),
            (np.zeros((2, 0)), ("n", "d"), "x must have the shape (n, d); got (2, 0)"),
            (["1"], ("n",), "x must hold real numbers; got <U1"),
            ([None], ("n",), "x must hold real numbers; got object"),
            ("text", None, "x must hold real numbers; got <U4"),
            (None, None, "x must hold real numbers; got object"),
            ([1j], ("n",), "x must hold real numbers; got complex128"),
            ([0, np.nan], ("n",), "x must be finite"),
            ([0, np.inf], ("n",), "x must be finite"),
            ([0, -np.inf], ("n",), "x must be finite"),
            ([1.1 * LARGEST], ("n",), "x must lie within 1e+15 of 0"),
            ([-1.1 * LARGEST, 0], ("n",), "x must lie within 1e+15 of 0"),
        ],
    )
    def test_refused(self, values, shape, message):
        with refused(message):
            check_array(values, "x", shape)

    def test_as_many_as_are_needed(self):
        assert len(check_array([1, 2], "x", ("n",), least=2)) == 2
        with refused("x must have the shape (n,) and not be empty, but hold at least 3 along its first axis; got (2,)"):
            check_array([1, 2], "x", ("n",), least=3)
        with refused("x must not be empty, but hold at least 1"):
            check_array([], "x", None)


def test_vectors():
    a, b = check_vectors(a=[1], b=[2.0])
    assert a.tolist() == [1] and b.tolist() == [2.0]
    with refused("a and b must be equally long; got 1, 2"):
        check_vectors(a=[1], b=[1, 2])
    with refused("b must have the shape (n,)"):
        check_vectors(a=[1], b=[[1]])
    with refused("hold at least 2"):
        check_vectors(2, a=[1], b=[1])
    with refused("hold at least 1"):
        check_vectors(a=[], b=[])


@pytest.mark.parametrize("value", [1, np.int64(1), np.uint8(3), 3])
def test_counts_that_are_taken(value):
    check_count(value, "n", most=3)


@pytest.mark.parametrize("value", [0, 4, True, 1.0, "1", None])
def test_counts_that_are_refused(value):
    with refused(f"n must be an integer from 1 to 3; got {value!r}"):
        check_count(value, "n", most=3)


def test_a_count_without_an_upper_end():
    check_count(10**12, "n")
    with refused("n must be an integer of at least 1; got 0"):
        check_count(0, "n")


def test_several_counts_and_a_seed():
    check_counts(epochs=1, steps=2)
    check_counts(0, blocks=0)
    for wrong in (0, 1.5, "3", None):
        with refused(f"steps must be an integer of at least 1; got {wrong!r}"):
            check_counts(epochs=1, steps=wrong)
    check_seed(0)
    for wrong in (-1, 0.5, "lucky", True):
        with refused(f"seed must be an integer of at least 0; got {wrong!r}"):
            check_seed(wrong)


@pytest.mark.parametrize("value", [0, 0.5, 1, np.float32(0.5), -0.0])
def test_numbers_that_are_taken(value):
    check_number(value, "x", 0, 1)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan, np.inf, True, "0.5", None, 1j])
def test_numbers_that_are_refused(value):
    with refused(f"x must be a number of at least 0 and at most 1; got {value!r}"):
        check_number(value, "x", 0, 1)


def test_a_number_above_another():
    check_number(0.1, "x", above=0)
    for value in (0, -1):
        with refused(f"x must be a number above 0 and at most 1e+15; got {value}"):
            check_number(value, "x", above=0)


def test_a_number_without_ends():
    for value in (-LARGEST, LARGEST):
        check_number(value, "x")
        with refused("x must be a number of at least -1e+15 and at most 1e+15"):
            check_number(2 * value, "x")


def test_choices():
    check_choice("b", "x", ("a", "b"))
    check_choice("b", "x", {"a": 1, "b": 2})
    with refused('x must be "a", "b" or "c"; got 2'):
        check_choice(2, "x", ("a", "b", "c"))
    for value in (None, ["a"], {}):  # and what cannot be looked up in a set
        with refused(f'x must be "a"; got {value!r}'):
            check_choice(value, "x", ("a",))
    with refused("x must be one of none; got 'a'"):
        check_choice("a", "x", ())


def test_names():
    check_names(["a", "b"], "x", 2)
    for values in (["a"], ["a", "b", "c"], 2, None):
        with refused(f"x must be a list of 2, one for each; got {values}"):
            check_names(values, "x", 2)


def test_mappings():
    check_mapping({"a": 1, "b": 2}, "x", most=2)
    check_mapping(dict.fromkeys(range(99)), "x")
    for values in ({}, [1], None):
        with refused(f"give a dict by name of at least one; got {type(values).__name__}"):
            check_mapping(values, "x")
    with refused("x must hold at most 1, the lines that can be told apart; got 2"):
        check_mapping({"a": 1, "b": 2}, "x", most=1)


def test_moments():
    for at in (None, 0, 2, -3):
        check_moment_index(at, moments=3)
    for at in (3, -4):
        with refused(f"at must be an integer from -3 to 2; got {at}"):
            check_moment_index(at, moments=3)


class Network:
    """What stands for a Keras model: it can be called, and tells the shape of its input."""

    def __init__(self, input_shape):
        self.input_shape = input_shape

    def __call__(self, inputs):
        raise AssertionError("a check does not compute")


@pytest.mark.parametrize("shape", [(5, 3), (1, 3)])
def test_what_a_network_takes(shape):
    check_accepts(Network((None, 3)), "G", np.zeros(shape), "z")
    check_accepts(Network((None, None)), "G", np.zeros(shape), "z")
    check_accepts(Network([(None, 3), (None, 2)]), "G", [np.zeros(shape), np.zeros((shape[0], 2))], "z")
    check_accepts(len, "G", np.zeros(shape), "z")


@pytest.mark.parametrize(
    "network, values, message",
    [
        ("a network", np.zeros((5, 3)), "G must be a Keras model; got str"),
        (Network((None, 3)), np.zeros((5, 4)), "z must have the shape (n, 3), which G takes; got (5, 4)"),
        (Network((None, 3)), np.zeros(3), "z must have the shape (n, 3), which G takes; got (3,)"),
        (Network((None, 3)), np.zeros((5, 3, 1)), "z must have the shape (n, 3), which G takes; got (5, 3, 1)"),
        (Network([(None, 3)]), np.zeros((1, 3)), "z must be a list of 1 arrays, one for each input of G"),
        (Network([(None, 3), (None, 2)]), [np.zeros((5, 3))], "z must be a list of 2 arrays, one for each input of G"),
        (
            Network([(None, 3), (None, 2)]), [np.zeros((5, 3)), np.zeros((5, 3))],
            "z[1] must have the shape (n, 2), which G takes; got (5, 3)",
        ),
    ],
)  # fmt: skip
def test_what_a_network_does_not_take(network, values, message):
    with refused(message):
        check_accepts(network, "G", values, "z")


def test_lists_and_rows_of_several_lengths_have_a_shape_too():
    check_shape([[1, 2, 3]], (None, 3), "z", "G")
    with refused("z must have the shape (n, 3), which G takes; got (1, 2)"):
        check_shape([[1, 2]], (None, 3), "z", "G")
    with refused("z must have the shape (n, 3), which G takes; got (2,)"):
        check_shape([[1, 2, 3], [1, 2]], (None, 3), "z", "G")


def test_a_first_size_of_none_is_any():
    class Symbolic:
        shape = (None, 3)

    check_shape(Symbolic(), (None, 3), "z", "G")
    check_shape(np.zeros((5, 3)), (2, 3), "z", "G")


IMAGES, PIXELS = np.zeros((3, 8, 8, 1), "float32"), np.zeros((3, 8, 8), "uint8")


class TestImages:
    @pytest.mark.parametrize(
        "images, message",
        [
            (IMAGES[..., 0], "photos must have the shape (n, height, width, 1); got (3, 8, 8)"),
            (IMAGES[0], "photos must have the shape (n, height, width, 1); got (8, 8, 1)"),
            (IMAGES[:0], "hold at least 1"),
            (IMAGES * np.nan, "photos must be finite; it holds NaN"),
            (IMAGES + 255, "Divide pixels by 127.5 and subtract 1"),
            (IMAGES - 1.01, "photos must lie in [-1, 1]"),
            (IMAGES + 1.01, "photos must lie in [-1, 1]"),
            (PIXELS[..., None], "photos must be floats in [-1, 1]; got uint8. Pixels go through gan_lib.data.scale"),
            ("text", "photos must have the shape"),
            (None, "photos must have the shape"),
        ],
    )
    def test_refused(self, images, message):
        with refused(message):
            check_images(images, name="photos")

    def test_taken(self):
        for values in (np.array([-1, 1]), np.array([0, 0])):
            check_images(values.reshape(2, 1, 1, 1).astype("float32"))
        assert check_images(IMAGES.tolist()).shape == IMAGES.shape

    def test_of_one_shape(self):
        check_images(IMAGES, shape=("n", 8, 8, 1))
        with refused("images must have the shape (n, 28, 28, 1); got (3, 8, 8, 1)"):
            check_images(IMAGES, shape=("n", 28, 28, 1))


class TestPixels:
    @pytest.mark.parametrize(
        "pixels, message",
        [
            (PIXELS[..., None], "frames must have the shape (n, height, width); got (3, 8, 8, 1)"),
            (PIXELS[0], "frames must have the shape"),
            (PIXELS[:0], "hold at least 1"),
            (IMAGES[..., 0], "got float32 from 0 to 0. Images in [-1, 1] go through gan_lib.data.to_pixels"),
            (PIXELS.astype(int) - 1, "frames must be whole numbers in [0, 255]; got int64 from -1 to -1"),
            (PIXELS.astype(int) + 256, "frames must be whole numbers in [0, 255]; got int64 from 256 to 256"),
            (None, "frames must have the shape"),
        ],
    )
    def test_refused(self, pixels, message):
        with refused(message):
            check_pixels(pixels, name="frames")

    def test_taken(self):
        check_pixels(np.array([0, 255]).reshape(2, 1, 1))


class TestLabels:
    @pytest.mark.parametrize("labels", [[0, -1], [0, 10], [0.0, 1.0], [0, 1, 2], [[0], [1]], "text", None])
    def test_refused(self, labels):
        with refused("labels must"):
            check_labels(labels, 2)

    def test_taken(self):
        assert check_labels([0, 9], 2).tolist() == [0, 9]
        check_labels(np.array([0, 3], "uint8"), 2, classes=4)
        with refused("labels must be integers from 0 to 3"):
            check_labels([0, 4], 2, classes=4)


def test_label_smoothing():
    for value in (0, 0.1, np.float32(0.9)):
        check_label_smoothing(value)
    for value in (-0.1, 1, 10, np.nan, "0.1", None):
        with refused(f"label_smoothing must lie in [0, 1), such as 0.1; got {value!r}"):
            check_label_smoothing(value)
