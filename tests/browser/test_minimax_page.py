"""The steppers through the theory of games in the built page, where no kernel runs."""

from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))
WITH_GAMES = [page for page in PAGES if "gan-game" in (HTML / page).read_text()]

for_each_page = pytest.mark.parametrize("path", WITH_GAMES)

SHOWN = """() => [...document.querySelectorAll(".gan-stepper figure.gan-game")].filter(element => element.offsetParent).map(
  element => ({picture: element.querySelector("img").src, caption: element.querySelector("figcaption").innerText}))"""


def test_there_is_something_to_test():
    assert WITH_GAMES


def open_steppers(visit, path, **options):
    """Open a page and wait for its steppers; return (page, what went wrong, the steppers)."""
    page, wrong = visit(path, **options)
    page.wait_for_function(f"() => ({SHOWN})().length > 0")
    steppers = [each for each in page.locator(".gan-stepper").all() if each.locator("figure.gan-game").count()]
    return page, wrong, steppers


def press(page, i, key):
    """Press a key on the slider that has the focus, wait until stepper i shows another picture, and return it."""
    before = page.evaluate(SHOWN)[i]["picture"]
    page.keyboard.press(key)
    page.wait_for_function(f"([i, before]) => ({SHOWN})()[i].picture !== before", arg=[i, before])
    return page.evaluate(SHOWN)[i]


@for_each_page
def test_each_slider_moves_its_own_stepper_from_the_first_step_to_the_last(visit, path):
    page, wrong, steppers = open_steppers(visit, path)
    for i, stepper in enumerate(steppers):
        before = page.evaluate(SHOWN)
        stepper.locator(".noUi-handle").focus()
        second = press(page, i, "ArrowRight")
        after = page.evaluate(SHOWN)
        assert before[i]["caption"].startswith(("step 0 ·", "step 1 of ")), "a stepper opens at the beginning"
        assert [a == b for a, b in zip(before, after)] == [j != i for j in range(len(steppers))]
        last = press(page, i, "End")
        assert len({moment["caption"] for moment in (before[i], second, last)}) == 3
        assert press(page, i, "Home") == before[i]
    assert wrong == []


@for_each_page
def test_play_runs_and_stops(visit, path):
    page, wrong, steppers = open_steppers(visit, path)
    for i, stepper in enumerate(steppers):
        page.evaluate(
            f"i => {{ clearInterval(window.watching); window.seen = new Set();"
            f" window.watching = setInterval(() => window.seen.add(({SHOWN})()[i].caption), 20); }}",
            i,
        )
        play = stepper.locator(".widget-play button").first
        play.click()
        page.wait_for_function("() => window.seen.size >= 4")
        play.click()
        page.wait_for_timeout(1000)  # longer than a moment
        paused = page.evaluate(SHOWN)
        page.wait_for_timeout(1500)
        assert page.evaluate(SHOWN) == paused
    assert wrong == []


@for_each_page
@pytest.mark.parametrize("width", [1280, 390])
def test_pictures_fit_the_page(visit, path, width):
    page, wrong, steppers = open_steppers(visit, path, viewport={"width": width, "height": 900})
    for stepper in steppers:
        box = stepper.locator("figure.gan-game img:visible").first.bounding_box()
        assert box["width"] > 300 and box["x"] >= 0 and box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []


@for_each_page
def test_without_javascript_each_stepper_leaves_its_last_picture(visit, path):
    page, _ = visit(path, java_script_enabled=False)
    pictures = page.locator("noscript img").all()
    assert len(pictures) >= 2
    assert all(each.is_visible() and len(each.get_attribute("alt")) > 10 for each in pictures)
