"""How far generated images are from real ones, computed on arrays in float64; NumPy and SciPy only.

Inception Score is computed on a classifier's probabilities, all other scores on its features. With those of
Inception-v3 they are the scores of the papers; with others, such as those of `gan_lib.classifier`, they compare only
with scores in the same features.
"""

import warnings

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.distance import cdist
from scipy.special import rel_entr

from gan_lib._checks import check_array, check_count, check_seed


def inception_score(probabilities: ArrayLike, splits: int = 10) -> tuple[float, float]:
    """Compute the Inception Score: how sure a classifier is of each image, and how varied its answers are.

    That is exp(E[KL(p(y|x) || p(y))]) of Salimans et al., "Improved Techniques for Training GANs" (2016), on each of
    several parts of the images.

    Args:
        probabilities: (n, classes), what the classifier says of each image; rows sum to 1.
        splits: into how many consecutive parts the rows are divided; shuffle rows that are sorted by class.

    Returns:
        (mean, std) over the parts, two floats; the score lies between 1 and the number of classes, higher is better.

    Examples:
        >>> mean, _ = inception_score(np.eye(4), splits=1)  # sure of every image, and every answer another
        >>> round(mean, 6)
        4.0

    Raises:
        ValueError: if the rows are no probabilities, or there are fewer rows than parts.
    """
    probabilities = check_rows(probabilities, "probabilities", least=1)
    if probabilities.min() < 0 or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
        raise ValueError("probabilities must be at least 0 and sum to 1 in each row; apply a softmax to logits")
    check_count(splits, "splits")
    if len(probabilities) < splits:
        raise ValueError(f"probabilities has {len(probabilities)} rows for {splits} splits; use more images or fewer splits")
    parts = np.array_split(probabilities / probabilities.sum(axis=1, keepdims=True), splits)
    scores = [np.exp(rel_entr(part, part.mean(axis=0)).sum(axis=1).mean()) for part in parts]
    return float(np.mean(scores)), float(np.std(scores))


def frechet_distance(mean_a: ArrayLike, cov_a: ArrayLike, mean_b: ArrayLike, cov_b: ArrayLike) -> float:
    """Compute the squared Fréchet distance between two normal distributions.

    That is |mean_a - mean_b|^2 + tr(cov_a + cov_b - 2 (cov_a cov_b)^(1/2)) (Dowson and Landau, "The Fréchet
    Distance between Multivariate Normal Distributions", 1982).

    Args:
        mean_a, mean_b: (d,).
        cov_a, cov_b: (d, d), symmetric and positive semidefinite; they may be singular.

    Returns:
        A float, at least 0, in the square of the features' unit.

    Examples:
        >>> round(frechet_distance([0.0], [[1.0]], [3.0], [[4.0]]), 6)  # 3² + (2 - 1)²
        10.0

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a covariance is none.
    """
    mean_a, cov_a = check_normal(mean_a, cov_a, "a")
    mean_b, cov_b = check_normal(mean_b, cov_b, "b")
    if mean_a.shape != mean_b.shape:
        raise ValueError(f"mean_a and mean_b must be equally long; got {mean_a.shape} and {mean_b.shape}")
    return distance_of_factors(mean_a, factor(cov_a, "cov_a"), mean_b, factor(cov_b, "cov_b"))


def fid(real_features: ArrayLike, fake_features: ArrayLike) -> float:
    """Compute the Fréchet distance between two sets of features, each taken for normally distributed.

    With the features of Inception-v3 this is the Fréchet Inception distance of Heusel et al., "GANs Trained by a Two
    Time-Scale Update Rule Converge to a Local Nash Equilibrium" (2017).

    Args:
        real_features, fake_features: (n, d) and (m, d); n and m should be well above d, and the same in all
            distances that are compared, because the distance shrinks as they grow.

    Returns:
        A float, at least 0; lower is better.

    Examples:
        >>> features = np.random.default_rng(0).normal(size=(100, 2))
        >>> round(fid(features, features + [3.0, 0.0]), 6)  # only the mean differs, by 3
        9.0

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a set has fewer than two rows.

    Warns:
        UserWarning: if a set has no more rows than features, so that its covariance is singular.
    """
    real_features, fake_features = check_pair(real_features, fake_features)
    for features, name in ((real_features, "real_features"), (fake_features, "fake_features")):
        if len(features) <= features.shape[1]:
            warnings.warn(
                f"{name} has {len(features)} rows for {features.shape[1]} features: its covariance is singular, and "
                "the distance far too large; use more images",
                stacklevel=2,
            )
    return distance_of_factors(*mean_and_factor(real_features), *mean_and_factor(fake_features))


