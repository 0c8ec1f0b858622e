"""Widgets that need a kernel, in a page that has none."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets

from course_lib._checks import check_text, shown


class _LiveOnly:
    """A widget in a notebook, a sentence in a page."""

    def __init__(self, widget: ipywidgets.Widget, instead: str) -> None:
        self._widget = widget
        self._sentence = " ".join(
            filter(None, ["This cell runs live only, in JupyterLab or Colab.", instead])
        )

    def __repr__(self) -> str:
        return f"live_only({type(self._widget).__name__})"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if hasattr(self._widget, "_handle_displayed"):  # ipywidgets 7, which Colab has:
            self._widget._handle_displayed()  # `interactive` draws when it is shown, not before
        view = {"version_major": 2, "version_minor": 0, "model_id": self._widget.model_id}
        return {
            "text/plain": repr(self),
            "text/html": f'<p class="live-only">{html.escape(self._sentence)}</p>',
            "application/vnd.jupyter.widget-view+json": view,
        }


def live_only(widget: ipywidgets.Widget, instead: str = "") -> _LiveOnly:
    """Show a widget that calls Python; a page without Python says so in its place.

    Parameters
    ----------
    widget : ipywidgets.Widget
        For instance a `VBox` of sliders whose callbacks use the kernel.
    instead : str
        A sentence that follows in the page, such as where an explorer of the same thing stands.

    Returns
    -------
    object
        To be the last line of a cell.

    Raises
    ------
    TypeError
        `widget` is not a widget, or `instead` not a text.

    Examples
    --------
    >>> live_only(ipywidgets.IntSlider(), "The explorer below shows the same in this page.")
    live_only(IntSlider)
    """
    if not isinstance(widget, ipywidgets.Widget):
        raise TypeError(f"widget must be an ipywidgets widget, not {shown(widget)}")
    check_text("instead", instead)
    return _LiveOnly(widget, instead)
