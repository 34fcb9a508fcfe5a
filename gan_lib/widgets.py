"""ipywidgets that step through recordings, with a kernel and in a page without one."""

import base64
import io

import ipywidgets as widgets
import numpy as np
from PIL import Image

from gan_lib.checks import check_choice, check_count, check_names
from gan_lib.plots import LINES, image_grid, plot_distances, plot_losses, plot_plane, plot_points
from gan_lib.points import MODES, sample_points
from gan_lib.recordings import check_recording, check_recordings
from gan_lib.score_plots import HEADINGS, plot_scores

FIGURE = """\
<figure class="gan-moment" style="margin: 0; display: flex; flex-wrap: wrap; gap: 12px{align}">
{inside}
<figcaption style="flex: 1 0 100%; font-variant-numeric: tabular-nums">{caption}</figcaption>
</figure>"""
MOMENT = """\
<img src="{samples}" alt="{alt}" width="480" style="flex: 1 1 260px; min-width: 0; max-width: 480px; height: auto; image-rendering: pixelated">
<img src="{curve}" alt="{of_curve}, with a cursor at step {step:,}" width="520" style="flex: 1 1 260px; min-width: 0; max-width: 520px; height: auto">"""

COMPARISON = """\
{panels}
<img src="{curve}" alt="The distance of each run to the real images, with a cursor at step {step:,}" width="520" style="flex: 1 1 260px; min-width: 0; max-width: 520px; height: auto">"""
PANEL = """\
<div style="flex: 1 1 140px; min-width: 0; max-width: 260px">
<img src="{samples}" alt="{alt}" width="260" style="width: 100%; height: auto; image-rendering: pixelated">
<div style="font-variant-numeric: tabular-nums; line-height: 1.3"><b>{name}</b><br>distance {fid}</div>
</div>"""

TITLED = """\
<div style="flex: 1 1 150px; min-width: 0; max-width: {width}px; line-height: 1.3">
<span class="{actor}">{title}</span>
<img src="{picture}" alt="{alt}" width="{width}" style="width: 100%; height: auto; display: block{pixels}">
</div>"""


def epoch_stepper(recording, interval=350, curves="losses"):
    """Step through a recorded run: play, pause, drag, and see samples and losses, or scores, at each moment.

    With ipywidgets 8 every moment is in the browser and the links run there, so that the stepper
    works in a page with no kernel; ipywidgets 7 (Colab) has no `Stack` and asks the kernel for each moment.

    Args:
        recording: a `gan_lib.recordings.Recording`.
        interval: milliseconds from one moment to the next while it plays.
        curves: "losses", or "scores" for a recording that was made with `--scores`.

    Returns:
        A widget. With ipywidgets 8 it also has a picture of the last moment, for a PDF or a page
        without JavaScript.

    Raises:
        ValueError: for other `curves`, or if the recording has no scores to show.
    """
    check_choice(curves, "curves", ("losses", "scores"))
    check_recording(recording, measured=HEADINGS if curves == "scores" else ())
    check_count(interval, "interval")
    last = len(recording.frames) - 1
    return stepper(
        [moment(recording, i, curves) for i in range(last + 1)],
        recording,
        interval,
        fallback=fallback_of(recording),
    )


def comparison_stepper(recordings, n=64, interval=500):
    """Step through several runs at once: their samples side by side, and their distances to the real images.

    Args:
        recordings: dict of `gan_lib.recordings.Recording`, named as they are to be shown, with "fid" among what
            was measured. Shown are the moments that all of them have; a longer run may go on after them.
        n: how many samples of each run to show, at most; fewer make a lighter page.
        interval: milliseconds from one moment to the next while it plays.

    Returns:
        A widget, as from `epoch_stepper`.

    Raises:
        ValueError: if the recordings begin with different moments, or one has no "fid".
    """
    shortest = check_comparable(recordings)
    check_count(n, "n")
    check_count(interval, "interval")
    last = len(shortest.steps) - 1
    return stepper(
        [comparison(recordings, i, n) for i in range(last + 1)],
        shortest,
        interval,
        fallback=Image.fromarray(np.hstack([image_grid(run.frames[last][:n]) for run in recordings.values()])),
    )


