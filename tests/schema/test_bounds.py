"""Figures that no single field can bound are bounded by the scenario: money, durations, days, the calendar's reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tests import worlds
from tests.files.broken import Cases, is_told
from tests.fuzz.mutants import odd_figures
from warrantysim.schema.clock import DAY, REACH
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.network import PartnerLogistics, PlanDefaults
from warrantysim.schema.root import Horizon


def claim(day: float) -> dict[str, Any]:
    """A claim of a table, opened on a day."""
    return {"claim": "c1", "opened_day": day, "sku": "A", "market": "US", "value": 100}


CASES: Cases = {
    "a cost below nothing": (
        {"triage": {"contact_cost": "-1 USD"}},
        "triage.contact_cost: expected an amount of at least 0, got -1.0 USD",
    ),
    "a fee below nothing deep in a market": (
        {"markets": {"US": {"hub": {"receive": {"small": "-2 USD"}}}}},
        "markets.US.hub.receive.small: expected an amount of at least 0, got -2.0 USD",
    ),
    "a duration in seconds": (
        {"stock_rules": {"pick_days": 86400}},
        "stock_rules.pick_days: expected days, 3,650 at most on average, got a mean of 86,400",
    ),
    "a label that lapses when calendars have ended": (
        {"markets": {"US": {"customer": {"lapse_days": 2000}}}},
        "markets.US.customer.lapse_days: expected at most 722 days, a quarter of the time from the end of the run-out "
        "to the last day calendar 'always' knows, 2035-12-31; state a later calendars.always.until, got 2,000",
    ),
    "work beyond a lifetime": (
        {"triage": {"agents": {"count": 1, "minutes": 1e7, "calendar": "always"}}},
        "triage.agents.minutes: expected minutes, 100,000 at most on average, got a mean of 1e+07",
    ),
    "a warranty longer than the calendar": (
        {"terms_of": {"warranty_days": 7000}},
        "sku_markets[A,US].warranty_days: expected at most 6,970 days, or the calendar ends before the sale, got 7000",
    ),
    "a claim before the run-in": (
        {"claims_table": [claim(-31)]},
        "claims_table[c1].opened_day: expected a day from -30 to 394 (run-in to run-out), got -31",
    ),
    "a claim after the run-out": (
        {"claims_table": [claim(395)]},
        "claims_table[c1].opened_day: expected a day from -30 to 394 (run-in to run-out), got 395",
    ),
    "a unit older than the calendar": (
        {"claims_table": [claim(10) | {"age_days": 7011}]},
        "claims_table[c1].age_days: expected at most 7,010 days, or the calendar ends before the sale, got 7011",
    ),
    "a unit sold before there were terms of sale": (
        {"claims_table": [claim(10) | {"age_days": 40}], "terms_of": {"from": "2027-01-01"}},
        "claims_table[c1].age_days: expected a sale from 2027-01-01 on, when the first terms of sku_markets hold, got",
    ),
}


@pytest.mark.parametrize(("changes", "told"), CASES.values(), ids=CASES)
def test_a_figure_out_of_bounds_is_refused(changes: dict[str, Any], told: str) -> None:
    is_told(changes, told)


def test_a_loss_on_paid_repairs_and_claims_on_the_first_and_last_day_are_fine() -> None:
    worlds.world(triage={"denial": {"paid_repair_margin": "-3 USD"}})
    worlds.world(claims_table=[claim(-30)])
    worlds.world(claims_table=[claim(394.9)])


@pytest.mark.parametrize(
    "stated",
    [
        -3,
        "-0.5",
        {"uniform": {"low": -1, "high": 2}},
        {"triangular": {"low": -2, "mode": 0, "high": 2}},
        {"empirical": [3, -1]},
        {"lognormal": {"median": 2, "sigma": 1, "min": -1}},
        {"gamma": {"mean": 2, "cv": 1, "min": -0.1}},
    ],
    ids=str,
)
def test_no_distribution_has_a_value_below_0(stated: Any) -> None:
    with pytest.raises(ValidationError, match="expected values of at least 0, got -"):
        Distribution.model_validate(stated)


def test_a_shift_may_lift_values_to_0_and_above() -> None:
    assert Distribution.model_validate({"uniform": {"low": -1, "high": 2, "min": 1}}).least() == 0
    assert Distribution.model_validate({"weibull": {"eta": 5, "beta": 2, "min": 3}}).least() == 3


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_fits_into_32_bits(seed: int) -> None:
    with pytest.raises(ValidationError):
        PlanDefaults(seed=seed)
    assert PlanDefaults(seed=2**32 - 1).seed == 2**32 - 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("first_day", "1999-12-31"), ("first_day", "9999-12-31"), ("days", 3651), ("run_in_days", 10**12)],
    ids=lambda value: str(value),
)
def test_a_horizon_lies_in_this_century_and_ends(field: str, value: Any) -> None:
    stated = {"first_day": "2027-01-01", "days": 365, "run_in_days": 0, "run_out_days": 0}
    with pytest.raises(ValidationError):
        Horizon.model_validate({**stated, field: value})
    Horizon.model_validate(stated)


def test_a_month_beyond_the_calendar_is_an_error_and_not_the_last_one_known() -> None:
    clock = worlds.world().clock
    starts = clock.month_starts("UTC")
    assert clock.months(starts[[0, -1]] - [0, 1], "UTC").tolist() == [-REACH, REACH - 1]
    for beyond in (starts[0] - 1, starts[-1]):
        with pytest.raises(ValueError, match="beyond the 20 years either side that the calendar knows"):
            clock.months(np.array([0, beyond]), "UTC")
    assert clock.months(np.array([0, 40 * DAY]), "UTC").tolist() == [0, 1]


def test_handling_at_a_partner_is_stated_once_at_its_bench() -> None:
    with pytest.raises(ValidationError):
        PartnerLogistics.model_validate({"handling_days": 2})


def test_problems_in_the_same_words_are_told_at_each_place() -> None:
    far = [claim(500) | {"claim": name} for name in ("c1", "c2")]
    for name in ("c1", "c2"):
        is_told({"claims_table": far}, f"claims_table[{name}].opened_day: expected a day from -30 to 394")


def test_a_run_that_begins_within_a_month_has_a_rate_for_what_is_due_on_its_first() -> None:
    retainer = {"per_month": "30 USD", "included_units": 1, "extra_unit": "1 USD"}
    fx = [{"currency": "CNY", "usd_per_unit": 0.14, "from": "2027-01-04"}]
    world = worlds.world(
        horizon={"run_in_days": 0},
        partners={"P": worlds.partner(desk={"retainer": retainer})},
        policy="repair_local P",
        claims_table=[claim(day) for day in (0,)],
        fx=fx,
    )
    assert not odd_figures(world)
