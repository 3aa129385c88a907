"""Compare: any number of cases against one of them, on the same luck, with what differs in their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Case, Observed, checked
from warrantysim.analysis.measures import KINDS, SERVICE, TOTAL, Measure, Samples, samples
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.result import Result
from warrantysim.experiment.summary import Failure
from warrantysim.schema.diff import Change, diff, shown
from warrantysim.schema.errors import BadInput
from warrantysim.version import __version__

if TYPE_CHECKING:
    import pandas as pd


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
    runs: tuple[tuple[Observed, ...], ...] = field(repr=False)
    """What happened, by case, then replication."""
    failures: tuple[Failure, ...] = ()
    """Runs that broke; ``policy`` is the place of the case."""
    cancelled: bool = False
    """Whether it was stopped before its end."""
    carbon: str = ""
    """Name of the carbon method; empty where emissions were not counted [text]."""
    version: str = __version__
    """Version of warrantysim."""

    @property
    def level(self) -> float:
        """Level of every interval, as the baseline's plan states it [share, 0-1]."""
        return self.cases[self.baseline].world.plan.confidence

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
        return samples(measure, self.cases[i].world, self.runs[i], by)

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
            money = f"{base.world.reporting_currency} {row.difference:+,.0f} a year"
            lines.append(f"  {row.case} against {base.name}: {money}, {row.verdict}")
        if self.failures:
            lines.append(f"  {len(self.failures)} runs failed, first {self.failures[0]}")
        return "\n".join(lines)


def shown_or_nothing(value: object) -> str:
    """A value on one line, also where there is none."""
    return repr(value) if type(value).__name__ == "Absent" else shown(value)


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
            raise BadInput(f"no case {case!r}; expected one of {', '.join(names)}")
        return names.index(case)
    if not 0 <= case < len(names):
        raise BadInput(f"expected a case from 0 to {len(names) - 1}, got {case}")
    return case


def comparison_of(stored: Sequence[tuple[str, Result, int | str]], baseline: int | str = 0) -> Comparison:
    """Compare runs that were stored: (name, result, policy of the result). Waste and emissions are unknown (NaN).

    Rests on the replications that all of them hold.

    Raises
    ------
    BadInput
        If they rest on different seeds, and so not on the same luck, or share no replication.
    """
    cases = checked([Case(name, r.scenario, r.policies[r.place(policy)]) for name, r, policy in stored])
    seeds = sorted({result.seed for _, result, _ in stored})
    if len(seeds) > 1:
        raise BadInput(f"runs of different seeds cannot be paired: {', '.join(map(str, seeds))}")
    common = set.intersection(*(set(result.complete) for _, result, _ in stored))
    if not common:
        raise BadInput("the runs share no replication")
    kept = tuple(r for r in stored[0][1].complete if r in common)
    runs = []
    for _, result, policy in stored:
        held = {s.replication: Observed(s, None) for s in result.of(policy)}
        runs.append(tuple(held[r] for r in kept))
    base = case_place(cases, baseline)
    return Comparison(cases, base, seeds[0], kept, tuple(runs))
