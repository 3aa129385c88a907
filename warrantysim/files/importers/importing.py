"""Files into the books: read, merged, joined, kept; all of them or none.

What rows say together (returns and replacements find their order, reasons their weight) is read from the tables alone:
whatever order files come in, and whatever is answered later, the tables are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warrantysim.files.books import ANSWERS, FOLDER, Books, among, rows_changed, rows_merged
from warrantysim.files.importers import read_report
from warrantysim.files.importers.all_orders import OUTSIDE
from warrantysim.files.importers.answering import checked, read_again
from warrantysim.files.importers.canonical import tidy
from warrantysim.files.importers.fba_returns import MARKET, TRANSIT, TRANSIT_DAYS
from warrantysim.files.importers.figures import column_days
from warrantysim.files.importers.reasons import failures
from warrantysim.files.importers.report import Context, Imported, Matched, Question
from warrantysim.files.importers.sheet import zoned_markets
from warrantysim.files.importers.words import CLAIMS_LOG
from warrantysim.schema.errors import NOTHING, Message, Problem, ScenarioError, told
from warrantysim.schema.root import Scenario

Progress = Callable[[str, int], None]
"""Told which file is read, and the rows read of it."""
BEYOND = 31
"""Claims opened later than this after every other report ends are warned of [days]."""
_Keys = Mapping[str, pd.Series]
"""Keys of the rows of a file, by table."""


@dataclass(frozen=True)
class Import:
    """What an import of some files did, or would do."""

    files: tuple[Imported, ...]
    """What each file gave, in the order they were given."""
    changes: Mapping[str, tuple[int, int]]
    """Rows that are new, and rows that are other than before, by table of the books [rows]."""
    tables: Mapping[str, pd.DataFrame]
    """The tables of the books afterwards, those that changed."""
    written: bool
    """Whether the books were written; they are not where nothing changed, or nothing was to be written."""
    late: Message = NOTHING
    """Claims that were opened long after every other report ends; empty where there are none."""
    again: tuple[str, ...] = ()
    """Files read before that are to be imported again for the answers given now to hold for their rows [text]."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What the files leave open, each once; those nobody answered first."""
        found = {one.name: one for file in self.files for one in file.questions}
        return tuple(sorted(found.values(), key=lambda one: one.answered))


