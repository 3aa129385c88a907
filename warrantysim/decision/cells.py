"""Rule cells: which claims a row of the decision is about, and which rule of a policy speaks for it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from warrantysim.journeys.model import Model
from warrantysim.journeys.rulebook import zones_of
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dispositions import BY_PARTNER, DISPOSITIONS, TEST_AND_SWAP
from warrantysim.schema.policy import Basis, Policy, Rule
from warrantysim.schema.service import EVIDENCE_LEVELS

"""What a desk that only tests does: sound units join the swap pool, the customer gets another."""
CellKey = tuple[str | int, ...]
"""Values of a cell's keys, in the order of the names that make it."""


class Claimed(Protocol):
    """What tells claims apart when they are routed; arrays of shape (n,)."""

    @property
    def sku(self) -> np.ndarray:
        """Row in ``scenario.skus``."""

    @property
    def market(self) -> np.ndarray:
        """Row in ``scenario.market_ids``."""

    @property
    def channel(self) -> np.ndarray:
        """Row in ``scenario.channel_ids``."""

    @property
    def symptom(self) -> np.ndarray:
        """Row in ``scenario.symptom_ids``."""

    @property
    def evidence(self) -> np.ndarray:
        """Evidence level, 0 none."""

    @property
    def age_band(self) -> np.ndarray:
        """Age band, 0 the youngest."""


@dataclass(frozen=True)
class CellZone:
    """One zone as it reads for a market."""

    start: float
    """Least refund due or order price, as ``by`` says [market currency]."""
    do: str
    """Disposition."""
    partner: str
    """Partner or way; empty where there is none."""
    by: Basis = "refund_due"
    """What ``start`` is read by."""
    age_from: float = 0.0
    """Youngest order, from its first delivery [days]."""
    age_to: float = math.inf
    """Age of the order at which it ends; infinite: never [days]."""
    tests_only: bool = field(default=False, compare=False)
    """Whether the partner only tests."""

    @property
    def act(self) -> str:
        """What is done, for people: the disposition, or `TEST_AND_SWAP` where the desk repairs nothing."""
        return TEST_AND_SWAP if self.do == BY_PARTNER and self.tests_only else self.do

    @property
    def arm(self) -> tuple[str, str]:
        """What is done and who does it."""
        return self.do, self.partner

    @property
    def ages(self) -> tuple[float, float]:
        """Ages of the order it holds for [days]."""
        return self.age_from, self.age_to


def key_values(model: Model, key: str, claims: Claimed) -> np.ndarray:
    """The value of one cell key for each claim. Shape (n,)."""
    s = model.scenario
    match key:
        case "sku":
            return np.array(s.sku_ids)[claims.sku]
        case "market":
            return np.array(s.market_ids)[claims.market]
        case "channel":
            return np.array(s.channel_ids)[claims.channel]
        case "category":
            return np.array([k.category for k in s.skus])[claims.sku]
        case "symptom":
            return np.array(s.symptom_ids)[claims.symptom]
        case "evidence":
            return np.array(EVIDENCE_LEVELS)[claims.evidence]
        case _:
            return np.asarray(claims.age_band)


def number_cells(model: Model, keys: Sequence[str], years: Sequence[Claimed]) -> tuple[list[CellKey], list[np.ndarray]]:
    """The cells that occur in some years, in the order of their keys, and the cell of each claim of each year."""
    stated = {key: _stated_values(model, key) for key in keys}
    sizes = tuple(len(values) for values in stated.values())
    codes = [_codes(model, keys, sizes, year) for year in years]
    seen = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *map(np.unique, codes)]))
    # Without keys every claim is of the one cell.
    places = np.stack(np.unravel_index(seen, sizes), axis=1).tolist() if keys else [()] * len(seen)
    cells = [tuple(values[k] for values, k in zip(stated.values(), place, strict=True)) for place in places]
    return cells, [np.searchsorted(seen, code) for code in codes]


class CellRows:
    """Rows of the claims of each cell in some years, sorted once: there may be thousands of cells to ask about."""

    def __init__(self, cells: Sequence[CellKey], numbers: Sequence[np.ndarray]) -> None:
        """Arguments as `number_cells` gives them."""
        self.place = {cell: k for k, cell in enumerate(cells)}
        self.orders = [np.argsort(number, kind="stable") for number in numbers]
        every = np.arange(len(cells) + 1)
        self.ends = [np.searchsorted(number[order], every) for number, order in zip(numbers, self.orders, strict=True)]

    def of(self, cells: Collection[CellKey]) -> list[np.ndarray]:
        """Rows of the claims of some cells in each year, rising."""
        places = [self.place[cell] for cell in cells if cell in self.place]
        out = []
        for order, ends in zip(self.orders, self.ends, strict=True):
            parts = [order[ends[k] : ends[k + 1]] for k in places]
            out.append(parts[0] if len(parts) == 1 else np.sort(np.concatenate([order[:0], *parts])))
        return out


