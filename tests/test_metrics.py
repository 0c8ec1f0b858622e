"""The metrics against definitions written out, and against scikit-image and scikit-learn."""

import numpy as np
import pytest
import skimage.metrics
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from course_lib import metrics
from course_lib.data import load_emoji, load_font, load_photographs
from course_lib.noise import flip, gaussian

FONT = load_font().images
SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, replicas=st.integers(1, 4), n=st.integers(1, 6))
def test_pixel_errors_count_what_differs_for_each_item_of_each_replica(seed, replicas, n):
    rng = np.random.default_rng(seed)
    y_true = rng.integers(0, 2, (n, 7, 5)).astype(np.float32)
    y_pred = rng.random((replicas, n, 7, 5))
    errors = metrics.pixel_errors(y_true, y_pred)
    assert errors.shape == (replicas, n)
    for r in range(replicas):
        for i in range(n):
            wrong = sum(
                bool(t) != (p > 0.5) for t, p in zip(y_true[i].flat, y_pred[r, i].flat, strict=True)
            )
            assert errors[r, i] == wrong
    flat = metrics.pixel_errors(y_true.reshape(n, 35), y_pred.reshape(replicas, n, 35))
    np.testing.assert_array_equal(flat, errors)
    np.testing.assert_array_equal(metrics.pixel_errors(y_true, y_pred[0]), errors[0])
    for tolerance in (0, 1, 20):
        np.testing.assert_array_equal(
            metrics.recognised(y_true, y_pred, tolerance), (errors <= tolerance).sum(axis=1)
        )


def test_a_pixel_of_one_half_counts_as_paper():
    assert metrics.pixel_errors([[0, 1]], [[0.5, 0.5]]).tolist() == [1]


def test_recognised_accepts_one_wrong_pixel_unless_told_otherwise():
    damaged = FONT.copy()
    damaged[0, 0, 0] = 1 - damaged[0, 0, 0]
    damaged[1, :2, 0] = 1 - damaged[1, :2, 0]
    assert metrics.recognised(FONT, damaged) == 31
    assert metrics.recognised(FONT, damaged, tolerance=0) == 30
    assert metrics.recognised(FONT, np.stack([damaged, FONT])).tolist() == [31, 32]


def test_replica_summary():
    one_wrong, many_wrong = FONT.copy(), 1 - FONT
    one_wrong[3, 0, 0] = 1 - one_wrong[3, 0, 0]
    summary = metrics.replica_summary(FONT, np.stack([FONT, one_wrong, many_wrong, FONT]))
    assert summary == pytest.approx(
        {
            "wrong_mean": (0 + 1 + 1120 + 0) / 4,
            "wrong_std": np.std([0, 1, 1120, 0], ddof=1),
            "wrong_best": 0,
            "wrong_worst": 1120,
            "exact_mean": (32 + 31 + 0 + 32) / 4,
            "within_one_mean": (32 + 32 + 0 + 32) / 4,
            "all_exact_share": 0.5,
            "all_within_one_share": 0.75,
        }
    )
    assert np.isnan(metrics.replica_summary(FONT, FONT[None])["wrong_std"])
    with pytest.raises(ValueError, match="one axis of replicas"):
        metrics.replica_summary(FONT, FONT)


def test_nearest_finds_every_item_itself_and_its_distance():
    emoji = load_emoji().images
    for images, metric in ((FONT, "hamming"), (emoji, "euclidean")):
        found = metrics.nearest(images, images, metric)
        assert found.index.tolist() == list(range(len(images)))
        assert (found.distance == 0).all()


@given(seed=SEEDS)
def test_nearest_agrees_with_the_definition(seed):
    rng = np.random.default_rng(seed)
    noisy = np.stack([flip(FONT, 0.2, rng), flip(FONT, 0.1, rng)])
    index, distance = metrics.nearest(noisy, FONT)
    assert index.shape == distance.shape == (2, 32)
    assert distance.dtype.kind == "i"
    all_distances = (noisy[:, :, None] != FONT).sum(axis=(-1, -2))
    np.testing.assert_array_equal(index, all_distances.argmin(axis=-1))
    np.testing.assert_array_equal(distance, all_distances.min(axis=-1))
    grey = rng.random((4, 35))
    index, distance = metrics.nearest(grey, FONT.reshape(32, 35), metric="euclidean")
    all_distances = np.linalg.norm(grey[:, None] - FONT.reshape(32, 35), axis=-1)
    np.testing.assert_array_equal(index, all_distances.argmin(axis=-1))
    np.testing.assert_allclose(distance, all_distances.min(axis=-1))


