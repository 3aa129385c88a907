"""Tables of the page of thresholds: what filters keep, what rows say, a cell's costs and flows side by side."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.report.cells import RESHIP, row, same
from warrantysim.decision.cells import CellZone
from warrantysim.files.loading import load_scenario
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide.cells import (
    aside_of,
    by_hand_frame,
    chosen_rows,
    costs_of_cell,
    flat_text,
    flows_frame,
    key_of,
    rules_frame,
)
from warrantysim.studies.decide.words import CaseWords, CellText


@cache
def base() -> Scenario:
    return load_scenario("scenarios/base.yaml")


def rows() -> list[dict[str, Any]]:
    return [row(), same(market="US", currency="USD", verdict="NO DIFFERENCE"), row(sku="CBL-100", verdict="HOLD")]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, [0, 1, 2]),
        ({"markets": ["US"]}, [1]),
        ({"verdicts": ["ACT", "HOLD"]}, [0, 2]),
        ({"markets": ["DE"], "verdicts": ["HOLD"]}, [2]),
        ({"text": "  TIERWERK-de "}, [0, 1, 2]),
        ({"text": "扫地机器人"}, [0, 1]),
        ({"text": "cbl-100"}, [2]),
        ({"text": "(.*"}, []),
    ],
)
def test_filters_keep_rows_of_every_kind_asked_for(filters: dict[str, Any], kept: list[int]) -> None:
    stated = rows()
    stated[1]["partner"] = "tierwerk-de"
    assert chosen_rows(stated, CaseWords.of(base()), **filters) == [stated[k] for k in kept]


def test_a_row_knows_its_cell_and_category() -> None:
    assert key_of(row(), base()) == ("VAC-L10", "DE")
    words = CaseWords.of(base())
    assert words.category(row()) == next(k.category for k in base().skus if k.sku == "VAC-L10")
    assert words.category({"category": "toys"}) == "toys"
    assert words.category({"market": "DE"}) == ""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_rules_are_told_in_words_and_whole_money(lang: Any) -> None:
    frame = rules_frame([row(saving=-0.4)], CellText(CaseWords.of(base()), lang))
    assert frame["saving"].tolist() == [0.0]
    assert not np.signbit(frame["saving"].iloc[0])
    assert frame["rule_new"].iloc[0] == CellText(CaseWords.of(base()), lang).new(row())
    assert frame["code"].tolist() == ["VAC-L10 DE"]


def test_a_flat_range_without_end_has_none() -> None:
    open_ended = row(cuts=(10.0,), flat=((5.0, float("inf")),))
    assert flat_text(open_ended) == "EUR 10 [5 .. ]"
    assert flat_text(row(cuts=(), flat=())) == ""


def test_arms_no_rule_uses_stand_aside() -> None:
    curves = pd.DataFrame(
        [("refund", ""), ("repair_local", "tierwerk-de"), ("return_china", "air")], columns=["do", "partner"]
    )
    assert aside_of([row()], curves) == {("return_china", "air")}
    assert aside_of([same()], curves) == {("repair_local", "tierwerk-de"), ("return_china", "air")}
    assert RESHIP[0].partner == ""


def _detail(*lines: tuple[str, str, str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=["policy", "sku", "market", "category", "mean"])
    return frame.assign(channel="FBA")


def test_costs_of_a_cell_are_those_of_its_product_market_and_channel() -> None:
    detail = _detail(
        ("now", "VAC-L10", "DE", "refund", 5.0),
        ("now", "VAC-L10", "DE", "duty", 2.0),
        ("now", "VAC-L10", "US", "refund", 100.0),
        ("new", "VAC-L10", "DE", "refund", 3.0),
        ("other", "VAC-L10", "DE", "refund", 7.0),
    )
    found = costs_of_cell(detail, base(), {"sku": "VAC-L10", "market": "DE"}, ["now", "new"])
    assert found is not None
    sums = found.set_index(["policy", "category"])["mean"].to_dict()
    assert sums == {("now", "refund"): 5.0, ("now", "duty"): 2.0, ("new", "refund"): 3.0, ("new", "duty"): 0.0}
    whole = costs_of_cell(detail, base(), {}, ["now"])
    assert whole is not None
    assert whole["mean"].sum() == 107.0
    category = CaseWords.of(base()).category({"sku": "VAC-L10"})
    by_category = costs_of_cell(detail, base(), {"category": category, "market": "US"}, ["now"])
    assert by_category is not None
    assert by_category["mean"].sum() == 100.0
    assert costs_of_cell(detail, base(), {"sku": "VAC-L10", "symptom": "dead"}, ["now"]) is None


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_flows_stand_side_by_side_and_lose_no_claim(lang: Any) -> None:
    columns = ["rule", "disposition", "partner", "closure", "claims", "cost", "days_p50", "days_p90"]
    flows = pd.DataFrame(
        [
            ("now", "reship", "", "replaced", 10.0, 50.0, 3.0, 5.0),
            ("now", "refund", "", "refunded", 4.0, 20.0, 1.0, 2.0),
            ("new", "repair_local", "P", "repaired", 11.0, 30.0, 9.0, 14.0),
            ("new", "refund", "", "refunded", 3.0, 20.0, 1.0, 2.0),
        ],
        columns=columns,
    )
    frame = flows_frame(flows, lang, {})
    assert frame["claims_now"].sum() == frame["claims_new"].sum() == 14.0
    assert frame["claims_now"].tolist() == [0.0, 10.0, 4.0]
    assert np.isnan(frame["cost_now"].iloc[0])
    assert len(flows_frame(flows[:0], lang, {})) == 0


def test_rules_set_by_hand_stand_beside_the_recommended_ones() -> None:
    frame = by_hand_frame(rows(), {("VAC-L10", "DE"): (CellZone(0.0, "reship", ""),)}, CellText(CaseWords.of(base())))
    assert frame["by_hand"].tolist() == ["always reship"]
    assert "TierWerk (Germany)" in frame["recommended"].iloc[0]
