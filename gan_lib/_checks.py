"""What the arguments of public functions must be; NumPy only. Each check names the argument and what to do instead."""

import functools
import inspect
from numbers import Integral, Real

import numpy as np

LARGEST = 1e15  # beyond it, the squares that are summed in float32 overflow


def check_array(values, name, shape, least=1):
    """Return `values` as an array of finite real numbers.

    Args:
        values: what was given.
        name: of the argument.
        shape: a number for each size that is fixed, and a letter or a word for each that is not, such as ("n", 2). Sizes that
            bear one letter need not be equal. None for any shape.
        least: how many there must be along the first axis.

    Raises:
        ValueError: if the values are no such array.
    """
    try:
        array = np.asarray(values)
    except Exception as error:  # rows of several lengths, or a symbolic tensor
        raise ValueError(f"{name} must be an array of numbers; got {type(values).__name__} ({error})") from error
    if shape is not None:
        fits = len(shape) == array.ndim and all(isinstance(a, str) or a == b for a, b in zip(shape, array.shape))
        if not fits or 0 in array.shape[1:]:
            raise ValueError(f"{name} must have the shape {shape_text(shape)}; got {array.shape}")
    if array.ndim and len(array) < least:
        and_shape = f"have the shape {shape_text(shape)} and " if shape else ""
        raise ValueError(
            f"{name} must {and_shape}not be empty, but hold at least {least} along its first axis; got {array.shape}"
        )
    if array.dtype.kind == "V" and "float" in array.dtype.name:  # bfloat16 and its like, which NumPy does not know as numbers
        array = array.astype("float32")
    if not np.issubdtype(array.dtype, np.number) and array.dtype != bool or np.iscomplexobj(array):
        raise ValueError(f"{name} must hold real numbers; got {array.dtype}")
    largest = max(-float(array.min()), float(array.max())) if array.size else 0.0
    if not np.isfinite(largest):
        raise ValueError(f"{name} must be finite; it holds NaN or infinity")
    if largest > LARGEST:
        raise ValueError(f"{name} must lie within {LARGEST:g} of 0, or its squares overflow; divide it by a power of ten")
    return array


def shape_text(shape):
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def check_vectors(least=1, /, **vectors):
    """Return the named arrays, (n,) each and equally long, in their order."""
    arrays = [check_array(values, name, ("n",), least) for name, values in vectors.items()]
    if len({len(array) for array in arrays}) > 1:
        raise ValueError(f"{' and '.join(vectors)} must be equally long; got {', '.join(str(len(array)) for array in arrays)}")
    return arrays