def import_files(
    books: Books,
    files: Sequence[tuple[str, bytes | Path]],
    answers: Mapping[str, str] | None = None,
    *,
    when: str,
    scenario: Scenario | None = None,
    skus: frozenset[str] = frozenset(),
    meant: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Import:
    """Read report files into the books, and join what belongs together.

    Parameters
    ----------
    files : name and bytes, or where they are, of each; their order does not matter.
    answers : answers given now, beside those the books remember; without files they are put into force.
    when : the time of the import, for the log.
    scenario : the seller's scenario, where there is one.
    skus : SKUs of the seller's products, where there is no scenario yet.
    meant : which report a file is, by its name, where somebody said so.
    dry_run : whether nothing is to be written.

    Raises
    ------
    ScenarioError
        With the problems of every file that cannot be read, or every answer that is none, given now or remembered.
        Nothing is written then.
    """
    with nullcontext() if dry_run else books.locked():
        before = {name: books.table(name) for name in ("orders", "products")}
        given, kept = checked(answers or {}, scenario), books.answers
        checked({name: one for name, one in kept.items() if name not in given}, scenario, books.folder / ANSWERS)
        known = kept | given
        skus = skus or (frozenset(one.sku for one in scenario.skus) if scenario else frozenset())
        context = Context(books.key, known, before, scenario, skus)
        read, after = _read(files, context, books, meant or {}, progress)
        tables = {name: books.table(name) for name in {*after, *_JOINED}}
        after = joined_orders(tables | after, known)
        changes = {name: rows_changed(tables[name], frame) for name, frame in after.items()}
        changed = {name: frame for name, frame in after.items() if any(changes[name])}
        told_of = tuple(_after(one, keys, after, tables) for one, keys in read)
        other = [name for name, one in given.items() if kept.get(name) != one]
        again = read_again(other, books.imports, {one.digest for one in told_of})
        new = bool(other) or bool(changed) or any(_unlisted(one, books) for one in told_of)
        pa.default_memory_pool().release_unused()
        if new and not dry_run:
            listed = [one for one in told_of if any(map(any, one.changes.values())) or _unlisted(one, books)]
            books.write(changed, listed, known, when)
    counts = {name: found for name, found in changes.items() if any(found)}
    late = _late(after["claims"], told_of, books)
    return Import(told_of, counts, changed, new and not dry_run, late, again)


def _late(claims: pd.DataFrame, files: Sequence[Imported], books: Books) -> Message:
    """How many claims of the books were opened later than any other report reaches, which is a sign of wrong dates."""
    ends = [one.covers[1] for one in files if one.covers and one.report != CLAIMS_LOG]
    ends += [pd.Timestamp(row["to"]) for row in books.imports if row["to"] and row["report"] != CLAIMS_LOG]
    if not ends or not len(claims):
        return NOTHING
    last = max(ends)
    opened = claims["opened"][claims["opened"] > last + pd.Timedelta(days=BEYOND)]
    if opened.empty:
        return NOTHING
    return told(
        "{n:,} claims were opened from {first} to {until}, more than {days} days after the last day any other report "
        "covers ({last}): check the dates of the log",
        n=len(opened), first=f"{opened.min():%Y-%m-%d}", until=f"{opened.max():%Y-%m-%d}", days=BEYOND,
        last=f"{last:%Y-%m-%d}",
    )  # fmt: skip


_JOINED = ("orders", "returns", "replacements", "claims", "postings")


def _read(
    files: Sequence[tuple[str, bytes | Path]],
    context: Context,
    books: Books,
    meant: Mapping[str, str],
    progress: Progress | None,
) -> tuple[list[tuple[Imported, _Keys]], dict[str, pd.DataFrame]]:
    """What each file gave, with the keys of its rows; and the tables with all their rows. Each file's rows are merged
    before the next is read, so that no two large files are in memory.
    """  # fmt: skip
    read: list[tuple[Imported, _Keys]] = []
    tables: dict[str, pd.DataFrame] = {}
    problems: list[Problem] = []
    for name, content in files:
        try:
            tell = None if progress is None else (lambda rows, name=name: progress(name, rows))
            one = read_report(content, name, replace(context, file=name), meant.get(name, ""), tell)
        except ScenarioError as error:
            problems += error.problems
            continue
        pa.default_memory_pool().release_unused()
        read.append((replace(one, rows={}), {table: rows["key"] for table, rows in one.rows.items()}))
        for table in list(one.rows):
            before = tables[table] if table in tables else books.table(table)
            tables[table] = rows_merged(before, one.rows.pop(table))
    if problems:
        raise ScenarioError(problems)
    return read, tables


def _unlisted(one: Imported, books: Books) -> bool:
    return one.digest not in {row["digest"] for row in books.imports}


def _after(
    one: Imported, keys: _Keys, after: Mapping[str, pd.DataFrame], before: Mapping[str, pd.DataFrame]
) -> Imported:
    """What a file gave, with what it changed and what of it was joined."""
    matched, changes = dict(one.matched), {}
    for name, mine in keys.items():
        frame = _rows_of(after[name], mine)
        changes[name] = rows_changed(before[name], frame)
        if "market" in frame:
            matched["market"] = Matched(int((frame["market"] != "").sum()), len(frame))
        if name == "returns":
            matched["order"] = Matched(int((frame["market_how"] == "order").sum()), len(frame))
        if name == "replacements":
            matched["order"] = matched["market"]
    return replace(one, matched=matched, changes=changes)


def _rows_of(frame: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    """The rows with some keys."""
    mine = among(frame["key"], keys)
    return frame if mine.all() else frame[mine]


def import_reports(
    seller: Path | str,
    files: Sequence[Path | str],
    answers: Mapping[str, str] | None = None,
    *,
    when: str = "",
    dry_run: bool = False,
) -> Import:
    """Read report files into the books of a seller's folder, as ``warrantysim import`` does.

    Parameters
    ----------
    seller : the seller's folder, or the scenario file in it.
    answers : answers to what the files leave open, by name of the question.
    when : the time of the import, for the log.

    Raises
    ------
    ScenarioError
        If a file cannot be read; nothing is written then.
    """  # fmt: skip
    from warrantysim.files.loading import load_scenario, seller_file

    place = Path(seller)
    folder = place.parent if place.is_file() else place
    file = place if place.is_file() else seller_file(folder)
    try:
        scenario = load_scenario(file) if file.exists() else None
    except ScenarioError:
        scenario = None  # not whole yet; its reports can be read all the same
    named = [(Path(one).as_posix(), Path(one)) for one in files]
    return import_files(Books(folder / FOLDER), named, answers, when=when, scenario=scenario, dry_run=dry_run)


_BETWEEN = pa.scalar("\x1f", pa.large_string())


def joined_orders(tables: Mapping[str, pd.DataFrame], answers: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables with what follows from the others and from the answers."""
    out = dict(tables)
    if len(tables.get("orders", ())):
        orders = tables["orders"].copy(deep=False)
        outside = (orders["channel"] == "MCF") & (orders["kind"] != "resale")
        orders["kind"] = orders["kind"].mask(outside, answers.get(OUTSIDE, "unknown"))
        out["orders"] = orders
    orders = out.get("orders", tidy("orders", pd.DataFrame()))
    if len(tables.get("returns", ())):
        out["returns"] = _returns(tables["returns"], orders, answers)
    for name in ("claims", "postings"):
        if len(tables.get(name, ())):
            rows = tables[name]
            found = _order(rows, orders, "order")
            joined = {
                "market": rows["market"].where(rows["market"] != "", found["market"]),
                "currency": rows["currency"].where(rows["currency"] != "", found["currency"]),
            }
            if name == "claims":
                # A log that says neither when its unit was sold nor when it came is dated by the order.
                undated = rows["sold"].isna() & rows["delivered"].isna()
                joined["sold"] = rows["sold"].where(~undated, found["day"])
            out[name] = rows.assign(**joined)
    if len(tables.get("replacements", ())):
        rows = tables["replacements"]
        first, second = (_order(rows, orders, column) for column in ("original_order", "order"))
        out["replacements"] = rows.assign(market=first["market"].where(first["market"] != "", second["market"]))
    return out


def _returns(rows: pd.DataFrame, orders: pd.DataFrame, answers: Mapping[str, str]) -> pd.DataFrame:
    rows = rows.copy(deep=False)
    found = _order(rows, orders, "order")
    fba = rows["source"] == "fba_returns"
    stated = rows["market_how"] == "file"
    hint = rows["hint"] if answers.get(MARKET, "hint") == "hint" else pd.Series("", index=rows.index, dtype="str")
    market = found["market"].where(found["market"] != "", hint)
    how = pd.Series("", index=rows.index, dtype="str").mask(hint != "", "hint").mask(found["market"] != "", "order")
    rows["market"] = rows["market"].where(stated, market)
    rows["market_how"] = rows["market_how"].where(stated, how)
    rows["price"] = found["price"]
    rows["sold"] = found["day"].where(fba | rows["sold"].isna(), rows["sold"])
    rows["currency"] = rows["currency"].where(~fba, found["currency"])
    at = rows["at"].notna()
    rows["day"] = column_days(rows["at"], at, zoned_markets(rows["market"])).where(at, rows["day"])
    transit = pd.Timedelta(days=float(answers.get(TRANSIT, TRANSIT_DAYS)))
    rows["opened"] = (rows["day"] - transit).dt.normalize().where(fba, rows["opened"])
    rows["failure"] = failures(rows["reason"], answers)
    return tidy("returns", rows)


def _order(rows: pd.DataFrame, orders: pd.DataFrame, column: str) -> pd.DataFrame:
    """Market, day, price and currency of the order of each row: of its line of the same SKU, else of the order."""
    if not len(orders):
        return tidy("returns", pd.DataFrame(index=rows.index))[["market", "day", "price", "currency"]].set_axis(
            rows.index
        )
    lines = orders[(orders["market"] != "") & (orders["order"] != "")].sort_values(["order", "key"])
    line = _places(_lines(rows[column], rows["sku"]), _lines(lines["order"], lines["sku"]))
    order = _places(*(pa.array(one, pa.large_string()) for one in (rows[column], lines["order"])))
    either = pc.coalesce(line, order)
    found = {
        "market": pc.fill_null(pc.take(pa.array(lines["market"]), either), ""),
        "day": pc.take(pa.array(lines["day"]), either),
        "price": pc.take(pa.array(lines["unit_price"]), line),
        "currency": pc.fill_null(pc.take(pa.array(lines["currency"]), line), ""),
    }
    kinds = {"market": "str", "day": "datetime64[ms]", "price": "float64", "currency": "str"}
    return pd.DataFrame({name: values.to_pandas() for name, values in found.items()}).astype(kinds).set_axis(rows.index)


def _lines(orders: pd.Series, skus: pd.Series) -> pa.Array:
    return pc.binary_join_element_wise(*(pa.array(one, pa.large_string()) for one in (orders, skus)), _BETWEEN)


def _places(wanted: pa.Array, among: pa.Array) -> pa.Array:
    """Where each text first stands among others; null where it does not."""
    return pc.index_in(wanted, value_set=among)
