"""The file in which :mod:`course_lib.sweep` keeps the runs that are done."""

import hashlib
import json
import os
import types
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import joblib


class Store:
    """The finished runs of one function, one JSON object a line in a file.

    The file is named by the function and its :func:`fingerprint`, so a changed function starts
    an empty one.

    Parameters
    ----------
    folder : path or None
        Where the file lies; made if missing. None keeps nothing.
    function : callable
        What is run.
    """

    def __init__(self, folder: str | os.PathLike | None, function: Callable):
        self.known, self.path = {}, None
        if folder is None:
            return
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            (folder / ".gitignore").write_text("*\n", encoding="utf-8")
        name = getattr(function, "__name__", type(function).__name__).strip("<>")
        self.path = folder / f"{name}-{fingerprint(function)[:12]}.jsonl"
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                try:
                    run = json.loads(line)
                    self.known[run["key"]] = {k: run[k] for k in ("rows", "seconds", "error")}
                except (ValueError, KeyError, TypeError):
                    continue  # cut off when its sweep was killed: that run is done again

    def add(self, key: str, cell: Mapping, seed: int, outcome: dict) -> None:
        """Append one run and hand it to the operating system at once."""
        if self.path is None:
            return
        parameters = {name: repr(value) for name, value in cell.items()}
        line = {"key": key, "parameters": parameters, "seed": seed} | outcome
        with self.path.open("a+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":  # a line cut off by a kill must not swallow this one
                    file.write(b"\n")
            file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


def fingerprint(value) -> str:
    """Return a hash of a value that is the same in every session.

    For a function it changes with its code, with the functions of the same module that it calls,
    and with the constants and arrays that these read. Other modules, and objects that cannot be
    pickled, count by their names only.

    Examples
    --------
    >>> fingerprint(lambda x: x + 1) == fingerprint(lambda x: x + 1)
    True
    >>> fingerprint(lambda x: x + 1) == fingerprint(lambda x: x + 2)
    False
    """
    description = _describe(value, getattr(value, "__module__", None), set())
    return hashlib.sha256(repr(description).encode()).hexdigest()


def _describe(value, module: str | None, seen: set):
    """Describe a value by strings and numbers whose ``repr`` does not depend on the session."""
    follow = partial(_describe, module=module, seen=seen)
    if value is None or type(value) in (bool, int, float, complex, str, bytes):
        return value
    if isinstance(value, partial):
        return "partial", follow(value.func), follow(value.args), follow(value.keywords)
    if isinstance(value, types.MethodType):
        return "method", follow(value.__func__), follow(vars(value.__self__))
    if isinstance(value, types.FunctionType):
        if value.__module__ != module or value in seen:
            return value.__module__, value.__qualname__
        seen.add(value)
        names = sorted(_names(value.__code__) & value.__globals__.keys())
        used = [(name, follow(value.__globals__[name])) for name in names]
        defaults = follow((value.__defaults__, value.__kwdefaults__))
        closure = [follow(_content(cell)) for cell in value.__closure__ or ()]
        return follow(value.__code__), defaults, closure, used
    if isinstance(value, types.CodeType):  # without file names and line numbers
        names = value.co_names, value.co_varnames, value.co_freevars
        return value.co_code, names, follow(value.co_consts)
    if isinstance(value, types.ModuleType | type | types.BuiltinFunctionType):
        return value.__name__
    if isinstance(value, Mapping):
        return "mapping", [(follow(name), follow(item)) for name, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value).__name__, [follow(item) for item in value]
    if isinstance(value, set | frozenset):
        return "set", sorted(repr(follow(item)) for item in value)
    try:
        return joblib.hash(value)
    except Exception:  # anything may refuse to be pickled, in its own way
        return type(value).__name__


def _content(cell: types.CellType):
    """Return what a closure's variable holds; it is unset while functions define each other."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _names(code: types.CodeType) -> set[str]:
    """Return the names of globals and attributes in some code and in functions nested in it."""
    nested = [part for part in code.co_consts if isinstance(part, types.CodeType)]
    return set(code.co_names).union(*(_names(part) for part in nested))
