"""Tables of pages in one form, and the room that formulas will need, without building a book."""

import pytest
from bs4 import BeautifulSoup
from extension import formulas, tables


def table(head, *rows):
    cells = "".join(f"<th>{name}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    html = f'<table border="1" class="dataframe"><tr>{cells}</tr>{body}</table>'
    return BeautifulSoup(tables.mended(html), "html.parser")


@pytest.mark.parametrize(
    "text",
    ["0.5", "−3", "1,234", "97%", "2.4 dB", "0.56 ± 0.02", "1e-5", "1.2\xa0·\xa010⁻⁵", "≈ 3"],
)
def test_column_of_numbers_is_marked_with_its_head(text):
    marked = table(["name", "error"], ["a", text], ["b", "–"]).select(".number")
    assert [cell.get_text() for cell in marked][::2] == ["error", "–"]


@pytest.mark.parametrize("text", ["PCA", "k = 3", "3 of them", "two 2"])
def test_column_of_words_is_not(text):
    assert table(["name", "what"], ["a", "1"], ["b", text]).select(".number") == []


def test_spread_stays_with_its_mean():
    assert "0.5\xa0±\xa00.1" in str(table(["name", "error"], ["a", "0.5 ± 0.1"]))


def test_index_without_a_name_goes_and_one_with_a_meaning_stays():
    assert table(["", "x"], ["0", "7"], ["1", "8"]).get_text() == "x78"
    assert table(["seed", "x"], ["0", "7"], ["1", "8"]).get_text() == "seedx0718"
    assert table(["", "x"], ["2", "7"], ["1", "8"]).get_text() == "x2718"


def test_cells_of_a_table_with_prose_know_their_column():
    long = "a sentence that is read and not compared with others"
    soup = table(["task", "what", "why"], ["a", "b", long])
    assert soup.table["class"] == ["dataframe", "prose"]
    assert [cell.get("data-head") for cell in soup.select("td")] == [None, "what", "why"]
    assert "prose" not in table(["task", "what"], ["a", "b"]).table["class"]
    phrase = "the customer pays a forged bill"
    assert "prose" in table(["kind", "what"], ["a", phrase]).table["class"]
    assert "prose" not in table(["kind", "error"], [phrase, "1"]).table["class"]


def test_heads_in_two_rows_are_numbers():
    html = (
        '<table class="dataframe"><thead><tr><th></th><th colspan="2">a long head over both of them'
        "</th></tr><tr><th></th><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><th>x</th><td>1</td><td>2</td></tr></tbody></table>"
    )
    soup = BeautifulSoup(tables.mended(html), "html.parser")
    assert len(soup.select("thead th.number")) == 3
    assert "prose" not in soup.table["class"]


def test_every_kind_of_table_in_a_page_is_found_once():
    cell = "<tr><td>1</td></tr>"
    page = {
        "body": '<div class="pst-scrollable-table-container">'
        f'<table class="table">{cell}</table></div>'
        f'<table border="1" class="dataframe">{cell}</table><table id="T_1">{cell}</table>'
        f'<table class="of-an-explorer">{cell}</table>'
    }
    tables.mend_tables(None, "page", "page.html", page, None)
    boxes = BeautifulSoup(page["body"], "html.parser").select(".table-scroll")
    assert [len(box.select("table")) for box in boxes] == [1, 1, 1]
    assert "pst-scrollable-table-container" not in page["body"]


def test_formulas_get_about_the_room_that_they_need():
    # Widths in em as a browser showed them.
    for tex, wide in (
        ("k", 0.58),
        (r"d \times n", 2.62),
        (r"z_1 = 0", 3.06),
        (r"\partial z_i / \partial x_j", 3.59),
    ):
        assert abs(formulas.width(tex) - wide) < 0.1
    page = {
        "body": r'<span class="math notranslate nohighlight">\(x\)</span>'
        r'<div class="math notranslate nohighlight" id="a">\[\frac{a}{b}\]</div>'
    }
    formulas.make_room(None, "page", "page.html", page, None)
    soup = BeautifulSoup(page["body"], "html.parser")
    assert soup.span["style"].startswith("--wide: ")
    assert soup.div["style"] == "--high: 2.9em"
    assert soup.div["id"] == "a"
