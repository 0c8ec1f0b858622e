"""Executed copies of the notebooks: ``_build/execution/SLUG/STATE.ipynb``.

STATE is a digest of all that the notebook's outputs depend on (see ``inputs``). Tests and tools
find the copy of the present state with :func:`executed`.
"""

import json
import os
import shutil

import nbformat

from extension.inputs import code_cells, digest, inputs, read

KEPT_STATES = 3  # of each notebook, so that going back to a branch executes nothing


def slugs(root):
    """Return the names of the notebooks, in alphabetical order."""
    return sorted(path.stem for path in (root / "notebooks").glob("*.ipynb"))


def folder(root):
    """Return the folder that holds a folder of executed copies for each notebook."""
    return root / "_build" / "execution"


def executed(root, slug):
    """Return the path of the executed copy of a notebook, whether it exists or not.

    It has the code cells of ``notebooks/SLUG.ipynb``, in the same order, with their outputs.
    Markdown cells and metadata are as they were at the execution: :func:`filled` has present ones.
    """
    state = digest(json.dumps(inputs(root, slug), sort_keys=True))
    return folder(root) / slug / f"{state}.ipynb"


def filled(root, slug):
    """Return a notebook as it stands, with the outputs of its executed copy.

    Raises
    ------
    FileNotFoundError
        If the notebook has not been executed in its present state.
    """
    done = read(executed(root, slug))
    notebook = read(root / "notebooks" / f"{slug}.ipynb")
    for cell, copy in zip(code_cells(notebook), code_cells(done), strict=True):
        cell.outputs, cell.execution_count = copy.outputs, copy.execution_count
    notebook.metadata["language_info"] = done.metadata["language_info"]
    return notebook


def store(path, notebook, inputs, seconds):
    """Keep an executed notebook with its inputs and the seconds that it took."""
    notebook.metadata["course"] = {"inputs": inputs, "seconds": seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    nbformat.write(notebook, unfinished)
    unfinished.replace(path)


def facts(path):
    """Return what was kept with an executed copy: its ``inputs`` and its ``seconds``."""
    return read(path).metadata["course"]


def latest(root, slug):
    """Return the path of the executed copy used last, in whatever state; None without one."""
    copies = (folder(root) / slug).glob("*.ipynb")
    return max(copies, key=lambda path: path.stat().st_mtime, default=None)


def prune(root):
    """Mark the present copies as used, and remove all but the last few of each notebook."""
    for slug in slugs(root):
        if (path := executed(root, slug)).is_file():
            os.utime(path)
        copies = (folder(root) / slug).glob("*.ipynb")
        for old in sorted(copies, key=lambda path: path.stat().st_mtime)[:-KEPT_STATES]:
            old.unlink()
    for path in folder(root).glob("*"):
        if path.name not in slugs(root):
            shutil.rmtree(path)
