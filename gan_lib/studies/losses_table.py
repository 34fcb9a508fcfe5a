"""What came out of the study of losses: the games side by side, at equal numbers of images and at equal seconds."""

import json
import os
from dataclasses import dataclass

import numpy as np

from gan_lib._checks import check_choice, check_mapping
from gan_lib._files import ASSETS, load_arrays
from gan_lib.evaluation import with_spread
from gan_lib.studies.losses import GAMES, KINDS, SCORES, Run
from gan_lib.studies.losses_sweep import RATES, best_rate, best_strength, swept

RECORDED, SAMPLES = ASSETS / "losses.json", ASSETS / "losses.npz"  # written by tools/assets.py


@dataclass(frozen=True)
class Standing:
    """What one game has reached, over the seeds of its best rate.

    Attributes:
        rate, strength: those that have served it best; `strength` is None for a game without penalties.
        seeds: how many trainings there are.
        seconds: the processor's for a whole training, their mean over those that did not diverge.
        diverged, collapsed: shares of the trainings, in [0, 1].
        last, averaged: of the last weights and of their average, dict by score of float64 (n,), one for each training that did
            not diverge.
    """

    rate: float
    strength: float | None
    seeds: int
    seconds: float
    diverged: float
    collapsed: float
    last: dict[str, np.ndarray]
    averaged: dict[str, np.ndarray]


def recorded_outcomes() -> dict[str, dict]:
    """Return the outcomes of the study that comes with the package, as `gan_lib.studies.losses_sweep.read_outcomes` does."""
    return json.loads(RECORDED.read_text(encoding="utf-8"))["outcomes"]


def recorded_samples(path: str | os.PathLike = SAMPLES) -> dict[str, np.ndarray]:
    """Return what each game's generator makes in the study that comes with the package, at the best rate and seed 0.

    Returns:
        dict by game of uint8 (10, 28, 28), from the same ten latent vectors.
    """
    return load_arrays(path, "install gan_lib again", GAMES)


def standings(outcomes: dict[str, dict], at: str = "images") -> dict[str, Standing]:
    """Compare the games.

    Args:
        outcomes: what `recorded_outcomes` or `gan_lib.studies.losses_sweep.read_outcomes` returns.
        at: "images" compares all at the end of their trainings, which have seen equally many images. "seconds" compares them when
            the processor has trained as long as the cheapest game took in all; between two moments of a training its scores are
            taken to move in a straight line.

    Returns:
        dict by game of `Standing`, of those games of `gan_lib.studies.losses.GAMES` that have outcomes.

    Raises:
        ValueError: if there are no outcomes, or a game has none for one of the rates.
    """
    check_mapping(outcomes, "outcomes")
    check_choice(at, "at", ("images", "seconds"))
    known = {outcome["settings"]["game"] for outcome in outcomes.values()}
    best = {game: best_run(game, outcomes) for game in GAMES if game in known}
    runs = {game: runs_like(run, outcomes) for game, run in best.items()}
    whole = {game: mean_seconds(found) for game, found in runs.items()}
    limit = min(whole.values()) if at == "seconds" else np.inf
    return {
        game: Standing(
            rate=run.rate,
            strength=run.strength,
            seeds=len(runs[game]),
            seconds=whole[game],
            diverged=float(np.mean([run["diverged"] for run in runs[game]])),
            collapsed=float(np.mean([run["collapsed"] for run in runs[game]])),
            **{kind: scores_at(limit, runs[game], kind) for kind in KINDS},
        )
        for game, run in best.items()
    }


def best_run(game, outcomes):
    """Return the training of a game with the strength and the rate that have served it best, and seed 0."""
    strength = best_strength(game, outcomes)
    return Run(game, best_rate(game, outcomes, strength), 0, strength)


def runs_like(run, outcomes):
    """Return the outcomes of all trainings that differ in their seeds alone, in the order of the seeds."""
    wanted = {"game": run.game, "rate": run.rate, "strength": run.strength}
    found = [outcome for outcome in outcomes.values() if wanted.items() <= outcome["settings"].items()]
    return sorted(found, key=lambda outcome: outcome["settings"]["seed"])


def mean_seconds(runs):
    whole = [run["seconds"][-1] for run in runs if not run["diverged"]]
    return float(np.mean(whole)) if whole else np.inf


def scores_at(seconds, runs, kind):
    """Return the scores of those trainings that did not diverge, after so many seconds of the processor."""
    kept = [run for run in runs if not run["diverged"]]
    return {score: np.array([np.interp(seconds, run["seconds"], run[kind][score]) for run in kept]) for score in SCORES}


def distances_by_rate(outcomes: dict[str, dict]) -> dict[str, dict[float, np.ndarray]]:
    """Return the sweep of learning rates, from which the rate of each game was chosen.

    Args:
        outcomes: as for `standings`.

    Returns:
        dict by game of dict by rate of float64 (n,): FD of the last weights at the end, for each seed of the sweep; NaN where the
        training diverged.

    Raises:
        ValueError: if there are no outcomes.
    """
    return {
        game: {
            rate: np.array(
                [
                    np.nan if outcomes[run.name]["diverged"] else outcomes[run.name]["last"]["fd"][-1]
                    for run in swept(game, rate, standing.strength)
                    if run.name in outcomes
                ]
            )
            for rate in RATES
        }
        for game, standing in standings(outcomes).items()
    }


def table(rows: dict[str, Standing], kind: str = "last") -> str:
    """Lay the games out as text, mean ± standard deviation over their seeds.

    Args:
        rows: what `standings` returns.
        kind: "last" for the last weights, "averaged" for their average.

    Returns:
        A string of one line for the headings and one for each game. FD and KD are the Fréchet and the kernel distance in the
        features of `gan_lib.classifier`, KD in thousandths; "s" are the seconds of a whole training.

    Raises:
        ValueError: if there is no row, or another `kind`.
    """
    check_mapping(rows, "rows")
    check_choice(kind, "kind", KINDS)
    columns = {
        "fd": ("FD ↓", 2, 1),
        "kd": ("1000 KD ↓", 1, 1000),
        "precision": ("precision ↑", 2, 1),
        "recall": ("recall ↑", 2, 1),
    }
    width = max(map(len, rows))
    ends = ("diverged", "collapsed", "s")
    headings = [f"{heading:>14}" for heading, _, _ in columns.values()]
    lines = [f"{'':{width}}    rate{''.join(headings)}{''.join(f'{end:>10}' for end in ends)}"]
    for game, row in rows.items():
        cells = [f" {mean(getattr(row, kind)[score] * unit, digits):>13}" for score, (_, digits, unit) in columns.items()]
        shares = [f"{share * row.seeds:.0f} of {row.seeds}" for share in (row.diverged, row.collapsed)]
        ends = "".join(f"{end:>10}" for end in (*shares, f"{row.seconds:.0f}"))
        lines.append(f"{game:{width}}{row.rate:8g}{''.join(cells)}{ends}")
    return "\n".join(lines)


def mean(values, digits):
    """Write a mean with its standard deviation, as far as there are values."""
    return with_spread(values, digits) if len(values) > 1 else f"{values[0]:.{digits}f}" if len(values) else "-"
