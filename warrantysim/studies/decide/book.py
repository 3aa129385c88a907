"""A decision as an Excel workbook: simulated quantities pasted, money as live formulas, checks against the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from warrantysim.journeys.records import Closure
from warrantysim.locale.wording import LANGUAGES, Lang, known, named, say
from warrantysim.money.categories import PARTS, Category
from warrantysim.money.categories import Kind as CostKind
from warrantysim.present.blocks import Column, Kind, TableOf
from warrantysim.present.book import FIRST, Book
from warrantysim.present.sheets import table_sheet
from warrantysim.report import figures
from warrantysim.report.policy_change import policy_change
from warrantysim.schema.dispositions import DISPOSITIONS, TEST_AND_SWAP
from warrantysim.schema.service import EVIDENCE_LEVELS
from warrantysim.studies.decide.files import decision_frames
from warrantysim.studies.decide.lines import (
    SIDES,
    QuantityRows,
    assumptions_sheet,
    bridge_sheet,
    calc_sheet,
    parts_sheet,
    quantities_sheet,
    sku_sheet,
    summary_sheet,
)
from warrantysim.studies.decide.memo import Memo, Provenance, decision_memo
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords, in_language
from warrantysim.studies.waiting import WAITING

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.result import Result
    from warrantysim.schema.root import Scenario

COVER = (30, 90)
"""Widths of the cover's columns [characters]."""
TOLERANCE = 0.01
"""How far live figures may lie from the engine's [reporting currency]."""
_AS_SIMULATED = "AND(MIN(Factors)=1,MAX(Factors)=1,SUMPRODUCT(ABS(Rates-RatesStated))=0)"
MONEY = frozenset({"saving", "saving_low", "saving_high"})
TO_THE_CENT = frozenset(
    {"free_saving", "free_low", "free_high", "whole", "cash_now", "cash", "expected_now", "expected"}
    | {"price_from", "price_to", "refund_from", "refund_to"}
)
"""Columns of money, whole and to the cent."""


def decision_workbook(
    decision: Decision,
    scenario: Scenario,
    quantities: pd.DataFrame,
    *,
    lang: Lang = "en",
    changes: Sequence[str] = (),
    status: str = "DRAFT",
    run_id: str = "",
    made: datetime,
    waiting: pd.DataFrame | None = None,
) -> bytes:
    """The decision as an xlsx file.

    Parameters
    ----------
    quantities
        Of `experiment.quantities` for (policy now, recommended) on the confirming replications.
    changes
        What the scenario changes against its base, a text each.
    status, run_id
        DRAFT or APPROVED; the id under which the run is stored, if it is.
    made
        When; part of the file.
    waiting
        Service by market, see `experiment.service.service_table`; None where it is not known.

    Raises
    ------
    ValueError
        If the quantities are not those of the decision: their totals differ by more than `TOLERANCE`.
    """
    lines = QuantityRows.of(quantities)
    for side, engine in zip(SIDES, (decision.cost_now, decision.cost), strict=True):
        if abs(lines.total(policy=side) - engine) > TOLERANCE:
            found = lines.total(policy=side)
            raise ValueError(f"quantities of the rule {side} add up to {found:,.2f}, the decision to {engine:,.2f}")
    tables = decision_frames(decision, scenario)
    known_too = {} if waiting is None else {WAITING: waiting}
    told = Told(decision, CaseWords.of(scenario), lang, {**tables, **known_too})
    out = BytesIO()
    properties = {"title": f"warrantysim: {decision.scenario}", "comments": run_id or told.words.digest}
    book = Book(out, lang, properties, made)
    cover = book.sheet("Cover", COVER)
    agenda = book.sheet("Agenda", [18, 90])
    parts = {f"part_{name}": amount for name, amount in decision.shared_parts.items()}
    whole = thresholds_sheet(book, told, {"saving": decision.shared, **parts})
    changes_sheet(book, told)
    platform_sheet(book, tables["agent_rules"], told.lines())
    law_sheet(book, told)
    totals = summary_sheet(book, lines)
    in_parts = parts_sheet(book, lines)
    by_sku = sku_sheet(book, lines)
    end = bridge_sheet(book, lines, totals)
    assumptions_sheet(book, lines, decision.currency)
    calc_sheet(book, lines)
    quantities_sheet(book, lines)
    verdict = checks_sheet(
        book, decision, len(lines.frame), {**totals, "parts": in_parts, "products": by_sku, "end": end, "cells": whole}
    )
    _provenance(book, told, changes, run_id, made)
    _dictionary(book)
    _cover(book, cover, told, scenario, status, run_id, made, verdict)
    for row, (name, purpose) in enumerate(book.sheets):
        agenda.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        book.write(agenda, row, 1, purpose)
    cover.activate()
    book.file.close()
    return out.getvalue()