def _codes(model: Model, keys: Sequence[str], sizes: tuple[int, ...], claims: Claimed) -> np.ndarray:
    """One number a claim that tells its cell, rising in the order of cells. int64, shape (n,)."""
    if not keys:
        return np.zeros(len(claims.sku), dtype=np.int64)
    kinds = _stated_values(model, "category")
    kind = np.array([kinds.index(k.category) for k in model.scenario.skus])
    columns = [kind[claims.sku] if key == "category" else np.asarray(getattr(claims, key)) for key in keys]
    return np.ravel_multi_index(tuple(column.astype(np.int64) for column in columns), sizes)


def _stated_values(model: Model, key: str) -> Sequence[str | int]:
    """All values of a cell key, in stated order."""
    s = model.scenario
    stated: dict[str, Sequence[str | int]] = {
        "sku": s.sku_ids,
        "market": s.market_ids,
        "channel": s.channel_ids,
        "category": tuple(dict.fromkeys(k.category for k in s.skus)),
        "symptom": s.symptom_ids,
        "evidence": EVIDENCE_LEVELS,
        "age_band": range(len(s.triage.age_bands_days) + 1),
    }
    return stated[key]


def rules_for(policy: Policy, model: Model, cell: Mapping[str, str | int]) -> list[Rule]:
    """The rules a policy applies to a whole cell, youngest orders first: of the cells that do not contradict it the one
    that states most keys.

    A rule that states a key the cell leaves open speaks for a part of it only and is passed over:
    what claims get is asked of the rule book, see `forecast.arms_under`.
    """
    s, known = model.scenario, dict(cell)
    if "sku" in known:
        known.setdefault("category", s.skus[s.sku_index[str(known["sku"])]].category)
    return policy.applied_to(known)


def zones_for(policy: Policy, model: Model, cell: Mapping[str, str | int]) -> tuple[CellZone, ...]:
    """The zones a policy applies to a cell, in the market's currency, one age of the order after the other; empty and
    repeated ones left out.

    A cell without a market is read in the currency of the first market. Where one thing is always done there is one
    zone, whatever rules say it.
    """
    market = model.scenario.market_ids.index(str(cell["market"])) if "market" in cell else 0
    out = [zone for rule in rules_for(policy, model, cell) for zone in zones_in(model, rule, market)]
    if len({zone.arm for zone in out}) == 1:
        return (CellZone(0.0, *out[0].arm, tests_only=out[0].tests_only),)
    return tuple(out)


def zones_in(model: Model, rule: Rule, market: int) -> list[CellZone]:
    """Zones of a rule in a market's currency; empty and repeated ones left out. ``market``: row in ``market_ids``."""
    s = model.scenario
    starts, routes, partners = zones_of(rule, market, model)
    ages = rule.age_from_days, math.inf if rule.age_to_days is None else rule.age_to_days
    out: list[CellZone] = []
    for k, start in enumerate(starts):
        if k + 1 < len(starts) and starts[k + 1] <= start:
            continue
        do = DISPOSITIONS[routes[k]]
        names = s.doers(do)
        partner = names[partners[k]] if names and partners[k] >= 0 else ""
        zone = CellZone(float(start), do, partner, rule.by, *ages, tests_only=tests_only(model, do, partner))
        if not out or out[-1].arm != zone.arm:
            out.append(zone)
    return out


def tests_only(model: Model, do: str, partner: str) -> bool:
    """Whether a disposition is a test by a desk that repairs nothing."""
    partners = model.scenario.partners
    return do == BY_PARTNER and partner in partners and partners[partner].test_only


def rival(zones: Sequence[CellZone]) -> int | None:
    """The first zone of a cell that has another partner, or way to China, than an earlier one of its disposition.

    None where there is none: a cell's rule names one partner for repair and one way to China.
    """
    first: dict[str, str] = {}
    for k, zone in enumerate(zones):
        if first.setdefault(zone.do, zone.partner) != zone.partner:
            return k
    return None


def zone_at(zones: Sequence[CellZone], value: np.ndarray, price: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Which of a cell's zones each claim falls into. Shape (n,), int.

    ``value``, ``price``: refund due and order price [market currency]; ``age``: of the order [days].
    """
    out = np.zeros(len(value), dtype=np.int64)
    for k, zone in enumerate(zones[1:], start=1):
        reached = (price if zone.by == "order_price" else value) >= zone.start
        if zone.ages != (0.0, math.inf):
            reached = reached & (age >= zone.age_from) & (age < zone.age_to)
        out[reached] = k
    return out


def zones_as_rules(model: Model, cell: Mapping[str, str | int], zones: Sequence[CellZone]) -> tuple[Rule, ...]:
    """The rules that state the zones of a cell, one an age of the order."""
    s = model.scenario
    currency = (s.markets[str(cell["market"])] if "market" in cell else model.markets[0]).currency
    by_age: dict[tuple[float, float], list[CellZone]] = {}
    for zone in zones:
        by_age.setdefault(zone.ages, []).append(zone)
    return tuple(
        Rule.model_validate(
            {
                "cell": dict(cell),
                "by": mine[0].by,
                "age_from_days": first,
                "age_to_days": None if last == math.inf else last,
                "zones": [
                    {"from": Amount(zone.start, currency), "do": zone.do, "partner": zone.partner or None}
                    for zone in mine
                ],
            }
        )
        for (first, last), mine in by_age.items()
    )
