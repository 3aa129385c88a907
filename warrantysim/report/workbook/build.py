"""The whole workbook of a decision, sheet by sheet, with checks that reconcile it to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from warrantysim.journeys.records import Closure
from warrantysim.locale.wording import Lang, period, say, titled
from warrantysim.money.categories import PARTS, Category, Kind
from warrantysim.report import figures
from warrantysim.report.agent_rules import with_titles
from warrantysim.report.decision_files import changes_table, flat_table
from warrantysim.report.decision_report import free_text, robust_text, service_text
from warrantysim.report.workbook.book import Book
from warrantysim.report.workbook.checks import TOLERANCE, checks_sheet
from warrantysim.report.workbook.money import SIDES, Lines, assumptions_sheet, calc_sheet, quantities_sheet
from warrantysim.report.workbook.rules import changes_sheet, law_sheet, platform_sheet, thresholds_sheet
from warrantysim.report.workbook.summaries import bridge_sheet, parts_sheet, sku_sheet, summary_sheet
from warrantysim.schema.dispositions import DISPOSITIONS, TEST_AND_SWAP
from warrantysim.schema.service import EVIDENCE_LEVELS

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.schema.root import Scenario


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

    Raises
    ------
    ValueError
        If the quantities are not those of the decision: their totals differ by more than `TOLERANCE`.
    """
    lines = Lines.of(quantities)
    for side, engine in zip(SIDES, (decision.cost_now, decision.cost), strict=True):
        if abs(lines.total(policy=side) - engine) > TOLERANCE:
            found = lines.total(policy=side)
            raise ValueError(f"quantities of the rule {side} add up to {found:,.2f}, the decision to {engine:,.2f}")
    out = BytesIO()
    properties = {"title": f"warrantysim: {decision.scenario}", "comments": run_id or digest_of(scenario)}
    book = Book(out, lang, properties, made)
    cover = book.sheet("Cover", [30, 90])
    agenda = book.sheet("Agenda", [18, 90])
    parts = {f"part_{name}": amount for name, amount in decision.shared_parts.items()}
    whole = thresholds_sheet(book, flat_table(decision, scenario), {"saving": decision.shared, **parts})
    changes_sheet(book, changes_table(decision))
    platform_sheet(book, with_titles(decision.agent_rules, scenario))
    law_sheet(book, decision, scenario)
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
    _provenance(book, decision, scenario, changes, run_id, made)
    _dictionary(book)
    _cover(book, cover, decision, scenario, status, run_id, made, verdict)
    for row, (name, purpose) in enumerate(book.sheets):
        agenda.write_url(row, 0, f"internal:'{name}'!A1", string=name)
        book.write(agenda, row, 1, purpose)
    cover.activate()
    book.file.close()
    return out.getvalue()


def _cover(
    book: Book,
    sheet: Worksheet,
    decision: Decision,
    scenario: Scenario,
    status: str,
    run_id: str,
    made: datetime,
    verdict: str,
) -> None:
    found = decision.saving.interval
    book.write(sheet, 0, 0, titled(scenario.title, scenario.name, book.lang), "title")
    sentence = book.say(
        "answer",
        currency=decision.currency,
        saving=figures.whole(float(found.mean)),
        low=figures.whole(float(found.low)),
        high=figures.whole(float(found.high)),
        level=figures.level(decision.confidence),
        period=period(scenario.horizon.days, book.lang),
        now=titled(decision.now.title, decision.now.name, book.lang),
    )
    when = period(scenario.horizon.days, book.lang)
    facts = [
        ("decision", sentence),
        ("service", service_text(decision.service_now, decision.service, book.lang)),
        ("free", free_text(decision, when, book.lang)),
        *([("robust", robust_text(decision, book.lang))] if decision.robust is not None else []),
        ("status", book.say(f"status.{status.lower()}")),
        ("scenario", f"{scenario.name} {digest_of(scenario)[:12]}"),
        ("run", run_id),
        ("made", made.strftime("%Y-%m-%d %H:%M")),
        ("currency", book.say("unit", currency=decision.currency)),
        ("signs", book.say("signs_are")),
        ("colours", book.say("colours_are")),
    ]
    for row, (key, text) in enumerate(facts, start=2):
        book.write(sheet, row, 0, book.say(key), "label")
        book.write(sheet, row, 1, text, "wrap")
    row = 3 + len(facts)
    book.write(sheet, row, 0, book.say("master"), "label")
    book.formula(sheet, row, 1, verdict, "OK", "ok")
    flag = {"type": "cell", "criteria": "==", "value": '"CHECK"', "format": book.formats["check"]}
    sheet.conditional_format(row, 1, row, 1, flag)


def _provenance(
    book: Book, decision: Decision, scenario: Scenario, changes: Sequence[str], run_id: str, made: datetime
) -> None:
    from warrantysim.version import __version__

    sheet = book.sheet("Provenance", [30, 100])
    facts = [
        ("warrantysim", __version__),
        ("scenario", scenario.name),
        ("digest", digest_of(scenario)),
        ("run", run_id),
        ("seed", str(decision.seed)),
        ("replications", str(decision.replications)),
        ("confidence", figures.level(decision.confidence)),
        ("solver", f"{decision.solver.status}, {decision.solver.method}, gap {decision.solver.gap:.4%}"),
        ("policy now", decision.now.name),
        ("command", f"warrantysim decide {scenario.name}.yaml --seed {decision.seed}"),
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
    words = [
        ("part", PARTS),
        ("kind", [k.name.lower() for k in Kind]),
        ("category", [c.name.lower() for c in Category]),
    ]
    also = [TEST_AND_SWAP, "platform", "solved", "denied", "dropped", ""]
    words += [("disposition", [*DISPOSITIONS, *also]), ("closure", [c.name.lower() for c in Closure])]
    words += [("way", ["air", "sea"]), ("evidence", EVIDENCE_LEVELS)]
    keys = [f"{group}.{word}" for group, listed in words for word in listed]
    for row, key in enumerate(keys, start=1):
        for column, text in enumerate((key, say(key), say(key, "zh"))):
            book.write(sheet, row, column, text)


def digest_of(scenario: Scenario) -> str:
    """Digest of a scenario."""
    from warrantysim.schema.digest import digest

    return digest(scenario)


def workbook_name(decision: Decision, run_id: str, made: datetime) -> str:
    """``warrantysim_<scenario>_<run>_<yyyymmdd>.xlsx``, safe on every file system."""
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in decision.scenario)[:60]
    return "_".join(part for part in ("warrantysim", safe, run_id[:12], made.strftime("%Y%m%d")) if part) + ".xlsx"
