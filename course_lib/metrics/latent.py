"""Numbers that judge a code."""

import numpy as np

from course_lib._checks import check_array, check_number


def active_units(z_mean: np.ndarray, threshold: float = 0.01) -> np.ndarray:
    """Count the latent units whose posterior mean varies with the input.

    A unit is active if the variance over the data of its mean under q(z|x) exceeds `threshold`
    (Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519); the others carry nothing
    about the input.

    Parameters
    ----------
    z_mean : array, shape (..., n, latent_dim)
        The mean of the code of each of n items; axes before, such as one of replicas, are kept.
    threshold : float
        The paper's 0.01, in squared units of the code.

    Returns
    -------
    int or array of int
        One count, or one for each replica.

    Examples
    --------
    >>> int(active_units([[0.0, 0.01, -2.0], [0.0, 0.02, 2.0]]))
    1
    """
    z_mean = check_array("z_mean", z_mean)
    check_number("threshold", threshold)
    if z_mean.ndim < 2 or z_mean.shape[-2] < 2:
        raise ValueError(
            f"z_mean must have axes of at least 2 items and of units, not shape {z_mean.shape}"
        )
    return (z_mean.astype(float).var(axis=-2) > threshold).sum(axis=-1)
