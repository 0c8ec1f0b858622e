"""Build a network with an axis of replicas, apply it, and take it apart."""

from collections.abc import Callable, Sequence

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
from keras import ops
# isort: on

from course_lib._checks import check_array, check_count, check_list
from course_lib.replicas.layer import ReplicaDense, check_activation


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
        check_activation(argument, activation)
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
    replicas = replica_count(model)
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
        starts = sum(isinstance(layer, keras.layers.InputLayer) for layer in decoder.layers)
    except ValueError:  # newer versions of Keras look for other ways themselves
        starts = 2
    if starts > 1:
        raise ValueError(
            f"model must pass everything through its layer 'code', but the output of "
            f"{model.name!r} depends on the input in another way too"
        )
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
    replicas = replica_count(model)
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


def _check_model(model: keras.Model) -> None:
    """Raise TypeError unless `model` is a Keras model."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a Keras model, not {model!r}")


def replica_count(model: keras.Model) -> int:
    """Return how many replicas a model has: the length of its output's middle axis."""
    _check_model(model)
    shape = model.output_shape
    if not isinstance(shape, tuple) or len(shape) != 3:
        raise ValueError(f"model must give (batch, replicas, outputs), not {shape}")
    return shape[1]