def stepper(moments, recording, interval, fallback):
    """Put the moments of a run, a piece of HTML each, behind a Play button and a slider over its epochs."""
    labels = [f"{epochs:.3g}" for epochs in recording.epochs]
    summary = f"Stepper: {len(moments)} moments, from step 0 to step {recording.steps[-1]:,}"
    return stack_stepper(moments, labels, "Epoch", interval, twice(fallback), summary)


def stack_stepper(moments, labels, description, interval, fallback, summary):
    """Put pieces of HTML behind a Play button and a slider; the last one is shown first.

    Args:
        moments: list of str, HTML.
        labels: what the slider says at each of them.
        description: what stands before the slider.
        interval: milliseconds from one to the next while it plays.
        fallback: a Pillow image, to be shown where no widget can be.
        summary: the same, as text.

    Returns:
        A `Stepper`.

    Raises:
        ValueError: if there is no moment, or not a label for each.
    """
    check_count(len(moments), "the number of moments")
    check_names(labels, "labels", len(moments))
    check_count(interval, "interval")
    last = len(moments) - 1
    play = widgets.Play(min=0, max=last, value=last, interval=interval)
    options = [(label, i) for i, label in enumerate(labels)]
    slider = widgets.SelectionSlider(options=options, index=last, description=description, continuous_update=True)
    widgets.jslink((play, "value"), (slider, "index"))
    view = shown_by(slider, moments)
    controls = widgets.HBox([play, slider], layout=widgets.Layout(flex_flow="row wrap"))
    return with_fallback([controls, view], "gan-stepper", fallback, summary)


def shown_by(control, pieces):
    """Return a view of the piece of HTML that a selection widget has chosen; in the browser if ipywidgets has `Stack`."""
    if hasattr(widgets, "Stack"):
        view = widgets.Stack([widgets.HTML(html) for html in pieces], selected_index=control.index)
        widgets.jslink((control, "index"), (view, "selected_index"))
    else:
        view = widgets.HTML(pieces[control.index])
        control.observe(lambda change: setattr(view, "value", pieces[change["new"]]), "index")
    return view


def with_fallback(children, name, fallback, summary):
    """Return a `Stepper` of the CSS class `name`, to be shown as the Pillow image `fallback` where no widget can be."""
    box = Stepper(children)
    box.add_class(name)
    box.summary, box.fallback = summary, encoded(fallback, "png")
    return box


def twice(picture):
    """Return a Pillow image at twice its size, pixel by pixel."""
    return picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.NEAREST)


class Stepper(widgets.VBox):
    """A box of widgets that can also show itself as a picture, where no widget can be shown."""

    def _repr_mimebundle_(self, **kwargs):
        return {**super()._repr_mimebundle_(**kwargs), "image/png": self.fallback}

    def __repr__(self):  # what ipywidgets 7 and 8 show as text
        return self.summary


def moment(recording, i, curves="losses"):
    """Return the HTML of one moment: the samples, the losses or scores with a cursor, and a caption."""
    if recording.frames.ndim == 3:
        return point_moment(recording, i)
    step, epochs, n = recording.steps[i], recording.epochs[i], len(recording.latents)
    caption = f"<b>epoch {epochs:.3g}</b> · step {step:,}"
    if curves == "scores":
        values = {name: recording.measured[name][i] for name in ("fid", "kid", "is", "precision", "recall")}
        caption += " · FID {fid:.2f} · KID {kid:.4f} · IS {is:.2f} · precision {precision:.2f} · recall {recall:.2f}".format(**values)
    elif i:
        caption += "".join(f" · {name} {recording.at_moments(name)[i]:.2f}" for name in ("d_loss", "g_loss"))
    inside = MOMENT.format(
        samples=as_url(Image.fromarray(image_grid(recording.frames[i])), quality=90),
        curve=as_url(drawn(plot_scores(recording, at=i) if curves == "scores" else plot_losses(recording, at=i)), lossless=True),
        of_curve="FID, KID, Inception Score, precision and recall" if curves == "scores" else "The losses of both players",
        alt=f"{n} samples after {step:,} training steps",
        step=step,
    )
    return FIGURE.format(inside=inside, caption=caption, align="; align-items: center")


