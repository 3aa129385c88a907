"""A small seller drawn at random: products of a few kinds, real months of sales, a rule, and all that came of it.

`drawn` simulates the true scenario once, history and a year ahead in one run. What the seller knows of himself
(`said`) has the same products and sales, but lives and faults of the archetypes and behaviours of the reference
seller: what fits have to find.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from tests.claims.expected import claims_per_unit
from warrantysim.claims.births import RootCohorts, born_with_earlier, root_cohorts
from warrantysim.experiment.levers import Lever, turned
from warrantysim.files.loading import load_scenario
from warrantysim.fitting.laws import Weibull
from warrantysim.fitting.pooled import YEAR, Prior
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Route, Run
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.packs.archetypes import Archetype, archetypes, true_faults
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import month_name, month_number

MARKETS = {"US": ("USD", 1.0), "DE": ("EUR", 1.0), "UK": ("GBP", 0.85), "JP": ("JPY", 150.0)}
"""Markets a seller may sell in: currency, and its price over the dollar price."""
SEASON = np.array([0.85, 0.8, 0.9, 0.9, 0.9, 0.95, 1.35, 0.95, 0.9, 1.0, 1.35, 1.15])
"""How months sell, January to December."""
BEHAVIOURS = (
    "markets.{m}.customer.ship_lag_days.lognormal.median",
    "markets.{m}.customer.label_unused_share",
    "markets.{m}.customer.reopen_share",
    "markets.{m}.parcel.transit_days.lognormal.median",
)
"""Figures of each market a seller's customers have of their own."""
HEAVIEST = 10.0
"""The parcel cards of the markets carry no more [kg]."""
AHEAD = 12
"""Months simulated after today [months]."""


@dataclass(frozen=True)
class Product:
    """What a product truly is."""

    sku: str
    """Its code."""
    kind: Archetype
    """What kind it is of."""
    usd: float
    """Price [USD]."""
    kg: float
    """Packed weight [kg]."""
    first_year: float
    """Units claimed within a year where all who may claim do as in the United States [share]."""
    early: float
    """Part of them that is of the early kind [share]."""
    beta: float
    """Shape of the other lives [number]."""


@dataclass(frozen=True)
class SyntheticSeller:
    """A seller and all that truly is and was."""

    seed: int
    """Seed of all of it."""
    truth: Scenario
    """The true scenario; its horizon begins with the history and ends a year after today."""
    said: Scenario
    """What the seller can say of himself: its horizon is the year from today, its months those sold and planned."""
    products: Sequence[Product]
    """What the products truly are."""
    markets: Sequence[str]
    """Markets he sells in."""
    today: dt.date
    """The day up to which he has reports: the first of a month."""
    ready: RootCohorts
    """What was sold."""
    run: Run
    """What happened."""
    ledger: Ledger
    """What it cost."""

    @property
    def start(self) -> dt.date:
        """First day of the history."""
        return self.truth.horizon.first_day

    def day(self, seconds: np.ndarray) -> pd.Series:
        """Stamps of the run as times, UTC; NaT where something never happened."""
        at = np.asarray(seconds, dtype=np.int64)
        stamps = np.datetime64(self.start, "s") + np.where(at > -(10**10), at, 0).astype("timedelta64[s]")
        return pd.Series(stamps).where(at > -(10**10))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """All claims, a row each, by names: those of the history and of the year after, descendants too."""
        r, s = self.run.records, self.truth
        c = r.claims
        names = {
            "unit": c.unit,
            "generation": c.generation,
            "origin": c.origin,
            "sku": np.array(s.sku_ids)[c.sku],
            "market": np.array(s.market_ids)[c.market],
            "channel": np.array(s.channel_ids)[c.channel],
            "fault": np.array([row.fault for row in s.faults])[c.fault],
            "kind": np.array([row.kind for row in s.faults])[c.fault],
            "symptom": np.array(s.symptom_ids)[r.symptom],
            "price": c.price_gross,
            "price_net": c.price_net,
            "value": r.value,
            "route": [Route(x).name for x in r.route],
            "partner": [s.partner_ids[p] if p >= 0 and x == Route.REPAIR_LOCAL else "" for p, x in
                        zip(r.partner, r.route, strict=True)],
        }  # fmt: skip
        moments = ("answered", "routed", "scanned", "arrived", "bench_in", "bench_start", "bench_out", "shipped",
                   "refunded", "resolved", "closed")  # fmt: skip
        states = ("in_window", "evidence", "closure", "finding", "fate", "label_issued", "disputed", "dispute_lost",
                  "refund_share", "level", "bench_minutes", "parts")  # fmt: skip
        found = pd.DataFrame(names | {name: getattr(r, name) for name in states})
        for name in ("sold", "delivered", "opened"):
            found[name] = self.day(getattr(c, name))
        for name in moments:
            found[name] = self.day(getattr(r, name))
        return found

    def spent(self, category: int) -> np.ndarray:
        """Money of a category by claim, in its own currency [currency of the lines], shape of `claims`."""
        mine = (self.ledger.category == category) & (self.ledger.record >= 0)
        return np.bincount(self.ledger.record[mine], self.ledger.amount[mine], len(self.run.records))

    def fault_shares(self, product: str) -> dict[str, float]:
        """True shares of kinds of fault among a product's claims."""
        shares: dict[str, float] = {}
        for row in self.truth.faults:
            if row.sku == product:
                shares[row.kind] = shares.get(row.kind, 0.0) + row.share
        return shares


