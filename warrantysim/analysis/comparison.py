"""Comparison: any number of cases against one of them, on the same luck, with what differs in their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.carbon import CarbonMethod
from warrantysim.analysis.cases import Cancel, Case, ObservedYear, Progress, comparable_cases, families, observed
from warrantysim.analysis.measures import KINDS, SERVICE, TOTAL, Measure, Samples, samples
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.intervals import replications_needed, t_interval
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import MOST
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.workers import Workers, here_alone
from warrantysim.schema.diff import Change, diff, one_line_value
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

BATCH = 8
"""Replications handed out together where several processes share them."""
POINTS = 100
"""Steps between the quickest and the slowest claim of a distribution of days."""


@dataclass(frozen=True)
class Comparison:
    """Cases on the same luck. Differences are case less baseline: above 0 the case is higher, for costs dearer.

    Money, claims, units and kg are a year's; see `measures`.
    """

    cases: tuple[Case, ...]
    """The cases."""
    baseline: int
    """Place of the case that others are compared with."""
    seed: int
    """Seed of every draw."""
    replications: tuple[int, ...]
    """Replications that no case failed: all tables rest on these."""
    runs: tuple[tuple[ObservedYear, ...], ...] = field(repr=False)
    """What happened, by case, then replication."""
    failures: tuple[Failure, ...] = ()
    """Runs that broke; ``policy`` is the place of the case."""
    cancelled: bool = False
    """Whether it was stopped before its end."""
    carbon: str = ""
    """Name of the carbon method; empty where emissions were not counted [text]."""

    @property
    def level(self) -> float:
        """Level of every interval, as the baseline's plan states it [share, 0-1]."""
        return self.cases[self.baseline].scenario.plan.confidence

    @property
    def others(self) -> tuple[int, ...]:
        """Places of the cases other than the baseline."""
        return tuple(i for i in range(len(self.cases)) if i != self.baseline)

    def changes(self, case: int | str) -> tuple[Change, ...]:
        """What a case states otherwise than the baseline, its policy included."""
        return self._changes[self.place(case)]

    @cached_property
    def _changes(self) -> tuple[tuple[Change, ...], ...]:
        base = self.cases[self.baseline].whole
        return tuple(diff(base, case.whole) for case in self.cases)

    def inputs(self) -> pd.DataFrame:
        """What differs, a row a value: case, path, old, new, unit, source. To be shown above every result."""
        import pandas as pd

        rows = [
            (self.cases[i].name, c.path, shown_or_nothing(c.old), shown_or_nothing(c.new), c.unit, c.source)
            for i in self.others
            for c in self._changes[i]
        ]
        return pd.DataFrame(rows, columns=["case", "path", "old", "new", "unit", "source"])

    def place(self, case: int | str) -> int:
        """Place of a case, by name or place. See `case_place`."""
        return case_place(self.cases, case)

    def samples(self, measure: Measure, case: int | str, by: Sequence[str] = ()) -> Samples:
        """A measure of one case by group and replication."""
        i = self.place(case)
        return samples(measure, self.cases[i].scenario, self.runs[i], by)

    def yearly(self) -> pd.DataFrame:
        """Cost a year of each case and its difference: cash, expected, stock and total apart. As `table`."""
        return self.table((*KINDS, TOTAL))

    def costs(self, by: Sequence[str] = ("category",), measure: Measure = TOTAL) -> pd.DataFrame:
        """Cost a year by group; the groups of a case add up to its total. As `table`."""
        return self.table((measure,), by)

    def service(self, by: Sequence[str] = ()) -> pd.DataFrame:
        """Claims, days, refunds, disputes, units landfilled, emissions: those that can be grouped so. As `table`."""
        return self.table([m for m in SERVICE if set(by) <= set(m.by)], by)

    def table(self, measures: Sequence[Measure], by: Sequence[str] = ()) -> pd.DataFrame:
        """Measures of every other case against the baseline, a row a case, measure and group.

        Returns
        -------
        Columns case, measure, unit, those of ``by``, baseline, value, difference, low, high, half_width,
        unpaired_half_width (on independent luck), p_lower (share of replications in which the case is lower, ties by
        half: for costs P(cheaper)), needed (replications it would take), detectable, replications, verdict. Largest
        differences of a case and measure first.
        """
        import pandas as pd

        frames = [self._rows(measure, i, list(by)) for i in self.others for measure in measures]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def _rows(self, measure: Measure, i: int, by: list[str]) -> pd.DataFrame:
        import pandas as pd

        before, after = self.samples(measure, self.baseline, by), self.samples(measure, i, by)
        keys = tuple(dict.fromkeys((*before.keys, *after.keys)))
        found = paired_columns(after.at(keys), before.at(keys), self.level)
        frame = pd.DataFrame({"case": self.cases[i].name, "measure": measure.name, "unit": measure.unit, **found})
        for place, column in enumerate(by):
            frame.insert(3 + place, column, [key[place] for key in keys])
        return frame.sort_values("difference", key=np.abs, ascending=False, ignore_index=True, kind="stable")

    def __str__(self) -> str:
        base = self.cases[self.baseline]
        lines = [f"{len(self.cases)} cases, {len(self.replications)} replications, seed {self.seed}"]
        for row in self.table((TOTAL,)).itertuples() if self.replications else ():
            money = f"{base.scenario.reporting_currency} {row.difference:+,.0f} a year"
            lines.append(f"  {row.case} against {base.name}: {money}, {row.verdict}")
        if self.failures:
            lines.append(f"  {len(self.failures)} runs failed, first {self.failures[0]}")
        return "\n".join(lines)


