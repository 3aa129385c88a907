"""A small seller that states something of everything, and each of its figures at the ends of its range."""

from __future__ import annotations

import copy
import math
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from tests import worlds
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.fields import arms, rules_in, value_bounds, words
from warrantysim.schema.paths import tree_of
from warrantysim.schema.ranges import LONGEST_DAYS, LONGEST_MINUTES, MOST_MONEY
from warrantysim.schema.root import Scenario

LONGEST: Mapping[str, float] = {"days": LONGEST_DAYS, "minutes": LONGEST_MINUTES, "share of list price": 1}
"""Greatest mean of a distribution, by its unit."""
KEPT = {"schema_version", "seed", "replications", "confidence"}
"""What a run takes from elsewhere."""


@dataclass(frozen=True)
class Extreme:
    """One figure at one end of its range."""

    field: str
    """The field, as ``Class.field`` [text]."""
    path: tuple[str | int, ...]
    """Where in the tree [path]."""
    value: Any
    """The end."""


@cache
def seller() -> Scenario:
    """Two products in two markets, about two hundred claims a year, on every way there is."""
    both = ("US", "DE")
    partner = worlds.partner(
        2,
        both,
        bench={"waiting_places": 40, "overflow": "Q", "ramp": 0.9, "calendar": "office"},
        desk={
            "onboarding": "500 USD", "receiving": "2 USD", "disposal": "1 USD",
            "storage": {"free_days": 3, "per_day": "0.5 USD"},
            "sla": {"days": 10, "share": 0.8, "units_per_day": 30, "credit_share": 0.1, "credit_per_unit": "1 USD"},
            "retainer": {"per_month": "300 USD", "included_units": 5, "extra_unit": "8 USD",
                         "technician_per_month": "90 USD", "technician_units": 20},
            "minimum_per_month": "100 USD",
        },
        tiers={"kind": "all_units", "steps": [{"from_units": 1, "discount": 0.0}, {"from_units": 6, "discount": 0.1}]},
        bounce_share=0.1, bounce_days=60, repair_warranty={"days": 90}, term_months=6, notice_days=30, payment_days=30,
    )  # fmt: skip
    other = worlds.partner(1, both, bench={"hours_per_month": 160, "units_per_day": None}, bounce_share=0.05)
    other["desks"]["main"]["parts"] = {"mode": "cost_plus", "cap_share": 0.2, "markup_share": 0.1}
    market = {
        "customer": {
            "label_unused_share": 0.1, "lapse_days": 45, "reopen_share": 0.5, "patience_days": 45,
            "wrong_box_share": 0.02,
            "insist_money_early_share": 0.1, "insist_money_late_share": 0.05, "insist_early_days": 30,
            "consent_to_money_share": 0.5, "chooses_replacement_share": 0.2, "refurbished_consent_share": 0.3,
        },
        "parcel": {"loss_share": 0.02, "damage_share": 0.05, "kit": "1 USD"},
        "hub": {"nff_sensitivity": 0.8, "excluded_sensitivity": 0.7},
        "china": {"sea": {
            "consolidation": {"rule": "hybrid", "weight_kg": 30, "count": 20, "age_days": 14, "weekdays": [0],
                              "hour": 16},
            "back_every_days": 7, "carton_loss_share": 0.02,
        }},
        "ladder": ["reship", "partial_refund", "refund"], "renewal": {"replace": "restarts", "repair": "extended"},
        "tax_share": 0.19, "prices_include_tax": True, "stock_wait_days": 7, "extension_days": 365,
    }  # fmt: skip
    zones = [(0, "refund"), (30, "reship"), (60, "repair_local P"), (90, "return_china sea")]
    policy = worlds.zones(zones)
    first = policy["rules"][0]
    policy["rules"] = [
        first | {"age_to_days": 200},
        first | {"age_from_days": 200},
        {"cell": {"age_band": 0, "symptom": "dead"}, "zones": first["zones"]},
    ]
    policy["evidence"] = [{"from": "50 USD", "level": "photo"}]
    base = worlds.world(
        ("A", "B"),
        {"US": market, "DE": market},
        partners={"P": partner, "Q": other},
        policy=policy,
        terms_of={"life_eta_days": 400.0, "early_share": 0.05, "refund_basis": "full_then_pro_rata", "full_days": 60},
        stock_of={"base_stock": 5, "lead_days": 30, "pool": True, "pool_start": 2, "pool_need": 1},
        sku_of={"battery": "in_equipment", "guide_on": True},
        fault_shares={"repairable": 0.5, "no_fault_found": 0.2, "excluded": 0.1, "user_fixable": 0.1,
                      "unrepairable": 0.1},
        births={
            "promotion_share": 0.3, "promotion_depth": {"uniform": {"low": 0.05, "high": 0.25}}, "report_lag_days": 3,
            "visibility": {"OWN": 0.9, "AMZ": 0.8}, "delivery_days": {"OWN": 2, "AMZ": 1},
            "opportunistic": {m: [{"from": "0 USD", "share": 0.01}] for m in both},
        },
        channels={"AMZ": {"title": {"en": "A", "zh": "A"}, "platform": True, "window_decider": "platform",
                          "binding": "claim_date", "platform_cost": "3 USD", "platform_recovery_share": 0.4}},
        sales=[{"sku": k, "market": m, "channel": c, "units_per_month": 8}
               for k in ("A", "B") for m in both for c in ("OWN", "AMZ")],
        season=[{"market": "", "month": i, "multiplier": 1} for i in range(1, 13)],
        lots=[{"sku": "A", "lot": "L", "sold_from": "2026-10-01", "sold_to": "2026-12-31", "share": 0.5,
               "life_eta_days": 100, "life_beta": 1, "early_share": 0.1, "early_eta_days": 20, "early_beta": 1,
               "fault": "repairable", "fault_share": 0.5}],
        claims_table=[{"claim": f"c{i}", "opened_day": 10 * i, "sku": "A", "market": "US", "value": 95,
                       "bench_minutes": 30, "age_days": 100} for i in range(20)],
        claims_table_mode="added",
        windows=[{"market": m, "channel": "AMZ", "window_days": 30} for m in both],
        legal_floors=[worlds.floor(market="DE", max_days=60, max_repairs=2, inform_days=1, repair_extends_days=90,
                                   deduction="use", use_life_days=1000, min_refund_share=0.1, share=0.5, region="BY")],
        closures=[{"calendar": "office", "first_day": "2027-02-01", "last_day": "2027-02-07", "rate": 0.5}],
        stock_rules={"pool_refused_share": 0.2},
        triage={
            "agents": {"count": 2, "minutes": 10, "calendar": "office"}, "nff_return_share": 0.1, "nff_return_days": 60,
            "evidence": {"photo": {"dropout_share": 0.05, "false_denial_share": 0.02, "opportunistic_factor": 0.8}},
            "denial": {"coupon_uptake_share": 0.3, "paid_repair_uptake_share": 0.3, "dispute_lost_share": 0.4,
                       "dispute_share": {"none": 0.2, "photo": 0.1, "video": 0.1}, "dispute_days": 20},
        },
        china_bench={"skill": 4, "parts_stockout_share": 0.1, "bounce_share": 0.05, "disposal_per_unit": "2 CNY"},
        china_customs={"inspection_share": 0.1, "extensions": 1, "repair_max_days_since_export": 2000},
        peak=[{"card": "flat", "first_day": "2027-11-15", "last_day": "2027-12-31", "amount": 1, "up_to": 30}],
        platform_fees=[{"fee": "refund_administration", "market": m, "share": 0.2, "currency": "USD", "cap": 5,
                        "amount": 0.1, "minimum": 0.1} for m in both]
        + [{"fee": "returns_processing", "market": m, "up_to": 5, "unit": "lb", "amount": 2, "per_unit": 0.3,
            "currency": "USD", "threshold": 0.05} for m in both],
        decision={"max_mean_days": 60, "max_dispute_share": 0.5, "refund_budget": "1000000 USD"},
    )  # fmt: skip
    cards = [row.replace(divisor=5000, round_to=0.5, fuel_share=0.1) for row in base.rate_cards]
    rates = [row.replace(step=1, step_price=1) for row in base.label_rates]
    return base.replace(rate_cards=cards, label_rates=rates)


