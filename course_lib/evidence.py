"""Measured values, printed beside the bound that they are held to.

A notebook calls :func:`measured` for each figure that its text relies on. The line shows the value
of this run; the bound is what holds on any machine, and the call fails where it does not:

    held-out error, 5 starts: ≈ 0.0158 ± 0.0002, n = 5 (mean at most 0.017)

What stands between ``≈`` and the bound differs a little from machine to machine and is not compared
with the stored output; all else is, to the letter. The key of a value is its address: a chapter
shows the value of the current build by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib._checks import check_array, check_flag, check_text

BOUNDS = ("at_least", "at_most", "between", "equal")

# The key of each value shown in this process: its text, and the cell that showed it.
_shown: dict[str, tuple[str, int | None]] = {}
# Whether bounds are held; see hold_bounds.
_holding = True


def hold_bounds(hold: bool) -> None:
    """Say whether the values that follow are held to their bounds.

    Bounds belong to the data that a notebook ships with. On other data, which a reader may choose,
    its values are shown all the same, and none stops the notebook.

    Parameters
    ----------
    hold : bool

    Raises
    ------
    TypeError
        If `hold` is no truth value.

    Examples
    --------
    >>> hold_bounds(False)
    >>> measured("other-data", "read correctly", 0.5, at_least=0.9)
    read correctly: ≈ 0.5 (not held to at least 0.9)
    >>> hold_bounds(True)
    """
    global _holding
    check_flag("hold", hold)
    _holding = hold


def measured(
    key: str,
    text: str,
    value: float | Sequence[float] | np.ndarray,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    equal: float | None = None,
    each: bool = False,
    fmt: str = ".3g",
    unit: str = "",
) -> None:
    """Show a measured value beside its bound; fail if it misses the bound.

    Parameters
    ----------
    key : str
        Short name, unique in the notebook: letters, digits, dots, hyphens.
    text : str
        What was measured, on how much, over how many seeds. One line.
    value : float or array, shape (n,)
        One number, or one for each of n seeds. An array is shown as mean ± sample standard
        deviation (ddof 1) and n.
    at_least, at_most, equal : float, optional
    between : (float, float), optional
        The bound, exactly one of the four. `between` includes both ends.
    each : bool
        Hold every number of an array to the bound, instead of their mean.
    fmt : str
        Format of the value, as in :func:`format`; with ``%`` it is shown in per cent.
    unit : str
        Written behind value and bound, for instance ``"dB"``.

    Raises
    ------
    AssertionError
        If the value misses its bound; names text, value and bound.
    ValueError
        If no bound or several are given, a value is NaN or infinite, the array is empty, or the
        key was used before in this notebook. Running a cell again is no second use.
    TypeError
        If `value` or a bound is not a number. Truth values are none: show what they compare.

    Examples
    --------
    >>> measured("error", "held-out error", 0.01584, at_most=0.017)
    held-out error: ≈ 0.0158 (at most 0.017)
    >>> measured("read", "read correctly, 3 seeds", [0.93, 0.95, 0.94], at_least=0.9, fmt=".0%")
    read correctly, 3 seeds: ≈ 94% ± 1%, n = 3 (mean at least 90%)
    >>> measured("own", "own faces, each of 3 seeds", [96, 97, 97], at_least=95, each=True)
    own faces, each of 3 seeds: ≈ 96.7 ± 0.577, n = 3 (each at least 95)
    """
    _check_words(key, text, fmt, unit)
    check_flag("each", each)
    values = _numbers("value", value)
    name, limits = _bound(at_least=at_least, at_most=at_most, between=between, equal=equal)
    many = np.ndim(value) > 0
    shown = _show_value(values, many, fmt, unit)
    bound = _show_bound(name, limits, fmt, unit)
    if many:
        bound = f"{'each' if each else 'mean'} {bound}"
    bound = bound if _holding else f"not held to {bound}"
    line = f"{text}: ≈ {shown} ({bound})"
    judged = values if each else [_mean(values)]
    if _holding and not all(_holds(number, name, limits) for number in judged):
        raise AssertionError(f"{text}: {shown} misses its bound ({bound})")
    _claim_key(key, text)
    record = {"key": key, "text": text, "values": values, "fmt": fmt, "unit": unit, "bound": bound}
    _publish(line, record | {"many": many})


def _check_words(key: str, text: str, fmt: str, unit: str) -> None:
    for argument, words in (("key", key), ("text", text), ("fmt", fmt), ("unit", unit)):
        check_text(argument, words)
    if not key or not all(c.isascii() and (c.isalnum() or c in "-.") for c in key):
        raise ValueError(f"key must be made of letters, digits, dots and hyphens, not {key!r}")
    if not text.strip() or "\n" in text or "≈" in text:
        raise ValueError(f"text must be one line without the sign ≈, not {text!r}")


def _numbers(argument: str, value: Any) -> list[float]:
    """Return one or several finite numbers as a list."""
    array = check_array(argument, value, axes=(0, 1))
    if array.dtype.kind == "b":
        raise TypeError(f"{argument} must be a number or an array of numbers, not {value!r}")
    if array.size == 0:
        raise ValueError(f"{argument} must hold at least one number, not {value!r}")
    return [number.item() for number in np.atleast_1d(array)]


def _bound(**given: Any) -> tuple[str, list[float]]:
    """Return the name of the one bound that was given, and its one or two numbers."""
    named = {name: limit for name, limit in given.items() if limit is not None}
    if len(named) != 1:
        raise ValueError(f"give one bound of {', '.join(BOUNDS)}, not {sorted(named) or 'none'}")
    ((name, limit),) = named.items()
    limits = _numbers(name, limit)
    if len(limits) != (2 if name == "between" else 1) or limits != sorted(limits):
        raise ValueError(f"{name} must be {_accepted(name)}, not {limit!r}")
    return name, limits


def _accepted(name: str) -> str:
    return "two numbers, the lower one first" if name == "between" else "one number"


def _holds(number: float, name: str, limits: list[float]) -> bool:
    if name == "at_least":
        return number >= limits[0]
    if name == "at_most":
        return number <= limits[0]
    if name == "between":
        return limits[0] <= number <= limits[1]
    return number == limits[0]


def _mean(values: list[float]) -> float:
    """Return the mean; that of one number is the number itself, to the last bit."""
    return values[0] if len(values) == 1 else float(np.mean(values))


def _show_value(values: list[float], many: bool, fmt: str, unit: str) -> str:
    try:
        shown = format(_mean(values), fmt)
    except ValueError:
        raise ValueError(f"fmt must format this value, as '.3g' does, not {fmt!r}") from None
    if len(values) > 1:
        shown += f" ± {format(float(np.std(values, ddof=1)), fmt)}"
    shown += f" {unit}" if unit else ""
    return shown + (f", n = {len(values)}" if many else "")


def _show_bound(name: str, limits: list[float], fmt: str, unit: str) -> str:
    percent = fmt.endswith("%")
    shown = [f"{100 * limit:.10g}%" if percent else f"{limit:.10g}" for limit in limits]
    words = {
        "at_least": "at least",
        "at_most": "at most",
        "between": "between",
        "equal": "equal to",
    }
    return f"{words[name]} {' and '.join(shown)}" + (f" {unit}" if unit else "")


def _claim_key(key: str, text: str) -> None:
    """Remember a key; refuse it a second time, unless a cell that showed it is run again."""
    shell = _shell()
    run = None if shell is None else shell.execution_count
    if key in _shown:
        earlier, earlier_run = _shown[key]
        if earlier != text or run is None or run == earlier_run:
            raise ValueError(f"key {key!r} was used before, for {earlier!r}: choose another one")
    _shown[key] = (text, run)


def _publish(line: str, record: dict) -> None:
    """Print the line; in a notebook, give the output its record, which a page reads."""
    if _shell() is None:
        print(line)
        return
    from IPython.display import display

    display({"text/plain": line}, raw=True, metadata={"measured": record})


def _shell() -> Any:
    """Return IPython's shell where there is one with a front end that takes rich output."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return shell if hasattr(shell, "kernel") else None
