"""Parts of a chapter as its reader meets them: folded boxes, numbered captions, whole formulas."""

import re
from collections import Counter

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

FOLDED = {"dropdown", "objectives"}
TABLE = re.compile(r'<table[^>]* (class="dataframe|id="T_)')
PUNCTUATION = re.compile(r"[.,;:!?)\]]+")


def setup(app):
    """Register with Sphinx."""
    app.add_node(Folded, html=(visit_folded, depart_folded))
    app.add_node(FoldedTitle, html=(visit_folded_title, depart_folded_title))
    app.connect("env-check-consistency", leave_numbers)  # after they are given and kept
    app.add_post_transform(FoldBoxes)
    app.add_post_transform(NumberCaptions)
    app.add_post_transform(KeepPunctuation)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Folded(nodes.General, nodes.Element):
    """A box that opens from its whole title, also without scripts: HTML's own ``details``."""


class FoldedTitle(nodes.General, nodes.TextElement):
    """The title of a folded box."""


def visit_folded(self, node):
    """Open the box."""
    self.body.append(self.starttag(node, "details", CLASS="folded"))


def depart_folded(self, node):
    """Close the box."""
    self.body.append("</details>\n")


def visit_folded_title(self, node):
    """Open the title."""
    self.body.append(self.starttag(node, "summary", ""))


def depart_folded_title(self, node):
    """Close the title."""
    self.body.append("</summary>\n")


class FoldBoxes(SphinxPostTransform):
    """Fold solutions, answers and the goals of a chapter; its line of facts stays in sight."""

    default_priority = 30  # after sphinx_exercise has written the titles of solutions, at 22

    def run(self, **kwargs):
        """Replace each box by a folded one."""
        for box in list(self.document.findall(nodes.Admonition)):
            if not FOLDED & set(box["classes"]) or not isinstance(box[0], nodes.title):
                continue
            title, *rest = box.children
            # A link in the title would lead away from what it promises to open.
            for link in list(title.findall(nodes.reference)):
                link.replace_self(link.children)
            facts = [part for part in rest if "chapter-facts" in part.get("classes", [])]
            rest = [part for part in rest if part not in facts]
            folded = Folded("", FoldedTitle("", "", *title.children), *rest)
            folded["ids"], folded["classes"] = box["ids"], box["classes"]
            box.replace_self([*facts, folded])


def leave_numbers(app, env):
    """Take away the numbers that run through the book: those of a chapter begin with 1."""
    for numbers in env.toc_fignumbers.values():
        for kind in ("figure", "table"):
            numbers.pop(kind, None)


class NumberCaptions(SphinxPostTransform):
    """Number the figures and the tables of a chapter that have a caption."""

    default_priority = 920  # after the outputs of notebooks are in place

    def run(self, **kwargs):
        """Begin each caption with its number."""
        if not self.env.docname.startswith("chapters/"):
            return
        counts = Counter()
        for part in self.document.findall(nodes.Element):
            caption = next((child for child in part.children if _is_caption(child)), None)
            kind = _kind(part) if caption is not None else None
            if kind:
                counts[kind] += 1
                text = caption if isinstance(caption, nodes.caption | nodes.title) else caption[0]
                text.insert(0, nodes.inline("", f"{kind} {counts[kind]}. ", classes=["number"]))


def _is_caption(node):
    of_table = isinstance(node, nodes.title) and isinstance(node.parent, nodes.table)
    return (
        of_table
        or isinstance(node, nodes.caption)
        or (isinstance(node, nodes.Element) and "notebook-caption" in node["classes"])
    )


def _kind(part):
    """Return what a part with a caption is called; None for code and for what was printed."""
    drawn = [node.astext() for node in part.findall(nodes.raw)]
    if any(map(TABLE.search, drawn)) or any(part.findall(nodes.table)):
        return "Table"
    return "Figure" if drawn or any(part.findall(nodes.image)) else None


class KeepPunctuation(SphinxPostTransform):
    """Keep a formula and the full stop that follows it in one line."""

    default_priority = 940

    def run(self, **kwargs):
        """Wrap both in an element that does not break."""
        for formula in list(self.document.findall(nodes.math)):
            after = formula.next_node(descend=False, siblings=True)
            found = isinstance(after, nodes.Text) and PUNCTUATION.match(after)
            if found:
                after.parent.replace(after, nodes.Text(after[found.end() :]))
                whole = nodes.inline("", "", classes=["unbroken"])
                formula.replace_self(whole)
                whole += [formula, nodes.Text(found[0])]
