"""The figures: what they draw, that they draw at all, and that they leave no trace."""

import base64
import io
import itertools
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from matplotlib.figure import Figure
from PIL import Image
from skimage import color

from course_lib import plots
from course_lib.data import load_emoji, load_font
from course_lib.plots import _svg

FONT = load_font()
CODES = np.random.default_rng(0).normal(size=(32, 2))
SEEDS = np.arange(12.0).reshape(3, 4)


def shown(figure):
    """Return the SVG of the figure as a notebook shows it."""
    return BeautifulSoup(figure._repr_svg_(), "html.parser").svg


def words(figure):
    """Return the texts of the figure as a notebook shows it."""
    return [text.get_text().strip() for text in shown(figure).find_all("text")]


FIGURES = {
    "grid": lambda: plots.image_grid(FONT.images, FONT.names, columns=8, ink=True),
    "rows": lambda: plots.image_grid(
        np.stack([FONT.images[:6], 1 - FONT.images[:6]]), row_names=["clean", "inverted"]
    ),
    "map": lambda: plots.latent_map(CODES, FONT.images, FONT.names, highlight=["x"], ink=True),
    "classes": lambda: plots.latent_classes(CODES, np.arange(32) % 10),
    "panels": lambda: plots.class_panels({"PCA": CODES, "t-SNE": -CODES}, np.arange(32) % 10),
    "curves": lambda: plots.curves(
        [1, 2, 3, 4], {"a": SEEDS, "b": SEEDS + 3}, x_name="epoch", y_name="loss (nats)"
    ),
    "own": lambda: plots.figure(1, 2)[0],
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_shown_as_a_white_panel_and_pyplot_knows_nothing(name):
    settings = dict(mpl.rcParams)
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    drawing = shown(figure)
    assert drawing.path["style"] == "fill: var(--figure-ground, #ffffff)"
    size = [float(drawing[side]) for side in ("width", "height")]
    np.testing.assert_allclose(size, 96 * figure.get_size_inches(), atol=0.5)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == settings
    assert figure._suptitle is None


@pytest.mark.parametrize("name", FIGURES)
def test_letters_are_eleven_pixels_high_on_a_phone(name):
    drawing = shown(FIGURES[name]())
    wide = float(drawing["viewbox"].split()[2])
    for text in drawing.find_all("text"):
        points = float(re.search(r"font(?:-size)?: ([\d.]+)px", text["style"])[1])
        assert points * min(342 / wide, 96 / 72) >= 10.95, text


@pytest.mark.parametrize("name", FIGURES)
def test_names_of_parts_are_unique_and_the_same_in_each_run(name):
    drawing = shown(FIGURES[name]())
    named = [part["id"] for part in drawing.select("[id]")]
    assert len(named) == len(set(named))
    assert str(drawing) == str(shown(FIGURES[name]()))
    used = re.findall(r'(?:url\(|href=")#(\w+)', str(drawing))
    assert set(used) <= set(named)


def test_colours_follow_the_page_and_stand_alone_without_it():
    drawing = FIGURES["curves"]()._repr_svg_()
    for name, colour in (("output", plots.OUTPUT), ("figure-ink", plots.INK)):
        assert f"var(--{name}, {colour})" in drawing
    loose = re.sub(r"var\(--[a-z-]+, #[0-9a-f]{6}\)", "", drawing)
    assert re.findall(r"#[0-9a-f]{6}\b", loose) == []


def test_colours_of_the_style_sheet_are_those_of_the_plots():
    sheet = (ROOT / "book" / "static" / "course.css").read_text()
    for colour, name in _svg.VARIABLES.items():
        if name != "figure-ground":
            assert f"--{name}: {colour};" in sheet


# Machado, Oliveira and Fernandes 2009, severity 1: what protan and deutan readers see.
BLIND = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


@pytest.mark.parametrize("vision", BLIND)
@pytest.mark.parametrize("dark", [False, True])
def test_the_four_meanings_are_told_apart_without_full_colour_vision(vision, dark):
    sheet = (ROOT / "book" / "static" / "course.css").read_text()
    found = [
        re.findall(rf"--{name}: (#[0-9a-f]{{6}});", sheet)[dark]
        for name in ("input", "code", "output", "baseline")
    ]
    values = np.array([mpl.colors.to_rgb(colour) for colour in found])
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.transpose(BLIND[vision]), 0, 1)
    seen = np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    for first, second in itertools.combinations(color.rgb2lab(seen), 2):
        assert np.linalg.norm(first - second) > 14  # a just visible difference is about 2


@pytest.mark.parametrize("name", ["map", "classes", "curves"])
def test_axes_are_named(name):
    (axes,) = FIGURES[name]().axes
    assert axes.get_xlabel() and axes.get_ylabel()


