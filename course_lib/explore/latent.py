"""Explorers of a decoder: a point in the space of codes, and a way between two items."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_choice, check_count, check_number

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_item, check_model, check_values, picture_shape
from ._space import Space, rounding_note
from .network import export

CMAPS = ("gray", "gray_r")
PATHS = ("straight", "spherical")


class _DecoderExplorer(Explorer):
    """A decoder, the codes of the training items, and the image at one code."""

    code = traitlets.Any().tag(sync=True)  # any sequence is taken, a list is kept
    image = traitlets.Any()

    def __init__(self, decoder: Any, codes: Any, labels: Any, image_shape: Any, cmap: str) -> None:
        """Check the arguments; the subclass goes on with `_begin`."""
        check_model("decoder", decoder)
        check_choice("cmap", cmap, CMAPS)
        self._space = Space(codes, labels)
        self._network = export(decoder)
        inputs, outputs = (
            int(np.prod(s)) for s in (self._network.input_shape, self._network.output_shape)
        )
        if inputs != self._space.codes.shape[1]:
            raise ValueError(
                f"codes must have {inputs} numbers an item, as the decoder takes, "
                f"not shape {self._space.codes.shape}"
            )
        self._shape = picture_shape(image_shape, outputs, "the decoder's output")
        self._cmap = cmap
        self._name = f"codes={self._space.codes.shape}, image_shape={self._shape}"

    def _describe(self, blob: Blob) -> dict[str, Any]:
        self.weight_error, note = rounding_note(self._network, self._space.codes)
        return self._space.describe(blob) | {
            "network": blob.add_network(self._network),
            "shape": self._shape,
            "cmap": self._cmap,
            "note": note,
        }

    def _decode(self, code: Any) -> np.ndarray:
        return self._network(np.asarray(code, "float32")[None])[0].reshape(self._shape)


class LatentExplorer(_DecoderExplorer):
    """A map of codes on which a reader moves a point, and the decoded image beside it.

    Codes of more than two numbers are shown in the plane of their two leading principal
    directions, with a slider for each further one, up to eight.

    Parameters
    ----------
    decoder : keras.Model
        From a code to an image; a chain of the layers that `course_lib.explore.network` supports.
    codes : array_like
        Codes of the training items, shape (items, code size).
    labels : sequence of str
        One name an item; names may repeat.
    image_shape : tuple of int
        (height, width) or (height, width, channels) of the decoded image; values in [0, 1].
    start : int or str
        Item at which the point starts, by position or label.
    cmap : {"gray", "gray_r"}
        Whether large values are drawn light or dark.

    Attributes
    ----------
    code : list of float
        The current code. Synchronised: set it, observe it, link it.
    image : numpy.ndarray
        The decoded image, shape `image_shape`, computed in the kernel when `code` changes.
    weight_error : float
        Largest difference that 16-bit weights make on the training codes; 0.0 below 300 kB.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, or the decoder has a layer
        that is not supported. The message names it.

    Examples
    --------
    >>> explorer = LatentExplorer(decoder, codes, font.names, (7, 5))  # doctest: +SKIP
    >>> explorer.code, explorer.image.shape  # doctest: +SKIP
    ([-0.31, 0.9], (7, 5))
    """

    _files = ("dom.js", "parts.js", "network.js", "map.js", "latent.js")
    _build = "buildLatent"
    _inputs = ("code",)

    def __init__(
        self,
        decoder: Any,
        codes: Any,
        labels: Any,
        image_shape: tuple[int, ...],
        *,
        start: int | str = 0,
        cmap: str = "gray",
    ) -> None:
        _DecoderExplorer.__init__(self, decoder, codes, labels, image_shape, cmap)
        home = self._space.codes[check_item("start", start, self._space.labels)]
        blob = Blob()
        spec = self._describe(blob) | {"home": blob.add(home)}
        Explorer.__init__(self, spec, blob, code=home.tolist())

    @traitlets.validate("code")
    def _check_code(self, proposal: Any) -> list[float]:
        code = check_values("code", proposal["value"], (1,))
        if len(code) != self._space.codes.shape[1]:
            raise ValueError(
                f"code must have {self._space.codes.shape[1]} numbers, not {len(code)}"
            )
        return code.tolist()

    def _outcome(self) -> None:
        self.image = self._decode(self.code)

    def _poster(self) -> tuple[str, str]:
        at = self._space.on_map(np.asarray([self.code]))[0]
        nearest = self._space.labels[self._space.nearest(np.asarray(self.code))]
        return _poster.svg(
            520,
            300,
            _poster.text(20, 24, "Codes"),
            _poster.code_map(
                20, 34, 250, self._space.on_map(self._space.codes), self._space.labels, at
            ),
            _poster.text(310, 24, "Decoded image"),
            _poster.picture(
                310, 34, min(180, 250 * self._shape[1] / self._shape[0]), self.image, self._cmap
            ),
        ), (
            f"A map of {len(self._space)} codes, and beside it the image decoded at the marked "
            f"point, next to {nearest}"
        )


class InterpolationExplorer(_DecoderExplorer):
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
    >>> explorer = InterpolationExplorer(decoder, codes, names, (20, 20), end=5)  # doctest: +SKIP
    >>> explorer.t = 0.5  # doctest: +SKIP
    """

    _files = ("dom.js", "parts.js", "network.js", "map.js", "interpolation.js")
    _build = "buildInterpolation"
    _inputs = ("start", "end", "t", "path")

    start = traitlets.Int(0).tag(sync=True)
    end = traitlets.Int(1).tag(sync=True)
    t = traitlets.Float(0.0).tag(sync=True)
    path = traitlets.Unicode("straight").tag(sync=True)

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
        _DecoderExplorer.__init__(self, decoder, codes, labels, image_shape, cmap)
        if len(self._space) < 2:
            raise ValueError(f"codes must hold at least 2 items, not {len(self._space)}")
        ends = [check_item(n, v, self._space.labels) for n, v in (("start", start), ("end", end))]
        blob = Blob()
        Explorer.__init__(self, self._describe(blob), blob, start=ends[0], end=ends[1])

    @traitlets.validate("start", "end")
    def _check_item(self, proposal: Any) -> int:
        name = proposal["trait"].name
        return check_count(name, proposal["value"], 0, len(self._space) - 1)

    @traitlets.validate("t")
    def _check_t(self, proposal: Any) -> float:
        return check_number("t", proposal["value"], 0, 1)

    @traitlets.validate("path")
    def _check_path(self, proposal: Any) -> str:
        check_choice("path", proposal["value"], PATHS)
        return proposal["value"]

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
