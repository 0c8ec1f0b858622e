"""Parts of a notebook in a chapter: a named cell's outputs or code; and drawings in the page."""

import html
import math
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from extension import cache

logger = logging.getLogger(__name__)
LETTER = 11  # pixels of a screen that the smallest letters need
PHONE = 342  # pixels of a column on a phone


def setup(app):
    """Register with Sphinx."""
    app.add_directive("notebook-output", NotebookOutput)
    app.add_directive("notebook-code", NotebookCode)
    app.add_node(PendingOutput)
    app.add_post_transform(InsertNotebookOutputs)
    app.add_post_transform(InlineDrawings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class PendingOutput(nodes.General, nodes.Element):
    """Stands for a notebook's output until every notebook has been read."""


class NotebookPart(SphinxDirective):
    """What both directives share: two arguments SLUG NAME, and the body as a caption."""

    required_arguments = 2
    has_content = True

    def run(self):
        """Return a box with the part and its caption."""
        slug, name = self.arguments
        # As Sphinx writes the paths of images: relative to the source folder.
        self.env.note_dependency(f"notebooks/{slug}.ipynb")
        part = self.part(slug, name)
        self.set_source_info(part)
        box = nodes.container("", part, classes=[self.name])
        if self.content:
            caption = nodes.container(classes=["notebook-caption"])
            self.state.nested_parse(self.content, self.content_offset, caption)
            box += caption
        return [box]


class NotebookOutput(NotebookPart):
    """Show the outputs of the cell with metadata ``name: NAME`` of ``notebooks/SLUG.ipynb``."""

    def part(self, slug, name):
        """Return a placeholder."""
        return PendingOutput(docname=f"notebooks/{slug}", name=name)


class NotebookCode(NotebookPart):
    """Show the source of the cell with metadata ``name: NAME`` of ``notebooks/SLUG.ipynb``."""

    def part(self, slug, name):
        """Return the code, highlighted as in the notebook's own page."""
        path = Path(self.env.srcdir) / "notebooks" / f"{slug}.ipynb"
        cells = cache.code_cells(cache.read(path)) if path.is_file() else []
        for cell in cells:
            if cell.metadata.get("name") == name:
                return nodes.literal_block(cell.source, cell.source, language="ipython3")
        raise self.error(f"notebook-code: no cell named {name!r} in notebooks/{slug}.ipynb")


class InsertNotebookOutputs(SphinxPostTransform):
    """Replace each placeholder by the notebook's output, before MyST-NB selects a MIME type."""

    default_priority = 3

    def run(self, **kwargs):
        """Look the outputs up in the notebook's own document tree."""
        for pending in list(self.document.findall(PendingOutput)):
            outputs = self._outputs(pending)
            if not outputs:
                logger.warning(
                    "no output of a cell named %r in %s",
                    pending["name"],
                    pending["docname"],
                    location=pending,
                )
            pending.replace_self(outputs)

    def _outputs(self, pending):
        if pending["docname"] not in self.env.found_docs:
            return []
        found = []
        for cell in self.env.get_doctree(pending["docname"]).findall(nodes.container):
            if cell.get("nb_element") != "cell_code":
                continue
            if cell.get("cell_metadata", {}).get("name") == pending["name"]:
                for part in cell.children:
                    if part.get("nb_element") == "cell_code_output":
                        found += [child.deepcopy() for child in part.children]
        return found


class InlineDrawings(SphinxPostTransform):
    """Write each SVG into the page, where it takes the page's letters and its theme's colours."""

    default_priority = 200  # after MyST-NB has selected a MIME type
    formats = ("html",)

    def run(self, **kwargs):
        """Replace every image that is an SVG with a frame of its own."""
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.env.srcdir, image["uri"].lstrip("/"))
            drawing = path.read_text(encoding="utf-8") if path.suffix == ".svg" else ""
            if "viewBox" in drawing:
                part = inlined(drawing, path.stem[-12:], image.get("alt", ""))
                image.replace_self(nodes.raw("", part, format="html"))


def inlined(drawing, name, alternative):
    """Return an SVG as a part of a page, named by its alternative text.

    It is not made smaller than its letters can be read; on a narrower page its box scrolls.
    """
    opening, body = re.search(r"<svg\b([^>]*)>(.*)</svg>", drawing, re.DOTALL).groups()
    body = re.sub(r"<(title|desc)\b.*?</\1>\s*", "", body, flags=re.DOTALL)
    # Two drawings of a page must not share the names of their parts.
    body = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", body)
    opening = re.sub(r'\s(?:role|aria-labelledby|xmlns|font-family)="[^"]*"', "", opening)
    width, height = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', opening).groups()
    if not re.search(r'\swidth="', opening):
        opening += f' width="{width}" height="{height}"'
    letters = re.findall(r'<(?:svg|g|text)\b[^>]*?\bfont-size[:=]\s*"?([\d.]+)', drawing)
    least = math.floor(float(width) * LETTER / min(map(float, letters))) if letters else 0
    # What scrolls must be reached by keyboard.
    scrolls = ' tabindex="0" role="group" aria-label="drawing"' if least > PHONE else ""
    label = html.escape(alternative)
    return (
        f'<div class="drawing" style="--least: {min(least, int(float(width)))}px"{scrolls}>'
        f'<svg role="img" aria-label="{label}"{opening}>{body}</svg></div>'
    )
