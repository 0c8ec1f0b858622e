"""The explorers as plain HTML in Chromium, from a folder, against Keras and Python."""

import base64
import itertools
import json

import explorers
import keras
import numpy as np
import pytest
from conftest import ROOT, serve
from sklearn.metrics import confusion_matrix, precision_score, recall_score
from test_browser import serious

from course_lib import convolution, data, explore
from course_lib.explore import network
from course_lib.explore._base import Blob, source
from course_lib.explore.interpolation import interpolate

SUPPORTED = explorers.supported()
MODEL = {
    "latent": explorers.dense_decoder(2, 10, 35),
    "deep": network.export(explorers.largest_decoder()).as_stored(),  # in 16 bits
    "interpolation": explorers.dense_decoder(3, 10, 16),
    "glyph": explorers.font_autoencoder(),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explorers")
    for name, explorer in explorers.all_explorers().items():
        explorers.write_page(folder, name, explorer)
    return folder


@pytest.fixture
def show(open_page, folder):
    """Return a function that opens the page of an explorer from its folder, without a server."""
    return lambda name, **options: open_page((folder / f"{name}.html").as_uri(), **options)


def value(page, name):
    return page.evaluate("name => document.querySelector('.cx').explorer.get(name)", name)


def settle(page):
    """Wait until a change is drawn."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def line(page):
    settle(page)
    return page.locator(".cx-line").inner_text()


def place(page, selector, u, v):
    """Return the point at parts u, v of an element's box, which is scrolled into view."""
    found = page.locator(selector).first
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    return box["x"] + u * box["width"], box["y"] + v * box["height"]


def drag(page, selector, start, end):
    page.mouse.move(*place(page, selector, *start))
    page.mouse.down()
    page.mouse.move(*place(page, selector, *end), steps=5)
    page.mouse.up()
    settle(page)


def press(page, selector, *keys):
    page.locator(selector).first.focus()
    for key in keys:
        page.keyboard.press(key)
    settle(page)


def painted(page, selector):
    """Return the grey levels on a canvas."""
    return np.array(
        page.locator(selector).first.evaluate(
            "c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
            ".filter((_, i) => i % 4 === 0)"
        )
    )


def keras_gives(model, values):
    return np.asarray(model(np.asarray([values], "float32")))[0].ravel()


def assert_drawn(page, name, selector, dark_ink):
    """Check the drawn image against Keras at the page's own code; return the code."""
    settle(page)
    code = value(page, "code")
    expected = keras_gives(MODEL[name], code)
    np.testing.assert_allclose(value(page, "image"), expected, atol=1e-5)
    levels = 255 * (1 - expected if dark_ink else expected)
    assert np.abs(painted(page, selector) - levels).max() <= 0.51
    return np.array(code)


# The network in the browser


@pytest.fixture(scope="module")
def runner(browser):
    page = browser.new_page()
    page.add_script_tag(content=source(("dom.js", "network.js")))
    yield page
    page.close()


def run_in_browser(page, exported, inputs):
    blob = Blob()
    description = json.loads(json.dumps(blob.add_network(exported)))
    return page.evaluate(
        """([description, data, inputs]) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer;
          const network = readNetwork(description, reader(bytes));
          return inputs.map((input) => Array.from(runNetwork(network, input)));
        }""",
        [
            description,
            base64.b64encode(blob.bytes()).decode(),
            inputs.reshape(len(inputs), -1).tolist(),
        ],
    )


@pytest.mark.parametrize("name", SUPPORTED)
def test_browser_agrees_with_keras_on_every_supported_layer(runner, name):
    model = SUPPORTED[name]
    exported = network.export(model)
    inputs = np.random.default_rng(2).normal(size=(4, *exported.input_shape)).astype("float32")
    expected = np.asarray(model(inputs)).reshape(4, -1)
    np.testing.assert_allclose(run_in_browser(runner, exported, inputs), expected, atol=1e-5)


def test_browser_reads_float16_weights(runner):
    exported = network.export(explorers.dense_decoder(2, 500, 600))
    assert exported.stored_type == "<f2"
    inputs = np.random.default_rng(2).normal(size=(4, 2)).astype("float32")
    seen = run_in_browser(runner, exported, inputs)
    np.testing.assert_allclose(seen, exported.as_stored()(inputs), atol=1e-5)


def test_browser_reads_every_kind_of_float16(runner):
    values = np.array([0, 1, -2, 65504, 6.1e-5, 6e-8, -5.9e-6, 1 / 3], "float16")
    seen = runner.evaluate("bits => bits.map(halfToFloat)", values.view("uint16").tolist())
    np.testing.assert_array_equal(np.array(seen), values.astype("float64"))


# Every explorer


@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_served_explorer_is_alive_accessible_and_fits_in_every_view(open_page, folder, name):
    with serve(folder) as address:
        page = open_page(f"{address}/{name}.html", theme="dark", width=390)
        assert len(line(page)) > 20
        for theme, width in (("dark", 390), ("light", 390), ("light", 1280), ("dark", 1280)):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            settle(page)
            assert page.faults == []
            assert page.locator(".cx-poster").count() == 0
            assert serious(page) == [], f"{theme}, {width} pixels wide"
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            # Text takes the colour of the page around it.
            selector = ".cx, .cx p, .cx button:not(.cx-pixels *)"
            colours = page.evaluate(
                "selector => [document.body, ...document.querySelectorAll(selector)]"
                ".map(e => getComputedStyle(e).color)",
                selector,
            )
            assert len(set(colours)) == 1


@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_every_control_can_be_reached_has_a_name_and_shows_its_focus(show, name):
    page = show(name)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return null;
              const style = getComputedStyle(e);
              const all = [...document.querySelectorAll('.cx *')];
              const outline = [style.outlineStyle, style.outlineWidth];
              return [all.indexOf(e), e.matches(':focus-visible'), ...outline];
            }"""
        )
        if found is None or found[0] in reached:
            break
        reached.add(found[0])
        assert found[1:] == [True, "solid", "3px"]
    controls = page.locator(".cx :is(button, input, select, [tabindex]):not([tabindex='-1'])")
    visible = [c for c in controls.all() if c.is_visible() and c.is_enabled()]
    # Of radio buttons one is in the tab order.
    radios = page.locator(".cx input[type=radio]:not(:checked)").count()
    assert len(reached) == len(visible) - radios > 0
    assert page.locator(".cx [aria-live=polite]").count() == 1


@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_box_shows_a_sentence_and_the_start_without_scripts(show, name):
    page = show(name, java_script_enabled=False)
    box = page.locator(".cx")
    assert "interactive" in box.locator("p").inner_text()
    picture = box.locator("img")
    assert picture.get_attribute("alt")
    assert picture.is_visible() and picture.bounding_box()["width"] > 100


@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_live_line_follows_when_the_reader_pauses(show, name):
    page = show(name)
    page.wait_for_function("document.querySelector('.cx [aria-live]').textContent.length > 20")
    assert len(line(page)) > 20


PHONE = {"width": 390, "has_touch": True}
SHIFT = """
window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => (window.shift += entry.value)))
  .observe({ type: "layout-shift", buffered: true });
