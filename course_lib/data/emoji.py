"""Emoji faces, which ship with the library."""

import csv
import io

import numpy as np

from course_lib.data.files import checked_bytes, data_folder
from course_lib.data.imageset import ImageSet


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
    with np.load(io.BytesIO(checked_bytes(folder / "emoji.npz"))) as arrays:
        images = arrays["images"]
    names = csv.DictReader(io.StringIO(checked_bytes(folder / "emoji-names.csv").decode()))
    return ImageSet(images.astype(np.float32) / 255, [row["name"] for row in names])
