"""Shares and lags of a seller from his books: each a figure of his scenario, with its interval and what it rests on.

A share is counted, from Jeffreys' prior, so that the same books always say the same; only the mix of faults starts from
what all products of the same category show. Cases too young to have ended are left out of shares, and run on in lags.
What cannot be told from the books is said with its reason, and never filled in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from warrantysim.fitting.fit import NotIdentified, fitted
from warrantysim.fitting.history import Books, said
from warrantysim.fitting.laws import Lognormal
from warrantysim.fitting.observed import Lifetimes
from warrantysim.fitting.shares import Share, counted
from warrantysim.schema.row_keys import bracketed

if TYPE_CHECKING:
    from warrantysim.schema.distribution import Distribution
    from warrantysim.schema.products import Fault
    from warrantysim.schema.root import Scenario

FEWEST = 10
"""Cases from which a share or a lag is told; fewer say less than the pack [count]."""
LOST = 45
"""A parcel scanned so long ago and not delivered is lost [days]."""
BATCH = 20
"""Labels from which a file without a single unused one is taken to list used ones alone [labels]."""
PSEUDO = 25.0
"""Claims that the mix of a category weighs beside a product's own [claims]."""
LOGNORMAL = Lognormal()


@dataclass(frozen=True)
class Measured:
    """One figure of the scenario as the books have it."""

    path: str
    """The figure, in the path language."""
    value: float
    low: float
    """Low end of its interval at 95 %."""
    high: float
    """High end."""
    n: float
    """Cases it rests on [count]."""
    since: str
    """First day of them [date]."""
    until: str
    """Last day [date]."""
    how: str
    """Key of what was counted."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Of its sentence."""
    ranged: bool = True
    """Whether its interval is the range of the figure: not where it only makes sense together with others."""


@dataclass(frozen=True)
class Unsaid:
    """Something the books do not tell."""

    what: str
    """Key of its sentence."""
    facts: Mapping[str, Any] = field(default_factory=dict)


def measured(scenario: Scenario, books: Books) -> tuple[list[Measured], list[Unsaid]]:
    """All shares and lags the books tell, in the scenario's order, and what they do not tell."""
    one = _Books(scenario, books)
    found = [*one.labels(), *one.evidence(), *one.denials(), *one.partners(), *one.faults(), *one.minutes()]
    return [x for x in found if isinstance(x, Measured)], [x for x in found if isinstance(x, Unsaid)]


Found = Iterator[Measured | Unsaid]