def shown_or_nothing(value: object) -> str:
    """A value on one line, also where there is none."""
    return repr(value) if type(value).__name__ == "Absent" else one_line_value(value)


def case_place(cases: Sequence[Case], case: int | str) -> int:
    """Place of a case among others, by name or place.

    Raises
    ------
    BadInput
        If there is no such case.
    """
    names = [c.name for c in cases]
    if isinstance(case, str):
        if case not in names:
            raise BadInput("no case {case!r}; expected one of {names}", case=case, names=", ".join(names))
        return names.index(case)
    if not 0 <= case < len(names):
        raise BadInput("expected a case from 0 to {n}, got {case}", n=len(names) - 1, case=case)
    return case


def comparison_of(stored: Sequence[tuple[str, Result, int | str]], baseline: int | str = 0) -> Comparison:
    """Compare runs that were stored: (name, result, policy of the result). Waste and emissions are unknown (NaN).

    Rests on the replications that all of them hold.

    Raises
    ------
    BadInput
        If they rest on different seeds, and so not on the same luck, or share no replication.
    """
    cases = comparable_cases([Case(name, r.scenario, r.policies[r.place(policy)]) for name, r, policy in stored])
    seeds = sorted({result.seed for _, result, _ in stored})
    if len(seeds) > 1:
        raise BadInput("runs of different seeds cannot be paired: {names}", names=", ".join(map(str, seeds)))
    common = set.intersection(*(set(result.complete) for _, result, _ in stored))
    if not common:
        raise BadInput("the runs share no replication")
    kept = tuple(r for r in stored[0][1].complete if r in common)
    runs = []
    for _, result, policy in stored:
        held = {s.replication: ObservedYear(s, None) for s in result.of(policy)}
        runs.append(tuple(held[r] for r in kept))
    base = case_place(cases, baseline)
    return Comparison(cases, base, seeds[0], kept, tuple(runs))


