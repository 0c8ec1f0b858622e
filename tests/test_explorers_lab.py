"""The explorers in a running JupyterLab: driven in the browser, read back in Python."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from test_browser import serious

WAIT = 120_000  # ms, for a kernel to start and TensorFlow to load on a busy machine
SET_UP = """
import sys
sys.path[:0] = [{tests!r}, {root!r}]
import explorers
import numpy as np
shown = explorers.all_explorers()
glyphs = explorers.data.load_font().images.reshape(32, 35)
model = explorers.dense_decoder(2, 10, 35)
"""
READ = """
import json
image = np.asarray(model(np.array([shown["latent"].code], "float32"))).ravel()
state = {
    "code": shown["latent"].code,
    "keras": image.tolist(),
    "image": shown["latent"].image.ravel().tolist(),
    "t": shown["interpolation"].t,
    "between": shown["interpolation"].code,
    "drawing": shown["glyph"].drawing.tolist(),
    "wrong_pixels": shown["glyph"].wrong_pixels,
    "glyph_code": shown["glyph"].code,
    "m": shown["convolution"].m,
    "size": shown["convolution"].size,
    "threshold": shown["threshold"].threshold,
    "tp": shown["threshold"].tp,
    "fp": shown["threshold"].fp,
    "level": shown["mask"].threshold,
    "dice": shown["mask"].dice,
    "missed": shown["mask"].missed,
    "hidden": shown["training"].hidden,
    "weights": np.concatenate([w.ravel() for w in shown["training"].weights]).tolist(),
    "epochs": shown["training"].history["epoch"],
    "codes": shown["training"].code.ravel().tolist(),
    "by_keras": np.asarray(shown["training"].to_keras()[0](glyphs)).ravel().tolist(),
}
for name, traits in OTHERS.items():
    state[name] = [getattr(shown[name], trait) for trait in traits]
