"""What the codes of a model say: information and mismatch, and weights for bounds on log p(x)."""

import math
from collections.abc import Callable

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
from keras import ops
# isort: on

from course_lib._checks import check_array, check_count, check_rng, shown
from course_lib.vae.model import VAE


def split_kl(
    z_mean: np.ndarray, z_log_var: np.ndarray, rng: np.random.Generator, draws: int = 20
) -> tuple[float, float]:
    """Split the mean KL divergence into information and mismatch, by Monte Carlo.

    The mean over the items of KL(q(z|x) || p(z)) is the information that z carries about which
    item it came from, at most log n, plus KL(q(z) || p(z)) of the aggregate posterior q(z), the
    mean of all q(z|x) (Hoffman and Johnson 2016).

    Parameters
    ----------
    z_mean, z_log_var : array, shape (n, latent_dim)
        The codes of n items.
    rng : numpy.random.Generator
        Source of the draws.
    draws : int
        Draws for each item; the memory needed grows with draws * n * n * latent_dim.

    Returns
    -------
    information, mismatch : float
        In nats.

    Examples
    --------
    >>> far, narrow = 10.0 * np.eye(4), np.full((4, 4), -6.0)
    >>> information, mismatch = split_kl(far, narrow, np.random.default_rng(0))
    >>> round(information, 3), round(float(np.log(4)), 3)
    (1.386, 1.386)
    """
    z_mean = check_array("z_mean", z_mean).astype(float)
    z_log_var = check_array("z_log_var", z_log_var).astype(float)
    check_rng(rng)
    check_count("draws", draws)
    if z_mean.ndim != 2 or z_mean.shape != z_log_var.shape:
        raise ValueError(
            "z_mean and z_log_var must both have shape (n, latent_dim), not "
            f"{z_mean.shape} and {z_log_var.shape}"
        )
    rows = np.repeat(np.arange(len(z_mean)), draws)
    sigma = np.exp(0.5 * z_log_var)
    z = z_mean[rows] + sigma[rows] * rng.standard_normal((len(rows), z_mean.shape[1]))
    # Both densities lack the factor (2 pi)^(-latent_dim / 2), which cancels.
    log_q = -0.5 * np.square((z[:, None] - z_mean) / sigma).sum(-1) - np.log(sigma).sum(-1)
    log_aggregate = np.logaddexp.reduce(log_q, axis=1) - math.log(len(z_mean))
    information = (log_q[np.arange(len(z)), rows] - log_aggregate).mean()
    return float(information), float((log_aggregate + 0.5 * np.square(z).sum(axis=1)).mean())


def log_weights(
    model,
    images,
    draws: int,
    rng: np.random.Generator,
    log_prior: Callable[[np.ndarray], np.ndarray] | None = None,
) -> np.ndarray:
    """Draw codes of each image and return the logarithms of their importance weights.

    A weight is p(x | z) p(z) / q(z | x) with z drawn from q(z | x) (Burda et al. 2016,
    arXiv:1509.00519). Their mean is a lower bound on log p(x), the ELBO;
    :func:`course_lib.metrics.importance_weighted_bound` makes tighter ones of them.

    Parameters
    ----------
    model : VAE
        With a decoder of Bernoulli probabilities.
    images : array, shape (n, pixels)
        Pixels that are 0 or 1.
    draws : int
        A multiple of 10: ten draws are decoded at a time.
    rng : numpy.random.Generator
    log_prior : callable, optional
        Another density of codes in the place of the standard normal: from codes, shape (m, d) or
        (m, replicas, d), to the logarithm of their density, shape (m,) or (m, replicas).

    Returns
    -------
    array, shape (draws, n) or (draws, n, replicas)
        In nats.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or shape, or `draws` is not a positive multiple of 10.
    """
    if not isinstance(model, VAE):
        raise TypeError(f"model must be a VAE, not {shown(model)}")
    images = check_array("images", images, axes=2)
    pixels = model.encoder.inputs[0].shape[-1]
    if images.shape[1] != pixels or len(images) == 0:
        raise ValueError(f"images must have shape (n, {pixels}), not {images.shape}")
    check_count("draws", draws)
    check_rng(rng)
    if log_prior is not None and (isinstance(log_prior, type) or not callable(log_prior)):
        raise TypeError(f"log_prior must be a function of codes, not {shown(log_prior)}")
    if draws % 10:
        raise ValueError(f"draws must be a positive multiple of 10, not {draws!r}")
    z_mean, z_log_var = (ops.convert_to_numpy(value) for value in model.encoder(images))
    inked = np.reshape(images, (len(images), *(1,) * (z_mean.ndim - 2), -1)) > 0.5
    weights = []
    for _ in range(draws // 10):
        eps = rng.standard_normal((10, *z_mean.shape), dtype="float32")
        z = z_mean + np.exp(z_log_var / 2) * eps
        flat = z.reshape(-1, *z.shape[2:])
        x_hat = ops.convert_to_numpy(model.decoder(flat))
        x_hat = x_hat.reshape(*z.shape[:-1], x_hat.shape[-1])
        correct = np.where(inked, x_hat, 1 - x_hat)  # the probability of each pixel
        log_q = _log_normal(eps) - 0.5 * z_log_var.sum(axis=-1)
        log_p = _log_normal(z) if log_prior is None else _density(log_prior, flat, z.shape[:-1])
        weights.append(np.log(correct.clip(1e-7)).sum(axis=-1) + log_p - log_q)
    return np.concatenate(weights)


def _log_normal(z: np.ndarray) -> np.ndarray:
    """Return the logarithm of the standard normal density over the last axis."""
    return -0.5 * (z**2 + math.log(2 * math.pi)).sum(axis=-1)


def _density(log_prior: Callable, codes: np.ndarray, shape: tuple) -> np.ndarray:
    found = np.asarray(log_prior(codes))
    if found.shape != codes.shape[:-1]:
        raise ValueError(
            f"log_prior must return shape {codes.shape[:-1]} for codes of shape {codes.shape}, "
            f"not {found.shape}"
        )
    return found.reshape(shape)
