"""Scenarios: a tree of what-ifs with their differences; new ones from a form of the schema; versions that stay."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.opening import frames, page, sound, words
from tests.ui.seller import WHY, base, patient, seller  # noqa: F401
from warrantysim.cli import main
from warrantysim.files.loading import load_scenario
from warrantysim.report.input_frames import table_columns, table_frame
from warrantysim.schema.digest import digest
from warrantysim.store import runs
from warrantysim.store.jobs import Jobs
from warrantysim.store.pins import pinned
from warrantysim.store.scenarios import keep_scenario, kept_scenario, kept_scenarios
from warrantysim.store.versions import Version
from warrantysim.store.workspace import Workspace
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.scenarios import NUMBER, check_rows, grid_rows, with_depth
from warrantysim.ui.scenarios_one import differences_file

pytestmark = pytest.mark.usefixtures("seller")

GRACE = "experience.grace_days"
CALLED = "experience › grace days"
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>**x**:red[x]![](http://x)' + "长" * 2000


def kept(folder: Path, days: float = 9, name: str = "mine", parent: str = "base", why: str = "a survey") -> Version:
    """A what-if somebody kept."""
    world = base().replace(name="mine", experience=base().experience.replace(grace_days=days))
    return keep_scenario(
        Workspace.at(folder), name, world, parent=parent, changes=[f"{GRACE}={days:g}"], why=why, who="Wu"
    )


def form(lang: str = "en", search: str = GRACE, **state: object) -> AppTest:
    """The form with a field found."""
    return page("scenarios", lang, scenarios_part="new", scenarios_field_search=search, who="Lin", **state)


def value_of(at: AppTest) -> object:
    """The one number the form asks for."""
    (field,) = [each for each in at.number_input if each.label == "New value"]
    return field


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["tree", "new", "edit"])
def test_every_part_is_drawn_in_both_languages(empty: Path, lang: str, part: str) -> None:
    at = page("scenarios", lang, scenarios_part=part)
    sound(at)
    assert ("Scenarios from files: 2" if lang == "en" else "自带情景 2 个") in words(at)


def test_the_tree_has_each_below_what_it_was_made_from_with_what_it_states(empty: Path) -> None:
    first = kept(empty)
    kept(empty, 11, "child", parent=first.ref)
    tree = frames(page("scenarios"))[0]
    assert [row.strip() for row in tree["tree"]] == ["base", "└ patient", "└ mine@1", "└ child@1"]
    assert tree["tree"].iloc[3].startswith("   ")
    assert tree["states"].tolist()[1:3] == [f"{CALLED} = 77", f"{CALLED}=9"]
    assert tree["why"].tolist()[1:3] == [WHY, "a survey"]
    assert tree["state"].tolist() == ["shipped file", "shipped file", "kept, not run yet", "kept, not run yet"]


def test_parents_that_go_round_or_are_gone_lose_nobody() -> None:
    def one(ref: str, parent: str) -> KnownScenario:
        return KnownScenario(ref, ref, ref, "", parent, None, ())

    listed = [one("a", "b"), one("b", "a"), one("c", "gone"), one("d", "c")]
    assert [(known.ref, depth) for known, depth in with_depth(listed)] == [("c", 0), ("d", 1), ("a", 0), ("b", 0)]


def test_one_scenario_shows_old_and_new_and_why(empty: Path) -> None:
    at = page("scenarios", scenarios_ref="patient")
    sound(at)
    (change,) = frames(at)[1].to_dict("records")
    assert (change["path"], change["new"], change["unit"]) == (GRACE, "77", "days")
    assert WHY in words(at)
    assert "→ 77" in words(at)


def test_versions_are_numbered_and_say_who_and_when(empty: Path) -> None:
    kept(empty)
    kept(empty, 10)
    at = page("scenarios", scenarios_ref="mine@1")
    sound(at)
    versions = frames(at)[-1]
    assert versions["version"].tolist() == ["mine@2", "mine@1"]
    assert versions["who"].tolist() == ["Wu", "Wu"]
    assert "It is never changed; an edit makes version 2 or later." in words(at)


def test_a_new_what_if_is_made_by_search_value_and_reason(empty: Path) -> None:
    at = form()
    sound(at)
    now = base().experience.grace_days
    assert f"**Value in the base**: {now:g}" in words(at)
    assert "Unit: days. Bounds: 0\\-3650." in words(at)
    assert at.button(key="scenarios_field_add").disabled
    value_of(at).set_value(21.0).run()
    at.button(key="scenarios_field_add").click().run()
    (change,) = frames(at)[0].to_dict("records")
    assert (change["path"], change["old"], change["new"]) == (GRACE, f"{now:g}", "21")
    assert not kept_scenarios(Workspace.at(empty))
    at.text_input(key="scenarios_new_name").set_value("slow-post")
    at.button(key="scenarios_new_keep").click().run()
    assert "Say why" in at.error[0].value
    at.text_area(key="scenarios_new_why").set_value("strikes")
    at.button(key="scenarios_new_keep").click().run()
    sound(at)
    (version,) = kept_scenarios(Workspace.at(empty))
    assert (version.ref, version.who, version.note) == ("slow-post@1", "Lin", "strikes")
    assert version.details["changes"] == [f"{GRACE}=21"]
    assert kept_scenario(Workspace.at(empty), "slow-post").experience.grace_days == 21
    assert "Kept as" in words(at)


def found(at: AppTest) -> str:
    """The field that stands first, whatever was searched before."""
    return str(next(box.value for box in at.selectbox if box.key.startswith("scenarios_field_path:")))


def test_the_field_on_screen_is_the_one_that_is_changed_after_another_search(empty: Path) -> None:
    at = form(search="")
    first = found(at)
    at.text_input(key="scenarios_field_search").set_value("freight rate").run()
    sound(at)
    assert found(at) != first
    assert "freight" in found(at)


def test_a_column_of_a_table_is_changed_for_some_of_its_rows(empty: Path) -> None:
    at = form(search="units per month")
    assert "units" in found(at)
    at.selectbox(key="scenarios_field_sales[sku,market,channel].units_per_month_1").select("US").run()
    at.segmented_control(key="scenarios_field_how").set_value("times").run()
    (factor,) = [each for each in at.number_input if each.label.startswith("Factor")]
    factor.set_value(1.5).run()
    at.button(key="scenarios_field_add").click().run()
    sound(at)
    changes = frames(at)[0]
    assert set(changes["path"].str.split(",").str[1]) == {"US"}
    assert next(code.value for code in at.code) == "sales[*,US,*].units_per_month*=1.5"


def test_two_changes_of_one_value_are_told_and_one_can_be_taken_back(empty: Path) -> None:
    at = form(scenarios_changes=[f"{GRACE}=3", f"{GRACE}=4"])
    assert "changed twice" in frames(at)[0]["message"].iloc[0]
    assert not [button for button in at.button if button.key == "scenarios_new_keep"]
    at.button(key="scenarios_back_1").click().run()
    sound(at)
    assert frames(at)[0]["new"].tolist() == ["3"]


def test_a_value_out_of_bounds_is_refused_by_the_server_too(empty: Path) -> None:
    at = form(scenarios_changes=["markets.US.parcel.loss_share=7"])
    assert "expected a number of at most 1" in frames(at)[0]["message"].iloc[0]
    assert at.error[0].value


@pytest.mark.parametrize(("words_", "path"), [("丢件率", "markets.<id>.parcel.loss_share"), (GRACE, GRACE)])
def test_a_field_is_found_by_chinese_words_or_by_path(empty: Path, words_: str, path: str) -> None:
    assert found(form("zh", words_)) == path


def test_words_no_field_has_are_said(empty: Path) -> None:
    at = form(search="nobody has this")
    sound(at)
    assert "No field has all of these words." in words(at)


def test_duplicating_opens_the_form_with_what_was_changed(empty: Path) -> None:
    kept(empty)
    at = page("scenarios", scenarios_ref="mine@1")
    at.button(key="scenarios_duplicate").click().run()
    sound(at)
    assert next(code.value for code in at.code) == f"{GRACE}=9"
    assert at.text_input(key="scenarios_new_name").value == "mine-copy"


def test_pinning_is_kept_and_taken_back(empty: Path) -> None:
    at = page("scenarios", scenarios_ref="patient", who="Lin")
    at.button(key="scenarios_pin").click().run()
    assert pinned(Workspace.at(empty)) == ("patient",)
    assert frames(at)[0]["pinned"].tolist() == [False, True]
    at.button(key="scenarios_pin").click().run()
    assert pinned(Workspace.at(empty)) == ()


def test_simulating_is_a_job_and_its_run_is_told_here(empty: Path) -> None:
    kept(empty)
    space = Workspace.at(empty)
    at = page("scenarios", scenarios_ref="mine@1", who="Lin")
    at.button(key="scenarios_simulate").click().run()
    assert not at.exception
    (job,) = Jobs(space).listed()
    assert (job.kind, job.label, job.who) == ("simulate", "mine@1", "Lin")
    assert Jobs(space).wait(job.id).state == "finished", Jobs(space).log(job.id)
    at.run()
    sound(at)
    assert "One run used it" in words(at)
    assert "kept and run, closed" in frames(at)[0]["state"].tolist()
    assert runs.find_run(space, job.run_id).manifest["changes"]


def test_comparing_with_what_it_was_made_from_is_a_job(empty: Path) -> None:
    at = page("scenarios", scenarios_ref="patient")
    at.button(key="scenarios_compare").click().run()
    assert not at.exception
    space = Workspace.at(empty)
    (job,) = Jobs(space).listed()
    assert (job.kind, job.label) == ("compare", "patient / base")
    assert Jobs(space).wait(job.id).state == "finished", Jobs(space).log(job.id)
    at = page("scenarios", scenarios_ref="patient")
    assert "One run used it" in words(at)


def test_what_was_made_from_something_that_is_gone_can_be_read_and_says_why_not_compared(empty: Path) -> None:
    kept(empty, parent="theirs@7")
    at = page("scenarios", scenarios_ref="mine@1")
    sound(at)
    assert "theirs@7, which it was made from, cannot be read here" in words(at).replace("\\", "")
    at.button(key="scenarios_compare").click().run()
    assert not at.exception
    assert "This cannot be run" in at.error[0].value
    assert not Jobs(Workspace.at(empty)).listed()
    at.button(key="scenarios_compare_1").click().run()
    (job,) = Jobs(Workspace.at(empty)).listed()
    assert job.label == "mine@1 / base"
    Jobs(Workspace.at(empty)).cancel(job.id)


def test_the_yaml_of_a_kept_version_is_accepted_by_validate(empty: Path, seller: Path) -> None:  # noqa: F811
    first = kept(empty)
    child = kept(empty, 12, "child", parent=first.ref)
    for version in (first, child):
        known = KnownScenario(version.ref, version.name, "", "", str(version.details["parent"]), version, ())
        path = seller / f"{version.name}.yaml"
        path.write_bytes(differences_file(known))
        assert main(["validate", str(path), "--quiet"]) == 0
        assert digest(load_scenario(path)) == version.digest
        assert "extends: base.yaml" in path.read_text("utf-8")


def test_rows_typed_into_the_grid_are_checked_by_cell() -> None:
    frame = table_frame(base(), "sales")
    same = check_rows(base(), "sales", grid_rows(frame, "sales"))
    assert same[0] is not None
    assert not same[2]
    frame.loc[0, "units_per_month"] = 77.0
    changed, problems, changes = check_rows(base(), "sales", grid_rows(frame, "sales"))
    assert not problems
    assert changed is not None
    assert [str(change.new) for change in changes] == ["77.0"]
    frame.loc[0, "units_per_month"] = -1.0
    frame.loc[1, "market"] = "XX"
    nothing, problems, _ = check_rows(base(), "sales", grid_rows(frame, "sales"))
    assert nothing is None
    assert problems[0].where == "sales row 2, column units_per_month"


def test_a_row_keeps_its_number_when_one_above_it_is_deleted() -> None:
    frame = table_frame(base(), "sales")
    frame.insert(0, NUMBER, range(2, len(frame) + 2))
    frame.loc[3, "units_per_month"] = -1.0
    fewer = pd.concat([frame.drop(index=1), pd.DataFrame([{"sku": "A"}])], ignore_index=True)
    _, problems, _ = check_rows(base(), "sales", grid_rows(fewer, "sales"))
    assert "sales row 5, column units_per_month" in [problem.where for problem in problems]
    assert {problem.where.partition(",")[0] for problem in problems} == {"sales row 5", f"sales row {len(frame) + 2}"}


def test_a_row_added_and_left_empty_is_no_row() -> None:
    frame = table_frame(base(), "fx")
    longer = pd.concat([frame, pd.DataFrame([dict.fromkeys(frame.columns)])], ignore_index=True)
    assert grid_rows(longer, "fx") == grid_rows(frame, "fx")


@pytest.mark.parametrize("table", ["skus", "faults", "stock", "customs", "windows", "assumptions", "closures"])
def test_a_grid_nobody_touched_changes_nothing(table: str) -> None:
    changed, problems, changes = check_rows(base(), table, grid_rows(table_frame(base(), table), table))
    assert changed is not None
    assert not problems
    assert not changes
    assert set(table_frame(base(), table).columns) == set(table_columns(table))


def test_hostile_names_stay_text(empty: Path) -> None:
    kept(empty, why=HOSTILE)
    at = page("scenarios", scenarios_ref="mine@1")
    sound(at)
    assert "<script>" not in words(at)
    assert "![](" not in words(at)


def test_a_viewer_may_look_and_take_away_but_change_nothing(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(empty)
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "cfo@example.com")
    at = page("scenarios", scenarios_ref="mine@1")
    sound(at)
    named = {button.key: button.disabled for button in at.button}
    acting = [f"scenarios_{word}" for word in ("simulate", "decide", "compare", "duplicate", "pin")]
    assert [named[key] for key in acting] == [True] * len(acting)


def test_a_damaged_version_is_said_and_the_others_stay(empty: Path) -> None:
    version = kept(empty)
    kept(empty, 10)
    (version.folder / "scenario.json").write_text("{}", "utf-8")
    at = page("scenarios", scenarios_ref="mine@1")
    assert not at.exception
    assert "cannot be read" in at.error[0].value
    sound(page("scenarios", scenarios_ref="mine@2"))


def test_the_patient_what_if_is_what_it_says(seller: Path) -> None:  # noqa: F811
    assert digest(load_scenario(seller / "patient.yaml")) == digest(patient())


def _named() -> None:
    import streamlit as st

    from warrantysim.ui.components.keeping import named_and_why

    st.text("|".join(named_and_why("x", "")))


def test_a_name_left_empty_is_made_from_a_title_in_any_language() -> None:
    at = AppTest.from_function(_named, default_timeout=30).run()
    at.text_input(key="x_title").set_value("六月起运费上涨 40%").run()
    name = at.text[0].value.partition("|")[0]
    assert name.startswith("40-")
    assert name.isascii()
