"""Pictures of segmentations."""

import numpy as np
import pytest

from course_lib import plots


def test_error_map_has_a_colour_for_each_outcome():
    truth, mask = np.array([[1, 1, 0, 0]], bool), np.array([[1, 0, 1, 0]], bool)
    colours = plots.error_map(truth, mask)[0]
    np.testing.assert_allclose(
        colours, [plots.images.HIT, plots.images.MISSED, plots.images.EXTRA, (0, 0, 0)]
    )
    with pytest.raises(ValueError, match="truth's shape"):
        plots.error_map(truth, mask[:, :2])


def test_columns_of_pictures_stand_in_order_and_keep_their_scale():
    grey, coloured = np.full((4, 8), 0.5), np.ones((4, 8, 3))
    fig = plots.picture_columns([[grey, coloured]] * 3, ["image", "errors"])
    (axes,) = fig.axes
    assert [np.asarray(picture.get_array()).ndim for picture in axes.images] == [2] * 3 + [3] * 3
    assert [text.get_text() for text in axes.texts] == ["image", "errors"]
    assert axes.images[0].get_clim() == (0, 1)
    with pytest.raises(ValueError, match="2 pictures each"):
        plots.picture_columns([[grey]], ["image", "errors"])


def test_every_seed_is_a_point():
    scores = {
        "net": {"Dice": np.array([0.8, 0.9]), "IoU": np.array([0.7, 0.8])},
        "Otsu": {"Dice": np.array([0.6]), "IoU": np.array([0.5])},
    }
    fig = plots.seed_points(scores, ["Dice", "IoU"])
    drawn = [line.get_ydata().tolist() for line in fig.axes[0].lines]
    assert drawn == [[0.8, 0.9], [0.7, 0.8], [0.6], [0.5]]
    assert [text.get_text() for text in fig.legends[0].texts] == ["net", "Otsu"]
    with pytest.raises(ValueError, match="scores must hold"):
        plots.seed_points({}, ["Dice"])
