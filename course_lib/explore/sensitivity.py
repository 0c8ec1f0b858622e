"""Explorer of an encoder's sensitivity: how far a code moves when the input moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_mapping, check_number, check_text

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_item, check_labels, check_model, check_values, picture_shape
from .network import export

STEP = 0.02  # of the central differences, in units of the input


class SensitivityExplorer(Explorer):
    """Move an item in two directions; see how far its code moves, as an ellipse.

    All steps of length 1 from an item, in the plane of two directions, form a circle. To first
    order an encoder turns it into an ellipse, and short axes are directions that the code
    hardly notices. Codes are scaled: a code that were the input itself would keep the circle.

    Parameters
    ----------
    encoders : mapping of str to keras.Model
        One or more encoders by name, from an item to a code; each a chain of the layers that
        `course_lib.explore.network` supports.
    items : array_like
        Shape (items, numbers of an item), at least 2. Their spread sets the scale.
    directions : mapping of str to array_like
        Two or more directions by name, each of the shape of `items`: one for each item. Each is
        taken at right angles to those before it and scaled to length 1.
    labels : sequence of str
        One name an item.
    image_shape : tuple of int
        (height, width) in which an item is drawn; values in [0, 1].
    start : int or str
        Item shown at first, by position or label.

    Attributes
    ----------
    encoder, item : int
        Positions of the encoder and the item. Synchronised, as are the next four.
    first, second : int
        Positions of the two directions.
    step_first, step_second : float
        How far the item is moved along each, from -1 to 1.
    moved : float
        How far the code has moved: its distance over the spread of codes, times the spread of
        items. Synchronised.
    sensitivity : list of float
        Length of the code's derivative along the first and the second direction, scaled alike.
    image : numpy.ndarray
        The moved item, shape `image_shape`.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, a direction is 0 or a sum of
        those before it, or an encoder has a layer that is not supported. The message names it.

    Examples
    --------
    An encoder that returns its input keeps the circle.

    >>> import keras
    >>> items, right, down = [[0, 0], [1, 1]], [[1, 0], [1, 0]], [[0, 1], [0, 1]]
    >>> copy = keras.layers.Dense(2, kernel_initializer="identity")
    >>> encoders = {"copy": keras.Sequential([keras.Input((2,)), copy])}
    >>> moves = {"right": right, "down": down}
    >>> explorer = SensitivityExplorer(encoders, items, moves, ["a", "b"], (1, 2))
    >>> [round(length, 3) for length in explorer.sensitivity]
    [1.0, 1.0]
    """

    _files = ("dom.js", "parts.js", "network.js", "sensitivity.js")
    _build = "buildSensitivity"
    _inputs = ("encoder", "item", "first", "second", "step_first", "step_second")

    encoder = traitlets.Int(0).tag(sync=True)
    item = traitlets.Int(0).tag(sync=True)
    first = traitlets.Int(0).tag(sync=True)
    second = traitlets.Int(1).tag(sync=True)
    step_first = traitlets.Float(0.0).tag(sync=True)
    step_second = traitlets.Float(0.0).tag(sync=True)
    moved = traitlets.Float().tag(sync=True)
    sensitivity = traitlets.List()

    def __init__(
        self,
        encoders: Mapping[str, Any],
        items: Any,
        directions: Mapping[str, Any],
        labels: Sequence[str],
        image_shape: Sequence[int],
        *,
        start: int | str = 0,
    ) -> None:
        self._items = check_values("items", items, (2,))
        if len(self._items) < 2:
            raise ValueError(f"items must hold at least 2 items, not {len(self._items)}")
        size = self._items.shape[1]
        self._labels = check_labels(labels, len(self._items), "items")
        self._shape = picture_shape(image_shape, size, "an item")
        self._networks = _networks(encoders, size)
        self._directions = _directions(directions, self._items.shape)
        spread = _spread(self._items)
        codes = [network(self._items) for network in self._networks.values()]
        self._scales = [spread / max(_spread(code), 1e-12) for code in codes]
        self._name = (
            f"encoders={len(self._networks)}, items={self._items.shape}, "
            f"directions={len(self._directions)}"
        )
        blob = Blob()
        spec = {
            "names": list(self._networks),
            "networks": [blob.add_network(network) for network in self._networks.values()],
            "scales": self._scales,
            "items": blob.add(self._items),
            "directions": list(self._directions),
            "moves": [blob.add(moves) for moves in self._directions.values()],
            "labels": self._labels,
            "shape": self._shape,
            "step": STEP,
            "reach": max(1.0, *map(self._reach, range(len(self._networks)))),
        }
        super().__init__(spec, blob, item=check_item("start", start, self._labels))

    @traitlets.validate("encoder", "item", "first", "second")
    def _check_position(self, proposal: Any) -> int:
        name = proposal["trait"].name
        counts = {"encoder": len(self._networks), "item": len(self._items)}
        most = counts.get(name, len(self._directions)) - 1
        return check_count(name, proposal["value"], 0, most)

    @traitlets.validate("step_first", "step_second")
    def _check_step(self, proposal: Any) -> float:
        return check_number(proposal["trait"].name, proposal["value"], -1, 1)

    def _slopes(self, encoder: int, moves: np.ndarray) -> np.ndarray:
        """Return the scaled derivatives of the codes of all items, shape (items, code)."""
        network = list(self._networks.values())[encoder]
        ends = [network(self._items + sign * STEP * moves) for sign in (1, -1)]
        difference = ends[0].astype("float64") - ends[1]
        return self._scales[encoder] * difference.reshape(len(self._items), -1) / (2 * STEP)

    def _reach(self, encoder: int) -> float:
        """Return the largest derivative along any direction."""
        slopes = [self._slopes(encoder, moves) for moves in self._directions.values()]
        return float(np.linalg.norm(slopes, axis=-1).max())

    @property
    def image(self) -> np.ndarray:
        """Return the moved item."""
        moves = list(self._directions.values())
        way = self.step_first * moves[self.first] + self.step_second * moves[self.second]
        return (self._items + way)[self.item].reshape(self._shape)

    def _outcome(self) -> None:
        network = list(self._networks.values())[self.encoder]
        both = np.stack([self._items[self.item], self.image.ravel()])
        codes = network(both).astype("float64").reshape(2, -1)
        self.moved = float(self._scales[self.encoder] * np.linalg.norm(codes[1] - codes[0]))
        moves = list(self._directions.values())
        slopes = [self._slopes(self.encoder, moves[at]) for at in (self.first, self.second)]
        self.sensitivity = np.linalg.norm(slopes, axis=-1)[:, self.item].tolist()

    def _poster(self) -> tuple[str, str]:
        moves = list(self._directions.values())
        names = list(self._directions)
        encoder = list(self._networks)[self.encoder]
        pair = np.stack(
            [self._slopes(self.encoder, moves[at])[self.item] for at in (self.first, self.second)]
        )
        flat = np.linalg.qr(pair.T)[1]  # both derivatives in the plane that they span
        angles = np.linspace(0, 2 * np.pi, 49)
        ellipse = flat @ np.stack([np.cos(angles), np.sin(angles)])
        scale = 100 / max(1.0, float(np.abs(ellipse).max()))
        path = "L".join(f"{130 + scale * x:.1f} {140 - scale * y:.1f}" for x, y in ellipse.T)
        parts = (
            _poster.text(20, 24, f"How far a code moves: {encoder}"),
            f'<circle cx="130" cy="140" r="{scale:.1f}" fill="none" stroke="{_poster.MUTED}" '
            'stroke-dasharray="4 4"/>',
            f'<path d="M{path}" fill="#0072b233" stroke="#0072b2" stroke-width="2"/>',
            _poster.text(290, 24, self._labels[self.item]),
            _poster.picture(290, 40, 150, self.image, "gray"),
        )
        return _poster.svg(470, 260, *parts), (
            f"Steps of length 1 from an item along {names[self.first]} and {names[self.second]}, "
            f"a circle, and the ellipse that the encoder {encoder} makes of it"
        )


def _spread(values: np.ndarray) -> float:
    """Return the root mean squared distance of the rows from their mean."""
    flat = values.reshape(len(values), -1).astype("float64")
    return float(np.sqrt(((flat - flat.mean(axis=0)) ** 2).sum(axis=1).mean()))


def _networks(encoders: Any, size: int) -> dict[str, Any]:
    check_mapping("encoders", encoders)
    if not encoders:
        raise ValueError("encoders must hold at least one model, not be empty")
    networks = {}
    for name, model in encoders.items():
        check_text("each name in encoders", name)
        check_model(f"encoders[{name!r}]", model)
        networks[name] = export(model).as_stored()
        inputs = int(np.prod(networks[name].input_shape))
        if inputs != size:
            raise ValueError(
                f"encoders[{name!r}] must take {size} numbers, as an item has, not {inputs}"
            )
    return networks


def _directions(directions: Any, shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return directions of length 1, each at right angles to those before it."""
    check_mapping("directions", directions)
    if len(directions) < 2:
        raise ValueError(f"directions must hold at least 2 directions, not {len(directions)}")
    found = {}
    for name, values in directions.items():
        check_text("each name in directions", name)
        moves = check_values(f"directions[{name!r}]", values, (2,))
        if moves.shape != shape:
            raise ValueError(
                f"directions[{name!r}] must have the shape {shape} of the items, not {moves.shape}"
            )
        length = np.linalg.norm(moves, axis=1)
        for earlier in found.values():
            moves = moves - (moves * earlier).sum(axis=1, keepdims=True) * earlier
        rest = np.linalg.norm(moves, axis=1)
        if not (rest > 1e-3 * length).all():
            raise ValueError(
                f"directions[{name!r}] must not hold a direction that is 0 or a sum of those before"
            )
        found[name] = moves / rest[:, None]
    return found
