"""Sphinx extension of the course, one module a job.

``cache`` and ``execute`` know nothing of Sphinx; ``book/build.py`` runs the notebooks with them.
"""

MODULES = (
    "executions",
    "outputs",
    "explore_links",
    "measured",
    "quiz",
    "links",
    "boxes",
    "tables",
    "tips",
    "formulas",
    "chapters",
    "status",
    "library",
    "publish",
    "pages",
)


def setup(app):
    """Register the parts of the extension with Sphinx."""
    for name in MODULES:
        app.setup_extension(f"extension.{name}")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
