"""Train all replicas in one compiled loop."""

from collections.abc import Callable

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
import tensorflow as tf
from keras import ops
# isort: on

from course_lib._checks import check_array, check_choice, check_count, check_flag, check_number
from course_lib.replicas.layer import known
from course_lib.replicas.model import replica_count

CHUNK = 500
"""Epochs in one call of the compiled training loop; Ctrl-C takes effect between two calls."""


def fit(
    model: keras.Model,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epochs: int,
    learning_rate: float = 0.01,
    schedule: str = "cosine",
    loss: str | Callable = "binary_crossentropy",
    per_replica: bool = False,
) -> np.ndarray:
    """Train all replicas on the same data with Adam, one full batch an epoch.

    The loss is each replica's mean over samples and features, *summed* over replicas: the gradient
    of a replica is then the one it would have if it were trained alone. The whole step is compiled
    by XLA and looped inside the compiled program, so an epoch costs no Python.

    Parameters
    ----------
    model : keras.Model
        From :func:`build_mlp`, or any model from (batch, features) to (batch, replicas, outputs).
    x, y : array, shape (samples, features) and (samples, outputs)
        Inputs and targets, shared by all replicas. For an autoencoder they are the same, for a
        denoising one `x` is noisy and `y` clean. Either may be a *pool* of shape
        (batches, samples, features): epoch t then uses its batch t modulo `batches`, which gives
        fresh noise, or minibatches, without the cost of drawing them inside the loop.
    epochs : int
        Number of steps of Adam.
    learning_rate : float
        Step size of Adam, the first one if it decays.
    schedule : "cosine" or "constant"
        "cosine" lets the learning rate fall to 0 along half a cosine over all epochs.
    loss : str or callable
        Name of a Keras loss, or a function of (y_true, y_pred) that returns one value for each
        sample and replica, an array of shape (samples, replicas).
    per_replica : bool
        Return the loss of each replica instead of their mean.

    Returns
    -------
    array, shape (epochs,) or (epochs, replicas)
        The loss before each step, mean over replicas or of each one.

    Raises
    ------
    ValueError
        If shapes, `epochs`, `learning_rate`, `schedule` or `loss` are not as described.

    Examples
    --------
    >>> from course_lib.replicas import build_mlp
    >>> x = np.eye(4)
    >>> model = build_mlp([4, 2, 4], replicas=5)
    >>> history = fit(model, x, x, epochs=20)
    >>> history.shape, bool(history[-1] < history[0])
    ((20,), True)
    """
    replica_count(model)
    check_count("epochs", epochs)
    check_number("learning_rate", learning_rate, above=0)
    check_choice("schedule", schedule, ("cosine", "constant"))
    check_flag("per_replica", per_replica)
    loss = known("loss", loss, keras.losses.get)
    x, y = _pool("x", x, model.input_shape[-1]), _pool("y", y, model.output_shape[-1])
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x has {x.shape[1]} samples but y has {y.shape[1]}")
    rate = learning_rate
    if schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(learning_rate, epochs)
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    train = _training_loop(model, optimizer, loss)
    x, y = tf.constant(x), tf.constant(y)
    train = train.get_concrete_function(x, y, tf.constant(0), tf.constant(1))
    history = []
    for start in range(0, epochs, CHUNK):
        steps = min(CHUNK, epochs - start)
        history.append(train(x, y, tf.constant(start), tf.constant(steps)).numpy()[:steps])
    history = np.concatenate(history)
    return history if per_replica else history.mean(axis=1)


def _training_loop(model: keras.Model, optimizer: keras.optimizers.Optimizer, loss: Callable):
    """Compile a function that takes up to CHUNK steps and returns the loss before each of them."""
    per_sample = loss.call if isinstance(loss, keras.losses.Loss) else loss
    variables, replicas = model.trainable_variables, model.output_shape[1]

    def objective(x, y):
        targets = ops.broadcast_to(y[:, None], (len(y), replicas, y.shape[1]))
        losses = per_sample(targets, model(x, training=True))
        if tuple(losses.shape) != tuple(targets.shape[:2]):
            raise ValueError(f"loss must return shape (samples, replicas), not {losses.shape}")
        return ops.mean(losses, axis=0)

    @tf.function(jit_compile=True)
    def train(x, y, start, steps):
        # A while loop and gather, not range and indexing: XLA would compile again for each value
        # of `steps` or `start`.
        history = tf.TensorArray("float32", CHUNK, element_shape=(replicas,))
        step = tf.constant(0)
        while step < steps:
            epoch = start + step
            with tf.GradientTape() as tape:
                means = objective(tf.gather(x, epoch % len(x)), tf.gather(y, epoch % len(y)))
                value = ops.sum(means)
            optimizer.apply(tape.gradient(value, variables), variables)
            history = history.write(step, means)
            step += 1
        return history.stack()

    return train


def _pool(name: str, array: np.ndarray, features: int) -> np.ndarray:
    """Check the shape of inputs or targets and return them as (batches, samples, features)."""
    array = check_array(name, array).astype("float32")
    if array.ndim not in (2, 3) or array.shape[-1] != features or 0 in array.shape:
        raise ValueError(
            f"{name} must have shape (samples, {features}) or (batches, samples, {features}), "
            f"not {array.shape}"
        )
    return array if array.ndim == 3 else array[None]
