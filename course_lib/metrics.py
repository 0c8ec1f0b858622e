"""Numbers that judge a reconstruction, a code or a segmentation."""

import numpy as np


def pixel_errors(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Count the wrong pixels of each item, after thresholding both arrays at 0.5.

    Parameters
    ----------
    y_true : array, shape (n, ...)
        The items as they should be: the first axis counts items, the others are pixels.
    y_pred : array, shape (..., n, ...)
        The reconstructions. Its last axes match those of `y_true`; any axes before them, such as
        one of replicas, are kept. A pixel of exactly 0.5 counts as 0.

    Returns
    -------
    array of int, shape of `y_pred` without the pixel axes
        ``(n,)``, or ``(replicas, n)`` for predictions of several replicas.

    Raises
    ------
    ValueError
        If the shapes do not fit or an array holds a value that is not a number.

    Examples
    --------
    >>> clean = np.array([[0, 1, 1], [0, 0, 1]])
    >>> pixel_errors(clean, [[0.1, 0.9, 0.2], [0.4, 0.3, 0.8]])
    array([1, 0])
    >>> pixel_errors(clean, np.zeros((5, 2, 3))).shape
    (5, 2)
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.ndim < 2:
        raise ValueError(
            f"y_true must have an axis of items and at least one of pixels, not {y_true.shape}"
        )
    if y_pred.shape[-y_true.ndim :] != y_true.shape:
        raise ValueError(
            f"the last axes of y_pred must be {y_true.shape}, as in y_true, not {y_pred.shape}"
        )
    for name, values in (("y_true", y_true), ("y_pred", y_pred)):
        if np.isnan(values).any():
            raise ValueError(f"{name} holds values that are not numbers (NaN)")
    wrong = (y_true > 0.5) != (y_pred > 0.5)
    return wrong.sum(axis=tuple(range(1 - y_true.ndim, 0)))


def recognised(y_true: np.ndarray, y_pred: np.ndarray, tolerance: int = 1) -> np.ndarray:
    """Count the items with at most `tolerance` wrong pixels.

    Parameters
    ----------
    y_true, y_pred : array
        As in :func:`pixel_errors`.
    tolerance : int
        The number of wrong pixels that is still accepted; 0 asks for an exact item.

    Returns
    -------
    int or array of int
        One count, or one for each replica: the shape of `y_pred` before its axis of items.

    Examples
    --------
    >>> clean = np.array([[0, 1, 1], [0, 0, 1]])
    >>> int(recognised(clean, 1 - clean)), int(recognised(clean, clean, tolerance=0))
    (0, 2)
    """
    if tolerance < 0:
        raise ValueError(f"tolerance must be 0 or more wrong pixels, not {tolerance!r}")
    return (pixel_errors(y_true, y_pred) <= tolerance).sum(axis=-1)
