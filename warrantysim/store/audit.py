"""Who did what, when: rows that are added and never changed."""

from __future__ import annotations

import getpass
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warrantysim.schema.plain_text import one_line
from warrantysim.store.database import now
from warrantysim.store.workspace import Workspace

SYSTEM = "warrantysim"
"""Who acts where no person did."""


def account() -> str:
    """The account of this machine under which somebody acts who gave no name."""
    try:
        return one_line(getpass.getuser()).strip() or SYSTEM
    except (OSError, KeyError, ImportError):  # A container may know no name for its user.
        return SYSTEM


@dataclass(frozen=True)
class Entry:
    """One line of the audit log."""

    number: int
    """Rises with time [count]."""
    at: str
    """When [UTC, ISO 8601]."""
    who: str
    """Who did it [text]."""
    what: str
    """What was done: ``run stored``, ``policy approved`` ... [text]."""
    subject: str
    """To what: id of a run, job, comparison or policy version [text]."""
    details: Mapping[str, Any]
    """What else is worth knowing."""


def record(db: sqlite3.Connection, who: str, what: str, subject: str, **details: Any) -> None:
    """Add a line, in the transaction of the change it tells of: neither is kept without the other."""
    db.execute(
        "INSERT INTO audit (at, who, what, subject, details) VALUES (?, ?, ?, ?, ?)",
        (now(), who or SYSTEM, what, subject, json.dumps(details, ensure_ascii=False)),
    )


def _details(text: str) -> Mapping[str, Any]:
    """What a line says besides, as it stands where it is damaged: the line is told all the same."""
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return {"damaged": str(text)}


def audit_log(workspace: Workspace, subject: str | None = None, most: int = 1000) -> list[Entry]:
    """Lines of the log, the latest first; of one subject where given."""
    with workspace.reading() as db:
        rows = db.execute(
            "SELECT * FROM audit WHERE ? IS NULL OR subject = ? ORDER BY id DESC LIMIT ?", (subject, subject, most)
        ).fetchall()
    return [Entry(r["id"], r["at"], r["who"], r["what"], r["subject"], _details(r["details"])) for r in rows]
