"""Boundary errors and scores of single objects."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from course_lib import metrics

MASKS = arrays(bool, (2, 9, 9))


def square(first, last, size=16):
    """Return one mask with a filled square."""
    mask = np.zeros((1, size, size), bool)
    mask[0, first:last, first:last] = True
    return mask


def test_boundary_is_the_outermost_ring_of_pixels():
    ring = metrics.boundary(square(4, 10))[0]
    assert ring.sum() == 20
    assert not ring[5:9, 5:9].any()


def test_boundary_leaves_out_where_the_image_ends():
    cut = np.zeros((1, 8, 8), bool)
    cut[0, :, :3] = True
    expected = np.zeros((8, 8), bool)
    expected[:, 2] = True
    np.testing.assert_array_equal(metrics.boundary(cut)[0], expected)
    assert not metrics.boundary(np.ones((1, 8, 8))).any()


def test_single_line_of_pixels_is_all_boundary():
    line = np.zeros((1, 8, 8), bool)
    line[0, 4] = True
    np.testing.assert_array_equal(metrics.boundary(line), line)


@given(MASKS, MASKS)
def test_average_surface_distance_is_a_symmetric_distance_that_vanishes_on_itself(a, b):
    np.testing.assert_allclose(
        metrics.average_surface_distance(a, b), metrics.average_surface_distance(b, a)
    )
    assert (metrics.average_surface_distance(a, a) == 0).all()
    assert (metrics.average_surface_distance(a, b) <= np.hypot(9, 9)).all()


@given(MASKS, MASKS)
def test_boundary_f1_lies_between_0_and_1_and_grows_with_the_tolerance(a, b):
    strict, loose = (metrics.boundary_f1(a, b, tolerance=t) for t in (1, 3))
    assert ((strict >= 0) & (strict <= loose + 1e-12) & (loose <= 1)).all()
    assert (metrics.boundary_f1(a, a) == 1).all()


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_shifted_edge_is_off_by_the_shift(shift):
    left, right = np.zeros((2, 1, 8, 20), bool)
    left[:, :, :8] = True
    right[:, :, : 8 + shift] = True
    assert metrics.average_surface_distance(left, right) == pytest.approx(shift)
    assert metrics.boundary_f1(left, right, tolerance=shift) == 1
    assert metrics.boundary_f1(left, right, tolerance=shift - 0.5) == 0


def test_average_surface_distance_agrees_with_all_pairs_of_pixels():
    rng = np.random.default_rng(0)
    a, b = rng.random((2, 3, 12, 12)) < 0.4
    for i, error in enumerate(metrics.average_surface_distance(a, b)):
        p, q = (np.argwhere(metrics.boundary(m[i : i + 1])[0]) for m in (a, b))
        pairs = np.hypot(*(p[:, None] - q[None]).transpose(2, 0, 1))
        expected = np.concatenate([pairs.min(0), pairs.min(1)]).mean()
        assert error == pytest.approx(expected)


def test_masks_without_boundary_are_no_exception():
    empty, full, some = np.zeros((1, 6, 8)), np.ones((1, 6, 8)), np.eye(6, 8)[None]
    assert metrics.average_surface_distance(empty, empty) == 0
    assert metrics.average_surface_distance(empty, full) == 0
    assert metrics.average_surface_distance(some, empty) == 10
    assert metrics.boundary_f1(empty, empty) == 1
    assert metrics.boundary_f1(some, empty) == metrics.boundary_f1(empty, some) == 0


def test_single_object_scores_as_its_image():
    true, pred = square(3, 9), square(4, 11)
    scores = metrics.object_scores(true.astype(int), pred, reach=20)
    np.testing.assert_allclose(scores.dice, metrics.dice(true, pred))
    np.testing.assert_allclose(scores.recall, [25 / 36])
    assert (scores.image.tolist(), scores.label.tolist(), scores.area.tolist()) == ([0], [1], [36])


def test_each_object_answers_for_its_own_neighbourhood():
    objects = np.zeros((2, 10, 30), int)
    objects[1, 2:6, 2:6] = 7
    objects[1, 2:6, 20:24] = -2
    pred = objects == 7
    pred[1, 2:6, 6] = True  # beside the first
    pred[1, 9, 12] = True  # near none
    scores = metrics.object_scores(objects, pred, reach=2)
    assert scores.label.tolist() == [-2, 7]
    assert scores.image.tolist() == [1, 1]
    np.testing.assert_allclose(scores.dice, [0, 32 / 36])
    np.testing.assert_allclose(scores.recall, [0, 1])


def test_images_without_objects_have_no_scores():
    scores = metrics.object_scores(np.zeros((2, 4, 4), int), np.ones((2, 4, 4)))
    assert all(len(column) == 0 for column in scores)


def test_an_object_matches_one_of_its_own_and_two_run_together_match_at_most_one():
    true = np.zeros((2, 8, 20), int)
    true[1, 2:6, 2:6], true[1, 2:6, 6:14] = 3, 5  # 16 and 32 pixels, side by side
    true[1, 7, 0] = -1  # no object: not above 0
    apart = np.where(true > 0, 9 - true, 0)
    matches = metrics.object_matches(true, apart)
    assert (matches.image.tolist(), matches.label.tolist()) == ([1, 1], [3, 5])
    assert matches.area.tolist() == [16, 32]
    assert matches.iou.tolist() == [1, 1]
    assert matches.predicted.tolist() == [0, 2]
    assert matches.touching.tolist() == [True, True]
    alone = metrics.object_matches(np.where(true == 3, 3, 0), apart)
    assert alone.touching.tolist() == [False]
    together = metrics.object_matches(true, (true > 0).astype(int))
    np.testing.assert_allclose(together.iou, [16 / 48, 32 / 48])
    assert together.predicted.tolist() == [0, 1]
    missed = metrics.object_matches(true, np.zeros_like(true))
    assert missed.iou.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: metrics.boundary(np.ones((4, 4))), ValueError, "masks must have 3 axes"),
        (lambda: metrics.boundary([[["a"]]]), TypeError, "masks.*numbers"),
        (
            lambda: metrics.average_surface_distance(np.ones((1, 4, 4)), np.ones((1, 4, 5))),
            ValueError,
            r"y_pred must have the shape of y_true, \(1, 4, 4\)",
        ),
        (
            lambda: metrics.average_surface_distance(
                np.ones((1, 4, 4)), np.full((1, 4, 4), np.nan)
            ),
            ValueError,
            "y_pred.*NaN",
        ),
        (
            lambda: metrics.boundary_f1(np.ones((1, 4, 4)), np.ones((1, 4, 4)), -1),
            ValueError,
            "tolerance.*-1",
        ),
        (
            lambda: metrics.object_scores(np.ones((1, 4, 4)), np.ones((1, 4, 4))),
            TypeError,
            "objects must be an array of integers",
        ),
        (
            lambda: metrics.object_scores(np.ones((1, 4, 4), int), np.ones((1, 4, 4)), "far"),
            TypeError,
            "reach.*far",
        ),
        (
            lambda: metrics.object_matches(np.ones((1, 4, 4), int), np.ones((1, 4, 4))),
            TypeError,
            "predicted must be an array of integers",
        ),
        (
            lambda: metrics.object_matches(np.ones((1, 4, 4), int), np.ones((1, 4, 5), int)),
            ValueError,
            r"predicted must have shape \(1, 4, 4\)",
        ),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
