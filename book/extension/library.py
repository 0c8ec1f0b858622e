"""The page on the library: the repository's own code, each docstring folded behind its summary."""

import re
import sys


def setup(app):
    """Register with Sphinx."""
    sys.path.insert(0, str(app.srcdir))  # document this copy, wherever another one is installed
    # After napoleon, which has turned NumPy's sections into reStructuredText at priority 500.
    app.connect("autodoc-process-docstring", fold, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fold(app, what, name, obj, options, lines):
    """Leave the summary of a docstring in sight; the page itself introduces a module."""
    if what == "module":
        lines.clear()
    elif "" in lines:
        end = lines.index("")
        head, rest = lines[:end], lines[end:]
        if any(rest):
            rest = [re.sub("^:(raises|returns)", _capital, line) for line in rest]
            lines[:] = [*head, "", ".. dropdown:: Details", *(f"   {line}" for line in rest)]


def _capital(field):
    """Write a field as Sphinx does outside a fold."""
    return f":{field[1].capitalize()}"
