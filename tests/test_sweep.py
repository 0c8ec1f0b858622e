import json
import os
import pty
import signal
import subprocess
import sys
import termios
import textwrap
import time

import joblib
import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient

from course_lib.store import fingerprint
from course_lib.sweep import sweep

DATA = np.arange(3)


def product(x, seed, y=10):
    return {"product": x * y + seed, "process": os.getpid()}


def fails_at_two(x, seed):
    if x == 2:
        raise ArithmeticError("no two, please")
    return np.float32(x) / 2


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def counted(tmp_path):
    """A function that leaves a line in a file for every call, and the file's reader."""
    log = tmp_path / "calls"

    def function(x, seed):
        with log.open("a") as file:
            file.write(f"{x},{seed}\n")
        return x

    return function, lambda: log.read_text().split() if log.exists() else []


def test_every_combination_and_seed_has_a_row_in_the_order_of_the_grid():
    table = sweep(product, {"x": [3, 1], "y": [2, 5]}, [7, 8], cache=None)
    assert list(table) == ["x", "y", "seed", "product", "process", "seconds", "error"]
    assert table[["x", "y", "seed", "product"]].to_numpy().tolist() == [
        [3, 2, 7, 13],
        [3, 2, 8, 14],
        [3, 5, 7, 22],
        [3, 5, 8, 23],
        [1, 2, 7, 9],
        [1, 2, 8, 10],
        [1, 5, 7, 12],
        [1, 5, 8, 13],
    ]
    assert table.error.isna().all() and (table.seconds >= 0).all()


@settings(max_examples=25, deadline=None)
@given(
    xs=st.lists(st.floats(allow_nan=False) | st.integers() | st.text(), min_size=1, max_size=4),
    seeds=st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=3, unique=True),
)
def test_rows_pair_each_result_with_its_own_parameters(xs, seeds):
    table = sweep(lambda x, seed: {"echo": repr((x, seed))}, {"x": xs}, seeds, cache=None)
    assert table.echo.tolist() == [repr((x, seed)) for x in xs for seed in seeds]


def test_cells_can_be_listed_one_by_one():
    table = sweep(product, [{"x": 1}, {"x": 2, "y": 3}], [0], cache=None)
    assert table["product"].tolist() == [10, 6]
    assert table.y.isna().tolist() == [True, False]


def test_a_list_of_mappings_becomes_several_rows():
    def replicas(size, seed):
        return [{"replica": i, "error_": size * i} for i in range(3)]

    table = sweep(replicas, {"size": [2, 3]}, [0], cache=None)
    assert table[["size", "replica", "error_"]].to_numpy()[-2:].tolist() == [[3, 1, 3], [3, 2, 6]]


def test_a_parameter_that_is_a_list_reaches_the_function_and_can_be_grouped_by():
    table = sweep(lambda sizes, seed: len(sizes + []), {"sizes": [[2, 1], [3]]}, [0, 1], cache=None)
    assert table.groupby("sizes").result.mean().to_dict() == {(2, 1): 2, (3,): 1}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_failed_cell_is_kept_with_its_error_and_the_others_continue(n_jobs):
    with joblib.parallel_config("threading"):
        table = sweep(fails_at_two, {"x": [1, 2, 3]}, range(2), n_jobs, cache=None)
    failed = table[table.error.notna()]
    assert failed.x.tolist() == [2, 2] and failed.result.isna().all()
    assert failed.error.str.fullmatch(
        r"ArithmeticError: no two, please \(line \d+ of fails_at_two\)"
    ).all()
    assert table[table.error.isna()].result.tolist() == [0.5, 0.5, 1.5, 1.5]


@pytest.mark.parametrize(
    "returned, message",
    [
        (np.zeros(3), "must return numbers"),
        ({"weights": object()}, "must return numbers"),
        ({"x": 1}, "'x', which is taken"),
        ({"seed": 1}, "'seed', which is taken"),
        ([], "empty list"),
    ],
)
def test_a_result_that_fits_no_table_is_an_error_of_its_cell(returned, message):
    table = sweep(lambda x, seed: returned, {"x": [1]}, [0], cache=None)
    assert message in table.error[0]


