"""Reports of marketplaces, partners and helpdesks, read into the tables of a seller's books: one module a report.

A file is known by its header alone. `read_report` tells its form, finds the report, and gives its rows with all a
person should know of how they were read. A further report is a module and its line in `REPORTS`. Files in our own form,
tables of a scenario, are read by `files.own_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from warrantysim.files.importers.canonical import TABLES, tidy
from warrantysim.files.importers.form import MAX_BYTES, open_report, plain_name
from warrantysim.files.importers.report import Context, Imported, Left, Matched, Report, ReportRows, form_free_key
from warrantysim.files.importers.sheet import PERSONAL, ReportSheet, sheet_of, texts_of
from warrantysim.files.source_text import read_bytes, sha256
from warrantysim.schema.errors import told

REPORTS = (
    "all_orders",
    "fba_returns",
    "mfn_returns",
    "fee_preview",
    "settlement",
    "fba_money",
    "ledger",
    "vat",
    "ecb",
    "claims_log",
    "bills_and_scans",
)
"""Modules of the reports, each with its ``REPORT`` or ``REPORTS``; of those that know a header as well the first is."""
ROWS = 20_000
"""Rows whose keys are made at a time [rows]."""
LEAST = 0.2
"""How surely a report must know a header [0-1]."""

_AGAIN = told("the same row again")


def reports() -> Mapping[str, Report]:
    """The reports that are read, by name."""
    modules = [import_module(f"{__name__}.{name}") for name in REPORTS]
    return {one.name: one for module in modules for one in getattr(module, "REPORTS", None) or (module.REPORT,)}


def read_report(
    content: bytes | Path, file: str, context: Context, meant: str = "", progress: Callable[[int], None] | None = None
) -> Imported:
    """What a file holds, as rows of the books, and how it was read.

    Parameters
    ----------
    content : its bytes, or where it is.
    file : its name, by which errors call it; nothing is told from it.
    meant : the report somebody says it is; told by its header where empty.
    progress : told the rows read so far.

    Raises
    ------
    ScenarioError
        If it cannot be read as a table, or no report knows its header.
    """
    content = read_bytes(content, MAX_BYTES) if isinstance(content, Path) else content
    digest = sha256(content)
    known = [one for name, one in reports().items() if meant in ("", name)]

    def score(header: Sequence[str]) -> float:
        best = max((one.score(header, context) for one in known), default=0.0)
        cells = sum(bool(cell.strip()) for cell in header)
        if best < LEAST and meant and cells > 1:  # whatever it looks like: the first of the widest rows
            return LEAST * cells / (cells + 1)
        return best if best >= LEAST else 0.0

    def best(header: Sequence[str]) -> Report:
        return max(known, key=lambda one: one.score(header, context))

    def names(first: Sequence[str]) -> Sequence[str]:
        headless = best(first).headless
        return headless(first) if headless else ()

    form, rows = open_report(content, file, score, context.answers.get("encoding", ""), names)
    del content  # the bytes of a file that is read from disk are not needed any more
    report = best(form.header)
    sheet = sheet_of(report, form, rows, context, progress)
    _tell_form(sheet)
    tables: dict[str, list[pd.DataFrame]] = {}
    days: list[pd.Series] = []
    for one in report.read(sheet):
        pa.default_memory_pool().release_unused()  # what reading the columns needed
        days += _days(one)
        tables.setdefault(one.table, []).append(_keyed(one, sheet))
    frames = {name: _whole(name, parts, sheet) for name, parts in tables.items()}
    _remark_markets(frames, sheet)
    odd = [cell for cell in form.header if cell and cell not in sheet.taken]
    return Imported(
        file=file,
        digest=digest,
        report=report.name,
        form=form,
        read=sheet.n + len(form.long),
        used=int((~sheet.left).sum()),
        left_out=tuple(sheet.left_out),
        rows=frames,
        covers=_covers(days),
        matched=_matched(frames, context),
        unknown={what: dict(codes) for what, codes in sheet.not_known.items()},
        aside=tuple(cell for cell in odd if not PERSONAL.search(plain_name(cell))),
        personal=tuple(cell for cell in odd if PERSONAL.search(plain_name(cell))),
        missing=tuple(one.name for one in report.columns if one.name not in sheet.cells),
        questions=tuple(sheet.questions.values()),
        remarks=tuple(sheet.remarks),
    )


def _tell_form(sheet: ReportSheet) -> None:
    """Note what is odd in the form, and ask for the encoding where nothing tells it."""
    form = sheet.form
    if form.how in ("hint", "answer"):
        words = ", ".join(form.sample)
        asked = told("nothing tells the encoding; read as {name} it says {words}", name=form.encoding, words=words)
        options = {one: told("read it as {name}", name=one) for one in dict.fromkeys((form.encoding, *form.others))}
        sheet.ask("encoding", asked, options, form.encoding)
    if form.long:
        sheet.left_out.append(
            Left(told("more cells than the header has, first in row {row}", row=form.long[0]), len(form.long))
        )
    if form.short:
        sheet.remark(told("{n} rows end early; what they lack is unknown", n=form.short))
    lost = sum(int(cells.str.contains("\ufffd", regex=False).sum()) for cells in sheet.cells.values())
    if lost:
        sheet.remark(told("{n} cells hold a character that was lost before the file came here", n=lost))


def _keyed(rows: ReportRows, sheet: ReportSheet) -> pd.DataFrame:
    """The rows with the report they came from and their key; what is the same row again is left out."""
    frame = _without(rows.frame, sheet.left)
    begin = f"{rows.table}\x1f{sheet.report.name}\x1f"
    hashes = _hashes([part[frame.index] for part in rows.identity], begin, sheet.context)
    twice = hashes[hashes.duplicated(keep=False)]
    number = pd.Series(0, index=hashes.index)
    number[twice.index] = twice.groupby(twice, sort=False).cumcount()
    several = (
        rows.numbered if isinstance(rows.numbered, pd.Series) else pd.Series(rows.numbered, index=sheet.left.index)
    )
    again = (number > 0) & ~several[frame.index]
    sheet.leave_out(again, _AGAIN)
    if again.any():
        frame, hashes, number = frame[~again], hashes[~again], number[~again]
    return frame.assign(source=sheet.report.name, key=_keys(hashes, number, sheet.context))


def _keys(hashes: pd.Series, number: pd.Series, context: Context) -> pd.Series:
    """The keys of rows: their hash, of those that stood there before a hash of it and their number."""

    def key(one: int, n: int) -> str:
        return f"{one:016x}" if not n else context.hashed(f"{one:016x}\x1f{n}")

    pairs = zip(hashes.to_numpy(), number.to_numpy(), strict=True)
    parts = iter(lambda: [key(one, n) for one, n in islice(pairs, ROWS)], [])
    return texts_of([pa.array(part) for part in parts], hashes.index)


def _hashes(parts: Sequence[pd.Series], begin: str, context: Context) -> pd.Series:
    """Hashes of what several columns say of each row, block by block."""
    index, found = parts[0].index, []
    for start in range(0, len(index), ROWS):
        block = [part.iloc[start : start + ROWS] for part in parts]
        texts = [pa.array(one).to_pylist() if one.dtype == "str" else list(map(form_free_key, one)) for one in block]
        rows = zip(*texts, strict=True)
        found.append(np.fromiter((int(context.hashed(begin + "\x1f".join(row)), 16) for row in rows), np.uint64))
    return pd.Series(np.concatenate(found) if found else np.empty(0, np.uint64), index=index)


def _without(frame: pd.DataFrame, left: pd.Series) -> pd.DataFrame:
    """The rows that are not left out; no copy where all stay."""
    gone = left[frame.index]
    return frame[~gone] if gone.any() else frame


def _whole(table: str, parts: Sequence[pd.DataFrame], sheet: ReportSheet) -> pd.DataFrame:
    return tidy(table, _without(pd.concat(parts) if len(parts) > 1 else parts[0], sheet.left))


def _days(rows: ReportRows) -> list[pd.Series]:
    """The first column of days of the table, where the rows have it."""
    first = next((name for name, kind in TABLES[rows.table].items() if kind == "day"), "")
    return [rows.frame[first]] if first in rows.frame else []


def _covers(days: Sequence[pd.Series]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """First and last day of the rows, those left out among them: a month of cancelled orders is no unknown month."""
    ends = [end for one in days for end in (one.min(), one.max()) if end is not pd.NaT]
    return (min(ends), max(ends)) if ends else None


def _remark_markets(frames: Mapping[str, pd.DataFrame], sheet: ReportSheet) -> None:
    """Say which markets the seller's scenario does not have."""
    if sheet.context.scenario is None:
        return
    rows = pd.concat([frame["market"] for frame in frames.values() if "market" in frame] or [pd.Series(dtype="str")])
    counts = rows[(rows != "") & ~rows.isin(list(sheet.context.scenario.markets))].value_counts()
    if len(counts):
        shown = ", ".join(f"{market} ({n:,})" for market, n in counts.items())
        sheet.remark(told("rows of markets your scenario does not have: {markets}", markets=shown))


def _matched(frames: Mapping[str, pd.DataFrame], context: Context) -> dict[str, Matched]:
    """How many rows have a SKU of the seller's list, an order of the books, a market."""
    found: dict[str, Matched] = {}
    for table, frame in frames.items():
        if "sku" in frame and context.skus:
            found["sku"] = Matched(int(frame["sku"].isin(context.skus).sum()), len(frame))
        if "market" in TABLES[table]:
            found["market"] = Matched(int((frame["market"] != "").sum()), len(frame))
    return found
