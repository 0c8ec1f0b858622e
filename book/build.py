"""Build the site into ``_build/html``; when that fails, end with the cells that failed.

Warnings are errors. Run from the repository's root: ``.venv/bin/python book/build.py``.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
REPORTS = BUILD / "html" / "reports"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def main():
    """Run Jupyter Book and return its exit status."""
    shutil.rmtree(REPORTS, ignore_errors=True)
    command = [
        str(Path(sys.executable).with_name("jupyter-book")),
        "build",
        str(ROOT),
        "-W",
        "--keep-going",
        "-n",
    ]
    status = subprocess.run(command, cwd=ROOT).returncode
    if status:
        # Sphinx remembers pages it has read, with their warnings spent: a second build would pass.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
        print(*failures(REPORTS), sep="\n", file=sys.stderr)
        print("\nThe book was not built: see the warnings above.", file=sys.stderr)
    return status


def failures(reports):
    """Return one text per failed notebook: its name, the failing cell and the exception.

    Parameters
    ----------
    reports : Path
        The folder in which MyST-NB leaves one ``.err.log`` for each notebook that failed.
    """
    texts = []
    for log in sorted(reports.rglob("*.err.log")):
        name = log.relative_to(reports).as_posix().removesuffix(".err.log")
        traceback = ANSI.sub("", log.read_text(encoding="utf-8"))
        cell = traceback.find("An error occurred while executing the following cell")
        texts.append(f"\n{'=' * 80}\nFailed: {name}.ipynb\n\n{traceback[max(cell, 0) :].strip()}")
    return texts


if __name__ == "__main__":
    sys.exit(main())
