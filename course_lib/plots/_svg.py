"""A Matplotlib figure as an SVG that stands in a page and follows its theme.

Each colour of the course is written as a CSS variable with itself as the fallback: in JupyterLab
and Colab a figure is a white panel, in the book its colours are those of the page, light or dark.
"""

import base64
import io
import re

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

# What the style sheet of the book sets, for each theme, and the colour without it.
VARIABLES = {
    "#0072b2": "input",
    "#009e73": "code",
    "#d55e00": "output",
    "#5f6670": "baseline",
    "#1a1a1a": "figure-ink",
    "#ffffff": "figure-ground",
    "#e2e4e8": "figure-grid",
    "#8f3a86": "figure-plum",
    "#c9a000": "figure-amber",
    "#3f9ad6": "figure-sky",
}
# Colours of classes are those of letters and marks: a step nearer to ink, so that all can be seen.
CLASSES = ("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6")
CLASSES += ("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd")
INK = "var(--figure-ink, #1a1a1a)"
SHARP = 80  # pixels: a picture narrower than this is drawn as squares, a wider one smoothly
SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "course", "savefig.facecolor": "auto"}
SETTINGS |= {"font.sans-serif": ["Arial", "Helvetica", "DejaVu Sans"]}
DENSITY = 220  # dots per inch of pictures that Matplotlib draws at the size on the page


def themed(figure: Figure) -> str:
    """Return the figure as SVG, its size in the pixels of a screen."""
    buffer = io.StringIO()
    with mpl.rc_context(SETTINGS):
        unsaid = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(buffer, format="svg", dpi=DENSITY, bbox_inches=None, metadata=unsaid)
    drawing = buffer.getvalue()
    width, height = (96 * inches for inches in figure.get_size_inches())
    box = re.search(r'viewBox="([^"]*)"', drawing)[1]
    body = drawing[drawing.index("</style>") :]
    body = body[body.index("</defs>") + len("</defs>") :]
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    # Names that Matplotlib counts anew in every figure would stand twice in a page.
    body = re.sub(r' id="[a-zA-Z0-9.]+_\d+"', "", body)
    body = re.sub(r' (?:d|x|y)="[^"]*"', _rounded, body)
    body = re.sub(r"<image [^>]*>", _compact, body)
    body = body.replace("xlink:href", "href")
    body = re.sub(r"#[0-9a-f]{6}(?![0-9a-zA-Z_])", _variable, body)
    letters = r"(<text [^>]*fill: )(var\((?!--figure-ink)[^)]*\))"
    body = re.sub(letters, rf"\1color-mix(in srgb, \2 70%, {INK})", body)
    body = re.sub(r"\s*\n\s*", "\n", body)
    body = re.sub(r'(?:<use [^>]* style="([^"]*)"/>\n)(?:<use [^>]* style="\1"/>\n)+', _alike, body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:.0f}" '
        f'height="{height:.0f}" fill="{INK}" style="stroke-linejoin: round; '
        f'stroke-linecap: butt; image-rendering: pixelated">{body}'
    )


def _rounded(attribute: re.Match) -> str:
    return re.sub(r"(\.\d\d)\d+", r"\1", attribute[0])


def _variable(colour: re.Match) -> str:
    if colour[0] in CLASSES:
        return f"color-mix(in srgb, {colour[0]} 75%, {INK})"
    name = VARIABLES.get(colour[0])
    return f"var(--{name}, {colour[0]})" if name else colour[0]


def _alike(marks: re.Match) -> str:
    """Give many marks their common style once."""
    style = f' style="{marks[1]}"'
    return f"<g{style}>\n{marks[0].replace(style, '')}</g>\n"


def _compact(tag: re.Match) -> str:
    """Store a grey picture as grey, and draw a photograph smoothly: shrunk, squares lose pixels."""
    content = re.search(r"base64,\s*([^\"]*)", tag[0])[1]
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    levels = np.asarray(picture.convert("RGBA"))
    if (levels[..., 3] == 255).all():
        grey = (levels[..., :1] == levels[..., :3]).all()
        picture = Image.fromarray(levels[..., 0] if grey else levels[..., :3].copy())
    buffer = io.BytesIO()
    picture.save(buffer, format="png", optimize=True)
    smaller = tag[0].replace(content, base64.b64encode(buffer.getvalue()).decode())
    smaller = smaller.replace("base64,\n", "base64,")
    style = "" if picture.width < SHARP else ' style="image-rendering: auto"'
    smaller = re.sub(r' (?:style|id)="[^"]*"', "", smaller)
    return smaller.replace("<image", f"<image{style}")
