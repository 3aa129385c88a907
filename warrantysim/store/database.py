"""The SQLite file of a workspace: its tables, and how several processes write to it at once without losing a row."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

PATIENCE = 30.0
"""How long a writer waits for its turn [s]."""

TABLES = Path(__file__).with_name("ledger.sql").read_text("utf-8")
INDEXES = """
CREATE INDEX IF NOT EXISTS jobs_by_run ON jobs (run_id);
CREATE INDEX IF NOT EXISTS audit_by_subject ON audit (subject);
CREATE INDEX IF NOT EXISTS runs_by_scenario ON runs (scenario);
"""
TURNS = "ALTER TABLE jobs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0"
"""A job of a lower turn goes first; 0 for what a person asks for."""
MIGRATIONS = (TABLES, INDEXES, TURNS)
"""What leads from each layout to the next, the first from an empty file; a step that was released is never changed."""
LAYOUT = len(MIGRATIONS)
"""Version of the ledger's layout, stated in the file."""
NEVER_EDITED = ("policy_versions", "policy_steps", "audit")
"""Tables whose rows may be added, never changed or removed."""


class WorkspaceTooNew(RuntimeError):
    """The workspace was written by a later version."""


def now() -> str:
    """This moment as text that sorts by time: ``2027-01-04T09:30:00.000000Z``."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@contextmanager
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    """An open connection, closed at the end; rows are read by column name."""
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
        yield db


@contextmanager
def transaction(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that holds the write lock from its first statement: what it reads is still so when it writes."""
    with connection(path) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


@contextmanager
def view(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a ledger in a place where nothing can be written: to the file itself where its layout is this
    one's and its log can be read, else to a copy brought to this layout, which is thrown away."""
    found = _read_only(path)
    if found is not None:
        with closing(found):
            yield found
        return
    with TemporaryDirectory(prefix="warrantysim-") as folder:
        copy = Path(folder) / path.name
        for name in (path.name, f"{path.name}-wal"):
            if path.with_name(name).exists():
                shutil.copyfile(path.with_name(name), copy.with_name(name))
        migrate(copy)
        with connection(copy) as db:
            yield db


def _read_only(path: Path) -> sqlite3.Connection | None:
    db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    db.row_factory = sqlite3.Row
    try:
        if layout_of(db) == LAYOUT:
            return db
    except sqlite3.OperationalError:
        pass  # Its log cannot be opened where no file can be made beside it.
    db.close()
    return None


def layout_of(db: sqlite3.Connection) -> int:
    """The layout a ledger states; 0 for an empty file.

    Raises
    ------
    WorkspaceTooNew
        If a later version has written there.
    """
    layout = int(db.execute("PRAGMA user_version").fetchone()[0])
    if layout > LAYOUT:
        raise WorkspaceTooNew(f"the workspace has layout {layout}, this version knows {LAYOUT}; use a later version")
    return layout


def migrate(path: Path) -> None:
    """Bring the ledger to this layout, step by step, all or none.

    Raises
    ------
    WorkspaceTooNew
        If a later version has written there.
    """
    with connection(path) as db:
        if layout_of(db) == LAYOUT:
            return
    _write_ahead(path)
    with transaction(path) as db:
        for step in MIGRATIONS[layout_of(db) :]:  # Another process may have been faster.
            for statement in filter(str.strip, step.split(";")):
                db.execute(statement)
        for table in NEVER_EDITED:
            for change in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"
                )
        db.execute(f"PRAGMA user_version = {LAYOUT}")


def _write_ahead(path: Path) -> None:
    """Let readers and a writer work at once. Two processes that ask for it at the same time must take turns."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with connection(path) as db:
                db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
