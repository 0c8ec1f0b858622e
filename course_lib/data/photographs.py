"""Photographs that ship with scikit-learn and scikit-image, and patches cut from them."""

import numpy as np

from course_lib._checks import check_choice, check_count
from course_lib.data.imageset import ImageSet

PHOTOGRAPHS = {
    "train": ("china", "astronaut", "coffee", "rocket", "grass"),
    "test": ("flower", "cat", "camera", "brick"),
}


def load_photographs(split: str = "train") -> dict[str, np.ndarray]:
    """Load photographs that ship with scikit-learn and scikit-image, as grey images.

    Parameters
    ----------
    split : {"train", "test"}
        Five photographs or four others.

    Returns
    -------
    dict of str to array
        For each name a float32 image in [0, 1], between 300 x 451 and 512 x 512 or 427 x 640.

    Examples
    --------
    >>> {name: image.shape for name, image in load_photographs("test").items()}
    {'flower': (427, 640), 'cat': (300, 451), 'camera': (512, 512), 'brick': (512, 512)}
    """
    check_choice("split", split, tuple(PHOTOGRAPHS))
    import skimage.data
    from skimage.color import rgb2gray
    from sklearn.datasets import load_sample_image

    photographs = {}
    for name in PHOTOGRAPHS[split]:
        in_sklearn = name in ("china", "flower")
        image = load_sample_image(f"{name}.jpg") if in_sklearn else getattr(skimage.data, name)()
        grey = rgb2gray(image) if image.ndim == 3 else image / 255
        photographs[name] = grey.astype(np.float32)
    return photographs


def load_coins() -> tuple[np.ndarray, np.ndarray]:
    """Load the photograph of 24 coins that ships with scikit-image, and a mask of the coins.

    Nobody drew a mask. A watershed at full resolution, checked by eye and by the count of the
    coins, serves as one. Both are then reduced to a quarter.

    Returns
    -------
    float32 array, shape (76, 96)
        The photograph, in [0, 1].
    bool array, shape (76, 96)
        Where a coin is.

    Examples
    --------
    >>> photograph, mask = load_coins()
    >>> photograph.shape, mask.dtype.name
    ((76, 96), 'bool')
    """
    import skimage.data
    from scipy.ndimage import binary_fill_holes, binary_opening
    from skimage.filters import sobel
    from skimage.segmentation import watershed
    from skimage.transform import rescale

    photograph = skimage.data.coins() / 255
    # 1: surely ground, 2: surely coin
    markers = 1 * (photograph < 0.12) + 2 * (photograph > 0.59)
    coins = binary_fill_holes(watershed(sobel(photograph), markers) == 2)
    coins = binary_opening(coins, iterations=3)
    small = rescale(photograph, 0.25, anti_aliasing=True).astype(np.float32)
    return small, rescale(coins.astype(np.float32), 0.25) > 0.5


def load_patches(split: str = "train", *, size: int = 12, n: int = 5000, seed: int = 0) -> ImageSet:
    """Cut square patches at random places from the photographs of :func:`load_photographs`.

    The two splits share no photograph, so a test patch never overlaps one trained on.

    Parameters
    ----------
    split : {"train", "test"}
        Which photographs to cut from.
    size : int
        Side of a patch in pixels, 1 to 300.
    n : int
        Number of patches, shared out evenly over the photographs.
    seed : int
        The same seed gives the same patches.

    Returns
    -------
    ImageSet
        images of shape (n, size, size), float32 in [0, 1], neither centred nor whitened; `names`
        are the photographs they come from and `labels` the positions of those in the split.

    Examples
    --------
    >>> load_patches(size=8, n=100)
    ImageSet(100 images of 8 x 8, float32)
    """
    check_count("size", size, most=300)  # the smallest photograph is 300 pixels high
    check_count("n", n)
    check_count("seed", seed, least=0)
    photographs = load_photographs(split)
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % len(photographs)
    images = np.empty((n, size, size), dtype=np.float32)
    for row, photograph in enumerate(np.array(list(photographs))[labels]):
        image = photographs[photograph]
        top, left = rng.integers(0, np.array(image.shape) - size + 1)
        images[row] = image[top : top + size, left : left + size]
    return ImageSet(images, np.array(list(photographs))[labels], labels)