print(json.dumps(state))
"""
MOVE = """
shown["latent"].code = [0.25, -0.5]
shown["convolution"].m = 9
print("moved")
"""
# An input and an outcome of each explorer that is driven by a key or a click.
OTHERS = {
    "comparison": ("level", "psnr_right"),
    "inception": ("project", "weights"),
    "sweep": ("chosen", "mean"),
    "sensitivity": ("step_second", "moved"),
    "units": ("off", "error"),
}
NAMES = ("latent", "interpolation", "glyph", "convolution", "threshold", "mask", "training")
NAMES += tuple(OTHERS)
DARK = """
window.jupyterapp.commands.execute("apputils:change-theme", { theme: "JupyterLab Dark" })
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Run a JupyterLab server with a notebook of explorers; return the notebook's address."""
    home = tmp_path_factory.mktemp("lab")
    settings = {
        "apputils-extension/themes": {"theme": "JupyterLab Light"},
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},
    }
    for name, content in settings.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))
    cells = [SET_UP.format(tests=str(ROOT / "tests"), root=str(ROOT)).strip()]
    cells[0] += f"\nOTHERS = {OTHERS!r}"
    cells += [f"shown[{name!r}]" for name in NAMES] + [READ.strip(), MOVE.strip()]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    (home / "work").mkdir()
    nbformat.write(notebook, home / "work" / "explorers.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    folders = {"CONFIG": "config", "DATA": "data", "RUNTIME": "run"}
    environment = os.environ | {f"JUPYTER_{k}_DIR": str(home / v) for k, v in folders.items()}
    environment |= {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}
    environment |= {"JUPYTERLAB_WORKSPACES_DIR": str(home / "spaces")}
    environment |= {"IPYTHONDIR": str(home / "ipython")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"]
    command += [f"--port={port}", "--ip=127.0.0.1", f"--IdentityProvider.token={token}"]
    command += ["--ServerApp.port_retries=0", "--LabApp.news_url=None", "--allow-root"]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(
            command,
            cwd=home / "work",
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", server, home / "log")
        yield f"http://127.0.0.1:{port}/lab/tree/explorers.ipynb?token={token}"
    finally:
        # The kernel is a process of the server's group.
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(address, server, log):
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def run_cell(page, number):
    """Run one cell and return its text output once it has finished."""
    page.evaluate(
        """async number => {
          const notebook = window.jupyterapp.shell.currentWidget.content;
          notebook.activeCellIndex = number;
          await window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        number,
    )
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(number)
    page.wait_for_function(
        "cell => /\\[\\d+\\]/.test(cell.querySelector('.jp-InputPrompt').textContent)",
        arg=cell.element_handle(),
        timeout=WAIT,
    )
    return cell.locator(".jp-OutputArea-output").all_inner_texts()


def box(page, name):
    return page.locator(".jp-CodeCell").nth(1 + NAMES.index(name)).locator(".cx")


def drag(page, target, start, end):
    target.scroll_into_view_if_needed()
    area = target.bounding_box()
    points = [
        (area["x"] + u * area["width"], area["y"] + v * area["height"]) for u, v in (start, end)
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=6)
    page.mouse.up()


def value(explorer, name):
    return explorer.evaluate("(e, name) => e.explorer.get(name)", name)


def test_explorers_live_in_jupyterlab_and_python_reads_them_back(lab, open_page):
    page = open_page(lab)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=WAIT)
    page.wait_for_function(
        "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=WAIT,
    )
    for number in range(1 + len(NAMES)):
        run_cell(page, number)
    for name in NAMES:
        # The widget, not its HTML twin.
        box(page, name).wait_for(timeout=WAIT)
        assert box(page, name).get_attribute("data-explorer") is None
    before = json.loads(run_cell(page, 1 + len(NAMES))[0])

    latent, between, glyph, convolution, threshold, mask, training = (
        box(page, name) for name in NAMES if name not in OTHERS
    )
    drag(page, latent.locator(".cx-frame"), (0.5, 0.5), (0.8, 0.3))
    # The arrow keys belong to the explorer, not to the notebook's command mode.
    latent.locator(".cx-field-map").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowLeft")
    between.get_by_label("Part of the way").focus()
    page.keyboard.press("End")
    glyph.locator(".cx-pixels button").nth(7).click()
    convolution.get_by_label("Input size m").fill("11")
    drag(page, threshold.locator(".cx-wide .cx-frame"), (0.3, 0.5), (0.6, 0.5))
    threshold.locator(".cx-field-map").focus()
    page.keyboard.press("ArrowRight")
    mask.get_by_role("slider").focus()
    page.keyboard.press("PageUp")
    for name in ("comparison", "inception", "sweep", "sensitivity"):
        box(page, name).get_by_role("slider").last.focus()
        page.keyboard.press("ArrowRight")
    box(page, "units").locator(".cx-units button").first.click()
    training.get_by_role("button", name="Settings").click()
    training.get_by_label("Hidden units").fill("11")
    training.get_by_role("button", name="100 epochs").click()
    page.wait_for_function(
        "e => e.explorer.get('epoch') === 100 && !e.explorer.get('running')",
        arg=training.element_handle(),
    )
    page.wait_for_timeout(500)

    after = json.loads(run_cell(page, 1 + len(NAMES))[0])
    assert after["code"] == value(latent, "code") != before["code"]
    np.testing.assert_allclose(value(latent, "image"), after["keras"], atol=1e-5)
    np.testing.assert_allclose(after["image"], after["keras"], atol=1e-5)
    assert (before["t"], after["t"]) == (0, 1)
    np.testing.assert_allclose(value(between, "code"), after["between"], atol=1e-6)
    changed = np.argwhere(np.array(before["drawing"]) != np.array(after["drawing"]))
    assert changed.tolist() == [[1, 2]]
    assert value(glyph, "wrong_pixels") == after["wrong_pixels"]
    np.testing.assert_allclose(value(glyph, "code"), after["glyph_code"], atol=1e-5)
    assert (after["m"], after["size"]) == (11, value(convolution, "size"))
    assert after["threshold"] == value(threshold, "threshold") != before["threshold"]
    assert (after["tp"], after["fp"]) == (value(threshold, "tp"), value(threshold, "fp"))
    assert after["level"] == value(mask, "threshold") != before["level"]
    assert after["dice"] == pytest.approx(value(mask, "dice"))
    assert after["missed"] == value(mask, "missed")

    # Slider steps count from 0: the twelfth is 12 hidden units.
    assert (before["hidden"], after["hidden"]) == (10, 12)
    assert after["epochs"] == list(range(1, 101)) and before["epochs"] == []
    assert len(after["weights"]) == 35 * 12 + 12 + 12 * 2 + 2 + 2 * 12 + 12 + 12 * 35 + 35
    np.testing.assert_allclose(value(training, "weights"), after["weights"], atol=1e-6)
    np.testing.assert_allclose(value(training, "code"), after["codes"], atol=1e-4)
    np.testing.assert_allclose(after["by_keras"], after["codes"], atol=1e-5)

    for name, (trait, outcome) in OTHERS.items():
        assert after[name][0] == value(box(page, name), trait) != before[name][0]
        assert after[name][1] == pytest.approx(value(box(page, name), outcome), abs=1e-5)
        assert after[name][1] != before[name][1]

    # And the other way: what Python sets, the view shows.
    assert "moved" in run_cell(page, 2 + len(NAMES))[0]
    page.wait_for_function("e => e.explorer.get('m') === 9", arg=convolution.element_handle())
    assert value(latent, "code") == [0.25, -0.5]
    page.wait_for_timeout(200)
    assert "Code (0.25, −0.50)" in latent.locator(".cx-line").inner_text()

    for dark in (False, True):
        if dark:
            page.evaluate(DARK)
            page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
            page.wait_for_timeout(500)
        for explorer in (latent, threshold, mask):
            channels = re.findall(r"\d+", explorer.evaluate("e => getComputedStyle(e).color"))
            assert (min(map(int, channels[:3])) > 128) == dark
        inside = [fault for fault in serious(page) if "cx-" in fault or 'class="cx' in fault]
        assert inside == []
    assert not [fault for fault in page.faults if "another host" in fault or "exception" in fault]