@cache
def _base() -> Scenario:
    return load_scenario("scenarios/base.yaml")


def drawn(
    seed: int,
    *,
    months: int | None = None,
    products: int | None = None,
    markets: Sequence[str] | None = None,
    today: dt.date = dt.date(2029, 7, 1),
    units: tuple[float, float] = (25.0, 250.0),
) -> SyntheticSeller:
    """A seller by its seed.

    Parameters
    ----------
    months
        Months of history; 24 to 36 where not given.
    products
        How many products; 1 to 6 where not given.
    markets
        Markets; 1 to 3 of the four where not given.
    units
        Least and greatest level of sales of a product in a market [units a month].
    """
    generator = np.random.default_rng([20260, seed])
    history = months or int(generator.integers(24, 37))
    count = products or int(generator.integers(1, 7))
    some = int(generator.integers(1, 4))
    chosen = generator.choice(len(MARKETS), some, replace=False)
    where = tuple(markets or [list(MARKETS)[i] for i in sorted(chosen.tolist())])
    goods = _products(count, generator)
    begin = month_number(today.isoformat()[:7]) - history
    sold = _sales(goods, where, begin, history + AHEAD, generator, units)
    first = dt.date(begin // 12, begin % 12 + 1, 1)
    behaviours = {path.format(m=m): float(generator.lognormal(0, 0.25)) for m in where for path in BEHAVIOURS}
    truth = _scenario(goods, where, sold, generator, true=True).replace(
        name=f"synthetic-{seed}",
        horizon={
            "first_day": first,
            "days": (_day_of(today, AHEAD) - first).days,
            "run_in_days": 0,
            "run_out_days": 60,
        },
    )
    truth = turned(truth, [(Lever(path, "times"), by) for path, by in behaviours.items()])
    plan = float(generator.lognormal(0, 0.1))
    said_sales = [
        row
        if month_number(row["month"]) < begin + history
        else {**row, "units_per_month": round(row["units_per_month"] * plan)}
        for row in sold
    ]
    said = _scenario(goods, where, said_sales, generator, true=False).replace(
        name=f"synthetic-{seed}",
        horizon={
            "first_day": today,
            "days": (_day_of(today, AHEAD) - today).days,
            "run_in_days": 150,
            "run_out_days": 120,
        },
    )
    ready = root_cohorts(truth)
    claims, earlier = born_with_earlier(truth, seed, 0, ready)
    run = simulate_run(truth, truth.policy, claims, seed, 0, earlier=earlier)
    return SyntheticSeller(seed, truth, said, goods, where, today, ready, run, price(run, truth, truth.policy))


def _day_of(day: dt.date, months: int) -> dt.date:
    """The first of a month some months later."""
    number = day.year * 12 + day.month - 1 + months
    return dt.date(number // 12, number % 12 + 1, 1)


def _products(count: int, generator: np.random.Generator) -> list[Product]:
    """Products of one or two kinds: their levels scatter about the kind's, as the prior of the kind says."""
    kinds = generator.choice(sorted(archetypes()), min(count, 1 + int(generator.random() < 0.5)), replace=False)
    shared = {name: Prior.of(archetypes()[name]) for name in kinds}
    drawn_of = {name: prior.middle + prior.spread * generator.standard_normal(4) for name, prior in shared.items()}
    found = []
    for n in range(count):
        kind = archetypes()[kinds[n % len(kinds)]]
        level, scatter, beta, early = drawn_of[kind.archetype]
        found.append(
            Product(
                sku=f"{kind.archetype[:3].upper()}-{n + 1:02d}0",
                kind=kind,
                usd=round(float(np.exp(generator.uniform(np.log(kind.price_low), np.log(kind.price_high)))), 0) - 0.01,
                kg=round(min(float(generator.uniform(kind.kg_low, kind.kg_high)), HEAVIEST), 2),
                first_year=min(float(np.exp(level + np.exp(scatter) * generator.standard_normal())), 0.25),
                early=float(expit(early)),
                beta=float(np.exp(beta)),
            )
        )
    return found


def _sales(
    goods: Sequence[Product], markets: Sequence[str], begin: int, months: int, generator: np.random.Generator,
    units: tuple[float, float],
) -> list[dict[str, Any]]:  # fmt: skip
    """Rows of units sold by month: a level, its growth, the season, and luck of months; some launched on the way."""
    rows = []
    at = begin + np.arange(months)
    for one in goods:
        launched = 0 if generator.random() < 0.6 else int(generator.integers(1, 15))
        for market in markets:
            level = np.exp(generator.uniform(*np.log(units)))
            growth = generator.normal(0.01, 0.012)
            mean = level * np.exp(growth * np.arange(months)) * SEASON[at % 12] * generator.lognormal(0, 0.1, months)
            mean[:launched] = 0
            both = generator.random() < 0.5
            for channel, share in {"FBA": 0.75 if both else 1.0, "FBM": 0.25 if both else 0.0}.items():
                if share:
                    sold = generator.poisson(mean * share)
                    rows += [
                        {"sku": one.sku, "market": market, "channel": channel, "month": month_name(m),
                         "units_per_month": float(n)}
                        for m, n in zip(at.tolist(), sold.tolist(), strict=True)
                    ]  # fmt: skip
    return rows


def _scenario(
    goods: Sequence[Product], markets: Sequence[str], sold: list[dict[str, Any]], generator: np.random.Generator, *,
    true: bool,
) -> Scenario:  # fmt: skip
    """The reference seller's markets with other products; lives and faults as they are, or as their kinds' are."""
    base = _base()
    skus, terms, faults, stock = [], [], [], []
    for one in goods:
        ex_works = round(one.usd * one.kind.ex_works_share, 2)
        side = round(float((one.kg / 0.25 * 1000) ** (1 / 3)), 1)
        skus.append(
            {"sku": one.sku, "name_en": one.kind.name_en, "name_zh": one.kind.name_zh, "category": one.kind.archetype,
             "size_class": one.kind.size_class, "weight_kg": one.kg, "length_cm": side, "width_cm": side,
             "height_cm": side, "battery": one.kind.battery, "hts": "8543.70", "mfn_share": 0.0, "s301_share": 0.25,
             "ex_works": ex_works, "guide_cost_per_unit": 0}
        )  # fmt: skip
        for market, (currency, factor) in MARKETS.items():
            months = getattr(one.kind, f"warranty_months_{'eu' if market == 'DE' else market.lower()}")
            terms.append(
                {"sku": one.sku, "market": market, "list_price": round(one.usd * factor, 2), "currency": currency,
                 "landed_cost": round(ex_works * 1.25, 2), "landed_currency": "USD",
                 "warranty_days": round(months * 365 / 12), "full_days": 0, "referral_share": 0.15,
                 "life_eta_days": 1e6, "life_beta": 1.0, "early_share": 0.0}
            )  # fmt: skip
            stock.append({"sku": one.sku, "market": market, "base_stock": None, "lead_days": 45, "pool": False,
                          "pool_start": 0, "pool_need": 0})  # fmt: skip
        faults += _faults(one, ex_works, generator if true else None)
    partners = {name: quote for name, quote in base.partners.items() if quote.test_only}
    partners |= {f"workshop-{market.lower()}": _workshop(market) for market in ("US", "DE")}
    logistics = dict(base.partner_logistics) | {name: {"outbound": "label"} for name in partners}
    scenario = base.replace(
        skus=skus, sku_markets=terms, sales=sold, season=(), faults=faults, lots=(), stock=stock, deliveries=(),
        product_names=(), product_facts=(),
        assumptions=[row for row in base.assumptions if _concerns(row.path, markets)],
        tariffs=[row.replace(exempt="") for row in base.tariffs],
        partners=partners,
        partner_logistics={name: logistics[name] for name in partners},
        policy=_rule(markets),
    )  # fmt: skip
    propensity = claims_per_unit(
        scenario.replace(
            sku_markets=[row.replace(life_eta_days=1.0, warranty_days=365) for row in scenario.sku_markets]
        )
    )
    return scenario.replace(sku_markets=_with_lives(scenario, goods, propensity, true))


def _with_lives(scenario: Scenario, goods: Sequence[Product], propensity: np.ndarray, true: bool) -> list[Any]:
    """Terms with the life that gives the claims of the first year in the United States, one life in all markets."""
    found = []
    rows = {(row.sku, row.market): i for i, row in enumerate(scenario.sku_markets)}
    for row in scenario.sku_markets:
        one = next(product for product in goods if product.sku == row.sku)
        claimed = float(propensity[rows[row.sku, "US"], 0])
        if true:
            year = one.first_year / claimed
            of_early = float(Weibull().failed(np.array([YEAR]), np.log([30.0, 0.9]))[0])
            share = min(year * one.early / of_early, 0.5)
            hazard = -np.log1p(-min(year * (1 - one.early) / (1 - share), 0.9))
            life = share, YEAR * hazard ** (-1 / one.beta), one.beta
        else:
            life = one.kind.life(min(claimed, 1.0))
        found.append(row.replace(early_share=life[0], life_eta_days=float(life[1]), life_beta=float(life[2])))
    return found


def _faults(one: Product, ex_works: float, generator: np.random.Generator | None) -> list[dict[str, Any]]:
    """Faults of a product: the kind's shares, or shares drawn about them."""
    kind = one.kind
    rows = [
        ("setup", "user_fixable", kind.user_fixable, 1, 12.0, 0.0),
        ("none", "no_fault_found", kind.no_fault, 1, 15.0, 0.0),
        ("misuse", "excluded", kind.excluded, 1, 12.0, 0.0),
    ]
    rows += [
        (fault.fault, fault.kind, fault.share * kind.true_faults, fault.skill, fault.minutes, fault.parts_share)
        for fault in true_faults(kind.archetype)
    ]
    shares = np.array([row[2] for row in rows])
    if generator is not None:
        shares = generator.dirichlet(60 * shares + 1e-3)
    shares = shares / shares.sum()
    return [
        {"sku": one.sku, "fault": name, "kind": what, "share": float(share), "skill": skill,
         "bench_minutes": {"gamma": {"mean": minutes, "cv": 0.5}}, "parts_cost": round(ex_works * parts, 2),
         "supplier_recovery_share": 0}
        for (name, what, _, skill, minutes, parts), share in zip(rows, shares, strict=True)
    ]  # fmt: skip


def _workshop(market: str) -> dict[str, Any]:
    """A repair partner that takes everything, at prices by level."""
    currency = MARKETS[market][0]
    desk = {
        "currency": currency,
        "serves": [market],
        "repaired": {"by_level": {level: f"{fee} {currency}" for level, fee in {1: 18, 2: 30, 3: 48}.items()}},
        "no_fault": f"14 {currency}",
        "beyond_repair": f"12 {currency}",
        "excluded": f"14 {currency}",
        "parts": {"mode": "cost_plus", "markup_share": 0.15},
        "bench": {"technicians": 2, "units_per_day": 12, "handling_days": {"lognormal": {"median": 2.0, "sigma": 0.4}},
                  "calendar": f"{market.lower()}_workdays"},
    }  # fmt: skip
    return {"title": {"en": f"Workshop {market}", "zh": f"Workshop {market}"}, "source": "invented", "mark": "A",
            "home": market, "skill": 3, "yield_share": 0.9, "bounce_share": 0.05, "bounce_days": 60,
            "onboarded": True, "desks": {market: desk}}  # fmt: skip


def _concerns(path: str, markets: Sequence[str]) -> bool:
    """Whether an assumption of the reference seller is one of this seller."""
    parts = path.split(".")
    if parts[0] == "markets":
        return parts[1] in markets
    return parts[0] in {"triage", "experience", "births"} and not set(parts) & (set(MARKETS) - set(markets))


def _rule(markets: Sequence[str]) -> Policy:
    """Today's rule: money below 20 dollars, a new unit to 90, from there a repair partner or a local test hub."""
    local = {"US": "workshop-us", "DE": "workshop-de", "UK": "hub-test-uk", "JP": "hub-test-jp"}
    zones = [{"from": "0 USD", "do": "refund"}, {"from": "20 USD", "do": "reship"}]
    rules: list[dict[str, Any]] = [{"cell": {}, "zones": zones}]
    for market in markets:
        dear = {"from": "90 USD", "do": "repair_local", "partner": local[market]}
        rules.append({"cell": {"market": market}, "zones": [*zones, dear]})
    evidence = [{"from": "25 USD", "level": "photo"}]
    return Policy.model_validate(
        {"name": "today", "rules": rules, "evidence": evidence, "fallback": ["reship", "refund"]}
    )
