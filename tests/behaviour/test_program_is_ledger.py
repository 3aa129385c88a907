"""Program = ledger: at its fixed point the program's objective is the cost simulated without queues, in any scenario.

Worlds are drawn at random over everything that claims share: desks and contracts, technicians under a retainer, tiers,
minimums, minimums and breaks of freight both ways, swap pools with a need, the work of run-in and run-out, exchange and
freight that change in mid-year, partners possible for few claims, rules finer and coarser than the decision's cells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.experiment.tiny import roomy, sold
from tests.worlds import partner, policy_of, terms
from warrantysim.decision import training
from warrantysim.decision.asking import Experiments
from warrantysim.decision.forecast import forecast
from warrantysim.decision.training import build, learn
from warrantysim.experiment.births import births
from warrantysim.journeys.model import simulate_run
from warrantysim.journeys.records import Route
from warrantysim.journeys.world import world_of
from warrantysim.money.categories import Subject
from warrantysim.money.price import price
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

SEED = 7
YEARS = range(100_000, 100_002)
ASKED = (Route.REFUND, Route.RESHIP, Route.REPAIR_LOCAL, Route.RETURN_CHINA)
"""Routes a rule decides."""
EXACT, ABOARD = 1e-9, 5e-3
"""How far program and ledger may be apart: where claims share no dispatch, and where they do [share of cost]."""
TERMS_ALONE = 0.02
"""The same before the terms are put right at the incumbent: they look at a mean year."""


def ledger_cost(scenario: Scenario, policy: Policy) -> float:
    """Simulated cost of a mean training year without queues, of the claims a rule is asked about; units sold aside."""
    total = 0.0
    for replication in YEARS:
        claims = births(scenario, SEED, replication)
        run = simulate_run(scenario, policy, claims, SEED, replication, queues=False)
        ledger, r = price(run, scenario, policy), run.records
        first = r.claims.generation == 0
        asked = np.zeros(int(claims.root.max(initial=0)) + 2, dtype=bool)
        asked[r.claims.root[first]] = np.isin(r.route[first], ASKED)
        counts = ledger.in_scope & ((ledger.root < 0) | asked[ledger.root]) & (ledger.subject != Subject.SALE)
        total += float(ledger.reporting[counts].sum())
    return total / len(YEARS)


def program_cost(scenario: Scenario, policy: Policy) -> float:
    """What the program says of a policy it has learned under."""
    world = world_of(scenario)
    outcomes = Experiments(scenario, SEED, 1, None, None).potential(YEARS, policy)
    learned = learn(world, outcomes, cash_only=False)
    return forecast(world, learned, build(world, learned).problem, policy)


@st.composite
def desks(draw: Callable[..., Any]) -> dict[str, Any]:
    """A partner in two markets: one desk for both, or two, each with its own contract or under one."""
    shared = draw(st.sampled_from(["one desk", "own contracts", "one contract"]))
    made = partner(40, serves=("US", "UK"))
    plain = made["desks"]["main"]

    def desk(serves: list[str], currency: str) -> dict[str, Any]:
        def amount(most: int) -> str:
            return f"{draw(st.integers(0, most))} {currency}"

        stated = plain | {"serves": serves, "currency": currency, "parts": {"mode": "included"}}
        stated |= {"repaired": {"flat": f"{draw(st.integers(10, 40))} {currency}"}, "onboarding": amount(2000)}
        stated |= {
            key: f"{6 + k} {currency}" for k, key in enumerate(("tested", "excluded", "no_fault", "beyond_repair"))
        }
        if draw(st.booleans()):
            stated["minimum_per_month"] = amount(600)
        if shared == "one contract" or draw(st.booleans()):
            stated["retainer"] = {
                "per_month": amount(800),
                "included_units": draw(st.integers(0, 30)),
                "extra_unit": amount(15),
                "technician_per_month": f"3 {currency}",
                "technician_units": draw(st.integers(0, 1)),
            }
        return stated

    if shared == "one desk":
        made["desks"] = {"main": desk(["US", "UK"], "USD")}
    else:
        made["desks"] = {"us": desk(["US"], "USD"), "uk": desk(["UK"], "EUR" if draw(st.booleans()) else "USD")}
    if shared == "one contract":
        made["retainer_scope"] = "contract"
        for one in made["desks"].values():
            one["retainer"] |= {k: made["desks"]["us"]["retainer"][k] for k in ("included_units", "technician_units")}
    retained = any("retainer" in one for one in made["desks"].values())
    if draw(st.booleans()):
        made["tiers"] = {
            "kind": draw(st.sampled_from(["all_units", "incremental"])),
            "basis": "month" if retained else draw(st.sampled_from(["month", "year", "dispatch"])),
            "steps": [{"from_units": draw(st.integers(1, 30)), "discount": 0.1}, {"from_units": 60, "discount": 0.2}],
        }
    return made | {"bounce_share": draw(st.sampled_from([0.0, 0.3]))}


@st.composite
def scenarios(draw: Callable[..., Any], *, china: bool) -> tuple[Scenario, Policy]:
    """A world without queues, and a policy."""
    pooled = draw(st.booleans())
    partners = {"R": draw(desks())}
    if draw(st.booleans()):
        partners["Q"] = partner(40, serves=("US",)) | {"valid_to": "2027-02-20"}
    run_in = draw(st.sampled_from([0, 90]))
    lanes = {
        "lane": st.sampled_from(["back", "out"]),
        "minimum": st.integers(0, 300),
    }
    stated: dict[str, Any] = {
        "markets": {"US": {}, "UK": {}},
        "ways": ("sea",) if china else (),
        "partners": partners,
        "sales": sold(draw(st.sampled_from([20, 60])), "US", "UK"),
        "sku_markets": [terms(refund_basis="pro_rata", life_eta_days=700.0, market=m) for m in ("US", "UK")],
        "stock": [
            {
                "sku": "A",
                "market": m,
                "pool": pooled,
                "pool_need": draw(st.integers(0, 30)),
                "pool_start": draw(st.integers(0, 5)),
            }
            for m in ("US", "UK")
        ],
        "fx": [
            {"currency": "CNY", "usd_per_unit": 0.14},
            {"currency": "EUR", "usd_per_unit": 1.1},
            {"currency": "EUR", "usd_per_unit": draw(st.sampled_from([1.1, 1.4])), "from": "2027-05-17"},
        ],
        "decision": {
            "training_replications": len(YEARS),
            "bands": 6,
            "cell": draw(
                st.sampled_from([("sku", "market"), ("sku",), ("sku", "market", "symptom"), ("market", "age_band")])
            ),
        },
        "horizon": {"first_day": "2027-01-01", "run_in_days": run_in, "run_out_days": run_in},
    }
    scenario = roomy(60, **stated)
    if china:
        rows = [row.replace(minimum=float(draw(lanes["minimum"]))) for row in scenario.freight_lanes]
        later = [
            row.replace(from_="2027-07-01", rate=row.rate * draw(st.sampled_from([1.0, 1.5])))
            for row in scenario.freight_breaks
        ]
        scenario = scenario.replace(freight_lanes=tuple(rows), freight_breaks=(*scenario.freight_breaks, *later))
    arms = (
        ["refund", "reship", "repair_local R"] + ["repair_local Q"] * ("Q" in partners) + ["return_china sea"] * china
    )
    rules = [{"cell": cell, "zones": draw(zones(arms))} for cell in draw(cells())]
    return scenario, policy_of({"name": "t", "rules": [{"cell": {}, "zones": draw(zones(arms))}, *rules]})


def cells() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Cells of further rules: by market, by reason, by product, by two of them."""
    some = st.sampled_from(
        [{"market": "US"}, {"market": "UK"}, {"symptom": "dead"}, {"sku": "A", "market": "UK"}, {"age_band": 1}]
    )
    return st.lists(some, max_size=2, unique_by=str)


