"""The look that every figure of the course shares."""

from collections.abc import Callable
from functools import wraps

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from course_lib._checks import check_count, check_pair
from course_lib.plots._svg import themed
from course_lib.plots.labels import write_names

# One colour, one meaning, in plots, drawings and explorers alike; after Okabe and Ito 2008,
# https://jfly.uni-koeln.de/color/, told apart with the common kinds of colour blindness.
INPUT = "#0072b2"  # the input and the encoder
CODE = "#009e73"
OUTPUT = "#d55e00"  # the decoder and what it gives back
BASELINE = "#5f6670"  # what a network is compared with
# For the series of a chart: first what a network gives back, then colours without a meaning.
PALETTE = (OUTPUT, "#8f3a86", "#c9a000", "#3f9ad6", "#1a1a1a", CODE, INPUT)
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
GRID = "#e2e4e8"
# Inches. On a phone a figure of this width fills the screen and its letters are 11 pixels high.
PAGE = 5.1
TEXT = 12.0  # points
STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": BASELINE,
    "axes.facecolor": "none",
    "axes.formatter.min_exponent": 4,  # 0.01, not 10 to the power of -2
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": TEXT,
    "figure.dpi": 110,
    "figure.facecolor": "white",
    "font.size": TEXT,
    "grid.color": GRID,
    "image.cmap": "gray",
    "image.composite_image": False,
    "image.interpolation": "none",
    "legend.fontsize": TEXT,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": TEXT,
    "ytick.color": INK,
    "ytick.labelsize": TEXT,
}


class NotebookFigure(Figure):
    """A figure that a notebook shows as SVG whether or not pyplot was ever imported."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.unnamed = []  # axes whose lines get their names when their limits are final

    def savefig(self, *args, **kwargs) -> None:
        """Save as Matplotlib does, with the names of the lines and in the course's style."""
        with mpl.rc_context(STYLE):
            _settle(self)
            while self.unnamed:
                write_names(self.unnamed.pop())
            super().savefig(*args, **kwargs)

    def _repr_svg_(self) -> str:
        return themed(self)


def _settle(figure: Figure) -> None:
    """Give what a notebook drew by itself, outside the style, the letters of the rest."""
    for axes in figure.findobj(Axes):
        axes.tick_params(labelsize=TEXT)
        if axes.name == "3d":
            for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
                axis.set_pane_color("none")
        elif axes.yaxis.label.get_rotation() == 90 and axes.yaxis.get_label_position() == "left":
            # The name of a vertical axis stands above it, where it is easy to read.
            axes.set_title(axes.get_ylabel(), loc="left")
            axes.yaxis.label.set_visible(False)
    for text in figure.findobj(Text):
        text.set_fontsize(max(TEXT, text.get_fontsize()))
    for legend in figure.findobj(Legend):
        legend.set_frame_on(False)


def styled(function: Callable) -> Callable:
    """Run a function under the course's style, leaving the reader's settings alone."""

    @wraps(function)
    def run(*args, **kwargs):
        with mpl.rc_context(STYLE):
            return function(*args, **kwargs)

    return run


def name_lines(axes: Axes) -> None:
    """Have the lines of a chart named by their labels, beside each where there is room.

    Where there are many lines, or they lie close, the names stand in a legend above the chart.

    Parameters
    ----------
    axes : Axes
        Of a figure made by :func:`figure`; what is drawn into it later counts too.

    Raises
    ------
    TypeError
        If the axes are of another figure.

    Examples
    --------
    >>> fig, axes = figure()
    >>> _ = axes.plot([1, 2], [1, 3], label="training"), axes.plot([1, 2], [2, 5], label="test")
    >>> name_lines(axes)
    """
    if not isinstance(axes, Axes) or not isinstance(axes.get_figure(), NotebookFigure):
        raise TypeError(f"axes must be those of a figure of this module, not {axes!r}")
    axes.get_figure().unnamed.append(axes)


@styled
def figure(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (PAGE, 3.4), **options
) -> tuple[Figure, Axes | np.ndarray]:
    """Make an empty figure in the course's style, for a picture that only one notebook draws.

    Parameters
    ----------
    rows, columns : int
        How many axes.
    size : (float, float)
        Width and height in inches; text is legible on a phone up to a width of 5.1.
    **options
        Passed on to :meth:`matplotlib.figure.Figure.subplots`, for instance ``sharey=True``.

    Returns
    -------
    Figure and Axes, or array of Axes where there are several
        As ``matplotlib.pyplot.subplots`` does.

    Examples
    --------
    >>> fig, (above, below) = figure(2, 1, size=(5, 6), sharex=True)
    >>> _ = below.set(xlabel="epoch", ylabel="loss (nats)")
    >>> len(fig.axes)
    2
    """
    check_count("rows", rows)
    check_count("columns", columns)
    size = check_pair("size", size, above=0)
    made = NotebookFigure(figsize=size, layout="constrained")
    return made, made.subplots(rows, columns, **options)
