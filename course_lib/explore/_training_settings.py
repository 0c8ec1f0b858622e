"""The settings of `TrainingExplorer`: what is accepted, and what a reader may move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course_lib._checks import check_choice, check_count, check_list, check_mapping, check_number

from ._checks import check_levels

KINDS = ("plain", "denoising", "variational")
LOSSES = ("binary_crossentropy", "mean_squared_error")
ACTIVATIONS = ("tanh", "linear", "sigmoid", "relu")
MAX_ITEMS, MAX_NUMBERS, MAX_HIDDEN, MAX_CODE = 200, 400, 64, 3
# Every value a reader can change, with what is accepted.
SETTINGS = {
    "loss": LOSSES,
    "code_activation": ACTIVATIONS,
    "hidden_activation": ACTIVATIONS,
    "output_activation": ACTIVATIONS,
    "reduction": ("mean", "sum"),
    "schedule": ("constant", "cosine"),
    "speed": ("full", "watch"),
    "hidden": (1, MAX_HIDDEN),
    "code_size": (1, MAX_CODE),
    "epochs": (1, 100_000),
    "seed": (0, 2**31 - 1),
    "learning_rate": (1e-6, 100.0),
    "noise": (0.0, 0.5),
    "beta": (0.0, 100.0),
}
WHOLE = ("hidden", "code_size", "epochs", "seed")
# Changing one of these starts anew; the others take effect at once.
RESTARTS = ("loss", "code_activation", "hidden", "code_size", "seed")
RESTARTS += ("hidden_activation", "output_activation")
CONTROLS = ("loss", "code_activation", "hidden", "code_size", "learning_rate", "schedule")
CONTROLS += ("epochs", "noise", "beta", "reduction", "speed", "seeds")
ONLY_FOR = {"noise": "denoising", "beta": "variational", "reduction": "variational"}


def check_items(data: Any) -> np.ndarray:
    """Return the items as an array (items, numbers)."""
    items = check_levels("data", data, (2, 3, 4))
    items = items.reshape(len(items), -1)
    if len(items) > MAX_ITEMS or items.shape[1] > MAX_NUMBERS:
        raise ValueError(
            f"data must have at most {MAX_ITEMS} items of {MAX_NUMBERS} numbers each, not "
            f"{len(items)} of {items.shape[1]}: more is too slow in a page"
        )
    return items


def check_setting(name: str, value: Any) -> Any:
    """Return the value of one setting."""
    accepted = SETTINGS[name]
    if isinstance(accepted[0], str):
        check_choice(name, value, accepted)
        return value
    return (check_count if name in WHOLE else check_number)(name, value, *accepted)


def check_match(state: Mapping[str, Any]) -> None:
    """Raise unless loss and output activation belong together."""
    if state["loss"] == "binary_crossentropy" and state["output_activation"] != "sigmoid":
        raise ValueError(
            "output_activation must be sigmoid where loss is binary_crossentropy, not "
            f"{state['output_activation']!r}"
        )


def check_controls(controls: Sequence[str] | None, kind: str) -> list[str]:
    """Return the names of the controls that are shown."""
    own = [name for name in CONTROLS if ONLY_FOR.get(name, kind) == kind]
    if kind == "variational":
        own.remove("code_activation")
    if controls is None:
        return own
    for name in check_list("controls", controls):
        check_choice("each of controls", name, tuple(own))
    return list(controls)


def check_presets(presets: Any, state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the named settings that a reader chooses from."""
    if presets is None:
        return []
    check_mapping("presets", presets)
    rows = []
    for label, values in presets.items():
        check_mapping(f"presets[{label!r}]", values)
        for name in values:
            check_choice(f"each setting of presets[{label!r}]", name, tuple(SETTINGS))
        chosen = {name: check_setting(name, value) for name, value in values.items()}
        check_match({**state, **chosen})
        rows.append({"label": label, "settings": chosen})
    return rows