def check_count(value, name, least=1, most=None):
    """Raise a ValueError unless `value` is an integer from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least or (most is not None and value > most):
        wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise ValueError(f"{name} must be an integer {wanted}; got {value!r}")


def check_number(value, name, least=-LARGEST, most=LARGEST, above=None):
    """Raise a ValueError unless `value` is a finite number from `least` to `most`, and larger than `above`."""
    low = least if above is None else above
    fits = isinstance(value, Real) and not isinstance(value, bool) and low <= value <= most and value != above
    if not fits:
        wanted = f"above {low:g}" if above is not None else f"of at least {low:g}"
        raise ValueError(f"{name} must be a number {wanted} and at most {most:g}; got {value!r}")


def check_choice(value, name, choices):
    """Raise a ValueError unless `value` is one of several names."""
    if value not in list(choices):
        written = (f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices)
        known = " or ".join(", ".join(written).rsplit(", ", 1))
        raise ValueError(f"{name} must be {known or 'one of none'}; got {value!r}")


def check_names(values, name, n):
    """Raise a ValueError unless there are `n` of them."""
    if not hasattr(values, "__len__") or len(values) != n:
        raise ValueError(f"{name} must be a list of {n}, one for each; got {str(values):.200}")


def check_mapping(values, name, most=None):
    """Raise a ValueError unless `values` is a dict that holds something, and no more than can be told apart."""
    if not isinstance(values, dict) or not values:
        raise ValueError(f"{name} is empty or no dict; give a dict by name of at least one; got {type(values).__name__}")
    if most is not None and len(values) > most:
        raise ValueError(f"{name} must hold at most {most}, the lines that can be told apart; got {len(values)}")


def check_moment_index(at, moments, name="at"):
    """Raise a ValueError unless `at` is the index of one of `moments`, or None."""
    if at is not None:
        check_count(at, name, least=-moments, most=moments - 1)


def check_accepts(network, name, values, of_values):
    """Raise a ValueError if a Keras model cannot take `values`, as far as their shapes tell: an array, or one for each input."""
    if not callable(network):
        raise ValueError(f"{name} must be a Keras model; got {type(network).__name__}")
    wanted = getattr(network, "input_shape", None)
    if wanted is None:  # another function of tensors
        return
    if not isinstance(wanted, list):
        check_shape(values, wanted, of_values, name)
        return
    if not isinstance(values, (list, tuple)) or len(values) != len(wanted):
        raise ValueError(f"{of_values} must be a list of {len(wanted)} arrays, one for each input of {name}")
    for i, pair in enumerate(zip(values, wanted)):
        check_shape(*pair, f"{of_values}[{i}]", name)


def check_shape(values, wanted, name, taker):
    """Raise a ValueError if the sizes of `values` are not the `wanted` ones; the first may be any, and so may each None."""
    try:
        shape = tuple(np.shape(values))  # which asks a tensor for its own
    except ValueError:  # rows of several lengths
        shape = (len(values),)
    if len(wanted) != len(shape) or any(None not in (a, b) and a != b for a, b in zip(wanted[1:], shape[1:])):
        raise ValueError(f"{name} must have the shape {shape_text(('n', *wanted[1:]))}, which {taker} takes; got {shape}")


def check_images(images, name="images", shape=("n", "height", "width", 1), colour=False):
    """Return `images` as a NumPy array if it is a non-empty, finite float array (n, height, width, 1) in [-1, 1].

    Raises:
        ValueError: if it is not, or has another `shape`, whose words stand for any size; with `colour`, its last size may be 3.
    """
    images = check_array(images, name, (*shape[:-1], 3) if colour and np.shape(images)[-1:] == (3,) else shape)
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"{name} must be floats in [-1, 1]; got {images.dtype}. Pixels go through gan_lib.data.scale")
    if images.min() < -1 or images.max() > 1:
        raise ValueError(
            f"{name} must lie in [-1, 1]; it runs from {images.min():g} to {images.max():g}. "
            "Divide pixels by 127.5 and subtract 1"
        )
    return images


def check_pixels(pixels, name="pixels", shape=("n", "height", "width"), colour=False):
    """Return `pixels` as a NumPy array if it is a non-empty array of whole numbers (n, height, width) in [0, 255].

    Raises:
        ValueError: if it is not, or has another `shape`, whose words stand for any size; with `colour`, 3 may follow them.
    """
    pixels = check_array(pixels, name, (*shape, 3) if colour and len(np.shape(pixels)) == len(shape) + 1 else shape)
    if not np.issubdtype(pixels.dtype, np.integer) or pixels.min() < 0 or pixels.max() > 255:
        raise ValueError(
            f"{name} must be whole numbers in [0, 255]; got {pixels.dtype} from {pixels.min():g} to {pixels.max():g}. "
            "Images in [-1, 1] go through gan_lib.data.to_pixels"
        )
    return pixels


def check_labels(labels, n, classes=10):
    """Return `labels` as a NumPy array if it is (n,), integers from 0 to `classes` - 1; else raise a ValueError."""
    labels = check_array(labels, "labels", (n,))
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"labels must be integers from 0 to {classes - 1}, such as load_fashion_mnist gives")
    return labels


def check_counts(least=1, /, **counts):
    """Raise a ValueError unless each of the named values is an integer of at least `least`."""
    for name, value in counts.items():
        check_count(value, name, least)


def check_seed(seed):
    """Raise a ValueError unless it is an integer of at least 0."""
    check_count(seed, "seed", least=0)


def check_label_smoothing(value):
    """Raise a ValueError unless it is a number in [0, 1)."""
    if not isinstance(value, Real) or not 0 <= value < 1:
        raise ValueError(f"label_smoothing must lie in [0, 1), such as 0.1; got {value!r}")


def takes_probabilities(loss):
    """Let a loss refuse what is no probability, in each of its arguments whose name ends so, and answers of two types.

    In a step, a tensor's values are not there yet: then shape and type alone are looked at.
    """
    signature = inspect.signature(loss)

    @functools.wraps(loss)
    def checked(*args, **kwargs):
        given = signature.bind(*args, **kwargs).arguments
        answers = {name: value for name, value in given.items() if name.endswith("probability")}
        for name, value in answers.items():
            check_probabilities(value, name)
        types = [getattr(value.dtype, "name", value.dtype) for value in answers.values()]
        if len(set(types)) > 1:
            raise ValueError(f"{' and '.join(answers)} must be of one type; got {' and '.join(types)}")
        check_label_smoothing(given.get("label_smoothing", 0))
        return loss(*args, **kwargs)

    return checked


def check_probabilities(answers, name):
    """Raise a ValueError unless they are floats in [0, 1], as far as can be told without computing anything."""
    if not len(getattr(answers, "shape", ())) or 0 in answers.shape or "float" not in str(getattr(answers, "dtype", "")):
        raise ValueError(f"{name} must be a tensor or array of floats, (batch, 1); got {answers!r:.200}")
    if isinstance(answers, np.ndarray):
        check_array(answers, name, None)
        if answers.min() < 0 or answers.max() > 1:
            raise ValueError(f"{name} must lie in [0, 1]; logits go through a sigmoid first")
