"""Claims that follow claims: a repair that does not hold, a replacement that fails, a lapsed claim opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Closure, Finding, comes_back, reships

LAPSED, REPLACED, MENDED, WELL = range(4)
"""Endings that something may follow: the label lapsed; a replacement; the own unit back, repaired or without fault."""
BARREN = -1
"""Any other ending."""
NO_CHILD = -1
"""Origin code where nothing follows."""
FOREVER = np.int64(2**62)
LONGEST_RENEWED = 200
"""Claims that may follow each other where each begins a warranty anew."""
LONGEST_LINE = 30_000
"""Claims that may follow each other at all: there are numbers for so many generations."""

Young = tuple[Claims, np.ndarray, np.ndarray, np.ndarray]
"""Claims about to open, with parent, repairs and scope."""


@dataclass(frozen=True)
class Outlook:
    """What would follow each claim after each ending; arrays of shape (n, 4), columns `LAPSED` to `WELL`."""

    origin: np.ndarray
    """`Origin` of the claim that follows; `NO_CHILD` for none [int8]."""
    after: np.ndarray
    """From resolution to its opening [int64 s]."""
    until: np.ndarray
    """It follows only if the claim is resolved by then: what fails after the warranty does not [int64 s]."""

    def take(self, rows: np.ndarray) -> Outlook:
        """That of the named rows (index or mask)."""
        return Outlook(self.origin[rows], self.after[rows], self.until[rows])

    def copy(self) -> Outlook:
        """One to write to."""
        return Outlook(self.origin.copy(), self.after.copy(), self.until.copy())

    @staticmethod
    def concat(parts: Sequence[Outlook]) -> Outlook:
        """That of all parts, one after the other."""
        names = ("origin", "after", "until")
        return Outlook(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))


def outlook(plan: Plan) -> Outlook:
    """What follows a claim is settled before it begins, but for the moment it is resolved.

    A lapsed claim may be opened again, whatever the warranty. A replacement begins a new life. The claimant's own unit,
    once back, may bounce (a repair that does not hold), come again (nothing was found) or fail anew at its age.
    """
    n = len(plan)
    origin = np.full((n, 4), NO_CHILD, dtype=np.int8)
    after = np.zeros((n, 4), dtype=np.int64)
    until = np.full((n, 4), -FOREVER)
    end = plan.claims.warranty_end
    returns = comes_back(plan.route)
    # Nothing follows where nothing was sent or asked for: those claims have no draws of it.
    fertile = np.flatnonzero(returns | reships(plan.route))
    endings = (
        (LAPSED, None, None, ((plan.reopen_after, Origin.REOPEN),)),
        (REPLACED, end, plan.replaced_term, ((plan.replaced_after, Origin.REPLACEMENT),)),
        (
            MENDED,
            end + plan.extra_end,
            plan.mended_term,
            ((plan.bounce_after, Origin.BOUNCE), (plan.refail_after, Origin.REFAIL)),
        ),
        (WELL, end, None, ((plan.nff_after, Origin.NFF_RETURN), (plan.refail_after, Origin.REFAIL))),
    )
    for ending, limit, term, lags in endings:
        for lag, kind in lags:
            rows = fertile[lag[fertile] >= 0]
            rows = rows[origin[rows, ending] == NO_CHILD]
            wait = lag[rows]
            new_failure = kind in {Origin.REPLACEMENT, Origin.REFAIL}
            origin[rows, ending] = kind
            after[rows, ending] = wait + plan.report_lag[rows] if new_failure else wait
            last = np.full(len(rows), FOREVER) if limit is None else limit[rows] - wait
            if term is not None:
                renewed = np.where(wait <= term[rows], FOREVER, -FOREVER)
                last = np.where(term[rows] >= 0, renewed, last)
            until[rows, ending] = last
    until[~returns, LAPSED] = -FOREVER
    return Outlook(origin, after, until)


def endings_of(closure: np.ndarray, finding: np.ndarray) -> np.ndarray:
    """Ending of each closed claim, `BARREN` where nothing may follow. Shape (n,), int8."""
    own = np.where(finding == Finding.REPAIRED, MENDED, WELL)
    ending = np.where(closure == Closure.REPAIRED, own, BARREN)
    ending = np.where(closure == Closure.REPLACED, REPLACED, ending)
    return np.where(closure == Closure.LAPSED, LAPSED, ending).astype(np.int8)


def follows(out: Outlook, ending: np.ndarray, resolved: np.ndarray) -> np.ndarray:
    """Rows of the claims that something follows."""
    fertile = np.flatnonzero(ending != BARREN)
    return fertile[resolved[fertile] <= out.until[fertile, ending[fertile]]]


@dataclass(frozen=True)
class Parents:
    """Decided claims that something follows; arrays of shape (n,)."""

    claims: Claims
    number: np.ndarray
    """Row in the run [int64]."""
    repairs: np.ndarray
    in_scope: np.ndarray
    replaced_term: np.ndarray
    mended_term: np.ndarray
    extra_end: np.ndarray
    next_lot: np.ndarray
    """These six as in the `Plan`."""
    ending: np.ndarray
    """How they closed, `LAPSED` to `WELL` [int8]."""
    resolved: np.ndarray
    """[int64 s]."""
    origin: np.ndarray
    """`Origin` of the claim that follows [int8]."""
    opens: np.ndarray
    """When it will open [int64 s]."""

    def __len__(self) -> int:
        return len(self.number)

    @staticmethod
    def of(
        plan: Plan,
        rows: np.ndarray,
        first: int,
        ending: np.ndarray,
        resolved: np.ndarray,
        origin: np.ndarray,
        after: np.ndarray,
        faults: Mapping[int, int] = MappingProxyType({}),
    ) -> Parents:
        """Some rows of a plan whose first row is row ``first`` of the run; ``after``: resolution to opening [s].

        ``faults``: by place among them, the fault a unit comes with that another claimant had repaired.
        """
        planned = {name: getattr(plan, name)[rows] for name in _PLANNED}
        claims = plan.claims.take(rows)
        if len(faults):
            claims.fault[list(faults)] = list(faults.values())
        return Parents(
            claims,
            rows + first,
            **planned,
            ending=ending,
            resolved=resolved,
            origin=origin,
            opens=resolved + after,
        )

    def take(self, rows: np.ndarray) -> Parents:
        """The named rows (index or mask)."""
        columns = {name: column[rows] for name, column in vars(self).items() if name != "claims"}
        return Parents(self.claims.take(rows), **columns)

    @staticmethod
    def concat(parts: Sequence[Parents]) -> Parents:
        """All of them, one after the other."""
        if len(parts) == 1:
            return parts[0]
        columns = {
            name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0]) if name != "claims"
        }
        return Parents(Claims.concat([p.claims for p in parts]), **columns)


_PLANNED = ("repairs", "in_scope", "replaced_term", "mended_term", "extra_end", "next_lot")


def born_of(parents: Parents, model: Model, luck: Luck) -> Young:
    """The claims that follow.

    Raises
    ------
    ValueError
        If more claims follow each other than can be followed; the message says why they do.
    """
    _refuse_endless(parents, model)
    n, old, ending, resolved, origin = len(parents), parents.claims, parents.ending, parents.resolved, parents.origin
    mended, replaced = ending == MENDED, ending == REPLACED
    term = np.where(replaced, parents.replaced_term, np.where(mended, parents.mended_term, -1))
    end = old.warranty_end + np.where(mended, parents.extra_end, 0)
    base = Claims(
        unit=old.unit,
        generation=(old.generation + 1).astype(np.int16),
        root=old.root,
        origin=origin,
        sku=old.sku,
        market=old.market,
        channel=old.channel,
        fault=old.fault.copy(),
        lot=np.where(replaced, parents.next_lot, old.lot).astype(np.int16),
        bench_minutes=np.full(n, np.nan),
        sold=old.sold,
        delivered=old.delivered,
        born=np.where(replaced, resolved, old.born),
        warranty_end=np.where(term >= 0, resolved + term, end),
        opened=parents.opens,
        price_gross=old.price_gross,
        price_net=old.price_net,
    )
    anew = np.flatnonzero((origin == Origin.REPLACEMENT) | (origin == Origin.REFAIL))
    if len(anew):
        fresh = base.take(anew)
        u = luck.of(fresh, Purpose.REPLACEMENT_FAULT)
        base.fault[anew] = model.lots.faults(model.mix, fresh.lot, fresh.sku, u)
    repairs = np.where(replaced, 0, parents.repairs + mended).astype(np.int16)
    return base, parents.number, repairs, parents.in_scope


def _refuse_endless(parents: Parents, model: Model) -> None:
    """A line of claims ends with its warranty, however many there are; one that renews its warranty may never end."""
    generation = parents.claims.generation
    renewed = (parents.ending == REPLACED) & (parents.replaced_term >= 0)
    renewed |= (parents.ending == MENDED) & (parents.mended_term >= 0)
    rows = np.flatnonzero(generation >= np.where(renewed, LONGEST_RENEWED, LONGEST_LINE))
    if len(rows):
        k = rows[0]
        why = (
            "each in a warranty that restarted with the one before" if renewed[k] else "all in the warranty of one sale"
        )
        raise ValueError(
            f"claims on {model.scenario.skus[parents.claims.sku[k]].sku} follow each other without end: "
            f"{int(generation[k])} units in a row failed, {why}; expected longer lives"
        )


def children(plan: Plan, c: dict[str, np.ndarray], model: Model, luck: Luck, first: int) -> Young:
    """All claims that follow a wave of claims. ``first``: row of the first claim of the wave in the run."""
    ending = endings_of(c["closure"], c["finding"])
    return born_of(parents_in(plan, outlook(plan), ending, c["resolved"], first), model, luck)


def parents_in(plan: Plan, out: Outlook, ending: np.ndarray, resolved: np.ndarray, first: int) -> Parents:
    """Those of a wave's claims that something follows. ``ending``, ``resolved``: of all of them."""
    rows = follows(out, ending, resolved)
    chosen = rows, ending[rows]
    return Parents.of(plan, rows, first, ending[rows], resolved[rows], out.origin[chosen], out.after[chosen])
