"""Print the table of speeds that the README shows: ``make bench``.

Thirty independent trainings of [35, 10, 2, 10, 35] on the font, three ways, a single one in the
page, in Keras and as a replica, then the book and each of its notebooks. Everything is measured
in one run on one machine; run it on an idle one.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from course_lib import data, explore, replicas

# isort: split
import keras  # after course_lib.replicas, which keeps TensorFlow's start-up log silent

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))
import chromium  # noqa: E402

SIZES = [35, 10, 2, 10, 35]
EPOCHS = 3_000
RUNS = 30  # independent trainings
REPLICAS = (1, 10, 30, 100, 300)
KERAS_EPOCHS = 100  # epochs timed of one plain fit, scaled to EPOCHS x RUNS
NUMPY_EPOCHS = 100  # epochs timed of one loop over samples, scaled likewise
PAGE_SECONDS = 5  # of training in a page


def main():
    """Measure and print."""
    x = data.load_font().images.reshape(-1, 35)
    print(f"{processor()}, {os.cpu_count()} cores, {platform.system()}, ", end="")
    print(f"Python {platform.python_version()}, Keras {keras.__version__}\n")

    ours = {count: seconds_of_replicas(x, count) for count in REPLICAS}
    epoch = seconds_of_keras(x)
    plain = epoch * EPOCHS * RUNS
    loop = seconds_of_numpy(x) * EPOCHS * RUNS
    print(f"{RUNS} trainings of {SIZES}, {EPOCHS:,} epochs each:\n")
    table(
        ("way", "seconds", "times (a)"),
        [
            ("(a) `course_lib.replicas`, compilation included", ours[RUNS], 1.0),
            (f"(b) one plain `keras.fit`, x {RUNS} (scaled)", plain, plain / ours[RUNS]),
            (f"(c) a NumPy loop over samples, x {RUNS} (scaled)", loop, loop / ours[RUNS]),
        ],
    )
    print(f"(b) is timed on {KERAS_EPOCHS} epochs of one training and (c) on {NUMPY_EPOCHS}.\n")
    table(
        ("replicas in (a)", "seconds", "times 30 replicas"),
        [(f"{count}", seconds, seconds / ours[RUNS]) for count, seconds in ours.items()],
    )

    table(
        ("one training", "epochs a second"),
        [
            ("in the page (`TrainingExplorer`, everything drawn)", epochs_in_the_page(x)),
            ("one plain `keras.fit`", 1 / epoch),
            ("`course_lib.replicas`, one replica, compilation included", EPOCHS / ours[1]),
        ],
    )

    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    cold, notebooks = seconds_of_book()
    warm, again = seconds_of_book()
    rows = [("`make book`, cold", cold), ("`make book`, nothing changed", warm)]
    rows += [(f"of the cold one: {name}", seconds) for name, seconds in notebooks]
    table(("book", "seconds"), rows)
    print("Notebooks run one on each core, so their times add up to more than the book's.")
    print(f"Notebooks executed by the second `make book`: {len(again)}.")


def seconds_of_replicas(x, count):
    """Return the seconds that `count` replicas need, from building to trained."""
    start = time.perf_counter()
    model = replicas.build_mlp(SIZES, count)
    replicas.fit(model, x, x, epochs=EPOCHS)
    return time.perf_counter() - start


def epochs_in_the_page(x):
    """Return the epochs a second that an explorer trains in Chromium, drawing as it goes."""
    names = data.load_font().names
    explorer = explore.TrainingExplorer(x, names, (7, 5), epochs=100_000)
    path = chromium.find()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        page = browser.new_page()
        page.set_content(f"<!doctype html><meta charset=utf-8>{explorer.to_html()}")
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_timeout(1000)  # the browser compiles what it runs often
        rate = page.evaluate(
            """async (seconds) => {
              const { explorer } = document.querySelector(".cx");
              const [start, before] = [performance.now(), explorer.get("epoch")];
              await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
              return (1000 * (explorer.get("epoch") - before)) / (performance.now() - start);
            }""",
            PAGE_SECONDS,
        )
        browser.close()
    return rate


def seconds_of_keras(x):
    """Return the seconds an epoch of plain ``fit`` at batch size 32, after a first call."""
    layers = [keras.layers.Dense(size, "tanh") for size in SIZES[1:-1]]
    model = keras.Sequential([keras.Input((35,)), *layers, keras.layers.Dense(35, "sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    model.fit(x, x, batch_size=32, epochs=1, verbose=0)
    start = time.perf_counter()
    model.fit(x, x, batch_size=32, epochs=KERAS_EPOCHS, verbose=0)
    return (time.perf_counter() - start) / KERAS_EPOCHS


def seconds_of_numpy(x):
    """Return the seconds an epoch of a loop over samples with Adam, as students write it."""
    rng = np.random.default_rng(0)
    shapes = list(zip(SIZES, SIZES[1:], strict=False))
    weights = [rng.normal(0, np.sqrt(2 / (a + b)), (a, b)) for a, b in shapes]
    weights += [np.zeros(b) for _, b in shapes]
    mean = [np.zeros_like(w) for w in weights]
    square = [np.zeros_like(w) for w in weights]
    depth, step = len(shapes), 0
    start = time.perf_counter()
    for _ in range(NUMPY_EPOCHS):
        for sample in x:
            values = [sample]
            for w, b in zip(weights[:depth], weights[depth:], strict=True):
                values.append(np.tanh(values[-1] @ w + b))
            values[-1] = 1 / (1 + np.exp(-(values[-2] @ weights[depth - 1] + weights[-1])))
            delta, gradients = values[-1] - sample, [None] * (2 * depth)
            for i in reversed(range(depth)):
                gradients[i], gradients[depth + i] = np.outer(values[i], delta), delta
                delta = (weights[i] @ delta) * (1 - values[i] ** 2)
            step += 1
            for i, g in enumerate(gradients):
                mean[i] = 0.9 * mean[i] + 0.1 * g
                square[i] = 0.999 * square[i] + 0.001 * g**2
                first, second = mean[i] / (1 - 0.9**step), square[i] / (1 - 0.999**step)
                weights[i] -= 0.01 * first / (np.sqrt(second) + 1e-8)
    return (time.perf_counter() - start) / NUMPY_EPOCHS


def seconds_of_book():
    """Build the book; return the seconds it took and those of each notebook executed."""
    start = time.perf_counter()
    result = subprocess.run(
        [sys.executable, str(ROOT / "book" / "build.py")], capture_output=True, text=True
    )
    if result.returncode:
        sys.exit(result.stdout + result.stderr)
    seconds = time.perf_counter() - start
    executed = re.findall(r"(\w+\.ipynb): Executed notebook in ([\d.]+) seconds", result.stdout)
    executed += re.findall(r"(\w+\.ipynb): Executed notebook in ([\d.]+) seconds", result.stderr)
    return seconds, [(name, float(text)) for name, text in executed]


def processor():
    """Return the processor's name where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        name = re.search(r"model name\s*: (.+)", cpuinfo.read_text())
        if name:
            return name[1]
    return platform.processor() or platform.machine()


def table(head, rows):
    """Print a Markdown table, numbers with one decimal."""
    print("|", " | ".join(head), "|")
    print("|", " | ".join(["---", *["---:"] * (len(head) - 1)]), "|")
    for name, *numbers in rows:
        print("|", " | ".join([name, *[f"{number:.1f}" for number in numbers]]), "|")
    print()


if __name__ == "__main__":
    main()
