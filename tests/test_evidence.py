"""Measured values are shown with their bound, held to it, and found by their key."""

import itertools
import json
import os
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from nbclient import NotebookClient

from course_lib.evidence import hold_bounds, measured

keys = (f"test-{n}" for n in itertools.count())


def shown(capsys, *args, **kwargs):
    measured(next(keys), *args, **kwargs)
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "options", "line"),
    [
        (0.73, {"at_least": 0.5, "fmt": ".0%"}, "≈ 73% (at least 50%)"),
        (0.0142, {"at_most": 0.016}, "≈ 0.0142 (at most 0.016)"),
        (
            28.25,
            {"between": (28, 29), "fmt": ".1f", "unit": "dB"},
            "≈ 28.2 dB (between 28 and 29 dB)",
        ),
        (np.int64(4), {"equal": 4, "fmt": "d"}, "≈ 4 (equal to 4)"),
        ([3.0], {"at_least": 3}, "≈ 3, n = 1 (mean at least 3)"),
        (np.float32([1, 2, 3]), {"at_least": 2}, "≈ 2 ± 1, n = 3 (mean at least 2)"),
        ([1, 2, 3], {"at_least": 1, "each": True}, "≈ 2 ± 1, n = 3 (each at least 1)"),
        (-0.006, {"at_most": 0, "fmt": ".1%"}, "≈ -0.6% (at most 0%)"),
    ],
)
def test_line_shows_value_and_bound(capsys, value, options, line):
    assert shown(capsys, "what", value, **options) == f"what: {line}\n"


@pytest.mark.parametrize(
    ("value", "options"),
    [
        (0.49, {"at_least": 0.5}),
        (0.51, {"at_most": 0.5}),
        (2.01, {"between": (1, 2)}),
        (3, {"equal": 4}),
        ([1, 1], {"at_least": 2}),
        ([1, 9], {"at_least": 2, "each": True}),
    ],
)
def test_missed_bound_raises_with_text_value_and_bound(value, options):
    with pytest.raises(AssertionError, match=r"^glyphs right: .+ misses its bound \(.+ .+\)$"):
        measured(next(keys), "glyphs right", value, **options)


def test_bound_is_judged_before_rounding():
    with pytest.raises(AssertionError):
        measured(next(keys), "x", 0.4999, at_least=0.5, fmt=".2f")


@pytest.mark.parametrize(
    ("error", "message", "arguments", "options"),
    [
        (ValueError, "bound", ("x", 1.0), {}),
        (ValueError, "bound", ("x", 1.0), {"at_least": 0, "at_most": 2}),
        (ValueError, "value", ("x", float("nan")), {"at_least": 0}),
        (ValueError, "value", ("x", [1.0, float("inf")]), {"at_least": 0}),
        (ValueError, "value", ("x", []), {"at_least": 0}),
        (ValueError, "value", ("x", [[1.0]]), {"at_least": 0}),
        (TypeError, "value", ("x", True), {"equal": 1}),
        (TypeError, "value", ("x", "1"), {"equal": 1}),
        (TypeError, "at_least", ("x", 1.0), {"at_least": "0"}),
        (ValueError, "at_least", ("x", 1.0), {"at_least": float("nan")}),
        (ValueError, "between", ("x", 1.0), {"between": (2, 1)}),
        (ValueError, "text", ("≈ x", 1.0), {"at_least": 0}),
        (ValueError, "text", ("x\ny", 1.0), {"at_least": 0}),
        (TypeError, "text", (None, 1.0), {"at_least": 0}),
    ],
)
def test_bad_arguments_are_refused_by_name(error, message, arguments, options):
    with pytest.raises(error, match=message):
        measured(next(keys), *arguments, **options)


@pytest.mark.parametrize("key", ["", "a b", "a/b", "ä"])
def test_key_is_fit_for_an_address(key):
    with pytest.raises(ValueError, match="key"):
        measured(key, "x", 1, at_least=0)


def test_second_use_of_a_key_is_refused(capsys):
    measured("twice", "x", 1, at_least=0)
    with pytest.raises(ValueError, match="twice"):
        measured("twice", "x", 1, at_least=0)


def execute(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    return notebook


def test_in_a_notebook_the_output_carries_the_record_and_a_cell_can_run_again():
    use = "from course_lib.evidence import measured\n"
    use += "measured('k', 'x', [1, 3], at_least=1, fmt='.1f')"
    notebook = execute(use, use)
    for cell in notebook.cells:
        (output,) = cell.outputs
        assert output.data == {"text/plain": "x: ≈ 2.0 ± 1.4, n = 2 (mean at least 1)"}
        record = output.metadata["measured"]
        assert (record["key"], record["values"], record["many"]) == ("k", [1, 3], True)


def test_bounds_can_be_shown_without_being_held(capsys):
    hold_bounds(False)
    try:
        assert shown(capsys, "x", 0.5, at_least=0.9) == "x: ≈ 0.5 (not held to at least 0.9)\n"
    finally:
        hold_bounds(True)
    with pytest.raises(AssertionError, match="misses its bound"):
        shown(capsys, "x", 0.5, at_least=0.9)
    with pytest.raises(TypeError, match="hold must be True or False, not 1"):
        hold_bounds(1)


def test_in_a_notebook_another_text_under_the_same_key_is_refused():
    first = "from course_lib.evidence import measured\nmeasured('k', 'x', 1, at_least=1)"
    other = (
        "try:\n    measured('k', 'y', 1, at_least=1)\nexcept ValueError as error:\n    print(error)"
    )
    assert "'k' was used before" in execute(first, other).cells[1].outputs[0].text


CHANGES = {
    ("≈ 7 (", "≈ 6.5 ± 0.1, n = 9 ("): True,  # another value, within its bound
    ("right, 3 seeds", "right, 5 seeds"): False,
    ("at least 5", "at least 4"): False,
    ("exactly 12", "exactly 13"): False,
}


def test_nbval_ignores_the_value_and_nothing_else(tmp_path):
    use = "measured('k{}', 'right, 3 seeds', 7, at_least=5)\nprint('exactly 12')"
    sources = [use.format(number) for number in range(len(CHANGES))]
    notebook = execute("from course_lib.evidence import measured", *sources)
    for cell, change in zip(notebook.cells[1:], CHANGES, strict=True):
        cell.execution_count = 1
        outputs = json.dumps(cell.outputs, ensure_ascii=False)
        assert change[0] in outputs
        cell.outputs = json.loads(outputs.replace(*change))
    path = tmp_path / "trial.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--nbval"]
    command += ["--nbval-current-env", "--nbval-sanitize-with", str(ROOT / "tests/evidence.cfg")]
    result = subprocess.run(
        [*command, "--color=no", "--rootdir", str(tmp_path), "-c", os.devnull, str(path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    passed = {
        number
        for number in range(1 + len(CHANGES))
        if re.search(rf"^PASSED .*::Cell {number}$", result.stdout, re.M)
    }
    expected = {0} | {number for number, passes in enumerate(CHANGES.values(), 1) if passes}
    assert passed == expected, result.stdout + result.stderr
