"""A file given for another is told what it is, and which command or key reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import worlds
from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.report.rule_reading import read_rules
from warrantysim.schema.errors import ScenarioError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
POLICY = (SCENARIOS / "policies/all-home.yaml").read_text("utf-8")
AS_SCENARIO = {
    "decision.csv": (
        "market,sku,rule_now,rule_new,saving\nUS,A,x,y,1\n",
        "this is a table of results; no command",
    ),
    "agent_rules.csv": (
        "market,sku,action,partner\nUS,A,refund,\n",
        "this is a table of rules; simulate, compare",
    ),
    "skus.csv": (
        "sku,name_en,weight_kg\nA,A,1\n",
        "this is a table of skus, which a scenario names: tables: {skus:",
    ),
    "odd.csv": ("a,b\n1,2\n", "this is a table; a scenario names the tables it is made of"),
    "quotes.csv": (
        "quote,desk,term,value\nq,,home,US\n",
        "a table of quotes, which warrantysim quotes reads",
    ),
    "policy.json": (
        '{"format": "warrantysim-rules", "x": [1, 2',
        "the file ends before its last bracket: it was cut",
    ),
    "cut.yaml": ('{"schema_version": 1, "name": "x', "the file ends before its last bracket: it was cut"),
    "odd.json": ('{"a": 1,, "b": 2}', "not valid JSON in line 1"),
    "rules.dmn": ("<definitions/>", ".dmn files hold rules; simulate, compare and decide read them with --policy"),
    "policy.yaml": (POLICY, "expected a scenario; this file states rules; simulate, compare and decide read them with"),
    "quotes.yaml": ("partners: {}\n", "this file states quotes, which warrantysim quotes reads with --quote"),
}


@pytest.mark.parametrize(("name", "content", "told"), [(k, *v) for k, v in AS_SCENARIO.items()], ids=AS_SCENARIO)
def test_what_is_no_scenario_is_told_what_it_is(name: str, content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(tmp_path / name)
    (problem,) = caught.value.problems
    assert told in str(problem.message)
    assert name in problem.where


def test_a_scenario_is_no_policy(tmp_path: Path) -> None:
    for read in (load_policy, lambda path: load_scenario(path, policy=path)):
        with pytest.raises(ScenarioError, match="expected rules; this file states a scenario, which is"):
            read(SCENARIOS / "base.yaml")


@pytest.mark.parametrize("name", ["decision.csv", "policy.json", "skus.csv"])
def test_what_is_no_file_of_rules_is_told_what_it_is(name: str, tmp_path: Path) -> None:
    content, told = AS_SCENARIO[name]
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(ScenarioError, match=told[:30]):
        read_rules(tmp_path / name, worlds.world())


def test_a_key_stated_twice_in_a_policy_is_told_with_both_lines(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(POLICY + "name: again\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"p\.yaml:\d+: name: duplicate key, first stated in line \d+"):
        load_policy(tmp_path / "p.yaml")
