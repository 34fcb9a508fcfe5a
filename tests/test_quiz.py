import base64
import io
import re
from html.parser import HTMLParser

import ipywidgets
import numpy as np
import pytest
from on_widgets import all_widgets, ipywidgets_8
from PIL import Image
from scipy.stats import binom

from gan_lib import scale
from gan_lib.widgets.quiz import real_or_fake, score_interval, score_text, what_scores_mean


def made(n, odd):
    """Return n images, no two alike, whose first pixel is odd or even: so a test can tell real from fake."""
    pixels = np.random.default_rng(odd).integers(0, 256, (n, 28, 28), dtype="uint8")
    pixels[:, 0, 0] = 100 + odd
    return scale(pixels)


REAL, FAKE = made(60, 1), made(45, 0)


def kind(picture):
    return {101: "real", 100: "fake"}[picture[0, 0]]


def pixels(html):
    """Return the images of an HTML text, uint8 (n, 28, 28)."""
    addresses = re.findall(r'<img src="data:image/webp;base64,([^"]+)"', html)
    return np.array([Image.open(io.BytesIO(base64.b64decode(address))).convert("L") for address in addresses])


@pytest.fixture(scope="module")
def quiz():
    return real_or_fake(REAL, FAKE)


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, name):
        return [attributes for tag, attributes in self.found if tag == name]


def live(quiz):
    heading, question, buttons, last, score = quiz.children[1].children
    return question, *buttons.children, last, score


def test_each_card_knows_what_its_picture_is(quiz):
    html = quiz.children[0].value
    cards = html.split("<fieldset>")[1:]
    assert len(cards) == len(quiz.answers) == 20
    for card, answer in zip(cards, quiz.answers):
        (picture,) = pixels(card)
        assert kind(picture) == answer
        right = re.findall(r'class="gan-quiz-(real|fake) gan-quiz-right"', card)
        wrong = re.findall(r'class="gan-quiz-(real|fake) gan-quiz-wrong"', card)
        assert right == [answer] and wrong == [{"real": "fake", "fake": "real"}[answer]]
        verdicts = re.sub("<[^>]+>", " ", card[card.index("<p role") :])
        assert verdicts.count(f"it is  {answer}") == 2


def test_no_picture_comes_twice(quiz):
    shown = pixels(quiz.children[0].value)
    assert len(np.unique(shown, axis=0)) == len(shown) == 20


def test_what_a_screen_reader_says_gives_nothing_away(quiz):
    tags = Tags(quiz.children[0].value)
    assert [image["alt"] for image in tags.all("img")] == [f"Picture {i} of 20" for i in range(1, 21)]
    for image in tags.all("img"):
        assert set(image) == {"src", "alt", "width", "height", "style"}
    assert len({(image["width"], image["height"], image["style"]) for image in tags.all("img")}) == 1


def test_every_choice_has_its_label(quiz):
    tags = Tags(quiz.children[0].value)
    choices = [choice["id"] for choice in tags.all("input")]
    assert len(set(choices)) == 40 and choices == [label["for"] for label in tags.all("label")]


def test_two_quizzes_in_one_page_do_not_share_names(quiz):
    other = Tags(real_or_fake(REAL, FAKE).children[0].value)
    ids = [{choice["id"] for choice in tags.all("input")} for tags in (Tags(quiz.children[0].value), other)]
    assert not ids[0] & ids[1]


def test_nothing_can_be_submitted_and_no_script_is_needed(quiz):
    """A form's first submit button, being disabled, forbids that the enter key submits it."""
    html = quiz.children[0].value
    tags = Tags(html)
    first, reset = tags.all("button")
    assert first["type"] == "submit" and "disabled" in first and reset["type"] == "reset"
    assert not re.search(r"<script|\son\w+=|javascript:", html)


def test_jupyterlab_leaves_the_keys_to_the_quiz(quiz):
    """Its shortcuts are for the focused element: the attribute must stand on that, it does not help on the form."""
    tags = Tags(quiz.children[0].value)
    for focusable in (*tags.all("input"), tags.all("button")[1]):
        assert focusable["data-lm-suppress-shortcuts"] == "true"


def test_the_coins_are_fair_and_the_seed_decides():
    answers = [real_or_fake(REAL, FAKE, n=12, seed=seed).answers for seed in range(40)]
    reals = np.array([[answer == "real" for answer in row] for row in answers])
    assert len(set(answers)) == 40
    assert len(set(reals.sum(axis=1))) > 3, "not always as many of each"
    low, high = binom(reals.size, 0.5).interval(0.999)
    assert low <= reals.sum() <= high
    each = binom(40, 0.5).interval(0.9999)
    assert all(each[0] <= count <= each[1] for count in reals.sum(axis=0)), "at no place is one of them likelier"
    assert real_or_fake(REAL, FAKE, n=12, seed=3).answers == answers[3]


def test_it_fits_into_a_page():
    """Garments take less: noise is what compresses worst."""
    before = set(all_widgets)
    real_or_fake(REAL, FAKE)
    state = [widget.get_state() for name, widget in all_widgets.items() if name not in before]
    assert sum(len(repr(widget)) for widget in state) < 100_000


def test_only_the_live_part_is_marked_for_hiding(quiz):
    above, below = quiz.children
    assert "gan-live-only" in below._dom_classes and "gan-live-only" not in above._dom_classes
    assert "gan-quiz" in quiz._dom_classes


