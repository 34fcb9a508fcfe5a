"""The quiz "Real or fake?" in the built page, where neither a kernel nor a script of ours runs."""

import re
from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(f"book/{path.name}" for path in (HTML / "book").glob("*.html"))
WITH_QUIZ = [page for page in PAGES if "gan-quiz" in (HTML / page).read_text()]

for_each_quiz = pytest.mark.parametrize("path", WITH_QUIZ)


def open_quiz(visit, path, **options):
    """Open a page and wait for its quiz; return (page, what went wrong, the cards)."""
    page, wrong = visit(path, **options)
    page.locator(".gan-quiz-form").first.wait_for()
    return page, wrong, page.locator(".gan-quiz-form").first.locator("fieldset")


def score(page):
    """Return (right, answered) as a screen reader finds them: what CSS has counted stands in no element's text."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()  # or the browser keeps a tree of every page after this one
    nodes = {node["nodeId"]: node for node in tree}

    def text(node):
        if node["role"]["value"] == "StaticText":
            return node["name"]["value"]
        return "".join(text(nodes[child]) for child in node["childIds"] if child in nodes)

    states = [text(node) for node in tree if node["role"]["value"] == "status"]
    return next(re.fullmatch(r"(\d+) of (\d+) right", state).groups() for state in states if state.endswith(" right"))


def choose(card, kind):
    card.locator(f"label.gan-quiz-{kind}").click()


def right_kind(card):
    return "real" if card.locator("input.gan-quiz-right.gan-quiz-real").count() else "fake"


@for_each_quiz
def test_a_click_reveals_the_answer_and_the_score_runs(visit, path):
    page, wrong, cards = open_quiz(visit, path)
    assert not any(verdict.is_visible() for verdict in cards.locator("p span").all())
    assert score(page) == ("0", "0")
    right = 0
    for i, card in enumerate(cards.all()):
        choice = "fake" if i % 3 else "real"
        choose(card, choice)
        is_right = choice == right_kind(card)
        right += is_right
        words = card.locator("p").inner_text()
        assert words.startswith("✓ Right:" if is_right else "✗ Wrong:") and words.endswith(f"it is {right_kind(card)}.")
        assert card.locator("p > span:visible").count() == 1
        if i in (0, 1, cards.count() - 1):
            assert score(page) == (str(right), str(i + 1))
    assert wrong == []


@for_each_quiz
def test_the_first_answer_counts_until_all_starts_again(visit, path):
    page, wrong, cards = open_quiz(visit, path)
    card = cards.first
    mine = right_kind(card)
    other = {"real": "fake", "fake": "real"}[mine]
    choose(card, other)
    box = card.locator(f"label.gan-quiz-{mine}").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for key in ("ArrowLeft", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert score(page) == ("0", "1") and "Wrong" in card.locator("p").inner_text()
    page.locator(".gan-quiz-reset").first.click()
    assert score(page) == ("0", "0") and card.locator("p").inner_text().strip() == ""
    choose(card, mine)
    assert score(page) == ("1", "1")
    assert wrong == []


@for_each_quiz
def test_by_keyboard_alone(visit, path):
    page, wrong, cards = open_quiz(visit, path)
    address = page.url
    cards.first.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "2"
    focused = cards.nth(1).locator("label.gan-quiz-real")
    assert focused.evaluate("label => getComputedStyle(label).outlineStyle") == "solid"
    page.keyboard.press("ArrowRight")
    assert cards.nth(0).locator("input.gan-quiz-real").is_checked() and cards.nth(1).locator("input.gan-quiz-fake").is_checked()
    assert score(page)[1] == "2"
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == address and score(page)[1] == "2", "the enter key does not submit the form"
    reset = page.locator(".gan-quiz-reset").first
    reset.focus()
    page.keyboard.press("Enter")
    assert score(page) == ("0", "0") and page.url == address
    assert wrong == []


@for_each_quiz
def test_every_choice_has_a_name_and_a_picture_keeps_its_secret(visit, path):
    page, wrong, cards = open_quiz(visit, path)
    n = cards.count()
    for i, card in enumerate(cards.all(), start=1):
        group = page.get_by_role("group", name=f"Picture {i}", exact=True).first
        assert group.get_by_role("radio", name="Real", exact=True).count() == 1
        assert group.get_by_role("radio", name="Fake", exact=True).count() == 1
        assert card.locator("img").get_attribute("alt") == f"Picture {i} of {n}"
    assert wrong == []


@for_each_quiz
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_can_be_read(visit, path, width, scheme):
    page, wrong, cards = open_quiz(visit, path, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for card in cards.all():
        box = card.locator("img").bounding_box()
        assert box["width"] > 95 and abs(box["width"] - box["height"]) < 2
        for label in card.locator("label").all():
            room = label.bounding_box()
            assert room["height"] >= 44 and room["x"] >= 0 and room["x"] + room["width"] <= width
            assert label.evaluate("label => label.scrollWidth <= label.clientWidth"), "the word fits into its button"
    choose(cards.first, "real")
    contrast = """element => {
      const luminance = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(value => value / 255)
        .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, i) => sum + [0.2126, 0.7152, 0.0722][i] * value, 0);
      const page = getComputedStyle(document.body).backgroundColor;
      const [low, high] = [getComputedStyle(element).color, page].map(luminance).sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    }"""
    verdict = cards.first.locator("p > span:visible")
    for element in (verdict, verdict.locator("span"), cards.nth(1).locator("label").first, cards.first.locator("legend")):
        assert element.evaluate(contrast) >= 4.5
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []


@for_each_quiz
def test_the_score_stays_in_sight_and_hides_no_choice(visit, path):
    page, wrong, cards = open_quiz(visit, path, viewport={"width": 390, "height": 800})
    cards.first.locator("input").first.focus()
    for card in cards.all():
        bar = page.locator(".gan-quiz-score").first.bounding_box()
        assert bar["y"] >= 0 and bar["y"] + bar["height"] <= 800
        choice = card.locator("label").first.bounding_box()
        assert choice["y"] >= 0 and choice["y"] + choice["height"] <= bar["y"]
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    assert score(page)[1] == str(cards.count())
    assert wrong == []


@for_each_quiz
def test_nothing_is_shown_that_needs_a_kernel(visit, path):
    page, wrong, cards = open_quiz(visit, path)
    assert page.locator(".gan-quiz .gan-live-only").count() >= 1, "it is there, for Jupyter"
    assert not any(part.is_visible() for part in page.locator(".gan-live-only, .gan-live-only *").all())
    assert wrong == []


@for_each_quiz
def test_without_javascript_the_pictures_are_there(visit, path):
    page, _ = visit(path, java_script_enabled=False)
    pictures = page.locator("noscript img").all()
    assert any(picture.is_visible() and "fake" in picture.get_attribute("alt").lower() for picture in pictures)
