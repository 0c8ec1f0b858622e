"""The figures: what they draw, that they draw at all, and that they leave no trace."""

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_lib import plots
from course_lib.data import load_emoji, load_font

FONT = load_font()
CODES = np.random.default_rng(0).normal(size=(32, 2))
SEEDS = np.arange(12.0).reshape(3, 4)


def drawn(figure):
    """Return the pixels of the figure as a notebook shows it."""
    return np.asarray(Image.open(io.BytesIO(figure._repr_png_())).convert("RGBA"))


FIGURES = {
    "grid": lambda: plots.image_grid(FONT.images, FONT.names, columns=8, ink=True),
    "rows": lambda: plots.image_grid(
        np.stack([FONT.images[:6], 1 - FONT.images[:6]]), row_names=["clean", "inverted"]
    ),
    "map": lambda: plots.latent_map(CODES, FONT.images, FONT.names, highlight=["x"], ink=True),
    "classes": lambda: plots.latent_classes(CODES, np.arange(32) % 10),
    "curves": lambda: plots.curves(
        [1, 2, 3, 4], {"a": SEEDS, "b": SEEDS + 3}, x_name="epoch", y_name="loss (nats)"
    ),
    "own": lambda: plots.figure(1, 2)[0],
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_shown_as_an_opaque_white_panel_and_pyplot_knows_nothing(name):
    settings = dict(mpl.rcParams)
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    pixels = drawn(figure)
    assert (pixels[..., 3] == 255).all()
    assert (pixels[0] == 255).all()
    assert (pixels != 255).any()
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == settings
    assert not any(axes.get_title() for axes in figure.axes)
    assert figure._suptitle is None


@pytest.mark.parametrize("name", ["map", "classes", "curves"])
def test_axes_are_named(name):
    (axes,) = FIGURES[name]().axes
    assert axes.get_xlabel() and axes.get_ylabel()


def test_image_grid_draws_every_image_with_its_name():
    (axes,) = FIGURES["grid"]().axes
    for image, picture in zip(FONT.images, axes.images, strict=True):
        np.testing.assert_array_equal(picture.get_array(), image)
        assert picture.get_clim() == (0, 1)
    assert [text.get_text() for text in axes.texts] == list(FONT.names)
    lefts = {picture.get_extent()[0] for picture in axes.images}
    assert len(lefts) == 8


def test_image_grid_keeps_the_shape_of_pixels():
    figure = FIGURES["grid"]()
    figure.canvas.draw()
    box = figure.axes[0].images[0].get_window_extent()
    assert box.height / box.width == pytest.approx(7 / 5, rel=1e-3)


def test_image_grid_keeps_names_clear_of_the_images_below():
    emoji = load_emoji()
    figure = plots.image_grid(emoji.images, emoji.names)
    figure.canvas.draw()
    (axes,) = figure.axes
    boxes = [picture.get_window_extent() for picture in axes.images]
    for place, text in enumerate(axes.texts):
        name = text.get_window_extent()
        assert name.y1 < boxes[place].y0 + 1
        if place + 10 < len(boxes):
            assert name.y0 > boxes[place + 10].y1


def test_image_grid_can_scale_each_image_by_itself():
    weights = np.stack([np.eye(3), 5 * np.eye(3) - 1])
    (axes,) = plots.image_grid(weights, limits=None).axes
    assert [picture.get_clim() for picture in axes.images] == [(0, 1), (-1, 4)]


def test_latent_map_puts_each_image_at_its_code():
    (axes,) = FIGURES["map"]().axes
    places = [artist.xy for artist in axes.artists]
    np.testing.assert_allclose(places, CODES)
    low, high = np.array([axes.get_xlim(), axes.get_ylim()]).T
    assert (low < CODES.min(axis=0)).all() and (high > CODES.max(axis=0)).all()
    assert [text.get_text() for text in axes.texts] == ["x"]


def test_curves_draw_mean_and_spread():
    values = np.array([[1.0, 2.0], [3.0, 6.0]])
    for spread, reach in (("std", values.std(axis=0, ddof=1)), ("range", np.array([1.0, 2.0]))):
        figure = plots.curves(
            [0, 1], {"a": values}, x_name="x", y_name="y", spread=spread, reference={"PCA": 2.5}
        )
        (axes,) = figure.axes
        mean, reference = axes.lines
        np.testing.assert_allclose(mean.get_ydata(), [2, 4])
        np.testing.assert_allclose(reference.get_ydata(), 2.5)
        (band,) = axes.collections
        edge = band.get_paths()[0].vertices
        for x in (0, 1):
            ys = edge[edge[:, 0] == x, 1]
            assert ys.min() == pytest.approx([2, 4][x] - reach[x])
            assert ys.max() == pytest.approx([2, 4][x] + reach[x])


def test_curves_are_told_apart_without_colour():
    series = {str(k): SEEDS + k for k in range(7)}
    (axes,) = plots.curves(range(4), series, x_name="x", y_name="y").axes
    assert len({line.get_color() for line in axes.lines}) == 7
    assert len({line.get_marker() for line in axes.lines}) == 7


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: plots.image_grid(np.zeros((7, 5))), "images must have shape"),
        (lambda: plots.image_grid(FONT.images, ["a"]), "names must have 32 entries, not 1"),
        (lambda: plots.image_grid(FONT.images, columns=0), "columns must be an integer"),
        (lambda: plots.image_grid(FONT.images[None], columns=3), "columns must be 32 for these"),
        (lambda: plots.image_grid(FONT.images[None], row_names=[]), "row_names must have 1 entr"),
        (lambda: plots.latent_map(CODES.T, FONT.images), r"codes must have shape \(n, 2\)"),
        (lambda: plots.latent_map(CODES, FONT.images[:3]), "images must have shape"),
        (lambda: plots.latent_map(CODES, FONT.images, highlight=["a"]), "highlight names 'a'"),
        (lambda: plots.latent_classes(CODES, [1]), "labels must have 32 entries"),
        (
            lambda: plots.curves([1, 2], {"a": SEEDS}, x_name="x", y_name="y"),
            r"series\['a'\] must have one value for each x",
        ),
        (
            lambda: plots.curves([1], {}, x_name="x", y_name="y", spread="sem"),
            "spread must be one of",
        ),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_curves_name_few_settings_on_a_logarithmic_axis_as_chosen():
    drawn = plots.curves(
        [1, 4, 16], {"error": np.ones((2, 3))}, x_name="code", y_name="error", x_scale="log"
    )
    axes = drawn.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "4", "16"]
