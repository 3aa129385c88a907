"""What names and settings of a scenario an answer uses, kept with it; cells and what holds their rules in words."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import LANGUAGES, Lang, joined, named, period, say, titled
from warrantysim.report import figures
from warrantysim.report.doers import Titles, contract_name, partner_titles
from warrantysim.report.field_names import full_name
from warrantysim.report.rule_text import UNKNOWN, Facts, ZoneLike, act_text, rule_lines, rule_text, testers
from warrantysim.report.verdicts import saved
from warrantysim.schema.dispositions import BY_PARTNER, TEST_AND_SWAP

if TYPE_CHECKING:
    from warrantysim.decision.binding import Bound
    from warrantysim.decision.cells import CellKey
    from warrantysim.decision.changes import Because
    from warrantysim.decision.decide import Decision
    from warrantysim.schema.assumptions import Assumption
    from warrantysim.schema.root import Scenario

OWN_WORDS = frozenset(
    {"whole", "together", "group", "contract", "fragile", "slow", "same"}
    | {"whole_small", "whole_unsure", "unconfirmed", "unproved"}
)
"""Reasons that are told in place of the bare verdict."""
MOST_CELLS = 2
"""Cells of one change that are named in a list."""
MOST_PRICES = 8
"""Scarce things that are told, dearest first."""
MOST_NAMED = 6
"""Cells that are named one by one in a sentence."""
OWN = ("law", "law_days", "power_bank", "battery", "hours", "refunds", "days", "disputes")
"""Bounds that take something from a cell; contracts and the order of zones are told elsewhere."""
WHOLE_YEAR = {
    "refunds": "refunds",
    "days beyond the longest mean": "days",
    "disputes beyond the highest share": "disputes",
}
"""Constraints on the whole year: how their measures are called in texts."""


@dataclass(frozen=True)
class CaseWords:
    """Names and settings of a scenario, plain enough for JSON; money in its reporting currency."""

    name: str
    title: Mapping[str, str]
    """By language, as other titles here."""
    digest: str
    currency: str
    days: int
    """Length of the horizon [days]."""
    first_day: str
    """When it begins [date]."""
    confidence: float
    """Level of intervals [share]."""
    cell: tuple[str, ...]
    """Keys of a cell."""
    products: Mapping[str, Mapping[str, str]]
    """Titles by id, and its category under ``category``."""
    markets: Mapping[str, Mapping[str, str]]
    bands: tuple[float, ...]
    """Ages at which a band ends [days]."""
    partners: Titles
    testers: tuple[str, ...]
    """Partners that only test."""
    units: Mapping[str, str]
    """Units of what is assumed, by path."""
    floor: float
    """Least saving a change of one cell is worth [reporting currency]."""
    step: float
    """What cut-points are rounded to [units of currency]."""
    robust_share: float
    """Share of draws in which a change must save [share]."""
    longest_rise: float | None
    """By how many days nine in ten may wait longer [days]."""
    ordered: bool
    """Whether dispositions must come in the canonical order."""

    @staticmethod
    def of(s: Scenario) -> CaseWords:
        """Those of a scenario."""
        from warrantysim.schema.digest import digest

        d, least = s.decision, s.decision.materiality
        return CaseWords(
            name=s.name,
            title=_titles(s.title, s.name),
            digest=digest(s),
            currency=s.reporting_currency,
            days=s.horizon.days,
            first_day=s.horizon.first_day.isoformat(),
            confidence=s.plan.confidence,
            cell=tuple(d.cell),
            products={k.sku: {"en": k.name_en, "zh": k.name_zh, "category": k.category} for k in s.skus},
            markets={name: _titles(market.title, name) for name, market in s.markets.items()},
            bands=tuple(s.triage.age_bands_days),
            partners=partner_titles(s),
            testers=tuple(sorted(testers(s))),
            units={a.path: a.unit for a in s.assumptions},
            floor=least.value * s.usd_per_unit(least.currency) / s.usd_per_unit(s.reporting_currency),
            step=d.rounding,
            robust_share=d.robust_share,
            longest_rise=d.max_p90_rise_days,
            ordered=d.canonical_order,
        )

    def period(self, lang: Lang) -> str:
        """``a year``, or the days of the horizon."""
        return period(self.days, lang)

    def month(self, month: int) -> str:
        """``2027-01`` for month 0 of a horizon that starts in January 2027."""
        first = dt.date.fromisoformat(self.first_day)
        year, index = divmod(first.year * 12 + first.month - 1 + int(month), 12)
        return f"{year:04d}-{index + 1:02d}"

    def months(self, months: Sequence[int], lang: Lang) -> str:
        """Months by their labels."""
        return say("rule.and", lang).join(map(self.month, months))

    def category(self, row: Mapping[str, Any]) -> str:
        """Product category of a row; empty where the cell does not tell."""
        if "category" in row:
            return str(row["category"])
        return self.products.get(str(row.get("sku")), {}).get("category", "")


def _titles(title: Any, fallback: str) -> dict[str, str]:
    return {lang: titled(title, fallback, lang) for lang in LANGUAGES}


@dataclass(frozen=True)
class CellText:
    """Words for the rows of a decision table, as `decision.table` makes them, in one language."""

    words: CaseWords
    lang: Lang = "en"

    def name(self, row: Mapping[str, Any]) -> str:
        """The cell for people: ``robot vacuum with dock, Germany``."""
        words = [self._word(key, row[key]) for key in self.words.cell]
        return say("rule.and", self.lang).join(words) or say("cell.everything", self.lang)

    def names(self, cells: Sequence[CellKey], most: int | None = None) -> str:
        """Several cells for people; the first ``most`` of many."""
        named = [self.name(dict(zip(self.words.cell, cell, strict=True))) for cell in cells[:most]]
        first = say("bind.and", self.lang).join(named)
        return say("cell.and_more", self.lang, cells=first, n=len(cells)) if len(named) < len(cells) else first

    def code(self, row: Mapping[str, Any]) -> str:
        """The cell by its ids: ``VAC-L10 DE``."""
        return " ".join(str(row[key]) for key in self.words.cell) or say("cell.everything", self.lang)

    def now(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """Today's rule in the cell, in a sentence or a line a zone."""
        return self.rule(row["zones_now"], row["currency"], lines)

    def new(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """The recommended rule as agents get it, rounded, with the order prices they see."""
        known: Facts = {"prices": row["agent_cuts"], "beyond": row["agent_beyond"], "claims": row["claims_new"]}
        return self.rule(row["zones_agents"], row["currency"], lines, known)

    def rule(self, zones: Sequence[ZoneLike], currency: str, lines: bool = False, known: Facts = UNKNOWN) -> str:
        """Zones in a sentence or a line a zone; ``known``: of their cut-points, as `rule_text` takes it."""
        tell = rule_lines if lines else rule_text
        return tell(zones, currency, self.lang, partners=self.words.partners, **known)

    def contract(self, label: str) -> str:
        """Whose contract it is, by its label in a decision."""
        return contract_name(label, self.words.partners, self.lang)

    def binds(self, row: Mapping[str, Any], kinds: Sequence[str] = ()) -> str:
        """What holds the rule, or what does of some kinds; of many articles the first."""
        return bounds_text(row["binds"], self.words, self.lang, kinds, brief=True)

    def offered(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """What the row's change is, whether it is taken or not: the recommended rule, else that of the optimum."""
        if row["taken"]:
            return self.new(row, lines)
        return self.rule(row["zones_free"], row["currency"], lines)

    def verdict(self, row: Mapping[str, Any]) -> str:
        """ACT, HOLD, loss or no difference, and in what way; what a person ticked otherwise is said."""
        because = row["because"]
        if ticked(row):
            return say("verdict.taken" if row["taken"] else "verdict.left", self.lang)
        if row.get("bill_new") and because in {"act", "whole"}:
            return say("verdict.with_contract", self.lang)
        return say(f"verdict.{because}" if because in OWN_WORDS else f"verdict.{row['verdict']}", self.lang)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """What to do in the cell, what that brings, and how sure that is."""
        because: Because = row["because"]
        kind: str = because if not ticked(row) else "taken" if row["taken"] else "left"
        if kind == "whole" and self._paid(row):
            kind = "whole_contract"
        mean, low, high = saved(row)
        sign = -1.0 if because == "loss" and kind == "loss" else 1.0
        low, high = sorted((sign * low, sign * high))
        w = self.words
        text = say(
            f"cell.{kind}",
            self.lang,
            cell=self._capital(self.name(row)),
            now=self.now(row),
            new=self.offered(row),
            currency=w.currency,
            saving=figures.whole(sign * mean),
            low=figures.whole(low),
            high=figures.whole(high),
            period=w.period(self.lang),
            changing=figures.whole(row["claims_changing"] if row["taken"] else row["free_changing"]),
            claims=figures.whole(row["claims"]),
            floor=figures.whole(w.floor),
            n=figures.count(row["replications_needed"]),
            change=row["change"],
            now_days=figures.days(row["days_p90_now"]),
            days=figures.days(row["days_p90"]),
            most=f"{w.longest_rise or 0:g}",
            **self._whole(row),
        )
        return joined([text, *self._more(row, kind)], self.lang)

    def _paid(self, row: Mapping[str, Any]) -> bool:
        """Whether what the whole saves by it is what a contract leaves that is signed for it alone."""
        return row["because"] == "whole" and bool(row.get("bill_new")) and len(row["bill_cells"]) == 1

    def _whole(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What the cell brings by its own bills, with a sign, and what the whole would cost more without its change."""
        if math.isnan(row.get("whole", math.nan)):
            return {}
        whole = {name: figures.whole(row[name]) for name in ("whole", "whole_low", "whole_high")}
        return whole | {"own": figures.signed(saved(row)[0]), "contract": self.contract(row.get("bill_name", ""))}

    def bill(self, row: Mapping[str, Any]) -> str:
        """Which contract it brings, or whose bill it makes dearer, and what all that do so save together with that
        counted; empty for none, and where its own sentence tells it."""
        if not row.get("bill_name"):
            return ""
        others = [cell for cell in row["bill_cells"] if cell != tuple(row[key] for key in self.words.cell)]
        if not others and row["because"] == "whole":
            return ""
        key = ("contract" if row["bill_new"] else "dearer") + ("_with" if others else "_net")
        facts = {name: figures.whole(row[f"bill_{name}"]) for name in ("saving", "low", "high")}
        about = {"currency": self.words.currency, "period": self.words.period(self.lang), **facts}
        named = {"contract": self.contract(row["bill_name"]), "others": self.names(others, MOST_NAMED)}
        told = [say(f"cell.{key}", self.lang, **named, **about)]
        if others and not math.isnan(row["bill_share"]):
            told.append(say("cell.bill_drawn", self.lang, share=figures.share(row["bill_share"], 0)))
        return joined(told, self.lang)

    def robust(self, row: Mapping[str, Any]) -> str:
        """In how many draws of everything assumed it saves, with the input that turns it; empty without draws."""
        if not row["robust_draws"]:
            return ""
        facts = {"draws": row["robust_draws"], "level": figures.level(self.words.confidence)}
        shares = {end: figures.share(row[f"robust_{end}"], 0) for end in ("share", "low", "high")}
        # Where others make a bill dearer too, its own bills say nothing of that.
        own = len(row.get("bill_cells", ())) > 1
        text = say("cell.robust_own" if own else "cell.robust", self.lang, **facts, **shares)
        if not row["weakest"]:
            return text
        about = {
            "input": full_name(row["weakest"], self.lang, self.words.partners),
            "at": f"{row['flip_at']:.3g} {self.words.units.get(row['weakest'], '')}".strip(),
            "part": figures.share(row["explained"], 0),
        }
        return joined([text, say("cell.flips" if row["flip"] else "cell.goes_with", self.lang, **about)], self.lang)

    def _more(self, row: Mapping[str, Any], kind: str) -> Iterator[str]:
        """What follows the first sentence: what happens to days, how it stands up, what the rule is held by."""
        if row["taken"] and figures.days(row["days_p90"]) != figures.days(row["days_p90_now"]):
            done = {"now": figures.days(row["days_p90_now"]), "new": figures.days(row["days_p90"])}
            yield say("cell.days", self.lang, **done)
        yield from filter(None, (self.bill(row), self.robust(row)))
        if row["taken"] and (held := self.binds(row, OWN)):
            yield say("cell.held", self.lang, bounds=held)
        if row["few_claims"] and kind not in {"same", "idle"}:
            yield say("cell.few", self.lang)

    def _word(self, key: str, value: Any) -> str:
        titles = {"sku": self.words.products, "market": self.words.markets}.get(key, {})
        if value in titles:
            return in_language(titles[value], self.lang)
        if key == "age_band":
            return say("cell.age", self.lang, band=self._ages(int(value)))
        return str(value) if key == "sku" else named(key, str(value), self.lang)

    def _ages(self, band: int) -> str:
        ends = [0.0, *self.words.bands]
        return f"{ends[band]:g}-{ends[band + 1]:g}" if band + 1 < len(ends) else f"{ends[band]:g}+"

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]


def in_language(titles: Mapping[str, str], lang: Lang) -> str:
    """A scenario's own title in a language; the English one where it states none."""
    return titles.get(lang) or titles["en"]


def ticked(row: Mapping[str, Any]) -> bool:
    """Whether a person ticked the row's change otherwise than recommended."""
    return bool(row["taken"]) != (row["verdict"] == "ACT") and row["because"] not in {"same", "idle"}


def lowered(title: str) -> str:
    """A title inside a sentence: ``Today's rule`` becomes ``today's rule``; names in capitals stay."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def bound_text(bound: Bound, words: CaseWords, lang: Lang = "en", brief: bool = False) -> str:
    """One thing that holds a rule: ``bench hours of china in 2027-02``; ``brief``: of many articles the first."""
    first, *more = bound.article.split("; ")
    text = say(
        f"bind.{bound.kind}",
        lang,
        what=_what(bound.what, words, lang),
        article=say("bind.more_articles", lang, first=first) if brief and len(more) > 1 else bound.article,
        months=words.months(bound.months, lang),
        n=len(bound.months),
    )
    return say("bind.share", lang, bound=text, share=figures.share(bound.share, 0)) if bound.share < 1 else text


def bounds_text(
    bounds: Sequence[Bound], words: CaseWords, lang: Lang = "en", kinds: Sequence[str] = (), brief: bool = False
) -> str:
    """Everything that holds a rule, or what is of some kinds; empty for nothing."""
    found = [bound_text(bound, words, lang, brief) for bound in bounds if not kinds or bound.kind in kinds]
    return say("bind.and", lang).join(found)


def _what(what: str, words: CaseWords, lang: Lang) -> str:
    """A disposition, an arm (``return_china sea``), a way or somebody's name."""
    disposition, _, partner = what.partition(" ")
    if partner:
        act = TEST_AND_SWAP if disposition == BY_PARTNER and partner in words.testers else disposition
        return act_text(act, partner, words.partners, lang)
    term = named("disposition", what, lang)
    return _whose(what, words, lang) if term == what else term


def _whose(label: str, words: CaseWords, lang: Lang) -> str:
    """A contract, a way or a bench within a sentence."""
    return say("bind.factory", lang) if label == "china" else contract_name(label, words.partners, lang)


def scarce(decision: Decision, words: CaseWords, lang: Lang = "en") -> Iterator[str]:
    """What one more of each real limit is worth, dearest first, and minimums whose work is paid for but not given.

    One sentence says so where nothing is scarce.
    """
    found = sorted(decision.solver.prices.items(), key=lambda item: -item[1])
    facts = {"currency": decision.currency, "period": words.period(lang)}
    for measure, price in found[:MOST_PRICES]:
        yield limit_text(measure, price, words, lang)
    if len(found) > MOST_PRICES:
        yield say("scarce.more", lang, n=len(found) - MOST_PRICES)
    for partner, months in decision.solver.unmet.items():
        by = _whose(partner, words, lang)
        yield say("scarce.minimum", lang, partner=by, n=len(months), months=words.months(months, lang), **facts)
    if not found:
        yield say("scarce.nothing", lang)


def limit_text(measure: str, price: float, words: CaseWords, lang: Lang) -> str:
    """``One more bench hour at china in 2027-02 is worth USD 12.40.``"""
    facts = {"currency": words.currency, "period": words.period(lang), "price": figures.cents(price)}
    if measure in WHOLE_YEAR:
        return say(f"scarce.{WHOLE_YEAR[measure]}", lang, **facts)
    _, bench, month = measure.split()
    return say("scarce.hours", lang, bench=_whose(bench, words, lang), month=words.month(int(month)), **facts)


def widest(scenario: Scenario) -> list[Assumption]:
    """Assumptions, those whose ends lie furthest apart for their size first; of a kind that is stated market by market
    or product by product the widest one only."""

    def width(row: Assumption) -> float:
        middle = (abs(row.low) + abs(row.high)) / 2
        return (row.high - row.low) / middle if middle else 0.0

    def kind(row: Assumption) -> str:
        parts = re.sub(r"\[[^]]*\]", "", row.path).split(".")
        return ".".join("*" if part in scenario.markets else part for part in parts)

    kinds: dict[str, Assumption] = {}
    for row in sorted(scenario.assumptions, key=lambda row: (-width(row), row.mark, row.path)):
        kinds.setdefault(kind(row), row)
    return list(kinds.values())
