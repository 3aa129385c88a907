"""What-ifs against a baseline as one finding: what differs, what it costs, why, and what reacting is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from warrantysim.analysis.bridge import Bridge, category_bridge, driver_bridge
from warrantysim.analysis.cases import Cancel, Cancelled, Case
from warrantysim.analysis.compare import Comparison
from warrantysim.analysis.react import FRESH, Decide, Reaction, react
from warrantysim.analysis.study import compare

Steps = Callable[[str, int, int], None]
"""Told (stage, steps done, steps planned)."""


@dataclass(frozen=True)
class WhatIf:
    """A comparison with its bridges and, where asked for, both readings of every case."""

    comparison: Comparison
    """Cases on the same luck."""
    drivers: Mapping[str, Bridge] = field(default_factory=dict)
    """Bridges by changed inputs, by name of the case; only where asked for."""
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    """Both readings, by name of the case; only where asked for."""
    cancelled: bool = False
    """Whether it was stopped before its end; what was done by then is here."""

    @property
    def categories(self) -> dict[str, Bridge]:
        """Bridges by ledger category, by name of the case."""
        found = self.comparison
        return {found.cases[i].name: category_bridge(found, i) for i in found.others}


def what_if(
    cases: Sequence[Case],
    baseline: int | str = 0,
    *,
    replications: int | None = None,
    seed: int | None = None,
    target: float | None = None,
    drivers: bool = False,
    decide: Decide | None = None,
    jobs: int = 1,
    progress: Steps | None = None,
    cancel: Cancel | None = None,
) -> WhatIf:
    """Compare, then bridge by driver, then react, each only as far as asked for and not stopped.

    Parameters
    ----------
    drivers
        Whether to bridge by changed inputs: up to 64 combinations of them are simulated a case.
    decide
        Decides anew for a world; no reaction is looked at without. Judged on replications no decision has seen.

    Raises
    ------
    ValueError
        For cases that cannot be compared.
    Cancelled
        If it was stopped before the first replication was through.
    """

    def told(stage: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(stage, done, total)

    found = compare(
        cases, baseline, replications=replications, seed=seed, target=target, jobs=jobs,
        progress=told("simulate"), cancel=cancel,
    )  # fmt: skip
    base = found.cases[found.baseline]
    bridges: dict[str, Bridge] = {}
    reactions: dict[str, Reaction] = {}
    n = len(found.replications)
    try:
        for i in found.others if drivers and n else ():
            case = found.cases[i]
            bridges[case.name] = driver_bridge(
                base, case, range(n), found.seed, jobs=jobs, progress=told("bridge"), cancel=cancel
            )
        for place, i in enumerate(found.others if decide is not None and n else ()):
            if cancel is not None and cancel():
                raise Cancelled("stopped before every case was reacted to")
            case = found.cases[i]
            reactions[case.name] = react(
                base.world, case.world, kept=base.policy, decide=decide, replications=range(FRESH, FRESH + n),
                seed=found.seed, jobs=jobs, progress=progress, cancel=cancel,
            )  # fmt: skip
            if progress is not None:
                progress("react", place + 1, len(found.others))
    except Cancelled:
        return WhatIf(found, bridges, reactions, cancelled=True)
    return WhatIf(found, bridges, reactions, found.cancelled)
