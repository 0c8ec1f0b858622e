"""Pictures side by side."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextPath

from course_lib._checks import (
    check_array,
    check_choice,
    check_count,
    check_flag,
    check_length,
    check_list,
    check_number,
    check_pair,
)
from course_lib.plots.style import PAGE, TEXT, NotebookFigure, styled

# Right, missed, too many: told apart with the common kinds of colour blindness, and by brightness.
HIT, MISSED, EXTRA = (0.94, 0.94, 0.94), (0.84, 0.37, 0.0), (0.0, 0.45, 0.7)
# Inches: a letter on average, a line of text, and from one block of rows to the next.
LETTER, LINE, BLOCK = 0.54 * TEXT / 72, 1.15 * TEXT / 72, 0.2
SIDE = 0.92  # of the way from one image to the next is image


@styled
def image_grid(
    images: np.ndarray,
    names: Sequence[str] | None = None,
    *,
    columns: int | None = None,
    row_names: Sequence[str] | None = None,
    ink: bool = False,
    limits: tuple[float, float] | None = (0.0, 1.0),
    cmap: str | None = None,
    width: float = 7.5,
) -> Figure:
    """Draw images side by side.

    Parameters
    ----------
    images : array, shape (n, height, width) or (rows, n, height, width)
        Grey images; with a fourth axis in front, such as input and reconstruction, each entry of
        it fills a row of its own.
    names : sequence of str, optional
        A name below each image; with rows, below each column.
    columns : int, optional
        Images in a row; by default at most 10, and all of them where `images` has rows. Where the
        names would not fit, fewer stand in a row, and rows are continued below.
    row_names : sequence of str, optional
        What each row shows, written to its left.
    ink : bool
        Draw 1 as black on white paper, as suits the glyphs, and not as white on black.
    limits : (float, float) or None
        The values drawn as the two ends of the scale; None takes them from each image alone, as
        suits the weights of units.
    cmap : str, optional
        A Matplotlib colour map in place of grey.
    width : float
        Width in inches for a row of five images or more, where the page has room for it.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If an argument does not fit the images.

    Examples
    --------
    >>> from course_lib.data import load_font
    >>> font = load_font()
    >>> fig = image_grid(font.images, font.names, columns=8, ink=True)
    >>> len(fig.axes[0].images)
    32
    """
    images = check_array("images", images)
    if images.ndim not in (3, 4) or images.size == 0:
        raise ValueError(
            "images must have shape (n, height, width) or (rows, n, height, width), not "
            f"{images.shape}"
        )
    check_flag("ink", ink)
    check_number("width", width, above=0)
    if limits is not None:
        limits = check_pair("limits", limits)
    if cmap is not None:
        check_choice("cmap", cmap, tuple(colormaps))
    by_rows = images.ndim == 4
    if by_rows:
        columns = images.shape[1] if columns is None else columns
        check_count("columns", columns)
        if columns != images.shape[1]:
            raise ValueError(
                f"columns must be {images.shape[1]} for these rows of images, not {columns!r}"
            )
    columns = min(len(images), 10) if columns is None else columns
    check_count("columns", columns)
    count = images.shape[1] if by_rows else len(images)
    columns = min(columns, count)
    names = None if names is None else [str(name) for name in check_list("names", names)]
    if row_names is not None:
        row_names = [str(name) for name in check_list("row_names", row_names)]
    check_length("names", names, count)
    check_length("row_names", row_names, len(images) if by_rows else -(-count // columns))

    if ink:  # paper around it, or strokes at the rim would melt into a dark page
        images = np.pad(images, [(0, 0)] * (images.ndim - 2) + [(1, 1), (1, 1)])
    margin, tile = _widths(width / max(columns, 5), columns, names, row_names)
    if by_rows or row_names is None:
        columns = _balanced(columns, int((PAGE - margin) / tile + 1e-6))
    rows = []
    for start in range(0, count, columns):
        part = slice(start, start + columns)
        below = names[part] if names is not None else None
        if by_rows:
            rows += [(row[part], None) for row in images[:-1]] + [(images[-1][part], below)]
        else:
            rows.append((images[part], below))
    left = (row_names or [""]) * (len(rows) // len(row_names or [""]))
    block = len(images) if by_rows else len(rows)
    look = {"cmap": cmap or ("gray_r" if ink else "gray"), "limits": limits, "framed": ink}
    return _grid(rows, left, block, margin, min(tile, (PAGE - margin) / columns), **look)


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
    >>> len(fig.axes[0].images)
    2
    """
    row_names = check_list("row_names", row_names)
    check_number("width", width, above=0)
    columns = [
        [check_array("columns", picture, axes=(2, 3)) for picture in _entries("columns", column)]
        for column in check_list("columns", columns)
    ]
    counts = [len(column) for column in columns]
    if not row_names or not columns or set(counts) != {len(row_names)}:
        raise ValueError(
            f"columns must hold {len(row_names)} pictures each, one for every one of row_names, "
            f"and row_names at least one; not {counts}"
        )
    if any(picture.size == 0 for column in columns for picture in column):
        raise ValueError("columns must hold pictures that are not empty")
    rows = [(list(pictures), None) for pictures in zip(*columns, strict=True)]
    names = [str(name) for name in row_names]
    margin, tile = _widths(width / len(columns), len(columns), None, names)
    look = {"cmap": "gray", "limits": (0, 1), "framed": False}
    return _grid(rows, names, len(rows), margin, tile, **look)


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
    truth = check_array("truth", truth, axes=2).astype(bool)
    mask = check_array("mask", mask, axes=2).astype(bool)
    if truth.shape != mask.shape:
        raise ValueError(f"mask must have truth's shape {truth.shape}, not {mask.shape}")
    colours = np.zeros((*truth.shape, 3))
    colours[truth & mask], colours[truth & ~mask], colours[mask & ~truth] = HIT, MISSED, EXTRA
    return colours


