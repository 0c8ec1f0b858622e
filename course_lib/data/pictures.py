"""A reader's own photographs, as grey images."""

import os
from pathlib import Path

import numpy as np

from course_lib._checks import check_count, shown


def read_pictures(
    folder: str | os.PathLike, *, least: int = 32, most: int = 256
) -> dict[str, np.ndarray]:
    """Read the photographs of a folder as grey images, large ones reduced.

    Parameters
    ----------
    folder : str or path
        What it holds besides images that Pillow reads (PNG, JPEG, TIFF and more) is left out.
    least : int
        Pixels that the shorter side of each image must have, after the reduction.
    most : int
        Pixels to which a longer side is reduced; the sides keep their ratio.

    Returns
    -------
    dict of str to array
        For each file name, in alphabetical order, a float32 image in [0, 1].

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If the folder holds no image that can be read, or one that is too small.
    TypeError
        If `folder` is no path.

    Examples
    --------
    >>> from course_lib.data import data_folder
    >>> read_pictures(data_folder())
    Traceback (most recent call last):
    ValueError: folder must hold an image that can be read, such as PNG, JPEG or TIFF, and ...
    """
    check_count("least", least)
    check_count("most", most, least=least)
    if not isinstance(folder, str | os.PathLike):
        raise TypeError(f"folder must be the path of a folder, not {shown(folder)}")
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"folder must be a folder with photographs, not {str(folder)!r}")
    pictures = {}
    for path in sorted(path for path in Path(folder).iterdir() if path.is_file()):
        picture = _read(path, most)
        if picture is None:
            continue
        if min(picture.shape) < least:
            raise ValueError(
                f"folder must hold images of at least {least} pixels a side once the longer side "
                f"is at most {most}, and {path.name!r} has {picture.shape[0]} x {picture.shape[1]}"
            )
        pictures[path.name] = picture
    if not pictures:
        names = sorted(path.name for path in Path(folder).iterdir())
        raise ValueError(
            "folder must hold an image that can be read, such as PNG, JPEG or TIFF, and "
            f"{str(folder)!r} holds {shown(names)}"
        )
    return pictures


def _read(path: Path, most: int) -> np.ndarray | None:
    """Return an image, the right way up, in grey; None where the file is no image."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # comes with matplotlib

    try:
        with Image.open(path) as file:
            image = ImageOps.exif_transpose(file)
            # Pillow cuts 16 bits off at 255 when it turns them into grey.
            deep = image.mode.startswith(("I", "F"))
            grey = np.asarray(image if deep else image.convert("L"), dtype="float32")
    except (UnidentifiedImageError, OSError):  # no image, or one cut short
        return None
    white = 255 if not deep else max(float(grey.max()), 1.0)
    small = Image.fromarray(grey / white)
    small.thumbnail((most, most), Image.Resampling.BOX)
    return np.clip(np.asarray(small), 0, 1).astype("float32")
