"""What several test files share: the built site, a browser, and a page that records its faults."""

import functools
import http.server
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
# These begin, so that none is left alone at the end.
LONGEST = (
    "test_browser.py",
    "test_explorers_browser.py",
    "test_replicas.py",
    "test_vae.py",
    "test_sweep.py",
    "test_wheel.py",
)
SITE = ROOT / "_build" / "html"

# The same examples in every run, and no time limit: a busy machine is not a fault of the code.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


def toc_files(entry=None):
    """Return the files of ``_toc.yml`` in reading order, the root page first."""
    if entry is None:
        toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
        return [toc["root"], *toc_files(toc["parts"])]
    names = []
    for item in entry:
        names += [item["file"]] if "file" in item else []
        names += toc_files(item.get("chapters", [])) + toc_files(item.get("sections", []))
    return names


@functools.cache
def executed(slug):
    """Return a notebook with the outputs that the book's build computed."""
    from extension import cache

    try:
        return cache.filled(ROOT, slug)
    except FileNotFoundError:
        pytest.fail(f"notebooks/{slug}.ipynb was not executed as it stands: run `make book`")


def pytest_collection_modifyitems(items):
    """Mark the tests that `make check` leaves out: they need a built book or a browser."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if {"site", "browser"} & fixtures or item.path.name == "test_build.py":
            item.add_marker(pytest.mark.book)
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built site."""
    if not (SITE / "index.html").is_file():
        pytest.fail("The site is not built: run `make book` first, or `make test`, which does.")
    return SITE


@pytest.fixture(scope="session")
def served(site):
    """Return the address at which the built site is served on loopback."""
    with serve(site) as address:
        yield address


@contextmanager
def serve(folder):
    """Serve a folder on a free port of loopback."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    """Return a headless Chromium."""
    import chromium
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        pytest.fail("No Chromium: `python tests/chromium.py` installs one or says how to.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens an address; ``page.faults`` lists what went wrong on it.

    Recorded are console errors, uncaught exceptions, failed requests, answers of 400 and above and
    any request that leaves this machine, which is refused. ``page.responses`` lists what it loaded.
    """
    contexts = []

    def open_(address, width=1280, theme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, **options
        )
        contexts.append(context)
        # Notebooks are tested at the same time: a busy machine is not a fault of the page.
        context.set_default_timeout(120_000)
        faults = []

        def local_only(route):
            url = route.request.url
            if url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
                route.continue_()
            else:
                faults.append(f"asked another host: {url}")
                route.abort()

        def ended(request):
            # What a page still loads when it is left is ended by the browser: no fault of it.
            if request.failure != "net::ERR_ABORTED":
                faults.append(f"failed: {request.url}")

        context.route("**/*", local_only)
        page = context.new_page()
        page.faults, page.responses = faults, []
        page.on("response", lambda response: page.responses.append(response))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(f"exception: {error}"))
        page.on("requestfailed", ended)
        page.on(
            "response", lambda r: faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None
        )
        page.goto(address, wait_until="load")
        page.wait_for_function(
            "() => !(window.MathJax && MathJax.startup) || MathJax.startup.promise.then(() => true)"
        )
        return page

    yield open_
    for context in contexts:
        context.close()