def kernel_inception_distance(
    real_features: ArrayLike, fake_features: ArrayLike, subset_size: int = 1_000, subsets: int = 20, seed: int = 0
) -> tuple[float, float]:
    """Compute the kernel Inception distance: the squared maximum mean discrepancy with the kernel (x·y / d + 1)^3.

    The estimator is unbiased (Bińkowski et al., "Demystifying MMD GANs", 2018): it has the same mean for any number of
    images, and for equal distributions that mean is 0, so that it can come out below 0.

    Args:
        real_features, fake_features: (n, d) and (m, d).
        subset_size: rows of each set that are drawn, without replacement, for one estimate; n or m if that is less.
        subsets: how many estimates.
        seed: which rows are drawn.

    Returns:
        (mean, std) over the estimates, two floats; lower is better.

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a set has fewer than two rows.
    """
    real_features, fake_features = check_pair(real_features, fake_features)
    check_count(subset_size, "subset_size", least=2)
    check_count(subsets, "subsets")
    check_seed(seed)
    random = np.random.default_rng(seed)
    size = min(subset_size, len(real_features), len(fake_features))
    estimates = []
    for _ in range(subsets):
        real, fake = (x[random.choice(len(x), size, replace=False)] for x in (real_features, fake_features))
        estimates.append(
            mean_off_diagonal(kernel(real, real)) + mean_off_diagonal(kernel(fake, fake)) - 2 * kernel(real, fake).mean()
        )
    return float(np.mean(estimates)), float(np.std(estimates))


def precision_recall(real_features: ArrayLike, fake_features: ArrayLike, k: int = 3) -> tuple[float, float]:
    """Compute precision, the share of generated images that look real, and recall, the share of real ones that are covered.

    An image counts as covered by a set if it lies no farther from one of the set's images than that image's k-th
    nearest neighbour in the set (Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative
    Models", 2019).

    Args:
        real_features, fake_features: (n, d) and (m, d); both depend on n and m, so keep those the same.
        k: which neighbour; a larger one makes both shares larger.

    Returns:
        (precision, recall), two floats in [0, 1]; higher is better.

    Examples:
        >>> points = np.random.default_rng(0).normal(size=(100, 2))
        >>> precision_recall(points, points)
        (1.0, 1.0)
        >>> precision_recall(points, points + 100.0)
        (0.0, 0.0)

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a set has no more than `k` rows.
    """
    real_features, fake_features = check_pair(real_features, fake_features)
    check_count(k, "k")
    if min(len(real_features), len(fake_features)) <= k:
        raise ValueError(f"real_features and fake_features need more than k = {k} rows, or a point has no k-th neighbour")
    precision = covered(fake_features, real_features, reaches(real_features, k)).mean()
    recall = covered(real_features, fake_features, reaches(fake_features, k)).mean()
    return float(precision), float(recall)


def density_coverage(real_features: ArrayLike, fake_features: ArrayLike, k: int = 5) -> tuple[float, float]:
    """Compute density and coverage, which a real image that lies alone does not fool as it does precision and recall.

    Around each real image lies a ball that reaches to its k-th nearest real neighbour. Density counts in how many balls a
    generated image lies, on average, over k; coverage is the share of real images with a generated one in their ball. Balls
    stand around real images alone, so generated ones that lie far from each other cover nothing by luck (Naeem et al.,
    "Reliable Fidelity and Diversity Metrics for Generative Models", 2020).

    Args:
        real_features, fake_features: (n, d) and (m, d).
        k: which neighbour.

    Returns:
        (density, coverage): a float of at least 0, which is 1 on average for equal distributions and can be larger; and a float
        in [0, 1].

    Examples:
        >>> points = np.random.default_rng(0).normal(size=(200, 2))
        >>> density_coverage(points, points + 100.0)
        (0.0, 0.0)

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or the real set has no more than `k` rows.
    """
    real_features, fake_features = check_pair(real_features, fake_features)
    check_count(k, "k")
    if len(real_features) <= k:
        raise ValueError(f"real_features needs more than k = {k} rows, or a point has no k-th neighbour")
    reach = reaches(real_features, k)
    inside = np.zeros(len(real_features))
    for chunk in chunks(fake_features):
        inside += (cdist(chunk, real_features) <= reach).sum(axis=0)
    return float(inside.sum() / (k * len(fake_features))), float(np.mean(inside > 0))


