"""Checks of what reaches an explorer: errors name the argument, its value and what is accepted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np


def finite_array(value: Any, name: str, dimensions: tuple[int, ...]) -> np.ndarray:
    """Return `value` as a float32 array that is not empty and holds finite numbers only."""
    try:
        array = np.asarray(value, dtype="float32")
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must be an array of numbers, got {type(value).__name__}"
        ) from error
    if array.ndim not in dimensions:
        accepted = " or ".join(str(n) for n in dimensions)
        raise ValueError(f"{name} must have {accepted} axes, got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {array.shape}")
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).sum())
        raise ValueError(f"{name} must hold finite numbers, got {bad} that are NaN or infinite")
    return array


def label_list(labels: Any, count: int, per: str) -> list[str]:
    """Return one string for each of `count` items."""
    if isinstance(labels, str) or not isinstance(labels, Iterable):
        raise TypeError(f"labels must be a sequence of names, got {labels!r}")
    names = [str(label) for label in labels]
    if len(names) != count:
        raise ValueError(
            f"labels must have one entry for each of the {count} {per}, got {len(names)}"
        )
    return names


def item_index(item: Any, labels: Sequence[str], name: str) -> int:
    """Return the position of an item given by position or by label."""
    if isinstance(item, str):
        if item not in labels:
            raise ValueError(f"{name} must be a label or a position, got {item!r}")
        return labels.index(item)
    position = whole_number(item, name, -len(labels), len(labels) - 1)
    return position % len(labels)


def whole_number(value: Any, name: str, low: int, high: int) -> int:
    """Return an int within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, got {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low} to {high}, got {value}")
    return int(value)


def number(value: Any, name: str, low: float = -math.inf, high: float = math.inf) -> float:
    """Return a finite float within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} must be a finite number from {low:g} to {high:g}, got {value}")
    return float(value)


def picture_shape(image_shape: Any, size: int) -> tuple[int, ...]:
    """Return a shape (height, width) or (height, width, 1 or 3) with `size` numbers."""
    try:
        shape = tuple(int(n) for n in image_shape)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"image_shape must be (height, width) or (height, width, channels), got {image_shape!r}"
        ) from error
    if len(shape) not in (2, 3) or min(shape) < 1 or (len(shape) == 3 and shape[2] not in (1, 3)):
        raise ValueError(
            "image_shape must be (height, width), (height, width, 1) or (height, width, 3) with "
            f"positive sizes, got {shape}"
        )
    if math.prod(shape) != size:
        raise ValueError(
            f"image_shape {shape} holds {math.prod(shape)} numbers, but the model gives {size}"
        )
    return shape


def choice(value: Any, name: str, accepted: Sequence[str]) -> str:
    """Return one of the accepted words."""
    if value not in accepted:
        raise ValueError(f"{name} must be one of {', '.join(accepted)}, got {value!r}")
    return value
