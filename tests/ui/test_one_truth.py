"""One set of figures from answer to action: terminal, JSON, files, workbook, memo, Home, Thresholds and Approvals."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

from python_calamine import CalamineWorkbook

from tests.ui.opening import page, words
from tests.ui.test_approvals import decision, drafted
from warrantysim.decision.changes import zones_of
from warrantysim.decision.decide import Decision
from warrantysim.experiment.quantities import quantities
from warrantysim.experiment.service import service
from warrantysim.journeys.world import world_of
from warrantysim.report import figures
from warrantysim.report.decision_files import decision_frames, decision_record, recommended_text
from warrantysim.report.decision_package import decision_package
from warrantysim.report.decision_report import decision_report
from warrantysim.report.export import csv_bytes
from warrantysim.report.policy_change import policy_change
from warrantysim.report.policy_choices import policy_ticked
from warrantysim.scenario.loading import load_policy
from warrantysim.store import approvals
from warrantysim.store.deciding import confirmation_of


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

    terminal = told(decision_report(d, scenario))
    assert f"save USD {mean} a year ({low} to {high})" in terminal
    assert f"{len(taken)} changes are taken up, {rules} of {len(d.table)} rules" in terminal
    assert f"nine in ten within {days[0]} instead of {days[1]}" in terminal

    record = decision_record(d, scenario, [])
    assert record["saving"]["mean"] == float(d.saving.interval.mean)
    assert sum(row["taken"] for row in record["rule_changes"]) == len(taken)
    assert sum(row["taken"] for row in record["cells"]) == rules
    assert record["service"]["recommended"]["p90"] == d.service.p90

    counted = quantities(result.scenario, result.policies[:2], range(d.replications), seed=d.seed)
    package = decision_package(d, result, counted, lang="en", changes=(), made=datetime(2027, 1, 4))
    memo = told(package["memo.html"].decode())
    assert f"it saves USD {mean} a year" in memo
    assert f"nine in ten within {days[0]} instead of {days[1]}" in memo
    book = CalamineWorkbook.from_filelike(BytesIO(package["decision.xlsx"]))
    cover = told(" ".join(str(cell) for row in book.get_sheet_by_name("Cover").to_python() for cell in row))
    assert f"save USD {mean} a year" in cover
    assert f"nine in ten within {days[0]} instead of {days[1]}" in cover
    listed = book.get_sheet_by_name("Changes").to_python()
    assert {change.name for change in d.changes} <= {str(cell) for row in listed for cell in row}

    front = told(words(page("home")))
    assert f"USD {mean}" in front
    assert f"{rules} of {len(d.table)}" in front
    assert f"{days[0]} days" in front
    assert f"{days[1]} days now" in front
    assert f"save USD {mean} a year ({low} to {high})" in told(words(page("thresholds")))

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


def test_a_cell_that_is_not_acted_on_has_todays_rule_in_every_file(filled: Path, tmp_path: Path) -> None:
    _, run = decision(filled)
    d, scenario = run.found, run.asked.scenario
    world = world_of(scenario)
    file = tmp_path / "policy.yaml"
    file.write_text(recommended_text(d, scenario), "utf-8")
    written = load_policy(file)
    assert written.rules == d.policy.rules
    keys = list(scenario.decision.cell)
    for row in d.table.to_dict("records"):
        cell = tuple(row[key] for key in keys)
        kept = zones_of(world, written, cell) == zones_of(world, scenario.policy, cell)
        assert kept == (row["verdict"] != "ACT")
    lines = list(csv.DictReader(StringIO(csv_bytes(decision_frames(d, scenario)["agent_rules"]).decode("utf-8-sig"))))
    changed = {(row["sku"], row["market"]) for row in d.table.to_dict("records") if row["taken"]}
    assert {(line["sku"], line["market"]) for line in lines if line["sku"] and line["market"]} == changed


def test_an_unticked_change_is_proposed_without_and_its_effect_can_be_worked_out(filled: Path) -> None:
    home, run = decision(filled)
    d, scenario = run.found, run.asked.scenario
    names = [change.name for change in d.changes if change.taken]
    fewer = policy_ticked(d, scenario, names[1:])
    (left,) = next(change.cells for change in d.changes if change.name == names[0])
    world = world_of(scenario)
    assert zones_of(world, fewer, left) == zones_of(world, scenario.policy, left)
    assert all(
        zones_of(world, fewer, cell) == zones_of(world, d.policy, cell)
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