def test_live_pictures_are_others_and_are_judged_rightly(quiz):
    question, real, fake, again, last, score = live(quiz)
    above = {picture.tobytes() for picture in pixels(quiz.children[0].value)}
    right = 0
    for i in range(20):
        (picture,) = pixels(question.value)
        assert picture.tobytes() not in above
        assert f'alt="Picture {i + 1} of 20"' in question.value
        pressed = "real" if i % 3 else "fake"
        right += kind(picture) == pressed
        {"real": real, "fake": fake}[pressed].click()
        assert ("✓" in last.value) == (kind(picture) == pressed) == ("✗" not in last.value)
        assert f">{kind(picture)}<" in last.value and (pixels(last.value)[0] == picture).all()
        low, high = score_interval(right, i + 1)
        assert f"{right} of {i + 1} right" in score.value and f"{low:.0%} to {high:.0%}" in score.value
    assert real.disabled and fake.disabled and question.value == ""
    real.click()
    assert f"{right} of 20 right" in score.value, "what was answered stays"
    again.click()
    assert not real.disabled and score.value == "0 of 20 answered" and last.value == ""
    assert len(pixels(question.value)) == 1


def test_it_needs_no_widget_that_colab_lacks(monkeypatch):
    """ipywidgets 7, on Colab, has no Stack."""
    monkeypatch.delattr(ipywidgets, "Stack", raising=False)
    question, real, fake, again, last, score = live(real_or_fake(REAL, FAKE, n=2))
    real.click()
    assert "of 1 right" in score.value


def test_with_few_images_the_live_part_begins_again_with_those_of_the_page():
    question, real, fake, again, last, score = live(real_or_fake(REAL[:2], FAKE[:2], n=2))
    seen = set()
    for _ in range(20):
        seen.add(pixels(question.value).tobytes())
        real.click()
        if real.disabled:
            again.click()
    assert len(seen) == 4


@ipywidgets_8
def test_a_picture_for_those_who_see_no_widget(quiz):
    bundle = quiz._repr_mimebundle_()
    picture = np.array(Image.open(io.BytesIO(base64.b64decode(bundle["image/png"]))))[::4, ::4]
    for i, shown in enumerate(pixels(quiz.children[0].value)):
        top, left = 30 * (i // 5), 30 * (i % 5)
        assert np.array_equal(picture[top : top + 28, left : left + 28], shown)
    assert bundle["text/plain"] == "Quiz: 20 pictures, real or fake?"


@pytest.mark.parametrize(
    "real, fake, n, message",
    [
        (REAL, FAKE, 1, "n must be an integer of at least 2"),
        (REAL[:19], FAKE, 20, "real must hold at least n = 20 images; got 19"),
        (REAL, FAKE[:3], 4, "fake must hold at least n = 4 images; got 3"),
        (REAL * 127.5 + 127.5, FAKE, 20, r"real must lie in \[-1, 1\]"),
        (REAL, FAKE[..., 0], 20, "fake must have the shape"),
        (REAL, FAKE.astype("uint8"), 20, "fake must be floats"),
        (REAL, FAKE[:, 1:], 20, "real and fake must be of one size"),
    ],
)
def test_bad_input(real, fake, n, message):
    with pytest.raises(ValueError, match=message):
        real_or_fake(real, fake, n=n)


class TestScoreInterval:
    @pytest.mark.parametrize("n", [1, 7, 20])
    def test_the_ends_have_the_tails_that_define_them(self, n):
        """At the lower end so many right answers or more, at the upper end so many or fewer, have 2.5 % of chance."""
        for right in range(n + 1):
            low, high = score_interval(right, n)
            assert low <= right / n <= high
            if right:
                assert binom.sf(right - 1, n, low) == pytest.approx(0.025)
            if right < n:
                assert binom.cdf(right, n, high) == pytest.approx(0.025)
        assert score_interval(0, n)[0] == 0 and score_interval(n, n)[1] == 1

    @pytest.mark.parametrize("share", [0.5, 0.65, 0.97])
    def test_it_holds_the_true_share_as_often_as_promised(self, share):
        holds = [low <= share <= high for low, high in (score_interval(right, 20) for right in range(21))]
        assert binom.pmf(np.arange(21)[holds], 20, share).sum() >= 0.95

    def test_more_confidence_or_fewer_answers_make_it_wider(self):
        def width(*arguments):
            low, high = score_interval(*arguments)
            return high - low

        assert width(6, 10, 0.99) > width(6, 10) > width(6, 10, 0.5)
        assert width(6, 10) > width(60, 100) > width(600, 1000)

    @pytest.mark.parametrize(
        "right, answered, confidence, message",
        [
            (0, 0, 0.95, "answered must be an integer of at least 1"),
            (4, 3, 0.95, "right must be an integer from 0 to 3; got 4"),
            (-1, 3, 0.95, "right must be an integer from 0"),
            (1, 3, 1.0, "confidence must lie between 0 and 1"),
            (1, 3, 95, "confidence must lie between 0 and 1"),
        ],
    )
    def test_bad_input(self, right, answered, confidence, message):
        with pytest.raises(ValueError, match=message):
            score_interval(right, answered, confidence)


def test_the_score_says_what_it_means():
    assert "you may be guessing" in score_text(14, 20, 20) and "36% to 81%" in score_text(12, 20, 20)
    assert "½ lies below it" in score_text(15, 20, 20)
    assert "½ lies above it" in score_text(5, 20, 20)
    assert "15 to go" in score_text(1, 5, 20)


def test_the_page_says_which_scores_may_be_guessed():
    assert "with 6 to 14 right" in what_scores_mean(20) and "With more" in what_scores_mean(20)
    assert "with 0 to 5 right" in what_scores_mean(5) and "With more" not in what_scores_mean(5)
