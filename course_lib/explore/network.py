"""A Keras model as a short list of layers and arrays, for a browser that has no Keras.

`export` walks a model once and returns a `Network`. The explorers send it to the page, where
`static/network.js` computes the same function. `Network` is also a NumPy implementation of that
function: it checks the export against the model, and it serves the explorers in the kernel.

The module never imports Keras: it reads class names, configurations and weights.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ._checks import check_model
from ._forward import KINDS, activate
from ._layers import describe

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
        described, weights = describe(layer, shape)
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
