"""How near generated images come to the real ones that they stand for, pair by pair and as sets."""

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from gan_lib._checks import check_count, check_counts, check_images, check_labels
from gan_lib.classifier import features_and_probabilities
from gan_lib.metrics import fid


def paired_scores(real: np.ndarray, made: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Score images that were made for given real ones.

    Args:
        real, made: float (n, 28, 28, 1) in [-1, 1].
        labels: int (n,), what the real ones show.

    Returns:
        dict of floats:

        - "l1": the mean absolute difference, of brightness from 0 to 1;
        - "psnr": the mean peak signal-to-noise ratio, in dB; higher is nearer;
        - "ssim": the mean structural similarity (Wang et al., "Image Quality Assessment: From Error Visibility to Structural
          Similarity", 2004), at most 1; higher is nearer;
        - "sharpness": that of the made images over that of the real ones, see `sharpness`;
        - "fid": the Fréchet distance between the two sets, in the features of `gan_lib.classifier`; lower is better;
        - "accuracy": the share of the made images that the classifier takes for what the real ones show.

    Raises:
        ValueError: if the arrays are not equally long, or no real image has an edge.
    """
    real, made = check_images(real, "real"), check_images(made, "made")
    if real.shape != made.shape or len(real) != np.size(labels):
        raise ValueError(f"real, made and labels must be pairs; got {real.shape}, {made.shape} and {np.size(labels)} labels")
    labels = check_labels(labels, len(real))
    if not (sharpness_of_real := sharpness(real)):
        raise ValueError("real must have edges, by which sharpness is measured; every image is of one grey")
    grey_real, grey_made = brightness_of_pixels(real), brightness_of_pixels(made)
    pairs = list(zip(grey_real, grey_made))
    features = features_of_real(real.astype("float32").tobytes(), real.shape)
    features_made, probabilities = features_and_probabilities(made)
    return {
        "l1": float(np.abs(grey_real - grey_made).mean()),
        "psnr": float(np.mean([peak_signal_noise_ratio(a, b, data_range=1) for a, b in pairs])),
        "ssim": float(np.mean([structural_similarity(a, b, data_range=1) for a, b in pairs])),
        "sharpness": sharpness(made) / sharpness_of_real,
        "fid": fid(features, features_made),
        "accuracy": float(np.mean(probabilities.argmax(axis=1) == labels)),
    }


@lru_cache(maxsize=1)
def features_of_real(pixels, shape):
    """Return the features of real images, given by their float32 bytes; one method after another is scored on the same."""
    return features_and_probabilities(np.frombuffer(pixels, "float32").reshape(shape))[0]


def sharpness(images: np.ndarray) -> float:
    """Measure how strongly brightness changes from pixel to pixel: the mean length of the Sobel gradient.

    Args:
        images: float (n, height, width, 1) in [-1, 1].

    Returns:
        A float, in brightness from 0 to 1 a pixel; only its ratio to that of other images says something.

    Examples:
        >>> sharpness(np.zeros((1, 28, 28, 1)))
        0.0
    """
    grey = brightness_of_pixels(check_images(images))
    return float(np.mean([np.hypot(ndimage.sobel(image, 0), ndimage.sobel(image, 1)).mean() / 8 for image in grey]))


def detail_distance(real: np.ndarray, made: np.ndarray, side: int = 5, places: int = 16, directions: int = 64) -> float:
    """Measure how differently fine details are spread, without any network: the sliced Wasserstein distance of patches.

    Details are what is left of an image when a blurred copy is taken away. Their patches are seen along random directions, and
    along each the two sorted rows are compared. Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and
    Variation" (2018), judge by it at several sizes of the image; 28 x 28 pixels leave one.

    Args:
        real, made: float (n, height, width, 1) in [-1, 1], equally many.
        side: pixels to a side of a patch.
        places: patches of each image, at random; the same in both sets.
        directions: random directions.

    Returns:
        A float of at least 0, 0 for equal sets, in standard deviations of the details of the real images.

    Raises:
        ValueError: if the sets are not equally large, a patch does not fit, or no real image has a detail.

    Examples:
        >>> images = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1))
        >>> detail_distance(images, images)
        0.0
    """
    real, made = check_images(real, "real"), check_images(made, "made")
    if real.shape != made.shape:
        raise ValueError(f"real and made must have the same shape; got {real.shape} and {made.shape}")
    check_counts(places=places, directions=directions)
    check_count(side, "side", most=min(real.shape[1:3]))
    random = np.random.default_rng(0)
    rows, columns = (random.integers(0, n - side + 1, (len(real), places)) for n in real.shape[1:3])
    towards = random.normal(size=(side * side, directions))
    towards /= np.linalg.norm(towards, axis=0)

    def seen(details):
        patches = sliding_window_view(details, (side, side), (1, 2))[np.arange(len(details))[:, None], rows, columns]
        return np.sort(patches.reshape(-1, side * side) @ towards, axis=0)

    of_real, of_made = (grey - ndimage.gaussian_filter(grey, (0, 1, 1)) for grey in map(brightness_of_pixels, (real, made)))
    unit = of_real.std()
    if not unit:
        raise ValueError("real must have details; every image is of one grey")
    return float(np.abs(seen(of_real) - seen(of_made)).mean() / unit)


def brightness_of_pixels(images: np.ndarray) -> np.ndarray:
    """Return float64 (n, height, width) in [0, 1] of images (n, height, width, 1) in [-1, 1]."""
    return (np.asarray(images, "float64")[..., 0] + 1) / 2
