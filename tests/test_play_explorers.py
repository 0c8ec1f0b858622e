"""The explorers of comparisons and of measured results, in Python and in Chromium."""

import explorers
import numpy as np
import pytest
import tensorflow as tf
from test_explorers_browser import drag, line, press, settle, value

from course_lib import explore, metrics
from course_lib.convolution import macs, parameters

PICTURES = explorers.compared()


@pytest.fixture
def show(open_page, tmp_path):
    """Return a function that opens the page of an explorer from a folder, without a server."""

    def opened(name):
        explorers.write_page(tmp_path, name, explorers.EXPLORERS[name]())
        return open_page((tmp_path / f"{name}.html").as_uri())

    return opened


# ComparisonExplorer


def rounded(name, level=0):
    """Return a picture in 256 grey levels, as a batch of one."""
    stack = PICTURES[name] if PICTURES[name].ndim == 3 else PICTURES[name][None]
    return np.rint(255 * stack[min(level, len(stack) - 1)])[None] / 255


def assert_compared(state):
    """Check what is told of both sides against the library; return it."""
    names = list(PICTURES)
    for side in ("left", "right"):
        shown = rounded(names[state(side)], state("level"))
        expected = metrics.psnr(rounded("clean"), shown)[0]
        found = state(f"psnr_{side}")
        assert found is None if np.isinf(expected) else found == pytest.approx(expected)
    return [state(name) for name in ("left", "right", "divider", "level")]


def test_comparison_measures_both_sides_as_the_library_does():
    explorer = explorers.comparison()
    for left, right, level in ((1, 2, 0), (0, 2, 2), (2, 2, 1)):
        explorer.left, explorer.right, explorer.level = left, right, level
        assert_compared(lambda name: getattr(explorer, name))
    explorer.left = 0
    assert explorer.psnr_left is None


def test_comparison_follows_pointer_keys_and_lists(show):
    page = show("comparison")
    get = lambda name: value(page, name)  # noqa: E731
    assert assert_compared(get) == [1, 2, 0.5, 0]
    drag(page, "canvas", (0.5, 0.5), (0.8, 0.4))
    assert assert_compared(get) == [1, 2, pytest.approx(0.8, abs=0.02), 0]
    press(page, "input[type=range] >> nth=1", "ArrowRight")
    press(page, "input[type=range] >> nth=0", "Home", "ArrowRight")
    assert assert_compared(get) == [1, 2, 0.01, 1]
    page.get_by_label("Left", exact=True).select_option(label="clean")
    assert line(page).startswith("Left: clean. Right: <b>restored, 0.2 bpp, ")
    page.get_by_role("button", name="Swap sides").click()
    assert assert_compared(get)[:2] == [2, 0]
    assert page.faults == []


def test_comparison_paints_each_side_with_its_picture(show):
    page = show("comparison")
    settle(page)
    flat = page.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    painted = np.reshape(flat, (40, 32, 4))[..., 0]
    names = ["noisy", "<b>restored"]
    left, right = (np.rint(255 * rounded(name)[0]) for name in names)
    np.testing.assert_array_equal(painted[:, :16], left[:, :16])
    np.testing.assert_array_equal(painted[:, 17:], right[:, 17:])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"pictures": {"a": np.zeros((2, 2))}}, ValueError, "pictures must hold at least 2"),
        ({"pictures": [1, 2]}, TypeError, "pictures must map names"),
        ({"pictures": {"a": np.zeros((2, 2)), "b": np.zeros((3, 2))}}, ValueError, "one height"),
        (
            {"pictures": {"a": np.zeros((2, 2)), "b": np.ones((2, 2)) * 9}},
            ValueError,
            "'b'.*0 to 1",
        ),
        ({"pictures": {"a": np.zeros((2, 2)), "b": np.zeros((2, 2, 2))}}, ValueError, "1 levels"),
        ({"pictures": {n: np.zeros((300, 2)) for n in "ab"}}, ValueError, "at most 256 a side"),
        ({"reference": "z"}, ValueError, "reference must be one of 'a', 'b', not 'z'"),
        ({"left": "z"}, ValueError, "left must be one of"),
        ({"levels": []}, ValueError, "levels must hold at least one"),
        ({"remarks": {"z": ["c"]}}, ValueError, "remarks must be one of"),
        ({"remarks": {"a": ["c", "d"]}}, ValueError, r"remarks\['a'\] must have 1 texts.*not 2"),
    ],
)
def test_bad_arguments_of_the_comparison_explorer_are_named(change, error, message):
    good = {"pictures": {"a": np.zeros((2, 2)), "b": np.ones((2, 2))}, "reference": "a"}
    with pytest.raises(error, match=message):
        explore.ComparisonExplorer(**good | change)


