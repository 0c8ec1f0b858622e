"""Checks of what reaches an explorer, in terms of those that the library shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib._checks import check_array, check_count, check_list, shown


def check_model(argument: str, model: Any) -> None:
    """Raise TypeError unless `model` has layers and can be called, as a Keras model."""
    if not hasattr(model, "layers") or not callable(model):
        raise TypeError(f"{argument} must be a Keras model, not {shown(model)}")


def check_values(argument: str, values: Any, axes: tuple[int, ...]) -> np.ndarray:
    """Return a float32 array that is not empty and holds finite numbers."""
    array = check_array(argument, values, axes=axes)
    if array.size == 0:
        raise ValueError(f"{argument} must not be empty, but has shape {array.shape}")
    with np.errstate(over="ignore"):
        return check_array(argument, array.astype("float32"))


def check_levels(argument: str, values: Any, axes: tuple[int, ...]) -> np.ndarray:
    """Return a float32 array that is not empty and holds numbers from 0 to 1."""
    array = check_values(argument, values, axes)
    if array.min() < 0 or array.max() > 1:
        raise ValueError(
            f"{argument} must hold values from 0 to 1, not from {array.min():g} to {array.max():g}"
        )
    return array


def check_labels(labels: Any, count: int, per: str) -> list[str]:
    """Return one text for each of `count` items."""
    names = [str(label) for label in check_list("labels", labels)]
    if len(names) != count:
        raise ValueError(
            f"labels must have one entry for each of the {count} {per}, not {len(names)}"
        )
    return names


def check_item(argument: str, item: int | str, labels: Sequence[str]) -> int:
    """Return the position of an item given by position or by label."""
    if isinstance(item, str):
        if item not in labels:
            raise ValueError(f"{argument} must be a label or a position, not {shown(item)}")
        return labels.index(item)
    return check_count(argument, item, -len(labels), len(labels) - 1) % len(labels)


def picture_shape(image_shape: Sequence[int], size: int, what: str) -> tuple[int, ...]:
    """Return a shape (height, width[, 1 or 3]) of the `size` numbers that `what` has."""
    numbers = check_list("image_shape", image_shape)
    shape = tuple(check_count("each number of image_shape", number) for number in numbers)
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[2] not in (1, 3)):
        raise ValueError(
            "image_shape must be (height, width), (height, width, 1) or (height, width, 3), "
            f"not {shape}"
        )
    if math.prod(shape) != size:
        raise ValueError(
            f"image_shape {shape} holds {math.prod(shape)} numbers, but {what} has {size}"
        )
    return shape
