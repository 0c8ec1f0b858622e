"""Keep the stored notebooks clean: outputs only where they are tested, one set-up cell for all.

``run`` executes a notebook and stores the outputs of its checked cells, ``clean`` removes what must
not be stored, ``check`` fails when a notebook is not clean. Without paths: every notebook.
"""

import argparse
import sys
from pathlib import Path

import address
import nbformat
from extension.kernel import Execution

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
CHECKED = "check-output"
# SOURCE is what pip installs the course from once it is published (see address.py).
SETUP = """\
# Installs the course library where it is missing, as in Colab.
import importlib.util
import os

if importlib.util.find_spec("course_lib"):
    print("The course library is here: nothing was installed.")
else:
    source = os.environ.get("COURSE_LIB", "SOURCE")
    if not source:
        raise ModuleNotFoundError(
            "The course library is not installed. Open this notebook with the"
            " Colab button of the published book, or set COURSE_LIB to the"
            " folder or git address of the course."
        )
    %pip install --quiet {source}
    print(f"Installed {source}. No restart is needed.")"""
SETUP_TAGS = ["setup", "hide-input", "remove-output"]  # a page needs neither
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def clean(notebook):
    """Remove from a notebook, in place, all that depends on who ran it last.

    Cells tagged ``check-output`` keep printed text, measured values and count 1: nbval compares
    exactly the cells that have a count. All others keep neither. The cell tagged ``setup`` gets the
    text above.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        cell.pop("attachments", None)
        for key in ("execution", "collapsed", "scrolled", "jupyter", "trusted", "editable"):
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        tags = cell.metadata.get("tags", [])
        if "setup" in tags:
            cell.source = SETUP.replace("SOURCE", address.source())
            cell.metadata["tags"] = SETUP_TAGS
        if CHECKED in tags:
            cell.execution_count = 1
            cell.outputs = [out for out in map(stored, cell.outputs) if out is not None]
        else:
            cell.execution_count = None
            cell.outputs = []
    return notebook


def stored(output):
    """Return what of an output is stored: printed text and measured values, else None."""
    if output.output_type == "stream":
        return output
    shown = output.get("data", {}).get("text/plain", "")
    if output.output_type == "display_data" and "≈" in shown:
        return nbformat.v4.new_output("display_data", {"text/plain": shown})
    return None


def text(notebook):
    """Return a notebook as it is stored: sorted keys, one space of indent, newline at the end."""
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False).rstrip() + "\n"


def main(arguments=None):
    """Run the command line; return 1 when ``check`` finds a notebook that is not clean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("run", "clean", "check"))
    parser.add_argument("paths", nargs="*", type=Path)
    options = parser.parse_args(arguments)
    dirty = []
    for path in options.paths or sorted(FOLDER.glob("*.ipynb")):
        before = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(before, as_version=4)
        if options.action == "run":
            clean(notebook)
            Execution(notebook, path.parent, timeout=600).run()
        after = text(clean(notebook))
        nbformat.validate(notebook)
        if options.action == "check" and after != before:
            dirty.append(path)
        elif options.action != "check" and after != before:
            path.write_text(after, encoding="utf-8")
    for path in dirty:
        command = f"{sys.executable} {Path(__file__).resolve()} clean {path}"
        print(f"{path} is not clean: run `{command}`", file=sys.stderr)
    return bool(dirty)


if __name__ == "__main__":
    sys.exit(main())
