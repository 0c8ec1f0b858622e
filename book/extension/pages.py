"""Pages as a whole: what the theme leaves to mend, and when all must be written again."""

import hashlib
import re
from pathlib import Path


def setup(app):
    """Register with Sphinx."""
    app.connect("env-get-outdated", renew_all)
    app.connect("env-updated", renew_navigation)
    app.connect("build-finished", remove_orphans)
    app.connect("build-finished", mend_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# Pages that Sphinx makes without a source.
UNWRITTEN_PAGES = {"genindex", "search", "404", "py-modindex"}

MENDED = [
    # The arrow that opens a chapter in the table of contents has no name.
    (re.compile("<summary><span"), '<summary aria-label="Pages of this chapter"><span'),
    # Entries of a bibliography are no list items, so their box is no list.
    (
        re.compile('<div role="list" class="citation-list">'),
        '<div class="citation-list">',
    ),
    # Half a megabyte that draws the icons a second time: the style sheet has them already.
    (re.compile("<script [^>]*scripts/fontawesome.js[^>]*></script>"), ""),
    # The state of the widgets, a second copy of what their HTML twins carry; no kernel reads it.
    (
        re.compile(
            r'<script type="application/vnd.jupyter.widget-state\+json">.*?</script>', re.DOTALL
        ),
        "",
    ),
    # The search index, which the search page loads itself (there indented by two).
    (
        re.compile(
            r'\n    <script src="[^"]*(searchtools|language_data|searchindex)\.js"></script>'
        ),
        "",
    ),
    # A picture far below is fetched when the reader comes near it. Until then its size keeps its
    # place free: the page does not jump.
    (
        re.compile(
            r'(image-reference" href="[^"]*"><img) '
            r'([^>]* style="width: (\d+)\.0px; height: (\d+)\.0px;")'
        ),
        r'\1 loading="lazy" width="\3" height="\4" \2',
    ),
]


def mend_pages(app, exception):
    """Help screen readers, and readers on a slow line, in the pages as written."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        before = after = path.read_text(encoding="utf-8")
        for wrong, right in MENDED:
            after = wrong.sub(right, after)
        if after != before:
            path.write_text(after, encoding="utf-8")


def renew_all(app, env, added, changed, removed):
    """Write every page again after a change in this folder: it makes a part of each."""
    digest = hashlib.sha256()
    for path in sorted((Path(app.srcdir) / "book").rglob("*")):
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
