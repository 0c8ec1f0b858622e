"""Every page of the built book in a real browser: light and dark, wide and narrow."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import toc_files

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
    # Nothing is wider than the window, beside what scrolls inside a box of its own.
    assert (
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        <= 0
    )


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
    # What was opened fades in; half-faded text has no contrast yet.
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
        ("codes separate", "Do the codes separate?", "notebooks"),  # a heading in a notebook
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


def test_picture_opens_in_full_size_and_back(open_page, served):
    page = open_page(f"{served}/chapters/autoencoder.html", width=390)
    page.locator("article a.image-reference").first.click()
    page.wait_for_url("**/_images/**")
    page.go_back()
    assert page.locator("article h1").inner_text().startswith("Encoder")
    assert page.faults == []


def test_page_does_not_jump_when_its_pictures_come(open_page, served):
    page = open_page(f"{served}/chapters/generation.html", width=390)
    assert page.evaluate("[...document.images].some(i => !i.complete)")
    height = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_dark_page_is_printed_in_light(open_page, served):
    page = open_page(f"{served}/chapters/autoencoder.html", theme="dark")
    theme = "document.documentElement.dataset.theme"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(theme) == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(theme) == "dark"
