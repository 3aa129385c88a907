"""From the books to what lives are fitted to: units sold and claims made, by month, product and market.

Claims at the ages a platform decides are in its report of returns; later ones in the seller's own log of claims. What
no report covers is not taken for zero: it is not expected either. A claim that both hold under one order counts once. A
claim whose month of sale is known counts at its age; where few are known, claims of a month are held against all units
that could have made them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from warrantysim.claims.inverse import quantile
from warrantysim.claims.propensity import claim_propensity
from warrantysim.fitting.laws import Floats
from warrantysim.fitting.observed import ClaimCounts, ages_to, claims_by_age, declining
from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.dispositions import RETURNLESS
from warrantysim.schema.sold_units import month_name, month_number

if TYPE_CHECKING:
    from warrantysim.schema.amounts import Amount
    from warrantysim.schema.products import SkuMarket
    from warrantysim.schema.root import Scenario

JOINED = 0.8
"""Claims whose month of sale must be known for ages to be counted [share]."""
LATE = 60
"""A claim so long after its warranty is goodwill, not a failure under it [days]."""
LAGS = 15
"""Values a lag is followed at [count]."""
Counted = tuple[str, str, str, float]
"""Claims as a person counted them: SKU, market, month as 2026-03, claims."""
RETURNS, LOG = "returns", "claims"
"""Tables of the books that hold claims."""


class BookTables(Protocol):
    """Canonical tables of a seller's own history."""

    def table(self, name: str) -> pd.DataFrame:
        """One of them; without rows where nothing was imported."""
        ...


@dataclass(frozen=True)
class ProductHistory:
    """What the books say of the claims of one product."""

    sku: str
    counts: ClaimCounts
    """Claims that lives are fitted to, all markets together."""
    sold: Floats
    """Units sold by month (J) [units]."""
    nevada: Floats
    """Claims by month of sale and month of claim, where both are known (J, J) [claims]."""
    markets: Mapping[str, tuple[Floats, float]]
    """By market: what is expected of it per share failed by age (A), and claims seen."""
    term: float
    """Longest warranty [days]."""
    reached: Floats
    """Units sold for each age in months that is covered (J); without any where ages are not known [units]."""

    @property
    def claims(self) -> float:
        """Claims it rests on [claims]."""
        return self.counts.failures


@dataclass(frozen=True)
class History:
    """Sales and claims of a seller by month."""

    months: npt.NDArray[np.int64]
    """Months, in months since year 0 (J)."""
    products: tuple[ProductHistory, ...]
    """In the scenario's order."""
    left_out: Mapping[str, float]
    """Claims that count for no life, by reason [claims]."""
    covered: Mapping[str, tuple[int, int]]
    """First and last month that each table covers whole."""
    joined: float = 1.0
    """Claims whose month of sale is known [share]."""

    @property
    def by_age(self) -> bool:
        """Whether claims are counted by age, since the month of sale of most is known."""
        return self.joined >= JOINED

    @property
    def window(self) -> tuple[str, str]:
        """First and last month, as text."""
        return month_name(int(self.months[0])), month_name(int(self.months[-1]))


def says_yes(flags: pd.Series) -> pd.Series:
    """Whether a flag of the books says yes."""
    return flags.astype(str).str.lower().isin(("yes", "true"))


def months_of(days: pd.Series) -> pd.Series:
    """Months since year 0; -1 where no day is known."""
    stamps = pd.to_datetime(days)
    return (stamps.dt.year * 12 + stamps.dt.month - 1).fillna(-1).astype(np.int64)


