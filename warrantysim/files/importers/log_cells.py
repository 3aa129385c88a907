"""Cells of a log in columns and words somebody chose: which column is which, and what its cells mean.

What the words of headers and cells tell is taken and said; what they leave open is asked, and what is answered is
remembered in the books: ``map.claims_log.opened`` is the header of a field, ``claims_log.symptom.wont charge`` what a
cell means.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice

import pandas as pd

from warrantysim.files.importers.report import ColumnKind, Context, Report, ReportColumn, ReportRows, stores
from warrantysim.files.importers.sheet import ReportSheet, without_contacts
from warrantysim.files.importers.words import (
    currencies_in,
    likely,
    log_fields,
    offered,
    plain_words,
    values_of,
    word_choices,
)
from warrantysim.schema.errors import Message, refuse, told
from warrantysim.schema.figure_advice import KINDS

ASKED = 12
"""Distinct cells nobody knows that are asked for one by one [cells]."""
OFTEN = 2
"""How often a cell must stand there to be asked for [rows]."""
BESIDE = 0.5
"""How surely a log is known by the words of its header alone, below any report that is known by its columns [0-1]."""
_COLUMN_KINDS: Mapping[str, ColumnKind] = {"stamp": "day", "number": "number", "money": "number", "weight": "number"}
_FIGURE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_EPOCH = pd.Timestamp("1970-01-01")


def log_report(name: str, title: Message, read: Callable[[ReportSheet], Iterable[ReportRows]]) -> Report:
    """A log as a report: its columns by the names of what they say, found by the words of headers."""
    columns = tuple(
        ReportColumn(field.name, _COLUMN_KINDS.get(field.kind, "text"), needed=field.needed)
        for field in log_fields(name).values()
        if field.kind != "personal"
    )
    return Report(name, title, columns, read, sniff=partial(sniff_as, name), renamed=partial(renamed_as, name))


def answer_name(report: str, field: str) -> str:
    """What the answer is called which column a field is."""
    return f"map.{report}.{field}"


def mapping(report: str, header: Sequence[str], context: Context) -> dict[str, str]:
    """The header of each field: as somebody has said, else as its words offer.

    Raises
    ------
    ScenarioError
        If somebody has said a header the file does not have, though it has others he said.
    """
    named = {plain_words(cell): cell for cell in reversed(header) if cell.strip()}
    stated = {
        field: context.answers[answer_name(report, field)]
        for field in log_fields(report)
        if answer_name(report, field) in context.answers
    }
    if not any(plain_words(cell) in named for cell in stated.values()):
        return offered(report, header)  # another log than the one that was mapped
    for field, cell in stated.items():
        if cell and plain_words(cell) not in named:
            raise context.no_column(answer_name(report, field), cell, named.values())
    said = {field: named[plain_words(cell)] for field, cell in stated.items() if cell}
    rest = offered(report, [cell for cell in header if cell not in said.values()])
    return said | {field: cell for field, cell in rest.items() if field not in stated}


def sniff_as(report: str, header: Sequence[str], context: Context) -> float:
    """How surely a row is the header of a log [0-1]: surely where its columns were said, else by its words."""
    stated = [cell for cell in header if plain_words(cell)]
    if not stated:
        return 0.0
    named = {plain_words(cell) for cell in stated}
    said = [context.answers.get(answer_name(report, field.name), "") for field in log_fields(report).values()]
    if any(said) and all(plain_words(cell) in named for cell in said if cell):
        return 1.0
    found = offered(report, stated)
    if any(field.needed and field.name not in found for field in log_fields(report).values()):
        return 0.0
    return BESIDE * (0.5 + 0.5 * len(found) / len(stated))


def renamed_as(report: str, header: Sequence[str], context: Context) -> dict[str, str]:
    """Fields by the headers of a file."""
    kinds = log_fields(report)
    found = mapping(report, header, context)
    return {cell: field for field, cell in found.items() if kinds[field].kind != "personal"}


def ask_mapping(sheet: ReportSheet) -> dict[str, str]:
    """Ask which column each field is; give the header of each field that has one."""
    name, header = sheet.report.name, [cell for cell in sheet.form.header if cell.strip()]
    found = mapping(name, header, sheet.context)
    options = {cell: told("the column {cell}", cell=cell) for cell in header} | {"": told("no column")}
    for field in log_fields(name).values():
        if field.name in found:
            asked = told("which column is {field}?", field=field.name.replace("_", " "))
            sheet.ask(answer_name(name, field.name), asked, options, found[field.name])
    for field in log_fields(name).values():
        if field.needed and field.name not in found:
            missing = told("no column is {field}; say which is, as --map {field}=HEADER", field=field.name)
            raise refuse(sheet.report.name, missing + told("columns: {names}", names=", ".join(header)))
    return found


def log_days(sheet: ReportSheet, field: str, zones: pd.Series | str = "") -> pd.Series:
    """The day of each stamp, in whatever form: a date, an instant, a spreadsheet's day number, seconds since 1970, or
    days since the first of the scenario's horizon."""
    cells = sheet.text(field)
    bare = cells.str.fullmatch(_FIGURE.pattern).fillna(False).astype(bool)
    if bare.any():
        scenario = sheet.context.scenario
        first = pd.Timestamp(scenario.horizon.first_day) if scenario is not None else None
        stated = sheet.mapped(cells[bare], lambda cell: _stamp_of_figure(cell, first))
        stated = stated.where(stated != "", cells[bare]).reindex(cells.index, fill_value="")
        sheet.cells = {**sheet.cells, field: cells.where(~bare, stated)}
    return sheet.days(field, zones)