class _Books:
    def __init__(self, scenario: Scenario, books: Books) -> None:
        self.scenario = scenario
        self.scans, self.claims, self.bills = (books.table(name) for name in ("scans", "claims", "bills"))

    def labels(self) -> Found:
        """Labels: never used, days until the first scan, days on the way, lost."""
        if not len(self.scans):
            yield Unsaid("no_scans")
            return
        frame = self.scans.assign(**{c: pd.to_datetime(self.scans[c]) for c in ("issued", "first_scan", "delivered")})
        end = frame[["issued", "first_scan", "delivered"]].max().max()
        for market in self.scenario.market_ids:
            mine = frame[(frame["market"] == market) & frame["issued"].notna()]
            if not len(mine):
                continue
            customer, parcel = (getattr(self.scenario.markets[market], part) for part in ("customer", "parcel"))
            root, used = f"markets.{market}", mine["first_scan"].notna()
            ripe = mine[mine["issued"] <= end - pd.Timedelta(days=customer.lapse_days)]
            unused = int(ripe["first_scan"].isna().sum())
            if unused == 0 and len(ripe) >= BATCH:
                yield Unsaid("only_used_labels", {"market": market, "n": len(ripe)})
            else:
                facts = {"market": market, "days": customer.lapse_days}
                path = f"{root}.customer.label_unused_share"
                yield self._share(path, unused, len(ripe), ripe["issued"], "label_unused", facts)
            scanned = ripe[ripe["first_scan"].notna()]
            days = _days(scanned["issued"], scanned["first_scan"])
            yield from self._lag(
                f"{root}.customer.ship_lag_days", customer.ship_lag_days, days, scanned["issued"], "ship_lag", market
            )
            there = mine[mine["delivered"].notna() & used]
            days = _days(there["first_scan"], there["delivered"])
            yield from self._lag(
                f"{root}.parcel.transit_days", parcel.transit_days, days, there["first_scan"], "transit", market
            )
            if mine["delivered"].notna().any():
                old = mine[mine["first_scan"] <= end - pd.Timedelta(days=LOST)]
                facts = {"market": market, "days": LOST}
                lost = int(old["delivered"].isna().sum())
                yield self._share(f"{root}.parcel.loss_share", lost, len(old), old["first_scan"], "lost", facts)

    def evidence(self) -> Found:
        """Claimants who give up when evidence is asked for."""
        told = self.claims["evidence"].astype(str)
        asked = self.claims[told != ""]
        level = self._level()
        if not len(asked) or level == "none":
            return
        if not level:
            yield Unsaid("evidence_levels", {"n": len(asked)})
            return
        gone = int((asked["evidence"] != "given").sum())
        path = f"triage.evidence.{level}.dropout_share"
        yield self._share(path, gone, len(asked), asked["opened"], "dropout", {"level": level})

    def _level(self) -> str:
        """The one level of evidence that is asked for; empty where there are several."""
        levels = {rule.level for rule in self.scenario.policy.evidence} - {"none"}
        return next(iter(levels)) if len(levels) == 1 else "" if levels else "none"

    def denials(self) -> Found:
        """Denials that end in a dispute, by whether evidence was kept; who takes a paid repair disputes nothing."""
        denied = self.claims[said(self.claims["denied"]) | (self.claims["decision"] == "denied")]
        terms = self.scenario.triage.denial
        given = denied["evidence"].astype(str) == "given"
        for kept, level in ((False, "none"), (True, self._level())):
            rows = denied[given == kept]
            if level not in terms.dispute_share or (kept and level == "none") or not len(rows):
                continue
            disputed = int(rows["disputed"].astype(str).str.lower().isin(("", "no", "false")).eq(False).sum())
            of = max(len(rows) * (1 - terms.paid_repair_uptake_share), disputed)
            path = f"triage.denial.dispute_share.{level}"
            yield self._share(path, disputed, of, rows["opened"], "disputes", {"level": level})

    def partners(self) -> Found:
        """Repairs that succeed, days at the partner, repairs that do not hold."""
        outcome = self.bills["outcome"].astype(str)
        known = set(self.scenario.partner_ids)
        if strange := sorted(set(self.bills["partner"]) - known - {""}):
            yield Unsaid("unknown_partners", {"names": ", ".join(strange[:5])})
        for name in self.scenario.partner_ids:
            quote = self.scenario.partners[name]
            mine = self.bills["partner"] == name
            stay = self.bills[mine & self.bills["received"].notna() & self.bills["shipped"].notna()]
            if len(stay) >= FEWEST:
                middle = float(_days(stay["received"], stay["shipped"]).median())
                yield Unsaid("turnaround", {"partner": name, "days": f"{middle:.1f}", "n": len(stay)})
            if quote.test_only:
                continue
            tried = self.bills[mine & outcome.isin(("repaired", "failed"))]
            root = f"partners{bracketed([name])}" if "." in name else f"partners.{name}"
            if len(tried):
                good = int((tried["outcome"] == "repaired").sum())
                yield self._share(f"{root}.yield_share", good, len(tried), tried["day"], "yield", {"partner": name})
            done, back = self._bounced(name, quote.bounce_days)
            if len(done):
                facts = {"partner": name, "days": quote.bounce_days}
                yield self._share(f"{root}.bounce_share", back, len(done), done, "bounce", facts)

    def _bounced(self, partner: str, days: float) -> tuple[pd.Series, int]:
        """Days on which repairs of a partner were done that are old enough to tell, and how many did not hold: the same
        order claims again soon after."""
        claims = self.claims.assign(**{c: pd.to_datetime(self.claims[c]) for c in ("opened", "closed")})
        mine = (claims["partner"] == partner) & (claims["decision"] == "repair_local") & (claims["order"] != "")
        soon = pd.Timedelta(days=days)
        ripe = claims["closed"] <= claims[["opened", "closed"]].max().max() - soon
        repaired = claims[mine & (claims["finding"] == "repairable") & ripe]
        later = repaired[["order", "sku", "closed"]].merge(claims[["order", "sku", "opened"]], on=["order", "sku"])
        again = later[(later["opened"] > later["closed"]) & (later["opened"] <= later["closed"] + soon)]
        return repaired["closed"], len(again[["order", "sku", "closed"]].drop_duplicates())

    def faults(self) -> Found:
        """The mix of findings of each product, from what products of its category show."""
        seen = self.claims[self.claims["finding"].astype(str) != ""]
        if not len(seen):
            yield Unsaid("no_findings")
            return
        by_sku: dict[str, list[Fault]] = {}
        for fault in self.scenario.faults:
            by_sku.setdefault(fault.sku, []).append(fault)
        category = {sku.sku: sku.category for sku in self.scenario.skus}
        kinds = {sku: [fault.kind for fault in rows] for sku, rows in by_sku.items()}
        names = {sku: {fault.fault: fault.kind for fault in rows} for sku, rows in by_sku.items()}
        told = [(str(s), names.get(s, {}).get(f, f)) for s, f in zip(seen["sku"], seen["finding"], strict=True)]
        known = np.array([kind in kinds.get(sku, ()) for sku, kind in told])
        frame = seen.assign(kind_found=[kind for _, kind in told])[known]
        if (~known).any():
            yield Unsaid("unknown_findings", {"n": int((~known).sum())})
        pooled = {
            str(name): rows["kind_found"].value_counts() for name, rows in frame.groupby(frame["sku"].map(category))
        }
        for sku, rows in frame.groupby("sku"):
            if len(rows) < FEWEST:
                yield Unsaid("few_findings", {"sku": sku, "n": len(rows)})
                continue
            mine = by_sku[str(sku)]
            whole = pooled[category[str(sku)]]
            # What no claim of the category was ever found to be may be solved before anyone looks: it keeps its share.
            order = [kind for kind in dict.fromkeys(kinds[str(sku)]) if whole.get(kind, 0) > 0]
            kept = {fault.fault: [fault.share] * 3 for fault in mine if fault.kind not in order}
            rest = 1.0 - sum(ends[0] for ends in kept.values())
            weights = whole.reindex(order).to_numpy(dtype=float) + 0.5
            weights *= PSEUDO / weights.sum()
            count = rows["kind_found"].value_counts().reindex(order).fillna(0.0).to_numpy()
            stated = np.array([sum(f.share for f in mine if f.kind == kind) for kind in order])
            total, facts = float(count.sum()), {"sku": sku, "n": len(rows)}
            shares = dict(kept)
            for kind, a, k, before in zip(order, weights, count, stated, strict=True):
                share = Share(a + k, PSEUDO + total - a - k, total)
                for fault in (f for f in mine if f.kind == kind):
                    part = fault.share / before if before > 0 else 1 / sum(f.kind == kind for f in mine)
                    low, high = share.interval()
                    shares[fault.fault] = [x * part * rest for x in (share.value, low, high)]
            since, until = _window(rows["opened"])
            for name, (value, low, high) in _summing(shares, kept).items():
                path = f"faults{bracketed([str(sku), name])}.share"
                yield Measured(path, value, low, high, total, since, until, "findings", facts, ranged=False)

    def minutes(self) -> Found:
        """Bench minutes of faults that a partner's bills name."""
        stated = {(f.sku, f.fault): f for f in self.scenario.faults}
        for (sku, fault), rows in self.bills[self.bills["minutes"] > 0].groupby(["sku", "fault"]):
            row = stated.get((str(sku), str(fault)))
            if row is None or row.bench_minutes.kind != "gamma" or len(rows) < FEWEST:
                continue
            minutes = rows["minutes"].to_numpy(dtype=float)
            mean, error = float(minutes.mean()), float(minutes.std(ddof=1) / math.sqrt(len(minutes)))
            path = f"faults{bracketed([str(sku), str(fault)])}.bench_minutes.gamma.mean"
            since, until = _window(rows["day"])
            low = max(mean - 1.96 * error, mean / 10)
            facts = {"sku": sku, "fault": fault}
            yield Measured(path, mean, low, mean + 1.96 * error, len(rows), since, until, "minutes", facts, error > 0)

    def _share(
        self, path: str, yes: float, of: float, days: pd.Series, how: str, facts: Mapping[str, Any]
    ) -> Measured | Unsaid:
        if of < FEWEST:
            return Unsaid("few", {"path": path, "n": int(of)})
        share = counted(yes, of)
        low, high = share.interval()
        return Measured(path, share.value, low, high, of, *_window(days), how, facts)

    def _lag(self, path: str, stated: Distribution, days: pd.Series, when: pd.Series, how: str, whose: str) -> Found:
        """Median and spread of a lognormal lag, of days counted whole."""
        if len(days) < FEWEST:
            yield Unsaid("few", {"path": path, "n": len(days)})
            return
        if stated.kind != "lognormal":
            yield Unsaid("another_law", {"path": path, "kind": stated.kind, "n": len(days)})
            return
        whole = np.maximum(days.to_numpy(dtype=float), 0.0)
        seen, count = np.unique(whole, return_counts=True)
        least = float(stated.params.get("min", 0.0) or 0.0)  # type: ignore[arg-type]
        low, high = np.maximum(seen - 0.5 - least, 0.0), np.maximum(seen + 0.5 - least, 0.5)
        try:
            fit = fitted(Lifetimes.of(low, high, count), LOGNORMAL)
        except NotIdentified:
            yield Unsaid("few", {"path": path, "n": len(days)})
            return
        since, until = _window(when)
        for name in LOGNORMAL.parameters:
            ends = fit.value_interval(name)
            yield Measured(
                f"{path}.lognormal.{name}", fit.values[name], *ends, len(days), since, until, how,
                {"whose": whose, "of": name}, ranged=name == "median" and ends[0] < ends[1],
            )  # fmt: skip


def _summing(shares: Mapping[str, list[float]], kept: Mapping[str, list[float]]) -> dict[str, list[float]]:
    """Shares that are not kept, rounded as they are written, so that all still sum to 1."""
    found = {name: [round(x, 6) for x in ends] for name, ends in shares.items() if name not in kept}
    most = max(found, key=lambda name: found[name][0])
    others = [ends[0] for name, ends in found.items() if name != most] + [ends[0] for ends in kept.values()]
    found[most][0] = round(1.0 - math.fsum(others), 9)
    found[most][1:] = min(found[most][1], found[most][0]), max(found[most][2], found[most][0])
    return found


def _days(first: pd.Series, last: pd.Series) -> pd.Series:
    """Days from one day to another, as a number."""
    return (pd.to_datetime(last) - pd.to_datetime(first)).dt.total_seconds() / 86400


def _window(days: pd.Series) -> tuple[str, str]:
    stamps = pd.to_datetime(days).dropna()
    if not len(stamps):
        return "", ""
    return stamps.min().date().isoformat(), stamps.max().date().isoformat()
