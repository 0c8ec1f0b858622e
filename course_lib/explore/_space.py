"""The space of codes as a reader sees it: two directions on a map, further ones on sliders."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._base import Blob
from ._checks import check_labels, check_values
from .network import Network

SLIDERS = 8


class Space:
    """Codes, their labels and the directions along which they are shown.

    One or two numbers are shown as they are. More are shown along the principal directions of the
    codes: the two leading ones on the map, up to eight further ones on sliders.

    Parameters
    ----------
    codes : array_like
        Shape (items, code size), finite.
    labels : sequence of str
        One name an item.
    """

    def __init__(self, codes: Any, labels: Any) -> None:
        self.codes = check_values("codes", codes, (2,))
        self.labels = check_labels(labels, len(self.codes), "codes")
        size = self.codes.shape[1]
        self.sliders: list[str] = []
        if size <= 2:
            self.mean, self.directions = np.zeros(size), np.eye(size)
            self.axes = ["code 1", "code 2" if size == 2 else ""]
        else:
            self.mean = self.codes.mean(axis=0, dtype="float64")
            _, values, rows = np.linalg.svd(self.codes - self.mean, full_matrices=True)
            strongest = np.abs(rows).argmax(axis=1)
            signs = np.sign(rows[np.arange(size), strongest])
            self.directions = (rows * signs[:, None])[: 2 + SLIDERS]
            share = np.zeros(size)
            share[: len(values)] = values**2 / max(float((values**2).sum()), 1e-12)
            names = [f"direction {i + 1} ({share[i]:.0%})" for i in range(len(self.directions))]
            self.axes, self.sliders = names[:2], names[2:]
        self.coordinates = (self.codes - self.mean) @ self.directions.T
        if size == 1:
            self.coordinates = np.pad(self.coordinates, ((0, 0), (0, 1)))
        low, high = self.coordinates.min(axis=0), self.coordinates.max(axis=0)
        self.centre = (low + high)[:2] / 2
        self.half = float((high - low)[:2].max() / 2 * 1.15) or 1.0
        # Sliders reach a little past the items on either side.
        reach = np.maximum((high - low) * 0.1, 1e-3)
        self.ranges = np.stack([low - reach, high + reach], axis=1)[2:]

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.codes)

    def describe(self, blob: Blob) -> dict[str, Any]:
        """Pack what `readSpace` in ``static/map.js`` reads."""
        return {
            "codes": blob.add(self.codes),
            "mean": blob.add(self.mean),
            "directions": blob.add(self.directions),
            "labels": self.labels,
            "axes": self.axes,
            "names": self.sliders,
            "ranges": [[float(low), float(high)] for low, high in self.ranges],
            "centre": [float(v) for v in self.centre],
            "half": self.half,
        }

    def nearest(self, code: np.ndarray) -> int:
        """Return the position of the item whose code is nearest."""
        return int(((self.codes - code) ** 2).sum(axis=1).argmin())

    def on_map(self, codes: np.ndarray) -> np.ndarray:
        """Return places in the map's square, in [-1, 1], shape (items, 2)."""
        places = (codes - self.mean) @ self.directions[:2].T
        if places.shape[1] == 1:
            places = np.pad(places, ((0, 0), (0, 1)))
        return np.clip((places - self.centre) / self.half, -1, 1)


def rounding_note(network: Network, inputs: np.ndarray) -> tuple[float, str]:
    """Return the error that 16-bit weights make on the inputs, and a sentence that states it."""
    if network.stored_type == "<f4":
        return 0.0, ""
    error = float(np.abs(network.as_stored()(inputs) - network(inputs)).max())
    return error, f"Weights in 16 bits change the output here by at most {error:.1g}."
