"""Quizzes: the questions of a JSON file, drawn by the page."""

import html
import json
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from extension.questions import load


def setup(app):
    """Register with Sphinx."""
    app.add_directive("quiz", Quiz)
    app.connect("builder-inited", write_quiz_assets)
    app.connect("html-page-context", add_quiz_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Quiz(SphinxDirective):
    """Show the questions of ``chapters/quizzes/SLUG.json``, or those named in ``:only:``."""

    required_arguments = 1
    option_spec = {"only": directives.unchanged_required}

    def run(self):
        """Return the quiz as raw HTML: the questions as JSON, drawn by the script of the page."""
        slug = self.arguments[0]
        path = Path(self.env.srcdir) / "chapters" / "quizzes" / f"{slug}.json"
        self.env.note_dependency(str(path))
        try:
            questions = load(path)
        except FileNotFoundError:
            raise self.error(f"quiz: no questions at chapters/quizzes/{slug}.json") from None
        except ValueError as error:
            raise self.error(f"quiz: {error}") from None
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
