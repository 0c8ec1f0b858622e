"""Pictures of an explorer's start, for the time before its script runs.

They are SVG on a light panel, so that they can stand as an image on a page of either theme.
"""

from __future__ import annotations

import base64
import html
import io

import numpy as np
from PIL import Image

INK, MUTED, ACCENT = "#1a1a1a", "#5f6670", "#b34700"


def svg(width: float, height: float, *parts: str) -> str:
    """Return an SVG document with a light panel behind its parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" rx="6" fill="#f4f4f4"/>{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK) -> str:
    """Return words at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">'
        f"{html.escape(words)}</text>"
    )


def picture(x: float, y: float, width: float, image: np.ndarray, cmap: str) -> str:
    """Return an image (height, width[, channels]) of values in [0, 1], drawn `width` wide."""
    height = width * image.shape[0] / image.shape[1]
    data = base64.b64encode(png(grey_levels(image, cmap))).decode()
    return (
        f'<image x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" '
        f'style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>'
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="none" '
        f'stroke="{MUTED}"/>'
    )


def code_map(
    x: float, y: float, size: float, points: np.ndarray, labels: list[str], at: np.ndarray
) -> str:
    """Return a map of points in [-1, 1] with the current place marked."""
    place = x + size * (points[:, 0] + 1) / 2, y + size * (1 - points[:, 1]) / 2
    short = len(points) <= 60 and max(map(len, labels)) <= 3
    step = -(-len(points) // 400)
    marks = [
        text(px, py + 4, label, anchor="middle")
        if short
        else f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2" fill="#0072b2"/>'
        for px, py, label in list(zip(*place, labels, strict=True))[::step]
    ]
    cx, cy = x + size * (at[0] + 1) / 2, y + size * (1 - at[1]) / 2
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{size:g}" height="{size:g}" fill="#fff" '
        f'stroke="{MUTED}"/>{"".join(marks)}'
        f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="7" fill="none" stroke="{ACCENT}" '
        f'stroke-width="3"/>'
    )


def grey_levels(image: np.ndarray, cmap: str) -> np.ndarray:
    """Return bytes (height, width, 3) as the browser paints them."""
    image = np.clip(image if image.ndim == 3 else image[..., None], 0, 1)
    image = 1 - image if cmap == "gray_r" else image
    return np.broadcast_to(np.rint(image * 255).astype("u1"), (*image.shape[:2], 3))


def png(pixels: np.ndarray) -> bytes:
    """Return 8-bit RGB pixels (height, width, 3) as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()
