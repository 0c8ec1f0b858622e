"""The data sets of the course, each as an :class:`ImageSet`.

The small ones ship with the library and are compared with their checksum on every load; see
``data/README.md`` for where they come from. The others ship with scikit-learn and scikit-image or
are downloaded once by Keras.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FONT_CODES = range(0x60, 0x80)
FONT_HEIGHT, FONT_WIDTH = 7, 5
FASHION_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True, eq=False, repr=False)
class ImageSet:
    """Images with their names, and their class labels where they have any.

    Parameters
    ----------
    images : array, shape (n, height, width)
        Kept as a read-only copy; the data sets of the course are float32 in [0, 1].
    names : sequence of str, length n
        A name for each image. In a labelled set the name says the class, so names repeat.
    labels : array of int, shape (n,), optional
        The class of each image, or None.

    Raises
    ------
    ValueError
        If ``names`` or ``labels`` does not have one entry for each image.

    Examples
    --------
    >>> pair = ImageSet(np.eye(2)[:, None], ["left", "right"])
    >>> len(pair), pair["right"], pair[0]
    (2, array([[0., 1.]]), array([[1., 0.]]))
    >>> pair[["right"]]
    ImageSet(1 image of 1 x 2, float64)
    """

    images: np.ndarray
    names: tuple[str, ...]
    labels: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Copy and check the fields."""
        images = _read_only(self.images)
        object.__setattr__(self, "images", images)
        object.__setattr__(self, "names", tuple(str(name) for name in self.names))
        if images.ndim < 1 or len(self.names) != len(images):
            raise ValueError(
                f"names must hold one name for each image: {len(self.names)} names for images of "
                f"shape {images.shape}"
            )
        if self.labels is not None:
            labels = _read_only(self.labels)
            object.__setattr__(self, "labels", labels)
            if labels.shape != (len(images),):
                raise ValueError(
                    f"labels must hold one integer for each image, shape ({len(images)},), "
                    f"not {labels.shape}"
                )

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __repr__(self) -> str:
        """Return the size of the set, not its pixels."""
        size = " x ".join(str(n) for n in self.images.shape[1:])
        noun = "image" if len(self) == 1 else "images"
        return f"ImageSet({len(self)} {noun} of {size}, {self.images.dtype})"

    def __getitem__(self, key):
        """Return one image by name or position, or a smaller ImageSet by slice, list or mask."""
        if isinstance(key, str):
            return self.images[self.position(key)]
        if isinstance(key, int | np.integer) and not isinstance(key, bool):
            if not -len(self) <= key < len(self):
                raise IndexError(f"position {key} is outside this set of {len(self)} images")
            return self.images[key]
        if isinstance(key, slice):
            rows = np.arange(len(self))[key]
        elif isinstance(key, list | tuple | np.ndarray):
            rows = self._rows(key)
        else:
            raise TypeError(
                "an ImageSet is indexed by a name, a position, a slice, a list of names or "
                f"positions, or a mask, not by {key!r}"
            )
        labels = None if self.labels is None else self.labels[rows]
        return ImageSet(self.images[rows], [self.names[row] for row in rows], labels)

    def position(self, name: str) -> int:
        """Return the position of the only image called `name`.

        Raises
        ------
        KeyError
            If no image has that name.
        ValueError
            If several images have it, as in a labelled set.
        """
        rows = [row for row, other in enumerate(self.names) if other == name]
        if not rows:
            close = [other for other in dict.fromkeys(self.names) if name.lower() in other.lower()]
            hint = f"; close: {', '.join(close[:5])}" if close else ""
            raise KeyError(f"no image is called {name!r}{hint}")
        if len(rows) > 1:
            raise ValueError(
                f"{len(rows)} images are called {name!r}; pick one by its position, for instance "
                f"{rows[0]}, or use .labels"
            )
        return rows[0]

    def _rows(self, key: Sequence) -> np.ndarray:
        """Positions for a list of names or positions, or for a boolean mask."""
        if len(key) and isinstance(key[0], str):
            return np.array([self.position(name) for name in key])
        key = np.asarray(key)
        if key.ndim != 1 or (key.size and key.dtype.kind not in "iub"):
            raise TypeError("a list index must hold names, positions or one bool for each image")
        return np.arange(len(self))[key.astype(int) if not key.size else key]


def load_font() -> ImageSet:
    """Load the 32 glyphs of the course's 5 x 7 font: grave accent, a to z, {, |, }, ~ and DEL.

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
    >>> font.images.shape, font.names[1], font["l"].sum()
    ((32, 7, 5), 'a', np.float32(9.0))
    """
    path = data_folder() / "font5x7.txt"
    try:
        _checked_bytes(path)
    except ValueError as changed:
        try:
            read_font(path)
        except ValueError as malformed:
            raise ValueError(f"{changed} It is also malformed: {malformed}") from None
        raise
    return read_font(path)


