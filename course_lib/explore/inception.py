"""Explorer of an Inception module: what each branch costs, with and without reductions."""

from __future__ import annotations

import traitlets

from course_lib.convolution import macs, parameters

from . import _poster
from ._base import Blob, Explorer
from ._traits import Choice, Count

BOUNDS = {
    "channels": (1, 1024),
    "size": (1, 112),
    "one": (1, 512),
    "reduce_three": (1, 512),
    "three": (1, 512),
    "reduce_five": (1, 512),
    "five": (1, 512),
    "project": (1, 512),
}
"""Smallest and largest value of each setting."""

FORMS = ("reduced", "naive")


class InceptionExplorer(Explorer):
    """Filters of an Inception module on sliders; weights and multiply-adds of its layers as bars.

    Four branches stand side by side: a 1 by 1, a 3 by 3 and a 5 by 5 convolution and a 3 by 3
    pooling, all with stride 1 and unchanged height and width. In the reduced form a 1 by 1
    convolution stands before the two large kernels and one behind the pooling; in the naive form
    there is none, and the pooling hands on all channels. It starts with stage 3a of GoogLeNet
    (Szegedy et al. 2015, table 1, https://arxiv.org/abs/1409.4842). Biases are not counted.

    Parameters
    ----------
    channels : int
        Channels of the input, 1 to 1024.
    size : int
        Height and width of the input, 1 to 112.
    one, three, five : int
        Filters of the convolutions of 1 by 1, 3 by 3 and 5 by 5, each 1 to 512.
    reduce_three, reduce_five : int
        Filters of the 1 by 1 convolution before the 3 by 3 and the 5 by 5 one, each 1 to 512.
    project : int
        Filters of the 1 by 1 convolution behind the pooling, 1 to 512.
    form : {"reduced", "naive"}
        With or without the 1 by 1 reductions.

    Attributes
    ----------
    channels, size, one, reduce_three, three, reduce_five, five, project : int
        The settings. Synchronised, as is all below: set it, observe it, link it.
    form : str
        The form.
    outputs : int
        Channels of the output.
    weights, multiply_adds : int
        Of all layers, without biases.

    Raises
    ------
    TypeError, ValueError
        A setting is not a whole number or leaves its range. The message names it.

    Examples
    --------
    >>> explorer = InceptionExplorer()
    >>> explorer.outputs, explorer.weights, explorer.multiply_adds
    (256, 163328, 128049152)
    >>> explorer.form = "naive"
    >>> explorer.outputs, explorer.weights
    (416, 387072)
    """

    _files = ("dom.js", "parts.js", "inception.js")
    _build = "buildInception"
    _inputs = (*BOUNDS, "form")

    channels = Count(192, *BOUNDS["channels"])
    size = Count(28, *BOUNDS["size"])
    one = Count(64, *BOUNDS["one"])
    reduce_three = Count(96, *BOUNDS["reduce_three"])
    three = Count(128, *BOUNDS["three"])
    reduce_five = Count(16, *BOUNDS["reduce_five"])
    five = Count(32, *BOUNDS["five"])
    project = Count(32, *BOUNDS["project"])
    form = Choice(FORMS)
    outputs = traitlets.Int().tag(sync=True)
    weights = traitlets.Int().tag(sync=True)
    multiply_adds = traitlets.Int().tag(sync=True)

    def __init__(
        self,
        channels: int = 192,
        size: int = 28,
        one: int = 64,
        reduce_three: int = 96,
        three: int = 128,
        reduce_five: int = 16,
        five: int = 32,
        project: int = 32,
        form: str = "reduced",
    ) -> None:
        settings = {
            "channels": channels,
            "size": size,
            "one": one,
            "reduce_three": reduce_three,
            "three": three,
            "reduce_five": reduce_five,
            "five": five,
            "project": project,
        }
        super().__init__({"bounds": BOUNDS}, Blob(), form=form, **settings)
        self._name = ", ".join(f"{name}={getattr(self, name)}" for name in settings)

    def _layers(self) -> dict[str, tuple[int, int, int]]:
        """Return kernel size, input and output channels of each layer that has weights."""
        c = self.channels
        if self.form == "naive":
            return {
                "1 × 1": (1, c, self.one),
                "3 × 3": (3, c, self.three),
                "5 × 5": (5, c, self.five),
            }
        return {
            "1 × 1": (1, c, self.one),
            "1 × 1 before 3 × 3": (1, c, self.reduce_three),
            "3 × 3": (3, self.reduce_three, self.three),
            "1 × 1 before 5 × 5": (1, c, self.reduce_five),
            "5 × 5": (5, self.reduce_five, self.five),
            "1 × 1 after pooling": (1, c, self.project),
        }

    def _outcome(self) -> None:
        layers = self._layers().values()
        handed_on = self.channels if self.form == "naive" else self.project
        self.outputs = self.one + self.three + self.five + handed_on
        self.weights = sum(parameters(*layer, bias=False) for layer in layers)
        self.multiply_adds = sum(macs(*layer, self.size) for layer in layers)

    def _poster(self) -> tuple[str, str]:
        counts = {name: parameters(*layer, bias=False) for name, layer in self._layers().items()}
        most = max(counts.values())
        parts = [_poster.text(20, 24, f"Weights of the module, {self.form}")]
        for row, (name, count) in enumerate(counts.items()):
            y = 50 + 26 * row
            parts.append(_poster.text(150, y, name, anchor="end"))
            width = 200 * count / most
            parts.append(
                f'<rect x="160" y="{y - 12}" width="{width:.1f}" height="16" fill="#0072b2"/>'
            )
            parts.append(_poster.text(166 + width, y, f"{count:,}"))
        return _poster.svg(450, 50 + 26 * len(counts), *parts), (
            f"The weights of an Inception module, {self.form}, as a bar for each layer: "
            + ", ".join(f"{name} {count:,}" for name, count in counts.items())
        )
