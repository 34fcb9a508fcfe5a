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


def note_foreign(context, address, note):
    """Note what the pages of a context ask for outside of the book. From another host, `launched` lets nothing in.

    Args:
        context: of Playwright.
        address: what every address of the book begins with.
        note: a function that gets it in words.
    """
    inside = (f"{address}/", "data:", "blob:")

    def look(request):
        if not request.url.startswith(inside):
            note(f"the page asks for {request.url}")

    context.on("request", look)


class Window:
    """One page that is led from address to address, each time as if new: to open a page takes longer than most addresses do.

    What goes wrong since the last visit, and what is asked for outside of the book, stands in `wrong`, a list for each visit.
    """

    def __init__(self, browser, address, **options):
        context = browser.new_context(**options)
        self.address, self.page, self.wrong = address, context.new_page(), []
        note_foreign(context, address, self.note)
        self.page.on("console", lambda message: self.note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.note(str(error)))
        self.page.add_init_script("localStorage.clear(); sessionStorage.clear();")

    def note(self, words):
        self.wrong.append(words)

    def visit(self, path, viewport=None, color_scheme="light"):
        """Open a page of the book in a view of this size and scheme; return (page, what went wrong so far)."""
        self.page.set_viewport_size(viewport or {"width": 1280, "height": 720})
        self.page.emulate_media(color_scheme=color_scheme, reduced_motion="no-preference")
        self.wrong = []
        self.page.goto(f"{self.address}/{path}", wait_until="networkidle")
        return self.page, self.wrong

    def leave(self):
        """Leave the page, with the mouse outside: no page goes on, and none finds what another has left behind."""
        self.page.mouse.move(-10, -10)
        self.page.goto("about:blank")
