"""One Keras layer as a description and its arrays, or an error that names what is not supported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid", "softplus")
IDENTITY_LAYERS = (
    "InputLayer",
    "Dropout",
    "SpatialDropout2D",
    "GaussianNoise",
    "GaussianDropout",
    "ActivityRegularization",
)


def describe(layer: Any, shape: tuple[int, ...]) -> tuple[dict[str, Any] | None, list[np.ndarray]]:
    """Describe one layer for an input of `shape`; None for one that does nothing here."""
    kind = type(layer).__name__
    if kind in IDENTITY_LAYERS:
        return None, []
    if not hasattr(layer, "get_weights"):
        kind = f"keras.ops operation ({kind})"
    describer = _DESCRIBERS.get(kind)
    if describer is None:
        supported = ", ".join(sorted([*_DESCRIBERS, *IDENTITY_LAYERS]))
        raise ValueError(
            f"layer {getattr(layer, 'name', kind)!r} is a {kind}, which is not supported; "
            f"supported layers: {supported}"
        )
    return describer(layer, layer.get_config(), shape)


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
    if layer.output_padding is not None:  # older versions of Keras leave it out of `config`
        raise _refuse(layer, "output_padding", layer.output_padding, "None")
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
