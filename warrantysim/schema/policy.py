"""A policy: per rule cell an ordered list of zones of claim value, each with its disposition."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from warrantysim.schema.amounts import Amount
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS, MONEY, NEW_UNIT, RETURNLESS, Disposition
from warrantysim.schema.errors import BadInput, Checked, Message, Problem, told, wrong
from warrantysim.schema.markets import Title
from warrantysim.schema.ranges import Age, Index, SomeAge
from warrantysim.schema.service import Evidence
from warrantysim.schema.strict import FreeText, Strict

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


CELL_KEYS = ("market", "channel", "category", "sku", "symptom", "evidence", "age_band")
"""What is known when a claim is routed, and so all that a rule may depend on."""
Basis = Literal["refund_due", "order_price"]
"""What the zones of a rule are read by."""


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
    age_band: Index | None = None
    """Age band, 0 for the youngest [index, 0-1000]."""

    def stated(self) -> dict[str, str | int]:
        """The keys that are stated, with their values."""
        return {k: v for k in CELL_KEYS if (v := getattr(self, k)) is not None}

    def __str__(self) -> str:
        return " ".join(str(v) for v in self.stated().values()) or "everything"


class Zone(Strict):
    """From a claim value on, one disposition."""

    from_: Amount = Field(alias="from")
    """Least value of the zone by what its rule reads; in the market's currency, or converted to it [amount]."""
    do: Disposition
    """What is done."""
    partner: str | None = None
    """Repair partner of repair_local, or way (air, sea) of return_china [id]."""


class Rule(Strict):
    """The zones of one cell at some ages of the order, in rising order of value."""

    cell: Cell = Cell()
    """Which claims."""
    by: Basis = "refund_due"
    """What zones are read by: the net refund due when the claim opens, or what an agent sees, the order price with its
    tax where prices carry it [refund_due|order_price]."""
    age_from_days: Age = 0.0
    """Youngest order the rule is for, counted from the first delivery [days, 0-36500]."""
    age_to_days: SomeAge | None = None
    """Age of the order at which it no longer applies; absent: never [days, 0.001-36500]."""
    zones: tuple[Zone, ...]
    """Zones in rising order; the first must begin at 0."""

    @model_validator(mode="after")
    def _ordered(self) -> Rule:
        if self.age_to_days is not None and self.age_to_days <= self.age_from_days:
            raise BadInput(
                "expected age_to_days above age_from_days ({age_from_days:g}), got {age_to_days:g}",
                age_from_days=self.age_from_days,
                age_to_days=self.age_to_days,
            )
        if not self.zones:
            raise BadInput("expected at least one zone")
        if self.zones[0].from_.value != 0:
            raise BadInput("expected the first zone to begin at 0, got {begin}", begin=self.zones[0].from_)
        if len({z.from_.currency for z in self.zones}) > 1:
            raise BadInput("expected one currency in all zones of a rule")
        values = [z.from_.value for z in self.zones]
        if any(a > b for a, b in zip(values, values[1:], strict=False)):
            raise BadInput("zones out of order: expected rising 'from' values, got {values}", values=values)
        for zone in self.zones:
            if zone.do == BY_PARTNER and zone.partner is None:
                raise BadInput("a {do} zone must name its partner", do=zone.do)
            if zone.do in RETURNLESS and zone.partner is not None:
                raise BadInput("a {do} zone takes no partner, got {partner!r}", do=zone.do, partner=zone.partner)
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

    The rule that states the most keys of a claim's cell applies; among equals the first in the list. Rules of one cell
    share out the ages of the order between them, without a gap.
    """

    name: str
    """Short name [text]."""
    title: Title | None = None
    """Name for people."""
    why: FreeText = ""
    """What the policy is for [text]."""
    rules: tuple[Rule, ...]
    """Rules; one of them must have an empty cell, so that every claim has a rule."""
    evidence: tuple[EvidenceRule, ...] = ()
    """Evidence asked for; none where no rule applies."""
    fallback: tuple[Disposition, ...] = (NEW_UNIT, MONEY)
    """What is done instead where a rule's disposition is not possible, in order; refund is always last."""
    effective: Literal["horizon"] | str = "horizon"
    """Day from which the rules bind new orders or claims: 'horizon' for always, or a date [date]."""

    @model_validator(mode="after")
    def _covers_everything(self) -> Policy:
        if not any(not rule.cell.stated() for rule in self.rules):
            raise BadInput("expected one rule with an empty cell, so that every claim has a rule")
        for rules in self.by_cell().values():
            _ages_follow(rules)
        return self

    def by_cell(self) -> dict[Cell, list[Rule]]:
        """Rules of each cell, youngest orders first; cells in the order of the list."""
        found: dict[Cell, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.cell, []).append(rule)
        return {cell: sorted(rules, key=lambda rule: rule.age_from_days) for cell, rules in found.items()}

    @cached_property
    def _by_values(self) -> dict[tuple[str, ...], dict[tuple[str | int, ...], tuple[int, list[Rule]]]]:
        """The rules of each cell by the keys it states and their values, with the cell's place in the list."""
        found: dict[tuple[str, ...], dict[tuple[str | int, ...], tuple[int, list[Rule]]]] = {}
        for place, (cell, rules) in enumerate(self.by_cell().items()):
            stated = cell.stated()
            found.setdefault(tuple(stated), {})[tuple(stated.values())] = place, rules
        return found

    def applied_to(self, known: Mapping[str, str | int]) -> list[Rule]:
        """The rules of the cell that states most of what is known and nothing else, youngest orders first; of several
        the first in the list."""
        fitting = []
        for keys, cells in self._by_values.items():
            if all(key in known for key in keys) and (here := cells.get(tuple(known[key] for key in keys))):
                fitting.append((-len(keys), *here))
        return min(fitting, key=lambda found: found[:2])[2]

    def partners(self) -> Iterator[tuple[Disposition, str]]:
        """Every partner or way the zones name."""
        for rule in self.rules:
            for zone in rule.zones:
                if zone.partner is not None:
                    yield zone.do, zone.partner


