"""A policy that is written is the policy that is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.files.loading import load_policy
from warrantysim.report.policy_file import policy_text
from warrantysim.schema.amounts import Amount
from warrantysim.schema.markets import Title
from warrantysim.schema.policy import Cell, EvidenceRule, Policy, Rule, Zone

EVERYWHERE = Rule(zones=(Zone.model_validate({"from": "0 USD", "do": "reship"}),))


def read_back(policy: Policy, folder: Path, comment: str = "") -> Policy:
    """Write a policy and read it."""
    file = folder / "policy.yaml"
    file.write_text(policy_text(policy, comment), "utf-8")
    return load_policy(file)


@pytest.mark.parametrize("name", ["today", "all-home"])
def test_shipped_policies_survive_being_written(name: str, scenarios: Path, tmp_path: Path) -> None:
    policy = load_policy(scenarios / "policies" / f"{name}.yaml")
    assert read_back(policy, tmp_path, "a comment\nof two lines") == policy


def test_a_policy_of_every_kind_of_cell_survives(tmp_path: Path) -> None:
    cell = Cell(
        market="US", channel="FBA", category="no", sku="1E5", symptom="won't turn on", evidence="none", age_band=2
    )
    zones = ({"from": "0 JPY", "do": "refund"}, {"from": "1249.5 JPY", "do": "return_china", "partner": "air"})
    policy = Policy(
        name="x: y",
        title=Title(en="Mine, # not yours", zh="我的“规则”"),
        why='because: "it" pays\nin two lines',
        rules=(EVERYWHERE, Rule(cell=cell, zones=tuple(Zone.model_validate(zone) for zone in zones))),
        evidence=(EvidenceRule.model_validate({"from": Amount(25.0, "USD"), "level": "video", "market": "NO"}),),
        fallback=("reship",),
        effective="2027-03-01",
    )
    assert read_back(policy, tmp_path) == policy


def test_ages_and_order_prices_survive(tmp_path: Path) -> None:
    zones = ({"from": "0 EUR", "do": "refund"}, {"from": "45 EUR", "do": "reship"})
    young, old = (
        Rule.model_validate({"cell": {"sku": "A"}, "by": "order_price", "zones": zones, **ages})
        for ages in ({"age_to_days": 182.5}, {"age_from_days": 182.5})
    )
    policy = Policy(name="bands", rules=(young, old, EVERYWHERE))
    assert read_back(policy, tmp_path) == policy


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_any_name_survives(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    policy = Policy(name=name, why=name, rules=(EVERYWHERE,))
    assert read_back(policy, tmp_path_factory.mktemp("any")) == policy
