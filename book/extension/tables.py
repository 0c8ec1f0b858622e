"""Tables in one form, whoever made them: what a style sheet cannot find out is written here."""

import re

from bs4 import BeautifulSoup

TABLE = re.compile(
    r'<div class="pst-scrollable-table-container">(<table.*?</table>)\s*</div>'
    r'|(<table [^>]*(?:class="dataframe|id="T_).*?</table>)',
    re.DOTALL,
)
SIGNS = "≈<>≤≥+−–-"
NUMBER = re.compile(
    rf"(?=.*\d)[{SIGNS}]?[\d\s.,:/×·±()⁻⁰¹²³⁴⁵⁶⁷⁸⁹{SIGNS}]*(e[+-]?\d+)?( ?(%|dB|px|s|ms|kB|MB|h))?",
    re.IGNORECASE,
)
EMPTY = {"", "–", "—", "-", "nan", "NaN"}
PROSE = 40  # characters: a cell as long as this is read, not compared
PHRASE = 25  # characters: so is one behind the first column, which a phone would break into words


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", mend_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mend_tables(app, pagename, templatename, context, doctree):
    """Mend the tables of a page."""
    if "body" in context:
        context["body"] = TABLE.sub(lambda found: mended(found[1] or found[2]), context["body"])


def mended(html):
    r"""Return a table in a box that scrolls, with its numbers marked.

    A column of numbers is marked, its head too, and ± stands between spaces that do not break. An
    unnamed index 0, 1, 2, ... goes. Each cell of a table with prose knows the head of its column.

    Examples
    --------
    >>> table = "<table><tr><th></th><th>a</th></tr><tr><th>0</th><td>1 ± 2</td></tr></table>"
    >>> BeautifulSoup(mended(table), "html.parser").find_all(class_="number")
    [<th class="number">a</th>, <td class="number">1\xa0±\xa02</td>]
    """
    soup = BeautifulSoup(html, "html.parser")
    table = soup.table
    del table["border"]
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    regular = len({len(row) for row in rows}) == 1 and not table.select("[rowspan], [colspan]")
    columns = (
        list(zip(*rows, strict=True)) if regular else [("", cell) for row in rows for cell in row]
    )
    if regular:
        head, *index = map(_text, columns[0])
        if not head and index and index == [str(number) for number in range(len(index))]:
            for cell in columns.pop(0):
                cell.decompose()
    for column in columns:
        numbers = [cell for cell in column[1:] if _text(cell) not in EMPTY]
        if numbers and all(NUMBER.fullmatch(_text(cell)) for cell in numbers):
            for cell in filter(None, column):
                cell["class"] = [*cell.get("class", []), "number"]
    if not regular:  # heads in several rows
        for cell in table.select("thead th:not(:first-child)"):
            cell["class"] = [*cell.get("class", []), "number"]
    elif _has_prose(columns):
        table["class"] = [*table.get("class", []), "prose"]
        for head, *cells in columns[1:] if len(columns) > 2 else ():
            for cell in cells:
                cell["data-head"] = _text(head)
    for row in table.find_all("tr"):
        del row["style"]
    text = re.sub(r"(?<=\S)\s+±\s+(?=\S)", "\xa0±\xa0", str(soup))
    return f'<div class="table-scroll">{text}</div>'


def _has_prose(columns):
    """Return whether there is a long cell, or a phrase behind the first column."""
    long = any(len(_text(cell)) > PROSE for column in columns for cell in column)
    return long or any(len(_text(cell)) > PHRASE for column in columns[1:] for cell in column[1:])


def _text(cell):
    return cell.get_text().strip()
