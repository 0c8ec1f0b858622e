"""Explorer of a linear decoder: what each active unit draws, and what is missing without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_list, check_number, check_pair

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_item, check_labels, check_values, picture_shape

MAX_ACTIVE = 40


class UnitsExplorer(Explorer):
    """An item, its active units and what each of them draws, to be switched off and on.

    The decoder is linear: the reconstruction is the offset plus the sum of the active units'
    atoms, each times its activation. So it suits sparse codes and principal components alike.

    Parameters
    ----------
    codes : array_like
        Activations, shape (items, units).
    atoms : array_like
        What each unit draws at activation 1, shape (units, numbers of an item).
    items : array_like
        The items, shape (items, numbers of an item).
    labels : sequence of str
        One name an item.
    image_shape : tuple of int
        (height, width) in which an item is drawn.
    offset : array_like, optional
        What the decoder draws when all units are off, shape (numbers of an item,); 0 unless given.
    threshold : float
        A unit is active for an item where its activation is further than this from 0. The others
        are left out of the reconstruction. At most 40 may be active for an item.
    limits : (float, float)
        Values drawn black and white.
    start : int or str
        Item shown at first, by position or label.

    Attributes
    ----------
    item : int
        Position of the item. Synchronised, as are the next two.
    off : list of int
        Units that are switched off; those that are not active for the item do not matter.
    error : float
        Squared error of the reconstruction, divided by the squared length of the item.
    active : list of int
        The item's active units, the one that draws most first.
    image : numpy.ndarray
        The reconstruction by the active units that are on, shape `image_shape`.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, an item is all 0, or too
        many units are active. The message names it.

    Examples
    --------
    >>> atoms = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]
    >>> explorer = UnitsExplorer([[2, 0, 1]], atoms, [[2, 1, 1, 1]], ["a"], (2, 2))
    >>> explorer.active, round(explorer.error, 3)
    ([0, 2], 0.143)
    >>> explorer.off = [2]
    >>> explorer.image.tolist()
    [[2.0, 0.0], [0.0, 0.0]]
    """

    _files = ("dom.js", "parts.js", "units.js")
    _build = "buildUnits"
    _inputs = ("item", "off")

    item = traitlets.Int(0).tag(sync=True)
    off = traitlets.Any().tag(sync=True)  # any sequence is taken, a list is kept
    error = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        codes: Any,
        atoms: Any,
        items: Any,
        labels: Sequence[str],
        image_shape: Sequence[int],
        *,
        offset: Any = None,
        threshold: float = 0.0,
        limits: tuple[float, float] = (-1.0, 1.0),
        start: int | str = 0,
    ) -> None:
        self._items = check_values("items", items, (2,))
        count, size = self._items.shape
        self._labels = check_labels(labels, count, "items")
        self._shape = picture_shape(image_shape, size, "an item")
        if len(self._shape) != 2:
            raise ValueError(f"image_shape must be (height, width), not {self._shape}")
        self._atoms = check_values("atoms", atoms, (2,))
        codes = check_values("codes", codes, (2,))
        if codes.shape != (count, len(self._atoms)):
            raise ValueError(
                f"codes must have shape {(count, len(self._atoms))}, that of items and atoms, "
                f"not {codes.shape}"
            )
        self._offset = check_values("offset", np.zeros(size) if offset is None else offset, (1,))
        for argument, array in (("atoms", self._atoms), ("offset", self._offset)):
            if array.shape[-1] != size:
                raise ValueError(
                    f"{argument} must have {size} numbers, as an item has, not {array.shape[-1]}"
                )
        if not (self._items**2).sum(axis=1).all():
            raise ValueError("items must not be all 0: their errors are relative to their length")
        threshold = check_number("threshold", threshold)
        self._codes = np.where(np.abs(codes) > threshold, codes, np.float32(0))
        most = int((self._codes != 0).sum(axis=1).max())
        if most > MAX_ACTIVE:
            raise ValueError(
                f"codes must have at most {MAX_ACTIVE} active units an item, not {most}: raise "
                f"the threshold above {threshold:g}"
            )
        low, high = check_pair("limits", limits)
        if low >= high:
            raise ValueError(f"limits must be a lower and a higher number, not {limits}")
        self._limits = low, high
        self._name = f"items={count}, units={len(self._atoms)}, image_shape={self._shape}"
        used = np.flatnonzero(self._codes.any(axis=0))  # atoms that no item uses stay at home
        blob = Blob()
        spec = {
            "labels": self._labels,
            "items": blob.add(self._items),
            "units": used.tolist(),
            "codes": blob.add(self._codes[:, used]),
            "atoms": blob.add(self._atoms[used]),
            "offset": blob.add(self._offset),
            "shape": list(self._shape),
            "limits": [low, high],
        }
        super().__init__(spec, blob, item=check_item("start", start, self._labels), off=[])

    @traitlets.validate("item")
    def _check_item(self, proposal: Any) -> int:
        return check_count("item", proposal["value"], 0, len(self._items) - 1)

    @traitlets.validate("off")
    def _check_off(self, proposal: Any) -> list[int]:
        last = len(self._atoms) - 1
        units = check_list("off", proposal["value"])
        return [check_count("each entry of off", unit, 0, last) for unit in units]

    @property
    def active(self) -> list[int]:
        """Return the item's active units, the one that draws most first."""
        code = self._codes[self.item]
        strength = np.abs(code) * np.linalg.norm(self._atoms, axis=1)
        order = np.argsort(-strength, kind="stable")
        return [int(unit) for unit in order if code[unit] != 0]

    @property
    def image(self) -> np.ndarray:
        """Return the reconstruction by the active units that are on."""
        code = self._codes[self.item].copy()
        code[self.off] = 0
        return (self._offset + code @ self._atoms).reshape(self._shape)

    def _outcome(self) -> None:
        item = self._items[self.item].astype("float64")
        self.error = float(((item - self.image.ravel()) ** 2).sum() / (item**2).sum())

    def _grey(self, values: np.ndarray) -> np.ndarray:
        low, high = self._limits
        return np.clip((values.reshape(self._shape) - low) / (high - low), 0, 1)

    def _poster(self) -> tuple[str, str]:
        label, units = self._labels[self.item], self.active
        parts = []
        for x, name, values in (
            (20, "Item", self._items[self.item]),
            (160, "Reconstruction", self.image),
        ):
            parts.append(_poster.text(x, 24, name))
            parts.append(_poster.picture(x, 34, 110, self._grey(values), "gray"))
        parts.append(_poster.text(20, 190, f"{len(units)} active units, the largest first"))
        for i, unit in enumerate(units[:8]):
            drawn = self._codes[self.item, unit] * self._atoms[unit]
            parts.append(_poster.picture(20 + 56 * i, 200, 50, self._grey(drawn), "gray"))
        return _poster.svg(480, 266, *parts), (
            f"{label}, its reconstruction by {len(units)} active units, and what the largest draw"
        )
