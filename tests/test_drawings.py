"""The drawings of the chapters, and what becomes of them in a page."""

import re

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from extension.outputs import PHONE, inlined

DRAWINGS = sorted((ROOT / "chapters" / "images").glob("*.svg"))
SHEET = (ROOT / "book" / "static" / "course.css").read_text(encoding="utf-8")
WIDE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 90" role="img"
aria-labelledby="t" font-family="serif" font-size="15"><title id="t">A title</title>
<defs><marker id="tip"/></defs><path marker-end="url(#tip)"/><text>word</text></svg>"""


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_a_drawing_has_a_frame_and_only_colours_that_follow_the_theme(path):
    drawing = path.read_text(encoding="utf-8")
    assert re.search(r'viewBox="\S+ \S+ \S+ \S+"', drawing)
    fixed = re.sub(r"var\(--[a-z-]+, #[0-9a-fA-F]{6}\)", "", drawing)
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b", fixed) == []
    used = set(re.findall(r"var\((--(?!pst-)[a-z-]+)", drawing))
    assert [name for name in used if f"{name}: " not in SHEET] == []


@pytest.mark.parametrize(("width", "scrolls"), [(400, False), (700, True)])
def test_a_drawing_in_a_page_has_a_name_and_is_never_too_small_to_read(width, scrolls):
    box = BeautifulSoup(inlined(WIDE.format(width=width), "one", 'A "word"'), "html.parser").div
    assert box.svg["role"] == "img"
    assert box.svg["aria-label"] == 'A "word"'
    assert (box.svg["width"], box.svg["height"]) == (str(width), "90")
    assert box.find("title") is None
    least = int(re.search(r"--least: (\d+)px", box["style"])[1])
    assert 15 * least / width == pytest.approx(11, abs=0.1)
    assert (least > PHONE) == scrolls == box.has_attr("tabindex")


def test_two_drawings_of_a_page_share_no_name_of_a_part():
    one, two = (inlined(WIDE.format(width=400), name, "") for name in ("one", "two"))
    assert 'id="one-tip"' in one and "url(#one-tip)" in one
    assert set(re.findall(r'id="([^"]*)"', one)).isdisjoint(re.findall(r'id="([^"]*)"', two))
