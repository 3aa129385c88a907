"""A memo of what is stored: the change, the decision behind it, studies of the same scenario, and who signed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from warrantysim.report.policy_change import PolicyChange
from warrantysim.schema.digest import digest
from warrantysim.store.approvals import PolicyVersion
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies import STUDIES, study_of
from warrantysim.studies.decide.memo import TO_SIGN, Memo, Provenance, Signature, Status
from warrantysim.studies.study import AnyStudy, Stored

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
        studies=answers_beside(change, studies),
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
    taken = [Signature(roles.get(s.step, s.step), s.who, s.at[:10], s.note) for s in version.steps]  # No frame.
    if not any(s.role in {"approved", "withdrawn"} for s in taken):
        taken.append(Signature("approved", "", ""))
    return tuple(taken)


def answers_beside(change: PolicyChange, runs: Sequence[StoredRun]) -> tuple[tuple[AnyStudy, Stored], ...]:
    """What studies of the scenario of a change found that its memo tells of, by study, the latest first."""
    here, found = digest(change.scenario), list[tuple[AnyStudy, Stored]]()
    for name in STUDIES:
        mine = [run for run in runs if run.kind == name and run.manifest["scenario"]["digest"] == here]
        if mine and (study := study_of(name)).told_in_memo:
            answers = (stored for run in mine if (stored := _told(change, study, run)) is not None)
            found += [(study, stored) for stored in islice(answers, study.told_in_memo)]
    return tuple(found)


def _told(change: PolicyChange, study: AnyStudy, run: StoredRun) -> Stored | None:
    """What a study found; None where it is about other rules, or its files are damaged."""
    try:
        rules = [digest(policy) for policy in change.policies]
        if study.cases == (2, 2) and [digest(case.policy) for case in run.study.cases] != rules:
            return None
        return run.stored
    except Damaged:
        return None