def test_processes_give_the_same_table():
    grid = {"x": [1, 2, 3], "y": [4, 5]}
    alone = sweep(product, grid, range(2), cache=None)
    table = sweep(product, grid, range(2), n_jobs=2, cache=None)
    assert os.getpid() not in set(table.process)
    assert table[["x", "y", "seed", "product"]].equals(alone[["x", "y", "seed", "product"]])


@pytest.mark.book
def test_a_dask_cluster_of_two_worker_processes_gives_the_same_table(folder):
    distributed = pytest.importorskip("distributed")

    def slow(x, seed):  # long enough that one worker cannot finish before the other starts
        time.sleep(0.2)
        if x == 5:
            raise ArithmeticError("on a worker")
        return product(x, seed)

    with (
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask"),
    ):
        workers = client.run(os.getpid)
        table = sweep(slow, {"x": range(6)}, [0, 1], cache=folder)
    assert len(set(workers.values())) == 2
    worked = table[table.error.isna()]
    assert set(worked.process) == set(workers.values())
    assert worked["product"].tolist() == [10 * x + seed for x in range(5) for seed in (0, 1)]
    assert table[table.x == 5].error.str.startswith("ArithmeticError: on a worker").all()
    resumed = sweep(slow, {"x": range(5)}, [0, 1], cache=folder)  # here, from the cluster's cache
    assert resumed.process.tolist() == worked.process.tolist()


def test_finished_runs_come_from_the_cache_and_new_ones_are_added(folder, counted):
    function, calls = counted
    first = sweep(function, {"x": [1, 2]}, [0], cache=folder)
    again = sweep(function, {"x": [1, 2]}, [0], cache=folder)
    assert calls() == ["1,0", "2,0"]
    assert again.equals(first)
    more = sweep(function, {"x": [3, 1]}, [0, 1], cache=folder)
    assert calls()[2:] == ["3,0", "3,1", "1,1"]
    assert more.result.tolist() == [3, 3, 1, 1]


def test_without_a_cache_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweep(product, {"x": [1]}, [0], cache=None)
    assert list(tmp_path.iterdir()) == []
    sweep(product, {"x": [1]}, [0])
    assert [path.name for path in tmp_path.iterdir()] == [".sweep"]
    assert (tmp_path / ".sweep" / ".gitignore").read_text() == "*\n"


def test_a_failed_run_is_tried_again(folder, tmp_path):
    switch = str(tmp_path / "switch")

    def needs_switch(x, seed):
        if not os.path.exists(switch):
            raise OSError("off")
        return x

    assert sweep(needs_switch, {"x": [1]}, [0], cache=folder).error.notna().all()
    open(switch, "w").close()
    assert sweep(needs_switch, {"x": [1]}, [0], cache=folder).result.tolist() == [1]


def test_a_line_cut_off_in_the_cache_costs_its_own_run_only(folder, counted):
    function, calls = counted
    sweep(function, {"x": [1, 2, 3]}, [0], cache=folder)
    (path,) = folder.glob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-9])
    for _ in range(2):
        assert sweep(function, {"x": [1, 2, 3]}, [0], cache=folder).result.tolist() == [1, 2, 3]
    assert calls()[3:] == ["3,0"]
    assert all(json.loads(line)["error"] is None for line in path.read_text().splitlines()[3:])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_interrupted_sweep_goes_on_where_it_stopped(tmp_path, how, n_jobs):
    script = tmp_path / "interrupted.py"
    script.write_text(
        textwrap.dedent("""
        import os, signal, sys, time
        from course_lib.sweep import sweep

        # A shell that runs the tests in the background lets its children ignore the interrupt.
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def slow(x, seed):
            with open("calls", "a") as file:
                file.write(f"{x}\\n")
            time.sleep(0.05 if x < 4 or os.path.exists("resumed") else 60)
            return x * x

        table = sweep(slow, {"x": range(8)}, [0], n_jobs=int(sys.argv[1]))
        print(table.result.tolist())
        """)
    )
    command = [sys.executable, str(script), str(n_jobs)]
    calls = tmp_path / "calls"
    first = subprocess.Popen(
        command, cwd=tmp_path, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not calls.exists() or len(calls.read_text().split()) < 4 + n_jobs:
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)  # the four short runs are back by then
    os.killpg(first.pid, how)
    assert first.wait(timeout=30) != 0
    calls.unlink()
    (tmp_path / "resumed").touch()
    second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert second.stdout == f"{[x * x for x in range(8)]}\n", second.stderr
    assert second.stderr == ""
    assert sorted(calls.read_text().split()) == ["4", "5", "6", "7"]


