"""Shares and lags of a seller from his books: each a figure of his scenario, with its interval and what it rests on.

A share is counted, from Jeffreys' prior, so that the same books always say the same; only the mix of faults starts from
what all products of the same category show. Cases too young to have ended are left out of shares, and run on in lags.
What cannot be told from the books is said with its reason, and never filled in.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from warrantysim.fitting.fit import NotIdentified, fitted
from warrantysim.fitting.history import BookTables, says_yes
from warrantysim.fitting.laws import Floats, Law, Lognormal
from warrantysim.fitting.lives import archetype_of
from warrantysim.fitting.observed import WholeDays
from warrantysim.fitting.shares import counted
from warrantysim.packs.archetypes import archetypes, true_faults
from warrantysim.schema.row_keys import bracketed

if TYPE_CHECKING:
    from warrantysim.schema.distribution import Distribution
    from warrantysim.schema.products import Fault, Sku
    from warrantysim.schema.root import Scenario

FEWEST = 10
"""Cases from which a share or a lag is told; fewer say less than the pack [count]."""
LOST = 45
"""A parcel scanned so long ago and not delivered is lost [days]."""
BATCH = 20
"""Labels from which a file without a single unused one is taken to list used ones alone [labels]."""
PSEUDO = 25.0
"""Claims that the mix of a category weighs beside a product's own [claims]."""
PSEUDO_FAULTS = 15.0
"""Claims that the kind's split into true faults weighs [claims]."""
NOTHING = "no_fault_found"
TRUE_KINDS = ("battery_safety", "repairable", "unrepairable")
"""Kinds of fault that a bench finds on the unit."""
DRAWS = 4000
"""Mixes drawn for an interval [count]."""
ENDS = (0.025, 0.975)
LOGNORMAL = Lognormal()
SPREAD = np.log(0.6), 1.0, 2.0
"""Logarithm of the spread of lags known beforehand, and its standard deviation; that of the logarithm of the median
about the median day: where all took as many days, the days do not say that none ever takes another [number]."""


class _Lags(WholeDays):
    """Lags by the lognormal law, with what little is known beforehand."""

    def log_likelihood(self, law: Law, free: Floats) -> float:
        off = (free[0] - np.log(self.typical_age)) / SPREAD[2], (free[1] - SPREAD[0]) / SPREAD[1]
        return super().log_likelihood(law, free) - 0.5 * float(np.square(off).sum())


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


def measured(scenario: Scenario, books: BookTables) -> tuple[list[Measured], list[Unsaid]]:
    """All shares and lags the books tell, in the scenario's order, and what they do not tell."""
    one = _Books(scenario, books)
    found = [*one.labels(), *one.evidence(), *one.denials(), *one.partners(), *one.faults(), *one.minutes()]
    return [x for x in found if isinstance(x, Measured)], [x for x in found if isinstance(x, Unsaid)]


Found = Iterator[Measured | Unsaid]


