"""What the arguments of public functions must be; NumPy only. Each check names the argument and what to do instead."""

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
            raise ValueError(f"{name} must have the shape {written(shape)}; got {array.shape}")
    if array.ndim and len(array) < least:
        and_shape = f"have the shape {written(shape)} and " if shape else ""
        raise ValueError(
            f"{name} must {and_shape}not be empty, but hold at least {least} along its first axis; got {array.shape}"
        )
    if not np.issubdtype(array.dtype, np.number) and array.dtype != bool or np.iscomplexobj(array):
        raise ValueError(f"{name} must hold real numbers; got {array.dtype}")
    largest = max(-float(array.min()), float(array.max())) if array.size else 0.0
    if not np.isfinite(largest):
        raise ValueError(f"{name} must be finite; it holds NaN or infinity")
    if largest > LARGEST:
        raise ValueError(f"{name} must lie within {LARGEST:g} of 0, or its squares overflow; divide it by a power of ten")
    return array


def written(shape):
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
        known = " or ".join(", ".join(f'"{choice}"' for choice in choices).rsplit(", ", 1))
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


def check_moment(at, moments, name="at"):
    """Raise a ValueError unless `at` is the index of one of `moments`, or None."""
    if at is not None:
        check_count(at, name, least=-moments, most=moments - 1)


def check_takes(network, name, values, of_values):
    """Raise a ValueError if a Keras model cannot take `values`, as far as their shapes tell: an array, or one for each input."""
    if not callable(network):
        raise ValueError(f"{name} must be a Keras model; got {type(network).__name__}")
    wanted = getattr(network, "input_shape", None)
    if wanted is None:  # another function of tensors
        return
    if not isinstance(wanted, list):
        return check_fits(values, wanted, of_values, name)
    if not isinstance(values, (list, tuple)) or len(values) != len(wanted):
        raise ValueError(f"{of_values} must be a list of {len(wanted)} arrays, one for each input of {name}")
    for i, pair in enumerate(zip(values, wanted)):
        check_fits(*pair, f"{of_values}[{i}]", name)


def check_fits(values, wanted, name, taker):
    """Raise a ValueError if the sizes of `values` are not the `wanted` ones; the first may be any, and so may those that are None."""
    try:
        shape = tuple(np.shape(values))  # which asks a tensor for its own
    except ValueError:  # rows of several lengths
        shape = (len(values),)
    if len(wanted) != len(shape) or any(None not in (a, b) and a != b for a, b in zip(wanted[1:], shape[1:])):
        raise ValueError(f"{name} must have the shape {written(('n', *wanted[1:]))}, which {taker} takes; got {shape}")
