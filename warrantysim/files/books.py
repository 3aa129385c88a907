"""A seller's books: what was imported, as one table a kind of event, in a folder of its own beside the scenario.

``books/`` holds the tables of `importers.canonical` (Parquet), ``imports.csv`` (which files came when),
``answers.yaml`` (what a person answered) and the key of the hashes of orders. An import is merged by the key of each
row, so that a file read twice, or two files that overlap, leave what one file would. All files of a change take their
places together: a writer that is killed, or a disk that is full, leaves the books as they were.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from warrantysim.files.importers.canonical import TABLES, tidy
from warrantysim.files.on_disk import replace_file, to_disk
from warrantysim.schema.errors import Message, coded, refuse, told
from warrantysim.schema.plain_text import delimited, uncell

if TYPE_CHECKING:
    from warrantysim.files.importers.report import Imported

FOLDER = "books"
"""What the folder is called, beside the scenario."""
IMPORTS = ("when", "file", "digest", "report", "rows", "used", "from", "to")
"""Columns of ``imports.csv``."""
_DAY, _COUNT = re.compile(r"(\d{4}-(0\d|1[0-2])-([0-2]\d|3[01]))?"), re.compile(r"\d+")
FORMS = {"report": re.compile(r"\w+"), "rows": _COUNT, "used": _COUNT, "from": _DAY, "to": _DAY}
"""What its cells look like."""
ROW_GROUP = 50_000
"""Rows written at a time [rows]."""
ANSWERS = "answers.yaml"
"""What a person answered."""
DAMAGED = coded(
    "the books are damaged here: {what}; put the file back from a copy of the folder, or begin the books anew: move "
    "the folder away and import every file again"
)
_PENDING = "pending"
_COMMIT = "commit.json"


class Books:
    """The books in a folder; the folder need not be there yet."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._tables: dict[str, pd.DataFrame] = {}
        self._recover()

    @cached_property
    def key(self) -> bytes:
        """Key of the hashes of orders; made when the books are first written.

        Raises
        ------
        ScenarioError
            If there are tables and no key, or its file holds none: with another one no row would be known again, and
            every file would be counted twice.
        """
        path = self.folder / "key"
        if not path.exists() and not any(self.folder.glob("*.parquet")):
            return secrets.token_bytes(32)
        try:
            found = bytes.fromhex(path.read_text("ascii").strip())
        except (OSError, ValueError):
            found = b""
        if not 16 <= len(found) <= 64:
            raise refuse(
                path.as_posix(),
                "the key of these books is missing or is none; it tells rows that were imported before, which would be "
                "counted twice without it; put the file back, from a copy of the folder, or begin the books anew: move "
                "{folder} away and import every file again",
                folder=self.folder.as_posix(),
            )
        return found

    def table(self, name: str) -> pd.DataFrame:
        """A table of `canonical.TABLES`, by day; without rows where nothing was imported.

        Raises
        ------
        ScenarioError
            If its file cannot be read.
        """
        if name not in self._tables:
            path = self.folder / f"{name}.parquet"
            try:
                found = pd.read_parquet(path) if path.exists() else pd.DataFrame(columns=list(TABLES[name]))
                if missing := [one for one in TABLES[name] if one not in found]:
                    raise ValueError(told("missing column {column!r}", column=missing[0]))
                frame = tidy(name, found[list(TABLES[name])])
                order = [one for one in ("day", "opened", "key") if one in frame]
                self._tables[name] = frame.sort_values(order, ignore_index=True)
            except (OSError, ValueError) as error:
                what = error.args[0] if error.args and isinstance(error.args[0], Message) else str(error)
                raise refuse(path.as_posix(), DAMAGED, what=what) from None
        return self._tables[name]

    @property
    def digest(self) -> str:
        """What the tables hold, as a text that changes with it; whoever wrote them and in whatever order."""
        found = hashlib.sha256()
        for name in TABLES:
            frame = self.table(name)
            if len(frame):
                found.update(
                    f"{name}:{pd.util.hash_pandas_object(frame.sort_values('key'), index=False).sum()}".encode()
                )
        return found.hexdigest()[:16]

    @property
    def answers(self) -> dict[str, str]:
        """What a person answered, by name of the question.

        Raises
        ------
        ScenarioError
            If ``answers.yaml`` is no list of names and values.
        """
        path = self.folder / ANSWERS
        try:
            found = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {}
        except (yaml.YAMLError, OSError, ValueError):
            found = None
        if found is not None and not isinstance(found, dict):
            found = None
        if found is None and path.exists():
            raise refuse(path.as_posix(), "expected a name and an answer a line, such as near_skus: take")
        return {str(name): str(value) for name, value in (found or {}).items()}

    @property
    def imports(self) -> list[dict[str, str]]:
        """The files that were imported, in the order they came.

        Raises
        ------
        ScenarioError
            If ``imports.csv`` is damaged: what it says is covered would be wrong, and no row would mean none.
        """
        path = self.folder / "imports.csv"
        if not path.exists():
            return []
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file)
                missing = [name for name in IMPORTS if name not in (reader.fieldnames or ())]
                rows = [{name: uncell(row[name] or "") for name in IMPORTS} for row in reader if not missing]
        except (OSError, ValueError, csv.Error) as error:
            raise refuse(path.as_posix(), DAMAGED, what=str(error)) from None
        if missing:
            raise refuse(path.as_posix(), DAMAGED, what=told("missing column {column!r}", column=missing[0]))
        for n, row in enumerate(rows, 2):
            for name, form in FORMS.items():
                if not form.fullmatch(row[name]):
                    what = told("{column}: {found!r}", column=name, found=row[name])
                    raise refuse(f"{path.as_posix()} row {n}", DAMAGED, what=what)
        return rows

    def periods(self, report: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
        """First and last days that files of a report cover, those that meet or overlap as one; earliest first."""
        spans = sorted(
            (pd.Timestamp(row["from"]), pd.Timestamp(row["to"]))
            for row in self.imports
            if row["report"] == report and row["from"]
        )
        out: list[tuple[pd.Timestamp, pd.Timestamp]] = []
        for first, last in spans:
            if out and first <= out[-1][1] + pd.Timedelta(days=1):
                out[-1] = (out[-1][0], max(out[-1][1], last))
            else:
                out.append((first, last))
        return out

    def covers(self, report: str, month: pd.Period) -> bool:
        """Whether files of a report cover a whole month, so that no row means none."""
        return any(
            first <= month.start_time and month.end_time.normalize() <= last for first, last in self.periods(report)
        )

    def write(
        self, tables: Mapping[str, pd.DataFrame], imported: list[Imported], answers: Mapping[str, str], when: str
    ) -> None:
        """Put tables in place of those that were, note the files that came, and keep the answers: all of it or nothing.

        Raises
        ------
        ScenarioError
            If the folder cannot be written; it is as it was.
        """
        try:
            pending = self.folder / _PENDING
            shutil.rmtree(pending, ignore_errors=True)
            pending.mkdir(parents=True)
            _write(pending / "key", self.key.hex() + "\n")
            for name, frame in tables.items():
                frame.to_parquet(pending / f"{name}.parquet", index=False, compression="zstd", row_group_size=ROW_GROUP)
            _write(pending / "imports.csv", self._log(imported, when))
            _write(pending / ANSWERS, yaml.safe_dump(dict(answers), allow_unicode=True, sort_keys=True))
            names = sorted(path.name for path in pending.iterdir())
            for name in names:
                to_disk(pending / name)
            # From here on the change is made, whoever finishes it.
            replace_file(self.folder / _COMMIT, json.dumps(names).encode())
            self._recover()
        except OSError as error:
            shutil.rmtree(self.folder / _PENDING, ignore_errors=True)
            reason = error.strerror or str(error)
            raise refuse(self.folder.as_posix(), "the books cannot be written: {reason}", reason=reason) from None
        self._tables.clear()

    def _log(self, imported: list[Imported], when: str) -> str:
        rows = [*self.imports, *(_logged(one, when) for one in imported)]
        return delimited([IMPORTS, *([row[name] for name in IMPORTS] for row in rows)])

    def _recover(self) -> None:
        """Finish a change that was decided; forget one that was not."""
        commit, pending = self.folder / _COMMIT, self.folder / _PENDING
        if not commit.exists():
            return
        for name in json.loads(commit.read_text("utf-8")):
            with suppress(FileNotFoundError):  # moved before
                (pending / name).replace(self.folder / name)
        commit.unlink(missing_ok=True)
        shutil.rmtree(pending, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others from writing these books meanwhile.

        Raises
        ------
        ScenarioError
            If somebody else is at it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as file:
            if not _lock(file):
                raise refuse(self.folder.as_posix(), told("somebody else is importing into these books; try again"))
            self._tables.clear()
            yield


def rows_merged(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table by key, those that came before and those that come now; of rows with the same key the one that
    last changed, or else the one that comes now.
    """
    if not len(old):
        return new
    known, other = _compared(old, new)
    if not (~known | other).any():
        return old  # nothing is copied of a file that was read before
    both = pd.concat([old, new[~known | other]], ignore_index=True)
    if "updated" in both:
        at = both["updated"].fillna(pd.Timestamp(0))
        both = both.iloc[at.argsort(kind="stable").to_numpy()]
    return both.drop_duplicates("key", keep="last", ignore_index=True)


def rows_changed(old: pd.DataFrame, new: pd.DataFrame) -> tuple[int, int]:
    """Rows of a table that are new, and rows that are other than they were."""
    if old is new or not len(old):
        return (0 if old is new else len(new)), 0
    known, other = _compared(old, new)
    return int((~known).sum()), int(other.sum())


def _compared(old: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which rows have the key of one that was there, and which of these say something else; a column at a time."""
    found = pc.index_in(pa.array(new["key"]), value_set=pa.array(old["key"]))
    at = pc.fill_null(found, -1).to_numpy(zero_copy_only=False)
    known, other = at >= 0, np.zeros(len(new), dtype=bool)
    rows, before = np.flatnonzero(known), at[known]
    for column in new:
        now, then = new[column].iloc[rows], old[column].iloc[before].set_axis(new.index[rows])
        other[rows] |= ~((now == then) | (now.isna() & then.isna())).to_numpy(dtype=bool)
    return pd.Series(known, new.index), pd.Series(other, new.index)


def among(keys: pd.Series, others: pd.Series) -> pd.Series:
    """Which keys are among others."""
    return pd.Series(
        pc.is_in(pa.array(keys), value_set=pa.array(others)).to_numpy(zero_copy_only=False), index=keys.index
    )


def _logged(one: Imported, when: str) -> dict[str, str]:
    first, last = one.covers or (None, None)
    return {
        "when": when, "file": Path(one.file).name, "digest": one.digest, "report": one.report, "rows": str(one.read),
        "used": str(one.used), "from": f"{first:%Y-%m-%d}" if first else "", "to": f"{last:%Y-%m-%d}" if last else "",
    }  # fmt: skip


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _lock(file: IO[str]) -> bool:
    """Lock an open file until it is closed; whether it was free. Systems without such locks leave it be."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
