"""The page of quality: what to fix first in a sentence each, four views of counted claims, files for engineers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.counting import HOSTILE, confirmation
from tests.ui.opening import page, said_on, shop, sound, tables, words
from warrantysim.experiment.bench_months import whole_months
from warrantysim.store import runs
from warrantysim.store.jobs import Jobs
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace
from warrantysim.studies.quality import GROUPS, MEASURES

VIEWS = ("pareto", "trend", "worth", "customers", "feedback")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COUNTED = "quality"
"""What is counted in the workspace of these tests."""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_dearest_faults_are_told_first_with_share_cost_and_interval(counted: Path, lang: str) -> None:
    at = page("quality", lang)
    sound(at)
    first = next(line for line in said_on(at).splitlines() if line.startswith("1. "))
    pattern = (
        r"% of cost, USD [\d,]+ .*\([\d,]+ to [\d,]+\); [\d,]+ claims"
        if lang == "en"
        else r"占成本 [\d.]+ %，.*USD [\d,]+（[\d,]+ 至 [\d,]+）；工单"
    )
    assert re.search(pattern, first), first


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_is_whole_in_both_languages(counted: Path, view: str, lang: str) -> None:
    at = page("quality", lang, quality_view=view)
    sound(at)
    assert tables(at)
    if lang == "zh":
        headers = [str(name) for table in tables(at) for name in table.columns]
        assert not [name for name in headers if not CHINESE.search(name)]


@pytest.mark.parametrize("group", list(GROUPS))
@pytest.mark.parametrize("measure", MEASURES)
def test_claims_are_ranked_by_any_group_and_measure(counted: Path, group: str, measure: str) -> None:
    at = page("quality", quality_by=group, quality_measure=measure)
    sound(at)
    table = tables(at)[0]
    told = table["share"].dropna() if "share" in table else table.iloc[:0, 0]  # Left out where it says nothing.
    assert told.sum() == pytest.approx(100, abs=0.5) or not len(told), "shown in % with one decimal"
    column = {"cost": "cost, USD", "recovery": "supplier pays back, USD", "claims": "claims"}.get(measure)
    if column:
        assert table[column].is_monotonic_decreasing


def test_market_and_product_narrow_what_is_told(counted: Path) -> None:
    whole = tables(page("quality"))[0]
    at = page("quality", quality_market="DE", quality_product="B")
    sound(at)
    part = tables(at)[0]
    assert set(part["product"]) == {"B"}
    assert 0 < part["claims"].sum() < whole["claims"].sum()
    assert not any(name.startswith("a point") for name in part.columns)


def test_a_points_worth_is_told_with_its_interval(counted: Path) -> None:
    table = tables(page("quality", quality_view="worth"))[0]
    worth = next(name for name in table.columns if name.startswith("a point"))
    assert (table["From"] <= table[worth]).all()
    assert (table[worth] <= table["To"]).all()
    assert table[worth].max() > 0


def test_cohorts_are_compared_at_the_age_chosen(counted: Path) -> None:
    rows = []
    for age in (1, 6):
        at = page("quality", quality_view="trend", quality_age=age)
        sound(at)
        rows.append(len(tables(at)[0]))
    months = len(whole_months(shop()))
    assert rows == [months - 1, months - 6]


def test_one_fault_may_be_followed(counted: Path) -> None:
    at = page("quality", quality_view="trend", quality_fault="repairable")
    sound(at)
    assert at.selectbox(key="quality_fault").value == "repairable"


def test_an_address_restores_the_view(counted: Path) -> None:
    at = AppTest.from_function(_page, default_timeout=60)
    at.query_params["quality_view"] = "customers"
    at.query_params["quality_ends"] = "sku"
    at.run()
    sound(at)
    assert "product" in tables(at)[0].columns


def _page() -> None:
    from warrantysim.ui import quality

    quality.show()


def test_an_empty_workspace_says_what_it_will_show_and_offers_the_demo(empty: Path) -> None:
    at = page("quality")
    sound(at)
    assert [button.label for button in at.button] == ["Fill the workspace with the demo seller"]
    assert "faults cost most" in words(at)


def test_what_is_not_counted_is_offered_and_counted_as_a_job(filled: Path) -> None:
    at = page("quality")
    sound(at)
    at.button(key="quality_count").click().run()
    jobs = Jobs(Workspace.at(filled))
    asked = [job for job in jobs.listed() if job.kind == "quality"]
    assert len(asked) == 1
    assert jobs.wait(asked[0].id).state == "finished", jobs.log(asked[0].id)
    again = page("quality")
    sound(again)
    assert "1. " in said_on(again)


def test_a_viewer_may_look_and_not_count(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "somebody@example.com")
    at = page("quality")
    sound(at)
    assert at.button(key="quality_count").disabled


def test_a_damaged_count_may_be_counted_again(counted: Path) -> None:
    found = next(run for run in runs.list_runs(Workspace.at(counted)) if run.kind == "quality")
    (found.folder / "tables" / "claims.parquet").write_bytes(b"")
    at = page("quality", quality_run=confirmation(counted).id)
    sound(at)
    assert any(found.id in each.value for each in at.warning)
    assert at.button(key="quality_count")


@pytest.mark.parametrize("view", list(VIEWS))
def test_hostile_names_are_shown_and_do_nothing(attacked: StoredRun, view: str) -> None:
    at = page("quality", quality_run=attacked.id, quality_view=view)
    sound(at)
    raw = words(at)
    assert HOSTILE[2] not in raw
    assert HOSTILE[1] not in raw
