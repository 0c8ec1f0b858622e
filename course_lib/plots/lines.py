"""Curves and points with the spread of several seeds."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.scale import get_scale_names

from course_lib._checks import (
    check_array,
    check_choice,
    check_flag,
    check_list,
    check_mapping,
    check_text,
)
from course_lib.plots.style import BASELINE, PAGE, PALETTE, figure, name_lines, styled

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


@styled
def curves(
    x: np.ndarray,
    series: Mapping[str, np.ndarray],
    *,
    x_name: str,
    y_name: str,
    spread: str = "std",
    reference: Mapping[str, float | np.ndarray] | None = None,
    x_scale: str = "linear",
    y_scale: str = "linear",
    markers: bool | None = None,
    size: tuple[float, float] = (PAGE, 3.4),
) -> Figure:
    """Draw the mean of several seeds as a line, and their spread as a band.

    Parameters
    ----------
    x : array, shape (points,)
        The abscissa that all series share.
    series : mapping of str to array, shape (seeds, points) or (points,)
        A name, written beside the line where there is room, and a row of values for each seed.
    x_name, y_name : str
        What the axes show, with units.
    spread : {"std", "range"}
        The band reaches one sample standard deviation to both sides of the mean, or from the
        least to the greatest seed.
    reference : mapping of str to float or array of shape (points,), optional
        Values without a spread, such as a baseline's, drawn in grey.
    x_scale, y_scale : str
        "linear", "log" or another scale of Matplotlib's. On a "log" abscissa up to eight points
        are named by their own values.
    markers : bool, optional
        Mark the points; by default where there are at most 20.
    size : (float, float)
        Width and height of the figure in inches.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a series does not have one value for each x, or `spread` is not one of those above.

    Examples
    --------
    >>> losses = np.array([[3.0, 2.0, 1.0], [5.0, 2.0, 3.0]])
    >>> fig = curves([1, 2, 3], {"tanh": losses}, x_name="epoch", y_name="loss")
    >>> fig.axes[0].lines[0].get_ydata().tolist()
    [4.0, 2.0, 2.0]
    """
    check_choice("spread", spread, ("std", "range"))
    x = check_array("x", x, axes=1)
    check_mapping("series", series)
    if reference is not None:
        check_mapping("reference", reference)
    for argument, text in (("x_name", x_name), ("y_name", y_name)):
        check_text(argument, text)
    for argument, scale in (("x_scale", x_scale), ("y_scale", y_scale)):
        check_choice(argument, scale, tuple(get_scale_names()))
    if markers is not None:
        check_flag("markers", markers)
    markers = len(x) <= 20 if markers is None else markers
    fig, axes = figure(size=size)
    for place, (name, values) in enumerate(series.items()):
        values = np.atleast_2d(check_array(f"series[{name!r}]", values, finite=False).astype(float))
        _check_points(f"series[{name!r}]", values, x)
        mean, low, high = values.mean(0), values.min(0), values.max(0)
        if spread == "std":
            deviation = values.std(0, ddof=1) if len(values) > 1 else np.zeros_like(mean)
            low, high = mean - deviation, mean + deviation
        (line,) = axes.plot(
            x,
            mean,
            label=name,
            linestyle=LINES[place % len(LINES)],
            marker=MARKERS[place % len(MARKERS)] if markers else None,
            markersize=5,
        )
        if len(values) > 1:
            axes.fill_between(x, low, high, color=line.get_color(), alpha=0.18, linewidth=0)
    for place, (name, value) in enumerate((reference or {}).items()):
        value = check_array(f"reference[{name!r}]", value, finite=False).astype(float)
        value = np.full(x.shape, value) if value.ndim == 0 else value
        _check_points(f"reference[{name!r}]", np.atleast_2d(value), x)
        axes.plot(
            x,
            value,
            color=BASELINE,
            linestyle=LINES[1 + place % (len(LINES) - 1)],
            label=name,
            zorder=1.5,
        )
    axes.set(xlabel=x_name, ylabel=y_name, xscale=x_scale, yscale=y_scale)
    if x_scale == "log" and len(x) <= 8:
        # Few settings are named as they were chosen; powers of ten would hide them.
        axes.set_xticks(x, labels=[f"{value:g}" for value in x])
        axes.tick_params(axis="x", which="minor", bottom=False, labelbottom=False)
    name_lines(axes)
    return fig


@styled
def seed_points(
    scores: Mapping[str, Mapping[str, np.ndarray]], names: Sequence[str], *, y_name: str = "score"
) -> Figure:
    """Draw every seed of several methods as a point, in a group for each figure of merit.

    Parameters
    ----------
    scores : mapping of str to mapping of str to array, shape (seeds,)
        For each method its figures of merit, one value for each seed; at most seven methods.
    names : sequence of str
        The figures of merit to draw, in order.
    y_name : str
        What the axis shows.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = seed_points({"net": {"Dice": [0.8, 0.9]}, "Otsu": {"Dice": [0.7]}}, ["Dice"])
    >>> [text.get_text() for text in fig.axes[0].get_xticklabels()]
    ['Dice']
    """
    check_mapping("scores", scores)
    check_text("y_name", y_name)
    names = check_list("names", names)
    if not names:
        raise ValueError("names must hold at least one figure of merit")
    if not 1 <= len(scores) <= len(MARKERS):
        raise ValueError(f"scores must hold 1 to {len(MARKERS)} methods, not {len(scores)}")
    for method, values in scores.items():
        check_mapping(f"scores[{method!r}]", values)
        for name in names:
            if not isinstance(name, str) or name not in values:
                raise ValueError(f"names must be keys of scores[{method!r}], not {name!r}")
            check_array(f"scores[{method!r}][{name!r}]", values[name], axes=1)
    fig, ax = figure(size=(PAGE, 3.4))
    for k, (method, values) in enumerate(scores.items()):
        for j, name in enumerate(names):
            ax.plot(
                np.full(len(values[name]), j + (k - (len(scores) - 1) / 2) * 0.16),
                values[name],
                MARKERS[k],
                color=PALETTE[k],
                alpha=0.7,
                label=method if j == 0 else None,
            )
    ax.set_xticks(range(len(names)), names)
    ax.set_ylabel(y_name)
    fig.legend(loc="outside upper left", ncols=min(3, len(scores)))
    return fig


def _check_points(argument: str, values: np.ndarray, x: np.ndarray) -> None:
    if values.ndim != 2 or len(values) == 0 or values.shape[1] != len(x):
        raise ValueError(
            f"{argument} must have one value for each x, shape (seeds, {x.size}), not "
            f"{values.shape}"
        )
