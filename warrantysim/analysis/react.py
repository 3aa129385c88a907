"""Two readings of a what-if: what it costs if the rule is kept, and if the rule is decided again.

Both are simulated in the what-if on replications that neither rule was chosen on; the difference is the value of
reacting. With the baseline beside them, the what-if's whole effect splits into what happens to us (rule kept) and what
we can do about it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, checked, yearly_costs
from warrantysim.analysis.pairs import paired_columns
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

FRESH = 1_000_000
"""First replication of the judgement where not stated: decisions use low numbers."""
Steps = Callable[[str, int, int], None]
"""Told (stage, steps done, steps planned)."""
Decide = Callable[[Scenario], Any]
"""Decides anew for a world: returns a policy, or a decision that holds one as ``policy``."""


@dataclass(frozen=True)
class Reaction:
    """A what-if in both readings; costs by replication, shape (R,) [reporting currency a year]."""

    baseline: np.ndarray
    """The world as it is, under the rule that is kept."""
    kept: np.ndarray
    """The what-if under that rule."""
    reacted: np.ndarray
    """The what-if under the rule decided for it."""
    kept_policy: Policy
    """The rule that is kept."""
    reacted_policy: Policy
    """The rule decided for the what-if."""
    decision: Any
    """What the decision returned, with its own report."""
    level: float
    """Level of the intervals [share, 0-1]."""

    def table(self) -> pd.DataFrame:
        """Three differences: ``policy kept`` (what-if less baseline), ``re-optimised`` (the same after reacting), and
        ``value of reacting`` (kept less re-optimised, above 0 where reacting pays).

        Returns
        -------
        Columns reading, then those of `paired_columns`.
        """
        import pandas as pd

        after = np.stack([self.kept, self.reacted, self.kept])
        before = np.stack([self.baseline, self.baseline, self.reacted])
        found = paired_columns(after, before, self.level)
        readings = ["policy kept", "re-optimised", "value of reacting"]
        return pd.DataFrame({"reading": readings, **found})


def react(
    baseline: Scenario,
    what_if: Scenario,
    *,
    kept: Policy | None = None,
    decide: Decide | None = None,
    replications: range | None = None,
    seed: int | None = None,
    jobs: int = 1,
    backend: str | None = None,
    progress: Steps | None = None,
    cancel: Cancel | None = None,
) -> Reaction:
    """Simulate a what-if with the rule kept and with the rule decided again.

    Parameters
    ----------
    kept
        The rule in force, today's of the baseline where not given.
    decide
        Decides for the what-if; `warrantysim.decision.decide.decide` where not given.
    replications
        Fresh ones, as many as the baseline's plan states from `FRESH` on where not given.
    progress
        Told the stages of the decision where none is given for it, then the judging, rule by rule.

    Raises
    ------
    Cancelled
        If it was stopped between two steps.
    ReplicationFailed
        If a run broke.
    """
    plan = baseline.plan
    keyed = plan.seed if seed is None else seed
    fresh = range(FRESH, FRESH + plan.replications) if replications is None else replications
    rule = baseline.policy if kept is None else kept
    decision = _decided(what_if, keyed, jobs, backend, progress) if decide is None else decide(what_if)
    new: Policy = decision if isinstance(decision, Policy) else decision.policy
    cases = checked(
        [Case("baseline", baseline, rule), Case("policy kept", what_if, rule), Case("re-optimised", what_if, new)]
    )
    costs = []
    for k, case in enumerate(cases):
        if progress is not None:
            progress("judge", k, len(cases))
        if cancel is not None and cancel():
            raise Cancelled("stopped before both readings were simulated")
        costs.append(yearly_costs([case], fresh, keyed, jobs=jobs, backend=backend)[0])
    if progress is not None:
        progress("judge", len(cases), len(cases))
    return Reaction(costs[0], costs[1], costs[2], rule, new, decision, plan.confidence)


def _decided(world: Scenario, seed: int, jobs: int, backend: str | None, progress: Steps | None) -> Any:
    from importlib import import_module

    decide = import_module("warrantysim.decision.decide").decide
    return decide(world, seed=seed, jobs=jobs, backend=backend, progress=progress)
