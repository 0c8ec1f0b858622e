"""Import TensorFlow without its start-up log.

``import course_lib.quiet`` before ``import keras``. TensorFlow writes a few lines straight to file
descriptor 2 while it loads, even with ``TF_CPP_MIN_LOG_LEVEL=3``, and a notebook would show them
as errors. This module sets that variable and sends descriptor 2 to nowhere while TensorFlow is
imported. Only the import is silenced: later warnings and errors come through, and an import that
fails still raises its exception.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Send file descriptor 2 to the null device inside a ``with`` block.

    Unlike :func:`contextlib.redirect_stderr` it also catches what C++ code writes. The descriptor
    is put back at the end of the block, whether or not it raised.

    Examples
    --------
    >>> import os
    >>> with silent_stderr():
    ...     written = os.write(2, b"nobody sees this")
    >>> written
    16
    """
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:  # no descriptor 2 to protect, for instance under pythonw
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
with silent_stderr():
    import tensorflow  # noqa: F401
