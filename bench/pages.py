"""Measure what the built pages weigh and how long they take to load.

Every page is opened in a headless Chromium with an empty cache, one after another, from 127.0.0.1, so the times hold no network.
"""

import argparse
import gzip
import os
import platform
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
import headless  # noqa: E402

from gan_lib._files import atomic_write

WIDGETS_SCRIPT = "/_static/@jupyter-widgets/html-manager/dist/embed-amd.js"
STATE = "script[type='application/vnd.jupyter.widget-state+json']"


class Size(NamedTuple):
    """The bytes of a file as it is stored, and as a host sends it that compresses text."""

    stored: int
    sent: int


class Visit(NamedTuple):
    """What one opening of a page took: sizes by address, those of its HTML and of the widgets' state in it, and seconds."""

    sizes: dict
    html: Size
    state: Size
    loaded: float
    shown: float

    def without_widgets_script(self):
        """Return the sizes of all but the script of html-manager. The state of the widgets, in the HTML, stays in."""
        return {url: size for url, size in self.sizes.items() if WIDGETS_SCRIPT not in url}


def total(sizes):
    return Size(*map(sum, zip(*sizes.values())))


def size(body, kind):
    """Return the `Size` of a body of this content type. Pictures and fonts are compressed as they stand."""
    is_text = kind.startswith("text/") or kind.partition(";")[0].endswith(("javascript", "json", "xml"))
    return Size(len(body), len(gzip.compress(body, 6)) if is_text else len(body))


def visit(browser, address, path):
    """Open a page with an empty cache, wait until its widgets stand, and return the `Visit`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    wrong, finished = [], []
    headless.note_foreign(context, address, wrong.append)
    page = context.new_page()
    page.on("response", lambda response: finished.append(response))
    page.goto(f"{address}/{path}", wait_until="load")
    page.wait_for_function(headless.WIDGETS_SHOWN)
    shown = page.evaluate("performance.now()") / 1000
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
    page.wait_for_load_state("networkidle")
    state = page.evaluate(f'document.querySelector("{STATE}")?.textContent ?? ""')
    asked_for = (each for each in finished if not each.url.startswith(("data:", "blob:")))
    sizes = {each.url: size(each.body(), each.headers.get("content-type", "")) for each in asked_for}
    context.close()
    assert not wrong, wrong
    return Visit(sizes, sizes[f"{address}/{path}"], size(state.encode(), "text/json"), loaded, shown)


def report(visits, version, rounds):
    """Return the Markdown: a table with a row for each page, and how it was made."""
    rows = []
    for path, each in visits.items():
        first = each[0]
        columns = (total(first.sizes), total(first.without_widgets_script()), first.html, first.state)
        cells = [f"{column.stored / 1e6:.2f} ({column.sent / 1e6:.2f})" for column in columns]
        cells += [str(len(first.sizes)), spread([one.loaded for one in each]), spread([one.shown for one in each])]
        rows.append(f"| {path} | {' | '.join(cells)} |\n")
    return (
        "| page | all, MB | without the widgets' script, MB | the HTML itself, MB | of it the widgets' state, MB | requests "
        "| loaded, s | widgets shown, s |\n|---|---:|---:|---:|---:|---:|---:|---:|\n" + "".join(rows) + "\n"
        "A page's weight is all that it asks for when it is opened at 1280 pixels with an empty cache: as it is stored, and "
        "in parentheses as a host sends it that compresses text (gzip); 1 MB is 1,000,000 bytes. The widgets' script is "
        "html-manager, the same file for every page; the state of the widgets, with their pictures, is part of the HTML. "
        f"Seconds are the median (smallest–largest) of {rounds} visits, one after another, from 127.0.0.1, uncompressed and "
        "without a network: to the load event, and until the last widget stands.\n\n"
        f"Chromium {version}; {os.cpu_count()} CPUs ({platform.machine()}). "
        f"Made by `python bench/pages.py --rounds {rounds}`.\n"
    )


def spread(values):
    return f"{median(values):.1f} ({min(values):.1f}–{max(values):.1f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="visits to each page (default %(default)s)")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_suffix(".md"), help="the file to write")
    options = parser.parse_args()
    with headless.served() as address, headless.launched() as browser:
        visits = {path: [] for path in headless.pages()}
        for number in range(options.rounds):
            for path, found in visits.items():
                found.append(visit(browser, address, path))
                print(f"round {number + 1} of {options.rounds}, {path}: {found[-1].loaded:.1f} s", file=sys.stderr, flush=True)
        text = report(visits, browser.version, options.rounds)
    with atomic_write(options.output) as path:
        path.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
