"""The build itself, on a small book with the course's own configuration and extension."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

TOC = """\
format: jb-book
root: index
chapters:
  - file: chapters/trial
  - file: notebooks/trial
  - file: chapters/references
"""
CHAPTER = """\
# Trial

Cited: {cite:p}`someone2020trial`.

```{notebook-output} trial figure
What the notebook shows.
```

```{quiz} trial
:only: second
```
"""
QUESTIONS = """\
[{"id": "first", "question": "First?", "type": "numeric", "answers": []},
 {"id": "second", "question": "Second?", "type": "numeric", "answers": []}]
"""
REFERENCE = "@misc{someone2020trial, author={Some One}, title={A trial}, year={2020}}\n"
# Leaves a mark outside the book each time that it runs.
COUNTING = "open({marks!r}, 'a').write('x')\nfrom IPython.display import HTML\nHTML('<b>seen</b>')"


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """Return a function that writes the small book's notebook and builds it."""
    folder = tmp_path_factory.mktemp("book")
    marks = tmp_path_factory.mktemp("marks") / "runs"
    for name in ("chapters/quizzes", "notebooks", "course_lib", "data"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(ROOT / "book", folder / "book", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "requirements.txt").write_text("")
    (folder / "_toc.yml").write_text(TOC)
    (folder / "index.md").write_text("# Home\n")
    (folder / "chapters/trial.md").write_text(CHAPTER)
    (folder / "chapters/quizzes/trial.json").write_text(QUESTIONS)
    (folder / "chapters/references.md").write_text("# References\n\n```{bibliography}\n```\n")
    (folder / "chapters/references.bib").write_text(REFERENCE)
    (folder / "course_lib/used.py").write_text("value = 1\n")

    counting = COUNTING.format(marks=str(marks))

    def build(source=counting):
        cell = nbformat.v4.new_code_cell(source, id="shows", metadata={"name": "figure"})
        title = nbformat.v4.new_markdown_cell("# Notebook", id="title")
        nbformat.write(
            nbformat.v4.new_notebook(cells=[title, cell]), folder / "notebooks/trial.ipynb"
        )
        return subprocess.run(
            [sys.executable, str(folder / "book" / "build.py")], capture_output=True, text=True
        )

    build.folder, build.runs = folder, lambda: len(marks.read_text())
    return build


def test_notebooks_are_executed_once_and_again_after_a_change_they_depend_on(small_book):
    first = small_book()
    assert first.returncode == 0, first.stdout + first.stderr
    assert small_book.runs() == 1
    assert small_book().returncode == 0
    assert small_book.runs() == 1
    for changed in ("course_lib/used.py", "data/table.csv", "requirements.txt"):
        before = small_book.runs()
        (small_book.folder / changed).write_text("value = 2\n")
        assert small_book().returncode == 0
        assert small_book.runs() == before + 1, changed
    assert len(list((small_book.folder / "_build" / "execution").iterdir())) == 1


def test_change_of_a_style_reaches_the_pages_without_running_notebooks(small_book):
    assert small_book().returncode == 0
    runs = small_book.runs()
    with open(small_book.folder / "book/static/course.css", "a") as style:
        style.write(".changed {}\n")
    assert small_book().returncode == 0
    built = small_book.folder / "_build/html"
    assert ".changed" in (built / "_static/course.css").read_text()
    assert small_book.runs() == runs


def test_chapter_shows_the_output_of_its_notebook_and_only_the_named_questions(small_book):
    assert small_book().returncode == 0
    page = (small_book.folder / "_build/html/chapters/trial.html").read_text()
    assert "<b>seen</b>" in page
    assert "What the notebook shows." in page
    assert "Second?" in page
    assert "First?" not in page
    assert "jupyterquiz.js" in page
    assert "jupyterquiz.js" not in (small_book.folder / "_build/html/index.html").read_text()


def test_failing_cell_fails_the_build_readably_and_does_so_again(small_book):
    for _ in range(2):
        result = small_book("answer = {}\nanswer['missing']")
        assert result.returncode != 0
        end = result.stderr[result.stderr.index("=" * 80) :]
        assert "Failed: notebooks/trial.ipynb" in end
        assert "answer['missing']" in end
        assert "KeyError: 'missing'" in end
        assert "\x1b" not in end


def test_warning_text_on_standard_error_fails_the_build(small_book):
    result = small_book("import sys\nprint('careless', file=sys.stderr)")
    assert result.returncode != 0


def test_unknown_cell_and_unknown_question_fail_the_build(small_book):
    chapter = small_book.folder / "chapters/trial.md"
    for right, wrong in (("trial figure", "trial nothing"), (":only: second", ":only: third")):
        chapter.write_text(CHAPTER.replace(right, wrong))
        result = small_book()
        assert result.returncode != 0
        assert wrong.split()[-1] in result.stderr
    chapter.write_text(CHAPTER)


def test_address_brings_launch_buttons_canonical_links_and_a_map_of_the_site(small_book):
    config = small_book.folder / "_config.yml"
    before = config.read_text()
    url = "https://github.com/owner/name"
    config.write_text(re.sub(r'^  url: ".*"$', f'  url: "{url}"', before, count=1, flags=re.M))
    try:
        result = small_book()
        assert result.returncode == 0, result.stdout + result.stderr
    finally:
        config.write_text(before)
    site, home = small_book.folder / "_build/html", "https://owner.github.io/name/"
    sitemap = (site / "sitemap.xml").read_text()
    for name in ("index", "chapters/trial", "notebooks/trial"):
        page = (site / f"{name}.html").read_text()
        assert f'<link rel="canonical" href="{home}{name}.html"' in page
        assert f"<loc>{home}{name}.html</loc>" in sitemap
    notebook = (site / "notebooks/trial.html").read_text()
    assert "https://colab.research.google.com/github/owner/name/blob/" in notebook
    assert "https://mybinder.org/v2/gh/owner/name/" in notebook
    assert small_book().returncode == 0
    assert "mybinder.org" not in (site / "notebooks/trial.html").read_text()