def also_in(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Whether others are of a row's order, and of its product where both name one; an unknown order is no one's."""
    if "order" not in rows or "order" not in others:
        return pd.Series(False, rows.index, dtype=bool)
    here, there = (list(zip(f["order"].fillna(""), f["sku"].fillna(""), strict=True)) for f in (rows, others))
    pairs, orders = set(there), {order for order, _ in there}
    found = [
        order != "" and order in orders and (sku == "" or not pairs.isdisjoint(((order, sku), (order, ""))))
        for order, sku in here
    ]
    return pd.Series(found, rows.index, dtype=bool)


def first_days(months: npt.NDArray[np.int64]) -> Floats:
    """First day of each month and of the month after the last [proleptic day number]."""
    ends = [*months.tolist(), int(months[-1]) + 1]
    return np.array([dt.date(m // 12, m % 12 + 1, 1).toordinal() for m in ends], dtype=float)


def covered_months(books: BookTables, names: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """First and last month each table covers whole; tables without rows are left out.

    A month without a row within the period of a table is a month without an event. How far a sparse table reaches
    beyond its first and last row is judged by the usual gap between its rows, and by the period of all tables.
    """
    days = {name: pd.to_datetime(books.table(name)["day" if name != LOG else "opened"]).dropna() for name in names}
    days = {name: stamps for name, stamps in days.items() if len(stamps)}
    if not days:
        return {}
    begin, end = min(s.min() for s in days.values()), max(s.max() for s in days.values())
    found = {}
    for name, stamps in days.items():
        low, high = stamps.min(), stamps.max()
        day = pd.Timedelta(days=1)
        gap = (2 * (high - low) / (len(stamps) - 1) if len(stamps) > 1 else end - begin) + day
        low, high = max(low - gap, begin - day), min(high + gap, end + day)
        first, last = low.year * 12 + low.month - 1 + (low.day > 1), high.year * 12 + high.month - 1
        last -= high.day < high.days_in_month
        if first <= last:
            found[name] = (int(first), int(last))
    return found


def history(scenario: Scenario, books: BookTables, counts: Sequence[Counted] = ()) -> History:
    """Sales and claims of the products of a scenario that the books say something of.

    Parameters
    ----------
    counts : own claims as a person counted them, read in the months no log covers. A month that is not stated for a
        product and market is not counted, which is not a zero.
    """
    return _Reading(scenario, books, counts).history()


class _Reading:
    """One reading of the books."""

    def __init__(self, scenario: Scenario, books: BookTables, counts: Sequence[Counted] = ()) -> None:
        self.scenario, self.left_out = (
            scenario,
            dict.fromkeys(("unknown", "late", "uncovered", "twice", "both", "unjoined"), 0.0),
        )
        self.covered = covered_months(books, ("orders", RETURNS, LOG))
        first, last = self.covered.get(LOG, (1, 0))
        at = [(sku, market, month_number(month), n) for sku, market, month, n in counts]
        # The log wins where both cover a month.
        counted = pd.DataFrame(
            [row for row in at if not first <= row[2] <= last], columns=["sku", "market", "month", "n"]
        )
        self.counted = {key: set(rows["month"]) for key, rows in counted.groupby(["sku", "market"])}
        orders = books.table("orders")
        orders = orders[(orders["status"] == "sold") & orders["kind"].isin(("sale", "replacement"))]
        self.orders = self._known(orders.assign(month=months_of(orders["day"]), weight=orders["units"].astype(float)))
        parts = [self._returns(books.table(RETURNS)), self._log(books.table(LOG)), self._told(counted)]
        claims = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        self.claims = self._known(claims)
        self.returning, self.joined = set(books.table(RETURNS)["channel"].dropna()), 1.0
        self.left_out["unknown"] += float(claims["weight"].sum() - self.claims["weight"].sum())
        reach = [*(end for ends in self.covered.values() for end in ends), *counted["month"]] or [0]
        first = self.covered["orders"][0] if "orders" in self.covered else min(reach)
        self.months = np.arange(first, max(reach) + 1)
        self.edges = first_days(self.months) if self.covered or self.counted else np.zeros(1)
        self.terms = RowsByDate(scenario.sku_markets, key=lambda row: (row.sku, row.market))
        longest = max((row.warranty_days for row in scenario.sku_markets), default=1.0)
        self.ages = ages_to(min(float(self.edges[-1] - self.edges[0]), longest))
        self.propensity = claim_propensity(scenario)
        self.cache: dict[tuple[object, ...], Floats] = {}

    def _known(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Rows of products and markets of the scenario."""
        s = self.scenario
        return frame[frame["sku"].isin(s.sku_ids) & frame["market"].isin(s.market_ids)].reset_index(drop=True)

    def _returns(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Returns that are failures, by their weight."""
        weight = frame["failure"].astype(float).fillna(0.0) * frame["units"].astype(float).fillna(1.0)
        opened = pd.to_datetime(frame["opened"]).fillna(pd.to_datetime(frame["day"]))
        return self._claims(frame.assign(opened=opened), weight, RETURNS)

    def _log(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Claims of the log, but for those opened again."""
        again = says_yes(frame["reopened"])
        delivered = pd.to_datetime(frame["delivered"]) - pd.Timedelta(days=3)
        sold = pd.to_datetime(frame["sold"]).fillna(delivered)
        return self._claims(frame.assign(sold=sold)[~again], pd.Series(1.0, frame.index)[~again], LOG)

    def _told(self, counted: pd.DataFrame) -> pd.DataFrame:
        """Claims as they were counted, of which nothing but the month is known."""
        made = counted.rename(columns={"n": "weight"}).query("weight > 0")
        return made.assign(order="", channel="", source=LOG, sold_month=-1, age=np.nan)

    def _claims(self, frame: pd.DataFrame, weight: pd.Series, source: str) -> pd.DataFrame:
        sold, opened = pd.to_datetime(frame["sold"]), pd.to_datetime(frame["opened"])
        channel = frame["channel"].fillna("")
        order = frame["order"].fillna("") if "order" in frame else ""
        columns = {
            "order": order, "sku": frame["sku"], "market": frame["market"], "channel": channel, "weight": weight,
            "source": source, "month": months_of(opened), "sold_month": months_of(sold),
            "age": (opened - sold) / pd.Timedelta(days=1),
        }  # fmt: skip
        found = pd.DataFrame(columns)
        return found[(found["weight"] > 0) & (found["month"] > 0)]

    def history(self) -> History:
        """What there is of every product that is sold."""
        if "orders" not in self.covered or not (RETURNS in self.covered or LOG in self.covered or self.counted):
            return History(self.months, (), self.left_out, self.covered)
        later = self.claims[self.claims["month"] > self.covered["orders"][0] + 1]
        known = later["sold_month"] > 0
        self.joined = float(later["weight"][known].sum() / max(later["weight"].sum(), 1e-9)) if len(later) else 1.0
        sold = {str(sku): rows for sku, rows in self.orders.groupby("sku")}
        made = {str(sku): rows for sku, rows in self.claims.groupby("sku")}
        nothing = self.claims.iloc[:0]
        products = [
            self._product(sku, sold[sku], made.get(sku, nothing)) for sku in self.scenario.sku_ids if sku in sold
        ]
        return History(self.months, tuple(products), self.left_out, self.covered, self.joined)

    def _product(self, sku: str, orders: pd.DataFrame, claims: pd.DataFrame) -> ProductHistory:
        j, kept, longest = len(self.months), [], 0.0
        exposure, beside, claimed = np.zeros((j, len(self.ages))), np.zeros(j), 0.0
        reached = np.zeros(j)
        whole, nevada, markets = np.zeros(j), np.zeros((j, j)), {}
        for market, ours in orders.groupby("market"):
            row = self._row(sku, str(market))
            if row is None:
                continue
            longest = max(longest, row.warranty_days)
            of_market = np.zeros(len(self.ages))
            for channel, lines in ours.groupby("channel"):
                sold = self._by_month(lines["month"], lines["weight"])
                whole += sold
                at, extra, aged = self._expected(sold, str(market), str(channel), row)
                reached += aged
                share, decline = self._claimed(str(market), str(channel), row)
                claimed += float(sold.sum()) * share * max(1 - decline / 2, 0.0)
                exposure += at
                beside += extra
                of_market += at.sum(axis=0)
            here = self._seen(claims[claims["market"] == market], row)
            markets[str(market)] = (of_market, float(here["weight"].sum()))
            kept.append(here)
        seen = pd.concat(kept) if kept else claims.iloc[:0]
        both = seen[(seen["sold_month"] >= self.months[0]) & (seen["sold_month"] <= seen["month"])]
        first = int(self.months[0])
        np.add.at(nevada, (both["sold_month"] - first, both["month"] - first), both["weight"])
        made = np.zeros(j)
        if self.by_age:
            np.add.at(made, both["month"] - both["sold_month"], both["weight"])
            self.left_out["unjoined"] += float(seen["weight"].sum() - both["weight"].sum())
        else:
            np.add.at(made, seen["month"] - first, seen["weight"])
        units = float(whole.sum())
        counts = ClaimCounts(self.ages, exposure, made, units, beside, claimed / units if units and claimed else 1.0)
        return ProductHistory(sku, counts, whole, nevada, markets, longest, reached)

    @property
    def by_age(self) -> bool:
        """Whether claims are counted by age, since the month of sale of most is known."""
        return self.joined >= JOINED

    def _row(self, sku: str, market: str) -> SkuMarket | None:
        """Terms of sale of the last month; the first ones there are where none hold yet."""
        rows = self.terms.rows.get((sku, market), ())
        return self.terms.on((sku, market), dt.date.fromordinal(int(self.edges[-1]) - 1)) or next(iter(rows), None)

    def _by_month(self, month: pd.Series, weight: pd.Series) -> Floats:
        out = np.zeros(len(self.months))
        at = month.to_numpy() - int(self.months[0])
        inside = (at >= 0) & (at < len(out))
        np.add.at(out, at[inside], weight.to_numpy()[inside])
        return out

    def _window(self, market: str, channel: str) -> float:
        """Age up to which returns go by the platform's report [days]."""
        held = [r for r in self.scenario.windows if (r.market, r.channel) == (market, channel)]
        return max(held, key=lambda r: r.from_).window_days if held else 0.0

    def _classes(self, row: SkuMarket, channel: str) -> list[tuple[npt.NDArray[np.bool_], float, float]]:
        """Months of claim by what covers them, each with the ages at failure that are seen of them [days]."""
        market, term = row.market, row.warranty_days
        lag = self.scenario.births.report_lag_days.mean()
        window = self._window(market, channel)
        by = {
            name: (self.months >= ends[0]) & (self.months <= ends[1])
            for name, ends in self.covered.items()
            if name != "orders"
        }
        none = np.zeros(len(self.months), dtype=bool)
        returns = by.get(RETURNS, none) if channel in self.returning and window > 0 else none
        log = by.get(LOG, none) | np.isin(self.months, list(self.counted.get((row.sku, market), ())))
        stated = self.scenario.channels.get(channel)
        elsewhere = window if stated is not None and stated.window_decider == "platform" else 0.0
        return [
            (returns & log, 0.0, term),
            (returns & ~log, 0.0, min(max(window - lag, 1.0), term)),
            (log & ~returns, min(max(elsewhere - lag, 0.0), term), term),
        ]

    def _expected(self, sold: Floats, market: str, channel: str, row: SkuMarket) -> tuple[Floats, Floats, Floats]:
        """What a share failed makes of claims (J, A), by age in months or month of claim; claims no failure makes; and
        units that are seen at each age."""
        s = self.scenario
        j = len(self.months)
        out, beside, reached = np.zeros((j, len(self.ages))), np.zeros(j), np.zeros(j)
        # Months of sale against age in months.
        ahead = np.arange(j)[:, None] + np.arange(j)[None, :]
        share, decline = self._claimed(market, channel, row)
        false = _opportunistic(s, row) * np.minimum(self.ages / row.warranty_days, 1.0)
        for months, low, high in self._classes(row, channel):
            if not months.any() or high <= low or not sold.any():
                continue
            seen = (ahead < j) & months[np.minimum(ahead, j - 1)]
            if self.by_age:
                reached += sold @ (seen & (np.arange(j) * 30.4 >= low) & (np.arange(j) * 30.4 < high)) * self.joined
            for of, add in ((decline, out), (0.0, beside)):
                if add is beside and not false.any():
                    continue
                each = self._reached(channel, low, high, of)
                if self.by_age:
                    found = np.einsum("i,ik,ika->ka", sold, seen, each, optimize=True) * self.joined
                else:
                    found = np.einsum("i,j,ija->ja", sold, months, each, optimize=True)
                if add is out:
                    out += found * share
                else:
                    beside += found @ false
        return out, beside, reached

    def _reached(self, channel: str, low: float, high: float, decline: float) -> Floats:
        """Claims per unit by month of sale and age in months, or month of claim (J, J, A)."""
        key = (channel, low, high, decline)
        if key not in self.cache:
            s = self.scenario
            fine = (np.arange(3 * LAGS) + 0.5) / (3 * LAGS)
            to = s.births.delivery_days.get(channel)
            delivery = np.zeros(1) if to is None else quantile(to, fine)
            both = np.sort(np.add.outer(delivery, quantile(s.births.report_lag_days, fine)).ravel())
            lags = both.reshape(LAGS, -1).mean(axis=1)
            each = claims_by_age(self.edges, self.ages, lags, high, seen_from=low)
            if decline:
                each = each @ declining(self.ages, 1.0, decline)
            if self.by_age:
                j = len(each)
                turned = np.zeros_like(each)
                for i in range(j):
                    turned[i, : j - i] = each[i, i:]
                each = turned
            self.cache[key] = each
        return self.cache[key]

    def _claimed(self, market: str, channel: str, row: SkuMarket) -> tuple[float, float]:
        """Failures of new units that are claimed [share], and how it falls with age [share per year]."""
        s, births = self.scenario, self.scenario.births
        depth = quantile(births.promotion_depth, (np.arange(LAGS) + 0.5) / LAGS)
        prices = row.list_price * np.append(1.0, 1 - np.clip(depth, 0, 1))
        weights = np.append(1 - births.promotion_share, np.full(LAGS, births.promotion_share / LAGS))
        m = s.market_ids.index(market)
        c = s.channel_ids.index(channel) if channel in s.channel_ids else 0
        each = self.propensity.at(np.full(len(prices), m), np.full(len(prices), c), prices, np.zeros(len(prices)))
        return max(float(each @ weights), 1e-6), float(self.propensity.decline[m])

    def _seen(self, rows: pd.DataFrame, row: SkuMarket) -> pd.DataFrame:
        """Claims of one product and market that are expected, too."""
        late = rows["age"] > row.warranty_days + LATE
        self.left_out["late"] += float(rows["weight"][late].sum())
        keep = ~late
        for channel in rows["channel"].unique():
            mine = rows["channel"] == channel
            classes = self._classes(row, channel)
            covered = np.zeros(len(self.months), dtype=bool)
            for months, low, high in classes:
                covered |= months if high > low else False
            at = np.clip(rows["month"] - int(self.months[0]), 0, len(self.months) - 1).to_numpy()
            inside = covered[at] & rows["month"].isin(self.months).to_numpy()
            # Where both cover, what is younger than the window is in the report of returns already.
            twice = classes[0][0][at] & (rows["source"] == LOG) & (rows["age"] < self._window(row.market, channel))
            self.left_out["uncovered"] += float(rows["weight"][mine & keep & ~inside].sum())
            self.left_out["twice"] += float(rows["weight"][mine & keep & inside & twice].sum())
            keep &= ~mine | (inside & ~twice)
        kept = rows[keep]
        both = (kept["source"] == RETURNS) & also_in(kept, kept[kept["source"] == LOG])
        self.left_out["both"] += float(kept["weight"][both].sum())
        return kept[~both]


def _opportunistic(s: Scenario, row: SkuMarket) -> float:
    """Units whose owner files without a fault under the rule in force [share]."""
    steps = sorted(s.births.opportunistic.get(row.market, ()), key=lambda step: step.from_.value)
    share = ([0.0] + [step.share for step in steps if step.from_.value <= row.list_price])[-1]
    currency = s.markets[row.market].currency
    local = s.usd_per_unit(currency)
    stated = {"sku": row.sku, "market": row.market, "category": next(k.category for k in s.skus if k.sku == row.sku)}

    def reached(amount: Amount) -> bool:
        return row.list_price * local >= amount.value * s.usd_per_unit(amount.currency)

    fits = [r for r in s.policy.rules if all(stated.get(key) == value for key, value in r.cell.stated().items())]
    rule = max(fits, key=lambda r: len(r.cell.stated()))
    zone = [zone for zone in rule.zones if reached(zone.from_)][-1]
    if zone.do not in RETURNLESS:
        return 0.0
    asked = [r for r in s.policy.evidence if r.market in {None, row.market} and reached(r.from_)]
    level = max(asked, key=lambda r: r.from_.value * s.usd_per_unit(r.from_.currency)).level if asked else "none"
    return share * (s.triage.evidence[level].opportunistic_factor if level in s.triage.evidence else 1.0)
