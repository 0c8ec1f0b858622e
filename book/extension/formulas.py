"""Room for formulas: MathJax sets them after the page is there, and the page must not jump."""

import html
import re

INLINE = re.compile(r'<span class="math notranslate nohighlight">(\\\(.*?\\\)</span>)', re.DOTALL)
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"([^>]*>.*?\\\[(.*?)\\\])', re.DOTALL
)
SILENT = re.compile(
    r"\\(?:math|text|operator|[bB]igg?|left|right|hat|bar|tilde|widehat|[,;!: ])[a-z]*"
)
SPACED = re.compile(
    r"\\(?:approx|sim|le|ge|in|to|mid|cdot|times|pm|quad|qquad|neq|ll|gg|mapsto)\b|[=<>+]"
)
HIGH = re.compile(r"\\(?:d?frac|sum|int|prod|binom|max|min|sqrt|underbrace|lVert)")
NAMED = re.compile(r"\\(log|ln|exp|max|min|tanh|cos|sin|det|dim)\b")
# Fitted to the formulas of six chapters, in em of the text around them.
EDGE, GLYPH, SPACE = 0.15, 0.53, 0.87
LINE, HIGH_LINE = 1.45, 2.9


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", make_room)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def make_room(app, pagename, templatename, context, doctree):
    """Tell the style sheet about how wide and high the formulas of a page will be."""
    if "body" in context:
        body = INLINE.sub(
            lambda found: (
                f'<span class="math notranslate nohighlight" '
                f'style="--wide: {width(found[1][2:-9]):.1f}em">{found[1]}'
            ),
            context["body"],
        )
        context["body"] = DISPLAY.sub(
            lambda found: (
                f'<div class="math notranslate nohighlight" '
                f'style="--high: {height(found[2]):.1f}em"{found[1]}'
            ),
            body,
        )


def width(tex):
    r"""Return about how wide a formula is, in em.

    Examples
    --------
    >>> width("x") < width(r"\hat x_1") < width(r"\hat x = x_1 + x_2") < 6
    True
    """
    tex = SILENT.sub("", html.unescape(tex))
    glyphs = re.sub(r"[{}_^\\\s&]", "", re.sub(r"\\[a-zA-Z]+", "x", NAMED.sub(r"\1", tex)))
    return EDGE + GLYPH * len(glyphs) + SPACE * len(SPACED.findall(tex))


def height(tex):
    r"""Return about how high a formula on a line of its own is, in em.

    Examples
    --------
    >>> height("a = b") < height(r"a = \frac{b}{c}") < height(r"a &= \frac{b}{c} \\ d &= e")
    True
    """
    rows = re.split(r"\\\\", html.unescape(tex))
    return sum(HIGH_LINE if HIGH.search(row) else LINE for row in rows)
