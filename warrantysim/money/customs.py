"""A market's customs: entries, processing fee, examinations, and what units coming back from China pay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from warrantysim.schema.customs import CustomsRow, TariffRow


class Reimport(IntEnum):
    """What a unit is when it comes into the market again."""

    REPAIRED = 0
    """The same unit, by serial number, repaired in China."""
    RETURNED = 1
    """The same unit, nothing done to it: no fault found, or refused."""
    NEW = 2
    """Another unit: new goods to customs, whatever it replaces."""


@dataclass(frozen=True)
class EntryCost:
    """Fixed costs of entries, in the market's customs currency; arrays of shape (n,)."""

    broker: np.ndarray
    """Broker's fee [currency]."""
    processing: np.ndarray
    """Merchandise processing fee [currency]."""

    @property
    def total(self) -> np.ndarray:
        """Both together."""
        return self.broker + self.processing


@dataclass(frozen=True)
class ImportCharges:
    """Duty and import tax of units, in the currency of the values given; arrays of shape (n,)."""

    duty: np.ndarray
    """Duty, Section 301 and surcharge included."""
    tax: np.ndarray
    """VAT or consumption tax paid on import."""
    tax_recoverable: np.ndarray
    """The part of it the seller recovers."""


def duty_rates(
    terms: CustomsRow,
    tariff: TariffRow | None,
    mfn: np.ndarray,
    s301: np.ndarray,
    skus: Collection[str] = (),
) -> np.ndarray:
    """Full duty of each SKU: ordinary rate + Section 301 rate x factor in force + surcharge unless exempt.

    Parameters
    ----------
    terms
        The market's customs; its ``flat_duty_share`` takes the place of ``mfn`` where stated.
    tariff
        The row of the chosen preset for the market; None where it has none.
    mfn, s301
        Ordinary and Section 301 rate of each SKU [share of value], shape (s,).
    skus
        SKU ids in the same order, for the exemptions; may be left out if there are none.

    Returns
    -------
    Share of value, shape (s,).
    """
    mfn, s301 = np.asarray(mfn, dtype=float), np.asarray(s301, dtype=float)
    ordinary = mfn if terms.flat_duty_share is None else np.full(mfn.shape, terms.flat_duty_share)
    if tariff is None:
        return ordinary
    free = np.array([sku in tariff.exempt_skus for sku in skus]) if skus else np.zeros(mfn.shape, dtype=bool)
    return ordinary + s301 * tariff.s301_factor + np.where(free, 0.0, tariff.surcharge_share)


def mpf(terms: CustomsRow, value: np.ndarray) -> np.ndarray:
    """Merchandise processing fee of import entries by entry value. Customs currency, shape (n,).

    Formal: share of value, at least the minimum, at most the maximum. Informal, up to and including its limit: a flat
    fee. No goods, no fee.
    """
    value = np.asarray(value, dtype=float)
    highest = np.inf if terms.processing_max is None else terms.processing_max
    formal = np.clip(terms.processing_share * value, terms.processing_min, highest)
    informal = (value <= terms.informal_up_to) & (terms.informal_up_to > 0)
    return np.where(value > 0, np.where(informal, terms.informal_fee, formal), 0.0)


def entry_cost(terms: CustomsRow, direction: str, value: np.ndarray) -> EntryCost:
    """Cost of whole entries leaving ("export") or entering ("import") the market, by entry value; shape (n,)."""
    value = np.asarray(value, dtype=float)
    if direction not in ("export", "import"):
        raise ValueError(f"expected direction export or import, got {direction!r}")
    broker = terms.import_entry if direction == "import" else terms.export_entry
    fee = mpf(terms, value) if direction == "import" else np.zeros(value.shape)
    return EntryCost(np.where(value > 0, broker, 0.0), fee)


