"""Policies on their way into force: draft, approved, effective from a day, superseded. Steps are added, never changed.

A line is one rule book that can have one policy in force at a time, such as that of a company or a brand.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from warrantysim.schema.digest import digest
from warrantysim.schema.errors import BadInput, Message, coded, told
from warrantysim.schema.paths import tree_of
from warrantysim.schema.policy import Policy
from warrantysim.store import audit
from warrantysim.store.database import now
from warrantysim.store.job import DAMAGED
from warrantysim.store.workspace import Workspace

LINE = "policy"
"""The line where none is named."""
STEPS = {
    "draft": coded("draft"), "approved": coded("approved"), "effective": coded("in force"),
    "scheduled": coded("in force later"), "withdrawn": coded("withdrawn"),
}  # fmt: skip
"""Steps of a version, and what each is called in a message; scheduled: in force from a day still to come."""
State = Literal["draft", "approved", "scheduled", "effective", "superseded", "withdrawn"]


class NoSuchPolicy(LookupError):
    """No policy version of that number."""


class NotInOrder(BadInput):
    """A step that cannot follow those that were taken."""


@dataclass(frozen=True)
class StepTaken:
    """One step of a version."""

    step: str
    """draft, approved, effective or withdrawn."""
    at: str
    """When it was taken [UTC, ISO 8601]."""
    who: str
    """By whom [text]."""
    note: str
    """What was said with it [text]."""
    from_day: str | None
    """First day it is in force: as proposed in a draft, as decided where it takes effect; else None [date]."""


@dataclass(frozen=True)
class PolicyVersion:
    """One version of a line's policy."""

    id: int
    """Its number among all versions."""
    line: str
    """The line."""
    number: int
    """Its number within the line, 1 for the first [count]."""
    digest: str
    """Digest of the policy."""
    tree: Mapping[str, Any]
    """The policy's plain form."""
    run_id: str | None
    """Stored run that speaks for it; None where there is none."""
    steps: tuple[StepTaken, ...]
    """Steps taken, the first first."""

    @cached_property
    def policy(self) -> Policy:
        """The policy."""
        found: Policy = Policy.model_validate(self.tree)
        return found

    @property
    def from_day(self) -> dt.date | None:
        """First day in force, as last decided; None before, and where it was taken back."""
        return None if self.last.step == "withdrawn" else self._day("effective")

    @property
    def proposed_from(self) -> dt.date | None:
        """First day in force that was proposed; None where none was."""
        return self._day("draft")

    def _day(self, name: str) -> dt.date | None:
        days = [step.from_day for step in self.steps if step.step == name and step.from_day is not None]
        return dt.date.fromisoformat(days[-1]) if days else None

    @property
    def last(self) -> StepTaken:
        """The latest step."""
        return self.steps[-1]

    @property
    def alone(self) -> bool:
        """Whether whoever proposed it approved it: no second pair of eyes."""
        signed = next((step.who for step in self.steps if step.step == "approved"), None)
        return signed is not None and same_person(signed, self.steps[0].who)


def same_person(one: str, other: str) -> bool:
    """Whether two names on the record are one person's, as far as names tell."""
    return one.strip().casefold() == other.strip().casefold()


def draft(
    workspace: Workspace, policy: Policy, *, line: str = LINE, run_id: str | None = None, note: str = "", who: str,
    from_day: dt.date | None = None, today: dt.date | None = None,
) -> PolicyVersion:  # fmt: skip
    """Propose a policy as the next version of a line. ``run_id``: the stored run that speaks for it; ``from_day``: the
    first day it is to be in force.

    Raises
    ------
    NotInOrder
        If nobody is named who proposes it, or the day is no day or past.
    """
    if from_day is not None:
        check_day(from_day, today)
    text = json.dumps(tree_of(policy), ensure_ascii=False)
    with workspace.writing() as db:
        number = db.execute("SELECT coalesce(max(number), 0) + 1 FROM policy_versions WHERE line = ?", (line,))
        added = db.execute(
            "INSERT INTO policy_versions (line, number, digest, policy, run_id) VALUES (?, ?, ?, ?, ?)",
            (line, number.fetchone()[0], digest(policy), text, run_id),
        )
        id = int(added.lastrowid or 0)
        _step(db, id, "draft", who, note, None if from_day is None else from_day.isoformat())
    return version_of(workspace, id)


