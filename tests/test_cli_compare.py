"""The compare command names its cases, writes every table, and refuses what it cannot compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, SEED, seller
from warrantysim.analysis.cases import Case
from warrantysim.cli import main
from warrantysim.studies.compare import STUDY, CompareOptions, WhatIf, what_if
from warrantysim.studies.study import Work

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
DEAR = BASE.parent / "freight-up-40.yaml"


def test_json_and_out_hold_every_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    cases = [Case("now", seller(), AT_P), Case("dear", seller(p_fee=90.0), AT_P), Case("same", seller(), AT_P)]
    found = what_if(cases, CompareOptions(drivers=True, react=True), Work(SEED), 2, lambda world: AT_P)
    monkeypatch.setattr(type(STUDY), "run", lambda *_: found)
    assert main(["compare", str(BASE), str(DEAR), "--json", "--out", str(tmp_path), "--quiet"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert record["baseline"] == "now"
    tables = {"inputs", "yearly", "service", "cost_by_sku", "service_by_sku", "bridge_by_driver", "readings"}
    assert tables <= set(record)
    written = {path.name for path in tmp_path.iterdir()}
    assert {f"{name}.csv" for name in tables} <= written
    pictures = {"costs", "days", "bridge_by_category_dear", "bridge_by_driver_dear", "by_market_dear", "by_sku_dear"}
    assert {f"{name}.svg" for name in pictures} <= written
    assert "bridge_by_driver_same.svg" not in written


def test_one_scenario_twice_gets_two_names_and_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Case] = []

    def run(one: Any, cases: Sequence[Case], *_: Any) -> WhatIf:
        seen.extend(cases)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(STUDY), "run", run)
    home = BASE.parent / "policies" / "all-home.yaml"
    assert main(["compare", str(BASE), str(BASE), str(BASE), "--policy-of", f"3={home}"]) == 130
    assert [case.name for case in seen] == ["base", "base #2", "base x all-home"]
    assert seen[2].policy.name == "all-home"


@pytest.mark.parametrize(
    ("stated", "code"),
    [("--policy-of=9=x.yaml", 2), ("--policy-of=x.yaml", 2), ("--baseline=3", 3), ("--what-if=freight +x%", 3)],
)
def test_a_rule_or_baseline_of_no_scenario_is_refused(
    stated: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(BASE), str(DEAR), stated]) == code
    assert "expected" in capsys.readouterr().err


def test_one_scenario_alone_is_a_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(BASE)]) == 2
    assert "expected 2 or more scenarios, got 1" in capsys.readouterr().err
