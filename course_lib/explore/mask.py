"""Explorer of a segmentation: where to cut the probabilities into a mask."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_number
from course_lib.metrics import average_surface_distance, boundary, dice

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_levels

MAX_SIZE = 256
LEVELS = 100
COLOURS = {"both": (0.94, 0.94, 0.94), "missed": (0.84, 0.37, 0.0), "extra": (0.0, 0.45, 0.7)}


class MaskExplorer(Explorer):
    """An image, a network's probabilities and a threshold to move; the mask and how good it is.

    A pixel belongs to the mask where its probability is above the threshold.

    Parameters
    ----------
    image : array_like
        What is segmented, shape (height, width), grey values in [0, 1], at most 256 a side.
    probability : array_like
        The network's output, same shape, in [0, 1].
    truth : array_like of bool
        The true mask, same shape, with at least one pixel.
    threshold : float
        Where the threshold starts, in [0, 1].

    Attributes
    ----------
    threshold : float
        The threshold. Synchronised: set it, observe it, link it.
    dice : float
        Dice coefficient of the mask, as :func:`course_lib.metrics.dice`. Synchronised.
    boundary_error : float
        Mean distance of the outlines in pixels, as
        :func:`course_lib.metrics.average_surface_distance`. Synchronised.
    missed, extra : int
        Pixels of the truth outside the mask, and of the mask outside the truth. Synchronised.
    mask : bool array, shape (height, width)
        The mask at the threshold.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty, holds NaN or leaves its range. The message
        names it.

    Examples
    --------
    >>> truth = np.array([[0, 1, 1, 0]])
    >>> explorer = MaskExplorer(truth, [[0.1, 0.9, 0.6, 0.4]], truth)
    >>> explorer.dice, explorer.boundary_error
    (1.0, 0.0)
    >>> explorer.threshold = 0.7
    >>> explorer.mask.astype(int).tolist(), explorer.missed, explorer.extra
    ([[0, 1, 0, 0]], 1, 0)
    """

    _files = ("dom.js", "parts.js", "mask.js")
    _build = "buildMask"
    _inputs = ("threshold",)

    threshold = traitlets.Float(0.5).tag(sync=True)
    dice = traitlets.Float().tag(sync=True)
    boundary_error = traitlets.Float().tag(sync=True)
    missed = traitlets.Int().tag(sync=True)
    extra = traitlets.Int().tag(sync=True)

    def __init__(self, image: Any, probability: Any, truth: Any, *, threshold: float = 0.5) -> None:
        self._image = check_levels("image", image, (2,))
        shape = self._image.shape
        if max(shape) > MAX_SIZE:
            raise ValueError(f"image must be at most {MAX_SIZE} a side, not of shape {shape}")
        self._probability = _same_shape("probability", probability, shape)
        truth = _same_shape("truth", truth, shape)
        if not np.isin(truth, (0, 1)).all():
            raise ValueError("truth must hold True and False only")
        if not truth.any():
            raise ValueError("truth must have at least one pixel that is True")
        self._truth = truth.astype(bool)
        self._name = f"height={shape[0]}, width={shape[1]}"
        blob = Blob()
        spec = {
            "shape": list(shape),
            "image": blob.add(self._image),
            "probability": blob.add(self._probability),
            "truth": blob.add(truth),
            "curve": [float(self._dice_at(level / LEVELS)) for level in range(LEVELS + 1)],
            "colours": COLOURS,
        }
        super().__init__(spec, blob, threshold=check_number("threshold", threshold, 0, 1))

    @property
    def mask(self) -> np.ndarray:
        """Return the mask at the threshold."""
        return self._mask_at(self.threshold)

    @traitlets.validate("threshold")
    def _check_threshold(self, proposal: Any) -> float:
        return check_number("threshold", proposal["value"], 0, 1)

    def _mask_at(self, threshold: float) -> np.ndarray:
        return self._probability > np.float32(threshold)

    def _dice_at(self, threshold: float) -> float:
        return float(dice(self._truth[None], self._mask_at(threshold)[None])[0])

    def _outcome(self) -> None:
        mask = self.mask
        self.dice = self._dice_at(self.threshold)
        self.boundary_error = float(average_surface_distance(self._truth[None], mask[None])[0])
        self.missed = int((self._truth & ~mask).sum())
        self.extra = int((mask & ~self._truth).sum())

    def _poster(self) -> tuple[str, str]:
        mask = self.mask
        outlined = np.repeat(self._image[..., None], 3, axis=-1)
        outlined[boundary(mask[None])[0]] = COLOURS["missed"]
        compared = np.zeros_like(outlined)
        compared[mask & self._truth] = COLOURS["both"]
        compared[self._truth & ~mask] = COLOURS["missed"]
        compared[mask & ~self._truth] = COLOURS["extra"]
        height = 200 * mask.shape[0] / mask.shape[1]
        line = f"Threshold {self.threshold:.2f}: Dice {self.dice:.3f}, boundary error "
        line += f"{self.boundary_error:.2f} pixels"
        parts = (
            _poster.text(20, 22, "Image and outline of the mask"),
            _poster.picture(20, 30, 200, outlined, "gray"),
            _poster.text(250, 22, "Mask against truth"),
            _poster.picture(250, 30, 200, compared, "gray"),
            _poster.text(20, 52 + height, line),
        )
        return _poster.svg(470, 64 + height, *parts), (
            f"An image with the outline of a mask, and the mask compared with the truth. {line}, "
            f"{self.missed} pixels missed and {self.extra} too many"
        )


def _same_shape(argument: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = check_levels(argument, values, (2,))
    if array.shape != shape:
        raise ValueError(f"{argument} must have the image's shape {shape}, not {array.shape}")
    return array
