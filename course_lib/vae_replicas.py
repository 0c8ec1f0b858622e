"""Train copies of a variational autoencoder side by side, each with its own beta.

The model is :class:`course_lib.vae.VAE`; what stands here is the plumbing around it, for the
notebook of the chapter "The variational autoencoder" (``chapters/variational.md``).
"""

from collections.abc import Sequence

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
import tensorflow as tf
from keras import ops
# isort: on

from course_lib import metrics
from course_lib._checks import check_count
from course_lib.replicas import ReplicaDense
from course_lib.vae import VAE, kl_divergence

CHUNK = 100
"""Epochs in one call of the compiled step; beta can change between two calls."""


def build(sizes: Sequence[int], replicas: int, *, hidden: str = "relu", **options) -> VAE:
    """Build replicas of a variational autoencoder of dense layers; the decoder mirrors the encoder.

    Parameters
    ----------
    sizes : sequence of int
        From the pixels down to the code: ``(400, 50, 10)`` is 400-50-10-50-400.
    replicas : int
        Number of copies, each with its own initial weights.
    hidden : str
        Activation of the hidden layers. The heads are linear, the output is a sigmoid.
    **options
        Passed to :class:`course_lib.vae.VAE`, whose `likelihood` is "gaussian" and whose `seed`
        is 0 here unless given.

    Returns
    -------
    VAE
        From (batch, pixels), shared by all replicas, to (batch, replicas, pixels).

    Raises
    ------
    ValueError
        If there are fewer than two sizes, or a size or `replicas` is not 1 or more.

    Examples
    --------
    >>> build((9, 4, 2), 3)(np.zeros((5, 9), "float32")).shape
    TensorShape([5, 3, 9])
    """
    for size in sizes:
        check_count("sizes", size)
    if len(sizes) < 2:
        raise ValueError(f"sizes must hold the pixels and the code, not {sizes!r}")
    x = h = keras.Input((sizes[0],))
    for i, units in enumerate(sizes[1:-1]):
        h = ReplicaDense(units, replicas, hidden, seed=[1, i])(h)
    heads = [ReplicaDense(sizes[-1], replicas, seed=[2, i])(h) for i in range(2)]
    z = g = keras.Input((replicas, sizes[-1]))
    for i, units in enumerate(sizes[-2:0:-1]):
        g = ReplicaDense(units, replicas, hidden, seed=[3, i])(g)
    x_hat = ReplicaDense(sizes[0], replicas, "sigmoid", seed=[4])(g)
    options = {"likelihood": "gaussian", "seed": 0} | options
    return VAE(keras.Model(x, heads), keras.Model(z, x_hat), **options)


