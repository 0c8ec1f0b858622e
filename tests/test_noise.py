"""Noise: what it keeps (shape, type, range, its input) and the rates it has."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.noise import flip, gaussian, salt_and_pepper

SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=8)
DTYPES = st.sampled_from([np.float32, np.float64])
GREY = st.builds(
    lambda shape, dtype, seed: _random(shape, dtype, seed), SHAPES, DTYPES, st.integers(0, 99)
)
RATES = st.floats(0, 1)
SEEDS = st.integers(0, 2**32 - 1)


def _random(shape, dtype, seed):
    return np.random.default_rng(seed).random(shape).astype(dtype)


@given(images=GREY, p=RATES, seed=SEEDS)
def test_salt_and_pepper_keeps_a_pixel_or_makes_it_black_or_white(images, p, seed):
    before = images.copy()
    noisy = salt_and_pepper(images, p, np.random.default_rng(seed))
    assert noisy.shape == images.shape
    assert noisy.dtype == images.dtype
    assert ((noisy == images) | (noisy == 0) | (noisy == 1)).all()
    np.testing.assert_array_equal(images, before)
    assert not np.shares_memory(noisy, images)


@given(images=GREY, p=RATES, seed=SEEDS)
def test_flip_of_a_binary_image_is_binary_and_undone_by_the_same_draw(images, p, seed):
    images = images.round()
    noisy = flip(images, p, np.random.default_rng(seed))
    assert noisy.shape == images.shape
    assert noisy.dtype == images.dtype
    assert set(np.unique(noisy)) <= {0, 1}
    np.testing.assert_array_equal(flip(noisy, p, np.random.default_rng(seed)), images)


@given(images=GREY, sigma=st.floats(0, 10), seed=SEEDS)
def test_gaussian_adds_the_same_noise_to_any_image(images, sigma, seed):
    noisy = gaussian(images, sigma, np.random.default_rng(seed))
    noise = gaussian(np.zeros_like(images), sigma, np.random.default_rng(seed))
    assert noisy.shape == images.shape
    assert noisy.dtype == images.dtype
    np.testing.assert_allclose(noisy, images + noise, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("damage", [salt_and_pepper, flip, gaussian])
def test_no_noise_changes_nothing_and_a_seed_repeats_itself(damage):
    images = _random((5, 7, 5), np.float32, 0).round()
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(damage(images, 0, rng), images)
    first, second = (damage(images, 0.3, np.random.default_rng(2)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert (damage(images, 0.3, rng) != damage(images, 0.3, rng)).any()


# 400,000 pixels: the standard error of a share is below 0.0008, the bound is more than six of them.
@pytest.mark.parametrize("p", [0.05, 0.1, 0.3, 1.0])
def test_rates(p):
    rng = np.random.default_rng(0)
    grey = np.full((1000, 20, 20), 0.5)
    noisy = salt_and_pepper(grey, p, rng)
    assert abs((noisy != 0.5).mean() - p) < 0.005
    assert abs((noisy == 1).mean() - p / 2) < 0.005
    binary = rng.integers(0, 2, grey.shape)
    assert abs((salt_and_pepper(binary, p, rng) != binary).mean() - p / 2) < 0.005
    assert abs((flip(binary, p, rng) != binary).mean() - p) < 0.005


def test_gaussian_is_not_clipped_and_has_its_moments():
    noise = gaussian(np.zeros((1000, 20, 20)), 0.25, np.random.default_rng(0))
    assert noise.min() < -0.5
    assert abs(noise.mean()) < 0.003
    assert abs(noise.std() - 0.25) < 0.003


def test_integers_and_bools_become_float32():
    rng = np.random.default_rng(0)
    for images in ([[0, 1]], np.array([True, False]), np.zeros(3, np.uint8)):
        for damage in (salt_and_pepper, flip, gaussian):
            assert damage(images, 0.5, rng).dtype == np.float32


@pytest.mark.parametrize("damage", [salt_and_pepper, flip])
@pytest.mark.parametrize("p", [-0.1, 1.1, np.nan])
def test_a_rate_outside_zero_to_one_is_named(damage, p):
    with pytest.raises(ValueError, match="p must be a number of at least 0 and at most 1, not"):
        damage(np.zeros((1, 2)), p, np.random.default_rng(0))


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda rng: flip([[0.5]], 0.1, rng), ValueError, "images must hold 0 and 1 only"),
        (lambda rng: flip([[0.0]], 0.1, 0), TypeError, "rng must be a generator"),
        (lambda rng: gaussian([0.0], 0.1, np.random), TypeError, "rng must be a generator"),
        (lambda rng: salt_and_pepper([255.0], 0.1, rng), ValueError, r"in \[0, 1\], not from 255"),
        (lambda rng: salt_and_pepper([np.nan], 0.1, rng), ValueError, "finite numbers"),
        (lambda rng: salt_and_pepper(["x"], 0.1, rng), TypeError, "array of real numbers"),
        (lambda rng: gaussian([0.0], -1, rng), ValueError, "sigma must be a number of at least 0"),
        (lambda rng: gaussian([0.0], np.inf, rng), ValueError, "sigma must be a number"),
        (lambda rng: gaussian([0.0], "1", rng), TypeError, "sigma must be a number"),
        (lambda rng: flip([0.0], True, rng), TypeError, "p must be a number"),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(np.random.default_rng(0))