def test_bad_values_of_the_comparison_explorer_are_named():
    explorer = explorers.comparison()
    for trait, bad in (("left", 3), ("right", -1), ("divider", 1.1), ("level", 3)):
        with pytest.raises(ValueError, match=f"{trait} must be"):
            setattr(explorer, trait, bad)


# InceptionExplorer


def test_inception_counts_as_the_library_does_in_python_and_in_the_page(show):
    explorer, page = explore.InceptionExplorer(), show("inception")
    seen = set()
    for form in explore.inception.FORMS:
        for name, number in (("channels", 256), ("size", 14), ("reduce_five", 24), ("three", 100)):
            setattr(explorer, name, number)
            explorer.form = form
            state = {key: getattr(explorer, key) for key in (*explore.inception.BOUNDS, "form")}
            page.evaluate(
                "s => Object.entries(s).forEach(([k, v]) => "
                "document.querySelector('.cx').explorer.set(k, v))",
                state,
            )
            for key in ("outputs", "weights", "multiply_adds"):
                assert value(page, key) == getattr(explorer, key)
            seen.add(explorer.multiply_adds)
    assert len(seen) >= 5
    # The naive module, by hand.
    layers = [(1, 256, 64), (3, 256, 100), (5, 256, 32)]
    assert explorer.weights == sum(parameters(*layer, bias=False) for layer in layers)
    assert explorer.multiply_adds == sum(macs(*layer, 14) for layer in layers)
    assert explorer.outputs == 64 + 100 + 32 + 256


def test_inception_knows_the_published_modules_and_follows_keys(show):
    page = show("inception")
    assert (value(page, "weights"), value(page, "multiply_adds")) == (163_328, 128_049_152)
    page.get_by_label("naive", exact=True).check()
    assert value(page, "weights") == 387_072
    assert "Naive: 192 channels in, 416 out, 387,072 weights" in line(page)
    assert page.get_by_label("1 × 1 after pooling").is_disabled()
    page.get_by_label("reduced", exact=True).check()
    page.get_by_role("button", name="3b").click()
    assert (value(page, "weights"), value(page, "outputs")) == (388_096, 480)
    press(page, "input[type=range] >> nth=2", "ArrowLeft")
    assert value(page, "one") == 127


@pytest.mark.parametrize("name", explore.inception.BOUNDS)
def test_bad_settings_of_the_inception_explorer_are_named(name):
    with pytest.raises(ValueError, match=f"{name} must be"):
        explore.InceptionExplorer(**{name: 0})
    with pytest.raises(TypeError, match=f"{name} must be an integer"):
        explore.InceptionExplorer(**{name: 1.5})
    explorer = explore.InceptionExplorer()
    with pytest.raises(ValueError, match=f"{name} must be"):
        setattr(explorer, name, 2000)


# SweepExplorer


def assert_averaged(state):
    """Check mean and spread of the chosen setting; return its position."""
    runs = explorers.swept()["results"][tuple(state("chosen"))]
    assert state("mean") == pytest.approx(runs.mean(), rel=1e-5)
    assert state("spread") == pytest.approx(runs.std(ddof=1), rel=1e-5)
    return state("chosen")


def test_sweep_averages_over_seeds_and_names_settings():
    explorer = explorers.sweep()
    for chosen in ([0, 0, 0], [2, 0, 1], (1, 0, 1)):
        explorer.chosen = chosen
        assert_averaged(lambda name: getattr(explorer, name))
    assert explorer.setting == {"code": 8, "loss": "mse", "<b>rate": 0.3}
    means = explorers.swept()["results"].mean(-1)
    code, _, rate = np.unravel_index(means.argmin(), means.shape)
    assert explorer.best == {"code": [2, 8, 32][code], "loss": "mse", "<b>rate": [0.003, 0.3][rate]}
    single = explore.SweepExplorer({"code": [1]}, [[0.5]], "error")
    assert (single.mean, single.spread) == (0.5, 0.0)


