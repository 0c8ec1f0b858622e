"""Explorer of an autoencoder: draw or damage a glyph and see what the network makes of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_number

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_item, check_labels, check_levels, check_model
from ._space import Space, rounding_note
from .network import export

MAX_PIXELS = 256


class GlyphEditor(Explorer):
    """An editable glyph, its reconstruction, its code on the map and the nearest training glyph.

    The code is the output of the autoencoder's narrowest `Dense` layer before the last one, after
    its activation. Codes of more than two numbers are shown on the plane of their two leading
    principal directions.

    Parameters
    ----------
    autoencoder : keras.Model
        From an image to its reconstruction, flat or in the shape of an image; a chain of the
        layers that `course_lib.explore.network` supports.
    images : array_like
        Training glyphs, shape (items, height, width), values in [0, 1], at most 256 pixels each.
    labels : sequence of str
        One name a glyph.
    start : int or str
        Glyph shown at first, by position or label.

    Attributes
    ----------
    chosen : int
        Position of the glyph that the drawing is compared with. Synchronised.
    drawing : numpy.ndarray
        What the reader drew, shape (height, width), read-only: assign a new array to change it.
        Synchronised.
    noise : float
        Level of the salt-and-pepper noise the button adds, from 0 to 1. Synchronised.
    image : numpy.ndarray
        The network's reconstruction, shape (height, width).
    code : list of float
        The network's code of the drawing; synchronised, to be linked and observed.
    nearest : str
        Label of the training glyph nearest to the reconstruction, in pixels after thresholding
        both at 0.5.
    wrong_pixels : int
        Pixels in which the thresholded reconstruction differs from the chosen glyph.
    weight_error : float
        Largest difference that 16-bit weights make on the training glyphs; 0.0 below 300 kB.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, or the autoencoder has no
        code or a layer that is not supported. The message names it.

    Examples
    --------
    >>> import keras
    >>> from course_lib import data
    >>> font = data.load_font()
    >>> layers = [keras.Input((35,)), keras.layers.Dense(2), keras.layers.Dense(35, "sigmoid")]
    >>> editor = GlyphEditor(keras.Sequential(layers), font.images, font.names, start="a")
    >>> editor.drawing = 1 - editor.drawing
    >>> len(editor.code), editor.nearest in font.names
    (2, True)
    """

    _files = ("dom.js", "parts.js", "random.js", "network.js", "map.js", "glyph.js")
    _build = "buildGlyph"
    _inputs = ("chosen", "drawing", "noise")

    chosen = traitlets.Int(0).tag(sync=True)
    drawing = traitlets.Any().tag(
        sync=True,
        to_json=lambda value, editor: None if value is None else value.ravel().tolist(),
        from_json=lambda value, editor: value,
    )
    noise = traitlets.Float(0.1).tag(sync=True)
    code = traitlets.List(traitlets.Float()).tag(sync=True)
    nearest = traitlets.Unicode().tag(sync=True)
    wrong_pixels = traitlets.Int().tag(sync=True)
    image = traitlets.Any()

    def __init__(self, autoencoder: Any, images: Any, labels: Any, *, start: int | str = 0) -> None:
        check_model("autoencoder", autoencoder)
        self._images = check_levels("images", images, (3,))
        count, *shape = self._images.shape
        self._shape = tuple(shape)
        if np.prod(shape) > MAX_PIXELS:
            raise ValueError(
                f"images must have at most {MAX_PIXELS} pixels each, not {self._shape}"
            )
        names = check_labels(labels, count, "images")
        self._network = export(autoencoder, find_code=True)
        for name, size in (
            ("takes", self._network.input_shape),
            ("gives", self._network.output_shape),
        ):
            if np.prod(size) != np.prod(shape):
                raise ValueError(
                    f"images of shape {self._shape} do not fit the autoencoder, which {name} {size}"
                )
        self._space = Space(self._network.code(self._images), names)
        self._name = f"images={self._images.shape}, code={self._space.codes.shape[1]}"
        chosen = check_item("start", start, names)
        blob = Blob()
        self.weight_error, note = rounding_note(self._network, self._images)
        spec = self._space.describe(blob) | {
            "network": blob.add_network(self._network),
            "images": blob.add(self._images),
            "shape": self._shape,
            "note": note,
        }
        super().__init__(spec, blob, chosen=chosen, drawing=self._images[chosen].copy())

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal: Any) -> int:
        return check_count("chosen", proposal["value"], 0, len(self._images) - 1)

    @traitlets.validate("noise")
    def _check_noise(self, proposal: Any) -> float:
        return check_number("noise", proposal["value"], 0, 1)

    @traitlets.validate("drawing")
    def _check_drawing(self, proposal: Any) -> np.ndarray:
        drawing = check_levels("drawing", proposal["value"], (1, 2))
        if drawing.size != np.prod(self._shape) or (
            drawing.ndim == 2 and drawing.shape != self._shape
        ):
            raise ValueError(f"drawing must have shape {self._shape}, not {drawing.shape}")
        drawing = drawing.reshape(self._shape).copy()
        drawing.flags.writeable = False
        return drawing

    def _outcome(self) -> None:
        batch = self.drawing[None]
        self.image = self._network(batch)[0].reshape(self._shape)
        code = self._network.code(batch)[0]
        seen, glyphs = self.image >= 0.5, self._images >= 0.5
        differing = (glyphs != seen).sum(axis=(1, 2))
        # Among equally near glyphs the one with the nearer code counts.
        apart = ((self._space.codes - code) ** 2).sum(axis=1)
        self.code = code.tolist()
        self.nearest = self._space.labels[int(np.lexsort((apart, differing))[0])]
        self.wrong_pixels = int(differing[self.chosen])

    def _poster(self) -> tuple[str, str]:
        label = self._space.labels[self.chosen]
        width = min(110, 190 * self._shape[1] / self._shape[0])
        at = self._space.on_map(np.asarray([self.code]))[0]
        places = self._space.on_map(self._space.codes)
        return _poster.svg(
            520,
            250,
            _poster.text(14, 24, "Drawing"),
            _poster.picture(14, 34, width, self.drawing, "gray_r"),
            _poster.text(144, 24, "Reconstruction"),
            _poster.picture(144, 34, width, self.image, "gray_r"),
            _poster.text(290, 24, "Code"),
            _poster.code_map(290, 34, 200, places, self._space.labels, at),
        ), f"The glyph {label}, its reconstruction and the place of its code on a map"
