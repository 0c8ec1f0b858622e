"""Find a Chromium for the browser tests and install one where there is none.

``python tests/chromium.py`` prints the path of the browser. Set ``CHROMIUM`` to use another one.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
# No sandbox, since the tests may run as root in a container; no traffic of the browser's own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find():
    """Return the path of a Chromium that starts, or None."""
    candidates = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), MACOS, _playwrights_own()]
    for path in candidates:
        # Ubuntu's package is a stub that only names another installer: see whether it starts.
        if path and os.path.exists(path) and _run(path, "--version"):
            return path
    return None


def install():
    """Install a Chromium: Debian's package as root, else Playwright's own.

    Raises
    ------
    FileNotFoundError
        If neither way gives one; says what to do by hand.
    """
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        _run("apt-get", "update", "-q")
        _run("apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium")
    if find() is None:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find() is None:
        raise FileNotFoundError(
            "The browser tests need Chromium and none could be installed: install it with your "
            "system's package manager, or set CHROMIUM to the path of one."
        )


def _playwrights_own():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _run(*command):
    """Run a command, its output on standard error; return whether it succeeded."""
    try:
        return subprocess.run(command, stdout=sys.stderr).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    if find() is None:
        install()
    print(find())
