"""What a term or a citation says, in the page itself: a script shows it beside the link.

The definitions stand in a folded part at the end of the page, which no script has to fetch: a
browser refuses that from a folder.
"""

import html
import re

from docutils import nodes

TERM = re.compile(r'href="[^"]*glossary\.html#(term-[^"]+)"')
GLOSSARY = "chapters/glossary"


def setup(app):
    """Register with Sphinx."""
    app.connect("env-updated", renew_tips)
    app.connect("html-page-context", add_tips)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def renew_tips(app, env):
    """Write every page again after a change of the glossary."""
    said = env.get_doctree(GLOSSARY).astext() if GLOSSARY in env.found_docs else ""
    before, env.course_glossary = getattr(env, "course_glossary", None), said
    return [] if before == said else sorted(env.found_docs)


def add_tips(app, pagename, templatename, context, doctree):
    """Put the definitions of the terms that a page links at its end."""
    if doctree is None or pagename == GLOSSARY or GLOSSARY not in app.env.found_docs:
        return
    found = definitions(app.env.get_doctree(GLOSSARY))
    tips = []
    for term in sorted(set(TERM.findall(context["body"])) & found.keys()):
        said = app.builder.render_partial(found[term])["fragment"]
        tips.append(f'<div id="tip-{html.escape(term)}">{said}</div>')
    if tips:
        context["body"] += f'<div class="tips" hidden>{"".join(tips)}</div>'


def definitions(glossary):
    """Return the first paragraph of each entry by the id of its term, its links as plain text."""
    found = {}
    for entry in glossary.findall(nodes.definition_list_item):
        said = entry[-1][0].deepcopy()
        for link in list(said.findall(lambda node: node.tagname in ("pending_xref", "reference"))):
            link.replace_self(nodes.Text(link.astext()))
        for term in entry.findall(nodes.term):
            found |= dict.fromkeys(term["ids"], said)
    return found
