"""The role ``measured``: a value that a notebook of this build has measured, in a sentence.

``{measured}`SLUG/KEY``` shows it as the notebook prints it. A part may follow (mean, spread, min,
max, count or bound), and then a format of Python's: ``{measured}`SLUG/KEY mean .1%```.
"""

import re
import statistics
from functools import cache as remember
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from extension import cache

logger = logging.getLogger(__name__)
NO_BREAK = "\N{NO-BREAK SPACE}"
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
FORMAT = re.compile(r"\+?,?(\.\d+)?[defg%]")
STATISTICS = {
    "mean": statistics.fmean,
    "spread": statistics.stdev,  # of a sample, as the notebook's own line
    "min": min,
    "max": max,
}
PARTS = ("value", *STATISTICS, "count", "bound")


def setup(app):
    """Register with Sphinx."""
    app.add_role("measured", Measured())
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Measured(SphinxRole):
    """Show a measured value; warn, and so fail the build, where there is none."""

    def run(self):
        """Return the value as text."""
        address, *words = self.text.split()
        slug, _, key = address.partition("/")
        self.env.note_dependency(f"notebooks/{slug}.ipynb")
        try:
            return [nodes.Text(shown(find(Path(self.env.srcdir), slug, key), *words))], []
        except ValueError as error:
            logger.warning("measured %r: %s", self.text, error, location=self.get_location())
            return [nodes.Text(self.text)], []


def find(root, slug, key):
    """Return the record that a notebook's execution left under a key.

    Raises
    ------
    ValueError
        If there is no such notebook, no such key, or the key is there twice.
    """
    if slug not in cache.slugs(root):
        raise ValueError(f"there is no notebooks/{slug}.ipynb")
    path = cache.executed(root, slug)
    if not path.is_file():
        raise ValueError(f"notebooks/{slug}.ipynb has not been executed: run `make book`")
    found = [record for record in _records(path) if record["key"] == key]
    if len(found) != 1:
        count = f"{len(found)} values" if found else "no value"
        raise ValueError(f"notebooks/{slug}.ipynb measures {count} under the key {key!r}")
    return found[0]


@remember
def _records(path):
    """Return what the cells of an executed copy have measured."""
    outputs = (output for cell in cache.code_cells(cache.read(path)) for output in cell.outputs)
    metadata = (output.get("metadata", {}) for output in outputs)
    return [facts["measured"] for facts in metadata if "measured" in facts]


def shown(record, *words):
    """Return a part of a record as a reader sees it.

    Parameters
    ----------
    record : dict
        What ``course_lib.evidence.measured`` leaves with its output.
    words : str
        A part and a format, either of which may be left out.

    Raises
    ------
    ValueError
        If they are neither, or the value has no such part.

    Examples
    --------
    >>> record = {"values": [0.93, 0.95], "many": True, "fmt": ".0%", "unit": ""}
    >>> shown(record | {"bound": "mean at least 90%"}, "mean", ".1%")
    '94.0%'
    """
    part, *rest = words if words and words[0] in PARTS else ("value", *words)
    if len(rest) > 1 or (rest and not FORMAT.fullmatch(rest[0])):
        parts = ", ".join(PARTS[1:])
        raise ValueError(f"{' '.join(words)!r} is no part ({parts}), nor a format such as .1%")
    values, fmt = record["values"], rest[0] if rest else record["fmt"]
    unit = f"{NO_BREAK}{record['unit']}" if record["unit"] else ""
    if part == "bound":
        return typeset(record["bound"].removeprefix("mean ").removeprefix("each "))
    if part == "count":
        return str(len(values))
    if part == "spread" and len(values) < 2:
        raise ValueError("one value has no spread")
    if part != "value":
        return typeset(format(STATISTICS[part](values), fmt)) + unit
    text = typeset(format(statistics.fmean(values), fmt))
    if len(values) > 1:
        spread = typeset(format(statistics.stdev(values), fmt))
        text += f"{NO_BREAK}±{NO_BREAK}{spread}"
    return text + unit


def typeset(text):
    """Return a number as it is printed in a book: a real minus sign, powers of ten."""
    text = re.sub(
        r"(\d)e([+-]\d+)",
        lambda m: f"{m[1]}{NO_BREAK}·{NO_BREAK}10{str(int(m[2])).translate(SUPERSCRIPTS)}",
        text,
    )
    return re.sub(r"-(?=\d)", "−", text)
