"""Train R independently initialised copies of a small network as one Keras model.

A network of a few hundred weights leaves a processor idle most of the time: one training of thirty
seeds costs hardly more than one of a single seed. Every weight array here has a first axis that
counts **replicas**, and one compiled loop trains them all. The replicas do not influence each
other: each has its own weights, and Adam scales every weight by its own gradients only.

Inside a Keras model an array is (batch, replicas, features), since Keras wants the batch first.
Outside, the axis of replicas comes first, everywhere in the course: :func:`predict` translates.

Taught in the chapter "The undercomplete autoencoder" (``chapters/undercomplete.md``).
"""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
import tensorflow as tf
from keras import ops
# isort: on

from course_lib._checks import (
    check_array,
    check_choice,
    check_count,
    check_flag,
    check_list,
    check_number,
)

CHUNK = 500
"""Epochs in one call of the compiled training loop; Ctrl-C takes effect between two calls."""
FEW = 32
"""Up to this many weights, a layer multiplies and adds instead of calling a matrix product."""


@keras.saving.register_keras_serializable(package="course_lib")
class ReplicaDense(keras.layers.Layer):
    """A dense layer for every replica, from (batch, replicas, features) to the same with units.

    Replica ``r`` computes ``activation(x[:, r] @ kernel[r] + bias[r])``. An input of the shape
    (batch, features) is shared by all replicas. Kernels start from the
    uniform distribution of Glorot and Bengio (2010, equation 16), with the fan-in and fan-out of
    one replica; biases start at 0. Replica ``r`` starts from the same weights however many
    replicas there are.

    Parameters
    ----------
    units : int
        Outputs of each replica.
    replicas : int
        Number of copies, the length of the middle axis.
    activation : str, callable or None
        As in :class:`keras.layers.Dense`; None is the identity.
    seed : int, sequence of int or None
        Fixes the initial kernels. None draws a seed from :mod:`random`, which
        :func:`keras.utils.set_random_seed` fixes.
    **kwargs
        Passed to :class:`keras.layers.Layer`, for instance ``name``.

    Raises
    ------
    ValueError
        If `units` or `replicas` is not a whole number of 1 or more, or the input has
        neither shape.

    Examples
    --------
    >>> layer = ReplicaDense(4, replicas=3, seed=0)
    >>> tuple(layer(np.ones((8, 3, 5))).shape)
    (8, 3, 4)
    """

    def __init__(
        self,
        units: int,
        replicas: int,
        activation: str | Callable | None = None,
        seed: int | Sequence[int] | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = check_count("units", units)
        self.replicas = check_count("replicas", replicas)
        self.activation = _activation("activation", activation)
        if seed is not None:
            for number in seed if isinstance(seed, list | tuple) else (seed,):
                check_count("seed", number, least=0)
        self.seed = random.randrange(2**31) if seed is None else seed

    def build(self, input_shape):
        """Create the weights for the features of an input of the shape `input_shape`."""
        if len(input_shape) not in (2, 3) or (
            len(input_shape) == 3 and input_shape[1] != self.replicas
        ):
            raise ValueError(
                f"ReplicaDense with replicas={self.replicas} needs an input of shape "
                f"(batch, {self.replicas}, features) or (batch, features), not {tuple(input_shape)}"
            )
        shape = (self.replicas, input_shape[-1], self.units)
        limit = math.sqrt(6 / (shape[1] + shape[2]))
        kernel = np.random.default_rng(self.seed).uniform(-limit, limit, shape)
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=keras.initializers.Constant(kernel)
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.replicas, self.units), initializer="zeros"
        )

    def call(self, inputs):
        """Apply every replica to its own slice of the middle axis, or all to the shared input."""
        _, features, units = self.kernel.shape
        if len(inputs.shape) == 2:
            products = ops.einsum("bi,rio->bro", inputs, self.kernel)
        elif features * units <= FEW:  # XLA fuses this; a call for each tiny product costs more
            products = ops.sum(inputs[..., None] * self.kernel, axis=2)
        else:
            products = ops.einsum("bri,rio->bro", inputs, self.kernel)
        return self.activation(products + self.bias)

    def compute_output_shape(self, input_shape):
        """Return (batch, replicas, units)."""
        return (input_shape[0], self.replicas, self.units)

    def get_config(self):
        """Return what the constructor needs to build the layer again."""
        return super().get_config() | {
            "units": self.units,
            "replicas": self.replicas,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }


