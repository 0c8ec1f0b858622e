"""The course's 5 x 7 font, and readers of such fonts: our own text format and C headers."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from course_lib._checks import check_count, check_file, check_list
from course_lib.data.files import checked_bytes, data_folder
from course_lib.data.imageset import ImageSet

HEIGHT, WIDTH = 7, 5
CODES = range(0x60, 0x80)


def load_font() -> ImageSet:
    """Load the 32 glyphs of the course's 5 x 7 font: grave accent, a to z, braces, bar, tilde, DEL.

    Returns
    -------
    ImageSet
        images of shape (32, 7, 5), float32, 1 for ink and 0 for paper; the names are the
        characters, and "DEL" for the last.

    Raises
    ------
    FileNotFoundError, ValueError
        If the font's file is missing, or is not the one that its checksum describes.

    Examples
    --------
    >>> font = load_font()
    >>> font.images.shape, font.names[1], int(font["l"].sum())
    ((32, 7, 5), 'a', 9)
    """
    path = data_folder() / "font5x7.txt"
    try:
        checked_bytes(path)
    except ValueError as changed:
        try:
            read_font(path)
        except ValueError as malformed:
            raise ValueError(f"{changed} It is also malformed: {malformed}") from None
        raise
    return read_font(path)


def read_font(path: str | os.PathLike, codes: Iterable[int] = CODES) -> ImageSet:
    """Read a font drawn with characters, as in ``data/font5x7.txt``.

    A glyph is a header line, ``0x61 a``, and seven rows of five characters, ``#`` for ink and
    ``.`` for paper. Blank lines and lines that start with ``;`` are skipped.

    Parameters
    ----------
    path : path
        A UTF-8 text file.
    codes : iterable of int
        The code points the font must hold, each once.

    Returns
    -------
    ImageSet
        One (7, 5) float32 image for each code point, in the order of `codes`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the font is malformed; the message names the file and the line.
    """
    path = check_file("path", path)
    codes = [check_count("codes", code, least=0) for code in check_list("codes", codes)]
    glyphs = {}  # code point -> (line of its header, name, rows)
    rows = None
    lines = _text(path.read_bytes()).split("\n")
    for number, line in enumerate(lines, start=1):
        line = line.rstrip()
        if not line or line.startswith(";"):
            continue
        where = f"{path}, line {number}"
        if set(line) <= {"#", "."}:
            if rows is None:
                raise ValueError(f"{where}: a row of pixels before the first header (`0x61 a`)")
            if len(line) != WIDTH:
                raise ValueError(f"{where}: a row must be {WIDTH} wide, not {len(line)}")
            rows.append([character == "#" for character in line])
            if len(rows) > HEIGHT:
                raise ValueError(f"{where}: a glyph has {HEIGHT} rows, this is one more")
            continue
        header = re.fullmatch(r"0x([0-9a-fA-F]{1,6}) +(\S.*)", line)
        if header is None:
            raise ValueError(
                f"{where}: {line!r} is neither a row of `#` and `.` nor a header such as `0x61 a`"
            )
        _check_height(path, number, glyphs, rows)
        code = int(header[1], 16)
        if code in glyphs:
            raise ValueError(f"{where}: 0x{code:02x} was drawn before, on line {glyphs[code][0]}")
        rows = []
        glyphs[code] = (number, header[2], rows)
    _check_height(path, len(lines), glyphs, rows)
    for code in codes:
        if code not in glyphs:
            raise ValueError(
                f"{path}, line {len(lines)}: codes asks for 0x{code:02x}, missing here"
            )
    for code in glyphs.keys() - set(codes):
        raise ValueError(
            f"{path}, line {glyphs[code][0]}: 0x{code:02x} is not among the codes asked for"
        )
    images = np.array([glyphs[code][2] for code in codes], dtype=np.float32)
    return ImageSet(images.reshape(-1, HEIGHT, WIDTH), [glyphs[c][1] for c in codes])


def read_font_header(path: str | os.PathLike) -> ImageSet:
    """Read the glyphs of a C header, a row of seven 5-bit values each, as students get it.

    A row looks like ``{0x0e, 0x01, ..., 0x0d},   // 0x61, a``: the values are the lines of the
    glyph from top to bottom, bit 4 is the leftmost pixel. Declarations, blank lines and comments
    around the rows are skipped, also rows that are commented out. Every other row is read. A
    comment reaches to the end of its line and no further: in C the name of 0x5c, a backslash,
    would swallow the next row.

    Parameters
    ----------
    path : path
        A C header, in UTF-8 or Latin-1.

    Returns
    -------
    ImageSet
        images of shape (rows, 7, 5), float32 in {0, 1}. The name is what follows the code point
        in the comment; a comment without a name gives the character of that code point, and a
        row without a comment is called "row 1", "row 2" and so on.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a row is malformed (not seven hexadecimal values of at most 0x1f, or a brace is
        missing) or there is none; the message names the file and the line.
    """
    path = check_file("path", path)
    images, names = [], []
    for number, code, comment in _code_and_comments(path):
        where = f"{path}, line {number}"
        outside = re.sub(r"\{[^{}]*\}", "", code)
        if re.search(r"0[xX]\w*\s*,", outside):
            raise ValueError(f"{where}: a row must stand on one line, {{ before it and }} after it")
        rows = re.findall(r"\{([^{}]*)\}", code)
        for row in rows:
            name = _header_name(comment, where) if row is rows[-1] else ""
            images.append(_header_row(row, where))
            names.append(name or f"row {len(images)}")
    if not images:
        raise ValueError(f"{path}: this file holds no row of the form {{0x04, ...}}, // 0x60, name")
    return ImageSet(np.array(images, dtype=np.float32), names)


def _code_and_comments(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield the number of each line, its code without comments, and its last comment."""
    opened = 0  # the line on which the /* comment we are in opened
    for number, rest in enumerate(_text(path.read_bytes()).split("\n"), start=1):
        code = comment = ""
        while rest:
            if opened:
                _, closed, rest = rest.partition("*/")
                opened = 0 if closed else opened
                continue
            mark = re.search(r"//|/\*", rest)
            code += rest[: mark.start()] if mark else rest
            if mark and mark[0] == "/*":
                comment, closed, rest = rest[mark.end() :].partition("*/")
                opened = 0 if closed else number
            else:
                comment, rest = rest[mark.end() :] if mark else comment, ""
        if not code.lstrip().startswith("#"):  # a directive such as #define holds no row
            yield number, code, comment
    if opened:
        raise ValueError(f"{path}, line {opened}: this comment is never closed")


