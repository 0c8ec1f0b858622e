"""Explorer of a decision: where to put the threshold on an anomaly score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_flag, check_list, check_number, shown

from . import _poster
from ._base import Blob, Explorer
from ._checks import check_values

BINS = 40
MAX_THRESHOLDS = 4000
COSTS = ("false_alarm", "miss")


class ThresholdExplorer(Explorer):
    """Two histograms of a score and a threshold to drag; what it catches and what it costs.

    An item raises an alarm where its score is at least the threshold. Anomalies are the positive
    class.

    Parameters
    ----------
    scores : array_like
        Anomaly scores, shape (items,), finite; larger is more anomalous.
    is_anomaly : array_like of bool
        The truth, shape (items,), with at least one normal item and one anomaly.
    costs : mapping or pair of float
        ``{"false_alarm": ..., "miss": ...}``, or the two in this order, at least 0.
    threshold : float, optional
        Where the threshold starts; by default where the cost is least.
    log : bool
        Draw the scores, which must then be positive, on a logarithmic axis.

    Attributes
    ----------
    threshold : float
        The threshold. Synchronised: set it, observe it, link it.
    false_alarm_cost, miss_cost : float
        What a mistake of each kind costs. Synchronised.
    tp, fp, fn, tn : int
        Counts of caught anomalies, false alarms, misses and quiet normal items. Synchronised.
    precision : float or None
        ``tp / (tp + fp)``, None without an alarm. Synchronised.
    recall : float
        ``tp / (tp + fn)``. Synchronised.
    cost : float
        ``fp * false_alarm_cost + fn * miss_cost``. Synchronised.
    best_threshold : float
        A threshold of least cost; the highest of several.

    Raises
    ------
    TypeError, ValueError
        An argument has a wrong type or shape, is empty or holds NaN, a class is missing, or a cost
        is negative. The message names it.

    Notes
    -----
    With more than 4,000 different scores, the threshold is rounded up to one of 4,000 of them,
    which lie at every anomaly and closest among the high scores; the counts there are exact.

    Examples
    --------
    >>> explorer = ThresholdExplorer([0.1, 0.2, 0.9, 0.4], [0, 0, 1, 1], (1, 10), threshold=0.3)
    >>> explorer.tp, explorer.fp, explorer.fn, explorer.tn, explorer.cost
    (2, 0, 0, 2, 0.0)
    >>> explorer.threshold = 0.5
    >>> explorer.recall, explorer.cost
    (0.5, 10.0)
    """

    _files = ("dom.js", "parts.js", "threshold.js")
    _build = "buildThreshold"
    _inputs = ("threshold", "false_alarm_cost", "miss_cost")

    threshold = traitlets.Float(0.0).tag(sync=True)
    false_alarm_cost = traitlets.Float(1.0).tag(sync=True)
    miss_cost = traitlets.Float(1.0).tag(sync=True)
    tp = traitlets.Int().tag(sync=True)
    fp = traitlets.Int().tag(sync=True)
    fn = traitlets.Int().tag(sync=True)
    tn = traitlets.Int().tag(sync=True)
    precision = traitlets.Float(None, allow_none=True).tag(sync=True)
    recall = traitlets.Float().tag(sync=True)
    cost = traitlets.Float().tag(sync=True)

    def __init__(
        self,
        scores: Any,
        is_anomaly: Any,
        costs: Mapping[str, float] | tuple[float, float],
        *,
        threshold: float | None = None,
        log: bool = False,
    ) -> None:
        scores = check_values("scores", scores, (1,))
        check_flag("log", log)
        truth = _truth(is_anomaly, len(scores))
        false_alarm, miss = _costs(costs)
        if log and scores.min() <= 0:
            raise ValueError(f"scores must be positive for log=True, not {scores.min():g}")
        self._totals = int((~truth).sum()), int(truth.sum())
        self._levels, self._rounded = _levels(scores, truth)
        self._counts = [_at_least(scores[truth == kind], self._levels) for kind in (False, True)]
        self._bars = _histograms(scores, truth, log)
        self._log = bool(log)
        self._name = f"normal={self._totals[0]}, anomalies={self._totals[1]}"
        blob = Blob()
        spec = {
            "levels": blob.add(self._levels),
            "counts": [blob.add(counts) for counts in self._counts],
            "totals": self._totals,
            "edges": [float(edge) for edge in self._bars[0]],
            "bars": [[int(n) for n in bars] for bars in self._bars[1:]],
            "log": self._log,
            "rounded": self._rounded,
        }
        best = self._best(false_alarm, miss)
        start = best if threshold is None else check_number("threshold", threshold, -np.inf)
        super().__init__(spec, blob, threshold=start, false_alarm_cost=false_alarm, miss_cost=miss)

    @property
    def best_threshold(self) -> float:
        """Return a threshold of least cost."""
        return self._best(self.false_alarm_cost, self.miss_cost)

    @traitlets.validate("threshold")
    def _check_threshold(self, proposal: Any) -> float:
        threshold = check_number("threshold", proposal["value"], -np.inf)
        return float(self._levels[self._level(threshold)]) if self._rounded else threshold

    @traitlets.validate("false_alarm_cost", "miss_cost")
    def _check_cost(self, proposal: Any) -> float:
        return check_number(proposal["trait"].name, proposal["value"])

    def _level(self, threshold: float) -> int:
        return min(int(np.searchsorted(self._levels, np.float32(threshold))), len(self._levels) - 1)

    def _best(self, false_alarm: float, miss: float) -> float:
        cost = self._counts[0] * false_alarm + (self._totals[1] - self._counts[1]) * miss
        return float(self._levels[len(cost) - 1 - int(np.argmin(cost[::-1]))])

    def _outcome(self) -> None:
        # Above the highest level nothing raises an alarm, which its counts say too.
        at = self._level(self.threshold)
        self.fp, self.tp = (int(counts[at]) for counts in self._counts)
        self.tn, self.fn = self._totals[0] - self.fp, self._totals[1] - self.tp
        self.precision = self.tp / (self.tp + self.fp) if self.tp + self.fp else None
        self.recall = self.tp / self._totals[1]
        self.cost = self.fp * self.false_alarm_cost + self.fn * self.miss_cost

    def _poster(self) -> tuple[str, str]:
        edges, *bars = self._bars
        span = edges[-1] - edges[0]
        place = np.log10(self.threshold) if self._log and self.threshold > 0 else self.threshold
        x = 20 + 480 * float(np.clip((place - edges[0]) / span, 0, 1))
        parts = []
        for row, (name, colour, heights) in enumerate(
            zip(("Normal items", "Anomalies"), ("#0072b2", "#d55e00"), bars, strict=True)
        ):
            base = 110 + 110 * row
            parts.append(_poster.text(20, base - 84, name))
            parts += [
                f'<rect x="{20 + 12 * i}" y="{base - 78 * n / max(heights):.1f}" width="11" '
                f'height="{78 * n / max(heights):.1f}" fill="{colour}"/>'
                for i, n in enumerate(heights)
                if n
            ]
        parts.append(f'<path d="M{x:.1f} 30V220" stroke="{_poster.INK}" stroke-width="2"/>')
        return _poster.svg(520, 235, *parts), (
            "Histograms of the scores of normal items and of anomalies with a threshold at "
            f"{self.threshold:.3g}: it catches {self.tp} of {self._totals[1]} anomalies with "
            f"{self.fp} false alarms"
        )


def _truth(is_anomaly: Any, count: int) -> np.ndarray:
    truth = check_values("is_anomaly", is_anomaly, (1,))
    if len(truth) != count:
        raise ValueError(
            f"is_anomaly must have one entry for each of the {count} scores, not {len(truth)}"
        )
    if not np.isin(truth, (0, 1)).all():
        raise ValueError("is_anomaly must hold True and False only")
    if truth.all() or not truth.any():
        raise ValueError(
            "is_anomaly must name at least one anomaly and one normal item, "
            f"not {int(truth.sum())} anomalies among {count}"
        )
    return truth.astype(bool)


def _costs(costs: Any) -> list[float]:
    if isinstance(costs, Mapping) and set(costs) == set(COSTS):
        costs = [costs[name] for name in COSTS]
    elif isinstance(costs, Mapping) or len(check_list("costs", costs)) != len(COSTS):
        raise ValueError(
            f"costs must have the keys {' and '.join(COSTS)}, or be these two numbers, "
            f"not {shown(costs)}"
        )
    return [check_number(f"costs[{n!r}]", cost) for n, cost in zip(COSTS, costs, strict=True)]


def _levels(scores: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the thresholds that can be told apart, ascending, and whether they were thinned."""
    levels = np.unique(scores)
    thinned = len(levels) > MAX_THRESHOLDS
    if thinned:
        anomalies = np.unique(scores[truth])
        anomalies = anomalies[:: -(-2 * len(anomalies) // MAX_THRESHOLDS)]
        # The rest by rank, dense at the high end: half of it in the upper twentieth.
        ranks = np.concatenate([np.linspace(0, 0.95, 1000), np.linspace(0.95, 1, 1000)])
        picked = levels[np.rint(ranks * (len(levels) - 1)).astype(int)]
        levels = np.unique(np.concatenate([anomalies, picked]))
    above = np.nextafter(levels[-1], np.float32(np.inf))
    return np.append(levels, above).astype("float32"), thinned


def _at_least(scores: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Count the scores that are at least each level."""
    return len(scores) - np.searchsorted(np.sort(scores), levels)


def _histograms(scores: np.ndarray, truth: np.ndarray, log: bool) -> list[np.ndarray]:
    """Return the edges of the bins on the axis, and the counts of both classes."""
    values = np.log10(scores.astype("float64")) if log else scores.astype("float64")
    low, high = values.min(), values.max()
    margin = (high - low) * 0.02 or 0.5
    edges = np.linspace(low - margin, high + margin, BINS + 1)
    return [edges, *(np.histogram(values[truth == kind], edges)[0] for kind in (False, True))]