"""


def use(page):
    """Move every control of an explorer once or twice, as a reader would."""
    for control in page.locator(".cx input[type=range]").all():
        if control.is_visible() and control.is_enabled():
            for key in ("End", "ArrowLeft", "Home"):
                control.press(key)
    for name in (".cx-field-map", ".cx-pixels button >> nth=3"):
        if page.locator(name).count():
            press(page, name, "ArrowRight", "Shift+ArrowUp", "Enter")
    for choice in page.locator(".cx input[type=radio]").all():
        choice.check()
        settle(page)
    for control in page.locator(".cx select").all():
        if control.is_visible():
            control.select_option(index=2)
            settle(page)
    for control in page.locator(".cx-bar button").all():
        # These open a part of the card, as they say.
        if control.inner_text() not in ("Settings", "Train 30 seeds"):
            control.click()
            settle(page)
    for control in page.locator(".cx input[type=number]").all():
        control.fill("3000")
        settle(page)
    page.locator(".cx-reset").click()
    page.wait_for_timeout(500)


@pytest.mark.parametrize("view", [PHONE, {"width": 1280}], ids=["phone", "screen"])
@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_nothing_jumps_while_an_explorer_is_used(show, name, view):
    page = show(name, **view)
    settle(page)
    page.evaluate(SHIFT)
    height = page.locator(".cx").bounding_box()["height"]
    use(page)
    assert page.evaluate("shift") < 0.05
    assert page.locator(".cx").bounding_box()["height"] == pytest.approx(height, abs=1)
    assert page.faults == []


@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_card_fits_a_phone_and_a_finger(show, name):
    page = show(name, **PHONE)
    settle(page)
    assert page.locator(".cx").bounding_box()["height"] < 760
    small = page.evaluate(
        """() => [...document.querySelectorAll(".cx :is(button, select, label, [type=number])")]
          .filter(e => e.checkVisibility() && !e.closest('.cx-sliders'))
          .map(e => [e.textContent || e.ariaLabel, e.offsetWidth, e.offsetHeight])
          .filter(([name, width, height]) => width < 44 || height < 44)"""
    )
    assert small == []
    # Two sliders share a row: name, value and track are one target.
    heights = page.locator(".cx-sliders .cx-slider").evaluate_all("l => l.map(e => e.offsetHeight)")
    assert all(height >= 44 for height in heights)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", explorers.EXPLORERS)
def test_words_in_drawings_are_large_enough(show, name, width):
    page = show(name, width=width)
    settle(page)
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.cx svg text')].filter(e => e.textContent)
          .map(e => [parseFloat(getComputedStyle(e).fontSize), e.getScreenCTM()])
          .map(([size, m]) => size * Math.hypot(m.c, m.d))"""
    )
    assert all(size >= 10.95 for size in sizes)