def test_nearest_takes_a_single_item():
    index, distance = metrics.nearest(FONT[4], FONT)
    assert (index.item(), distance.item()) == (4, 0)


def test_psnr_and_ssim_agree_with_scikit_image():
    clean = np.stack([image[:64, :80] for image in load_photographs("test").values()])
    noisy = np.clip(gaussian(np.stack([clean, clean]), 0.1, np.random.default_rng(0)), 0, 1)
    psnr, ssim = metrics.psnr(clean, noisy), metrics.ssim(clean, noisy)
    assert psnr.shape == ssim.shape == (2, 4)
    for r, i in np.ndindex(2, 4):
        pair = clean[i].astype(float), noisy[r, i].astype(float)
        reference = skimage.metrics.peak_signal_noise_ratio(*pair, data_range=1)
        assert psnr[r, i] == pytest.approx(reference)
        reference = skimage.metrics.structural_similarity(
            *pair, data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
        assert ssim[r, i] == pytest.approx(reference)
    assert np.isposinf(metrics.psnr(clean, clean)).all()
    np.testing.assert_allclose(metrics.ssim(clean, clean), 1)
    np.testing.assert_allclose(metrics.psnr(255 * clean, 255.0 * noisy, data_range=255), psnr, 1e-5)


@given(seed=SEEDS, share=st.floats(0, 1))
def test_dice_and_iou_agree_with_f1_and_jaccard(seed, share):
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.random((2, 5, 6, 6)) < share
    dice, iou = metrics.dice(y_true, y_pred), metrics.iou(y_true, y_pred)
    masks = y_true.reshape(5, -1).T, y_pred.reshape(5, -1).T  # a column each
    each = {"average": None, "zero_division": 1.0}
    np.testing.assert_allclose(dice, sklearn.metrics.f1_score(*masks, **each))
    np.testing.assert_allclose(iou, sklearn.metrics.jaccard_score(*masks, **each))
    np.testing.assert_allclose(dice, 2 * iou / (1 + iou))


def test_an_empty_mask_is_matched_only_by_an_empty_one():
    empty, full = np.zeros((1, 4)), np.ones((1, 4))
    for score in (metrics.dice, metrics.iou):
        assert score(empty, empty) == 1
        assert score(empty, full) == score(full, empty) == 0


def test_active_units_count_units_whose_mean_varies():
    rng = np.random.default_rng(0)
    spread = np.array([0.0, 0.05, 0.2, 1.0])
    z_mean = rng.standard_normal((3, 4000, 4)) * spread + 7
    assert metrics.active_units(z_mean).tolist() == [2, 2, 2]
    assert metrics.active_units(z_mean[0], threshold=0.5) == 1


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.pixel_errors(FONT, FONT[:3]), ValueError, r"y_pred must be \(32, 7, 5\)"),
        (lambda: metrics.pixel_errors([0, 1], [0, 1]), ValueError, "y_true must have an axis of"),
        (lambda: metrics.pixel_errors([[0]], [[np.nan]]), ValueError, "y_pred must hold finite"),
        (lambda: metrics.pixel_errors([["a"]], [["a"]]), TypeError, "y_true must be an array of"),
        (lambda: metrics.recognised(FONT, FONT, -1), ValueError, "tolerance must be an integer"),
        (lambda: metrics.recognised(FONT, FONT, 0.5), TypeError, "tolerance must be an integer"),
        (lambda: metrics.nearest(FONT, FONT, "cosine"), ValueError, "metric must be one of"),
        (lambda: metrics.nearest(FONT, FONT[:0]), ValueError, "training must hold at least one"),
        (lambda: metrics.nearest(FONT[:, :2], FONT), ValueError, "items must end in the shape"),
        (lambda: metrics.psnr(FONT, FONT, 0), ValueError, "data_range must be a number above 0"),
        (lambda: metrics.ssim(FONT, FONT), ValueError, "grey images of at least 11 x 11"),
        (lambda: metrics.active_units([1.0, 2.0]), ValueError, "z_mean must have axes of"),
    ],
)
def test_wrong_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
