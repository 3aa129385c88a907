"""Program = ledger: at its fixed point the program's objective is the cost simulated without queues, in any scenario.

Worlds are drawn at random over everything that claims share: desks and contracts, technicians under a retainer, tiers,
minimums, minimums and breaks of freight both ways, whatever sends a batch to China, swap pools with a need, the work of
run-in and run-out, exchange and freight that change in mid-year, partners possible for few claims, customers who give
up or insist on money, rules finer and coarser than the decision's cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.experiment.tiny import roomy, sold
from tests.worlds import partner, policy_of, terms
from warrantysim.decision import training
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import choose
from warrantysim.decision.decide import decide
from warrantysim.decision.forecast import forecast
from warrantysim.decision.policies import draw
from warrantysim.decision.training import build, learn
from warrantysim.experiment.beside import booked
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SEED = 7
YEARS = range(100_000, 100_002)
EXACT = 1e-9
"""How far program and ledger may be apart [share of cost]."""
SMALL = {
    "training_replications": len(YEARS),
    "selection_replications": 2,
    "confirm_replications": 2,
    "iterations": 2,
    "bands": 6,
    "neighbours": 0,
}
TERMS_ALONE = 0.02
"""The same before the terms are put right at the incumbent: they look at a mean year."""


def ledger_cost(scenario: Scenario, policy: Policy) -> float:
    """Simulated cost of a mean training year without queues, of the claims a rule is asked about; units sold aside."""
    return float(np.mean([booked(scenario, [policy], SEED, replication)[0] for replication in YEARS]))


def program_cost(scenario: Scenario, policy: Policy) -> float:
    """What the program says of a policy it has learned under."""
    world = model_of(scenario)
    outcomes = list(Experiments(scenario, SEED).potential(YEARS, policy))
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


@dataclass(frozen=True)
class Drawn:
    """A world and a policy, told by what tells them apart."""

    scenario: Scenario
    policy: Policy

    def __repr__(self) -> str:
        s = self.scenario
        told = {"horizon": s.horizon, "fx": s.fx, "stock": s.stock, "cell": s.decision.cell, "partners": s.partners}
        rules = [(rule.cell.stated(), rule.zones) for rule in self.policy.rules]
        return f"{told} under {rules}"


BATCHES: list[dict[str, Any]] = [
    {"rule": "weekday", "weekdays": [0]},
    {"rule": "age", "age_days": 9},
    {"rule": "age", "age_days": 9, "clock": "last_dispatch"},
    {"rule": "count", "count": 12},
    {"rule": "weight", "weight_kg": 15},
    {"rule": "hybrid", "weight_kg": 9, "age_days": 20},
]
"""What sends a batch to China."""


@st.composite
def scenarios(draw: Callable[..., Any], *, china: bool) -> Drawn:
    """A world without queues, and a policy."""
    pooled = draw(st.booleans())
    partners = {"R": draw(desks())}
    if draw(st.booleans()):
        partners["Q"] = partner(40, serves=("US",)) | {"valid_to": "2027-02-20"}
    run_in = draw(st.sampled_from([0, 90]))
    impatient = {"label_unused_share": 0.2, "insist_money_late_share": 0.2, "reopen_share": 0.5}
    customers = {"customer": impatient} if draw(st.booleans()) else {}
    us, uk = ({"china": {"sea": {"consolidation": draw(st.sampled_from(BATCHES))}}} if china else {} for _ in range(2))
    stated: dict[str, Any] = {
        "markets": {"US": customers | us, "UK": uk},
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
        rows = [row.replace(minimum=float(draw(st.integers(0, 300)))) for row in scenario.freight_lanes]
        later = [
            row.replace(from_="2027-07-01", rate=row.rate * draw(st.sampled_from([1.0, 1.5])))
            for row in scenario.freight_breaks
        ]
        scenario = scenario.replace(freight_lanes=tuple(rows), freight_breaks=(*scenario.freight_breaks, *later))
    arms = (
        ["refund", "reship", "repair_local R"] + ["repair_local Q"] * ("Q" in partners) + ["return_china sea"] * china
    )
    rules = [{"cell": cell, "zones": draw(zones(arms))} for cell in draw(cells())]
    policy = policy_of({"name": "t", "rules": [{"cell": {}, "zones": draw(zones(arms))}, *rules]})
    return Drawn(scenario, policy)


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


def two_desks(**changes: Any) -> dict[str, Any]:
    """A partner with a desk a market; ``us``, ``uk``: changes of one desk, all others of the partner."""
    made = partner(40, serves=("US", "UK"))
    plain = made["desks"]["main"]
    made["desks"] = {name: plain | {"serves": [name.upper()]} | changes.pop(name, {}) for name in ("us", "uk")}
    return made | {"bounce_share": 0.0} | changes


def kind(rules: Any, **changes: Any) -> tuple[Scenario, Policy]:
    """Two markets, where refunds fall with age, no luck beside births; ``rules``: zones of the US, all else refunded,
    or a whole policy."""
    stated: dict[str, Any] = {
        "markets": {"US": {}, "UK": {}},
        "ways": (),
        "partners": {"R": two_desks()},
        "sales": sold(60, "US", "UK"),
        "sku_markets": [terms(refund_basis="pro_rata", life_eta_days=700.0, market=m) for m in ("US", "UK")],
        "decision": {"training_replications": len(YEARS), "bands": 6},
        "horizon": {"first_day": "2027-01-01", "run_in_days": 0, "run_out_days": 0},
    }
    everywhere = {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}
    if isinstance(rules, list) and isinstance(rules[0], tuple):
        zones_of_us = policy_of(rules).rules[0].model_dump(mode="json", by_alias=True)["zones"]
        rules = [everywhere, {"cell": {"market": "US"}, "zones": zones_of_us}]
    stated |= changes
    stated["partners"] = {"P": partner(40) | {"valid_to": "2026-01-01"}} | stated["partners"]
    return roomy(60, **stated), policy_of({"name": "t", "rules": rules})


RETAINED = {"per_month": "500 USD", "included_units": 10, "extra_unit": "8 USD"}
REPAIR = [(0, "refund"), (35, "repair_local R")]
HOME = [(0, "refund"), (35, "return_china sea")]
ADVANCE: dict[str, Any] = {
    "ways": ("sea",),
    "markets": {m: {"service": {"return_china": "advance_exchange"}} for m in ("US", "UK")},
    "stock": [{"sku": "A", "market": m, "pool": True, "pool_need": 40} for m in ("US", "UK")],
}
MONTHLY = {"kind": "all_units", "basis": "month", "steps": [{"from_units": 14, "discount": 0.1}]}
FULL = {"horizon": {"first_day": "2027-01-01", "run_in_days": 150, "run_out_days": 120}}
EURO = [{"currency": "CNY", "usd_per_unit": 0.14}, {"currency": "EUR", "usd_per_unit": 1.0}]


def _in_euro() -> dict[str, Any]:
    fees = {k: f"{k2} EUR" for k2, k in enumerate(("tested", "excluded", "no_fault", "beyond_repair"), start=6)}
    return {**fees, "currency": "EUR", "repaired": {"flat": "20 EUR"}, "minimum_per_month": "700 EUR"}


def _lanes(**changes: Any) -> tuple[Scenario, Policy]:
    """Everything home by sea, freight lanes changed by direction, breaks by a step in July."""
    scenario, policy = kind(HOME, ways=("sea",))
    step = changes.pop("step", None)
    lanes = tuple(row.replace(**changes.get(row.direction, {})) for row in scenario.freight_lanes)
    later = [row.replace(from_="2027-07-01", rate=row.rate * step) for row in scenario.freight_breaks] if step else []
    return scenario.replace(freight_lanes=lanes, freight_breaks=(*scenario.freight_breaks, *later)), policy


def _gathering(**rule: Any) -> tuple[Scenario, Policy]:
    """Everything home in batches of a rule; some customers never use their label, and some of those come back."""
    customers = {"label_unused_share": 0.2, "reopen_share": 0.5}
    market = {"customer": customers, "china": {"sea": {"consolidation": rule}}}
    return kind(HOME, ways=("sea",), markets={"US": market, "UK": market})


KINDS: dict[str, Callable[[], tuple[Scenario, Policy]]] = {
    "batches by count": lambda: _gathering(rule="count", count=20),
    "batches by weight": lambda: _gathering(rule="weight", weight_kg=30),
    "batches by age": lambda: _gathering(rule="age", age_days=9),
    "the contract of a desk that no cell uses": lambda: kind(
        REPAIR,
        partners={
            "R": two_desks(
                us={"onboarding": "1000 USD", "minimum_per_month": "100 USD"},
                uk={"onboarding": "9000 USD", "minimum_per_month": "1000 USD"},
            )
        },
    ),
    "a shared contract billed by its second desk": lambda: kind(
        [
            {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]},
            {"cell": {"market": "UK"}, "zones": [{"from": "0 USD", "do": "repair_local", "partner": "R"}]},
        ],
        partners={
            "R": two_desks(
                us={"retainer": RETAINED},
                uk={"retainer": RETAINED | {"per_month": "900 USD"}},
                retainer_scope="contract",
            )
        },
    ),
    "technicians under a retainer": lambda: kind(
        REPAIR,
        partners={
            "R": two_desks(us={"retainer": RETAINED | {"technician_per_month": "90 USD", "technician_units": 2}}, uk={})
        },
    ),
    "a minimum of freight back": lambda: _lanes(back={"minimum": 300.0}),
    "a minimum of freight out": lambda: _lanes(to_china={"minimum": 300.0}),
    "freight that rises in July": lambda: _lanes(step=2.0),
    "a pool with a need": lambda: kind(HOME, **ADVANCE),
    "minimums in run-in and run-out": lambda: kind(
        REPAIR, partners={"R": two_desks(us={"minimum_per_month": "400 USD"})}, **FULL
    ),
    "tiers in run-in and run-out": lambda: kind(
        REPAIR,
        partners={
            "R": two_desks(
                tiers={"kind": "all_units", "basis": "month", "steps": [{"from_units": 20, "discount": 0.1}]}
            )
        },
        **FULL,
    ),
    "exchange that changes in May": lambda: kind(
        REPAIR,
        partners={"R": two_desks(us=_in_euro())},
        fx=[*EURO, {"currency": "EUR", "usd_per_unit": 1.5, "from": "2027-05-01"}],
    ),
    "a minimum that single years miss": lambda: kind(
        REPAIR, partners={"R": two_desks(us={"minimum_per_month": "330 USD"})}
    ),
    "rules finer than the decision's cells": lambda: kind(
        [
            {"cell": {}, "zones": [{"from": "0 USD", "do": "reship"}]},
            {"cell": {"market": "US", "symptom": "dead"}, "zones": [{"from": "0 USD", "do": "refund"}]},
        ],
        decision={"training_replications": len(YEARS), "bands": 6, "cell": ("sku", "market")},
    ),
    "cells finer than the rules": lambda: kind(
        REPAIR, decision={"training_replications": len(YEARS), "bands": 6, "cell": ("market", "symptom", "age_band")}
    ),
    "a partner possible until February": lambda: kind(
        REPAIR, partners={"R": two_desks(valid_to="2027-02-20", us={"minimum_per_month": "900 USD"})}
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_what_claims_share_is_charged_as_the_ledger_books_it(name: str) -> None:
    scenario, policy = KINDS[name]()
    assert program_cost(scenario, policy) == pytest.approx(ledger_cost(scenario, policy), rel=EXACT)


def decided(scenario: Scenario, policy: Policy) -> Policy:
    """What the program chooses once it has learned under a policy."""
    world = model_of(scenario)
    outcomes = list(Experiments(scenario, SEED).potential(YEARS, policy))
    learned = learn(world, outcomes, cash_only=False)
    candidates = build(world, learned)
    choice = choose(candidates.problem, gap=0.0, node_limit=10_000)
    return draw(world, learned, candidates, choice.plan, choice.prices, "chosen").policy


WORTH_IT: dict[str, dict[str, Any]] = {
    "two contracts, one worth signing": two_desks(
        us={"repaired": {"flat": "6 USD"}, "onboarding": "300 USD", "minimum_per_month": "50 USD"},
        uk={"repaired": {"flat": "60 USD"}, "onboarding": "9000 USD", "minimum_per_month": "1000 USD"},
    ),
    "one contract, cheap only with its first desk": two_desks(
        retainer_scope="contract",
        us={"repaired": {"flat": "50 USD"}, "retainer": RETAINED | {"per_month": "20 USD", "extra_unit": "0 USD"}},
        uk={"repaired": {"flat": "6 USD"}, "retainer": RETAINED | {"per_month": "2500 USD", "extra_unit": "0 USD"}},
    ),
}


@pytest.mark.parametrize("name", WORTH_IT)
def test_contracts_are_signed_where_the_ledger_says_so(name: str) -> None:
    full = [terms(refund_basis="full", life_eta_days=500.0, market=m, landed_cost=80.0) for m in ("US", "UK")]
    refund = [{"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}]
    scenario, today = kind(refund, partners={"R": WORTH_IT[name]}, sku_markets=full)

    def by_hand(**done: str) -> Policy:
        rules = []
        for market, each in done.items():
            do, _, by = each.partition(" ")
            rules.append({"cell": {"market": market}, "zones": [{"from": "0 USD", "do": do, "partner": by or None}]})
        return policy_of({"name": "t", "rules": refund + rules})

    ways = ("refund", "reship", "repair_local R")
    best = min(ledger_cost(scenario, by_hand(US=us, UK=uk)) for us in ways for uk in ways)
    assert ledger_cost(scenario, decided(scenario, today)) <= best * (1 + EXACT)


def test_an_arm_possible_for_few_claims_is_chosen_for_these() -> None:
    scenario, today = KINDS["a partner possible until February"]()
    dear = [terms(refund_basis="full", life_eta_days=700.0, market=m, landed_cost=60.0) for m in ("US", "UK")]
    scenario = kind(REPAIR, partners={"R": two_desks(valid_to="2027-02-20")}, sku_markets=dear)[0]
    chosen = decided(scenario, today)
    assert {zone.partner for rule in chosen.rules for zone in rule.zones} == {None, "R"}
    assert program_cost(scenario, chosen) == pytest.approx(ledger_cost(scenario, chosen), rel=EXACT)
    assert ledger_cost(scenario, chosen) < ledger_cost(scenario, policy_of("reship")) - 100


def test_the_predicted_saving_lets_each_rule_meet_its_own_descendants() -> None:
    scenario, today = kind([(0, "reship")], decision=SMALL)
    scenario = scenario.replace(policy=today)
    found = decide(scenario, seed=SEED)
    assert found.policy.rules != today.rules
    training_years = [ledger_cost(scenario, policy) for policy in (today, found.policy)]
    assert found.predicted_saving == pytest.approx(training_years[0] - training_years[1], rel=1e-6)


def alone(scenario: Scenario, policy: Policy) -> float:
    """What the program's terms say before they are put right at the incumbent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "settled", lambda world, learned, problem: problem)
        return program_cost(scenario, policy)


def holds(drawn: Drawn) -> None:
    """The program's objective is the ledger's cost, and its terms alone are near it."""
    scenario, policy = drawn.scenario, drawn.policy
    booked = ledger_cost(scenario, policy)
    assert program_cost(scenario, policy) == pytest.approx(booked, rel=EXACT)
    if not scenario.way_ids:
        assert alone(scenario, policy) == pytest.approx(booked, rel=TERMS_ALONE)


FIRST = (Phase.explicit, Phase.generate)
"""A world takes a second: the first that breaks the law is told as it is."""


@settings(max_examples=8, phases=FIRST)
@given(scenarios(china=False))
def test_the_programs_objective_is_the_ledgers(drawn: Drawn) -> None:
    holds(drawn)


@settings(max_examples=5, phases=FIRST)
@given(scenarios(china=True))
def test_that_holds_where_claims_share_dispatches_too(drawn: Drawn) -> None:
    holds(drawn)


@pytest.mark.slow
@settings(max_examples=150, phases=FIRST)
@given(st.booleans().flatmap(lambda china: scenarios(china=china)))
def test_the_same_over_many_more_worlds(drawn: Drawn) -> None:
    holds(drawn)
