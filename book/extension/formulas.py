"""Room for formulas: MathJax sets them after the page is there, and the page must not jump."""

import html
import re

INLINE = re.compile(r'<span class="math notranslate nohighlight">(\\\(.*?\\\)</span>)', re.DOTALL)
DISPLAY = re.compile(
    r'<div class="math notranslate nohighlight"([^>]*>.*?\\\[(.*?)\\\])', re.DOTALL
)
# Widths in MathJax's faces, in thousandths of an em; the space around an operator is part of it.
WIDTHS = r"""
a 529 b 429 c 433 d 520 e 466 f 550 g 477 h 576 i 345 j 412 k 521 l 298 m 878 n 600 o 485 p 503
q 446 r 451 s 469 t 361 u 572 v 485 w 716 x 572 y 490 z 465 A 750 B 759 C 760 D 828 E 764 F 643
G 786 H 888 I 504 J 555 K 849 L 681 M 1051 N 888 O 763 P 642 Q 791 R 759 S 613 T 704 U 790 V 769
W 1048 X 828 Y 763 Z 723 = 1334 < 1334 > 1334 + 1222 - 1222 @ 778 , 445 ; 445 . 278
( 389 ) 389 [ 278 ] 278 | 278 / 500 ! 278 ' 275 { 0 } 0 & 0
\alpha 640 \beta 566 \gamma 543 \delta 444 \epsilon 406 \varepsilon 466 \theta 469
\lambda 583 \mu 603 \rho 517 \sigma 571 \tau 517 \phi 596 \nabla 833 \partial 566
\log 1450 \ln 1000 \exp 1650 \max 2000 \min 1830 \tanh 2220 \dim 1560 \cos 1390 \sin 1230
\cdot 722 \times 1222 \pm 1222 \odot 1222 \mid 834 \in 1223 \to 1556 \sim 1334 \approx 1334
\le 1334 \ge 1334 \ne 1334 \sum 1223 \prod 1111 \int 780 \sqrt 853 \top 778 \lVert 500
\rVert 500 \lfloor 444 \rfloor 444 \lceil 444 \rceil 444 \langle 389 \rangle 389 \dots 1172
\ldots 1172 \quad 1000 \qquad 2000 \, 167 \: 222 \; 278 \! -167 \{ 500 \} 500
""".split()
WIDTHS = dict(zip(WIDTHS[::2], map(int, WIDTHS[1::2]), strict=True))
SILENT = re.compile(
    r"\\(?:math|text|operatorname|[bB]igg?|left|right|hat|bar|tilde|widehat)[a-z]*\s*"
)
# A minus that belongs to a number has no room around it; it becomes an @.
UNARY = re.compile(r"(^|[=<>(\[,]|\\(?:cdot|to|le|ge|approx|mid)\s)(\s*)[+-]")
TOKEN = re.compile(r"\\(?:[a-zA-Z]+|.)|\S")
DIGIT, OTHER = 500, 778
# The style sheet sets formulas at 112%; MathJax scripts at 70.7% and with a little room behind.
SIZE, SCRIPT_SIZE, BEHIND = 1.12, 0.707, 50
FRACTION = re.compile(r"\\[dt]?frac\s*(\{[^{}]*\}|\d)\s*(\{[^{}]*\}|\d)")
SCRIPT = re.compile(r"[_^](\{[^{}]*\}|\\[a-zA-Z]+|.)")
BOTH = re.compile(rf"{SCRIPT.pattern}{SCRIPT.pattern}")
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
    tex = SILENT.sub("", html.unescape(tex)).replace("{,}", ".")
    tex = BOTH.sub(lambda found: "_" + max(found[1], found[2], key=len), tex)
    parts, line = SCRIPT.findall(tex), SCRIPT.sub("", tex)
    parts += [max(found, key=len) for found in FRACTION.findall(line)]
    line = UNARY.sub(r"\1\2@", FRACTION.sub("", line))
    small = sum(_advance(part) + BEHIND for part in parts)
    return SIZE * (_advance(line) + SCRIPT_SIZE * small) / 1000


def _advance(tex):
    return sum(WIDTHS.get(t, OTHER if t[0] == "\\" else DIGIT) for t in TOKEN.findall(tex))


def height(tex):
    r"""Return about how high a formula on a line of its own is, in em.

    Examples
    --------
    >>> height("a = b") < height(r"a = \frac{b}{c}") < height(r"a &= \frac{b}{c} \\ d &= e")
    True
    """
    rows = re.split(r"\\\\", html.unescape(tex))
    return sum(HIGH_LINE if HIGH.search(row) else LINE for row in rows)
