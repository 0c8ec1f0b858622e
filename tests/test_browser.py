"""Every page of the built book in a real browser: light and dark, wide and narrow."""

import gzip
import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import toc_files
from PIL import Image

PAGES = [*toc_files(), "search", "genindex"]
# In this order one thing changes at a time.
VIEWS = [("light", 1280), ("dark", 1280), ("dark", 390), ("light", 390)]


def serious(page):
    """Return what axe-core holds against a page, serious and critical, with the elements."""
    options = {
        "resultTypes": ["violations"],
        "selectors": False,  # the elements are named below
        "preload": False,  # for films and sounds, of which there are none; it asks for style sheets
    }
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def assert_rendered(page):
    assert page.faults == []
    # Mathematics: each formula became an output of MathJax, none of them an error.
    assert page.locator(".math:not(:has(mjx-container)):not(:has(.math))").count() == 0
    assert page.locator("mjx-merror").count() == 0
    # Every explorer is alive: its script has replaced the picture of the start.
    assert page.locator(".cx-poster").count() == 0
    # Images and fonts came.
    assert page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)") == []
    # No picture is stretched. Sizes are whole pixels, of an SVG without its own size at most 300.
    stretched = """[...document.querySelectorAll("a.image-reference img")].filter(i =>
        Math.abs(i.height / i.width * i.naturalWidth / i.naturalHeight - 1) > 0.02
    ).map(i => i.src)"""
    assert page.evaluate(stretched) == []
    # The letters of a drawing are at least 11 pixels high.
    small = """[...document.querySelectorAll(".drawing svg")].flatMap(drawing => {
        const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
        return [...drawing.querySelectorAll("text")].filter(text =>
            scale > 0 && parseFloat(getComputedStyle(text).fontSize) * scale < 10.9
        ).map(text => text.textContent);
    })"""
    assert page.evaluate(small) == []
    # Nothing is wider than the window, beside what scrolls inside a box of its own.
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        <= 0
    )


def test_what_is_missing_is_a_fault_and_what_a_leaving_reader_ends_is_none(open_page, served):
    page = open_page(f"{served}/chapters/notation.html")
    page.route("**/slow.png", lambda route: None)  # never answered
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'slow.png' }))")
    with page.expect_event("requestfailed", lambda request: "slow.png" in request.url):
        page.reload()
    assert page.faults == []
    with page.expect_event("requestfinished", lambda request: "missing.png" in request.url):
        page.evaluate("document.body.append(Object.assign(new Image(), { src: 'missing.png' }))")
    assert f"404: {served}/chapters/missing.png" in page.faults
    page.route("**/broken.png", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "broken.png" in request.url):
        page.evaluate("document.body.append(Object.assign(new Image(), { src: 'broken.png' }))")
    assert f"failed: {served}/chapters/broken.png" in page.faults


