"""Matplotlib figures of scores: over a run, over steps of damage, over numbers of samples, and how one of them works."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_choice, check_count, check_mapping, check_moment_index
from gan_lib.metrics import covered, reaches
from gan_lib.plots.images import COLOURS, LINES
from gan_lib.plots.panels import open_panels, over_training
from gan_lib.recordings import Recording, check_recording

HEADINGS = {"is": "Inception Score ↑", "fid": "FD ↓", "kid": "KD ↓", "precision": "precision ↑", "recall": "recall ↑"}


def plot_scores(recording: Recording, at: int | None = None) -> Figure:
    """Draw the scores of a run over its training steps: FID, KID, Inception Score, precision and recall.

    Args:
        recording: a `gan_lib.recordings.Recording` that was made with `--scores`.
        at: index of the moment to mark with a cursor, or None.

    Returns:
        A matplotlib Figure of four panels.

    Raises:
        ValueError: if the recording has no scores.
    """
    check_recording(recording, measured=HEADINGS)
    check_moment_index(at, len(recording.steps))
    figure, places = open_panels((5.4, 4.0), rows=2, columns=2, sharex=True)
    panels = dict(zip(("fid", "kid", "is", "precision"), places.flat))
    steps, measured = np.maximum(recording.steps, 1), recording.measured
    for name, axes in panels.items():
        style = {"color": COLOURS["generator"], "linewidth": 2} if name == "precision" else LINES[0] | {"linewidth": 2}
        axes.plot(steps, np.maximum(measured[name], 1e-4) if name == "kid" else measured[name], **style, label=name)
        axes.set_title(HEADINGS[name], fontsize=10, loc="left")
    if "fid_of_last" in measured:
        panels["fid"].plot(steps, measured["fid_of_last"], **LINES[1], linewidth=1)
        where = {"transform": panels["fid"].transAxes, "fontsize": 8, "color": LINES[1]["color"]}
        panels["fid"].text(0.03, 0.06, "dashed: not averaged", **where)
    panels["precision"].plot(steps, measured["recall"], "--", color=COLOURS["real"], linewidth=2)
    panels["precision"].set_title("precision ↑", fontsize=10, loc="left", color=COLOURS["generator"])
    panels["precision"].set_title("recall ↑ (dashed)", fontsize=10, loc="right", color=COLOURS["real"])
    panels["precision"].set_ylim(0, 1)
    for name in ("fid", "kid"):
        panels[name].set_yscale("log")
    for axes in places.flat:
        over_training(axes, steps[-1], None if at is None else steps[at])
    for axes in places[-1]:
        axes.set_xlabel("training steps", fontsize=9)
    return figure


def check_scores(scores: Sequence[str]) -> None:
    """Raise a ValueError unless they are some of the scores."""
    check_mapping(dict.fromkeys(scores), "scores")
    for score in scores:
        check_choice(score, "scores", HEADINGS)


def plot_damage(
    rows: dict[str, tuple],
    titles: Mapping[str, str],
    scores: Sequence[str] = ("is", "fid", "kid", "precision", "recall"),
) -> Figure:
    """Draw what scores say of images that are damaged in steps.

    Args:
        rows: dict by kind of damage of (amounts, dict by score of floats, one for each amount); the first is undamaged.
        titles: dict by kind of damage, what stands below its column.
        scores: which scores, a row of panels each.

    Returns:
        A matplotlib Figure, a column of panels for each kind of damage.
    """
    check_scores(scores)
    check_mapping(rows, "rows")
    for kind, (amounts, values) in rows.items():
        if kind not in titles:
            raise ValueError(f"titles has none for rows[{kind!r}]; give each kind of damage one")
        check_mapping(values, f"rows[{kind!r}]")
        for name in scores:
            check_array(values.get(name), f"rows[{kind!r}][{name!r}]", (len(amounts),))
    size = (2.4 * len(rows) + 0.4, 1.25 * len(scores) + 0.5)
    figure, grid = open_panels(size, len(scores), len(rows), sharex="col", sharey="row")
    for column, (kind, (amounts, values)) in zip(grid.T, rows.items()):
        for name, axes in zip(scores, column):
            places = np.arange(len(amounts))
            axes.axhline(values[name][0], color=COLOURS["latent"], linewidth=1, linestyle=":")
            axes.plot(places, values[name], "o-", color=LINES[0]["color"], markersize=4, linewidth=2)
            axes.set_xticks(places, [f"{amount:g}" for amount in amounts], fontsize=8)
            axes.tick_params(axis="y", labelsize=8)
            axes.margins(y=0.15)
        column[-1].set_xlabel(titles[kind], fontsize=9)
    for name, axes in zip(scores, grid[:, 0]):
        axes.set_ylabel(HEADINGS[name].replace("Inception Score", "IS"), fontsize=9)
    return figure


def plot_side_by_side(rows: dict[str, dict[str, float]], scores: Sequence[str] = ("is", "fid", "precision", "recall")) -> Figure:
    """Draw the scores of several sets of images side by side.

    Args:
        rows: dict by name of dict by score of float, what `gan_lib.evaluation.scores` returns for each set.
        scores: which scores, a panel each.

    Returns:
        A matplotlib Figure; the first set is drawn lighter, as what the others compare with.
    """
    check_scores(scores)
    check_mapping(rows, "rows")
    for name, row in rows.items():
        check_mapping(row, f"rows[{name!r}]")
        check_array([row.get(score) for score in scores], f"rows[{name!r}]", (len(scores),))
    figure, places = open_panels((1.7 * len(scores) + 0.6, 0.35 * len(rows) + 0.9), columns=len(scores), sharey=True)
    for axes, score in zip(places[0], scores):
        values = [row[score] for row in rows.values()]
        colours = [COLOURS["latent"]] + [LINES[0]["color"]] * (len(rows) - 1)
        axes.barh(list(rows), values, height=0.6, color=colours)
        axes.set_title(HEADINGS[score].replace("Inception Score", "IS"), fontsize=10, loc="left")
        axes.tick_params(labelsize=8)
    axes.invert_yaxis()  # the first on top; all panels share it
    return figure


def plot_sample_sizes(
    sizes: ArrayLike, distances: dict[str, np.ndarray], line: Mapping[str, tuple[float, float]] | None = None
) -> Figure:
    """Draw a distance against one over the number of samples, with its spread, and a straight line through the means.

    Args:
        sizes: int (k,), numbers of samples.
        distances: dict by title of float (k, resamples), a panel each.
        line: dict by title of (slope, value at 1/n = 0), or None.

    Returns:
        A matplotlib Figure.
    """
    sizes = check_array(sizes, "sizes", ("k",))
    if sizes.min() < 1:
        raise ValueError(f"sizes must be numbers of samples, at least 1; got {sizes.min()}")
    check_mapping(distances, "distances")
    distances = {
        title: check_array(values, f"distances[{title!r}]", (len(sizes), "resamples")) for title, values in distances.items()
    }
    figure, (places,) = open_panels((3.6 * len(distances), 3.0), columns=len(distances))
    parts = 1 / sizes
    for axes, (title, values) in zip(places, distances.items()):
        axes.errorbar(parts, values.mean(axis=1), values.std(axis=1), fmt="o", color=LINES[0]["color"], capsize=3, markersize=4)
        if line and title in line:
            slope, end = line[title]
            ends = np.array([0, parts.max()])
            axes.plot(ends, end + slope * ends, **LINES[1], linewidth=1)
        axes.set_title(title, fontsize=10, loc="left")
        axes.set_xlim(left=0)
        axes.set_xlabel("1 / number of samples")
        labelled = [n for n in sizes if n <= sizes[0] * 5] + [sizes[-1]]
        axes.set_xticks([1 / n for n in labelled], [f"1/{n:,}" for n in labelled], fontsize=8, rotation=45)
    return figure


def plot_reach(real: ArrayLike, fake: ArrayLike, k: int = 3) -> Figure:
    """Draw how precision and recall are counted: the reach of each point of one set, and which of the other lie within.

    Args:
        real, fake: float (n, 2) and (m, 2).
        k: a point reaches as far as its k-th nearest neighbour in its own set.

    Returns:
        A matplotlib Figure of two panels; points that are covered are filled.
    """
    check_count(k, "k")
    real, fake = (check_array(points, name, ("n", 2), least=k + 1) for points, name in ((real, "real"), (fake, "fake")))
    everything = np.concatenate([real, fake])
    (left, low), (right, high) = everything.min(axis=0) - 0.5, everything.max(axis=0) + 0.5
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    for axes, (title, points, actor, by, other) in zip(
        figure.subplots(1, 2),
        (("precision", fake, "generator", real, "real"), ("recall", real, "real", fake, "generator")),
    ):
        reach = reaches(by, k)
        inside = covered(points, by, reach)
        for centre, radius in zip(by, reach):
            axes.add_patch(Circle(centre, radius, facecolor=COLOURS[other], alpha=0.12, linewidth=0))
        axes.scatter(*by.T, s=6, color=COLOURS[other], marker="x", linewidths=0.8)
        axes.scatter(*points[inside].T, s=18, color=COLOURS[actor], linewidths=0.8, edgecolors=COLOURS[actor])
        axes.scatter(*points[~inside].T, s=18, facecolors="none", edgecolors=COLOURS[actor], linewidths=0.8)
        axes.set_title(f"{title} {inside.mean():.2f}", fontsize=10, color=COLOURS[actor])
        axes.set(aspect="equal", xticks=[], yticks=[], xlim=(left, right), ylim=(low, high))
    return figure
