"""One set of figures from answer to action: terminal, JSON, files, workbook, memo, Home, Thresholds and Approvals."""

from __future__ import annotations

import dataclasses
import math
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.decision.telling import record as record_of
from tests.decision.telling import report
from tests.decision.test_fewest_lines import done, every_corner
from tests.decision.words import contradictions
from tests.ui.opening import page, words
from tests.ui.test_approvals import decision, drafted
from warrantysim.decision.changes import zones_in_policy
from warrantysim.decision.decide import Decision
from warrantysim.decision.law import COLUMNS
from warrantysim.decision.rule_table import rule_table
from warrantysim.experiment.quantities import quantities
from warrantysim.experiment.service import service
from warrantysim.files.loading import load_policy
from warrantysim.journeys.model import model_of
from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.present.cells import cell as written
from warrantysim.present.terminal import terminal_text
from warrantysim.report import figures
from warrantysim.report.policy_change import policy_change
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals
from warrantysim.store.deciding import confirmation_of
from warrantysim.studies.decide import STUDY
from warrantysim.studies.decide.book import decision_package
from warrantysim.studies.decide.files import decision_frames, policy_ticked, recommended_text
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords
from warrantysim.ui import reading


def told(text: str) -> str:
    """Text on one line, without what Markdown or HTML puts in."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).replace("\\", "").split())


def test_every_place_tells_the_same_saving_rules_and_waiting(filled: Path, tmp_path: Path) -> None:
    home, run = decision(filled)
    d: Decision = run.found
    scenario = run.asked.scenario
    confirmed = confirmation_of(run, home)
    assert confirmed is not None
    result = confirmed.result
    mean, low, high = (figures.whole(float(getattr(d.saving.interval, end))) for end in ("mean", "low", "high"))
    days = figures.days(d.service.p90), figures.days(d.service_now.p90)
    taken = [change for change in d.changes if change.taken]
    rules = sum(len(change.cells) for change in taken)
    assert taken

    terminal = told(report(d, scenario))
    assert f"save USD {mean} a year ({low} to {high})" in terminal
    assert f"{len(taken)} changes are taken up, {rules} of {len(d.table)} rules" in terminal
    assert f"nine in ten within {days[0]} instead of {days[1]}" in terminal

    record = record_of(d, scenario)
    assert record["saving"]["mean"] == float(d.saving.interval.mean)
    assert sum(row["taken"] for row in record["rule_changes"]) == len(taken)
    assert sum(row["taken"] for row in record["cells"]) == rules
    assert record["service"]["recommended"]["p90"] == d.service.p90

    counted = quantities(result.scenario, result.policies[:2], range(d.replications), seed=d.seed)
    package = decision_package(d, result, counted, lang="en", changes=(), made=datetime(2027, 1, 4))
    memo = told(package["memo.html"].decode())
    assert f"save USD {mean} a year" in memo
    assert f"nine in ten within {days[0]} instead of {days[1]}" in memo
    book = CalamineWorkbook.from_filelike(BytesIO(package["decision.xlsx"]))
    cover = told(" ".join(str(cell) for row in book.get_sheet_by_name("Cover").to_python() for cell in row))
    assert f"save USD {mean} a year" in cover
    assert f"nine in ten within {days[0]} instead of {days[1]}" in cover
    listed = book.get_sheet_by_name("Changes").to_python()
    assert {change.name for change in d.changes} <= {str(cell) for row in listed for cell in row}

    front = told(words(page("home")))
    thresholds = told(words(page("thresholds")))
    one = Told.of(d, scenario)
    for text in map(told, one.answer()):
        assert text in terminal
        assert text in thresholds
    first = STUDY.told(run.stored, "en").summary()
    assert {"decision", "acts", "service", "free", "in_parts"} <= set(first)
    for text in map(told, first.values()):
        assert text in told(terminal_text(STUDY.answer(run.stored, "en"), 110))
        assert text in memo
        assert text in cover
    for text in map(told, (*one.ladder(), *one.ladder_lines())):
        assert text in terminal
        assert text in memo
        assert text in front
        assert text in thresholds
    for text in map(told, (one.robust(), one.free(), *(one.cells.sentence(row) for row in one.taken))):
        assert text in terminal
        assert text in front
    assert f"USD {mean}" in front
    assert f"{rules} of {len(d.table)}" in front
    assert f"{days[0]} days" in front
    assert f"{days[1]} days now" in front
    assert f"save USD {mean} a year ({low} to {high})" in thresholds

    drafted(filled)
    signed = page("approvals", who="Wang")
    assert f"It saves USD {mean} a year" in told(words(signed))
    assert f"{days[0]} days" in told(words(signed))
    assert f"{rules} rules change" in told(words(signed))

    change = policy_change(result, 0, 1, d)
    assert change.decided is d
    assert len(change.rows) == rules
    assert change.table["saving"].tolist() == d.table["saving"].tolist()
    assert (service([s.year for s in result.of(1)]), change.line("days").new) == (d.service, d.service.p90)


def law_rows(d: Decision, scenario: Scenario, lang: Lang) -> list[list[str]]:
    """What the law costs, as text."""
    block = Told.of(d, scenario, lang).law()
    assert block is not None
    return [[written(row, column) for column in block.columns] for row in block.frame.to_dict("records")]


def test_every_place_tells_the_same_of_what_the_law_costs(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, run = decision(filled)
    scenario = run.asked.scenario
    rows = [
        ("US", "", math.nan, math.nan, "", "", 512.0, 1_234.4),
        ("US", "California", 0.0, 365.0, "0001-01-01", "Cal. Civ. Code 1793.2(d)", 512.0, 1_234.4),
        ("DE", "", math.nan, math.nan, "", "", 77.0, 98_765.0),
        ("DE", "", 14.0, 365.0, "2026-07-31", "BGB 437-440", 77.0, 98_765.0),
    ]
    d: Decision = dataclasses.replace(run.found, law=pd.DataFrame(rows, columns=list(COLUMNS)))
    told_rows = law_rows(d, scenario, "en")
    assert [row[4] for row in told_rows] == ["1,234", "1,234", "98,765", "98,765"]

    terminal = told(report(d, scenario, width=200))
    assert all(told(" ".join(row[1:])) in terminal for row in told_rows)
    record = record_of(d, scenario)
    frame = decision_frames(d, scenario)["law"]
    assert [row["cost"] for row in record["law"]] == frame["cost"].tolist() == d.law["cost"].tolist()
    shares = frame[["consent_to_money_share", "refurbished_consent_share"]].values.tolist()
    assert [list(row.values())[-2:] for row in record["law"]] == shares

    confirmed = confirmation_of(run, home)
    assert confirmed is not None
    result = confirmed.result
    counted = quantities(result.scenario, result.policies[:2], range(d.replications), seed=d.seed)
    package = decision_package(d, result, counted, lang="en", changes=(), made=datetime(2027, 1, 4))
    memo = told(package["memo.html"].decode())
    assert all(told(" ".join(row)) in memo for row in told_rows)
    sheet = CalamineWorkbook.from_filelike(BytesIO(package["decision.xlsx"])).get_sheet_by_name("Law").to_python()
    for row, cells in zip(told_rows, sheet[2:], strict=False):
        shown = (*cells[:3], figures.whole(float(cells[3])), figures.whole(float(cells[4])), cells[5])
        assert shown == tuple(row)

    for lang in LANGUAGES:
        changed = Told.of(d, scenario, lang)
        monkeypatch.setattr(reading, "told_of_run", lambda _, changed=changed: changed)
        tables = [table.value.values.tolist() for table in page("thresholds", lang=lang).dataframe]
        assert [list(row) for row in law_rows(d, scenario, lang)] in tables


def test_a_cell_that_is_not_acted_on_has_todays_rule_in_every_file(filled: Path, tmp_path: Path) -> None:
    _, run = decision(filled)
    d, scenario = run.found, run.asked.scenario
    world = model_of(scenario)
    file = tmp_path / "policy.yaml"
    file.write_text(recommended_text(d, CaseWords.of(scenario)), "utf-8")
    written = load_policy(file)
    assert written.rules == d.policy.rules
    keys = list(scenario.decision.cell)
    for row in d.table.to_dict("records"):
        cell = tuple(row[key] for key in keys)
        kept = zones_in_policy(world, written, cell) == zones_in_policy(world, scenario.policy, cell)
        assert kept == (row["verdict"] != "ACT")
    assert not contradictions(d.table.to_dict("records"), d.changes, d.materiality)
    given, today = decision_frames(d, scenario)["agent_rules"], rule_table(scenario.policy, world)
    seen = every_corner(scenario, pd.concat([given, today]))
    for row in d.table.to_dict("records"):
        here = np.logical_and.reduce([seen[key] == row[key] for key in keys])
        orders = {name: column[here] for name, column in seen.items()}
        assert (done(given, orders) == done(today, orders)) == (row["verdict"] != "ACT")


def test_an_unticked_change_is_proposed_without_and_its_effect_can_be_worked_out(filled: Path) -> None:
    home, run = decision(filled)
    d, scenario = run.found, run.asked.scenario
    names = [change.name for change in d.changes if change.taken]
    fewer = policy_ticked(d, scenario, names[1:])
    (left,) = next(change.cells for change in d.changes if change.name == names[0])
    world = model_of(scenario)
    assert zones_in_policy(world, fewer, left) == zones_in_policy(world, scenario.policy, left)
    assert all(
        zones_in_policy(world, fewer, cell) == zones_in_policy(world, d.policy, cell)
        for change in d.changes
        if change.name in names[1:]
        for cell in change.cells
    )
    assert f"unticked by hand: {names[0]}" in fewer.why
    assert policy_ticked(d, scenario, []).rules == scenario.policy.rules
    approvals.draft(home, fewer, run_id=run.id, who="Lin")
    at = page("approvals", who="Wang")
    assert "its effect in money is not known yet" in words(at)
    assert any(each.label == "Work out the effect in money" for each in at.button)
