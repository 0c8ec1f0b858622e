"""What a chapter's front matter says: in its line of facts, and in the cards of the home page.

A chapter with a notebook begins with::

    ---
    minutes: 20
    notebook_seconds: 40
    needs: encoder, code and decoder, as in [the chapter before](autoencoder.md).
    ---
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
FRONT_MATTER = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
THUMBNAILS = Path(__file__).resolve().parent.parent / "thumbnails"
KEYS = {"minutes": int, "notebook_seconds": int, "needs": str}


def setup(app):
    """Register with Sphinx."""
    app.add_directive("chapter-facts", ChapterFacts)
    app.add_directive("chapter-map", ChapterMap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def facts(root, slug):
    """Return the front matter of ``chapters/SLUG.md``: minutes, notebook_seconds and needs.

    Raises
    ------
    ValueError
        If one of them is missing or of the wrong kind. The message names the file.
    """
    path = root / "chapters" / f"{slug}.md"
    found = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
    given = yaml.safe_load(found[1]) if found else {}
    for key, kind in KEYS.items():
        if not isinstance(given.get(key), kind):
            accepted = "a whole number" if kind is int else "a text"
            raise ValueError(
                f"chapters/{slug}.md: its front matter must give {key}, {accepted}, "
                f"not {given.get(key)!r}"
            )
    return {key: given[key] for key in KEYS}


class Facts(SphinxDirective):
    """A part made from the front matter of chapters."""

    def facts(self, slug):
        """Return the facts of a chapter; None, and a warning, where they are not given."""
        self.env.note_dependency(f"chapters/{slug}.md")
        try:
            return facts(Path(self.env.srcdir), slug)
        except ValueError as error:
            # The home page asks for them as well.
            logger.warning(str(error), location=(f"chapters/{slug}", 1), once=True)
            return None

    def parse(self, lines):
        """Return the nodes of some lines of Markdown."""
        box = nodes.container()
        self.state.nested_parse(StringList(lines, source=self.name), 0, box)
        return box.children


class ChapterFacts(Facts):
    """Say what a chapter needs, and the times that it and its notebook take."""

    def run(self):
        """Return one line, which stays in sight where the box around it is folded."""
        slug = self.env.docname.removeprefix("chapters/")
        given = self.facts(slug)
        if given is None:
            return []
        line = (
            f"{given['minutes']} min · [notebook](../notebooks/{slug}.ipynb) "
            f"{given['notebook_seconds']} s · needs {given['needs']}"
        )
        return [nodes.container("", *self.parse([line]), classes=["chapter-facts"])]


class ChapterMap(Facts):
    """Show the chapters that have a notebook as cards: a picture, the times, what they need."""

    def run(self):
        """Return the cards of each part of the contents, and the sum of the times."""
        path = Path(self.env.srcdir) / "_toc.yml"
        self.env.note_dependency("_toc.yml")
        box, minutes, seconds = nodes.container(classes=["chapter-map"]), 0, 0
        for part in yaml.safe_load(path.read_text(encoding="utf-8"))["parts"]:
            chapters = [entry["file"] for entry in part["chapters"] if "sections" in entry]
            given = {name: self.facts(name.removeprefix("chapters/")) for name in chapters}
            cards = [self.card(name, facts) for name, facts in given.items() if facts]
            if cards:
                box += self.parse([f"**{part['caption']}**"])
                box += nodes.container("", *cards, classes=["cards"])
            minutes += sum(facts["minutes"] for facts in given.values() if facts)
            seconds += sum(facts["notebook_seconds"] for facts in given.values() if facts)
        hours = f"{minutes / 60:.0f} hours of reading"
        box += self.parse(
            [f"In all about {hours}; the notebooks run in {seconds / 60:.0f} minutes."]
        )
        return [box]

    def card(self, name, facts):
        """Return a chapter's card."""
        # Links in the front matter start from the chapter's own folder.
        needs = re.sub(r"\]\((?=[\w-]+\.md)", "](chapters/", facts["needs"])
        lines = [
            f"[]({name}.md)",
            "",
            f"{facts['minutes']} min · notebook {facts['notebook_seconds']} s",
            "",
            f"Needs {needs}",
        ]
        drawing = THUMBNAILS / f"{name.removeprefix('chapters/')}.svg"
        picture = drawing.read_text(encoding="utf-8") if drawing.is_file() else ""
        thumbnail = f'<div class="thumbnail" aria-hidden="true">{picture}</div>'
        return nodes.container(
            "", nodes.raw("", thumbnail, format="html"), *self.parse(lines), classes=["card"]
        )
