"""Rules handed out and read back do the same, whoever runs them; what cannot be used is said, line by line."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.decision import test_fewest_lines as fewest
from tests.decision.sellers import random_seller, told
from tests.decision.test_platform_rules import aged
from tests.ui.opening import shop
from tests.worlds import policy_of
from warrantysim.cli import main
from warrantysim.decision.platform_rules import platform_rules
from warrantysim.decision.rule_table import first_match, rule_table
from warrantysim.experiment.births import births
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.model import model_of
from warrantysim.journeys.solo import solo_run
from warrantysim.report.agent_rules import agent_rules
from warrantysim.report.export import csv_bytes
from warrantysim.report.rule_files import KEYS, rule_texts
from warrantysim.report.rule_reading import MOST_OF_ONE, read_rules
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

FORMS = ("agent_rules.csv", "policy.json", "rules.dmn", "rules.py", "platform_rules.csv")


def handed_out(scenario: Scenario, policy: Policy, folder: Path) -> Path:
    """Every form of a policy as a file."""
    texts = {name: text.encode() for name, text in rule_texts(policy, scenario).items()}
    texts["agent_rules.csv"] = csv_bytes(agent_rules(policy, scenario))
    texts["platform_rules.csv"] = csv_bytes(platform_rules(policy, model_of(scenario)))
    for name, content in texts.items():
        (folder / name).write_bytes(content)
    return folder


def seen_of(scenario: Scenario, policy: Policy) -> dict[str, np.ndarray]:
    """What an agent sees of a replication's routed claims."""
    records = solo_run(scenario, policy, births(scenario, 3, 0), 3, 0).records
    return told(scenario, records.take(np.flatnonzero(records.rule >= 0)))


