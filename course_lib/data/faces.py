"""Thumbnails of faces, which ship with scikit-image."""

import numpy as np

from course_lib.data.imageset import ImageSet


def load_faces() -> ImageSet:
    """Load scikit-image's 100 faces and 100 image pieces without a face, 25 x 25 pixels.

    Returns
    -------
    ImageSet
        images of shape (200, 25, 25), float32 in [0, 1]; `labels` are 1 for a face and 0 for
        none, `names` "face" and "no face".

    Examples
    --------
    >>> faces = load_faces()
    >>> faces[faces.labels == 1]
    ImageSet(100 images of 25 x 25, float32)
    """
    from skimage.data import lfw_subset

    images = lfw_subset().astype(np.float32)
    labels = np.repeat([1, 0], 100)
    return ImageSet(images, np.where(labels, "face", "no face"), labels)
