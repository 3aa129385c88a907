"""Repair partners: quotes as contracts, from a desk's price list to volume tiers, term and service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from warrantysim.schema.desk_terms import DatedShare, Desk
from warrantysim.schema.errors import BadInput, Message, Problem, suggestion, told, wrong
from warrantysim.schema.markets import Title
from warrantysim.schema.ranges import Days, Level, Months, Share, SomeDays, SomeUnits, WholeDays
from warrantysim.schema.strict import FreeText, Mark, Strict

Outcome = Literal["repaired", "no_fault", "beyond_repair", "excluded", "tested"]
"""How a unit leaves a desk: repaired, nothing found, beyond repair (or not repaired), excluded, only tested."""
OUTCOMES: tuple[str, ...] = get_args(Outcome)
"""The outcomes; columns hold the index into this tuple."""


class Tier(Strict):
    """A discount that holds from a number of units on."""

    from_units: SomeUnits
    """Number of the first counted unit of the period that earns it [units, 1-1000000]."""
    discount: DatedShare
    """Discount on repair fees [share, 0-1]."""


class Tiers(Strict):
    """Volume discount on repair fees.

    All-units: the tier reached applies to every unit of the period. Incremental: each unit earns the discount of the
    tier it falls in. A discount applies to the period's mean repair fee, so the order of units within it is of no
    account: with n units and fees F, an incremental discount is F / n times the sum of the units' discount shares.
    """

    kind: Literal["all_units", "incremental"]
    """How a tier applies [all_units|incremental]."""
    basis: Literal["month", "year", "dispatch"] = "month"
    """Over which units the count runs: a month, a contract year from the horizon's start, or an inbound dispatch
    [month|year|dispatch]."""
    steps: tuple[Tier, ...]
    """Tiers in rising order of units, with discounts that never fall."""

    @model_validator(mode="after")
    def _rising(self) -> Tiers:
        units = [step.from_units for step in self.steps]
        if not units:
            raise BadInput("expected at least one tier")
        if any(a >= b for a, b in pairwise(units)):
            raise BadInput("expected tiers in rising order of from_units, got {units}", units=units)
        days = sorted({change.from_ for step in self.steps for change in step.discount.steps})
        for day in days:
            shares = [
                max((c for c in step.discount.steps if c.from_ <= day), key=lambda c: c.from_, default=None)
                for step in self.steps
            ]
            known = [s.value for s in shares if s is not None]
            if any(a > b for a, b in pairwise(known)):
                raise BadInput("expected discounts that never fall from tier to tier, got {known}", known=known)
        return self


class RepairWarranty(Strict):
    """What the partner redoes free of charge."""

    days: Days
    """Days after a repair in which the same fault is redone [days, 0-3650]."""
    covers: Literal["labour", "labour_and_parts"] = "labour_and_parts"
    """What is free then [labour|labour_and_parts]."""


class Partner(Strict):
    """One quote: who repairs, for which markets and products, on what terms."""

    title: Title
    """Name of the partner."""
    source: FreeText = ""
    """Where the quote's figures come from: a source code, an address or a reason [text]."""
    mark: Mark = "A"
    """S sourced, D derived, A assumed, M measured in the seller's own books [S|D|A|M]."""
    home: str
    """Where the partner works [text]."""
    desks: Mapping[str, Desk]
    """Desks by id, each with its own price list; the first one signed bills what is due once a contract."""
    retainer_scope: Literal["desk", "contract"] = "desk"
    """Whether onboarding, retainer, included units and tiers are one per desk or pooled [desk|contract].

    Pooled, the count runs over the units of all signed desks; onboarding and retainer are billed once, by the first of
    them; units beyond the included ones are shared out to the desks by their counts, each at its own price."""
    test_only: bool = False
    """Tests and grades, repairs nothing [true|false]."""
    skus: tuple[str, ...] = ()
    """SKUs taken; with ``categories`` empty too, every SKU [sku ids]."""
    categories: tuple[str, ...] = ()
    """Categories taken [text]."""
    skill: Level = 2
    """Highest repair level [level, 1-4]."""
    yield_share: Share
    """Repairable units within the skill that get repaired [share, 0-1]."""
    bounce_share: Share = 0.0
    """Repaired units that fail again within ``bounce_days`` [share, 0-1]."""
    bounce_days: SomeDays = 60.0
    """Window of a bounce [days, 0.001-3650]."""
    repair_warranty: RepairWarranty = RepairWarranty(days=0.0)
    """What is redone free of charge."""
    counts: tuple[Outcome, ...] = ("repaired",)
    """Outcomes that count towards tiers and included units; units redone free of charge never do [outcomes]."""
    tiers: Tiers | None = None
    """Volume discount; absent means none."""
    valid_from: dt.date | None = None
    """First day of service; absent means always [date]."""
    valid_to: dt.date | None = None
    """Last day of service; absent means without end [date]."""
    onboarded: bool = False
    """Onboarding is already paid [true|false]."""
    term_months: Months = 0
    """Shortest term: the retainer and the minimum run at least this long; informative: the study of quotes tells what
    leaving costs, in a run a contract goes on [months, 0-120]."""
    notice_days: WholeDays = 0
    """Notice before the contract ends; informative: the study of quotes tells what leaving costs, in a run a contract
    goes on [days, 0-3650]."""
    payment_days: WholeDays = 30
    """From the end of the month billed to payment [days, 0-3650]."""
    retainer_in_advance: bool = False
    """The retainer is paid on the first day of its month [true|false]."""
    unknown: tuple[str, ...] = Field(default=(), exclude_if=lambda paths: not paths)
    """Terms the quote leaves open, whose values here are only what is usual for the market; informative: the study of
    quotes tells the range [paths below the partner]."""

    @model_validator(mode="after")
    def _coherent(self) -> Partner:
        for problem in _conflicts(self):
            raise BadInput(problem)
        return self

    def desk_for(self, market: str) -> str | None:
        """Id of the desk that serves a market, or None."""
        return next((name for name, desk in self.desks.items() if market in desk.serves), None)

    def takes(self, sku: str, category: str) -> bool:
        """Whether the partner takes a SKU."""
        return not (self.skus or self.categories) or sku in self.skus or category in self.categories

    def open_on(self, day: dt.date) -> bool:
        """Whether a day lies within the quote's dates."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


Partners = Mapping[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")], Partner]
"""Partners by id."""


def _conflicts(partner: Partner) -> Iterator[Message]:
    """What in a quote cannot be true together, in words."""
    if not partner.desks:
        yield told("expected at least one desk")
    served = [market for desk in partner.desks.values() for market in desk.serves]
    if twice := sorted({m for m in served if served.count(m) > 1}):
        yield told("two desks serve {markets}", markets=", ".join(twice))
    if partner.valid_from and partner.valid_to and partner.valid_from > partner.valid_to:
        yield told("valid_to {to} lies before valid_from {begin}", to=partner.valid_to, begin=partner.valid_from)
    retained = {desk.retainer is not None for desk in partner.desks.values()}
    if partner.retainer_scope == "contract" and len(retained) > 1:
        yield told("a pooled contract needs a retainer at every desk or at none")
    if True in retained and partner.tiers is not None and partner.tiers.basis != "month":
        yield told("tiers beside a retainer need the basis month, the period of its included units")
    for name, desk in partner.desks.items():
        for problem in _test_only_conflicts(desk) if partner.test_only else _repair_conflicts(partner, desk):
            yield told("desks.{desk}: {problem}", desk=name, problem=problem)


def _test_only_conflicts(desk: Desk) -> Iterator[Message]:
    if desk.repaired is not None or desk.retainer is not None:
        yield told("a test-only partner has no repair fee and no retainer")
    if desk.tested is None and desk.tested_by_size is None:
        yield told("a test-only partner needs the fee 'tested'")


def _repair_conflicts(partner: Partner, desk: Desk) -> Iterator[Message]:
    if desk.parts is None:
        yield told("expected 'parts'")
    if desk.repaired is None:
        if desk.retainer is None:
            yield told("expected a repair fee ('repaired') or a retainer")
        return
    if desk.repaired.by_sku and not partner.skus:
        yield told("repair prices by SKU need the SKUs taken in 'skus'")
    if desk.repaired.by_sku and (missing := sorted(set(partner.skus) - set(desk.repaired.by_sku))):
        yield told("no repair price for {skus}", skus=", ".join(missing))
    levels = range(1, partner.skill + 1) if desk.repaired.by_level else ()
    if absent := [str(level) for level in levels if level not in desk.repaired.by_level]:
        yield told("no repair price for level {levels}, within the skill", levels=", ".join(absent))


def unknown_references(
    partners: Mapping[str, Partner],
    *,
    skus: Collection[str],
    categories: Collection[str],
    markets: Collection[str],
    calendars: Collection[str],
    currencies: Collection[str],
) -> list[Problem]:
    """Names in quotes that the scenario does not know, each with the nearest there is; nothing where all is well."""
    found: list[Problem] = []

    def check(path: str, kind: Message, names: Collection[str], known: Collection[str]) -> None:
        found.extend(
            Problem(path, told("unknown {kind} {name!r}", kind=kind, name=name) + suggestion(name, known))
            for name in names
            if name not in known
        )

    for name, partner in partners.items():
        path = f"partners.{name}"
        check(f"{path}.skus", told("SKU"), partner.skus, skus)
        check(f"{path}.categories", told("category"), partner.categories, categories)
        for desk_name, desk in partner.desks.items():
            at = f"{path}.desks.{desk_name}"
            if desk.currency not in currencies:
                message = told("no exchange rate for currency {name!r}", name=desk.currency)
                message += told("the scenario has {names}", names=", ".join(sorted(currencies)))
                found.append(Problem(f"{at}.currency", message))
            check(f"{at}.serves", told("market"), desk.serves, markets)
            check(f"{at}.bench.calendar", told("calendar"), (desk.bench.calendar,), calendars)
            if desk.repaired is not None:
                check(f"{at}.repaired.by_sku", told("SKU"), tuple(desk.repaired.by_sku), skus)
            if desk.bench.overflow is not None:
                check(f"{at}.bench.overflow", told("partner"), (desk.bench.overflow,), partners)
                if desk.bench.overflow == name:
                    found.append(wrong(f"{at}.bench.overflow", "a desk cannot overflow to itself"))
    return found
