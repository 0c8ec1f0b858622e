"""Numbers for small filters, held against pictures whose answer is known."""

import numpy as np
import pytest

from course_lib import filters


def grating(angle, size=8, period=4.0):
    rows, columns = np.mgrid[:size, :size]
    wave = np.cos(2 * np.pi / period * (columns * np.cos(angle) + rows * np.sin(angle)))
    return wave - wave.mean()


def test_gratings_are_oriented_and_a_spot_is_not():
    waves = np.stack([grating(angle) for angle in np.pi * np.arange(12) / 12])
    spot = np.zeros((8, 8))
    spot[3, 4] = 1
    assert filters.selectivity(waves).min() > 0.6
    assert filters.selectivity(spot) < 0.05
    assert filters.selectivity(waves[0] + waves[6]) < 0.1


def test_selectivity_is_blind_to_scale_and_sign():
    picture = grating(0.3)
    same = [3 * picture, -picture]
    np.testing.assert_allclose(filters.selectivity(np.stack(same)), filters.selectivity(picture))


def test_a_larger_picture_of_a_grating_is_more_selective():
    assert filters.selectivity(grating(0.3, size=64)) > filters.selectivity(grating(0.3)) > 0.6


def test_extent_and_share_of_two_spots():
    picture = np.zeros((2, 8, 8))
    picture[:, 2, 1] = 1
    picture[1, 2, 5] = -1
    np.testing.assert_allclose(filters.extent(picture), [0, 2])
    np.testing.assert_allclose(filters.largest_share(picture), [1, 0.5])


def test_the_largest_square_lies_at_the_rim_or_not():
    picture = np.zeros((3, 8, 8))
    picture[0, 7, 3], picture[1, 3, 0], picture[2, 6, 1] = 1, -2, 5
    picture[2, 0, 0] = -4
    assert filters.peaks_at_rim(picture).tolist() == [True, True, False]


@pytest.mark.parametrize(
    "measure",
    [filters.selectivity, filters.extent, filters.largest_share, filters.peaks_at_rim],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("shape", [(64,), (3, 8, 7)])
def test_pictures_must_be_square(measure, shape):
    with pytest.raises(ValueError, match=r"filters must have shape \(\.\.\., size, size\), not"):
        measure(np.ones(shape))
