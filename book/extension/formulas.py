"""Room for formulas: MathJax sets them after the page is there, and the page must not jump."""

import html
import re

INLINE = re.compile(r'<span class="math notranslate nohighlight">(\\\(.*?\\\)</span>)', re.DOTALL)
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"([^>]*>.*?\\\[(.*?)\\\])', re.DOTALL
)
# Kinds of signs and how wide one is, in em of the text around; what a kind found the next leave.
# Least squares on 811 formulas within lines of text: half of the widths are true to 0.25 em.
KINDS = [
    (re.compile(pattern), wide)
    for pattern, wide in [
        (r"\\(?:log|ln|exp|max|min|tanh|cos|sin|det|dim)(?![a-z])", 1.46),
        (r"\\(?:approx|sim|leq?|geq?|in|to|mid|neq?|ll|gg|mapsto|propto)(?![a-z])|[=<>]", 1.48),
        (r"\\(?:cdot|times|pm|odot)(?![a-z])|(?<=[\w)}\]|])\s*[+-]", 1.23),
        (r"\\(?:sum|prod|int)(?![a-z])", 1.55),
        (
            r"\\(?:math|text|operator|[bB]igg?|left|right|hat|bar|tilde|widehat)[a-z]*"
            r"|\\[,;!: ]|\\q?quad|[{}&]",
            0,
        ),
        (
            r"\\(?:alpha|beta|gamma|delta|(?:var)?epsilon|lambda|mu|rho|sigma|theta|phi)(?![a-z])",
            0.6,
        ),
        (r"\\[a-zA-Z]+|[A-Z]", 0.88),
        (r"[a-z]", 0.54),
        (r"\d", 0.51),
        (r",", 0.69),
        (r"\S", 0.45),
    ]
]
EDGE, SCRIPT_SIZE = 0.1, 0.7
FRACTION = re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}")
SCRIPT = re.compile(r"[_^](\{[^{}]*\}|\\[a-zA-Z]+|.)")
HIGH = re.compile(r"\\(?:d?frac|sum|int|prod|binom|max|min|sqrt|underbrace|lVert)")
# Fitted to the formulas of six chapters, in em of the text around them.
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
                f'style="--wide: {width(found[1][2:-9]):.2f}em">{found[1]}'
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
    tex = html.unescape(tex).replace("{,}", ".")
    tex = FRACTION.sub(lambda found: max(found[1], found[2], key=len), tex)
    scripts = " ".join(found[1] for found in SCRIPT.finditer(tex))
    return EDGE + _signs(SCRIPT.sub(" ", tex)) + SCRIPT_SIZE * _signs(scripts)


def _signs(tex):
    total = 0
    for pattern, wide in KINDS:
        tex, count = pattern.subn(" ", tex)
        total += wide * count
    return total


def height(tex):
    r"""Return about how high a formula on a line of its own is, in em.

    Examples
    --------
    >>> height("a = b") < height(r"a = \frac{b}{c}") < height(r"a &= \frac{b}{c} \\ d &= e")
    True
    """
    rows = re.split(r"\\\\", html.unescape(tex))
    return sum(HIGH_LINE if HIGH.search(row) else LINE for row in rows)
