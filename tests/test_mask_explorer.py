"""The explorer of a segmentation, in Python and in Chromium."""

import explorers
import numpy as np
import pytest

from course_lib import explore, metrics

IMAGE, PROBABILITY, TRUTH = explorers.segmented()


def expected(threshold):
    """Return what the library says of the mask at a threshold."""
    mask = PROBABILITY > np.float32(threshold)
    return {
        "dice": metrics.dice(TRUTH[None], mask[None])[0],
        "boundary_error": metrics.average_surface_distance(TRUTH[None], mask[None])[0],
        "missed": (TRUTH & ~mask).sum(),
        "extra": (mask & ~TRUTH).sum(),
    }


@pytest.mark.parametrize("threshold", [0.0, 0.13, 0.5, 0.8, 1.0])
def test_python_reads_the_figures_of_the_library(threshold):
    explorer = explorers.mask()
    explorer.threshold = threshold
    seen = {name: getattr(explorer, name) for name in expected(threshold)}
    assert seen == pytest.approx(expected(threshold))
    np.testing.assert_array_equal(explorer.mask, PROBABILITY > np.float32(threshold))


def test_twin_starts_where_the_widget_stands_and_has_a_stable_name():
    explorer = explorers.mask()
    assert repr(explorer) == "MaskExplorer(height=64, width=64)"
    explorer.threshold = 0.37
    html = explorer.to_html()
    assert '"state":{"threshold":0.37}' in html
    assert "Threshold 0.37: Dice" in html
    assert html.count("</script") == html.count("<script") == 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"image": np.ones(4)}, ValueError, "image must have 2 axes"),
        ({"image": IMAGE * 255}, ValueError, "image must hold values from 0 to 1"),
        ({"image": np.zeros((300, 300))}, ValueError, "image must be at most 256 a side"),
        ({"probability": IMAGE[:8]}, ValueError, "probability must have the image's shape"),
        ({"probability": np.full((64, 64), np.nan)}, ValueError, "probability must hold finite"),
        ({"probability": PROBABILITY - 1}, ValueError, "probability must hold values from 0 to 1"),
        ({"truth": PROBABILITY}, ValueError, "truth must hold True and False"),
        ({"truth": TRUTH & False}, ValueError, "truth must have at least one pixel"),
        ({"truth": "mask"}, TypeError, "truth must be an array"),
        ({"threshold": 1.5}, ValueError, "threshold must be .* 1.5"),
        ({"threshold": "half"}, TypeError, "threshold must be a number"),
    ],
)
def test_bad_arguments_are_named(change, error, message):
    given = {"image": IMAGE, "probability": PROBABILITY, "truth": TRUTH} | change
    threshold = given.pop("threshold", 0.5)
    with pytest.raises(error, match=message):
        explore.MaskExplorer(**given, threshold=threshold)


def test_bad_threshold_of_a_living_explorer_is_named():
    explorer = explorers.mask()
    with pytest.raises(ValueError, match="threshold must be"):
        explorer.threshold = -0.1
    assert explorer.threshold == 0.5


# In the browser


@pytest.fixture(scope="module")
def page_address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mask")
    explorers.write_page(folder, "mask", explorers.mask())
    return (folder / "mask.html").as_uri()


def shown(page):
    """Return the threshold and the figures, after a change is drawn."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
    names = ["threshold", "dice", "boundary_error", "missed", "extra"]
    get = "names => names.map(name => document.querySelector('.cx').explorer.get(name))"
    threshold, *values = page.evaluate(get, names)
    return threshold, dict(zip(names[1:], values, strict=True))


def pixels(page, which):
    """Return the colours on a canvas, shape (height, width, 3)."""
    flat = (
        page.locator(".cx canvas")
        .nth(which)
        .evaluate("c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]")
    )
    return np.array(flat).reshape(*IMAGE.shape, 4)[..., :3]


def test_keys_move_the_threshold_and_every_figure_agrees_with_python(open_page, page_address):
    page = open_page(page_address)
    control = page.get_by_role("slider", name="Probability threshold")
    control.focus()
    seen = set()
    for key in ("ArrowRight", "ArrowRight", "Home", "ArrowRight", "PageUp", "End", "ArrowLeft"):
        page.keyboard.press(key)
        threshold, figures = shown(page)
        assert figures == pytest.approx(expected(threshold)), threshold
        seen.add(threshold)
    assert {0, 1, 0.51, 0.52} <= seen
    assert page.locator(".cx-line").inner_text().startswith("Threshold 0.99: Dice ")
    assert page.faults == []


def test_pictures_show_the_outline_and_both_kinds_of_error(open_page, page_address):
    page = open_page(page_address)
    page.get_by_role("button", name="Go to the highest Dice").click()
    threshold, figures = shown(page)
    assert figures["dice"] == pytest.approx(max(expected(t / 100)["dice"] for t in range(101)))
    mask = PROBABILITY > np.float32(threshold)
    ground, *colours = (
        tuple(pixels(page, 1)[where][0])
        for where in (~mask & ~TRUTH, mask & TRUTH, TRUTH & ~mask, mask & ~TRUTH)
    )
    assert len({ground, *colours}) == 4
    compared = (pixels(page, 1) == colours[1]).all(-1)
    np.testing.assert_array_equal(compared, TRUTH & ~mask)
    outline = metrics.boundary(mask[None])[0]
    warm = (pixels(page, 0) == colours[1]).all(-1)
    np.testing.assert_array_equal(warm, outline)


def test_curve_takes_the_pointer(open_page, page_address):
    page = open_page(page_address)
    box = page.locator(".cx svg .cx-frame").bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    threshold, figures = shown(page)
    assert threshold == pytest.approx(0.25, abs=0.02)
    assert figures == pytest.approx(expected(threshold))