def test_sweep_follows_sliders_pointer_and_button(show):
    page = show("sweep")
    get = lambda name: value(page, name)  # noqa: E731
    assert assert_averaged(get) == [1, 0, 0]
    press(page, "input[type=range] >> nth=2", "End")
    assert assert_averaged(get) == [1, 0, 1]
    drag(page, "svg .cx-frame", (0.5, 0.5), (0.1, 0.5))
    assert assert_averaged(get) == [0, 0, 1]
    page.get_by_label("<b>rate", exact=True).check()
    assert value(page, "axis") == 2
    drag(page, "svg .cx-frame", (0.9, 0.5), (0.2, 0.5))
    assert assert_averaged(get) == [0, 0, 0]
    page.get_by_role("button", name="Go to the lowest mean").click()
    means = explorers.swept()["results"].mean(-1)
    assert assert_averaged(get) == list(np.unravel_index(means.argmin(), means.shape))
    assert page.locator(".cx-here").count() == 4
    # Six settings, four seeds: what does not share the slice is faint.
    assert page.locator("circle:is(.cx-here, .cx-item, .cx-other)").count() == 24
    assert page.faults == []


def test_sweep_shows_curves_and_pictures_of_the_chosen_setting(show):
    page, given = show("sweep"), explorers.swept()
    page.evaluate("document.querySelector('.cx').explorer.set('chosen', [2, 0, 1])")
    settle(page)
    assert page.locator("path.cx-curve").count() == 4
    shape = page.locator(".cx-items").evaluate_all("a => a.map(c => [c.height, c.width])")
    assert shape == [[4, 5 * 4 - 1]] * 2
    levels = page.locator(".cx-items").last.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    row = np.reshape(levels, (4, 19, 4))[..., 0]
    expected = np.rint(255 * given["pictures"][2, 0, 1])
    for i in range(5):
        np.testing.assert_array_equal(row[:, 4 * i : 4 * i + 3], expected[i])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"factors": {}}, ValueError, "factors must hold at least one factor"),
        ({"factors": {"code": []}}, ValueError, r"factors\['code'\] must hold at least one value"),
        ({"factors": {"code": [2, None]}}, TypeError, "must hold numbers and texts, not None"),
        ({"results": np.ones((3, 2))}, ValueError, r"results must have the shape \(2,\)"),
        ({"results": np.zeros((2, 2))}, ValueError, "results must hold positive numbers, not 0"),
        ({"results": np.ones((2, 1001))}, ValueError, "at most 2000 trainings, not 2002"),
        ({"curves": np.ones((2, 2, 4))}, ValueError, r"curves must have the shape \(2, 3\)"),
        ({"pictures": np.zeros((2, 1, 2, 2))}, ValueError, "originals is None"),
        (
            {"pictures": np.zeros((2, 3, 2, 2)), "originals": np.zeros((1, 2, 2))},
            ValueError,
            r"pictures must have shape \(2, 1, 2, 2\)",
        ),
        ({"start": [2]}, ValueError, "start must be .* at most 1, not 2"),
        ({"start": [0, 0]}, ValueError, "start must have 1 positions"),
    ],
)
def test_bad_arguments_of_the_sweep_explorer_are_named(change, error, message):
    good = {"factors": {"code": [2, 8]}, "results": np.ones((2, 3)), "measure": "error"}
    with pytest.raises(error, match=message):
        explore.SweepExplorer(**good | change)


def test_bad_values_of_the_sweep_explorer_are_named():
    explorer = explorers.sweep()
    for trait, bad in (("chosen", [0, 0, 2]), ("chosen", [0]), ("axis", 3)):
        with pytest.raises(ValueError, match=f"{trait} must"):
            setattr(explorer, trait, bad)


# UnitsExplorer


def assert_drawn(state):
    """Check active units, reconstruction and error; return how many are on."""
    given = explorers.coded()
    item, off = state("item"), list(state("off"))
    code = np.where(np.abs(given["codes"][item]) > 0.2, given["codes"][item], 0)
    strength = np.abs(code) * np.linalg.norm(given["atoms"], axis=1)
    active = np.argsort(-strength)[: np.count_nonzero(code)]
    assert list(state("active")) == active.tolist()
    code[off] = 0
    image = given["offset"] + code @ given["atoms"]
    np.testing.assert_allclose(np.ravel(state("image")), image, atol=1e-4)
    error = ((given["items"][item] - image) ** 2).sum() / (given["items"][item] ** 2).sum()
    assert state("error") == pytest.approx(error, abs=1e-5)
    return np.count_nonzero(code)


