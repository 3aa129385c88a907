"""Exchange rates as a dated table."""

from __future__ import annotations

from warrantysim.schema.amounts import Currency
from warrantysim.schema.dated import DatedRow
from warrantysim.schema.ranges import Rate


class FxRow(DatedRow):
    """What one unit of a currency is worth from a day on. The dollar itself needs no row."""

    key_fields = ("currency",)
    currency: Currency
    """Currency [ISO code]."""
    usd_per_unit: Rate
    """US dollars for one unit of the currency: 1.16 for EUR, 1 / 7.10 for CNY [USD per unit, > 0]."""
