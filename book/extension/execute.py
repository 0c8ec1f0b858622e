"""Execute the notebooks that changed, some at a time, and say so before, meanwhile and after."""

import os
import queue
import re
import sys
import threading
import time

from tqdm import tqdm

from extension import cache
from extension.inputs import inputs
from extension.kernel import Execution

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(root, timeout):
    """Execute the notebooks that have no executed copy in their present state.

    Parameters
    ----------
    root : Path
        The repository.
    timeout : int
        Seconds that a cell may take.

    Returns
    -------
    list of str
        One text for each notebook that failed: its name, the failing cell and the exception.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, after the kernels were ended. Notebooks that were done by then are kept.
    """
    waiting = [slug for slug in cache.slugs(root) if not cache.executed(root, slug).is_file()]
    failed = _run(root, waiting, timeout) if waiting else []
    cache.prune(root)
    return failed


def workers():
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS and Windows do not tell


def _run(root, waiting, timeout):
    known = _announce(root, waiting)
    todo, ended = queue.SimpleQueue(), queue.SimpleQueue()
    # The longest first, so that none is left alone at the end.
    for slug in sorted(waiting, key=lambda slug: known.get(slug, float("inf")), reverse=True):
        todo.put(slug)
    running = {}

    def work():
        while True:
            try:
                slug = todo.get_nowait()
            except queue.Empty:
                return
            ended.put((slug, *_execute_one(root, slug, timeout, running)))

    for _ in range(min(workers(), len(waiting))):
        threading.Thread(target=work, daemon=True).start()
    failed = []
    try:
        with tqdm(total=len(waiting), unit="notebook", disable=not sys.stderr.isatty()) as bar:
            for _ in waiting:
                slug, seconds, error = ended.get()
                done = "Failed" if error else "Executed notebook"
                bar.write(f"{slug}.ipynb: {done} in {seconds:.2f} seconds")
                sys.stdout.flush()
                bar.update()
                if error:
                    failed.append(f"\n{'=' * 80}\nFailed: notebooks/{slug}.ipynb\n\n{error}")
    except KeyboardInterrupt:
        for execution in list(running.values()):
            execution.kill()
        raise
    return failed


def _execute_one(root, slug, timeout, running):
    """Execute a notebook and keep it; return its seconds, and an error's text or None."""
    start, error = time.perf_counter(), None
    try:
        notebook = cache.read(root / "notebooks" / f"{slug}.ipynb")
        path, state = cache.executed(root, slug), inputs(root, slug)
        running[slug] = Execution(notebook, root / "notebooks", timeout)
        # This repository's library, wherever another one may be installed.
        paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
        # As many notebooks as cores run at a time: more threads would only wait for each other.
        running[slug].run(PYTHONPATH=os.pathsep.join(paths), OMP_NUM_THREADS="1")
        cache.store(path, notebook, state, time.perf_counter() - start)
    except Exception as problem:  # whatever it is, it is reported and fails the build
        text = ANSI.sub("", str(problem))
        cell = text.find("An error occurred while executing the following cell")
        error = text[max(cell, 0) :].strip() or repr(problem)
    running.pop(slug, None)
    return time.perf_counter() - start, error


def _announce(root, waiting):
    """Say which notebooks will run, why and how long; return the seconds that are known."""
    known, lines = {}, []
    for slug in waiting:
        last = cache.latest(root, slug)
        if last is None:
            lines.append(f"  {slug}: not executed before")
            continue
        facts, now = cache.facts(last), inputs(root, slug)
        names = sorted(facts["inputs"].keys() | now.keys())
        changed = [name for name in names if facts["inputs"].get(name) != now.get(name)]
        known[slug] = facts["seconds"]
        if len(changed) > 3:
            changed = [*changed[:2], f"{len(changed) - 2} more"]
        lines.append(f"  {slug}: {', '.join(changed)} changed; took {known[slug]:.0f} s")
    count = min(workers(), len(waiting))
    about = ""
    if known:
        mean = sum(known.values()) / len(known)
        total = max(*known.values(), mean * len(waiting) / count)
        about = f", in about {total:.0f} s"
    noun = "notebook" if len(waiting) == 1 else "notebooks"
    print(f"{len(waiting)} {noun} will run, {count} at a time{about}:")
    print(*lines, sep="\n", flush=True)
    return known
