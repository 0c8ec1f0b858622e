"""The role ``explore``: a link in a sentence that sets an explorer of the same page.

``{explore}`try p = 1 <convolution explorer p=1 mode=pooling>``` names the notebook, its cell and
the settings: numbers, lists and words, without spaces. The script ``explore_links.js`` sets them.
"""

import html
import json
import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from extension.outputs import PendingOutput

logger = logging.getLogger(__name__)
FORM = re.compile(r"(?P<words>[^<]+?)\s*<(?P<slug>\S+) (?P<name>\S+)(?P<settings>( \w+=\S+)+)>")
STATE = re.compile(r'"state":(\{.*?\}),"data":')


def setup(app):
    """Register with Sphinx."""
    app.add_role("explore", ExploreLink())
    app.add_node(PendingLink)
    app.add_post_transform(FindExplorers)
    app.add_post_transform(WriteLinks)
    app.connect("html-page-context", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class PendingLink(nodes.Inline, nodes.TextElement):
    """Stands for the link until its explorer has been found."""


class ExploreLink(SphinxRole):
    """Link words to settings of an explorer."""

    def run(self):
        """Return a placeholder that knows the words, the place and the settings."""
        found = FORM.fullmatch(self.text)
        if not found:
            message = "explore: %r must be: words <SLUG NAME setting=value ...>"
            logger.warning(message, self.text, location=self.get_location())
            return [nodes.Text(self.text)], []
        pairs = (pair.split("=", 1) for pair in found["settings"].split())
        self.env.metadata[self.env.docname]["explore"] = True
        place = nodes.make_id(f"explorer-{found['slug']}-{found['name']}")
        link = PendingLink("", nodes.Text(found["words"]), place=place)
        link["settings"] = {name: read(value) for name, value in pairs}
        self.set_source_info(link)
        return [link], []


class FindExplorers(SphinxPostTransform):
    """Name the boxes that hold a notebook's output, as long as it is known whose it is."""

    default_priority = 2  # before the outputs are inserted, at 3

    def run(self, **kwargs):
        """Give each box that a link asks for an id."""
        asked = {link["place"] for link in self.document.findall(PendingLink)}
        for pending in self.document.findall(PendingOutput):
            slug = pending["docname"].removeprefix("notebooks/")
            place = nodes.make_id(f"explorer-{slug}-{pending['name']}")
            if place in asked:
                pending.parent["ids"].append(place)


class WriteLinks(SphinxPostTransform):
    """Write the links, and warn, so that the build fails, of those that would set nothing."""

    default_priority = 4  # after the outputs are inserted

    def run(self, **kwargs):
        """Replace each placeholder."""
        for link in list(self.document.findall(PendingLink)):
            boxes = [b for b in self.document.findall(nodes.container) if link["place"] in b["ids"]]
            text = boxes[0].astext() if boxes else ""
            states = [json.loads(state) for state in STATE.findall(text)]
            for problem in problems(link["settings"], states):
                logger.warning("explore %r: %s", link.astext(), problem, location=link)
            settings = html.escape(json.dumps(link["settings"]))
            words = html.escape(link.astext())
            start = f'<a class="explore" href="#{link["place"]}" data-explore="{settings}">'
            link.replace_self(nodes.raw("", f"{start}{words}</a>", format="html"))


def read(value):
    """Return a number, a list or a word.

    Examples
    --------
    >>> read("0.5"), read("[1,2]"), read("pooling")
    (0.5, [1, 2], 'pooling')
    """
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def problems(settings, states):
    """Yield what is wrong with settings for an explorer that starts in the only one of `states`.

    Examples
    --------
    >>> list(problems({"p": 1, "q": 2, "s": "two"}, [{"p": 0, "s": 1}]))
    ["there is no setting 'q', but p, s", "s must be like 1, not 'two'"]
    """
    if len(states) != 1:
        yield f"the page shows {len(states)} explorers of this name"
        return
    number = (int, float)
    for name, value in settings.items():
        if name not in states[0]:
            yield f"there is no setting {name!r}, but {', '.join(states[0])}"
        elif isinstance(states[0][name], number) != isinstance(value, number):
            yield f"{name} must be like {states[0][name]!r}, not {value!r}"


def add_script(app, pagename, templatename, context, doctree):
    """Load the script on pages that hold such a link, and nowhere else."""
    if app.env.metadata.get(pagename, {}).get("explore"):
        app.add_js_file("explore_links.js")