def _stamp_of_figure(cell: str, first: pd.Timestamp | None) -> str:
    """A bare figure as a stamp in ISO's form; empty where it is none."""
    if re.fullmatch("(?:19|20)[0-9]{6}", cell):
        return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    value = float(cell)
    if 20_000 <= value < 80_000:  # 1954 to 2119
        at = pd.Timestamp("1899-12-30") + pd.Timedelta(days=value)
    elif 1e9 <= value < 4e9:
        return f"{_EPOCH + pd.Timedelta(seconds=value):%Y-%m-%dT%H:%M:%S}Z"
    elif 1e12 <= value < 4e12:
        return f"{_EPOCH + pd.Timedelta(milliseconds=value):%Y-%m-%dT%H:%M:%S}Z"
    elif first is not None and abs(value) <= 7300:
        return f"{first + pd.Timedelta(days=value):%Y-%m-%dT%H:%M:%S}Z"
    else:
        return ""
    return f"{at:%Y-%m-%dT%H:%M:%S}"


def currency_of(sheet: ReportSheet, money: str, header: str, market: pd.Series | None = None) -> pd.Series:
    """Currency of the money of each row: of its column, of the cell, of the header, else of the market."""
    found = sheet.mapped(sheet.text("currency"), _code)
    found = found.where(found != "", sheet.mapped(sheet.text(money), _code))
    found = found.where(found != "", _code(header))
    if market is not None:
        own = {store.market: store.currency for store in stores().values()}
        found = found.where(found != "", sheet.mapped(market, own))
    return found


def _code(text: str) -> str:
    """The one currency a text names; empty where it names none or may name several."""
    found = [currencies_in(word) for word in re.split(r"[\s0-9.,()\[\]/+-]+", text) if word]
    single = {next(iter(one)) for one in found if len(one) == 1}
    return single.pop() if len(single) == 1 else ""


def unit_in(header: str, unit: str, default: str) -> str:
    """The unit a header names among its words, such as *weight (lb)*."""
    return next((word for word in plain_words(header).split() if word in KINDS[unit]), default)


def cell_words(sheet: ReportSheet, field: str, kind: str, own: Iterable[str] = ()) -> pd.Series:
    """What the cells of a field mean, by the words of a kind.

    A cell that is a known word means that; what a person has said of a cell holds. Where cells only hold a known word,
    one question asks whether to take it; the others that stand there often are asked for with *unknown* as default,
    and counted.

    Parameters
    ----------
    own : words of the seller that mean themselves: his markets, channels, faults.
    """
    cells, report = sheet.text(field), sheet.report.name
    known = {plain_words(one): one for one in own} | dict(values_of(kind))
    exact = {cell: known.get(plain_words(cell), "") for cell in cells.unique() if cell}
    answers = sheet.context.answers
    open_ = [cell for cell, value in exact.items() if not value]
    for cell in open_:
        exact[cell] = answers.get(cell_answer(report, field, cell), "")
    guesses = {cell: guess for cell in open_ if not exact[cell] and (guess := likely(kind, cell))}
    if guesses:
        shown = ", ".join(f"{without_contacts(cell)[:40]} = {guess}" for cell, guess in islice(guesses.items(), 5))
        asked = told(
            "{n} cells of {field} hold a known word: {shown}; take them so?", n=len(guesses), field=field, shown=shown
        )
        options = {"take": told("they mean what the word means"), "leave": told("they are unknown")}
        if sheet.ask(f"{report}.{field}.guesses", asked, options, "take") == "take":
            exact |= guesses
    counts = cells[cells != ""].value_counts()
    unknown = [cell for cell in counts.index if not exact.get(cell)]
    choices = {one: told("it means {one}", one=one) for one in dict.fromkeys((*own, *word_choices(kind)))}
    for cell in [cell for cell in unknown if counts[cell] >= OFTEN or len(unknown) <= OFTEN][:ASKED]:
        shown = without_contacts(cell)[:40]
        asked = told("what does {cell!r} mean in {field} ({n} rows)?", cell=shown, field=field, n=int(counts[cell]))
        sheet.ask(cell_answer(report, field, cell), asked, choices | {"": told("unknown")}, "")
    found = sheet.mapped(cells, exact)
    sheet.unknown(field, sheet.mapped(cells[(found == "") & (cells != "")], without_contacts))
    return found


def cell_answer(report: str, field: str, cell: str) -> str:
    """What the answer is called what a cell means."""
    return f"{report}.{field}.{plain_words(without_contacts(cell))[:40]}"


def markets_in(sheet: ReportSheet, order: pd.Series | None = None) -> pd.Series:
    """Market as stated, by store or country; else of the order in the books; else of the only market there is."""
    scenario = sheet.context.scenario
    own = list(scenario.markets) if scenario is not None else []
    found = sheet.text("market")
    if sheet.has("market"):
        known = sorted({store.market for store in stores().values()})
        found = cell_words(sheet, "market", "market", dict.fromkeys((*own, *known)))
    elif len(own) == 1:
        return pd.Series(own[0], index=found.index, dtype="str")
    orders = sheet.context.books.get("orders")
    if order is not None and orders is not None and len(orders):
        by_order = orders.drop_duplicates("order").set_index("order")["market"]
        found = found.where((found != "") | (order == ""), order.map(by_order).fillna(""))
    return found.astype("str")
