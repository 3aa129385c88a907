"""Rules are proposed, signed by a second person, put in force; what that brings stands above the signatures."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.store.small import RESHIP
from tests.ui.opening import frames, page, sound, words
from warrantysim.decision.changes import Robust, SharedBill
from warrantysim.locale.wording import APP, say_in
from warrantysim.report.policy_file import policy_text
from warrantysim.schema.markets import Title
from warrantysim.store import approvals, runs
from warrantysim.store.approvals import PolicyVersion
from warrantysim.store.jobs import Jobs
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide import STUDY
from warrantysim.studies.decide.files import changes_in, policy_chosen, policy_ticked
from warrantysim.studies.decide.words import CaseWords, CellText
from warrantysim.ui.approvals import _ticked, _why
from warrantysim.ui.approvals_version import WIDTHS

HOSTILE = '**x** :red[x] ![](http://x.example) <script>alert(1)</script> =HYPERLINK("x")'


def decision(folder: Path) -> tuple[Workspace, StoredRun]:
    """The decision of the small workspace."""
    home = Workspace.at(folder)
    return home, next(run for run in runs.list_runs(home) if run.kind == "decide")


def drafted(folder: Path, which: str = "recommended", who: str = "Lin") -> PolicyVersion:
    """A version of its rules, proposed."""
    home, run = decision(folder)
    policy = policy_chosen(which, run.found, run.asked.scenario)
    return approvals.draft(home, policy, run_id=run.id, note="as decided", who=who)


def press(at: AppTest, label: str) -> AppTest:
    """Press the one button of a label."""
    (button,) = [each for each in at.button if each.label == label]
    return button.click().run()


def labels(at: AppTest) -> list[str]:
    return [each.label for each in at.button]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_version_says_first_what_it_saves_against_the_rule_of_today(filled: Path, lang: str) -> None:
    drafted(filled)
    at = page("approvals", lang, who="Wang")
    sound(at)
    assert ("It saves USD" if lang == "en" else "节省 USD") in words(at)
    assert ("% interval" if lang == "en" else "% 置信区间") in words(at)
    assert len(at.metric) == 4
    assert at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")


def test_the_saving_is_the_one_of_the_confirming_simulation(filled: Path) -> None:
    drafted(filled)
    _, run = decision(filled)
    at = page("approvals", who="Wang")
    assert f"It saves USD {round(float(run.found.saving.interval.mean)):,} a year" in words(at)


def test_rules_are_proposed_from_a_decision(filled: Path) -> None:
    at = page("approvals", who="Lin")
    assert "Nothing has been proposed yet" in words(at)
    at = press(at, "Propose")
    sound(at)
    home, run = decision(filled)
    (version,) = approvals.policy_versions(home)
    assert (version.run_id, version.last.who, version.last.step) == (run.id, "Lin", "draft")
    assert version.policy.rules == policy_chosen("recommended", run.found, run.asked.scenario).rules
    assert "Version 1: draft" in words(at)


def test_a_second_person_approves_and_puts_in_force(filled: Path) -> None:
    version = drafted(filled)
    at = page("approvals", who="Wang")
    assert "second person" not in "".join(str(w.value) for w in at.warning)
    at = press(at, "Approve")
    sound(at)
    home = Workspace.at(filled)
    assert (approvals.version_of(home, version.id).last.step, approvals.version_of(home, version.id).last.who) == (
        "approved",
        "Wang",
    )
    at = press(at, "Put in force")
    sound(at)
    current = approvals.in_force(home)
    assert current is not None
    assert (current.id, current.from_day) == (version.id, dt.datetime.now(dt.UTC).date())
    assert "has been in force since" in words(at)
    assert "Approve" not in labels(at)
    assert "Withdraw" not in labels(at)


def test_whoever_proposed_is_warned_before_approving_alone(filled: Path) -> None:
    version = drafted(filled, who="Lin")
    at = page("approvals", who=" lin ")
    assert "A second person should approve it" in words(at)
    (button,) = [each for each in at.button if each.label == "Approve"]
    assert button.disabled
    (box,) = [each for each in at.checkbox if each.label == "Approve it alone nevertheless"]
    at = press(box.check().run(), "Approve")
    sound(at)
    assert "no second pair of eyes" in words(at)
    assert approvals.version_of(Workspace.at(filled), version.id).alone


def test_where_people_sign_in_whoever_proposed_never_approves(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(filled, who="Lin")
    monkeypatch.setattr("warrantysim.ui.approvals_version.roles", lambda: True)
    at = page("approvals", who="Lin")
    assert "must approve it" in words(at)
    assert not at.checkbox
    (button,) = [each for each in at.button if each.label == "Approve"]
    assert button.disabled


def test_nobody_proposes_without_a_name(filled: Path) -> None:
    at = page("approvals")
    (button,) = [each for each in at.button if each.label == "Propose"]
    assert button.disabled
    home, run = decision(filled)
    with pytest.raises(approvals.NotInOrder, match="name of whoever"):
        approvals.draft(home, run.found.policy, who=" ")


def test_what_changes_is_what_was_ticked(filled: Path) -> None:
    home, run = decision(filled)
    found, scenario = run.found, run.asked.scenario
    every = [change.name for change in found.changes]
    for names in ([], every[:1], every[1:], every):
        assert changes_in(found, scenario, policy_ticked(found, scenario, names)) == names
    approvals.draft(home, policy_ticked(found, scenario, every[:1]), run_id=run.id, who="Lin")
    at = page("approvals", who="Wang")
    assert f"1 of {len(every)} changes" in words(at)
    words_of = CellText(CaseWords.of(scenario))
    assert every[0] == "A US"
    assert words_of.names([("A", "US")]) == "A, US"
    assert words_of.names([("A", "US"), ("A", "DE"), ("A", "UK")], 2) == "A, US; A, DE and others, 3 rules in all"
    assert [table["change"].tolist() for table in frames(at) if "change" in table][:1] == [["A, US"]]


@pytest.mark.parametrize("new", [True, False])
@pytest.mark.parametrize("alone", [True, False])
def test_whoever_ticks_is_told_of_a_contract_that_is_signed_or_a_bill_that_rises(
    filled: Path, new: bool, alone: bool
) -> None:
    _, run = decision(filled)
    d = run.found
    change = next(change for change in d.changes if change.taken)
    cells = change.cells if alone else tuple(cell for one in d.changes for cell in one.cells)
    bill = SharedBill("fixit-dallas", new, cells, 6313.0, 5000.0, 7000.0)
    words = CellText(CaseWords.of(run.asked.scenario))
    told = _why(dataclasses.replace(change, bill=bill), d, words)
    assert ("a contract with fixit-dallas is signed" if new else "makes fixit-dallas dearer") in told
    assert f"{d.currency} 6,313 in all" in told
    assert "fixit" not in _why(dataclasses.replace(change, bill=None), d, words)


def test_what_was_never_drawn_stands_as_an_empty_cell(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, run = decision(filled)
    told = STUDY.told(run.stored, "en")
    first, *others = told.d.changes
    assert others
    changes = (dataclasses.replace(first, robust=Robust(24, 0.93, 0.8, 0.99)), *others)
    drawn = dataclasses.replace(told, d=dataclasses.replace(told.d, changes=changes))
    shown: list[pd.DataFrame] = []

    def editor(frame: pd.DataFrame, **_: object) -> pd.DataFrame:
        shown.append(frame)
        return frame

    monkeypatch.setattr("streamlit.data_editor", editor)
    _ticked(drawn, run.id)
    (frame,) = shown
    assert frame["robust"].tolist() == ["93 %", *[""] * len(others)]


def test_the_table_of_rules_has_room_for_its_headings_in_a_window() -> None:
    assert sum(WIDTHS.values()) <= 880
    for name, width in WIDTHS.items():
        assert 7 * len(say_in(APP, f"approvals.column.{name}")) + 12 <= width


def test_nobody_signs_without_a_name(filled: Path) -> None:
    drafted(filled)
    at = page("approvals")
    assert "Give your name" in words(at)
    assert "Approve" not in labels(at)


def test_a_viewer_can_look_but_not_sign(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(filled)
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "wang@x.example")
    at = page("approvals", who="Wang")
    sound(at)
    live = {each.label: each.disabled for each in at.button}
    assert live["Approve"]
    assert live["Withdraw"]
    assert live["Propose"]


def test_a_step_somebody_else_took_first_is_told(filled: Path) -> None:
    version = drafted(filled)
    at = page("approvals", who="Wang")
    approvals.withdraw(Workspace.at(filled), version.id, who="Zhao")
    at = press(at, "Approve")
    assert not at.exception
    assert "withdrawn" in words(at)
    assert approvals.version_of(Workspace.at(filled), version.id).last.step == "withdrawn"


def test_a_version_is_held_against_the_one_in_force(filled: Path) -> None:
    first, home = drafted(filled), Workspace.at(filled)
    approvals.approve(home, first.id, who="Wang")
    approvals.put_in_force(home, first.id, dt.datetime.now(dt.UTC).date(), who="Wang")
    drafted(filled)
    at = page("approvals", who="Wang")
    sound(at)
    assert "version 1, Recommended rules" in words(at)


def test_an_effect_nobody_simulated_is_worked_out_on_request(filled: Path) -> None:
    home, run = decision(filled)
    other = RESHIP.replace(fallback=("refund",), name="other")
    approvals.draft(home, other, run_id=run.id, who="Lin")
    at = page("approvals", who="Wang")
    sound(at)
    assert "its effect in money is not known yet" in words(at)
    at = press(at, "Work out the effect in money")
    job = Jobs(home).listed()[0]
    assert (job.kind, job.who) == ("simulate", "Wang")
    assert Jobs(home).wait(job.id).state == "finished"
    at = at.run()
    sound(at)
    assert "against" in words(at)
    assert len(at.metric) == 4


def test_a_version_whose_run_is_gone_or_damaged_is_shown_without_figures(filled: Path) -> None:
    version = drafted(filled)
    home, run = decision(filled)
    (run.folder / "asked.json").write_text("{}", "utf-8")
    assert "is damaged" in words(page("approvals", who="Wang"))
    runs.remove(home, run.id)
    at = page("approvals", who="Wang")
    sound(at)
    assert "no longer stored" in words(at)
    assert "Approve" in labels(at)
    assert approvals.version_of(home, version.id).last.step == "draft"


def test_names_stay_text(filled: Path) -> None:
    home, run = decision(filled)
    named = RESHIP.replace(title=Title(en=HOSTILE, zh=HOSTILE))
    approvals.draft(home, named, run_id=run.id, note=HOSTILE, who=HOSTILE)
    version = drafted(filled, who=HOSTILE)
    approvals.approve(home, version.id, who=HOSTILE, note=HOSTILE)
    approvals.put_in_force(home, version.id, dt.datetime.now(dt.UTC).date(), who=HOSTILE)
    at = page("approvals", who="Wang")
    sound(at)
    said = "\n".join(str(each.value) for kind in ("markdown", "success", "caption", "info") for each in at.get(kind))
    assert "**x**" not in said
    assert "<script>" not in said.replace("\\<script\\>", "")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_without_a_decision_the_page_says_what_it_is_for(empty: Path, lang: str) -> None:
    at = page("approvals", lang)
    sound(at)
    assert len(at.button) == 1
    assert ("needs a decision" if lang == "en" else "需基于决策") in words(at)


def test_every_file_of_a_version_says_whether_it_is_signed(filled: Path) -> None:
    from warrantysim.report.policy_file import Stamp, version_policy, version_rules

    version = drafted(filled)
    _, run = decision(filled)
    stamp = Stamp("APPROVED", version.number, run.id, "2027-02-01", decided=True)
    rules = version_rules(version.policy, run.asked.scenario, stamp)
    assert set(rules["status"]) == {"APPROVED"}
    assert set(rules["version"]) == {1}
    assert set(rules["run"]) == {run.id}
    assert {"title_en", "title_zh", "price_from", "age_to_days"} <= set(rules)
    assert set(rules["effective_from"]) == {"2027-02-01"}
    text = version_policy(version.policy, dataclasses.replace(stamp, status="DRAFT"))
    assert text.startswith(f"# DRAFT: version 1 of the policy, run {run.id}, in force from 2027-02-01\n")
    assert text.endswith(policy_text(version.policy))
    proposed = dataclasses.replace(stamp, decided=False)
    assert ", proposed to be in force from 2027-02-01\n" in version_policy(version.policy, proposed)
    rules = version_rules(version.policy, run.asked.scenario, proposed)
    assert set(rules["day_is"]) == {"proposed"}


def test_a_proposal_states_from_when_its_rules_are_to_hold_and_whoever_puts_it_in_force_sees_it(filled: Path) -> None:
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40)
    drafted(filled)
    at = page("approvals", who="Lin")
    at.date_input(key="approvals_propose_from_day").set_value(day)
    at = press(at, "Propose")
    sound(at)
    version = approvals.policy_versions(Workspace.at(filled))[0]
    assert version.proposed_from == day
    told = "\n".join(frame.to_csv() for frame in frames(at))
    assert f"proposed, to hold from {day}" in told
    assert f"{day} (proposed)" in told
    approvals.approve(Workspace.at(filled), version.id, who="Wang")
    at = page("approvals", who="Wang", approvals_version=str(version.number))
    assert at.date_input(key=f"approvals_{version.id}_day").value == day


def test_a_past_day_is_told_beside_its_field_and_proposes_nothing(filled: Path) -> None:
    drafted(filled)
    at = page("approvals", who="Lin")
    at.date_input(key="approvals_propose_from_day").set_value(dt.date(2025, 1, 5))
    at = press(at, "Propose")
    assert any("2025" in str(one.value) and "is past" in str(one.value) for one in at.error)
    assert len(approvals.policy_versions(Workspace.at(filled))) == 1


def test_a_version_that_is_to_hold_later_can_be_taken_back(filled: Path) -> None:
    home, version = Workspace.at(filled), drafted(filled)
    approvals.approve(home, version.id, who="Wang")
    late = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40)
    approvals.put_in_force(home, version.id, late, who="Wang")
    at = page("approvals", who="Wang")
    assert "Put in force" not in labels(at)
    press(at, "Withdraw")
    assert approvals.version_of(home, version.id).last.step == "withdrawn"
