"""The simulated microscopy images and their masks."""

import dataclasses

import numpy as np
import pytest
from scipy.ndimage import label

from course_lib import data
from course_lib.data import NucleiScene, NucleiSet

QUIET = dataclasses.replace(NucleiScene(), photons=1e6, read_noise=0.0, background=(0.1, 0.1))


@pytest.fixture(scope="module")
def nuclei():
    return data.load_nuclei(40, seed=3)


def test_images_and_masks_have_the_promised_form(nuclei):
    assert isinstance(nuclei, NucleiSet)
    assert isinstance(nuclei, data.ImageSet)
    assert nuclei.images.shape == nuclei.masks.shape == nuclei.objects.shape == (40, 64, 64)
    assert nuclei.images.dtype == nuclei.clean.dtype == np.float32
    assert nuclei.images.min() >= 0
    assert nuclei.images.max() <= 1
    assert nuclei.masks.dtype == nuclei.filaments.dtype == bool
    np.testing.assert_array_equal(nuclei.masks, nuclei.objects != 0)
    np.testing.assert_array_equal(nuclei.filaments, nuclei.objects < 0)


def test_seed_decides_and_a_smaller_set_is_the_start_of_a_larger_one(nuclei):
    again = data.load_nuclei(5, seed=3)
    np.testing.assert_array_equal(again.images, nuclei.images[:5])
    np.testing.assert_array_equal(again.objects, nuclei.objects[:5])
    other = data.load_nuclei(5, seed=4)
    assert (other.images != again.images).any(axis=(1, 2)).all()


def test_nuclei_vary_and_touch_and_filaments_are_thin(nuclei):
    areas = [
        (objects == k).sum() for objects in nuclei.objects for k in range(1, objects.max() + 1)
    ]
    assert np.percentile(areas, 95) > 5 * np.percentile(areas, 10)
    # Touching nuclei grow together: fewer connected regions than nuclei.
    regions = sum(label(objects > 0)[1] for objects in nuclei.objects)
    assert regions < 0.8 * np.count_nonzero(areas)
    assert nuclei.filaments.any(axis=(1, 2)).mean() > 0.9
    # No square of 4 x 4 pixels lies inside one filament.
    squares = np.lib.stride_tricks.sliding_window_view(nuclei.objects, (4, 4), axis=(1, 2))
    one = (squares == squares[..., :1, :1]).all(axis=(-1, -2)) & (squares[..., 0, 0] < 0)
    assert not one.any()


def test_mask_is_where_the_clean_picture_is_bright():
    nuclei = data.load_nuclei(10, seed=1, scene=QUIET)
    assert nuclei.clean[nuclei.masks].min() > 0
    # Half a pixel beyond the outline still catches some light, further out none does.
    assert (nuclei.clean[~nuclei.masks] > 0).mean() < 0.1
    # Without noise the image is the clean picture, blurred, on its background.
    assert np.corrcoef(nuclei.images.ravel(), nuclei.clean.ravel())[0, 1] > 0.9


def test_noise_follows_the_photon_count():
    dark = dataclasses.replace(QUIET, nuclei=(0, 0), filaments=(0, 0), background=(0.9, 0.9))
    for photons in (25.0, 400.0):
        scene = dataclasses.replace(dark, photons=photons, read_noise=3.0)
        pixels = data.load_nuclei(8, seed=0, scene=scene).images * 1.5
        assert pixels.mean() == pytest.approx(0.9, abs=0.02)
        expected = np.sqrt(0.9 * photons + 9) / photons
        assert pixels.std() == pytest.approx(expected, rel=0.1)


def test_scene_without_structures_has_empty_masks():
    scene = dataclasses.replace(NucleiScene(), nuclei=(0, 0), filaments=(0, 0))
    assert not data.load_nuclei(3, seed=0, scene=scene).masks.any()


def test_size_of_the_images_is_a_parameter():
    scene = dataclasses.replace(NucleiScene(), size=96)
    assert data.load_nuclei(2, seed=0, scene=scene).masks.shape == (2, 96, 96)


def test_parts_of_a_set_keep_their_masks(nuclei):
    part = nuclei[3:6]
    np.testing.assert_array_equal(part.objects, nuclei.objects[3:6])
    np.testing.assert_array_equal(part.images, nuclei.images[3:6])
    picked = nuclei[["image 7", "image 2"]]
    np.testing.assert_array_equal(picked.masks, nuclei.masks[[7, 2]])
    np.testing.assert_array_equal(nuclei["image 7"], nuclei.images[7])
    assert len(picked) == 2


def test_arrays_are_read_only(nuclei):
    for values in (nuclei.images, nuclei.objects, nuclei.clean):
        with pytest.raises(ValueError, match="read-only"):
            values[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"n": 0}, ValueError, "n must be .*1.* not 0"),
        ({"n": 2.0}, TypeError, "n must be .*2.0"),
        ({"seed": -1}, ValueError, "seed must be .*-1"),
        ({"seed": None}, TypeError, "seed must be .*None"),
        ({"scene": {"photons": 3}}, TypeError, "scene must be a NucleiScene"),
    ],
)
def test_bad_arguments_are_named(change, error, message):
    with pytest.raises(error, match=message):
        data.load_nuclei(**{"n": 1, "seed": 0, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"photons": 0.0}, "photons"),
        ({"size": 8}, "size must be a number of at least 16"),
        ({"size": 64.5}, "size must be an integer"),
        ({"nuclei": (4, 2)}, "nuclei must have the smallest first"),
        ({"nuclei": 3}, "nuclei must be a pair"),
        ({"filaments": (0.5, 1)}, "filaments must be an integer"),
        ({"touching": 1.5}, "touching must be .* at most 1"),
        ({"blur": np.nan}, "blur"),
        ({"background": (-0.1, 0.2)}, "background"),
    ],
)
def test_bad_scenes_are_named(change, message):
    with pytest.raises((TypeError, ValueError), match=message):
        NucleiScene(**change)