def acts(table: pd.DataFrame, seen: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    row = first_match(table, seen)
    assert (row >= 0).all()
    return list(zip(table["action"].to_numpy()[row], table["partner"].to_numpy()[row], strict=True))


def one(seen: dict[str, np.ndarray], k: int) -> dict[str, Any]:
    return {name: column[k].item() for name, column in seen.items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rules_read_back_do_what_the_rules_handed_out_do(form: str, seed: int, tmp_path: Path) -> None:
    scenario = random_seller(seed)
    policy = scenario.policy
    back = read_rules(handed_out(scenario, policy, tmp_path) / form, scenario)
    seen = seen_of(scenario, policy)
    world = model_of(scenario)
    assert acts(rule_table(back, world), seen) == acts(rule_table(policy, world), seen)


@pytest.mark.parametrize("form", FORMS)
def test_the_reference_seller_s_rules_come_back_from_every_form(form: str, tmp_path: Path) -> None:
    scenario = load_scenario("scenarios/base.yaml")
    world = model_of(scenario)
    back = read_rules(handed_out(scenario, scenario.policy, tmp_path) / form, scenario)
    before, after = rule_table(scenario.policy, world), rule_table(back, world)
    draw = np.random.default_rng(5)
    n = 4_000
    seen = {
        "market": draw.choice(scenario.market_ids, n),
        "channel": draw.choice(scenario.channel_ids, n),
        "sku": draw.choice(scenario.sku_ids, n),
        "symptom": draw.choice(scenario.symptom_ids, n),
        "evidence": draw.choice(["none", "photo"], n),
        "order_age_days": draw.integers(0, 900, n),
        "order_price": draw.uniform(5, 400, n).round(2),
    }
    category = {k.sku: k.category for k in scenario.skus}
    seen["category"] = np.array([category[sku] for sku in seen["sku"]])
    # Prices of a market's own order of magnitude.
    seen["order_price"] = np.where(seen["market"] == "JP", (seen["order_price"] * 150).round(), seen["order_price"])
    assert acts(after, seen) == acts(before, seen)


def test_the_function_needs_nothing_passes_its_own_cases_and_says_what_the_table_says(tmp_path: Path) -> None:
    scenario = random_seller(2)
    policy = scenario.policy
    module = runpy.run_path(str(handed_out(scenario, policy, tmp_path) / "rules.py"))
    assert not [
        line for line in (tmp_path / "rules.py").read_text().splitlines() if line.startswith(("import", "from"))
    ]
    assert module["test"]() == len(module["CASES"]) > 20
    seen = seen_of(scenario, policy)
    wanted = acts(rule_table(policy, model_of(scenario)), seen)
    for k in range(0, len(wanted), 7):
        found = module["decide"](**one(seen, k))
        assert (found["action"], found["partner"] or "") == wanted[k]


def test_a_case_of_the_function_that_is_wrong_is_found(tmp_path: Path) -> None:
    scenario = random_seller(2)
    text = (handed_out(scenario, scenario.policy, tmp_path) / "rules.py").read_text()
    (tmp_path / "changed.py").write_text(
        text.replace("'repair_local', 'P'", "'refund', ''").replace("'R0001')", "'R0002')")
    )
    with pytest.raises(AssertionError):
        runpy.run_path(str(tmp_path / "changed.py"))["test"]()


def test_an_engine_that_is_not_ours_runs_the_decision_table(tmp_path: Path) -> None:
    # It makes the tables of its parser whenever it is imported, a quarter of a minute: not where tests are gathered.
    from pyDMNrules import DMN

    scenario = random_seller(3)
    policy = scenario.policy
    path = handed_out(scenario, policy, tmp_path) / "rules.dmn"
    engine = DMN()
    assert engine.useXML(path.read_text("utf-8")) == {}
    seen = seen_of(scenario, policy)
    wanted = acts(rule_table(policy, model_of(scenario)), seen)
    for k in range(0, len(wanted), max(1, len(wanted) // 60)):
        order = one(seen, k)
        order["orderAgeDays"], order["orderPrice"] = order.pop("order_age_days"), order.pop("order_price")
        status, found = engine.decide(order)
        assert "errors" not in status
        result = (found[-1] if isinstance(found, list) else found)["Result"]
        assert (result["action"], result["partner"]) == wanted[k]


def test_rules_by_age_come_back_with_their_ages(tmp_path: Path) -> None:
    scenario = shop()
    for form in FORMS:
        back = read_rules(handed_out(scenario, aged(), tmp_path) / form, scenario)
        pd.testing.assert_frame_equal(rule_table(back, model_of(scenario)), rule_table(aged(), model_of(scenario)))


@pytest.mark.parametrize("form", FORMS)
def test_lines_told_for_several_products_and_markets_come_back(form: str, tmp_path: Path) -> None:
    scenario, policy = fewest.shop(), fewest.accessories()
    back = read_rules(handed_out(scenario, policy, tmp_path) / form, scenario)
    before, after = (rule_table(each, model_of(scenario)) for each in (policy, back))
    assert acts(after, fewest.every_corner(scenario, before)) == acts(before, fewest.every_corner(scenario, before))


def test_a_file_with_thousands_of_lines_for_one_product_is_refused(tmp_path: Path) -> None:
    head = ",".join((*KEYS, "age_from_days,age_to_days,price_from,price_to,currency,action,partner"))
    rows = [f"US,,,,,,{k},{k + 1},0,,USD,refund," for k in range(MOST_OF_ONE + 1)]
    (tmp_path / "long.csv").write_text("\n".join([head, *rows]))
    with pytest.raises(ScenarioError, match="at most 2,000 lines with the same keys"):
        read_rules(tmp_path / "long.csv", shop())


def test_what_a_file_of_rules_changes_is_told_with_its_money(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = load_scenario("scenarios/base.yaml")
    policy = policy_of([(0, "reship")]).replace(name="all reship")
    handed_out(scenario, policy, tmp_path)
    base = ["rules", "scenarios/base.yaml", "--set", "horizon.days=31", "--replications", "2", "--json", "--quiet"]
    assert main([*base, "--file", str(tmp_path / "policy.json")]) == 0
    told_ = json.loads(capsys.readouterr().out)
    changes = told_["changes"]
    assert len(changes) > 25
    assert sum(row["saving"] for row in changes) == pytest.approx(told_["saving"], rel=1e-6)
    handed_out(scenario, scenario.policy, tmp_path)
    assert main([*base, "--file", str(tmp_path / "policy.json")]) == 0
    assert abs(json.loads(capsys.readouterr().out)["saving"]) < 0.01 * abs(told_["saving"]) + 1.0


@pytest.mark.parametrize(
    ("form", "old", "new", "said"),
    [
        ("agent_rules.csv", '"reship"', '"reshpi"', "did you mean 'reship'"),
        ("agent_rules.csv", '"action"', '"actoin"', "did you mean 'actoin'"),
        ("policy.json", '"version": 1', '"version": 9', "version 1, got warrantysim-rules 9"),
        ("policy.json", '"market": "US"', '"market": "USA"', "did you mean 'US'"),
        ("rules.dmn", 'hitPolicy="FIRST"', 'hitPolicy="COLLECT"', "hit policy FIRST"),
        ("rules.dmn", "</definitions>", "", "damaged"),
        ("rules.dmn", "<definitions", "<!DOCTYPE x [<!ENTITY a 'b'>]><definitions", "without document type"),
        ("rules.py", "RULES = [", "RULES = [__import__('os').getcwd(), ", "plain values"),
        ("platform_rules.csv", '"refund"', '"repair_local"', "partner"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_names_its_place(form: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    scenario = shop()
    policy = policy_of([(0, "refund"), (25.5, "reship")])
    rules = (*policy.rules, policy.rules[0].replace(cell=policy.rules[0].cell.replace(market="US")))
    path = handed_out(scenario, policy.replace(rules=rules), tmp_path) / form
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ScenarioError, match=form.replace(".", r"\.")) as error:
        read_rules(path, scenario)
    assert said in str(error.value)


def test_a_gap_between_prices_is_found(tmp_path: Path) -> None:
    scenario = shop()
    path = handed_out(scenario, policy_of([(0, "refund"), (25.5, "reship")]), tmp_path) / "policy.json"
    told_ = json.loads(path.read_text())
    last = next(rule for rule in told_["rules"] if rule["when"]["order_price"]["from"] > 0)
    last["when"]["order_price"]["from"] += 5
    path.write_text(json.dumps(told_))
    with pytest.raises(ScenarioError, match="follow each other"):
        read_rules(path, scenario)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", "RULES = 5"),
        ("a.py", "RULES = {[]: 1}"),
        ("a.json", "[" * 100_000),
        ("a.csv", '"market","x' + "y" * 200_000 + '"\n'),
        ("a.py", "RULES = [('R1', {}, (0, None), 'USD', (0, 1" + "0" * 400 + "), 'refund', '', '', '')]"),
        ("a.py", "RULES = [('R1', {}, (0, None), ['USD'], (0, None), 'refund', '', '', '')]"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_rules_is_refused_and_is_no_defect(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ScenarioError, match=name.replace(".", r"\.")):
        read_rules(tmp_path / name, shop())


def test_lines_for_some_ages_only_must_fill_an_age_band(tmp_path: Path) -> None:
    scenario = shop()
    path = handed_out(scenario, aged(), tmp_path) / "policy.json"
    stated = json.loads(path.read_text())
    for rule in stated["rules"]:
        rule["when"]["order_age_days"] = {"from": 40, "below": 50}
        rule["when"]["order_price"] |= {"from": 0, "below": None}
    stated["rules"] = stated["rules"][:1]
    path.write_text(json.dumps(stated))
    with pytest.raises(ScenarioError, match="whole age band"):
        read_rules(path, scenario)