def test_units_draw_as_the_linear_decoder_does():
    explorer = explorers.units()
    get = lambda name: getattr(explorer, name)  # noqa: E731
    most = assert_drawn(get)
    explorer.off = np.array(explorer.active[1:3])
    assert assert_drawn(get) == most - 2
    explorer.item = 5
    assert_drawn(get)


def test_units_are_switched_by_pointer_keys_and_buttons(show):
    page = show("units")
    get = lambda name: value(page, name)  # noqa: E731
    most = assert_drawn(get)
    page.locator(".cx-units button").nth(1).click()
    assert assert_drawn(get) == most - 1
    assert page.locator(".cx-units [aria-pressed=false]").count() == 1
    press(page, ".cx-units button >> nth=0", "Space")
    assert assert_drawn(get) == most - 2
    press(page, ".cx-units button >> nth=0", "Enter")
    assert assert_drawn(get) == most - 1
    page.get_by_role("button", name="All off").click()
    assert assert_drawn(get) == 0
    page.get_by_role("button", name="One more on").click()
    page.get_by_role("button", name="One more on").click()
    assert assert_drawn(get) == 2
    assert sorted(get("off")) == sorted(get("active")[2:])
    page.get_by_label("Item", exact=True).select_option(index=4)
    assert value(page, "off") == []
    assert assert_drawn(get) == page.locator(".cx-units button").count()
    assert page.faults == []


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"codes": np.ones((2, 4))}, ValueError, r"codes must have shape \(2, 3\)"),
        ({"codes": np.full((2, 3), np.nan)}, ValueError, "codes must hold finite"),
        ({"atoms": np.ones((3, 5))}, ValueError, "atoms must have 4 numbers"),
        ({"offset": np.ones(5)}, ValueError, "offset must have 4 numbers"),
        ({"items": np.zeros((2, 4))}, ValueError, "items must not be all 0"),
        ({"labels": ["a"]}, ValueError, "labels must have one entry for each of the 2 items"),
        ({"image_shape": (2, 3)}, ValueError, "image_shape .* holds 6 numbers"),
        ({"image_shape": (2, 2, 1)}, ValueError, r"image_shape must be \(height, width\)"),
        ({"threshold": -1}, ValueError, "threshold must be"),
        ({"limits": (1, 1)}, ValueError, "limits must be a lower and a higher"),
        ({"start": "z"}, ValueError, "start must be a label"),
        (
            {"codes": np.ones((2, 41)), "atoms": np.ones((41, 4))},
            ValueError,
            "codes must have at most 40 active units an item, not 41",
        ),
    ],
)
def test_bad_arguments_of_the_units_explorer_are_named(change, error, message):
    good = {"codes": np.ones((2, 3)), "atoms": np.ones((3, 4)), "items": np.ones((2, 4))}
    good |= {"labels": ["a", "b"], "image_shape": (2, 2)}
    with pytest.raises(error, match=message):
        explore.UnitsExplorer(**good | change)


def test_bad_values_of_the_units_explorer_are_named():
    explorer = explorers.units()
    for trait, bad in (("item", 12), ("off", [30])):
        with pytest.raises(ValueError, match=f"{trait} must be"):
            setattr(explorer, trait, bad)


# SensitivityExplorer


def assert_moved(state):
    """Check the moved item, its code and the derivatives against Keras; return the movement."""
    given = explorers.moved_items()
    items = given["items"].astype("float32")
    encoder = list(given["encoders"].values())[state("encoder")]
    basis = [np.linalg.qr(np.stack(moves, axis=1))[0].T for moves in zip(
        *given["directions"].values(), strict=True)]  # fmt: skip
    item = state("item")
    own = np.stack(list(given["directions"].values()))[:, item]
    signs = np.sign((basis[item] * own).sum(axis=1))
    first, second = ((signs[:, None] * basis[item])[state(n)] for n in ("first", "second"))
    end = items[item] + state("step_first") * first + state("step_second") * second
    np.testing.assert_allclose(np.ravel(state("image")), end, atol=1e-5)
    codes = np.asarray(encoder(items), "float64")
    spread = [np.sqrt(((x - x.mean(0)) ** 2).sum(1).mean()) for x in (items, codes)]
    scale = spread[0] / spread[1]
    a, b = np.asarray(encoder(np.stack([items[item], end])), "float64")
    assert state("moved") == pytest.approx(scale * np.linalg.norm(b - a), abs=1e-4)
    x = tf.constant(items[item][None])
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = encoder(x)
    jacobian = scale * tape.batch_jacobian(z, x).numpy()[0]
    slopes = [np.linalg.norm(jacobian @ direction) for direction in (first, second)]
    np.testing.assert_allclose(state("sensitivity"), slopes, rtol=2e-3)
    return state("moved")


