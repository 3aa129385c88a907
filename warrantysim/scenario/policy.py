"""A policy: per rule cell an ordered list of zones of claim value, each with its disposition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from warrantysim.scenario.amounts import Amount
from warrantysim.scenario.markets import DISPOSITIONS, Disposition, Title
from warrantysim.scenario.service import Evidence
from warrantysim.scenario.strict import Strict

CELL_KEYS = ("market", "channel", "category", "sku", "symptom", "evidence", "age_band")
"""What is known when a claim is routed, and so all that a rule may depend on."""


class Cell(Strict):
    """Which claims a rule is for; an absent key means any."""

    market: str | None = None
    """Market [id]."""
    channel: str | None = None
    """Sales channel [id]."""
    category: str | None = None
    """Product category [text]."""
    sku: str | None = None
    """SKU [id]."""
    symptom: str | None = None
    """Reported symptom [text]."""
    evidence: Evidence | None = None
    """Evidence level kept [none|photo|video]."""
    age_band: int | None = Field(default=None, ge=0)
    """Age band, 0 for the youngest [index, >= 0]."""

    def stated(self) -> dict[str, str | int]:
        """The keys that are stated, with their values."""
        return {k: v for k in CELL_KEYS if (v := getattr(self, k)) is not None}

    def __str__(self) -> str:
        return " ".join(str(v) for v in self.stated().values()) or "everything"


class Zone(Strict):
    """From a claim value on, one disposition."""

    from_: Amount = Field(alias="from")
    """Least claim value (net refund due) of the zone; in the market's currency, or converted to it [amount]."""
    do: Disposition
    """What is done."""
    partner: str | None = None
    """Repair partner of repair_local, or way (air, sea) of return_china [id]."""


class Rule(Strict):
    """The zones of one cell, in rising order of value."""

    cell: Cell = Cell()
    """Which claims."""
    zones: tuple[Zone, ...]
    """Zones in rising order; the first must begin at 0."""

    @model_validator(mode="after")
    def _ordered(self) -> Rule:
        if not self.zones:
            raise ValueError("expected at least one zone")
        if self.zones[0].from_.value != 0:
            raise ValueError(f"expected the first zone to begin at 0, got {self.zones[0].from_}")
        if len({z.from_.currency for z in self.zones}) > 1:
            raise ValueError("expected one currency in all zones of a rule")
        values = [z.from_.value for z in self.zones]
        if any(a > b for a, b in zip(values, values[1:], strict=False)):
            raise ValueError(f"zones out of order: expected rising 'from' values, got {values}")
        for zone in self.zones:
            if zone.do == "repair_local" and zone.partner is None:
                raise ValueError("a repair_local zone must name its partner")
            if zone.do in {"refund", "reship"} and zone.partner is not None:
                raise ValueError(f"a {zone.do} zone takes no partner, got {zone.partner!r}")
        return self

    @property
    def canonical(self) -> bool:
        """Whether dispositions follow the canonical order."""
        ranks = [DISPOSITIONS.index(z.do) for z in self.zones]
        return ranks == sorted(ranks)


class EvidenceRule(Strict):
    """From which claim value on evidence is asked for."""

    from_: Amount = Field(alias="from")
    """Least claim value [amount]."""
    level: Evidence
    """Evidence asked for [none|photo|video]."""
    market: str | None = None
    """Only in this market; any where absent [id]."""


class Policy(Strict):
    """The seller's choice: rules by cell, and what evidence is asked for.

    The rule that states the most keys of a claim's cell applies; among equals the first in the list.
    """

    name: str
    """Short name [text]."""
    title: Title | None = None
    """Name for people."""
    why: str = ""
    """What the policy is for [text]."""
    rules: tuple[Rule, ...]
    """Rules; one of them must have an empty cell, so that every claim has a rule."""
    evidence: tuple[EvidenceRule, ...] = ()
    """Evidence asked for; none where no rule applies."""
    fallback: tuple[Disposition, ...] = ("reship", "refund")
    """What is done instead where a rule's disposition is not possible, in order; refund is always last."""
    effective: Literal["horizon"] | str = "horizon"
    """Day from which the rules bind new orders or claims: 'horizon' for always, or a date [date]."""

    @model_validator(mode="after")
    def _covers_everything(self) -> Policy:
        if not any(not rule.cell.stated() for rule in self.rules):
            raise ValueError("expected one rule with an empty cell, so that every claim has a rule")
        seen: set[tuple[tuple[str, object], ...]] = set()
        for rule in self.rules:
            key = tuple(sorted(rule.cell.stated().items()))
            if key in seen:
                raise ValueError(f"two rules for the same cell: {rule.cell}")
            seen.add(key)
        return self

    def partners(self) -> Iterator[tuple[Disposition, str]]:
        """Every partner or way the zones name."""
        for rule in self.rules:
            for zone in rule.zones:
                if zone.partner is not None:
                    yield zone.do, zone.partner
