"""Numbers that judge a segmentation: its overlap, its boundary and its single objects.

The overlap, :func:`dice` and :func:`iou`, is dominated by large objects. The other functions say
how far an outline is off and what happens to small ones.
Taught in the chapter "U-Net" (``chapters/unet.md``).
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import binary_dilation, binary_erosion, distance_transform_edt

from course_lib._checks import check_array, check_number
from course_lib.metrics._arrays import matching, pixel_axes


def dice(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Dice coefficient of each mask: twice the overlap over the sum of both areas.

    Parameters
    ----------
    y_true, y_pred : array
        Masks or probabilities, thresholded at 0.5; shapes as in :func:`pixel_errors`.

    Returns
    -------
    array of float, shape of `y_pred` without the pixel axes
        In [0, 1]; 1 where both masks are empty.

    Examples
    --------
    >>> dice([[1, 1, 0, 0]], [[0, 1, 1, 0]])
    array([0.5])
    """
    overlap, areas = _overlap(y_true, y_pred)
    return np.where(areas == 0, 1.0, 2 * overlap / np.maximum(areas, 1))


def iou(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Intersection over union of each mask, also called the Jaccard index.

    Parameters
    ----------
    y_true, y_pred : array
        Masks or probabilities, thresholded at 0.5; shapes as in :func:`pixel_errors`.

    Returns
    -------
    array of float, shape of `y_pred` without the pixel axes
        In [0, 1]; 1 where both masks are empty.

    Examples
    --------
    >>> iou([[1, 1, 0, 0]], [[0, 1, 1, 0]]).round(3)
    array([0.333])
    """
    overlap, areas = _overlap(y_true, y_pred)
    return np.where(areas == 0, 1.0, overlap / np.maximum(areas - overlap, 1))


def boundary(masks: np.ndarray) -> np.ndarray:
    """Return the boundary pixels of masks: those with a neighbour outside, above, below or beside.

    The border of the image counts as inside, so that an object cut by it has no boundary there.

    Parameters
    ----------
    masks : array, shape (n, height, width)
        Masks or probabilities, thresholded at 0.5.

    Returns
    -------
    bool array, shape (n, height, width)

    Examples
    --------
    >>> square = np.zeros((1, 5, 5))
    >>> square[0, 1:4, 1:4] = 1
    >>> int(boundary(square).sum())
    8
    """
    masks = _masks("masks", masks)
    return np.stack([mask & ~binary_erosion(mask, border_value=1) for mask in masks])


def average_surface_distance(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Average symmetric surface distance of each mask and its prediction, in pixels.

    For every boundary pixel of one mask the distance to the nearest boundary pixel of the other is
    taken, in both directions, and averaged over all of them (Heimann et al. 2009,
    doi:10.1109/TMI.2009.2013851, section III.C). The chapter calls it the boundary error;
    ``boundary_error`` is another name of this function.

    Parameters
    ----------
    y_true, y_pred : array, shape (n, height, width)
        Masks or probabilities, thresholded at 0.5.

    Returns
    -------
    float array, shape (n,)
        0 where neither has a boundary, the diagonal of the image where only one of them has.

    Examples
    --------
    >>> true, shifted = np.zeros((2, 1, 8, 8))
    >>> true[:, :, :4] = 1
    >>> shifted[:, :, :6] = 1
    >>> average_surface_distance(true, shifted)
    array([2.])
    """
    errors = []
    for true, pred, to_true, to_pred in _boundaries(y_true, y_pred):
        distances = np.concatenate([to_true[pred], to_pred[true]])
        if not true.any() or not pred.any():
            errors.append(np.hypot(*true.shape) if len(distances) else 0.0)
        else:
            errors.append(distances.mean())
    return np.array(errors)


boundary_error = average_surface_distance


def boundary_f1(y_true: np.ndarray, y_pred: np.ndarray, tolerance: float = 1.0) -> np.ndarray:
    """Harmonic mean of the shares of each boundary that the other one meets.

    Parameters
    ----------
    y_true, y_pred : array, shape (n, height, width)
        Masks or probabilities, thresholded at 0.5.
    tolerance : float
        A pixel is met if the other boundary comes at least this close, in pixels.

    Returns
    -------
    float array, shape (n,)
        In [0, 1]; 1 where neither has a boundary, 0 where only one of them has.

    Examples
    --------
    >>> true, shifted = np.zeros((2, 1, 8, 8))
    >>> true[:, :, :4] = 1
    >>> shifted[:, :, :6] = 1
    >>> boundary_f1(true, shifted), boundary_f1(true, shifted, tolerance=2)
    (array([0.]), array([1.]))
    """
    check_number("tolerance", tolerance)
    scores = []
    for true, pred, to_true, to_pred in _boundaries(y_true, y_pred):
        if not true.any() or not pred.any():
            scores.append(float(true.any() == pred.any()))
            continue
        precision = (to_true[pred] <= tolerance).mean()
        recall = (to_pred[true] <= tolerance).mean()
        scores.append(2 * precision * recall / max(precision + recall, 1e-12))
    return np.array(scores)


class ObjectScores(NamedTuple):
    """One entry for each object of a set of images; see :func:`object_scores`."""

    image: np.ndarray
    """Position of the object's image."""
    label: np.ndarray
    """The object's value in the map of objects."""
    area: np.ndarray
    """Visible pixels of the object."""
    dice: np.ndarray
    """Dice coefficient inside the object's neighbourhood."""
    recall: np.ndarray
    """Share of the object's pixels that are predicted."""


def object_scores(objects: np.ndarray, y_pred: np.ndarray, reach: float = 3.0) -> ObjectScores:
    """Score every object of its own, although a predicted mask does not tell objects apart.

    Each predicted pixel is put down to the nearest object, if that is at most `reach` pixels away.
    What lies further from all objects belongs to none and is not counted here.

    Parameters
    ----------
    objects : int array, shape (n, height, width)
        0 is background, every other value an object.
    y_pred : array, shape (n, height, width)
        Masks or probabilities, thresholded at 0.5.
    reach : float
        In pixels.

    Returns
    -------
    ObjectScores
        Arrays with one entry for each object, image after image and by rising label.

    Examples
    --------
    >>> objects = np.array([[[0, 1, 1, 0, 0, 0, -1, 0]]])
    >>> scores = object_scores(objects, [[[0, 0, 1, 1, 0, 0, 0, 0]]], reach=1)
    >>> scores.label.tolist(), scores.area.tolist(), scores.dice.tolist()
    ([-1, 1], [1, 2], [0.0, 0.5])
    """
    objects = check_array("objects", objects, axes=3)
    if objects.dtype.kind not in "iu":
        raise TypeError(f"objects must be an array of integers, not of {objects.dtype}")
    y_pred = _masks("y_pred", y_pred)
    if y_pred.shape != objects.shape:
        raise ValueError(f"y_pred must have shape {objects.shape}, as objects, not {y_pred.shape}")
    check_number("reach", reach)
    rows = []
    for i, (labels, pred) in enumerate(zip(objects, y_pred, strict=True)):
        if not labels.any():
            continue
        distance, nearest = distance_transform_edt(labels == 0, return_indices=True)
        owner = np.where(distance <= reach, labels[tuple(nearest)], 0)
        for label in np.unique(labels[labels != 0]):
            mine = labels == label
            found = pred & (owner == label)
            hits, area = (mine & pred).sum(), mine.sum()
            rows.append((i, label, area, 2 * hits / (area + found.sum()), hits / area))
    columns = zip(*rows, strict=True) if rows else ((),) * 5
    return ObjectScores(
        *(np.array(c, t) for c, t in zip(columns, (int, int, int, float, float), strict=True))
    )


def segmentation_scores(
    objects: np.ndarray, y_pred: np.ndarray, *, small: float = 30, large: float = 100
) -> dict[str, float]:
    """Score masks by overlap, outline and kind of object, each a mean over the images or objects.

    Parameters
    ----------
    objects : int array, shape (n, height, width)
        0 is background, 1, 2, ... the nuclei, -1, -2, ... the filaments.
    y_pred : array, shape (n, height, width)
        Masks or probabilities, thresholded at 0.5.
    small, large : float
        A nucleus is small up to so many pixels, and large from so many on.

    Returns
    -------
    dict of str to float
        "Dice", "IoU", "boundary error" in pixels, and the Dice coefficients of "small nuclei",
        "large nuclei" and "filaments", as far as there are any.

    Examples
    --------
    >>> objects = np.array([[[0, 1, 1, 0, 0, 0, -1, 0]]])
    >>> scores = segmentation_scores(objects, [[[0, 0, 1, 1, 0, 0, 0, 0]]])
    >>> {name: round(score, 2) for name, score in scores.items()}
    {'Dice': 0.4, 'IoU': 0.25, 'boundary error': 1.0, 'small nuclei': 0.5, 'filaments': 0.0}
    """
    check_number("small", small)
    check_number("large", large)
    single = object_scores(objects, y_pred)
    truth, nucleus = np.asarray(objects) != 0, single.label > 0
    groups = {
        "small nuclei": nucleus & (single.area <= small),
        "large nuclei": nucleus & (single.area >= large),
        "filaments": ~nucleus,
    }
    scores = {
        "Dice": dice(truth, y_pred),
        "IoU": iou(truth, y_pred),
        "boundary error": average_surface_distance(truth, y_pred),
    }
    scores |= {name: single.dice[group] for name, group in groups.items() if group.any()}
    return {name: float(values.mean()) for name, values in scores.items()}


class ObjectMatches(NamedTuple):
    """One entry for each true object of a set of images; see :func:`object_matches`."""

    image: np.ndarray
    """Position of the object's image."""
    label: np.ndarray
    """The object's value in the map of objects."""
    area: np.ndarray
    """Visible pixels of the object."""
    iou: np.ndarray
    """Largest intersection over union with a predicted object of that image."""
    touching: np.ndarray
    """Whether the object has a neighbouring pixel, also across a corner, of another one."""
    predicted: np.ndarray
    """Predicted objects in each image, one entry for each image."""


def object_matches(objects: np.ndarray, predicted: np.ndarray) -> ObjectMatches:
    """Compare true objects with predicted ones, both told apart by their labels.

    Where the intersection over union of two objects exceeds one half, no other object can match
    either of them. The share of true objects above one half is the recall of the objects; their
    number over that of the predicted ones is the precision.

    Parameters
    ----------
    objects, predicted : int array, shape (n, height, width)
        0 and less is background, every value above 0 an object.

    Returns
    -------
    ObjectMatches
        Entries image after image and by rising label.

    Raises
    ------
    TypeError
        If an array does not hold integers.
    ValueError
        If the shapes differ or do not have three axes.

    Examples
    --------
    >>> true, found = np.array([[[1, 1, 0, 2]]]), np.array([[[7, 7, 7, 0]]])
    >>> matches = object_matches(true, found)
    >>> matches.iou.round(2).tolist(), matches.predicted.tolist()
    ([0.67, 0.0], [1])
    """
    maps = {"objects": check_array("objects", objects, axes=3)}
    maps["predicted"] = check_array("predicted", predicted, axes=3)
    for name, labels in maps.items():
        if labels.dtype.kind not in "iu":
            raise TypeError(f"{name} must be an array of integers, not of {labels.dtype}")
    objects, predicted = maps.values()
    if predicted.shape != objects.shape:
        raise ValueError(
            f"predicted must have shape {objects.shape}, as objects, not {predicted.shape}"
        )
    rows, counts = [], []
    for i, (true, found) in enumerate(zip(objects, predicted, strict=True)):
        areas = {label: (found == label).sum() for label in np.unique(found[found > 0])}
        counts.append(len(areas))
        for label in np.unique(true[true > 0]):
            mine = true == label
            around = binary_dilation(mine, np.ones((3, 3))) & ~mine
            inside = zip(*np.unique(found[mine & (found > 0)], return_counts=True), strict=True)
            shares = [n / (mine.sum() + areas[other] - n) for other, n in inside]
            touching = (true[around] > 0).any()
            rows.append((i, label, mine.sum(), max(shares, default=0.0), touching))
    columns = zip(*rows, strict=True) if rows else ((),) * 5
    kinds = (int, int, int, float, bool)
    entries = [np.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    return ObjectMatches(*entries, np.array(counts, int))


def _overlap(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pixels in both masks, and the sum of the two areas, for each item."""
    y_true, y_pred = matching(y_true, y_pred)
    true, pred = y_true > 0.5, y_pred > 0.5
    axes = pixel_axes(y_true)
    return (true & pred).sum(axis=axes), true.sum(axis=axes) + pred.sum(axis=axes)


def _boundaries(y_true, y_pred):
    """Yield both boundaries of each image and the distance of every pixel to each of them."""
    y_true = _masks("y_true", y_true)
    y_pred = _masks("y_pred", y_pred, y_true.shape)
    for true, pred in zip(boundary(y_true), boundary(y_pred), strict=True):
        yield true, pred, distance_transform_edt(~true), distance_transform_edt(~pred)


def _masks(name: str, values: np.ndarray, shape: tuple[int, ...] | None = None) -> np.ndarray:
    """Return masks of a shape as bool, after checking them."""
    values = check_array(name, values, axes=3)
    if 0 in values.shape:
        raise ValueError(f"{name} must have shape (n, height, width), not {values.shape}")
    if shape is not None and values.shape != shape:
        raise ValueError(f"{name} must have the shape of y_true, {shape}, not {values.shape}")
    return values > 0.5
