"""What is known of kinds of product beforehand is whole, in order, and gives the claims it states."""

from __future__ import annotations

import math
import re

import pytest

from warrantysim.fitting.laws import EarlyMain
from warrantysim.fitting.pooled import Prior
from warrantysim.packs.archetypes import Archetype, archetypes, faults_in_chinese, kind_title, sources, true_faults
from warrantysim.schema.products import FAULT_KINDS, SYMPTOMS

KINDS = list(archetypes().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.archetype)
@pytest.mark.parametrize("propensity", [1.0, 0.75])
def test_the_life_of_a_kind_gives_the_claims_stated(kind: Archetype, propensity: float) -> None:
    law = EarlyMain()
    year1, both = propensity * law.failed([365.0, 730.0], law.free(kind.life(propensity)))
    assert year1 == pytest.approx(kind.year1, rel=0.002), "the early kind is not quite over within a year"
    assert both - year1 == pytest.approx(kind.year2, rel=0.002)


def test_lives_worked_by_hand() -> None:
    early, eta, beta = archetypes()["earbuds"].life()
    assert early == pytest.approx(0.006)
    assert eta == pytest.approx(14_220, abs=15)
    assert beta == pytest.approx(1.09, abs=0.005)
    assert archetypes()["scooter"].life()[1:] == pytest.approx((5_930, 1.05), rel=0.005)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.archetype)
def test_ranges_are_in_order_and_shares_are_shares(kind: Archetype) -> None:
    for name in ("year1", "user_fixable", "no_fault", "excluded"):
        low, value, high = (getattr(kind, name + end) for end in ("_low", "", "_high"))
        assert 0 < low < value < high < 1
    assert kind.price_low < kind.price_high
    assert kind.kg_low < kind.kg_high
    assert 0.3 < kind.true_faults < 1
    assert {kind.name_en, kind.name_zh}.isdisjoint({""})
    prior = Prior.of(kind)
    assert math.exp(prior.middle[0]) == pytest.approx(kind.year1)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.archetype)
def test_faults_of_a_kind_are_all_of_them(kind: Archetype) -> None:
    faults = true_faults(kind.archetype)
    assert sum(fault.share for fault in faults) == pytest.approx(1.0)
    assert len({fault.fault for fault in faults}) == len(faults)
    for fault in faults:
        assert fault.kind in FAULT_KINDS
        assert 1 <= fault.skill <= 4
        assert sum(getattr(fault, symptom) for symptom in SYMPTOMS) == pytest.approx(1.0)
    with_cells = any(fault.kind == "battery_safety" for fault in faults)
    assert with_cells == (kind.battery != "none") or kind.archetype == "projector"


def test_kinds_and_faults_have_words_and_a_category_of_ones_own_keeps_its_own() -> None:
    assert kind_title("robot_vacuum", "en") == "Robot vacuum"
    assert kind_title("robot_vacuum", "zh") == "扫地机器人"
    assert kind_title("accessories", "zh") == "accessories"
    assert not [code for code, name in faults_in_chinese().items() if not re.search("[一-鿿]", name)]


def test_every_code_quoted_is_a_source() -> None:
    quoted = {code for kind in KINDS for code in re.findall(r"\bP\d+\b", kind.source)}
    assert len(quoted) > 10
    assert quoted <= sources().keys()
