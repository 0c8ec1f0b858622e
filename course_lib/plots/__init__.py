"""The pictures that several notebooks draw, each returned as a Matplotlib figure.

The figures are made without pyplot: a notebook shows one where it ends a cell, once, and nothing
stays open. They carry no title; the text around them says what they show. Each is an SVG: a white
panel in JupyterLab and Colab, in the colours of the page in the book.
"""

from course_lib.plots.images import error_map, image_grid, picture_columns
from course_lib.plots.latent import class_panels, latent_classes, latent_map
from course_lib.plots.lines import LINES, MARKERS, curves, seed_points
from course_lib.plots.style import (
    BASELINE,
    CODE,
    INK,
    INPUT,
    OUTPUT,
    PAGE,
    PALETTE,
    PALETTE_10,
    STYLE,
    figure,
    name_lines,
)

__all__ = [
    "BASELINE",
    "CODE",
    "INK",
    "INPUT",
    "LINES",
    "MARKERS",
    "OUTPUT",
    "PAGE",
    "PALETTE",
    "PALETTE_10",
    "STYLE",
    "class_panels",
    "curves",
    "error_map",
    "figure",
    "image_grid",
    "latent_classes",
    "latent_map",
    "name_lines",
    "picture_columns",
    "seed_points",
]
