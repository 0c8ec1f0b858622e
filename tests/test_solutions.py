"""Solutions of exercises are found, run after their notebook, and held to the lines they show."""

import nbformat
import pytest
import solutions
from nbclient.exceptions import CellExecutionError

BODY = """\
<details><summary>Solution{words}</summary>

```python
{code}
```
{shown}
Why.

</details>"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "trial.ipynb"


def write(path, *cells):
    """Write a notebook with the line ``n = 2`` and Markdown cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("n = 2")])
    notebook.cells += map(nbformat.v4.new_markdown_cell, cells)
    nbformat.write(notebook, path)


def body(code, words="", shown=""):
    return BODY.format(code=code, words=words, shown=shown)


def test_several_solutions_of_one_cell_are_found_in_order():
    text = f"**1.** What?\n\n{body('a = 1')}\n\n**2.**\n\n{body('b = 2', ' (needs a download)')}"
    cells = [nbformat.v4.new_markdown_cell(part) for part in ("First.", text)]
    found = solutions.solutions(nbformat.v4.new_notebook(cells=cells))
    assert [s["code"] for s in found] == ["a = 1\n", "b = 2\n"]
    assert [s["downloads"] for s in found] == [False, True]
    assert [s["cell"] for s in found] == [1, 1]


def test_lines_are_stored_behind_the_code_and_then_agree(path):
    write(path, body("print('twice', 2 * n)"), body("1 / 0", " (needs a download)"))
    words, good = solutions.report(path, keep=False)
    assert not good and "trial, solution 1: shows other lines than these: ''" in words
    solutions.report(path, keep=True)
    assert "```\n\n```text\ntwice 4\n```\n\nWhy." in nbformat.read(path, 4).cells[1].source
    words, good = solutions.report(path, keep=True)
    assert good
    assert words.splitlines() == [
        "trial, solution 1: twice 4",
        "trial, solution 2: skipped, it needs a download",
    ]


def test_warnings_are_no_lines(path):
    code = "print('six')\nprint('WARNING:tensorflow:5 of the last 5')"
    write(path, body(code, shown="\n```text\nsix\n```\n"))
    words, good = solutions.report(path, keep=False)
    assert good and words == "trial, solution 1: six"


def test_a_measured_value_may_differ_and_its_bound_may_not(path):
    for bound, good in (("at most 3", True), ("at most 4", False)):
        line = f"\n```text\nsize: ≈ 2.5 ({bound})\n```\n"
        write(path, body("print('size: ≈ 2.4 (at most 3)')", shown=line))
        assert solutions.report(path, keep=False)[1] is good


def test_a_failing_solution_is_reported(path):
    write(path, body("1 / 0"))
    words, good = solutions.report(path, keep=False)
    assert not good and words.startswith("trial: failed") and "ZeroDivisionError" in words
    with pytest.raises(CellExecutionError):
        solutions.run(path)
