"""The form of chapters and notebooks that a reader relies on, and what may be stored."""

import re
import subprocess
import sys

import nbformat
import parts
import pytest
from conftest import ROOT, executed, toc_files

CHAPTERS = [name.split("/")[1] for name in toc_files() if name.startswith("chapters/")]
NOTEBOOKS = [name.split("/")[1] for name in toc_files() if name.startswith("notebooks/")]
# Pages at the end of the book; no experiment stands behind them.
BACK_MATTER = {
    "all-quizzes",
    "quiz-answers",
    "conclusions",
    "errata",
    "notation",
    "glossary",
    "library",
    "lecturers",
    "references",
    "status",
}


def notebook(slug):
    return nbformat.read(ROOT / "notebooks" / f"{slug}.ipynb", as_version=4)


def tags(cell):
    return cell.metadata.get("tags", [])


def test_chapters_and_notebooks_are_twins_and_all_in_the_contents():
    assert set(CHAPTERS) - BACK_MATTER == set(NOTEBOOKS)
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} == set(NOTEBOOKS)
    assert {path.stem for path in (ROOT / "chapters").glob("*.md")} == set(CHAPTERS)


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_nothing_is_missing_in_chapter_notebook_and_quiz(slug):
    assert parts.missing(ROOT, slug) == []


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_code_in_a_solution_uses_names_of_its_notebook(slug):
    cells = notebook(slug).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [cell.source for cell in cells if cell.cell_type == "code" and "setup" not in tags(cell)]
    code += re.findall(r"^```python\n(.+?)^```$", prose, re.M | re.S)
    undefined = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", "-"],
        input=re.sub("^%.*$", "", "\n".join(code), flags=re.M),  # magics are no Python
        capture_output=True,
        text=True,
    )
    assert undefined.returncode == 0, undefined.stdout + undefined.stderr


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_every_cell_that_draws_says_what_it_shows(site, slug):
    silent = [
        cell.source
        for cell in executed(slug).cells
        if cell.cell_type == "code"
        and any("image/svg+xml" in out.get("data", {}) for out in cell.outputs)
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
