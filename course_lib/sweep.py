"""Run one function over a grid of settings and seeds, and keep every result in a table.

joblib runs the calls: one after another, in threads, in processes, or on a cluster through any
backend that is registered with joblib. Every finished run is written to a file at once, so an
interrupted sweep goes on where it stopped.

Taught in the chapter "Hyperparameters" (``chapters/hyperparameters.md``).
"""

import itertools
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping

import joblib
import numpy as np
import pandas as pd
from tqdm import tqdm

from course_lib._checks import check_count, check_flag, check_list
from course_lib.store import Store, fingerprint

RESERVED = ("seed", "seconds", "error")
"""Columns that the table has beside the parameters and the results."""


def sweep(
    function: Callable,
    grid: Mapping[str, Iterable] | Iterable[Mapping],
    seeds: Iterable[int],
    n_jobs: int | None = None,
    *,
    cache: str | os.PathLike | None = ".sweep",
    progress: bool = True,
) -> pd.DataFrame:
    """Call ``function(**parameters, seed=seed)`` for every cell of a grid and every seed.

    Parameters
    ----------
    function : callable
        Takes the parameters of a cell and ``seed`` by keyword. Returns a number, a mapping from
        names to numbers, strings, booleans or None, or a list of such mappings, one for each row
        it adds to the table.
    grid : mapping or iterable of mappings
        Either values for each parameter, ``{"size": [2, 4], "rate": [0.01]}``, of which every
        combination is a cell, or the cells themselves, ``[{"size": 2, "rate": 0.01}, ...]``.
    seeds : iterable of int
        The seeds for each cell, for instance ``range(5)``.
    n_jobs : int, optional
        Calls at the same time, as in :class:`joblib.Parallel`; -1 is one for each core. None
        leaves it to :func:`joblib.parallel_config`, and is 1 outside it. On a cluster the number
        of workers decides.
    cache : path, optional
        A folder, made if missing, for one file for each function; None keeps nothing on disk. A
        run is taken from the file if its parameters and seed, the function's code, and the
        functions and constants it uses from its own module are all the same. Changes in libraries
        go unnoticed: delete the folder after one. Failed runs are not kept: they are tried again.
    progress : bool
        Show a bar on a terminal while the sweep runs. A notebook's output shows none: it would
        stay there, with seconds that differ in each run.

    Returns
    -------
    pandas.DataFrame
        A row for each cell and seed, in the order of the grid: the parameters, ``seed``, what the
        function returned (a single number under ``result``), the ``seconds`` that the call took
        and ``error``. A run that raised an exception keeps its row: the exception is in ``error``,
        which is missing in all other rows. A parameter that is a list is a tuple in the table, so
        that pandas can group by it.

    Raises
    ------
    TypeError, ValueError
        If `grid` or `seeds` is not as described. Exceptions of `function` are not raised; an
        interruption, or a worker process that dies, ends the sweep, and the next call resumes it.

    Notes
    -----
    To run on the machines of a `Dask <https://docs.dask.org>`_ cluster instead of this one, which
    need the same libraries installed, put the unchanged call inside its joblib backend::

        from distributed import Client

        client = Client("tcp://scheduler:8786")  # a remote one; Client() starts one here
        with joblib.parallel_config("dask"):
            table = sweep(function, grid, seeds)

    Examples
    --------
    >>> def parabola(x, seed):
    ...     return (x - seed) ** 2
    >>> table = sweep(parabola, {"x": [0, 3]}, seeds=[1, 2], cache=None)
    >>> table[["x", "seed", "result"]].to_numpy().tolist()
    [[0, 1, 1], [0, 2, 4], [3, 1, 4], [3, 2, 1]]
    """
    if not callable(function):
        raise TypeError(f"function must be a function of the parameters and seed, not {function!r}")
    cells, seeds = _cells(grid), _seeds(seeds)
    if n_jobs is not None and check_count("n_jobs", n_jobs, least=-(2**31)) == 0:
        raise ValueError("n_jobs must be a number of calls, or -1 for one a core, not 0")
    if cache is not None and not isinstance(cache, str | os.PathLike):
        raise TypeError(f"cache must be the path of a folder or None, not {cache!r}")
    check_flag("progress", progress)
    runs = [(cell, seed) for cell in cells for seed in seeds]
    store = Store(cache, function)
    keys = [fingerprint((sorted(cell.items()), seed)) for cell, seed in runs]
    done = {at: store.known[key] for at, key in enumerate(keys) if key in store.known}
    waiting = [at for at in range(len(runs)) if at not in done]
    # None: a bar on a terminal, and nothing where standard error is a file or a notebook's output.
    hidden = None if progress else True
    bar = tqdm(total=len(runs), initial=len(done), unit=" runs", disable=hidden)
    failed = 0
    # One call a task, and results as they come: an interruption loses only what is running.
    parallel = joblib.Parallel(n_jobs, batch_size=1, return_as="generator_unordered")
    tasks = (joblib.delayed(_run)(at, function, *runs[at]) for at in waiting)
    try:
        for at, outcome in parallel(tasks) if waiting else ():
            done[at] = outcome
            if outcome["error"] is None:
                store.add(keys[at], *runs[at], outcome)
            else:
                failed += 1
                bar.set_postfix(failed=failed)
            bar.update()
    finally:
        bar.close()
    rows = [_row(*runs[at], done[at], row) for at in range(len(runs)) for row in done[at]["rows"]]
    names = dict.fromkeys(name for row in rows for name in row if name not in ("seconds", "error"))
    return pd.DataFrame(rows, columns=[*names, "seconds", "error"])


