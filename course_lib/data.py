"""The data sets of the course, each as an :class:`ImageSet`.

Two small ones ship with the library and are compared with their checksums on every load; see
``data/README.md`` for where they come from. The others ship with scikit-learn and scikit-image, or
are downloaded once by Keras.
"""

import csv
import hashlib
import io
import os
import socket
from pathlib import Path

import numpy as np

from course_lib._checks import check_choice
from course_lib._font import read_font, read_font_header
from course_lib._imageset import ImageSet
from course_lib._photographs import load_faces, load_patches, load_photographs
from course_lib._transfers import TransferSet, load_creditcard, load_transfers
from course_lib.simulate import load_nuclei

__all__ = [
    "ImageSet",
    "TransferSet",
    "data_folder",
    "load_creditcard",
    "load_digits",
    "load_emoji",
    "load_faces",
    "load_font",
    "load_keras_images",
    "load_nuclei",
    "load_patches",
    "load_photographs",
    "load_transfers",
    "read_font",
    "read_font_header",
]

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
KERAS_FILES = {  # below the folder `datasets` of Keras's home
    "mnist": ("mnist.npz",),
    "fashion_mnist": tuple(
        f"fashion-mnist/{part}.gz"
        for part in (
            "train-labels-idx1-ubyte",
            "train-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte",
        )
    ),
}


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
    >>> font.images.shape, font.names[1], int(font["l"].sum())
    ((32, 7, 5), 'a', 9)
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


def load_emoji() -> ImageSet:
    """Load 97 emoji faces, rendered from Noto Color Emoji as grey images on black.

    Returns
    -------
    ImageSet
        images of shape (97, 20, 20), float32 in [0, 1]; the names are the Unicode short names.

    Raises
    ------
    FileNotFoundError, ValueError
        If a file is missing, or is not the one that its checksum describes.

    Examples
    --------
    >>> emoji = load_emoji()
    >>> emoji.images.shape, emoji["cold face"].shape, emoji.names[0]
    ((97, 20, 20), (20, 20), 'grinning face')
    """
    folder = data_folder()
    with np.load(io.BytesIO(_checked_bytes(folder / "emoji.npz"))) as arrays:
        images = arrays["images"]
    names = csv.DictReader(io.StringIO(_checked_bytes(folder / "emoji-names.csv").decode()))
    return ImageSet(images.astype(np.float32) / 255, [row["name"] for row in names])


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
    check_choice("split", split, ("train", "test"))
    from sklearn.datasets import load_digits as fetch
    from sklearn.model_selection import train_test_split

    digits = fetch()
    rows = train_test_split(
        np.arange(len(digits.target)), test_size=0.25, stratify=digits.target, random_state=0
    )[split == "test"]
    images = (digits.images[rows] / 16).astype(np.float32)
    return ImageSet(images, digits.target[rows].astype(str), digits.target[rows])


def load_keras_images(name: str, split: str = "train") -> ImageSet:
    """Load MNIST or Fashion-MNIST through Keras, which downloads the files once.

    Parameters
    ----------
    name : {"mnist", "fashion_mnist"}
    split : {"train", "test"}
        60,000 or 10,000 images.

    Returns
    -------
    ImageSet
        images of shape (n, 28, 28), float32 in [0, 1]; `labels` are the classes 0 to 9 and
        `names` the digits or the kinds of clothing.

    Raises
    ------
    FileNotFoundError
        If the files are not on this machine and cannot be downloaded.
    ValueError
        If an argument is not one of those above, or a file is damaged.
    """
    check_choice("name", name, tuple(KERAS_FILES))
    check_choice("split", split, ("train", "test"))
    import course_lib.quiet  # noqa: F401

    # isort: split
    from keras import datasets

    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    if not os.access(home, os.W_OK):
        home = Path("/tmp/.keras")  # as Keras does
    files = [home / "datasets" / file for file in KERAS_FILES[name]]
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20)  # seconds without an answer, instead of for ever
    try:
        pairs = getattr(datasets, name).load_data()
    except Exception as error:
        folder = files[0].parent
        missing = [file.name for file in files if not file.is_file()]
        if not missing:
            raise ValueError(
                f"a file of {name} in {folder} is damaged ({error}); delete it and try again"
            ) from None
        raise FileNotFoundError(
            f"{name} is not on this machine and could not be downloaded; connect to a network, or "
            f"fetch {', '.join(missing)} with Keras on another machine and place it in {folder}"
        ) from None
    finally:
        socket.setdefaulttimeout(patience)
    images, labels = pairs[split == "test"]
    names = [FASHION_NAMES[k] if name == "fashion_mnist" else str(k) for k in labels]
    return ImageSet(images.astype(np.float32) / 255, names, labels.astype(int))


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
