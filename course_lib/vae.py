"""The variational autoencoder: sampling layer, its two likelihoods, and the model.

Taught in the chapter "The variational autoencoder" (``chapters/variational.md``). Its notebook
shows the plain model, with the same :class:`Sampling` and the same loss for binary pixels. What
this one adds is a choice of the likelihood, a learned sigma, a condition, and replicas.

Nothing here asks how encoder and decoder are made. An axis of replicas between batch and features
(:mod:`course_lib.replicas`) is carried along: each replica then has its own loss.
"""

import math

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
from keras import ops
# isort: on

from course_lib._checks import (
    check_array,
    check_choice,
    check_count,
    check_flag,
    check_number,
    check_rng,
    shown,
)

LIKELIHOODS = ("bernoulli", "gaussian")
REDUCTIONS = ("sum", "mean")


@keras.saving.register_keras_serializable(package="course_lib")
class Sampling(keras.layers.Layer):
    """Draw z from a Gaussian with diagonal covariance, so that gradients reach its parameters.

    The reparametrisation of Kingma and Welling (2014, section 2.4): with eps from N(0, I),
    z = mean + exp(log_var / 2) * eps has the right distribution and is a differentiable function
    of mean and log_var.

    Parameters
    ----------
    seed : int or None
        Fixes the draws. None takes a seed from what :func:`keras.utils.set_random_seed` fixes.
    **kwargs
        Passed to :class:`keras.layers.Layer`, for instance ``name``.

    Examples
    --------
    >>> z = Sampling(seed=0)([np.zeros((8, 2)), np.zeros((8, 2))])
    >>> tuple(z.shape)
    (8, 2)
    """

    def __init__(self, seed: int | None = None, **kwargs):
        super().__init__(**kwargs)
        if seed is not None:
            check_count("seed", seed, least=0)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs):
        """Return one draw for each entry of ``inputs``, a pair (z_mean, z_log_var)."""
        z_mean, z_log_var = inputs
        eps = keras.random.normal(ops.shape(z_mean), seed=self.generator)
        return z_mean + ops.exp(0.5 * z_log_var) * eps

    def get_config(self):
        """Return what the constructor needs to build the layer again."""
        return super().get_config() | {"seed": self.seed}


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