@st.composite
def zones(draw: Callable[..., Any], arms: list[str]) -> list[dict[str, Any]]:
    """One to three zones."""
    starts = sorted(draw(st.sets(st.sampled_from([25, 40, 55, 70]), max_size=2)))
    out = []
    for start in (0, *starts):
        do, _, by = draw(st.sampled_from(arms)).partition(" ")
        out.append({"from": f"{start} USD", "do": do, "partner": by or None})
    return out


FEW = settings(max_examples=12)


@FEW
@given(scenarios(china=False))
def test_the_programs_objective_is_the_ledgers(drawn: tuple[Scenario, Policy]) -> None:
    scenario, policy = drawn
    assert program_cost(scenario, policy) == pytest.approx(ledger_cost(scenario, policy), rel=EXACT)


@FEW
@given(scenarios(china=True))
def test_where_claims_share_dispatches_it_is_within_half_a_percent(drawn: tuple[Scenario, Policy]) -> None:
    scenario, policy = drawn
    assert program_cost(scenario, policy) == pytest.approx(ledger_cost(scenario, policy), rel=ABOARD)


@FEW
@given(scenarios(china=False))
def test_the_terms_alone_are_near_the_ledger(drawn: tuple[Scenario, Policy]) -> None:
    scenario, policy = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "settled", lambda world, learned, problem: problem)
        alone = program_cost(scenario, policy)
    assert alone == pytest.approx(ledger_cost(scenario, policy), rel=TERMS_ALONE)
