"""Views that a link restores: what a page was showing, by the digest of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warrantysim.store.database import now
from warrantysim.store.inputs import short_digest
from warrantysim.store.job import DAMAGED
from warrantysim.store.workspace import Workspace


@dataclass(frozen=True)
class View:
    """What a page was showing."""

    id: str
    """Its id, for a link."""
    page: str
    """The page [text]."""
    made: str
    """When it was kept first [UTC, ISO 8601]."""
    who: str
    """By whom [text]."""
    body: Mapping[str, Any]
    """Run ids, choices and filters, as JSON has them."""


def keep_view(workspace: Workspace, page: str, body: Mapping[str, Any], who: str = "") -> str:
    """Keep what a page shows; the same again has the same id. Returns the id."""
    id = short_digest({"page": page, "body": dict(body)})
    with workspace.writing() as db:
        db.execute(
            "INSERT OR IGNORE INTO views VALUES (?, ?, ?, ?, ?)",
            (id, page, now(), who, json.dumps(dict(body), ensure_ascii=False)),
        )
    return id


def kept_view(workspace: Workspace, id: str) -> View | None:
    """The view of a link; None if there is none, or it is damaged."""
    with workspace.reading() as db:
        row = db.execute("SELECT * FROM views WHERE id = ?", (id,)).fetchone()
    try:
        if row is not None:
            return View(row["id"], row["page"], row["made"], row["who"], dict(json.loads(row["body"])))
    except DAMAGED:
        pass
    return None
