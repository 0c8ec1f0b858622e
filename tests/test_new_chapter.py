"""A new chapter has every part from the start; a check tells all that is missing at once."""

import json
import shutil
import subprocess
import sys

import clean_notebooks
import nbformat
import new_chapter
import parts
import pytest
from conftest import ROOT

FILES = ("chapters/tied.md", "notebooks/tied.ipynb", "chapters/quizzes/tied.json")


@pytest.fixture
def copy(tmp_path):
    for name in ("chapters/quizzes", "notebooks"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    return tmp_path


@pytest.fixture
def made(copy):
    """Return a folder with a new chapter whose notebook holds outputs as after its run."""
    new_chapter.create(copy, "tied")
    path = copy / FILES[1]
    notebook = nbformat.read(path, as_version=4)
    shown = {"text/plain": "mean squared error of a pixel: ≈ 0.1 (at most 0.2)"}
    for cell in notebook.cells:
        if "check-output" in cell.metadata.get("tags", []):
            cell.outputs = [nbformat.v4.new_output("display_data", shown)]
    path.write_text(clean_notebooks.text(clean_notebooks.clean(notebook)), encoding="utf-8")
    return copy


def test_new_chapter_lacks_nothing_and_is_in_the_contents_before_the_back_matter(made):
    assert parts.missing(made, "tied") == []
    toc = (made / "_toc.yml").read_text()
    before = (ROOT / "_toc.yml").read_text()
    entry = "      - file: chapters/tied\n        sections:\n          - file: notebooks/tied\n"
    assert toc == before.replace("  - caption: Back matter", entry + "  - caption: Back matter")


def test_new_notebook_is_well_formatted(made):
    # Given as text under the name that it will have, so that the repository's settings hold.
    settings = ["--stdin-filename", str(ROOT / FILES[1]), "-"]
    for action in (["check"], ["format", "--check"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *action, *settings],
            input=(made / FILES[1]).read_text(encoding="utf-8"),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("slug", ["", "Tied", "two words", "a/b", "1st", "-tied", "tied-", "../x"])
def test_malformed_name_is_refused(copy, slug):
    with pytest.raises(ValueError, match="SLUG is .*accepted are small letters"):
        new_chapter.create(copy, slug)


def test_name_in_use_is_refused_and_nothing_is_written(copy):
    with pytest.raises(ValueError, match="'unet', which is used already: .*_toc.yml"):
        new_chapter.create(copy, "unet")
    (copy / FILES[2]).write_text("[]")
    with pytest.raises(ValueError, match="there is chapters/quizzes/tied.json"):
        new_chapter.create(copy, "tied")
    assert not (copy / FILES[0]).exists() and not (copy / FILES[1]).exists()


def test_command_line_ends_in_one_line_without_a_traceback():
    command = [sys.executable, str(ROOT / "book" / "new_chapter.py"), "unet"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("SLUG is 'unet', which is used already")
    assert "Traceback" not in result.stderr


def change(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def test_all_that_is_missing_is_told_at_once(made):
    chapter, notebook, quiz = (made / name for name in FILES)
    change(
        chapter,
        ("## Take-away", "## End"),
        ("minutes: 5", "minutes: five"),
        ("{solution} tied-third", "{solution} tied-fourth"),
        ("{cite:t}`goodfellow2016deep` treat", "Others treat"),
    )
    change(notebook, ("## Where next", "## Next"), (" (at most 0.2)", ": True"))
    change(notebook, ("EPOCHS = 300 ", "EPOCHS = 300 " + " " * 60))
    change(quiz, ("feedback", "feedbak"))
    change(made / "_toc.yml", ("          - file: notebooks/tied\n", ""))
    told = "\n".join(parts.missing(made, "tied"))
    for said in (
        "_toc.yml: notebooks/tied is not in the contents",
        'chapters/tied.md: lacks "## Take-away"',
        "chapters/tied.md: its front matter must give minutes, a whole number",
        "chapters/tied.md: lacks for each exercise a {solution}",
        "chapters/tied.md: lacks a {cite:t}",
        'notebooks/tied.ipynb: lacks "## Where next"',
        "notebooks/tied.ipynb: a stored line shows a verdict instead of a value: mean squared",
        "notebooks/tied.ipynb: code of ",
        "chapters/quizzes/tied.json: tied.json, question \"first\", answers 1: 'feedback'",
    ):
        assert said in told, told
    for path in (chapter, notebook, quiz):
        path.unlink()
    assert [line.partition(": ")[0] for line in parts.missing(made, "tied")[1:]] == list(FILES)


def test_size_of_a_notebook_is_limited(made):
    path = made / FILES[1]
    notebook = nbformat.read(path, as_version=4)
    more = [nbformat.v4.new_code_cell("\n".join(["1"] * 10)) for _ in range(50)]
    nbformat.write(nbformat.v4.new_notebook(cells=notebook.cells + more), path)
    told = parts.missing(made, "tied")
    assert any("cells, at most 60" in line for line in told)
    assert any("lines of code, at most 360" in line for line in told)
    assert json.loads((made / FILES[2]).read_text())


def solution(**changed):
    good = {"code": "measured('solution-1', 'size', 1, equal=1)", "shown": "size\n"}
    return good | {"downloads": False} | changed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, []),
        ({"code": ""}, ["lacks ```python code"]),
        ({"code": "print(1)"}, ["lacks ```python code"]),
        ({"code": "measured("}, ["has code that is no Python"]),
        ({"code": f"measured({'1' * 80})"}, ["has code of 90 characters"]),
        ({"shown": ""}, ["lacks the ```text"]),
        ({"shown": "", "downloads": True}, []),
    ],
)
def test_a_solution_must_run_and_show_what_it_prints(changed, said):
    found = parts.missing_in_solution(solution(**changed))
    assert len(found) == len(said)
    assert all(line.startswith(words) for line, words in zip(found, said, strict=True))
