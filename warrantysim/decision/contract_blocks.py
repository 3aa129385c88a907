"""Repair contracts as blocks of the program: what a pool costs on top of unit charges, period by period."""

from __future__ import annotations

import numpy as np

from warrantysim.decision.claim_table import ClaimTable
from warrantysim.decision.limits import Found
from warrantysim.decision.measuring import measured
from warrantysim.decision.problem import Block, Load, Period
from warrantysim.experiment.outcomes import Arm
from warrantysim.money.contracts import Segments, pools
from warrantysim.money.marginal_terms import MarginalTerms, marginal_terms
from warrantysim.money.partner_lines import contract_table
from warrantysim.money.price_book import price_book
from warrantysim.scenario.root import Scenario

_UNITS, _FEE, _SERVICE = 2, 3, 4
"""Columns of bench uses."""


def contract_blocks(scenario: Scenario, table: ClaimTable, band: np.ndarray, bands: int) -> Found:
    """A block for every pool of desks whose bill depends on volume or on being signed.

    Only claims sent to the partner by their own rule count; what descendants bring is small and follows the incumbent.
    """
    loads: dict[str, Load] = {}
    blocks: list[Block] = []
    for p, name in enumerate(scenario.partner_ids):
        arm = Arm("repair_local", name)
        if arm not in table.arms:
            continue
        partner = scenario.partners[name]
        for desks in pools(partner, tuple(partner.desks)):
            uses = _users(scenario, table, name, desks, table.arms.index(arm))
            if not uses.any():
                continue
            block, found = _block(scenario, table, band, bands, p, desks, uses)
            if block is not None:
                blocks.append(block)
                loads |= found
    return loads, [], blocks


def _users(scenario: Scenario, table: ClaimTable, partner: str, desks: tuple[str, ...], arm: int) -> np.ndarray:
    """Cells with claims in a market that the desks serve, shape (C, A) [bool]."""
    served = [i for i, m in enumerate(scenario.market_ids) if scenario.partners[partner].desk_for(m) in desks]
    mine = np.isin(table.market, served) & table.feasible[:, arm]
    uses = np.zeros((len(table.cells), len(table.arms)), dtype=bool)
    uses[np.unique(table.cell[mine]), arm] = True
    return uses


def _block(
    scenario: Scenario, table: ClaimTable, band: np.ndarray, bands: int, p: int, desks: tuple[str, ...], uses: np.ndarray
) -> tuple[Block | None, dict[str, Load]]:
    name = scenario.partner_ids[p]
    book = price_book(scenario)
    pool = contract_table(book, p, desks, np.arange(table.months))
    desk_of_market = np.array(
        [desks.index(d) if (d := scenario.partners[name].desk_for(m)) in desks else -1 for m in scenario.market_ids]
    )
    desk = desk_of_market[table.market[table.bench.claim]]
    at_partner = (table.bench.place >= 0) & (table.bench.place // table.months == p)
    arm = [table.arms.index(Arm("repair_local", name))]
    units = np.array([table.bench.amounts[_UNITS][at_partner & (desk == d)].sum() for d in range(len(desks))])
    fees = np.array([table.bench.amounts[_FEE][at_partner & (desk == d)].sum() for d in range(len(desks))])
    start = scenario.clock.month_starts("UTC", before=0, after=table.months)[: table.months]
    rates = np.array(
        [[float(book.fx.at(book.fx.index(c), np.array([t]))[0]) for c in pool.currencies] for t in start]
    )
    periods = _terms(pool, fees / np.maximum(units, 1e-12) / rates[0], units / max(units.sum(), 1e-12))
    periods = [terms.converted(rates[terms.months[0]]) for terms in periods if 0 <= terms.months[0] < table.months]
    if not any(_matters(terms) for terms in periods):
        return None, {}
    loads: dict[str, Load] = {}

    def measure(kind: int, d: int, month: int, wanted: bool) -> str:
        if not wanted or not 0 <= month < table.months:
            return ""
        key = f"{('units', 'fees', 'service')[kind - _UNITS]} {name} {desks[d]} {month}"
        if key not in loads:
            rows = at_partner & (desk == d) & (table.bench.place % table.months == month)
            loads[key] = measured(table, band, bands, table.bench, table.bench.amounts[kind], rows, arm)
        return key

    built = []
    for terms in periods:
        counted = bool(len(terms.lower) > 1 or terms.per_unit.any() or terms.jump.any())
        minimum = bool(terms.minimum.any())
        fee = minimum or bool(terms.per_fee.any())
        tables = [
            tuple(tuple(measure(kind, d, m, wanted) for d in range(len(desks))) for m in terms.months)
            for kind, wanted in ((_UNITS, counted), (_FEE, fee), (_SERVICE, minimum))
        ]
        built.append(Period(terms, *tables))
    label = name if set(desks) == set(scenario.partners[name].desks) else f"{name} {' '.join(desks)}"
    return Block(label, tuple(built), uses), loads


def _terms(pool: Segments, mean_fee: np.ndarray, mix: np.ndarray) -> tuple[MarginalTerms, ...]:
    """The pool's terms at the fees and the mix of desks that all claims together would bring."""
    per_dispatch = 1.0 if pool.basis == "dispatch" else None
    return marginal_terms(pool, mean_fee, mix if mix.any() else np.full(len(mix), 1.0 / len(mix)), per_dispatch)


def _matters(terms: MarginalTerms) -> bool:
    parts = (terms.jump, terms.per_unit, terms.per_fee, terms.fixed, terms.minimum)
    return any(bool(part.any()) for part in parts)
