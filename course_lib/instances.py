"""Cut masks into objects, one for each nucleus or cell, and judge the objects.

Taught in the chapter "U-Net" (``chapters/unet.md``). A map of objects holds 0 for the background
and for each object a number of its own.
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, label
from skimage.morphology import local_maxima, reconstruction
from skimage.segmentation import watershed

from course_lib._checks import check_array, check_count, check_number
from course_lib.metrics import object_matches


def by_pieces(masks: np.ndarray, least: int = 1) -> np.ndarray:
    """Make an object of each connected piece of a mask.

    Parameters
    ----------
    masks : bool array, shape (n, height, width)
    least : int
        Smaller objects are dropped; in pixels.

    Returns
    -------
    int array, shape (n, height, width)

    Examples
    --------
    >>> by_pieces([[[1, 1, 0, 1]]])
    array([[[1, 1, 0, 2]]], dtype=int32)
    """
    masks = check_array("masks", masks, axes=3) > 0.5
    return _cut(masks, masks.astype(float), masks, least)


def by_width(masks: np.ndarray, depth: float, least: int = 1) -> np.ndarray:
    """Cut masks where they are narrow, by a watershed of the distance to their outside.

    Parameters
    ----------
    masks : bool array, shape (n, height, width)
    depth : float
        How far, in pixels, a hill of the smoothed distance must rise above the pass to a higher
        one to become an object of its own.
    least : int
        Smaller objects are dropped; in pixels.

    Returns
    -------
    int array, shape (n, height, width)

    Examples
    --------
    >>> rows, columns = np.mgrid[:20, :40]
    >>> discs = [(rows - 10) ** 2 + (columns - c) ** 2 < 64 for c in (12, 26)]
    >>> pair = np.logical_or(*discs)[None]
    >>> by_pieces(pair).max().item(), by_width(pair, 0.5).max().item()
    (1, 2)
    """
    masks = check_array("masks", masks, axes=3) > 0.5
    check_number("depth", depth, above=0)
    heights = [gaussian_filter(distance_transform_edt(mask), 1) for mask in masks]
    # Cut off by that depth, hills without a pass as deep share one level top.
    hills = [local_maxima(reconstruction(height - depth, height)) for height in heights]
    return _cut(masks, heights, hills, least)


def by_border(probabilities: np.ndarray, level: float, least: int = 1) -> np.ndarray:
    """Cut where a network of three classes sees a border.

    Parameters
    ----------
    probabilities : array, shape (n, height, width, 3)
        Of background, inside and border, in this order.
    level : float
        Where the inside has a larger probability, a connected piece becomes one object; border
        pixels go to the object that the watershed gives them to.
    least : int
        Smaller objects are dropped; in pixels.

    Returns
    -------
    int array, shape (n, height, width)

    Examples
    --------
    >>> background, inside, border = np.eye(3)
    >>> by_border([[[background, inside, border, inside, background]]], 0.5).max().item()
    2
    """
    probabilities = check_array("probabilities", probabilities, axes=4)
    if probabilities.shape[-1] != 3:
        raise ValueError(
            f"probabilities must have 3 classes in the last axis, not {probabilities.shape}"
        )
    check_number("level", level, most=1)
    masks, inside = probabilities[..., 0] < 0.5, probabilities[..., 1]
    return _cut(masks, inside, masks & (inside > level), least)


def object_shares(objects: np.ndarray, predicted: np.ndarray) -> dict[str, float]:
    """Judge a map of objects: an object is found where the best IoU exceeds one half.

    Parameters
    ----------
    objects, predicted : int array, shape (n, height, width)
        As in :func:`course_lib.metrics.object_matches`.

    Returns
    -------
    dict of str to float
        The share of true objects that are found, of those that touch another one, the number of
        predicted objects for each true one, and the F1 score, the harmonic mean of the share of
        true objects found and the share of predicted ones that are right. A share of none is 0.

    Examples
    --------
    >>> shares = object_shares(np.array([[[1, 1, 2, 2]]]), np.array([[[1, 1, 1, 1]]]))
    >>> [round(share, 2) for share in shares.values()]
    [0.0, 0.0, 0.5, 0.0]
    """
    matches = object_matches(objects, predicted)
    hits, count = matches.iou > 0.5, matches.predicted.sum()
    both = len(hits) + count
    return {
        "found": float(hits.sum() / max(len(hits), 1)),
        "of those that touch": float(hits[matches.touching].sum() / max(matches.touching.sum(), 1)),
        "objects for each": float(count / max(len(hits), 1)),
        "F1": float(2 * hits.sum() / max(both, 1)),
    }


def best_settings(
    method: Callable[..., np.ndarray],
    answers: np.ndarray,
    objects: np.ndarray,
    settings: Iterable[tuple],
) -> tuple:
    """Return the settings of a method whose objects have the highest F1 score.

    Parameters
    ----------
    method : callable
        Makes a map of objects of `answers` and the values of one tuple of `settings`.
    answers : array
        Masks or probabilities, of images that are not reported.
    objects : int array, shape (n, height, width)
        The true objects of these images.
    settings : iterable of tuple
        At least one.

    Returns
    -------
    tuple
        The first of the best.

    Examples
    --------
    >>> true = np.array([[[1, 1, 1, 0, 0, 0]]])
    >>> mask = np.array([[[1, 1, 1, 0, 0, 1]]])
    >>> best_settings(by_pieces, mask, true, [(1,), (2,)])
    (2,)
    """
    settings = list(settings)
    if not settings:
        raise ValueError("settings must hold at least one tuple, not none")
    scores = [object_shares(objects, method(answers, *values))["F1"] for values in settings]
    return settings[int(np.argmax(scores))]


def _cut(masks, heights, hills, least):
    """Share the pixels of each mask out among its hills, along the valleys of the heights."""
    check_count("least", least)
    cut = []
    for mask, height, hill in zip(masks, heights, hills, strict=True):
        objects = watershed(-height, label(hill & mask)[0], mask=mask)
        large = np.bincount(objects.ravel()) >= least
        cut.append(np.where(large[objects], objects, 0))
    return np.array(cut, "int32")