def fit(model: VAE, x: np.ndarray, *, epochs: int, learning_rate, warm_up=0) -> VAE:
    """Train with Adam, one full batch an epoch, and return the model.

    Parameters
    ----------
    model : VAE
        From :func:`build`.
    x : array, shape (n, pixels)
    epochs : int
        Steps of Adam, a multiple of 100.
    learning_rate : float or keras schedule
    warm_up : float or array, shape (replicas,)
        Epochs during which beta climbs from near 0 to its value, in steps of 100 epochs.

    Returns
    -------
    VAE

    Raises
    ------
    ValueError
        If `epochs` is no multiple of 100.

    Examples
    --------
    >>> model = fit(build((4, 2), 3), np.eye(4, dtype="float32"), epochs=100, learning_rate=0.01)
    >>> tuple(model.beta.shape)
    (3,)
    """
    check_count("epochs", epochs)
    if epochs % CHUNK:
        raise ValueError(f"epochs must be a multiple of {CHUNK}, not {epochs!r}")
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build(model.trainable_variables)
    train, x = _training_loop(model, optimizer), tf.constant(x)
    beta = model.beta.numpy()
    for call in range(epochs // CHUNK):
        share = (call + 0.1) * CHUNK / np.maximum(warm_up, 0.1)
        model.beta.assign(beta * np.minimum(1, share))
        train(x)
    return model


def _training_loop(model: VAE, optimizer: keras.optimizers.Optimizer):
    """Compile a function that takes CHUNK steps; a loop within costs half of a call for each."""
    variables = model.trainable_variables

    @tf.function(jit_compile=True)
    def train(x):
        for _ in tf.range(CHUNK):
            with tf.GradientTape() as tape:
                model(x, training=True)
                loss = sum(model.losses)
            optimizer.apply(tape.gradient(loss, variables), variables)

    return train


def decode(decoder: keras.Model, z: np.ndarray) -> np.ndarray:
    """Decode codes of each replica; replicas come first, in and out.

    Parameters
    ----------
    decoder : keras.Model
        From (batch, replicas, latent_dim) to (batch, replicas, pixels).
    z : array, shape (replicas, n, latent_dim)

    Returns
    -------
    array, shape (replicas, n, pixels)

    Examples
    --------
    >>> decode(build((9, 2), 3).decoder, np.zeros((3, 5, 2))).shape
    (3, 5, 9)
    """
    return ops.convert_to_numpy(decoder(np.swapaxes(z, 0, 1))).swapaxes(0, 1)


def judge(model: VAE, x: np.ndarray) -> dict[str, np.ndarray]:
    """Measure what each replica does with the images, by the means of their codes.

    Parameters
    ----------
    model : VAE
        From :func:`build`.
    x : array, shape (n, pixels)

    Returns
    -------
    dict of str to array
        ``x_hat``, shape (replicas, n, pixels): the means, decoded. ``own``: how many of them have
        their own image as the nearest. ``kl`` and ``kl_by_dimension``: mean divergence, nats.
        ``active``: active units. ``dead``: units of the first hidden layer that are not above 0
        for any image. ``left``: see :func:`left`. ``contrast``: the largest standard deviation of
        a pixel of `x_hat` over the images; 0 where all come out the same. ``sigma`` of the
        likelihood. ``size``: parameters of one replica. The replicas are the first axis.

    Examples
    --------
    >>> result = judge(build((9, 2), 3), np.eye(9, dtype="float32"))
    >>> result["kl"].shape, result["kl_by_dimension"].shape
    ((3,), (3, 2))
    """
    z_mean, z_log_var = (ops.convert_to_numpy(z).swapaxes(0, 1) for z in model.encoder(x))
    x_hat = decode(model.decoder, z_mean)
    kl = ops.convert_to_numpy(kl_divergence(z_mean, z_log_var)).mean(axis=1)
    first = keras.Model(model.encoder.input, model.encoder.layers[1].output)
    size = model.encoder.count_params() + model.decoder.count_params()
    return {
        "x_hat": x_hat,
        "own": own(x_hat, x),
        "kl": kl.sum(axis=-1),
        "kl_by_dimension": kl,
        "active": metrics.active_units(z_mean),
        "dead": (ops.convert_to_numpy(first(x)).max(axis=0) <= 0).sum(axis=-1),
        "left": left(x_hat, x),
        "contrast": x_hat.std(axis=1).max(axis=-1),
        "sigma": np.exp(model.log_sigma.numpy()),
        "size": np.full(len(x_hat), size // len(x_hat)),
    }


def own(x_hat: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Count the reconstructions whose nearest image is their own original.

    Parameters
    ----------
    x_hat : array, shape (..., n, pixels)
    x : array, shape (n, pixels)

    Returns
    -------
    int or array of int, shape (...)

    Examples
    --------
    >>> x = np.eye(3)
    >>> int(own(0.6 * x, x)), int(own(x[[0, 2, 1]], x))
    (3, 1)
    """
    return (metrics.nearest(x_hat, x, "euclidean").index == np.arange(len(x))).sum(axis=-1)


def left(x_hat: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the share of the variance of the images that reconstructions leave over.

    Parameters
    ----------
    x_hat : array, shape (..., n, pixels)
    x : array, shape (n, pixels)

    Returns
    -------
    float or array of float, shape (...)
        0 for exact reconstructions, 1 where each is the average image.

    Examples
    --------
    >>> x = np.eye(4)
    >>> float(left(x, x)), float(left(np.full((4, 4), x.mean(axis=0)), x))
    (0.0, 1.0)
    """
    return np.square(x_hat - x).mean(axis=(-2, -1)) / x.var(axis=0).mean()
