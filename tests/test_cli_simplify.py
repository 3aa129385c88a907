"""The simplify command says how simple the rules may be, and hands over the rules it priced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, RESHIP, SEED, seller
from tests.analysis.test_simplicity import of_grain
from tests.answers import drawn, told
from warrantysim.analysis.cases import Case
from warrantysim.analysis.simplicity import Simplicity, simplify
from warrantysim.cli import main
from warrantysim.files.loading import load
from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.studies import simplify as simplicity

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"


def priced(stop_after: int = 99) -> Simplicity:
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > stop_after

    return simplify(seller(units=40.0), [AT_P], replications=4, seed=SEED, decide=of_grain, cancel=cancel)


@pytest.fixture(scope="module")
def found() -> Simplicity:
    """The study to its end."""
    return priced()


def run(monkeypatch: pytest.MonkeyPatch, found: Simplicity, *arguments: str) -> int:
    monkeypatch.setattr(simplicity.Simplify, "run", lambda *_: found)
    return main(["simplify", str(BASE), *arguments])


def lines(text: str) -> str:
    return " ".join(text.split())


def test_the_answer_comes_before_the_table_in_both_languages(found: Simplicity) -> None:
    english, chinese = (told("simplify", found, Case.of(found.scenario), lang) for lang in LANGUAGES)
    assert english.index("One rule for all would cost") < english.index("What other rules cost")
    assert chinese.index("若全部只用一条规则") < chinese.index("其他规则的成本")
    assert "rules by product × market" in lines(english)
    assert "按产品×市场设规则" in chinese
    assert "one rule for all" in english


def test_json_and_files_hold_every_rule_and_the_rules_can_be_read_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, found: Simplicity
) -> None:
    assert run(monkeypatch, found, "--json", "--out", str(tmp_path), "--quiet") == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert record["rules"][0]["cells"] == "sku x market"
    assert record["rules"][0]["difference"] == 0.0
    assert len(record["rules"]) == len(found.rules)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"rules.csv", "rules.parquet", "run.json", "rules-sku-market.yaml", "rules-everything-to-10.yaml"} <= names
    assert {"rules.svg", "rules.png"} <= names
    plain = load(BASE, [], tmp_path / "rules-everything.yaml").scenario.policy
    assert plain.rules == found.rules[-2].policy.rules


def test_the_chart_has_a_row_for_every_rule_held_against_the_finest_in_both_languages(found: Simplicity) -> None:
    names: dict[Lang, str] = {"en": "One rule for all", "zh": "全部一条规则"}
    for lang, name in names.items():
        chart = drawn("simplify", found, Case.of(found.scenario), lang)["rules"].spec()
        rows = {row["label"] for rows in chart["datasets"].values() for row in rows if "label" in row}
        assert name in rows
        assert len(rows) == len(found.rules) - 1


@pytest.mark.parametrize(
    ("policy", "english", "chinese"),
    [
        (AT_P, "Rules by product × market × age", "按产品×市场×机龄设规则"),
        (RESHIP, "bring nothing: none was found that costs less than rules by product × market", "没有带来好处"),
    ],
    ids=["another rule", "the same rule"],
)
def test_the_worth_of_finer_rules_is_told_in_both_languages(policy: Policy, english: str, chinese: str) -> None:
    def decide(world: Scenario, start: Policy | None = None) -> Policy:
        return RESHIP if start is None else policy

    found = simplify(
        seller(units=40.0), grains=(), steps=(), finer=[("sku", "market", "age_band")], replications=4, seed=SEED,
        decide=decide,
    )  # fmt: skip
    texts = [lines(told("simplify", found, Case.of(found.scenario), lang)) for lang in LANGUAGES]
    assert english in texts[0]
    assert chinese in texts[1]


def test_a_page_offers_cells_by_age_and_reason_and_never_those_there_are() -> None:
    there = ("sku", "market", "age_band")
    world = seller()
    finer = world.replace(decision=world.decision.replace(cell=there))
    study = simplicity.STUDY
    assert there in study.offers("finer", world, {})
    assert there not in study.offers("finer", finer, {})
    assert not study.options({}).finer


def test_stopped_it_prints_what_it_has_and_ends_with_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, priced(stop_after=1)) == 130
    assert "coarser rules that were not priced are missing" in lines(capsys.readouterr().out)


def test_a_policy_that_cannot_be_read_ends_with_code_3(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "rule.yaml"
    file.write_text("name: x\nrules: []\n", "utf-8")
    assert main(["simplify", str(BASE), "--policy", str(file)]) == 3
    assert "rule" in capsys.readouterr().err
