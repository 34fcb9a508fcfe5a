"""Losses, distances and whatever else changes over the steps of a run."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from gan_lib._checks import check_choice, check_mapping, check_moment_index
from gan_lib.plots.images import COLOURS, GREY, LINES, image_grid
from gan_lib.plots.panels import draw_cursor, draw_lines, legend_above, open_panel, open_panels, over_training
from gan_lib.recordings import Recording, check_recording, check_recordings


def plot_losses(recording: Recording, at: int | None = None) -> Figure:
    """Draw the two losses of a run over its training steps, on a logarithmic scale.

    Pale: each step of the first epoch. Strong: the mean since the moment before.

    Args:
        recording: a `gan_lib.recordings.Recording`.
        at: index of the moment to mark with a cursor, or None.

    Returns:
        A matplotlib Figure.
    """
    check_recording(recording)
    check_moment_index(at, len(recording.steps))
    figure, axes = open_panel()
    highest = np.percentile(recording.first_epoch["g_loss"], 99.5)
    for name, actor in (("d_loss", "discriminator"), ("g_loss", "generator")):
        every_step, means = recording.first_epoch[name], recording.at_moments(name)[1:]
        highest = max(highest, *means)
        axes.plot(np.arange(1, len(every_step) + 1), every_step, color=COLOURS[actor], alpha=0.2, linewidth=0.6)
        axes.plot(recording.steps[1:], means, color=COLOURS[actor], linewidth=2, label=name)
    axes.axhline(np.log(2), color=COLOURS["latent"], linewidth=1, linestyle=":", label="log 2: D guesses")
    if at is not None:
        draw_cursor(axes, max(recording.steps[at], 1))
    axes.set(xlabel="training steps", ylabel="loss", xscale="log", xlim=(1, 1.05 * recording.steps[-1]))
    axes.set_ylim(0, 1.1 * highest)
    legend_above(axes, columns=3)
    return figure


def plot_moment(recording: Recording, step: int) -> Figure:
    """Show eight samples of a run after a step, and beside them its losses, and FD where it was measured, up to the end.

    Args:
        recording: a `gan_lib.recordings.Recording` of images.
        step: one of `recording.steps`, marked in the curves.

    Returns:
        A matplotlib Figure.
    """
    check_recording(recording)
    check_choice(step, "step", recording.steps.tolist())
    curves = [{name: recording.at_moments(name) for name in ("d_loss", "g_loss")}]
    if "fid" in recording.measured:
        curves.append({"FD": recording.measured["fid"]})
    figure = Figure(figsize=(7, 2.1), layout="constrained")
    left, *panels = figure.subplots(1, 1 + len(curves), width_ratios=(3.9, *[2.9 / len(curves)] * len(curves)))
    left.imshow(image_grid(recording.frames[recording.steps == step][0][:8], columns=4), **GREY)
    left.set_title(f"step {step:,}", fontsize=9)
    left.set_axis_off()
    colours = {"d_loss": COLOURS["discriminator"], "g_loss": COLOURS["generator"], "FD": LINES[0]["color"]}
    for panel, lines in zip(panels, curves):
        for name, values in lines.items():
            panel.plot(recording.steps[1:], values[1:], color=colours[name], label=name)
        over_training(panel, recording.steps[-1], max(step, 1))
        panel.set(xlabel="training steps")
        panel.set_ylim(0)
        panel.spines[["top", "right"]].set_visible(False)
        legend_above(panel, columns=2 if len(curves) == 1 else 1)
    return figure


def plot_distances(recordings: dict[str, Recording], at: int | None = None) -> Figure:
    """Draw how far the samples of several runs are from the real images, over their training steps.

    Args:
        recordings: dict of `gan_lib.recordings.Recording` with "fid" among what was measured.
        at: index of the moment to mark with a cursor and a dot on each curve, or None.

    Returns:
        A matplotlib Figure.
    """
    check_recordings(recordings, ["fid"], "record it with --fid", most=len(LINES))
    check_moment_index(at, min(len(run.steps) for run in recordings.values()))
    figure, axes = open_panel()
    for (name, run), style in zip(recordings.items(), LINES):
        distances = run.measured["fid"]
        axes.plot(run.steps, distances, label=name, linewidth=2, **style)
        if at is not None:
            axes.plot(run.steps[at], distances[at], "o", color=style["color"])
    if at is not None:
        draw_cursor(axes, run.steps[at])
    axes.set(xlabel="training steps", ylabel="Fréchet distance", ylim=(0, None))
    legend_above(axes, columns=2)
    return figure


def plot_runs(recordings: dict[str, Recording], panels: dict[str, Callable[[Recording], np.ndarray]]) -> Figure:
    """Draw several values of several runs over their training steps, for as long as the shortest of the runs.

    Args:
        recordings: dict of `gan_lib.recordings.Recording`, named as they are to be shown.
        panels: dict by title of functions, each of which gets a recording and returns float (T,), a value for each of
            its moments; NaN leaves a gap.

    Returns:
        A matplotlib Figure with a panel for each value, one below the other.
    """
    check_recordings(recordings, most=len(LINES))
    check_mapping(panels, "panels")
    figure, places = open_panels((5.2, 0.6 + 1.8 * len(panels)), rows=len(panels), sharex=True)
    moments = min(len(run.steps) for run in recordings.values())
    for axes, (title, value) in zip(places[:, 0], panels.items()):
        draw_lines(axes, {name: (run.steps[:moments], value(run)[:moments]) for name, run in recordings.items()})
        axes.set_ylim(bottom=0)
        axes.set_title(title, fontsize=10, loc="left")
    places[-1, 0].set_xlabel("training steps")
    figure.legend(*places[0, 0].get_legend_handles_labels(), loc="outside upper left", frameon=False, ncols=2, fontsize=9)
    return figure