def reimport_duty(
    terms: CustomsRow,
    kind: np.ndarray,
    repair_value: np.ndarray,
    goods_value: np.ndarray,
    rates: np.ndarray,
    days_away: np.ndarray | float = 0.0,
    exempt_entry: np.ndarray | bool = False,
) -> np.ndarray:
    """Duty of units entering the market, Section 301 and surcharge in ``rates``.

    Repaired: rate x value of the repair (or free, or full, as the market's relief says). Returned unrepaired: free
    within ``returned_free_days`` of leaving, else full. New: rate x value of the goods.

    Parameters
    ----------
    kind
        `Reimport` of each unit, shape (n,).
    repair_value
        Full cost of the repair, what it would be charged at where it is free of charge [any currency], shape (n,).
    goods_value
        Customs value of the goods [same currency], shape (n,).
    rates
        Full duty rate of each unit from `duty_rates` [share], shape (n,).
    days_away
        Days since the unit left the market, shape (n,).
    exempt_entry
        Whether the unit's whole entry is below a de-minimis value, shape (n,).

    Returns
    -------
    Duty in the currency of the values, shape (n,).
    """
    return rates * _dutiable(terms, kind, repair_value, goods_value, days_away) * ~np.asarray(exempt_entry, dtype=bool)


def _dutiable(
    terms: CustomsRow,
    kind: np.ndarray,
    repair_value: np.ndarray,
    goods_value: np.ndarray,
    days_away: np.ndarray | float,
) -> np.ndarray:
    goods = np.asarray(goods_value, dtype=float)
    repaired = {"repair_value": repair_value, "free": 0.0 * goods, "full": goods}[terms.repaired_duty]
    returned = np.where(np.asarray(days_away) <= terms.returned_free_days, 0.0, goods)
    return np.select([kind == Reimport.REPAIRED, kind == Reimport.RETURNED], [repaired, returned], goods)


def import_charges(
    terms: CustomsRow,
    kind: np.ndarray,
    repair_value: np.ndarray,
    goods_value: np.ndarray,
    freight: np.ndarray,
    rates: np.ndarray,
    days_away: np.ndarray | float = 0.0,
    exempt_entry: np.ndarray | bool = False,
) -> ImportCharges:
    """Duty and import tax of units; parameters as `reimport_duty`, ``freight`` being each unit's freight in and out.

    Tax base: new goods, value + freight + duty; a unit returned in time, none; a repaired unit, none, or repair +
    freight + duty, or the full value, as the market says.
    """
    duty = reimport_duty(terms, kind, repair_value, goods_value, rates, days_away, exempt_entry)
    full = goods_value + freight + duty
    repaired = {"none": 0.0 * full, "repair_and_freight": repair_value + freight + duty, "full": full}
    returned = np.where(np.asarray(days_away) <= terms.returned_free_days, 0.0, full)
    bases = [repaired[terms.repaired_tax], returned]
    base = np.select([kind == Reimport.REPAIRED, kind == Reimport.RETURNED], bases, full)
    tax = terms.import_tax_share * base
    return ImportCharges(duty, tax, tax if terms.import_tax_recoverable else np.zeros(tax.shape))