def reaches(features, k):
    """Return how far each row of features (n, d) reaches, float64 (n,): to its k-th neighbour in its own set."""
    return np.concatenate([np.partition(cdist(chunk, features), k, axis=1)[:, k] for chunk in chunks(features)])  # 0 is itself


def covered(features, by, reach):
    """Say which rows of features (n, d), bool (n,), lie within reach (m,) of one of the rows of by (m, d)."""
    return np.concatenate([(cdist(chunk, by) <= reach).any(axis=1) for chunk in chunks(features)])


def chunks(features, size=1_000):
    """Cut rows into parts, because all distances at once would not fit into memory."""
    return np.split(features, range(size, len(features), size))


def kernel(a, b):
    base = a @ b.T / a.shape[1] + 1
    return base * base * base  # a power takes three times as long


def mean_off_diagonal(values):
    n = len(values)
    return (values.sum() - np.trace(values)) / (n * (n - 1))


def distance_of_factors(mean_a, a, mean_b, b):
    """Return the squared Fréchet distance, given factors of the covariances: cov = A A^T, with A (d, any).

    The trace of (cov_a cov_b)^(1/2) is the sum of the singular values of A^T B, so that nothing is inverted and no
    complex number can come up.
    """
    overlap = np.linalg.svd(a.T @ b, compute_uv=False).sum()
    distance = np.sum((mean_a - mean_b) ** 2) + np.sum(a**2) + np.sum(b**2) - 2 * overlap
    return max(float(distance), 0.0)  # rounding can leave it a little below


def mean_and_factor(features):
    """Return the mean (d,) of features (n, d), and a factor of their covariance with as few columns as may be."""
    mean, (n, d) = features.mean(axis=0), features.shape
    if n < d:
        return mean, (features - mean).T / np.sqrt(n - 1)
    return mean, factor(np.atleast_2d(np.cov(features, rowvar=False)), "the covariance of the features")


def factor(covariance, name):
    """Return a matrix A with A A^T = `covariance`."""
    variances, directions = np.linalg.eigh(covariance)
    if variances[0] < -1e-6 * max(variances[-1], 1e-12):
        raise ValueError(f"{name} has the negative eigenvalue {variances[0]:g}: it is no covariance; see numpy.cov")
    return directions * np.sqrt(np.maximum(variances, 0))


def check_normal(mean, covariance, which):
    mean = check_array(mean, f"mean_{which}", ("d",)).astype("float64")
    covariance = check_array(covariance, f"cov_{which}", (len(mean), len(mean))).astype("float64")
    if not np.allclose(covariance, covariance.T, rtol=1e-5, atol=1e-8 * max(np.abs(covariance).max(), 1e-12)):
        raise ValueError(f"cov_{which} must be symmetric; see numpy.cov")
    return mean, covariance


def check_pair(real_features, fake_features):
    real_features = check_rows(real_features, "real_features", least=2)
    fake_features = check_rows(fake_features, "fake_features", least=2)
    if real_features.shape[1] != fake_features.shape[1]:
        raise ValueError(
            "real_features and fake_features must have the same number of columns; got "
            f"{real_features.shape} and {fake_features.shape}"
        )
    return real_features, fake_features


def check_rows(rows, name, least):
    rows = check_array(rows, name, ("n", "d"), least=0)
    if len(rows) < least:
        raise ValueError(f"{name} needs at least {least} rows, one for each image; got {len(rows)}")
    return rows.astype("float64")
