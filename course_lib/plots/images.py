"""Pictures side by side."""

from collections.abc import Sequence
from textwrap import fill

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

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
from course_lib.plots.style import NotebookFigure, figure, styled

# Right, missed, too many: told apart with the common kinds of colour blindness, and by brightness.
HIT, MISSED, EXTRA = (0.94, 0.94, 0.94), (0.84, 0.37, 0.0), (0.0, 0.45, 0.7)


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
        Images in a row; by default at most 10, and all of them where `images` has rows.
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
        Width of the figure in inches, for a full row.

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
        images = images.reshape(-1, *images.shape[2:])
    columns = min(len(images), 10) if columns is None else columns
    check_count("columns", columns)
    rows = -(-len(images) // columns)
    names = None if names is None else [str(name) for name in check_list("names", names)]
    if row_names is not None:
        row_names = [str(name) for name in check_list("row_names", row_names)]
    check_length("names", names, columns if by_rows else len(images))
    check_length("row_names", row_names, rows)

    tile = width / max(columns, 5)  # inches from one image to the next; the unit of what follows
    lines = [
        fill(str(name), max(5, int(tile / 0.072)), break_long_words=False) for name in names or ()
    ]
    if by_rows and names is not None:
        lines = [""] * (len(images) - columns) + lines
    side, line_height = 0.9, 0.14 / tile
    tall = side * images.shape[1] / images.shape[2]
    tops, bottom = [], 0.0
    for row in range(rows):
        tops.append(bottom)
        named = [line.count("\n") + 1 for line in lines[row * columns :][:columns] if line]
        bottom += tall + 1 - side + (max(named) * line_height if named else 0)
    fig = NotebookFigure(figsize=(tile * columns, tile * bottom))
    axes = fig.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[])
    for place, image in enumerate(images):
        row, column = divmod(place, columns)
        low, high = limits if limits is not None else (image.min(), image.max())
        axes.imshow(
            image,
            cmap=cmap or ("gray_r" if ink else "gray"),
            vmin=low,
            vmax=high,
            extent=(column, column + side, tops[row] + tall, tops[row]),
            interpolation="nearest",
        )
        if ink:
            corner = (column, tops[row])
            axes.add_patch(Rectangle(corner, side, tall, fill=False, color="#bbbbbb", lw=0.8))
        if lines:
            below = (column + side / 2, tops[row] + tall + line_height / 3)
            axes.text(*below, lines[place], ha="center", va="top", fontsize=8, linespacing=1.1)
    for row, name in enumerate(row_names or ()):
        axes.text(-0.1, tops[row] + tall / 2, name, ha="right", va="center")
    axes.set(xlim=(0, columns), ylim=(bottom, 0), aspect="auto")
    return fig


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
