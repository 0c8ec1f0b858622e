"""Pictures made of images; import them from :mod:`course_lib.plots`."""

from collections.abc import Iterable, Sequence
from textwrap import fill

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patches import Rectangle

from course_lib._checks import check_count, check_length
from course_lib._plot_style import INK, PALETTE, NotebookFigure, figure, styled

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
    images = np.asarray(images)
    if images.ndim not in (3, 4) or images.size == 0:
        raise ValueError(
            "images must have shape (n, height, width) or (rows, n, height, width), not "
            f"{images.shape}"
        )
    by_rows = images.ndim == 4
    if by_rows:
        columns = images.shape[1] if columns is None else columns
        if columns != images.shape[1]:
            raise ValueError(f"columns must be {images.shape[1]} for these rows, not {columns!r}")
        images = images.reshape(-1, *images.shape[2:])
    columns = min(len(images), 10) if columns is None else columns
    check_count("columns", columns)
    rows = -(-len(images) // columns)
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
def latent_map(
    codes: np.ndarray,
    images: np.ndarray,
    names: Sequence[str] | None = None,
    *,
    highlight: Iterable[str] = (),
    ink: bool = False,
    image_height: float = 0.3,
    axis_names: tuple[str, str] = ("code, dimension 1", "code, dimension 2"),
    size: tuple[float, float] = (6.4, 6.0),
) -> Figure:
    """Draw each image at its place in a two-dimensional code.

    Parameters
    ----------
    codes : array, shape (n, 2)
        Where each image lies.
    images : array, shape (n, height, width)
        Grey images in [0, 1].
    names : sequence of str, optional
        The images' names, needed to highlight some.
    highlight : iterable of str
        Names of images to frame in colour and to label.
    ink : bool
        Draw 1 as black ink on nothing, so that glyphs that overlap can be told apart, and not as
        white on black.
    image_height : float
        Height of an image in inches.
    axis_names : (str, str)
        What the axes are called.
    size : (float, float)
        Width and height of the figure in inches.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If the shapes do not fit or a highlighted name is not among `names`.

    Examples
    --------
    >>> codes = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> fig = latent_map(codes, np.eye(4).reshape(2, 2, 4), ["top", "right"], highlight=["top"])
    >>> fig.axes[0].get_xlabel()
    'code, dimension 1'
    """
    codes, images = np.asarray(codes), np.asarray(images)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes must have shape (n, 2), not {codes.shape}")
    if images.ndim != 3 or len(images) != len(codes):
        raise ValueError(
            f"images must have shape ({len(codes)}, height, width), one for each code, not "
            f"{images.shape}"
        )
    check_length("names", names, len(images))
    highlight = list(highlight)
    for name in highlight:
        if name not in (names or ()):
            raise ValueError(f"highlight names {name!r}, which is not among the names")

    fig, axes = figure(size=size)
    axes.plot(*codes.T, linestyle="none")  # for the limits of the axes
    axes.margins(0.08)
    zoom = image_height * 72 / images.shape[1]
    for place, (code, image) in enumerate(zip(codes, images, strict=True)):
        chosen = names is not None and names[place] in highlight
        colour = np.array(mpl.colors.to_rgb(PALETTE[1] if chosen and ink else INK))
        pixels = np.clip(image, 0, 1)[..., None]
        if ink:
            pixels = np.concatenate([np.broadcast_to(colour, (*image.shape, 3)), pixels], axis=-1)
        else:
            pixels = np.repeat(pixels, 3, axis=-1)
        picture = OffsetImage(pixels, zoom=zoom, interpolation="nearest")
        frame = {"edgecolor": PALETTE[1], "facecolor": "none", "linewidth": 1.5}
        axes.add_artist(
            AnnotationBbox(
                picture, code, frameon=chosen, pad=0.15, bboxprops=frame, zorder=4 if chosen else 3
            )
        )
        if chosen:
            offset = (0, image_height * 36 + 5)
            axes.annotate(
                names[place],
                code,
                xytext=offset,
                textcoords="offset points",
                ha="center",
                color=PALETTE[1],
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
                zorder=5,
            )
    axes.set(xlabel=axis_names[0], ylabel=axis_names[1])
    return fig


@styled
def latent_classes(
    codes: np.ndarray,
    labels: Sequence,
    *,
    axis_names: tuple[str, str] = ("code, dimension 1", "code, dimension 2"),
    size: tuple[float, float] = (6.4, 6.0),
) -> Figure:
    """Draw each item of a two-dimensional code as the character of its class, in colour.

    Parameters
    ----------
    codes : array, shape (n, 2)
        Where each item lies.
    labels : sequence of int or str, length n
        The class of each item, best a single character such as a digit: it is drawn as it is.
    axis_names : (str, str)
        What the axes are called.
    size : (float, float)
        Width and height of the figure in inches.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = latent_classes([[0, 0], [1, 1], [2, 0]], [3, 8, 3])
    >>> len(fig.axes[0].collections)
    2
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes must have shape (n, 2), not {codes.shape}")
    check_length("labels", labels, len(codes))
    fig, axes = figure(size=size)
    classes = np.unique(labels)
    palette = PALETTE if len(classes) <= len(PALETTE) else PALETTE_10
    for place, label in enumerate(classes):
        chosen = codes[labels == label]
        marker = rf"$\mathrm{{{label}}}$"
        colour = palette[place % len(palette)]
        axes.scatter(*chosen.T, marker=marker, s=36, color=colour, linewidths=0.3, label=label)
    axes.set(xlabel=axis_names[0], ylabel=axis_names[1])
    return fig
