"""What-ifs, uploads and policies: versions are added, never overwritten, and say who and when."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.experiment.tiny import plain
from tests.store.small import RESHIP, workspace
from warrantysim.experiment.simulate import simulate
from warrantysim.store import approvals, memos, scenarios, uploads
from warrantysim.store.approvals import NotInOrder, states
from warrantysim.store.audit import audit_log
from warrantysim.store.inputs import Inputs
from warrantysim.store.saving import save
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.store.workspace import SETTING, USUAL, Workspace, usual_folder

DAY = dt.date(2027, 3, 1)


def test_a_what_if_is_kept_in_versions_that_stay(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    first = scenarios.keep_scenario(home, "高运费", plain(), parent="base", changes=["a=1"], why="freight", who="Li")
    other = plain().replace(experience=plain().experience.replace(grace_days=3))
    second = scenarios.keep_scenario(home, "高运费", other, parent=first.ref)
    assert [(v.ref, v.who) for v in scenarios.kept_scenarios(home)] == [("高运费@2", "warrantysim"), ("高运费@1", "Li")]
    assert scenarios.kept_scenario(home, "高运费@1") == plain()
    assert scenarios.kept_scenario(home, "高运费") == other
    assert first.details == {"parent": "base", "changes": ["a=1"], "scenario": plain().name}
    assert second.details["parent"] == first.ref


def test_the_same_what_if_again_is_the_version_that_is_there(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    first = scenarios.keep_scenario(home, "a", plain())
    assert scenarios.keep_scenario(home, "a", plain(), why="again") == first


def test_runs_that_rest_on_a_version_are_found(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    version = scenarios.keep_scenario(home, "a", plain())
    assert scenarios.runs_of(home, version) == []
    inputs = Inputs.of(scenarios.kept_scenario(home, "a"), replications=1)
    save(home, inputs, simulate(plain(), replications=1))
    assert scenarios.runs_of(home, version) == [inputs.id]


@pytest.mark.parametrize("name", ["", "../a", "a/b", ".hidden", "a\0", "x" * 200, "a\nb", "con:"])
def test_names_that_are_no_folders_are_refused(tmp_path: Path, name: str) -> None:
    home = workspace(tmp_path)
    with pytest.raises(ValueError, match="expected a name of letters"):
        scenarios.keep_scenario(home, name, plain())
    with pytest.raises(ValueError, match="expected a name of letters"):
        uploads.keep_upload(home, "rates", {name: b""})
    with pytest.raises(NoSuchVersion):
        scenarios.kept_scenario(home, name)


def test_uploads_are_kept_as_they_came(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    first = uploads.keep_upload(home, "rates", {"rates.csv": b"a,b\n", "notes.txt": b"\xff"}, who="Li")
    assert uploads.keep_upload(home, "rates", {"notes.txt": b"\xff", "rates.csv": b"a,b\n"}) == first
    second = uploads.keep_upload(home, "rates", {"rates.csv": b"a,c\n"})
    assert (first.ref, second.ref) == ("rates@1", "rates@2")
    assert uploads.upload(home, "rates@1").path("notes.txt").read_bytes() == b"\xff"
    assert uploads.upload(home, "rates").ref == "rates@2"
    assert [entry.subject for entry in audit_log(home)] == ["rates@2", "rates@1"]


def test_an_upload_that_was_changed_is_not_read(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    version = uploads.keep_upload(home, "rates", {"rates.csv": b"a,b\n"})
    (version.folder / "rates.csv").write_bytes(b"a,x\n")
    with pytest.raises(Damaged, match=r"rates\.csv is not what was kept"):
        version.path("rates.csv")
    with pytest.raises(KeyError, match="no file"):
        version.path("../version.json")


def test_an_upload_beyond_the_limit_is_refused_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 10)
    home = workspace(tmp_path)
    with pytest.raises(uploads.TooLarge, match="12 bytes are more than the 10"):
        uploads.keep_upload(home, "rates", {"a": b"123456", "b": b"123456"})
    assert uploads.uploads(home) == []


def test_a_policy_goes_from_draft_to_force_and_is_superseded(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    one = approvals.draft(home, plain().policy, who="Li", run_id="r1", note="first")
    two = approvals.draft(home, RESHIP, who="Li")
    assert states([one, two], DAY) == {one.id: "draft", two.id: "draft"}
    for version, day in ((one, DAY), (two, DAY + dt.timedelta(30))):
        approvals.approve(home, version.id, who="Wang")
        approvals.put_in_force(home, version.id, day, who="Wang", today=DAY)
    found = approvals.policy_versions(home)
    assert states(found, DAY - dt.timedelta(1)) == {one.id: "scheduled", two.id: "scheduled"}
    assert states(found, DAY) == {one.id: "effective", two.id: "scheduled"}
    assert states(found, DAY + dt.timedelta(30)) == {one.id: "superseded", two.id: "effective"}
    assert approvals.in_force(home, DAY - dt.timedelta(1)) is None
    now = approvals.in_force(home, DAY + dt.timedelta(99))
    assert now is not None
    assert (now.policy, now.number, now.last.who) == (RESHIP, 2, "Wang")
    assert approvals.version_of(home, one.id).policy == plain().policy
    assert [entry.what for entry in audit_log(home, f"policy {one.id}")][::-1] == [
        "policy draft",
        "policy approved",
        "policy effective",
    ]


def test_steps_out_of_order_are_refused(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    version = approvals.draft(home, RESHIP, who="Lin")
    with pytest.raises(NotInOrder, match="is draft; expected approved"):
        approvals.put_in_force(home, version.id, DAY, who="Li", today=DAY)
    with pytest.raises(NotInOrder, match="needs the name"):
        approvals.approve(home, version.id, who=" ")
    approvals.approve(home, version.id, who="Wang")
    with pytest.raises(NotInOrder, match="2027-02-28 is past"):
        approvals.put_in_force(home, version.id, DAY - dt.timedelta(1), who="Li", today=DAY)
    approvals.withdraw(home, version.id, who="Li")
    with pytest.raises(NotInOrder, match="is withdrawn"):
        approvals.approve(home, version.id, who="Wang")
    with pytest.raises(approvals.NoSuchPolicy):
        approvals.approve(home, 99, who="Wang")


def test_lines_are_numbered_and_in_force_apart(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    versions = [approvals.draft(home, RESHIP, line=line, who="Lin") for line in ("a", "b", "a")]
    assert [(v.line, v.number) for v in versions] == [("a", 1), ("b", 1), ("a", 2)]
    assert len(approvals.policy_versions(home, "a")) == 2


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM policy_steps"])
def test_what_was_recorded_cannot_be_changed(tmp_path: Path, change: str) -> None:
    home = workspace(tmp_path)
    approvals.draft(home, RESHIP, who="Lin")
    with pytest.raises(sqlite3.IntegrityError, match="are never changed"), home.writing() as db:
        db.execute(change)


def test_the_workspace_is_where_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "elsewhere"))
    assert Workspace.at().folder == tmp_path / "elsewhere"
    monkeypatch.delenv(SETTING)
    assert usual_folder() == Path(USUAL)


def test_a_workspace_that_cannot_be_one_is_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "ascii")
    with pytest.raises(OSError, match="file"):
        Workspace.at(tmp_path / "file")
    (tmp_path / "warrantysim.db").write_bytes(b"not a ledger at all" * 100)
    with pytest.raises(OSError, match="not a database"):
        Workspace.at(tmp_path)


def test_a_workspace_of_a_later_version_is_refused(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    with sqlite3.connect(home.database) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(RuntimeError, match="layout 99"):
        Workspace.at(home.folder)


def test_where_people_sign_in_nobody_approves_what_they_proposed(tmp_path: Path) -> None:
    home = replace(workspace(tmp_path), apart=True)
    version = approvals.draft(home, RESHIP, who="Lin")
    with pytest.raises(NotInOrder, match="proposed by lin ; expected somebody else") as refused:
        approvals.approve(home, version.id, who="lin ")
    assert "应由他人批准" in refused.value.text("zh")
    assert approvals.version_of(home, version.id).last.step == "draft"
    assert approvals.approve(home, version.id, who="Wang").last.step == "approved"


def test_the_day_a_draft_proposes_stands_in_its_record_and_files_and_puts_nothing_in_force(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    version = approvals.draft(home, RESHIP, who="Lin", from_day=DAY, today=DAY)
    assert (version.proposed_from, version.from_day, version.last.from_day) == (DAY, None, DAY.isoformat())
    approvals.approve(home, version.id, who="Wang")
    assert approvals.in_force(home, DAY) is None
    assert memos.from_day(version) == DAY.isoformat()
    entry = next(e for e in audit_log(home, f"policy {version.id}") if e.what == "policy draft")
    assert entry.details["from_day"] == DAY.isoformat()
    late = DAY + dt.timedelta(9)
    decided = approvals.put_in_force(home, version.id, late, who="Wang", today=DAY)
    assert (decided.proposed_from, decided.from_day, memos.from_day(decided)) == (DAY, late, late.isoformat())


@pytest.mark.parametrize("day", [dt.datetime(2027, 3, 1), "2027-03-01", DAY - dt.timedelta(1)])
def test_what_is_no_day_to_come_is_neither_proposed_nor_put_in_force(tmp_path: Path, day: Any) -> None:
    home = workspace(tmp_path)
    why = "is past" if isinstance(day, dt.date) and not isinstance(day, dt.datetime) else "expected a day, such as"
    with pytest.raises(NotInOrder, match=why):
        approvals.draft(home, RESHIP, who="Lin", from_day=day, today=DAY)
    assert approvals.policy_versions(home) == []
    version = approvals.draft(home, RESHIP, who="Lin")
    approvals.approve(home, version.id, who="Wang")
    with pytest.raises(NotInOrder, match=why):
        approvals.put_in_force(home, version.id, day, who="Wang", today=DAY)


def test_a_version_that_holds_later_can_be_taken_back_until_its_day(tmp_path: Path) -> None:
    home, late = workspace(tmp_path), DAY + dt.timedelta(9)
    version = approvals.draft(home, RESHIP, who="Lin")
    approvals.approve(home, version.id, who="Wang")
    assert not memos.decided(approvals.version_of(home, version.id))
    assert memos.decided(approvals.put_in_force(home, version.id, late, who="Wang", today=DAY))
    with pytest.raises(NotInOrder, match="is in force later; expected draft"):
        approvals.approve(home, version.id, who="Wang")
    with pytest.raises(NotInOrder, match="is in force; expected"):
        approvals.withdraw(home, version.id, who="Wang", today=late)
    gone = approvals.withdraw(home, version.id, who="Wang", today=late - dt.timedelta(1))
    assert states([gone], late) == {version.id: "withdrawn"}
    assert approvals.in_force(home, late) is None
