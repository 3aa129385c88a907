"""A policy as one table of what is to be done: cell, age of the order and order price, each line with its action.

Whoever reads it needs what an agent sees: the market, channel and product of the order, its age from the first
delivery, its price as it was paid, and the reason given. The lines stand in the order they apply: the first that
matches a claim holds. Rules that read the refund due are told by order price at ages so close together that the two
hardly differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
import pandas as pd

from warrantysim.claims.inverse import quantile
from warrantysim.decision.cells import CellZone, zones_in
from warrantysim.decision.fewest_lines import fewest_lines
from warrantysim.decision.refund_curve import claims_of_age, days_of_months, refund_shares, tax_factor, warranty_of
from warrantysim.journeys.legal import floors
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Cell, Policy, Rule

RULE_KEYS = ("market", "channel", "category", "sku", "symptom", "evidence")
"""Keys of a line; empty where any will do."""
RULE_COLUMNS = (
    "rule_id", *RULE_KEYS, "age_from_days", "age_to_days", "currency", "price_from", "price_to", "action", "partner",
    "evidence_asked", "fallback", "effective_from", "binds_by", "refund_from", "refund_to", "law",
)  # fmt: skip
"""Columns of the table, stable for spreadsheets and other programs."""
DEEPEST = 0.999
"""Share of promotions that are less deep than the deepest that counts."""
THEN = ", then "
"""Between what is done and what is done where that is not possible."""
WHOLE_UNITS = frozenset({"JPY", "KRW", "VND", "CLP"})
"""Currencies without a smaller unit."""
CLOSE_DAYS = 10
"""Width of an age band in which a cut-point passes the prices that are paid [days]."""


@dataclass(frozen=True)
class RuleLine:
    """One line: which orders, from which price to which, and what is done."""

    cell: Mapping[str, str]
    ages: tuple[float, float]
    currency: str
    prices: tuple[float, float]
    refunds: tuple[float, float]
    zone: CellZone


def rule_table(policy: Policy, model: Model, effective_from: str = "", *, fewest: bool = True) -> pd.DataFrame:
    """Every line of a policy, in the order they apply: most keys first; columns as `RULE_COLUMNS`.

    As few lines as do: a line holds for what the lines before it leave. Without ``fewest`` the lines of a cell share no
    age and price, for readers who know no order of lines.

    ``age_from_days`` and ``price_from`` are included, ``age_to_days`` and ``price_to`` are not, and NaN for never.
    ``price_from`` is the order price in ``currency``, with its tax where prices carry it; ``refund_from`` and
    ``refund_to`` are the refunds due a rule was stated in, NaN for one that was stated in order prices.
    ``effective_from`` holds where the policy states no day of its own: by default the first of the horizon.
    """
    s = model.scenario
    since = policy.effective if policy.effective != "horizon" else effective_from or s.horizon.first_day.isoformat()
    order = (*policy.fallback, "refund") if "refund" not in policy.fallback else policy.fallback
    rows = []
    lines = list(_lines(policy, model))
    for number, line in enumerate(fewest_lines(lines, model) if fewest else lines, start=1):
        rows.append(
            {
                "rule_id": f"R{number:04d}",
                **{key: line.cell.get(key, "") for key in RULE_KEYS},
                "age_from_days": line.ages[0],
                "age_to_days": _end(line.ages[1]),
                "currency": line.currency,
                "price_from": line.prices[0],
                "price_to": _end(line.prices[1]),
                "action": line.zone.act,
                "partner": line.zone.partner,
                "evidence_asked": _evidence(policy, model, line),
                "fallback": THEN.join(order),
                "effective_from": since,
                "binds_by": ", ".join(
                    f"{name}: {channel.binding}"
                    for name, channel in s.channels.items()
                    if line.cell.get("channel", name) == name
                ),
                "refund_from": line.refunds[0],
                "refund_to": _end(line.refunds[1]),
                "law": _law(model, line),
            }
        )
    return pd.DataFrame(rows, columns=list(RULE_COLUMNS))


def first_match(table: pd.DataFrame, seen: Mapping[str, np.ndarray]) -> np.ndarray:
    """Row of the table that holds for each claim; -1 for none. Shape (n,), int.

    ``seen``: what an agent sees, a column each of `RULE_KEYS` that a line states, ``order_age_days`` and
    ``order_price``.
    """
    age, price = seen["order_age_days"], seen["order_price"]
    out = np.full(len(age), -1, dtype=np.int64)
    columns = {name: table[name].to_numpy() for name in table}
    for i in range(len(table)):
        free = out < 0
        for key in RULE_KEYS:
            if wanted := columns[key][i]:
                free &= np.asarray(seen[key]) == wanted
        for value, name in ((age, "age"), (price, "price")):
            unit = "_days" if name == "age" else ""
            first, last = columns[f"{name}_from{unit}"][i], columns[f"{name}_to{unit}"][i]
            free &= (value >= first) & ~(value >= last)
        out[free] = i
    return out


def _end(value: float) -> float:
    return math.nan if value == math.inf else value


def _lines(policy: Policy, model: Model) -> Iterator[RuleLine]:
    """Lines of every cell, those that state most keys first; what earlier lines take whole is left out."""
    s = model.scenario
    taken = np.zeros((len(s.skus), len(s.market_ids)), dtype=bool)
    by_cell = sorted(policy.by_cell().items(), key=lambda item: -len(item[0].stated()))
    for cell, rules in by_cell:
        mine = _reach(model, cell)
        if (mine & ~taken).any():
            yield from _merged(_of_cell(model, cell, rules, mine & ~taken))
        if set(cell.stated()) <= {"sku", "market", "category"}:
            taken |= mine


def _reach(model: Model, cell: Cell) -> np.ndarray:
    """Products and markets a cell may meet. Shape (S, M), bool."""
    s = model.scenario
    sku = np.array([cell.sku in {None, k.sku} and cell.category in {None, k.category} for k in s.skus])
    return sku[:, None] & np.array([cell.market in {None, name} for name in s.market_ids])


def _of_cell(model: Model, cell: Cell, rules: Sequence[Rule], open_to: np.ndarray) -> Iterator[RuleLine]:
    s = model.scenario
    known = {k: str(v) for k, v in cell.stated().items() if k != "age_band"}
    span = _band(model, cell)
    markets = [m for m in range(len(s.market_ids)) if open_to[:, m].any()]
    told = {m: [zones_in(model, rule, m) for rule in rules] for m in markets}
    everywhere = {zone.arm for found in told.values() for zones in found for zone in zones}
    if len(everywhere) == 1:
        zone = told[markets[0]][0][0]
        currency = model.markets[markets[0]].currency if cell.market else ""
        yield RuleLine(known, span, currency, (0.0, math.inf), _read(zone, 0.0, math.inf), zone)
        return
    for m in markets:
        here = {**known, "market": s.market_ids[m]}
        for zones in told[m]:
            ages = max(span[0], zones[0].age_from), min(span[1], zones[0].age_to)
            if ages[0] >= ages[1]:
                continue
            if len(zones) == 1 or zones[0].by == "order_price":
                yield from _priced(model, m, here, ages, zones)
            else:
                for part, skus in _alike(model, here, m, np.flatnonzero(open_to[:, m])):
                    yield from _by_age(model, m, part, skus, ages, zones)


def _band(model: Model, cell: Cell) -> tuple[float, float]:
    """Ages of the order a cell is for [days]."""
    ends = (0.0, *model.scenario.triage.age_bands_days, math.inf)
    return (0.0, math.inf) if cell.age_band is None else (ends[cell.age_band], ends[cell.age_band + 1])


def _priced(
    model: Model, market: int, cell: Mapping[str, str], ages: tuple[float, float], zones: Sequence[CellZone]
) -> Iterator[RuleLine]:
    """A line a zone, by order price."""
    ends = [*(zone.start for zone in zones[1:]), math.inf]
    for zone, end in zip(zones, ends, strict=True):
        prices = _rounded(model, market, zone.start), _rounded(model, market, end)
        yield RuleLine(cell, ages, model.markets[market].currency, prices, _read(zone, zone.start, end), zone)


def _read(zone: CellZone, start: float, end: float) -> tuple[float, float]:
    """Refunds due a zone was stated in; NaN for order prices."""
    return (math.nan, math.nan) if zone.by == "order_price" else (start, end)


def _rounded(model: Model, market: int, price: float) -> float:
    """An order price to the smallest unit there is."""
    digits = 0 if model.markets[market].currency in WHOLE_UNITS else 2
    return price if math.isinf(price) else round(price, digits)


def _alike(
    model: Model, cell: Mapping[str, str], market: int, skus: np.ndarray
) -> Iterator[tuple[Mapping[str, str], list[int]]]:
    """Products of a cell whose refund falls alike: the cell as it is where all do, else a product at a time."""
    sold = [int(k) for k in skus if not math.isnan(warranty_of(model, int(k), market))]
    ages = np.arange(0.5, max((warranty_of(model, k, market) for k in sold), default=1.0) + 2.0)
    curves = {refund_shares(model, k, market, ages).tobytes() for k in sold}
    if "sku" in cell or (len(curves) == 1 and _steady(model, market, sold)):
        yield cell, sold or [int(skus[0])]
        return
    for k in sold:
        yield {**cell, "sku": model.scenario.sku_ids[k]}, [k]


def _steady(model: Model, market: int, skus: Sequence[int]) -> bool:
    """Whether the refund of products stays the whole price."""
    return all((refund_shares(model, k, market, np.array([0.5, 1e4])) == 1.0).all() for k in skus)


def _by_age(
    model: Model,
    market: int,
    cell: Mapping[str, str],
    skus: Sequence[int],
    ages: tuple[float, float],
    zones: Sequence[CellZone],
) -> Iterator[RuleLine]:
    """Zones by refund due as order prices, an age band at a time; where the refund falls, zones that no order of
    the products reaches are left out."""
    factor = tax_factor(model, market)
    cuts = np.array([zone.start for zone in zones[1:]]) * factor
    every = [prices_paid(model, sku, market) for sku in skus]
    paid = min(low for low, _ in every), max(high for _, high in every)
    bands = list(_age_bands(model, market, skus[0], ages, cuts, paid))
    seen = paid if len({round(share, 9) for *_, share in bands}) > 1 else (0.0, math.inf)
    currency = model.markets[market].currency
    for first, last, share in bands:
        starts = [0.0, *(_rounded(model, market, cut / share) if share > 0 else math.inf for cut in cuts)]
        reached = [
            k
            for k, start in enumerate(starts)
            if start <= seen[1] and not any(start < t <= seen[0] for t in starts[k + 1 :])
        ]
        for k, after in zip(reached, [*reached[1:], len(starts)], strict=True):
            start = starts[k] if k != reached[0] else 0.0
            end = starts[after] if after < len(starts) else math.inf
            refunds = zones[k].start, zones[k + 1].start if k + 1 < len(zones) else math.inf
            if start < end:
                yield RuleLine(cell, (first, last), currency, (start, end), refunds, zones[k])


def prices_paid(model: Model, sku: int, market: int) -> tuple[float, float]:
    """Least and greatest order price of a product in a market, promotions and stated claims included."""
    s = model.scenario
    mine = (model.terms.sku == sku) & (model.terms.market == market)
    listed = model.terms.list_price[mine]
    stated = [row.value for row in s.claims_table if (row.sku, row.market) == (s.sku_ids[sku], s.market_ids[market])]
    deepest = float(quantile(s.births.promotion_depth, np.array(DEEPEST))) if s.births.promotion_share > 0 else 0.0
    prices = [*(listed * (1.0 - min(max(deepest, 0.0), 1.0))), *listed, *stated]
    return min(prices), max(prices)


def _age_bands(
    model: Model, market: int, sku: int, ages: tuple[float, float], cuts: np.ndarray, paid: tuple[float, float]
) -> Iterator[tuple[float, float, float]]:
    """Age bands with the share of the price due in each: as long as the share stays, else months, or shorter ones where
    a cut-point (an order price at full refund) passes the prices that are paid."""
    first = math.floor(ages[0])
    longest = warranty_of(model, sku, market)
    last = min(ages[1], max(first, math.ceil(longest if math.isfinite(longest) else 0.0)) + 1)
    days = np.arange(first, math.ceil(last) + 1)
    share = refund_shares(model, sku, market, days + 0.5)
    still = np.concatenate([[False], np.abs(np.diff(share)) <= 1e-9])
    at = 0
    while at < len(days) - 1:
        end = at + 1
        while end < len(days) - 1 and still[end]:
            end += 1
        if end == at + 1:
            month = next(k for k in range(1, 10_000) if days_of_months(k) > days[at])
            end = min(days_of_months(month) - first, len(days) - 1)
            calm = np.flatnonzero(still[at + 1 : end])
            end = at + max(int(calm[0]), 1) if len(calm) else end
            if end > at + 1.5 * CLOSE_DAYS and _passes(cuts, share[at:end], paid):
                end = at + CLOSE_DAYS
        yield float(days[at]), float(days[end]), median(share[at:end].tolist())
        at = end
    if days[-1] < ages[1]:
        yield float(days[-1]), ages[1], float(share[-1])


def _passes(cuts: np.ndarray, share: np.ndarray, paid: tuple[float, float]) -> bool:
    """Whether the order price of some cut-point lies among the prices paid, at some of the shares."""
    low, high = cuts / max(float(share.max()), 1e-9), cuts / max(float(share.min()), 1e-9)
    return bool(((high >= paid[0]) & (low <= paid[1])).any())


def _merged(lines: Iterator[RuleLine]) -> Iterator[RuleLine]:
    """Lines of neighbouring ages that say the same are one."""
    blocks: list[list[RuleLine]] = []
    for line in lines:
        if blocks and (blocks[-1][0].cell, blocks[-1][0].ages) == (line.cell, line.ages):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    held: list[RuleLine] = []
    for block in blocks:
        said = [(x.cell, x.prices, x.zone.arm) for x in held]
        if said == [(x.cell, x.prices, x.zone.arm) for x in block] and held[0].ages[1] == block[0].ages[0]:
            held = [replace(x, ages=(x.ages[0], block[0].ages[1])) for x in held]
        else:
            yield from held
            held = block
    yield from held


def _law(model: Model, line: RuleLine) -> str:
    """Ages at which the law lets a line be followed only with the customer's ``consent``, or bars it, with its article:
    ``consent 14-365: BGB 437``, after its market where the line names none; empty where it does neither."""
    known = [line.cell["market"]] if "market" in line.cell else list(model.scenario.market_ids)
    told = {name: _law_in(model, line, name) for name in known} if model.floors else {}
    if len(set(told.values())) <= 1:
        return next(iter(told.values()), "")
    return "; ".join(f"{name}: {text}" for name, text in told.items() if text)


def _law_in(model: Model, line: RuleLine, name: str) -> str:
    s, route = model.scenario, DISPOSITIONS.index(line.zone.do)
    market = s.market_ids.index(name)
    reach = [s.sku_index[line.cell["sku"]]] if "sku" in line.cell else range(len(s.skus))
    reach = [k for k in reach if line.cell.get("category", s.skus[k].category) == s.skus[k].category]
    ends = {
        age
        for floor in model.floors
        if floor.market == market
        for age in (floor.row.age_from_days, floor.row.age_to_days)
    }
    longest = max((warranty_of(model, k, market) for k in reach), default=math.nan)
    stop = min(line.ages[1], longest if math.isfinite(longest) else 0.0)
    places = sorted({line.ages[0], stop, *(end for end in ends if line.ages[0] < end < stop)})
    if stop <= line.ages[0] or not reach:
        return ""
    middles = np.array([(a + b) / 2 for a, b in zip(places, places[1:], strict=False)])
    said: list[tuple[str, float, float, str]] = []
    for floor, here in floors(model, claims_of_age(model, reach[0], market, middles)):
        own = floor.row.chooser == "customer" or not floor.accepts[route]
        word = ("consent" if own else "") if line.zone.do == "refund" else ("" if floor.accepts[route] else "barred")
        said += [(word, places[k], places[k + 1], floor.row.article) for k in np.flatnonzero(here) if word]
    told: list[tuple[str, float, float, str]] = []
    for word, first, last, article in sorted(said, key=lambda one: one[1]):
        if told and told[-1][0] == word and told[-1][2] == first and told[-1][3] == article:
            told[-1] = (word, told[-1][1], last, article)
        else:
            told.append((word, first, last, article))
    return "; ".join(f"{word} {first:g}-{last:g}: {article}" for word, first, last, article in told)


def _evidence(policy: Policy, model: Model, line: RuleLine) -> str:
    """Evidence asked for on a line: a level, or levels with the refund due they are asked from."""
    s = model.scenario
    known = [line.cell["market"]] if "market" in line.cell else list(s.market_ids)
    told = {name: _evidence_in(policy, model, name, line) for name in known}
    if len(set(told.values())) == 1:
        return told[known[0]]
    return "; ".join(f"{name}: {text}" for name, text in told.items())


def _evidence_in(policy: Policy, model: Model, market: str, line: RuleLine) -> str:
    s = model.scenario
    currency = s.markets[market].currency
    low, high = line.refunds
    if math.isnan(low):
        # The refund due is never more than the price net of tax.
        low, high = 0.0, line.prices[1] / tax_factor(model, s.market_ids.index(market))
    said: list[str] = ["none"]
    for rule in sorted(policy.evidence, key=lambda r: r.from_.value * s.usd_per_unit(r.from_.currency)):
        if rule.market not in {None, market}:
            continue
        cut = rule.from_.value * s.usd_per_unit(rule.from_.currency) / s.usd_per_unit(currency)
        if cut <= low:
            said = [rule.level]
        elif cut < high:
            said.append(f"{rule.level} from {cut:.2f} {currency} refund due")
    return ", ".join(said)
