"""What the explorers of a decoder share."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from course_lib._checks import check_choice

from ._base import Blob, Explorer
from ._checks import check_model, picture_shape
from ._space import Space, rounding_note
from .network import export

CMAPS = ("gray", "gray_r")


class DecoderExplorer(Explorer):
    """A decoder, the codes of the training items, and the image at one code."""

    code = traitlets.Any().tag(sync=True)  # any sequence is taken, a list is kept
    image = traitlets.Any()

    def _take(self, decoder: Any, codes: Any, labels: Any, image_shape: Any, cmap: str) -> None:
        """Check the arguments and keep them; a subclass calls this before `Explorer.__init__`."""
        check_model("decoder", decoder)
        check_choice("cmap", cmap, CMAPS)
        self._space = Space(codes, labels)
        self._network = export(decoder)
        inputs, outputs = (
            int(np.prod(s)) for s in (self._network.input_shape, self._network.output_shape)
        )
        if inputs != self._space.codes.shape[1]:
            raise ValueError(
                f"codes must have {inputs} numbers an item, as the decoder takes, "
                f"not shape {self._space.codes.shape}"
            )
        self._shape = picture_shape(image_shape, outputs, "the decoder's output")
        self._cmap = cmap
        self._name = f"codes={self._space.codes.shape}, image_shape={self._shape}"

    def _describe(self, blob: Blob) -> dict[str, Any]:
        self.weight_error, note = rounding_note(self._network, self._space.codes)
        return self._space.describe(blob) | {
            "network": blob.add_network(self._network),
            "shape": self._shape,
            "cmap": self._cmap,
            "note": note,
        }

    def _decode(self, code: Any) -> np.ndarray:
        return self._network(np.asarray(code, "float32")[None])[0].reshape(self._shape)
