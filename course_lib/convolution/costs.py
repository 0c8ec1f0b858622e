"""How many weights a layer has, and how many multiply-adds it takes."""

from course_lib._checks import check_flag
from course_lib.convolution.sizes import at_least


def parameters(k: int, c_in: int, c_out: int, bias: bool = True) -> int:
    """Count the trainable numbers of a convolution with a square kernel.

    Parameters
    ----------
    k : int
        Width and height of the kernel, in taps, at least 1.
    c_in, c_out : int
        Channels of the input and of the output, at least 1.
    bias : bool
        Whether each output channel has an additive constant.

    Returns
    -------
    int
        ``k * k * c_in * c_out``, plus ``c_out`` with a bias. The image's size does not enter, nor
        do stride, padding and dilation.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number or is below 1.

    Examples
    --------
    >>> parameters(3, 64, 64), parameters(3, 64, 64, bias=False)
    (36928, 36864)
    """
    k, c_in, c_out = at_least(1, k=k, c_in=c_in, c_out=c_out)
    check_flag("bias", bias)
    return k * k * c_in * c_out + (c_out if bias else 0)


def macs(k: int, c_in: int, c_out: int, size: int) -> int:
    """Count the multiply-adds of a convolution with a square kernel and a square output.

    Parameters
    ----------
    k : int
        Width and height of the kernel, in taps, at least 1.
    c_in, c_out : int
        Channels of the input and of the output, at least 1.
    size : int
        Width and height of the *output*, in pixels, at least 1.

    Returns
    -------
    int
        ``k * k * c_in * c_out * size * size``: each weight is used once per output pixel. Products
        with padded zeros count, additions of the bias do not.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a whole number or is below 1.

    Examples
    --------
    >>> macs(3, 64, 64, size=56)
    115605504
    """
    (size,) = at_least(1, size=size)
    return parameters(k, c_in, c_out, bias=False) * size * size
