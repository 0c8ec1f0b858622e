"""Build the site into ``_build/html``; when that fails, end with the cells that failed.

Notebooks that changed are executed first, one on each core. Warnings are errors.
Run from the repository's root: ``.venv/bin/python book/build.py``.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from course_book import execution_cache
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
REPORTS = BUILD / "html" / "reports"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def main():
    """Run Jupyter Book and return its exit status."""
    shutil.rmtree(REPORTS, ignore_errors=True)
    execute_notebooks()
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


def execute_notebooks():
    """Execute the notebooks that changed into the cache from which Sphinx takes their outputs.

    Sphinx alone would execute them one after another. Those that fail here it runs again, and
    reports.
    """
    cache = get_cache(execution_cache(ROOT))
    before = {record.pk for record in cache.list_cache_records()}
    paths = [str(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    for path in paths:
        cache.add_nb_to_project(path)
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    load_executor("local-parallel", cache=cache).run_and_cache(
        filter_uris=paths, timeout=config["execute"]["timeout"]
    )
    for record in cache.list_cache_records():
        if record.pk not in before:
            seconds = record.data["execution_seconds"]
            print(f"{Path(record.uri).name}: Executed notebook in {seconds:.2f} seconds")


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
