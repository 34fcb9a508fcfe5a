"""Real or fake? A person judges photographs and generated images, and the binomial interval says what the score is worth."""

from collections.abc import Iterator, Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from PIL import Image
from scipy.stats import binomtest

from gan_lib._checks import check_count, check_images, check_number, check_seed
from gan_lib.data import to_pixels
from gan_lib.plots.images import image_grid
from gan_lib.widgets.stepper import data_url, twice, with_fallback

# A page without a kernel has no script of ours either, so radio buttons hold the answers, and CSS shows and counts them.
# A rule reaches only what comes after the radio buttons: they stand first in a card, and the score after all cards.
STYLE = """\
<style>
.gan-quiz, .gan-quiz .widget-html, .gan-quiz .widget-html-content { box-sizing: border-box; max-width: 100%; min-width: 0 }
.gan-quiz .widget-html { width: 100% }
.gan-quiz .widget-html-content { width: 100%; font-size: 1rem; line-height: 1.5; white-space: normal; overflow: visible }
.gan-quiz p { margin: 0 0 .75rem }
.gan-quiz-form { margin: 0; max-width: 40rem; counter-reset: gan-quiz-answered gan-quiz-right }
.gan-quiz-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(104px, 1fr)); gap: .5rem .75rem }
.gan-quiz-form fieldset { position: relative; min-width: 0; margin: 0; padding: 0; border: 0 }
.gan-quiz-form legend { float: none; width: auto; margin: 0; padding: 0; font-size: .85em; line-height: 1.6; color: inherit }
.gan-quiz-card { display: grid; grid-template-columns: 1fr 1fr; gap: 4px }
.gan-quiz-card > input { position: absolute; width: 1px; height: 1px; margin: 0; opacity: 0; pointer-events: none;
  scroll-margin: 5rem 0 18rem }  /* what has the focus is to be seen above the score */
.gan-quiz-card > img, .gan-quiz-last img { width: 100%; height: auto; aspect-ratio: 1; image-rendering: pixelated }
.gan-quiz-card > img, .gan-quiz-card > p { grid-column: 1 / -1 }
.gan-quiz-card > label, .gan-quiz-reset { box-sizing: border-box; min-height: 44px; margin: 0; padding: 0 .3em;
  display: flex; align-items: center; justify-content: center; border: 1px solid; border-radius: .4rem;
  background: transparent; color: inherit; font: inherit; line-height: 1.2; cursor: pointer }
.gan-quiz-card > label:hover, .gan-quiz-reset:hover { background: rgba(128, 128, 128, .22) }
.gan-quiz-card > .gan-quiz-real:focus-visible ~ label.gan-quiz-real,
.gan-quiz-card > .gan-quiz-fake:focus-visible ~ label.gan-quiz-fake,
.gan-quiz-reset:focus-visible { outline: 3px solid; outline-offset: 2px }
.gan-quiz-card > .gan-quiz-real:checked ~ label.gan-quiz-real,
.gan-quiz-card > .gan-quiz-fake:checked ~ label.gan-quiz-fake { background: rgba(128, 128, 128, .3); font-weight: 700 }
.gan-quiz-card > :checked ~ label { cursor: default }
.gan-quiz-card > .gan-quiz-real:checked ~ label.gan-quiz-fake,
.gan-quiz-card > .gan-quiz-fake:checked ~ label.gan-quiz-real { opacity: .45 }
.gan-quiz .gan-quiz-card > p { min-height: 3em; margin: 0; line-height: 1.5 }
.gan-quiz-card > p > span { display: none }
.gan-quiz-card > .gan-quiz-right:checked ~ p > .gan-quiz-right,
.gan-quiz-card > .gan-quiz-wrong:checked ~ p > .gan-quiz-wrong { display: inline }
/* The first answer counts: the other choice cannot be reached any more, by no pointer and no key. */
.gan-quiz-card:has(> :checked) > label { pointer-events: none }
.gan-quiz-card:has(> :checked) > input:not(:checked) { display: none }
.gan-quiz-card > :checked { counter-increment: gan-quiz-answered }
.gan-quiz-card > .gan-quiz-right:checked { counter-increment: gan-quiz-answered gan-quiz-right }
.gan-quiz-score { position: sticky; bottom: 0; display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center;
  justify-content: space-between; margin-top: .5rem; padding: .4rem 0; border-top: 1px solid;
  background: var(--pst-color-background, var(--jp-layout-color0, Canvas));
  color: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText)) }
.gan-quiz .gan-quiz-score p { margin: 0; font-weight: 700; font-variant-numeric: tabular-nums }
.gan-quiz-score p::before { content: counter(gan-quiz-right) " of " counter(gan-quiz-answered) " right" }
.gan-quiz-score > .gan-quiz-reset { padding: 0 1em }
.gan-quiz .real { color: var(--gan-real-text, inherit); font-weight: 700 }
.gan-quiz .generator { color: var(--gan-generator-text, inherit); font-weight: 700 }
</style>"""
OWN_KEYS = 'data-lm-suppress-shortcuts="true"'  # or JupyterLab takes the arrow keys, and moves to another cell
FORM = """\
<p><b>Real or fake?</b> {n} pictures. A fair coin decided for each whether it is a photograph or comes from the generator. \
Your first answer to a picture counts.</p>
<form class="gan-quiz-form" autocomplete="off">
<button type="submit" disabled hidden></button>
<div class="gan-quiz-cards">
{cards}
</div>
<div class="gan-quiz-score"><p role="status"></p><button type="reset" class="gan-quiz-reset" {own_keys}>Start again</button></div>
<p>{meaning}</p>
</form>"""
CARD = """\
<fieldset><legend>Picture {number}</legend><div class="gan-quiz-card">
<input type="radio" name="{number}" id="{name}-real" class="gan-quiz-real {if_real}" {own_keys}>\
<input type="radio" name="{number}" id="{name}-fake" class="gan-quiz-fake {if_fake}" {own_keys}>
<img src="{picture}" alt="Picture {number} of {n}" width="112" height="112" style="padding: 0">
<label for="{name}-real" class="gan-quiz-real">Real</label><label for="{name}-fake" class="gan-quiz-fake">Fake</label>
<p role="status"><span class="gan-quiz-right">✓ Right:<br>it is {truth}.</span>\
<span class="gan-quiz-wrong">✗ Wrong:<br>it is {truth}.</span></p>
</div></fieldset>"""
QUESTION = (
    '<img src="{picture}" alt="Picture {number} of {n}" width="168" height="168" style="padding: 0; image-rendering: pixelated">'
)
LAST = """\
<div class="gan-quiz-last" style="display: flex; gap: .5rem; align-items: center">\
<img src="{picture}" alt="The picture that you judged last" style="padding: 0; width: 56px">\
<span>{verdict} picture {number} is {truth}.</span></div>"""
WORDS = {"real": '<span class="real">real</span>', "fake": '<span class="generator">fake</span>'}
VERDICTS = {True: "✓ Right:", False: "✗ Wrong:"}