def compare(
    cases: Sequence[Case],
    baseline: int | str = 0,
    *,
    replications: int | range | None = None,
    seed: int | None = None,
    target: float | None = None,
    method: CarbonMethod | None = None,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Comparison:
    """Run cases on common random numbers and compare them with a baseline.

    A pure function of cases, seed and replications: a case that states what the baseline states differs from it by
    exactly 0 in every replication.

    Parameters
    ----------
    replications, seed
        As the baseline's plan states where not given. With a ``target`` the least number.
    target
        Half-width at which to stop, of the cost difference of every case [reporting currency a year, > 0].
    method
        How emissions are counted; well-to-wheel with radiative forcing where not given.
    progress, cancel
        Told and asked after every batch of replications; a cancelled comparison keeps those that all cases met.

    Raises
    ------
    BadInput
        For cases that cannot be compared, no replications, or a target not above 0.
    Cancelled
        If it was stopped before the first replication was through.
    """
    chosen = comparable_cases(cases)
    base = case_place(chosen, baseline)
    plan = chosen[base].scenario.plan
    asked = plan.replications if replications is None else replications
    first = range(asked) if isinstance(asked, int) else asked
    if len(first) < 1:
        raise BadInput("expected at least one replication, got {replications}", replications=replications)
    if target is not None and not target > 0:
        raise BadInput("expected a target half-width above 0, got {target}", target=target)
    running = _Running(chosen, base, plan.seed if seed is None else seed, method or CarbonMethod(), jobs)
    todo = first
    while todo:
        chunk = todo[: 1 if here_alone(jobs) else BATCH]
        todo = todo[len(chunk) :]
        try:
            running.run(chunk)
        except Cancelled:
            return running.comparison(cancelled=True)
        if progress is not None:
            progress(len(running.met), len(running.met) + len(todo))
        if cancel is not None and cancel():
            return running.comparison(cancelled=bool(todo) or target is not None)
        if not todo and target is not None:
            todo = running.further(len(first), target, first.step)
    return running.comparison()


@dataclass
class _Running:
    """Replications as they come in."""

    cases: tuple[Case, ...]
    base: int
    seed: int
    method: CarbonMethod
    jobs: Workers
    met: dict[int, list[ObservedYear | Failure]] = field(default_factory=dict)

    def run(self, chunk: range) -> None:
        rows: dict[int, list[ObservedYear | Failure]] = {r: [None] * len(self.cases) for r in chunk}  # type: ignore[list-item]
        for world, places in families(self.cases):
            policies = [self.cases[i].policy for i in places]
            stream = observed(world, policies, chunk, self.seed, self.method, jobs=self.jobs)
            for replication, found in zip(chunk, stream, strict=True):
                for i, one in zip(places, found, strict=True):
                    rows[replication][i] = one
        self.met.update(rows)

    def whole(self) -> dict[int, list[ObservedYear]]:
        """Replications without a failure."""
        kept = {r: [one for one in row if isinstance(one, ObservedYear)] for r, row in self.met.items()}
        return {r: row for r, row in kept.items() if len(row) == len(self.cases)}

    def further(self, least: int, target: float, step: int) -> range:
        """Replications still to run for a target, as many as the spread so far asks for."""
        found = self.comparison()
        allowed = least * MOST - len(self.met)
        if len(found.replications) < 2 or allowed <= 0 or not found.others:
            return range(0)
        totals = [found.samples(TOTAL, i).values[0] for i in range(len(self.cases))]
        apart = np.array([totals[i] - totals[self.base] for i in found.others])
        if (t_interval(apart, found.level).half_width <= target).all():
            return range(0)
        needed = max(replications_needed(float(s), target, found.level) for s in apart.std(axis=-1, ddof=1))
        more = int(min(max(needed - len(found.replications), 1), len(self.met), allowed))
        start = max(self.met) + step if step > 0 else min(self.met) + step
        return range(start, start + more * step, step)

    def comparison(self, cancelled: bool = False) -> Comparison:
        whole = self.whole()
        if cancelled and not whole:
            raise Cancelled("the comparison was stopped before a replication was through")
        broken = [
            Failure(i, one.replication, one.kind, one.message, one.traceback)
            for row in self.met.values()
            for i, one in enumerate(row)
            if isinstance(one, Failure)
        ]
        runs = tuple(tuple(row[i] for row in whole.values()) for i in range(len(self.cases)))
        return Comparison(
            self.cases, self.base, self.seed, tuple(whole), runs, tuple(broken), cancelled, self.method.name
        )


def days_spread(comparison: Comparison) -> pd.DataFrame:
    """Days from opening to resolved that a share of the root claims of all replications do not exceed.

    Returns
    -------
    Columns policy (name of the case), share [0-1], days; the baseline first. Cases without claims have no rows.
    """
    import pandas as pd

    shares = np.linspace(0.0, 1.0, POINTS + 1)
    frames = [pd.DataFrame(columns=["policy", "share", "days"])]
    for i in (comparison.baseline, *comparison.others):
        days = np.concatenate([run.summary.year.days for run in comparison.runs[i]] or [np.zeros(0)])
        if len(days):
            name = comparison.cases[i].name
            frames.append(pd.DataFrame({"policy": name, "share": shares, "days": np.quantile(days, shares)}))
    return pd.concat(frames[1:] or frames, ignore_index=True)
