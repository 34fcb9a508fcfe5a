"""Step through recorded runs, with a kernel and in a page without one."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from gan_lib._checks import check_choice, check_count, check_counts
from gan_lib.plots.images import LINES, image_grid
from gan_lib.plots.points import plot_plane, plot_points, real_points
from gan_lib.plots.runs import plot_distances, plot_losses
from gan_lib.plots.scores import HEADINGS, plot_scores
from gan_lib.recordings import Recording, check_recording, check_recordings
from gan_lib.studies.shapes import MODES
from gan_lib.widgets.stepper import FIGURE, data_url, figure_picture, stack_stepper, titled, twice

BETWEEN = 12  # white pixels between the runs in the picture of all
SAMPLES = """\
<img src="{samples}" alt="{alt}" width="480" style="flex: 1 1 460px; min-width: 0; max-width: 480px; height: auto; \
image-rendering: pixelated">"""
CURVE = """\
<img src="{curve}" alt="{of_curve}, with a cursor at step {step:,}" width="520" \
style="flex: 1 1 260px; min-width: 0; max-width: 520px; height: auto">"""
PANEL = """\
<div style="flex: 1 1 290px; min-width: 0; max-width: 320px">
<img src="{samples}" alt="{alt}" width="320" style="width: 100%; height: auto; image-rendering: pixelated">
<div style="font-variant-numeric: tabular-nums; line-height: 1.3"><b>{name}</b><br>distance {fid}</div>
</div>"""


def epoch_stepper(recording: Recording, interval: int = 350, curves: str = "losses") -> widgets.Widget:
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
        ValueError: if the recording has no scores to show.
    """
    check_choice(curves, "curves", ("losses", "scores"))
    check_recording(recording, measured=HEADINGS if curves == "scores" else ())
    check_count(interval, "interval")
    moments = [run_moment(recording, i, curves) for i in range(len(recording.frames))]
    return recording_stepper(moments, recording, interval, last_picture(recording))


def comparison_stepper(recordings: Mapping[str, Recording], n: int = 25, interval: int = 500) -> widgets.Widget:
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
    check_counts(n=n, interval=interval)
    moments = [comparison_moment(recordings, i, n) for i in range(len(shortest.steps))]
    grids = [image_grid(run.frames[len(moments) - 1][:n]) for run in recordings.values()]
    last = image_grid(np.stack(grids), columns=2, gap=BETWEEN)
    return recording_stepper(moments, shortest, interval, Image.fromarray(last))


def run_moment(recording: Recording, i: int, curves: str = "losses") -> str:
    """Return the HTML of one moment of a run: the samples, the losses or scores with a cursor, and a caption."""
    if recording.frames.ndim == 3:
        return point_moment(recording, i)
    step = recording.steps[i]
    caption = moment_name(recording, i)
    if curves == "scores":
        values = {name: recording.measured[name][i] for name in ("fid", "kid", "is", "precision", "recall")}
        words = " · FD {fid:.2f} · KD {kid:.4f} · IS {is:.2f} · precision {precision:.2f} · recall {recall:.2f}"
        caption += words.format(**values)
        curve, of_curve = plot_scores(recording, at=i), "FD, KD, Inception Score, precision and recall"
    else:
        if i:
            caption += "".join(f" · {name} {recording.at_moments(name)[i]:.2f}" for name in ("d_loss", "g_loss"))
        curve, of_curve = plot_losses(recording, at=i), "The losses of both players"
    samples = SAMPLES.format(
        samples=data_url(Image.fromarray(image_grid(recording.frames[i])), quality=90),
        alt=f"{len(recording.frames[i])} samples after {step:,} training steps",
    )
    inside = f"{samples}\n{curve_with_cursor(curve, of_curve, step)}"
    return FIGURE.format(inside=inside, caption=caption, align="; align-items: center")


