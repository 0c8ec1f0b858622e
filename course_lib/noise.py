"""Three ways to damage images.

Each function takes the random generator as an argument, leaves its input as it was and returns a
new array of the same shape. The chapter on denoising tells them apart.
"""

import numpy as np

from course_lib._checks import check_array, check_number, check_rng


def salt_and_pepper(images: np.ndarray, p: float, rng: np.random.Generator) -> np.ndarray:
    """Replace each pixel with probability `p`, by 0 or 1 with equal chances.

    Half of the replaced pixels of a binary image get the value they had: `p` is the share of
    pixels *replaced*, and ``p / 2`` of them differ afterwards. Use :func:`flip` to say how many
    change.

    Parameters
    ----------
    images : array of any shape
        Values in [0, 1].
    p : float in [0, 1]
        Probability that a pixel is replaced.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    array
        Of the shape of `images` and of its dtype, float32 if that is not a floating type.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type or out of its range.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> noisy = salt_and_pepper(np.zeros((1000, 7, 5)), 0.1, rng)
    >>> float(noisy.mean().round(2))
    0.05
    """
    images = _checked(images, rng)
    check_number("p", p, most=1)
    replaced = rng.random(images.shape) < p
    salt = rng.random(images.shape) < 0.5
    return np.where(replaced, salt.astype(images.dtype), images)


def flip(images: np.ndarray, p: float, rng: np.random.Generator) -> np.ndarray:
    """Invert each pixel of a binary image with probability `p`.

    Parameters
    ----------
    images : array of any shape
        Values 0 and 1, nothing between.
    p : float in [0, 1]
        Probability that a pixel is inverted.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    array
        Of the shape of `images` and of its dtype, float32 if that is not a floating type.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type or out of its range, or `images` is not binary.

    Examples
    --------
    >>> flip(np.array([0.0, 1.0, 1.0]), 1.0, np.random.default_rng(0))
    array([1., 0., 0.])
    """
    images = _checked(images, rng)
    check_number("p", p, most=1)
    if not ((images == 0) | (images == 1)).all():
        raise ValueError("images must hold 0 and 1 only; grey images have no pixel to invert")
    inverted = rng.random(images.shape) < p
    return np.where(inverted, 1 - images, images)


def gaussian(images: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Add Gaussian noise of standard deviation `sigma` to each pixel.

    The sum is not clipped: values below 0 and above 1 stay, the noise keeps mean 0 and variance
    ``sigma**2`` at every pixel, and a denoiser sees additive noise. Clip for display, or where
    the pixels must stay in [0, 1], with ``np.clip(noisy, 0, 1)``.

    Parameters
    ----------
    images : array of any shape
        Any finite values; the noise does not depend on them.
    sigma : float, 0 or more
        Standard deviation in units of the pixels; the 25 of the literature on 8-bit images is
        25 / 255.
    rng : numpy.random.Generator
        The source of randomness.

    Returns
    -------
    array
        Of the shape of `images` and of its dtype, float32 if that is not a floating type.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another type or out of its range.

    Examples
    --------
    >>> noisy = gaussian(np.full((100, 20, 20), 0.5), 0.1, np.random.default_rng(0))
    >>> float(noisy.std().round(2))
    0.1
    """
    images = _checked(images, rng, least=-np.inf, most=np.inf)
    check_number("sigma", sigma)
    return images + (sigma * rng.standard_normal(images.shape)).astype(images.dtype)


def _checked(
    images: np.ndarray, rng: np.random.Generator, least: float = 0, most: float = 1
) -> np.ndarray:
    """Return the images as an array of finite floats from `least` to `most`."""
    check_rng(rng)
    images = check_array("images", images)
    if images.dtype.kind != "f":
        images = images.astype(np.float32)
    if images.size and (images.min() < least or images.max() > most):
        raise ValueError(
            f"images must hold values in [0, 1], not from {images.min():g} to {images.max():g}"
        )
    return images
