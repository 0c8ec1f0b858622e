"""The look that every figure of the course shares."""

import io
from collections.abc import Callable
from functools import wraps

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib._checks import check_count, check_pair

# Okabe and Ito 2008, https://jfly.uni-koeln.de/color/, without the yellow that is faint on white
# and with black last; as told apart with the common kinds of colour blindness.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
# Ten colours for classes, chosen for colour-blind readers by Petroff 2021, arXiv:2107.02270.
PALETTE_10 = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
INK = "#1a1a1a"
STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#666666",
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": 11,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "font.size": 11,
    "grid.color": "#e2e2e2",
    "image.cmap": "gray",
    "legend.fontsize": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "savefig.bbox": "tight",
    "savefig.facecolor": "white",
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 10,
    "ytick.color": INK,
    "ytick.labelsize": 10,
}


class NotebookFigure(Figure):
    """A figure that a notebook shows as PNG whether or not pyplot was ever imported."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", bbox_inches="tight")
        return buffer.getvalue()


def styled(function: Callable) -> Callable:
    """Run a function under the course's style, leaving the reader's settings alone."""

    @wraps(function)
    def run(*args, **kwargs):
        with mpl.rc_context(STYLE):
            return function(*args, **kwargs)

    return run


@styled
def figure(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (6.4, 4.0), **options
) -> tuple[Figure, Axes | np.ndarray]:
    """Make an empty figure in the course's style, for a picture that only one notebook draws.

    Parameters
    ----------
    rows, columns : int
        How many axes.
    size : (float, float)
        Width and height in inches; 7.5 is as wide as a page of the book.
    **options
        Passed on to :meth:`matplotlib.figure.Figure.subplots`, for instance ``sharey=True``.

    Returns
    -------
    Figure and Axes, or array of Axes where there are several
        As ``matplotlib.pyplot.subplots`` does.

    Examples
    --------
    >>> fig, (left, right) = figure(1, 2, size=(7, 3), sharey=True)
    >>> _ = left.set(xlabel="epoch", ylabel="loss (nats)")
    >>> len(fig.axes)
    2
    """
    check_count("rows", rows)
    check_count("columns", columns)
    size = check_pair("size", size, above=0)
    made = NotebookFigure(figsize=size, layout="constrained")
    return made, made.subplots(rows, columns, **options)
