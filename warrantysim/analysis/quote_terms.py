"""Terms of quotes: what each leaves open, what leaving costs, and all of them side by side in one currency.

Nothing here is refused: each finding says how the figures read the gap, so that purchasing can ask for it. Amounts that
change on stated days are those of the horizon's first day, or of the first day stated; a term that changes later is
said to. Foreign amounts are converted at the first day's rate.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.money.contracts import charged_months, month_begins
from warrantysim.money.partner_lines import months_touched
from warrantysim.money.price_book import price_book
from warrantysim.money.unit_charges import price_at
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dated import Dated
from warrantysim.schema.desk_terms import Desk, amounts_in
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

Finding = tuple[str, str, str]
"""(desk or nothing, term, kind): kinds are missing, ambiguous and partial."""


def open_terms(scenario: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """A row a finding: quote, desk, term, kind. The reports hold a text for every term."""
    import pandas as pd

    rows = [(quote, *found) for quote in quotes for found in term_findings(scenario.partners[quote], scenario)]
    return pd.DataFrame(rows, columns=["quote", "desk", "term", "kind"])


def term_findings(quote: Partner, scenario: Scenario) -> Iterator[Finding]:
    """What one quote leaves open."""
    # No quote can state who pays for units lost at the partner: the loss stays with the seller.
    yield "", "loss_liability", "missing"
    if quote.valid_to is None:
        yield "", "valid_to", "missing"
    elif quote.valid_to < scenario.horizon.first_day + dt.timedelta(days=scenario.horizon.days - 1):
        yield "", "valid_to", "partial"
    if quote.valid_from is not None and quote.valid_from > scenario.horizon.first_day:
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


def exit_costs(scenario: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """What leaving costs: fixed charges still due if notice is given on the first day, and in the middle of the year.

    Returns
    -------
    A row a desk and month of notice: quote, desk, notice_month, months_due, due [currency], currency, notice_days,
    term_months. Retainer, or the minimum where it is higher, for every month from the notice to the contract's end.
    """
    import pandas as pd

    clock = price_book(scenario).clock
    horizon = months_touched(price_book(scenario))
    rows = []
    for name in quotes:
        quote = scenario.partners[name]
        for notice in sorted({0, horizon // 2}):
            due = [m for m in charged_months(quote, clock, max(horizon, 60), 0, notice) if m >= notice]
            for place, (desk_name, desk) in enumerate(quote.desks.items()):
                billed = quote.retainer_scope == "desk" or place == 0
                amount = math.fsum(_fixed(desk, month_begins(clock, m).toordinal(), billed) for m in due)
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


GROUPS: Mapping[str, tuple[str, ...]] = {
    "scope": ("serves", "takes", "currency", "rate", "valid_from", "valid_to"),
    "unit": (
        "receiving", "repaired_low", "repaired_high", "no_fault", "beyond_repair", "disposal", "excluded",
        "extra_unit", "storage", "free_days",
    ),
    "parts": ("parts_mode", "parts_mean", "markup_share"),
    "fixed": ("onboarding", "retainer", "included_units", "minimum"),
    "discount": ("first_tier", "best_discount", "tiers_kind"),
    "service": (
        "yield_share", "skill", "bounce_share", "warranty_days", "sla_days", "sla_share", "sla_credit",
        "units_per_day", "hours_per_month", "handling_days", "ramp",
    ),
    "contract": ("term_months", "notice_days", "payment_days", "indexation", "loss_liability", "source"),
}  # fmt: skip
"""Terms in order, by what they are about."""
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("serves", "takes", "currency", "valid_from", "valid_to", "parts_mode"), "text"),
    **dict.fromkeys(("tiers_kind", "indexation", "loss_liability", "source", "sla_credit", "ramp"), "text"),
    **dict.fromkeys(("receiving", "repaired_low", "repaired_high", "no_fault", "beyond_repair"), "money"),
    **dict.fromkeys(("disposal", "excluded", "extra_unit", "storage", "parts_mean"), "money"),
    **dict.fromkeys(("onboarding", "retainer", "minimum"), "money"),
    **dict.fromkeys(("markup_share", "best_discount", "yield_share", "bounce_share", "sla_share"), "share"),
    **dict.fromkeys(("free_days", "warranty_days", "sla_days", "handling_days", "notice_days", "payment_days"), "days"),
    **dict.fromkeys(("included_units", "first_tier", "units_per_day", "hours_per_month"), "count"),
    **dict.fromkeys(("skill", "term_months"), "count"),
    "rate": "rate",
}
"""What a term is: money [reporting currency], share, days, count, rate or text."""
FLAGS: Mapping[str, str] = {
    "sla": "sla_days",
    "notice": "term_months",
    "repair_warranty": "warranty_days",
    "parts": "parts_mean",
    "minimum_beside_retainer": "minimum",
}
"""Term of the sheet that a finding of `quote_terms` is shown at, where it has another name."""


@dataclass(frozen=True)
class Term:
    """One term of one quote at one desk."""

    value: float | str | None
    """In the reporting currency, a share, days or a count; a text; None where the quote does not state it."""
    stated: str = ""
    """As the quote states it, in its own currency [text]."""
    changes: bool = False
    """Whether it changes on a stated day."""


def quote_sheet(scenario: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """A row a term and desk: group, term, kind, quote, desk, value (a number, NaN for texts), text, stated, flag, code.

    ``flag`` is missing, ambiguous, partial (valid for a part of the year), foreign (the quote's currency is not the
    reporting one), changes (on a stated day), or empty; ``code`` names the finding behind the first three.
    """
    import pandas as pd

    rows = []
    for quote in quotes:
        partner = scenario.partners[quote]
        found = list(term_findings(partner, scenario))
        for name, desk in partner.desks.items():
            terms = dict(_terms(scenario, partner, desk))
            flags = {FLAGS.get(term, term): (kind, term) for where, term, kind in found if where in ("", name)}
            for group, names in GROUPS.items():
                for term in names:
                    here = terms[term]
                    flag, code = flags.get(term, _own(term, here, desk, scenario))
                    number = here.value if isinstance(here.value, int | float) else float("nan")
                    text = here.value if isinstance(here.value, str) else ""
                    rows.append(
                        (group, term, KINDS[term], quote, name, float(number), text, here.stated, flag, code),
                    )
    columns = ["group", "term", "kind", "quote", "desk", "value", "text", "stated", "flag", "code"]
    return pd.DataFrame(rows, columns=columns)


def _own(term: str, here: Term, desk: Desk, scenario: Scenario) -> tuple[str, str]:
    if term == "currency" and desk.currency != scenario.reporting_currency:
        return "foreign", ""
    return ("changes", "") if here.changes else ("", "")


def _terms(scenario: Scenario, partner: Partner, desk: Desk) -> Iterator[tuple[str, Term]]:
    rate = scenario.usd_per_unit(desk.currency) / scenario.usd_per_unit(scenario.reporting_currency)

    def money(value: Any) -> Term:
        amount, changes = _now(value, scenario)
        return Term(None) if amount is None else Term(amount.value * rate, repr(amount), changes)

    takes = sum(partner.takes(row.sku, row.category) for row in scenario.skus)
    yield "serves", Term(", ".join(desk.serves))
    yield "takes", Term(f"{takes}/{len(scenario.skus)}")
    yield "currency", Term(desk.currency)
    yield "rate", Term(rate, f"{desk.currency} 1 = {scenario.reporting_currency} {rate:.4f}")
    yield "valid_from", Term(None if partner.valid_from is None else partner.valid_from.isoformat())
    yield "valid_to", Term(None if partner.valid_to is None else partner.valid_to.isoformat())
    receiving = desk.receiving if desk.receiving_by_size is None else None
    fees = [amount for _, amount in amounts_in(desk.repaired)] if desk.repaired is not None else []
    yield "receiving", money(receiving)
    yield "repaired_low", money(min(fees, key=lambda a: a.value) if fees else None)
    yield "repaired_high", money(max(fees, key=lambda a: a.value) if fees else None)
    for name in ("no_fault", "beyond_repair", "disposal", "excluded", "onboarding"):
        yield name, money(getattr(desk, name))
    retainer, storage, parts = desk.retainer, desk.storage, desk.parts
    yield "extra_unit", money(retainer.extra_unit if retainer else None)
    yield "storage", money(storage.per_day if storage else None)
    yield "free_days", Term(storage.free_days if storage else None)
    yield "parts_mode", Term(parts.mode if parts else None)
    yield "parts_mean", money(parts.mean if parts else None)
    yield "markup_share", Term(parts.markup_share if parts and parts.mode != "consigned" else None)
    yield "retainer", money(retainer.per_month if retainer else None)
    yield "included_units", Term(None if retainer is None else float(_now(retainer.included_units, scenario)[0]))
    yield "minimum", money(desk.minimum_per_month)
    yield from _contract_terms(scenario, partner)
    yield from _service_terms(scenario, partner, desk)


def _contract_terms(scenario: Scenario, partner: Partner) -> Iterator[tuple[str, Term]]:
    tiers = partner.tiers
    yield "first_tier", Term(float(tiers.steps[0].from_units) if tiers else None)
    yield "best_discount", Term(float(_now(tiers.steps[-1].discount, scenario)[0]) if tiers else None)
    yield "tiers_kind", Term(tiers.kind if tiers else None)
    yield "term_months", Term(float(partner.term_months) or None)
    yield "notice_days", Term(float(partner.notice_days) or None)
    yield "payment_days", Term(float(partner.payment_days))
    moves = "indexation" not in {term for _, term, _ in term_findings(partner, scenario)}
    yield "indexation", Term("changes" if moves else None, changes=moves)
    yield "loss_liability", Term(None)
    yield "source", Term(partner.source or None)


def _service_terms(scenario: Scenario, partner: Partner, desk: Desk) -> Iterator[tuple[str, Term]]:
    sla, bench = desk.sla, desk.bench
    yield "yield_share", Term(partner.yield_share)
    yield "skill", Term(float(partner.skill))
    yield "bounce_share", Term(partner.bounce_share)
    yield "warranty_days", Term(partner.repair_warranty.days or None)
    yield "sla_days", Term(sla.days if sla else None, sla.day_kind if sla else "")
    yield "sla_share", Term(sla.share if sla else None)
    credit: str | None = None
    if sla is not None and sla.credit_per_unit is not None:
        credit = repr(_now(sla.credit_per_unit, scenario)[0])
    elif sla is not None and sla.credit_share:
        credit = f"{100 * sla.credit_share:g} %"
    yield "sla_credit", Term(credit)
    for name in ("units_per_day", "hours_per_month"):
        value, changes = _now(getattr(bench, name), scenario)
        yield name, Term(None if value is None else float(value), changes=changes)
    grows = len(bench.ramp.steps) > 1
    yield "ramp", Term("changes" if grows else None, changes=grows)
    yield "handling_days", Term(bench.handling_days.mean())


def _now(value: Any, scenario: Scenario) -> tuple[Any, bool]:
    """(what holds on the horizon's first day, whether it changes later)."""
    if isinstance(value, Dated):
        day = scenario.horizon.first_day
        held = [step for step in value.steps if step.from_ <= day] or list(value.steps[:1])
        return held[-1].value, any(step.from_ > day for step in value.steps)
    return value, False
