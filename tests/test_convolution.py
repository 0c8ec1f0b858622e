"""Sizes, receptive fields and costs, each against a count made without the formula."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.convolution import (
    macs,
    output_size,
    parameters,
    pooled_size,
    receptive_field,
    same_padding,
    transposed_output_size,
)

sizes = st.integers(1, 40)
kernels = st.integers(1, 7)
paddings = st.integers(0, 5)
strides = st.integers(1, 5)
dilations = st.integers(1, 4)


def taps(start, k, d):
    """Return the pixels under a kernel whose first tap lies on ``start``."""
    return {start + d * i for i in range(k)}


def positions(m, k, p, s, d):
    """Return the first pixels of all kernel positions inside the padded input."""
    inside = set(range(-p, m + p))
    return [start for start in range(-p, m + p, s) if taps(start, k, d) <= inside]


@given(sizes, kernels, paddings, strides, dilations)
def test_output_size_counts_the_positions_of_the_kernel(m, k, p, s, d):
    count = len(positions(m, k, p, s, d))
    if count:
        assert output_size(m, k, p, s, d) == count
    else:
        with pytest.raises(ValueError, match="empty"):
            output_size(m, k, p, s, d)


def test_output_size_of_the_lecture_example_is_112_and_not_74():
    assert output_size(224, 7, 3, 2) == 112
    assert (224 - 7 + 2 * 3) / (2 + 1) == pytest.approx(74.3, abs=0.05)


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ((4, 3), 2),
        ((5, 4, 2), 6),
        ((5, 3, 1), 5),
        ((5, 3, 2), 7),
        ((5, 3, 0, 2), 2),
        ((5, 3, 1, 2), 3),
        ((6, 3, 1, 2), 3),
        ((7, 3, 0, 1, 2), 3),
    ],
)
def test_output_size_gives_the_cases_drawn_by_dumoulin_and_visin(arguments, size):
    assert output_size(*arguments) == size


@given(sizes, kernels, paddings, st.none() | strides)
def test_pooling_counts_windows_and_steps_by_its_own_width_unless_told(m, k, p, s):
    count = len(positions(m, k, p, k if s is None else s, 1))
    if count:
        assert pooled_size(m, k, p, s) == count
    else:
        with pytest.raises(ValueError, match="empty"):
            pooled_size(m, k, p, s)


@given(sizes, kernels, strides, dilations, paddings, st.integers(0, 4))
def test_transposed_size_counts_the_stamped_pixels(m, k, s, d, p, extra):
    stamped = set.union(*(taps(i * s, k, d) for i in range(m)))
    expected = max(stamped) + 1 - 2 * p + extra
    if expected >= 1:
        assert transposed_output_size(m, k, p, s, d, extra) == expected
    else:
        with pytest.raises(ValueError, match="empty"):
            transposed_output_size(m, k, p, s, d, extra)


@given(sizes, kernels, paddings, strides, dilations, st.data())
def test_a_transposed_convolution_undoes_the_size_of_its_convolution(m, k, p, s, d, data):
    extra = data.draw(st.integers(0, s - 1))
    try:
        enlarged = transposed_output_size(m, k, p, s, d, extra)
    except ValueError:
        return
    assert output_size(enlarged, k, p, s, d) == m


@given(sizes, kernels, strides, dilations)
def test_same_padding_is_the_least_that_keeps_ceil_of_m_over_s_pixels(m, k, s, d):
    before, after = same_padding(m, k, s, d)
    assert after - before in (0, 1)
    assert output_size(m + before + after, k, s=s, d=d) == -(-m // s)
    if after:
        try:
            smaller = output_size(m + before + after - 1, k, s=s, d=d)
        except ValueError:
            smaller = 0
        assert smaller < -(-m // s)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 3)), max_size=4))
def test_receptive_field_is_the_span_of_the_pixels_that_reach_one_output(layers):
    reached = {0}
    for k, s, d in reversed(layers):
        reached = set().union(*(taps(s * position, k, d) for position in reached))
    assert receptive_field(layers) == max(reached) - min(reached) + 1


def test_small_kernels_stacked_see_as_far_as_a_large_one():
    assert receptive_field([]) == 1
    assert receptive_field([(3, 1, 1)] * 2) == receptive_field([(5, 1, 1)]) == 5
    assert receptive_field([(3, 1, 1)] * 3) == receptive_field([(7, 1, 1)]) == 7


def test_inception_3a_has_the_published_weights_and_multiply_adds():
    naive = [(1, 192, 64), (3, 192, 128), (5, 192, 32)]
    reduced = [(1, 192, 64), (1, 192, 96), (3, 96, 128), (1, 192, 16), (5, 16, 32), (1, 192, 32)]
    assert sum(parameters(*layer, bias=False) for layer in naive) == 387_072
    assert sum(parameters(*layer, bias=False) for layer in reduced) == 163_328
    assert sum(macs(*layer, size=28) for layer in naive) == 303_464_448
    assert sum(macs(*layer, size=28) for layer in reduced) == 128_049_152


@given(kernels, st.integers(1, 6), st.integers(1, 6), st.integers(1, 9))
def test_parameters_and_macs_count_an_actual_kernel(k, c_in, c_out, size):
    kernel = np.zeros((k, k, c_in, c_out))
    assert parameters(k, c_in, c_out, bias=False) == kernel.size
    assert parameters(k, c_in, c_out) == kernel.size + c_out
    assert macs(k, c_in, c_out, size) == kernel.size * size**2


def test_numpy_integers_are_whole_numbers_and_the_results_are_plain_ints():
    assert type(output_size(np.int64(7), np.int32(3))) is int
    assert type(receptive_field(np.array([[3, 1, 1], [3, 2, 1]]))) is int


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: output_size(0, 3), ValueError, r"m must be an integer of at least 1, not 0"),
        (
            lambda: output_size(5, 3, p=-1),
            ValueError,
            r"p must be .* least 0, not -1",
        ),
        (lambda: output_size(5, 3, s=0), ValueError, r"^s must be .*, not 0$"),
        (lambda: output_size(5, 3, d=0), ValueError, r"^d must be .*, not 0$"),
        (lambda: output_size(5.0, 3), TypeError, r"m must be .*, not 5.0"),
        (lambda: output_size(5, True), TypeError, r"k must be .*, not True"),
        (lambda: output_size(5, 3, d=3), ValueError, r"spans 7 pixels.*= 5"),
        (lambda: pooled_size(3, 4), ValueError, r"empty"),
        (lambda: pooled_size(3, 2, s=0), ValueError, r"^s must be .*, not 0$"),
        (lambda: transposed_output_size(1, 1, p=1), ValueError, r"p=1 cuts"),
        (lambda: transposed_output_size(3, 3, output_padding=-1), ValueError, r"output_padding"),
        (lambda: same_padding("5", 3), TypeError, r"m must be .*, not '5'"),
        (
            lambda: receptive_field([(3, 1, 1), (3, 1)]),
            TypeError,
            r"layers\[1\] must be .*\[3, 1\]",
        ),
        (lambda: receptive_field([(3, 0, 1)]), ValueError, r"^layers\[0\] s must be .*, not 0$"),
        (lambda: receptive_field([3]), TypeError, r"layers\[0\] must be .*, not 3"),
        (lambda: parameters(3, 0, 4), ValueError, r"^c_in must be .*, not 0$"),
        (lambda: macs(3, 1, 4, 0), ValueError, r"^size must be .*, not 0$"),
    ],
)
def test_a_bad_argument_is_named_with_its_value(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_counting_needs_no_tensorflow():
    code = "import sys, course_lib.convolution; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
