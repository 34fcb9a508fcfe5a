"""ipywidgets of the applications: step through a run, draw a line across two pictures, ask for a caption."""

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as widgets
import numpy as np
from PIL import Image

from gan_lib._checks import check_choice, check_count, check_names, check_pixels
from gan_lib.data import to_pixels
from gan_lib.plots.applications import HEADINGS, plot_measured, plot_words
from gan_lib.plots.images import image_grid
from gan_lib.recordings import Recording, check_recording
from gan_lib.widgets.runs import moment_name, recording_stepper
from gan_lib.widgets.stepper import FIGURE, data_url, figure_picture, titled, twice, view_of, with_fallback

MOMENT = """\
{panels}
<img src="{curve}" alt="{of_curve} on held-out images, with a cursor at step {step:,}" width="540" \
style="flex: 1 1 260px; min-width: 0; max-width: 640px; height: auto; align-self: center">"""
WORDS = """\
<img src="{picture}" alt="{alt}" width="640" style="flex: 1 1 600px; min-width: 0; max-width: 640px; height: auto">"""

BEFORE_AFTER = """\
<figure style="margin: 0; max-width: {width}px">
<div style="display: flex; justify-content: space-between">\
<span class="generator">◂ {after_name}</span><span>{before_name} ▸</span></div>
<div style="position: relative; line-height: 0">
<img src="{before}" alt="{before_name}" width="{width}" style="width: 100%; height: auto; image-rendering: pixelated">
<img src="{after}" alt="{after_name}" width="{width}" style="position: absolute; left: 0; top: 0; width: 100%; height: auto; \
image-rendering: pixelated; clip-path: inset(0 50% 0 0); border-right: 0">
</div>
<input type="range" min="0" max="100" value="50" aria-label="How much of the picture shows {after_name}, in per cent" \
data-lm-suppress-shortcuts="true" style="width: 100%; height: 44px; margin: 0; accent-color: #c8570b" \
oninput="this.previousElementSibling.lastElementChild.style.clipPath = 'inset(0 ' + (100 - this.value) + '% 0 0)'">
</figure>"""


def application_stepper(
    recording: Recording, names: Sequence[str], words: Sequence[Sequence[str]] | None = None, interval: int = 400
) -> widgets.Widget:
    """Step through a recorded run of an application: its images, and what was measured on held-out ones.

    Shown are the conditions, what the generator makes of them, and the real images; or, for StackGAN, what it makes of each
    pair of words, and for a class on request, of each class in a row of its own.

    Args:
        recording: a `gan_lib.recordings.Recording` of an application, or of a class on request, made with `--scores`.
        names: which scores to draw, keys of `gan_lib.plots.applications.HEADINGS`.
        words: (rows, columns), the words of a recording whose conditions are captions or classes, or None.
        interval: milliseconds from one moment to the next while it plays.

    Returns:
        A widget, as from `gan_lib.widgets.epoch_stepper`.

    Raises:
        ValueError: if the recording has no such scores, or no conditions to show.
    """
    for name in names:
        check_choice(name, "names", HEADINGS)
    check_recording(recording, measured=names)
    check_count(interval, "interval")
    if words is not None:
        check_names(words, "words", 2)
    if "given" not in recording.conditions:
        raise ValueError("recording has no conditions: it is of no application; see gan_lib.widgets.epoch_stepper")
    moments = [application_moment(recording, i, names, words) for i in range(len(recording.frames))]
    last = recording.frames[-1]
    fallback = figure_picture(plot_words(last, *words), 64) if words else Image.fromarray(image_grid(last))
    return recording_stepper(moments, recording, interval, fallback)


def application_moment(recording: Recording, i: int, names: Sequence[str], words: Sequence[Sequence[str]] | None) -> str:
    """Return the HTML of one moment: the images, what was measured with a cursor, and a caption."""
    step, curve = recording.steps[i], plot_measured({"run": recording}, names, at=i)
    inside = MOMENT.format(
        panels=words_panel(recording, i, words) if words else condition_panels(recording, i),
        curve=data_url(figure_picture(curve), lossless=True),
        of_curve=", ".join(HEADINGS[name] for name in names),
        step=step,
    )
    values = " · ".join(f"{HEADINGS[name].split(' (')[0]} {recording.measured[name][i]:.3g}" for name in names)
    return FIGURE.format(inside=inside, caption=f"{moment_name(recording, i)} · {values}", align="")


def words_panel(recording: Recording, i: int, words: Sequence[Sequence[str]]) -> str:
    """Return the HTML of an image for each pair of words."""
    picture = data_url(figure_picture(plot_words(recording.frames[i], *words), 32), quality=85)
    return WORDS.format(picture=picture, alt=f"An image for each pair of words, after {recording.steps[i]:,} training steps")


