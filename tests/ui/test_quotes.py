"""The page of quotes: what to sign, how sure that is, what to negotiate with; a further quote; in every state."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.analysis.quote_worlds import quoted as quoted_world
from tests.texts import pairs
from tests.ui.opening import frames, page, sound, words
from tests.worlds import partner
from warrantysim.files.quote_files import quotes_in
from warrantysim.files.quote_writing import quote_csv, template_terms
from warrantysim.locale.wording import APP
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store import approvals, runs
from warrantysim.store.inputs import validated_model
from warrantysim.store.jobs import Jobs
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.saving import Circumstances, save_study
from warrantysim.store.scenarios import keep_scenario, kept_scenario, kept_scenarios
from warrantysim.store.study import AskedQuestion
from warrantysim.store.uploads import uploads
from warrantysim.store.workspace import Workspace
from warrantysim.studies import STUDIES, TURNING, study_of
from warrantysim.ui.quote_adding import SECTIONS
from warrantysim.ui.quotes import VIEWS, about_quotes

EVIL = '=HYPERLINK("http://x") <script>alert(1)</script> **x** :red[x] ![](http://x)'


def lease(title: str = "Lease") -> dict[str, Any]:
    """A quote by retainer that also serves the US."""
    desk = {"retainer": {"per_month": "900 USD", "included_units": 40, "extra_unit": "9 USD"}, "repaired": None}
    return partner(serves=("US",), technicians=40, desk=desk) | {"title": {"en": title, "zh": title}}


def small(**more: dict[str, Any]) -> Scenario:
    """A seller with two quotes and further ones, studied in seconds."""
    partners = {
        "P": partner(desk={"repaired": {"flat": "20 USD"}, "minimum_per_month": "2500 USD"}),
        "Q": partner(desk={"repaired": {"flat": "30 USD"}}),
    }
    return quoted_world(partners=partners | more)


def study(folder: Path, world: Scenario, label: str, **options: Any) -> str:
    """A finished study of a world's quotes in a workspace; its id."""
    asked = AskedQuestion.of("quotes", world, **({"replications": 3, "within": 200.0} | options))
    found = stored_kind("quotes").run(asked, Doing(None))
    return save_study(Workspace.at(folder), asked, found, Circumstances(label, "Lin")).id


