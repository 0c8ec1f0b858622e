"""The questions of a quiz file, checked: for the build and for the tests."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = json.loads(Path(__file__).with_name("quiz_schema.json").read_text(encoding="utf-8"))


def load(path):
    """Return the questions of a file, a list of dicts.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no JSON or does not fit ``quiz_schema.json``. The message names the file and, for
        each fault, the question and the key.
    """
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name}, line {error.lineno}: no JSON: {error.msg}") from None
    faults = [
        f"{path.name}, {_place(questions, list(error.absolute_path))}: {error.message}"
        for error in Draft202012Validator(SCHEMA).iter_errors(questions)
    ]
    if faults:
        raise ValueError("\n".join(faults))
    return questions


def _place(questions, steps):
    """Return where a fault lies, such as ``question "sizes", answers 2, correct``."""
    if not steps:
        return "the whole"
    number, *rest = steps
    question = questions[number]
    named = isinstance(question, dict) and "id" in question
    words = [f'question "{question["id"]}"' if named else f"question {number + 1}"]
    for step in rest:
        if isinstance(step, int):
            words[-1] += f" {step + 1}"
        else:
            words.append(step)
    return ", ".join(words)
