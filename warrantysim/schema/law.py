"""What the law of a market demands: dated rows by age of the order, each with its article."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from warrantysim.schema.dated import BEGINNING, DatedRow
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS
from warrantysim.schema.errors import BadInput, Checked, Problem, suggestion, told, wrong
from warrantysim.schema.ranges import Age, Days, Index, Share, SomeAge, SomeDays
from warrantysim.schema.row_keys import row_path

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


class LegalFloorRow(DatedRow):
    """What the law of a market demands for units of a range of ages: a floor under every remedy, money included.

    Of the rows that cover a claim the one that began last holds, by day of the claim (``from``) and, where the law
    says so, by day of sale (``sold_from``); a row of a region goes before those of the whole market.
    """

    key_fields = ("market", "age_from_days")
    also_key = ("region", "sold_from")
    market: str
    """Market [id]."""
    region: str = ""
    """State or other part of the market with a law of its own; empty for the whole market [text]."""
    share: float = Field(default=1.0, gt=0, le=1)
    """Part of the market's sales made in that region [share, 0-1]."""
    age_from_days: Age
    """From this age of the order on [days, 0-36500]."""
    age_to_days: SomeAge
    """Up to this age, exclusive [days, 0.001-36500]."""
    categories: str = ""
    """Product categories the row is about, joined by |; empty for all [text]."""
    allowed: str
    """Dispositions the law accepts first, joined by |; money that is not among them needs the customer's consent, or a
    remedy that failed or is impossible [dispositions]."""
    chooser: Literal["seller", "customer"]
    """Who chooses among them [seller|customer]."""
    deduction: Literal["none", "use", "terms"] = "none"
    """What a refund may be less than the price by: nothing; the use made of it (age over ``use_life_days``); whatever
    the seller's terms say, down to ``min_refund_share`` [none|use|terms]."""
    use_life_days: SomeAge | None = None
    """Life over which use is deducted, in equal parts [days, 0.001-36500]."""
    min_refund_share: Share = 0.0
    """Least refund as a share of the price paid, where a deduction is allowed [share, 0-1]."""
    max_days: SomeDays | None = None
    """Longest time to make the customer whole; above it a replacement leaves at once [days, 0.001-3650]."""
    max_repairs: Index | None = None
    """Repair attempts before money becomes possible and no further repair may be imposed [count, 0-1000]."""
    refurbished: Literal["yes", "no", "consent"]
    """Whether a repaired unit may serve as replacement; consent: at the customer's request [yes|no|consent]."""
    inform_days: Days = 0.0
    """Time it takes to tell the customer of the choice before any remedy; 0 where that is not due [days, 0-3650]."""
    repair_extends_days: Days = 0.0
    """Days by which a repair prolongs the seller's liability, once in a unit's life [days, 0-3650]."""
    sold_from: dt.date = BEGINNING
    """Binds units sold from this day on; empty means all [date]."""
    article: str = Field(min_length=1)
    """Where the law says so [text]."""

    @field_validator("refurbished", mode="before")
    @classmethod
    def _yes_and_no(cls, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _use_has_a_life(self) -> LegalFloorRow:
        if (self.deduction == "use") != (self.use_life_days is not None):
            raise BadInput("expected use_life_days with deduction 'use', and with no other")
        return self

    @property
    def dispositions(self) -> frozenset[str]:
        """The dispositions allowed."""
        return frozenset(part.strip() for part in self.allowed.split("|") if part.strip())

    @property
    def about(self) -> frozenset[str]:
        """The categories it is about; none for all."""
        return frozenset(part.strip() for part in self.categories.split("|") if part.strip())

    @property
    def demands(self) -> bool:
        """Whether it asks anything of the seller."""
        return (
            not self.dispositions >= frozenset(DISPOSITIONS)
            or self.chooser == "customer"
            or self.deduction != "terms"
            or self.min_refund_share > 0
            or self.max_days is not None
            or self.max_repairs is not None
            or self.refurbished != "yes"
            or self.inform_days > 0
            or self.repair_extends_days > 0
        )


def law_leaves_a_way(s: Scenario) -> Checked:
    """The law of each market allows something that is possible there; its rows do not contradict each other."""
    for row in s.legal_floors:
        path = row_path("legal_floors", row, "allowed")
        if strange := sorted(row.dispositions - set(DISPOSITIONS)):
            hint = suggestion(strange[0], DISPOSITIONS)
            yield Problem(path, told("unknown disposition {strange!r}", strange=strange[0]) + hint)
        elif not any(_possible(s, row.market, disposition) for disposition in row.dispositions):
            ways = " or ".join(d for d in DISPOSITIONS if _possible(s, row.market, d))
            yield wrong(
                path,
                "allows nothing that is possible in {market}, got {allowed!r}; expected {ways} among it",
                market=row.market,
                allowed=row.allowed,
                ways=ways,
            )
        if row.age_to_days <= row.age_from_days:
            yield wrong(
                row_path("legal_floors", row, "age_to_days"),
                "expected an age above age_from_days {age_from_days:g}, got {age_to_days:g}",
                age_from_days=row.age_from_days,
                age_to_days=row.age_to_days,
            )
    yield from _ages_apart(s.legal_floors)


def _possible(s: Scenario, market: str, disposition: str) -> bool:
    if disposition == BY_PARTNER:
        return any(partner.desk_for(market) for partner in s.partners.values())
    return bool(s.markets[market].china) if disposition == BY_WAY else True


def _ages_apart(rows: Iterable[LegalFloorRow]) -> Checked:
    """Floors that begin together and are about the same goods do not overlap in age."""
    groups: dict[tuple[str, str, str, dt.date, dt.date], list[LegalFloorRow]] = {}
    for row in rows:
        groups.setdefault((row.market, row.region, row.categories, row.from_, row.sold_from), []).append(row)
    for group in groups.values():
        for one, two in pairwise(sorted(group, key=lambda row: row.age_from_days)):
            if two.age_from_days < one.age_to_days:
                yield wrong(
                    row_path("legal_floors", two),
                    "overlaps the floor for ages {age_from_days:g} to {age_to_days:g}",
                    age_from_days=one.age_from_days,
                    age_to_days=one.age_to_days,
                )
