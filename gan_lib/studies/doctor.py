"""What a run says about its health: ordered rules on named quantities name the likely faults, each with its evidence.

The first rule that holds is the first answer. `gan_lib.studies.signs` reads the quantities, `gan_lib.studies.rules` has the
rules, and `gan_lib.studies.doctor_fit` chose their limits and says how often they err.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from gan_lib.recordings import Recording
from gan_lib.studies.observed import REPORTED, SMALL, observe
from gan_lib.studies.rules import ADVICE, DIVERGED, HEALTHY, RULES, UNKNOWN, holds, stored_limits, stored_rates
from gan_lib.studies.signs import QUANTITIES, quantities

LEAST = 300  # steps; a shorter run is not judged
CAUTION = "The rules were made with small networks, in runs of 500 steps on Fashion-MNIST: of another run they give a hint."


@dataclass(frozen=True)
class Finding:
    """A likely fault.

    Attributes:
        fault: its key in `ADVICE`.
        title: the same as a part of a sentence.
        evidence: sentences, what was seen, and the limit beyond which that speaks for the fault.
        page: of the book, as "page#place".
        remedy: what to try.
        right: of the runs about which the doctor said this first, and that it was not made with, how many it was right about, and
            of how many; (0, 0) if that is not known.
    """

    fault: str
    title: str
    evidence: tuple[str, ...]
    page: str
    remedy: str
    right: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says about a run.

    Attributes:
        findings: likely faults, the likeliest first.
        quantities: dict by name of float, what it looked at; NaN for what the run does not tell.
        unjudged: dict by fault of the quantities that would be needed to judge it, and are not there.
        reason: why it cannot tell, or "".
        caution: a sentence about a run of another kind than those that the rules were made with, or "".
    """

    findings: tuple[Finding, ...] = ()
    quantities: Mapping = field(default_factory=dict)
    unjudged: Mapping = field(default_factory=dict)
    reason: str = ""
    caution: str = ""

    @property
    def verdict(self) -> str:
        """The first fault, a key of `ADVICE`; "healthy"; or "cannot_tell"."""
        return self.findings[0].fault if self.findings else UNKNOWN if self.reason else HEALTHY

    @property
    def summary(self) -> str:
        """One line."""
        if self.reason:
            return f"The doctor cannot tell: {self.reason}."
        if not self.findings:
            return "The doctor finds nothing wrong" + (" in what it can judge." if self.unjudged else ".")
        first, *others = (finding.title for finding in self.findings)
        return f"The doctor suspects {first}{f'; or {others[0]}' if others else ''}: {self.findings[0].evidence[0]}."

    def __str__(self) -> str:
        lines = [self.summary] if not self.findings else []
        for number, finding in enumerate(self.findings, start=1):
            lines.append(f"{number}. {finding.title[0].upper()}{finding.title[1:]}")
            lines += [f"   - {sentence}" for sentence in finding.evidence]
            lines.append(f"   try: {finding.remedy}")
            lines.append(f"   read: {finding.page}")
            if finding.right[1]:
                right, said = finding.right
                lines.append(f"   of runs that were new to the doctor, this first answer was right {right} times of {said}")
        if self.unjudged:
            names = sorted({name for missing in self.unjudged.values() for name in missing})
            titles = "; ".join(ADVICE[fault].title for fault in self.unjudged)
            lines.append(f"Not judged, because the run has no {', '.join(names)}: {titles}")
        lines += [self.caution] * bool(self.caution)
        return "\n".join(lines)


def diagnose(run: Recording | str | os.PathLike, photographs: ArrayLike | str | os.PathLike | None = None) -> Diagnosis:
    """Say what is likely wrong with a run, with the evidence.

    The rules were made and measured on short runs of a small GAN on Fashion-MNIST, see `gan_lib.studies.faults`; what they say of
    other runs is a hint.

    Args:
        run: a `gan_lib.Recording`, the name or the file of one, or the folder of a run that `python -m gan_lib train` has made.
        photographs: uint8 (m, height, width), or in colour, some of those that it was trained on, or a folder of them. By default
            they are those of Fashion-MNIST, or of the folder that the run was trained on, where that is still there.

    Returns:
        A `Diagnosis`. "healthy" is an answer, and so is "cannot_tell", of a run that is too short, or has left no samples.

    Raises:
        FileNotFoundError: if there is no such run, or it has no history.
        ValueError: if it is damaged, or of a model that the doctor does not know.

    Examples:
        >>> from gan_lib import diagnose
        >>> diagnose("dcgan-frozen-once").verdict
        'frozen_discriminator'
    """
    observed = observe(run, photographs)
    if broken := not_finite(observed):
        return Diagnosis((finding(DIVERGED, (f"{broken} is not a finite number",)),))
    steps = int(observed.steps[-1]) if len(observed.steps) else None
    if steps is not None and steps < LEAST:
        return Diagnosis(reason=f"the run has {steps:,} steps, and it takes {LEAST} at least")
    found = judge(quantities(observed), stored_limits(), stored_rates())
    if not found.findings and np.isnan(found.quantities["spread"]):
        return replace(found, reason="D's answers are not alarming, but there are no samples to put beside photographs")
    return replace(found, caution="" if observed.network == SMALL else CAUTION)


def not_finite(observed):
    """Return the name of a reported value that is NaN or infinite somewhere, or None."""
    for part in (observed.history, observed.first_epoch):
        for name in REPORTED:
            if not np.isfinite(np.asarray(part.get(name, ()), "float64")).all():
                return name
    return None


def judge(values: Mapping[str, float], limits: Sequence[Sequence[float]], rates: Mapping[str, tuple] | None = None) -> Diagnosis:
    """Apply the rules.

    Args:
        values: of `quantities`.
        limits: for each rule, a limit for each of its conditions.
        rates: by fault, how often it was right of how many times, see `Finding`.
    """
    if missing := [name for name in QUANTITIES if name not in values]:
        raise ValueError(f"values must hold all of gan_lib.studies.signs.QUANTITIES; {', '.join(missing)} missing")
    if [len(of_rule) for of_rule in limits] != [len(rule.conditions) for rule in RULES]:
        raise ValueError(f"limits must hold a list for each of the {len(RULES)} rules, as fit_limits returns them")
    findings, unjudged = {}, {}
    for (fault, conditions), of_rule in zip(RULES, limits):
        known = [(each, limit) for each, limit in zip(conditions, of_rule) if not np.isnan(values[each.quantity])]
        missing = [each.quantity for each in conditions if np.isnan(values[each.quantity])]
        if fault in findings or not all(holds(values[each.quantity], each.side, limit) for each, limit in known):
            continue
        if missing:
            unjudged.setdefault(fault, tuple(missing))
        else:
            evidence = tuple(sentence(each, values[each.quantity], limit) for each, limit in known)
            findings[fault] = finding(fault, evidence, (rates or {}).get(fault, (0, 0)))
    unjudged = {fault: missing for fault, missing in unjudged.items() if fault not in findings}
    return Diagnosis(tuple(findings.values()), dict(values), unjudged)


def sentence(condition, value, limit):
    """Return the evidence of one condition, as in "D was right about 2% of ... (below 16%)"."""
    said = QUANTITIES[condition.quantity]
    shape = said[said.index("{") : said.index("}") + 1]
    return f"{said.format(value)} ({condition.side} {shape.format(limit)})"


def finding(fault, evidence, right=(0, 0)):
    advice = ADVICE[fault]
    return Finding(fault, advice.title, evidence, advice.page, advice.remedy, tuple(right))
