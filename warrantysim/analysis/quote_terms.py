"""What a quote leaves open: terms that are missing, ambiguous, or cover only a part of the year.

Nothing here is refused: each finding says how the figures read the gap, so that purchasing can ask for it.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.money.contracts import charged_months, first_day
from warrantysim.money.partner_lines import horizon_months
from warrantysim.money.price_book import price_book
from warrantysim.money.unit_charges import price_at
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dated import Dated
from warrantysim.schema.desk_terms import Desk
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

Finding = tuple[str, str, str]
"""(desk or nothing, term, kind): kinds are missing, ambiguous and partial."""


def open_terms(world: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """A row a finding: quote, desk, term, kind. The reports hold a text for every term."""
    import pandas as pd

    rows = [(quote, *found) for quote in quotes for found in findings(world.partners[quote], world)]
    return pd.DataFrame(rows, columns=["quote", "desk", "term", "kind"])


def findings(quote: Partner, world: Scenario) -> Iterator[Finding]:
    """What one quote leaves open."""
    # No quote can state who pays for units lost at the partner: the loss stays with the seller.
    yield "", "loss_liability", "missing"
    if quote.valid_to is None:
        yield "", "valid_to", "missing"
    elif quote.valid_to < world.horizon.first_day + dt.timedelta(days=world.horizon.days - 1):
        yield "", "valid_to", "partial"
    if quote.valid_from is not None and quote.valid_from > world.horizon.first_day:
        yield "", "valid_from", "partial"
    if not _moves(quote):
        yield "", "indexation", "missing"
    if quote.notice_days == 0 and quote.term_months == 0:
        yield "", "notice", "missing"
    if quote.repair_warranty.days == 0:
        yield "", "repair_warranty", "missing"
    elif quote.repair_warranty.days < quote.bounce_days and quote.bounce_share > 0:
        yield "", "repair_warranty", "ambiguous"
    if not quote.source:
        yield "", "source", "missing"
    for name, desk in quote.desks.items():
        yield from ((name, term, kind) for term, kind in _at_desk(desk))


def _at_desk(desk: Desk) -> Iterator[tuple[str, str]]:
    for term in ("no_fault", "beyond_repair", "excluded", "storage", "sla"):
        if getattr(desk, term) is None:
            yield term, "missing"
    if desk.disposal is None:
        yield "disposal", "missing"
    if len(desk.bench.ramp.steps) < 2:
        yield "ramp", "missing"
    if desk.sla is not None and desk.sla.credit_share == 0 and desk.sla.credit_per_unit is None:
        yield "sla_credit", "ambiguous"
    if desk.parts is not None and desk.parts.mode == "consigned" and desk.parts.mean is None:
        yield "parts", "ambiguous"
    if desk.minimum_per_month is not None and desk.retainer is not None:
        yield "minimum_beside_retainer", "ambiguous"


def _moves(value: object) -> bool:
    """Whether any price of a quote changes on a stated day."""
    if isinstance(value, Dated):
        return len(value.steps) > 1
    if isinstance(value, Mapping):
        return any(_moves(child) for child in value.values())
    fields = getattr(type(value), "model_fields", {})
    return any(_moves(getattr(value, name)) for name in fields if name != "bench")


def exit_costs(world: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """What leaving costs: fixed charges still due if notice is given on the first day, and in the middle of the year.

    Returns
    -------
    A row a desk and month of notice: quote, desk, notice_month, months_due, due [currency], currency, notice_days,
    term_months. Retainer, or the minimum where it is higher, for every month from the notice to the contract's end.
    """
    import pandas as pd

    clock = price_book(world).clock
    horizon = horizon_months(price_book(world))
    rows = []
    for name in quotes:
        quote = world.partners[name]
        for notice in sorted({0, horizon // 2}):
            due = [m for m in charged_months(quote, clock, max(horizon, 60), 0, notice) if m >= notice]
            for place, (desk_name, desk) in enumerate(quote.desks.items()):
                billed = quote.retainer_scope == "desk" or place == 0
                amount = math.fsum(_fixed(desk, first_day(clock, m).toordinal(), billed) for m in due)
                rows.append(
                    (name, desk_name, notice, len(due), amount, desk.currency, quote.notice_days, quote.term_months)
                )
    columns = ["quote", "desk", "notice_month", "months_due", "due", "currency", "notice_days", "term_months"]
    return pd.DataFrame(rows, columns=columns)


def _fixed(desk: Desk, day: int, billed: bool) -> float:
    days = np.array([day])
    retainer = float(price_at(desk.retainer.per_month, days)[0]) if desk.retainer is not None and billed else 0.0
    least = float(price_at(desk.minimum_per_month, days)[0]) if desk.minimum_per_month is not None else 0.0
    return max(retainer, least)
