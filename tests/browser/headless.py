"""The built book in a headless browser, with no network: what pages take from a CDN comes from npm packages."""

import contextlib
import functools
import http.server
import shutil
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
NPM = ROOT / "_build" / "npm" / "node_modules"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
REQUIRE = "https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.4/require.min.js"
CDN = {
    REQUIRE: NPM / "requirejs/require.js",
    "https://cdn.jsdelivr.net/npm/@jupyter-widgets/html-manager@1.0.6/": NPM / "@jupyter-widgets/html-manager",
    "https://cdn.jsdelivr.net/npm/mathjax@3.2.2/": NPM / "mathjax",
}
# Each view in the page's text has become a widget.
WIDGETS_SHOWN = """() => document.querySelectorAll(".widget-subarea > .jupyter-widgets").length
  === document.querySelectorAll("script[type='application/vnd.jupyter.widget-view+json']").length"""


def lacking():
    for need, remedy in (
        (HTML / "index.html", "make book"),
        (NPM / "axe-core", "make the npm packages: install npm, then make test"),
        (CHROMIUM, "install Debian's package chromium"),
    ):
        if not need.exists():
            return f"{need} is missing: {remedy}"
    return None


def pages():
    """Return the address of every page, those that Sphinx adds to the chapters included."""
    paths = [*HTML.glob("book/**/*.html"), *HTML.glob("*.html")]
    return sorted(str(path.relative_to(HTML)) for path in paths if path.name != "index.html")  # which only leads on


@contextlib.contextmanager
def served():
    """Serve the built book, and give its address."""
    assert not lacking(), lacking()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=HTML))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextlib.contextmanager
def launched():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def serve(route, address, wrong):
    url = route.request.url
    if url.startswith((address, "data:")):
        if not url.partition("?")[0].endswith(".html"):
            return route.continue_()
        # npm has require.js unminified, which the hash of the minified one does not fit. Every other hash must.
        response = route.fetch()
        tag, name = f'src="{REQUIRE}"', "integrity="
        lines = [line.replace(name, f"data-{name}") if tag in line else line for line in response.text().split("\n")]
        return route.fulfill(response=response, body="\n".join(lines))
    for prefix, place in CDN.items():
        if url.startswith(prefix):
            rest = url.removeprefix(prefix).partition("?")[0]
            return route.fulfill(path=place / rest if rest else place, headers={"Access-Control-Allow-Origin": "*"})
    wrong.append(f"the page asks for {url}")
    return route.abort()