def decision_package(
    decision: Decision,
    confirmed: Result,
    quantities: pd.DataFrame,
    *,
    lang: Lang,
    changes: Sequence[str],
    made: datetime,
) -> dict[str, bytes]:
    """What a decision is handed out as besides its tables: the memo to sign and the workbook to recalculate.

    Parameters
    ----------
    confirmed
        The confirming simulation: today's rule first, then the recommended one.
    quantities
        Of `experiment.quantities` for the same two rules on the same replications.
    made
        When; told in both files.
    """
    provenance = Provenance(made=made.isoformat(timespec="minutes"))
    change = policy_change(confirmed, 0, 1, decision)
    memo = Memo(change, decision, provenance, changes=tuple(changes))
    book = decision_workbook(
        decision, confirmed.scenario, quantities, lang=lang, changes=changes, made=made, waiting=change.waiting
    )
    return {"memo.html": decision_memo(memo, (lang,)).encode(), "decision.xlsx": book}


def thresholds_sheet(book: Book, told: Told, shared: Mapping[str, float]) -> str:
    """The decision table as simulated, rules and partners in words, what its rows share, and the whole; the cell of the
    whole saving. ``shared``: by column.
    """
    said, table, cells = (
        f"sentence_{book.lang if book.lang in LANGUAGES else 'en'}",
        told.tables["decision"],
        told.cells,
    )
    frame = table.drop(columns=[name for name in table if str(name).startswith("sentence_") and name != said])
    rules = {"rule_now": "zones_now", "rule_new": "zones", "rule_free": "zones_free"}
    frame = frame.assign(
        **{rule: [cells.rule(row[zones], row["currency"]) for row in told.rows] for rule, zones in rules.items()},
        **{name: frame[name].map(cells.contract) for name in ("partner", "bill_name") if name in frame},
    )
    first = {"verdict", *MONEY, said}
    keys = list(frame.columns[: list(frame.columns).index("currency")])
    front = [*keys, *(name for name in frame if name in first)]
    frame = frame[[*front, *(name for name in frame if name not in front)]]
    widths = {str(name): 34.0 for name in frame if "rule" in str(name)} | {said: 60.0}
    sheet = table_sheet(book, typed(book, "thresholds", frame), "Thresholds", widths)
    last = FIRST + len(frame)
    book.write(sheet, last, 0, book.say("shared"), "wrap")
    book.write(sheet, last + 1, 0, book.say("whole"), "total")
    for name, amount in shared.items():
        place = list(frame.columns).index(name)
        letter = xl_col_to_name(place)
        book.write(sheet, last, place, amount, "money")
        whole = float(frame[name].sum()) + amount
        book.formula(sheet, last + 1, place, f"SUM({letter}{FIRST + 1}:{letter}{last + 1})", whole, "money_total")
    return f"Thresholds!${xl_col_to_name(list(frame.columns).index('saving'))}${last + 2}"


def changes_sheet(book: Book, told: Told) -> None:
    """Everything that can be ticked, a line a change, those taken first; its name is what it is ticked by."""
    changes, d = told.tables["changes"], told.d
    changes = changes.assign(
        kind=[book.say(f"kind.{kind}") for kind in changes["kind"]],
        cells=[told.cells.names(change.cells) for change in d.changes],
        because=[say(f"because.{why}", book.lang) for why in changes["because"]],
        bill_name=[told.cells.contract(change.bill.name) if change.bill else "" for change in d.changes],
        bill_cells=[told.cells.names(change.bill.cells) if change.bill else "" for change in d.changes],
    )
    for name in ("recommended", "taken", "bill_new"):
        changes[name] = [book.say("yes") if one is True or one == 1 else "" for one in changes[name]]
    names = list(map(str, changes))
    widths = dict.fromkeys(names, 14.0) | dict(zip(names, (30.0, 10.0, 50.0), strict=False))
    table_sheet(book, typed(book, "changes", changes), "Changes", widths)