class Customs:
    """Every market's customs under one tariff preset, by day."""

    def __init__(self, rows: Iterable[CustomsRow], tariffs: Iterable[TariffRow], preset: str) -> None:
        self._rows: dict[str, list[CustomsRow]] = {}
        for row in sorted(rows, key=lambda row: row.from_):
            self._rows.setdefault(row.market, []).append(row)
        table = sorted(tariffs, key=lambda row: row.from_)
        presets = sorted({row.preset for row in table})
        if presets and preset not in presets:
            raise ValueError(f"unknown tariff preset {preset!r}; known are {', '.join(presets)}")
        self._tariffs: dict[str, list[TariffRow]] = {}
        for tariff in table:
            if tariff.preset == preset:
                self._tariffs.setdefault(tariff.market, []).append(tariff)

    def terms(self, market: str, day: int) -> CustomsRow:
        """A market's customs as they hold on a day number.

        Raises
        ------
        ValueError
            For a market without a row, or a day before its first.
        """
        held = [row for row in self._rows.get(market, ()) if row.from_.toordinal() <= day]
        if not held:
            raise ValueError(f"no customs row holds for market {market!r} on day {day}")
        return held[-1]

    def tariff(self, market: str, day: int) -> TariffRow | None:
        """The preset's row for a market on a day number; None where it adds nothing."""
        held = [row for row in self._tariffs.get(market, ()) if row.from_.toordinal() <= day]
        return held[-1] if held else None

    def exempt(self, market: str, value: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Whether whole entries pay no duty, their value being at most the preset's de minimis; bool, shape (n,).

        ``value``: entry values [customs currency]; ``ordinals``: day numbers; both of shape (n,).
        """
        days = np.asarray(ordinals, dtype=np.int64)
        out = np.zeros(days.shape, dtype=bool)
        for chosen, day in self._by_version(market, days):
            tariff = self.tariff(market, day)
            if tariff is not None and tariff.de_minimis > 0:
                out[chosen] = np.asarray(value)[chosen] <= tariff.de_minimis
        return out

    def changes(self, market: str) -> np.ndarray:
        """Day numbers on which a market's terms or tariffs change, rising; group units by them before pricing."""
        rows = (*self._rows.get(market, ()), *self._tariffs.get(market, ()))
        return np.array(sorted({row.from_.toordinal() for row in rows}), dtype=np.int64)

    def entry_cost(self, market: str, direction: str, value: np.ndarray, ordinals: np.ndarray) -> EntryCost:
        """`entry_cost` of entries on their days; ``value`` and ``ordinals`` of shape (n,)."""
        value, days = np.asarray(value, dtype=float), np.asarray(ordinals, dtype=np.int64)
        cost = EntryCost(np.zeros(value.shape), np.zeros(value.shape))
        for chosen, day in self._by_version(market, days):
            part = entry_cost(self.terms(market, day), direction, value[chosen])
            cost.broker[chosen], cost.processing[chosen] = part.broker, part.processing
        return cost

    def duty_rates(
        self,
        market: str,
        mfn: np.ndarray,
        s301: np.ndarray,
        skus: Collection[str],
        sku: np.ndarray,
        ordinals: np.ndarray,
    ) -> np.ndarray:
        """Full duty rate of units on their days: ``mfn``, ``s301``, ``skus`` per SKU, ``sku`` the row of each unit."""
        days = np.asarray(ordinals, dtype=np.int64)
        out = np.zeros(days.shape)
        for chosen, day in self._by_version(market, days):
            rates = duty_rates(self.terms(market, day), self.tariff(market, day), mfn, s301, skus)
            out[chosen] = rates[sku[chosen]]
        return out

    def import_charges(
        self,
        market: str,
        kind: np.ndarray,
        repair_value: np.ndarray,
        goods_value: np.ndarray,
        freight: np.ndarray,
        rates: np.ndarray,
        days_away: np.ndarray,
        ordinals: np.ndarray,
        exempt_entry: np.ndarray | bool = False,
    ) -> ImportCharges:
        """`import_charges` of units on their days; every array of shape (n,)."""
        days = np.asarray(ordinals, dtype=np.int64)
        out = ImportCharges(np.zeros(days.shape), np.zeros(days.shape), np.zeros(days.shape))
        exempt = np.broadcast_to(exempt_entry, days.shape)
        columns = (kind, repair_value, goods_value, freight, rates, days_away, exempt)
        for chosen, day in self._by_version(market, days):
            part = import_charges(self.terms(market, day), *(np.asarray(column)[chosen] for column in columns))
            out.duty[chosen], out.tax[chosen] = part.duty, part.tax
            out.tax_recoverable[chosen] = part.tax_recoverable
        return out

    def _by_version(self, market: str, days: np.ndarray) -> Iterable[tuple[np.ndarray, int]]:
        """Days grouped by the terms that hold on them: (mask, a day of the group)."""
        version = np.searchsorted(self.changes(market), days, side="right")
        for index in np.unique(version):
            chosen = version == index
            yield chosen, int(days[chosen][0])
