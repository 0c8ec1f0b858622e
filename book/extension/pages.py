"""Pages as a whole: what the theme leaves to mend, and when all must be written again."""

import hashlib
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", renew_all)
    app.connect("env-updated", renew_navigation)
    app.connect("build-finished", remove_orphans)
    app.connect("html-page-context", note_written)
    app.connect("build-finished", mend_pages)
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# Pages that Sphinx makes without a source.
UNWRITTEN_PAGES = {"genindex", "search", "404", "py-modindex"}

# What no template or node of the theme lets us change.
MENDED = {
    "the arrow that opens a chapter in the contents has no name": (
        re.compile("<summary><span"),
        '<summary aria-label="Pages of this chapter"><span',
    ),
    "entries of a bibliography are no list items, so their box is no list": (
        re.compile('<div role="list" class="citation-list">'),
        '<div class="citation-list">',
    ),
    "half a megabyte draws icons that the style sheet has already": (
        re.compile("<script [^>]*scripts/fontawesome.js[^>]*></script>"),
        "",
    ),
}


def note_written(app, pagename, templatename, context, doctree):
    """Count the pages that this build writes."""
    if doctree is not None:
        app.env.course_written = getattr(app.env, "course_written", set()) | {pagename}


def mend_pages(app, exception):
    """Help screen readers, and readers on a slow line, in the pages as written."""
    if exception or app.builder.format != "html":
        return
    used = set()
    for path in _written(Path(app.outdir)):
        before = after = path.read_text(encoding="utf-8")
        for fault, (wrong, right) in MENDED.items():
            after, count = wrong.subn(right, after)
            used |= {fault} if count else set()
        if after != before:
            path.write_text(after, encoding="utf-8")
    # Pages of an earlier build are mended already: only a build of all of them can judge.
    if getattr(app.env, "course_written", set()) >= app.env.found_docs:
        for fault in MENDED.keys() - used:
            logger.warning("a rule of %s matches no page: %s", __name__, fault)


def visit_image(self, node):
    """Write a picture whose place is kept free until a reader comes near and it is fetched."""
    node["loading"] = "lazy"
    type(self).visit_image(self, node)
    width, height = (str(node.get(key, "")) for key in ("width", "height"))
    if width.isdigit() and height.isdigit():
        size = f'<img width="{width}" height="{height}" '
        self.body[-1] = self.body[-1].replace("<img ", size, 1)


def depart_image(self, node):
    """Do what the theme's own translator does."""
    type(self).depart_image(self, node)


def renew_all(app, env, added, changed, removed):
    """Write every page again after a change in this folder: it makes a part of each."""
    digest = hashlib.sha256()
    for path in sorted((Path(app.srcdir) / "book").rglob("[!.]*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    before, env.course_digest = getattr(env, "course_digest", None), digest.hexdigest()
    return set() if before == env.course_digest else env.found_docs


def renew_navigation(app, env):
    """Write every page again after a change of the contents or of a title: each page lists them."""
    contents = (Path(app.srcdir) / "_toc.yml").read_text(encoding="utf-8")
    shown = contents, {name: title.astext() for name, title in env.titles.items()}
    before, env.course_navigation = getattr(env, "course_navigation", None), shown
    return [] if before == shown else sorted(env.found_docs)


def remove_orphans(app, exception):
    """Remove the pages whose source is gone, and what was made of it."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    pages = {page.relative_to(site).with_suffix("").as_posix(): page for page in _written(site)}
    for name in pages.keys() - app.env.found_docs - UNWRITTEN_PAGES:
        pages[name].unlink()
        for source in (site / "_sources").glob(f"{name}.*"):
            source.unlink()


def _written(site):
    """Return the pages of the site, without what extensions keep beside them."""
    return [page for page in site.rglob("*.html") if page.relative_to(site).parts[0][0] != "_"]
