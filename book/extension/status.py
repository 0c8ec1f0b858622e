"""The status page: when, where and with what the book was built, and how long its notebooks ran."""

import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from extension import cache
from extension.execute import workers

PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "scikit-image", "jupyter-book")


def setup(app):
    """Register with Sphinx."""
    app.add_directive("build-status", BuildStatus)
    app.add_directive("notebook-times", NotebookTimes)
    app.connect("env-before-read-docs", renew_status)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Status(SphinxDirective):
    """A part of the status page, made from Markdown."""

    def run(self):
        """Return the part."""
        self.env.metadata[self.env.docname]["build_status"] = True
        box = nodes.container()
        self.state.nested_parse(StringList(self.lines(), source=self.name), 0, box)
        return box.children


class BuildStatus(Status):
    """Say when, on which machine and with which versions the book was built."""

    def lines(self):
        """Return a list of facts."""
        facts = {
            "Date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "Machine": f"{workers()} CPU cores, {platform.machine()}, {platform.system()}",
            "Python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        }
        return [f"- {name}: {fact}" for name, fact in facts.items()]


class NotebookTimes(Status):
    """List the seconds that each notebook took when it was executed, in reading order."""

    def lines(self):
        """Return a table."""
        root = Path(self.env.srcdir)
        lines, total = ["| notebook | seconds |", "|---|---:|"], 0
        contents = (root / "_toc.yml").read_text(encoding="utf-8")
        for slug in re.findall(r"file: notebooks/([\w-]+)", contents):
            copy = cache.executed(root, slug)
            if copy.is_file():
                seconds = cache.facts(copy)["seconds"]
                lines.append(f"| [](../notebooks/{slug}.ipynb) | {seconds:.0f} |")
                total += seconds
        return [*lines, f"| all | {total:.0f} |"]


def renew_status(app, env, docnames):
    """Read the status page again whenever a page changed, since it tells of this build."""
    for name, metadata in env.metadata.items():
        if docnames and metadata.get("build_status") and name not in docnames:
            docnames.append(name)