def read_font(path: str | os.PathLike, codes: Iterable[int] = FONT_CODES) -> ImageSet:
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
    path = Path(path)
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
            if len(line) != FONT_WIDTH:
                raise ValueError(f"{where}: a row must be {FONT_WIDTH} wide, not {len(line)}")
            rows.append([character == "#" for character in line])
            if len(rows) > FONT_HEIGHT:
                raise ValueError(f"{where}: a glyph has {FONT_HEIGHT} rows, this is one more")
            continue
        _check_height(path, number, glyphs, rows)
        header = re.fullmatch(r"0x([0-9a-fA-F]{1,6}) +(\S.*)", line)
        if header is None:
            raise ValueError(
                f"{where}: {line!r} is neither a row of `#` and `.` nor a header such as `0x61 a`"
            )
        code = int(header[1], 16)
        if code in glyphs:
            raise ValueError(f"{where}: 0x{code:02x} was drawn before, on line {glyphs[code][0]}")
        rows = []
        glyphs[code] = (number, header[2], rows)
    _check_height(path, len(lines), glyphs, rows)
    codes = list(codes)
    for code in codes:
        if code not in glyphs:
            raise ValueError(f"{path}, line {len(lines)}: the font ends without 0x{code:02x}")
    for code in glyphs.keys() - set(codes):
        raise ValueError(f"{path}, line {glyphs[code][0]}: 0x{code:02x} is not a code point asked for")
    images = np.array([glyphs[code][2] for code in codes], dtype=np.float32)
    return ImageSet(images.reshape(-1, FONT_HEIGHT, FONT_WIDTH), [glyphs[c][1] for c in codes])


def load_digits(split: str = "train") -> ImageSet:
    """Load scikit-learn's 8 x 8 handwritten digits, scaled to [0, 1].

    Parameters
    ----------
    split : {"train", "test"}
        1,347 or 450 images of a fixed split, stratified by digit.

    Returns
    -------
    ImageSet
        images of shape (n, 8, 8), float32 in [0, 1] (multiples of 1/16); `labels` are the digits
        as integers, `names` the same as strings.

    Examples
    --------
    >>> digits = load_digits("test")
    >>> digits.images.shape, digits.names[0], int(digits.labels[0])
    ((450, 8, 8), '2', 2)
    """
    _check_choice("split", split, ("train", "test"))
    from sklearn.datasets import load_digits as fetch
    from sklearn.model_selection import train_test_split

    digits = fetch()
    rows = train_test_split(
        np.arange(len(digits.target)), test_size=0.25, stratify=digits.target, random_state=0
    )[split == "test"]
    images = (digits.images[rows] / 16).astype(np.float32)
    return ImageSet(images, digits.target[rows].astype(str), digits.target[rows])


def data_folder() -> Path:
    """Return the folder of the data files: inside an installed package, or beside a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_data", package.parent / "data"):
        if (folder / "SHA256SUMS").is_file():
            return folder
    raise FileNotFoundError(
        f"the data files of course_lib are missing: looked for SHA256SUMS in {package / '_data'} "
        f"and {package.parent / 'data'}; install the library again or restore the data folder"
    )


def _checked_bytes(path: Path) -> bytes:
    """Read a data file and compare it with the checksum that SHA256SUMS holds for it."""
    restore = f"`git checkout -- data/{path.name}` in a clone, or install the library again"
    if not path.is_file():
        raise FileNotFoundError(f"the data file {path} is missing; to restore it: {restore}")
    lines = (path.parent / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}.get(path.name)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ValueError(
            f"the data file {path} was changed or truncated: its sha256 should be {expected} and "
            f"is {found}; to restore it: {restore}; if the change is yours, run "
            "`python data/make_checksums.py`."
        )
    return content


def _read_only(values: np.ndarray) -> np.ndarray:
    values = np.array(values)
    values.flags.writeable = False
    return values


def _text(content: bytes) -> str:
    """Decode a text file of unknown age, with every line ending as a newline."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_height(path: Path, number: int, glyphs: dict, rows: list | None) -> None:
    if rows is not None and len(rows) < FONT_HEIGHT:
        code = next(reversed(glyphs))
        raise ValueError(
            f"{path}, line {number}: 0x{code:02x} ends after {len(rows)} of {FONT_HEIGHT} rows"
        )


def _check_choice(argument: str, value: object, accepted: Sequence) -> None:
    if value not in accepted:
        raise ValueError(f"{argument} must be one of {', '.join(map(repr, accepted))}, not {value!r}")
