"""Claims born from sales: units that fail under warranty and are claimed, and claims without a fault.

Every unit sold takes one draw from its cohort's stream. Its low end decides life (`inverse.mixture_life`): comparing it
with the share that fails within the warranty sifts out the few units that matter. Its high end marks latent
opportunistic candidates among the units that never fail. Only what passes the sieve gets a key and further draws, from
the counter generator.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.cohorts import Cohorts, cohorts
from warrantysim.claims.columns import Claims, Origin, as_roots, in_order
from warrantysim.claims.digest import mixed
from warrantysim.claims.fault_mix import FaultMix, fault_mix
from warrantysim.claims.from_table import ClaimTable, claim_columns, from_table
from warrantysim.claims.inverse import quantile
from warrantysim.claims.lots import Lots, lots
from warrantysim.claims.philox import uniforms
from warrantysim.claims.propensity import ClaimPropensity, claim_propensity
from warrantysim.claims.sieve import sifted
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import Terms, prolonged, terms
from warrantysim.schema.clock import DAY, seconds

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class RootCohorts:
    """What all replications of a scenario share: cohorts, terms, lots, fault mixes, propensities, stated claims."""

    cohorts: Cohorts
    terms: Terms
    lots: Lots
    mix: FaultMix
    propensity: ClaimPropensity
    table: ClaimTable


def root_cohorts(scenario: Scenario) -> RootCohorts:
    """Lay a scenario out as columns, once for all its replications."""
    sale_terms, all_lots = terms(scenario), lots(scenario)
    return RootCohorts(
        cohorts=_drawn(scenario, cohorts(scenario, sale_terms, all_lots)),
        terms=sale_terms,
        lots=all_lots,
        mix=fault_mix(scenario),
        propensity=claim_propensity(scenario),
        table=claim_columns(scenario, scenario.claims_table),
    )


def _drawn(scenario: Scenario, sold: Cohorts) -> Cohorts:
    """The cohorts whose claims are drawn: all of them, but for products and markets whose listed claims take their
    place."""
    if scenario.claims_table_mode != "instead":
        return sold
    listed = {(scenario.sku_index[row.sku], scenario.market_index[row.market]) for row in scenario.claims_table}
    keep = [cell not in listed for cell in zip(sold.sku.tolist(), sold.market.tolist(), strict=True)]
    return Cohorts(**{field.name: getattr(sold, field.name)[keep] for field in fields(sold)})


def born(scenario: Scenario, seed: int, replication: int, prepared: RootCohorts | None = None) -> Claims:
    """Root claims of one replication that open from the run-in to the end of the run-out.

    They come from sales and, beside or instead of them, from the scenario's claims table. Rows rise by (opened, unit);
    generation is 0; latent opportunistic candidates are among them with their own origin. A claim is a pure function
    of scenario, seed and replication: neither the policy nor what else is sold moves it.

    Parameters
    ----------
    seed, replication : [0, 2**32).
    prepared : the scenario's `root_cohorts`, to lay it out once for many replications.
    """
    return born_with_earlier(scenario, seed, replication, prepared)[0]


def born_with_earlier(
    scenario: Scenario, seed: int, replication: int, prepared: RootCohorts | None = None
) -> tuple[Claims, Claims]:
    """Claims as `born` gives them, and those that opened before the run-in on units whose warranty reaches into it.

    The earlier ones are first claims of their units as well; what still follows them is a journey's to say.
    """
    ready = root_cohorts(scenario) if prepared is None else prepared
    cohort, ordinal, u = sifted(ready.cohorts, seed, replication)
    unit = mixed(ready.cohorts.key[cohort], ordinal)
    stated = from_table(scenario, ready.table, seed, replication)
    stated = stated.take(_in_window(scenario, stated.opened))
    units = _Units(scenario, ready, seed, replication, cohort, unit, u)
    found = Claims.concat([units.failures(), units.candidates(), stated])
    early = found.opened < -scenario.horizon.run_in_days * DAY
    return in_order(found, ~early), in_order(found, early)


class _Units:
    """Units that passed the sieve, and the draws they take."""

    def __init__(
        self,
        scenario: Scenario,
        ready: RootCohorts,
        seed: int,
        replication: int,
        cohort: np.ndarray,
        unit: np.ndarray,
        u: np.ndarray,
    ) -> None:
        self.scenario, self.ready, self.seed, self.replication = scenario, ready, seed, replication
        self.unit = unit
        groups = ready.cohorts
        self.sku, self.market, self.channel = groups.sku[cohort], groups.market[cohort], groups.channel[cohort]
        self.row = groups.terms[cohort]
        self.start, self.length = groups.start[cohort], groups.length[cohort]
        self.warranty = ready.terms.warranty_days[self.row]
        self.lot = ready.lots.membership(seed, replication, unit, self.sku, self.market, groups.month[cohort])
        self.life = ready.terms.life.take(self.row).over(self.lot, ready.lots.life).quantile(u)
        self.fails = self.life < self.warranty
        self.files = (u >= groups.files_from[cohort]) & ~self.fails

    def draw(self, purpose: Purpose, rows: np.ndarray) -> np.ndarray:
        """One uniform for each of some units."""
        return uniforms(self.seed, self.replication, self.unit[rows], 0, purpose)

    def failures(self) -> Claims:
        """Claims of units that fail under warranty and whose owners report it in time.

        Where an exclusion is covered more owners claim, with its faults; the others are the same claims as without.
        Who would not claim at any price, and what cannot open before the run is over, takes no further draws.
        """
        horizon, mix = self.scenario.horizon, self.ready.mix
        rows = np.flatnonzero(self.fails)
        rows = rows[self.start[rows] + seconds(self.life[rows]) < (horizon.days + horizon.run_out_days) * DAY]
        u = self.draw(Purpose.PROPENSITY, rows)
        # Dearer units are claimed rather: nobody's chance is above that at the list price, but for its last digit.
        list_price = self.ready.terms.list_price[self.row[rows]]
        maybe = u < self._chance(rows, list_price) * (1.0 + mix.more[self.sku[rows]]) * (1.0 + 1e-9)
        rows, u = rows[maybe], u[maybe]
        sold, delivered = self._dates(rows)
        lag = quantile(self.scenario.births.report_lag_days, self.draw(Purpose.REPORT_LAG, rows))
        opened = delivered + seconds(self.life[rows]) + seconds(lag)
        met = self._to_be_met(rows, sold, delivered, opened)
        rows, u, sold, delivered, opened = rows[met], u[met], sold[met], delivered[met], opened[met]
        price = self._price(rows)
        chance = self._chance(rows, price)
        claim = u < chance * (1.0 + mix.more[self.sku[rows]])
        rows, further = rows[claim], (u >= chance)[claim]
        which = self.draw(Purpose.FAULT, rows)
        faults = self.ready.lots.faults(mix, self.lot[rows], self.sku[rows], which)
        faults[further] = mix.draw_further(self.sku[rows][further], which[further])
        return self._claims(rows, sold[claim], delivered[claim], opened[claim], price[claim], faults, Origin.FIELD)

    def candidates(self) -> Claims:
        """Latent claims of units that do not fail, at a random age within the warranty."""
        rows = np.flatnonzero(self.files)
        sold, delivered = self._dates(rows)
        opened = delivered + seconds(self.draw(Purpose.OPPORTUNISTIC_AGE, rows) * self.warranty[rows])
        met = self._to_be_met(rows, sold, delivered, opened)
        rows = rows[met]
        faults = self.ready.mix.no_fault[self.sku[rows]]
        if np.any(faults < 0):
            name = self.scenario.skus[self.sku[rows[faults < 0][0]]].sku
            raise ValueError(f"opportunistic claims of {name} need a fault of kind no_fault_found in its fault mix")
        return self._claims(
            rows, sold[met], delivered[met], opened[met], self._price(rows), faults, Origin.OPPORTUNISTIC
        )

    def _chance(self, rows: np.ndarray, price: np.ndarray) -> np.ndarray:
        """Chance that the owner of each failed unit claims, had he paid a price."""
        return self.ready.propensity.at(self.market[rows], self.channel[rows], price, self.life[rows])

    def _dates(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """When units were sold and delivered [int64 s]."""
        sold = self.start[rows] + (self.draw(Purpose.SALE_DAY, rows) * self.length[rows]).astype(np.int64)
        return sold, sold + seconds(self._delivery_days(rows))

    def _to_be_met(self, rows: np.ndarray, sold: np.ndarray, delivered: np.ndarray, opened: np.ndarray) -> np.ndarray:
        """Whether a unit's claim opens in the run, or before it under a warranty that reaches into it [bool]."""
        start = -self.scenario.horizon.run_in_days * DAY
        met, early = _in_window(self.scenario, opened), np.flatnonzero(opened < start)
        market = self.market[rows[early]]
        day = self.scenario.market_days.ordinals(sold[early], market)
        longest = self.warranty[rows[early]] + prolonged(self.scenario, market, day)
        met[early] = delivered[early] + seconds(longest) >= start
        return met

    def _delivery_days(self, rows: np.ndarray) -> np.ndarray:
        days, channel = np.zeros(len(rows)), self.channel[rows]
        u = self.draw(Purpose.DELIVERY_LAG, rows)
        for index, name in enumerate(self.scenario.channel_ids):
            lag = self.scenario.births.delivery_days.get(name)
            mine = np.flatnonzero(channel == index)
            if lag is not None:
                days[mine] = quantile(lag, u[mine])
        return days

    def _price(self, rows: np.ndarray) -> np.ndarray:
        """What was paid for units: the list price, or less in a promotion."""
        births = self.scenario.births
        discount = np.zeros(len(rows))
        if births.promotion_share > 0:
            # One uniform says both whether and how deep: below the share it is stretched to the depth's own.
            u = self.draw(Purpose.PROMOTION, rows) / births.promotion_share
            on = u < 1.0
            discount[on] = np.clip(quantile(births.promotion_depth, u[on]), 0.0, 1.0)
        return np.asarray(self.ready.terms.list_price[self.row[rows]] * (1.0 - discount))

    def _claims(
        self,
        rows: np.ndarray,
        sold: np.ndarray,
        delivered: np.ndarray,
        opened: np.ndarray,
        price: np.ndarray,
        faults: np.ndarray,
        origin: Origin,
    ) -> Claims:
        return as_roots(
            unit=self.unit[rows],
            origin=np.full(len(rows), origin),
            sku=self.sku[rows],
            market=self.market[rows],
            channel=self.channel[rows],
            fault=faults,
            lot=self.lot[rows],
            bench_minutes=np.full(len(rows), np.nan),
            sold=sold,
            delivered=delivered,
            warranty_end=delivered + seconds(self.warranty[rows]),
            opened=opened,
            price_gross=price,
            price_net=price / self.ready.terms.tax_factor[self.row[rows]],
        )


def _in_window(scenario: Scenario, opened: np.ndarray) -> np.ndarray:
    horizon = scenario.horizon
    return (opened >= -horizon.run_in_days * DAY) & (opened < (horizon.days + horizon.run_out_days) * DAY)
