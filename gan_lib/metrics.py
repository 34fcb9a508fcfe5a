"""How far generated images are from real ones, computed on arrays of features in float64; NumPy only."""

import warnings

import numpy as np


def frechet_distance(mean_a, cov_a, mean_b, cov_b):
    """Compute the squared Fréchet distance between two normal distributions.

    That is |mean_a - mean_b|^2 + tr(cov_a + cov_b - 2 (cov_a cov_b)^(1/2)) (Dowson and Landau, "The Fréchet
    Distance between Multivariate Normal Distributions", 1982). The trace of the root is the sum of the singular values of
    A^T B, where cov_a = A A^T and cov_b = B B^T; so nothing is inverted, and no complex number can come up.

    Args:
        mean_a, mean_b: (d,).
        cov_a, cov_b: (d, d), symmetric and positive semidefinite; they may be singular.

    Returns:
        A float, at least 0, in the square of the features' unit.

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a covariance is none.
    """
    mean_a, cov_a = check_normal(mean_a, cov_a, "a")
    mean_b, cov_b = check_normal(mean_b, cov_b, "b")
    if mean_a.shape != mean_b.shape:
        raise ValueError(f"mean_a and mean_b must be equally long; got {mean_a.shape} and {mean_b.shape}")
    overlap = np.linalg.svd(factor(cov_a, "cov_a").T @ factor(cov_b, "cov_b"), compute_uv=False).sum()
    distance = np.sum((mean_a - mean_b) ** 2) + np.trace(cov_a) + np.trace(cov_b) - 2 * overlap
    return max(float(distance), 0.0)  # rounding can leave it a little below


def fid(real_features, fake_features):
    """Compute the Fréchet distance between two sets of features, each taken for normally distributed.

    With the features of Inception-v3 this is the Fréchet Inception distance of Heusel et al. (2017). With others,
    such as those of `gan_lib.classifier`, it compares only with distances in the same features.

    Args:
        real_features, fake_features: (n, d) and (m, d); n and m should be well above d, and the same in all
            distances that are compared, because the distance shrinks as they grow.

    Returns:
        A float, at least 0; lower is better.

    Raises:
        ValueError: if the shapes do not fit, something is not finite, or a set has fewer than two rows.

    Warns:
        UserWarning: if a set has no more rows than features, so that its covariance is singular.
    """
    real_features = check_features(real_features, "real_features")
    fake_features = check_features(fake_features, "fake_features")
    if real_features.shape[1] != fake_features.shape[1]:
        raise ValueError(
            "real_features and fake_features must have the same number of columns; got "
            f"{real_features.shape} and {fake_features.shape}"
        )
    return frechet_distance(*moments(real_features), *moments(fake_features))


def moments(features):
    """Return the mean (d,) and covariance (d, d) of features (n, d)."""
    return features.mean(axis=0), np.atleast_2d(np.cov(features, rowvar=False))


def factor(covariance, name):
    """Return a matrix A with A A^T = `covariance`."""
    variances, directions = np.linalg.eigh(covariance)
    if variances[0] < -1e-6 * max(variances[-1], 1e-12):
        raise ValueError(f"{name} has the negative eigenvalue {variances[0]:g}: it is no covariance; see numpy.cov")
    return directions * np.sqrt(np.maximum(variances, 0))


def check_normal(mean, covariance, which):
    mean, covariance = np.asarray(mean, "float64"), np.asarray(covariance, "float64")
    if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)):
        raise ValueError(
            f"mean_{which} must have the shape (d,) and cov_{which} (d, d); got {mean.shape} and {covariance.shape}"
        )
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
        raise ValueError(f"mean_{which} and cov_{which} must be finite; they hold NaN or infinity")
    if not np.allclose(covariance, covariance.T, rtol=1e-5, atol=1e-8 * max(np.abs(covariance).max(), 1e-12)):
        raise ValueError(f"cov_{which} must be symmetric; see numpy.cov")
    return mean, covariance


def check_features(features, name):
    features = np.asarray(features)
    if features.ndim != 2 or not features.shape[1]:
        raise ValueError(f"{name} must have the shape (n, d), a row for each image; got {features.shape}")
    if len(features) < 2:
        raise ValueError(f"{name} needs at least 2 rows for a covariance; got {len(features)}")
    features = features.astype("float64")
    if not np.isfinite(features).all():
        raise ValueError(f"{name} must be finite; it holds NaN or infinity")
    if len(features) <= features.shape[1]:
        warnings.warn(
            f"{name} has {len(features)} rows for {features.shape[1]} features: its covariance is singular, and the "
            "distance far too large; use more images",
            stacklevel=3,
        )
    return features
