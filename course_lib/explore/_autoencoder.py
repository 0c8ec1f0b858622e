"""The network of `TrainingExplorer` in NumPy: the reference for ``static/training.js``."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._forward import activate

HEADS = {"plain": 1, "denoising": 1, "variational": 2}


def shapes(inputs: int, hidden: int, code: int, kind: str) -> list[tuple[int, ...]]:
    """Return the shapes of the weights, kernel and bias by turns, in the order of a Keras model.

    Examples
    --------
    >>> shapes(35, 10, 2, "plain")[:4]
    [(35, 10), (10,), (10, 2), (2,)]
    """
    sizes = [(inputs, hidden), *[(hidden, code)] * HEADS[kind], (code, hidden), (hidden, inputs)]
    return [shape for size in sizes for shape in (size, size[1:])]


def initial(seed: int, inputs: int, hidden: int, code: int, kind: str) -> list[np.ndarray]:
    """Return the weights from which the page starts: Glorot and Bengio's uniform ones, biases 0."""
    sizes = shapes(inputs, hidden, code, kind)
    kernels = [int(np.prod(shape)) for shape in sizes[::2]]
    parts = np.split(uniform(seed, sum(kernels)), np.cumsum(kernels)[:-1])
    weights = []
    for kernel, numbers in zip(sizes[::2], parts, strict=True):
        limit = np.sqrt(6 / sum(kernel))
        weights += [(limit * (2 * numbers - 1)).reshape(kernel), np.zeros(kernel[1])]
    return weights


def uniform(seed: int, count: int) -> np.ndarray:
    """Return the first numbers of `generator` in ``static/random.js``, in [0, 1)."""
    with np.errstate(over="ignore"):
        step = np.arange(1, count + 1, dtype="uint32") * np.uint32(0x6D2B79F5)
        state = np.uint32(seed) + step
        t = (state ^ (state >> 15)) * (state | 1)
        t = (t + (t ^ (t >> 7)) * (t | 61)) ^ t
        return (t ^ (t >> 14)) / 2**32


def encode(weights: list[np.ndarray], x: np.ndarray, settings: dict[str, Any]) -> np.ndarray:
    """Return codes (items, code); those of a variational network are the means."""
    hidden = activate(settings["hidden_activation"], x @ weights[0] + weights[1])
    codes = hidden @ weights[2] + weights[3]
    return codes if settings["kind"] == "variational" else activate(settings["code"], codes)


def decode(weights: list[np.ndarray], codes: np.ndarray, settings: dict[str, Any]) -> np.ndarray:
    """Return outputs (items, inputs) of codes."""
    *_, kernel, bias, last, last_bias = weights
    hidden = activate(settings["hidden_activation"], codes @ kernel + bias)
    return activate(settings["output_activation"], hidden @ last + last_bias)
