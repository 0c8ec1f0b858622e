"""MNIST and Fashion-MNIST, which Keras downloads once."""

import os
import socket
from pathlib import Path

import numpy as np

from course_lib._checks import check_choice
from course_lib.data.imageset import ImageSet

FASHION_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
KERAS_FILES = {  # below the folder `datasets` of Keras's home
    "mnist": ("mnist.npz",),
    "fashion_mnist": tuple(
        f"fashion-mnist/{part}.gz"
        for part in (
            "train-labels-idx1-ubyte",
            "train-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
            "t10k-images-idx3-ubyte",
        )
    ),
}


def load_keras_images(name: str, split: str = "train") -> ImageSet:
    """Load MNIST or Fashion-MNIST through Keras, which downloads the files once.

    Parameters
    ----------
    name : {"mnist", "fashion_mnist"}
    split : {"train", "test"}
        60,000 or 10,000 images.

    Returns
    -------
    ImageSet
        images of shape (n, 28, 28), float32 in [0, 1]; `labels` are the classes 0 to 9 and
        `names` the digits or the kinds of clothing.

    Raises
    ------
    FileNotFoundError
        If the files are not on this machine and cannot be downloaded.
    ValueError
        If an argument is not one of those above, or a file is damaged.
    """
    check_choice("name", name, tuple(KERAS_FILES))
    check_choice("split", split, ("train", "test"))
    import course_lib.quiet  # noqa: F401

    # isort: split
    from keras import datasets

    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    if not os.access(home, os.W_OK):
        home = Path("/tmp/.keras")  # as Keras does
    files = [home / "datasets" / file for file in KERAS_FILES[name]]
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20)  # seconds without an answer, instead of for ever
    try:
        pairs = getattr(datasets, name).load_data()
    except Exception as error:
        folder = files[0].parent
        missing = [file.name for file in files if not file.is_file()]
        if not missing:
            raise ValueError(
                f"a file of {name} in {folder} is damaged ({error}); delete it and try again"
            ) from None
        raise FileNotFoundError(
            f"{name} is not on this machine and could not be downloaded; connect to a network, or "
            f"fetch {', '.join(missing)} with Keras on another machine and place it in {folder}"
        ) from None
    finally:
        socket.setdefaulttimeout(patience)
    images, labels = pairs[split == "test"]
    names = [FASHION_NAMES[k] if name == "fashion_mnist" else str(k) for k in labels]
    return ImageSet(images.astype(np.float32) / 255, names, labels.astype(int))
