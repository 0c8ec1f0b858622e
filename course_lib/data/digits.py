"""Handwritten digits, which ship with scikit-learn."""

import numpy as np

from course_lib._checks import check_choice
from course_lib.data.imageset import ImageSet


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