def _ages_follow(rules: list[Rule]) -> None:
    """The rules of one cell must hold for every age once: the first from 0, each from where the last ends."""
    cell, reached = rules[0].cell, 0.0
    for before, rule in zip([None, *rules], rules, strict=False):
        if before is not None and before.age_to_days is None:
            same = before.age_from_days == rule.age_from_days
            raise BadInput(
                "two rules for the same cell: {cell}" if same else "two rules for the same cell and ages: {cell}",
                cell=str(cell),
            )
        if rule.age_from_days != reached:
            raise BadInput(
                "expected the rules for {cell} to follow each other by age: one from {reached:g} days, got "
                "{age_from_days:g}",
                cell=str(cell),
                reached=reached,
                age_from_days=rule.age_from_days,
            )
        reached = math.inf if rule.age_to_days is None else rule.age_to_days
    if reached != math.inf:
        raise BadInput("expected a rule for {cell} from {reached:g} days on", cell=str(cell), reached=reached)


def policy_is_possible(s: Scenario) -> Checked:
    """Every zone of the policy can be followed by some claim of its cell."""
    if s.policy.effective != "horizon":
        try:
            dt.date.fromisoformat(s.policy.effective)
        except ValueError:
            yield wrong(
                "policy.effective",
                "expected 'horizon' or a date such as 2027-03-01, got {effective!r}",
                effective=s.policy.effective,
            )
    for i, rule in enumerate(s.policy.rules):
        for j, zone in enumerate(rule.zones):
            if why := _impossible(s, rule.cell, zone):
                yield Problem(f"policy.rules[{i}].zones[{j}]", why)
    if s.policy.fallback and (odd := [d for d in s.policy.fallback if d == BY_PARTNER]):
        yield wrong("policy.fallback", "a fallback names no partner, so it cannot be {odd}", odd=odd[0])


def _impossible(s: Scenario, cell: Cell, zone: Zone) -> Message | None:
    """Why a zone can never be followed by any claim of its cell; None where some claim can."""
    if zone.do == BY_WAY:
        markets = [cell.market] if cell.market else list(s.markets)
        if not any(zone.partner in {None, *s.markets[m].china} if s.markets[m].china else False for m in markets):
            way = told("way {name!r}", name=zone.partner) if zone.partner else told("way")
            if cell.market:
                return told("{market} has no {way} to China", market=cell.market, way=way)
            return told("no market has a {way} to China", way=way)
    if zone.do != BY_PARTNER or zone.partner is None:
        return None
    partner = s.partners[zone.partner]
    if cell.market and partner.desk_for(cell.market) is None:
        return told("partner {partner!r} has no desk that serves {market}", partner=zone.partner, market=cell.market)
    skus = [sku for sku in s.skus if cell.sku in {None, sku.sku} and cell.category in {None, sku.category}]
    if skus and not any(partner.takes(sku.sku, sku.category) for sku in skus):
        return told("partner {partner!r} takes none of the products of {cell}", partner=zone.partner, cell=str(cell))
    last = s.horizon.first_day + dt.timedelta(days=s.horizon.days - 1)
    if (partner.valid_from or dt.date.min) > last or (partner.valid_to or dt.date.max) < s.horizon.first_day:
        return told("the quote of {partner!r} does not hold on any day of the horizon", partner=zone.partner)
    return None
