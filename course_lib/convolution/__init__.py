"""Sizes, receptive fields and costs of convolution, pooling and transposed convolution.

Everything here counts along *one* axis, in whole numbers. The chapter
``convolution`` derives the formulas; its notebook checks them against Keras on thousands of layers.
The letters are those of Dumoulin and Visin, "A guide to convolution arithmetic for deep learning"
(2016), https://arxiv.org/abs/1603.07285, except that the input size is ``m``:

========  =====================================================================
``m``     size of the input along the axis, in pixels
``k``     size of the kernel, in taps
``p``     padding added on *each* side of the input, in pixels
``s``     stride: step of the kernel over the input, in pixels
``d``     dilation: distance between neighbouring taps of the kernel, in pixels
========  =====================================================================
"""

from course_lib.convolution.costs import macs, parameters
from course_lib.convolution.sizes import (
    output_size,
    pooled_size,
    receptive_field,
    same_padding,
    transposed_output_size,
)

__all__ = [
    "macs",
    "output_size",
    "parameters",
    "pooled_size",
    "receptive_field",
    "same_padding",
    "transposed_output_size",
]
