"""The look of the pages, as far as a browser can measure it: sizes, widths, shifts, what opens."""

import pytest
from conftest import toc_files

PAGES = [*toc_files(), "search", "404"]
CHAPTERS = [name for name in PAGES if name.startswith("chapters/")]
# Sums the shifts of a page while it loads, as https://web.dev/articles/cls has them.
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    shifts.push([entry.value, entry.sources.map((s) => s.node?.outerHTML?.slice(0, 120)).join()]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


# Pages that moved most where faces came late or not at all.
FACE_PAGES = [
    "chapters/contractive",
    "chapters/generation",
    "notebooks/images",
    "notebooks/sparse",
]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_jumps_while_a_page_loads(browser, served, name, width):
    assert_still(browser, f"{served}/{name}.html", width)


@pytest.mark.parametrize("name", FACE_PAGES)
def test_nothing_jumps_while_a_page_loads_from_a_folder(browser, site, name):
    assert_still(browser, (site / f"{name}.html").as_uri(), 390)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", FACE_PAGES)
def test_nothing_jumps_where_the_books_faces_do_not_come(browser, served, name, width):
    assert_still(browser, f"{served}/{name}.html", width, missing="**/_static/fonts/*")


def assert_still(browser, address, width, missing=None):
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.set_default_timeout(120_000)
    context.add_init_script(SHIFTS)
    page = context.new_page()
    if missing:
        page.route(missing, lambda route: route.abort())
    page.goto(address, wait_until="networkidle")
    page.wait_for_function("!window.MathJax?.startup || MathJax.startup.promise.then(() => true)")
    shifts = page.evaluate("shifts")
    context.close()
    assert sum(value for value, _ in shifts) < 0.05, shifts


@pytest.mark.parametrize("chosen", ["auto", "light", "dark"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_light_or_dark_is_settled_before_the_first_paint(open_page, served, system, chosen):
    page = open_page(f"{served}/404.html", theme=system)
    page.evaluate(f"localStorage.setItem('mode', '{chosen}'); localStorage.removeItem('theme')")
    page.route("**/*.js*", lambda route: route.abort())
    page.goto(f"{served}/chapters/unet.html")
    shown = page.evaluate("document.documentElement.dataset.theme")
    assert shown == (system if chosen == "auto" else chosen)
    assert page.locator(".logo__image").filter(visible=True).count() == 1


@pytest.mark.parametrize("width", [1280, 390])
def test_headings_shrink_with_their_level_and_none_is_lighter_than_a_lower_one(
    open_page, served, width
):
    page = open_page(f"{served}/chapters/dimensionality.html", width=width)
    sizes, weights = zip(
        *page.evaluate(
            """["h1", "h2", "h3", "section > p"].map((level) => {
              const style = getComputedStyle(document.querySelector(`.bd-article ${level}`));
              return [parseFloat(style.fontSize), Number(style.fontWeight)];
            })"""
        ),
        strict=True,
    )
    assert list(sizes) == sorted(set(sizes), reverse=True)
    assert list(weights) == sorted(weights, reverse=True)


def test_a_line_of_text_has_66_to_70_characters_in_the_books_own_face(open_page, served):
    page = open_page(f"{served}/chapters/undercomplete.html")
    loaded = {response.url.rpartition("/")[2] for response in page.responses}
    assert {"inter.woff2", "jetbrains-mono.woff2"} <= loaded
    characters = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll(".bd-article section > p")]
            .map((p) => p.textContent).filter((t) => !t.includes("\\\\")).join(" ").slice(0, 4000);
          const ruler = document.createElement("span");
          ruler.style.whiteSpace = "nowrap";
          ruler.textContent = text;
          const paragraph = document.querySelector(".bd-article section > p");
          const width = paragraph.clientWidth;
          paragraph.replaceChildren(ruler);
          return (width / ruler.getBoundingClientRect().width) * text.length;
        }"""
    )
    # A line breaks before a word that does not fit: on average it is three characters shorter.
    assert 66 <= characters - 3 <= 70


def test_an_operator_of_two_characters_is_no_ligature_in_code(open_page, served):
    page = open_page(f"{served}/notebooks/denoising.html")
    style = (
        "(e) => [getComputedStyle(e).fontFeatureSettings, getComputedStyle(e).fontVariantLigatures]"
    )
    operators = page.locator("pre span.o").filter(has_text="==")
    assert operators.first.evaluate(style) == ["normal", "none"]


@pytest.mark.parametrize(("width", "folded"), [(1280, True), (1500, False)])
def test_contents_of_the_page_are_folded_on_a_narrower_screen(open_page, served, width, folded):
    page = open_page(f"{served}/chapters/undercomplete.html", width=width)
    contents = page.locator(".bd-sidebar-secondary")
    height = contents.bounding_box()["height"]
    assert (height < 60) == folded
    contents.hover()
    page.wait_for_function(
        "document.querySelector('.bd-sidebar-secondary').getBoundingClientRect().height > 200"
    )


@pytest.mark.parametrize("name", [name for name in PAGES if "/" in name])
def test_code_is_no_wider_than_its_box(open_page, served, name):
    page = open_page(f"{served}/{name}.html")
    wide = page.evaluate(
        """[...document.querySelectorAll(".bd-article div.highlight pre")]
          .filter((e) => !e.closest(".output") && e.scrollWidth > e.clientWidth)
          .map((e) => e.textContent.slice(0, 200))"""
    )
    assert wide == []


@pytest.mark.parametrize("name", [name for name in PAGES if "/" in name])
def test_no_table_or_formula_is_cut_on_a_phone(open_page, served, name):
    page = open_page(f"{served}/{name}.html", width=390)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate("dispatchEvent(new Event('resize'))")
    cut = """[...document.querySelectorAll(
        ".bd-article :is(table:is(.table, .dataframe, [id^='T_']), mjx-container)")].filter((e) => {
      const box = e.closest(".table-scroll, div.math > mjx-container, mjx-container.long");
      const outside = e.getBoundingClientRect().right > innerWidth;
      const scrolls = box && box.scrollWidth > box.clientWidth;
      const reached = box?.getBoundingClientRect().right <= innerWidth && box.tabIndex === 0;
      return scrolls || outside ? !reached || e.matches(".prose") : false;
    }).map((e) => e.outerHTML.slice(0, 200))"""
    page.wait_for_function(f"{cut}.length === 0", timeout=20_000)


def test_a_solution_opens_from_the_whole_of_its_bar_by_mouse_and_keyboard(open_page, served):
    page = open_page(f"{served}/chapters/undercomplete.html")
    solution = page.locator("details.solution").first
    bar = solution.locator("summary")
    box = bar.bounding_box()
    for spot in (3, box["width"] / 2, box["width"] - 3):
        bar.click(position={"x": spot, "y": box["height"] / 2})
        assert solution.get_attribute("open") is not None
        assert page.url.endswith("undercomplete.html")
        bar.press("Enter")
        assert solution.get_attribute("open") is None
    assert page.faults == []


@pytest.mark.parametrize("opened", ["served", "from a folder"])
def test_terms_and_citations_show_themselves(open_page, site, served, opened):
    base = served if opened == "served" else site.as_uri()
    page = open_page(f"{base}/chapters/anomalies.html")
    tip = page.locator("#tip")
    assert not tip.is_visible()
    for selector, said in (
        ("[href*='#term-Anomaly']", "distribution"),
        (".bibtex-citation a", "20"),
    ):
        link = page.locator(f".bd-article p {selector}").first
        link.focus()
        assert tip.is_visible()
        assert said in tip.inner_text()
        assert link.get_attribute("aria-describedby") == "tip"
        page.keyboard.press("Escape")
        assert not tip.is_visible()
        page.mouse.move(0, 0)
        link.hover()
        assert tip.is_visible()
        box = tip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
    assert page.faults == []


def test_a_chapter_prints_as_a_handout(open_page, served):
    page = open_page(f"{served}/chapters/undercomplete.html", theme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for selector in (
        ".bd-sidebar-primary",
        ".bd-header-article",
        ".prev-next-footer",
        ".cx button",
    ):
        assert not page.locator(selector).first.is_visible(), selector
    assert page.locator(".bd-article h1").is_visible()
    for solution in page.locator("details.solution section").all():
        assert solution.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]:not(.bd-sidebar-primary details)").count() == 0


def test_an_explorer_prints_as_its_reader_left_it(open_page, served):
    page = open_page(f"{served}/chapters/sparse.html")
    page.locator(".cx-units button").first.click()
    page.emulate_media(media="print")
    units = page.locator(".cx-units")
    pressed = [button.get_attribute("aria-pressed") for button in units.locator("button").all()]
    assert pressed[0] == "false" and "true" in pressed
    for shown in (units.locator("button").first, page.locator(".cx canvas").first):
        assert shown.is_visible()
    for moved in (".cx-reset", ".cx-field", ".cx-blank", ".cx .cx-bar button"):
        assert not any(part.is_visible() for part in page.locator(moved).all()), moved
    page = open_page(f"{served}/chapters/anomalies.html")
    page.emulate_media(media="print")
    assert page.get_by_role("slider", name="Threshold").first.is_visible()


def test_what_a_notebook_shows_has_no_ground_of_its_own_in_the_dark(open_page, served):
    for name in ("autoencoder", "undercomplete"):  # explorers, and a table beside them
        page = open_page(f"{served}/notebooks/{name}.html", theme="dark")
        parts = page.locator(".cell_output .text_html, .table-scroll tr")
        grounds = parts.evaluate_all(
            "all => [...new Set(all.map((part) => getComputedStyle(part).backgroundColor))]"
        )
        assert grounds == ["rgba(0, 0, 0, 0)"]


def test_no_title_of_a_box_has_a_ground_of_its_own(open_page, served):
    page = open_page(f"{served}/chapters/quiz.html")
    grounds = page.evaluate(
        """[...new Set([...document.querySelectorAll(".bd-article .admonition-title")]
          .map((title) => getComputedStyle(title).backgroundColor))]"""
    )
    assert grounds == ["rgba(0, 0, 0, 0)"]