def approve(workspace: Workspace, id: int, *, who: str, note: str = "") -> PolicyVersion:
    """Sign a draft.

    Raises
    ------
    NotInOrder
        If it is no draft, nobody signs, or whoever proposed it does where it is known who each person is.
    """
    if not who.strip():
        raise NotInOrder(told("an approval needs the name of who approves"))
    if workspace.apart and same_person(who, version_of(workspace, id).steps[0].who):
        raise NotInOrder(
            told("policy version {id} was proposed by {who}; expected somebody else to approve it", id=id, who=who)
        )
    return _follow(workspace, id, "approved", {"draft"}, who, note)


def put_in_force(
    workspace: Workspace, id: int, from_day: dt.date, *, who: str, note: str = "", today: dt.date | None = None
) -> PolicyVersion:
    """Put an approved version in force from a day on; the one in force until then is superseded by it.

    Raises
    ------
    NotInOrder
        If it was not approved, or the day is no day or past: what was in force on a day is never changed afterwards.
    """
    check_day(from_day, today)
    return _follow(workspace, id, "effective", {"approved"}, who, note, from_day.isoformat())


def check_day(from_day: dt.date, today: dt.date | None = None) -> None:
    """Refuse what cannot be the first day a policy is in force.

    Raises
    ------
    NotInOrder
        If it is no day, or past.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    if not isinstance(from_day, dt.date) or isinstance(from_day, dt.datetime):
        raise NotInOrder(
            told("from_day is {value}; expected a day, such as {day}", value=repr(from_day), day=repr(day))
        )
    if from_day < day:
        raise NotInOrder(told("{past} is past; a policy can be put in force from {day} on", past=from_day, day=day))


def withdraw(workspace: Workspace, id: int, *, who: str, note: str = "", today: dt.date | None = None) -> PolicyVersion:
    """Take back a version that is not yet in force.

    Raises
    ------
    NotInOrder
        If it is, or was taken back before.
    """
    return _follow(workspace, id, "withdrawn", {"draft", "approved", "scheduled"}, who, note, today=today)


def version_of(workspace: Workspace, id: int) -> PolicyVersion:
    """A version.

    Raises
    ------
    NoSuchPolicy
        If there is none of that number.
    """
    with workspace.reading() as db:
        row = db.execute("SELECT * FROM policy_versions WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise NoSuchPolicy(f"no policy version {id}")
        version = _sound(db, row)
        if version is None:
            raise NoSuchPolicy(f"policy version {id} is not what was drafted")
        return version


def policy_versions(workspace: Workspace, line: str | None = None) -> list[PolicyVersion]:
    """Versions, the latest first; of one line where named. One that is damaged hides itself alone."""
    with workspace.reading() as db:
        rows = db.execute(
            "SELECT * FROM policy_versions WHERE ? IS NULL OR line = ? ORDER BY id DESC", (line, line)
        ).fetchall()
        return [version for row in rows if (version := _sound(db, row)) is not None]


def in_force(workspace: Workspace, on: dt.date | None = None, line: str = LINE) -> PolicyVersion | None:
    """The version in force on a day, today where not given; None where none is."""
    return _in_force(policy_versions(workspace, line), on or dt.datetime.now(dt.UTC).date())


def states(versions: Sequence[PolicyVersion], on: dt.date | None = None) -> dict[int, State]:
    """State of each version of one line on a day, by id: draft, approved, scheduled (in force later), effective,
    superseded, withdrawn. ``versions``: all of the line."""
    day = on or dt.datetime.now(dt.UTC).date()
    current = _in_force(versions, day)
    out: dict[int, State] = {}
    for version in versions:
        step = version.last.step
        if step == "effective":
            begun = version.from_day is not None and version.from_day <= day
            out[version.id] = "scheduled" if not begun else "effective" if version == current else "superseded"
        else:
            out[version.id] = "approved" if step == "approved" else "withdrawn" if step == "withdrawn" else "draft"
    return out


def replaces(
    versions: Sequence[PolicyVersion], version: PolicyVersion, on: dt.date | None = None
) -> PolicyVersion | None:
    """The version that one replaces: the one in force the day before it is, today where its day is not decided.

    None where none is in force then. ``versions``: all of the line.
    """
    others = [one for one in versions if one.id != version.id]
    today = on or dt.datetime.now(dt.UTC).date()
    if version.from_day is None:
        return _in_force(others, today)
    earlier = [one for one in others if one.from_day is None or _rank(one) < _rank(version)]
    return _in_force(earlier, version.from_day)


def _rank(version: PolicyVersion) -> tuple[dt.date, str, int]:
    """Of two versions the one with the greater rank holds."""
    return version.from_day or dt.date.min, version.last.at, version.id


def _in_force(versions: Sequence[PolicyVersion], day: dt.date) -> PolicyVersion | None:
    """The one that began last; of two that began the same day, the one put in force last."""
    return max((v for v in versions if v.from_day is not None and v.from_day <= day), key=_rank, default=None)


def _follow(
    workspace: Workspace, id: int, step: str, after: set[str], who: str, note: str, from_day: str | None = None,
    today: dt.date | None = None,
) -> PolicyVersion:  # fmt: skip
    day = today or dt.datetime.now(dt.UTC).date()
    with workspace.writing() as db:
        last = db.execute(
            "SELECT step, from_day FROM policy_steps WHERE version = ? ORDER BY id DESC", (id,)
        ).fetchone()
        if last is None:
            raise NoSuchPolicy(f"no policy version {id}")
        later = last["step"] == "effective" and last["from_day"] > day.isoformat()
        state = "scheduled" if later else last["step"]
        if state not in after:
            now, expected = told(STEPS[state]), _one_of([told(STEPS[one]) for one in sorted(after)])
            raise NotInOrder(told("policy version {id} is {now}; expected {ones}", id=id, now=now, ones=expected))
        _step(db, id, step, who, note, from_day)
    return version_of(workspace, id)


def _one_of(said: Sequence[Message]) -> Message:
    return said[0] if len(said) == 1 else told("{one} or {other}", one=said[0], other=_one_of(said[1:]))


def _step(db: sqlite3.Connection, id: int, step: str, who: str, note: str, from_day: str | None = None) -> None:
    if not who.strip():
        raise NotInOrder(told("a step of a policy needs the name of whoever takes it"))
    db.execute(
        "INSERT INTO policy_steps (version, step, from_day, at, who, note) VALUES (?, ?, ?, ?, ?, ?)",
        (id, step, from_day, now(), who, note),
    )
    audit.record(db, who, f"policy {step}", f"policy {id}", from_day=from_day, note=note)


def _sound(db: sqlite3.Connection, row: sqlite3.Row) -> PolicyVersion | None:
    """The version of a row; None where it is damaged."""
    try:
        return _version(db, row)
    except DAMAGED:
        return None


def _version(db: sqlite3.Connection, row: sqlite3.Row) -> PolicyVersion:
    steps = db.execute("SELECT * FROM policy_steps WHERE version = ? ORDER BY id", (row["id"],)).fetchall()
    taken = tuple(StepTaken(s["step"], s["at"], s["who"], s["note"], s["from_day"]) for s in steps)
    tree = dict(json.loads(row["policy"]))
    if not taken:
        raise ValueError(f"policy version {row['id']} has no steps")
    return PolicyVersion(row["id"], row["line"], row["number"], row["digest"], tree, row["run_id"], taken)
