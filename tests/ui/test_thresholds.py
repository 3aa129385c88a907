"""Thresholds: rules found, a cell opened, rules set by hand and priced, files and drafts, in workspaces of any kind."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import frames, page, shop, sound, words
from warrantysim.decision.cells import CellZone
from warrantysim.decision.manual_policy import NAME
from warrantysim.store import approvals
from warrantysim.store.deciding import by_hand_inputs, confirmation_of
from warrantysim.store.jobs import Jobs
from warrantysim.store.runs import find, list_runs, remove
from warrantysim.store.saving import save_study
from warrantysim.store.scenarios import kept_scenario, kept_scenarios
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.ui.components.set_by_hand import packed

LANGUAGES = ("en", "zh")
HAND = {"thresholds_part": "hand"}


def decision(folder: Path) -> StoredRun:
    return next(run for run in list_runs(Workspace.at(folder)) if run.kind == "decide")


def by_hand(at: AppTest) -> dict[Any, Any]:
    return dict(at.session_state["thresholds_hand"][1])


def field(at: AppTest, kind: str, start: str) -> Any:
    """The widget of a kind whose key begins so."""
    return next(each for each in at.get(kind) if str(each.key or "").startswith(start))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_and_every_rule_are_shown(filled: Path, lang: str) -> None:
    at = page("thresholds", lang)
    sound(at)
    run = decision(filled)
    saving = f"{round(float(run.found.saving.interval.mean)):,}"
    assert saving in words(at)
    assert len(frames(at)[0]) == len(run.found.table)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ["cell", "hand", "files"])
@pytest.mark.parametrize("view", ["table", "picture"])
def test_every_part_is_drawn_in_both_languages(filled: Path, lang: str, part: str, view: str) -> None:
    at = page("thresholds", lang, thresholds_part=part, thresholds_view=view)
    sound(at)
    assert not [each.value for each in at.warning], words(at)


def test_totals_are_of_the_rows_shown(filled: Path) -> None:
    at = page("thresholds", thresholds_markets=["US"])
    sound(at)
    table = decision(filled).found.table
    mine = table[table["market"] == "US"]
    assert f"{len(mine)} of {len(table)}" in words(at)
    assert f"{round(mine['saving'].sum()):,}" in words(at)
    assert frames(at)[0]["saving"].sum() == pytest.approx(mine["saving"].sum(), abs=len(mine))


def test_filters_work_together_and_may_leave_nothing(filled: Path) -> None:
    at = page("thresholds", thresholds_markets=["US"], thresholds_text="no such thing")
    sound(at)
    assert "No cell matches" in words(at)
    assert not at.get("vega_lite_chart")


def test_a_choice_the_address_states_and_that_is_none_is_passed_over(filled: Path) -> None:
    at = page("thresholds", thresholds_cell="nowhere", decision="gone", thresholds_part="x", thresholds_step="7")
    sound(at)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_open_cell_tells_its_sentence_curves_costs_and_flows(filled: Path, lang: str) -> None:
    at = page("thresholds", lang, thresholds_cell="A US")
    sound(at)
    d = decision(filled).found
    row = d.table[(d.table["sku"] == "A") & (d.table["market"] == "US")].iloc[0]
    frame = decision(filled).frame("decision")
    sentence = frame[(frame["sku"] == "A") & (frame["market"] == "US")][f"sentence_{lang}"].iloc[0]
    assert sentence.split("(")[0].split("（")[0][:40] in words(at).replace("\\", "")
    flows = frames(at)[-1]
    assert flows["claims_now"].sum() == pytest.approx(row["claims"])
    assert flows["claims_new"].sum() == pytest.approx(row["claims_new"])
    assert len(at.get("vega_lite_chart")) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_workspace_says_what_will_be_here(empty: Path, lang: str) -> None:
    at = page("thresholds", lang)
    sound(at)
    assert len(at.button) == 1
    assert words(at)


def test_a_damaged_decision_is_told_and_breaks_nothing(filled: Path) -> None:
    run = decision(filled)
    (run.folder / "record.json").write_text("{}", "utf-8")
    at = page("thresholds")
    sound(at)
    assert "cannot be read" in words(at)


def test_without_its_confirmation_a_decision_is_shown_with_what_is_left(filled: Path) -> None:
    space, run = Workspace.at(filled), decision(filled)
    confirmed = confirmation_of(run, space)
    assert confirmed is not None
    remove(space, confirmed.id)
    for part in ("cell", "hand", "files"):
        at = page("thresholds", thresholds_part=part)
        sound(at)
        assert "not in the workspace" in words(at)


def test_damaged_training_claims_leave_the_rest_of_the_page(filled: Path) -> None:
    path = next((decision(filled).folder / "training").glob("*.parquet"))
    path.write_bytes(b"")
    at = page("thresholds", **HAND)
    sound(at)
    assert "nothing can be estimated at once" in words(at)


def test_a_decision_of_before_training_claims_were_kept_is_shown_without_curves(empty: Path, kept: Path) -> None:
    old = decision(kept)
    space = Workspace.at(empty)
    tables = {name: frame for name, frame in old.stored.tables.items() if name != "curves"}
    save_study(space, old.study, replace(old.stored, tables=tables))
    at = page("thresholds")
    sound(at)
    assert "before cost curves were kept" in words(at)
    at = page("thresholds", **HAND)
    sound(at)
    assert "The claims this decision learned from are not kept with it" in words(at)


def test_a_cut_point_changed_by_hand_is_priced_at_once(filled: Path) -> None:
    at = page("thresholds", thresholds_cell="A US", **HAND)
    sound(at)
    assert "same cost" in words(at)
    field(at, "button", "thresholds_hand_add").click().run()
    sound(at)
    (cell,) = by_hand(at)
    assert cell == ("A", "US")
    field(at, "selectbox", "thresholds_hand_do_").set_value(("refund", "")).run()
    assert by_hand(at)[cell][0].do == "refund"


def test_worse_rules_by_hand_cost_more_and_say_so(filled: Path) -> None:
    run = decision(filled)
    worst = {("A", "US"): (CellZone(0.0, "return_china", "sea"),), ("B", "US"): (CellZone(0.0, "return_china", "sea"),)}
    at = page("thresholds", thresholds_hand=(run.id, worst), **HAND)
    sound(at)
    text = words(at)
    assert "more estimate, without interval" in text or "costs USD" in text
    assert at.session_state["thresholds_hand"][1] == worst


def test_a_loss_simulated_has_its_interval_told_as_losses(filled: Path) -> None:
    space, run = Workspace.at(filled), decision(filled)
    worst = {(sku, "US"): (CellZone(0.0, "return_china", "sea"),) for sku in "AB"}
    state = {"thresholds_hand": (run.id, worst), **HAND}
    at = page("thresholds", **state)
    field(at, "button", "thresholds_hand_simulate").click().run()
    work = Jobs(space)
    (job,) = [job for job in work.listed() if "by-hand" in job.label]
    assert work.wait(job.id).state == "finished", work.log(job.id)
    at = page("thresholds", **state)
    sound(at)
    first = next(each for each in at.metric if "95 %" in str(each.delta))
    assert "more" in first.value
    low, high = (float(end.replace(",", "")) for end in first.delta.split(": ")[1].split(" to "))
    told = float(first.value.removeprefix("costs USD ").removesuffix(" more").replace(",", ""))
    assert low <= told <= high
    assert low < high


def test_zones_out_of_order_are_told_and_not_priced(filled: Path) -> None:
    run = decision(filled)
    bad = {
        ("A", "US"): (CellZone(0.0, "refund", ""), CellZone(50.0, "reship", ""), CellZone(20.0, "repair_local", "P"))
    }
    at = page("thresholds", thresholds_cell="A US", thresholds_hand=(run.id, bad), **HAND)
    assert not at.exception
    assert [each.value for each in at.error] == [
        "Zone 3 begins at 20; it must begin above 50, where zone before it does."
    ]
    assert "Estimate" not in words(at)
    elsewhere = page("thresholds", thresholds_cell="B US", thresholds_hand=(run.id, bad), **HAND)
    assert "cannot be followed" in elsewhere.error[0].value


def test_zones_are_dropped_added_and_set_back(filled: Path) -> None:
    run = decision(filled)
    two = {("A", "US"): (CellZone(0.0, "refund", ""), CellZone(50.0, "reship", ""))}
    at = page("thresholds", thresholds_cell="A US", thresholds_hand=(run.id, two), **HAND)
    field(at, "button", "thresholds_hand_away_").click().run()
    assert by_hand(at) == {("A", "US"): (CellZone(0.0, "reship", ""),)}
    field(at, "button", "thresholds_hand_back").click().run()
    assert by_hand(at) == {}
    sound(at)


def test_the_address_restores_what_was_set_by_hand(filled: Path) -> None:
    run = decision(filled)
    chosen = {("A", "DE"): (CellZone(0.0, "refund", ""), CellZone(33.0, "reship", ""))}
    at = AppTest.from_function(_opened, args=(), default_timeout=60)
    at.session_state["lang"] = "en"
    at.query_params["thresholds_hand"] = packed(run.id, chosen)
    at.query_params["decision"] = run.id
    at.query_params["thresholds_part"] = "hand"
    at.run()
    sound(at)
    assert by_hand(at) == chosen


def _opened() -> None:
    from warrantysim.ui.thresholds import show

    show()


def test_an_unchanged_rule_simulated_is_exactly_the_decision(filled: Path) -> None:
    space, run = Workspace.at(filled), decision(filled)
    at = page("thresholds", **HAND)
    field(at, "button", "thresholds_hand_simulate").click().run()
    sound(at)
    confirmed = confirmation_of(run, space)
    assert confirmed is not None
    inputs = by_hand_inputs(confirmed, run.found.policy)
    work = Jobs(space)
    job = work.attach(inputs.id)
    assert job is not None
    assert work.wait(job.id).state == "finished", work.log(job.id)
    at = page("thresholds", **HAND)
    sound(at)
    assert "No detectable difference" in words(at)
    assert f"USD {round(run.found.cost):,}" in words(at)


@pytest.mark.parametrize("button", ["to_scenario", "to_draft"])
def test_rules_are_applied_as_a_scenario_and_drafted_for_approval(filled: Path, button: str) -> None:
    space, run = Workspace.at(filled), decision(filled)
    at = page("thresholds", thresholds_part="files", who="Lin")
    sound(at)
    label = {"to_scenario": "Apply as scenario policy", "to_draft": "Draft for approval"}[button]
    next(each for each in at.button if each.label == label).click().run()
    sound(at)
    if button == "to_scenario":
        (version,) = kept_scenarios(space)
        assert kept_scenario(space, version.ref).policy.rules == run.found.policy.rules
        assert version.who == "Lin"
    else:
        (drafted,) = approvals.policy_versions(space)
        assert drafted.run_id == run.id
        assert drafted.last.step == "draft"


def test_viewers_may_look_and_take_away_but_change_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "boss@example.com")
    at = page("thresholds", thresholds_part="files")
    sound(at)
    assert {each.label: each.disabled for each in at.button if each.label} == {
        "Prepare the workbook": True, "Apply as scenario policy": True, "Draft for approval": True,
    }  # fmt: skip
    at = page("thresholds", **HAND)
    assert field(at, "button", "thresholds_hand_simulate").disabled


def test_the_workbook_is_counted_by_a_job_and_then_handed_out(filled: Path) -> None:
    space = Workspace.at(filled)
    at = page("thresholds", thresholds_part="files")
    field(at, "button", "thresholds_book_ask").click().run()
    sound(at)
    work = Jobs(space)
    (job,) = [job for job in work.listed() if job.kind == "quantities"]
    assert work.wait(job.id).state == "finished", work.log(job.id)
    at = page("thresholds", thresholds_part="files")
    sound(at)
    names = [each.key for each in at.get("download_button")]
    assert "thresholds_book" in names


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """A decision whose names are an attack, in a workspace of its own."""
    world = shop()
    evil = ['=HYPERLINK("x")**x**:red[x]', "![](http://x)<script>alert(1)</script>" + "很长" * 5000]
    skus = tuple(k.replace(name_en=evil[i % 2], name_zh=evil[(i + 1) % 2]) for i, k in enumerate(world.skus))
    d = world.decision.replace(
        training_replications=1, selection_replications=1, confirm_replications=2, iterations=1, neighbours=0
    )
    study = AskedQuestion.of("decide", world.replace(skus=skus, decision=d))
    space = Workspace.at(tmp_path_factory.mktemp("attacked") / "workspace")
    work = Jobs(space)
    ended = work.wait(work.submit(study, label="**bold** <b>").id)
    assert ended.state == "finished", work.log(ended.id)
    found = find(space, ended.run_id)
    assert found is not None
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_stay_names(attacked: StoredRun, monkeypatch: pytest.MonkeyPatch, lang: str) -> None:
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(attacked.folder.parents[1]))
    for part in ("cell", "hand", "files"):
        at = page("thresholds", lang, thresholds_part=part)
        sound(at)
        for each in (*at.markdown, *at.caption, *at.subheader):
            assert "**x**" not in str(each.value)
            assert "](http" not in str(each.value)
            assert not re.search(r"(?<!\\)<script", str(each.value))
    assert find(Workspace.at(attacked.folder.parents[1]), attacked.id) is not None


def test_a_policy_set_by_hand_bears_one_name() -> None:
    assert NAME == "by hand"
