"""Explorer of pictures of the same thing: two of them under a divider that moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_list, check_mapping, check_number, check_text
from course_lib.metrics import psnr

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_item, check_levels

MAX_SIZE = 256


class ComparisonExplorer(Explorer):
    """Two pictures of the same thing, one left and one right of a divider that the reader moves.

    Each side shows one of several pictures; a slider chooses the level of those that come in
    levels, such as rates of compression or epochs of a training. The peak signal-to-noise ratio
    of both sides against a reference stands below.

    Parameters
    ----------
    pictures : mapping of str to array_like
        Two or more pictures by name, all of one shape (height, width), at most 256 a side, grey
        values in [0, 1]. With `levels` a picture may also be of shape (levels, height, width).
    reference : str
        Name of the picture that the others are measured against.
    levels : sequence of str, optional
        What to call each level, in the order of the slider.
    level_name : str
        What the levels are, the name of the slider.
    remarks : mapping of str to sequence of str, optional
        For pictures of several levels, by name: what to say of each level, such as its rate.
    left, right : str, optional
        The pictures shown at first; the first and the last one unless given.

    Attributes
    ----------
    left, right : int
        Positions of the two pictures. Synchronised, as are the next four.
    divider : float
        Part of the width that shows the left picture, from 0 to 1.
    level : int
        Position of the level.
    psnr_left, psnr_right : float or None
        Peak signal-to-noise ratio against the reference, of the pictures in 256 grey levels, in
        dB, as :func:`course_lib.metrics.psnr`; None where there is no difference.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, leaves its range, or names a picture that is not
        there. The message names it.

    Examples
    --------
    >>> clean = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> explorer = ComparisonExplorer({"clean": clean, "grey": 0.8 * clean + 0.1}, "clean")
    >>> explorer.psnr_left, round(explorer.psnr_right, 1)
    (None, 20.0)
    """

    _files = ("dom.js", "comparison.js")
    _build = "buildComparison"
    _inputs = ("left", "right", "divider", "level")

    left = traitlets.Int(0).tag(sync=True)
    right = traitlets.Int(1).tag(sync=True)
    divider = traitlets.Float(0.5).tag(sync=True)
    level = traitlets.Int(0).tag(sync=True)
    psnr_left = traitlets.Float(None, allow_none=True).tag(sync=True)
    psnr_right = traitlets.Float(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        pictures: Mapping[str, Any],
        reference: str,
        *,
        levels: Sequence[str] | None = None,
        level_name: str = "Level",
        remarks: Mapping[str, Sequence[str]] | None = None,
        left: str | None = None,
        right: str | None = None,
    ) -> None:
        self._levels = [""] if levels is None else [str(x) for x in check_list("levels", levels)]
        if not self._levels:
            raise ValueError("levels must hold at least one name, not be empty")
        self._pictures = _pictures(pictures, len(self._levels))
        self._names = list(self._pictures)
        self._reference = _choice("reference", reference, self._names)
        self._shape = next(iter(self._pictures.values())).shape[1:]
        check_text("level_name", level_name)
        sides = [
            _choice("left", self._names[0] if left is None else left, self._names),
            _choice("right", self._names[-1] if right is None else right, self._names),
        ]
        self._remarks = _remarks(remarks, self._pictures)
        self._name = f"pictures={len(self._names)}, levels={len(self._levels)}, shape={self._shape}"
        blob = Blob()
        spec = {
            "names": self._names,
            "pictures": [blob.add(stack, "<u1") for stack in self._pictures.values()],
            "shape": list(self._shape),
            "reference": self._reference,
            "levels": self._levels,
            "level_name": level_name,
            "remarks": self._remarks,
        }
        super().__init__(spec, blob, left=sides[0], right=sides[1])

    @traitlets.validate("left", "right")
    def _check_side(self, proposal: Any) -> int:
        return check_count(proposal["trait"].name, proposal["value"], 0, len(self._names) - 1)

    @traitlets.validate("divider")
    def _check_divider(self, proposal: Any) -> float:
        return check_number("divider", proposal["value"], 0, 1)

    @traitlets.validate("level")
    def _check_level(self, proposal: Any) -> int:
        return check_count("level", proposal["value"], 0, len(self._levels) - 1)

    def _picture(self, at: int) -> np.ndarray:
        """Return a picture at the current level, bytes (height, width)."""
        stack = self._pictures[self._names[at]]
        return stack[min(self.level, len(stack) - 1)]

    def _psnr(self, at: int) -> float | None:
        original, shown = (self._picture(i)[None] / 255 for i in (self._reference, at))
        value = float(psnr(original, shown)[0])
        return value if np.isfinite(value) else None

    def _outcome(self) -> None:
        self.psnr_left, self.psnr_right = self._psnr(self.left), self._psnr(self.right)

    def _poster(self) -> tuple[str, str]:
        at = round(self.divider * self._shape[1])
        both = np.concatenate(
            [self._picture(self.left)[:, :at], self._picture(self.right)[:, at:]], axis=1
        )
        left, right = self._names[self.left], self._names[self.right]
        width = 320
        height = width * self._shape[0] / self._shape[1]
        line = 20 + width * self.divider
        return _poster.svg(
            width + 40,
            height + 50,
            _poster.text(20, 24, f"Left: {left}"),
            _poster.text(width + 20, 24, f"right: {right}", anchor="end"),
            _poster.picture(20, 34, width, both / 255, "gray"),
            f'<path d="M{line:.1f} 34v{height:.1f}" stroke="{_poster.ACCENT}" stroke-width="3"/>',
        ), f"A picture with a divider in it: {left} on the left, {right} on the right"


def _pictures(pictures: Any, levels: int) -> dict[str, np.ndarray]:
    """Return each picture as bytes, shape (1 or levels, height, width)."""
    check_mapping("pictures", pictures)
    if len(pictures) < 2:
        raise ValueError(f"pictures must hold at least 2 pictures, not {len(pictures)}")
    stacks = {}
    for name, values in pictures.items():
        argument = f"pictures[{name!r}]"
        check_text("each name in pictures", name)
        array = check_levels(argument, values, (2, 3))
        stack = array if array.ndim == 3 else array[None]
        if len(stack) not in (1, levels):
            raise ValueError(f"{argument} must have 1 or {levels} levels, not {len(stack)}")
        if max(stack.shape[1:]) > MAX_SIZE:
            raise ValueError(
                f"{argument} must be at most {MAX_SIZE} a side, not of shape {stack.shape[1:]}"
            )
        stacks[name] = np.rint(255 * stack).astype("u1")
    shapes = {stack.shape[1:] for stack in stacks.values()}
    if len(shapes) > 1:
        raise ValueError(f"pictures must all have one height and width, not {sorted(shapes)}")
    return stacks


def _choice(argument: str, name: Any, names: list[str]) -> int:
    check_text(argument, name)
    if name not in names:
        raise ValueError(f"{argument} must be one of {', '.join(map(repr, names))}, not {name!r}")
    return check_item(argument, name, names)


def _remarks(remarks: Any, pictures: dict[str, np.ndarray]) -> dict[str, list[str]]:
    """Return texts by name, as many as the picture has levels."""
    if remarks is None:
        return {}
    check_mapping("remarks", remarks)
    found = {}
    for name, texts in remarks.items():
        _choice("each name in remarks", name, list(pictures))
        found[name] = [str(text) for text in check_list(f"remarks[{name!r}]", texts)]
        if len(found[name]) != len(pictures[name]):
            raise ValueError(
                f"remarks[{name!r}] must have {len(pictures[name])} texts, one for each level, "
                f"not {len(found[name])}"
            )
    return found
