"""The explorers on the pages of the built book, from a folder: each one is driven and checked.

Which pages have explorers is read from the built site. What an explorer computes is compared with
the data that the page holds for it.
"""

import base64
import json

import numpy as np
import pytest
from conftest import SITE
from test_explorers_browser import library, settle

from course_lib import explore, metrics
from course_lib.explore import _autoencoder, network
from course_lib.explore.interpolation import interpolate

PAGES = sorted(
    path.relative_to(SITE).with_suffix("").as_posix()
    for path in SITE.rglob("*.html")
    if 'class="cx ' in path.read_text(encoding="utf-8")
)


class Box:
    """One explorer on a page: what it holds, what it shows, and hands to move it."""

    def __init__(self, page, element):
        self.page, self.element = page, element
        self.label = element.get_attribute("aria-label")
        key = f'"{element.get_attribute("data-explorer")}", {{'
        script = next(t for t in page.locator("script").all_text_contents() if key in t)
        start = script.index(key) + len(key) - 1
        content = json.loads(script[start : script.index("});\n})();", start) + 1])
        self.spec, self.binary = content["spec"], base64.b64decode(content["data"])

    def array(self, note):
        return np.frombuffer(self.binary, f"<{note['type']}", note["n"], note["at"])

    def network(self, described=None):
        """Return a network that the page holds, to be run by NumPy."""
        described = described or self.spec["network"]
        arrays, shape = [], described["input"]
        for layer in described["layers"]:
            found = [self.array(described["arrays"][i]) for i in layer["arrays"]]
            out = layer["shape"][-1]
            if layer["kind"] == "dense":
                found[0] = found[0].reshape(shape[-1], out)
            elif layer["kind"] == "conv":
                found[0] = found[0].reshape(*layer["kernel"], shape[-1], out)
            elif layer["kind"] == "transposed":
                found[0] = found[0].reshape(*layer["kernel"], out, shape[-1])
            arrays += [array.astype("float32") for array in found]
            shape = layer["shape"]
        return network.Network(
            tuple(described["layers"]),
            tuple(arrays),
            tuple(described["input"]),
            tuple(shape),
            described["code"],
        )

    def get(self, name):
        settle(self.page)
        return self.element.evaluate("(e, name) => e.explorer.get(name)", name)

    def drag(self, selector, start, end):
        """Drag from one point to another, each as parts of the width and height of an element."""
        target = self.element.locator(selector).first
        target.scroll_into_view_if_needed()
        box = target.bounding_box()
        for (u, v), act in ((start, self.page.mouse.down), (end, self.page.mouse.up)):
            self.page.mouse.move(box["x"] + u * box["width"], box["y"] + v * box["height"])
            act()

    def press(self, selector, key):
        self.element.locator(selector).first.focus()
        self.page.keyboard.press(key)


# One function for each explorer moves it by pointer and by keys, and checks each time.


def drive_convolution(box):
    def assert_counted():
        assert box.get("size") == library(*(box.get(name) for name in (*"mkpsd", "mode")))

    assert_counted()
    before = box.get("k")
    box.element.get_by_role("slider", name="Kernel size k").focus()
    box.page.keyboard.press("ArrowRight")
    assert box.get("k") == before + 1
    box.element.get_by_role("slider", name="Padding p").fill("3")
    assert box.get("p") == 3
    assert_counted()
    box.drag(".cx-grid >> nth=0", (0.1, 0.1), (0.9, 0.9))
    assert box.get("step") == box.get("size") ** 2 - 1


def drive_latent(box):
    decoder, seen = box.network(), []

    def assert_decoded():
        seen.append(box.get("code"))
        expected = decoder(np.array([box.get("given")], "float32")).ravel()
        np.testing.assert_allclose(box.get("image"), expected, atol=1e-5)

    assert_decoded()
    assert box.get("given") == box.get("code")
    box.drag(".cx-frame", (0.5, 0.5), (0.7, 0.2))
    assert_decoded()
    box.press(".cx-field-map", "Shift+ArrowLeft")
    assert_decoded()
    assert seen[0] != seen[1] != seen[2]
    if box.spec["numbers"]:
        for i, kind in enumerate(("wipe it", "add noise", "freeze it")):
            box.element.get_by_label(kind).check()
            box.element.locator(".cx-numbers button").nth(i).click()
            assert_decoded()
        assert [entry[0] for entry in box.get("damage")[:3]] == ["wiped", "noisy", "frozen"]
        box.element.get_by_role("button", name="Reset").click()
        assert box.get("given") == box.get("code")


