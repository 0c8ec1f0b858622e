"""The two parts of the loss: the divergence of a code and the likelihood of an image."""

import math

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
from keras import ops
# isort: on

from course_lib._checks import check_array


def kl_divergence(z_mean, z_log_var):
    """Return KL(N(z_mean, exp(z_log_var)) || N(0, 1)) for every latent dimension, in nats.

    Sum over the last axis for the divergence of the whole code: with independent dimensions the
    divergences add (Kingma and Welling 2014, appendix B).

    Parameters
    ----------
    z_mean, z_log_var : array, shape (..., latent_dim)
        Mean and logarithm of the variance of each dimension.

    Returns
    -------
    tensor, shape (..., latent_dim)
        Never negative; 0 where the mean is 0 and the variance 1.

    Examples
    --------
    >>> kl_divergence(np.array([0.0, 1.0]), np.array([0.0, 0.0])).numpy().round(3)
    array([0. , 0.5], dtype=float32)
    """
    z_mean, z_log_var = _floats(z_mean=z_mean, z_log_var=z_log_var)
    return 0.5 * (ops.square(z_mean) + ops.exp(z_log_var) - 1 - z_log_var)


def bernoulli_nll(x, x_hat):
    """Return -log p(x) in nats for every pixel, where x is 1 with probability x_hat.

    Parameters
    ----------
    x : array
        Pixels. For values between 0 and 1 this is the cross-entropy, whose minimum is above 0.
    x_hat : array of the same shape
        Probabilities; kept at least 1e-7 away from 0 and 1.

    Returns
    -------
    tensor of the same shape

    Examples
    --------
    >>> bernoulli_nll(np.array([1.0, 0.0]), np.array([0.5, 0.1])).numpy().round(3)
    array([0.693, 0.105], dtype=float32)
    """
    x, x_hat = _floats(x=x, x_hat=x_hat)
    x_hat = ops.clip(x_hat, 1e-7, 1 - 1e-7)
    return -(x * ops.log(x_hat) + (1.0 - x) * ops.log(1.0 - x_hat))


def gaussian_nll(x, x_hat, log_sigma):
    """Return -log p(x) in nats for every pixel, where x has mean x_hat and deviation sigma.

    Parameters
    ----------
    x, x_hat : array
        Pixels and their means.
    log_sigma : array that broadcasts to them
        The logarithm of the standard deviation.

    Returns
    -------
    tensor, shape of `x`
        (x - x_hat)^2 / (2 sigma^2) + log sigma + log(2 pi) / 2. A density: it can be negative.

    Examples
    --------
    >>> gaussian_nll(np.array([1.0, 0.0]), np.array([1.0, 1.0]), 0.0).numpy().round(3)
    array([0.919, 1.419], dtype=float32)
    """
    x, x_hat, log_sigma = _floats(x=x, x_hat=x_hat, log_sigma=log_sigma)
    scaled = (x - x_hat) * ops.exp(-log_sigma)
    return 0.5 * ops.square(scaled) + log_sigma + 0.5 * math.log(2 * math.pi)


def _floats(**arrays):
    """Return the named arrays as tensors of one type, if their shapes broadcast to each other."""
    tensors = []
    for name, array in arrays.items():
        # What Keras computes with is a tensor already, or stands for one.
        if not (ops.is_tensor(array) or isinstance(array, keras.KerasTensor | keras.Variable)):
            array = check_array(name, array, finite=False)
        tensors.append(ops.convert_to_tensor(array, dtype=keras.config.floatx()))
    try:
        np.broadcast_shapes(
            *(tuple(1 if n is None else n for n in tensor.shape) for tensor in tensors)
        )
    except ValueError:
        shapes = " and ".join(str(tuple(tensor.shape)) for tensor in tensors)
        raise ValueError(f"{' and '.join(arrays)} must fit in shape, not {shapes}") from None
    return tensors
