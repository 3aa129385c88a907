"""What a simulation found: a summary a policy and replication, and the tables made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.experiment.summary import Failure, Summary
from warrantysim.schema.digest import digest
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.version import __version__

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Result:
    """Policies simulated on the same claims. Amounts are of the horizon, in the scenario's reporting currency."""

    scenario: Scenario = field(repr=False)
    """The world."""
    policies: tuple[Policy, ...] = field(repr=False)
    """The policies; others are compared with the first."""
    seed: int
    """Seed of every draw."""
    replications: tuple[int, ...] = ()
    """Replications run."""
    summaries: tuple[Summary, ...] = field(default=(), repr=False)
    """What each run came to, by replication, then policy."""
    failures: tuple[Failure, ...] = ()
    """Runs that broke."""
    cancelled: bool = False
    """Whether it was stopped before its end."""
    target: float | None = None
    """Half-width it was to reach [reporting currency]."""
    version: str = __version__
    """Version of warrantysim that ran it."""

    def with_rows(self, replication: int, rows: Sequence[Summary | Failure]) -> Result:
        """The same with one replication more."""
        return replace(
            self,
            replications=(*self.replications, replication),
            summaries=(*self.summaries, *(row for row in rows if isinstance(row, Summary))),
            failures=(*self.failures, *(row for row in rows if isinstance(row, Failure))),
        )

    def beside(self, others: Result) -> Result:
        """The same with further policies, of which ``others`` tells on the same replications."""
        n = len(self.policies)
        summaries = [*self.summaries, *(replace(one, policy=n + one.policy) for one in others.summaries)]
        failures = [
            *self.failures,
            *(replace(one, policy=n + one.policy if one.policy >= 0 else -1) for one in others.failures),
        ]
        return replace(
            self,
            policies=(*self.policies, *others.policies),
            summaries=tuple(sorted(summaries, key=lambda one: (one.replication, one.policy))),
            failures=tuple(sorted(failures, key=lambda one: (one.replication, one.policy))),
        )

    @property
    def level(self) -> float:
        """Level of every interval [share, 0-1]."""
        return self.scenario.plan.confidence

    @property
    def by_events(self) -> dict[str, Any]:
        """Facts of an answer: ``by_events``, the runs of all policies for which the event loop was asked, by why, of so
        many ``runs``; nothing where it never was."""
        found = Counter(sorted(one.events for one in self.summaries if one.events))
        return {"by_events": dict(found), "runs": len(self.summaries)} if found else {}

    @cached_property
    def digest(self) -> str:
        """Digest of the scenario, so that results of other scenarios are not mixed up with these."""
        return digest(self.scenario)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the policies, told apart by a number where two share one."""
        names: list[str] = []
        for policy in self.policies:
            times = sum(name == policy.name or name.startswith(f"{policy.name} (") for name in names)
            names.append(f"{policy.name} ({times + 1})" if times else policy.name)
        return tuple(names)

    @cached_property
    def complete(self) -> tuple[int, ...]:
        """Replications in which no policy failed: all tables rest on these, so that every comparison is paired."""
        broken = {failure.replication for failure in self.failures}
        return tuple(replication for replication in self.replications if replication not in broken)

    @cached_property
    def kept(self) -> tuple[Summary, ...]:
        """Summaries of the complete replications."""
        complete = set(self.complete)
        return tuple(s for s in self.summaries if s.replication in complete)

    def of(self, policy: int | str) -> tuple[Summary, ...]:
        """Summaries of one policy, by place or name, in the order of ``complete``.

        Raises
        ------
        ValueError
            If there is no such policy.
        """
        k = self.place(policy)
        return tuple(s for s in self.kept if s.policy == k)

    def place(self, policy: int | str) -> int:
        """Place of a policy among ``policies``."""
        if isinstance(policy, str):
            if policy not in self.names:
                raise ValueError(f"no policy {policy!r} was simulated; expected one of {', '.join(self.names)}")
            return self.names.index(policy)
        if not 0 <= policy < len(self.policies):
            raise ValueError(f"expected a policy from 0 to {len(self.policies) - 1}, got {policy}")
        return policy

    def totals_by_policy(self) -> np.ndarray:
        """Cost of everything in scope, cash and expected. Shape (policies, complete replications)."""
        totals = np.array([s.total for s in self.kept])
        return totals.reshape(len(self.complete), len(self.policies)).T

    @cached_property
    def totals(self) -> pd.DataFrame:
        """A row a policy and replication: cash, expected and total cost, claims, mean days to resolved."""
        from warrantysim.experiment.tables import totals_table

        return totals_table(self)

    def costs(self, by: Sequence[str] = ("category",), kind: str | None = None) -> pd.DataFrame:
        """Mean cost with its interval, a row a policy and group. See `tables.cost_table`."""
        from warrantysim.experiment.tables import cost_table

        return cost_table(self, tuple(by), kind)

    def savings(
        self, by: Sequence[str] = (), new: int | str = 1, now: int | str = 0, kind: str | None = None
    ) -> pd.DataFrame:
        """What ``new`` saves against ``now``, paired, a row a group. See `tables.saving_table`."""
        from warrantysim.experiment.tables import saving_table

        return saving_table(self, tuple(by), new, now, kind)

    def yearly(self) -> pd.DataFrame:
        """Spread of the whole cost, a row a policy: mean, interval, P50, P90, P95, CVaR."""
        from warrantysim.experiment.tables import yearly_table

        return yearly_table(self)

    def days(self, by: Sequence[str] = ()) -> pd.DataFrame:
        """Days from opening to resolved, a row a policy and group: mean, P50, P90, P95. See `tables.days_table`."""
        from warrantysim.experiment.tables import days_table

        return days_table(self, tuple(by))

    def claims(self, by: Sequence[str] = ("closure",)) -> pd.DataFrame:
        """Mean number of claims with its interval, a row a policy and group. See `tables.claim_table`."""
        from warrantysim.experiment.tables import claim_table

        return claim_table(self, tuple(by))

    def benches(self, by: Sequence[str] = ("bench", "month")) -> pd.DataFrame:
        """How busy benches were and how long units waited, with intervals. See `bench_use.bench_table`."""
        from warrantysim.experiment.bench_use import bench_table

        return bench_table(self, tuple(by))

    def __str__(self) -> str:
        lines = [f"{self.scenario.name}: {len(self.complete)} replications, seed {self.seed}"]
        if self.complete:
            currency = self.scenario.reporting_currency
            means = self.totals_by_policy().mean(axis=1)
            lines += [f"  {name}: {currency} {mean:,.0f}" for name, mean in zip(self.names, means, strict=True)]
        if self.failures:
            lines.append(f"  {len(self.failures)} runs failed, first {self.failures[0]}")
        if self.cancelled:
            lines.append("  cancelled")
        return "\n".join(lines)

    __repr__ = __str__
