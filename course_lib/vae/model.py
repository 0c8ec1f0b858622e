"""The sampling layer and the model."""

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
    shown,
)
from course_lib.vae.terms import bernoulli_nll, gaussian_nll, kl_divergence

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
