"""What small filters look like, in numbers: oriented or not, how wide, a single spot or not.

Taught in the chapter "The sparse autoencoder" (``chapters/sparse.md``).
"""

import numpy as np


def selectivity(filters: np.ndarray) -> np.ndarray:
    """Return how clearly filters prefer one orientation.

    The power at each spatial frequency is a vector in the plane, at twice the angle of its stripes,
    since stripes turned by 180 degrees are the same. The length of the vectors' sum is divided by
    the sum of their lengths.

    Parameters
    ----------
    filters : array, shape (..., size, size)
        Pictures; their mean does not count.

    Returns
    -------
    float array, shape (...)
        1 for an endless grating, near 0 for equal power at all orientations. A small picture blurs
        its frequencies: gratings of 8 by 8 pixels get 0.7 to 0.9.

    Raises
    ------
    ValueError
        If the pictures are not square.

    Examples
    --------
    >>> stripes = np.tile([1.0, 1.0, -1.0, -1.0], 2) * np.ones((8, 1))
    >>> bool(selectivity(stripes) > 0.8), bool(selectivity(stripes + stripes.T) < 0.1)
    (True, True)
    """
    size = _size(filters)
    power = np.abs(np.fft.fft2(filters, s=(2 * size, 2 * size))) ** 2
    power[..., 0, 0] = 0
    frequency = np.fft.fftfreq(2 * size)
    angle = np.arctan2(frequency[:, None], frequency)
    return np.abs((power * np.exp(2j * angle)).sum((-1, -2))) / power.sum((-1, -2))


def extent(filters: np.ndarray) -> np.ndarray:
    """Return how far filters reach: the standard deviation of position, in pixels.

    Positions are weighted by the squared values.

    Parameters
    ----------
    filters : array, shape (..., size, size)

    Returns
    -------
    float array, shape (...)

    Raises
    ------
    ValueError
        If the pictures are not square.

    Examples
    --------
    >>> round(float(extent(np.ones((8, 8)))), 2)  # sqrt(2 * (8**2 - 1) / 12)
    3.24
    """
    at = np.arange(_size(filters))
    weight = _shares(filters)
    sides = weight.sum(-1), weight.sum(-2)  # shares of rows and of columns
    return np.sqrt(sum((s * at**2).sum(-1) - (s * at).sum(-1) ** 2 for s in sides))


def largest_share(filters: np.ndarray) -> np.ndarray:
    """Return the share of the squared values that the largest pixel holds.

    Parameters
    ----------
    filters : array, shape (..., size, size)

    Returns
    -------
    float array, shape (...)
        1 for a single spot, ``1 / size**2`` for a constant.

    Raises
    ------
    ValueError
        If the pictures are not square.

    Examples
    --------
    >>> float(largest_share(np.ones((4, 4)))), float(largest_share(np.diag([1, 0, 0])))
    (0.0625, 1.0)
    """
    _size(filters)
    return _shares(filters).max((-1, -2))


def peaks_at_rim(filters: np.ndarray) -> np.ndarray:
    """Say whether the pixel of the largest square lies on the outermost rows or columns.

    Parameters
    ----------
    filters : array, shape (..., size, size)

    Returns
    -------
    bool array, shape (...)

    Raises
    ------
    ValueError
        If the pictures are not square.

    Examples
    --------
    >>> corner, middle = np.diag([2, 1, 1]), np.diag([1, 2, 1])
    >>> peaks_at_rim(np.stack([corner, middle])).tolist()
    [True, False]
    """
    size = _size(filters)
    shares = _shares(filters).reshape(*np.shape(filters)[:-2], -1)
    row, column = np.divmod(shares.argmax(-1), size)
    return np.isin(row, (0, size - 1)) | np.isin(column, (0, size - 1))


def _shares(filters: np.ndarray) -> np.ndarray:
    squares = np.asarray(filters, float) ** 2
    return squares / squares.sum((-1, -2), keepdims=True)


def _size(filters: np.ndarray) -> int:
    shape = np.shape(filters)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ValueError(f"filters must have shape (..., size, size), not {shape}")
    return shape[-1]
