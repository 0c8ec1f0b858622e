"""A mixture of Bernoulli images: a generative model without a network, as a baseline.

Taught in the chapter "Generating images" (``chapters/generation.md``). The scores of generated
images are in :mod:`course_lib.metrics`; their names are kept here too.
"""

from typing import NamedTuple

import numpy as np

from course_lib._checks import check_count, check_rng
from course_lib.metrics._arrays import rows_of_features
from course_lib.metrics.generation import (
    frechet_distance,
    importance_bound,
    importance_weighted_bound,
    precision_recall,
    slant,
)

__all__ = [
    "BernoulliMixture",
    "fit_bernoulli_mixture",
    "frechet_distance",
    "importance_bound",
    "importance_weighted_bound",
    "precision_recall",
    "slant",
]


class BernoulliMixture(NamedTuple):
    """A mixture of Bernoulli images: log weights (k,) and probabilities of ink (k, pixels)."""

    log_weights: np.ndarray
    """Logarithm of each component's weight, shape (k,)."""
    ink: np.ndarray
    """Probability of ink of each component and pixel, shape (k, pixels)."""

    def log_joint(self, x: np.ndarray) -> np.ndarray:
        """Return log of weight times likelihood, shape (n, k), of binary images (n, pixels)."""
        ink = self.ink.clip(1e-7, 1 - 1e-7)
        return x @ np.log(ink).T + (1 - x) @ np.log(1 - ink).T + self.log_weights

    def nll(self, x: np.ndarray) -> float:
        """Return the mean of -log p(x) in nats over binary images, shape (n, pixels)."""
        return float(-np.logaddexp.reduce(self.log_joint(x), axis=1).mean())


def fit_bernoulli_mixture(
    x: np.ndarray, components: int, rng: np.random.Generator, steps: int = 30
) -> BernoulliMixture:
    """Fit a mixture of products of Bernoullis to binary images by the EM algorithm.

    Each component starts at an image drawn without repetition. Every estimate of a probability
    gets half an image of ink and half an image of paper as a prior, so none is 0 or 1.

    Parameters
    ----------
    x : array, shape (n, pixels)
        Images of 0 and 1.
    components : int
        At most n.
    rng : numpy.random.Generator
        Source of the start.
    steps : int
        Iterations.

    Returns
    -------
    BernoulliMixture

    Raises
    ------
    ValueError
        If `x` holds other values, or there are more components than images.

    Examples
    --------
    >>> x = np.repeat([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], 50, axis=0)
    >>> fit = fit_bernoulli_mixture(x, 2, np.random.default_rng(0))
    >>> round(fit.nll(x), 2)
    0.72
    """
    check_count("components", components)
    check_count("steps", steps)
    check_rng(rng)
    x = rows_of_features("x", x)
    if not np.isin(x, (0, 1)).all():
        raise ValueError("x must hold 0 and 1 only")
    if components > len(x):
        raise ValueError(f"components must be at most the {len(x)} images, not {components!r}")
    start = rng.permutation(x)[:components].clip(0.25, 0.75)
    fit = BernoulliMixture(np.full(components, -np.log(components)), start)
    for _ in range(steps):
        joint = fit.log_joint(x)
        share = np.exp(joint - np.logaddexp.reduce(joint, axis=1, keepdims=True))
        size = share.sum(axis=0)
        ink = (share.T @ x + 0.5) / (size[:, None] + 1.0)
        fit = BernoulliMixture(np.log(size.clip(1e-12) / len(x)), ink)
    return fit
