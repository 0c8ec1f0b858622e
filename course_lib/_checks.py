"""Checks of arguments, with the messages they all share.

A value of the wrong kind raises TypeError, one of the right kind that is not accepted ValueError;
the message names the argument, what is accepted, and the value.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np


def check_choice(argument: str, value: object, accepted: tuple) -> None:
    """Raise TypeError or ValueError unless `value` is one of those accepted."""
    words = f"{argument} must be one of {', '.join(map(repr, accepted))}, not {shown(value)}"
    if not isinstance(value, tuple({type(choice) for choice in accepted})):
        raise TypeError(words)
    if value not in accepted:
        raise ValueError(words)


def check_count(argument: str, value: int, least: int = 1, most: int | None = None) -> int:
    """Return `value` as an int if it is a whole number from `least` to `most`."""
    accepted = f"an integer of at least {least}" + ("" if most is None else f" and at most {most}")
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{argument} must be {accepted}, not {shown(value)}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{argument} must be {accepted}, not {value!r}")
    return int(value)


def check_number(
    argument: str,
    value: float,
    least: float = 0.0,
    most: float = np.inf,
    *,
    above: float | None = None,
) -> float:
    """Return a finite `value` as a float: from `least` to `most`, or greater than `above`."""
    accepted = f"a number above {above:g}" if above is not None else "a number"
    if above is None and least > -np.inf:
        accepted += f" of at least {least:g}"
    if most < np.inf:
        accepted += f" and at most {most:g}"
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TypeError(f"{argument} must be {accepted}, not {shown(value)}")
    low = value >= least if above is None else value > above
    if not (np.isfinite(value) and low and value <= most):
        raise ValueError(f"{argument} must be {accepted}, not {value!r}")
    return float(value)


def check_rng(rng: np.random.Generator) -> None:
    """Raise TypeError unless `rng` is a NumPy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a generator such as np.random.default_rng(0), not {shown(rng)}"
        )


def check_length(argument: str, values: Sequence | None, length: int) -> None:
    """Raise TypeError or ValueError unless `values` is None or a sequence of `length` entries."""
    if values is not None and len(check_list(argument, values)) != length:
        raise ValueError(f"{argument} must have {length} entries, not {len(values)}")


def check_list(argument: str, values: Iterable) -> list:
    """Return the entries of anything that is a list in spirit; a text or a mapping is not."""
    if (
        isinstance(values, str | bytes | Mapping)
        or not isinstance(values, Iterable)
        or (isinstance(values, np.ndarray) and values.ndim == 0)
    ):
        raise TypeError(f"{argument} must be a list of values, not {shown(values)}")
    return list(values)


def check_mapping(argument: str, values: Mapping) -> None:
    """Raise TypeError unless `values` maps names to something."""
    if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
        raise TypeError(f"{argument} must map names to values, not {shown(values)}")


def check_text(argument: str, value: str) -> None:
    """Raise TypeError unless `value` is a text."""
    if not isinstance(value, str):
        raise TypeError(f"{argument} must be a text, not {shown(value)}")


def check_flag(argument: str, value: bool) -> None:
    """Raise TypeError unless `value` is True or False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{argument} must be True or False, not {shown(value)}")


def check_pair(argument: str, value: Sequence[float], *, above: float | None = None) -> tuple:
    """Return a pair of finite numbers, both greater than `above`."""
    numbers = check_list(argument, value)
    if len(numbers) != 2:
        raise ValueError(f"{argument} must be a pair of numbers, not {shown(value)}")
    return tuple(check_number(argument, number, -np.inf, above=above) for number in numbers)


def check_file(argument: str, path: str | os.PathLike) -> Path:
    """Return the path of a file that exists."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"{argument} must be the path of a file, not {shown(path)}")
    if not Path(path).is_file():
        raise FileNotFoundError(f"{argument} must be the path of a file, and {str(path)!r} is none")
    return Path(path)


def check_array(
    argument: str,
    values: np.ndarray,
    *,
    axes: int | tuple[int, ...] | None = None,
    finite: bool = True,
) -> np.ndarray:
    """Return `values` as an array of real, finite numbers that has one of the numbers of `axes`."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):  # ragged lists
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{argument} must be an array of real numbers, not {shown(values)}")
    if finite and not np.isfinite(array).all():
        raise ValueError(f"{argument} must hold finite numbers, not NaN or infinity")
    accepted = (axes,) if isinstance(axes, int) else axes
    if accepted is not None and array.ndim not in accepted:
        raise ValueError(
            f"{argument} must have {' or '.join(map(str, accepted))} axes, not shape {array.shape}"
        )
    return array


def shown(value: object) -> str:
    """Return a value as a message shows it: short, and an array by its shape."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