def condition_panels(recording: Recording, i: int) -> str:
    """Return the HTML of the conditions, of what the generator makes of them, and of the real images."""
    made = f"What the generator makes of them after {recording.steps[i]:,} training steps"
    shown = (
        ("latent", "given", recording.conditions["given"], "The conditions"),
        ("generator", "made of it", recording.frames[i], made),
        ("real", "real", recording.conditions["wanted"], "The real images"),
    )
    panels = []
    for actor, title, images, alt in shown:
        picture = data_url(Image.fromarray(image_grid(images)), quality=85)
        panels.append(titled(actor, title, picture, alt, width=250, pixels="; image-rendering: pixelated"))
    return "\n".join(panels)


def before_after(before: np.ndarray, after: np.ndarray, before_name: str, after_name: str, width: int = 480) -> widgets.Widget:
    """Lay one set of images over another, and let a slider move the line between them; it needs no kernel.

    Args:
        before, after: uint8 (n, height, width), the same images made in two ways.
        before_name, after_name: what the two are called; `after` lies at the left of the line.
        width: of the picture in pixels, at most.

    Returns:
        A widget, which also has a picture of both, for a PDF or a page without JavaScript.

    Raises:
        ValueError: if the two have different shapes.
    """
    before, after = check_pixels(before, "before"), check_pixels(after, "after")
    check_count(width, "width")
    if before.shape != after.shape:
        raise ValueError(f"before and after must have one shape; got {before.shape} and {after.shape}")
    grids = [image_grid(images) for images in (before, after)]
    addresses = [data_url(Image.fromarray(grid), lossless=True) for grid in grids]
    html = BEFORE_AFTER.format(
        before=addresses[0], after=addresses[1], before_name=before_name, after_name=after_name, width=width
    )
    both = Image.fromarray(np.hstack(grids))
    summary = f"Slider between {before_name} and {after_name}: {len(before)} images"
    return with_fallback([widgets.HTML(html)], "gan-before-after", twice(both), summary)


PICTURE = """\
<figure style="margin: 0"><img src="{picture}" alt="{n} images for “{caption}”" \
style="width: min({width}px, 85vw); height: auto; image-rendering: pixelated"></figure>"""


def caption_menu(
    draw: Callable[[str, int, int], np.ndarray], sentences: Sequence[str], n: int = 8, live: bool = True
) -> widgets.Widget:
    """Choose a caption and see what is drawn of it; or type one.

    The menu's pictures are drawn beforehand and are in the browser with ipywidgets 8, so that it works in a page with no
    kernel. The box below asks the generator, and needs a kernel; book.css hides its class `gan-live-only` in the built page.

    Args:
        draw: a function (caption, n, seed) -> images, float (n, height, width, 1) in [-1, 1]; a ValueError from it is shown as a
            message.
        sentences: list of captions, for the menu.
        n: images of each.
        live: whether there is a box.

    Returns:
        A widget, which with ipywidgets 8 also has a picture of the first caption's images, for a PDF or a page without
        JavaScript.

    Raises:
        ValueError: what `draw` raises for one of the captions.
    """
    if not isinstance(sentences, (list, tuple)) or not sentences:
        raise ValueError("sentences must have at least one caption, in a list")
    check_count(n, "n")
    if not callable(draw):
        raise ValueError(f"draw must be a function (caption, n, seed) -> images; got {type(draw).__name__}")
    rows = [image_grid(to_pixels(draw(sentence, n, 0)), columns=n) for sentence in sentences]
    views = [row_of_images(row, sentence, n) for row, sentence in zip(rows, sentences)]
    menu = widgets.Dropdown(options=[(sentence, i) for i, sentence in enumerate(sentences)], index=0, description="Caption")
    children = [menu, view_of(menu, views), *([caption_box(draw, n)] if live else [])]
    summary = f"Menu of {len(sentences)} captions, {n} images each"
    return with_fallback(children, "gan-captions", twice(Image.fromarray(rows[0])), summary)


def row_of_images(row: np.ndarray, caption: str, n: int) -> str:
    """Return the HTML of a row of n images, uint8 (height, width) for all of them."""
    return PICTURE.format(picture=data_url(Image.fromarray(row), lossless=True), n=n, caption=caption, width=2 * row.shape[1])


def caption_box(draw: Callable[[str, int, int], np.ndarray], n: int) -> widgets.Widget:
    """Return a box for a caption, a button, and what is drawn of it."""
    text = widgets.Text(placeholder="such as: a dark coat", description="Your caption", continuous_update=False)
    button = widgets.Button(description="Draw")
    view, seeds = widgets.HTML(), iter(range(1, 1_000_000))

    def show(clicked=None):
        try:
            row = image_grid(to_pixels(draw(text.value, n, next(seeds))), columns=n)
            view.value = row_of_images(row, escape(text.value), n)
        except ValueError as error:
            view.value = f'<p role="alert">{escape(str(error))}</p>'

    button.on_click(show)
    text.observe(show, "value")
    heading = widgets.HTML("<b>Live:</b> each caption is drawn anew; needs a running kernel")
    part = widgets.VBox([heading, widgets.HBox([text, button], layout=widgets.Layout(flex_flow="row wrap")), view])
    part.add_class("gan-live-only")
    return part
