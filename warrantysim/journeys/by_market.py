"""What a claim meets in its market, as columns: shares, spans and distributions, compiled once a scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.journeys.durations import Durations
from warrantysim.schema.clock import DAY, seconds
from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.markets import DatedShare, Market
from warrantysim.schema.root import Scenario


class Stepped:
    """Some values that change on stated days each; 0 before the first."""

    def __init__(self, stated: Sequence[Sequence[tuple[dt.date, float]]]) -> None:
        most = max(map(len, stated), default=0)
        self.since = np.full((len(stated), most), NO_DAY)
        self.value = np.zeros((len(stated), most + 1))
        for row, steps in enumerate(stated):
            for k, (day, value) in enumerate(steps):
                self.since[row, k], self.value[row, k + 1] = day.toordinal(), value
        self.ever = most == 1 and bool((self.since[:, 0] != NO_DAY).all() and self.since.max() == FIRST_DAY)

    def on(self, which: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Those numbered ``which`` on some day numbers. Shape (n,), float64."""
        if self.ever:
            return self.value[which, 1]
        step = np.zeros(len(day), dtype=np.int64)
        for since in self.since.T:
            step += since[which] <= day
        return self.value[which, step]


NO_DAY = np.iinfo(np.int64).max
"""In place of a day number where no step is stated."""
FIRST_DAY = BEGINNING.toordinal()
"""From which on undated values hold [day number]."""


@dataclass(frozen=True)
class ByMarket:
    """Every attribute has one entry a market, in the order of ``market_ids``."""

    insist_early: np.ndarray
    """Who insists on money soon after delivery [share, 0-1]."""
    insist_late: np.ndarray
    """Who insists later [share, 0-1]."""
    insist_early_days: np.ndarray
    """Until which age that is [days]."""
    consents_to_money: Stepped
    """Who takes money where the law gives another remedy first."""
    chooses_replacement: Stepped
    """Who would rather have a new unit, where the law leaves the choice."""
    asks_refurbished: Stepped
    """Who asks for a repaired unit, where the law wants that."""
    excluded_seen: np.ndarray
    """Misuse the hub recognises [share, 0-1]."""
    nff_seen: np.ndarray
    """Units without fault the hub recognises [share, 0-1]."""
    lapse: np.ndarray
    """Label to closure where it is not used [int64 s]."""
    damaged: np.ndarray
    """Parcels that arrive damaged [share, 0-1]."""
    wrong_box: np.ndarray
    """Boxes with something else inside [share, 0-1]."""
    parcel_lost: np.ndarray
    """Parcels lost, either way [share, 0-1]."""
    label_unused: np.ndarray
    """Labels nobody uses [share, 0-1]."""
    partial_uptake: np.ndarray
    """Who takes a partial refund where one is offered [share, 0-1]."""
    reopen: np.ndarray
    """Lapsed claims that are opened once more [share, 0-1]."""
    extension: np.ndarray
    """Longer warranty after a repair, where the law says so [int64 s]."""
    replacement_restarts: np.ndarray
    """Whether a replacement's warranty begins anew [bool]."""
    repair_restarts: np.ndarray
    """Whether a repaired unit's does [bool]."""
    repair_extends: np.ndarray
    """Whether a repair prolongs it [bool]."""
    partial_offered: np.ndarray
    """Part of the refund that is offered instead of all of it [share, 0-1]."""
    refund_takes: np.ndarray
    """Order of a payment to its arrival [int64 s]."""
    ship_lag: Durations
    """Label to carrier."""
    parcel_transit: Durations
    """Carrier to hub, partner or customer."""
    hub_handling: Durations
    """Arrival to tested at the hub."""
    reopen_lag: Durations
    """Lapse to being opened once more."""


def by_market(s: Scenario) -> ByMarket:
    """Compile the markets of a scenario."""
    markets = [s.markets[m] for m in s.market_ids]

    def each(pick: Callable[[Market], float | bool]) -> np.ndarray:
        return np.array([pick(m) for m in markets])

    def drawn(pick: Callable[[Market], Distribution]) -> Durations:
        return Durations([pick(m) for m in markets])

    def dated(pick: Callable[[Market], DatedShare]) -> Stepped:
        return Stepped([[(step.from_, step.value) for step in pick(m).steps] for m in markets])

    def renewal(of: str, how: str) -> np.ndarray:
        return each(lambda m: m.renewal.get(of, "non_renewing") == how)  # type: ignore[call-overload]

    return ByMarket(
        insist_early=each(lambda m: m.customer.insist_money_early_share),
        insist_late=each(lambda m: m.customer.insist_money_late_share),
        insist_early_days=each(lambda m: m.customer.insist_early_days),
        consents_to_money=dated(lambda m: m.customer.consent_to_money_share),
        chooses_replacement=dated(lambda m: m.customer.chooses_replacement_share),
        asks_refurbished=dated(lambda m: m.customer.refurbished_consent_share),
        excluded_seen=each(lambda m: m.hub.excluded_sensitivity),
        nff_seen=each(lambda m: m.hub.nff_sensitivity),
        lapse=seconds(each(lambda m: m.customer.lapse_days)),
        damaged=each(lambda m: m.parcel.damage_share),
        wrong_box=each(lambda m: m.customer.wrong_box_share),
        parcel_lost=each(lambda m: m.parcel.loss_share),
        label_unused=each(lambda m: m.customer.label_unused_share),
        partial_uptake=each(lambda m: m.partial_uptake_share),
        reopen=each(lambda m: m.customer.reopen_share),
        extension=seconds(each(lambda m: m.extension_days)),
        replacement_restarts=renewal("replace", "restarts"),
        repair_restarts=renewal("repair", "restarts"),
        repair_extends=renewal("repair", "extended"),
        partial_offered=each(lambda m: m.partial_offer_share),
        refund_takes=np.array([round(s.rails[m].days * DAY) for m in s.market_ids], dtype=np.int64),
        ship_lag=drawn(lambda m: m.customer.ship_lag_days),
        parcel_transit=drawn(lambda m: m.parcel.transit_days),
        hub_handling=drawn(lambda m: m.hub.handling_days),
        reopen_lag=drawn(lambda m: m.customer.reopen_lag_days),
    )
