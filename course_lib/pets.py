"""Former name of what :mod:`course_lib.data` holds."""

from course_lib.data import load_pets

__all__ = ["load_pets"]
