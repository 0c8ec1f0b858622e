"""Executed notebooks in the book: Sphinx reads each with the outputs of its executed copy."""

from pathlib import Path

import nbformat
from sphinx.util import logging

from extension import cache

logger = logging.getLogger(__name__)
FOLDER = "notebooks/"


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", find_renewed)
    app.connect("source-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def find_renewed(app, env, added, changed, removed):
    """Read a notebook again after it was executed anew, and the pages that show parts of it."""
    root, before = Path(app.srcdir), getattr(env, "course_executions", {})
    env.course_executions = {
        name: cache.executed(root, name.removeprefix(FOLDER)).name
        for name in env.found_docs
        if name.startswith(FOLDER)
    }
    renewed = {name for name, state in env.course_executions.items() if before.get(name) != state}
    sources = {f"{name}.ipynb" for name in renewed}
    return renewed | {
        name for name in env.found_docs if sources & env.dependencies.get(name, set())
    }


def fill_in(app, docname, source):
    """Give a notebook's text the outputs that its executed copy has."""
    if not docname.startswith(FOLDER):
        return
    slug = docname.removeprefix(FOLDER)
    try:
        source[0] = nbformat.writes(cache.filled(Path(app.srcdir), slug))
    except FileNotFoundError:
        logger.warning("not executed: build the book with `make book`", location=docname)
