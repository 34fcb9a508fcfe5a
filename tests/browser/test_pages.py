"""Every built page in a real browser: no error, no sideways scrolling, and widgets that live without a kernel."""

from pathlib import Path

import headless
import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(str(path.relative_to(HTML)) for path in HTML.glob("book/**/*.html"))
WITH_STEPPER = [page for page in PAGES if "gan-moment" in (HTML / page).read_text()]

for_each_stepper = pytest.mark.parametrize("path", WITH_STEPPER)


def test_there_is_something_to_test():
    assert WITH_STEPPER


# The pages of the reference have no pictures and no widgets: two of the four ways to look at a page are enough for them.
LOOKS = [
    (path, width, scheme)
    for path in PAGES
    for width, scheme in ((1280, "light"), (390, "dark"), (1280, "dark"), (390, "light"))[: 2 if "/api/" in path else 4]
]


@pytest.mark.parametrize(("path", "width", "scheme"), LOOKS)
def test_opens_without_an_error_and_fits(visit, path, width, scheme):
    page, wrong = visit(path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert headless.missing(page) == []
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.images].filter(image => !image.alt).length") == 0
    assert wrong == []


SHOWN = """() => {
  const moment = [...document.querySelectorAll(".gan-stepper figure.gan-moment")].find(element => element.offsetParent);
  const pictures = moment && [...moment.querySelectorAll("img")].map(image => image.src).join();
  return moment && {pictures, caption: moment.querySelector("figcaption").innerText};
}"""


def open_stepper(visit, path):
    """Open a page and wait for its stepper; return (page, what went wrong, the stepper)."""
    page, wrong = visit(path)
    page.wait_for_function(SHOWN)
    return page, wrong, page.locator(".gan-stepper").first


def press(page, key):
    """Press a key, wait until another picture is shown, and return it with its caption."""
    before = page.evaluate(SHOWN)["pictures"]
    page.keyboard.press(key)
    page.wait_for_function(f"before => ({SHOWN})().pictures !== before", arg=before)
    return page.evaluate(SHOWN)


def beginning(path):
    """Return how the caption of a stepper begins where it opens: with a run's first step, or with the first of the failures."""
    return "The doctor says: Total mode collapse" if "when_it_goes_wrong" in path else "step 0"


@for_each_stepper
def test_the_slider_changes_the_picture(visit, path):
    page, wrong, stepper = open_stepper(visit, path)
    first = page.evaluate(SHOWN)
    assert first["caption"].startswith(beginning(path)), "a stepper opens at the beginning"
    stepper.locator(".noUi-handle").focus()
    second, last = press(page, "ArrowRight"), press(page, "End")
    assert len({moment["pictures"] for moment in (first, second, last)}) == 3
    assert press(page, "Home") == first
    assert wrong == []


def test_a_reader_in_a_hurry_loses_nothing(visit):
    page, wrong, stepper = open_stepper(visit, WITH_STEPPER[0])
    stepper.locator(".noUi-handle").focus()
    for key in ["ArrowRight", "ArrowLeft"] * 40:
        page.keyboard.press(key)  # the moment before is hardly there when the next one is asked for
    press(page, "End")
    assert press(page, "Home")["caption"].startswith("step 0")
    assert wrong == []


@for_each_stepper
def test_play_runs_from_noise_onwards_and_stops(visit, path):
    page, wrong, stepper = open_stepper(visit, path)
    page.evaluate(f"() => {{ window.seen = new Set(); setInterval(() => window.seen.add(({SHOWN})().caption), 20); }}")
    play = stepper.locator(".widget-play button").first
    play.click()
    page.wait_for_function("() => window.seen.size >= 5")
    assert any(caption.startswith(beginning(path)) for caption in page.evaluate("[...window.seen]")), "noise comes first"
    play.click()
    page.wait_for_timeout(500)  # longer than a moment
    paused = page.evaluate(SHOWN)
    page.wait_for_timeout(1000)
    assert page.evaluate(SHOWN) == paused
    assert wrong == []


@for_each_stepper
def test_without_javascript_the_last_frame_is_there(visit, path):
    page, _ = visit(path, java_script_enabled=False)
    picture = page.locator("noscript img").last
    # Where scripts are off, a <noscript> is part of the page.
    assert picture.is_visible() and len(picture.get_attribute("alt")) > 10
