"""How large the output of a layer is, and how far a stack of layers sees."""

from collections.abc import Iterable, Sequence

from course_lib._checks import check_count, check_list


def output_size(m: int, k: int, p: int = 0, s: int = 1, d: int = 1) -> int:
    r"""Count the positions a kernel takes along one axis: the size of a convolution's output.

    .. math:: \left\lfloor \frac{m + 2p - d(k-1) - 1}{s} \right\rfloor + 1

    Parameters
    ----------
    m, k : int
        Size of the input in pixels and of the kernel in taps, both at least 1.
    p : int
        Padding on each side, in pixels, at least 0.
    s, d : int
        Stride and dilation, in pixels, both at least 1.

    Returns
    -------
    int
        Size of the output in pixels, at least 1.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If an argument is out of range, or if the kernel does not fit into the padded input even
        once, which leaves an empty output.

    Notes
    -----
    The formula is relationship 6 of Dumoulin and Visin (2016), with the dilation of section 5.1.
    Keras has no ``p``: ``padding="valid"`` is ``p = 0``, ``padding="same"`` may pad the two sides
    differently, see `same_padding`.

    Examples
    --------
    The first layer of many image classifiers: 224 pixels, a 7-wide kernel, padding 3, stride 2.

    >>> output_size(224, 7, p=3, s=2)
    112
    >>> output_size(5, 3, d=2)
    1
    """
    m, k, s, d = at_least(1, m=m, k=k, s=s, d=d)
    (p,) = at_least(0, p=p)
    span = d * (k - 1) + 1
    if m + 2 * p < span:
        raise ValueError(
            f"the output is empty: a kernel of k={k} taps with d={d} spans {span} pixels, but the "
            f"padded input has only m + 2p = {m} + 2*{p} = {m + 2 * p}"
        )
    return (m + 2 * p - span) // s + 1


def pooled_size(m: int, k: int, p: int = 0, s: int | None = None) -> int:
    """Count the windows of a pooling layer along one axis.

    Parameters
    ----------
    m, k : int
        Size of the input and of the window in pixels, both at least 1.
    p : int
        Padding on each side, in pixels, at least 0.
    s : int, optional
        Stride in pixels, at least 1. Left out, it is `k`: windows that touch and do not overlap, as
        in Keras.

    Returns
    -------
    int
        Size of the output in pixels, at least 1.

    Raises
    ------
    TypeError, ValueError
        As for `output_size`.

    Examples
    --------
    A last column that does not fill a window is dropped:

    >>> pooled_size(28, 2), pooled_size(29, 2), pooled_size(28, 3, p=1, s=1)
    (14, 14, 28)
    """
    return output_size(m, k, p=p, s=k if s is None else s)


def transposed_output_size(
    m: int, k: int, p: int = 0, s: int = 1, d: int = 1, output_padding: int = 0
) -> int:
    r"""Return the size of a transposed convolution's output along one axis.

    .. math:: (m - 1)s + d(k-1) + 1 - 2p + \text{output padding}

    Each input pixel stamps the kernel into the output, `s` pixels after its neighbour's stamp; `p`
    pixels are then cut from each side and `output_padding` pixels added at the end.

    Parameters
    ----------
    m, k : int
        Size of the input in pixels and of the kernel in taps, both at least 1.
    p : int
        Pixels cut from each side, at least 0: the padding of the convolution that this one undoes.
    s, d : int
        Stride and dilation, in pixels, both at least 1.
    output_padding : int
        Pixels added at the end, at least 0. Values below `s` pick among the `s` input sizes that
        ``output_size(..., p=p, s=s, d=d)`` maps to `m`; frameworks accept no larger ones.

    Returns
    -------
    int
        Size of the output in pixels, at least 1.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If an argument is out of range, or if cutting leaves nothing.

    Notes
    -----
    Relationship 14 of Dumoulin and Visin (2016). Keras chooses ``output_padding`` itself unless
    told: ``padding="valid"`` gives ``m*s + max(k-s, 0)``, ``padding="same"`` gives ``m*s``.

    Examples
    --------
    >>> transposed_output_size(7, 3, s=2), transposed_output_size(7, 4, p=1, s=2)
    (15, 14)
    """
    m, k, s, d = at_least(1, m=m, k=k, s=s, d=d)
    p, output_padding = at_least(0, p=p, output_padding=output_padding)
    size = (m - 1) * s + d * (k - 1) + 1 - 2 * p + output_padding
    if size < 1:
        raise ValueError(
            f"the output is empty: p={p} cuts 2*{p} pixels from the {size + 2 * p} that m={m}, "
            f"k={k}, s={s}, d={d}, output_padding={output_padding} produce"
        )
    return size


def same_padding(m: int, k: int, s: int = 1, d: int = 1) -> tuple[int, int]:
    """Return the padding that ``padding="same"`` adds before and after the input.

    The output has ``ceil(m / s)`` pixels. If the padding needed for that is odd, Keras puts the
    extra pixel *after* the input, so it is not always ``k // 2`` per side.

    Parameters
    ----------
    m, k : int
        Size of the input in pixels and of the kernel in taps, both at least 1.
    s, d : int
        Stride and dilation, in pixels, both at least 1.

    Returns
    -------
    before, after : int
        Pixels of padding; ``after - before`` is 0 or 1.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number or is below 1.

    Notes
    -----
    TensorFlow, "Notes on padding", https://www.tensorflow.org/api_docs/python/tf/nn.

    Examples
    --------
    >>> same_padding(224, 7, s=2), same_padding(7, 3, s=2)
    ((2, 3), (1, 1))
    """
    m, k, s, d = at_least(1, m=m, k=k, s=s, d=d)
    outputs = -(-m // s)
    total = max((outputs - 1) * s + d * (k - 1) + 1 - m, 0)
    return total // 2, total - total // 2


def receptive_field(layers: Iterable[Sequence[int]]) -> int:
    r"""Return how wide a patch of the input one output pixel of a stack of layers sees.

    .. math:: r = 1 + \sum_i d_i (k_i - 1) \prod_{j<i} s_j

    Parameters
    ----------
    layers : iterable of (k, s, d)
        Kernel size, stride and dilation of each layer, the first layer first; all at least 1.
        Pooling counts like a convolution of the same window and stride, with ``d = 1``.

    Returns
    -------
    int
        Width in pixels along one axis, ignoring the image's border; 1 for an empty stack.

    Raises
    ------
    TypeError
        If an entry is not a triple of whole numbers.
    ValueError
        If a number is below 1.

    Notes
    -----
    Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks" (2019),
    https://doi.org/10.23915/distill.00021, equation 2, with dilated kernels.

    Examples
    --------
    Two 3-wide layers see as far as one 5-wide layer, three as far as one 7-wide layer.

    >>> receptive_field([(3, 1, 1)] * 2), receptive_field([(3, 1, 1)] * 3)
    (5, 7)
    >>> receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1)])
    8
    """
    field, jump = 1, 1
    for position, layer in enumerate(check_list("layers", layers)):
        if not isinstance(layer, Iterable) or len(layer := list(layer)) != 3:
            raise TypeError(
                f"layers[{position}] must be a triple (k, s, d) of whole numbers, not {layer!r}"
            )
        k, s, d = layer
        name = f"layers[{position}]"
        k, s, d = at_least(1, **{f"{name} k": k, f"{name} s": s, f"{name} d": d})
        field += d * (k - 1) * jump
        jump *= s
    return field


def at_least(least: int, **values: int) -> list[int]:
    """Return the values as ints, or complain by name about one that is not accepted."""
    return [check_count(name, value, least) for name, value in values.items()]
