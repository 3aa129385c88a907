"""A memo of what is stored: the change, the decision behind it, studies of the same scenario, and who signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from warrantysim.analysis.breakeven import BreakEven
from warrantysim.report.policy_change import PolicyChange
from warrantysim.schema.digest import digest
from warrantysim.store.approvals import PolicyVersion
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.breakeven import found_in
from warrantysim.studies.decide.memo import TO_SIGN, Memo, Provenance, Signature, Status
from warrantysim.studies.study import Stored

if TYPE_CHECKING:
    import pandas as pd

MOST = 3
"""Break-evens a memo tells of, the latest first [count]."""
SIGNED: dict[str, Status] = {"approved": "APPROVED", "effective": "APPROVED"}
"""What a memo is called after the latest step of its policy; DRAFT after any other."""


def memo_of(
    change: PolicyChange,
    run: StoredRun,
    *,
    simulated: Sequence[StoredRun] = (),
    version: PolicyVersion | None = None,
    studies: Sequence[StoredRun] = (),
) -> Memo:
    """The memo of a change.

    Parameters
    ----------
    run
        The run that speaks for it: a decision, or a simulation.
    simulated
        Runs the change is read from, where they are others than ``run``.
    version
        The policy version it is to be signed for.
    studies
        Stored runs among which studies of the same scenario are looked for.
    """
    every = [run, *(one for one in simulated if one.id != run.id)]
    provenance = Provenance(
        run_id=run.id,
        confirmed_by=", ".join(one.id for one in every[1:]),
        model=run.version,
        made=run.made,
        packages=run.manifest["packages"],
        intact=not any(one.damage() for one in every),
    )
    return Memo(
        change=change,
        decision=run.found if run.kind == "decide" else None,
        provenance=provenance,
        status=status_of(version),
        signatures=TO_SIGN if version is None else signatures_of(version),
        effective_from=from_day(version),
        proposed=not decided(version),
        changes=tuple(run.manifest["changes"]),
        break_evens=break_evens_of(change, studies),
        tornado=tornado_of_change(change, studies),
    )


def status_of(version: PolicyVersion | None) -> Status:
    """DRAFT until it is approved."""
    return "DRAFT" if version is None else SIGNED.get(version.last.step, "DRAFT")


def from_day(version: PolicyVersion | None) -> str:
    """First day in force, as decided, else as proposed; empty where it is neither [date]."""
    day = None if version is None else version.from_day or version.proposed_from
    return "" if day is None else day.isoformat()


def decided(version: PolicyVersion | None) -> bool:
    """Whether somebody put it in force from a day."""
    return version is not None and version.from_day is not None


def signatures_of(version: PolicyVersion) -> tuple[Signature, ...]:
    """Who took which step; a line to sign for an approval that is still to come."""
    roles = {"draft": "proposed"}
    taken = [Signature(roles.get(s.step, s.step), s.who, s.at[:10], s.note) for s in version.steps]  # noqa: PD008  # No frame.
    if not any(s.role in {"approved", "withdrawn"} for s in taken):
        taken.append(Signature("approved", "", ""))
    return tuple(taken)


def break_evens_of(change: PolicyChange, studies: Sequence[StoredRun]) -> tuple[BreakEven, ...]:
    """Stored break-evens whose first scenario is the one of the change, the latest first."""
    found = [_read(run) for run in _of_world(change, studies, "breakeven")]
    return tuple(found_in(one, "en") for one in found if one is not None)[:MOST]


def tornado_of_change(change: PolicyChange, studies: Sequence[StoredRun]) -> pd.DataFrame | None:
    """The latest stored tornado of the difference between just these two policies in this world."""
    wanted = [digest(policy) for policy in change.policies]
    for run in _of_world(change, studies, "sensitivity"):
        try:
            told = [digest(case.policy) for case in run.study.cases]
        except Damaged:
            continue
        if told == wanted and (found := _read(run)) is not None:
            return found.table("tornado")
    return None


def _of_world(change: PolicyChange, studies: Sequence[StoredRun], kind: str) -> list[StoredRun]:
    here = digest(change.scenario)
    return [run for run in studies if run.kind == kind and run.manifest["scenario"]["digest"] == here]


def _read(run: StoredRun) -> Stored | None:
    """What a study found; None where its files are damaged."""
    try:
        return run.stored
    except Damaged:
        return None
