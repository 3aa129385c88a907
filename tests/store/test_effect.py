"""What a policy brings is read from what is stored, on the same luck or not at all; a memo says who signed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from tests.experiment.tiny import SEED, plain
from tests.store.small import RESHIP, asked, simulated, workspace
from warrantysim.analysis.cases import Case
from warrantysim.experiment.simulate import simulate
from warrantysim.store import approvals, runs
from warrantysim.store.approvals import replaces
from warrantysim.store.effect import effect_inputs, find_effect, merged_result
from warrantysim.store.inputs import Inputs
from warrantysim.store.memos import from_day, memo_of, signatures_of, status_of
from warrantysim.store.saving import save, save_study
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.memo import Signature
from warrantysim.studies.study import Stored

DAY = dt.date(2027, 3, 1)
NOW = plain().policy


def stored(home: Workspace, inputs: Inputs) -> StoredRun:
    """A simulation, stored."""
    return save(home, inputs, simulated(inputs))


def test_one_run_that_holds_both_policies_tells(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    run = stored(home, asked(3, (RESHIP,)))
    found = find_effect(runs.list_runs(home), plain(), NOW, RESHIP.replace(name="another name"))
    assert found is not None
    assert [one.id for one in found.runs] == [run.id]
    saving = run.result.savings((), 1)["saving"].iloc[0]
    assert float(found.change().saving.interval.mean) == pytest.approx(saving)


def test_two_runs_on_the_same_luck_tell_what_one_would(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    stored(home, asked(3))
    stored(home, Inputs.of(plain(), RESHIP, replications=4, seed=SEED))
    found = find_effect(runs.list_runs(home), plain(), NOW, RESHIP)
    assert found is not None
    assert len(found.runs) == 2
    together = simulate(plain(), [NOW, RESHIP], replications=3, seed=SEED)
    assert merged_result(found.now, found.new).replications == (0, 1, 2)
    assert float(found.change().saving.interval.mean) == pytest.approx(together.savings((), 1)["saving"].iloc[0])


def test_other_luck_other_worlds_and_other_policies_do_not_tell(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    stored(home, asked(3))
    stored(home, Inputs.of(plain(), RESHIP, replications=3, seed=SEED + 1))
    dearer = plain().replace(experience=plain().experience.replace(grace_days=3))
    stored(home, Inputs.of(dearer, (NOW, RESHIP), replications=3, seed=SEED))
    assert find_effect(runs.list_runs(home), plain(), NOW, RESHIP) is None
    assert find_effect(runs.list_runs(home), plain(), NOW, NOW) is not None


def test_a_damaged_run_is_passed_over(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    run = stored(home, asked(3, (RESHIP,)))
    (run.folder / "asked.json").write_text("{}", "utf-8")
    assert find_effect(runs.list_runs(home), plain(), NOW, RESHIP) is None


def test_what_is_asked_for_then_tells(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    like = stored(home, asked(4))
    inputs = effect_inputs(plain(), NOW, RESHIP, like)
    assert (inputs.seed, inputs.plan.replications) == (SEED, 4)
    stored(home, inputs)
    assert find_effect(runs.list_runs(home), plain(), NOW, RESHIP) is not None


def test_a_version_replaces_the_one_in_force_before_it(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    ids = [approvals.draft(home, RESHIP, note=str(k), who="Li").id for k in range(3)]
    for id, day in zip(ids[:2], (DAY, DAY + dt.timedelta(30)), strict=True):
        approvals.approve(home, id, who="Wang")
        approvals.put_in_force(home, id, day, who="Wang", today=DAY)
    versions = approvals.policy_versions(home)
    one, two, three = (next(v for v in versions if v.id == id) for id in ids)
    assert replaces(versions, one, DAY) is None
    assert replaces(versions, two, DAY) == one
    assert replaces(versions, three, DAY - dt.timedelta(1)) is None
    assert replaces(versions, three, DAY) == one
    assert replaces(versions, three, DAY + dt.timedelta(31)) == two


def test_a_memo_carries_status_signatures_and_the_day(tmp_path: Path) -> None:
    home = workspace(tmp_path)
    run = stored(home, asked(3, (RESHIP,)))
    version = approvals.draft(home, RESHIP, run_id=run.id, note="try", who="Li")
    assert (status_of(version), from_day(version)) == ("DRAFT", "")
    assert [s.role for s in signatures_of(version)] == ["proposed", "approved"]
    assert signatures_of(version)[1] == Signature("approved", "", "")
    approvals.approve(home, version.id, who="Wang")
    version = approvals.put_in_force(home, version.id, DAY, who="Wang", today=DAY)
    found = find_effect(runs.list_runs(home), plain(), NOW, RESHIP)
    assert found is not None
    memo = memo_of(found.change(), run, version=version, studies=runs.list_runs(home))
    assert (memo.status, memo.effective_from) == ("APPROVED", "2027-03-01")
    assert [(s.role, s.who) for s in memo.signatures] == [
        ("proposed", "Li"),
        ("approved", "Wang"),
        ("effective", "Wang"),
    ]
    assert (memo.provenance.run_id, memo.provenance.intact) == (run.id, True)
    assert status_of(approvals.draft(home, RESHIP, who="Lin")) == "DRAFT"
    assert not version.alone


def test_a_memo_tells_of_stored_studies_of_the_same_world_and_policies(tmp_path: Path) -> None:
    home, world = workspace(tmp_path), plain()
    run = stored(home, asked(3, (RESHIP,)))
    cases = [Case("now", world, NOW), Case("reship", world, RESHIP)]
    scan = pd.DataFrame([(0.5, "now", 1.0, 0.2)], columns=["position", "best", "lead", "half_width"])
    facts = {"lever": "fx[*].usd_per_unit (factor)", "low": 0.5, "high": 2.0, "stated": 1.0, "evaluations": 1}
    found = Stored({"scan": scan}, {**facts, "confidence": 0.95, "best_throughout": "now", "cancelled": False})
    save_study(home, AskedQuestion.of("breakeven", cases, lever={"path": "a"}, low=0.5, high=2.0), found)
    turned = pd.DataFrame([("a.b", -5.0, 9.0, True)], columns=["input", "at_low", "at_high", "flips"])
    save_study(home, AskedQuestion.of("sensitivity", cases), Stored({"tornado": turned}, {"cancelled": False}))
    effect = find_effect(runs.list_runs(home), world, NOW, RESHIP)
    assert effect is not None
    memo = memo_of(effect.change(), run, studies=runs.list_runs(home))
    told = [text for study, stored in memo.studies for text in study.turning(stored, "en")]
    assert told[0].endswith("from 0.5 to 2 now stays the best.")
    assert len(told) == 2
    swings = [study.swings(stored) for study, stored in memo.studies]
    assert swings[0] is None
    assert swings[1] is not None
    assert swings[1].equals(turned)
