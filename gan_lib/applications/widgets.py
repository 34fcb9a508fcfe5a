"""ipywidgets of the applications: step through a run, draw a line across two pictures, ask for a caption."""

from html import escape

import ipywidgets as widgets
import numpy as np
from PIL import Image

from gan_lib.applications.plots import HEADINGS, plot_measured, plot_words
from gan_lib.checks import check_choice, check_count, check_names
from gan_lib.data import check_pixels, to_pixels
from gan_lib.plots import image_grid
from gan_lib.recordings import check_recording
from gan_lib.widgets import FIGURE, TITLED, as_url, drawn, shown_by, stepper, twice, with_fallback

MOMENT = """\
{panels}
<img src="{curve}" alt="{of_curve} on held-out images, with a cursor at step {step:,}" width="540" style="flex: 1 1 260px; min-width: 0; max-width: 540px; height: auto; align-self: center">"""
WORDS = """\
<img src="{picture}" alt="{alt}" width="640" style="flex: 1 1 300px; min-width: 0; max-width: 640px; height: auto">"""

BEFORE_AFTER = """\
<figure style="margin: 0; max-width: {width}px">
<div style="display: flex; justify-content: space-between"><span class="generator">◂ {after_name}</span><span>{before_name} ▸</span></div>
<div style="position: relative; line-height: 0">
<img src="{before}" alt="{before_name}" width="{width}" style="width: 100%; height: auto; image-rendering: pixelated">
<img src="{after}" alt="{after_name}" width="{width}" style="position: absolute; left: 0; top: 0; width: 100%; height: auto; \
image-rendering: pixelated; clip-path: inset(0 50% 0 0); border-right: 0">
</div>
<input type="range" min="0" max="100" value="50" aria-label="How much of the picture shows {after_name}, in per cent" \
data-lm-suppress-shortcuts="true" style="width: 100%; height: 44px; margin: 0; accent-color: #c8570b" \
oninput="this.previousElementSibling.lastElementChild.style.clipPath = 'inset(0 ' + (100 - this.value) + '% 0 0)'">
</figure>"""


def application_stepper(recording, names, words=None, interval=400):
    """Step through a recorded run of an application: its images, and what was measured on held-out ones.

    Shown are the conditions, what the generator makes of them, and the real images; or, for StackGAN, what it makes of each
    pair of words.

    Args:
        recording: a `gan_lib.recordings.Recording` of an application, made with `--scores`.
        names: which scores to draw, keys of `gan_lib.applications.plots.HEADINGS`.
        words: (rows, columns), the words of a recording whose conditions are captions, or None.
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
    moments = [moment(recording, i, names, words) for i in range(len(recording.frames))]
    fallback = drawn(plot_words(recording.frames[-1], *words), 64) if words else Image.fromarray(image_grid(recording.frames[-1]))
    return stepper(moments, recording, interval, fallback)


def moment(recording, i, names, words):
    """Return the HTML of one moment."""
    step, frames = recording.steps[i], recording.frames[i]
    when = f"after {step:,} training steps"
    if words:
        panels = WORDS.format(picture=as_url(drawn(plot_words(frames, *words), 32), lossless=True), alt=f"An image for each pair of words, {when}")
    else:
        shown = (
            ("latent", "given", recording.conditions["given"], "The conditions"),
            ("generator", "made of it", frames, f"What the generator makes of them {when}"),
            ("real", "real", recording.conditions["wanted"], "The real images"),
        )
        panels = "\n".join(
            TITLED.format(
                actor=actor, title=title, alt=alt, picture=as_url(Image.fromarray(image_grid(images)), quality=85),
                width=250, pixels="; image-rendering: pixelated",
            )  # fmt: skip
            for actor, title, images, alt in shown
        )
    values = " · ".join(f"{HEADINGS[name].split(' (')[0]} {recording.measured[name][i]:.3g}" for name in names)
    inside = MOMENT.format(
        panels=panels,
        curve=as_url(drawn(plot_measured({"run": recording}, names, at=i)), lossless=True),
        of_curve=", ".join(HEADINGS[name] for name in names),
        step=step,
    )
    return FIGURE.format(inside=inside, caption=f"<b>epoch {recording.epochs[i]:.3g}</b> · step {step:,} · {values}", align="")


def before_after(before, after, before_name, after_name, width=480):
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
    grids = [Image.fromarray(image_grid(images)) for images in (before, after)]
    html = BEFORE_AFTER.format(
        **dict(zip(("before", "after"), (as_url(grid, lossless=True) for grid in grids))),
        before_name=before_name, after_name=after_name, width=width,
    )  # fmt: skip
    both = Image.fromarray(np.hstack([np.array(grid) for grid in grids]))
    summary = f"Slider between {before_name} and {after_name}: {len(before)} images"
    return with_fallback([widgets.HTML(html)], "gan-before-after", twice(both), summary)


PICTURE = """\
<figure style="margin: 0"><img src="{picture}" alt="{n} images for “{caption}”" \
style="width: min({width}px, 85vw); height: auto; image-rendering: pixelated"></figure>"""


def caption_menu(draw, sentences, n=8, live=True):
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
        A widget, which with ipywidgets 8 also has a picture of the first caption's images, for a PDF or a page without JavaScript.

    Raises:
        ValueError: if there is no caption, or what `draw` raises for one of them.
    """
    if not isinstance(sentences, (list, tuple)) or not sentences:
        raise ValueError("sentences must have at least one caption, in a list")
    check_count(n, "n")
    if not callable(draw):
        raise ValueError(f"draw must be a function (caption, n, seed) -> images; got {type(draw).__name__}")
    rows = [image_grid(to_pixels(draw(sentence, n, 0)), columns=n) for sentence in sentences]
    views = [pictured(row, sentence, n) for row, sentence in zip(rows, sentences)]
    menu = widgets.Dropdown(options=[(sentence, i) for i, sentence in enumerate(sentences)], index=0, description="Caption")
    children = [menu, shown_by(menu, views), *([typed(draw, n)] if live else [])]
    summary = f"Menu of {len(sentences)} captions, {n} images each"
    return with_fallback(children, "gan-captions", twice(Image.fromarray(rows[0])), summary)


def pictured(row, caption, n):
    """Return the HTML of a row of images, uint8 (height, width)."""
    return PICTURE.format(picture=as_url(Image.fromarray(row), lossless=True), n=n, caption=caption, width=2 * row.shape[1])


def typed(draw, n):
    """Return a box for a caption, a button, and what is drawn of it."""
    text = widgets.Text(placeholder="such as: a dark coat", description="Your caption", continuous_update=False)
    button = widgets.Button(description="Draw")
    view, seeds = widgets.HTML(), iter(range(1, 1_000_000))

    def show(clicked=None):
        try:
            row = image_grid(to_pixels(draw(text.value, n, next(seeds))), columns=n)
            view.value = pictured(row, escape(text.value), n)
        except ValueError as error:
            view.value = f'<p role="alert">{escape(str(error))}</p>'

    button.on_click(show)
    text.observe(show, "value")
    heading = widgets.HTML("<b>Live:</b> each caption is drawn anew; needs a running kernel")
    part = widgets.VBox([heading, widgets.HBox([text, button], layout=widgets.Layout(flex_flow="row wrap")), view])
    part.add_class("gan-live-only")
    return part