def test_card_says_what_it_is_for_and_goes_back(show):
    page = show("convolution")
    assert page.locator(".cx-name").inner_text() == "Slide a kernel"
    assert "sum under the kernel" in page.locator(".cx-task").inner_text()
    page.get_by_label("pooling").check()
    page.get_by_label("Padding p").fill("3")
    press(page, "text=Position >> .. >> input", "End")
    page.get_by_role("button", name="Reset").click()
    settle(page)
    names = (*explore.convolution.BOUNDS, "mode", "step")
    assert [value(page, name) for name in names] == [5, 3, 1, 2, 1, "convolution", 0]


def test_values_stand_beside_their_sliders_at_one_place(show):
    page = show("deep")
    places = page.evaluate(
        """() => [...document.querySelectorAll('.cx-sliders .cx-slider')].map(row => {
          const [, track, value] = row.children;
          const end = track.getBoundingClientRect().right;
          const text = value.getBoundingClientRect().left;
          return [track.getBoundingClientRect().left, text, text - end];
        })"""
    )
    assert len(places) == 8 and all(0 < gap <= 12 for *_, gap in places)
    tracks, values = ({place[k] for place in places} for k in (0, 1))
    assert len(tracks) == len(values) == 3  # in three columns


def swipe(page, x, y, by):
    """Move a finger up or down."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *points):
        points = [{"x": x, "y": at} for at in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", y)
    for i in range(1, 13):
        touch("touchMove", y + by * i / 12)
        settle(page)
    touch("touchEnd")
    settle(page)


@pytest.mark.parametrize("name", ["latent", "training", "glyph", "convolution", "threshold"])
def test_page_scrolls_under_a_thumb_on_a_map(show, name):
    page = show(name, **PHONE)
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    x, y = place(page, ".cx-pixels" if name == "glyph" else ".cx-frame, .cx-grid", 0.15, 0.8)
    names = {"latent": "code", "training": "probe", "glyph": "drawing", "convolution": "step"}
    before = value(page, names.get(name, "threshold"))
    scrolled = page.evaluate("scrollY")
    swipe(page, x, y, -150)
    assert page.evaluate("scrollY") > scrolled + 100
    assert value(page, names.get(name, "threshold")) == before


def test_point_itself_is_dragged_in_any_direction_by_a_finger(show):
    page = show("latent", **PHONE)
    page.evaluate("document.body.style.paddingBottom = '2000px'")
    before = value(page, "code")
    box = page.locator(".cx-grip").bounding_box()
    swipe(page, box["x"] + 22, box["y"] + 22, -60)
    assert page.evaluate("scrollY") == 0
    assert value(page, "code")[1] > before[1] + 0.1


def test_marks_have_a_picture_and_a_name_under_the_pointer_and_at_the_focus(show):
    page = show("deep")
    assert page.locator(".cx-picture").count() == 97
    tip = page.locator(".cx-tip")
    assert not tip.is_visible()
    page.locator(".cx-field-map").focus()
    press(page, ".cx-field-map", "Enter")
    assert tip.is_visible() and tip.inner_text() == value(page, "nearest")
    expected = 255 * MODEL["deep"](explorers.codes(97, 20)[:1])[0].ravel()
    assert np.abs(painted(page, ".cx-tip canvas") - expected).max() <= 0.51


def test_map_that_only_shows_names_its_marks_under_the_pointer(show):
    page = show("glyph")
    tip = page.locator(".cx-tip")
    mark = page.locator(".cx-mark", has_text="x").bounding_box()
    page.mouse.move(mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2)
    assert tip.is_visible() and tip.inner_text() == "x"
    page.mouse.move(0, 0)
    assert not tip.is_visible()


def test_sliders_and_lists_follow_the_theme_of_the_page(show):
    page = show("convolution")
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(
            "t => getComputedStyle(document.querySelector('.cx input')).colorScheme === t",
            arg=theme,
        )


def test_two_explorers_live_on_one_page(open_page, folder):
    both = [explore.ConvolutionExplorer(), explore.ConvolutionExplorer(m=9)]
    (folder / "both.html").write_text(
        "<!doctype html><link rel=icon href='data:,'><meta charset=utf-8>"
        + "".join(e.to_html() for e in [*both, both[0]])
    )
    page = open_page((folder / "both.html").as_uri())
    assert page.evaluate("[...document.querySelectorAll('.cx')].map(e => e.explorer.get('m'))") == [
        5,
        9,
        5,
    ]
    page.evaluate("document.querySelectorAll('.cx')[0].explorer.set('m', 7)")
    assert page.evaluate("[...document.querySelectorAll('.cx')].map(e => e.explorer.get('m'))") == [
        7,
        9,
        5,
    ]
    assert page.faults == []


def test_link_in_the_text_sets_an_explorer_from_a_folder(open_page, folder):
    card = explore.ConvolutionExplorer().to_html()
    script = (ROOT / "book" / "static" / "explore_links.js").read_text(encoding="utf-8")
    (folder / "link.html").write_text(
        "<!doctype html><link rel=icon href='data:,'><meta charset=utf-8>"
        '<a href="#here" data-explore=\'{"p": 3, "mode": "pooling"}\'>pad by 3</a>'
        f'<p style="height:2000px"></p><div id="here">{card}</div><script>{script}</script>'
    )
    page = open_page((folder / "link.html").as_uri(), reduced_motion="reduce")
    link = page.get_by_role("link", name="pad by 3")
    link.press("Enter")
    settle(page)
    assert (value(page, "p"), value(page, "mode"), value(page, "m")) == (3, "pooling", 5)
    assert page.get_by_label("Padding p").input_value() == "3"
    box = page.locator(".cx").bounding_box()
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
    # The reader can go on reading from the link.
    assert page.evaluate("document.activeElement.textContent") == "pad by 3"
    assert page.faults == []


# LatentExplorer

MAP = ".cx-field-map .cx-frame"


def test_latent_point_is_dragged_and_the_decoder_draws(show):
    page = show("latent")
    start = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
    np.testing.assert_array_equal(start, explorers.codes(explorers.ITEMS, 2)[0])
    drag(page, MAP, (0.5, 0.5), (0.9, 0.25))
    spec = explorers.payload(explorers.latent())["spec"]
    code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
    expected = spec["centre"] + spec["half"] * np.array([0.8, 0.5])
    np.testing.assert_allclose(code, expected, atol=0.02 * spec["half"])
    # Beyond the edge the point stays on the map.
    drag(page, MAP, (0.5, 0.5), (1.5, 0.5))
    code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
    assert code[0] == pytest.approx(spec["centre"][0] + spec["half"], abs=1e-5)


def test_latent_point_is_tapped(show):
    page = show("latent", has_touch=True, width=390)
    for u, v in ((0.2, 0.8), (0.7, 0.3)):
        before = value(page, "code")
        page.touchscreen.tap(*place(page, MAP, u, v))
        code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
        assert (code != before).all()


def test_latent_point_follows_the_keys(show):
    page = show("latent")
    home = np.array(value(page, "code"))
    step = explorers.payload(explorers.latent())["spec"]["half"] / 25
    for keys, move in (
        (["ArrowRight"], (1, 0)),
        (["ArrowLeft"] * 3, (-3, 0)),
        (["Shift+ArrowUp"], (0, 5)),
        (["ArrowDown"], (0, -1)),
    ):
        press(page, ".cx-field-map", "Home", *keys)
        code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
        np.testing.assert_allclose(code - home, step * np.array(move), atol=1e-5)
    press(page, ".cx-field-map", "Enter")
    items = explorers.codes(explorers.ITEMS, 2)
    near = np.linalg.norm(items - code, axis=1).argmin()
    np.testing.assert_array_equal(value(page, "code"), items[near])
    assert line(page).endswith(f"{explorers.names(12)[near]}, 0.000 away.")


def test_latent_names_the_nearest_item_under_the_pointer_and_at_the_point(show):
    page = show("latent")
    items, labels = explorers.codes(explorers.ITEMS, 2), explorers.names(explorers.ITEMS)
    spec = explorers.payload(explorers.latent())["spec"]
    before = value(page, "code")
    page.mouse.move(*place(page, MAP, 0.75, 0.5))
    there = spec["centre"] + spec["half"] * np.array([0.5, 0.0])
    distances = np.linalg.norm(items - there, axis=1)
    said = line(page)
    assert said.startswith("Under the pointer: code (")
    assert f"Nearest item: {labels[distances.argmin()]}, " in said
    assert abs(float(said.split()[-2]) - distances.min()) < 0.02 * spec["half"]
    assert value(page, "code") == before
    page.mouse.move(0, 0)
    assert line(page).startswith("Code (")


def test_latent_goes_to_an_item(show):
    page = show("latent")
    page.get_by_label("Go to").select_option(label="</script>")
    code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
    np.testing.assert_array_equal(code, explorers.codes(explorers.ITEMS, 2)[3])
    page.get_by_role("button", name="Reset").click()
    code = assert_drawn(page, "latent", ".cx-result canvas", dark_ink=True)
    np.testing.assert_array_equal(code, explorers.codes(explorers.ITEMS, 2)[0])


def test_numbers_of_a_code_are_wiped_noised_and_frozen_one_by_one(show):
    page = show("numbers", width=390)
    assert page.locator(".cx").bounding_box()["height"] < 760
    decoder, items = explorers.dense_decoder(8, 10, 35), explorers.codes(explorers.ITEMS, 8)
    buttons = page.locator(".cx-numbers button")

    def assert_decoded(given):
        settle(page)
        np.testing.assert_allclose(value(page, "given"), given, atol=1e-5)
        expected = np.asarray(decoder(np.array([given], "float32"))).ravel()
        np.testing.assert_allclose(value(page, "image"), expected, atol=1e-5)

    given = items[0].astype("float64")
    assert_decoded(given)
    assert "Damaged numbers: 0; the picture is 0.00 off" in line(page)
    height = page.locator(".cx").bounding_box()["height"]
    page.get_by_label("wipe it").check()
    buttons.nth(2).click()
    given[2] = items[:, 2].mean()
    assert_decoded(given)
    page.get_by_label("add noise").check()
    buttons.nth(5).focus()
    page.keyboard.press("Enter")
    kind, noise = value(page, "damage")[5]
    assert kind == "noisy" and 0 < abs(noise) < 2 * items[:, 5].std()
    page.get_by_label("freeze it").check()
    buttons.nth(0).click()
    page.get_by_label("Go to").select_option(label="&")
    moved = items[1].astype("float64")
    moved[[0, 2]] = given[[0, 2]]
    moved[5] += noise
    assert_decoded(moved)
    assert "Damaged numbers: 3;" in line(page)
    states = [button.get_attribute("aria-pressed") for button in buttons.all()]
    assert [i for i, pressed in enumerate(states) if pressed == "true"] == [0, 2, 5]
    assert buttons.nth(0).get_attribute("aria-label").endswith("frozen")
    buttons.nth(0).click()  # once more makes it whole
    moved[0] = items[1, 0]
    assert_decoded(moved)
    assert page.locator(".cx").bounding_box()["height"] == height
    page.get_by_role("button", name="Reset").click()
    assert_decoded(items[0])


def test_deep_codes_move_in_the_plane_and_on_sliders(show):
    page = show("deep")
    codes = explorers.codes(97, 20).astype("float64")
    mean = codes.mean(axis=0)
    directions = np.linalg.svd(codes - mean)[2]
    start = assert_drawn(page, "deep", ".cx-result canvas", dark_ink=False)
    np.testing.assert_array_equal(start, codes[0])
    drag(page, MAP, (0.5, 0.5), (0.8, 0.8))
    moved = assert_drawn(page, "deep", ".cx-result canvas", dark_ink=False) - start
    part = directions @ moved
    assert np.abs(part[:2]).min() > 0.1 and np.abs(part[2:]).max() < 1e-5
    sliders = page.locator(".cx input[type=range]")
    assert sliders.count() == 8
    before = np.array(value(page, "code"))
    press(page, ".cx input[type=range] >> nth=3", "End")
    part = directions @ (assert_drawn(page, "deep", ".cx-result canvas", dark_ink=False) - before)
    assert abs(part[5]) > 0.1 and np.abs(np.delete(part, 5)).max() < 1e-5
    page.get_by_role("button", name="Into the plane").click()
    code = assert_drawn(page, "deep", ".cx-result canvas", dark_ink=False)
    assert np.abs(directions[2:] @ (code - mean)).max() < 1e-5


# InterpolationExplorer


def test_interpolation_draws_both_paths_as_keras_does(show):
    page = show("interpolation")
    codes, names = explorers.codes(explorers.ITEMS, 3), explorers.names(explorers.ITEMS)
    page.get_by_label("From", exact=True).select_option(label=names[2])
    page.get_by_label("To", exact=True).select_option(label=names[7])
    for path in ("straight", "spherical"):
        page.get_by_label(path).check()
        drag(page, ".cx-slider input", (0.05, 0.5), (0.6, 0.5))
        t = value(page, "t")
        assert 0.5 < t < 0.7
        code = assert_drawn(page, "interpolation", ".cx-result canvas", dark_ink=False)
        expected = interpolate(*codes[[2, 7]].astype("float64"), t, path)
        np.testing.assert_allclose(code, expected, atol=1e-6)
        # The strip: nine images on the same path.
        for i in (0, 3, 8):
            between = interpolate(*codes[[2, 7]].astype("float64"), i / 8, path)
            levels = 255 * keras_gives(MODEL["interpolation"], between)
            assert np.abs(painted(page, f".cx-strip canvas >> nth={i}") - levels).max() <= 0.51
    assert f"from {names[2]} to {names[7]}" in line(page)


def test_interpolation_is_driven_by_keys_and_taps(show):
    page = show("interpolation", has_touch=True, width=390)
    press(page, ".cx-slider input", "End")
    assert value(page, "t") == 1
    press(page, ".cx-slider input", "ArrowLeft")
    assert value(page, "t") == pytest.approx(0.99)
    page.touchscreen.tap(*place(page, ".cx-strip button >> nth=4", 0.5, 0.5))
    assert_drawn(page, "interpolation", ".cx-result canvas", dark_ink=False)
    assert value(page, "t") == 0.5
    assert page.locator(".cx-strip [aria-current=true]").count() == 1
    page.get_by_role("button", name="Swap").click()
    assert (value(page, "start"), value(page, "end")) == (5, 0)


# GlyphEditor


def glyph_state(page):
    settle(page)
    return np.array(value(page, "drawing")).reshape(7, 5)


def assert_glyph(page):
    """Check reconstruction, code, nearest glyph and count against Keras and Python."""
    font, model = data.load_font(), MODEL["glyph"]
    drawing = glyph_state(page)
    expected = keras_gives(model, drawing.ravel())
    np.testing.assert_allclose(value(page, "image"), expected, atol=1e-5)
    assert np.abs(painted(page, "canvas") - 255 * (1 - expected)).max() <= 0.51
    encoder = keras.Model(model.input, model.layers[2].output)
    np.testing.assert_allclose(
        value(page, "code"), keras_gives(encoder, drawing.ravel()), atol=1e-5
    )
    twin = explore.GlyphEditor(model, font.images, font.names, start=value(page, "chosen"))
    twin.drawing = drawing
    assert value(page, "nearest") == twin.nearest
    assert value(page, "wrong_pixels") == twin.wrong_pixels
    return drawing


def test_glyph_is_painted_by_dragging_and_tapping(show):
    page = show("glyph", has_touch=True, width=390)
    start = assert_glyph(page)
    np.testing.assert_array_equal(start, data.load_font().images[1])
    row = 1
    drag(page, ".cx-pixels", (0.1, (row + 0.5) / 7), (0.9, (row + 0.5) / 7))
    after = assert_glyph(page)
    assert set(after[row]) == {1 - start[row, 0]}
    np.testing.assert_array_equal(np.delete(after, row, 0), np.delete(start, row, 0))
    page.touchscreen.tap(*place(page, ".cx-pixels button >> nth=34", 0.5, 0.5))
    tapped = assert_glyph(page)
    assert tapped[6, 4] == 1 - after[6, 4]
    assert np.count_nonzero(tapped != after) == 1


def test_glyph_is_edited_by_keys(show):
    page = show("glyph")
    start = assert_glyph(page)
    press(page, ".cx-pixels button", "ArrowDown", "ArrowDown", "ArrowRight", "Space")
    expected = start.copy()
    expected[2, 1] = 1 - start[2, 1]
    np.testing.assert_array_equal(assert_glyph(page), expected)
    cell = page.locator(".cx-pixels button:focus")
    assert cell.get_attribute("aria-label") == "Row 3, column 2"
    assert cell.get_attribute("aria-pressed") == str(bool(expected[2, 1])).lower()
    page.keyboard.press("Enter")
    np.testing.assert_array_equal(assert_glyph(page), start)


def test_glyph_takes_noise_at_the_chosen_level(show):
    page = show("glyph")
    start = assert_glyph(page)
    noise = page.get_by_role("button", name="Add noise")
    page.get_by_label("Noise level").fill("0.5")
    changed = []
    for _ in range(40):
        page.get_by_role("button", name="Restore").click()
        noise.click()
        changed.append(np.count_nonzero(glyph_state(page) != start))
    # Half of the pixels are replaced, half of those by what they were.
    assert 0.2 * 35 < np.mean(changed) < 0.3 * 35
    assert_glyph(page)
    page.get_by_label("Noise level").fill("0")
    page.get_by_role("button", name="Restore").click()
    noise.click()
    np.testing.assert_array_equal(assert_glyph(page), start)
    page.get_by_role("button", name="Clear").click()
    assert assert_glyph(page).sum() == 0
    page.get_by_label("Glyph", exact=True).select_option(label="k")
    np.testing.assert_array_equal(assert_glyph(page), data.load_font()["k"])


# ConvolutionExplorer


def library(m, k, p, s, d, mode):
    try:
        if mode == "convolution":
            return convolution.output_size(m, k, p, s, d)
        if mode == "pooling":
            return convolution.pooled_size(m, k, p, s)
        return convolution.transposed_output_size(m, k, p, s, d)
    except ValueError:
        return None


def test_convolution_counts_as_the_library_for_every_setting(runner, browser):
    page = browser.new_page()
    page.add_script_tag(content=source(("dom.js", "convolution.js")))
    ranges = [range(low, high + 1) for low, high in explore.convolution.BOUNDS.values()]
    settings = [
        (*values, mode)
        for values in itertools.product(*ranges)
        for mode in explore.convolution.MODES
    ]
    seen = page.evaluate(
        """settings => settings.map(([m, k, p, s, d, mode]) => {
          const { size, problem } = arithmetic({ m, k, p, s, d, mode });
          return problem ? null : size;
        })""",
        settings,
    )
    page.close()
    assert len(settings) > 10_000
    assert seen == [library(*each) for each in settings]


def test_convolution_follows_its_sliders_as_keras_does(show):
    page = show("convolution")
    names = {"m": "Input size m", "k": "Kernel size k", "p": "Padding p", "s": "Stride s"}
    for m, k, p, s, d in ((5, 3, 1, 2, 1), (12, 4, 0, 3, 1), (7, 3, 2, 1, 2), (9, 2, 4, 1, 3)):
        for name, number in zip([*names.values(), "Dilation d"], (m, k, p, s, d), strict=True):
            page.get_by_label(name).fill(str(number))
        settle(page)
        inputs = keras.Input((m, m, 1))
        layer = keras.layers.Conv2D(1, k, strides=s, dilation_rate=d)
        expected = layer(keras.layers.ZeroPadding2D(p)(inputs)).shape[1]
        assert value(page, "size") == expected
        formula = page.locator(".cx-formula p").last.inner_text()
        assert formula.startswith(f"o = ⌊({m} + 2·{p} − {d}·({k} − 1) − 1) / {s}⌋ + 1 = ⌊")
        assert formula.endswith(f"= {expected}")
        assert f"Output {expected} × {expected}" in page.locator(".cx-grids").inner_text()


def test_convolution_says_why_a_setting_is_impossible(show):
    page = show("convolution")
    height = page.locator(".cx").bounding_box()["height"]
    for name, number in (("Input size m", 3), ("Kernel size k", 7), ("Padding p", 1)):
        page.get_by_label(name).fill(str(number))
    settle(page)
    problem = page.locator(".cx-problem")
    assert "the kernel reaches over 7 cells, the padded input has only 5" in problem.inner_text()
    assert page.locator(".cx").bounding_box()["height"] == pytest.approx(height, abs=1)
    assert value(page, "size") is None
    assert not page.locator(".cx-grid").first.is_visible()
    page.get_by_label("transposed").check()
    page.get_by_label("Kernel size k").fill("1")
    page.get_by_label("Padding p").fill("4")
    settle(page)
    assert "padding 4 cuts 8 of them" in problem.inner_text()
    page.get_by_label("Padding p").fill("0")
    settle(page)
    assert not problem.is_visible() and page.locator(".cx-grid").first.is_visible()


def test_convolution_kernel_steps_by_pointer_key_and_button(show):
    page = show("convolution", has_touch=True)
    assert "Position 1 of 9" in line(page)
    page.get_by_role("button", name="Next").click()
    assert "columns 3 to 5 of the padded input and gives output cell (1, 2)" in line(page)
    press(page, "text=Position >> .. >> input", "End")
    assert "Position 9 of 9: the kernel covers rows 5 to 7" in line(page)
    drag(page, ".cx-grid >> nth=0", (0.1, 0.1), (0.5, 0.9))
    assert "output cell (3, 2)" in line(page)
    page.touchscreen.tap(*place(page, ".cx-grid >> nth=1", 0.4, 0.2))
    assert "output cell (2, 3)" in line(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('.cx').explorer.get('step') !== 5")
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("transposed").check()
    drag(page, ".cx-grid >> nth=0", (0.01, 0.01), (0.4, 0.05))
    stamp = "stamps rows {} and columns {} of the output before cutting"
    assert "of 25" in line(page) and "stamps rows 1 to 3" in line(page)
    drag(page, ".cx-grid >> nth=1", (0.5, 0.5), (0.99, 0.99))
    assert "input cell (5, 5) " + stamp.format("9 to 11", "9 to 11") in line(page)


def test_convolution_cells_hold_the_numbers_that_keras_computes(show):
    page = show("convolution")

    def numbers(which):
        cells = page.locator(f".cx-grid >> nth={which}").locator(".cx-number")
        return [float(text) for text in cells.all_text_contents()]

    image = np.array(numbers(0)).reshape(1, 5, 5, 1)
    padded = np.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0)))
    conv = keras.layers.Conv2D(1, 3, strides=2, kernel_initializer="ones", use_bias=False)
    pool = keras.layers.MaxPooling2D(3, strides=2)
    back = keras.layers.Conv2DTranspose(1, 3, strides=2, kernel_initializer="ones", use_bias=False)
    for label, layer, inputs in (
        ("convolution", conv, padded),
        ("pooling", pool, padded),
        ("transposed", back, image),
    ):
        page.get_by_role("radio", name=label).check()
        press(page, "text=Position >> .. >> input", "End")
        settle(page)
        expected = np.asarray(layer(inputs)).ravel()
        found = dict.fromkeys(range(expected.size), 0.0)
        found |= dict(enumerate(numbers(1)))
        assert sorted(found.values()) == sorted(expected)
    page.get_by_role("button", name="Reset").click()
    assert line(page).endswith(
        f"gives output cell (1, 1): the sum is {padded[0, :3, :3].sum():.0f}."
    )


# ThresholdExplorer


def assert_threshold(page):
    """Check the numbers against scikit-learn; return the threshold."""
    scores, truth = explorers.anomaly_scores()
    settle(page)
    threshold = value(page, "threshold")
    alarm = scores >= np.float32(threshold)
    (tn, fp), (fn, tp) = confusion_matrix(truth, alarm)
    assert [value(page, name) for name in ("tn", "fp", "fn", "tp")] == [tn, fp, fn, tp]
    assert page.locator(".cx tbody td").all_inner_texts() == [str(n) for n in (tp, fn, fp, tn)]
    assert value(page, "recall") == pytest.approx(recall_score(truth, alarm))
    if alarm.any():
        assert value(page, "precision") == pytest.approx(precision_score(truth, alarm))
    else:
        assert value(page, "precision") is None
        assert "undefined (no alarm)" in page.locator(".cx-formula").inner_text()
    costs = value(page, "false_alarm_cost"), value(page, "miss_cost")
    assert value(page, "cost") == pytest.approx(fp * costs[0] + fn * costs[1])
    return threshold


def test_threshold_is_dragged_tapped_and_moved_by_keys(show):
    page = show("threshold", has_touch=True, width=390)
    assert assert_threshold(page) == 3
    drag(page, MAP, (0.3, 0.5), (0.6, 0.5))
    dragged = assert_threshold(page)
    page.touchscreen.tap(*place(page, MAP, 0.1, 0.5))
    assert assert_threshold(page) < dragged
    low = value(page, "threshold")
    press(page, ".cx-field-map", "ArrowRight")
    step = assert_threshold(page) - low
    press(page, ".cx-field-map", "PageUp", "Shift+ArrowLeft")
    assert assert_threshold(page) == pytest.approx(low + 6 * step)
    press(page, ".cx-field-map", "End")
    assert_threshold(page)
    assert value(page, "recall") == 0
    press(page, ".cx-field-map", "Home")
    assert_threshold(page)
    assert value(page, "recall") == 1
    handle = page.locator(".cx-field-map")
    assert float(handle.get_attribute("aria-valuenow")) == value(page, "threshold")


def test_threshold_costs_change_and_the_least_cost_is_found(show):
    page = show("threshold")
    found = []
    for price in ("1", "100"):
        page.get_by_label("Cost of a miss").fill(price)
        page.get_by_role("button", name="Go to the least cost").click()
        found.append(assert_threshold(page))
        assert value(page, "miss_cost") == float(price)
        twin = explorers.threshold()
        twin.miss_cost = float(price)
        assert found[-1] == pytest.approx(twin.best_threshold)
    assert found[1] < found[0]
