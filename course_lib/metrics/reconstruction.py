"""Numbers that judge a reconstruction."""

from typing import NamedTuple

import numpy as np

from course_lib._checks import check_array, check_choice, check_count, check_number
from course_lib.metrics._arrays import matching, pixel_axes


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
    y_true, y_pred = matching(y_true, y_pred)
    wrong = (y_true > 0.5) != (y_pred > 0.5)
    return wrong.sum(axis=pixel_axes(y_true))


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
    check_count("tolerance", tolerance, least=0)
    return (pixel_errors(y_true, y_pred) <= tolerance).sum(axis=-1)


def replica_summary(y_true: np.ndarray, y_pred: np.ndarray) -> dict[str, float]:
    """Sum up the reconstructions of several independently trained replicas.

    Parameters
    ----------
    y_true : array, shape (n, ...)
        The binary items.
    y_pred : array, shape (replicas, n, ...)
        Their reconstructions by each replica.

    Returns
    -------
    dict of str to float
        ``wrong_mean``, ``wrong_std``, ``wrong_best`` and ``wrong_worst``: wrong pixels in all
        items together, over the replicas (the standard deviation is that of a sample and is NaN
        for one replica). ``exact_mean`` and ``within_one_mean``: items without a wrong pixel and
        with at most one. ``all_exact_share`` and ``all_within_one_share``: the share of replicas
        in which that holds for every item.

    Examples
    --------
    >>> clean = np.array([[0, 1, 1], [0, 0, 1]])
    >>> summary = replica_summary(clean, np.stack([clean, 1 - clean, clean, clean]))
    >>> summary["wrong_mean"], summary["exact_mean"], summary["all_exact_share"]
    (1.5, 1.5, 0.75)
    """
    wrong = pixel_errors(y_true, y_pred)
    if wrong.ndim != 2:
        raise ValueError(
            "y_pred must have one axis of replicas before the shape of y_true, "
            f"{np.shape(y_true)}, not shape {np.shape(y_pred)}"
        )
    total, exact, within_one = wrong.sum(-1), (wrong == 0).sum(-1), (wrong <= 1).sum(-1)
    summary = {
        "wrong_mean": total.mean(),
        "wrong_std": total.std(ddof=1) if len(total) > 1 else np.nan,
        "wrong_best": total.min(),
        "wrong_worst": total.max(),
        "exact_mean": exact.mean(),
        "within_one_mean": within_one.mean(),
        "all_exact_share": (exact == wrong.shape[1]).mean(),
        "all_within_one_share": (within_one == wrong.shape[1]).mean(),
    }
    return {key: float(value) for key, value in summary.items()}


class Nearest(NamedTuple):
    """The nearest training item of each item: its position and the distance to it."""

    index: np.ndarray
    """Position of the nearest training item."""
    distance: np.ndarray
    """Distance to it, in the metric asked for."""


def nearest(items: np.ndarray, training: np.ndarray, metric: str = "hamming") -> Nearest:
    """Find the training item nearest to each item.

    Parameters
    ----------
    items : array, shape (..., *item)
        The items to look up, for instance decoded glyphs.
    training : array, shape (n, *item)
        The items to compare with.
    metric : {"hamming", "euclidean"}
        "hamming" thresholds both at 0.5 and counts the pixels that differ; "euclidean" takes the
        values as they are.

    Returns
    -------
    Nearest
        Two arrays of the shape of `items` before its item axes: ``index`` in `training` (the
        first, where several are equally near) and ``distance``, an int or a float.

    Examples
    --------
    >>> nearest([[1, 1, 0]], [[0, 0, 0], [1, 1, 1]])
    Nearest(index=array([1]), distance=array([1]))
    """
    check_choice("metric", metric, ("hamming", "euclidean"))
    items, training = check_array("items", items), check_array("training", training)
    if training.ndim < 2 or training.size == 0:
        raise ValueError(f"training must hold at least one item, not an array of {training.shape}")
    before = items.ndim - training.ndim + 1
    if before < 0 or items.shape[before:] != training.shape[1:]:
        raise ValueError(
            f"items must end in the shape of an item of training, {training.shape[1:]}, and have "
            f"shape {items.shape}"
        )
    shape = items.shape[:before]
    rows = items.reshape(-1, training[0].size).astype(float)
    others = training.reshape(len(training), -1).astype(float)
    if metric == "hamming":
        rows, others = (rows > 0.5).astype(float), (others > 0.5).astype(float)
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1) - 2 * rows @ others.T
    index = squares.argmin(axis=1)
    distance = ((rows - others[index]) ** 2).sum(axis=1)
    distance = distance.astype(int) if metric == "hamming" else np.sqrt(distance)
    return Nearest(index.reshape(shape), distance.reshape(shape))


def psnr(y_true: np.ndarray, y_pred: np.ndarray, data_range: float = 1.0) -> np.ndarray:
    r"""Peak signal-to-noise ratio of each image, in decibels.

    It is :math:`10 \log_{10}(L^2 / \mathrm{MSE})` for pixels of range :math:`L`, and infinite for
    equal images. The mean over images is a mean of decibels, as in the literature on denoising.

    Parameters
    ----------
    y_true : array, shape (n, ...)
        The images as they should be.
    y_pred : array, shape (..., n, ...)
        The images to judge; axes before those of `y_true`, such as one of replicas, are kept.
    data_range : float
        The largest possible difference of two pixels, :math:`L`.

    Returns
    -------
    array of float, shape of `y_pred` without the pixel axes

    Examples
    --------
    >>> float(psnr(np.zeros((1, 8, 8)), np.full((1, 8, 8), 0.1))[0].round(6))
    20.0
    """
    y_true, y_pred = matching(y_true, y_pred)
    check_number("data_range", data_range, above=0)
    error = ((y_true.astype(float) - y_pred) ** 2).mean(axis=pixel_axes(y_true))
    with np.errstate(divide="ignore"):
        return 10 * np.log10(data_range**2 / error)


def ssim(y_true: np.ndarray, y_pred: np.ndarray, data_range: float = 1.0) -> np.ndarray:
    """Structural similarity of each grey image, 1 for equal images.

    The mean over the image of the index of Wang et al. 2004 (doi:10.1109/TIP.2003.819861), with
    their Gaussian window of 11 x 11 pixels and standard deviation 1.5, by scikit-image.

    Parameters
    ----------
    y_true : array, shape (n, height, width)
        The images as they should be, at least 11 x 11.
    y_pred : array, shape (..., n, height, width)
        The images to judge; axes before those of `y_true`, such as one of replicas, are kept.
    data_range : float
        The largest possible difference of two pixels.

    Returns
    -------
    array of float, shape of `y_pred` without the pixel axes

    Examples
    --------
    >>> image = np.random.default_rng(0).random((1, 16, 16))
    >>> float(ssim(image, image)[0]), bool(ssim(image, 1 - image)[0] < 0)
    (1.0, True)
    """
    from skimage.metrics import structural_similarity

    y_true, y_pred = matching(y_true, y_pred)
    check_number("data_range", data_range, above=0)
    if y_true.ndim != 3 or min(y_true.shape[1:]) < 11:
        raise ValueError(
            "y_true must be grey images of at least 11 x 11 pixels, (n, height, width), not "
            f"{y_true.shape}"
        )
    values = np.empty(y_pred.shape[:-2])
    for place in np.ndindex(values.shape):
        values[place] = structural_similarity(
            y_true[place[-1]].astype(float),
            y_pred[place].astype(float),
            data_range=data_range,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
        )
    return values
