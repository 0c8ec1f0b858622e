"""Quizzes: the questions of a JSON file as a form, which ``static/quiz.js`` brings to life.

The build writes everything, so the questions can be read before any script runs, or without one;
their texts are Markdown, so mathematics and links are those of the rest of the book.
"""

import re
import zlib
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from extension.questions import load

RIGHT = '<strong class="quiz-right">✓ Right.</strong> '
WRONG = '<strong class="quiz-wrong">✗ Wrong.</strong> '
UNREADABLE = '<strong class="quiz-wrong">✗ No number.</strong> '


def setup(app):
    """Register with Sphinx."""
    app.add_directive("quiz", Quiz)
    app.add_directive("quiz-score", QuizScore)
    app.add_directive("all-quizzes", AllQuizzes)
    app.connect("html-page-context", add_quiz_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Questions(SphinxDirective):
    """What is made from the questions of a file."""

    def questions(self, slug):
        """Return the questions of ``chapters/quizzes/SLUG.json``, each with its number."""
        path = Path(self.env.srcdir) / "chapters" / "quizzes" / f"{slug}.json"
        self.env.note_dependency(str(path))
        self.env.metadata[self.env.docname]["quiz"] = True
        try:
            questions = load(path)
        except FileNotFoundError:
            raise self.error(f"quiz: no questions at chapters/quizzes/{slug}.json") from None
        except ValueError as error:
            raise self.error(f"quiz: {error}") from None
        return [question | {"number": n} for n, question in enumerate(questions, 1)]

    def markdown(self, text):
        """Return a text as a node, its mathematics and links as in the rest of the book."""
        found, messages = self.parse_inline(text)
        return [nodes.inline("", "", *found, classes=["quiz-text"]), *messages]

    def form(self, slug, question):
        """Return the nodes of a question, its answers and the feedback to each."""
        name = f"quiz-{slug}-{question['id']}"
        kind = question["type"]
        hint = {"multiple_choice": "Choose one.", "many_choice": "Choose all that hold."}
        yield raw(
            f'<form class="quiz-question" id="{name}" data-quiz="{slug}" '
            f'data-question="{question["id"]}" data-type="{kind}"><fieldset>'
            f'<legend><span class="quiz-number">{question["number"]}.</span> '
        )
        yield from self.markdown(question["question"])
        yield raw(f' <span class="quiz-hint">{hint.get(kind, "")}</span></legend>')
        if kind == "numeric":
            yield from self.numbers(name, question)
        else:
            for option in shuffled(question["answers"]):
                yield from self.option(name, kind, option)
        yield raw(
            '<div class="quiz-actions"><button type="submit">Check</button>'
            '<button type="button" class="quiz-show" hidden>Show the answer</button>'
            '<p class="quiz-verdict" role="status"></p></div>'
        )
        if "taught" in question:
            yield raw('<p class="quiz-taught" hidden>Taught in ')
            yield from self.markdown(question["taught"])
            yield raw("</p>")
        revive = "reviveQuiz(document.currentScript.previousElementSibling)"
        yield raw(f"</fieldset></form><script>{revive}</script>")

    def option(self, name, kind, option):
        """Return the nodes of one answer to choose, with its feedback inside."""
        key = digest(option)
        control = "checkbox" if kind == "many_choice" else "radio"
        yield raw(
            f'<div class="quiz-option"><label><input type="{control}" name="{name}" value="{key}"'
            f' aria-describedby="{name}-{key}"{" data-correct" if option["correct"] else ""}> '
        )
        yield from self.markdown(option["answer"])
        yield raw(
            f'</label><div aria-live="polite" id="{name}-{key}"><p class="quiz-feedback" hidden>'
            f"{RIGHT if option['correct'] else WRONG}"
        )
        yield from self.markdown(option["feedback"])
        yield raw("</p></div></div>")

    def numbers(self, name, question):
        """Return the nodes of the field for a number, and the feedback to each foreseen one."""
        # The decimal keyboard of some phones has no minus sign.
        negative = any(answer.get("value", 0) < 0 for answer in question["answers"])
        yield raw(
            '<label class="quiz-answer">Your answer <input type="text" autocomplete="off" '
            f'inputmode="{"text" if negative else "decimal"}" '
            f'data-precision="{question.get("precision", "")}" '
            f'aria-describedby="{name}-feedback"></label>'
            f'<div aria-live="polite" id="{name}-feedback">'
        )
        for answer in question["answers"]:
            low, high = answer.get("range", [answer.get("value", "")] * 2)
            correct = answer.get("correct", False)
            yield raw(
                f'<p class="quiz-feedback" data-low="{low}" data-high="{high}"'
                f"{' data-correct' if correct else ''} hidden>{RIGHT if correct else WRONG}"
            )
            yield from self.markdown(answer["feedback"])
            yield raw("</p>")
        yield raw(
            f'<p class="quiz-feedback quiz-unreadable" hidden>{UNREADABLE}'
            "Write one, such as 12 or 0.5, without a unit.</p></div>"
        )

    def score(self, slug):
        """Return the line that says how many answers are right, and forgets them when told."""
        yield raw(
            f'<div class="quiz-score" data-quiz="{slug}"><p role="status"></p>'
            '<button type="button">Forget my answers</button>'
            "<small>They stay on this device.</small></div>"
        )


class Quiz(Questions):
    """Ask the questions of ``chapters/quizzes/SLUG.json``, or those named in ``:only:``."""

    required_arguments = 1
    option_spec = {"only": directives.unchanged_required}

    def run(self):
        """Return the forms; behind a whole quiz also its score."""
        slug = self.arguments[0]
        questions = self.questions(slug)
        if "only" not in self.options:
            return [*self.forms(slug, questions), *self.score(slug)]
        by_id = {question["id"]: question for question in questions}
        wanted = self.options["only"].split()
        missing = [name for name in wanted if name not in by_id]
        if missing:
            raise self.error(f"quiz: {slug}.json has no question {', '.join(missing)}")
        return self.forms(slug, [by_id[name] for name in wanted])

    def forms(self, slug, questions):
        """Return the nodes of some questions."""
        return [node for question in questions for node in self.form(slug, question)]


class QuizScore(Questions):
    """Say which share of ``SLUG.json`` is answered right, in all and for each page that teaches it.

    The content is a list of links, one to each page.
    """

    required_arguments = 1
    has_content = True

    def run(self):
        """Return the score and the list, whose counts the script of the page writes."""
        box = nodes.container(classes=["quiz-pages"])
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box, *self.score(self.arguments[0])]


