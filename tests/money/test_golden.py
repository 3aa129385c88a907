"""The one-shot table of the demo seller's US market, by the project's own price lists, to every printed digit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.money.shipped import day, shipped
from warrantysim.money.freight import CM3_PER_CBM, volume_cbm
from warrantysim.money.one_shot import OneShotCosts, OneShotTerms, OneShotUnits, one_shot_costs
from warrantysim.money.rate_cards import RateCards
from warrantysim.scenario.platform import PlatformFee
from warrantysim.scenario.products import Sku
from warrantysim.scenario.shipping import LabelRate, RateCard

TODAY = day("2027-03-01")
NO = np.nan
RECEIVE = {"small": 2.0, "mid": 3.0, "large": 5.0}
TEST = {"small": 2.5, "mid": 4.0, "large": 6.0}

# price, landed, r, f, nff, misuse, local q and y, China b, y and d
INPUTS = {
    "CHG-65": (29.99, 9.80, 0.15, 5.2, 0.25, 0.05, NO, NO, NO, NO, NO),
    "CBL-100": (14.99, 3.90, 0.15, 5.0, 0.20, 0.10, NO, NO, NO, NO, NO),
    "BUD-ANC": (59.99, 21.0, 0.15, 5.2, 0.35, 0.05, NO, NO, 7.0, 0.75, 0.0),
    "PLG-4P": (32.99, 12.5, 0.15, 5.8, 0.45, 0.02, NO, NO, 5.0, 0.80, 0.25),
    "PWB-20K": (45.99, 18.5, 0.15, 6.5, 0.20, 0.08, NO, NO, NO, NO, NO),
    "VAC-L10": (399.0, 172.0, 0.15, 24.0, 0.30, 0.08, 58.0, 0.80, 24.0, 0.92, 0.25),
    "AIR-200": (129.0, 55.0, 0.15, 18.0, 0.40, 0.03, 40.0, 0.75, 14.0, 0.92, 0.25),
    "CAM-2CH": (149.99, 58.0, 0.08, 6.5, 0.30, 0.05, 42.0, 0.60, 15.0, 0.90, 0.0),
    "PRJ-FHD": (289.0, 126.0, 0.08, 9.5, 0.28, 0.06, 72.0, 0.55, 34.0, 0.88, 0.25),
    "ERC-6": (16.99, 3.60, 0.15, 5.0, 0.05, 0.15, NO, NO, NO, NO, NO),
    "IPC-2K": (49.99, 17.0, 0.08, 5.5, 0.45, 0.03, NO, NO, 6.5, 0.80, 0.0),
    "SWT-FIT": (79.99, 30.0, 0.15, 5.2, 0.30, 0.10, 34.0, 0.40, 9.0, 0.82, 0.075),
}
# size class, label (2 digits), then refund, reship, local, China by air, China by sea (1 digit)
PRINTED = {
    "CHG-65": ("small", 5.26, 26.4, 15.0, NO, NO, NO),
    "CBL-100": ("small", 5.26, 13.2, 8.9, NO, NO, NO),
    "BUD-ANC": ("small", 5.26, 52.8, 26.2, NO, 23.6, 23.0),
    "PLG-4P": ("small", 7.07, 29.0, 18.3, NO, 24.2, 23.0),
    "PWB-20K": ("small", 9.17, 40.5, 25.0, NO, NO, NO),
    "VAC-L10": ("large", 24.12, 344.1, 196.0, 110.7, 133.5, 100.5),
    "AIR-200": ("large", 20.10, 113.5, 73.0, 75.7, 93.6, 71.6),
    "CAM-2CH": ("small", 9.17, 140.4, 64.5, 54.8, 37.9, 35.2),
    "PRJ-FHD": ("mid", 12.60, 270.5, 135.5, 96.2, 77.0, 68.8),
    "ERC-6": ("small", 5.26, 15.0, 8.6, NO, NO, NO),
    "IPC-2K": ("small", 7.07, 46.8, 22.5, NO, 24.1, 23.1),
    "SWT-FIT": ("small", 6.06, 70.4, 35.2, 39.0, 26.2, 25.4),
}


def units() -> OneShotUnits:
    skus = {row.sku: row for row in shipped(Sku, "skus")}
    rows = [skus[sku] for sku in INPUTS]
    kg = np.array([row.weight_kg for row in rows])
    dims = np.array([(row.length_cm, row.width_cm, row.height_cm) for row in rows])
    cards = RateCards(shipped(RateCard, "rate_cards"), shipped(LabelRate, "label_rates"))
    price, landed, r, f, nff, misuse, q, y_local, b, y_china, d = np.array(list(INPUTS.values())).T
    return OneShotUnits(
        price=price,
        referral_share=r,
        landed=landed,
        fulfilment=f,
        label=cards.label_cost("USPS-GA", kg, dims, "5", np.full(len(kg), TODAY)),
        receive=np.array([RECEIVE[row.size_class] for row in rows]),
        test=np.array([TEST[row.size_class] for row in rows]),
        no_fault=nff,
        misuse=misuse,
        weight_kg=kg,
        volume_cm3=volume_cbm(dims) * CM3_PER_CBM,
        local_price=q,
        local_yield=y_local,
        china_repair=b,
        china_yield=y_china,
        duty=d,
    )


def costs() -> OneShotCosts:
    admin = next(
        f for f in shipped(PlatformFee, "platform_fees") if f.fee == "refund_administration" and f.market == "US"
    )
    assert admin.cap is not None
    rates = {"air_in": 3.0, "air_out": 5.5, "sea_in": 1.0, "sea_out": 1.6}
    return one_shot_costs(
        units(), OneShotTerms(admin.cap, admin.share, local_ber=12.0, china_back=1.8, china_scrap=4.0, **rates)
    )


@pytest.mark.parametrize("sku", list(PRINTED))
def test_every_digit_of_the_golden_table_is_reproduced(sku: str) -> None:
    at, got = list(INPUTS).index(sku), costs()
    size, label, *printed = PRINTED[sku]
    options = (got.refund, got.reship, got.local, got.china_air, got.china_sea)
    assert next(row for row in shipped(Sku, "skus") if row.sku == sku).size_class == size
    assert units().label[at] == label
    assert [f"{option[at]:.1f}" for option in options] == [f"{value:.1f}" for value in printed]


def test_the_robot_vacuum_adds_up_step_by_step() -> None:
    at = list(INPUTS).index("VAC-L10")
    assert costs().base[at] == pytest.approx(24.12 + 5 + 6)
    assert costs().local[at] == pytest.approx(35.12 + 0.38 * 24 + 0.62 * (0.8 * 82 + 0.2 * 208))


def test_no_single_price_orders_the_best_options() -> None:
    got = costs()
    options = np.stack([got.refund, got.reship, got.local, got.china_air, got.china_sea])
    best = dict(zip(INPUTS, np.nanargmin(options, axis=0), strict=True))
    reship, china_sea = 1, 4
    assert best["PLG-4P"] == reship  # 33 dollars
    assert best["SWT-FIT"] == china_sea  # 80 dollars
    assert best["BUD-ANC"] == china_sea  # 60 dollars
    assert got.local[list(INPUTS).index("AIR-200")] > got.reship[list(INPUTS).index("AIR-200")]  # 129 dollars