def _cells(grid) -> list[dict]:
    """Check a grid and return its cells."""
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
                raise TypeError(f"grid[{name!r}] must be a list of values, not {values!r}")
        values = [list(values) for values in grid.values()]
        cells = [dict(zip(grid, cell, strict=True)) for cell in itertools.product(*values)]
    else:
        cells = check_list("grid", grid)
        if not all(isinstance(cell, Mapping) for cell in cells):
            raise TypeError("a grid that is a list must hold one mapping of parameters per cell")
        cells = [dict(cell) for cell in cells]
    if not cells:
        raise ValueError(f"grid has no cells: {grid!r}")
    for name in dict.fromkeys(name for cell in cells for name in cell):
        if not isinstance(name, str) or name in RESERVED:
            raise ValueError(f"grid has a parameter {name!r}; it must be a name not in {RESERVED}")
    return cells


def _seeds(seeds) -> list[int]:
    """Check the seeds and return them as plain integers."""
    seeds = check_list("seeds", seeds)
    for seed in seeds:
        check_count("seeds", seed, least=-(2**63))
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds must hold one or more numbers, each once, not {seeds}")
    return [int(seed) for seed in seeds]


def _run(at: int, function: Callable, cell: dict, seed: int) -> tuple[int, dict]:
    """Call the function and describe what came out; this runs in the worker."""
    start = time.perf_counter()
    try:
        rows, error = _rows(function(**cell, seed=seed), cell), None
    except Exception as exception:
        place = traceback.extract_tb(exception.__traceback__)[-1]
        rows = [{}]
        error = f"{type(exception).__name__}: {exception} (line {place.lineno} of {place.name})"
    return at, {"rows": rows, "seconds": time.perf_counter() - start, "error": error}


def _rows(result, cell: dict) -> list[dict]:
    """Return what the function gave back as rows of plain Python values."""
    rows = list(result) if isinstance(result, list | tuple) else [result]
    if not rows:
        raise ValueError("the function returned an empty list, so this run would have no row")
    return [_plain(row if isinstance(row, Mapping) else {"result": row}, cell) for row in rows]


def _plain(row: Mapping, cell: dict) -> dict:
    """Check one row and turn its NumPy, TensorFlow and PyTorch scalars into plain values."""
    plain = {}
    for name, value in row.items():
        if not isinstance(name, str) or name in cell or name in RESERVED:
            raise ValueError(f"the function returned a value named {name!r}, which is taken")
        if not isinstance(value, str) and np.ndim(value) == 0 and hasattr(value, "dtype"):
            value = np.asarray(value).item()
        if not isinstance(value, int | float | str | bool | None):
            raise TypeError(
                f"the function must return numbers, strings, booleans or None, not {value!r} "
                f"for {name!r}"
            )
        plain[name] = value
    return plain


def _row(cell: dict, seed: int, outcome: dict, row: dict) -> dict:
    """One row of the table."""
    cell = {name: tuple(v) if isinstance(v, list) else v for name, v in cell.items()}
    rest = {"seconds": outcome["seconds"], "error": outcome["error"]}
    return cell | {"seed": seed} | row | rest
