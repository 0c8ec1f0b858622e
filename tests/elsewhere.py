"""The course where students run it: with Colab's packages, and on another processor.

Not a part of ``make test``: ``make colab`` and ``make portable`` run their half of this file. Each
notebook is executed as a copy, in a folder outside the repository, and its outputs are compared
with the stored ones as nbval does. nbval itself waits forever for a kernel that died; here it is
reported at once.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from colab import LISTED, normal, pins
from conftest import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from test_stored_outputs import NOTEBOOKS, code_cells, difference, stored

ENVIRONMENT = ROOT / "_build" / "colab"
# TensorFlow as it computes where it is built without oneDNN: other kernels, other rounding.
OTHER_PROCESSOR = {"TF_ENABLE_ONEDNN_OPTS": "0", "TF_NUM_INTRAOP_THREADS": "1"}
SECONDS_A_CELL = 600
# The tests of the library; the others are about the book, whose tools Colab has not.
LIBRARY = """convolution data evidence explore filters generative import instances mask_explorer
metrics noise nonsense pets pictures play_explorers plots replicas segmentation segmentation_plots
simulate_nuclei sweep training_explorer transfers vae""".split()
# Older packages than the pinned ones use what newer ones call outdated: that is none of the course.
NO_ERROR = "filterwarnings=default"
# What a notebook in Colab finds, as far as widgets ask for it.
STAND_IN = """
import sys, types

output = types.ModuleType("google.colab.output")
asked = []
output.enable_custom_widget_manager = lambda: asked.append("manager")
output._widgets = types.SimpleNamespace(_installed_url="https://colab/manager.js")
sys.modules["google"] = types.ModuleType("google")
sys.modules["google.colab"] = sys.modules["google"].colab = types.ModuleType("google.colab")
sys.modules["google.colab.output"] = sys.modules["google.colab"].output = output
"""


@pytest.fixture(scope="session")
def colab_python():
    """Return the interpreter of an environment with Colab's packages, course not installed."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.is_file():
        call(sys.executable, "-m", "venv", ENVIRONMENT)
    call(python, "-m", "pip", "install", "--quiet", "--requirement", LISTED)
    return python


@pytest.fixture(scope="session")
def colab_with_course(colab_python):
    """Return the same interpreter after the course was installed, as its set-up cell does it."""
    call(colab_python, "-m", "pip", "install", "--quiet", ROOT)
    return colab_python


def test_colab_keeps_every_package_when_the_course_is_installed(colab_python):
    command = ["-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", ROOT]
    report = json.loads(call(colab_python, *command, stdout=subprocess.PIPE))
    wanted = {normal(item["metadata"]["name"]) for item in report["install"]}
    assert wanted & {normal(name) for name in pins()} == set()


def test_colab_receives_explorers_as_widgets_and_no_second_manager(colab_with_course, tmp_path):
    show = "from course_lib.explore import ConvolutionExplorer\nConvolutionExplorer()"
    cells = [nbformat.v4.new_code_cell(source) for source in (STAND_IN, show, "print(asked)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert execute(notebook, colab_with_course, tmp_path, {}) == ""
    _, shown, asked = notebook.cells
    (output,) = shown.outputs
    assert set(output.data) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    assert asked.outputs[0].text == "['manager']\n"


def test_colab_object_that_cannot_be_shown_is_reported(colab_with_course, tmp_path):
    source = "class Fails:\n    def _repr_html_(self):\n        raise OSError('no ink')\nFails()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    found = execute(notebook, colab_with_course, tmp_path, {})
    assert found == "cell 0 shows an error:\nOSError: no ink"


def test_colab_passes_the_tests_of_the_library(colab_with_course):
    install = ["-m", "pip", "install", "--quiet", "--constraint", LISTED, f"{ROOT}[test]"]
    call(colab_with_course, *install)
    options = ["-n", "2", "--no-loadscope-reorder", "-m", "not book", "-o", NO_ERROR]
    files = [ROOT / "tests" / f"test_{name}.py" for name in LIBRARY]
    call(colab_with_course, "-m", "pytest", *options, ROOT / "course_lib", *files, cwd=ROOT)


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_colab_runs_notebook(request, colab_with_course, tmp_path, slug):
    assert faults(request, slug, colab_with_course, tmp_path, {}) == ""


@pytest.mark.parametrize("slug", NOTEBOOKS)
def test_portable_notebook(request, tmp_path, slug):
    variables = OTHER_PROCESSOR | {"PYTHONPATH": str(ROOT)}
    assert faults(request, slug, Path(sys.executable), tmp_path, variables) == ""


def test_dead_kernel_is_reported_with_its_cell(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in ("1", "import os; os.abort()")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    found = execute(notebook, Path(sys.executable), tmp_path, {})
    assert found.startswith("the kernel died in cell 1:\nimport os")


def faults(request, slug, python, folder, variables):
    """Return what is wrong with a notebook when run on that interpreter, "" if nothing is."""
    notebook = nbformat.read(stored(slug), as_version=4)
    checked = [cell.execution_count is not None for cell in code_cells(notebook)]
    if found := execute(notebook, python, folder, variables):
        return found
    found = []
    for number, cell in enumerate(code_cells(notebook)):
        if checked[number]:
            differs = difference(request.session, stored(slug), number, cell.outputs)
            found += [f"{cell.source}\n{differs}"] if differs else []
    return "\n".join(found)


def execute(notebook, python, folder, variables):
    """Execute a notebook in place; return the failing cell with its error, "" if none failed.

    Parameters
    ----------
    notebook : NotebookNode
    python : Path
        The interpreter whose packages it gets.
    folder : Path
        Where it runs; the kernel's description is left there too.
    variables : dict of str to str
        Added to the kernel's environment, from which the repository's own path is taken away.
    """
    kernel = folder / "kernels" / "elsewhere"
    kernel.mkdir(parents=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "elsewhere", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    at = {}
    client = NotebookClient(
        notebook,
        kernel_name="elsewhere",
        timeout=SECONDS_A_CELL,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.on_cell_start = lambda cell, cell_index: at.update(index=cell_index, source=cell.source)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("JUPYTER_PATH", str(folder))  # where the kernel's description is found
            client.execute(env=environment | variables)
    except DeadKernelError:
        return f"the kernel died in cell {at['index']}:\n{at['source']}"
    except CellExecutionError as error:
        return f"cell {at['index']} failed:\n{error}"
    # In older IPython an object that cannot be shown ends no cell: its error is an output.
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return f"cell {index} shows an error:\n{output.ename}: {output.evalue}"
    return ""


def call(*command, **options):
    """Run a command, fail if it fails, and return what it printed where that is captured."""
    return subprocess.run(list(map(str, command)), check=True, text=True, **options).stdout
