"""What notebooks store is what the book's build computed, compared by nbval's own rules.

The build has executed each notebook once; its copies serve here, so nothing runs a second time.
`make nbval` executes them again, with the same comparison.
"""

import copy
import json

import nbformat
import pytest
from conftest import ROOT, executed, toc_files
from nbval.plugin import IPyNbFile, coalesce_streams, get_sanitize_patterns

NOTEBOOKS = [name.split("/")[1] for name in toc_files() if name.startswith("notebooks/")]
SANITISED = get_sanitize_patterns((ROOT / "tests" / "evidence.cfg").read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def stored(slug):
    return ROOT / "notebooks" / f"{slug}.ipynb"


CHECKED = [
    pytest.param(slug, number, id=f"{slug}:{cell.id}")
    for slug in NOTEBOOKS
    for number, cell in enumerate(code_cells(nbformat.read(stored(slug), as_version=4)))
    if cell.execution_count is not None
]


def difference(session, path, number, outputs):
    """Return in nbval's words how outputs differ from those a notebook stores, "" if they agree.

    Parameters
    ----------
    session : pytest.Session
    path : Path
        The notebook with the stored outputs.
    number : int
        The cell, counted among the code cells.
    outputs : list
        What the same cell gave when it was executed.
    """
    notebook = IPyNbFile.from_parent(session, path=path)
    notebook.sanitize_patterns.update(SANITISED)
    cell = list(notebook.collect())[number]
    found, expected = (coalesce_streams(copy.deepcopy(o)) for o in (outputs, cell.cell.outputs))
    return "" if cell.compare_outputs(found, expected) else "\n".join(cell.comparison_traceback)


@pytest.mark.parametrize(("slug", "number"), CHECKED)
def test_stored_output_is_what_the_build_computed(site, request, slug, number):
    cell = code_cells(executed(slug))[number]
    found = difference(request.session, stored(slug), number, cell.outputs)
    assert not found, f"{cell.source}\n{found}"


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_only_checked_cells_store_outputs(slug):
    cells = code_cells(nbformat.read(stored(slug), as_version=4))
    assert [c.source for c in cells if c.outputs and c.execution_count is None] == []


# The comparison itself, on a small notebook

LINE = nbformat.v4.new_output("stream", name="stdout", text="12 images\n")
VALUE = nbformat.v4.new_output("display_data", {"text/plain": "right: ≈ 7 (at least 5)"})


def changed(output, before, after):
    return nbformat.from_dict(
        json.loads(json.dumps(output, ensure_ascii=False).replace(before, after))
    )


@pytest.mark.parametrize(
    ("outputs", "agree"),
    [
        ([LINE, VALUE], True),
        ([LINE, changed(VALUE, "≈ 7 (", "≈ 6.5 ± 0.2, n = 3 (")], True),
        ([LINE, changed(VALUE, "at least 5", "at least 4")], False),
        ([LINE, changed(VALUE, "right", "wrong")], False),
        ([changed(LINE, "12", "13"), VALUE], False),
        ([LINE], False),
        ([VALUE], False),
        ([], False),
        ([LINE, VALUE, VALUE], False),
    ],
)
def test_another_text_or_a_missing_output_differs(tmp_path, request, outputs, agree):
    cell = nbformat.v4.new_code_cell("pass", execution_count=1, outputs=[LINE, VALUE])
    path = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    assert (difference(request.session, path, 0, outputs) == "") is agree
