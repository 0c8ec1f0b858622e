"""Explorer of the way between the codes of two items."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_number

from . import _poster
from ._base import Blob
from ._checks import check_item
from ._decoder import DecoderExplorer
from ._traits import Choice

PATHS = ("straight", "spherical")


class InterpolationExplorer(DecoderExplorer):
    """The way from one item's code to another's, straight or on an arc, and the images on it.

    Parameters
    ----------
    decoder, codes, labels, image_shape, cmap
        As for `LatentExplorer`; at least two items.
    start, end : int or str
        The two items at first, by position or label.

    Attributes
    ----------
    start, end : int
        Positions of the two items. Synchronised.
    t : float
        Part of the way, from 0 at the start to 1 at the end. Synchronised.
    path : {"straight", "spherical"}
        The straight line, or spherical interpolation about the origin (White 2016,
        https://arxiv.org/abs/1609.04468). Synchronised.
    code : list of float
        The code at `t`. Computed in the kernel; synchronised, to be linked and observed.
    image : numpy.ndarray
        The decoded image, shape `image_shape`.

    Raises
    ------
    TypeError, ValueError
        As for `LatentExplorer`.

    Examples
    --------
    >>> import keras
    >>> decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(400, "sigmoid")])
    >>> explorer = InterpolationExplorer(decoder, [[-1, 0], [1, 2]], ["a", "b"], (20, 20), end=1)
    >>> explorer.t = 0.5
    >>> explorer.code, explorer.image.shape
    ([0.0, 1.0], (20, 20))
    """

    _files = ("dom.js", "parts.js", "network.js", "map.js", "interpolation.js")
    _build = "buildInterpolation"
    _inputs = ("start", "end", "t", "path")

    start = traitlets.Int(0).tag(sync=True)
    end = traitlets.Int(1).tag(sync=True)
    t = traitlets.Float(0.0).tag(sync=True)
    path = Choice(PATHS)

    def __init__(
        self,
        decoder: Any,
        codes: Any,
        labels: Any,
        image_shape: tuple[int, ...],
        *,
        start: int | str = 0,
        end: int | str = 1,
        cmap: str = "gray",
    ) -> None:
        self._take(decoder, codes, labels, image_shape, cmap)
        if len(self._space) < 2:
            raise ValueError(f"codes must hold at least 2 items, not {len(self._space)}")
        ends = [check_item(n, v, self._space.labels) for n, v in (("start", start), ("end", end))]
        blob = Blob()
        super().__init__(self._describe(blob), blob, start=ends[0], end=ends[1])

    @traitlets.validate("start", "end")
    def _check_item(self, proposal: Any) -> int:
        name = proposal["trait"].name
        return check_count(name, proposal["value"], 0, len(self._space) - 1)

    @traitlets.validate("t")
    def _check_t(self, proposal: Any) -> float:
        return check_number("t", proposal["value"], 0, 1)

    def _outcome(self) -> None:
        ends = self._space.codes[[self.start, self.end]].astype("float64")
        code = interpolate(*ends, self.t, self.path).astype("float32")
        self.code = code.tolist()
        self.image = self._decode(code)

    def _poster(self) -> tuple[str, str]:
        ends = self._space.codes[[self.start, self.end]].astype("float64")
        images = [self._decode(interpolate(*ends, i / 8, self.path)) for i in range(9)]
        width = min(52, 120 * self._shape[1] / self._shape[0])
        names = [self._space.labels[i] for i in (self.start, self.end)]
        height = width * self._shape[0] / self._shape[1]
        return _poster.svg(
            520,
            height + 50,
            _poster.text(14, 24, f"From {names[0]} to {names[1]}"),
            *(
                _poster.picture(14 + 56 * i, 34, width, image, self._cmap)
                for i, image in enumerate(images)
            ),
        ), f"Nine images decoded on the way from {names[0]} to {names[1]}"


def interpolate(a: np.ndarray, b: np.ndarray, t: float, path: str) -> np.ndarray:
    """Return the code at part `t` of the way from `a` to `b`.

    The arc needs an angle between 0 and 180 degrees; where there is none, the line is taken.

    Examples
    --------
    >>> interpolate(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.5, "spherical").round(3)
    array([0.707, 0.707])
    """
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    cosine = float(a @ b) / lengths if lengths > 0 else 1.0
    if path == "straight" or abs(cosine) > 1 - 1e-9:
        return (1 - t) * a + t * b
    angle = np.arccos(cosine)
    return (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
