"""Which trainings the study of losses makes: one file for each, so that a study goes on where it was stopped.

The plan was made before the first training, and is the same for every game. What decides is the Fréchet distance (FD) at the end
of a training, of the last weights:

1. A game with penalties is trained with each of `STRENGTHS`, 0.1, 1 and 10, at the rate 0.0005 and seed 0. The strength with the
   least FD stays.
2. A game is trained at each of `RATES`, 0.0002, 0.0005 and 0.001 for both players, with two seeds. The rate with the least mean
   FD stays.
3. It is trained at that rate with the other seeds.

A training of the default budget takes about two minutes of one core: one that is stopped in the middle begins anew.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from gan_lib._checks import check_choice, check_count
from gan_lib._files import save_arrays, save_json
from gan_lib.evaluation import Described
from gan_lib.studies.losses import GAMES, Budget, Run, play

STRENGTHS = (0.1, 1.0, 10.0)  # 10 in the papers of R1 and of the gradient penalty
SEARCH_RATE = 5e-4
RATES = (2e-4, 5e-4, 1e-3)
SWEEP_SEEDS = 2
SEEDS = 5


def sweep(
    folder: str | os.PathLike,
    budget: Budget,
    images: np.ndarray,
    real: Described,
    games: Sequence[str] = tuple(GAMES),
    seeds: int = SEEDS,
    on_run: Callable = lambda run, outcome: {},
) -> None:
    """Make all trainings that are not in a folder yet, one after the other, in turns between the games.

    Several processes may work in one folder if each has other games.

    Args:
        folder: it gets `NAME.json` for each training, with what `gan_lib.studies.losses.play` returns, and `NAME.npz`, float16
            "samples" (20, 28, 28, 1) in [-1, 1].
        budget: of each training.
        images, real: as for `gan_lib.studies.losses.play`.
        games: which of `gan_lib.studies.losses.GAMES`.
        seeds: how many trainings each game has at its rate, at least 1.
        on_run: a function (run, outcome) that is called after each training, before it is kept; what it returns, a dict, is kept
            beside the outcome.

    Raises:
        ValueError: if an argument is none of these, or the folder holds a training with another budget, or a damaged file.
    """
    folder = Path(folder)
    if folder.is_file():
        raise ValueError(f"folder {folder} is a file; name a folder")
    check_count(seeds, "seeds")
    for game in games:
        check_choice(game, "games", GAMES)
    check_budget(folder, budget)
    unfinished = list(games)
    while unfinished:
        for game in tuple(unfinished):
            run = next_run(game, read_outcomes(folder), seeds)
            if run is None:
                unfinished.remove(game)
                continue
            outcome, samples = play(run, budget, images, real)
            outcome |= on_run(run, outcome)
            save_arrays(folder / f"{run.name}.npz", {"samples": samples.astype("float16")})
            save_json(folder / f"{run.name}.json", outcome)


def read_outcomes(folder: str | os.PathLike) -> dict[str, dict]:
    """Return what the trainings in a folder have left: dict by `Run.name` of what `gan_lib.studies.losses.play` returned.

    Raises:
        ValueError: if a file is damaged.
    """
    return {path.stem: read_outcome(path) for path in sorted(Path(folder).glob("[!.]*.json"))}


def read_outcome(path):
    """Return the outcome of one training; raise a ValueError if it is none, or that of another."""
    remedy = "move it elsewhere, and run the study again"
    try:
        outcome = json.loads(path.read_text(encoding="utf-8"))
        run = Run(**{name: outcome["settings"][name] for name in Run.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is damaged, or no training of this study ({type(error).__name__}: {error}); {remedy}"
        ) from error
    if run.name != path.stem:
        raise ValueError(f"{path} holds the training {run.name}; {remedy}")
    return outcome


def check_budget(folder, budget):
    """Raise a ValueError if a folder holds a training with another budget."""
    for name, outcome in read_outcomes(folder).items():
        for what, wanted in asdict(budget).items():
            if outcome["settings"].get(what) != wanted:
                raise ValueError(
                    f"{folder} holds the training {name} with {what}={outcome['settings'].get(what)}, and this study has "
                    f"{what}={wanted}; give the same options as before, or name another folder"
                )


def next_run(game: str, outcomes: dict[str, dict], seeds: int = SEEDS) -> Run | None:
    """Return the first training of a game that is not among the outcomes, or None.

    Args:
        game: one of `gan_lib.studies.losses.GAMES`.
        outcomes: what `read_outcomes` returns.
        seeds: how many trainings each game has at its rate.

    Raises:
        ValueError: for another game, or a number that is none.
    """
    check_choice(game, "game", GAMES)
    check_count(seeds, "seeds")
    return next((run for run in planned(game, outcomes, seeds) if run.name not in outcomes), None)


def planned(game: str, outcomes: dict[str, dict], seeds: int) -> Iterator[Run]:
    """Yield the trainings of a game in their order; each part needs the outcomes of the part before."""
    if GAMES[game].penalties:
        yield from searched(game)
    strength = best_strength(game, outcomes)
    for rate in RATES:
        yield from swept(game, rate, strength, seeds)
    rate = best_rate(game, outcomes, strength)
    for seed in range(seeds):
        yield Run(game, rate, seed, strength)


def searched(game):
    return [Run(game, SEARCH_RATE, 0, strength) for strength in STRENGTHS]


def swept(game, rate, strength, seeds=SWEEP_SEEDS):
    return [Run(game, rate, seed, strength) for seed in range(min(seeds, SWEEP_SEEDS))]


def best_strength(game, outcomes):
    """Return the strength of a game's penalties that has served best, or None if it has no penalties."""
    if not GAMES[game].penalties:
        return None
    return min(searched(game), key=lambda run: mean_distance([run], outcomes)).strength


def best_rate(game, outcomes, strength):
    """Return the learning rate that has served a game best."""
    return min(RATES, key=lambda rate: mean_distance(swept(game, rate, strength), outcomes))


def mean_distance(runs, outcomes):
    """Return the mean FD at the end of those trainings that are there; infinity if one has diverged.

    Raises:
        ValueError: if there is none of them.
    """
    found = [outcomes[run.name] for run in runs if run.name in outcomes]
    if not found:
        raise ValueError(f"outcomes must hold the training {runs[0].name}; run the study until it ends")
    return float(np.mean([np.inf if outcome["diverged"] else outcome["last"]["fd"][-1] for outcome in found]))
