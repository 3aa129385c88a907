"""Reports of marketplaces, partners and helpdesks, read into the tables of a seller's books: one module a report.

A file is known by its header alone. `read_report` tells its form, finds the report, and gives its rows with all a
person should know of how they were read. A further report is a module and its line in `REPORTS`. Files in our own form,
tables of a scenario, are read by `files.own_tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

import pandas as pd

from warrantysim.files.importers.canonical import TABLES, tidy
from warrantysim.files.importers.form import open_report, plain_name
from warrantysim.files.importers.report import Context, Imported, Left, Report, Rows, Share, plain
from warrantysim.files.importers.sheet import PERSONAL, Sheet, sheet_of
from warrantysim.files.source_text import sha256
from warrantysim.schema.errors import told

REPORTS = (
    "all_orders",
    "fba_returns",
    "mfn_returns",
    "fba_replacements",
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
LEAST = 0.2
"""How surely a report must know a header [0-1]."""

_AGAIN = told("the same row again")


def reports() -> Mapping[str, Report]:
    """The reports that are read, by name."""
    modules = [import_module(f"{__name__}.{name}") for name in REPORTS]
    return {one.name: one for module in modules for one in getattr(module, "REPORTS", None) or (module.REPORT,)}


def read_report(
    content: bytes, file: str, context: Context, meant: str = "", progress: Callable[[int], None] | None = None
) -> Imported:
    """What a file holds, as rows of the books, and how it was read.

    Parameters
    ----------
    file : its name, by which errors call it; nothing is told from it.
    meant : the report somebody says it is; told by its header where empty.
    progress : told the rows read so far.

    Raises
    ------
    ScenarioError
        If it cannot be read as a table, or no report knows its header.
    """
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
    report = best(form.header)
    sheet = sheet_of(report, form, rows, context, progress)
    _tell_form(sheet)
    made = [one for one in report.read(sheet) if len(one.frame)]
    tables: dict[str, list[pd.DataFrame]] = {}
    for one in made:
        tables.setdefault(one.table, []).append(_keyed(one, sheet))
    whole = {name: pd.concat(parts) for name, parts in tables.items()}
    frames = {name: tidy(name, frame.loc[~sheet.left[frame.index]]) for name, frame in whole.items()}
    odd = [cell for cell in form.header if cell and cell not in sheet.taken]
    return Imported(
        file=file,
        digest=sha256(content),
        report=report.name,
        form=form,
        read=sheet.n + len(form.long),
        used=int((~sheet.left).sum()),
        left_out=tuple(sheet.left_out),
        rows=frames,
        covers=_covers(made),
        matched=_matched(frames, context),
        unknown={what: dict(codes) for what, codes in sheet.not_known.items()},
        aside=tuple(cell for cell in odd if not PERSONAL.search(plain_name(cell))),
        personal=tuple(cell for cell in odd if PERSONAL.search(plain_name(cell))),
        missing=tuple(one.name for one in report.columns if one.name not in sheet.cells),
        questions=tuple(sheet.questions.values()),
        remarks=tuple(sheet.remarks),
    )


def _tell_form(sheet: Sheet) -> None:
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


def _keyed(rows: Rows, sheet: Sheet) -> pd.DataFrame:
    """The rows with the report they came from and their key; what is the same row again is left out."""
    frame = rows.frame
    kept = ~sheet.left[frame.index]
    frame = frame[kept]
    parts = [[plain(value) for value in part[frame.index]] for part in rows.identity]
    texts = pd.Series(["\x1f".join(row) for row in zip(*parts, strict=True)], index=frame.index, dtype="str")
    number = texts.groupby(texts, sort=False).cumcount()
    numbered = (
        rows.numbered if isinstance(rows.numbered, pd.Series) else pd.Series(rows.numbered, index=sheet.left.index)
    )
    again = (number > 0) & ~numbered[frame.index]
    sheet.leave_out(again, _AGAIN)
    frame, texts, number = frame[~again], texts[~again], number[~again]
    hashed = sheet.context.hashed
    begin = f"{rows.table}\x1f{sheet.report.name}\x1f"
    keys = [hashed(f"{begin}{text}\x1f{n}") for text, n in zip(texts, number, strict=True)]
    return frame.assign(source=sheet.report.name, key=keys)


def _covers(made: Sequence[Rows]) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """First and last day of the rows, those left out among them: a month of cancelled orders is no unknown month."""
    first = ((one.frame, next((name for name, kind in TABLES[one.table].items() if kind == "day"), "")) for one in made)
    days = [frame[name] for frame, name in first if name in frame]
    found = pd.concat(days).dropna() if days else pd.Series(dtype="datetime64[ms]")
    return (found.min(), found.max()) if len(found) else None


def _matched(frames: Mapping[str, pd.DataFrame], context: Context) -> dict[str, Share]:
    """How many rows have a SKU of the seller's list, an order of the books, a market."""
    found: dict[str, Share] = {}
    for table, frame in frames.items():
        if "sku" in frame and context.skus:
            found["sku"] = Share(int(frame["sku"].isin(context.skus).sum()), len(frame))
        if "market" in TABLES[table]:
            found["market"] = Share(int((frame["market"] != "").sum()), len(frame))
    return found