def curve_with_cursor(figure: Figure, of_curve: str, step: int, colours: int = 16) -> str:
    """Return the HTML of a figure that has a cursor at a step."""
    return CURVE.format(curve=data_url(figure_picture(figure, colours), lossless=True), of_curve=of_curve, step=step)


def point_moment(recording: Recording, i: int) -> str:
    """Return the HTML of one moment of a run on points: real and generated ones, D's map, and how many modes are covered."""
    step, shape = recording.steps[i], recording.made["shape"]
    real, generated, heat = real_points(recording), recording.frames[i], recording.measured["heat"][i]
    figures = (
        ("real", "real points", plot_plane({"real": real}), 8),
        ("generator", "generated points", plot_plane({"generator": generated}), 8),
        ("discriminator", "what D answers", plot_plane({"real": real, "generator": generated}, heat), 32),
    )
    panels = []
    for actor, title, figure, colours in figures:
        picture = data_url(figure_picture(figure, colours), lossless=True)
        panels.append(titled(actor, title, picture, f"{title}, after {step:,} training steps", width=300))
    caption = (
        f"{moment_name(recording, i)} · <b>{recording.measured['modes'][i]} of {len(MODES[shape])} modes covered</b> · "
        f"{recording.measured['near'][i]:.0%} of the points near a mode<br>D answers: 0 orange, ½ white, 1 green"
    )
    return FIGURE.format(inside="\n".join(panels), align="", caption=caption)


def last_picture(recording: Recording) -> Image.Image:
    """Return the last moment of a recording as one picture."""
    if recording.frames.ndim == 3:
        heat = recording.measured["heat"][-1]
        return figure_picture(plot_points(real_points(recording), recording.frames[-1], heat), colours=64)
    return Image.fromarray(image_grid(recording.frames[-1]))


def comparison_moment(recordings: Mapping[str, Recording], i: int, n: int = 64) -> str:
    """Return the HTML of one moment of several runs: their samples, and their distances with a cursor."""
    first = next(iter(recordings.values()))
    step = first.steps[i]
    panels = [
        PANEL.format(
            samples=data_url(Image.fromarray(image_grid(run.frames[i][:n])), quality=80),
            alt=f"{name}: {len(run.frames[i][:n])} samples after {step:,} training steps",
            name=name,
            fid=f"{run.measured['fid'][i]:.1f}",
        )
        for name, run in recordings.items()
    ]
    curve = plot_distances(recordings, at=i)
    of_curve = "The distance of each run to the real images"
    panels.append(curve_with_cursor(curve, of_curve, step, colours=32))  # 16 would lose one of four runs
    caption = moment_name(first, i)
    return FIGURE.format(inside="\n".join(panels), caption=caption, align="; align-items: center")


def check_comparable(recordings: Mapping[str, Recording]) -> Recording:
    """Return the shortest of the recordings, or raise a ValueError if they cannot be shown side by side."""
    check_recordings(recordings, ["fid"], "record it with --fid", most=len(LINES))
    shortest = min(recordings.values(), key=lambda run: len(run.steps))
    for name, run in recordings.items():
        if not np.array_equal(run.steps[: len(shortest.steps)], shortest.steps):
            raise ValueError(f"recordings[{name!r}] has other moments than the shortest; record both with the same settings")
    return shortest


def moment_name(recording: Recording, i: int) -> str:
    """Return the HTML of which moment this is: the training steps before it, and the epochs, once one is over."""
    epochs = recording.epochs[i]
    return f"<b>step {recording.steps[i]:,}</b>" + (f" · epoch {epochs:.3g}" if epochs >= 1 else "")


def recording_stepper(moments: Sequence[str], recording: Recording, interval: int, fallback: Image.Image) -> widgets.Widget:
    """Put the moments of a run, a piece of HTML each, behind a Play button and a slider over its training steps."""
    labels = [f"{step:,}" for step in recording.steps]
    summary = f"Stepper: {len(moments)} moments, from step 0 to step {recording.steps[-1]:,}"
    return stack_stepper(moments, labels, "Step", interval, twice(fallback), summary)
