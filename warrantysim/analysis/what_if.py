"""What-ifs in business words: what changes, by how much, of what, where, from when to when.

    freight +40% in US,DE from 2027-06-01        sales -50% of VAC-L10        tariff 25% in US from 2027-04-01
    partner out of flatfix-us from 2027-08-01    warranty 24 months in JP     fees +10% of tierwerk-de

A change in words is made into the rows and dated values it means; several are joined by ``;``. Rows that hold before
the first day and after the last are left as they are, and what already changes in between changes from where it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from warrantysim.files.months_of_warranty import MonthsOfWarranty
from warrantysim.files.seller_products import days_of
from warrantysim.locale.wording import LANGUAGES, Lang, say, titled
from warrantysim.schema.amounts import Amount
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dated import BEGINNING, Dated, DatedRow
from warrantysim.schema.desk_terms import Desk
from warrantysim.schema.errors import BadInput, Message, first_message, nearest, suggestion, told
from warrantysim.schema.markets import Title
from warrantysim.schema.plain_text import id_of
from warrantysim.schema.ranges import LONGEST_DAYS
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import first_day
from warrantysim.schema.strict import Strict

Way = Literal["percent", "share", "months", "out"]
_CHANGE = re.compile(
    r"(?P<subject>[a-z]+)\s+(?P<amount>out|[+-]?\d{1,16}(?:\.\d+)?\s*(?:%|months?))(?P<rest>.*)", re.I | re.S
)
_CLAUSE = re.compile(r"\b(of|in|from|until)\s+", re.I)


@dataclass(frozen=True)
class WhatIfSubject:
    """Something business people change in one word."""

    way: Way
    """percent: more or less than before; share and months: set; out: gone."""
    usual: float
    """What a form offers first [percent, months]."""
    of: str = ""
    """What it may be narrowed to besides markets: skus, partners, currencies."""
    markets: bool = True
    """Whether it may be narrowed to markets."""
    gone: bool = True
    """Whether all of it may be gone, at -100 percent."""


SUBJECTS = {
    "freight": WhatIfSubject("percent", 40),
    "labels": WhatIfSubject("percent", 10),
    "sales": WhatIfSubject("percent", -50, "skus"),
    "failures": WhatIfSubject("percent", 20, "skus", gone=False),
    "prices": WhatIfSubject("percent", -10, "skus", gone=False),
    "costs": WhatIfSubject("percent", 10, "skus"),
    "warranty": WhatIfSubject("months", 24, "skus"),
    "tariff": WhatIfSubject("share", 25),
    "exchange": WhatIfSubject("percent", 10, "currencies", markets=False, gone=False),
    "fees": WhatIfSubject("percent", 10, "partners", markets=False),
    "partner": WhatIfSubject("out", 0, "partners", markets=False),
}
"""What can be changed in words."""
BY_SALE = ("sales", "failures", "prices", "costs", "warranty")
"""Subjects that hold by the day of sale: units sold before the horizon claim in it."""
LAGS_DAYS = 366
"""From the sale to a claim beyond its warranty, at most: delivery, report, and what repairs prolong [days]."""


@dataclass(frozen=True)
class WorldChange:
    """One change in words."""

    subject: str
    """One of `SUBJECTS`."""
    amount: float = 0.0
    """Percent more or less, percent of value, or months."""
    of: tuple[str, ...] = ()
    """Products, partners or currencies; all where empty."""
    markets: tuple[str, ...] = ()
    """Markets; all where empty."""
    begins: dt.date | None = None
    """First day; from the beginning where None."""
    ends: dt.date | None = None
    """Last day; for good where None."""

    def text(self) -> str:
        """As `parse_change` reads it."""
        way = SUBJECTS[self.subject].way
        plain = _plain(self.amount)
        amount = {"percent": f"{_signed(self.amount)}%", "share": f"{plain}%", "months": f"{plain} months"}
        words = [self.subject, amount.get(way, "out")]
        for word, names in (("of", self.of), ("in", self.markets)):
            words += [word, ",".join(names)] if names else []
        for word, day in (("from", self.begins), ("until", self.ends)):
            words += [word, day.isoformat()] if day else []
        return " ".join(words)

    def title(self, lang: Lang, scenario: Scenario) -> str:
        """As people say it."""
        way = SUBJECTS[self.subject].way
        amount = _signed(self.amount) if way == "percent" else _plain(self.amount)
        told = [say(f"change.{self.subject}", lang, amount=amount)]
        if self.of:
            titles = {name: titled(one.title, name, lang) for name, one in scenario.partners.items()}
            told.append(say("change.of", lang, names=say("change.and", lang).join(titles.get(n, n) for n in self.of)))
        if self.markets:
            names = [titled(scenario.markets[m].title, m, lang) for m in self.markets if m in scenario.markets]
            told.append(say("change.in", lang, names=say("change.and", lang).join(names)))
        told += [say("change.from", lang, day=self.begins)] if self.begins else []
        told += [say("change.until", lang, day=self.ends)] if self.ends else []
        return "".join(told)


def _plain(amount: float) -> str:
    """A figure with all its digits, and no zeros behind them."""
    said = f"{Decimal(repr(amount)):f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def _signed(amount: float) -> str:
    return _plain(amount) if amount < 0 else f"+{_plain(abs(amount))}"


def parse_change(text: str) -> WorldChange:
    """A change as somebody writes it on the command line.

    Raises
    ------
    BadInput
        If it cannot be read; with what was expected.
    """
    found = _CHANGE.fullmatch(text.strip())
    subject = (found["subject"] if found else text.split()[0] if text.split() else "").lower()
    if subject not in SUBJECTS:
        if nearest(subject, SUBJECTS) is None:
            listed = ", ".join(SUBJECTS)
            raise BadInput("unknown subject {name!r}; a what-if is about {names}", name=subject, names=listed)
        raise BadInput(told("unknown subject {name!r}", name=subject) + suggestion(subject, SUBJECTS))
    way = SUBJECTS[subject].way
    stated = "".join(found["amount"].split()).lower() if found else ""
    fits = {
        "percent": stated.endswith("%") and stated[0] in "+-",
        "share": stated.endswith("%") and stated[0] not in "+-",
        "months": "month" in stated and stated[0] not in "+-",
        "out": stated == "out",
    }
    if found is None or not fits[way]:
        example = WorldChange(subject, SUBJECTS[subject].usual).text()
        raise BadInput("expected a what-if such as {example!r}, got {text!r}", example=example, text=text.strip())
    head, *parts = _CLAUSE.split(found["rest"])
    clauses = dict(zip((part.lower() for part in parts[::2]), parts[1::2], strict=True))
    if head.strip(" ,") or len(clauses) < len(parts) // 2:
        raise BadInput("expected of, in, from and until, each once, after {stated!r}, got {text!r}",
                       stated=f"{subject} {stated}", text=text.strip())  # fmt: skip
    names = {word: tuple(n.strip() for n in clauses.get(word, "").split(",") if n.strip()) for word in ("of", "in")}
    days = {word: _day(clauses[word].strip(" ,")) if word in clauses else None for word in ("from", "until")}
    number = re.match(r"[+-]?\d+(?:\.\d+)?", stated)
    amount = float(number[0]) if number else 0.0
    return WorldChange(subject, amount, names["of"], names["in"], days["from"], days["until"])


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput("expected a day such as 2027-06-01, got {text!r}", text=text) from None


def parse_changes(text: str) -> tuple[WorldChange, ...]:
    """Changes joined by ``;``."""
    return tuple(parse_change(part) for part in text.split(";") if part.strip())


def changed_scenario(scenario: Scenario, changes: Sequence[WorldChange]) -> Scenario:
    """The scenario under changes in words, called by them in every language.

    Raises
    ------
    BadInput
        For names the scenario does not have, a last day before the first, and what the schema does not allow.
    """
    if not changes:
        raise BadInput("expected at least one change")
    out = scenario
    for change in changes:
        _check(change, out)
        try:
            out = out.replace(**dict(_fields(change, out)))
        except ValueError as error:
            raise WrongChange(change, "", first_message(error)) from None
    titles = {lang: "; ".join(change.title(lang, scenario) for change in changes) for lang in LANGUAGES}
    said = "; ".join(change.text() for change in changes)
    name = id_of(said.replace(" +", " plus ").replace(" -", " minus "))
    return out.replace(name=name, title=Title(**titles), why=said)


def narrowing_names(subject: str, scenario: Scenario) -> tuple[str, ...]:
    """What a subject may be narrowed to besides markets, in a scenario."""
    known: dict[str, Collection[str]] = {
        "skus": scenario.sku_ids,
        "partners": [name for name in scenario.partner_ids if not scenario.partners[name].test_only],
        "currencies": dict.fromkeys(row.currency for row in scenario.fx),
    }
    return tuple(known.get(SUBJECTS[subject].of, ()))


class WrongChange(BadInput):
    """A change that cannot be made as it is stated."""

    def __init__(self, change: WorldChange, field: str, why: Message) -> None:
        self.change = change
        """The change."""
        self.field = field
        """What of it is wrong: amount, of, markets, begins or ends; empty where it is no one part [text]."""
        self.why = why
        super().__init__("{change}: {why}", change=change.text(), why=why)


def _check(change: WorldChange, scenario: Scenario) -> None:
    about = SUBJECTS[change.subject]
    _check_amount(change)
    known = narrowing_names(change.subject, scenario)
    if about.of == "partners" and not known:
        raise WrongChange(change, "of", told("the scenario has no repair partner"))
    if change.of and not about.of:
        there = [name for name in change.of if name in scenario.market_ids] or scenario.market_ids[:1]
        listed = ",".join(there)
        why = told("{subject} is narrowed to markets, with in: in {names}", subject=change.subject, names=listed)
        raise WrongChange(change, "of", why)
    for field, names, there in (("of", change.of, known), ("markets", change.markets, scenario.market_ids)):
        if strange := [name for name in names if name not in there]:
            why = told("unknown {name!r}", name=strange[0])
            raise WrongChange(change, field, why + _where_it_goes(strange[0], field, change, scenario))
    if change.markets and not about.markets:
        raise WrongChange(change, "markets", told("it has no market"))
    if about.of == "partners" and not change.of:
        raise WrongChange(change, "of", told("say which partner: of {names}", names=", ".join(known)))
    _check_days(change, scenario)


def _where_it_goes(name: str, field: str, change: WorldChange, scenario: Scenario) -> Message:
    """What helps where a name is none that may follow ``of`` or ``in``: the clause it belongs to, else what follows."""
    known = narrowing_names(change.subject, scenario)
    if field == "of" and SUBJECTS[change.subject].markets and name in scenario.market_ids:
        return told("a market goes after in: in {name}", name=name)
    if field == "markets" and name in known:
        return told("it goes after of: of {name}", name=name)
    word, there = ("of", known) if field == "of" else ("in", scenario.market_ids)
    return suggestion(name, there) or told("{word} takes names such as {names}", word=word, names=", ".join(there[:3]))


def _check_amount(change: WorldChange) -> None:
    about = SUBJECTS[change.subject]
    if about.way != "percent":
        if change.amount < 0:
            raise WrongChange(change, "amount", told("expected at least 0"))
        return
    if not about.gone and change.amount <= -100:
        raise WrongChange(change, "amount", told("expected more than -100 %"))
    if change.amount < -100:
        raise WrongChange(change, "amount", told("expected at least -100 %"))
    if change.amount == 0:
        raise WrongChange(change, "amount", told("0 % changes nothing"))


def _check_days(change: WorldChange, scenario: Scenario) -> None:
    if change.begins and change.ends and change.ends < change.begins:
        raise WrongChange(change, "ends", told("the last day lies before the first"))
    if change.subject == "partner" and change.ends:
        raise WrongChange(change, "ends", told("a partner who is out stays out: leave out the last day"))
    first, after = _days_that_matter(change, scenario)
    late = bool(change.begins and change.begins >= after)
    if late or (change.ends and change.ends < first):
        days = {"first": first, "last": after - dt.timedelta(days=1)}
        why = told("it changes nothing: the horizon, with run-in and run-out, is {first} to {last}", **days)
        if change.subject in BY_SALE:
            why = told("it changes nothing: what is sold from {first} to {last} may claim in the horizon", **days)
        raise WrongChange(change, "begins" if late else "ends", why)


def _days_that_matter(change: WorldChange, scenario: Scenario) -> tuple[dt.date, dt.date]:
    """First day on which a change may matter, and the day after the last."""
    horizon = scenario.horizon
    if change.subject not in BY_SALE:
        return horizon.begins, horizon.ends
    longest = max((row.warranty_days for row in scenario.sku_markets), default=0.0)
    if change.subject == "warranty":
        longest = max(longest, days_of(change.amount, "months"))
    prolonged = [row.repair_extends_days for row in scenario.legal_floors]
    prolonged += [market.extension_days for market in scenario.markets.values()]
    back = min(longest + max(prolonged, default=0.0), 2.0 * LONGEST_DAYS) + LAGS_DAYS
    return horizon.begins - dt.timedelta(days=back), horizon.ends


def _fields(change: WorldChange, scenario: Scenario) -> Iterator[tuple[str, Any]]:
    """Fields of the scenario with their new content."""
    factor = 1 + change.amount / 100
    of, markets = change.of, change.markets

    def here(row: Any) -> bool:
        return (not markets or row.market in markets) and (not of or row.sku in of)

    def times(*names: str) -> Callable[[Any], Any]:
        return lambda row: row.replace(
            **{name: _times(old, factor) for name in names if (old := getattr(row, name)) is not None}
        )

    match change.subject:
        case "freight":
            lanes = {row.lane for row in scenario.freight_lanes if not markets or row.market in markets}
            for table, names in (("freight_lanes", ("minimum", "fixed")), ("freight_breaks", ("rate",))):
                yield table, _rows(scenario, table, change, lambda row: row.lane in lanes, times(*names))
        case "labels":
            cards = {row.card for row in scenario.rate_cards if not markets or row.market in markets}
            picked = times("price", "step_price")
            yield "label_rates", _rows(scenario, "label_rates", change, lambda row: row.card in cards, picked)
        case "sales":
            yield "sales", _rows(scenario, "sales", change, here, times("units_per_month"))
        case "prices" | "costs":
            name = {"prices": "list_price", "costs": "landed_cost"}[change.subject]
            yield "sku_markets", _rows(scenario, "sku_markets", change, here, times(name))
        case "warranty":
            term = MonthsOfWarranty(scenario, change.amount)
            split = scenario.replace(sku_markets=tuple(term.split(scenario.sku_markets)))
            yield "sku_markets", tuple(term.joined(_rows(split, "sku_markets", change, here, term.changed)))
        case "failures":
            # Weibull hazards grow by the factor where the characteristic life shrinks by its root.
            yield "sku_markets", _rows(scenario, "sku_markets", change, here, lambda row: row.replace(
                early_share=min(1.0, row.early_share * factor),
                life_eta_days=row.life_eta_days * factor ** (-1 / row.life_beta),
            ))  # fmt: skip
        case "tariff":
            yield "tariffs", _tariffs(scenario, change)
        case "exchange":
            mine = lambda row: not of or row.currency in of  # noqa: E731
            yield "fx", _rows(scenario, "fx", change, mine, times("usd_per_unit"))
        case _:
            touched = _out if change.subject == "partner" else _dearer
            partners = scenario.partners.items()
            yield "partners", {name: touched(one, change, scenario) if name in of else one for name, one in partners}


def _times(value: float, factor: float) -> float:
    """The figure a person would write: 58 times 1.4 is 81.2."""
    return float(f"{value * factor:.15g}")


def _rows(
    scenario: Scenario, table: str, change: WorldChange, mine: Callable[[Any], bool], changed: Callable[[Any], Any]
) -> tuple[Any, ...]:
    """A dated table with the rows that are meant changed between the two days."""
    groups: dict[tuple[Any, ...], list[Any]] = {}
    for row in getattr(scenario, table):
        fixed = (*(getattr(row, name) for name in row.key_fields), *row.also_stated)
        groups.setdefault(fixed, []).append(row)
    out: list[Any] = []
    for rows in groups.values():
        if not mine(rows[0]):
            out += rows
        elif rows[0].also_stated:  # A calendar month: it lies between the days, or it does not.
            out += [changed(row) if _inside(first_day(row.month), change) else row for row in rows]
        else:
            ordered = sorted(rows, key=lambda row: row.from_)
            out += [
                _from(changed(row) if within else row, day)
                for row, day, within in _pieces([(row.from_, row) for row in ordered], change)
            ]
    return tuple(out)


def _inside(day: dt.date, change: WorldChange) -> bool:
    return (change.begins is None or day >= change.begins) and (change.ends is None or day <= change.ends)


def _from(row: DatedRow, day: dt.date) -> DatedRow:
    return row if row.from_ == day else row.replace(from_=day)


def _pieces(steps: Sequence[tuple[dt.date, Any]], change: WorldChange) -> Iterator[tuple[Any, dt.date, bool]]:
    """(value, first day, whether it lies between the days) of every stretch; ``steps`` in rising order."""
    begins = change.begins or BEGINNING
    after = change.ends + dt.timedelta(days=1) if change.ends else dt.date.max
    for k, (start, value) in enumerate(steps):
        end = steps[k + 1][0] if k + 1 < len(steps) else dt.date.max
        if start < begins:
            yield value, start, False
        if max(start, begins) < min(end, after):
            yield value, max(start, begins), True
        if after < end:
            yield value, max(start, after), False


def _tariffs(scenario: Scenario, change: WorldChange) -> tuple[Any, ...]:
    """The surcharge on goods made in China in the preset in force; markets without a row get one."""
    from warrantysim.schema.customs import TariffRow

    preset = scenario.tariff_preset
    wanted = change.markets or scenario.market_ids
    there = {row.market for row in scenario.tariffs if row.preset == preset}
    new = [TariffRow(preset=preset, market=m, s301_factor=0.0, source="what-if") for m in wanted if m not in there]
    whole = scenario.replace(tariffs=(*scenario.tariffs, *new))
    share = change.amount / 100

    def mine(row: Any) -> bool:
        return row.preset == preset and row.market in wanted

    return _rows(whole, "tariffs", change, mine, lambda row: row.replace(surcharge_share=share))


def _out(partner: Partner, change: WorldChange, scenario: Scenario) -> Partner:
    """A partner whose last day is the one before; from the beginning, before anything is simulated."""
    last = (change.begins or scenario.horizon.begins) - dt.timedelta(days=1)
    begun = partner.valid_from if partner.valid_from is not None and partner.valid_from <= last else None
    known = partner.valid_to
    return partner.replace(valid_from=begun, valid_to=last if known is None else min(known, last))


def _dearer(partner: Partner, change: WorldChange, scenario: Scenario) -> Partner:
    """A partner whose every price is a factor higher between the days; parts and credits as stated."""
    from warrantysim.analysis.quote_prices import AT_COST

    priced = [name for name in Desk.model_fields if name not in AT_COST]
    desks = {
        id: desk.replace(**{name: _priced(getattr(desk, name), change) for name in priced})
        for id, desk in partner.desks.items()
    }
    return partner.replace(desks=desks)


def _priced(value: Any, change: WorldChange) -> Any:
    if isinstance(value, Dated) and any(isinstance(step.value, Amount) for step in value.steps):
        factor = 1 + change.amount / 100
        steps = []
        for amount, day, within in _pieces([(step.from_, step.value) for step in value.steps], change):
            new = Amount(_times(amount.value, factor), amount.currency) if within else amount
            steps.append({"from": day, "value": new})
        return type(value).model_validate(steps)
    if isinstance(value, Strict) and not isinstance(value, Dated):
        return value.replace(**{name: _priced(getattr(value, name), change) for name in type(value).model_fields})
    if isinstance(value, dict):
        return {key: _priced(child, change) for key, child in value.items()}
    return value