def platform_sheet(book: Book, rules: pd.DataFrame, lines: str) -> None:
    """The rules, a line an age of the order and price, ready to transcribe or upload; titles go first."""
    front = ["rule_id", "title_en", "title_zh"]
    rules = rules[[*front, *(name for name in rules if name not in front)]]
    shown = rules.assign(action=[named("disposition", str(action), book.lang) for action in rules["action"]])
    widths = {**dict.fromkeys(front[1:], 50.0), **dict.fromkeys(("action", "fallback", "binds_by"), 24.0)}
    sheet = table_sheet(book, typed(book, "platform", shown), "Platform_Rules", widths)
    book.write(sheet, FIRST + len(rules) + 1, 1, lines, "wrap")


def law_sheet(book: Book, told: Told) -> None:
    """What each row of the law costs; the sheet says so where nothing is demanded."""
    block, widths = told.law(), {"market": 18.0, "article": 60.0, "ages": 34.0, "cost": 14.0, "consent": 24.0}
    sheet = table_sheet(book, block or told.law_table(told.tables["law"]), "Law", widths)
    note = book.say("law.none") if block is None else told.law_legend()
    book.write(sheet, FIRST + len(told.tables["law"]) + 1, 1, note, "wrap")


def typed(book: Book, name: str, frame: pd.DataFrame) -> TableOf:
    """A flat table with its columns called and written by their keys."""
    return TableOf(
        name, "", frame, [Column(str(key), column_label(book, str(key)), figure_kind(str(key))) for key in frame]
    )


def column_label(book: Book, name: str) -> str:
    """What a column is called; its key where it has no other name."""
    name = "product_category" if name == "category" else name
    return book.say(f"column.{name}") if known(f"book.column.{name}") else name.replace("_", " ")


def figure_kind(name: str) -> Kind:
    """How the figures of a column are written."""
    if name in MONEY or name.startswith("part_"):
        return "signed"
    if name in TO_THE_CENT:
        return "cents"
    return "days" if name.startswith("days") or name.endswith("_days") else "whole"


def checks_sheet(book: Book, decision: Decision, lines: int, cells: Mapping[str, str]) -> str:
    """Write the checks, live figures against each other and against the engine's; the formula of the master check, OK
    where all are.

    Parameters
    ----------
    lines
        Lines of the calculation [count].
    cells
        Where the totals stand: now, recommended, saving, parts, products, end (of the bridge), cells (of the decision
        table).
    """
    sheet = book.sheet("Checks", [60, 18, 18, 14, 12], freeze=FIRST)
    book.heads(sheet, [(key, book.say(key)) for key in ("check", "live", "expected", "difference", "result")])
    saving = float(decision.saving.interval.mean)
    both = [f'SUMPRODUCT((CalcPolicy="{side}")*CalcAmount)' for side in SIDES]
    now, new = (cells[side] for side in SIDES)
    checks = [
        ("check.categories", cells["saving"], f"{both[0]}-{both[1]}", saving),
        ("check.parts", cells["parts"], cells["saving"], saving),
        ("check.products", cells["products"], cells["saving"], saving),
        ("check.bridge", cells["end"], new, decision.cost),
        ("check.now", now, _engine(now, decision.cost_now), decision.cost_now),
        ("check.new", new, _engine(new, decision.cost), decision.cost),
        ("check.cells", cells["cells"], repr(saving), saving),
        ("check.lines", "ROWS(CalcAmount)", str(lines), float(lines)),
    ]
    for row, (key, live, expected, value) in enumerate(checks, start=FIRST):
        at = row + 1
        book.write(sheet, row, 0, book.say(key), "wrap")
        book.formula(sheet, row, 1, live, value, "price")
        book.formula(sheet, row, 2, expected, value, "price")
        book.formula(sheet, row, 3, f"B{at}-C{at}", 0.0, "price")
        book.formula(sheet, row, 4, f'IF(ABS(D{at})<={TOLERANCE},"OK","CHECK")', "OK", "ok")
    last = FIRST + len(checks)
    flag = {"type": "cell", "criteria": "==", "value": '"CHECK"', "format": book.formats["check"]}
    sheet.conditional_format(FIRST, 4, last - 1, 4, flag)
    book.write(sheet, last + 1, 0, book.say("check.changed"), "wrap")
    book.formula(sheet, last + 1, 1, f'IF({_AS_SIMULATED},"-","!")', "-", "text")
    return f'IF(COUNTIF(Checks!$E${FIRST + 1}:$E${last},"OK")={len(checks)},"OK","CHECK")'


