"""What a quote's contract did in simulated years, the price at which it would be signed, what a term of it is worth.

A run is priced again and again without being simulated again: prices move no claim while the rules stay. With the rules
kept a bill is affine in a factor on every price of the list (fees, discounts, retainer and minimum scale; parts stay at
cost and service credits as stated), so two pricings of a run tell its cost at every factor exactly. Yield and ramp-up
change what happens, so the years are simulated again, on the same luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, per_year
from warrantysim.decision.decide import CONFIRMATION
from warrantysim.experiment.bench_months import months_of_horizon
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, followed
from warrantysim.journeys.records import Closure, Fate, Records, Run, to_partner
from warrantysim.money.categories import MONEY, Category
from warrantysim.money.contracts import pools
from warrantysim.money.ledger import Ledger
from warrantysim.money.partner_lines import contract_table, signed_desks
from warrantysim.money.partner_work import DeskWork, desk_work, joined_charges
from warrantysim.money.price_book import price_book
from warrantysim.money.settlement import Billed
from warrantysim.money.statement import Statement, statement
from warrantysim.money.unit_charges import UnitCharges
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    pass

GOOD = (int(Fate.CUSTOMER), int(Fate.POOL))
"""Where a unit ends that left the partner in working order."""
GROUPS = {
    "inbound": (Category.LABEL, Category.KIT, Category.RETURNS_PROCESSING, Category.REMOVAL),
    "receiving": (Category.HUB, Category.INSPECTION),
    "repair": (Category.REPAIR_LABOUR, Category.TIER_REBATE, Category.SLA_CREDIT),
    "parts": (Category.PARTS,),
    "fixed": (Category.PARTNER_FIXED, Category.MINIMUM_SHORTFALL),
    "storage": (Category.STORAGE, Category.DISPOSAL),
    "outbound": (Category.RETURN_SHIPPING, Category.FULFILMENT),
}
"""Parts of the cost of a good unit by ledger category; all other categories are in ``replaced``."""
NO_CHARGES = UnitCharges(**{f.name: np.zeros(0) for f in fields(UnitCharges)})
"""What no units are charged: a contract that was signed bills its fixed charges even so."""
REPLACED = "replaced"
"""What units that did not come back good cost: replacement, refund, recovery."""


@dataclass(frozen=True)
class QuoteYear:
    """One contract in one replication, run-in and run-out left out."""

    run: Run = field(repr=False)
    """What happened."""
    ledger: Ledger = field(repr=False)
    """What it cost."""
    statements: tuple[Statement, ...]
    """What each pool of desks billed for units in scope, and its fixed charges, in the desks' currencies."""
    reached: int
    """Units in scope that reached a desk and were billed."""
    good: int
    """Those of them that left it in working order, to the customer or the pool."""
    cost: dict[str, float]
    """Cost of its claims by group, with fixed charges [reporting currency]."""
    turnaround: np.ndarray
    """Arrival to end of the work, shape (reached,) [days]."""
    waits: np.ndarray
    """Waiting for a technician, shape (reached,) [days]."""
    by_month: np.ndarray
    """Units worked by month of the horizon and SKU, shape (months, skus) [units]."""
    promised: int
    """Units with a promised turnaround."""
    late: int
    """Those of them that were late."""

    @property
    def per_good(self) -> float:
        """Everything its claims cost, by good unit; NaN without one [reporting currency per unit]."""
        return sum(self.cost.values()) / self.good if self.good else float("nan")


def quote_years(
    case: Case,
    quote: str,
    replications: int,
    seed: int,
    cancel: Cancel | None = None,
    *,
    jobs: Workers = 1,
) -> Iterator[QuoteYear]:
    """A contract under a case's rules, in the replications the study compares on."""
    told = range(CONFIRMATION, CONFIRMATION + replications)
    work = partial(_simulated, name=case.name, quote=quote)
    return followed(work, case.scenario, (case.policy,), seed, told, jobs=jobs, progress=None, cancel=cancel)


def _simulated(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, name: str, quote: str
) -> QuoteYear:
    (policy,) = policies
    run, ledger = priced_run(scenario, policy, births(scenario, seed, replication), seed, replication)
    return quote_year(Case(name, scenario, policy), quote, run, ledger)


