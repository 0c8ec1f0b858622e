"""What the experiments on restoring pictures share: resizing, a filter, scores, gradients.

Used in the chapter "Images: restoring and compressing" (``chapters/images.md``).
"""

from collections.abc import Callable, Mapping, Sequence

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import numpy as np
import pandas as pd
from keras import ops
from skimage.feature import hog
from skimage.restoration import denoise_nl_means
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
# isort: on

from course_lib import metrics


def centre(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Cut the middle part out of an image.

    Parameters
    ----------
    image : array, shape (rows, columns)
    height, width : int
        Size of the part in pixels.

    Returns
    -------
    array, shape (height, width)

    Examples
    --------
    >>> centre(np.arange(16).reshape(4, 4), 2, 2).tolist()
    [[5, 6], [9, 10]]
    """
    top, left = (np.array(image.shape) - (height, width)) // 2
    return image[top : top + height, left : left + width]


def resize(images: np.ndarray, factor: float) -> np.ndarray:
    """Resize by bicubic interpolation, with antialiasing where it shrinks.

    Parameters
    ----------
    images : array, shape (n, height, width)
    factor : float
        Of both sides.

    Returns
    -------
    array, shape (n, factor * height, factor * width)

    Examples
    --------
    >>> resize(np.ones((1, 4, 6), dtype="float32"), 1 / 2).shape
    (1, 2, 3)
    """
    size = [round(factor * side) for side in images.shape[1:3]]
    resized = ops.image.resize(
        images[..., None], size, interpolation="bicubic", antialias=factor < 1
    )
    return ops.convert_to_numpy(resized)[..., 0]


def non_local_means(image: np.ndarray, h: float, sigma: float) -> np.ndarray:
    """Average pixels whose surroundings of 5 x 5 pixels look alike, up to 6 pixels away.

    Parameters
    ----------
    image : array, shape (height, width)
        Pixels in [0, 1], with noise.
    h : float
        How much alike, in units of `sigma`; larger smooths more.
    sigma : float
        Standard deviation of the noise.

    Returns
    -------
    array, shape (height, width)

    Examples
    --------
    >>> noisy = np.random.default_rng(0).normal(0.5, 0.1, (16, 16))
    >>> bool(non_local_means(noisy, 0.8, 0.1).std() < noisy.std())
    True
    """
    options = {"patch_size": 5, "patch_distance": 6, "fast_mode": True}
    return denoise_nl_means(image, h=h * sigma, sigma=sigma, **options)


def filtered(function: Callable, images: np.ndarray, setting: float) -> np.ndarray:
    """Apply a filter with one setting to each image.

    Parameters
    ----------
    function : callable
        From an image and the setting to an image.
    images : array, shape (n, height, width)
    setting : float

    Returns
    -------
    array, shape (n, height, width)

    Examples
    --------
    >>> filtered(np.multiply, np.ones((2, 1, 1)), 3).ravel().tolist()
    [3.0, 3.0]
    """
    return np.stack([function(image, setting) for image in images])


def scores(truth: np.ndarray, results: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return PSNR in dB and SSIM of restored pictures, cut off to [0, 1].

    Parameters
    ----------
    truth : array, shape (pictures, height, width)
    results : mapping of str to array, shape (pictures, ...) or (seeds, pictures, ...)
        What each method makes of the damaged pictures.

    Returns
    -------
    dict of str to array, shape (2, seeds, pictures)
        PSNR and SSIM of each method.

    Examples
    --------
    >>> truth = np.random.default_rng(0).random((2, 16, 16))
    >>> scores(truth, {"grey": np.full_like(truth, 0.5)})["grey"].shape
    (2, 1, 2)
    """
    found = {}
    for name, images in results.items():
        clipped = np.clip(images, 0, 1)
        both = [judge(truth, clipped) for judge in (metrics.psnr, metrics.ssim)]
        found[name] = np.reshape(both, (2, -1, len(truth)))
    return found


def score_table(found: Mapping[str, np.ndarray], names: Sequence[str]) -> pd.DataFrame:
    """Lay scores out for reading: means over the seeds, for each picture and over all.

    Parameters
    ----------
    found : mapping
        From :func:`scores`.
    names : sequence of str
        The pictures'.

    Returns
    -------
    DataFrame
        Two rows for each method, a column for each picture and one for their mean.

    Examples
    --------
    >>> score_table({"mine": np.array([[[20.0, 30.0]], [[0.5, 0.7]]])}, ["a", "b"])
                        a      b   mean
    mine PSNR (dB)   20.0   30.0   25.0
         SSIM       0.500  0.700  0.600
    """
    rows = {}
    for name, values in found.items():
        psnr, ssim = np.c_[values.mean(axis=1), values.mean(axis=(1, 2))]
        rows[name, "PSNR (dB)"] = [f"{value:.1f}" for value in psnr]
        rows[name, "SSIM"] = [f"{value:.3f}" for value in ssim]
    return pd.DataFrame(rows, index=[*names, "mean"]).T


def gradient_histograms(images: np.ndarray) -> np.ndarray:
    """Describe pictures by the directions in which they change, as a detector of faces wants it.

    Parameters
    ----------
    images : array, shape (n, height, width)

    Returns
    -------
    array, shape (n, features)
        Histograms of 8 directions in cells of 4 x 4 pixels, normalised over 2 x 2 cells.

    Examples
    --------
    >>> gradient_histograms(np.zeros((1, 24, 24))).shape
    (1, 800)
    """
    cells = {"pixels_per_cell": (4, 4), "cells_per_block": (2, 2)}
    return np.array([hog(image, orientations=8, **cells) for image in images])


def fit_detector(inputs: np.ndarray, labels: np.ndarray) -> Pipeline:
    """Train a support vector machine on standardised inputs.

    Parameters
    ----------
    inputs : array, shape (n, features)
    labels : array of int, shape (n,)

    Returns
    -------
    Pipeline
        Its ``predict`` returns a label for each row of inputs.

    Examples
    --------
    >>> fit_detector(np.array([[0.0], [1.0]]), np.array([0, 1])).predict([[0.9]]).tolist()
    [1]
    """
    return make_pipeline(StandardScaler(), SVC(C=3)).fit(inputs, labels)
