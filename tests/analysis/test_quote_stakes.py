"""What a term is worth is what a year costs more if it is otherwise."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.seller import AT_P, SEED, seller
from tests.texts import pairs
from tests.worlds import partner, usd
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.quote_prices import RAMP_DAYS, TERMS, _ramped, bill_of, landed, lost_value, scaled, stakes
from warrantysim.analysis.quote_work import quote_years, yearly
from warrantysim.decision.decide import CONFIRMATION
from warrantysim.schema.root import Scenario

YEARS = 2


def world(**changes: object) -> Scenario:
    """A slow bench that charges 20 dollars a repair."""
    terms = {"partners": {"P": partner(desk={"repaired": {"flat": usd(20.0)}}, bench={"units_per_day": 1.0})}}
    return seller(policy=AT_P, **(terms | changes))


@pytest.fixture(scope="module")
def case() -> Case:
    """That world under its rule."""
    return Case.of(world())


def test_every_term_is_told_with_an_interval_and_has_a_text(case: Case) -> None:
    years = list(quote_years(case, "P", YEARS, SEED))
    found = stakes(case, "P", years, SEED, 0.95).set_index("term")
    assert tuple(found.index) == TERMS
    assert {f"stake.{term}" for term in TERMS} <= set(pairs())
    assert (found["low"] <= found["adds"]).all()
    assert (found["adds"] <= found["high"]).all()
    assert found.loc["cheaper", "adds"] < 0 < found.loc["indexed", "adds"]
    assert found.loc["later", "adds"] < 0
    assert found.loc["yield", "adds"] > 0
    assert found.loc["ramp", "adds"] >= 0


def test_a_percent_off_every_price_saves_what_the_world_at_that_price_costs_less(case: Case) -> None:
    years = list(quote_years(case, "P", YEARS, SEED))
    saved = -stakes(case, "P", years, SEED, 0.95).set_index("term").loc["cheaper", "adds"]
    cheap = Case("cheap", scaled(case.scenario, "P", 0.99), case.policy)
    span = range(CONFIRMATION, CONFIRMATION + YEARS)
    costs = yearly_costs([case, cheap], span, SEED).mean(axis=1)
    assert saved == pytest.approx(costs[0] - costs[1])
    assert bill_of(years[0], case, "P") == pytest.approx(20.0 * years[0].reached)
    assert yearly(years, case).mean() == pytest.approx(costs[0])


def test_units_lost_at_the_partner_are_worth_what_new_ones_cost(case: Case) -> None:
    (year,) = quote_years(case, "P", 1, SEED)
    assert lost_value(year, case, "P") == 0.0
    fate = year.run.records.fate
    fate.setflags(write=True)
    rows = np.flatnonzero(year.run.records.in_scope & (year.run.records.bench_out > 0))[:3]
    fate[rows] = 6  # Lost.
    assert lost_value(year, case, "P") == pytest.approx(3 * landed(case.scenario)[0, 0])


def test_a_ramp_halves_what_was_there_and_ends() -> None:
    quote = world().partners["P"]
    first = world().horizon.first_day
    ramp = _ramped(quote, first).desks["main"].bench.ramp
    shares = [step.value for step in ramp.steps]
    assert shares == [0.5, 1.0]
    assert (ramp.steps[1].from_ - first).days == RAMP_DAYS


def test_stopped_it_keeps_the_terms_that_were_reached(case: Case) -> None:
    years = list(quote_years(case, "P", YEARS, SEED))
    assert list(stakes(case, "P", years, SEED, 0.95, cancel=lambda: True)["term"]) == ["cheaper"]