class _Books:
    def __init__(self, scenario: Scenario, books: BookTables) -> None:
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
        denied = self.claims[says_yes(self.claims["denied"]) | (self.claims["decision"] == "denied")]
        terms = self.scenario.triage.denial
        if len(denied) and not (self.claims["disputed"].astype(str) != "").any():
            yield Unsaid("no_disputes", {"n": len(denied)})
            return
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
        skills = {(row.sku, row.fault): float(row.skill) for row in self.scenario.faults}
        named = list(zip(self.bills["sku"], self.bills["fault"], strict=True))
        asks = pd.Series([skills.get(key, math.nan) for key in named], self.bills.index, dtype=float)
        if nobody := int((self.bills["partner"] == "").sum()):
            yield Unsaid("no_partner", {"n": nobody})
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
            # The yield is of faults within the partner's skill: what is above it never succeeds.
            tried = self.bills[mine & outcome.isin(("repaired", "failed")) & ~(asks > quote.skill)]
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
        """The mix of faults of each product, from what benches find.

        A bench that finds nothing sees units without a fault and those whose owner could have mended them; what is
        excluded is mostly denied before, and who is helped remotely sends nothing: these two keep their shares. So the
        share of findings without a fault tells units without one from those with a true fault; which true fault it was
        is told by bills that name it.
        """
        kinds = {fault.fault: fault.kind for fault in self.scenario.faults}
        found = self.claims["finding"].astype(str).map(lambda name: kinds.get(name, name))
        seen = self.claims.assign(kind=found)[found.isin((NOTHING, *TRUE_KINDS))]
        if not len(seen):
            yield Unsaid("no_findings")
            return
        yield Unsaid("excluded")
        category = {sku.sku: sku.category for sku in self.scenario.skus}
        nothing = seen["kind"].eq(NOTHING).to_numpy()
        of_category = seen["sku"].map(category).to_numpy()
        for stated in self.scenario.skus:
            rows = seen[seen["sku"] == stated.sku]
            if not len(rows):
                continue
            if len(rows) < FEWEST:
                yield Unsaid("few_findings", {"sku": stated.sku, "n": len(rows)})
                continue
            mine = [fault for fault in self.scenario.faults if fault.sku == stated.sku]
            alike = nothing[of_category == stated.category]
            usual = (float(alike.sum()) + 0.5) / (len(alike) + 1)
            none = float(rows["kind"].eq(NOTHING).to_numpy().sum())
            chance = PSEUDO * usual + none, PSEUDO * (1 - usual) + len(rows) - none
            yield from self._mix(stated, mine, chance, rows)

    def _mix(self, stated: Sku, mine: Sequence[Fault], chance: tuple[float, float], rows: pd.DataFrame) -> Found:
        """Shares of units without a fault and of each true fault of a product."""
        helped = self.scenario.triage.guide.effectiveness if stated.guide_on else 0.0
        true = [fault for fault in mine if fault.kind in TRUE_KINDS]
        nothing = [fault for fault in mine if fault.kind == NOTHING]
        rest = sum(fault.share for fault in (*true, *nothing))
        if len(nothing) != 1 or not true or rest <= 0:
            return
        sent = sum(fault.share for fault in mine if fault.kind == "user_fixable") * (1 - helped)
        split = self._split(stated.sku, true)
        luck = np.random.Generator(np.random.PCG64(0))
        draws = luck.beta(*chance, DRAWS)
        # What keeps its share is as little known as the kind's, which widens what the others may be.
        others = [sum(f.share for f in mine if f.kind == kind) for kind in ("user_fixable", "excluded")]
        fixable, _, whole = (luck.dirichlet(PSEUDO * np.maximum([*others, rest], 1e-6), DRAWS)).T
        posted = fixable * (1 - helped)
        none = np.clip(draws * (whole + posted) - posted, 0.0, whole)
        value = float(np.clip(chance[0] / sum(chance) * (rest + sent) - sent, 0.0, rest))
        parts = luck.dirichlet(split, DRAWS) * (whole - none)[:, None]
        middle = split / split.sum() * (rest - value)
        shares = {nothing[0].fault: [value, *np.quantile(none, ENDS)]}
        shares |= {f.fault: [float(middle[k]), *np.quantile(parts[:, k], ENDS)] for k, f in enumerate(true)}
        kept = {fault.fault: [fault.share] * 3 for fault in mine if fault.fault not in shares}
        since, until = _window(rows["opened"])
        facts = {"sku": stated.sku, "n": len(rows)}
        for name, (share, low, high) in _summing(shares, kept).items():
            path = f"faults{bracketed([stated.sku, name])}.share"
            yield Measured(path, share, low, high, len(rows), since, until, "findings", facts, ranged=False)

    def _split(self, sku: str, true: Sequence[Fault]) -> np.ndarray:
        """Weights of the true faults of a product: its kind's as so many claims, and those that bills name."""
        kind = archetype_of(self.scenario, sku)
        usual = {fault.fault: fault.share for fault in true_faults(kind)} if kind in archetypes() else {}
        known = np.array([usual.get(fault.fault, 0.0) for fault in true])
        stated = np.array([fault.share for fault in true])
        before = known if known.sum() > 0 else stated
        count = self.bills[self.bills["sku"] == sku]["fault"].value_counts().reindex([f.fault for f in true]).fillna(0)
        billed = count.to_numpy(dtype=float)
        if not known.sum() > 0:  # What was fitted before is no prior: bills speak alone, or nobody does.
            return billed + 0.5 if billed.sum() >= PSEUDO else PSEUDO_FAULTS * before / before.sum()
        return np.asarray(np.maximum(PSEUDO_FAULTS * before / before.sum(), 1e-3) + billed)

    def minutes(self) -> Found:
        """Bench minutes of faults that a partner's bills name."""
        stated = {(f.sku, f.fault): f for f in self.scenario.faults}
        mended = self.bills[(self.bills["minutes"] > 0) & (self.bills["outcome"] == "repaired")]
        for (sku, fault), rows in mended.groupby(["sku", "fault"]):
            row = stated.get((str(sku), str(fault)))
            if row is None or row.bench_minutes.kind != "gamma" or len(rows) < FEWEST:
                continue
            minutes = rows["minutes"].to_numpy(dtype=float)
            mean, error = float(minutes.mean()), float(minutes.std(ddof=1) / math.sqrt(len(minutes)))
            # Minutes are skewed and so is what they say of their mean: its interval is even on the logarithm.
            wide = math.exp(float(stdtrit(len(minutes) - 1, ENDS[1])) * error / mean)
            path = f"faults{bracketed([str(sku), str(fault)])}.bench_minutes.gamma.mean"
            since, until = _window(rows["day"])
            facts = {"sku": sku, "fault": fault}
            ends = mean / wide, mean * wide
            yield Measured(path, mean, *ends, len(rows), since, until, "minutes", facts, error > 0)

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
        least = float(stated.params.get("min", 0.0) or 0.0)  # type: ignore[arg-type]
        try:
            fit = fitted(_Lags.of(days.to_numpy(dtype=float), least), LOGNORMAL)
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
