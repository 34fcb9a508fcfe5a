"""What was found out about a discriminator."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from gan_lib._checks import check_array, check_count, check_mapping, check_names, check_vectors
from gan_lib.plots.images import COLOURS, LINES
from gan_lib.plots.panels import legend_above, open_panel, open_panels


def plot_race(accuracy: dict[str, np.ndarray], gradients: dict[str, dict[str, np.ndarray]], moments: ArrayLike) -> Figure:
    """Draw how fast a discriminator beats several opponents, and what gradient each of them would get from it.

    Args:
        accuracy: dict of float (runs, steps), the share judged rightly, by opponent; the mean over the runs is drawn,
            averaged over three steps.
        gradients: dict of dicts, by opponent and loss: float (runs, moments), the lengths at `moments`.
        moments: int (moments,), in steps.

    Returns:
        A matplotlib Figure: a panel for the accuracy, and one for each loss.
    """
    check_mapping(accuracy, "accuracy", most=len(LINES))
    check_mapping(gradients, "gradients")
    moments = check_array(moments, "moments", ("moments",))
    for name in accuracy:
        check_array(accuracy[name], f"accuracy[{name!r}]", ("runs", "steps"))
        check_mapping(gradients.get(name), f"gradients[{name!r}]")
        for loss, lengths in gradients[name].items():
            check_array(lengths, f"gradients[{name!r}][{loss!r}]", ("runs", len(moments)))
    losses = list(next(iter(gradients.values())))
    figure, places = open_panels((5.2, 2.0 + 1.9 * len(losses)), rows=1 + len(losses), sharex=True)
    top, *others = places[:, 0]
    for (name, runs), style in zip(accuracy.items(), LINES):
        means = np.mean(runs, axis=0)
        smooth = np.convolve(np.pad(means, 1, mode="edge"), np.ones(3) / 3, mode="valid")
        top.plot(np.arange(1, len(means) + 1), smooth, label=name, linewidth=2, **style)
        for axes, loss in zip(others, losses):
            axes.plot(moments, np.mean(gradients[name][loss], axis=0), linewidth=2, **style)
            axes.set(yscale="log", ylabel="gradient", ylim=(0.02, 50))
            axes.set_title(f"{loss.replace('_', '-')} loss", fontsize=10, loc="left")
    top.axhline(0.95, color=COLOURS["latent"], linewidth=1, linestyle=":")
    top.annotate("95%", (1, 0.95), xycoords=("axes fraction", "data"), ha="right", va="top", color=COLOURS["latent"])
    top.set(ylabel="accuracy", ylim=(0.4, 1.03))
    legend_above(top, columns=3)
    others[-1].set_xlabel("steps of the discriminator")
    return figure


def plot_company(photographs: ArrayLike, answers: dict[str, tuple[ArrayLike, ArrayLike]], batch_size: int = 32) -> Figure:
    """Draw what discriminators answer about an image while its batch fills up with photographs.

    Args:
        photographs: int (k,), how many images of the batch are photographs.
        answers: dict by discriminator of (real, generated): float (k,) each, the mean answers; NaN leaves a gap.
        batch_size: images in a batch.

    Returns:
        A matplotlib Figure, one panel for each discriminator.
    """
    photographs = check_array(photographs, "photographs", ("k",))
    check_mapping(answers, "answers")
    for name, pair in answers.items():
        check_names(pair, f"answers[{name!r}]", 2)
        for values in pair:
            check_names(values, f"answers[{name!r}]", len(photographs))
    check_count(batch_size, "batch_size")
    figure, places = open_panels((2.9 * len(answers), 2.9), columns=len(answers), sharey=True)
    for axes, (name, pair) in zip(places[0], answers.items()):
        for values, actor, stroke in zip(pair, ("real", "generator"), ("o-", "s--")):
            axes.plot(photographs, values, stroke, color=COLOURS[actor], markersize=4)
        axes.set(ylim=(0, 1), xlim=(0, batch_size), xticks=[0, batch_size // 2, batch_size])
        axes.set_title(name, fontsize=10, color=COLOURS["discriminator"])
        axes.set_xlabel(f"photographs among the {batch_size}")
    left = places[0, 0]
    left.set_ylabel("mean answer of D")
    left.text(1, 0.92, "about photographs", color=COLOURS["real"], fontsize=9)
    left.text(1, 0.84, "about samples", color=COLOURS["generator"], fontsize=9)
    return figure


def plot_judgement(history: dict[str, np.ndarray], moments: ArrayLike, measured: dict[str, ArrayLike]) -> Figure:
    """Draw how well a discriminator judges: by its own count while it trains, and on images that are new to it.

    Args:
        history: dict with "accuracy": float (steps,), from `gan_lib.studies.probes.train_alone`; averaged over 25 steps.
        moments: int (moments,), in steps.
        measured: dict of float (moments,), the accuracies at those moments, by how it was asked.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(history, "history")
    accuracy = check_array(history.get("accuracy"), 'history["accuracy"]', ("steps",), least=25)
    check_mapping(measured, "measured", most=3)
    check_vectors(moments=moments, **measured)
    figure, axes = open_panel()
    means = np.convolve(accuracy, np.ones(25) / 25, mode="valid")
    axes.plot(np.arange(len(means)) + 13, means, color=COLOURS["discriminator"], label="by its own count")
    for (name, values), marker in zip(measured.items(), "os^"):
        axes.plot(moments, values, linestyle="--", marker=marker, color="#1f2937", markersize=5, label=name)
    axes.axhline(0.5, color=COLOURS["latent"], linewidth=1, linestyle=":")
    axes.set(xlabel="steps of the discriminator", ylabel="accuracy", ylim=(0.4, 1.0))
    axes.legend(loc="upper left", frameon=False, fontsize=9)
    return figure
