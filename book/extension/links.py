"""Links that no author writes: terms to the glossary, pictures to their own file."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform


def setup(app):
    """Register with Sphinx."""
    app.add_post_transform(LinkTerms)
    app.add_post_transform(LinkPictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LinkTerms(SphinxPostTransform):
    """Link the first use of each term of the glossary in a chapter's prose."""

    default_priority = 4  # before Sphinx resolves references, at 10
    # Text in these is no prose, or is a link already.
    SKIPPED = (
        nodes.title,
        nodes.reference,
        nodes.literal,
        nodes.literal_block,
        nodes.math,
        nodes.math_block,
        nodes.raw,
        nodes.table,
        nodes.caption,
        addnodes.pending_xref,
    )

    def run(self, **kwargs):
        """Replace the first match of each term by a reference to its entry."""
        if not self.env.docname.startswith("chapters/") or self.env.docname == "chapters/glossary":
            return
        terms = {term for kind, term in self.env.domaindata["std"]["objects"] if kind == "term"}
        for term in sorted(terms, key=len, reverse=True):  # "Convolution" is a part of longer ones
            self._link_first(term)

    def _link_first(self, term):
        plural = "(?:y|ies)" if term.endswith("y") else "s?"
        pattern = re.compile(rf"\b{re.escape(term.removesuffix('y'))}{plural}\b", re.IGNORECASE)
        for text in self.document.findall(nodes.Text):
            found = pattern.search(text)
            if not found or self._skipped(text):
                continue
            parts = [
                nodes.Text(text[: found.start()]),
                addnodes.pending_xref(
                    "",
                    nodes.inline("", found[0]),
                    refdomain="std",
                    reftype="term",
                    reftarget=term,
                    refexplicit=True,
                    refdoc=self.env.docname,
                ),
                nodes.Text(text[found.end() :]),
            ]
            text.parent.replace(text, [part for part in parts if part.astext()])
            return

    def _skipped(self, node):
        classes = {"objectives", "quiz-text"}
        while node.parent is not None:
            node = node.parent
            if isinstance(node, self.SKIPPED) or classes.intersection(node.get("classes", [])):
                return True
        return False


class LinkPictures(SphinxPostTransform):
    """Link each picture to its own file, in which a reader can enlarge it."""

    default_priority = 900  # after outputs of notebooks have found their pictures

    def run(self, **kwargs):
        """Give pictures a scale: Sphinx links those that have one."""
        for image in self.document.findall(nodes.image):
            image.setdefault("scale", 100)
