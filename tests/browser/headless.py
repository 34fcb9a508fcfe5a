"""The built book in a headless browser, which reaches nothing but the book."""

import contextlib
import functools
import http.server
import shutil
import threading
from pathlib import Path

from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
AXE = ROOT / "_build" / "npm" / "tools" / "axe-core" / "axe.min.js"
CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
# Each view in the page's text has become a widget.
WIDGETS_SHOWN = """() => document.querySelectorAll(".widget-subarea > .jupyter-widgets").length
  === document.querySelectorAll("script[type='application/vnd.jupyter.widget-view+json']").length"""

# What a page lacks, in words: pictures, fonts, widgets, and formulas that are not typeset.
MISSING = """() => {
  const formulas = [...document.querySelectorAll(".math")];
  const shown = (font) => font.family.startsWith("KaTeX") && font.status === "loaded";
  return [
    ...[...document.images].filter((image) => !image.naturalWidth).map((image) => `picture ${image.src}`),
    ...[...document.fonts].filter((font) => font.status === "error").map((font) => `font ${font.family}`),
    ...[...document.fonts].some((font) => font.family.includes("Awesome") && font.status === "loaded") ? [] : ["icons"],
    ...formulas.filter((formula) => !formula.querySelector(".katex-html")).map((formula) => `formula ${formula.innerText}`),
    ...formulas.length && ![...document.fonts].some(shown) ? ["the font of formulas"] : [],
    ...(WIDGETS_SHOWN)() ? [] : ["widgets"],
  ];
}""".replace("WIDGETS_SHOWN", WIDGETS_SHOWN)


def lacking():
    for need, remedy in (
        (HTML / "index.html", "make book"),
        (AXE, "make book"),
        (CHROMIUM, "install Debian's package chromium"),
    ):
        if not need.exists():
            return f"{need} is missing: {remedy}"
    return None


def missing(page):
    """Wait until a page is whole, and return what it lacks where it does not become so."""
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(f"() => !({MISSING})().length")
    return page.evaluate(MISSING)


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
    """Start Chromium with no way to any other host, whether a page, a worker or the browser itself asks for it."""
    only_this_machine = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", only_this_machine])
        yield browser
        browser.close()


def keep_inside(context, address, wrong):
    """Let the pages of a context load what is in the book alone; note in `wrong` what else they ask for.

    Args:
        context: of Playwright.
        address: what every address of the book begins with.
        wrong: the list that is added to.
    """

    def decide(route):
        if route.request.url.startswith((f"{address}/", "data:", "blob:")):
            return route.continue_()
        wrong.append(f"the page asks for {route.request.url}")
        return route.abort()

    context.route("**/*", decide)


def opened(context, address, wrong):
    """Open an address in a new page of a context, and note in `wrong` what the page calls an error."""
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address, wait_until="networkidle")
    return page