def module_function(body, names):
    """A function ``f`` compiled in a module of its own."""
    scope = {"__name__": "a_notebook"} | names
    exec(body, scope)
    return scope["f"]


@pytest.mark.parametrize(
    "body, edited, names",
    [
        ("def f(x, seed): return x + RATE", "def f(x, seed): return x - RATE", {"RATE": 0.1}),
        (
            "def g(x): return x\ndef f(x, seed): return [g(i) for i in x]",
            "def g(x): return -x\ndef f(x, seed): return [g(i) for i in x]",
            {},
        ),
        ("def f(x, seed, rate=1): return rate", "def f(x, seed, rate=2): return rate", {}),
        ("def f(x, seed): return DATA.sum()", "def f(x, seed): return DATA.min()", {"DATA": DATA}),
        ("def f(x, seed): return x in {'a', 'b'}", "def f(x, seed): return x in {'a', 'c'}", {}),
    ],
)
def test_the_fingerprint_of_a_function_changes_with_what_it_computes(body, edited, names):
    function = module_function(body, names)
    assert fingerprint(function) == fingerprint(module_function("\n\n# moved\n" + body, names))
    assert fingerprint(function) != fingerprint(module_function(edited, names))
    for name, value in names.items():
        changed = names | {name: value + 1}
        assert fingerprint(function) != fingerprint(module_function(body, changed))


def test_the_fingerprint_of_a_function_is_the_same_in_another_session(tmp_path):
    script = tmp_path / "session.py"
    script.write_text(
        textwrap.dedent("""
        import numpy as np
        from course_lib.store import fingerprint

        DATA, NAMES = np.arange(3), {"a", "b", "c"}

        def helper(x):
            return x in {"p", "q", "r"} and x in NAMES

        def function(x, seed, *, rate=0.1):
            return [helper(i) + DATA[seed] for i in x]

        print(fingerprint(function))
        """)
    )
    sessions = [
        subprocess.run(
            [sys.executable, str(script)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert sessions[0] == sessions[1] and len(sessions[0]) == 65


def test_in_a_notebook_nothing_is_printed(tmp_path):
    cell = (
        "from course_lib.sweep import sweep\n"
        "def f(x, seed):\n    return 1 / x\n"
        "table = sweep(f, {'x': [1, 2, 0]}, range(2), n_jobs=2, cache=None)"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": tmp_path}}).execute()
    assert notebook.cells[0].outputs == []


def test_on_a_terminal_a_bar_counts_runs_and_failures(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from course_lib.sweep import sweep\n"
        "def f(x, seed):\n    return 1 / x\n"
        "sweep(f, {'x': [1, 2, 0]}, range(2), cache=None)\n"
    )
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with open(ours, "rb", 0) as terminal, open(theirs, "wb", 0) as end:
        subprocess.run([sys.executable, str(script)], stderr=end, cwd=tmp_path, check=True)
        drawn = terminal.read(10_000).decode()
    assert "6/6" in drawn and "failed=2" in drawn


def test_outside_a_notebook_and_a_terminal_nothing_is_printed(capfd):
    sweep(product, {"x": [1]}, [0], cache=None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (({"x": "mse"}, [0]), TypeError, r"grid\['x'\] must be a list of values, not 'mse'"),
        (({"x": 3}, [0]), TypeError, r"grid\['x'\]"),
        (("mse", [0]), TypeError, "grid must be a list of values"),
        (([1, 2], [0]), TypeError, "one mapping of parameters per cell"),
        (({"x": []}, [0]), ValueError, "grid has no cells"),
        (([], [0]), ValueError, "grid has no cells"),
        (({"seed": [1]}, [0]), ValueError, "a parameter 'seed'"),
        (({"x": [1]}, 5), TypeError, "seeds must be a list of values, not 5"),
        (({"x": [1]}, [0.5]), TypeError, "seeds must be an integer .*, not 0.5"),
        (({"x": [1]}, []), ValueError, "seeds must hold one or more"),
        (({"x": [1]}, [1, 1]), ValueError, "each once"),
    ],
)
def test_wrong_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        sweep(product, *arguments, cache=None)