def drive_interpolation(box):
    decoder, seen = box.network(), []
    codes = box.array(box.spec["codes"]).reshape(-1, decoder.input_shape[0]).astype("float64")

    def assert_between():
        ends = codes[[box.get("start"), box.get("end")]]
        expected = interpolate(*ends, box.get("t"), box.get("path"))
        seen.append(box.get("code"))
        np.testing.assert_allclose(seen[-1], expected, atol=1e-5)
        image = decoder(np.array([seen[-1]], "float32")).ravel()
        np.testing.assert_allclose(box.get("image"), image, atol=1e-5)

    box.element.get_by_label("straight").check()
    assert_between()
    box.drag(".cx-slider input", (0.05, 0.5), (0.6, 0.5))
    assert_between()
    box.element.get_by_label("spherical").check()
    assert_between()
    box.press(".cx-slider input", "End")
    assert_between()
    assert seen[0] != seen[1] != seen[2] != seen[3]


def drive_glyph(box):
    autoencoder, seen = box.network(), []

    def assert_reconstructed():
        seen.append(box.get("drawing"))
        batch = np.array([seen[-1]], "float32")
        expected = autoencoder(batch).ravel()
        np.testing.assert_allclose(box.get("image"), expected, atol=1e-5)
        np.testing.assert_allclose(box.get("code"), autoencoder.code(batch)[0], atol=1e-5)

    assert_reconstructed()
    box.element.locator(".cx-pixels button").nth(0).click()
    assert_reconstructed()
    box.press(".cx-pixels button >> nth=17", "Space")
    assert_reconstructed()
    assert seen[0] != seen[1] != seen[2]


def drive_threshold(box):
    levels = box.array(box.spec["levels"])
    counts = [box.array(note) for note in box.spec["counts"]]
    seen = []

    def assert_counted():
        seen.append(box.get("threshold"))
        at = min(np.searchsorted(levels, np.float32(seen[-1])), len(levels) - 1)
        fp, tp = (int(count[at]) for count in counts)
        assert [box.get("fp"), box.get("tp")] == [fp, tp]
        assert [box.get("tn") + fp, box.get("fn") + tp] == box.spec["totals"]
        prices = box.get("false_alarm_cost"), box.get("miss_cost")
        assert box.get("cost") == pytest.approx(fp * prices[0] + box.get("fn") * prices[1])

    assert_counted()
    box.drag(".cx-field-map .cx-frame", (0.3, 0.5), (0.6, 0.5))
    assert_counted()
    box.press(".cx-field-map", "Home")
    assert_counted()
    assert box.get("recall") == 1
    assert seen[0] != seen[1] != seen[2]


def drive_mask(box):
    names = ("probability", "truth")
    probability, truth = (
        box.array(box.spec[name]).reshape(1, *box.spec["shape"]) for name in names
    )
    seen = []

    def assert_measured():
        seen.append(box.get("threshold"))
        mask, true = probability > np.float32(seen[-1]), truth > 0
        assert box.get("dice") == pytest.approx(metrics.dice(true, mask)[0])
        assert box.get("missed") == (true & ~mask).sum()
        assert box.get("extra") == (mask & ~true).sum()

    assert_measured()
    box.drag("svg .cx-frame", (0.5, 0.5), (0.25, 0.5))
    assert_measured()
    box.press("input[type=range]", "End")
    assert_measured()
    assert seen[0] != seen[1] != seen[2]


