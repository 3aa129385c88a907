"""What an import did, in blocks: for each file how it was read and what of it was used, then what is open, then what
changed in the books.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from warrantysim.files.importers import reports
from warrantysim.files.importers.form import Form
from warrantysim.files.importers.importing import Import
from warrantysim.files.importers.proposals import Proposal
from warrantysim.files.importers.report import Imported, Matched, Question
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Column, Points, Sentence, TableOf
from warrantysim.schema.errors import Message, coded, told

FEW = 6
"""Files of which everything is told; of more a row each, and codes nobody knows [files]."""
MOST_CODES = 6
"""Codes nobody knows that are shown of a column [codes]."""

MAPPED = "map."
"""How names of the questions begin which column of a log is which."""

HOW: Mapping[str, str] = {
    "mark": coded("told by its first bytes"),
    "valid": coded("it reads as such without a fault"),
    "evidence": coded("told by how its words read"),
    "hint": coded("nothing tells it; this is likeliest"),
    "answer": coded("you said so"),
    "column": coded("told by the column"),
    "file": coded("told by other columns of the file"),
    "default": coded("nothing tells it; this was taken"),
}
"""How something about the form was told."""
WHAT: Mapping[str, str] = {
    "sku": coded("rows whose SKU is one of yours: {share}"),
    "order": coded("rows whose order is in the books: {share}"),
    "market": coded("rows whose market is known: {share}"),
}
"""What was matched."""
TABLES: Mapping[str, str] = {
    "orders": coded("order lines"),
    "returns": coded("returns"),
    "claims": coded("claims"),
    "postings": coded("postings of settlements"),
    "products": coded("products"),
    "replacements": coded("replacements"),
    "removals": coded("removals"),
    "stock_moves": coded("movements of stock"),
    "taxes": coded("taxes"),
    "rates": coded("exchange rates"),
    "bills": coded("bills of partners"),
    "scans": coded("scans of parcels"),
}
"""What the tables of the books are called."""


def blocks_of(found: Import, lang: Lang = "en") -> list[Block]:
    """All of it."""
    out: list[Block] = []
    if len(found.files) > FEW:
        out += _summary(found.files, lang)
    else:
        for one in found.files:
            out += _file(one, lang)
    out += _columns(found.questions, lang)
    if asked := [one for one in found.questions if not one.name.startswith(MAPPED)]:
        out.append(_questions(asked, lang))
    if found.changes:
        out.append(_changes(found.changes, lang))
    if found.late:
        out.append(Sentence(found.late.text(lang), "warn"))
    said = told("nothing changed in the books") if not found.changes else None
    if found.changes and not found.written:
        said = told("nothing was written")
    if said:
        out.append(Sentence(said.text(lang), "note"))
    return out


def _summary(files: Sequence[Imported], lang: Lang) -> Iterator[Block]:
    """A row a file, then the codes nobody knows; one file alone, or ``--json``, tells the rest."""
    titles = reports()
    frame = pd.DataFrame(
        {
            "file": [one.file.rpartition("/")[2] for one in files],
            "report": [titles[one.report].title.text(lang) for one in files],
            "read": [one.read for one in files],
            "used": [one.used for one in files],
            "first": [f"{one.covers[0]:%Y-%m-%d}" if one.covers else "" for one in files],
            "last": [f"{one.covers[1]:%Y-%m-%d}" if one.covers else "" for one in files],
        }
    )
    columns = [
        Column("file", told("File").text(lang)),
        Column("report", told("Report").text(lang)),
        Column("read", told("Rows read").text(lang), "whole"),
        Column("used", told("Rows used").text(lang), "whole"),
        Column("first", told("Covers from").text(lang)),
        Column("last", told("to").text(lang)),
    ]
    yield TableOf(
        "files", told("What the files held; import one by itself to see all of it").text(lang), frame, columns
    )
    strange = [
        (one.file.rpartition("/")[2], _strange(what, codes)) for one in files for what, codes in one.unknown.items()
    ]
    if strange:
        yield Points([f"{file}: {text.text(lang)}" for file, text in strange])


def _strange(what: str, codes: Mapping[str, int]) -> Message:
    shown = ", ".join(f"{code} ({n:,})" for code, n in list(codes.items())[:MOST_CODES])
    return told(
        "not known in {column}: {codes}", column=what, codes=shown + (", ..." if len(codes) > MOST_CODES else "")
    )


def proposal_blocks(found: Sequence[Proposal], left: Sequence[Message] = (), lang: Lang = "en") -> list[Block]:
    """What the books say otherwise than the workbook: a row a cell, the months of a line of sales in one; then the
    months that are left out.
    """
    points: list[Block] = [Points([one.text(lang) for one in left])] if left else []
    if not found:
        return points
    rows = [
        {"sheet": one.sheet, "row": ", ".join(one.row), "column": _column(one, lang),
         "old": one.old, "new": one.new, "why": one.why.text(lang), "lacks": one.lacks.text(lang)}
        for one in found if one.column[0] != "month"
    ]  # fmt: skip
    lines: dict[tuple[str, ...], list[Proposal]] = {}
    for one in found:
        if one.column[0] == "month":
            lines.setdefault(one.row, []).append(one)
    for row, cells in lines.items():
        months = sorted(f"{one.column[1]:%Y-%m}" for one in cells)
        old = sum(float(one.old or 0) for one in cells) if any(one.old for one in cells) else None
        span = told("{n} months, {first} to {last}", n=len(cells), first=months[0], last=months[-1])
        before = "" if old is None else f"{old:,.0f}"
        rows.append(
            {"sheet": "sales", "row": ", ".join(row), "column": span.text(lang), "old": before,
             "new": f"{sum(float(one.new) for one in cells):,.0f}", "why": cells[0].why.text(lang),
             "lacks": cells[0].lacks.text(lang)}
        )  # fmt: skip
    titles = {"sheet": told("Sheet"), "row": told("Row"), "column": told("Column"), "old": told("Workbook"),
              "new": told("Books"), "why": told("From"), "lacks": told("Lacks")}  # fmt: skip
    columns = [Column(key, title.text(lang)) for key, title in titles.items()]
    title = told("What the books say otherwise than the workbook: take it with --accept products|sales|rates|all")
    return [TableOf("proposals", title.text(lang), pd.DataFrame(rows, columns=list(titles)), columns), *points]


def _column(one: Proposal, lang: Lang) -> str:
    return told("usual month").text(lang) if one.column[0] == "level" else " ".join(map(str, filter(None, one.column)))


def record_of(found: Import) -> dict[str, object]:
    """All of it as plain values, for programs."""
    return {
        "files": [_record(one) for one in found.files],
        "questions": [
            {"name": one.name, "asked": str(one.message), "answer": one.answer, "default": one.default,
             "answered": one.answered, "options": {name: str(text) for name, text in one.options.items()}}
            for one in found.questions
        ],
        "changes": {table: {"new": new, "changed": changed} for table, (new, changed) in found.changes.items()},
        "warnings": [str(found.late)] if found.late else [],
        "written": found.written,
    }  # fmt: skip


def _record(one: Imported) -> dict[str, object]:
    form = one.form
    return {
        "file": one.file, "digest": one.digest, "report": one.report, "read": one.read, "used": one.used,
        "left_out": {str(left.reason): left.rows for left in one.left_out},
        "covers": [f"{day:%Y-%m-%d}" for day in one.covers] if one.covers else None,
        "matched": {what: {"rows": share.found, "of": share.of} for what, share in one.matched.items()},
        "unknown": {what: dict(codes) for what, codes in one.unknown.items()},
        "form": {"packed": form.packed, "encoding": form.encoding, "told_by": form.how, "words": list(form.sample),
                 "separator": form.separator, "sheet": form.sheet, "decimal": form.decimal, "dates": form.dates},
        "not_read": list(one.aside), "dropped": list(one.personal), "missing": list(one.missing),
        "remarks": [str(remark) for remark in one.remarks],
        "changes": {table: {"new": new, "changed": changed} for table, (new, changed) in one.changes.items()},
    }  # fmt: skip


def _file(one: Imported, lang: Lang) -> Iterator[Block]:
    title = told(
        "{file}: {report}; {n:,} rows read, {used:,} used",
        file=one.file.rpartition("/")[2], report=reports()[one.report].title, n=one.read, used=one.used,
    )  # fmt: skip
    yield Sentence(title.text(lang), "head")
    yield Sentence(" ".join(text.text(lang) for text in _form(one.form)), "basis")
    yield Points([text.text(lang) for text in _points(one)])


def _form(form: Form) -> Iterator[Message]:
    if form.how == "workbook":
        yield told("A workbook, sheet {sheet}.", sheet=form.sheet)
    else:
        separators = {
            "tab": told("tabs"),
            "comma": told("commas"),
            "semicolon": told("semicolons"),
            "bar": told("bars"),
        }
        yield told("Columns parted by {what}.", what=separators[form.separator])
        yield told("Text in {encoding} ({how}).", encoding=form.encoding, how=told(HOW[form.how]))
    if form.sample:
        yield told("It says {words}.", words=", ".join(form.sample))
    if form.decimal:
        sign = told("point") if form.decimal == "." else told("comma")
        yield told("The decimal sign is the {sign} ({how}).", sign=sign, how=told(HOW[form.decimal_how]))
    if form.dates:
        order = told("day before month") if form.dates == "dmy" else told("month before day")
        yield told("Dates have the {order} ({how}).", order=order, how=told(HOW[form.dates_how]))


def _points(one: Imported) -> Iterator[Message]:
    for left in one.left_out:
        yield told("left out: {reason}: {n:,} rows", reason=left.reason, n=left.rows)
    if one.covers:
        first, last = (f"{day:%Y-%m-%d}" for day in one.covers)
        yield told(
            "covers {first} to {last}: months between without a row are zeros, others unknown", first=first, last=last
        )
    for what, share in one.matched.items():
        yield told(WHAT[what], share=_share(share))
    for what, codes in one.unknown.items():
        yield _strange(what, codes)
    yield from one.remarks
    if one.personal:
        yield told("dropped, since they lead to a person: {columns}", columns=", ".join(one.personal))
    if one.missing:
        yield told(
            "columns the file lacks, so that what they say is unknown: {columns}", columns=", ".join(one.missing)
        )
    if one.aside:
        yield told("{n} columns are not needed and were not read", n=len(one.aside))


def _share(share: Matched) -> Message:
    if not share.of:
        return told("none")
    return told(
        "{found:,} of {of:,} ({share:.0f} %)", found=share.found, of=share.of, share=100 * share.found / share.of
    )


def _columns(questions: Sequence[Question], lang: Lang) -> Iterator[Block]:
    """Which columns of a log are which, in one sentence: they are taken so until somebody says otherwise."""
    reports_asked = dict.fromkeys(one.name.split(".")[1] for one in questions if one.name.startswith(MAPPED))
    for report in reports_asked:
        begin = f"{MAPPED}{report}."
        pairs = [f"{one.name.removeprefix(begin)} = {one.answer}" for one in questions if one.name.startswith(begin)]
        said = told(
            "Columns of {report}: {columns}; say otherwise with --map {report}.FIELD=HEADER",
            report=report, columns=", ".join(pairs),
        )  # fmt: skip
        yield Sentence(said.text(lang))


def _questions(questions: Sequence[Question], lang: Lang) -> TableOf:
    def options(one: Question) -> str:
        return "; ".join(f"{name}: {text.text(lang)}" for name, text in one.options.items())

    frame = pd.DataFrame(
        {
            "name": [one.name for one in questions],
            "asked": [one.message.text(lang) for one in questions],
            "answer": [one.answer for one in questions],
            "by": [(told("you") if one.answered else told("taken for now")).text(lang) for one in questions],
            "options": [options(one) for one in questions],
        }
    )
    titles = [told("Name"), told("Question"), told("Answer"), told("Said by"), told("Answers")]
    columns = [Column(key, title.text(lang)) for key, title in zip(map(str, frame), titles, strict=True)]
    return TableOf("questions", told("Open questions: answer with --answer NAME=VALUE").text(lang), frame, columns)


def _changes(changes: Mapping[str, tuple[int, int]], lang: Lang) -> TableOf:
    frame = pd.DataFrame(
        {
            "table": [told(TABLES[table]).text(lang) for table in changes],
            "new": [new for new, _ in changes.values()],
            "changed": [changed for _, changed in changes.values()],
        }
    )
    columns = [
        Column("table", told("Table").text(lang)),
        Column("new", told("New rows").text(lang), "whole"),
        Column("changed", told("Rows changed").text(lang), "whole"),
    ]
    return TableOf("changes", told("What changes in the books").text(lang), frame, columns)
