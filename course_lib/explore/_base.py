"""What the explorers share: one JavaScript source, shown as a widget and as plain HTML.

An explorer is an `anywidget.AnyWidget`. In JupyterLab and Colab its view talks to Python through
traits. Its mime bundle also carries ``text/html``: a box with a sentence and a picture of the
start, then a classic script with the same JavaScript, the data and the start values. That twin
needs no widget manager, no network and no Python, so it also lives in a page from ``file://``.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from .network import Network

STATIC = Path(__file__).parent / "static"
WAITING = (
    "This figure is interactive: in a notebook, run this cell; in a web page, allow JavaScript."
)


@cache
def source(files: tuple[str, ...]) -> str:
    """Return the JavaScript of an explorer: its files, one after the other."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in files)


@cache
def stylesheet() -> str:
    """Return the style sheet of all explorers."""
    return (STATIC / "explorer.css").read_text(encoding="utf-8")


class Blob:
    """Arrays packed into one run of bytes, each with a note of where it lies."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, array: np.ndarray, kind: str = "<f4") -> dict[str, Any]:
        """Append an array; return its position, length and type for the browser."""
        data = np.ascontiguousarray(array, dtype=kind).tobytes()
        note = {"at": self._size, "n": int(np.size(array)), "type": kind[1:]}
        data += bytes(-len(data) % 4)  # the next array starts at a multiple of 4
        self._parts.append(data)
        self._size += len(data)
        return note

    def add_network(self, network: Network) -> dict[str, Any]:
        """Append the weights of a network; return its description for the browser."""
        return {
            "layers": network.layers,
            "arrays": [self.add(array, network.stored_type) for array in network.arrays],
            "input": network.input_shape,
            "code": network.code_layer,
        }

    def bytes(self) -> bytes:
        """Return everything added so far."""
        return b"".join(self._parts)


class Explorer(anywidget.AnyWidget):
    """Base of the explorers; a subclass names its files, its build function and its inputs."""

    _files: tuple[str, ...] = ()
    _build = ""  # the function in the last of the files that fills the box
    _inputs: tuple[str, ...] = ()  # traits that the reader moves
    _name = ""

    _spec = traitlets.Dict().tag(sync=True)
    _data = traitlets.Bytes().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Give the subclass its module for the notebook, from the same source as the page."""
        if "_files" in cls.__dict__:  # not in the subclass that `add_traits` makes
            cls._esm = (
                f"{source(cls._files)}\nexport default {{ render: renderWith({cls._build}) }};\n"
            )
            cls._css = stylesheet()
        super().__init_subclass__(**kwargs)

    def __init__(self, spec: dict[str, Any], blob: Blob, **state: Any) -> None:
        """Store what the browser needs and set the start values."""
        super().__init__(_spec=spec, _data=blob.bytes(), **state)
        self._outcome()
        self.observe(lambda change: self._outcome(), names=list(self._inputs))

    def _outcome(self) -> None:
        """Compute in Python what the reader sees, after an input has changed."""

    def _poster(self) -> tuple[str, str]:
        """Return an SVG picture of the start and its alternative text."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Return a text that is the same in every run."""
        return f"{type(self).__name__}({self._name})"

    def to_html(self) -> str:
        """Return the explorer as HTML that needs nothing else.

        Returns
        -------
        str
            A box with a sentence and a picture of the current state, followed by the script that
            replaces them. Start values are the current values of the traits.

        Examples
        --------
        >>> from course_lib.explore import ConvolutionExplorer
        >>> "<script>" in ConvolutionExplorer().to_html()
        True
        """
        state = {name: getattr(self, name) for name in self._inputs}
        payload = json.dumps(
            {
                "spec": self._spec,
                "state": _plain(state),
                "data": base64.b64encode(self._data).decode(),
            },
            separators=(",", ":"),
            allow_nan=False,
        ).replace("<", "\\u003c")
        script = source(self._files)
        key = hashlib.sha256((payload + script).encode()).hexdigest()[:12]
        picture, text = self._poster()
        encoded = base64.b64encode(picture.encode()).decode()
        return (
            f'<div class="cx mathjax_ignore" data-explorer="{key}"><p>{html.escape(WAITING)}</p>'
            f'<img class="cx-poster" alt="{html.escape(text)}" '
            f'src="data:image/svg+xml;base64,{encoded}"></div>\n'
            f"<style>{stylesheet()}</style>\n"
            f'<script>(() => {{\n"use strict";\n{script}\n'
            f'mountWith({self._build}, "{key}", {payload});\n}})();</script>\n'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the widget and, outside Colab, its HTML twin."""
        bundle, metadata = super()._repr_mimebundle_(**kwargs)
        # Colab shows the widget; where both are offered its choice is not documented.
        if "google.colab" not in sys.modules:
            bundle["text/html"] = self.to_html()
        return bundle, metadata


def _plain(value: Any) -> Any:
    """Turn arrays and tuples into what JSON knows."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return [float(entry) for entry in value.ravel()]
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
