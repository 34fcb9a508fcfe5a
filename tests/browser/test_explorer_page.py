"""The latent explorer in the built page, where no kernel runs."""

from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))
WITH_EXPLORER = [page for page in PAGES if "gan-explorer" in (HTML / page).read_text()]

for_each_explorer = pytest.mark.parametrize("path", WITH_EXPLORER)

SHOWN = """() => {
  const place = [...document.querySelectorAll(".gan-explorer figure.gan-place")].find(element => element.offsetParent);
  return place && {picture: place.querySelector("img").src, frame: place.querySelector("i").getAttribute("style"),
    caption: place.querySelector("figcaption").innerText};
}"""


def test_there_is_something_to_test():
    assert WITH_EXPLORER


def open_explorer(visit, path, **options):
    """Open a page and wait for its explorer; return (page, what went wrong, the handles of the visible sliders)."""
    page, wrong = visit(path, **options)
    page.wait_for_function(SHOWN)
    handles = [handle for handle in page.locator(".gan-explorer .noUi-handle").all() if handle.is_visible()]
    return page, wrong, handles


def press(page, handle, key):
    """Press a key on a slider's handle, wait until another place is shown, and return it."""
    before = page.evaluate(SHOWN)
    handle.focus()
    page.keyboard.press(key)
    page.wait_for_function(
        f"before => {{ const now = ({SHOWN})(); return now && now.caption !== before; }}", arg=before["caption"]
    )
    return page.evaluate(SHOWN)


@for_each_explorer
def test_two_sliders_move_over_the_plane(visit, path):
    page, wrong, (across, down) = open_explorer(visit, path)
    middle = page.evaluate(SHOWN)
    left = press(page, across, "Home")
    corner = press(page, down, "Home")
    beside = press(page, across, "ArrowRight")
    below = press(page, down, "ArrowRight")
    places = [middle, left, corner, beside, below]
    for part in ("picture", "frame", "caption"):
        assert len({place[part] for place in places}) == 5, part
    first, second = (caption.split(" · ") for caption in (corner["caption"], below["caption"]))
    assert first[0] != second[0] and first[1] != second[1], "each slider has its own direction"
    assert corner["frame"].replace(" ", "").startswith("left:0")
    assert wrong == []


@for_each_explorer
def test_nothing_is_shown_that_needs_a_kernel(visit, path):
    page, wrong, handles = open_explorer(visit, path)
    assert len(handles) == 2
    assert page.locator(".gan-live-only").count() >= 1, "it is there, for Jupyter"
    assert not any(part.is_visible() for part in page.locator(".gan-live-only, .gan-live-only *").all())
    assert wrong == []


@for_each_explorer
@pytest.mark.parametrize("width", [1280, 390])
def test_map_and_image_fit_and_the_image_is_large(visit, path, width):
    page, wrong, handles = open_explorer(visit, path, viewport={"width": width, "height": 900})
    for selector in ("img", "div"):
        box = page.locator(f".gan-explorer figure.gan-place > {selector}:visible").first.bounding_box()
        assert box["width"] > 130 and box["x"] >= 0 and box["x"] + box["width"] <= width
        assert abs(box["width"] - box["height"]) < 3, "as wide as high"
    for handle in handles:
        assert handle.bounding_box()["x"] + handle.bounding_box()["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []


@for_each_explorer
def test_without_javascript_the_whole_plane_is_there(visit, path):
    page, _ = visit(path, java_script_enabled=False)
    pictures = page.locator("noscript img").all()
    assert any(picture.is_visible() and "shoes" in picture.get_attribute("alt") for picture in pictures)
