"""The page of operations: the answer first, six views of a counted year, and what it says where nothing is counted."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.store.test_jobs import jobs_request
from tests.ui.counting import HOSTILE, confirmation
from tests.ui.opening import page, said_on, sound, tables, words
from warrantysim.experiment.stages import STAGES
from warrantysim.store import runs
from warrantysim.store.counting import counting, usual_rules
from warrantysim.store.jobs import Jobs
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.ui.components import counted as counting_page
from warrantysim.ui.demo import ask_for_counts
from warrantysim.ui.operations import REPLAY

VIEWS = ("promises", "benches", "open", "freight", "pool")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COUNTED = "operations"
"""What is counted in the workspace of these tests."""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_stands_first_for_both_rules(counted: Path, lang: str) -> None:
    at = page("operations", lang)
    sound(at)
    said = said_on(at)
    assert len(at.metric) == 4
    assert ("are resolved within 14 days" if lang == "en" else "的工单在 14 天内解决") in said
    assert ("Recommended rule: " if lang == "en" else "建议规则：") in said


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", [*VIEWS, REPLAY])
def test_every_view_is_whole_in_both_languages(counted: Path, view: str, lang: str) -> None:
    at = page("operations", lang, operations_view=view)
    sound(at)
    assert at.get("arrow_vega_lite_chart") or at.get("vega_lite_chart")
    if lang == "zh":
        headers = [str(name) for table in tables(at) for name in table.columns]
        assert not [name for name in headers if not CHINESE.search(name)]


def test_days_may_be_chosen_and_more_days_keep_more_promises(counted: Path) -> None:
    shares = []
    for days in (5, 40):
        at = page("operations", operations_within=days)
        sound(at)
        assert f"are resolved within {days} days" in said_on(at)
        shares.append(float(at.metric[0].value.removesuffix(" %")))
    assert shares[0] < shares[1]


def test_one_rule_alone_is_compared_with_nothing(counted: Path) -> None:
    at = page("operations", operations_rules="recommended")
    sound(at)
    assert "waiting longer" not in said_on(at)
    assert not [each for each in at.caption if "today" in each.value.lower()]


def test_a_market_narrows_the_tables(counted: Path) -> None:
    at = page("operations", operations_market="DE")
    sound(at)
    assert set(tables(at)[0]["market"]) == {"DE"}


def test_an_address_restores_the_view(counted: Path) -> None:
    at = AppTest.from_function(_page, default_timeout=60)
    at.query_params["operations_view"] = "pool"
    at.query_params["operations_within"] = "21"
    at.query_params["operations_run"] = confirmation(counted).id
    at.run()
    sound(at)
    assert at.number_input(key="operations_within").value == 21
    assert "swap pool" in said_on(at)


def _page() -> None:
    from warrantysim.ui import operations

    operations.show()


def test_days_of_the_replay_are_stepped_through_and_counted(counted: Path) -> None:
    at = page("operations", operations_view=REPLAY)
    sound(at)
    assert at.slider(key="operations_day").value == 15
    before = tables(at)[-1]
    assert len(before) == len(STAGES)
    at.button(key="operations_on").click().run()
    sound(at)
    assert at.slider(key="operations_day").value == 16
    at.button(key="operations_back").click().run()
    assert at.slider(key="operations_day").value == 15
    assert tables(at)[-1].equals(before)


def test_an_empty_workspace_says_what_it_will_show_and_offers_the_demo(empty: Path) -> None:
    at = page("operations")
    sound(at)
    assert [button.label for button in at.button] == ["Fill the workspace with the demo seller"]
    assert "queues at each bench" in words(at)


def test_what_is_not_counted_is_offered_and_counted_as_a_job(filled: Path) -> None:
    at = page("operations")
    sound(at)
    assert tables(at), "the simulation itself has kept how busy benches were"
    assert re.search(r"\b[1-9]\d* years on the same luck", words(at))
    scenario = confirmation(filled).inputs.scenario
    named = {one.title.en for one in scenario.partners.values() if one.title is not None}
    assert not {str(name) for table in tables(at) for name in table.get("bench", [])} & (set(scenario.partners) - named)
    at.button(key="operations_count").click().run()
    jobs = Jobs(Workspace.at(filled))
    asked = [job for job in jobs.listed() if job.kind == "operations"]
    assert len(asked) == 1
    assert jobs.wait(asked[0].id).state == "finished", jobs.log(asked[0].id)
    again = page("operations")
    sound(again)
    assert len(again.metric) == 4


def test_a_viewer_may_look_and_not_count(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "somebody@example.com")
    at = page("operations")
    sound(at)
    assert at.button(key="operations_count").disabled


def test_a_count_that_failed_says_why_and_may_be_asked_for_again(filled: Path) -> None:
    run, jobs = confirmation(filled), Jobs(Workspace.at(filled))
    job = jobs_request(jobs, counting("operations", run, usual_rules(run)))
    with jobs.workspace.writing() as db:
        db.execute("UPDATE jobs SET state = 'failed', message = 'disk full' WHERE id = ?", (job.id,))
    at = page("operations")
    assert not at.exception
    assert "disk full" in words(at)
    assert not at.button(key="operations_count").disabled


def test_a_damaged_simulation_is_said_to_be_so(counted: Path) -> None:
    run = confirmation(counted)
    (run.folder / "tables" / "benches.parquet").write_bytes(b"")
    at = page("operations", operations_run=run.id)
    assert not at.exception
    assert any(run.id in each.value for each in at.error)


def test_a_damaged_count_may_be_counted_again(counted: Path) -> None:
    found = next(run for run in runs.list_runs(Workspace.at(counted)) if run.kind == "operations")
    (found.folder / "tables" / "promises.parquet").write_bytes(b"")
    at = page("operations", operations_run=confirmation(counted).id)
    sound(at)
    assert any(found.id in each.value for each in at.warning)
    assert at.button(key="operations_count")


def test_a_run_that_is_gone_is_said_to_be_so_and_another_shown(counted: Path) -> None:
    at = page("operations", operations_run="0" * 16)
    sound(at)
    assert any("0000" in each.value for each in at.warning)
    assert len(at.metric) == 4


@pytest.mark.parametrize("view", [*VIEWS, REPLAY])
def test_hostile_names_are_shown_and_do_nothing(attacked: StoredRun, view: str) -> None:
    at = page("operations", operations_run=attacked.id, operations_view=view)
    sound(at)
    raw = words(at)
    assert HOSTILE[2] not in raw
    assert HOSTILE[1] not in raw
    assert not [option for option in at.selectbox[0].options if len(option) > 250]


def test_the_demo_has_its_confirming_years_counted_for_both_pages(filled: Path) -> None:
    jobs, run = Jobs(Workspace.at(filled), 0), confirmation(filled)
    asked = ask_for_counts(jobs)
    assert [job.kind for job in asked] == ["operations", "quality"]
    assert [job.run_id for job in asked] == [
        counting(kind, run, usual_rules(run)).id for kind in ("operations", "quality")
    ]
    assert [job.id for job in ask_for_counts(jobs)] == [job.id for job in asked]


@pytest.mark.parametrize(("behind", "called"), [("here", "建议规则"), ("elsewhere", "recommended")])
def test_what_confirmed_a_decision_that_shipped_calls_its_rules_in_words(
    monkeypatch: pytest.MonkeyPatch, behind: str, called: str
) -> None:
    run: Any = SimpleNamespace(id="here", manifest={})
    stated = SimpleNamespace(policy=SimpleNamespace(name="today", title=None))
    monkeypatch.setattr(counting_page, "confirmation_of", lambda one, _: SimpleNamespace(id=one))
    monkeypatch.setattr(counting_page, "workspace", lambda: None)
    monkeypatch.setattr(counting_page, "lang", lambda: "zh")
    monkeypatch.setattr(counting_page, "t", lambda key: "建议规则" if key == "counted.recommended" else key)
    monkeypatch.setattr(counting_page.reading, "finished_runs", lambda kind: [behind])
    monkeypatch.setattr(counting_page.reading, "scenario_behind", lambda _: stated)
    assert counting_page._title(run, "recommended") == called