def real_or_fake(real: np.ndarray, fake: np.ndarray, n: int = 20, seed: int = 0) -> widgets.Widget:
    """Ask a person which of n images are photographs.

    A fair coin decides for each picture of which kind it is. With half of the pictures of each kind, whoever has seen some
    answers could count what is left and be right more often than by guessing. With coins each answer of a guesser is right with
    probability 1/2, whatever was seen before, and the number of right answers is binomial, as `score_interval` takes it to be.

    The upper part works in a page with no kernel and no script. The lower part asks n other pictures one by one, gives the
    interval of the score after each, and needs a kernel; book.css hides its class `gan-live-only` in the built page.

    Args:
        real, fake: (k, 28, 28, 1) in [-1, 1], photographs and generated images; k may differ. Of each kind at least n,
            since all coins may fall alike; give 2 n or more, and the lower part starts with images that the upper part has not
            shown.
        n: how many pictures to ask, at least 2.
        seed: decides which images are drawn and how the coins fall.

    Returns:
        A widget with `answers`, a tuple of "real" or "fake" for each picture of the upper part. With ipywidgets 8 it also has
        a picture of them all, row by row, for a PDF or a page without JavaScript.

    Raises:
        ValueError: if there are too few images, or they are of two sizes.
    """
    check_count(n, "n", least=2)
    check_seed(seed)
    pools = {"real": real, "fake": fake}
    for kind, images in pools.items():
        check_images(images, kind)
        if len(images) < n:
            raise ValueError(f"{kind} must hold at least n = {n} images; got {len(images)}. Give more, or ask a smaller n")
    if np.shape(real)[1:] != np.shape(fake)[1:]:
        raise ValueError(f"real and fake must be of one size; got {np.shape(real)[1:]} and {np.shape(fake)[1:]}")
    rounds = quiz_rounds(pools, n, np.random.default_rng(seed))
    images, answers = next(rounds)
    picture = twice(twice(Image.fromarray(image_grid(images, columns=5))))
    parts = [quiz_form(images, answers), live_quiz(rounds, n)]
    quiz = with_fallback(parts, "gan-quiz", picture, f"Quiz: {n} pictures, real or fake?")
    quiz.layout.overflow = "visible"
    quiz.answers = answers
    return quiz


