"""Pictures of segmentations; each drawing is returned as a Matplotlib figure without a title."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from course_lib._plot_style import PALETTE, figure, styled

# Right, missed, too many: told apart with the common kinds of colour blindness, and by brightness.
HIT, MISSED, EXTRA = (0.94, 0.94, 0.94), (0.84, 0.37, 0.0), (0.0, 0.45, 0.7)
MARKERS = "osD^v"


def error_map(truth: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Colour a mask by what is right (white), missed (orange) and too much (blue).

    Parameters
    ----------
    truth, mask : bool array, shape (height, width)

    Returns
    -------
    float array, shape (height, width, 3)
        Red, green and blue in [0, 1]; background that both leave out is black.

    Examples
    --------
    >>> error_map([[True, False]], [[True, True]])[0].tolist()
    [[0.94, 0.94, 0.94], [0.0, 0.45, 0.7]]
    """
    truth, mask = np.asarray(truth, bool), np.asarray(mask, bool)
    if truth.shape != mask.shape:
        raise ValueError(f"mask must have truth's shape {truth.shape}, not {mask.shape}")
    colours = np.zeros((*truth.shape, 3))
    colours[truth & mask], colours[truth & ~mask], colours[mask & ~truth] = HIT, MISSED, EXTRA
    return colours


@styled
def picture_columns(
    columns: Sequence[Sequence[np.ndarray]], row_names: Sequence[str], *, width: float = 7.5
) -> Figure:
    """Draw columns of pictures, grey or coloured, with a name at the left of each row.

    Parameters
    ----------
    columns : sequence of sequences of array
        Pictures of shape (height, width) or (height, width, 3) with values in [0, 1]; each column
        has one for every row.
    row_names : sequence of str
        What each row shows.
    width : float
        Width of the figure in inches.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = picture_columns([[np.eye(4), np.ones((4, 4, 3))]], ["image", "errors"])
    >>> len(fig.axes)
    2
    """
    if not columns or any(len(column) != len(row_names) for column in columns):
        raise ValueError(
            f"columns must hold {len(row_names)} pictures each, one for every row name, not "
            f"{[len(column) for column in columns]}"
        )
    rows, height_to_width = len(row_names), np.divide(*np.shape(columns[0][0])[:2])
    height = width * rows / len(columns) * height_to_width
    fig, axes = figure(rows, len(columns), size=(width, height), squeeze=False)
    for column, pictures in zip(axes.T, columns, strict=True):
        for ax, picture in zip(column, pictures, strict=True):
            ax.imshow(np.asarray(picture, float), vmin=0, vmax=1)
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
    for ax, name in zip(axes[:, 0], row_names, strict=True):
        ax.set_ylabel(name, rotation=0, ha="right", va="center")
    return fig


@styled
def seed_points(
    scores: Mapping[str, Mapping[str, np.ndarray]], names: Sequence[str], *, y_name: str = "score"
) -> Figure:
    """Draw every seed of several methods as a point, in a group for each figure of merit.

    Parameters
    ----------
    scores : mapping of str to mapping of str to array, shape (seeds,)
        For each method its figures of merit, one value for each seed; at most five methods.
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
    if not 1 <= len(scores) <= len(MARKERS):
        raise ValueError(f"scores must hold 1 to {len(MARKERS)} methods, not {len(scores)}")
    fig, ax = figure(size=(7, 3.6))
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
    fig.legend(loc="outside upper left", ncols=len(scores))
    return fig
