"""Judge scores that should rank rare positives first, stream by stream.

Taught in the chapter "Anomalies" (``chapters/anomalies.md``). A stream is anything with
``is_fraud``, an array of truth values, and ``kinds``, one name for each item, as
:func:`course_lib.data.load_transfers` returns it. Scores come as one array for each stream.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn import metrics

from course_lib import plots

LINES = ("-", ":", "--", "-.", (0, (5, 1, 1, 1)))


def average_precisions(scores: Sequence[np.ndarray], streams: Sequence) -> np.ndarray:
    """Return the average precision on each stream.

    Parameters
    ----------
    scores : sequence of array, shape (items,)
        One array for each stream; larger is more suspicious.
    streams : sequence
        The streams.

    Returns
    -------
    array, shape (streams,)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, True, False, True]))
    >>> average_precisions([np.array([0.1, 0.9, 0.5, 0.4])], [stream]).round(2).tolist()
    [0.83]
    """
    pairs = zip(streams, scores, strict=True)
    return np.array([metrics.average_precision_score(t.is_fraud, s) for t, s in pairs])


def normal_quantiles(scores: Sequence[np.ndarray], streams: Sequence, share: float) -> np.ndarray:
    """Return the score that a share of each stream's normal items stays below.

    Parameters
    ----------
    scores, streams
        As in :func:`average_precisions`.
    share : float
        Between 0 and 1; 1 less the rate of false alarms.

    Returns
    -------
    array, shape (streams,)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, False, False, True]))
    >>> normal_quantiles([np.array([1.0, 2.0, 3.0, 9.0])], [stream], 0.5).tolist()
    [2.0]
    """
    pairs = zip(streams, scores, strict=True)
    return np.array([np.quantile(s[~t.is_fraud], share) for t, s in pairs])


def caught_by_kind(
    scores: Sequence[np.ndarray], streams: Sequence, thresholds: Sequence[float]
) -> pd.DataFrame:
    """Return the share of items at or above a threshold, of each kind but "normal".

    Parameters
    ----------
    scores, streams
        As in :func:`average_precisions`.
    thresholds : sequence of float
        One for each stream.

    Returns
    -------
    DataFrame
        A row for each stream, a column for each kind.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(kinds=np.array(["normal", "theft", "theft"]))
    >>> caught_by_kind([np.array([0.1, 0.9, 0.2])], [stream], [0.5])
       theft
    0    0.5
    """
    triples = zip(scores, streams, thresholds, strict=True)
    rows = [pd.Series(s >= limit).groupby(t.kinds).mean() for s, t, limit in triples]
    return pd.DataFrame(rows).drop(columns="normal").reset_index(drop=True)


def ranking_curves(scores: Mapping[str, Sequence[np.ndarray]], streams: Sequence) -> Figure:
    """Draw ROC and precision-recall curves, a line for each method and stream.

    Parameters
    ----------
    scores : mapping of str to scores
        A name for the legend, and scores as in :func:`average_precisions`.
    streams : sequence
        The streams.

    Returns
    -------
    Figure

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, True, False, True]))
    >>> fig = ranking_curves({"mine": [np.array([0.1, 0.9, 0.5, 0.4])]}, [stream])
    >>> fig.axes[1].get_xlabel()
    'recall: caught / frauds'
    """
    fig, (left, right) = plots.figure(1, 2, size=(9, 4))
    for number, (name, by_stream) in enumerate(scores.items()):
        look = {
            "color": plots.PALETTE[number % len(plots.PALETTE)],
            "linestyle": LINES[number % len(LINES)],
            "linewidth": 1,
        }
        for stream, s in zip(streams, by_stream, strict=True):
            left.plot(*metrics.roc_curve(stream.is_fraud, s)[:2], **look)
            precision, recall, _ = metrics.precision_recall_curve(stream.is_fraud, s)
            (line,) = right.plot(recall, precision, **look)
        line.set_label(name)
    prevalence = np.mean([stream.is_fraud.mean() for stream in streams])
    right.axhline(prevalence, color="#666666", linestyle=":", label="prevalence")
    left.set(xlabel="false alarms / normal items", ylabel="caught / frauds")
    right.set(xlabel="recall: caught / frauds", ylabel="precision: frauds / alarms")
    right.legend(loc="center left")
    return fig
