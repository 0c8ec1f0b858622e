"""Explorer of a decoder: a point in the space of codes, and a code whose numbers are damaged."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_choice, check_list, check_number

from . import _poster
from ._base import Blob
from ._checks import check_item, check_values
from ._decoder import DecoderExplorer

DAMAGES = ("wiped", "noisy", "frozen")
MAX_NUMBERS = 16


class LatentExplorer(DecoderExplorer):
    """A map of codes on which a reader moves a point, and the decoded image beside it.

    Codes of more than two numbers are shown in the plane of their two leading principal
    directions, with a slider for each further one, up to eight, or with a button for each number,
    which damages it.

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
    numbers : bool
        Whether the single numbers of the code can be damaged, by buttons in place of the sliders.
        A code may then have at most 16 numbers.

    Attributes
    ----------
    code : list of float
        The current code. Synchronised: set it, observe it, link it.
    damage : list
        One entry a number of the code, synchronised: None; ``["wiped", value]`` or
        ``["frozen", value]``, which the decoder gets instead; ``["noisy", value]``, which is
        added. The reader's buttons wipe a number to its mean over the items, freeze it where it
        stands, and add noise of half its spread.
    image : numpy.ndarray
        The decoded image, shape `image_shape`, computed in the kernel when one of them changes.
    weight_error : float
        Largest difference that 16-bit weights make on the training codes; 0.0 below 300 kB.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, or the decoder has a layer
        that is not supported. The message names it.

    Examples
    --------
    >>> import keras
    >>> decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(35, "sigmoid")])
    >>> explorer = LatentExplorer(decoder, [[-1, 0], [1, 0]], ["a", "b"], (7, 5))
    >>> explorer.code = [0.5, 0.9]
    >>> explorer.image.shape
    (7, 5)
    """

    _files = (
        "dom.js",
        "parts.js",
        "random.js",
        "network.js",
        "map.js",
        "numbers.js",
        "latent.js",
    )
    _build = "buildLatent"
    _inputs = ("code", "damage")

    damage = traitlets.Any().tag(sync=True)  # any sequence is taken, a list is kept

    def __init__(
        self,
        decoder: Any,
        codes: Any,
        labels: Any,
        image_shape: tuple[int, ...],
        *,
        start: int | str = 0,
        cmap: str = "gray",
        numbers: bool = False,
    ) -> None:
        self._take(decoder, codes, labels, image_shape, cmap)
        home = self._space.codes[check_item("start", start, self._space.labels)]
        if numbers and len(home) > MAX_NUMBERS:
            raise ValueError(
                f"codes must have at most {MAX_NUMBERS} numbers where numbers=True, not {len(home)}"
            )
        blob = Blob()
        spec = self._describe(blob) | {"home": blob.add(home), "numbers": bool(numbers)}
        super().__init__(spec, blob, code=home.tolist(), damage=[None] * len(home))

    @traitlets.validate("code")
    def _check_code(self, proposal: Any) -> list[float]:
        code = check_values("code", proposal["value"], (1,))
        if len(code) != self._space.codes.shape[1]:
            raise ValueError(
                f"code must have {self._space.codes.shape[1]} numbers, not {len(code)}"
            )
        return code.tolist()

    @traitlets.validate("damage")
    def _check_damage(self, proposal: Any) -> list[list[Any] | None]:
        entries, size = check_list("damage", proposal["value"]), self._space.codes.shape[1]
        if len(entries) != size:
            raise ValueError(f"damage must have {size} entries, one a number, not {len(entries)}")
        return [None if entry is None else _check_entry(entry) for entry in entries]

    def _outcome(self) -> None:
        given = [
            value if entry is None else entry[1] + value * (entry[0] == "noisy")
            for value, entry in zip(self.code, self.damage, strict=True)
        ]
        self.image = self._decode(given)

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


def _check_entry(entry: Any) -> list[Any]:
    pair = check_list("each entry of damage", entry)
    if len(pair) != 2:
        raise ValueError(f"each entry of damage must be None or [kind, value], not {entry!r}")
    check_choice("kind of damage", pair[0], DAMAGES)
    return [pair[0], check_number("value of damage", pair[1], -np.inf)]
