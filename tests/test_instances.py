"""Masks cut into objects, and objects judged."""

import numpy as np
import pytest

from course_lib import instances


def discs(*columns, radius=8, size=(20, 60)):
    """Return a mask for each disc, in one row."""
    rows, across = np.mgrid[: size[0], : size[1]]
    return [(rows - 10) ** 2 + (across - column) ** 2 < radius**2 for column in columns]


def test_pieces_are_objects_and_small_ones_are_dropped():
    mask = np.logical_or.reduce([*discs(12), *discs(40, radius=2)])[None]
    assert instances.by_pieces(mask).max() == 2
    kept = instances.by_pieces(mask, least=20)
    np.testing.assert_array_equal(kept[0] > 0, discs(12)[0])


def test_width_parts_two_discs_and_leaves_one_whole():
    one, pair = discs(30)[0], np.logical_or(*discs(20, 34))
    found = instances.by_width(np.stack([one, pair]), 0.5)
    assert [part.max() for part in found] == [1, 2]
    np.testing.assert_array_equal(found[1] > 0, pair)
    left, right = (np.unique(found[1][:, columns]) for columns in (slice(0, 24), slice(31, 60)))
    assert set(left) & set(right) == {0}
    assert instances.by_width(pair[None], 5).max() == 1  # no hill is that high


def test_border_belongs_to_the_objects_that_it_parts():
    left, right = discs(20, 34)
    inner = np.logical_or(*discs(20, 34, radius=6))
    p = np.zeros((1, 20, 60, 3))
    p[0, ..., 0] = 1
    p[0][left | right] = (0, 0.2, 0.8)
    p[0][inner] = (0, 0.9, 0.1)
    found = instances.by_border(p, 0.5)
    np.testing.assert_array_equal(found[0] > 0, left | right)
    assert found.max() == 2
    assert instances.by_border(p, 0.1).max() == 1  # the border counts as inside


def test_shares_of_a_merged_pair():
    left, right = discs(20, 34)
    alone = discs(52, radius=5)[0]
    true = np.where(alone, 3, np.where(right, 2, left * 1))[None]
    merged = np.where(alone, 7, np.where(left | right, 1, 0))[None]
    shares = instances.object_shares(true, merged)
    # The larger part of the pair still covers more than half of the union.
    assert shares["objects for each"] == pytest.approx(2 / 3)
    assert shares == pytest.approx(
        {"found": 2 / 3, "of those that touch": 1 / 2, "objects for each": 2 / 3, "F1": 4 / 5}
    )
    assert instances.object_shares(true, true) == pytest.approx(
        {"found": 1, "of those that touch": 1, "objects for each": 1, "F1": 1}
    )
    nothing = np.zeros_like(true)
    assert instances.object_shares(true, nothing)["F1"] == 0
    assert instances.object_shares(nothing, nothing)["F1"] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: instances.by_pieces(np.ones((4, 4))), "masks must have 3 axes"),
        (lambda: instances.by_width(np.ones((1, 4, 4)), 0), "depth must be .*above 0"),
        (lambda: instances.by_width(np.ones((1, 4, 4)), 1, 0), "least must be"),
        (lambda: instances.by_border(np.ones((1, 4, 4, 2)), 0.5), "probabilities must have 3"),
        (lambda: instances.by_border(np.ones((1, 4, 4, 3)), 2), "level must be"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
