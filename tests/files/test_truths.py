"""True and false are no figures and no days, wherever a figure or a day may stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests import worlds
from warrantysim.files.loading import load_scenario
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.network import PlanDefaults
from warrantysim.schema.root import Horizon

PLACES: dict[str, dict[str, Any]] = {
    "a share": {"markets": {"US": {"tax_share": True}}},
    "a field that may be empty": {"markets": {"US": {"customer": {"patience_days": True}}}},
    "a dated value": {"partners": {"P": worlds.partner(bench={"units_per_day": True})}},
    "a mapping of figures": {"births": {"visibility": {"OWN": True}}},
    "a row": {"terms_of": {"warranty_days": True}},
    "a list of figures": {"triage": {"age_bands_days": [True]}},
    "an amount": {"triage": {"contact_cost": True}},
    "a duration": {"stock_rules": {"pick_days": True}},
    "a version": {"schema_version": True},
}


@pytest.mark.parametrize("changes", PLACES.values(), ids=PLACES)
def test_true_is_no_figure(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        worlds.world(**changes)


def test_true_is_no_figure_within_a_distribution() -> None:
    with pytest.raises(ValidationError):
        Distribution.model_validate({"lognormal": {"median": True, "sigma": 1}})


@pytest.mark.parametrize("day", [True, 0, 86400, 0.0])
def test_a_number_is_no_day(day: Any) -> None:
    with pytest.raises(ValidationError):
        Horizon.model_validate({"first_day": day, "days": 365, "run_in_days": 0, "run_out_days": 0})


def test_whole_numbers_and_figures_in_text_still_are_figures() -> None:
    assert PlanDefaults.model_validate({"replications": "12", "confidence": 0.9}).replications == 12


def test_true_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    base = Path("scenarios/base.yaml").resolve()
    up = Path(*[".."] * len(tmp_path.parts[1:]), base.relative_to(base.anchor))
    file = tmp_path / "x.yaml"
    file.write_text(
        f"extends: {up.as_posix()}\nname: x\nwhy: to see\ntitle: {{en: x, zh: x}}\n"
        "set:\n  plan.replications: true\n  horizon.first_day: 5\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert [str(p.message) for p in caught.value.problems] == [
        "expected a date such as 2027-03-01, got 5",
        "expected a whole number, got true",
    ]
    assert all("x.yaml:" in p.where for p in caught.value.problems)
