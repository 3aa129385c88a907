"""Data & assumptions: tables and figures with unit, source and mark; files brought in are kept whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from tests.files import hostile
from tests.ui.opening import frames, page, sound, words
from tests.ui.seller import base, seller  # noqa: F401
from warrantysim.report.input_files import tables_csv, tables_workbook
from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.audit import audit_log
from warrantysim.store.jobs import Jobs
from warrantysim.store.pins import pin
from warrantysim.store.scenarios import keep_scenario, kept_scenario, kept_scenarios
from warrantysim.store.uploads import uploads
from warrantysim.store.workspace import Workspace

pytestmark = pytest.mark.usefixtures("seller")

PARTS = ("tables", "figures", "register", "bring", "log")
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>**x**:red[x]![](http://x)１２' + "长" * 10_000


def sales(units: str = "55") -> bytes:
    """The sales table with the first row changed."""
    text, out = tables_csv(base(), "sales", "en").decode("utf-8-sig"), io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))  # Without needless quotes.
    lines = out.getvalue().splitlines()
    cells, at = lines[2].split(","), lines[0].split(",").index("units_per_month")
    return "\n".join([*lines[:2], ",".join([*cells[:at], units, *cells[at + 1 :]]), *lines[3:]]).encode()


def brought(*files: tuple[str, bytes], lang: str = "en", **state: object) -> AppTest:
    """The page after files were dropped on it."""
    at = page("inputs", lang, inputs_part="bring", who="Lin", **state)
    for name, content in files:
        at.file_uploader(key="inputs_files").upload(name, content)
    return at.run()


def nothing_kept(folder: Path) -> None:
    space = Workspace.at(folder)
    assert not kept_scenarios(space)
    assert not uploads(space)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_drawn_in_both_languages(empty: Path, lang: str, part: str) -> None:
    at = page("inputs", lang, inputs_part=part)
    sound(at)
    assert ("single figures" if lang == "en" else "单项参数") in words(at)


def test_every_table_has_rows_marks_and_a_date(empty: Path) -> None:
    overview = frames(page("inputs"))[0].set_index("table")
    assert list(overview.index) == list(Scenario.TABLES)
    assert overview.loc["sales", "rows"] == len(base().sales)
    assert "A assumed" in overview.loc["sales", "marks"]
    assert overview.loc["sales", "changed"].startswith("20")


def test_search_and_marks_narrow_the_rows(empty: Path) -> None:
    at = page("inputs", inputs_part="figures", inputs_search="loss share US parcel")
    assert frames(at)[0]["path"].tolist() == ["markets.US.parcel.loss_share"]
    sourced = page("inputs", inputs_part="figures", inputs_mark=["S"])
    assert "No row fits" in words(sourced)


def test_a_chinese_word_finds_an_english_field(empty: Path) -> None:
    at = page("inputs", "zh", inputs_part="figures", inputs_search="丢件率")
    assert "markets.US.parcel.loss_share" in frames(at)[0]["path"].tolist()


def test_the_register_shows_low_high_and_reason_beside_the_value(empty: Path) -> None:
    (row,) = frames(page("inputs", inputs_part="register"))[0].to_dict("records")
    assert (row["low"], row["high"], row["reason"]) == (0.0, 0.5, "nobody counts")
    assert float(row["value"]) == base().markets["US"].parcel.loss_share


def test_what_somebody_changed_says_who_when_and_why(empty: Path) -> None:
    space = Workspace.at(empty)
    changed = base().replace(experience=base().experience.replace(grace_days=9))
    keep_scenario(space, "mine", changed.replace(name="mine"), parent="base", why="a survey", who="Wu")
    at = page("inputs", inputs_scenario="mine@1", inputs_part="figures", inputs_search="grace")
    sound(at)
    (row,) = frames(at)[0].to_dict("records")
    assert (row["value"], row["who"], row["version"], row["source"]) == ("9", "Wu", "mine@1", "a survey")
    assert "Wu" in words(at)


def test_what_was_changed_when_is_told_in_the_readers_zone(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = base().replace(experience=base().experience.replace(grace_days=9))
    version = keep_scenario(Workspace.at(empty), "mine", changed.replace(name="mine"), parent="base", who="Wu")
    told = set()
    for place in ("Pacific/Kiritimati", "UTC"):
        monkeypatch.setattr("warrantysim.ui.session.zone", lambda place=place: ZoneInfo(place))
        monkeypatch.setattr("warrantysim.ui.inputs.zone", lambda place=place: ZoneInfo(place))
        at = page("inputs", inputs_scenario="mine@1", inputs_part="figures", inputs_search="grace")
        (row,) = frames(at)[0].to_dict("records")
        assert row["changed"] == f"{dt.datetime.fromisoformat(version.at).astimezone(ZoneInfo(place)):%Y-%m-%d %H:%M}"
        told.add(row["changed"])
    assert len(told) == 2


def test_good_files_show_old_and_new_and_are_kept_with_the_version(empty: Path) -> None:
    at = brought(("sales.csv", sales()))
    sound(at)
    (change,) = frames(at)[-1].to_dict("records")
    assert (change["old"], change["new"]) == ("40", "55")
    nothing_kept(empty)
    at.text_input(key="inputs_new_name").set_value("month-2")
    at.text_area(key="inputs_new_why").set_value("February's figures")
    at.button(key="inputs_new_keep").click().run()
    sound(at)
    space = Workspace.at(empty)
    (version,) = kept_scenarios(space)
    assert (version.ref, version.who, version.note) == ("month-2@1", "Lin", "February's figures")
    assert version.details["parent"] == "base"
    assert version.details["upload"] == uploads(space)[0].ref
    assert uploads(space)[0].path("sales.csv").read_bytes() == sales()
    assert kept_scenario(space, "month-2@1").sales[0].units_per_month == 55
    assert {entry.who for entry in audit_log(space) if entry.subject == "month-2@1"} == {"Lin"}
    assert "Kept as month" in words(at)


def test_without_a_reason_or_with_a_strange_name_nothing_is_kept(empty: Path) -> None:
    at = brought(("sales.csv", sales()))
    at.button(key="inputs_new_keep").click().run()
    assert [error.value for error in at.error] == ["Say why: it is kept with the version."]
    at.text_input(key="inputs_new_name").set_value("../x")
    at.text_area(key="inputs_new_why").set_value("x")
    at.button(key="inputs_new_keep").click().run()
    assert "cannot be a name" in at.error[0].value  # Beside the field, above what is missing elsewhere.
    nothing_kept(empty)


def test_what_came_of_an_upload_is_said_first_and_details_are_folded(empty: Path) -> None:
    at = brought(("sales.csv", sales()))
    assert at.success[0].value.startswith("The files are read:")
    assert [one.label for one in at.expander if one.label.startswith("Details")]
    at = brought(("sales.csv", sales("-3")))
    assert "Nothing is kept" in at.error[0].value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_wrong_cell_is_named_and_nothing_can_be_kept(empty: Path, lang: str) -> None:
    at = brought(("sales.csv", sales("-3")), lang=lang)
    (row,) = frames(at)[-1].to_dict("records")
    assert (row["file"], row["row"], row["column"], row["cell"]) == ("sales.csv", 3, "units_per_month", "E3")
    assert ("应为不小于 0" if lang == "zh" else "expected a number of at least 0") in row["message"]
    assert len(at.error) == 1
    assert not [button for button in at.button if button.key == "inputs_new_keep"]
    nothing_kept(empty)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("sales.csv", sales().decode().encode("utf-16")[:-1], "save it as UTF-8"),
        ("sales.xlsx", hostile.workbook(hostile.cell("XFD1048576")), "too far to be a table"),
        ("sales.xlsm", b"PK", "workbooks with macros"),
        ("sales.xlsx", b"PK", "not an .xlsx workbook"),
        ("x.csv", sales(), "which table is this?"),
        ("sales.csv", b"", "the file is empty"),
        (HOSTILE[:200] + ".csv", sales(), "which table is this?"),
    ],
)
def test_a_file_that_cannot_be_read_says_the_remedy(empty: Path, name: str, content: bytes, said: str) -> None:
    at = brought((name, content))
    assert not at.exception
    assert said in frames(at)[-1]["message"].iloc[0]
    assert "<script>" not in words(at)
    nothing_kept(empty)


def test_a_file_in_gb18030_is_read_with_a_warning(empty: Path) -> None:
    text = sales().decode().replace(",A\n", ",A\n", 1)
    lines = text.splitlines()
    cells = lines[2].split(",")
    cells[-2] = "财务部"
    at = brought(("sales.csv", "\n".join([lines[0], *[",".join(cells)], *lines[3:]]).encode("gb18030")))
    sound(at)
    assert "gb18030: 财务部" in at.warning[0].value


def test_what_would_be_odd_is_warned_of_before_it_is_kept(empty: Path) -> None:
    text = tables_csv(base(), "sku_markets", "en").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    rows[2][rows[0].index("list_price")] = "1"
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    at = brought(("sku_markets.csv", out.getvalue().encode()))
    sound(at)
    assert "a list price of" in words(at)
    nothing_kept(empty)


def test_a_workbook_that_changes_nothing_says_so(empty: Path) -> None:
    at = brought(("all.xlsx", tables_workbook(base(), list(Scenario.TABLES), "en")))
    sound(at)
    assert "Nothing differs." in words(at)
    nothing_kept(empty)


def test_hostile_cells_are_kept_as_text_and_never_reach_markdown(empty: Path) -> None:
    lines = sales().decode().splitlines()
    cells = lines[2].split(",")
    hostile = ",".join([*cells[:-2], '"' + HOSTILE.replace('"', '""') + '"', cells[-1]])
    at = brought(("sales.csv", "\n".join([*lines[:2], hostile, *lines[3:]]).encode()))
    sound(at)
    assert HOSTILE in frames(at)[-1]["new"].tolist()
    assert "<script>" not in words(at)
    assert "![](" not in words(at)


def test_month_end_compares_new_with_old_and_runs_the_pinned_again(empty: Path) -> None:
    space = Workspace.at(empty)
    pin(space, ["patient"], "Lin")
    at = brought(("sales.csv", sales()))
    at.text_input(key="inputs_new_name").set_value("month-2")
    at.text_area(key="inputs_new_why").set_value("February")
    at.button(key="inputs_new_keep").click().run()
    assert "Pinned: patient" in words(at)
    at.number_input(key="inputs_month_years").set_value(2)
    at.button(key="inputs_month_run").click().run()
    assert not at.exception
    (job,) = [job for job in Jobs(space).listed() if job.label == "month-2@1 / base"]
    assert Jobs(space).wait(job.id).state == "finished", Jobs(space).log(job.id)
    at.run()
    sound(at)
    run = runs.find_run(space, job.run_id)
    assert [case.name for case in run.study.cases] == ["base", "month-2@1", "patient · month-2@1"]
    last = run.study.cases[2].scenario
    assert (last.sales[0].units_per_month, last.experience.grace_days) == (55, 77)


def test_a_viewer_may_look_and_not_bring(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRANTYSIM_EDITORS", "cfo@example.com")
    at = page("inputs", inputs_part="bring")
    sound(at)
    assert at.file_uploader(key="inputs_files").disabled


def test_an_empty_workspace_shows_the_shipped_files(empty: Path) -> None:
    at = page("inputs", inputs_part="log")
    sound(at)
    assert "No file was brought in yet." in words(at)


def test_without_any_scenario_it_says_where_they_are_looked_for(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WARRANTYSIM_SCENARIOS", str(tmp_path / "nowhere"))
    at = page("inputs")
    sound(at)
    assert "WARRANTYSIM_SCENARIOS" in words(at)


def test_a_version_that_was_tampered_with_is_said_and_nothing_breaks(empty: Path) -> None:
    space = Workspace.at(empty)
    changed = base().replace(experience=base().experience.replace(grace_days=8))
    version = keep_scenario(space, "mine", changed.replace(name="mine"), parent="base", who="Wu")
    (version.folder / "scenario.json").write_text("{}", "utf-8")
    at = page("inputs", inputs_scenario="mine@1")
    assert not at.exception
    assert "cannot be read" in at.error[0].value
