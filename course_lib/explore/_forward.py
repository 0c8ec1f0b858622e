"""The layers of an exported network in NumPy: the reference for `static/network.js`.

Every function takes the layer's description, a batch and the layer's arrays, and returns the batch
before the activation, float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def activate(name: str, x: np.ndarray) -> np.ndarray:
    """Apply one of the supported activation functions."""
    if name == "relu":
        return np.maximum(x, 0)
    if name == "tanh":
        return np.tanh(x)
    if name == "sigmoid":
        return (0.5 * (1 + np.tanh(0.5 * x))).astype("float32")
    if name == "softplus":
        return np.logaddexp(x, np.float32(0))
    return x


def _dense(layer: dict[str, Any], x: np.ndarray, kernel: np.ndarray, bias: np.ndarray):
    return x @ kernel + bias


def _reshape(layer: dict[str, Any], x: np.ndarray) -> np.ndarray:
    return x.reshape((len(x), *layer["shape"]))


def _affine(layer: dict[str, Any], x: np.ndarray, scale: np.ndarray, offset: np.ndarray):
    return x * scale + offset


def _conv(layer: dict[str, Any], x: np.ndarray, kernel: np.ndarray, bias: np.ndarray):
    (rows, cols, _), (s0, s1), (d0, d1) = layer["shape"], layer["strides"], layer["dilation"]
    k0, k1 = layer["kernel"]
    # Enough zeros on every side; the slices below read what the layer reads.
    spare = [
        (b, s * n + d * k)
        for b, s, n, d, k in zip(
            layer["before"], (s0, s1), (rows, cols), (d0, d1), (k0, k1), strict=True
        )
    ]
    x = np.pad(x, [(0, 0), *spare, (0, 0)])
    y = np.zeros((len(x), *layer["shape"]), "float32") + bias
    for i in range(k0):
        for j in range(k1):
            window = x[:, i * d0 :: s0, j * d1 :: s1][:, :rows, :cols]
            y += window @ kernel[i, j]
    return y


def _transposed(layer: dict[str, Any], x: np.ndarray, kernel: np.ndarray, bias: np.ndarray):
    (rows, cols, filters), (s0, s1), (b0, b1) = layer["shape"], layer["strides"], layer["before"]
    _, m0, m1, _ = x.shape
    k0, k1 = layer["kernel"]
    full = np.zeros((len(x), m0 * s0 + k0 + b0, m1 * s1 + k1 + b1, filters), "float32")
    for i in range(k0):
        for j in range(k1):
            stamp = x @ kernel[i, j].T
            full[:, i : i + m0 * s0 : s0, j : j + m1 * s1 : s1] += stamp
    return full[:, b0 : b0 + rows, b1 : b1 + cols] + bias


def _upsample(layer: dict[str, Any], x: np.ndarray) -> np.ndarray:
    for axis, factor in zip((1, 2), layer["factor"], strict=True):
        if layer["method"] == "nearest":
            x = np.repeat(x, factor, axis)
            continue
        size = x.shape[axis]
        place = np.clip((np.arange(size * factor) + 0.5) / factor - 0.5, 0, size - 1)
        low = np.floor(place).astype(int)
        part = (place - low).astype("float32").reshape((-1, *[1] * (3 - axis)))
        high = np.minimum(low + 1, size - 1)
        x = np.take(x, low, axis) * (1 - part) + np.take(x, high, axis) * part
    return x


KINDS: dict[str, Callable[..., np.ndarray]] = {
    "dense": _dense,
    "activation": _reshape,
    "reshape": _reshape,
    "affine": _affine,
    "conv": _conv,
    "transposed": _transposed,
    "upsample": _upsample,
}
