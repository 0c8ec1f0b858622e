"""Checks of the arrays that metrics compare."""

import numpy as np

from course_lib._checks import check_array


def matching(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both as arrays, the last axes of `y_pred` being those of `y_true`."""
    y_true, y_pred = check_array("y_true", y_true), check_array("y_pred", y_pred)
    if y_true.ndim < 2 or y_true.size == 0:
        raise ValueError(
            f"y_true must have an axis of items and at least one of pixels, not {y_true.shape}"
        )
    if y_pred.shape[-y_true.ndim :] != y_true.shape:
        raise ValueError(
            f"the last axes of y_pred must be {y_true.shape}, as in y_true, not {y_pred.shape}"
        )
    return y_true, y_pred


def pixel_axes(y_true: np.ndarray) -> tuple[int, ...]:
    """Return the axes of the pixels, counted from the end."""
    return tuple(range(1 - y_true.ndim, 0))


def rows_of_features(argument: str, rows: np.ndarray) -> np.ndarray:
    """Return two or more rows of one or more finite numbers."""
    rows = check_array(argument, rows, axes=2).astype(float)
    if len(rows) < 2 or rows.shape[1] == 0:
        raise ValueError(f"{argument} must have shape (at least 2, features), not {rows.shape}")
    return rows
