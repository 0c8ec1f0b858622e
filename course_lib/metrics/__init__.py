"""Numbers that judge a reconstruction, a code, a segmentation or generated images."""

from course_lib.metrics.generation import (
    frechet_distance,
    importance_bound,
    importance_weighted_bound,
    precision_recall,
    slant,
)
from course_lib.metrics.latent import active_units
from course_lib.metrics.reconstruction import (
    Nearest,
    nearest,
    pixel_errors,
    psnr,
    recognised,
    replica_summary,
    ssim,
)
from course_lib.metrics.segmentation import (
    ObjectMatches,
    ObjectScores,
    average_surface_distance,
    boundary,
    boundary_error,
    boundary_f1,
    dice,
    iou,
    object_matches,
    object_scores,
    segmentation_scores,
)

__all__ = [
    "Nearest",
    "ObjectMatches",
    "ObjectScores",
    "active_units",
    "average_surface_distance",
    "boundary",
    "boundary_error",
    "boundary_f1",
    "dice",
    "frechet_distance",
    "importance_bound",
    "importance_weighted_bound",
    "iou",
    "nearest",
    "object_matches",
    "object_scores",
    "pixel_errors",
    "precision_recall",
    "psnr",
    "recognised",
    "replica_summary",
    "segmentation_scores",
    "slant",
    "ssim",
]