def show(page, theme, width):
    """Change theme and width of a page as its reader's system would; wait until it has followed."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function("t => document.documentElement.dataset.theme === t", arg=theme)
    # The theme looks a moment after a change of width which boxes scroll now, for the keyboard.
    page.wait_for_function(
        "[...document.querySelectorAll('pre, .cell_output > .output')].every("
        "e => e.scrollWidth <= e.clientWidth || e.tabIndex === 0)"
    )
    # What was opened fades in, from the next frame on; half-faded text has no contrast yet.
    page.evaluate("new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)))")
    page.wait_for_function("document.getAnimations().every(a => a.playState !== 'running')")


def open_all(page):
    """Open what is folded and fetch the images below the fold, which load lazily."""
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("[...document.images].every(i => i.complete)")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light_whole_and_accessible(open_page, served, name):
    page = open_page(f"{served}/{name}.html")
    page.wait_for_load_state("networkidle")
    size = sum(len(gzip.compress(response.body())) for response in page.responses)
    assert size < 1.5e6, f"first load: {size / 1e6:.2f} MB gzipped"
    open_all(page)
    for theme, width in VIEWS:
        show(page, theme, width)
        assert_rendered(page)
        assert serious(page) == [], f"{theme}, {width} pixels wide"


@pytest.mark.parametrize("name", PAGES)
def test_page_works_from_a_folder_on_a_phone_and_a_screen(open_page, site, name):
    page = open_page((site / f"{name}.html").as_uri(), width=390, theme="dark")
    open_all(page)
    for theme, width in (("dark", 390), ("light", 1280)):
        show(page, theme, width)
        assert_rendered(page)


@pytest.mark.parametrize("opened", ["served", "from a folder"])
@pytest.mark.parametrize(
    ("query", "heading", "kind"),
    [
        ("checkerboards", "Checkerboards", "chapters"),  # a heading in prose
        ("search by code", "Search by code", "notebooks"),  # a heading in a notebook
    ],
)
def test_search_finds_headings_without_another_host(
    open_page, site, served, opened, query, heading, kind
):
    base = served if opened == "served" else site.as_uri()
    page = open_page(f"{base}/search.html?q={query}")
    page.wait_for_selector("#search-results li a")
    found = page.locator(f"#search-results a[href*='{kind}/']", has_text=heading)
    assert found.count() > 0
    assert page.faults == []


def test_drawings_follow_the_theme_and_photographs_do_not(open_page, served):
    page = open_page(f"{served}/notebooks/autoencoder.html")
    letters = "getComputedStyle(document.querySelector('.drawing text')).fill"
    ground = "getComputedStyle(document.querySelector('.drawing path')).fill"
    pictures = """[...document.querySelectorAll(".drawing image")].map(image =>
        getComputedStyle(image).filter + image.getAttribute("href")
    )"""
    seen = {}
    for theme in ("light", "dark"):
        show(page, theme, 1280)
        assert page.evaluate(ground) == "rgba(0, 0, 0, 0)"
        seen[theme] = page.evaluate(letters), page.evaluate(pictures)
    assert seen["light"][0] == "rgb(26, 26, 26)"
    assert seen["dark"][0] == "rgb(230, 230, 230)"
    assert seen["light"][1] == seen["dark"][1] != []


def test_a_drawing_wider_than_a_phone_scrolls_in_its_box(open_page, served):
    page = open_page(f"{served}/chapters/variational.html", width=390)
    box = page.locator(".drawing[tabindex]").first
    box.focus()
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.evaluate("box => box.scrollBy(50, 0)")
    assert box.evaluate("box => box.scrollLeft") == 50
    assert page.faults == []


def test_code_wider_than_a_phone_is_shaded_where_it_goes_on(open_page, served):
    page = open_page(f"{served}/notebooks/denoising.html", width=390)
    code = page.locator(".cell_input pre:visible").first
    assert code.evaluate("code => code.scrollWidth > code.clientWidth")

    def shaded():  # at its left and its right edge, in the empty strip above the first line
        picture = Image.open(io.BytesIO(code.screenshot())).convert("L")
        grey = [picture.getpixel((x, 8)) for x in (5, picture.width // 2, picture.width - 5)]
        return grey[0] < grey[1] - 5, grey[2] < grey[1] - 5

    assert shaded() == (False, True)
    code.evaluate("code => code.scrollTo(code.scrollWidth, 0)")
    assert shaded() == (True, False)


@pytest.mark.parametrize("name", ["anomalies", "contractive", "sparse"])
def test_wide_table_uses_the_margin_and_covers_no_note(open_page, served, name):
    page = open_page(f"{served}/chapters/{name}.html")
    tables = page.locator(".notebook-output .table-scroll").all()
    widest = max((table.bounding_box() for table in tables), key=lambda box: box["width"])
    assert widest["width"] > page.locator(".bd-article > section").bounding_box()["width"]
    for note in page.locator("aside.margin").all():
        box = note.bounding_box()
        above = box["y"] + box["height"] <= widest["y"]
        assert above or box["y"] >= widest["y"] + widest["height"]


def test_dark_page_is_printed_in_light(open_page, served):
    page = open_page(f"{served}/chapters/autoencoder.html", theme="dark")
    theme = "document.documentElement.dataset.theme"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(theme) == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(theme) == "dark"
