"""Explorer of training: an autoencoder that learns in the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_choice, check_count

from . import _autoencoder, _poster
from ._base import Blob, Explorer
from ._checks import check_labels, picture_shape
from ._decoder import CMAPS
from ._training_settings import (
    KINDS,
    MAX_CODE,
    RESTARTS,
    SETTINGS,
    check_controls,
    check_items,
    check_match,
    check_presets,
    check_setting,
)


class TrainingExplorer(Explorer):
    """An autoencoder inputs -> hidden -> code -> hidden -> inputs that a reader trains.

    It trains in the page, on all items at each step (full batch), with Adam, from Glorot's uniform
    weights. The same seed gives the same run. All reconstructions, the codes and the loss are
    drawn while it trains.

    Parameters
    ----------
    data : array_like
        Items, shape (items, numbers) or (items, height, width), values in [0, 1]; at most 200
        items of 400 numbers.
    labels : sequence of str
        One name an item.
    image_shape : tuple of int
        (height, width) or (height, width, channels) of an item.
    hidden : int
        Units of each hidden layer, 1 to 64.
    code : int
        Numbers of the code, 1 to 3.
    kind : {"plain", "denoising", "variational"}
        Denoising inverts each number with the probability `noise`, anew in each epoch, and asks
        for the clean item. Variational has a mean and a log variance for each number of the code,
        samples between them, and adds `beta` times the divergence from the standard normal.
    loss : {"binary_crossentropy", "mean_squared_error"}
    code_activation : {"tanh", "linear", "sigmoid", "relu"}
        Not used where `kind` is variational: its two heads are linear.
    learning_rate : float
    beta : float
        Weight of the divergence; variational only.
    noise : float
        Share of inverted numbers, 0 to 0.5; denoising only.
    seed : int
        Fixes the initial weights and the noise.
    cmap : {"gray", "gray_r"}
        Whether large values are drawn light or dark.
    reduction : {"mean", "sum"}
        Over the numbers of an item, in the loss. It matters where `kind` is variational.
    epochs : int
        Steps of a training; a reader can go on after them.
    schedule : {"constant", "cosine"}
        Learning rate over the epochs: constant, or falling to 0 along half a cosine.
    speed : {"full", "watch"}
        As fast as the machine can, or slowly at first.
    hidden_activation, output_activation : {"tanh", "linear", "sigmoid", "relu"}
        Cross-entropy needs a sigmoid at the output.
    controls : sequence of str
        Which settings the reader can change: names of settings, and "seeds" for the button that
        trains 30 seeds. By default all that the kind has.
    presets : mapping, optional
        Named settings to choose from: name to {setting: value}.

    Attributes
    ----------
    weights : list of numpy.ndarray
        Kernel and bias of each layer as they stand in the page, in the order of `to_keras`.
    history : dict
        Lists "epoch" and "loss" of the current training.
    code : numpy.ndarray
        Codes of the items, shape (items, code size); means where `kind` is variational.
    code_size, hidden, loss, ... : synchronised
        The settings, as the reader moves them.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is beyond its limit, or holds NaN.

    Examples
    --------
    >>> pixels = np.eye(4)
    >>> explorer = TrainingExplorer(pixels, list("abcd"), (2, 2), hidden=3)
    >>> [w.shape for w in explorer.weights[:4]], explorer.code.shape
    ([(4, 3), (3,), (3, 2), (2,)], (4, 2))
    """

    _files = ("dom.js", "parts.js", "random.js", "training.js", "trainer-plots.js")
    _files += ("trainer-controls.js", "trainer.js")
    _build = "buildTrainer"
    _inputs = tuple(SETTINGS)

    loss = traitlets.Unicode().tag(sync=True)
    code_activation = traitlets.Unicode().tag(sync=True)
    hidden_activation = traitlets.Unicode().tag(sync=True)
    output_activation = traitlets.Unicode().tag(sync=True)
    reduction = traitlets.Unicode().tag(sync=True)
    schedule = traitlets.Unicode().tag(sync=True)
    speed = traitlets.Unicode().tag(sync=True)
    hidden = traitlets.Int().tag(sync=True)
    code_size = traitlets.Int().tag(sync=True)
    epochs = traitlets.Int().tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    learning_rate = traitlets.Float().tag(sync=True)
    noise = traitlets.Float().tag(sync=True)
    beta = traitlets.Float().tag(sync=True)
    history = traitlets.Dict().tag(sync=True)
    _weights = traitlets.CBytes().tag(sync=True)  # float32, all arrays one after the other

    def __init__(
        self,
        data: Any,
        labels: Any,
        image_shape: tuple[int, ...],
        *,
        hidden: int = 10,
        code: int = 2,
        kind: str = "plain",
        loss: str = "binary_crossentropy",
        code_activation: str = "tanh",
        learning_rate: float = 0.01,
        beta: float = 1.0,
        noise: float = 0.1,
        seed: int = 0,
        cmap: str = "gray_r",
        reduction: str = "mean",
        epochs: int = 5_000,
        schedule: str = "constant",
        speed: str = "full",
        hidden_activation: str = "tanh",
        output_activation: str = "sigmoid",
        controls: Sequence[str] | None = None,
        presets: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        self._items = check_items(data)
        count, size = self._items.shape
        self._shape = picture_shape(image_shape, size, "an item of data")
        self._labels = check_labels(labels, count, "items")
        check_choice("kind", kind, KINDS)
        check_choice("cmap", cmap, CMAPS)
        self._kind, self._cmap = kind, cmap
        state = {"hidden": hidden, "loss": loss, "code_activation": code_activation}
        state |= {"learning_rate": learning_rate, "beta": beta, "noise": noise, "seed": seed}
        state |= {"reduction": reduction, "epochs": epochs, "schedule": schedule, "speed": speed}
        state |= {"hidden_activation": hidden_activation, "output_activation": output_activation}
        state = {name: check_setting(name, value) for name, value in state.items()}
        state["code_size"] = check_count("code", code, 1, MAX_CODE)
        check_match(state)
        self._name = f"[{size}, {hidden}, {code}, {hidden}, {size}], {kind}, items={count}"
        self._begun: tuple[Any, ...] = ()
        blob = Blob()
        spec = {
            "kind": self._kind,
            "labels": self._labels,
            "shape": self._shape,
            "cmap": self._cmap,
            "items": blob.add(self._items),
            "controls": check_controls(controls, self._kind),
            "presets": check_presets(presets, state),
            "restarts": RESTARTS,
        }
        Explorer.__init__(self, spec, blob, **state)

    @traitlets.validate(*SETTINGS)
    def _check_setting(self, proposal: Any) -> Any:
        return check_setting(proposal["trait"].name, proposal["value"])

    def _outcome(self) -> None:
        """Start from the initial weights where a setting asks for a new network."""
        begun = tuple(getattr(self, name) for name in RESTARTS)
        if begun != self._begun:
            self._begun = begun
            weights = _autoencoder.initial(self.seed, *self._sizes)
            self._weights = np.concatenate([w.ravel() for w in weights]).astype("<f4").tobytes()
            self.history = {"epoch": [], "loss": []}

    @property
    def _sizes(self) -> tuple[int, int, int, str]:
        return self._items.shape[1], self.hidden, self.code_size, self._kind

    @property
    def _activations(self) -> dict[str, str]:
        return {
            "kind": self._kind,
            "code": self.code_activation,
            "hidden_activation": self.hidden_activation,
            "output_activation": self.output_activation,
        }

    @property
    def weights(self) -> list[np.ndarray]:
        """Kernel and bias of each layer, as they stand in the page."""
        shapes = _autoencoder.shapes(*self._sizes)
        ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]
        parts = np.split(np.frombuffer(self._weights, "<f4"), ends)
        return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]

    @property
    def code(self) -> np.ndarray:
        """Codes of the items, shape (items, code size)."""
        return _autoencoder.encode(self.weights, self._items, self._activations)

    def to_keras(self) -> tuple[Any, Any]:
        """Return the trained encoder and decoder as plain Keras models.

        Returns
        -------
        tuple of keras.Model
            Encoder and decoder. A variational encoder gives the mean and the log variance.

        Examples
        --------
        >>> pixels = np.eye(4)
        >>> explorer = TrainingExplorer(pixels, ["a", "b", "c", "d"], (2, 2))
        >>> encoder, decoder = explorer.to_keras()
        >>> decoder.predict(encoder.predict(pixels, verbose=0), verbose=0).shape
        (4, 4)
        """
        from keras import Input, Model, layers

        size, hidden, code, kind = self._sizes
        inputs, codes = Input((size,)), Input((code,))
        inner = layers.Dense(hidden, self.hidden_activation, name="hidden")(inputs)
        if kind == "variational":
            heads = [layers.Dense(code, name=name)(inner) for name in ("z_mean", "z_log_var")]
        else:
            heads = layers.Dense(code, self.code_activation, name="code")(inner)
        inner = layers.Dense(hidden, self.hidden_activation, name="hidden")(codes)
        outputs = layers.Dense(size, self.output_activation, name="output")(inner)
        encoder, decoder = (
            Model(inputs, heads, name="encoder"),
            Model(codes, outputs, name="decoder"),
        )
        split = len(self.weights) - 4
        encoder.set_weights(self.weights[:split])
        decoder.set_weights(self.weights[split:])
        return encoder, decoder

    def _poster(self) -> tuple[str, str]:
        images = self._items.reshape(-1, *self._shape)[:32]
        outputs = _autoencoder.decode(self.weights, self.code, self._activations)[:32]
        restored = outputs.reshape(-1, *self._shape)
        width = 22 if self._shape[0] >= self._shape[1] else 28
        step = width * self._shape[0] / self._shape[1] + 10
        places = [
            (300 + (i % 4) * 2.5 * (width + 3), 34 + i // 4 * step) for i in range(len(images))
        ]
        half = max(1.0, float(np.abs(self.code).max()))
        places_on_map = np.pad(self.code, ((0, 0), (0, 1)))[:, :2] / half
        return _poster.svg(
            560,
            max(300, 44 + -(-len(images) // 4) * step),
            _poster.text(20, 24, "Codes before training"),
            _poster.code_map(20, 34, 250, places_on_map, self._labels, np.array([2.0, 2.0])),
            _poster.text(300, 24, "Items and reconstructions"),
            *(
                _poster.picture(x + shift, y, width, image, self._cmap)
                for pictures, shift in ((images, 0), (np.clip(restored, 0, 1), width + 2))
                for (x, y), image in zip(places, pictures, strict=True)
            ),
        ), (
            f"A map of the codes of {len(self._items)} items before training, and beside it "
            "items with their reconstructions, which do not yet resemble them"
        )