def drive_training(box):
    pixels = box.array(box.spec["items"]).reshape(len(box.spec["labels"]), -1)

    def run(button, epochs):
        box.element.get_by_role("button", name=button, exact=True).click()
        box.page.wait_for_function(
            "([e, epoch]) => e.explorer.get('epoch') === epoch && !e.explorer.get('running')",
            arg=[box.element.element_handle(), epochs],
        )

    start = box.get("epoch")
    run("100 epochs", start + 100)
    run("One epoch, which is one step", start + 101)
    # The codes are those of the weights, as NumPy computes them.
    settings = {name: box.get(f"{name}_activation") for name in ("hidden", "code", "output")}
    settings = {f"{name}_activation": value for name, value in settings.items()}
    settings |= {"kind": box.spec["kind"], "code": settings["code_activation"]}
    size = box.get("hidden"), box.get("code_size"), box.spec["kind"]
    shapes = _autoencoder.shapes(pixels.shape[1], *size)
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    arrays = np.split(np.array(box.get("weights")), ends)
    weights = [array.reshape(shape) for array, shape in zip(arrays, shapes, strict=True)]
    codes = _autoencoder.encode(weights, pixels, settings)
    np.testing.assert_allclose(np.reshape(box.get("code"), codes.shape), codes, atol=1e-4)
    before = box.get("probe")
    box.press(".cx-field-map", "ArrowRight")
    assert box.get("probe") != before


def drive_comparison(box):
    names, shape, seen = box.spec["names"], box.spec["shape"], []
    stacks = [box.array(note).reshape(-1, *shape) / 255 for note in box.spec["pictures"]]

    def assert_measured():
        seen.append([box.get(name) for name in box.inputs])
        left, right, _, level = seen[-1]
        for side, at in (("left", left), ("right", right)):
            shown, clean = (
                stacks[i][min(level, len(stacks[i]) - 1)][None] for i in (at, box.spec["reference"])
            )
            expected = metrics.psnr(clean, shown)[0]
            found = box.get(f"psnr_{side}")
            assert found is None if np.isinf(expected) else found == pytest.approx(expected)

    box.inputs = ("left", "right", "divider", "level")
    assert_measured()
    box.drag("canvas", (0.5, 0.5), (0.7, 0.2))
    assert_measured()
    box.element.get_by_label("Left", exact=True).select_option(label=names[0])
    box.press("input[type=range] >> nth=0", "ArrowRight")
    assert_measured()
    assert seen[0] != seen[1] != seen[2]


def drive_inception(box):
    def assert_counted():
        twin = explore.InceptionExplorer(**{name: box.get(name) for name in names}, form=form())
        for name in ("outputs", "weights", "multiply_adds"):
            assert box.get(name) == getattr(twin, name)
        return box.get("weights")

    names, form = tuple(box.spec["bounds"]), lambda: box.get("form")
    seen = [assert_counted()]
    box.press("input[type=range] >> nth=0", "ArrowRight")
    seen.append(assert_counted())
    box.element.get_by_label("naive", exact=True).check()
    seen.append(assert_counted())
    box.element.get_by_role("button", name="3b").click()
    seen.append(assert_counted())
    assert len(set(seen)) == 4
    box.element.get_by_label("reduced", exact=True).check()
    assert assert_counted() == 388_096


def drive_sweep(box):
    sizes = [len(values) for values in box.spec["values"]]
    results = box.array(box.spec["results"]).reshape(*sizes, -1).astype("float64")
    seen = []

    def assert_averaged():
        seen.append(box.get("chosen"))
        runs = results[tuple(seen[-1])]
        assert box.get("mean") == pytest.approx(runs.mean())
        assert box.get("spread") == pytest.approx(runs.std(ddof=1))

    assert_averaged()
    box.press("input[type=range] >> nth=0", "Home")
    box.press("input[type=range] >> nth=0", "ArrowRight")
    assert_averaged()
    box.drag("svg .cx-frame", (0.5, 0.5), (0.95, 0.5))
    assert_averaged()
    assert seen[-1][0] == sizes[0] - 1
    box.element.get_by_role("button", name="Go to the lowest mean").click()
    assert_averaged()
    assert box.get("mean") == pytest.approx(results.mean(axis=-1).min())