class AllQuizzes(Questions):
    """Show the questions of all chapters, in the order of the contents, or their ``:answers:``."""

    option_spec = {"answers": directives.flag}

    def run(self):
        """Return a section for each chapter that has a quiz."""
        root = Path(self.env.srcdir)
        self.env.note_dependency("_toc.yml")
        contents = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
        sections = []
        for entry in (entry for part in contents["parts"] for entry in part["chapters"]):
            slug = entry["file"].removeprefix("chapters/")
            if not (root / f"chapters/quizzes/{slug}.json").is_file():
                continue
            self.env.note_dependency(f"chapters/{slug}.md")
            text = (root / f"chapters/{slug}.md").read_text(encoding="utf-8")
            title = re.search(r"^# (.+)$", text, re.MULTILINE)[1]
            section = nodes.section("", nodes.title("", title), ids=[f"all-{slug}"], names=[title])
            show = self.key if "answers" in self.options else self.form
            for question in self.questions(slug):
                section += list(show(slug, question))
            sections.append(section)
        return sections if "answers" in self.options else [*sections, *self.score("")]

    def key(self, slug, question):
        """Return the nodes of the right answers to a question, with the reason."""
        yield raw(f'<div class="quiz-key"><p>{question["number"]}. ')
        yield from self.markdown(question["question"])
        yield raw("</p><ul>")
        for answer in shuffled(question["answers"]):
            if answer.get("correct"):
                number = f"{answer['value']:,}" if "value" in answer else ""
                yield raw("<li><strong>")
                yield from self.markdown(answer.get("answer", number))
                yield raw("</strong><br>")
                yield from self.markdown(answer["feedback"])
                yield raw("</li>")
        yield raw("</ul></div>")


def raw(text):
    """Return HTML as a node."""
    return nodes.raw("", text, format="html")


def digest(answer):
    """Return a short name of an answer that holds as long as its words do."""
    words = str(answer.get("answer", answer))
    return f"{zlib.crc32(words.encode()):08x}"


def shuffled(answers):
    """Return answers in an order without a pattern, the same in every build and on paper."""
    return sorted(answers, key=digest)


def add_quiz_assets(app, pagename, templatename, context, doctree):
    """Load the script and style of quizzes on pages that hold one, and nowhere else."""
    if app.env.metadata.get(pagename, {}).get("quiz"):
        app.add_css_file("quiz.css", priority=800)
        app.add_js_file("quiz.js")
