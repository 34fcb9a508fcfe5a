"""A headless browser on the built book, with no network: what pages take from a CDN comes from npm packages."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
NPM = ROOT / "_build" / "npm" / "node_modules"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
CDN = {
    "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.4/require.min.js": NPM / "requirejs/require.js",
    "https://cdn.jsdelivr.net/npm/@jupyter-widgets/html-manager@1.0.6/": NPM / "@jupyter-widgets/html-manager",
    "https://cdn.jsdelivr.net/npm/mathjax@3/": NPM / "mathjax",
}


def lacking():
    for need, remedy in (
        (HTML / "index.html", "make book"),
        (NPM / "mathjax", "make the npm packages: install npm, then make test"),
        (CHROMIUM, "install Debian's package chromium"),
    ):
        if not need.exists():
            return f"{need} is missing: {remedy}"
    return None


def pytest_collection_modifyitems(items):
    """Skip browser tests where they cannot run; on CI let them fail there."""
    reason = lacking()
    if reason and not os.environ.get("CI"):
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def address():
    """Serve the built book, and return its address."""
    assert not lacking(), lacking()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=HTML))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Return a function that opens a page of the book and gives (page, what went wrong so far)."""
    contexts = []

    def visit(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        wrong = []
        context.route("**/*", lambda route: serve(route, address, wrong))
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/{path}", wait_until="networkidle")
        return page, wrong

    yield visit
    for context in contexts:
        context.close()


def serve(route, address, wrong):
    url = route.request.url
    if url.startswith((address, "data:")):
        if not url.partition("?")[0].endswith(".html"):
            return route.continue_()
        # npm has require.js unminified, which the hash of the minified one does not fit.
        response = route.fetch()
        return route.fulfill(response=response, body=response.text().replace("integrity=", "data-integrity="))
    for prefix, place in CDN.items():
        if url.startswith(prefix):
            rest = url.removeprefix(prefix).partition("?")[0]
            return route.fulfill(path=place / rest if rest else place, headers={"Access-Control-Allow-Origin": "*"})
    wrong.append(f"the page asks for {url}")
    return route.abort()
