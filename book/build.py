"""Build the site into ``_build/html``: execute the notebooks that changed, then run Jupyter Book.

Warnings are errors. Run from the repository's root: ``.venv/bin/python book/build.py``.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import yaml
from extension.execute import execute

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
INTERRUPTED = 130  # the exit status of a program ended by Ctrl-C


def main():
    """Build, and return the exit status."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    try:
        failed = execute(ROOT, config["execute"]["timeout"])
        if failed:
            print(*failed, sep="\n", file=sys.stderr)
            print("\nThe book was not built: notebooks failed, see above.", file=sys.stderr)
            return 1
        return run_jupyter_book()
    except KeyboardInterrupt:
        print("\nInterrupted. Notebooks that were done are kept.", file=sys.stderr, flush=True)
        # At once: threads and Jupyter's clients would wait for kernels that are gone.
        os._exit(INTERRUPTED)


def run_jupyter_book():
    """Write the pages; return the exit status."""
    jupyter_book = str(Path(sys.executable).with_name("jupyter-book"))
    command = [jupyter_book, "build", str(ROOT), "-W", "--keep-going", "-n"]
    # In a session of its own, so that Ctrl-C reaches this program alone, which ends the other.
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        status = process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGKILL)
        forget_pages()
        raise
    if status:
        forget_pages()
        print("\nThe book was not built: see above.", file=sys.stderr)
    return status


def forget_pages():
    """Let the next build read every page: Sphinx would not repeat warnings of pages it knows."""
    shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
