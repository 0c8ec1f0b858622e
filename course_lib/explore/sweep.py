"""Explorer of a sweep: every trained network as a point, and one setting looked at closely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_count, check_list, check_mapping, check_text, shown

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_levels, check_values

MAX_RUNS = 2000


class SweepExplorer(Explorer):
    """Results of trainings over a grid: a point each; sliders choose a setting.

    The points of all trainings stand against the values of one factor, which the reader chooses.
    Those that share the chosen values of the other factors are marked. Beside them stand the
    learning curves of the chosen setting, one for each seed, and below what its first network
    makes of some items, if they are given.

    Parameters
    ----------
    factors : mapping of str to sequence
        What was varied, by name, and the values of each factor in the order of its slider.
    results : array_like
        What was measured, shape (values of factor 1, values of factor 2, ..., seeds), positive.
    measure : str
        What the results are; the name of the vertical axis.
    curves : array_like, optional
        Positive values over the training, shape of `results` with one more axis at the end.
    curve_name : str
        What the curves are.
    pictures : array_like, optional
        Output for a few items of one network of each setting, values in [0, 1], shape
        (values of factor 1, ..., items, height, width).
    originals : array_like, optional
        The items themselves, shape (items, height, width). Given together with `pictures`.
    start : sequence of int, optional
        Positions of the values chosen at first, one for each factor; the first ones unless given.

    Attributes
    ----------
    chosen : list of int
        Positions of the chosen values, one for each factor. Synchronised.
    axis : int
        Position of the factor on the horizontal axis. Synchronised.
    setting : dict
        The chosen value of each factor.
    mean, spread : float
        Mean and sample standard deviation (ddof 1) over the seeds of the chosen setting; the
        spread of a single seed is 0. Synchronised.
    best : dict
        The setting with the lowest mean.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN. The message names it.

    Examples
    --------
    >>> errors = [[[0.3, 0.5], [0.2, 0.2]], [[0.6, 0.8], [0.9, 0.9]]]
    >>> factors = {"code": [2, 8], "rate": [0.003, 0.03]}
    >>> explorer = SweepExplorer(factors, errors, "held-out error")
    >>> explorer.setting, round(explorer.mean, 3), round(explorer.spread, 3)
    ({'code': 2, 'rate': 0.003}, 0.4, 0.141)
    >>> explorer.chosen = [1, 0]
    >>> explorer.setting["code"], explorer.best
    (8, {'code': 2, 'rate': 0.03})
    """

    _files = ("dom.js", "parts.js", "sweep.js")
    _build = "buildSweep"
    _inputs = ("chosen", "axis")

    chosen = traitlets.Any().tag(sync=True)  # any sequence is taken, a list is kept
    axis = traitlets.Int(0).tag(sync=True)
    mean = traitlets.Float().tag(sync=True)
    spread = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        factors: Mapping[str, Sequence[Any]],
        results: Any,
        measure: str,
        *,
        curves: Any = None,
        curve_name: str = "loss",
        pictures: Any = None,
        originals: Any = None,
        start: Sequence[int] | None = None,
    ) -> None:
        self._factors = _factors(factors)
        grid = tuple(map(len, self._factors.values()))
        self._results = _on_grid("results", results, grid, 1)
        if self._results.size > MAX_RUNS:
            raise ValueError(
                f"results must hold at most {MAX_RUNS} trainings, not {self._results.size}"
            )
        check_text("measure", measure)
        check_text("curve_name", curve_name)
        if (pictures is None) != (originals is None):
            missing = "pictures" if pictures is None else "originals"
            raise ValueError(
                f"pictures and originals must be given together, and {missing} is None"
            )
        blob = Blob()
        spec = {
            "names": list(self._factors),
            "values": [[_words(value) for value in values] for values in self._factors.values()],
            "results": blob.add(self._results),
            "seeds": self._results.shape[-1],
            "measure": measure,
            "curve_name": curve_name,
            "curves": None,
            "pictures": None,
        }
        if curves is not None:
            curves = _on_grid("curves", curves, self._results.shape, 1)
            spec |= {"curves": blob.add(curves), "points": curves.shape[-1]}
        if pictures is not None:
            originals = check_levels("originals", originals, (3,))
            pictures = check_levels("pictures", pictures, (len(grid) + 3,))
            if pictures.shape != grid + originals.shape:
                raise ValueError(
                    f"pictures must have shape {grid + originals.shape}, that of the grid and the "
                    f"originals, not {pictures.shape}"
                )
            both = [np.rint(255 * images) for images in (pictures, originals)]
            spec |= {
                "pictures": blob.add(both[0], "<u1"),
                "originals": blob.add(both[1], "<u1"),
                "shape": list(originals.shape),
            }
        self._measure = measure
        self._name = f"settings={int(np.prod(grid))}, seeds={self._results.shape[-1]}"
        start = [0] * len(grid) if start is None else self._positions("start", start)
        super().__init__(spec, blob, chosen=start)

    def _positions(self, argument: str, values: Any) -> list[int]:
        """Return one position for each factor."""
        positions = check_list(argument, values)
        if len(positions) != len(self._factors):
            raise ValueError(
                f"{argument} must have {len(self._factors)} positions, one for each factor, "
                f"not {len(positions)}"
            )
        return [
            check_count(f"each entry of {argument}", position, 0, len(values) - 1)
            for position, values in zip(positions, self._factors.values(), strict=True)
        ]

    @traitlets.validate("chosen")
    def _check_chosen(self, proposal: Any) -> list[int]:
        return self._positions("chosen", proposal["value"])

    @traitlets.validate("axis")
    def _check_axis(self, proposal: Any) -> int:
        return check_count("axis", proposal["value"], 0, len(self._factors) - 1)

    def _at(self, positions: Sequence[int]) -> dict[str, Any]:
        pairs = zip(self._factors.items(), positions, strict=True)
        return {name: values[position] for (name, values), position in pairs}

    @property
    def setting(self) -> dict[str, Any]:
        """Return the chosen value of each factor."""
        return self._at(self.chosen)

    @property
    def best(self) -> dict[str, Any]:
        """Return the setting with the lowest mean."""
        means = self._results.astype("float64").mean(axis=-1)
        return self._at(np.unravel_index(means.argmin(), means.shape))

    def _outcome(self) -> None:
        seeds = self._results[tuple(self.chosen)].astype("float64")
        self.mean = float(seeds.mean())
        self.spread = float(seeds.std(ddof=1)) if len(seeds) > 1 else 0.0

    def _poster(self) -> tuple[str, str]:
        results = np.moveaxis(self._results, self.axis, 0)
        results = results.reshape(len(results), -1)
        low, high = np.log(results.min()), np.log(results.max())
        scale = 180 / (high - low) if high > low else 0
        dots = "".join(
            f'<circle cx="{60 + 300 * (i + 0.5) / len(results):.1f}" '
            f'cy="{220 - scale * (np.log(value) - low):.1f}" r="3" fill="#0072b2"/>'
            for i, column in enumerate(results)
            for value in column
        )
        name = list(self._factors)[self.axis]
        parts = [
            _poster.text(20, 24, f"{self._measure}, logarithmic"),
            f'<rect x="60" y="34" width="300" height="192" fill="none" stroke="{_poster.MUTED}"/>',
            dots,
            _poster.text(210, 262, name, anchor="middle"),
        ]
        for i, value in enumerate(self._factors[name]):
            x = 60 + 300 * (i + 0.5) / len(results)
            parts.append(_poster.text(x, 244, _words(value), anchor="middle"))
        return _poster.svg(400, 276, *parts), (
            f"{self._measure} of {self._results.size} trainings against {name}, a point each"
        )


def _factors(factors: Any) -> dict[str, list[Any]]:
    check_mapping("factors", factors)
    if not factors:
        raise ValueError("factors must hold at least one factor, not be empty")
    found = {}
    for name, values in factors.items():
        check_text("each name in factors", name)
        found[name] = check_list(f"factors[{name!r}]", values)
        if not found[name]:
            raise ValueError(f"factors[{name!r}] must hold at least one value, not be empty")
        for value in found[name]:
            if not isinstance(value, str | int | float | np.number):
                raise TypeError(
                    f"factors[{name!r}] must hold numbers and texts, not {shown(value)}"
                )
    return found


def _on_grid(argument: str, values: Any, shape: tuple[int, ...], more: int) -> np.ndarray:
    """Return positive float32 numbers whose first axes are those of the grid."""
    array = check_values(argument, values, (len(shape) + more,))
    if array.shape[: len(shape)] != shape:
        raise ValueError(
            f"{argument} must have the shape {shape} and one more axis, not {array.shape}"
        )
    if array.min() <= 0:
        raise ValueError(f"{argument} must hold positive numbers, not {array.min():g}")
    return array


def _words(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:g}"