@pytest.fixture(scope="session")
def studied(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small workspace with a study of three quotes; nobody writes into it."""
    folder = tmp_path_factory.mktemp("quotes") / "workspace"
    shutil.copytree(kept, folder)
    return folder, study(folder, small(R=lease(EVIL)), "three quotes")


@pytest.fixture
def quoted(studied: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of it, the app's workspace in this test; the study's id."""
    folder = tmp_path / "workspace"
    shutil.copytree(studied[0], folder)
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    return studied[1]


def space() -> Workspace:
    """The app's workspace."""
    return Workspace.at(os.environ["WARRANTYSIM_WORKSPACE"])


def opened(part: str, lang: str = "en", **state: Any) -> AppTest:
    """A part of the page."""
    return page("quotes", lang, quotes_view=part, **state)


def press(at: AppTest, label: str) -> AppTest:
    """Press the button of a label."""
    return next(b for b in at.button if b.label == label).click().run()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", VIEWS)
def test_every_part_is_sound_in_both_languages(quoted: str, part: str, lang: str) -> None:
    at = opened(part, lang)
    sound(at)
    assert len(words(at)) > 100
    if lang == "zh":
        mine = ("quotes.", "flips.", "offer.")
        english = {en for key, (en, _) in pairs(APP).items() if key.startswith(mine) and len(en) > 12}
        assert not english & set(words(at).splitlines())


def test_the_answer_is_what_the_study_found_with_its_guarantee(quoted: str) -> None:
    at = opened("sets")
    said = words(at)
    found = runs.find_run(space(), quoted).stored
    within = found.facts["guarantee"]["within"]
    assert f"{round(within):,} a year of it, with 95 %" in said.replace("\\", "")
    ranking, waiting, values = frames(at)[:3]
    assert list(waiting["market"]) == ["all customers", "US"]
    # Sets that lead to the same rules are one row.
    assert list(map(float, ranking["saving"])) == list(found.tables["ranking"].drop_duplicates("signs")["saving"])
    assert len(values) == 3


def test_names_of_partners_are_never_markup(quoted: str) -> None:
    for part in VIEWS:
        at = opened(part)
        sound(at)
        for each in [*at.markdown, *at.caption, *at.subheader]:
            text = str(each.value)
            assert "<script>" not in text
            assert "**x**" not in text
            assert ":red[x]" not in text
            assert "![](" not in text


def test_a_reader_chooses_whose_bill_and_which_reading_is_drawn(quoted: str) -> None:
    billed = runs.find_run(space(), quoted).stored.tables["statements"]
    for quote in dict.fromkeys(billed["quote"]):
        at = opened("bills", quotes_contract=f"{quote} main")
        sound(at)
        (table,) = frames(at)
        assert "shortfall" in table
        assert table["total"].iloc[-1] == pytest.approx(billed[billed["quote"] == quote]["amount"].sum())
    at = opened("units", quotes_reading="haircut")
    sound(at)
    assert {cell.split()[0] for cell in frames(at)[1]["volume"]} <= {"P10", "P50", "P90"}


def test_the_terms_of_a_scenario_are_there_before_anything_was_studied(filled: Path) -> None:
    ref = keep_scenario(Workspace.at(filled), "mine", small(), why="ours", who="Lin").ref
    at = opened("terms", quotes_of=ref)
    sound(at)
    assert "2 quotes side by side" in words(at)
    assert len(frames(at)[0].columns) == 4


def test_a_study_is_asked_for_as_a_job_and_the_page_turns_to_it(filled: Path) -> None:
    ref = keep_scenario(Workspace.at(filled), "mine", small(), why="ours", who="Lin").ref
    at = opened("sets", quotes_of=ref)
    assert "not studied yet" in words(at)
    next(n for n in at.number_input if n.key == "quotes_years").set_value(2)
    at = press(at, "Study these quotes")
    sound(at)
    (job,) = [job for job in Jobs(space()).listed() if job.kind == "quotes"]
    assert at.session_state["quotes_of"] == job.run_id
    jobs = Jobs(space())
    assert jobs.request(job.id).asked.options["replications"] == 2  # type: ignore[attr-defined]
    assert jobs.wait(job.id).state == "finished", jobs.log(job.id)
    at = at.run()
    sound(at)
    assert "best of those decided" in words(at)


def test_a_failed_study_says_so_and_can_be_resumed(filled: Path) -> None:
    ref = keep_scenario(Workspace.at(filled), "mine", small(), why="ours", who="Lin").ref
    jobs = Jobs(space(), 2)
    job = jobs.submit(AskedQuestion.of("quotes", small(), quotes=["nobody"]), label=EVIL)
    assert jobs.wait(job.id).state == "failed"
    at = opened("sets", quotes_of=job.run_id)
    sound(at)
    assert "no quote 'nobody'" in words(at).replace("\\", "")
    assert "Resume" in [b.label for b in at.button]
    sound(opened("sets", quotes_of=ref))


def test_a_damaged_study_is_told_and_does_not_break_the_page(quoted: str) -> None:
    (space().runs / quoted / "tables" / "values.parquet").write_text("{}")
    at = opened("sets", quotes_of=quoted)
    sound(at)
    assert "cannot be read" in words(at)


def test_an_address_of_a_run_that_is_not_there_says_so(filled: Path) -> None:
    at = opened("sets", quotes_of="0123456789abcdef")
    sound(at)
    assert "There is no study or scenario" in words(at)


def test_an_empty_workspace_says_what_will_be_here(
    empty: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WARRANTYSIM_SCENARIOS", str(tmp_path / "nothing"))
    at = page("quotes")
    sound(at)
    assert "There is no scenario here yet" in words(at)
    monkeypatch.delenv("WARRANTYSIM_SCENARIOS")
    at = page("quotes")
    sound(at)
    assert "3 quotes are on the table" in words(at)
    assert "Study these quotes" in [b.label for b in at.button]


def test_a_scenario_without_quotes_asks_for_one(filled: Path) -> None:
    world = small()
    bare = world.replace(partners={})
    ref = keep_scenario(Workspace.at(filled), "bare", bare, why="none", who="Lin").ref
    for part in VIEWS:
        sound(opened(part, quotes_of=ref))
    assert "no partner that repairs" in words(opened("sets", quotes_of=ref))


def test_a_viewer_may_look_and_export_but_ask_for_nothing(quoted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "boss@example.com")
    for part in VIEWS:
        at = opened(part)
        sound(at)
        assert all(b.disabled for b in at.button if b.label != "Copy link"), [b.label for b in at.button]


def test_a_choice_is_kept_as_a_scenario_and_as_a_draft_for_approval(quoted: str) -> None:
    at = opened("choose", who="Lin")
    next(a for a in at.text_area if a.key == "quotes_choose_why").set_value("cheapest, and they answer the phone")
    at = press(at, "Keep as a new version")
    sound(at)
    (version,) = kept_scenarios(space())
    assert (version.who, version.note) == ("Lin", "cheapest, and they answer the phone")
    run = runs.find_run(space(), quoted)
    best = validated_model(Policy, run.stored.facts["rules"][0]["policy"])
    kept = kept_scenario(space(), version.ref)
    assert kept.policy.rules == best.rules
    assert set(kept.partners) == set(run.asked.scenario.partners)
    (draft,) = approvals.policy_versions(space())
    assert draft.policy.rules == best.rules
    assert (draft.run_id, draft.last.who) == (quoted, "Lin")


def test_a_choice_needs_a_reason(quoted: str) -> None:
    at = press(opened("choose", who="Lin"), "Keep as a new version")
    assert [error.value for error in at.error] == ["Say why: it is kept with the version."]
    assert not kept_scenarios(space())
    assert not approvals.policy_versions(space())


def test_a_quote_by_file_is_kept_as_a_version_and_shown_beside_the_others(filled: Path) -> None:
    first = keep_scenario(Workspace.at(filled), "mine", small(), why="ours", who="Lin").ref
    quote = small(R=lease()).partners["R"]
    at = opened("add", quotes_of=first, who="Mei")
    at.file_uploader[0].upload("lease.csv", quote_csv({"R": quote}).encode("utf-8-sig"), "text/csv").run()
    sound(at)
    assert "read without a problem" in words(at)
    next(a for a in at.text_area if a.key == "quotes_add_why").set_value("asked for in March")
    at = press(at, "Keep as a new version")
    sound(at)
    version = kept_scenarios(space(), "with-r")[0]
    assert (version.who, version.note, version.details["parent"]) == ("Mei", "asked for in March", first)
    assert kept_scenario(space(), version.ref).partners["R"] == quote
    (upload,) = uploads(space())
    assert quotes_in(upload.path("lease.csv").read_bytes(), "lease.csv")["R"] == quote
    assert at.session_state["quotes_of"] == version.ref
    assert "3 quotes are on the table" in words(at)


@pytest.mark.parametrize(
    ("content", "name", "texts"),
    [
        (
            b"quote,desk,term,value\nR,,yield_share,2\nR,US,currency,XXX\n",
            "q.csv",
            ["q.csv", "2", "value", "yield_share: expected a number of at most 1"],
        ),
        (b"quotes: {R: {home: US", "q.yaml", ["q.yaml"]),
        (b"\x00\x01\x02", "q.csv", ["binary"]),
        ("quote,desk,term,value\n报价,,home,美国\n".encode("gb18030"), "q.csv", ["报价", "of the form"]),
        (b"", "q.csv", ["empty"]),
        (b"a" * 100_000, "q.csv", ["expected the columns"]),
        (json.dumps({"quotes": {"R": {"title": {"en": EVIL, "zh": EVIL}}}}).encode(), "q.yaml", ["missing"]),
    ],
)
def test_a_broken_file_tells_every_problem_with_its_place_and_keeps_nothing(
    quoted: str, content: bytes, name: str, texts: list[str]
) -> None:
    at = opened("add")
    at.file_uploader[0].upload(name, content, "text/csv").run()
    assert not at.exception
    told = words(at) + "".join(frame.to_csv() for frame in frames(at))
    for text in texts:
        assert text in told.replace("\\", ""), told
    assert "Keep as a new version" not in [b.label for b in at.button]
    assert not kept_scenarios(space())


def test_a_quote_by_form_is_read_by_the_same_rules(filled: Path) -> None:
    first = keep_scenario(Workspace.at(filled), "mine", small(), why="ours", who="Lin").ref
    at = opened("add", quotes_of=first, quotes_way="form")
    sound(at)
    at = press(at, "Check")
    told = "".join(frame.to_csv() for frame in frames(at))
    assert "missing" in told
    assert not at.exception

    def put(kind: str, key: str, value: Any) -> None:
        next(w for w in at.get(kind) if w.key == f"quotes_form_{key}").set_value(value)

    put("text_input", "title", EVIL[:60])
    put("text_input", "id", "typed")
    put("multiselect", "serves", ["US"])
    put("text_input", "home", "=1+1")
    put("number_input", "yield_share", 0.9)
    put("number_input", "repaired.flat", 17.5)
    put("number_input", "bench.technicians", 2)
    put("number_input", "bench.units_per_day", 12.0)
    put("selectbox", "parts.mode", "included")
    put("number_input", "tiers.steps.0.from_units", 100)
    put("number_input", "tiers.steps.0.discount", 0.1)
    put("selectbox", "tiers.kind", "all_units")
    at = press(at, "Check")
    sound(at)
    assert "read without a problem" in words(at)
    next(a for a in at.text_area if a.key == "quotes_add_why").set_value("by phone")
    at = press(at, "Keep as a new version")
    sound(at)
    quote = kept_scenario(space(), "with-typed@1").partners["typed"]
    assert quote.title.en == EVIL[:60].strip()
    assert quote.home == "=1+1"
    assert quote.desks["US"].repaired is not None
    assert str(quote.desks["US"].repaired.flat.steps[0].value) == "17.5 USD"  # type: ignore[union-attr]
    assert quote.tiers is not None
    # What was left empty is named and read as usual, not as free.
    assert {"bounce_share", "desks.US.parts.cap_share", "desks.US.bench.calendar"} <= set(quote.unknown)
    assert quote.desks["US"].parts.cap_share < 1  # type: ignore[union-attr]


def test_the_form_asks_for_every_term_of_a_contract() -> None:
    by_form = {term for terms in SECTIONS.values() for term in terms} | {"repaired.by_sku.<SKU>"}
    by_head = {"title.en", "title.zh", "mark", "currency", "serves", "unknown"}
    hubs = {"test_only", "tested"}  # Test-only hubs are no quotes.
    missing = {term for term, _ in template_terms()} - by_form - by_head - hubs
    assert {term for term in missing if "_by_size" not in term} == set()


def test_the_form_asks_with_the_unit_of_the_schema_and_leaves_its_bounds_to_the_file(quoted: str) -> None:
    at = opened("add", quotes_way="form")
    field = next(n for n in at.number_input if n.key == "quotes_form_yield_share")
    assert (field.min, field.max) == (None, None)
    assert "Repairable units within the skill" in field.help
    price = next(n for n in at.number_input if n.key == "quotes_form_no_fault")
    assert "amount per unit" in price.label
    zh = opened("add", "zh", quotes_way="form")
    assert "修复率" in next(n for n in zh.number_input if n.key == "quotes_form_yield_share").label


def test_a_break_even_is_a_job_and_then_a_picture(quoted: str) -> None:
    at = opened("flips", quotes_lever="price:Q")
    sound(at)
    next(n for n in at.number_input if n.key == "quotes_breakeven_years").set_value(2)
    at = press(at, "Search")
    sound(at)
    jobs = Jobs(space(), 2)
    (job,) = [job for job in jobs.listed() if job.kind == "breakeven"]
    assert jobs.wait(job.id).state == "finished", jobs.log(job.id)
    at = at.run()
    sound(at)
    assert "Break-even on screen" in [s.label for s in at.selectbox]


def test_a_map_is_a_job_and_then_a_picture(quoted: str) -> None:
    at = opened("flips")
    next(s for s in at.selectbox if s.key == "quotes_switching_steps").set_value(3)
    next(n for n in at.number_input if n.key == "quotes_switching_years").set_value(2)
    at = press(at, "Draw the map")
    sound(at)
    jobs = Jobs(space(), 2)
    (job,) = [job for job in jobs.listed() if job.kind == "switching"]
    assert jobs.wait(job.id).state == "finished", jobs.log(job.id)
    at = at.run()
    sound(at)
    assert "Map on screen" in [s.label for s in at.selectbox]
    assert any("y" in frame for frame in frames(at))


def test_a_range_upside_down_is_not_asked_for(quoted: str) -> None:
    at = opened("flips", quotes_lever="volume")
    next(n for n in at.number_input if n.key == "quotes_lever_low_volume").set_value(5.0)
    at = press(at, "Search")
    sound(at)
    assert "lower end below" in words(at)
    assert not [job for job in Jobs(space()).listed() if job.kind == "breakeven"]


def test_what_other_pages_studied_is_not_told_as_if_quotes_had_been_signed() -> None:
    assert about_quotes(["none", "p + q", "p'"], {"p", "q"})
    assert not about_quotes(["base", "p"], {"p", "q"})


def test_a_study_that_turns_figures_takes_as_many_as_it_says() -> None:
    assert {name for name in STUDIES if study_of(name).turns} == set(TURNING)
    axes = [{"path": f"fx[{code}].usd_per_unit", "how": "times", "low": 0.5, "high": 2.0} for code in ("EUR", "JPY")]
    for study in map(study_of, TURNING):
        assert study.options(study.along(*axes[: study.turns])).model_fields_set
