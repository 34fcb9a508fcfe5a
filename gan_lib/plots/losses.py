"""What came out of the study of losses: each training a dot, or a line."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from gan_lib._checks import check_mapping
from gan_lib.plots.images import COLOURS
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
        axes.tick_params(labelsize=8, which="both")
    for axes in places[-1]:
        axes.set_xlabel("thousands of images", fontsize=8)
    for axes in places[:, 0]:
        axes.set_ylabel("FD", fontsize=8)
    return figure
