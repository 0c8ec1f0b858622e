"""Checks of arguments, with the messages they all share."""

from collections.abc import Sequence

import numpy as np


def check_choice(argument: str, value: object, accepted: tuple) -> None:
    """Raise ValueError unless `value` is one of those accepted."""
    if value not in accepted:
        raise ValueError(
            f"{argument} must be one of {', '.join(map(repr, accepted))}, not {value!r}"
        )


def check_count(argument: str, value: int, least: int = 1, most: int | None = None) -> None:
    """Raise TypeError or ValueError unless `value` is an integer from `least` to `most`."""
    accepted = f"an integer of at least {least}" + ("" if most is None else f" and at most {most}")
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{argument} must be {accepted}, not {value!r}")
    if value < least or (most is not None and value > most):
        raise ValueError(f"{argument} must be {accepted}, not {value!r}")


def check_number(argument: str, value: float, least: float = 0.0, most: float = np.inf) -> None:
    """Raise TypeError or ValueError unless `value` is a finite number from `least` to `most`."""
    accepted = f"a number of at least {least:g}" + (
        "" if most == np.inf else f" and at most {most:g}"
    )
    if isinstance(value, bool | np.bool_) or not isinstance(
        value, int | float | np.integer | np.floating
    ):
        raise TypeError(f"{argument} must be {accepted}, not {value!r}")
    if not least <= value <= most or value == np.inf:
        raise ValueError(f"{argument} must be {accepted}, not {value!r}")


def check_rng(rng: np.random.Generator) -> None:
    """Raise TypeError unless `rng` is a NumPy random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a generator such as np.random.default_rng(0), not {rng!r}")


def check_length(argument: str, values: Sequence | None, length: int) -> None:
    """Raise ValueError unless `values` is None or has `length` entries."""
    if values is not None and len(values) != length:
        raise ValueError(f"{argument} must have {length} entries, not {len(values)}")
