"""The pictures that several notebooks draw, each returned as a Matplotlib figure.

The figures are made without pyplot: a notebook shows one where it ends a cell, once, and nothing
stays open. They carry no title; the text around them says what they show. All of them have a white
panel, so that they read on a dark page too.
"""

from course_lib.plots.images import error_map, image_grid, picture_columns
from course_lib.plots.latent import latent_classes, latent_map
from course_lib.plots.lines import LINES, MARKERS, curves, seed_points
from course_lib.plots.style import INK, PALETTE, PALETTE_10, STYLE, figure

__all__ = [
    "INK",
    "LINES",
    "MARKERS",
    "PALETTE",
    "PALETTE_10",
    "STYLE",
    "curves",
    "error_map",
    "figure",
    "image_grid",
    "latent_classes",
    "latent_map",
    "picture_columns",
    "seed_points",
]
