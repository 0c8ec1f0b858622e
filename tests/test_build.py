"""The build itself, on a small book with the course's own configuration and extension."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from extension import cache, chapters, execute, explore_links, inputs, measured, pages, questions

TOC = """\
format: jb-book
root: index
parts:
  - caption: Only part
    chapters:
      - file: chapters/trial
        sections:
          - file: notebooks/trial
      - file: chapters/gone
      - file: chapters/references
"""
CHAPTER = """\
---
minutes: 20
notebook_seconds: 40
needs: >-
  what [others](references.md) wrote.
---
# Trial

:::{chapter-facts}
:::

Cited: {cite:p}`someone2020trial`. Read: {measured}`trial/read`. Loss: {measured}`trial/loss`.

Try {explore}`a pad of 1 <trial figure p=1 mode=pooling>`.

![A dot](dot.svg)

```{notebook-output} trial figure
What the notebook shows.
```

```{notebook-code} trial figure
How it does so.
```

```{quiz} trial
:only: second
```
"""
ANSWERS = [
    {"type": "value", "value": 1, "correct": True, "feedback": "Yes."},
    {"type": "default", "feedback": "No."},
]
QUESTIONS = [
    {"id": "first", "question": "First?", "type": "numeric", "answers": ANSWERS},
    {
        "id": "second",
        "question": "Second? $x^2$",
        "type": "numeric",
        "taught": "[](references.md)",
        "answers": ANSWERS,
    },
]
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><circle r="9"/></svg>'
REFERENCE = "@misc{someone2020trial, author={Some One}, title={A trial}, year={2020}}\n"
# Leaves a mark outside the book each time that it runs.
CODE = """\
open({marks!r}, "a").write("x")
from IPython.display import HTML
from course_lib.evidence import measured
from course_lib.used import shares
measured("read", "read right", shares, at_least=0, fmt=".0%")
measured("loss", "loss", -1.25e-5, at_most=0, unit="dB")
explorer = '<i>{{"state":{{"p":0,"mode":"convolution"}},"data":""}}</i>'
HTML(f"<b>seen {{len(shares)}}</b>{{explorer}}")"""


# What the small book's notebook imports.
PARTS_OF_THE_LIBRARY = ("__init__", "_checks", "evidence")


def listen():
    """Let a process hear the interrupt, also where the tests run in the background of a shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class SmallBook:
    """A book of one chapter and one notebook, in a folder of its own."""

    def __init__(self, folder, marks):
        self.folder, self.marks = folder, marks
        for name in ("chapters/quizzes", "notebooks", "course_lib", "data"):
            (folder / name).mkdir(parents=True)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "book", folder / "book", ignore=ignored)
        for name in ("_config.yml", *(f"course_lib/{n}.py" for n in PARTS_OF_THE_LIBRARY)):
            shutil.copy(ROOT / name, folder / name)
        self.write("requirements.txt", "")
        self.write("_toc.yml", TOC)
        self.write("index.md", "# Home\n\n```{chapter-map}\n```\n")
        self.write("chapters/trial.md", CHAPTER)
        self.write("chapters/dot.svg", DOT)
        self.write("chapters/gone.md", "# Gone soon\n")
        self.write("chapters/quizzes/trial.json", json.dumps(QUESTIONS))
        self.write("chapters/references.md", "# References\n\n```{bibliography}\n```\n")
        self.write("chapters/references.bib", REFERENCE)
        self.write("course_lib/used.py", "shares = [0.93, 0.95]\n")
        self.code = CODE.format(marks=str(marks))
        self.notebook("trial", self.code)

    def write(self, name, text):
        """Write a file."""
        (self.folder / name).write_text(text)

    def notebook(self, slug, code):
        """Write a notebook of a title and one cell."""
        title = nbformat.v4.new_markdown_cell("# Notebook", id="title")
        cell = nbformat.v4.new_code_cell(code, id="shows", metadata={"name": "figure"})
        path = self.folder / "notebooks" / f"{slug}.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[title, cell]), path)

    def command(self):
        """Return the command that builds the book, and its environment: this book's own code."""
        variables = os.environ | {"PYTHONPATH": f"{self.folder}:{self.folder / 'book'}"}
        return [sys.executable, str(self.folder / "book" / "build.py")], variables

    def build(self):
        """Build, and return the finished process."""
        command, variables = self.command()
        return subprocess.run(command, capture_output=True, text=True, env=variables)

    def runs(self):
        """Return how often a notebook ran."""
        return len(self.marks.read_text())

    def page(self, name):
        """Return the text of a built page."""
        return (self.folder / f"_build/html/{name}.html").read_text()

    def site(self):
        """Return the text of every page by its path, without what the theme keeps beside.

        Without checksums of styles either: pages written before these were copied have none.
        """
        root = self.folder / "_build/html"
        pages = {path.relative_to(root).as_posix(): path for path in root.rglob("*.html")}
        pages = {name: path.read_text() for name, path in pages.items() if name[0] != "_"}
        return {name: re.sub(r"\?v=\w+", "", text) for name, text in pages.items()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a small book, built. A test that changes it puts back what it changed."""
    book = SmallBook(
        tmp_path_factory.mktemp("book") / "book", tmp_path_factory.mktemp("marks") / "runs"
    )
    result = book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    book.first = result
    return book


@pytest.fixture
def unbuilt(tmp_path):
    """Return a small book that has never been built."""
    return SmallBook(tmp_path / "book", tmp_path / "runs")


# --- What a chapter shows ----------------------------------------------------------------------


def test_chapter_shows_outputs_code_measured_values_and_only_the_named_questions(built):
    page = built.page("chapters/trial")
    assert "<b>seen 2</b>" in page
    assert "What the notebook shows." in page
    assert 'class="notebook-code' in page and "How it does so." in page
    assert "Read: 94%\xa0±\xa01%. Loss: −1.25\xa0·\xa010⁻⁵\xa0dB." in page
    assert "Second?" in page
    assert "First?" not in page
    form = BeautifulSoup(page, "html.parser").select_one("form.quiz-question")
    assert form.select_one("legend .math").text == r"\(x^2\)"
    assert form.select_one(".quiz-taught a")["href"] == "references.html"
    assert "quiz.js" in page
    assert "quiz.js" not in built.page("index")


def test_link_sets_an_explorer_of_its_page(built):
    page = BeautifulSoup(built.page("chapters/trial"), "html.parser")
    link = page.select_one("a.explore")
    assert link.get_text() == "a pad of 1"
    assert json.loads(link["data-explore"]) == {"p": 1, "mode": "pooling"}
    assert "seen 2" in page.select_one(link["href"]).get_text()
    assert page.select_one('script[src*="explore_links.js"]')
    assert "explore_links.js" not in built.page("index")


@pytest.mark.parametrize(
    ("settings", "states", "said"),
    [
        ({"p": 2, "mode": "pooling"}, [{"p": 0, "mode": ""}], []),
        ({"q": 2}, [{"p": 0, "s": 1}], ["there is no setting 'q', but p, s"]),
        ({"p": "two"}, [{"p": 0}], ["p must be like 0, not 'two'"]),
        ({"p": 2}, [], ["the page shows 0 explorers of this name"]),
    ],
)
def test_link_that_would_set_nothing_is_named(settings, states, said):
    assert list(explore_links.problems(settings, states)) == said


@pytest.mark.parametrize("text", ["p = 1", "p = 1 <convolution explorer>", "<trial figure p=1>"])
def test_link_without_words_place_or_settings_is_refused(text):
    assert explore_links.FORM.fullmatch(text) is None


def test_pages_are_mended(built):
    page = BeautifulSoup(built.page("chapters/trial"), "html.parser")
    picture = page.select_one("article img")
    assert (picture["loading"], picture["width"], picture["height"]) == ("lazy", "40", "30")
    assert picture.parent["href"] == picture["src"]
    assert page.select_one("summary")["aria-label"] == "Pages of this chapter"
    scripts = " ".join(script.get("src", "") for script in page.select("script"))
    assert "pydata-sphinx-theme" in scripts
    assert not re.search("fontawesome|searchtools|searchindex", scripts)
    assert "searchtools.js" in built.page("search")
    references = BeautifulSoup(built.page("chapters/references"), "html.parser")
    assert "role" not in references.select_one(".citation-list").attrs


def test_rule_that_mends_nothing_is_a_warning_once_all_pages_were_written(tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(pages.logger, "warning", lambda text, *words: said.append(text % words))
    (tmp_path / "a.html").write_text("<summary><span></span></summary>")
    env = SimpleNamespace(found_docs={"a", "b"}, course_written={"a"})
    app = SimpleNamespace(builder=SimpleNamespace(format="html"), outdir=tmp_path, env=env)
    pages.mend_pages(app, None)
    assert said == []
    env.course_written.add("b")
    pages.mend_pages(app, None)
    assert len(said) == len(pages.MENDED)
    assert any("matches no page: entries of a bibliography" in text for text in said)


def test_front_matter_is_shown_in_the_chapter_and_in_the_map_of_the_home_page(built):
    page = BeautifulSoup(built.page("chapters/trial"), "html.parser").article.get_text()
    assert "20 min · notebook 40 s · needs what others wrote." in page
    chapter_map = BeautifulSoup(built.page("index"), "html.parser").select_one(".chapter-map")
    assert [link["href"] for link in chapter_map.select("a")] == [
        "chapters/trial.html",
        "chapters/references.html",
    ]
    shown = " ".join(chapter_map.get_text(" ").split())
    assert "Trial 20 min · notebook 40 s Needs what others wrote." in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "minutes, a whole number, not None"),
        ("---\nminutes: soon\n---\n", "minutes, a whole number, not 'soon'"),
        ("---\nminutes: 1\nnotebook_seconds: 2\nneeds: [a]\n---\n", "needs, a text, not"),
    ],
)
def test_front_matter_that_is_missing_or_wrong_is_named_by_file(unbuilt, given, said):
    unbuilt.write("chapters/trial.md", f"{given}# Trial\n")
    with pytest.raises(ValueError, match=rf"chapters/trial.md: .*{said}"):
        chapters.facts(unbuilt.folder, "trial")


def test_new_execution_alone_renews_the_chapter_that_shows_it(built):
    before = built.runs()
    built.write("course_lib/used.py", "shares = [0.5, 0.5, 0.5]\n")
    result = built.build()
    assert result.returncode == 0, result.stdout + result.stderr
    assert built.runs() == before + 1
    assert "course_lib/used.py changed" in result.stdout
    page = built.page("chapters/trial")
    assert "<b>seen 3</b>" in page
    assert "Read: 50%\xa0±\xa00%." in page


def test_state_of_before_is_still_known_and_a_style_reaches_the_pages(built):
    before = built.runs()
    built.write("course_lib/used.py", "shares = [0.93, 0.95]\n")
    with open(built.folder / "book/static/course.css", "a") as style:
        style.write(".changed {}\n")
    result = built.build()
    assert result.returncode == 0, result.stdout + result.stderr
    assert built.runs() == before
    assert "<b>seen 2</b>" in built.page("chapters/trial")
    assert ".changed" in (built.folder / "_build/html/_static/course.css").read_text()


def test_new_docstring_alone_renews_the_page_of_the_library(built):
    """Of a function, too, that its package takes from a module of its own."""
    page = "# Library\n\n```{eval-rst}\n.. automodule:: course_lib.shown\n   :members:\n```\n"
    function = 'def f():\n    """Return {}."""\n'
    inner = built.folder / "course_lib/shown/inner.py"
    inner.parent.mkdir()
    lines = 'from course_lib.shown.inner import f\n\n__all__ = ["f"]\n'
    built.write("course_lib/shown/__init__.py", lines)
    built.write("chapters/gone.md", page)
    before = built.runs()
    try:
        for words in ("little", "much more"):
            inner.write_text(function.format(words))
            result = built.build()
            assert result.returncode == 0, result.stdout + result.stderr
            assert f"Return {words}." in built.page("chapters/gone")
        assert built.runs() == before
    finally:
        shutil.rmtree(inner.parent)
        built.write("chapters/gone.md", "# Gone soon\n")


def test_what_is_wrong_fails_the_build_by_file_and_line(built):
    wrong = {
        "{measured}`trial/nothing`": "no value under the key 'nothing'",
        "{measured}`absent/read`": "there is no notebooks/absent.ipynb",
        "{measured}`trial/read median`": "'median' is no part",
        "{measured}`trial/loss spread`": "one value has no spread",
        "```{notebook-output} trial unnamed\n```": "no output of a cell named 'unnamed'",
        "```{notebook-code} trial unnamed\n```": "no cell named 'unnamed'",
        "```{quiz} trial\n:only: third\n```": "has no question third",
        "```{quiz} broken\n```": 'broken.json, question "first", question',
    }
    built.write("chapters/trial.md", CHAPTER + "\n" + "\n\n".join(wrong))
    built.write("chapters/quizzes/broken.json", json.dumps(QUESTIONS).replace("First?", ""))
    built.write("chapters/careless.md", "# No front matter\n\n```{chapter-facts}\n```\n")
    built.notebook("careless", "import sys\nprint('careless', file=sys.stderr)")
    part = "    chapters:\n"
    entry = "      - file: chapters/careless\n        sections:\n"
    built.write(
        "_toc.yml", TOC.replace(part, f"{part}{entry}          - file: notebooks/careless\n")
    )
    try:
        result = built.build()
    finally:
        built.write("chapters/trial.md", CHAPTER)
        built.write("_toc.yml", TOC)
        (built.folder / "notebooks/careless.ipynb").unlink()
    assert result.returncode != 0
    assert "The book was not built: see above." in result.stderr
    assert len(re.findall(r"chapters/careless\.md:1: .*must give minutes", result.stderr)) == 1
    assert re.search(r"notebooks/careless\.ipynb:.*stderr was found", result.stderr)
    first = CHAPTER.count("\n") + 2
    for asked, said in wrong.items():
        line = first + "\n\n".join(wrong).partition(asked)[0].count("\n")
        assert re.search(rf"chapters/trial\.md:{line}: .*{re.escape(said)}", result.stderr), asked


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "94.5 ± 0.7 dB"),
        (["mean"], "94.5 dB"),
        ([".2f"], "94.50 ± 0.71 dB"),
        (["spread", ".2f"], "0.71 dB"),
        (["min"], "94.0 dB"),
        (["max", ".0f"], "95 dB"),
        (["count"], "2"),
        (["bound"], "at least −1 dB"),
    ],
)
def test_parts_and_formats_of_a_measured_value(words, shown):
    record = {"values": [94, 95], "fmt": ".1f", "unit": "dB", "bound": "mean at least -1 dB"}
    assert measured.shown(record, *words).replace("\xa0", " ") == shown


@pytest.mark.parametrize("words", [["median"], ["mean", "x"], ["mean", ".1f", ".1f"], [".1x"]])
def test_unknown_part_or_format_of_a_measured_value_is_refused(words):
    record = {"values": [94.0], "fmt": ".1f", "unit": "", "bound": "at least 1"}
    with pytest.raises(ValueError, match="is no part"):
        measured.shown(record, *words)


def test_key_used_twice_in_a_notebook_is_refused(unbuilt):
    record = {"key": "read", "values": [1.0], "fmt": ".1f", "unit": "", "bound": "at least 1"}
    output = nbformat.v4.new_output("display_data", {}, metadata={"measured": record})
    notebook = cache.read(unbuilt.folder / "notebooks/trial.ipynb")
    notebook.cells[1].outputs = [output, output]
    cache.store(cache.executed(unbuilt.folder, "trial"), notebook, {}, 1.0)
    with pytest.raises(ValueError, match="2 values under the key 'read'"):
        measured.find(unbuilt.folder, "trial", "read")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("{", "", "trial.json, line 1: no JSON"),
        ('"First?"', "1", 'trial.json, question "first", question: 1 is not of type'),
        ('"answers"', '"answer"', 'trial.json, question "first": .*answer'),
        ('"feedback"', '"feedbak"', 'trial.json, question "first", answers 1: .*feedbak'),
        ("true", "1", 'trial.json, question "first", answers 1, correct: 1 is not of type'),
        ("numeric", "number", 'trial.json, question "first", type: '),
    ],
)
def test_fault_in_a_quiz_file_is_named_by_file_question_and_key(tmp_path, right, wrong, said):
    path = tmp_path / "trial.json"
    path.write_text(json.dumps(QUESTIONS))
    assert questions.load(path) == QUESTIONS
    path.write_text(json.dumps(QUESTIONS).replace(right, wrong, 1))
    with pytest.raises(ValueError, match=said):
        questions.load(path)


# --- What a notebook depends on ----------------------------------------------------------------


@pytest.fixture
def library(unbuilt):
    """Return a small book whose library has packages, lazy imports and data."""
    unbuilt.write("course_lib/noise.py", '"""Noise."""\n\n\ndef flip():\n    return 1  # so\n')
    unbuilt.write("course_lib/lazy.py", "def load():\n    from course_lib import noise\n")
    (unbuilt.folder / "course_lib/sets").mkdir()
    unbuilt.write(
        "course_lib/sets/__init__.py", "from .font import glyphs\nfrom .photos import p\n"
    )
    unbuilt.write("course_lib/sets/font.py", "glyphs = open('font.txt')\n")
    unbuilt.write("course_lib/sets/photos.py", "p = open('photos.txt')\n")
    (unbuilt.folder / "course_lib/explore/static").mkdir(parents=True)
    unbuilt.write("course_lib/explore/__init__.py", "value = 1\n")
    unbuilt.write("course_lib/explore/static/draw.js", "draw();\n")
    unbuilt.write("data/font.txt", "a\n")
    unbuilt.write("data/photos.txt", "b\n")
    unbuilt.write("requirements.txt", "numpy==2.0.0\n    # via keras\n")
    codes = {
        "lazy": "from course_lib.lazy import load",
        "glyphs": "from course_lib import sets\nsets.glyphs",
        "photos": "from course_lib.sets import p",
        "plays": "%pip list\nfrom course_lib import explore",
    }
    for slug, code in codes.items():
        unbuilt.notebook(slug, code)
    return unbuilt


def forget():
    """Let files be read again: a build reads each once."""
    for function in vars(inputs).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


EVERY = {"trial", "lazy", "glyphs", "photos", "plays"}


@pytest.mark.parametrize(
    ("name", "text", "touched"),
    [
        ("course_lib/noise.py", "def flip():\n    return 2\n", {"lazy"}),
        ("course_lib/noise.py", '"""Noises."""\ndef flip():\n    "Flip."\n    return 1\n', set()),
        ("course_lib/sets/font.py", "glyphs = open('font.txt', 'rb')\n", {"glyphs"}),
        ("data/font.txt", "aa\n", {"glyphs"}),
        ("data/photos.txt", "bb\n", {"photos"}),
        ("course_lib/explore/static/draw.js", "paint();\n", {"plays"}),
        ("requirements.txt", "numpy==2.0.1\n", EVERY),
        ("requirements.txt", "# numbers\nnumpy==2.0.0\n    # via scipy\n", set()),
        ("course_lib/.noise.py.swp", "x", set()),
        ("course_lib/explore/static/.DS_Store", "x", set()),
        ("data/.font.txt.swp", "x", set()),
        ("data/new.txt", "x", set()),
    ],
)
def test_notebook_depends_on_what_it_imports_and_reads_and_on_nothing_else(
    library, name, text, touched
):
    def states():
        forget()
        folder = library.folder
        return {slug: cache.executed(folder, slug).name for slug in cache.slugs(folder)}

    before = states()
    assert set(before) == EVERY
    library.write(name, text)
    assert {slug for slug, state in states().items() if state != before[slug]} == touched


def test_every_module_that_a_notebook_of_the_course_names_is_followed():
    for slug in cache.slugs(ROOT):
        found = inputs.inputs(ROOT, slug)
        text = (ROOT / "notebooks" / f"{slug}.ipynb").read_text(encoding="utf-8")
        for module in re.findall(r'"from course_lib\.(\w+) import', text):
            assert {f"course_lib/{module}.py", f"course_lib/{module}/__init__.py"} & set(found)


def test_file_that_is_no_notebook_is_named(unbuilt):
    unbuilt.write("notebooks/broken.ipynb", "{")
    with pytest.raises(ValueError, match="broken.ipynb is no notebook"):
        inputs.inputs(unbuilt.folder, "broken")


def test_three_states_of_a_notebook_are_kept(unbuilt):
    for number in range(5):
        forget()
        unbuilt.notebook("trial", f"print({number})")
        path = cache.executed(unbuilt.folder, "trial")
        cache.store(path, cache.read(unbuilt.folder / "notebooks/trial.ipynb"), {}, 1.0)
        os.utime(path, (number, number))
        cache.prune(unbuilt.folder)
    assert len(list(path.parent.iterdir())) == 3
    assert path.is_file()


# --- Executions --------------------------------------------------------------------------------


def test_what_runs_is_said_before_and_after_and_nothing_else_is(built):
    assert re.search(r"^1 notebook will run, 1 at a time:\n  trial: not", built.first.stdout)
    assert re.search(r"trial\.ipynb: Executed notebook in [\d.]+ seconds", built.first.stdout)
    assert "encryption" not in built.first.stdout + built.first.stderr


def test_as_many_notebooks_run_at_a_time_as_cores_may_be_used(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5, 7}, raising=False)
    assert execute.workers() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert execute.workers() == 1


def test_failing_cell_runs_once_and_is_shown_once_and_fails_again(unbuilt):
    unbuilt.notebook("trial", f"open({str(unbuilt.marks)!r}, 'a').write('x')\n{{}}['missing']")
    for number in (1, 2):
        result = unbuilt.build()
        assert result.returncode != 0
        assert unbuilt.runs() == number
        output = result.stdout + result.stderr
        assert "Failed: notebooks/trial.ipynb" in output
        assert "\x1b" not in output
        assert output.count("KeyError: 'missing'") == 1
        assert output.count("Traceback") == 1


def test_interrupt_ends_the_build_and_its_kernels_and_keeps_what_is_done(unbuilt, tmp_path):
    unbuilt.notebook("trial", "print('done')")
    command, variables = unbuilt.command()
    pid = tmp_path / "pid"
    endless = f"import os, time\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    unbuilt.notebook("endless", endless)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=variables, preexec_fn=listen, **pipes)
    wait_for(lambda: cache.executed(unbuilt.folder, "trial").is_file() and pid.is_file())
    wait_for(pid.read_text)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "Interrupted. Notebooks that were done are kept."
    wait_for(lambda: not Path("/proc", pid.read_text()).exists())
    assert cache.executed(unbuilt.folder, "trial").is_file()


def test_interrupt_while_pages_are_written_ends_the_build_in_a_line(built):
    command, variables = built.command()
    (built.folder / "index.md").touch()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=variables, preexec_fn=listen, **pipes)
    for line in process.stdout:
        if "Running Jupyter-Book" in line:
            break
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip().splitlines()[-1].startswith("Interrupted.")
    assert "Traceback" not in errors


def wait_for(condition):
    """Wait until a condition holds; a minute is more than it can take."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("waited a minute in vain")


def test_words_about_a_module_are_no_code():
    before = 'A = 1\n"""Units."""\n\nclass B:\n    c: int\n    """Pixels, see font.txt."""\n'
    after = before.replace("Units", "Metres").replace("Pixels", "Counts")
    first, second = (ast.dump(inputs.parsed(text)) for text in (before, after))
    assert first == second and "font.txt" not in first
    assert first != ast.dump(inputs.parsed(before.replace("1", "2")))


# --- Navigation --------------------------------------------------------------------------------


def test_pages_follow_the_contents_as_a_fresh_build_would(built, tmp_path):
    built.write("chapters/trial.md", CHAPTER.replace("# Trial", "# Second thoughts"))
    try:
        assert built.build().returncode == 0
        for name in ("index", "chapters/gone", "chapters/references", "notebooks/trial"):
            assert "Second thoughts" in built.page(name), name
        built.write("chapters/added.md", "# Newly added\n")
        built.write("_toc.yml", TOC.replace("chapters/gone", "chapters/added"))
        (built.folder / "chapters/gone.md").unlink()
        assert built.build().returncode == 0
        renewed = built.site()
        assert "chapters/gone.html" not in renewed
        assert not list(built.folder.glob("_build/html/_sources/chapters/gone*"))
        for name, text in renewed.items():
            assert "Gone soon" not in text, name
            assert "Newly added" in text, name
        for name in ("html", ".doctrees"):
            shutil.rmtree(built.folder / "_build" / name)
        assert built.build().returncode == 0
        assert built.site() == renewed
    finally:
        (built.folder / "chapters/added.md").unlink(missing_ok=True)
        built.write("chapters/gone.md", "# Gone soon\n")
        built.write("chapters/trial.md", CHAPTER)
        built.write("_toc.yml", TOC)


# --- The address -------------------------------------------------------------------------------


def test_address_brings_launch_buttons_canonical_links_and_a_map_of_the_site(built, monkeypatch):
    monkeypatch.setenv("COURSE_REPOSITORY", "owner/name")
    result = built.build()
    assert result.returncode == 0, result.stdout + result.stderr
    site, home = built.folder / "_build/html", "https://owner.github.io/name/"
    sitemap = (site / "sitemap.xml").read_text()
    for name in ("index", "chapters/trial", "notebooks/trial"):
        assert f'<link rel="canonical" href="{home}{name}.html"' in built.page(name)
        assert f"<loc>{home}{name}.html</loc>" in sitemap
    notebook = built.page("notebooks/trial")
    assert "https://colab.research.google.com/github/owner/name/blob/colab/notebooks/" in notebook
    assert "https://mybinder.org/v2/gh/owner/name/colab?urlpath=lab/tree/" in notebook
    monkeypatch.delenv("COURSE_REPOSITORY")
    assert built.build().returncode == 0
    assert "mybinder.org" not in built.page("notebooks/trial")
