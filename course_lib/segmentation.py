"""Former name of what :mod:`course_lib.metrics` holds."""

from course_lib.metrics import ObjectScores, boundary, boundary_error, boundary_f1, object_scores

__all__ = ["ObjectScores", "boundary", "boundary_error", "boundary_f1", "object_scores"]
