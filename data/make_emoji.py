"""Render the faces of emoji-names.csv from Noto Color Emoji and write them to emoji.npz.

Run it from anywhere, with another font file as its only argument if need be, and then
``make_checksums.py``. The bytes of emoji.npz depend on the font and, in principle, on Pillow's
resampling; ``data/README.md`` names the versions behind the stored file.
"""

import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent
FONT = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"
FONT_SIZE = 109  # the only size of this bitmap font: glyphs of 136 x 128 pixels
SQUARE = (4, 0, 132, 128)  # the 128 x 128 pixels that hold every face whole
SIDE = 20


def render(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    """Draw one emoji on black and shrink it to a grey image, (SIDE, SIDE) uint8."""
    picture = Image.new("RGBA", (136, 128), "black")
    glyph = Image.new("RGBA", picture.size)
    ImageDraw.Draw(glyph).text((0, 0), character, font=font, embedded_color=True)
    picture.alpha_composite(glyph)
    small = picture.convert("L").crop(SQUARE).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small)


if __name__ == "__main__":
    font = ImageFont.truetype(sys.argv[1] if len(sys.argv) > 1 else FONT, FONT_SIZE)
    with open(FOLDER / "emoji-names.csv", encoding="utf-8", newline="") as file:
        faces = list(csv.DictReader(file))
    characters = [chr(int(face["code point"].removeprefix("U+"), 16)) for face in faces]
    images = np.stack([render(character, font) for character in characters])
    if len(np.unique(images, axis=0)) < len(images):
        sys.exit("two of the faces look the same: the font lacks one of them")
    np.savez(FOLDER / "emoji.npz", images=images)
    print(f"{len(images)} faces, {images.min()} to {images.max()}, mean {images.mean():.1f}")
