"""What lies in the pages of the applications beside their steppers, with no kernel."""

from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))
WITH_LINE, WITH_MENU = (
    [page for page in PAGES if name in (HTML / page).read_text()] for name in ("gan-before-after", "gan-captions")
)

CUT = "() => getComputedStyle(document.querySelector('.gan-before-after img:last-of-type')).clipPath"


def test_there_is_something_to_test():
    assert WITH_LINE and WITH_MENU


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


@pytest.mark.parametrize("path", WITH_MENU)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_menu_of_captions_shows_what_was_drawn_for_the_chosen_one(visit, path, width):
    page, wrong = visit(path, viewport={"width": width, "height": 900})
    menu = page.locator(".gan-captions select")
    menu.wait_for()
    captions = [text.replace("\N{NO-BREAK SPACE}", " ") for text in menu.locator("option").all_inner_texts()]
    assert len(captions) == len(set(captions)) > 8
    sources = set()
    for caption in captions:
        menu.select_option(label=caption)
        picture = page.locator(f".gan-captions img[alt*='“{caption}”']")
        picture.wait_for()
        assert page.locator(".gan-captions img:visible").count() == 1
        sources.add(picture.get_attribute("src"))
        box = picture.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] > 30
    assert len(sources) == len(captions), "each caption has its own picture"
    assert not page.locator(".gan-live-only").is_visible(), "nobody could answer a caption typed here"
    assert wrong == []
