"""Real card payments, which scikit-learn downloads once from OpenML."""

import numpy as np

from course_lib._checks import check_choice, check_count
from course_lib.data.transfers import TransferSet

CREDITCARD = "creditcard"  # the name at OpenML; its first version is the set of ULB


def load_creditcard(split: str = "train", *, n: int | None = None, seed: int = 0) -> TransferSet:
    """Load real card payments with frauds through scikit-learn, which downloads them once.

    284,807 payments of two days in September 2013, 492 of them frauds, by the Machine Learning
    Group of the Université libre de Bruxelles and Worldline (Dal Pozzolo et al. 2015,
    doi:10.1109/SSCI.2015.33). For secrecy, 28 of the features are principal components. The splits
    follow the order of the payments: the first half, the next quarter and the last quarter.

    Parameters
    ----------
    split : {"train", "validation", "test"}
    n : int, optional
        Draw so many payments of the split at random, without repetition; by default all.
    seed : int
        Fixes the draw.

    Returns
    -------
    TransferSet
        The features V1 to V28 and the logarithm of the amount; the kinds are "normal" and "fraud".

    Raises
    ------
    FileNotFoundError
        If the set is not on this machine and cannot be downloaded.
    ValueError
        If an argument is not one of those above.
    """
    check_choice("split", split, ("train", "validation", "test"))
    check_count("seed", seed, least=0)
    if n is not None:
        check_count("n", n)
    from sklearn.datasets import fetch_openml

    try:
        table = fetch_openml(CREDITCARD, version=1, as_frame=True, parser="auto").frame
    except Exception as error:
        raise FileNotFoundError(
            "the card payments are not on this machine and could not be downloaded from OpenML "
            f"({type(error).__name__}); connect to a network, or use the simulated transfers"
        ) from None
    bounds = {"train": (0, 0.5), "validation": (0.5, 0.75), "test": (0.75, 1)}[split]
    table = table.iloc[slice(*(int(len(table) * part) for part in bounds))]
    if n is not None:
        check_count("n", n, most=len(table))
        rows = np.random.default_rng(seed).choice(len(table), n, replace=False)
        table = table.iloc[np.sort(rows)]
    table = table.reset_index(drop=True)
    kinds = np.where(table["Class"].astype(int) == 1, "fraud", "normal")
    names = [f"V{i}" for i in range(1, 29)]
    amount = np.log1p(table["Amount"].to_numpy(dtype=float))
    features = np.column_stack([table[names].to_numpy(dtype=float), amount])
    return TransferSet(features.astype(np.float32), (*names, "log amount"), kinds, table)
