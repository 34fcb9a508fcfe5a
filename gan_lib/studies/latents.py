"""Walking through a generator's latent space, and asking what it has copied; NumPy only."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count, check_vectors

if TYPE_CHECKING:
    from gan_lib._keras import keras


def linear(a: ArrayLike, b: ArrayLike, n: int) -> np.ndarray:
    """Walk from one latent vector to another on the straight line between them.

    Args:
        a, b: (d,), where the walk starts and ends.
        n: how many vectors, both ends included; at least 2.

    Returns:
        float32 (n, d), evenly spaced.

    Examples:
        >>> linear([1, 0], [0, 1], 3).tolist()
        [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    a, b, part = check_walk(a, b, n)
    return ((1 - part) * a + part * b).astype("float32")


def spherical(a: ArrayLike, b: ArrayLike, n: int) -> np.ndarray:
    """Walk from one latent vector to another along the arc between them (White, "Sampling Generative Networks", 2016).

    With the angle w between a and b, the vector at the part t of the way is (sin((1 - t) w) a + sin(t w) b) / sin w. If
    `a` and `b` are equally long, so is every vector between them. Parallel vectors span no arc: then the walk is straight.

    Args:
        a, b: (d,), where the walk starts and ends; neither may be 0.
        n: how many vectors, both ends included; at least 2.

    Returns:
        float32 (n, d), at evenly spaced angles if `a` and `b` are equally long.

    Raises:
        ValueError: if `a` and `b` point in opposite directions, or one of them is 0.

    Examples:
        >>> spherical([1, 0], [0, 1], 3)[1].round(3)
        array([0.707, 0.707], dtype=float32)
    """
    a, b, part = check_walk(a, b, n)
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    if not lengths:
        raise ValueError("a and b must not be 0: the zero vector has no direction")
    angle = np.arccos(np.clip(a @ b / lengths, -1, 1))
    if np.pi - angle < 1e-6:
        raise ValueError("a and b point in opposite directions, and no arc between them is the shortest; use linear")
    if angle < 1e-6:
        return linear(a, b, n)
    return ((np.sin((1 - part) * angle) * a + np.sin(part * angle) * b) / np.sin(angle)).astype("float32")


def plane(origin: ArrayLike, across: ArrayLike, down: ArrayLike, places: ArrayLike) -> np.ndarray:
    """Lay a grid over a plane in latent space.

    Args:
        origin: (d,), the latent vector in the middle.
        across, down: (d,), the directions of the columns and of the rows.
        places: (m,), how many times each direction is added, such as -2, 0, 2.

    Returns:
        float32 (m, m, d): at [row, column] stands origin + places[column] * across + places[row] * down.

    Examples:
        >>> plane([0, 0], across=[1, 0], down=[0, 1], places=[-1, 1])[1, 0].tolist()
        [-1.0, 1.0]
    """
    origin, across, down = check_vectors(origin=origin, across=across, down=down)
    steps = check_array(places, "places", ("m",)).astype("float64")[:, np.newaxis]
    return (origin + (steps * down)[:, np.newaxis] + steps * across).astype("float32")


def directions(generator: "keras.Model", k: int) -> np.ndarray:
    """Find the directions that change the output of a generator's first layer most.

    For the kernel W of a first layer z W + b, a step of length 1 along v moves the output by |v W|. The unit vectors for
    which that is largest, each at right angles to those before, are the eigenvectors of W W^T (Shen and Zhou,
    "Closed-Form Factorization of Latent Semantics in GANs", 2021). No image is drawn for it.

    Args:
        generator: a Keras model whose first weights are the (d, units) kernel of a dense layer.
        k: how many directions, from 1 to d.

    Returns:
        float32 (k, d), unit vectors, the strongest first; of each and its opposite, the one whose entry furthest from
        0 is positive.

    Raises:
        ValueError: if the first weights are no kernel of a dense layer.
    """
    weights = generator.get_weights() if hasattr(generator, "get_weights") else []
    if not weights or weights[0].ndim != 2:
        raise ValueError("generator must begin with a dense layer, whose kernel has the shape (d, units)")
    kernel = weights[0].astype("float64")
    check_count(k, "k", most=len(kernel))
    _, vectors = np.linalg.eigh(kernel @ kernel.T)  # as columns, the weakest first
    found = vectors.T[::-1][:k]
    furthest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, np.newaxis], axis=1)
    return (found * np.sign(furthest)).astype("float32")


def nearest(images: ArrayLike, candidates: ArrayLike, block: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Find for each image the candidate that is nearest to it, by the Euclidean distance over all pixels.

    Args:
        images: (n, ...), images or rows of features.
        candidates: (m, ...), of the same shape.
        block: how many images to compare at a time: memory stays at block * m distances.

    Returns:
        indices: int64 (n,), which candidate it is; the first one where several are equally near.
        distances: float64 (n,), how far it is.

    Examples:
        >>> indices, distances = nearest([[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0], [0.0, 1.0]])
        >>> indices.tolist(), distances.tolist()
        ([1, 0], [1.0, 0.0])
    """
    images, candidates = check_array(images, "images", None), check_array(candidates, "candidates", None)
    check_count(block, "block")
    if images.ndim < 2 or images.shape[1:] != candidates.shape[1:] or not (images.size and candidates.size):
        what = "must not be empty, (n, ...) and (m, ...), and have the same shape but for their number"
        raise ValueError(f"images and candidates {what}; got {images.shape} and {candidates.shape}")
    images, candidates = (array.reshape(len(array), -1).astype("float32") for array in (images, candidates))
    lengths = np.sum(candidates**2, axis=1)
    indices = [
        # |x - c|^2 = |x|^2 - 2 x c + |c|^2, and the first is the same for every candidate
        np.argmin(lengths - 2 * (images[i : i + block] @ candidates.T), axis=1)
        for i in range(0, len(images), block)
    ]
    indices = np.concatenate(indices)
    # Computed anew, because the difference of two large numbers would make the distance of a copy from itself not quite 0.
    distances = np.linalg.norm(images.astype("float64") - candidates[indices], axis=1)
    return indices, distances


def check_walk(a: ArrayLike, b: ArrayLike, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both ends of a walk, float64 (d,), and the parts of the way at which a vector stands, (n, 1)."""
    a, b = (vector.astype("float64") for vector in check_vectors(a=a, b=b))
    check_count(n, "n", least=2)  # the two ends
    return a, b, np.linspace(0, 1, n)[:, np.newaxis]
