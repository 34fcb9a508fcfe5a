"""Matplotlib figures of failures: a broken run beside its cure, its curves, and how often the doctor was right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count, check_names
from gan_lib.plots.images import COLOURS, GREY, LINES, image_grid
from gan_lib.plots.panels import legend_above, open_panels
from gan_lib.recordings import Recording, check_recording
from gan_lib.studies.gallery import Exhibit

SHOWN = 8  # samples of each run


def plot_exhibit(exhibit: Exhibit, columns: int = 4) -> Figure:
    """Show the last samples of a broken run and of its cure side by side, and their distances to photographs.

    Args:
        exhibit: one of `gan_lib.studies.gallery.load_gallery()`.
        columns: samples in a row; eight of each run are shown.

    Returns:
        A matplotlib Figure of three panels. Above the samples stands how often D was right, in the last third of each run, about
        photographs and about generated images.

    Raises:
        ValueError: if it is no exhibit.
    """
    check_exhibit(exhibit)
    check_count(columns, "columns")
    figure = Figure(figsize=(7, 2.0), layout="constrained")
    *places, curve = figure.subplots(1, 3, width_ratios=(3, 3, 1.35))
    for axes, name, run in zip(places, ("broken", "cured"), (exhibit.broken, exhibit.cured)):
        axes.imshow(image_grid(run.frames[-1][:SHOWN], columns=columns), **GREY)
        axes.set_title(f"{name} · D right: {answers_of(run)}", fontsize=8, loc="left")
        axes.set_axis_off()
    draw_distances(curve, {"broken": exhibit.broken, "cured": exhibit.cured})
    curve.tick_params(labelsize=7)
    curve.set_xlabel("training steps", fontsize=7)
    curve.set_title("FD ↓", fontsize=8, loc="left")
    curve.legend(fontsize=7, frameon=False, borderpad=0, handlelength=1.2)
    return figure


def check_exhibit(exhibit):
    """Raise a ValueError unless it is an `Exhibit` whose runs have FD."""
    if not isinstance(exhibit, Exhibit):
        raise ValueError(f"exhibit must be an Exhibit, such as load_gallery()['few_images']; got {type(exhibit).__name__}")
    check_recording(exhibit.broken, "exhibit.broken", ["fid"])
    check_recording(exhibit.cured, "exhibit.cured", ["fid"])


def answers_of(run: Recording) -> str:
    """Return how often D was right in the last third of a run of one epoch, as "98% real, 97% generated"."""
    shares = [np.asarray(run.first_epoch[f"d_accuracy_{kind}"], "float64") for kind in ("real", "fake")]
    real, generated = (abs(each[-max(1, len(each) // 3) :].mean()) for each in shares)  # rounding may leave a 0 below 0
    return f"{real:.0%} real, {generated:.0%} generated"


def draw_distances(axes, runs):
    for (name, run), style in zip(runs.items(), LINES):
        axes.plot(run.steps[1:], np.asarray(run.measured["fid"])[1:], label=name, linewidth=1.5, **style)
    axes.set_ylim(0)
    axes.spines[["top", "right"]].set_visible(False)


def plot_exhibit_curves(exhibit: Exhibit, healthy: Recording) -> Figure:
    """Draw the losses of a broken run, how often its discriminator was right, and three distances to photographs.

    Args:
        exhibit: one of `gan_lib.studies.gallery.load_gallery()`.
        healthy: a run in which nothing is wrong.

    Returns:
        A matplotlib Figure of three panels over the training steps.

    Raises:
        ValueError: if it is no exhibit, or a run has no FD.
    """
    check_exhibit(exhibit)
    check_recording(healthy, "healthy", ["fid"])
    run = exhibit.broken
    figure, (places,) = open_panels((6.6, 2.3), columns=3)
    colours = {"d_loss": COLOURS["discriminator"], "g_loss": COLOURS["generator"]}
    for name, colour in colours.items():
        places[0].plot(run.steps[1:], run.at_moments(name)[1:], color=colour, label=name)
    if max(np.max(run.at_moments(name)[1:]) for name in colours) > 20:
        places[0].set_yscale("log")
    else:
        places[0].set_ylim(0)
    for kind, name, actor, dashes in (("real", "photographs", "real", "-"), ("fake", "generated", "generator", "--")):
        values = run.at_moments(f"d_accuracy_{kind}")[1:]
        places[1].plot(run.steps[1:], values, dashes, color=COLOURS[actor], label=f"D right about {name}")
    places[1].set_ylim(0, 1.05)
    draw_distances(places[2], {"FD, broken": run, "FD, cured": exhibit.cured, "FD, healthy": healthy})
    for axes in places:
        axes.set_xlabel("training steps", fontsize=8)
        axes.tick_params(labelsize=8)
        legend_above(axes)
        for text in axes.get_legend().get_texts():
            text.set_fontsize(7)
    return figure


def plot_confusion(counts: ArrayLike, rows: Sequence[str], columns: Sequence[str]) -> Figure:
    """Draw how answers and truth go together.

    Args:
        counts: int (r, c): entry (i, j) is the number of runs of kind i about which the answer was j.
        rows: what the runs had, r names.
        columns: the answers, c names.

    Returns:
        A matplotlib Figure: the darker a square, the larger its share of its row; each count that is not 0 is written on it.
    """
    counts = check_array(counts, "counts", ("r", "c"))
    check_names(rows, "rows", len(counts))
    check_names(columns, "columns", counts.shape[1])
    figure = Figure(figsize=(0.36 * len(columns) + 2.2, 0.3 * len(rows) + 1.9), layout="constrained")
    axes = figure.add_subplot()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Purples", vmin=0, vmax=1, aspect="auto")
    for (i, j), count in np.ndenumerate(counts):
        if count:
            axes.text(j, i, f"{count:g}", ha="center", va="center", fontsize=8, color="white" if shares[i, j] > 0.6 else "black")
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_xticks(range(len(columns)), columns, fontsize=8, rotation=60, ha="left", rotation_mode="anchor")
    axes.xaxis.tick_top()
    axes.set_ylabel("what the run had", fontsize=9)
    axes.set_xlabel("what the doctor said first", fontsize=9)
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0)
    return figure
