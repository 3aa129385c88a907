"""The record: every run with all it rests on, jobs, one claim down to its ledger lines, who changed what."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.store.small import asked as small_run
from tests.store.small import long_run
from tests.ui.opening import frames, page, said_on, sound, words
from warrantysim.report.export import bundle
from warrantysim.report.run_text import outcome_text
from warrantysim.store import approvals, runs
from warrantysim.store.audit_trail import stored_claims
from warrantysim.store.jobs import Jobs
from warrantysim.store.reproduce import reproduction_of
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.ui.components.counted import DECIDED
from warrantysim.ui.frame import PAGES
from warrantysim.ui.runs import as_done

VIEWS = ("finished", "jobs", "claim", "audit")
HOSTILE = '**x** :red[x] ![](http://x.example) <script>alert(1)</script> =HYPERLINK("x")'


def stored(folder: Path, kind: str) -> StoredRun:
    """The latest run of a kind."""
    return next(run for run in runs.list_runs(Workspace.at(folder)) if run.kind == kind)


def press(at: AppTest, label: str) -> AppTest:
    (button,) = [each for each in at.button if each.label == label]
    return button.click().run()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_drawn_in_both_languages(filled: Path, view: str, lang: str) -> None:
    at = page("runs", lang, runs_view=view)
    sound(at)
    assert frames(at)
    if lang == "zh":
        for frame in frames(at):
            assert not [name for name in frame.columns if re.fullmatch(r"[a-z ]+", str(name))] or view in {
                "finished",
                "claim",
            }


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_empty_workspace_says_what_will_be_here(empty: Path, lang: str) -> None:
    at = page("runs", lang)
    sound(at)
    assert len(at.button) == 1
    assert ("Nothing has been run yet" if lang == "en" else "尚未运行") in words(at)


def test_a_run_says_what_it_came_to_and_what_it_rests_on(filled: Path) -> None:
    run = stored(filled, "decide")
    at = page("runs", runs_run=run.id)
    sound(at)
    assert f"saves USD {round(run.record['saving']['mean']):,}" in words(at)
    facts = next(frame for frame in frames(at) if list(frame.columns) == ["what", "value"])
    assert run.id in set(facts["value"])
    assert str(run.manifest["seed"]) in set(facts["value"])
    names = {each.label for each in at.get("download_button")}
    assert {"All tables (ZIP)", "CSV", "Parquet", "Decision memo (HTML)"} <= names


CALLED = {"en": "Freight 40 % dearer, my base: quotes", "zh": "运费上涨 40%, my base: 报价"}


@pytest.mark.parametrize("lang", CALLED)
def test_a_run_is_called_in_the_readers_language_and_what_a_person_typed_stays(empty: Path, lang: str) -> None:
    job = Jobs(Workspace.at(empty)).submit(small_run(), label="freight-up-40, my base: quotes")
    for at, column in ((page("runs", lang, runs_run=job.run_id), 2), (page("runs", lang, runs_view="jobs"), 0)):
        sound(at)
        assert CALLED[lang] in {str(value) for value in frames(at)[0].iloc[:, column]}
    at = page("runs", lang, runs_text=CALLED[lang][:7])
    assert len(frames(at)[0]) == 1


def test_runs_are_found_by_kind_and_text(filled: Path) -> None:
    at = page("runs", runs_kinds=["compare"])
    assert list(frames(at)[0]["name"]) == ["shop against dearer"]
    at = page("runs", runs_text="TWO rul")
    assert list(frames(at)[0]["name"]) == ["two rules"]
    at = page("runs", runs_text="nothing like it")
    sound(at)
    assert "No run is like that" in words(at)


def test_a_run_of_an_earlier_model_says_so(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = stored(filled, "simulate")
    assert "made by today's model" in words(page("runs", runs_run=run.id))
    monkeypatch.setattr("warrantysim.ui.runs_one.MODEL", 9999)
    assert "the model has changed since" in words(page("runs", runs_run=run.id))


def test_damage_is_told_and_figures_are_not_shown(filled: Path) -> None:
    run = stored(filled, "compare")
    victim = run.folder / "tables" / "yearly.parquet"
    victim.write_bytes(victim.read_bytes()[:-5])
    at = page("runs", runs_run=run.id)
    assert not at.exception
    assert "runs damaged: 1" in words(at)
    assert "its files are not what was written" in words(at)
    assert not [each for each in at.get("download_button") if "ZIP" in each.label]
    (run.folder / "manifest.json").write_text("{", "utf-8")
    at = page("runs")
    assert not at.exception
    at = press(at, "Remove")
    assert run.id not in {path.name for path in Workspace.at(filled).runs.iterdir()}


def test_a_run_is_removed_once_that_is_confirmed(filled: Path) -> None:
    run, home = stored(filled, "decide"), Workspace.at(filled)
    approvals.draft(home, run.asked.scenario.policy, run_id=run.id, who="Lin")
    at = page("runs", who="Wang", runs_run=run.id)
    assert "Version 1 on the Approvals page rests on it" in words(at)
    at = press(at, f"Yes, delete run {run.id[:8]}")
    sound(at)
    assert runs.find(home, run.id) is None
    assert "Wang" in {entry.who for entry in __import__("warrantysim.store.audit", fromlist=["x"]).audit_log(home)}


def test_a_viewer_removes_and_starts_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "wang@x.example")
    at = page("runs", runs_run=stored(filled, "decide").id)
    sound(at)
    assert all(each.disabled for each in at.button if "delete" in each.label or "again" in each.label)


def test_a_run_is_reproduced_as_a_job_and_the_answer_kept(filled: Path) -> None:
    run, home = stored(filled, "simulate"), Workspace.at(filled)
    at = press(page("runs", who="Wang", runs_run=run.id), "Run it again and compare")
    job = next(job for job in Jobs(home).listed() if job.kind == "reproduce")
    assert job.who == "Wang"
    assert Jobs(home).wait(job.id).state == "finished"
    found = runs.find_run(home, reproduction_of(run).id)
    assert found.record["same"] is True
    assert found.damage() == ()
    at = page("runs", runs_run=run.id)
    sound(at)
    assert "gives the same results to the last bit" in said_on(at)
    at = page("runs", runs_run=found.id)
    sound(at)
    assert "reproduced to the last bit" in words(at)


def test_results_that_differ_are_told_with_the_columns(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warrantysim.store.kinds import Doing, stored_kind
    from warrantysim.store.saving import save_study

    run, home = stored(filled, "simulate"), Workspace.at(filled)
    monkeypatch.setattr("warrantysim.store.reproduce.results_digest", lambda tables: "0" * 64)
    monkeypatch.setattr("warrantysim.store.reproduce.table_differences", lambda then, now: {"claims.cash": 0.5})
    study = reproduction_of(run)
    save_study(home, study, stored_kind("reproduce").run(study, Doing(home)))
    at = page("runs", runs_run=run.id)
    sound(at)
    assert "NOT reproduced" in said_on(at)
    assert any("claims.cash" in set(frame.iloc[:, 0]) for frame in frames(at))


def test_jobs_are_watched_cancelled_and_resumed(filled: Path, workers: None) -> None:
    home = Workspace.at(filled)
    inputs = long_run(4000)
    job = Jobs(home).submit(inputs, label=HOSTILE, who="Lin")
    at = page("runs", who="Wang", runs_view="jobs")
    sound(at)
    assert "**x**" not in words(at).replace("\\*\\*x\\*\\*", "")
    at = press(at, "Cancel")
    sound(at)
    assert Jobs(home).wait(job.id).state == "cancelled"
    at = page("runs", who="Wang", runs_view="jobs", runs_job=job.id)
    sound(at)
    at = press(at, "Resume")
    again = Jobs(home).attach(inputs.id)
    assert again is not None
    assert again.id != job.id
    Jobs(home).cancel(again.id)
    Jobs(home).wait(again.id)


def test_a_failed_job_says_why_and_shows_its_log(filled: Path) -> None:
    home = Workspace.at(filled)
    run = stored(filled, "compare")
    wrong = AskedQuestion.of("sensitivity", list(run.study.cases), like="no such path")
    job = Jobs(home).wait(Jobs(home).submit(wrong, label="wrong").id)
    assert job.state == "failed"
    at = page("runs", runs_view="jobs", runs_job=job.id)
    sound(at)
    assert "the assumptions table says nothing about" in words(at).replace("\\", "")


def test_a_claim_is_told_to_the_cent(filled: Path) -> None:
    run = stored(filled, "simulate")
    claims = stored_claims(run)
    root = int(claims["root"].iloc[3])
    at = page("runs", runs_view="claim", runs_simulation=run.id, runs_claim=str(root))
    sound(at)
    assert f"Story of claim {root}" in words(at)
    assert "The two sums are the same" in words(at)
    story = frames(at)[-1]
    cost = float(claims.loc[claims["root"] == root, "cost"].iloc[0])
    assert story["reporting"].sum() == pytest.approx(cost)
    assert story["so_far"].dropna().iloc[-1] == pytest.approx(cost)
    assert f"USD {cost:,.2f}" in words(at)
    assert "Evidence file for a dispute" in {button.label for button in at.get("download_button")}


def test_claims_are_filtered_dearest_first(filled: Path) -> None:
    run = stored(filled, "simulate")
    at = page("runs", runs_view="claim", runs_simulation=run.id, runs_markets=["DE"], runs_skus=["B"])
    sound(at)
    listed = frames(at)[0]
    assert set(listed["market"]) == {"DE"}
    assert set(listed["sku"]) == {"B"}
    assert all(text.startswith("USD ") for text in listed["worth"])  # What the small seller takes everywhere.
    assert listed["cost"].is_monotonic_decreasing


def test_rules_of_a_confirmation_are_called_by_words_where_it_says_what_it_came_to() -> None:
    rules = [{"policy": name, "mean": 1.0} for name in ("today", "ladder", *DECIDED)]
    assert not re.search("[a-z]", outcome_text("simulate", "USD", {"years": rules}, "zh"))


def test_what_a_desk_that_only_tests_did_is_listed_as_no_repair() -> None:
    done = ["repair_local", "repair_local", "refund"]
    listed = as_done(pd.DataFrame({"disposition": done, "partner": ["hub", "fixer", ""]}), {"hub"})
    assert list(listed["disposition"]) == ["test_and_swap", "repair_local", "refund"]


def test_a_ledger_another_model_wrote_is_not_shown(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from warrantysim.store.audit_trail import NotTheSame

    def other(*_: object) -> None:
        raise NotTheSame("made by another model")

    monkeypatch.setattr("warrantysim.ui.runs.retraced", other)
    import streamlit as st

    st.cache_resource.clear()
    at = page("runs", runs_view="claim", runs_simulation=stored(filled, "simulate").id)
    sound(at)
    assert "The ledger cannot be shown" in words(at)


def test_the_audit_log_is_filtered_and_taken_away(filled: Path) -> None:
    home = Workspace.at(filled)
    approvals.draft(home, stored(filled, "decide").asked.scenario.policy, note=HOSTILE, who=HOSTILE)
    at = page("runs", runs_view="audit")
    sound(at)
    assert {"policy proposed", "run stored", "run asked for"} <= set(frames(at)[0]["what"])
    at = page("runs", runs_view="audit", runs_whats=["policy draft"])
    assert set(frames(at)[0]["what"]) == {"policy proposed"}
    at = page("runs", runs_view="audit", runs_audit="hyperlink")
    assert set(frames(at)[0]["by"]) == {HOSTILE}
    assert [each.label for each in at.get("download_button")] == ["Download CSV"]


def test_a_bundle_holds_every_table_twice_and_no_formula() -> None:
    frame = pd.DataFrame({"=a": ["=1+1", "b"], "n": [1.5, float("nan")]})
    packed = zipfile.ZipFile(BytesIO(bundle([("t", frame)], {"id": "x"})))
    assert packed.namelist() == ["t.csv", "t.parquet", "run.json"]
    assert "'=1+1" in packed.read("t.csv").decode("utf-8-sig")
    pd.testing.assert_frame_equal(pd.read_parquet(BytesIO(packed.read("t.parquet"))), frame)
    assert bundle([("t", frame)], {"id": "x"}) == bundle([("t", frame)], {"id": "x"})


def test_a_link_to_a_run_that_is_gone_says_so(filled: Path) -> None:
    at = page("runs", runs_run="0123456789abcdef")
    sound(at)
    assert "There is no run 0123456789abcdef here" in words(at)


def test_the_pages_are_entered() -> None:
    assert {"runs", "approvals"} <= {name for pages in PAGES.values() for name in pages}
    assert small_run().kind == "simulate"
