"""The execution of one notebook."""

import nbformat
from extension.kernel import Execution

CELL = """import ipywidgets
from IPython.display import display

display(ipywidgets.interactive(lambda number: print(number), number=(0, 2)))
"""


def test_a_widget_may_capture_output_and_its_state_is_not_kept(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    Execution(notebook, tmp_path, timeout=120).run()
    views = [output.data for output in notebook.cells[0].outputs if "data" in output]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in views)
    assert "widgets" not in notebook.metadata


def test_texts_stay_where_they_were_printed_and_neighbours_become_one(tmp_path):
    code = """import time
from IPython.display import display
print("one", flush=True)
time.sleep(0.5)
print("two")
display("between")
print("three")"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    Execution(notebook, tmp_path, timeout=120).run()
    outputs = notebook.cells[0].outputs
    shown = [output.get("text") or output.data["text/plain"] for output in outputs]
    assert shown == ["one\ntwo\n", "'between'", "three\n"]