def score_interval(right: int, answered: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the interval of Clopper and Pearson (1934) for the share of images that a person judges rightly.

    Whatever that share is, at least `confidence` of all such intervals hold it, provided that the number of answers was fixed
    beforehand: who looks after every answer, and stops where it suits, is misled more often.

    Args:
        right: how many answers were right, from 0 to `answered`.
        answered: how many answers were given, at least 1.
        confidence: between 0 and 1.

    Returns:
        low, high: the ends of the interval, shares in [0, 1]. If 1/2 lies between them, the score may well be a guesser's.

    Examples:
        >>> low, high = score_interval(14, 20)
        >>> round(low, 2), round(high, 2)
        (0.46, 0.88)
    """
    check_count(answered, "answered")
    check_count(right, "right", least=0, most=answered)
    check_number(confidence, "confidence")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, such as 0.95; got {confidence}")
    interval = binomtest(right, answered).proportion_ci(confidence, method="exact")
    return float(interval.low), float(interval.high)


def quiz_rounds(
    pools: Mapping[str, np.ndarray], n: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, tuple[str, ...]]]:
    """Yield rounds without end: n images, uint8 (n, 28, 28), and their kinds; none comes twice while there are others."""
    pixels = {kind: to_pixels(images)[rng.permutation(len(images))] for kind, images in pools.items()}
    used = dict.fromkeys(pools, 0)
    while True:
        kinds = tuple(rng.choice(["real", "fake"], n).tolist())
        images = []
        for kind in kinds:
            images.append(pixels[kind][used[kind] % len(pixels[kind])])
            used[kind] += 1
        yield np.array(images), kinds


def quiz_form(images: np.ndarray, answers: Sequence[str]) -> widgets.Widget:
    """Return the form that needs neither a kernel nor a script."""
    view = widgets.HTML()
    cards = [
        CARD.format(
            number=number,
            n=len(images),
            own_keys=OWN_KEYS,
            name=f"gan-quiz-{view.model_id}-{number}",  # two quizzes in one page must not share names
            picture=data_url(Image.fromarray(image), lossless=True),
            truth=WORDS[answer],
            if_real="gan-quiz-right" if answer == "real" else "gan-quiz-wrong",
            if_fake="gan-quiz-right" if answer == "fake" else "gan-quiz-wrong",
        )
        for number, (image, answer) in enumerate(zip(images, answers), start=1)
    ]
    n = len(images)
    view.value = STYLE + FORM.format(n=n, cards="\n".join(cards), meaning=what_scores_mean(n), own_keys=OWN_KEYS)
    return view


def what_scores_mean(n: int) -> str:
    """Say which scores out of n have a 95% interval that holds 1/2."""
    intervals = [score_interval(right, n) for right in range(n + 1)]
    guesses = [right for right, (low, high) in enumerate(intervals) if low <= 0.5 <= high]
    text = f"After all {n}: with {guesses[0]} to {guesses[-1]} right you may well have guessed."
    if guesses[-1] < n:
        text += " With more you see a difference; with fewer you do too, but mix the two up."
    return text


def live_quiz(rounds: Iterator[tuple[np.ndarray, tuple[str, ...]]], n: int) -> widgets.Widget:
    """Return one picture at a time, two buttons, and the interval of the score after every answer."""
    question, last, score = widgets.HTML(), widgets.HTML(), widgets.HTML()
    real, fake, again = (widgets.Button(description=text) for text in ("Real", "Fake", f"{n} new pictures"))
    images, answers, right = None, (), []

    def picture(i):
        return data_url(Image.fromarray(images[i]), lossless=True)

    def show():
        number = len(right) + 1
        question.value = QUESTION.format(picture=picture(number - 1), number=number, n=n) if number <= n else ""
        real.disabled = fake.disabled = number > n
        score.value = score_text(sum(right), len(right), n)

    def answer(kind):
        i = len(right)
        if i == n:
            return
        right.append(kind == answers[i])
        last.value = LAST.format(picture=picture(i), verdict=VERDICTS[right[i]], number=i + 1, truth=WORDS[answers[i]])
        show()

    def renew(clicked=None):
        nonlocal images, answers
        images, answers = next(rounds)
        right.clear()
        last.value = ""
        show()

    real.on_click(lambda clicked: answer("real"))
    fake.on_click(lambda clicked: answer("fake"))
    again.on_click(renew)
    renew()
    heading = widgets.HTML("<b>Live:</b> the interval after every answer; needs a running kernel")
    buttons = widgets.HBox([real, fake, again], layout=widgets.Layout(flex_flow="row wrap"))
    part = widgets.VBox([heading, question, buttons, last, score])
    part.add_class("gan-live-only")
    return part


def score_text(right: int, answered: int, n: int) -> str:
    """Say in HTML how many answers were right, the 95% interval, and whether a guesser's share lies in it."""
    if not answered:
        return f"0 of {n} answered"
    low, high = score_interval(right, answered)
    if low > 0.5:
        meaning = "½ lies below it: you see a difference"
    elif high < 0.5:
        meaning = "½ lies above it: you see a difference, but take the one for the other"
    else:
        meaning = "½ lies in it: you may be guessing"
    return (
        f"<b>{right} of {answered} right</b> ({right / answered:.0%}), {n - answered} to go<br>"
        f"95% interval of your share of right answers: {low:.0%} to {high:.0%}<br>{meaning}"
    )