def drive_units(box):
    names = ("items", "codes", "atoms", "offset")
    items, codes, atoms, offset = (box.array(box.spec[name]) for name in names)
    size = len(offset)
    items, atoms = items.reshape(-1, size), atoms.reshape(-1, size)
    codes = codes.reshape(len(items), -1)
    seen = []
    box.element.get_by_role("button", name="Reset").click()
    *_, second, most = np.argsort(codes.sum(axis=1)).tolist()  # an item may have no active unit
    other = second if box.get("item") == most else most

    def assert_drawn():
        item, off = box.get("item"), box.get("off")
        code = np.where(np.isin(box.spec["units"], off), 0, codes[item])
        image = offset + code @ atoms
        np.testing.assert_allclose(box.get("image"), image, atol=1e-4)
        error = ((items[item] - image) ** 2).sum() / (items[item] ** 2).sum()
        assert box.get("error") == pytest.approx(error, abs=1e-5)
        seen.append(error)

    assert_drawn()
    box.element.locator(".cx-units button").first.click()
    assert_drawn()
    box.press(".cx-units button >> nth=1", "Space")
    assert_drawn()
    box.element.get_by_label("Item", exact=True).select_option(index=other)
    assert_drawn()
    box.element.get_by_role("button", name="All off").click()
    assert_drawn()
    assert len(set(seen)) == 5


def drive_sensitivity(box):
    count, spec = len(box.spec["labels"]), box.spec
    items, *moves = (
        box.array(note).reshape(count, -1).astype("float64")
        for note in (spec["items"], *spec["moves"])
    )
    networks = [box.network(described) for described in spec["networks"]]
    seen = []

    def assert_moved():
        k, item = box.get("encoder"), box.get("item")
        first, second = (moves[box.get(name)][item] for name in ("first", "second"))
        end = items[item] + box.get("step_first") * first + box.get("step_second") * second
        np.testing.assert_allclose(box.get("image"), end, atol=1e-5)
        a, b = networks[k](np.stack([items[item], end])).reshape(2, -1).astype("float64")
        expected = spec["scales"][k] * np.linalg.norm(b - a)
        assert box.get("moved") == pytest.approx(expected, abs=1e-4)
        seen.append(expected)

    assert_moved()
    box.drag("svg .cx-frame", (0.5, 0.5), (0.7, 0.3))
    assert_moved()
    box.press("input[type=range] >> nth=1", "Home")
    assert_moved()
    box.element.get_by_label("Encoder", exact=True).select_option(index=1)
    assert_moved()
    box.element.get_by_role("button", name="Reset").click()
    assert box.get("moved") == 0
    assert len(set(seen)) == 4


DRIVE = {
    "Sensitivity explorer": drive_sensitivity,
    "Sweep explorer": drive_sweep,
    "Units explorer": drive_units,
    "Comparison explorer": drive_comparison,
    "Inception explorer": drive_inception,
    "Convolution explorer": drive_convolution,
    "Latent explorer": drive_latent,
    "Interpolation explorer": drive_interpolation,
    "Glyph editor": drive_glyph,
    "Threshold explorer": drive_threshold,
    "Mask explorer": drive_mask,
    "Training explorer": drive_training,
}


@pytest.mark.parametrize("name", PAGES)
def test_explorers_of_a_page_answer_their_reader(open_page, site, name):
    page = open_page((site / f"{name}.html").as_uri())
    boxes = page.locator(".cx")
    assert boxes.count() > 0 and page.locator(".cx-poster").count() == 0
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function("t => document.documentElement.dataset.theme === t", arg=theme)
        for element in boxes.all():
            box = Box(page, element)
            DRIVE[box.label](box)
    assert page.faults == []


def test_every_kind_of_explorer_stands_in_the_book_and_is_driven(open_page, site):
    assert len(PAGES) >= 17
    text = "".join((site / f"{name}.html").read_text(encoding="utf-8") for name in PAGES)
    kinds = {name for name in explore.__all__ if name.endswith(("Explorer", "Editor"))}
    built = {name for name in kinds if f"mountWith({getattr(explore, name)._build}, " in text}
    assert built == kinds
    assert len(DRIVE) == len(kinds)
