"""How the limits of the doctor's rules were chosen, and how often it errs on runs that it was not made with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gan_lib._checks import check_choice
from gan_lib.studies.rules import HEALTHY, RULES, holds, kinds_of_runs, stored
from gan_lib.studies.signs import QUANTITIES

LINEAR = ("right_on_real", "right_on_fake", "reach", "memory")  # shares, and one in standard deviations
SMALLEST = 1e-3  # of a ratio, a loss or a length: what lies below is as good as 0


def fit_limits(rows: Sequence[Mapping[str, float]], faults: Sequence[str], weights: Mapping[str, float] | None = None) -> dict:
    """Choose the limits of all rules by runs whose fault is known.

    One limit after the other goes where the balanced accuracy of the first answers is largest: the mean, over the kinds of runs,
    of the share that is told rightly. Among equally good places it is the middle of the widest stretch, on the scale of `scaled`.
    That is repeated until nothing moves.

    Args:
        rows: what `quantities` returned, one for each run.
        faults: what each run has, one of `kinds_of_runs()`.
        weights: of a kind of runs in the mean, 1 where it is not named.

    Returns:
        list of lists of float: for each rule, a limit for each of its conditions.

    Raises:
        ValueError: if there is not a fault for each run, or no run of a kind.
    """
    kinds = kinds_of_runs()
    if len(rows) != len(faults) or not rows:
        raise ValueError(f"rows and faults must be equally long, and not empty; got {len(rows)} and {len(faults)}")
    if missing := [kind for kind in kinds if kind not in faults]:
        raise ValueError(f"faults must name each kind of run at least once; {', '.join(missing)} is missing")
    truth = np.array([kinds.index(fault) for fault in faults])
    table = {name: scaled(np.array([row[name] for row in rows], "float64"), name) for name in QUANTITIES}
    share = np.array([(weights or {}).get(kind, 1.0) for kind in kinds])[truth] / np.bincount(truth)[truth]
    says = np.array([kinds.index(rule.fault) for rule in RULES] + [kinds.index(HEALTHY)])
    limits, held = [], []
    for fault, conditions in RULES:
        limits.append([first_limit(table[each.quantity][truth == kinds.index(fault)], each.side) for each in conditions])
        held.append([hold(table, each, limit) for each, limit in zip(conditions, limits[-1])])

    def score():
        fires = np.array([np.all(each, axis=0) for each in held] + [np.ones(len(truth), bool)])
        return share[says[fires.argmax(axis=0)] == truth].sum()

    best, before = score(), -1.0
    while best > before + 1e-12:
        before = best
        for rule, of_rule, holding in zip(RULES, limits, held):
            for i, condition in reversed([*enumerate(rule.conditions)]):  # the first, which says most, binds
                places, scores = places_between(table[condition.quantity]), []
                for place in places:
                    holding[i] = hold(table, condition, place)
                    scores.append(score())
                of_rule[i] = middle_of_best(places, np.array(scores))
                holding[i] = hold(table, condition, of_rule[i])
        best = score()
    return [
        [float(f"{limit if each.quantity in LINEAR else np.exp(limit):.3g}") for each, limit in zip(rule.conditions, of_rule)]
        for rule, of_rule in zip(RULES, limits)
    ]


def first_limit(values, side):
    """Return the limit that nine tenths of the runs with a fault pass."""
    return np.nanquantile(values, 0.1 if side == "above" else 0.9)


def hold(table, condition, limit):
    return holds(table[condition.quantity], condition.side, limit)  # NaN never holds


def places_between(values):
    """Return the places between which a limit makes a difference: the middles of neighbouring values, and beyond both ends."""
    known = np.unique(values[np.isfinite(values)])
    margin = max(1e-6, 0.01 * np.ptp(known))
    return np.array([known[0] - margin, *((known[1:] + known[:-1]) / 2), known[-1] + margin])


def middle_of_best(places, scores):
    """Return the middle of the widest stretch of places with the largest score."""
    good = scores >= scores.max() - 1e-12
    starts = places[np.flatnonzero(good & ~np.r_[False, good[:-1]])]
    ends = places[np.flatnonzero(good & ~np.r_[good[1:], False])]
    widest = int((ends - starts).argmax())
    return (starts[widest] + ends[widest]) / 2


def scaled(values, name):
    """Return values of a quantity on the scale on which limits are chosen: shares as they are, of all others the logarithm."""
    return values if name in LINEAR else np.log(np.maximum(values, SMALLEST))


def confusion(part: str = "unseen") -> tuple[list[str], np.ndarray]:
    """Return how the doctor's first answers and the faults that runs had go together.

    Args:
        part: "unseen" for the runs that it was not made with, "made" for the others.

    Returns:
        kinds: the faults that there are rules for, and "healthy".
        counts: int (kinds, kinds + 1): entry (i, j) is the number of runs with fault i about which it said j first; the last
            column is "cannot tell".

    Examples:
        >>> kinds, counts = confusion()
        >>> counts.shape == (len(kinds), len(kinds) + 1)
        True
    """
    check_choice(part, "part", ("made", "unseen"))
    kinds = kinds_of_runs()
    counts = np.zeros((len(kinds), len(kinds) + 1), int)
    for run in stored()["runs"]:
        if run["part"] == part:
            answer = run["answer"]
            counts[kinds.index(run["fault"]), kinds.index(answer) if answer in kinds else -1] += 1
    return kinds, counts
