"""Oxford-IIIT Pets, an optional larger data set for segmentation; downloads once, about 800 MB.

Cats and dogs with a mask for each (Parkhi et al. 2012, https://www.robots.ox.ac.uk/~vgg/data/pets/,
CC BY-SA 4.0), read through tensorflow_datasets, which the course does not install.
"""

import numpy as np

from course_lib._checks import check_choice, check_count
from course_lib.data.nuclei import NucleiSet

ANIMAL = 1  # the data set's value for the animal; 2 is background, 3 the uncertain border


def load_pets(n: int, split: str = "train", size: int = 64) -> NucleiSet:
    """Return the first `n` pets as grey squares with masks, in the form of the simulated nuclei.

    Parameters
    ----------
    n : int
        Number of images.
    split : {"train", "test"}
        The part of the data set.
    size : int
        Height and width to which the images are reduced, in pixels.

    Returns
    -------
    NucleiSet
        ``objects`` is 1 where the animal is; ``filaments`` is empty and ``clean`` is the image.

    Raises
    ------
    ModuleNotFoundError
        If tensorflow_datasets is not installed.
    ConnectionError
        If the data set is neither stored on this machine nor to be had from the network.
    """
    check_count("n", n)
    check_choice("split", split, ("train", "test"))
    check_count("size", size, least=16)
    try:
        import tensorflow_datasets as tfds
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Oxford-IIIT Pets needs the package tensorflow_datasets: pip install "
            "tensorflow-datasets"
        ) from error
    try:
        pets = tfds.load("oxford_iiit_pet", split=f"{split}[:{n}]")
        examples = [(item["image"], item["segmentation_mask"]) for item in tfds.as_numpy(pets)]
    except Exception as error:
        raise ConnectionError(
            f"Oxford-IIIT Pets could not be downloaded ({type(error).__name__}); it needs a "
            "network once"
        ) from error
    grey = np.stack([_reduced(image.mean(-1) / 255, size) for image, _ in examples])
    masks = np.stack([_reduced(mask[..., 0] == ANIMAL, size) > 0.5 for _, mask in examples])
    names = [f"pet {i}" for i in range(len(examples))]
    return NucleiSet(grey, names, None, objects=masks.astype("int16"), clean=grey)


def _reduced(picture: np.ndarray, size: int) -> np.ndarray:
    """Return a picture as a float32 square, its sides squeezed."""
    from skimage.transform import resize  # takes a moment to import

    small = resize(picture.astype("float32"), (size, size), anti_aliasing=True)
    return np.clip(small, 0, 1).astype("float32")
