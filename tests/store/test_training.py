"""What a decision was learned from is kept beside it to the last bit: rules are priced from it without a simulation."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.store.small import jobs, worked_here, workspace
from tests.ui.opening import shop
from warrantysim.decision.manual_policy import NAME
from warrantysim.decision.manual_price import estimate, simulate_manual
from warrantysim.decision.training_sample import Taught
from warrantysim.journeys.model import model_of
from warrantysim.report.charts.curves import CURVE_COLUMNS
from warrantysim.store.deciding import (
    FOLDER,
    by_hand_inputs,
    confirmation_of,
    curves_of,
    read_training,
    taught_of,
    write_training,
)
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.runs import find, remove
from warrantysim.store.saving import save_study
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.decide import decision_of, facts_of
from warrantysim.studies.study import Stored


@cache
def decided() -> tuple[AskedQuestion, Stored, Doing, Taught]:
    """A decision, what it wants stored beside it, and what it was learned from."""
    decision = shop().decision.replace(judging_replications=2, confirm_replications=2)
    study = AskedQuestion.of("decide", shop().replace(decision=decision))
    doing = Doing(None)
    found = stored_kind("decide").run(study, doing)
    (taught,) = doing.folders[FOLDER].args  # type: ignore[attr-defined]
    return study, found, doing, taught


@pytest.fixture
def stored(tmp_path: Path) -> StoredRun:
    study, found, doing, _ = decided()
    return save_study(workspace(tmp_path), study, found, doing=doing)


def _same(one: object, other: object) -> None:
    for f in fields(one):  # type: ignore[arg-type]
        a, b = getattr(one, f.name), getattr(other, f.name)
        if isinstance(a, np.ndarray):
            assert a.shape == b.shape, f.name
            assert a.dtype == b.dtype, f.name
            np.testing.assert_array_equal(a, b, err_msg=f.name)
        elif hasattr(a, "__dataclass_fields__"):
            _same(a, b)
        elif not isinstance(a, tuple):
            assert a == b, f.name


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    *_, taught = decided()
    write_training(taught, tmp_path)
    again = read_training(tmp_path)
    _same(again.learned, taught.learned)
    assert again.learned.arms == taught.learned.arms
    assert again.learned.cells == taught.learned.cells
    assert again.prices == taught.prices
    np.testing.assert_array_equal(again.priced(), taught.priced())


def test_what_an_older_run_holds_in_full_is_read_as_well(tmp_path: Path) -> None:
    """Before, a number was held of every claim under every arm of how many units will fail again."""
    *_, taught = decided()
    weak: Any = taught.learned.pools.weak.dense()
    older = replace(taught.learned, pools=replace(taught.learned.pools, weak=weak))
    write_training(replace(taught, learned=older), tmp_path)
    _same(read_training(tmp_path).learned, taught.learned)


def test_a_stored_decision_prices_its_rules_as_the_program_did(stored: StoredRun) -> None:
    _, found, *_, taught = decided()
    d = decision_of(found)
    again = taught_of(stored)
    assert again is not None
    for policy in (d.now, d.policy):
        assert estimate(model_of(shop()), again, policy).cost == estimate(model_of(shop()), taught, policy).cost


def test_curves_are_stored_with_it(stored: StoredRun) -> None:
    curves = curves_of(stored)
    assert curves is not None
    assert list(curves.columns) == list(CURVE_COLUMNS)
    assert set(curves["cell"]) == {"A US", "A DE", "B US", "B DE"}
    assert stored.damage() == ()


def test_what_is_beside_a_decision_is_no_part_of_its_result(tmp_path: Path, stored: StoredRun) -> None:
    study, found, *_ = decided()
    assert save_study(workspace(tmp_path / "bare"), study, found).results == stored.results


def test_a_run_of_before_has_none_and_is_read_all_the_same(tmp_path: Path) -> None:
    study, found, *_ = decided()
    run = save_study(workspace(tmp_path), study, found)
    assert taught_of(run) is None
    assert curves_of(run) is None
    assert facts_of(run.found) == found.facts["state"]


def test_damaged_training_claims_are_told_before_they_are_believed(stored: StoredRun) -> None:
    path = next((stored.folder / FOLDER).glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(Damaged, match=path.name):
        taught_of(stored)
    assert any(name.endswith(path.name) for name in stored.damage())


def test_only_columns_can_stand_in_its_files(tmp_path: Path) -> None:
    *_, taught = decided()
    write_training(taught, tmp_path)
    tree = json.loads((tmp_path / "taught.json").read_text("utf-8"))
    tree["class"] = "os:system"
    (tmp_path / "taught.json").write_text(json.dumps(tree), "utf-8")
    with pytest.raises(TypeError, match="no class of this package"):
        read_training(tmp_path)


def test_the_simulated_price_of_an_unchanged_rule_is_exactly_the_decision(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "workspace")
    home, work = workspace(tmp_path), jobs(tmp_path)
    run = find(home, AskedQuestion.of("decide", shop()).id)
    assert run is not None
    confirmed = confirmation_of(run, home)
    assert confirmed is not None
    d = run.found
    inputs = by_hand_inputs(confirmed, d.policy.replace(name=NAME))
    assert inputs.plan.range == confirmed.inputs.plan.range
    with worked_here():
        priced = work.submit(inputs)
    assert priced.state == "finished", work.log(priced.id)
    years = find(home, priced.run_id)
    assert years is not None
    sides = [[s.year for s in side] for side in (*(confirmed.result.of(k) for k in (0, 1)), years.result.of(0))]
    found = simulate_manual(sides[0], sides[1], sides[2], d.confidence)
    assert found.cost == d.cost
    assert float(found.to_now.interval.mean) == float(d.saving.interval.mean)
    assert float(found.to_now.interval.low) == float(d.saving.interval.low)
    assert float(found.to_recommended.interval.half_width) == 0.0
    remove(home, confirmed.id)
    assert confirmation_of(run, home) is None
