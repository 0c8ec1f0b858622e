"""Explorer of the arithmetic of convolution, pooling and transposed convolution."""

from __future__ import annotations

import traitlets

from ..convolution import output_size, pooled_size, transposed_output_size
from . import _poster
from ._base import Blob, Explorer
from ._traits import Choice, Count

MODES = ("convolution", "pooling", "transposed")
BOUNDS = {"m": (1, 12), "k": (1, 7), "p": (0, 4), "s": (1, 4), "d": (1, 3)}


class ConvolutionExplorer(Explorer):
    """A kernel that steps over its input, with the output's size computed beside it.

    Parameters
    ----------
    m, k, p, s, d : int
        At first: input size (1 to 12), kernel size (1 to 7), padding on each side (0 to 4), stride
        (1 to 4) and dilation (1 to 3). Both axes are alike.
    mode : {"convolution", "pooling", "transposed"}
        The operation at first. Pooling ignores the dilation. A transposed convolution stamps the
        kernel on its output, `s` cells apart, and cuts `p` cells from each side.

    Attributes
    ----------
    m, k, p, s, d : int
        The settings. Synchronised: set, observe or link them.
    mode : str
        The operation. Synchronised.
    step : int
        Position of the kernel, counted row by row. Synchronised.
    size : int or None
        Size of the output along one axis, as `course_lib.convolution` computes it; None where the
        settings are impossible. Synchronised.

    Raises
    ------
    TypeError, ValueError
        A setting is not a whole number or is out of bounds, or the mode is unknown.

    Examples
    --------
    >>> explorer = ConvolutionExplorer(m=7, k=3, s=2)
    >>> explorer.size
    4
    >>> explorer.k = 5
    >>> explorer.size
    3
    """

    _files = ("dom.js", "parts.js", "convolution.js")
    _build = "buildConvolution"
    _inputs = ("m", "k", "p", "s", "d", "mode", "step")

    m = Count(5, *BOUNDS["m"])
    k = Count(3, *BOUNDS["k"])
    p = Count(1, *BOUNDS["p"])
    s = Count(2, *BOUNDS["s"])
    d = Count(1, *BOUNDS["d"])
    mode = Choice(MODES)
    step = Count(0, 0, 10**6)
    size = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self, m: int = 5, k: int = 3, p: int = 1, s: int = 2, d: int = 1, mode: str = "convolution"
    ) -> None:
        settings = {"m": m, "k": k, "p": p, "s": s, "d": d}
        super().__init__({"bounds": BOUNDS}, Blob(), mode=mode, **settings)
        self._name = ", ".join(f"{name}={getattr(self, name)}" for name in settings)

    def _outcome(self) -> None:
        try:
            if self.mode == "convolution":
                self.size = output_size(self.m, self.k, self.p, self.s, self.d)
            elif self.mode == "pooling":
                self.size = pooled_size(self.m, self.k, self.p, self.s)
            else:
                self.size = transposed_output_size(self.m, self.k, self.p, self.s, self.d)
        except ValueError:
            self.size = None

    def _poster(self) -> tuple[str, str]:
        transposed = self.mode == "transposed"
        left = self.m if transposed else self.m + 2 * self.p
        names = ("Input", "Output") if transposed else ("Padded input", "Output")
        parts = []
        for x, name, cells in ((14, names[0], left), (270, names[1], self.size or 0)):
            lines = "".join(
                f"M{x + 180 * i / cells:.1f} 34v180M{x} {34 + 180 * i / cells:.1f}h180"
                for i in range(cells + 1)
                if cells
            )
            parts.append(_poster.text(x, 24, f"{name}, {cells} by {cells}"))
            parts.append(f'<path d="{lines}" stroke="{_poster.MUTED}" fill="none"/>')
        text = (
            f"{self.mode.capitalize()} of an input of {self.m} by {self.m} cells with a kernel of "
            f"{self.k}, padding {self.p}, stride {self.s} and dilation {self.d}: "
            + (f"the output has {self.size} by {self.size} cells" if self.size else "impossible")
        )
        return _poster.svg(470, 228, *parts), text