def _header_row(row: str, where: str) -> list[list[int]]:
    """Turn seven hexadecimal values into seven rows of pixels."""
    values = [value.strip() for value in re.sub(r",\s*$", "", row).split(",")]
    for value in values:
        if not re.fullmatch(r"0[xX][0-9a-fA-F]+", value):
            raise ValueError(f"{where}: {value!r} is not a hexadecimal value such as 0x1f")
        if int(value, 16) >= 2**WIDTH:
            raise ValueError(f"{where}: {value} has more than {WIDTH} bits, the width of a glyph")
    if len(values) != HEIGHT:
        raise ValueError(f"{where}: a glyph has {HEIGHT} values, this row has {len(values)}")
    return [[int(value, 16) >> bit & 1 for bit in reversed(range(WIDTH))] for value in values]


def _header_name(comment: str, where: str) -> str:
    """Return the name in a comment such as ` 0x61, a`, or the character it stands for."""
    comment = comment.strip(" \t")
    if not comment.lower().startswith("0x"):
        return comment
    parts = re.fullmatch(
        r"0[xX]([0-9a-fA-F]{1,6})(?:[ \t]*,[ \t]*(.*)|[ \t]+(.*)|)", comment, re.DOTALL
    )
    if parts is None or int(parts[1], 16) > 0x10FFFF:
        raise ValueError(
            f"{where}: {comment!r} does not start with a hexadecimal code such as 0x61"
        )
    character = chr(int(parts[1], 16))
    plain = character if character.isprintable() else f"0x{parts[1]}"
    return parts[2] or parts[3] or plain


def _text(content: bytes) -> str:
    """Decode a text file of unknown age, with every line ending as a newline."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_height(path: Path, number: int, glyphs: dict, rows: list | None) -> None:
    if rows is not None and len(rows) < HEIGHT:
        code = next(reversed(glyphs))
        raise ValueError(
            f"{path}, line {number}: 0x{code:02x} ends after {len(rows)} of {HEIGHT} rows"
        )
