import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg, stats

from course_lib import generative as lib

RNG = np.random.default_rng(0)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_frechet_distance_is_that_of_the_matrix_square_root(rng):
    a = rng.standard_normal((60, 4)) @ rng.standard_normal((4, 4))
    b = rng.standard_normal((80, 4)) @ rng.standard_normal((4, 4)) + 1
    cov_a, cov_b = np.cov(a.T), np.cov(b.T)
    root = linalg.sqrtm(cov_a @ cov_b).real
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(cov_a + cov_b - 2 * root)
    assert lib.frechet_distance(a, b) == pytest.approx(expected)
    assert lib.frechet_distance(a, b) == pytest.approx(lib.frechet_distance(b, a))
    assert lib.frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_frechet_distance_of_one_feature_is_in_closed_form(rng):
    a, b = rng.normal(0, 1, (500, 1)), rng.normal(3, 2, (400, 1))
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    assert lib.frechet_distance(a, b) == pytest.approx(expected)


def test_precision_sees_bad_samples_and_recall_sees_missing_ones(rng):
    left, right = rng.normal(-9, 1, (200, 2)), rng.normal(9, 1, (200, 2))
    real = np.concatenate([left, right])
    precision, recall = lib.precision_recall(rng.normal(-9, 1, (200, 2)), real)
    assert precision > 0.9 and 0.4 < recall < 0.55
    spoiled = np.concatenate([left[:100], rng.normal(40, 1, (100, 2))])
    assert lib.precision_recall(spoiled, real)[0] == pytest.approx(0.5)


def test_copies_of_the_real_points_score_perfectly(rng):
    real = rng.standard_normal((50, 3))
    assert lib.precision_recall(real, real) == (1.0, 1.0)


def test_recall_is_precision_with_the_sets_exchanged(rng):
    a, b = rng.standard_normal((40, 2)), rng.standard_normal((70, 2)) + 1
    assert lib.precision_recall(a, b, k=2) == lib.precision_recall(b, a, k=2)[::-1]


@given(st.lists(st.floats(-20, 20), min_size=12, max_size=12))
def test_importance_weighted_bound_falls_with_the_draws(logs):
    values = [float(lib.importance_weighted_bound(np.array(logs), k)) for k in (1, 2, 6, 12)]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(values))
    assert values[0] == pytest.approx(-np.mean(logs), abs=1e-9)
    assert values[-1] == pytest.approx(-np.log(np.mean(np.exp(logs))), abs=1e-9)


def test_importance_weighted_bound_keeps_further_axes(rng):
    logs = rng.standard_normal((6, 4, 2))
    bound = lib.importance_weighted_bound(logs, 3)
    assert bound.shape == (4, 2)
    assert bound[1, 0] == pytest.approx(float(lib.importance_weighted_bound(logs[:, 1, 0], 3)))


def test_mixture_is_a_distribution_and_em_raises_the_likelihood(rng):
    x = (rng.random((200, 6)) < rng.choice([0.1, 0.9], (200, 1))).astype("float32")
    scores = [
        lib.fit_bernoulli_mixture(x, 3, np.random.default_rng(2), steps).nll(x)
        for steps in (1, 3, 30)
    ]
    assert scores == sorted(scores, reverse=True)
    every = np.array(list(itertools.product([0, 1], repeat=6)), dtype=float)
    fit = lib.fit_bernoulli_mixture(x, 3, rng)
    total = np.logaddexp.reduce(fit.log_joint(every), axis=None)
    assert total == pytest.approx(0, abs=1e-6)


def test_one_component_is_independent_pixels(rng):
    x = (rng.random((300, 5)) < 0.3).astype("float32")
    fit = lib.fit_bernoulli_mixture(x, 1, rng)
    expected = (x.sum(axis=0) + 0.5) / 301
    np.testing.assert_allclose(fit.ink[0], expected)
    assert fit.nll(x) == pytest.approx(-stats.bernoulli.logpmf(x, expected).sum(axis=1).mean())


def test_slant_is_the_slope_of_the_ink():
    image = np.zeros((9, 9))
    for row in range(9):
        image[row, 6 - row // 2] = 1
    assert lib.slant(image) == pytest.approx(0.5, abs=0.03)
    assert lib.slant(image[:, ::-1]) == pytest.approx(-0.5, abs=0.03)
    np.testing.assert_allclose(lib.slant(np.stack([image, np.zeros((9, 9))]))[1], 0)
    np.testing.assert_allclose(lib.slant(0.3 * image), lib.slant(image))
    assert lib.slant(image.reshape(1, 81), (9, 9))[0] == lib.slant(image)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lib.frechet_distance(np.zeros((5, 2)), np.zeros((5, 3))), "features"),
        (lambda: lib.frechet_distance(np.zeros(5), np.zeros((5, 3))), "a must"),
        (lambda: lib.precision_recall(np.zeros((3, 2)), np.zeros((5, 2))), "k=3"),
        (lambda: lib.precision_recall(np.zeros((9, 2)), np.zeros((9, 2)), k=0), "k"),
        (lambda: lib.importance_weighted_bound(np.zeros(10), 3), "k must divide"),
        (lambda: lib.fit_bernoulli_mixture(np.full((4, 2), 0.5), 2, RNG), "0 and 1"),
        (lambda: lib.fit_bernoulli_mixture(np.eye(4), 5, RNG), "components"),
        (lambda: lib.slant(-np.eye(3)), "images"),
    ],
)
def test_bad_arguments_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
