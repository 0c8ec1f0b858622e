"""The form of chapters and notebooks that a reader relies on, and what may be stored."""

import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT, executed, toc_files
from extension import chapters

CHAPTERS = [name.split("/")[1] for name in toc_files() if name.startswith("chapters/")]
NOTEBOOKS = [name.split("/")[1] for name in toc_files() if name.startswith("notebooks/")]
# Pages at the end of the book; no experiment stands behind them.
BACK_MATTER = {
    "conclusions",
    "errata",
    "notation",
    "glossary",
    "lecturers",
    "references",
    "status",
}


def chapter_text(slug):
    return (ROOT / "chapters" / f"{slug}.md").read_text(encoding="utf-8")


def notebook(slug):
    return nbformat.read(ROOT / "notebooks" / f"{slug}.ipynb", as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


def test_chapters_and_notebooks_are_twins_and_all_in_the_contents():
    assert set(CHAPTERS) - BACK_MATTER == set(NOTEBOOKS)
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)
    assert {path.stem for path in (ROOT / "chapters").glob("*.md")} == set(CHAPTERS)


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_chapter_has_the_parts_a_reader_expects(slug):
    text = chapter_text(slug)
    box = re.search(
        r"^(?::::|```)\{admonition\} Before you start\n:class: objectives\n(.+?)^(?::::|```)$",
        text,
        re.M | re.S,
    )
    assert box, "no box with objectives, prerequisites and reading time"
    for part in ("You will be able to", "{chapter-facts}"):
        assert part in box[1]
    assert chapters.facts(ROOT, slug)["needs"], "nothing is said of what it needs"
    assert re.search(rf"\{{quiz\}} {slug}$", text, re.M), "no check-yourself quiz"
    assert "## Take-away" in text
    assert "## Further reading" in text
    assert re.search(r"\{cite:[pt]+\}", text), "nothing is cited"


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_exercises_of_a_chapter_have_folded_solutions(slug):
    text = chapter_text(slug)
    labels = re.findall(r"\{exercise\}[^\n]*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution\} (\S+)\n:class: dropdown", text)
    assert len(labels) >= 3
    assert labels == solved


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_notebook_has_the_parts_a_reader_expects(slug):
    cells = notebook(slug).cells
    assert cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")
    assert f"../chapters/{slug}.md" in cells[0].source
    assert "setup" in tags(cells[1])
    code = [cell for cell in cells if cell.cell_type == "code"]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert any("set_random_seed" in cell.source for cell in code)
    assert "## Exercises" in prose
    assert len(re.findall(r"<summary>Solution", prose)) >= 3
    assert prose.count("<details>") == prose.count("</details>")
    assert "## What to take away" in prose
    assert "## Where next" in prose


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_code_in_a_solution_uses_names_of_its_notebook(slug):
    cells = notebook(slug).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell.source for cell in cells if cell.cell_type == "code" and "setup" not in tags(cell)]
    code += re.findall(r"^```python\n(.+?)^```$", prose, re.M | re.S)
    undefined = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", "-"],
        input="\n".join(code),
        capture_output=True,
        text=True,
    )
    assert undefined.returncode == 0, undefined.stdout + undefined.stderr


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_notebook_stays_readable_in_size(slug):
    cells = notebook(slug).cells
    assert len(cells) <= 60
    lines = [
        line
        for c in cells
        if c.cell_type == "code" and "setup" not in tags(c)
        for line in c.source.splitlines()
        if line.strip()
    ]
    # "At most about 300 lines": the set-up cell does not count, and a few more are no harm.
    assert len(lines) <= 320


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_notebook_states_figures_that_are_checked(slug):
    checked = [cell for cell in notebook(slug).cells if "check-output" in tags(cell)]
    assert checked
    for cell in checked:
        assert cell.outputs, cell.source
        assert cell.execution_count == 1


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_every_cell_that_draws_says_what_it_shows(site, slug):
    silent = [
        cell.source
        for cell in executed(slug).cells
        if cell.cell_type == "code"
        and any("image/png" in out.get("data", {}) for out in cell.outputs)
        and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()
    ]
    assert silent == []


def test_notebooks_are_clean():
    cleaner = ROOT / "book" / "clean_notebooks.py"
    result = subprocess.run([sys.executable, str(cleaner), "check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_every_reference_is_cited_and_leads_somewhere():
    entries = re.findall(
        r"^@\w+\{([^,]+),(.*?)^\}", (ROOT / "chapters/references.bib").read_text(), re.M | re.S
    )
    cited = set()
    for path in (ROOT / "chapters").glob("*.md"):
        for keys in re.findall(r"\{cite:[pt]+\}`([^`]+)`", path.read_text(encoding="utf-8")):
            cited |= {key.strip() for key in keys.split(",")}
    assert {key for key, _ in entries} == cited
    assert [key for key, fields in entries if not re.search(r"\b(doi|url) *=", fields)] == []
