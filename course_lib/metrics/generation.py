"""Scores of generated images.

Taught in the chapter "Generating images" (``chapters/generation.md``).
"""

import numpy as np
from scipy.spatial.distance import cdist

from course_lib._checks import check_array, check_count, check_pair
from course_lib.metrics._arrays import rows_of_features


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the squared Fréchet distance of two Gaussians fitted to two sets of features.

    With means m and covariances C it is
    ``|m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2))``, as used by Heusel and others
    (2017, arXiv:1706.08500) on the features of a classifier.

    Parameters
    ----------
    a, b : array, shape (n, features) and (m, features)
        One row of features for each image; at least two rows each.

    Returns
    -------
    float
        In squared units of the features; 0 for equal means and covariances.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> a = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0], [2.0, 2.0]])
    >>> round(frechet_distance(a, a + [3.0, 4.0]), 6)
    25.0
    """
    a, b = rows_of_features("a", a), rows_of_features("b", b)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"a and b must have as many features, not {a.shape} and {b.shape}")
    cov_a, cov_b = (np.atleast_2d(np.cov(rows.T)) for rows in (a, b))
    # The product has the eigenvalues of a positive semidefinite matrix, up to rounding.
    roots = np.sqrt(np.linalg.eigvals(cov_a @ cov_b).real.clip(0)).sum()
    gap = np.square(a.mean(axis=0) - b.mean(axis=0)).sum()
    return float(gap + np.trace(cov_a) + np.trace(cov_b) - 2 * roots)


def precision_recall(samples: np.ndarray, real: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Return the precision and the recall of samples, in a space of features.

    Around each point lies a ball that reaches its k-th nearest neighbour in its own set. Precision
    is the share of samples inside a ball of a real point, recall the share of real points inside a
    ball of a sample (Kynkäänniemi and others 2019, arXiv:1904.06991).

    Parameters
    ----------
    samples, real : array, shape (n, features) and (m, features)
        One row of features for each image; more than `k` rows each. Both numbers depend on n and
        m: compare models by as many samples each.
    k : int
        Which neighbour the balls reach; the paper's 3.

    Returns
    -------
    precision, recall : float
        In [0, 1].

    Raises
    ------
    ValueError
        If the shapes do not fit or a set has no k-th neighbours.

    Examples
    --------
    >>> real = np.arange(10.0)[:, None]
    >>> precision_recall(real[:5] + 0.5, real, k=1)
    (1.0, 0.6)
    """
    check_count("k", k)
    samples, real = rows_of_features("samples", samples), rows_of_features("real", real)
    if samples.shape[1] != real.shape[1] or min(len(samples), len(real)) <= k:
        raise ValueError(
            f"samples and real must have as many features and more than k={k} rows, not "
            f"{samples.shape} and {real.shape}"
        )
    across = cdist(samples, real)
    reach_real, reach_samples = (
        np.partition(cdist(rows, rows), k, axis=1)[:, k] for rows in (real, samples)
    )
    precision = (across <= reach_real).any(axis=1).mean()
    recall = (across.T <= reach_samples).any(axis=1).mean()
    return float(precision), float(recall)


def importance_weighted_bound(log_weights: np.ndarray, k: int) -> np.ndarray:
    """Return the importance-weighted upper bound on -log p(x), from the logarithms of weights.

    With weights w = p(x, z) / q(z|x) at draws z from q(z|x), the mean of -log of the mean of k
    weights is never below -log p(x) in expectation, and falls with k (Burda, Grosse and
    Salakhutdinov 2016, arXiv:1509.00519). At k = 1 it is the negative ELBO.
    ``importance_bound`` is another name of this function.

    Parameters
    ----------
    log_weights : array, shape (draws, ...)
        log w, where `draws` is a multiple of `k`; every `k` draws give one estimate.
    k : int
        Draws under one logarithm.

    Returns
    -------
    array of the shape after the first axis
        In nats, the mean over the estimates.

    Raises
    ------
    ValueError
        If `k` does not divide the number of draws.

    Examples
    --------
    >>> log_weights = np.log([1.0, 3.0])
    >>> [round(float(importance_weighted_bound(log_weights, k)), 3) for k in (1, 2)]
    [-0.549, -0.693]
    """
    check_count("k", k)
    log_weights = check_array("log_weights", log_weights)
    if log_weights.ndim == 0:
        raise ValueError(f"log_weights must have an axis of draws, not shape {log_weights.shape}")
    if len(log_weights) % k or not len(log_weights):
        raise ValueError(f"k must divide the {len(log_weights)} draws of log_weights, not {k!r}")
    groups = log_weights.reshape(-1, k, *log_weights.shape[1:])
    return (np.log(k) - np.logaddexp.reduce(groups, axis=1)).mean(axis=0)


importance_bound = importance_weighted_bound


def slant(images: np.ndarray, shape: tuple[int, int] | None = None) -> np.ndarray:
    """Return how many columns the ink of each image moves to the right for each row up.

    It is the slope of a linear fit of the column on the row, weighted by the ink: the second
    moments with which handwriting is straightened.

    Parameters
    ----------
    images : array, shape (..., height, width), or (..., pixels) with `shape`
        Ink, not negative; an image without ink has the slant 0.
    shape : (int, int), optional
        Height and width of images that come as rows of pixels.

    Returns
    -------
    array, shape of `images` without the axes of the pixels

    Examples
    --------
    >>> slant(np.eye(5)[::-1]), slant(np.eye(5))
    (np.float64(1.0), np.float64(-1.0))
    """
    images = check_array("images", images).astype(float)
    if shape is not None:
        height, width = (check_count("shape", int(n)) for n in check_pair("shape", shape, above=0))
        if images.ndim < 1 or images.shape[-1] != height * width:
            raise ValueError(
                f"images must have rows of {height * width} pixels for shape={shape!r}, not shape "
                f"{images.shape}"
            )
        images = images.reshape(*images.shape[:-1], height, width)
    if images.ndim < 2 or (images < 0).any():
        raise ValueError(
            "images must be of shape (..., height, width), or come with their shape, and not "
            f"negative; they have shape {images.shape}"
        )
    weight = images / images.sum(axis=(-1, -2), keepdims=True).clip(1e-12)
    row, column = np.mgrid[: images.shape[-2], : images.shape[-1]]
    up, right = (
        axis - (weight * axis).sum(axis=(-1, -2), keepdims=True) for axis in (-row, column)
    )
    both, height = ((weight * up * other).sum(axis=(-1, -2)) for other in (right, up))
    return both / height.clip(1e-12)
