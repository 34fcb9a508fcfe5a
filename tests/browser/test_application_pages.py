"""What lies in the pages of the applications beside their steppers, with no kernel."""

from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))
WITH_LINE = [page for page in PAGES if "gan-before-after" in (HTML / page).read_text()]

CUT = "() => getComputedStyle(document.querySelector('.gan-before-after img:last-of-type')).clipPath"


def test_there_is_something_to_test():
    assert WITH_LINE


@pytest.mark.parametrize("path", WITH_LINE)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_line_between_two_pictures_follows_the_keys_and_the_mouse(visit, path, width):
    page, wrong = visit(path, viewport={"width": width, "height": 900})
    line = page.locator(".gan-before-after input[type=range]")
    line.wait_for()
    assert page.evaluate(CUT) == "inset(0px 50% 0px 0px)"
    line.focus()
    page.keyboard.press("Home")
    assert page.evaluate(CUT) == "inset(0px 100% 0px 0px)", "nothing but the picture before"
    page.keyboard.press("End")
    assert page.evaluate(CUT) in ("inset(0px 0% 0px 0px)", "inset(0px)"), "nothing but the picture after"
    box = line.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    left = float(page.evaluate(CUT).split()[1].rstrip("%"))
    assert 70 < left < 80
    before, after = page.locator(".gan-before-after img").all()
    assert before.bounding_box() == after.bounding_box(), "the two lie on each other"
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert wrong == []
