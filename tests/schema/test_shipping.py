"""Price lists that cannot be right are refused where they are read."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.money.shipped import shipped
from warrantysim.schema.customs import CustomsRow, TariffRow
from warrantysim.schema.fx import FxRow
from warrantysim.schema.platform import PlatformFee
from warrantysim.schema.shipping import (
    FreightBreak,
    FreightLane,
    LabelRate,
    PeakSurcharge,
    RateCard,
    shipping_problems,
)
from warrantysim.schema.strict import Row

CARD = {"card": "C", "kind": "weight_steps", "currency": "USD", "unit": "lb"}
LANE = {"lane": "L", "market": "US", "direction": "back", "mode": "air", "currency": "USD", "per": "kg"}


def problems(
    cards: Iterable[dict[str, object]] = (CARD,),
    rates: Iterable[dict[str, object]] = ({"card": "C", "up_to": 1, "price": 5},),
    peaks: Iterable[dict[str, object]] = (),
    lanes: Iterable[dict[str, object]] = (LANE,),
    breaks: Iterable[dict[str, object]] = ({"lane": "L", "from_quantity": 0, "rate": 3},),
) -> list[tuple[str, str]]:
    found = list(
        shipping_problems(
            [RateCard.model_validate(row) for row in cards],
            [LabelRate.model_validate(row) for row in rates],
            [PeakSurcharge.model_validate(row) for row in peaks],
            [FreightLane.model_validate(row) for row in lanes],
            [FreightBreak.model_validate(row) for row in breaks],
        )
    )
    return [(one.path, str(one.message)) for one in found]


def test_a_small_consistent_world_has_no_problems() -> None:
    assert problems() == []


def test_the_shipped_price_lists_have_no_problems() -> None:
    tables = [
        shipped(RateCard, "rate_cards"),
        shipped(LabelRate, "label_rates"),
        shipped(PeakSurcharge, "peak"),
        shipped(FreightLane, "freight_lanes"),
        shipped(FreightBreak, "freight_breaks"),
    ]
    assert list(shipping_problems(*tables)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (RateCard, "rate_cards"),
        (LabelRate, "label_rates"),
        (PeakSurcharge, "peak"),
        (FreightLane, "freight_lanes"),
        (FreightBreak, "freight_breaks"),
        (PlatformFee, "platform_fees"),
        (CustomsRow, "customs"),
        (TariffRow, "tariffs"),
        (FxRow, "fx"),
    ],
)
def test_every_shipped_row_has_its_own_key_and_says_where_its_figures_come_from(model: type[Row], table: str) -> None:
    rows = shipped(model, table)
    assert len({row.key for row in rows}) == len(rows) > 0
    assert all(row.source for row in rows)


RATE_OF_C = {"card": "C", "up_to": 1, "price": 5}


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"rates": [RATE_OF_C, {**RATE_OF_C, "card": "D"}]}, "label_rates[D,,1.0].card", "unknown rate card 'D'"),
        ({"rates": []}, "rate_cards[C]", "at least one row in label_rates"),
        ({"rates": [RATE_OF_C, {**RATE_OF_C, "up_to": 2, "price": 4}]}, "label_rates[C,,2.0].price", "at least 5"),
        (
            {"peaks": [{"card": "D", "first_day": "2027-10-01", "last_day": "2027-12-31", "amount": 1}]},
            "peak[D,2027-10-01,,None].card",
            "unknown rate card 'D'",
        ),
        ({"breaks": []}, "freight_lanes[L]", "a freight break from 0"),
        (
            {"breaks": [{"lane": "L", "from_quantity": q, "rate": r} for q, r in ((0, 3), (45, 3.5))]},
            "freight_breaks[L,45.0].rate",
            "at most 3, the rate from 0, got 3.5",
        ),
        (
            {"breaks": [{"lane": x, "from_quantity": 0, "rate": 3} for x in "LM"]},
            "freight_breaks[M,0.0].lane",
            "unknown freight lane 'M'",
        ),
    ],
)
def test_what_does_not_fit_together_is_named_by_its_row(changes: dict[str, list], path: str, message: str) -> None:
    found = problems(**changes)
    assert len(found) == 1
    assert found[0][0] == path
    assert message in found[0][1]


def test_a_price_may_fall_from_one_dated_list_to_the_next() -> None:
    assert problems(rates=[RATE_OF_C, {**RATE_OF_C, "up_to": 2, "price": 4, "from": "2027-06-01"}]) == []


@pytest.mark.parametrize(
    ("model", "row", "message"),
    [
        (RateCard, {**CARD, "kind": "size_class"}, "expected unit cm"),
        (RateCard, {**CARD, "unit": "cm"}, "expected unit cm"),
        (RateCard, {**CARD, "divisor": 0}, "greater than or equal to"),
        (RateCard, {**CARD, "fuel_share": -0.1}, "greater than or equal to 0"),
        (RateCard, {**CARD, "currency": "usd"}, "pattern"),
        (LabelRate, {**RATE_OF_C, "step": 0.5}, "step and step_price together"),
        (LabelRate, {**RATE_OF_C, "price": float("nan")}, "finite"),
        (LabelRate, {**RATE_OF_C, "upto": 3}, "Extra inputs"),
        (PeakSurcharge, {"card": "C", "first_day": "2027-12-31", "last_day": "2027-10-01", "amount": 1}, "on or after"),
        (
            PeakSurcharge,
            {"card": "C", "first_day": "2027-01-01", "last_day": "2028-01-01", "amount": 1, "yearly": True},
            "shorter than a year",
        ),
        (FreightLane, {**LANE, "mode": "rail"}, "'air' or 'sea'"),
        (FxRow, {"currency": "EUR", "usd_per_unit": 0}, "greater than or equal to"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused(model: type[Row], row: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model.model_validate(row)
