"""JPEG as a baseline for compression, and blocks of pixels as channels.

Used in the chapter "Images: restoring and compressing" (``chapters/images.md``).
"""

import io
import zlib
from collections.abc import Sequence

import numpy as np
from PIL import Image

from course_lib import metrics


def space_to_depth(images: np.ndarray, k: int = 2) -> np.ndarray:
    """Turn the pixels of each k x k block into channels.

    Parameters
    ----------
    images : array, shape (n, k h, k w)
        Grey images whose sides `k` divides.
    k : int
        Side of a block in pixels.

    Returns
    -------
    array, shape (n, h, w, k^2)

    Examples
    --------
    >>> space_to_depth(np.array([[[1, 2], [3, 4]]])).tolist()
    [[[[1, 2, 3, 4]]]]
    """
    n, height, width = images.shape
    if height % k or width % k:
        raise ValueError(f"k must divide the sides of images {images.shape}, not be {k!r}")
    blocks = images.reshape(n, height // k, k, width // k, k).swapaxes(2, 3)
    return blocks.reshape(n, height // k, width // k, k * k)


def depth_to_space(maps: np.ndarray, k: int = 2) -> np.ndarray:
    """Lay k^2 channels out as blocks of k x k pixels: the inverse of :func:`space_to_depth`.

    Parameters
    ----------
    maps : array, shape (n, h, w, k^2)
        One vector for each block.
    k : int
        Side of a block in pixels.

    Returns
    -------
    array, shape (n, k h, k w)

    Examples
    --------
    >>> depth_to_space(np.array([[[[1, 2, 3, 4]]]])).tolist()
    [[[1, 2], [3, 4]]]
    """
    n, height, width, channels = maps.shape
    if channels != k * k:
        raise ValueError(f"maps must have {k * k} channels for k = {k}, not {channels}")
    blocks = maps.reshape(n, height, width, k, k).swapaxes(2, 3)
    return blocks.reshape(n, k * height, k * width)


def zlib_size(integers: np.ndarray, bits: int) -> int:
    """Return the bytes that zlib needs for the whole numbers of a picture's code.

    The first channel is stored as differences along a row. A byte in front says whether what
    follows is the zlib stream or the plain bits, whichever is shorter.

    Parameters
    ----------
    integers : array, shape (height, width, channels)
        Whole numbers from -128 to 127.
    bits : int
        Bits of each of them without zlib.

    Returns
    -------
    int

    Examples
    --------
    >>> zlib_size(np.zeros((8, 8, 16)), 4) < 8 * 8 * 16 * 4 // 8
    True
    """
    integers = integers.astype("int8")
    integers[..., 0] = np.diff(integers[..., 0], axis=1, prepend=0)
    coder = zlib.compressobj(9, zlib.DEFLATED, -15, 9)  # without zlib's own header
    stream = coder.compress(np.moveaxis(integers, -1, 0).tobytes()) + coder.flush()
    return 1 + min(len(stream), -(-integers.size * bits // 8))


def jpeg(image: np.ndarray, quality: int) -> tuple[int, np.ndarray]:
    """Write a grey image as JPEG, with optimised tables, and read it back.

    Parameters
    ----------
    image : array, shape (height, width)
        Pixels in [0, 1].
    quality : int
        JPEG's setting, from 1 to 95.

    Returns
    -------
    (int, array)
        Bytes of the whole file, header included, and the picture that comes out.

    Examples
    --------
    >>> size, picture = jpeg(np.full((8, 8), 0.5), 50)
    >>> size > 100, picture.shape
    (True, (8, 8))
    """
    file = io.BytesIO()
    pixels = np.rint(255 * np.asarray(image)).astype("uint8")
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, optimize=True)
    return len(file.getvalue()), np.asarray(Image.open(file), dtype="float32") / 255


def jpeg_curve(images: np.ndarray, qualities: Sequence[int]) -> np.ndarray:
    """Return JPEG's rate and quality on a set of images.

    Parameters
    ----------
    images : array, shape (n, height, width)
        Pixels in [0, 1].
    qualities : sequence of int
        JPEG's settings.

    Returns
    -------
    array, shape (2, len(qualities))
        Bits per pixel and PSNR in dB, means over the images.

    Examples
    --------
    >>> rates, _ = jpeg_curve(np.random.default_rng(0).random((2, 16, 16)), [10, 90])
    >>> bool(rates[0] < rates[1])
    True
    """
    points = []
    for quality in qualities:
        sizes, outputs = zip(*(jpeg(image, quality) for image in images), strict=True)
        rate = 8 * np.mean(sizes) / images[0].size
        points.append([rate, metrics.psnr(images, np.stack(outputs)).mean()])
    return np.transpose(points)
