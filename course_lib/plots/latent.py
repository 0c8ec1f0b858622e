"""Items drawn at their place in a code of two numbers."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.offsetbox import AnnotationBbox, DrawingArea, OffsetImage
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from course_lib._checks import (
    check_array,
    check_flag,
    check_length,
    check_list,
    check_mapping,
    check_number,
)
from course_lib.plots.style import INK, OUTPUT, PAGE, PALETTE, PALETTE_10, figure, styled


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
    size: tuple[float, float] = (PAGE, 5.0),
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
        Draw 1 as ink on nothing, so that glyphs that overlap can be told apart, and not as
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
    codes, images = check_array("codes", codes), check_array("images", images)
    check_flag("ink", ink)
    check_number("image_height", image_height, above=0)
    check_length("axis_names", check_list("axis_names", axis_names), 2)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes must have shape (n, 2), not {codes.shape}")
    if images.ndim != 3 or len(images) != len(codes) or images.size == 0:
        raise ValueError(
            f"images must have shape ({len(codes)}, height, width), one for each code, not "
            f"{images.shape}"
        )
    check_length("names", names, len(images))
    names = None if names is None else [str(name) for name in names]
    highlight = [str(name) for name in check_list("highlight", highlight)]
    for name in highlight:
        if name not in (names or ()):
            raise ValueError(f"highlight names {name!r}, which is not among the names")

    fig, axes = figure(size=size)
    axes.plot(*codes.T, linestyle="none")  # for the limits of the axes
    axes.margins(0.08)
    for place, (code, image) in enumerate(zip(codes, images, strict=True)):
        chosen = names is not None and names[place] in highlight
        if ink:
            picture = _in_ink(image, image_height * 72, OUTPUT if chosen else INK)
        else:
            pixels = np.repeat(np.clip(image, 0, 1)[..., None], 3, axis=-1)
            zoom = image_height * 72 / images.shape[1]
            picture = OffsetImage(pixels, zoom=zoom, interpolation="nearest")
        frame = {"edgecolor": OUTPUT, "facecolor": "none", "linewidth": 1.5}
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
                color=OUTPUT,
                weight="bold",
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
    size: tuple[float, float] = (PAGE, 5.0),
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
    check_length("axis_names", check_list("axis_names", axis_names), 2)
    codes, labels = _checked("codes", codes, labels)
    fig, axes = figure(size=size)
    _draw_classes(axes, codes, labels)
    axes.set(xlabel=axis_names[0], ylabel=axis_names[1])
    return fig


@styled
def class_panels(maps: Mapping[str, np.ndarray], labels: Sequence) -> Figure:
    """Draw several maps of the same items below one another, as :func:`latent_classes` draws one.

    Parameters
    ----------
    maps : mapping of str to array, shape (n, 2)
        A name for each map, and where its items lie. Axes have no numbers: each map has its own.
    labels : sequence of int or str, length n
        The class of each item.

    Returns
    -------
    Figure

    Examples
    --------
    >>> fig = class_panels({"PCA": [[0, 0], [1, 1]], "t-SNE": [[2, 0], [0, 2]]}, [3, 8])
    >>> [axes.get_ylabel() for axes in fig.axes]
    ['PCA', 't-SNE']
    """
    check_mapping("maps", maps)
    if not maps:
        raise ValueError("maps must hold at least one map")
    fig, panels = figure(len(maps), 1, size=(PAGE, 3.6 * len(maps)), squeeze=False)
    for axes, (name, codes) in zip(panels.flat, maps.items(), strict=True):
        codes, classes = _checked(f"maps[{name!r}]", codes, labels)
        _draw_classes(axes, codes, classes)
        axes.set(xticks=[], yticks=[], ylabel=name)
    return fig


def _checked(argument: str, codes: np.ndarray, labels: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and labels as arrays that fit each other."""
    codes = check_array(argument, codes)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"{argument} must have shape (n, 2), not {codes.shape}")
    check_length("labels", check_list("labels", labels), len(codes))
    labels = np.asarray(labels)
    if labels.dtype.kind not in "biuU":
        raise TypeError(f"labels must be whole numbers or texts, not {labels.dtype}")
    return codes, labels


def _draw_classes(axes: Axes, codes: np.ndarray, labels: np.ndarray) -> None:
    """Draw each item as the character of its class, as high as a letter."""
    classes = np.unique(labels)
    palette = PALETTE if len(classes) <= len(PALETTE) else PALETTE_10
    for place, label in enumerate(classes):
        chosen = codes[labels == label]
        marker = rf"$\mathrm{{{label}}}$"
        colour = palette[place % len(palette)]
        axes.scatter(*chosen.T, marker=marker, s=72, color=colour, linewidths=0.3, label=label)


def _in_ink(image: np.ndarray, height: float, colour: str) -> DrawingArea:
    """Draw an image of the given height in points with ink: a shape can change its colour."""
    image = np.round(8 * np.clip(image, 0, 1)) / 8
    side = height / len(image)
    area = DrawingArea(side * image.shape[1], height)
    corners = np.array([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)])
    for level in np.unique(image[image > 0]):
        rows, columns = np.nonzero(image == level)
        places = np.stack([columns, len(image) - 1 - rows], axis=-1)
        squares = [Path(side * (corners + place), closed=True) for place in places]
        shape = Path.make_compound_path(*squares)
        # The thin edge closes the seams between the pixels.
        area.add_artist(PathPatch(shape, color=colour, alpha=level, linewidth=0.3))
    return area
