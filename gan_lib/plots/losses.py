"""What came out of the study of losses: each training a dot, or a line."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from gan_lib._checks import check_mapping
from gan_lib.losses import Loss
from gan_lib.plots.images import COLOURS, LINES
from gan_lib.plots.panels import legend_above, open_panels
from gan_lib.studies.losses import KINDS
from gan_lib.studies.losses_table import Standing, best_run, runs_like

DARK, PALE = COLOURS["generator"], "#d9dde3"
TITLES = {
    "non_saturating": "non-saturating",
    "least_squares": "least squares",
    "hinge": "hinge",
    "wasserstein_gp": "Wasserstein, GP",
    "hinge_spectral": "hinge, spectral norm.",
    "non_saturating_r1": "non-saturating, R1",
    "relativistic_r1_r2": "relativistic, R1 + R2",
    "non_saturating_bare": "non-saturating, bare D",
}


def plot_terms(losses: Mapping[str, Loss]) -> Figure:
    """Draw what the players pay for one score: D for that of a real image and of a generated one, and G.

    Args:
        losses: dict by name of losses of scores whose terms depend on one score each, as many as there are strokes, 4.

    Returns:
        A matplotlib Figure. All curves are moved so that a score of 0 costs nothing.

    Raises:
        ValueError: if there is none, or one is of probabilities, or of pairs.
    """
    check_mapping(losses, "losses", most=len(LINES))
    for name, loss in losses.items():
        if not isinstance(loss, Loss) or loss.needs != "scores" or loss.pairs:
            raise ValueError(f"losses[{name!r}] must be a loss of single scores, such as gan_lib.Hinge(); got {loss!r:.100}")
    scores, zero = np.linspace(-3, 3, 121, dtype="float32"), np.zeros((1, 1), "float32")
    terms = {
        "D, for a real image": lambda loss, score: loss.discriminator(score, zero),
        "D, for a generated one": lambda loss, score: loss.discriminator(zero, score),
        "G": lambda loss, score: loss.generator(zero, score),
    }
    figure, (places,) = open_panels((6.6, 2.6), columns=3, sharey=True)
    for axes, (title, term) in zip(places, terms.items()):
        colour = COLOURS["generator" if title == "G" else "discriminator"]
        for (name, loss), style in zip(losses.items(), LINES):
            paid = [float(term(loss, score.reshape(1, 1)) - term(loss, zero)) for score in scores]
            axes.plot(scores, paid, linestyle=style["linestyle"], color=colour, label=name)
        axes.set(xlabel="score", ylim=(-3.2, 4))
        axes.set_title(title, fontsize=10)
    places[0].set_ylabel("loss, 0 at score 0")
    names = places[0].get_legend_handles_labels()
    figure.legend(*names, loc="outside upper center", ncols=4, frameon=False, fontsize=9)
    return figure


def plot_standings(rows: Mapping[str, Standing]) -> Figure:
    """Draw the distance to photographs that each training of each game has ended with, the best game on top.

    Args:
        rows: what `gan_lib.studies.losses_table.standings` returns.

    Returns:
        A matplotlib Figure.

    Raises:
        ValueError: if there is no row.
    """
    check_mapping(rows, "rows")
    order = sorted(rows, key=lambda game: np.mean(rows[game].averaged["fd"]) if len(rows[game].averaged["fd"]) else np.inf)
    figure, ((axes,),) = open_panels((5.2, 0.6 + 0.34 * len(rows)))
    for place, game in enumerate(order):
        for kind, marker, colour in zip(KINDS, ("o", "D"), ("#8a8f98", DARK)):
            found = getattr(rows[game], kind)["fd"]
            nudge = 0.16 if kind == "last" else -0.16
            axes.plot(found, np.full(len(found), place + nudge), marker, color=colour, markersize=4.5, markeredgewidth=0,
                      label={"last": "last weights", "averaged": "averaged weights"}[kind] if not place else None)  # fmt: skip
    axes.set(xlabel="FD, lower is better", ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks(range(len(rows)), labels=[TITLES[game] for game in order], fontsize=9)
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)
    legend_above(axes, columns=2)
    return figure


def plot_progress(outcomes: Mapping[str, dict], kind: str = "averaged") -> Figure:
    """Draw the distance to photographs over the images of each training, a panel for each game, the other games in grey.

    Args:
        outcomes: what `gan_lib.studies.losses_sweep.read_outcomes` returns.
        kind: "last" for the last weights, "averaged" for their average.

    Returns:
        A matplotlib Figure.
    """
    check_mapping(outcomes, "outcomes")
    games = [game for game in TITLES if any(each["settings"]["game"] == game for each in outcomes.values())]
    runs = {game: runs_like(best_run(game, outcomes), outcomes) for game in games}
    columns = min(4, len(games))
    figure, places = open_panels(
        (6.6, 1.9 * -(-len(games) // columns)), -(-len(games) // columns), columns, sharex=True, sharey=True
    )
    for axes, game in zip(places.flat, games):
        for other in sorted(games, key=lambda each: each == game):
            style = {"color": DARK, "linewidth": 1.3} if other == game else {"color": PALE, "linewidth": 0.7}
            for run in runs[other]:
                axes.plot(np.array(run["images"]) / 1000, run[kind]["fd"], **style)
        axes.set_title(TITLES[game], fontsize=8.5)
        axes.set(yscale="log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.tick_params(labelsize=8)
    for axes in places[-1]:
        axes.set_xlabel("thousands of images", fontsize=8)
    for axes in places[:, 0]:
        axes.set_ylabel("FD", fontsize=8)
    return figure
