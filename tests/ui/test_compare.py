"""The page that compares: inputs above results, a verdict an alternative, every study; in both languages and states."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.fitting.drawn_books import drawn, written
from tests.store.small import RESHIP
from tests.store.test_studies import FEE, RANGES
from tests.ui.opening import TIMEOUT, frames, page, shop, sound, what_if, words
from tests.worlds import policy_of
from warrantysim.analysis.cases import Case
from warrantysim.report import figures
from warrantysim.report.doers import partner_titles
from warrantysim.report.field_names import full_name
from warrantysim.schema.markets import Title
from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.jobs import Jobs
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.saving import save_study
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored
from warrantysim.ui import compared as compared_runs
from warrantysim.ui.compare import OFFERED
from warrantysim.ui.components.options_form import described
from warrantysim.ui.components.pictures import FIRST, LETTER, LINE, ROW, escaped, lone_width, show_table

WIDGET = "compare_"
"""What keys of widgets of studies begin with."""
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>**x**:red[x]![](http://x)１２' + "长" * 300


FOUND: dict[str, Stored] = {}
"""What studies have found, by id."""


def stored(folder: Path, kind: str, cases: Any, **options: Any) -> StoredRun:
    """A study in a workspace, done once."""
    study = AskedQuestion.of(kind, cases, **options)
    if study.id not in FOUND:
        FOUND[study.id] = stored_kind(kind).run(study, Doing(None))
    return save_study(Workspace.at(folder), study, FOUND[study.id])


def brief(scenario: Scenario) -> Scenario:
    """A third of the year, so that studies are quick."""
    return scenario.replace(horizon=scenario.horizon.replace(days=120))


def shown(lang: str = "en", **state: Any) -> AppTest:
    """The page with choices of its own."""
    return page("compare", lang, **state)


def repairing(folder: Path) -> StoredRun:
    """A comparison in which a dearer partner costs more: units of value go to it."""
    rule = policy_of([(0, "refund"), (10, "repair_local P")], name="repair")
    cases = [Case("shop", brief(shop()), rule), Case("dearer", brief(what_if()), rule)]
    return stored(folder, "compare", cases, replications=3)


def compared(folder: Path) -> StoredRun:
    """The comparison the small workspace holds."""
    return next(run for run in runs.list_runs(Workspace.at(folder)) if run.kind == "compare")


def uncertain() -> Scenario:
    """The shop, uncertain of a fee and a yield."""
    return brief(shop()).replace(assumptions=tuple(_rows()))


def _rows() -> list[Any]:
    from warrantysim.schema.assumptions import Assumption

    return [Assumption.model_validate(row) for row in RANGES]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["answer", "where", "drivers", "react", "studies"])
def test_every_part_is_drawn_in_both_languages(filled: Path, lang: str, part: str) -> None:
    at = shown(lang, compare_view=part)
    sound(at)
    # A study has an answer of its own: the comparison's is not in its way.
    assert (("states otherwise" if lang == "en" else "的输入差异") in words(at)) == (part != "studies")


def test_inputs_stand_above_the_verdict_and_the_verdict_above_everything_else(filled: Path) -> None:
    run = repairing(filled)
    at = shown(compare_run=run.id)
    said = words(at)
    row = run.found.tables["yearly"].query("measure == 'total'").iloc[0]
    verdict = f"dearer costs USD {figures.whole(row['difference'])} a year more than shop"
    assert said.index("What dearer states otherwise") < said.index(verdict) < said.index("Cost a year")
    assert f"{figures.whole(row['low'])} to {figures.whole(row['high'])}" in said
    assert list(frames(at)[0]["path"]) == [full_name(FEE, "en", partner_titles(shop()))]


def test_the_steps_of_the_bridge_add_up_to_the_difference(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id)
    bridge = next(frame for frame in frames(at) if list(frame.columns)[:3] == ["told", "cost", "adds"])
    start, end, steps = bridge["cost"].iloc[0], bridge["cost"].iloc[-1], bridge["adds"].iloc[1:-1].sum()
    assert start + steps == pytest.approx(end, abs=0.01)


def test_the_column_of_a_figure_that_stands_alone_is_wide_enough_and_others_fit_themselves() -> None:
    lone = ["662,960", *[""] * 5]
    assert (lone_width(lone, "cost") or 0) >= LETTER * len("662,960")
    assert lone_width(["662,960"] * 6, "cost") is None
    assert lone_width([""] * 6, "cost") is None


@pytest.mark.parametrize(
    ("name", "lines"),
    [("Germany", 1), ("USB-C cable 2-pack, Germany; USB-C cable 2-pack, Japan and others, 5 rules", 3)],
)
def test_a_first_column_leaves_a_telephone_room_for_the_others(
    monkeypatch: pytest.MonkeyPatch, name: str, lines: int
) -> None:
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(st, "dataframe", lambda rows, **how: drawn.update(how))
    show_table(pd.DataFrame({"change": [name, "Japan"], "saves": ["USD 632", "USD 199"]}))
    first = drawn["column_config"]["change"]
    assert first["pinned"]
    assert (first["width"], drawn.get("row_height")) == (
        (FIRST, ROW + (lines - 1) * LINE) if lines > 1 else (None, None)
    )


def test_no_line_ends_before_a_per_cent_sign() -> None:
    assert escaped("in 50 % of (3) draws") == "in 50\u00a0% of \\(3\\) draws"


def test_the_address_restores_the_view(filled: Path) -> None:
    run = repairing(filled)
    at = AppTest.from_function(_page, default_timeout=TIMEOUT)
    at.query_params["compare_run"] = run.id
    at.query_params["compare_view"] = "where"
    at.run()
    sound(at)
    assert at.session_state["compare_view"] == "where"
    assert "Which markets make the difference" in words(at)
    assert at.query_params["compare_run"] == run.id


def test_the_link_holds_what_was_chosen_further_down(filled: Path) -> None:
    run = stored(filled, "faults", [Case.of(shop(), name="shop")], replications=2)
    at = shown(compare_view="studies", compare_study="faults")
    sound(at)
    link = next(str(each.value) for each in at.code)
    assert f"compare_faults={run.id}" in link
    assert f"compare_run={compared(filled).id}" in link
    assert "lang=en" in link


def _page() -> None:
    from warrantysim.ui.compare import show

    show()


def test_an_address_of_a_run_that_is_gone_is_told(filled: Path) -> None:
    at = shown(compare_run="0123456789abcdef")
    assert not at.exception
    assert "There is no run 0123456789abcdef" in words(at)


def test_an_empty_workspace_says_what_this_page_is_for_and_offers_the_demo(empty: Path) -> None:
    at = shown()
    sound(at)
    assert [button.label for button in at.button] == ["Fill the workspace with the demo seller"]
    assert "Nothing was compared" in words(at)


def test_a_damaged_run_says_so_and_breaks_nothing_else(filled: Path) -> None:
    run = compared(filled)
    (run.folder / "tables" / "yearly.parquet").write_bytes(b"{}")
    at = shown()
    assert not at.exception
    assert "cannot be shown" in words(at)
    assert at.button(key="compare_what_if")


def test_a_failed_job_says_so_and_can_be_resumed(filled: Path) -> None:
    jobs = Jobs(Workspace.at(filled), 1)
    study = AskedQuestion.of(
        "sensitivity", [Case.of(shop(), name="a"), Case.of(what_if(), name="b")], like="no such path"
    )
    job = jobs.wait(jobs.submit(study, label=HOSTILE).id)
    assert job.state == "failed"
    at = shown(compare_view="studies", compare_study="sensitivity")
    sound(at)
    assert any("failed" in str(each.value) for each in at.warning)
    assert "Nothing was asked" not in words(at)
    assert [button for button in at.button if button.label == "Resume"]


def test_a_viewer_may_look_and_not_run(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "lin@example.com")
    for part in ("answer", "react", "studies"):
        at = shown(compare_view=part)
        sound(at)
        runners = [b for b in at.button if b.label in {"Run", "Decide anew and compare"}]
        assert runners
        assert all(button.disabled for button in runners)


def against_uncertain(folder: Path) -> AppTest:
    """The page on a comparison whose baseline is uncertain of a fee and a yield."""
    cases = [Case(name, uncertain(), rule) for name, rule in (("shop", shop().policy), ("reship", RESHIP))]
    return shown(compare_run=stored(folder, "compare", cases, replications=2).id)


def figure(at: AppTest) -> AppTest:
    """The page asking for any figure of the scenario, the rules not decided anew."""
    at.checkbox(key="compare_what_if_react").set_value(False)
    return at.selectbox(key="compare_subject").set_value("figure").run()


def test_a_what_if_in_words_is_told_with_the_rule_kept_and_with_reacting(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id)
    at.selectbox(key="compare_subject").set_value("fees").run()
    at.number_input(key="compare_amount_fees").set_value(50.0)
    at.multiselect(key="compare_of_fees").set_value(["P"])
    at.date_input(key="compare_from").set_value(dt.date(2027, 2, 1))
    at.number_input(key="compare_what_if_years").set_value(2)
    at.button(key="compare_what_if").click().run()
    sound(at)
    reacting, kept = Jobs(Workspace.at(filled)).listed()[:2]
    assert at.query_params["compare_run"] == kept.run_id
    asked = runs.find_run(Workspace.at(filled), kept.run_id).asked.cases[1]
    fee = asked.scenario.partners["P"].desks["main"].repaired.flat
    before, after = (fee.on(dt.date(2027, month, 1)).value for month in (1, 2))
    assert after == pytest.approx(1.5 * before)
    # One page tells both: no zero of a rule that is kept stands alone.
    said = words(at).replace("\\", "")
    assert "Fees of the partner +50 %" in said
    found = runs.find_run(Workspace.at(filled), reacting.run_id).stored
    assert found.table("readings") is not None
    assert "Decid" in said or "react" in said.lower()


def test_a_partner_has_to_be_named(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id)
    before = len(Jobs(Workspace.at(filled)).listed())
    at.selectbox(key="compare_subject").set_value("partner").run()
    at.button(key="compare_what_if").click().run()
    assert not at.exception
    assert any("say which partner" in str(each.value) for each in at.error)
    assert len(Jobs(Workspace.at(filled)).listed()) == before


def test_what_is_wrong_with_a_what_if_is_told_under_its_fields(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id)
    at.selectbox(key="compare_subject").set_value("fees").run()
    at.multiselect(key="compare_of_fees").set_value(["P"]).run()
    at.number_input(key="compare_amount_fees").set_value(0.0).run()
    at.button(key="compare_what_if").click().run()
    assert not at.exception
    assert "**By [%]**: 0\u00a0% changes nothing" in [str(each.value).replace("\\", "") for each in at.error]


def test_an_amount_that_may_not_be_runs_nothing(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id)
    asked = at.number_input(key="compare_amount_freight")
    assert (asked.min, asked.max) == (None, None), "the browser would keep the amount before"
    asked.set_value(-150.0).run()
    at.date_input(key="compare_from").set_value(dt.date(2027, 6, 1))
    before = len(Jobs(Workspace.at(filled)).listed())
    at.button(key="compare_what_if").click().run()
    assert "**By [%]**: expected at least -100\u00a0%" in [str(each.value).replace("\\", "") for each in at.error]
    at.number_input(key="compare_amount_freight").set_value(40.0)
    at.date_input(key="compare_until").set_value(dt.date(2027, 3, 1))
    at.button(key="compare_what_if").click().run()
    assert any("the last day lies before the first" in str(each.value) for each in at.error)
    at.date_input(key="compare_until").set_value(None)
    at.number_input(key="compare_what_if_years").set_value(9000).run()
    assert any("Expected 2 to 500, got 9,000" in str(each.value) for each in at.error)
    assert at.button(key="compare_what_if").disabled
    assert len(Jobs(Workspace.at(filled)).listed()) == before


def test_a_what_if_in_a_line_is_asked_for_and_shown(filled: Path) -> None:
    at = against_uncertain(filled)
    figure(at).selectbox(key="compare_lever").set_value(FEE).run()
    at.number_input(key="compare_value").set_value(2.0)
    at.number_input(key="compare_what_if_years").set_value(2)
    at.button(key="compare_what_if").click().run()
    jobs = Jobs(Workspace.at(filled))
    job = jobs.listed()[0]
    assert (job.kind, job.label) == ("compare", f"shop, {FEE} × 2")
    assert at.query_params["compare_run"] == job.run_id
    assert jobs.wait(job.id).state == "finished", jobs.log(job.id)
    at = shown(compare_run=job.run_id)
    sound(at)
    assert list(frames(at)[0]["path"]) == [full_name(FEE, "en", partner_titles(shop()))]


def test_a_what_if_can_be_asked_under_another_rule_on_both_sides(filled: Path) -> None:
    at = against_uncertain(filled)
    decision = next(run for run in runs.list_runs(Workspace.at(filled)) if run.kind == "decide")
    figure(at).selectbox(key="compare_lever").set_value(FEE).run()
    at.selectbox(key="compare_what_if_rule").set_value(f"decision:{decision.id}").run()
    at.number_input(key="compare_what_if_years").set_value(2)
    at.button(key="compare_what_if").click().run()
    jobs = Jobs(Workspace.at(filled))
    asked = jobs.listed()[0]
    assert jobs.wait(asked.id).state == "finished", jobs.log(asked.id)
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.id == asked.run_id)
    assert run.asked.cases[0].name == "shop, recommended"
    assert {case.policy for case in run.asked.cases} == {decision.found.policy}


def test_a_value_that_may_not_be_is_told_where_it_was_asked(filled: Path) -> None:
    at = against_uncertain(filled)
    before = len(Jobs(Workspace.at(filled)).listed())
    figure(at).selectbox(key="compare_lever").set_value("partners.P.yield_share").run()
    at.number_input(key="compare_value").set_value(5.0)
    at.button(key="compare_what_if").click().run()
    assert not at.exception
    assert any("yield" in str(each.value) for each in at.error)
    assert len(Jobs(Workspace.at(filled)).listed()) == before


def test_two_stored_runs_are_compared_without_running(filled: Path) -> None:
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.label == "two rules")
    before = len(Jobs(Workspace.at(filled)).listed())
    key = compared_runs.pair_key((run.id, 0), (run.id, 1))
    at = shown(compare_run=key)
    sound(at)
    assert "Two stored simulations side by side" in words(at)
    assert len(Jobs(Workspace.at(filled)).listed()) == before
    total = compared_runs.compared(key).stored.tables["yearly"].query("measure == 'total'")
    assert run.result.savings((), 1)["saving"].iloc[0] == pytest.approx(-total["difference"].iloc[0], rel=0.01)


def test_two_runs_on_other_luck_are_refused_in_words(filled: Path) -> None:
    run = next(run for run in runs.list_runs(Workspace.at(filled)) if run.label == "two rules")
    at = shown(compare_run=f"{run.id}:0~{run.id}:9")
    assert not at.exception
    assert "There is no run" in words(at)


def test_drivers_and_reacting_are_asked_of_the_comparison_again(filled: Path) -> None:
    at = shown(compare_run=repairing(filled).id, compare_view="drivers")
    at.button(key="compare_drivers_ask").click().run()
    jobs = Jobs(Workspace.at(filled))
    first = jobs.wait(jobs.listed()[0].id)
    assert first.state == "finished", jobs.log(first.id)
    at = shown(compare_run=first.result, compare_view="react")
    sound(at)
    at.button(key="compare_react_ask").click().run()
    job = jobs.wait(jobs.listed()[0].id)
    assert job.state == "finished", jobs.log(job.id)
    at = shown(compare_run=job.result, compare_view="readings")
    sound(at)
    kept, reacted, worth = frames(at)[-1]["difference"]
    assert kept - reacted == pytest.approx(worth)
    at = shown(compare_run=job.result)
    assert len([frame for frame in frames(at) if {"told", "adds"} <= set(frame)]) == 2


TITLED = Title(en="The other rule", zh="另一规则")
OPTIONS: dict[str, dict[str, Any]] = {
    "sensitivity": {"draws": 16},
    "breakeven": {"lever": FEE, "low": 5.0, "high": 60.0, "tolerance": 1.0},
    "switching": {"x": "sales[*,*,*].units_per_month (factor):0.5:1", "y": f"{FEE}:10:40", "steps": 2},
    "simplify": {"grains": [[]], "steps": [5]},
    "sweep": {"lever": "warranty"},
    "select": {"within": 500.0, "first": 2},
}
"""Options of studies, by kind, so that they are quick."""


@pytest.mark.parametrize("kind", OFFERED)
def test_every_study_is_shown_in_both_languages(filled: Path, kind: str) -> None:
    cases = [
        Case.of(uncertain(), name="shop"),
        Case.of(uncertain(), what_if().policy.replace(name="q-7", title=TITLED), name="q-7"),
    ]
    least = study_of(kind).cases[0]
    books = {"books": written(drawn(cases[0].scenario), filled / "books")} if kind == "month_end" else {}
    run = stored(filled, kind, cases[:least], replications=2, **OPTIONS.get(kind, {}), **books)
    for lang in ("en", "zh"):
        at = shown(lang, compare_view="studies", compare_study=kind)
        sound(at)
        assert len(frames(at)) >= (kind != "sensitivity")  # Where nothing is moved it has sentences alone.
        assert at.query_params[f"compare_{kind}"] == run.id
        if kind in {"breakeven", "switching"}:
            named = {str(cell).removesuffix(" *") for frame in frames(at) for cell in frame.to_numpy().ravel()}
            assert "q-7" not in named
            assert named & {"shop", getattr(TITLED, lang)}


@pytest.mark.parametrize("kind", OFFERED)
def test_every_study_is_asked_for_by_a_form_of_all_its_options(
    filled: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[AskedQuestion] = []
    monkeypatch.setattr("warrantysim.ui.compare.submit", lambda one, label: asked.append(one) or _job(filled))
    cases = [
        Case.of(uncertain(), name="shop"),
        Case.of(brief(what_if()).replace(assumptions=tuple(_rows())), name="dearer"),
    ]
    run = stored(filled, "compare", cases, replications=2)
    at = shown(compare_view="studies", compare_study=kind, compare_run=run.id)
    widgets = [*at.number_input, *at.selectbox, *at.multiselect, *at.checkbox, *at.text_input]
    for name, info in study_of(kind).Options.model_fields.items():
        if name in study_of(kind).unsaid:
            continue
        mine = [one for one in widgets if f"{one.key}_".startswith(f"{WIDGET}{kind}_{name}_")]
        assert described(info) in [one.help for one in mine], name
        if info.is_required() and mine[0].value is None:
            mine[0].set_value(500.0)
    at.button(key=f"{WIDGET}{kind}_run").click().run()
    sound(at)
    assert [one.kind for one in asked] == [kind]
    study_of(kind).options(asked[0].options)


def test_what_cannot_be_asked_is_said_at_once_by_the_name_of_the_option(filled: Path) -> None:
    at = shown(compare_view="studies", compare_study="breakeven")
    at.number_input(key="compare_breakeven_high_2.0").set_value(0.25).run()
    at.button(key="compare_breakeven_run").click().run()
    assert "expected low below high" in str(at.error[0].value)
    assert not [job for job in Jobs(Workspace.at(filled)).listed() if job.kind == "breakeven"]


def _job(folder: Path) -> Any:
    return Jobs(Workspace.at(folder)).listed()[0]


def test_names_that_are_markup_stay_text(filled: Path) -> None:
    run = stored(filled, "compare", [Case.of(shop(), name="shop"), Case.of(what_if(), name=HOSTILE)], replications=2)
    for part in ("answer", "where", "react", "studies"):
        at = shown(compare_run=run.id, compare_view=part)
        sound(at)
        for each in [*at.markdown, *at.subheader, *at.caption]:
            assert "<script>" not in str(each.value)
            assert ":red[x]" not in str(each.value)
            assert "![](" not in str(each.value)
