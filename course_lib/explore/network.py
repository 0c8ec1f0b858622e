"""A Keras model as a short list of layers and arrays, for a browser that has no Keras.

`export` walks a model once and returns a `Network`. The explorers send it to the page, where
`static/network.js` computes the same function. `Network` is also a NumPy implementation of that
function: it checks the export against the model, and it serves the explorers in the kernel.

The module never imports Keras: it reads class names, configurations and weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ._checks import check_model
from ._forward import KINDS, activate

ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid", "softplus")
IDENTITY_LAYERS = (
    "InputLayer",
    "Dropout",
    "SpatialDropout2D",
    "GaussianNoise",
    "GaussianDropout",
    "ActivityRegularization",
)
MAX_FLOAT32_BYTES = 300_000  # larger sets of weights travel as float16: pages stay light
TOLERANCE = 1e-4  # largest accepted difference to the model, relative to its largest output


@dataclass(frozen=True)
class Network:
    """A chain of layers that a browser can run.

    Attributes
    ----------
    layers : tuple of dict
        One description a layer: its kind, its sizes, and the positions of its arrays.
    arrays : tuple of numpy.ndarray
        All weights, float32.
    input_shape, output_shape : tuple of int
        Shape of one item, without the batch axis.
    code_layer : int or None
        Number of layers after which the code stands, where `export` was asked for it.
    """

    layers: tuple[dict[str, Any], ...]
    arrays: tuple[np.ndarray, ...]
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    code_layer: int | None = None

    @property
    def nbytes(self) -> int:
        """Size of the weights in bytes as float32."""
        return sum(array.size * 4 for array in self.arrays)

    @property
    def stored_type(self) -> str:
        """Type in which the weights travel to the page, ``"<f4"`` or ``"<f2"``."""
        largest = max((float(np.abs(a).max(initial=0)) for a in self.arrays), default=0.0)
        return "<f2" if self.nbytes > MAX_FLOAT32_BYTES and largest < 65_000 else "<f4"

    def as_stored(self) -> Network:
        """Return the network with its weights rounded as the page receives them."""
        kind = self.stored_type
        return replace(self, arrays=tuple(a.astype(kind).astype("<f4") for a in self.arrays))

    def __call__(self, inputs: np.ndarray) -> np.ndarray:
        """Compute the network on a batch.

        Parameters
        ----------
        inputs : numpy.ndarray
            Batch of inputs; every item is reshaped to `input_shape`.

        Returns
        -------
        numpy.ndarray
            Batch of outputs, float32, shape ``(batch, *output_shape)``.
        """
        return self._run(inputs, len(self.layers))

    def code(self, inputs: np.ndarray) -> np.ndarray:
        """Return the codes of a batch, shape ``(batch, code size)``."""
        if self.code_layer is None:
            raise ValueError("code is unknown: export the model with find_code=True")
        return self._run(inputs, self.code_layer).reshape(len(inputs), -1)

    def _run(self, inputs: np.ndarray, count: int) -> np.ndarray:
        x = np.asarray(inputs, "float32").reshape((len(inputs), *self.input_shape))
        for layer in self.layers[:count]:
            weights = [self.arrays[i] for i in layer.get("arrays", ())]
            x = activate(
                layer.get("activation", "linear"), KINDS[layer["kind"]](layer, x, *weights)
            )
        return x


def export(model: Any, *, find_code: bool = False) -> Network:
    """Turn a Keras model into weights and a list of layers.

    Parameters
    ----------
    model : keras.Model
        One input, one output and a plain chain of supported layers; models may be nested.
    find_code : bool
        Also find the code of an autoencoder: the output of the narrowest `Dense` layer before
        the last one, after its activation. The first of equally narrow layers counts.

    Returns
    -------
    Network

    Raises
    ------
    TypeError
        `model` is not a Keras model.
    ValueError
        A layer or one of its settings is not supported, the model is not a chain, or it has no
        code. The message names the layer and what is supported.
    """
    check_model("model", model)
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        raise ValueError(
            "model must be built, with one input and one output, not "
            f"{len(getattr(model, 'inputs', None) or ())} inputs"
        )
    layers: list[dict[str, Any]] = []
    arrays: list[np.ndarray] = []
    shape = input_shape = _item_shape(model.inputs[0], "input")
    for layer in _chain(model):
        described, weights = _describe(layer, shape)
        if described is None:
            continue
        described["arrays"] = list(range(len(arrays), len(arrays) + len(weights)))
        described["shape"] = [int(n) for n in described["shape"]]
        shape = tuple(described["shape"])
        arrays.extend(np.ascontiguousarray(w, "float32") for w in weights)
        layers.append(described)
    network = Network(tuple(layers), tuple(arrays), input_shape, shape)
    if find_code:
        network = replace(network, code_layer=_find_code(network.layers))
    _compare(network, model)
    return network


def _chain(model: Any) -> Iterator[Any]:
    """Yield the layers of a model in order, nested models opened."""
    operations = model.layers if type(model).__name__ == "Sequential" else None
    for layer in operations or getattr(model, "operations", None) or model.layers:
        if hasattr(layer, "layers"):
            yield from _chain(layer)
        else:
            yield layer


def _item_shape(tensor: Any, name: str) -> tuple[int, ...]:
    shape = tuple(tensor.shape)[1:]
    if any(n is None for n in shape):
        raise ValueError(f"model must have a fixed {name} shape, not {shape}")
    return tuple(int(n) for n in shape)


def _describe(layer: Any, shape: tuple[int, ...]) -> tuple[dict[str, Any] | None, list[np.ndarray]]:
    """Describe one layer for an input of `shape`; None for one that does nothing here."""
    kind = type(layer).__name__
    if kind in IDENTITY_LAYERS:
        return None, []
    if not hasattr(layer, "get_weights"):
        kind = f"keras.ops operation ({kind})"
    describe = _DESCRIBERS.get(kind)
    if describe is None:
        supported = ", ".join(sorted([*_DESCRIBERS, *IDENTITY_LAYERS]))
        raise ValueError(
            f"layer {getattr(layer, 'name', kind)!r} is a {kind}, which is not supported; "
            f"supported layers: {supported}"
        )
    return describe(layer, layer.get_config(), shape)


def _refuse(layer: Any, setting: str, value: Any, accepted: str) -> ValueError:
    return ValueError(
        f"layer {layer.name!r} ({type(layer).__name__}) has {setting}={value!r}, which is not "
        f"supported; accepted: {accepted}"
    )


def _activation(layer: Any, config: dict[str, Any]) -> str:
    name = config.get("activation") or "linear"
    if name not in ACTIVATIONS:
        shown = name if isinstance(name, str) else name.get("class_name", name)
        raise _refuse(layer, "activation", shown, ", ".join(ACTIVATIONS))
    return name


def _weights(layer: Any, use_bias: bool, outputs: int) -> list[np.ndarray]:
    weights = [np.asarray(w) for w in layer.get_weights()]
    return weights if use_bias else [*weights, np.zeros(outputs)]


def _dense(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    units = config["units"]
    described = {"kind": "dense", "activation": _activation(layer, config)}
    return described | {"shape": (*shape[:-1], units)}, _weights(layer, config["use_bias"], units)


def _activation_layer(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    return {"kind": "activation", "activation": _activation(layer, config), "shape": shape}, []


def _relu(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    for setting in ("max_value", "negative_slope", "threshold"):
        if config.get(setting):
            raise _refuse(layer, setting, config[setting], "the default")
    return {"kind": "activation", "activation": "relu", "shape": shape}, []


def _reshape(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    target = config.get("target_shape", (-1,))
    return {"kind": "reshape", "shape": np.empty(shape, bool).reshape(target).shape}, []


def _batch_normalization(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    axis = config["axis"] if isinstance(config["axis"], int) else config["axis"][0]
    if axis not in (-1, len(shape)):
        raise _refuse(layer, "axis", config["axis"], "-1")
    weights = [np.asarray(w, "float64") for w in layer.get_weights()]
    gamma = weights.pop(0) if config["scale"] else 1.0
    beta = weights.pop(0) if config["center"] else 0.0
    mean, variance = weights
    scale = gamma / np.sqrt(variance + config["epsilon"])
    return {"kind": "affine", "shape": shape}, [scale, beta - mean * scale]


def _conv(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    _channels_last(layer, config)
    if config["groups"] != 1:
        raise _refuse(layer, "groups", config["groups"], "1")
    k, s, d = config["kernel_size"], config["strides"], config["dilation_rate"]
    before, size = [], []
    for m, k_, s_, d_ in zip(shape, k, s, d, strict=False):
        reach = d_ * (k_ - 1) + 1
        out = -(-m // s_) if config["padding"] == "same" else (m - reach) // s_ + 1
        needed = (out - 1) * s_ + reach - m
        before.append(max(needed, 0) // 2 if config["padding"] == "same" else 0)
        size.append(out)
    described = {"kind": "conv", "activation": _activation(layer, config), "kernel": list(k)}
    described |= {"strides": list(s), "dilation": list(d), "before": before}
    described["shape"] = (*size, config["filters"])
    return described, _weights(layer, config["use_bias"], config["filters"])


def _conv_transpose(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    _channels_last(layer, config)
    if config.get("output_padding") is not None:
        raise _refuse(layer, "output_padding", config["output_padding"], "None")
    if any(d != 1 for d in config["dilation_rate"]):
        raise _refuse(layer, "dilation_rate", config["dilation_rate"], "1")
    k, s = config["kernel_size"], config["strides"]
    same = config["padding"] == "same"
    before, size = [], []
    for m, k_, s_ in zip(shape, k, s, strict=False):
        before.append(max(k_ - s_, 0) // 2 if same else 0)
        size.append(m * s_ if same else m * s_ + max(k_ - s_, 0))
    described = {"kind": "transposed", "activation": _activation(layer, config)}
    described |= {"kernel": list(k), "strides": list(s), "before": before}
    described["shape"] = (*size, config["filters"])
    return described, _weights(layer, config["use_bias"], config["filters"])


def _upsampling(layer: Any, config: dict[str, Any], shape: tuple[int, ...]):
    _channels_last(layer, config)
    method = config["interpolation"]
    if method not in ("nearest", "bilinear"):
        raise _refuse(layer, "interpolation", method, "nearest, bilinear")
    factor = [int(n) for n in np.broadcast_to(config["size"], 2)]
    size = (shape[0] * factor[0], shape[1] * factor[1], shape[2])
    return {"kind": "upsample", "factor": factor, "method": method, "shape": size}, []


def _channels_last(layer: Any, config: dict[str, Any]) -> None:
    if config["data_format"] != "channels_last":
        raise _refuse(layer, "data_format", config["data_format"], "channels_last")


_DESCRIBERS: dict[str, Callable[..., Any]] = {
    "Dense": _dense,
    "Activation": _activation_layer,
    "ReLU": _relu,
    "Reshape": _reshape,
    "Flatten": _reshape,
    "BatchNormalization": _batch_normalization,
    "Conv2D": _conv,
    "Conv2DTranspose": _conv_transpose,
    "UpSampling2D": _upsampling,
}


def _find_code(layers: tuple[dict[str, Any], ...]) -> int:
    dense = [i for i, layer in enumerate(layers) if layer["kind"] == "dense"]
    if len(dense) < 2:
        raise ValueError(f"autoencoder must have at least 2 Dense layers, not {len(dense)}")
    code = min(dense[:-1], key=lambda i: layers[i]["shape"][-1])
    # Its activation or normalisation may be a layer of its own.
    while layers[code + 1]["kind"] in ("affine", "activation"):
        code += 1
    return code + 1


def _compare(network: Network, model: Any) -> None:
    """Raise unless the network computes what the model computes."""
    x = np.random.default_rng(0).uniform(-1, 1, (4, *network.input_shape)).astype("float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras complains where the model was given [input]
        expected = np.asarray(model(x, training=False))
    if not np.isfinite(expected).all():
        raise ValueError("model gives NaN or infinite outputs on random inputs")
    seen = network(x)
    agrees = seen.size == expected.size
    if agrees:
        limit = TOLERANCE * max(1.0, float(np.abs(expected).max()))
        agrees = float(np.abs(seen.reshape(expected.shape) - expected).max()) <= limit
    if not agrees:
        raise ValueError(
            "model is not a plain chain of its layers: the exported layers, one after the other, "
            "do not reproduce its output"
        )