def _engine(live: str, figure: float) -> str:
    """The engine's figure, or the live one where the reader has changed a price."""
    return f"IF({_AS_SIMULATED},{figure!r},{live})"


def _cover(
    book: Book,
    sheet: Worksheet,
    told: Told,
    scenario: Scenario,
    status: str,
    run_id: str,
    made: datetime,
    verdict: str,
) -> None:
    d, words = told.d, told.words
    book.write(sheet, 0, 0, in_language(words.title, book.lang), "title")
    facts = {
        **told.summary(),
        "status": book.say(f"status.{status.lower()}"),
        "scenario": f"{words.name} {words.digest[:12]}",
        "run": run_id,
        "made": made.strftime("%Y-%m-%d %H:%M UTC"),
        "currency": book.say("unit", currency=d.currency),
        "signs": book.say("signs_are"),
        "colours": book.say("colours_are"),
    }
    for row, (key, text) in enumerate(facts.items(), start=2):
        book.write(sheet, row, 0, book.say(key), "label")
        book.write(sheet, row, 1, text, "wrap")
        book.fit(sheet, row, (text, COVER[1]))
    row = 3 + len(facts)
    book.write(sheet, row, 0, book.say("master"), "label")
    book.formula(sheet, row, 1, verdict, "OK", "ok")
    flag = {"type": "cell", "criteria": "==", "value": '"CHECK"', "format": book.formats["check"]}
    sheet.conditional_format(row, 1, row, 1, flag)


def _provenance(book: Book, told: Told, changes: Sequence[str], run_id: str, made: datetime) -> None:
    from warrantysim.version import __version__

    d, name = told.d, told.words.name
    sheet = book.sheet("Provenance", [30, 100])
    facts = [
        ("warrantysim", __version__),
        ("scenario", name),
        ("digest", told.words.digest),
        ("run", run_id),
        ("seed", str(d.seed)),
        ("replications", str(d.replications)),
        ("confidence", figures.level(d.confidence)),
        ("solver", f"{d.solver.status}, {d.solver.method}, gap {d.solver.gap:.4%}"),
        ("policy now", d.now.name),
        ("command", f"warrantysim decide {name}.yaml --seed {d.seed}"),
        ("made", made.isoformat(timespec="seconds")),
        *[("changed input", change) for change in changes],
    ]
    for row, (key, value) in enumerate(facts):
        book.write(sheet, row, 0, key, "label")
        book.write(sheet, row, 1, value, "wrap")


def _dictionary(book: Book) -> None:
    sheet = book.sheet("Dictionary", [26, 36, 36], freeze=1)
    for column, name in enumerate(("key", "English", "中文")):
        book.write(sheet, 0, column, name, "label")
    also = [TEST_AND_SWAP, "platform", "solved", "denied", "dropped", ""]
    words: dict[str, Sequence[str]] = {
        "part": PARTS,
        "kind": [k.name.lower() for k in CostKind],
        "category": [c.name.lower() for c in Category],
        "disposition": [*DISPOSITIONS, *also],
        "closure": [c.name.lower() for c in Closure],
        "way": ["air", "sea"],
        "evidence": EVIDENCE_LEVELS,
    }
    keys = [f"{group}.{word}" for group, listed in words.items() for word in listed]
    for row, key in enumerate(keys, start=1):
        for column, text in enumerate((key, say(key), say(key, "zh"))):
            book.write(sheet, row, column, text)


def workbook_name(decision: Decision, run_id: str, made: datetime) -> str:
    """``warrantysim_<scenario>_<run>_<yyyymmdd>.xlsx``, safe on every file system."""
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in decision.scenario)[:60]
    return "_".join(part for part in ("warrantysim", safe, run_id[:12], made.strftime("%Y%m%d")) if part) + ".xlsx"