def test_image_grid_draws_every_image_with_its_name():
    (axes,) = FIGURES["grid"]().axes
    for image, picture in zip(FONT.images, axes.images, strict=True):
        framed = picture.get_array()
        np.testing.assert_array_equal(framed[1:-1, 1:-1], image)
        assert framed.sum() == image.sum()  # paper around it
        assert picture.get_clim() == (0, 1)
    assert [text.get_text() for text in axes.texts if text.get_text()] == list(FONT.names)
    lefts = {picture.get_extent()[0] for picture in axes.images}
    assert len(lefts) == 8


def test_image_grid_keeps_the_shape_of_pixels():
    figure = FIGURES["grid"]()
    figure.canvas.draw()
    box = figure.axes[0].images[0].get_window_extent()
    assert box.height / box.width == pytest.approx(9 / 7, rel=1e-3)  # with its paper


def test_image_grid_keeps_names_clear_of_the_images_below():
    emoji = load_emoji()
    figure = plots.image_grid(emoji.images, emoji.names)
    figure.canvas.draw()
    (axes,) = figure.axes
    boxes = [picture.get_window_extent() for picture in axes.images]
    columns = len({picture.get_extent()[0] for picture in axes.images})
    names = [text for text in axes.texts if text.get_text()]
    for place, text in enumerate(names):
        name = text.get_window_extent()
        assert name.y1 < boxes[place].y0 + 1
        if place + columns < len(boxes):
            assert name.y0 > boxes[place + columns].y1


@pytest.mark.parametrize(
    "names", [["8 numbers", "epoch 15"], ["WWW MMM", "code, wiped"], ["", "a"]]
)
def test_image_grid_has_room_for_the_names_of_rows(names):
    figure = plots.image_grid(np.stack([FONT.images[:10]] * 2), row_names=names)
    figure.canvas.draw()
    (axes,) = figure.axes
    for text in axes.texts:
        box = text.get_window_extent()
        assert box.x0 >= 0
        assert box.x1 < axes.images[0].get_window_extent().x0


def test_image_grid_continues_rows_below_where_names_do_not_fit():
    pictures = np.stack([FONT.images[:12], 1 - FONT.images[:12]])
    names = [f"{name} taken" for name in FONT.names[:12]]
    figure = plots.image_grid(pictures, names, row_names=["clean", "inverted"], ink=True)
    (axes,) = figure.axes
    tops = sorted({picture.get_extent()[3] for picture in axes.images})
    assert len(tops) == 4
    drawn = [picture.get_array()[1:-1, 1:-1] for picture in axes.images]
    np.testing.assert_array_equal(drawn[6], pictures[1, 0])
    np.testing.assert_array_equal(drawn[12], pictures[0, 6])
    assert [text.get_text() for text in axes.texts].count("clean") == 2


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


def test_names_stand_beside_their_lines_where_there_is_room():
    figure = plots.curves(
        [1, 2, 3, 4], {"low": SEEDS, "high": SEEDS + 30}, x_name="epoch", y_name="loss"
    )
    assert {"low", "high", "loss"} <= set(words(figure))
    assert figure.legends == []
    (axes,) = figure.axes
    places = {text.get_text(): text.get_window_extent() for text in axes.texts}
    for line in axes.lines:
        heights = line.get_transform().transform(line.get_xydata())[:, 1]
        box = places[line.get_label()]
        assert heights.min() - 2 * box.height < box.y0 < heights.max() + box.height
    frame = axes.get_window_extent()
    assert all(box.x1 < frame.x1 and box.y1 < frame.y1 for box in places.values())


def test_names_stand_above_the_chart_where_lines_lie_close():
    near = {name: SEEDS + shift for shift, name in enumerate(("one", "two", "three"))}
    figure = plots.curves([1, 2, 3, 4], near, x_name="epoch", y_name="loss")
    assert set(near) <= set(words(figure))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.texts] == list(near)


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_no_chart_of_a_notebook_is_wider_than_a_phone_shows_legibly(path):
    cells = nbformat.read(path, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    calls = re.findall(r"plots\.(?:figure|curves|latent_\w+)\([^=]*size=\(([\d.]+),", code)
    assert [width for width in calls if float(width) > plots.PAGE] == []


def test_a_saved_figure_has_the_names_of_the_lines_too(tmp_path):
    series = {"low": SEEDS, "high": SEEDS + 30}
    figure = plots.curves([1, 2, 3, 4], series, x_name="epoch", y_name="loss")
    figure.savefig(tmp_path / "chart.png")
    assert [text.get_text() for text in figure.axes[0].texts] == ["low", "high"]
    assert words(figure).count("low") == 1  # once, also where it is shown afterwards


def test_photographs_are_drawn_smoothly_and_small_images_as_squares():
    for pixels, smooth in ((8, False), (200, True)):
        noise = np.random.default_rng(0).random((1, pixels, pixels))
        drawing = shown(plots.image_grid(noise))
        assert "image-rendering: pixelated" in drawing["style"]
        assert (drawing.image.get("style") == "image-rendering: auto") == smooth
        content = base64.b64decode(drawing.image["href"].partition("base64,")[2])
        picture = Image.open(io.BytesIO(content))
        assert (picture.mode, picture.size) == ("L", (pixels, pixels))


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
