"""The type of every data set of images."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from course_lib._checks import check_array, check_list, check_text


@dataclass(frozen=True, eq=False, repr=False)
class ImageSet:
    """Images with their names, and their class labels where they have any.

    Parameters
    ----------
    images : array, shape (n, height, width)
        Kept as a read-only copy; the data sets of the course are float32 in [0, 1].
    names : sequence of str, length n
        A name for each image. In a labelled set the name says the class, so names repeat.
    labels : array of int, shape (n,), optional
        The class of each image, or None.

    Raises
    ------
    ValueError
        If ``names`` or ``labels`` does not have one entry for each image.

    Examples
    --------
    >>> pair = ImageSet(np.eye(2)[:, None], ["left", "right"])
    >>> len(pair), pair["right"], pair[0]
    (2, array([[0., 1.]]), array([[1., 0.]]))
    >>> pair[["right"]]
    ImageSet(1 image of 1 x 2, float64)
    """

    images: np.ndarray
    names: tuple[str, ...]
    labels: np.ndarray | None = None

    def __post_init__(self) -> None:
        """Copy and check the fields."""
        images = self._keep_read_only("images", self.images)
        names = tuple(str(name) for name in check_list("names", self.names))
        object.__setattr__(self, "names", names)
        if images.ndim < 1 or len(names) != len(images):
            raise ValueError(
                f"names must hold one name for each of the images: {len(names)} names for images "
                f"of shape {images.shape}"
            )
        if self.labels is not None:
            labels = self._keep_read_only("labels", self.labels)
            if labels.shape != (len(images),):
                raise ValueError(
                    f"labels must hold one integer for each image, shape ({len(images)},), "
                    f"not {labels.shape}"
                )

    def _keep_read_only(self, field: str, values: np.ndarray) -> np.ndarray:
        """Put a read-only copy of an array of numbers in a field, and return it."""
        values = check_array(field, values).copy()
        values.flags.writeable = False
        object.__setattr__(self, field, values)
        return values

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    def __repr__(self) -> str:
        """Return the size of the set, not its pixels."""
        size = " x ".join(str(n) for n in self.images.shape[1:])
        noun = "image" if len(self) == 1 else "images"
        return f"{type(self).__name__}({len(self)} {noun} of {size}, {self.images.dtype})"

    def __getitem__(self, key):
        """Return one image by name or position, or a smaller ImageSet by slice, list or mask."""
        if isinstance(key, str):
            return self.images[self.position(key)]
        if isinstance(key, int | np.integer) and not isinstance(key, bool):
            if not -len(self) <= key < len(self):
                raise IndexError(f"position {key} is outside this set of {len(self)} images")
            return self.images[key]
        if isinstance(key, slice):
            rows = np.arange(len(self))[key]
        elif isinstance(key, list | tuple | np.ndarray):
            rows = self._rows(key)
        else:
            raise TypeError(
                "an ImageSet is indexed by a name, a position, a slice, a list of names or "
                f"positions, or a mask, not by {key!r}"
            )
        return self._chosen(rows)

    def _chosen(self, rows: np.ndarray) -> "ImageSet":
        """Return the set of some rows; every field that is an array is indexed."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        chosen = {name: v[rows] for name, v in values.items() if isinstance(v, np.ndarray)}
        return replace(self, **chosen, names=[self.names[row] for row in rows])

    def position(self, name: str) -> int:
        """Return the position of the only image called `name`.

        Raises
        ------
        KeyError
            If no image has that name.
        ValueError
            If several images have it, as in a labelled set.
        """
        check_text("name", name)
        rows = [row for row, other in enumerate(self.names) if other == name]
        if not rows:
            close = [other for other in dict.fromkeys(self.names) if name.lower() in other.lower()]
            hint = f"; close: {', '.join(close[:5])}" if close else ""
            raise KeyError(f"no image is called {name!r}{hint}")
        if len(rows) > 1:
            raise ValueError(
                f"{len(rows)} images are called {name!r}; pick one by its position, for instance "
                f"{rows[0]}, or use .labels"
            )
        return rows[0]

    def _rows(self, key: Sequence) -> np.ndarray:
        """Positions for a list of names or positions, or for a boolean mask."""
        if len(key) and isinstance(key[0], str):
            return np.array([self.position(name) for name in key])
        key = np.asarray(key)
        if key.ndim != 1 or (key.size and key.dtype.kind not in "iub"):
            raise TypeError("a list index must hold names, positions or one bool for each image")
        return np.arange(len(self))[key.astype(int) if not key.size else key]