def extremes() -> Iterator[Extreme]:
    """Every figure of the seller at both ends, each field of the schema once."""
    seen: set[str] = set()
    for found in _ends(Scenario, (), tree_of(seller()), (), "", "Scenario"):
        if found.field.rpartition(".")[2] in KEPT:
            continue
        mark = f"{found.field} {found.value if isinstance(found.value, int | float) else found.value[:4]}"
        if mark not in seen:
            seen.add(mark)
            yield found


def at(extreme: Extreme) -> dict[str, Any]:
    """The seller's tree with one figure at an end."""
    tree = copy.deepcopy(tree_of(seller()))
    node: Any = tree
    for step in extreme.path[:-1]:
        node = node[step]
    node[extreme.path[-1]] = extreme.value
    return tree


def _ends(kind: Any, rules: Any, node: Any, path: tuple[Any, ...], unit: str, field: str) -> Iterator[Extreme]:
    if isinstance(node, bool):
        return
    for arm in arms(kind):
        if arm in (float, int) and not isinstance(node, list | Mapping):
            yield from (Extreme(field, path, arm(end)) for end in ends(rules))
        elif arm is Amount and isinstance(node, str):
            yield from (Extreme(field, path, f"{figure:.0f} {node[-3:]}") for figure in (0, MOST_MONEY))
        elif arm is Distribution and node is not None:
            yield from (Extreme(field, path, float(end)) for end in (0, LONGEST[unit]))
        elif isinstance(arm, type) and issubclass(arm, Dated):
            (step,) = {*typing.get_args(arm.model_fields["steps"].annotation)} - {...}
            inner = step.model_fields["value"]
            yield from _ends(inner.annotation, list(value_bounds(inner)), node, path, unit, field)
        elif isinstance(arm, type) and issubclass(arm, BaseModel) and isinstance(node, Mapping):
            for name, of in arm.model_fields.items():
                if (key := of.alias or name) in node:
                    here = f"{arm.__name__}.{name}"
                    found = list(value_bounds(of))
                    yield from _ends(of.annotation, found, node[key], (*path, key), words(of.description).unit, here)
        else:
            several = isinstance(node, Mapping | list) and typing.get_args(arm)
            inside = enumerate(node[:1]) if isinstance(node, list) else node.items() if several else ()
            for key, child in inside if several else ():
                item = typing.get_args(arm)[0 if isinstance(node, list) else -1]
                yield from _ends(item, list(rules_in(item)), child, (*path, key), unit, field)


def ends(rules: Any) -> tuple[float, float]:
    """Least and greatest value of a field; infinite where it has none."""
    low, high = -math.inf, math.inf
    for rule in rules:
        low = max(low, getattr(rule, "ge", None) if getattr(rule, "ge", None) is not None else -math.inf)
        high = min(high, getattr(rule, "le", None) if getattr(rule, "le", None) is not None else math.inf)
        if (above := getattr(rule, "gt", None)) is not None:
            low = max(low, above + (1 if float(above).is_integer() and above >= 1 else 1e-3))
        if (below := getattr(rule, "lt", None)) is not None:
            high = min(high, below - 1e-3)
    return low, high
