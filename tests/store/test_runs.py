"""A stored run is what was simulated, to the last bit; damage is told; a full disk leaves nothing half-written."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.store.small import RESHIP, asked, simulated, workspace
from warrantysim.analysis.comparison import comparison_of
from warrantysim.store import atomic, runs
from warrantysim.store.audit import audit_log
from warrantysim.store.audit_trail import NotTheSame, retraced, stored_claims
from warrantysim.store.inputs import Inputs
from warrantysim.store.reproduce import reproduced
from warrantysim.store.saving import Circumstances, save
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace


def stored(folder: Path, inputs: Inputs | None = None) -> tuple[Workspace, StoredRun]:
    """A workspace with one run."""
    inputs = inputs or asked(policies=(RESHIP,))
    home = workspace(folder)
    return home, save(home, inputs, simulated(inputs), Circumstances("a label", "Li", changes=("a: 1 -> 2",)))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, StoredRun]:
    """A workspace with two runs, to be copied."""
    folder = tmp_path_factory.mktemp("original")
    stored(folder, asked(2))
    return stored(folder)


@pytest.fixture
def copied(tmp_path: Path, original: tuple[Workspace, StoredRun]) -> tuple[Workspace, StoredRun]:
    """The same two runs, to be damaged."""
    shutil.copytree(original[0].folder, tmp_path / "workspace")
    home = workspace(tmp_path)
    run = runs.find(home, original[1].id)
    assert run is not None
    return home, run


def test_what_comes_back_is_what_was_simulated(tmp_path: Path) -> None:
    inputs = asked(policies=(RESHIP,))
    home, _ = stored(tmp_path, inputs)
    found, result = runs.find(home, inputs.id), simulated(inputs)
    assert found is not None
    assert found.result.replications == result.replications
    for name in ("totals", "yearly", "costs", "savings", "days", "claims", "benches"):
        then, now = getattr(result, name), getattr(found.result, name)
        pd.testing.assert_frame_equal(now() if callable(now) else now, then() if callable(then) else then)
    pd.testing.assert_frame_equal(found.frame("cost_by_sku"), result.costs(("sku",)))
    assert (found.label, found.manifest["who"], found.manifest["changes"]) == ("a label", "Li", ["a: 1 -> 2"])
    assert found.inputs == inputs


def test_a_run_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    home, run = stored(tmp_path)
    again = save(home, run.inputs, simulated(run.inputs), Circumstances("another label"))
    assert again.manifest == run.manifest
    assert [entry.what for entry in audit_log(home)] == ["run stored"]


def test_a_result_of_other_replications_is_another_runs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 replications are not the 3 planned"):
        save(workspace(tmp_path), asked(3), simulated(asked(2)))


def test_runs_are_found_by_the_beginning_of_their_id(original: tuple[Workspace, StoredRun]) -> None:
    home, run = original
    assert runs.find_run(home, run.id[:6]).id == run.id
    for nothing in ("", "zz", "../runs", run.id + "0"):
        with pytest.raises(runs.NoSuchRun):
            runs.find_run(home, nothing)


def test_a_run_is_gone_when_it_is_removed(copied: tuple[Workspace, StoredRun]) -> None:
    home, run = copied
    assert runs.remove(home, run.id, "Li")
    assert not runs.remove(home, run.id)
    assert runs.find(home, run.id) is None
    assert [found.id for found in runs.list_runs(home)] == [asked(2).id]
    assert audit_log(home)[0].what == "run removed"
    assert list(home.scratch.iterdir()) == []


def test_the_ledger_is_made_again_from_the_folders(copied: tuple[Workspace, StoredRun]) -> None:
    home, run = copied
    for path in home.folder.glob("warrantysim.db*"):
        path.unlink()
    again = Workspace.at(home.folder)
    ids = {run.id, asked(2).id}
    assert {found.id for found in runs.list_runs(again)} == ids
    with again.reading() as db:
        assert {row["id"] for row in db.execute("SELECT id FROM runs")} == ids


@pytest.mark.parametrize("how", ["cut off", "changed", "missing"])
@pytest.mark.parametrize("file", ["results/claims.parquet", "tables/cost_by_sku.parquet", "asked.json", "record.json"])
def test_a_damaged_file_is_never_read(copied: tuple[Workspace, StoredRun], file: str, how: str) -> None:
    home, run = copied
    path = run.folder / file
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        middle = len(content) // 2
        changed = bytes([content[middle] ^ 1])
        path.write_bytes(content[:middle] if how == "cut off" else content[:middle] + changed + content[middle + 1 :])
    fresh = runs.find(home, run.id)
    assert fresh is not None
    assert fresh.damage() == (file,)
    assert runs.damaged(home) == (run.id,)
    assert runs.damaged(home, thorough=False) == ((run.id,) if how != "changed" else ())
    read = {
        "results/claims.parquet": lambda: fresh.result,
        "tables/cost_by_sku.parquet": lambda: fresh.frame("cost_by_sku"),
        "asked.json": lambda: fresh.inputs,
        "record.json": lambda: fresh.record,
    }[file]
    with pytest.raises((runs.Damaged, KeyError), match=r"is not what was written|no table"):
        read()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"id": "x"}', None], ids=["empty", "cut", "list", "other", "gone"])
def test_a_damaged_manifest_is_told_and_does_not_hide_other_runs(
    copied: tuple[Workspace, StoredRun], content: str | None
) -> None:
    home, run = copied
    other = asked(2)
    manifest = run.folder / "manifest.json"
    if content is None:
        manifest.unlink()
    else:
        manifest.write_text(content, "utf-8")
    with pytest.raises(runs.Damaged, match=run.id):
        runs.find(home, run.id)
    assert [found.id for found in runs.list_runs(home)] == [other.id]
    assert runs.damaged(home) == (run.id,)
    assert runs.remove(home, run.id)


@pytest.mark.parametrize("after", [0, 3, 12, 25])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    inputs, home = asked(policies=(RESHIP,)), workspace(tmp_path)
    result, flush, done = simulated(inputs), atomic.to_disk, 0

    def full(path: Path) -> None:
        nonlocal done
        if done >= after:
            raise OSError(errno.ENOSPC, "No space left on device")
        done += 1
        flush(path)

    monkeypatch.setattr(atomic, "to_disk", full)
    with pytest.raises(OSError, match="No space left"):
        save(home, inputs, result)
    monkeypatch.undo()
    assert list(home.scratch.iterdir()) == []
    found = runs.find(home, inputs.id)
    assert found is None
    assert save(home, inputs, result).damage() == ()


def test_running_it_again_gives_the_same_digest(original: tuple[Workspace, StoredRun]) -> None:
    _, run = original
    again = reproduced(run)
    assert again.same
    assert again.apart == {}
    assert again.model_then == again.model_now


def test_other_results_are_found_out_with_the_columns_they_are_in(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    inputs = asked()
    run = save(home, inputs, simulated(asked(seed=8)))
    again = reproduced(run)
    assert not again.same
    assert "claims.cash" in again.apart
    with pytest.raises(NotTheSame, match="today's gives"):
        retraced(run)


def test_a_claim_of_a_stored_run_tells_its_story_to_the_cent(original: tuple[Workspace, StoredRun]) -> None:
    _, run = original
    claims, told = stored_claims(run, 1, "reship"), retraced(run, 1, "reship")
    assert len(claims) == len(run.result.of("reship")[1].year)
    for claim in claims.head(5).itertuples():
        assert sum(line.reporting for line in told.story(claim.root)) == pytest.approx(claim.cost)
        assert claim.disposition == "reship"


def test_stored_runs_are_compared_as_if_run_together(tmp_path: Path) -> None:
    _, run = stored(tmp_path)
    _, reship = stored(tmp_path, Inputs.of(run.inputs.scenario, RESHIP, replications=3, seed=7))
    found = comparison_of([("now", run.result, 0), ("new", reship.result, 0)])
    saving = run.result.savings((), 1)["saving"].iloc[0]
    assert -found.yearly().query("measure == 'total'")["difference"].iloc[0] == pytest.approx(saving)
