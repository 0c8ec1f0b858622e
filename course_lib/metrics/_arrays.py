"""Checks of the arrays that metrics compare."""

import numpy as np


def numbers(name: str, values: np.ndarray) -> np.ndarray:
    """Return an array of real numbers without NaN."""
    values = np.asarray(values)
    if values.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be an array of real numbers, not of {values.dtype}")
    if np.isnan(values).any():
        raise ValueError(f"{name} holds values that are not numbers (NaN)")
    return values


def matching(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both as arrays, the last axes of `y_pred` being those of `y_true`."""
    y_true, y_pred = numbers("y_true", y_true), numbers("y_pred", y_pred)
    if y_true.ndim < 2:
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


def rows_of_features(name: str, rows: np.ndarray) -> np.ndarray:
    """Return two or more rows of finite numbers."""
    rows = np.asarray(rows, dtype=float)
    if rows.ndim != 2 or len(rows) < 2 or not np.isfinite(rows).all():
        raise ValueError(
            f"{name} must be finite numbers of shape (at least 2, features), not {rows.shape}"
        )
    return rows