def quote_year(case: Case, quote: str, run: Run, ledger: Ledger) -> QuoteYear:
    """What one run says of a contract."""
    scenario, r = case.scenario, run.records
    p = scenario.partner_ids.index(quote)
    book = price_book(scenario)
    work = {unit.desk: unit for unit in desk_work(r, book, p)}
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *(w.rows for w in work.values())])
    months = np.concatenate([np.zeros(0, dtype=np.int64), *(w.month for w in work.values())])
    mine = r.in_scope[rows]
    inside = rows[mine]
    horizon = months_of_horizon(scenario)
    fits = (months >= 0) & (months < horizon)
    volume = np.zeros((horizon, len(scenario.sku_ids)))
    np.add.at(volume, (months[fits], r.claims.sku[rows[fits]]), 1.0)
    done = np.where(r.bench_out[inside] > NEVER, r.bench_out[inside], r.arrived[inside])
    begun = r.bench_start[inside] > NEVER
    kept_broken = (r.fate[inside] == Fate.CUSTOMER) & (r.closure[inside] == Closure.REFUNDED)
    return QuoteYear(
        run=run,
        ledger=ledger,
        statements=tuple(_statements(case, p, quote, work, r)),
        reached=len(inside),
        good=int((np.isin(r.fate[inside], GOOD) & ~kept_broken).sum()),
        cost=money_by_group(ledger, p, r),
        turnaround=(done - r.arrived[inside]) / DAY,
        waits=((r.bench_start[inside] - r.bench_in[inside]) / DAY)[begun],
        by_month=volume,
        promised=int(sum((w.promised & r.in_scope[w.rows]).sum() for w in work.values())),
        late=int(sum((w.late & r.in_scope[w.rows]).sum() for w in work.values())),
    )


def _statements(case: Case, p: int, quote: str, work: dict[str, DeskWork], r: Records) -> Iterator[Statement]:
    """As the ledger books them: every desk the policy names or that worked."""
    book, partner = price_book(case.scenario), case.scenario.partners[quote]
    none = np.zeros(0, dtype=np.int64)
    signed = {*work, *signed_desks(case.policy, case.scenario).get(quote, ())}
    for desks in pools(partner, sorted(signed)):
        there = [work[desk] for desk in desks if desk in work]
        months = np.concatenate([np.zeros(0, dtype=np.int64), *(w.month for w in there)])
        charges = joined_charges([w.charges for w in there]) if there else NO_CHARGES
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(w.rows for w in there)])
        units = Billed.of(
            charges,
            months,
            np.concatenate([none, *(np.full(len(w.rows), desks.index(w.desk)) for w in there)]),
            promised=np.concatenate([none.astype(bool), *(w.promised for w in there)]),
            late=np.concatenate([none.astype(bool), *(w.late for w in there)]),
            dispatch=-1 - rows,
        )
        yield statement(contract_table(book, p, desks, months), charges, units, r.in_scope[rows])


def money_by_group(ledger: Ledger, p: int, r: Records) -> dict[str, float]:
    """Cash and stock value of the claims a partner worked on, and its fixed charges, by group of `GROUPS`."""
    claim = ledger.record >= 0
    local = np.zeros(len(ledger), dtype=bool)
    at = ledger.record[claim]
    local[claim] = to_partner(r.route[at]) & (r.partner[at] == p)
    kept = ledger.in_scope & np.isin(ledger.kind, [int(k) for k in MONEY])
    kept &= local | (~claim & (ledger.partner == p))
    out = dict.fromkeys((*GROUPS, REPLACED), 0.0)
    left = kept.copy()
    for name, categories in GROUPS.items():
        rows = kept & np.isin(ledger.category, [int(c) for c in categories])
        out[name] = float(ledger.reporting[rows].sum())
        left &= ~rows
    out[REPLACED] = float(ledger.reporting[left].sum())
    return out


def yearly(years: Sequence[QuoteYear], case: Case) -> np.ndarray:
    """Total cost of each year, shape (replications,) [reporting currency a year]."""
    return np.array([y.ledger.total(in_scope=True) for y in years]) * per_year(case.scenario)
