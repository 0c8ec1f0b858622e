"""Former name of what :mod:`course_lib.plots` holds."""

from course_lib.plots import error_map, picture_columns, seed_points

__all__ = ["error_map", "picture_columns", "seed_points"]