def test_sensitivity_is_that_of_keras():
    explorer = explorers.sensitivity()
    seen = []
    for encoder, item, first, second, step in (
        (0, 0, 0, 1, 0.5),
        (1, 3, 2, 0, -0.7),
        (0, 3, 1, 1, 1),
    ):
        explorer.encoder, explorer.item = encoder, item
        explorer.first, explorer.second, explorer.step_first = first, second, step
        seen.append(assert_moved(lambda name: getattr(explorer, name)))
    assert len(set(seen)) == 3


def test_sensitivity_follows_pointer_keys_and_lists(show):
    page = show("sensitivity")
    get = lambda name: value(page, name)  # noqa: E731
    assert assert_moved(get) == 0
    drag(page, "svg .cx-frame", (0.5, 0.5), (0.6, 0.35))
    seen = [assert_moved(get)]
    assert get("step_first") > 0 and get("step_second") > 0
    press(page, "input[type=range] >> nth=1", "End")
    assert get("step_second") == 1
    seen.append(assert_moved(get))
    page.get_by_label("Encoder", exact=True).select_option(label="<b>deep")
    page.get_by_label("Item", exact=True).select_option(index=7)
    page.get_by_label("Second direction", exact=True).select_option(label="across")
    seen.append(assert_moved(get))
    assert len(set(seen)) == 3 and min(seen) > 0
    assert line(page).startswith("<b>deep: sensitivity ")
    page.get_by_role("button", name="Reset").click()
    assert assert_moved(get) == 0
    assert page.faults == []


def test_ellipse_has_the_singular_values_as_its_half_axes(show):
    page, given = show("sensitivity"), explorers.moved_items()
    path = page.locator(".cx-ellipse").get_attribute("d")
    points = np.array([p.split() for p in path[1:].split("L")], float)
    radii = np.linalg.norm(points - points[:-1].mean(axis=0), axis=1)
    circle = float(page.locator("circle.cx-path").get_attribute("r"))
    explorer = explorers.sensitivity()
    slopes = np.stack([explorer._slopes(0, m)[0] for m in list(explorer._directions.values())[:2]])
    half_axes = np.linalg.svd(slopes, compute_uv=False)
    assert radii.max() / circle == pytest.approx(half_axes[0], rel=0.01)
    assert radii.min() / circle == pytest.approx(half_axes[1], rel=0.02)
    assert len(given["directions"]) == 3


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"encoders": {}}, ValueError, "encoders must hold at least one"),
        ({"encoders": {"a": 3}}, TypeError, r"encoders\['a'\] must be a Keras model"),
        ({"items": np.ones((1, 12))}, ValueError, "items must hold at least 2 items"),
        ({"items": np.ones((12, 6))}, ValueError, "image_shape .* holds 12 numbers"),
        ({"directions": {"a": np.ones((12, 12))}}, ValueError, "directions must hold at least 2"),
        ({"directions": {n: np.ones((12, 12)) for n in "ab"}}, ValueError, "'b'.*sum of those"),
        ({"directions": {n: np.zeros((12, 12)) for n in "ab"}}, ValueError, "'a'.* is 0"),
        ({"directions": {n: np.ones((12, 3)) for n in "ab"}}, ValueError, "must have the shape"),
        ({"labels": ["a"]}, ValueError, "labels must have one entry"),
        ({"start": 12}, ValueError, "start must be"),
    ],
)
def test_bad_arguments_of_the_sensitivity_explorer_are_named(change, error, message):
    with pytest.raises(error, match=message):
        explore.SensitivityExplorer(**explorers.moved_items() | change)


def test_bad_values_of_the_sensitivity_explorer_are_named():
    explorer = explorers.sensitivity()
    bad = {"encoder": 3, "item": 12, "first": 3, "second": -1, "step_first": 1.5, "step_second": -2}
    for trait, number in bad.items():
        with pytest.raises(ValueError, match=f"{trait} must be"):
            setattr(explorer, trait, number)