def build_mlp(
    sizes: Sequence[int],
    replicas: int,
    *,
    hidden: str | Callable = "tanh",
    code: str | Callable = "tanh",
    output: str | Callable = "sigmoid",
    seed: int = 0,
) -> keras.Model:
    """Build `replicas` copies of a multilayer perceptron, each with its own initial weights.

    Parameters
    ----------
    sizes : sequence of int
        Features of the input, units of each layer: ``[35, 10, 2, 10, 35]`` is an autoencoder with
        a code of 2 numbers. The code is the middle layer where the sizes read the same in both
        directions, else the narrowest layer between input and output.
    replicas : int
        Number of copies.
    hidden, code, output : str or callable
        Activation of the hidden layers, of the code and of the last layer ("linear" for none).
    seed : int
        Fixes all initial weights.

    Returns
    -------
    keras.Model
        From (batch, sizes[0]), shared by all replicas, to (batch, replicas, sizes[-1]). Its layers
        are named ``hidden_1``, ..., ``code``, ..., ``output``.

    Raises
    ------
    ValueError
        If there are fewer than two sizes or a size is not a whole number of 1 or more.

    Examples
    --------
    >>> model = build_mlp([35, 10, 2, 10, 35], replicas=30)
    >>> model.count_params() // 30
    797
    """
    sizes = [check_count("sizes", size) for size in check_list("sizes", sizes)]
    check_count("replicas", replicas)
    check_count("seed", seed, least=0)
    for argument, activation in (("hidden", hidden), ("code", code), ("output", output)):
        _activation(argument, activation)
    if len(sizes) < 2:
        raise ValueError(f"sizes must hold an input and at least one layer, not {sizes}")
    widths = dict(enumerate(sizes[1:-1], start=1))
    at = len(sizes) // 2 if sizes == sizes[::-1] else min(widths, key=widths.get, default=0)
    x = inputs = keras.Input((sizes[0],), name="input")
    for i, units in enumerate(sizes[1:], start=1):
        if i == len(sizes) - 1:
            name, activation = "output", output
        elif i == at:
            name, activation = "code", code
        else:
            name, activation = f"hidden_{i if i < at or not at else i - 1}", hidden
        x = ReplicaDense(units, replicas, activation, seed=[seed, i], name=name)(x)
    return keras.Model(inputs, x, name="replicas")


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
    >>> x = np.eye(4)
    >>> model = build_mlp([4, 2, 4], replicas=5)
    >>> history = fit(model, x, x, epochs=20)
    >>> history.shape, bool(history[-1] < history[0])
    ((20,), True)
    """
    _replicas(model)
    check_count("epochs", epochs)
    check_number("learning_rate", learning_rate, above=0)
    check_choice("schedule", schedule, ("cosine", "constant"))
    check_flag("per_replica", per_replica)
    loss = _known("loss", loss, keras.losses.get)
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


def predict(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Apply every replica to the same inputs, or each to its own.

    Inside a Keras model the axis of replicas stands between samples and features; outside, here
    and everywhere else in the course, it comes first. This function turns one into the other, so
    ``predict(decoder, predict(encoder, x))`` is ``predict(model, x)`` for the two halves that
    :func:`split` returns.

    Parameters
    ----------
    model : keras.Model
        From :func:`build_mlp`, or a half of such a model from :func:`split`.
    x : array, shape (samples, features) or (replicas, samples, features)
        Inputs that all replicas share. The decoder of :func:`split` also takes inputs of its own
        for each replica.

    Returns
    -------
    array of float32, shape (replicas, samples, outputs)
        The outputs of each replica.

    Raises
    ------
    TypeError
        If `model` is not a Keras model or `x` not an array of numbers.
    ValueError
        If the model has no axis of replicas, or `x` is of another shape than the model expects.

    Examples
    --------
    >>> model = build_mlp([4, 2, 4], replicas=5)
    >>> predict(model, np.eye(4)).shape
    (5, 4, 4)
    >>> encoder, decoder = split(model)
    >>> codes = predict(encoder, np.eye(4))
    >>> codes.shape, predict(decoder, codes).shape, predict(decoder, np.zeros((9, 2))).shape
    ((5, 4, 2), (5, 4, 4), (5, 9, 4))
    """
    replicas = _replicas(model)
    x = check_array("x", x).astype("float32")
    own = len(model.input_shape) == 3
    features = model.input_shape[-1]
    if own and x.ndim == 2:
        x = np.broadcast_to(x, (replicas, *x.shape))
    if x.ndim != 2 + own or x.shape[-1] != features or (own and len(x) != replicas):
        accepted = f"(samples, {features})"
        accepted += f" or ({replicas}, samples, {features})" if own else ""
        raise ValueError(f"x must have shape {accepted}, not {x.shape}")
    x = x.swapaxes(0, 1) if own else x  # as the model has it: samples first
    outputs = np.empty((replicas, len(x), model.output_shape[-1]), dtype="float32")
    rows = max(1, 2**20 // replicas)  # bounds the memory that the hidden layers take
    for start in range(0, len(x), rows):
        predicted = ops.convert_to_numpy(model(x[start : start + rows]))
        outputs[:, start : start + rows] = predicted.transpose(1, 0, 2)
    return outputs


def split(model: keras.Model) -> tuple[keras.Model, keras.Model]:
    """Return encoder and decoder of an autoencoder, cut at its layer ``code``.

    Both are plain Keras models that *share* their weights with `model`: nothing is copied, and
    training one of the three changes the others.

    Parameters
    ----------
    model : keras.Model
        From :func:`build_mlp`, or one replica of it from :func:`replica`, or any other model with
        one input, one output and a layer called ``code`` through which everything passes.

    Returns
    -------
    encoder, decoder : keras.Model
        For a model of replicas, from (batch, features) to (batch, replicas, code) and from there
        to (batch, replicas, outputs); :func:`predict` feeds both and has the replicas first. For
        a single network, from (batch, features) to (batch, code) and on to (batch, outputs).

    Raises
    ------
    TypeError
        If `model` is not a Keras model.
    ValueError
        If it has no layer ``code``, or the output depends on the input in another way too.

    Examples
    --------
    >>> encoder, decoder = split(replica(build_mlp([4, 2, 4], replicas=5), 3))
    >>> encoder.output_shape, decoder.output_shape
    ((None, 2), (None, 4))
    """
    _check_model(model)
    names = [layer.name for layer in model.layers]
    if "code" not in names:
        raise ValueError(f"model must have a layer called 'code', not only {', '.join(names)}")
    code = model.get_layer("code").output
    try:
        decoder = keras.Model(code, model.output, name="decoder")
    except ValueError:
        raise ValueError(
            f"model must pass everything through its layer 'code', but the output of "
            f"{model.name!r} depends on the input in another way too"
        ) from None
    return keras.Model(model.input, code, name="encoder"), decoder


def replica(model: keras.Model, i: int) -> keras.Model:
    """Return replica `i` as a plain Keras model with Dense layers of the same names.

    Parameters
    ----------
    model : keras.Model
        A stack of :class:`ReplicaDense` layers, for instance from :func:`build_mlp`.
    i : int
        Which replica, from 0; negative numbers count from the end.

    Returns
    -------
    keras.Model
        From (batch, features) to (batch, outputs). It holds copies of the weights: training one
        of the two models leaves the other alone.

    Raises
    ------
    TypeError
        If the model has a layer that is not a :class:`ReplicaDense`.
    ValueError
        If there is no replica `i`.

    Examples
    --------
    >>> model = build_mlp([4, 2, 4], replicas=5)
    >>> single = replica(model, 3)
    >>> x = np.eye(4, dtype="float32")
    >>> bool(np.allclose(single.predict(x, verbose=0), predict(model, x)[3], atol=1e-5))
    True
    """
    replicas = _replicas(model)
    check_count("i", i, -replicas, replicas - 1)
    x = inputs = keras.Input(model.input_shape[-1:], name="input")
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if not isinstance(layer, ReplicaDense):
            raise TypeError(f"layer {layer.name!r} is a {type(layer).__name__}, not a ReplicaDense")
        dense = keras.layers.Dense(layer.units, activation=layer.activation, name=layer.name)
        x = dense(x)
        dense.set_weights([weight[i] for weight in layer.get_weights()])
    return keras.Model(inputs, x, name=f"replica_{i % replicas}")


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


def _check_model(model: keras.Model) -> None:
    """Raise TypeError unless `model` is a Keras model."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, not {model!r}")


def _replicas(model: keras.Model) -> int:
    """Return how many replicas a model has: the length of its output's middle axis."""
    _check_model(model)
    shape = model.output_shape
    if not isinstance(shape, tuple) or len(shape) != 3:
        raise ValueError(f"model must give (batch, replicas, outputs), not {shape}")
    return shape[1]


def _activation(argument: str, activation: str | Callable | None) -> Callable:
    """Return an activation by its name or as it is."""
    return _known(argument, activation, keras.activations.get, none=True)


def _known(argument: str, value: str | Callable | None, get: Callable, none: bool = False):
    """Return what Keras knows by the name `value`, or `value` if it is a function."""
    if not (isinstance(value, str) or callable(value) or (none and value is None)):
        raise TypeError(f"{argument} must be a name that Keras knows or a function, not {value!r}")
    try:
        return get(value)
    except ValueError:
        raise ValueError(f"{argument} must be a name that Keras knows, not {value!r}") from None