def point_moment(recording, i):
    """Return the HTML of one moment of a run on points: real and generated ones, D's map, and how many modes are covered."""
    step, shape = recording.steps[i], recording.made["shape"]
    real, generated, heat = real_points(recording), recording.frames[i], recording.measured["heat"][i]
    both = {"real": real, "generator": generated}
    panels = [
        ("real", "real points", plot_plane({"real": real}), 8),
        ("generator", "generated points", plot_plane({"generator": generated}), 8),
        ("discriminator", "what D answers", plot_plane(both, heat), 32),
    ]
    return FIGURE.format(
        inside="\n".join(
            TITLED.format(
                actor=actor,
                title=title,
                alt=f"{title}, after {step:,} training steps",
                picture=as_url(drawn(figure, colours), lossless=True),
                width=300,
                pixels="",
            )
            for actor, title, figure, colours in panels
        ),
        align="",
        caption=(
            f"<b>epoch {recording.epochs[i]:.3g}</b> · step {step:,} · "
            f"<b>{recording.measured['modes'][i]} of {len(MODES[shape])} modes covered</b> · "
            f"{recording.measured['near'][i]:.0%} of the points near a mode<br>D answers: 0 orange, ½ white, 1 green"
        ),
    )


def real_points(recording):
    """Return as many real points as were generated, of the distribution that was imitated."""
    return sample_points(recording.made["shape"], recording.frames.shape[1], seed=0)


def fallback_of(recording):
    """Return the last moment of a recording as one picture."""
    if recording.frames.ndim == 3:
        heat = recording.measured["heat"][-1]
        return drawn(plot_points(real_points(recording), recording.frames[-1], heat), colours=64)
    return Image.fromarray(image_grid(recording.frames[-1]))


def comparison(recordings, i, n=64):
    """Return the HTML of one moment of several runs: their samples, and their distances with a cursor."""
    first = next(iter(recordings.values()))
    step, epochs = first.steps[i], first.epochs[i]
    panels = [
        PANEL.format(
            samples=as_url(Image.fromarray(image_grid(run.frames[i][:n])), quality=80),
            alt=f"{name}: {len(run.frames[i][:n])} samples after {step:,} training steps",
            name=name,
            fid=f"{run.measured['fid'][i]:.1f}",
        )
        for name, run in recordings.items()
    ]
    inside = COMPARISON.format(
        panels="\n".join(panels),
        curve=as_url(drawn(plot_distances(recordings, at=i), 32), lossless=True),  # 16 colours would lose one of four runs
        step=step,
    )
    return FIGURE.format(inside=inside, caption=f"<b>epoch {epochs:.3g}</b> · step {step:,}", align="; align-items: center")


def check_comparable(recordings):
    """Return the shortest of the recordings, or raise a ValueError if they cannot be shown side by side."""
    check_recordings(recordings, ["fid"], "record it with --fid", most=len(LINES))
    shortest = min(recordings.values(), key=lambda run: len(run.steps))
    for name, run in recordings.items():
        if not np.array_equal(run.steps[: len(shortest.steps)], shortest.steps):
            raise ValueError(f"recordings[{name!r}] has other moments than the shortest; record both with the same settings")
    return shortest


def drawn(figure, colours=16):
    """Return a matplotlib figure as a picture of few colours: a third of the size, and no difference to the eye."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=120)
    return Image.open(buffer).convert("RGB").quantize(colours).convert("RGB")


def as_url(picture, **options):
    """Return a Pillow image as the address of an `<img>`, in WebP: smaller than PNG, known to every browser."""
    return "data:image/webp;base64," + encoded(picture, "webp", method=6, **options)


def encoded(picture, format, **options):
    """Return a Pillow image in base64."""
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return base64.b64encode(buffer.getvalue()).decode()
