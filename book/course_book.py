"""Sphinx extension of the course: quizzes, notebook outputs in chapters, the execution cache."""

import hashlib
import html
import json
import os
import platform
import re
import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import address
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

# What an executed notebook depends on beside its own cells.
NOTEBOOK_INPUTS = ("course_lib", "data", "requirements.txt")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("quiz", Quiz)
    app.add_directive("notebook-output", NotebookOutput)
    app.add_directive("build-status", BuildStatus)
    app.add_directive("chapter-map", ChapterMap)
    app.add_node(PendingOutput)
    app.add_post_transform(InsertNotebookOutputs)
    app.add_post_transform(LinkTerms)
    app.add_post_transform(LinkPictures)
    if address.repository():
        app.setup_extension("sphinx_sitemap")  # a map of the site needs to know where it is
    app.connect("config-inited", name_execution_cache, priority=100)
    app.connect("config-inited", point_to_address, priority=100)
    app.connect("builder-inited", write_quiz_assets)
    app.connect("env-before-read-docs", renew_status)
    app.connect("html-page-context", add_quiz_assets)
    app.connect("env-get-outdated", renew_all)
    app.connect("build-finished", mend_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


# --- Execution cache -------------------------------------------------------------------------


def execution_cache(root):
    """Return the folder of executed notebooks, named by a hash of what they import and read.

    The stock cache looks at a notebook's cells only, so it would show stale outputs after a change
    in the library.
    """
    digest = hashlib.sha256()
    for name in NOTEBOOK_INPUTS:
        for path in sorted(_files(root / name)):
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return root / "_build" / "execution" / digest.hexdigest()[:16]


def name_execution_cache(app, config):
    """Let Sphinx read executed notebooks from there; remove the folders of older states."""
    current = execution_cache(Path(app.srcdir))
    if current.parent.is_dir():
        for old in current.parent.iterdir():
            if old != current:
                shutil.rmtree(old)
    config.nb_execution_cache_path = str(current)


def _files(path):
    if path.is_file():
        return [path]
    return [p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts]


# --- The repository's address ------------------------------------------------------------------


def point_to_address(app, config):
    """Show launch buttons and canonical addresses once there is an address to point to."""
    config.notfound_urls_prefix = "/"
    url = address.repository()
    if url:
        site = address.pages(url)
        config.html_baseurl = config.ogp_site_url = site
        config.notfound_urls_prefix = urlsplit(site).path
        config.sitemap_url_scheme = "{link}"
        config.html_theme_options["repository_url"] = url
        config.html_theme_options["repository_branch"] = "main"
        config.html_theme_options["use_repository_button"] = True
        config.html_theme_options["launch_buttons"] = {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        }


# --- Quizzes ---------------------------------------------------------------------------------


class Quiz(SphinxDirective):
    """Show the questions of ``chapters/quizzes/SLUG.json``, or those named in ``:only:``."""

    required_arguments = 1
    option_spec = {"only": directives.unchanged_required}

    def run(self):
        """Return the quiz as raw HTML: the questions as JSON, drawn by the script of the page."""
        slug = self.arguments[0]
        path = Path(self.env.srcdir) / "chapters" / "quizzes" / f"{slug}.json"
        self.env.note_dependency(str(path))
        if not path.is_file():
            raise self.error(f"quiz: no questions at chapters/quizzes/{slug}.json")
        questions = json.loads(path.read_text(encoding="utf-8"))
        if "only" in self.options:
            by_id = {question["id"]: question for question in questions}
            wanted = self.options["only"].split()
            missing = [name for name in wanted if name not in by_id]
            if missing:
                raise self.error(f"quiz: {path.name} has no question {', '.join(missing)}")
            questions = [by_id[name] for name in wanted]
        number = self.env.new_serialno("quiz")
        self.env.metadata[self.env.docname]["quiz"] = True
        attributes = {
            "class": "course-quiz",
            "id": f"quiz-{slug}-{number}",
            "data-questions": json.dumps(questions, ensure_ascii=False),
            # jupyterquiz reads its options from these.
            "data-numquestions": str(len(questions)),
            "data-shufflequestions": "False",
            "data-shuffleanswers": "True",
            "data-preserveresponses": "false",
            "data-maxwidth": "900",
        }
        opening = " ".join(f'{name}="{html.escape(text)}"' for name, text in attributes.items())
        hint = f"The {len(questions)} questions of this quiz need JavaScript."
        content = f"<div {opening}><noscript>{hint}</noscript></div>"
        return [nodes.raw("", content, format="html")]


def write_quiz_assets(app):
    """Bundle jupyterquiz's own scripts and style once, instead of once in each quiz."""
    if app.builder.format != "html":
        return
    folder = Path(app.srcdir) / "_build" / "quiz"
    folder.mkdir(parents=True, exist_ok=True)
    package = files("jupyterquiz")
    scripts = sorted(
        (p for p in (package / "js").iterdir() if p.name.endswith(".js")), key=lambda p: p.name
    )
    (folder / "jupyterquiz.js").write_text(
        "\n".join(p.read_text(encoding="utf-8") for p in scripts)
    )
    (folder / "jupyterquiz.css").write_text((package / "styles.css").read_text(encoding="utf-8"))
    app.config.html_static_path.append(str(folder))


def add_quiz_assets(app, pagename, templatename, context, doctree):
    """Load the quiz scripts on pages that hold a quiz, and nowhere else."""
    if app.env.metadata.get(pagename, {}).get("quiz"):
        app.add_css_file("jupyterquiz.css", priority=700)
        app.add_css_file("quiz.css", priority=800)
        app.add_js_file("jupyterquiz.js")
        app.add_js_file("quiz.js")


# --- Outputs of a notebook in a chapter --------------------------------------------------------


class PendingOutput(nodes.General, nodes.Element):
    """Stands for a notebook's output until every notebook has been read."""


class NotebookOutput(SphinxDirective):
    """Show the outputs of the cell with metadata ``name: NAME`` of ``notebooks/SLUG.ipynb``."""

    required_arguments = 2
    has_content = True

    def run(self):
        """Return a placeholder, and the body as its caption."""
        slug, name = self.arguments
        docname = f"notebooks/{slug}"
        self.env.note_dependency(str(Path(self.env.srcdir) / f"{docname}.ipynb"))
        pending = PendingOutput(docname=docname, name=name)
        self.set_source_info(pending)
        box = nodes.container("", pending, classes=["notebook-output"])
        if self.content:
            caption = nodes.container(classes=["notebook-output-caption"])
            self.state.nested_parse(self.content, self.content_offset, caption)
            box += caption
        return [box]


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


# --- Links that no author writes ---------------------------------------------------------------


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
        while node.parent is not None:
            node = node.parent
            if isinstance(node, self.SKIPPED) or "objectives" in node.get("classes", []):
                return True
        return False


class LinkPictures(SphinxPostTransform):
    """Link each picture to its own file, in which a reader can enlarge it."""

    default_priority = 900  # after outputs of notebooks have found their pictures

    def run(self, **kwargs):
        """Give pictures a scale: Sphinx links those that have one."""
        for image in self.document.findall(nodes.image):
            image.setdefault("scale", 100)


# --- Map of the chapters -----------------------------------------------------------------------


class ChapterMap(SphinxDirective):
    """List the chapters that have a notebook, with what their first box says: needs and times."""

    def run(self):
        """Return one list for each part of the contents, and the sum of the times."""
        source = Path(self.env.srcdir)
        toc = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
        self.env.note_dependency(str(source / "_toc.yml"))
        lines, minutes, seconds = [], 0, 0
        for part in toc["parts"]:
            chapters = [entry["file"] for entry in part["chapters"] if "sections" in entry]
            if chapters:
                lines += [f"**{part['caption']}**", ""]
            for name in chapters:
                path = source / f"{name}.md"
                self.env.note_dependency(str(path))
                text = path.read_text(encoding="utf-8")
                title = re.search(r"^# (.+)$", text, re.MULTILINE)
                needs = re.search(r"^\*\*You need\*\* (.+)$", text, re.MULTILINE)
                times = re.search(r"about (\d+) minutes.* about (\d+) s\.$", text, re.MULTILINE)
                if not (title and needs and times):
                    raise self.error(f'chapter-map: {name}.md has no title, "You need" or times')
                minutes, seconds = minutes + int(times[1]), seconds + int(times[2])
                # Links in the box start from its own folder.
                needed = needs[1].replace("](../", "](").replace("](", "](chapters/")
                needed = needed.replace("](chapters/notebooks/", "](notebooks/")
                lines += [
                    f"[{title[1]}]({name}.md)",
                    f": {times[1]} minutes, notebook {times[2]} s. You need {needed}",
                    "",
                ]
        hours = f"{minutes / 60:.0f} hours of reading"
        lines.append(f"In all about {hours}; the notebooks run in {seconds / 60:.0f} minutes.")
        box = nodes.container(classes=["chapter-map"])
        self.state.nested_parse(StringList(lines, source="_toc.yml"), 0, box)
        return [box]


# --- Status of the build -----------------------------------------------------------------------

STATUS_PACKAGES = ("tensorflow", "keras", "numpy", "scikit-learn", "scikit-image", "jupyter-book")


class BuildStatus(SphinxDirective):
    """Say when, on which machine and with which versions the book was built."""

    def run(self):
        """Return a list of facts."""
        self.env.metadata[self.env.docname]["build_status"] = True
        facts = {
            "Date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "Machine": f"{os.cpu_count()} CPU cores, {platform.machine()}, {platform.system()}",
            "Python": platform.python_version(),
            **{name: version(name) for name in STATUS_PACKAGES},
        }
        items = [
            nodes.list_item("", nodes.paragraph("", f"{name}: {fact}"))
            for name, fact in facts.items()
        ]
        return [nodes.bullet_list("", *items)]


def renew_status(app, env, docnames):
    """Read the status page again whenever a page changed, since it tells of this build."""
    for name, metadata in env.metadata.items():
        if docnames and metadata.get("build_status") and name not in docnames:
            docnames.append(name)


# --- What the theme leaves to mend -------------------------------------------------------------

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


# --- Changes that Sphinx does not see ----------------------------------------------------------


def renew_all(app, env, added, changed, removed):
    """Write every page again after a change in this folder: it makes a part of each."""
    digest = hashlib.sha256()
    for path in sorted(_files(Path(app.srcdir) / "book")):
        digest.update(path.read_bytes())
    before, env.course_digest = getattr(env, "course_digest", None), digest.hexdigest()
    return set() if before == env.course_digest else env.found_docs