def _entries(argument: str, column: Sequence) -> list:
    """Return the pictures of one column, a list or an array of them."""
    if not isinstance(column, list | tuple | np.ndarray):
        raise TypeError(f"{argument} must be a list of lists of pictures, not of {column!r}")
    return list(column)


def _widths(
    tile: float, columns: int, names: list[str] | None, row_names: list[str] | None
) -> tuple[float, float]:
    """Return the room for the rows' names and from one image to the next, in inches."""
    lines = [line for name in row_names or () for line in _wrapped(name, 12 * LETTER)]
    margin = max(map(_width, lines)) + 0.15 if lines else 0.0
    words = [word for name in names or () for word in name.split()]
    least = max(map(_width, words), default=0) + 0.05
    return margin, min(max(least, min(tile, (PAGE - margin) / columns)), PAGE - margin)


def _balanced(count: int, most: int) -> int:
    """Return how many of `count` images stand in a row so that the rows are about equally long."""
    return -(-count // -(-count // max(1, min(count, most))))


def _width(text: str) -> float:
    """Return the width of a text in inches, in a face wider than that of the book."""
    face = FontProperties(family="DejaVu Sans")
    return TextPath((0, 0), text, TEXT, prop=face, usetex=False).get_extents().width / 72


def _wrapped(name: str, width: float) -> list[str]:
    return wrap(name, max(4, int(width / LETTER)), break_long_words=False)


def _grid(
    rows: list[tuple[Sequence[np.ndarray], list[str] | None]],
    left: list[str],
    block: int,
    margin: float,
    tile: float,
    *,
    cmap: str,
    limits: tuple[float, float] | None,
    framed: bool,
) -> Figure:
    """Draw rows of images, each with names below or None, and a name to the left."""
    fig = NotebookFigure()
    axes = fig.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[])
    axes.grid(False)
    side, top = SIDE * tile, 0.0
    for number, ((images, names), row_name) in enumerate(zip(rows, left, strict=True)):
        top += BLOCK * (number > 0 and number % block == 0)
        tall = side * len(images[0]) / len(images[0][0])
        labels = [_wrapped(name, tile) for name in names or ()]
        for column, image in enumerate(images):
            x = margin + column * tile
            low, high = limits if limits is not None else (np.min(image), np.max(image))
            place = (x, x + side, top + tall, top)
            axes.imshow(image, cmap=cmap, vmin=low, vmax=high, extent=place)
            if framed:
                frame = {"fill": False, "color": "#bbbbbb", "lw": 0.8}
                axes.add_patch(Rectangle((x, top), side, tall, **frame))
            if labels:
                below, text = (x + side / 2, top + tall + 0.03), "\n".join(labels[column])
                axes.text(*below, text, ha="center", va="top", linespacing=1.1)
        text = "\n".join(_wrapped(row_name, 12 * LETTER))
        axes.text(margin - 0.1, top + tall / 2, text, ha="right", va="center", linespacing=1.1)
        top += tall + tile - side + max(map(len, labels), default=0) * LINE
    width = margin + tile * max(len(images) for images, _ in rows)
    fig.set_size_inches(width, top)
    axes.set(xlim=(0, width), ylim=(top, 0), aspect="auto")
    return fig
