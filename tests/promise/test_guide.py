"""What to try first is what mends most a minute; a guide is worth what the claims it saves cost, less its copies."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.promise.kit import facts_of, seller, typed
from tests.worlds import usd, world
from warrantysim.analysis.cases import Case
from warrantysim.packs import rows
from warrantysim.packs.archetypes import archetypes
from warrantysim.promise.card import box_card, key_points, quick_guide
from warrantysim.promise.document import Document, Drawing, texts
from warrantysim.promise.guide import (
    ANY,
    LOSES,
    PAYS,
    SAFE_STEPS,
    UNKNOWN,
    guide_kind,
    guide_steps,
    guide_worth,
    mendable,
    solved_by_step,
    symptoms_of,
)
from warrantysim.promise.lint import lint
from warrantysim.promise.pictures import CODE_MM, QUIET, code
from warrantysim.schema.root import Scenario

LANGS = ("en", "en_GB", "de", "es", "fr", "it", "ja", "zh_CN")
MAKERS = (box_card, quick_guide, key_points)


@pytest.mark.parametrize("kind", [*archetypes(), ANY])
def test_steps_go_by_chance_of_a_fix_a_minute_and_lose_nothing_before_the_fourth(kind: str) -> None:
    steps = guide_steps(kind)
    safe = [step.solves / step.minutes for step in steps if not step.loses_data]
    assert safe == sorted(safe, reverse=True)
    assert not any(step.loses_data for step in steps[:SAFE_STEPS])
    assert 0 < sum(step.solves for step in steps) <= 1
    assert len({step.step for step in steps}) == len(steps) > SAFE_STEPS


def test_every_kind_of_product_has_steps_of_its_own_and_every_row_says_what_it_rests_on() -> None:
    named = {kind for row in rows("archetypes/steps") for kind in row["archetypes"].split("|")}
    assert named == {*archetypes(), ANY}
    assert all(row["mark"] in "DA" and row["source"] for row in rows("archetypes/steps"))


def test_a_step_is_one_the_product_can_take() -> None:
    other = {"charger": {"other_charger", "charge_full"}, "wearable": {"charge_whole", "clean_mesh"}}
    assert [kind for kind, steps in other.items() if steps & {step.step for step in guide_steps(kind)}] == []


@pytest.mark.parametrize("lang", ["en", "de", "zh_CN"])
def test_nobody_is_asked_to_look_after_a_battery_that_is_not_there(lang: str) -> None:
    words = {
        "en": "batter|swollen|Do not charge",
        "de": "Akku|Batterie|Nicht laden|aufgebläht",
        "zh_CN": "电池|不要充电|鼓包",
    }
    told = {}
    for sku in ("PLG-4P", "PRJ-FHD", "PWB-20K"):
        made = (make(seller(), sku, lang, facts_of(seller(), sku)) for make in (box_card, quick_guide))
        told[sku] = any(re.search(words[lang], text) for document in made for text in texts(document))
    assert told == {"PLG-4P": False, "PRJ-FHD": False, "PWB-20K": True}


def test_steps_together_solve_what_the_guide_does_of_what_customers_can_mend() -> None:
    scenario = world(fault_shares={"user_fixable": 0.4, "repairable": 0.6}, triage={"guide": {"effectiveness": 0.5}})
    found = solved_by_step(scenario, "A")
    assert mendable(scenario, "A") == pytest.approx(0.4)
    assert found["solved_so_far"].iloc[-1] == pytest.approx(0.2)
    assert found["solved"].sum() == pytest.approx(0.2)
    assert (found["solved_so_far"].diff().dropna() > 0).all()
    assert found["low"].equals(found["high"])  # nobody says how uncertain it is
    ranged = solved_by_step(seller(), "BUD-ANC")
    assert (ranged["low"] < ranged["solved_so_far"]).all()
    assert (ranged["solved_so_far"] < ranged["high"]).all()


def test_symptoms_come_from_the_fault_mix_the_most_frequent_first() -> None:
    scenario = world(fault_shares={"battery_safety": 0.3, "repairable": 0.7})
    assert symptoms_of(scenario, "A") == {"dead": pytest.approx(0.7), "hot_or_swollen": pytest.approx(0.3)}
    for sku in seller().sku_ids:
        shares = list(symptoms_of(seller(), sku).values())
        assert sum(shares) == pytest.approx(1)
        assert shares == sorted(shares, reverse=True)


def test_a_product_is_of_the_kind_stated_for_it() -> None:
    assert guide_kind(seller(), "BUD-ANC") == "earbuds"
    assert guide_kind(seller().replace(product_facts=()), "PWB-20K") == "power_bank"


def sold(**changes: object) -> Scenario:
    return world(
        sales=[{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 100}],
        fault_shares={"user_fixable": 1.0},
        terms_of={"early_share": 0, "life_eta_days": 400, "life_beta": 1},
        triage={"guide": {"effectiveness": 1.0, "cost_per_claim": usd(0), "delay_days": 0}},
        **changes,
    )


def test_a_guide_saves_what_the_claims_cost_that_it_solves_and_costs_its_copies() -> None:
    worth = {
        cost: guide_worth(Case.of(sold(sku_of={"guide_cost_per_unit": cost})), ["A"], range(3), 1).iloc[0]
        for cost in (0, 1, 2, 1000)
    }
    assert worth[1].verdict == PAYS
    assert worth[1000].verdict == LOSES
    assert worth[1].low > 0 > worth[1000].high
    # 12 months of 100 units have a copy each.
    assert worth[1].saving - worth[2].saving == pytest.approx(1200, rel=0.02)
    assert worth[1].pays_up_to == pytest.approx(worth[1].saving / 1200 + 1)
    # Who states no cost is told up to which it pays, and not that it does.
    assert worth[0].verdict == UNKNOWN
    assert np.isnan(worth[0].saving)
    assert worth[0].pays_up_to == pytest.approx(worth[1].pays_up_to, rel=0.02)


def test_what_a_guide_saves_does_not_depend_on_whether_it_is_on_today() -> None:
    off, on = (Case.of(sold(sku_of={"guide_cost_per_unit": 1, "guide_on": on})) for on in (False, True))
    first, second = (guide_worth(case, ["A"], range(2), 1) for case in (off, on))
    assert first.equals(second)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_figure_of_card_guide_and_key_points_is_a_fact(make: object, lang: str) -> None:
    for sku in seller().sku_ids:
        document: Document = make(seller(), sku, lang, facts_of(seller(), sku))  # type: ignore[operator]
        assert typed(texts(document), lang) == []


@pytest.mark.parametrize(("market", "lang"), [("US", "en"), ("UK", "en_GB"), ("DE", "de"), ("JP", "ja")])
def test_a_card_lures_nobody(market: str, lang: str) -> None:
    for sku in seller().sku_ids:
        text = "\n".join(texts(box_card(seller(), sku, lang, facts_of(seller(), sku))))
        assert [one.found for one in lint("card", market, lang, text)] == []


def test_a_card_shows_its_code_only_where_a_guide_stands_on_the_web() -> None:
    with_code = box_card(seller(), "CHG-65", "en", facts_of(seller(), "CHG-65"))
    bare = seller().replace(product_facts=())
    without = box_card(bare, "CHG-65", "en", facts_of(bare, "CHG-65"))
    pictures = [{one.name for one in made.blocks if isinstance(one, Drawing)} for made in (with_code, without)]
    assert pictures[0] - pictures[1] == {"code-CHG-65"}
    assert not any("http" in text for text in texts(without))


def test_a_code_reads_back_and_is_as_wide_as_a_hand_needs_with_white_around_it() -> None:
    zxing = pytest.importorskip("zxingcpp")
    address = "https://example.com/g/bud-anc"
    drawn = code("code", address, "a code")
    read = zxing.read_barcodes(Image.open(io.BytesIO(drawn.png(400))).convert("L"))
    assert [one.text for one in read] == [address]
    measures = {"qr_mm": CODE_MM, "quiet_modules": float(QUIET)}
    assert lint("card", "US", "en", "", measures=measures) == []
    assert drawn.width_mm > CODE_MM


def test_an_address_stands_in_one_piece_and_no_hyphen_is_set_into_it() -> None:
    pytest.importorskip("typst")
    from pypdf import PdfReader

    from warrantysim.promise.document_files import pdf

    for lang in ("en", "es", "pl", "zh_CN"):
        document = box_card(seller(), "VAC-L10", lang, facts_of(seller(), "VAC-L10"))
        assert "https://example.com/g/vac-l10" in PdfReader(io.BytesIO(pdf(document))).pages[0].extract_text()


def test_a_card_and_its_code_are_one_page() -> None:
    pytest.importorskip("typst")
    from pypdf import PdfReader

    from warrantysim.promise.document_files import pdf

    for sku in ("VAC-L10", "BUD-ANC", "ERC-6"):
        for make in (box_card, quick_guide):
            document = make(seller(), sku, "de", facts_of(seller(), sku))
            assert len(PdfReader(io.BytesIO(pdf(document))).pages) == 1


def test_sources_that_steps_quote_are_told() -> None:
    known = {row["code"] for row in rows("promise/sources")}
    assert {code for row in rows("archetypes/steps") for code in re.findall(r"\bW\d+b?\b", row["source"])} <= known