class VAE(keras.Model):
    """A variational autoencoder from an encoder and a decoder; its loss is -ELBO where beta is 1.

    Compile it with an optimizer and no loss and fit it with the images alone: `call` adds the loss.

    Parameters
    ----------
    encoder : keras.Model
        From images to a pair (z_mean, z_log_var), each of shape (batch, latent_dim) or, with an
        axis of replicas, (batch, replicas, latent_dim); the images may then lack that axis.
    decoder : keras.Model
        From z to means of the pixels, of the shape of the images.
    likelihood : "bernoulli" or "gaussian"
        What the decoder's output means. "bernoulli" needs outputs in (0, 1).
    sigma : float
        Standard deviation of a pixel under "gaussian". The default makes the squared error itself
        the reconstruction term, up to a constant.
    learn_sigma : bool
        Let training choose sigma, one for all pixels, from `sigma` on (Rybkin and others 2021).
    reduction : "sum" or "mean"
        How the pixels of one image are put together. "sum" gives the likelihood. "mean" divides
        by the number D of pixels, which amounts to D times the `beta`.
    beta : float or array, shape (replicas,)
        Weight of the KL divergence (Higgins and others 2017). ``vae.beta.assign(...)`` changes it
        between epochs.
    seed : int or None
        Fixes the draws of z.

    Attributes
    ----------
    beta, log_sigma : keras.Variable
        One number each, or one for each replica.

    Raises
    ------
    ValueError
        If `likelihood` or `reduction` is not one of those named, if `sigma` is not above 0, or if
        `beta` is negative or has another shape.

    Notes
    -----
    For a conditional model fit with a list ``[images, condition, ...]``: the encoder gets the
    list, the decoder ``[z, condition, ...]``.

    ``fit`` records ``reconstruction`` and ``kl`` in nats, means over the batch and the replicas.

    Examples
    --------
    >>> x = inputs = keras.Input((4,))
    >>> encoder = keras.Model(inputs, [keras.layers.Dense(2)(x), keras.layers.Dense(2)(x)])
    >>> decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, "sigmoid")])
    >>> vae = VAE(encoder, decoder, seed=0)
    >>> vae.compile("adam")
    >>> history = vae.fit(np.eye(4), epochs=2, verbose=0).history
    >>> sorted(history)
    ['kl', 'loss', 'reconstruction']
    """

    def __init__(
        self,
        encoder: keras.Model,
        decoder: keras.Model,
        *,
        likelihood: str = "bernoulli",
        sigma: float = math.sqrt(0.5),
        learn_sigma: bool = False,
        reduction: str = "sum",
        beta=1.0,
        seed: int | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        for argument, half in (("encoder", encoder), ("decoder", decoder)):
            if not isinstance(half, keras.Model):
                raise TypeError(f"{argument} must be a Keras model, not {shown(half)}")
        if not isinstance(encoder.output, list | tuple) or len(encoder.output) != 2:
            raise ValueError("encoder must give two outputs, z_mean and z_log_var, not one")
        check_choice("likelihood", likelihood, LIKELIHOODS)
        check_choice("reduction", reduction, REDUCTIONS)
        check_number("sigma", sigma, above=0)
        check_flag("learn_sigma", learn_sigma)
        self.encoder, self.decoder = encoder, decoder
        self.likelihood, self.reduction = likelihood, reduction
        self.sampling = Sampling(seed)
        replicas = tuple(encoder.output[0].shape[1:-1])
        self.log_sigma = self._number("log_sigma", math.log(sigma), replicas, learn_sigma)
        self.beta = self._number("beta", beta, replicas, False)
        self.reconstruction = keras.metrics.Mean("reconstruction")
        self.kl = keras.metrics.Mean("kl")

    def call(self, inputs):
        """Encode, draw, decode; add the loss; return the decoder's output."""
        x, *conditions = inputs if isinstance(inputs, list | tuple) else [inputs]
        z_mean, z_log_var = self.encoder(inputs)
        z = self.sampling([z_mean, z_log_var])
        x_hat = self.decoder([z, *conditions] if conditions else z)
        reconstruction = self.reconstruction_loss(x, x_hat)
        kl = ops.sum(kl_divergence(z_mean, z_log_var), axis=-1)
        # The mean over the batch; replicas, if any, are summed: each keeps its own gradient.
        self.add_loss(ops.sum(ops.mean(reconstruction + self.beta * kl, axis=0)))
        self.reconstruction.update_state(reconstruction)
        self.kl.update_state(kl)
        return x_hat

    def reconstruction_loss(self, x, x_hat):
        """Return the reconstruction term of every image, shape (batch,) or (batch, replicas)."""
        first = 1 + len(self.beta.shape)
        if len(x.shape) < len(x_hat.shape):
            x = ops.expand_dims(x, 1)  # images that all replicas share
        if self.likelihood == "bernoulli":
            nll = bernoulli_nll(x, x_hat)
        else:
            pixel_axes = (1,) * (len(x_hat.shape) - first)
            log_sigma = ops.reshape(self.log_sigma, (*self.log_sigma.shape, *pixel_axes))
            nll = gaussian_nll(x, x_hat, log_sigma)
        reduce = ops.sum if self.reduction == "sum" else ops.mean
        return reduce(nll, axis=tuple(range(first, len(x_hat.shape))))

    def _number(self, name: str, value, shape: tuple, trainable: bool) -> keras.Variable:
        """Create a weight that holds `value`, or one value for each replica."""
        value = check_array(name, value).astype("float32")
        if value.shape not in ((), shape) or (name == "beta" and not (value >= 0).all()):
            raise ValueError(f"{name} must be a number, or {shape} of them, >= 0, not {value!r}")
        start = keras.initializers.Constant(np.broadcast_to(value, shape))
        return self.add_weight(name=name, shape=shape, initializer=start, trainable=trainable)


def log_weights(model, images, draws: int, rng: np.random.Generator) -> np.ndarray:
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
    if draws % 10:
        raise ValueError(f"draws must be a positive multiple of 10, not {draws!r}")
    z_mean, z_log_var = (ops.convert_to_numpy(value) for value in model.encoder(images))
    inked = np.reshape(images, (len(images), *(1,) * (z_mean.ndim - 2), -1)) > 0.5
    weights = []
    for _ in range(draws // 10):
        eps = rng.standard_normal((10, *z_mean.shape), dtype="float32")
        z = z_mean + np.exp(z_log_var / 2) * eps
        x_hat = ops.convert_to_numpy(model.decoder(z.reshape(-1, *z.shape[2:])))
        x_hat = x_hat.reshape(*z.shape[:-1], x_hat.shape[-1])
        correct = np.where(inked, x_hat, 1 - x_hat)  # the probability of each pixel
        log_ratio = 0.5 * (eps**2 + z_log_var - z**2).sum(axis=-1)  # of prior and q at z
        weights.append(np.log(correct.clip(1e-7)).sum(axis=-1) + log_ratio)
    return np.concatenate(weights)


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
