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
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest, RandomForestClassifier
from sklearn.neighbors import LocalOutlierFactor, NearestNeighbors
from sklearn.svm import OneClassSVM

from course_lib import plots

LINES = ("-", ":", "--", "-.", (0, (5, 1, 1, 1)))


def pca_scores(
    components: int, fitted_to: np.ndarray, streams: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Score by the squared distance to the plane of the first principal components.

    Parameters
    ----------
    components : int
        Dimensions of the plane; with 0 it is the mean of the normal items.
    fitted_to : array, shape (items, features)
        Normal items.
    streams : sequence of array, shape (items, features)
        What is scored.

    Returns
    -------
    list of array, shape (items,)
        For each stream the mean squared error over the features.

    Examples
    --------
    >>> line = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> pca_scores(1, line, [np.array([[5.0, 5.0], [0.0, 2.0]])])[0].round(2).tolist()
    [0.0, 1.0]
    >>> pca_scores(0, line, [np.array([[1.0, 4.0]])])[0].tolist()
    [4.5]
    """
    pca = PCA(max(components, 1), svd_solver="full").fit(fitted_to)
    axes, scores = pca.components_[:components], []
    for x in streams:
        centred = x - pca.mean_
        scores.append(((centred - centred @ axes.T @ axes) ** 2).mean(axis=1))
    return scores


def forest_scores(
    samples: int, fitted_to: np.ndarray, streams: Sequence[np.ndarray], first: int = 0
) -> list[np.ndarray]:
    """Score by isolation forests, a forest of its own seed for each stream.

    Parameters
    ----------
    samples : int
        Items that a tree sees; at most all.
    fitted_to, streams
        As in :func:`pca_scores`.
    first : int
        Seed of the first forest; the others count on.

    Returns
    -------
    list of array, shape (items,)

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(100, 2))
    >>> near, far = forest_scores(256, normal, [np.array([[0.0, 0.0], [9.0, 9.0]])])[0]
    >>> bool(near < far)
    True
    """
    samples, scores = min(samples, len(fitted_to)), []
    for seed, x in enumerate(streams, start=first):
        forest = IsolationForest(max_samples=samples, random_state=seed).fit(fitted_to)
        scores.append(-forest.score_samples(x))
    return scores


def svm_scores(
    nu: float, fitted_to: np.ndarray, streams: Sequence[np.ndarray], known: int = 2000
) -> list[np.ndarray]:
    """Score by a one-class support vector machine.

    Parameters
    ----------
    nu : float
        Softness of the border: about the share of normal items left outside.
    fitted_to, streams
        As in :func:`pca_scores`.
    known : int
        About so many of the normal items, evenly spaced, are learned from: the time grows with
        the square of their number.

    Returns
    -------
    list of array, shape (items,)

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(100, 2))
    >>> near, far = svm_scores(0.1, normal, [np.array([[0.0, 0.0], [9.0, 9.0]])])[0]
    >>> bool(near < far)
    True
    """
    svm = OneClassSVM(nu=nu).fit(_thinned(fitted_to, known))
    return [-svm.score_samples(x) for x in streams]


def neighbour_scores(
    k: int, fitted_to: np.ndarray, streams: Sequence[np.ndarray], known: int = 5000
) -> list[np.ndarray]:
    """Score by the mean distance to the nearest normal items.

    Parameters
    ----------
    k : int
        How many of the nearest count.
    fitted_to, streams
        As in :func:`pca_scores`.
    known : int
        About so many of the normal items, evenly spaced, are looked at.

    Returns
    -------
    list of array, shape (items,)

    Examples
    --------
    >>> line = np.arange(9.0)[:, None]
    >>> neighbour_scores(2, line, [np.array([[3.0], [20.0]])])[0].tolist()
    [0.5, 12.5]
    """
    near = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(_thinned(fitted_to, known))
    return [near.kneighbors(x)[0].mean(axis=1) for x in streams]


def factor_scores(
    k: int, fitted_to: np.ndarray, streams: Sequence[np.ndarray], known: int = 5000
) -> list[np.ndarray]:
    """Score by the local outlier factor: how much thinner the data lie here than at the neighbours.

    Parameters
    ----------
    k : int
        Neighbours that the density is estimated from.
    fitted_to, streams, known
        As in :func:`neighbour_scores`.

    Returns
    -------
    list of array, shape (items,)

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(100, 2))
    >>> near, far = factor_scores(20, normal, [np.array([[0.0, 0.0], [9.0, 9.0]])])[0]
    >>> bool(near < far)
    True
    """
    factor = LocalOutlierFactor(k, novelty=True, algorithm="brute")
    factor.fit(_thinned(fitted_to, known))
    return [-factor.score_samples(x) for x in streams]


def labelled_scores(
    labels: int, frauds: np.ndarray, fitted_to: np.ndarray, streams: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """Score by a random forest that has seen the labels of a few frauds.

    For each stream a forest of its own sees other frauds, drawn from the same ones, and 5,000
    normal items; both classes have the same weight.

    Parameters
    ----------
    labels : int
        Frauds whose label is known; at most all.
    frauds : array, shape (frauds, features)
    fitted_to, streams
        As in :func:`pca_scores`.

    Returns
    -------
    list of array, shape (items,)
        The share of trees, weighted by their certainty, that call an item a fraud.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> frauds, normal = rng.normal(5, 1, (20, 2)), rng.normal(0, 1, (200, 2))
    >>> good, bad = labelled_scores(10, frauds, normal, [np.array([[0.0, 0.0], [5.0, 5.0]])])[0]
    >>> bool(good < bad)
    True
    """
    normal, scores = _thinned(fitted_to, 5000), []
    for seed, x in enumerate(streams):
        known = np.random.default_rng(seed).permutation(frauds)[:labels]
        forest = RandomForestClassifier(
            min_samples_leaf=5, class_weight="balanced_subsample", random_state=seed, n_jobs=-1
        )
        is_fraud = np.arange(len(known) + len(normal)) < len(known)
        forest.fit(np.concatenate([known, normal]), is_fraud)
        scores.append(forest.predict_proba(x)[:, 1])
    return scores


def recalls(scores: Sequence[np.ndarray], streams: Sequence, rates: Sequence[float]) -> np.ndarray:
    """Return the share of frauds above the threshold that gives each rate of false alarms.

    Parameters
    ----------
    scores, streams
        As in :func:`average_precisions`.
    rates : sequence of float
        Shares of a stream's own normal items at or above the threshold: points of its ROC curve.

    Returns
    -------
    array, shape (streams, rates)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, False, False, True, True]))
    >>> recalls([np.array([1.0, 2.0, 3.0, 2.5, 9.0])], [stream], [0.0, 0.5]).tolist()
    [[0.5, 1.0]]
    """
    limits = [normal_quantiles(scores, streams, 1 - rate) for rate in rates]
    pairs = zip(streams, scores, np.transpose(limits), strict=True)
    return np.array([[(s[t.is_fraud] > at).mean() for at in row] for t, s, row in pairs])


def recall_table(
    scores: Mapping[str, Sequence[np.ndarray]], streams: Sequence, rates: Sequence[float]
) -> pd.DataFrame:
    """Tabulate :func:`recalls` of several methods, mean and standard deviation over the streams.

    Parameters
    ----------
    scores : mapping of str to scores
        A name for the row, and scores as in :func:`average_precisions`.
    streams, rates
        As in :func:`recalls`.

    Returns
    -------
    DataFrame
        A row for each method, a column for each rate.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, False, True, True]))
    >>> s = np.array([1.0, 2.0, 3.0, 0.5])
    >>> recall_table({"mine": [s, s]}, [stream, stream], [0.5]).to_dict()
    {'50.0% false alarms': {'mine': '0.50 ± 0.00'}}
    """
    shares = {name: recalls(s, streams, rates) for name, s in scores.items()}
    columns = {
        f"{rate:.1%} false alarms": {
            name: f"{r[:, j].mean():.2f} ± {r[:, j].std(ddof=1):.2f}" for name, r in shares.items()
        }
        for j, rate in enumerate(rates)
    }
    return pd.DataFrame(columns)


def top_hits(scores: Sequence[np.ndarray], streams: Sequence, count: int) -> np.ndarray:
    """Return how many frauds are among the highest scores of each stream.

    Parameters
    ----------
    scores, streams
        As in :func:`average_precisions`.
    count : int
        How many of the highest scores are looked at.

    Returns
    -------
    int array, shape (streams,)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, True, False, True]))
    >>> top_hits([np.array([0.1, 0.9, 0.5, 0.4])], [stream], 2).tolist()
    [1]
    """
    pairs = zip(streams, scores, strict=True)
    return np.array([t.is_fraud[np.argsort(-s)[:count]].sum() for t, s in pairs])


def cost(
    scores: np.ndarray, is_fraud: np.ndarray, threshold: float, costs: Mapping[str, float]
) -> float:
    """Return what the mistakes of a threshold cost.

    Parameters
    ----------
    scores : array, shape (items,)
    is_fraud : array of bool, shape (items,)
    threshold : float
        An alarm is raised at it and above.
    costs : mapping
        The price of a "false_alarm" and of a "miss".

    Returns
    -------
    float

    Examples
    --------
    >>> cost(np.array([1, 2, 3]), np.array([True, False, True]), 2, {"false_alarm": 5, "miss": 90})
    95
    """
    alarm = scores >= threshold
    false_alarms, misses = (alarm & ~is_fraud).sum(), (~alarm & is_fraud).sum()
    return (false_alarms * costs["false_alarm"] + misses * costs["miss"]).item()


def cheapest(scores: np.ndarray, is_fraud: np.ndarray, costs: Mapping[str, float]) -> float:
    """Return the threshold of least cost among 401 quantiles of the upper fifth of the scores.

    Parameters
    ----------
    scores, is_fraud, costs
        As in :func:`cost`.

    Returns
    -------
    float

    Examples
    --------
    >>> scores = np.arange(100.0)
    >>> bool(94 < cheapest(scores, scores > 95, {"false_alarm": 5, "miss": 90}) <= 96)
    True
    """
    thresholds = np.quantile(scores, np.linspace(0.8, 1, 401))
    return thresholds[np.argmin([cost(scores, is_fraud, t, costs) for t in thresholds])]


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


def roc_areas(scores: Sequence[np.ndarray], streams: Sequence) -> np.ndarray:
    """Return the area under the ROC curve on each stream.

    Parameters
    ----------
    scores, streams
        As in :func:`average_precisions`.

    Returns
    -------
    array, shape (streams,)

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> stream = SimpleNamespace(is_fraud=np.array([False, True, False, True]))
    >>> roc_areas([np.array([0.1, 0.9, 0.5, 0.4])], [stream]).tolist()
    [0.75]
    """
    pairs = zip(streams, scores, strict=True)
    return np.array([metrics.roc_auc_score(t.is_fraud, s) for t, s in pairs])


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
    """Draw ROC and precision-recall curves, for each method the mean and the range of the streams.

    Parameters
    ----------
    scores : mapping of str to scores
        A name for the line, and scores as in :func:`average_precisions`.
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
    fig, (above, below) = plots.figure(2, 1, size=(plots.PAGE, 7))
    grid = np.linspace(0, 1, 101)
    for number, (name, by_stream) in enumerate(scores.items()):
        look = {
            "color": plots.PALETTE[number % len(plots.PALETTE)],
            "linestyle": LINES[number % len(LINES)],
        }
        caught, precise = [], []
        for stream, s in zip(streams, by_stream, strict=True):
            caught.append(np.interp(grid, *metrics.roc_curve(stream.is_fraud, s)[:2]))
            precision, recall, _ = metrics.precision_recall_curve(stream.is_fraud, s)
            precise.append(np.interp(grid, recall[::-1], precision[::-1]))
        for axes, lines in ((above, caught), (below, precise)):
            axes.plot(grid, np.mean(lines, axis=0), label=name, **look)
            reach = np.min(lines, axis=0), np.max(lines, axis=0)
            axes.fill_between(grid, *reach, color=look["color"], alpha=0.15, linewidth=0)
    prevalence = np.mean([stream.is_fraud.mean() for stream in streams])
    below.axhline(prevalence, color=plots.BASELINE, linestyle=":")
    below.text(0, prevalence, "prevalence", va="bottom", color=plots.BASELINE)
    above.set(xlabel="false alarms / normal items", ylabel="caught / frauds")
    below.set(xlabel="recall: caught / frauds", ylabel="precision: frauds / alarms")
    plots.name_lines(above)
    return fig


def _thinned(items, known):
    """Return about so many of the items, evenly spaced."""
    return items[:: -(-len(items) // known)]
