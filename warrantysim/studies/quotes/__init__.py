"""Which repair quotes to sign, what each is worth, and the price at which it would win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.analysis.quote_terms import open_terms, quote_sheet
from warrantysim.analysis.quote_unknown import unknown_terms
from warrantysim.analysis.quote_volumes import unit_prices
from warrantysim.files.quote_files import quotes_in, with_quotes
from warrantysim.locale.wording import Lang
from warrantysim.money.partner_lines import signed_desks
from warrantysim.present.blocks import Block, Choice
from warrantysim.report.doers import partner_titles
from warrantysim.schema.errors import Problem, ScenarioError, told
from warrantysim.schema.paths import tree_of
from warrantysim.schema.root import Scenario
from warrantysim.studies.quotes.answer import Answer
from warrantysim.studies.study import Options, Stored, Study, Work, basis, names_of

if TYPE_CHECKING:
    import pandas as pd

VOLUMES = (1.0, *map(float, range(10, 301, 10)))
"""Volumes at which the price of a repaired unit is told [units a month]."""


class QuotesOptions(Options):
    """Which quotes are chosen among, and how sure the choice must be."""

    quotes: tuple[str, ...] = ()
    """Ids of the quotes chosen among, all where not given; others that repair stay on every table."""
    within: float | None = Field(None, gt=0)
    """A difference not worth knowing about; the decision's materiality where not given [reporting currency a year]."""


class Quotes(Study[QuotesOptions, QuoteFindings]):
    """A scenario with the quotes on its table, today's rule the one in force."""

    name = "quotes"
    version = 2
    Options = QuotesOptions
    brings = "quote"

    def brought(self, scenario: Scenario, files: Sequence[tuple[str, bytes]]) -> Scenario:
        """The scenario with the quotes of files on its table; one with the id of a partner takes its place.

        Raises
        ------
        ScenarioError
            With every problem of the first file that has any, or if two files state one quote.
        """
        seen: dict[str, str] = {}
        for name, content in files:
            stated = quotes_in(content, name)
            for quote in sorted(set(stated) & set(seen)):
                message = told("quote {name!r} is stated in {file} already", name=quote, file=seen[quote])
                raise ScenarioError([Problem(f"quotes.{quote}", message, f"{name}: quotes.{quote}")])
            seen |= dict.fromkeys(stated, name.rpartition("/")[2])
            scenario = with_quotes(scenario, stated, name)
        return scenario

    def run(self, cases: Sequence[Case], ask: QuotesOptions, work: Work) -> QuoteFindings:
        """As `study_quotes` with its `findings`."""
        study = study_quotes(
            cases[0].whole,
            ask.quotes or None,
            replications=ask.replications,
            within=ask.within,
            seed=work.seed,
            jobs=work.jobs,
            progress=work.progress,
            cancel=work.cancel,
        )
        return findings(study, jobs=work.jobs, progress=work.progress, cancel=work.cancel)

    def tables(self, found: QuoteFindings) -> Mapping[str, pd.DataFrame]:
        """Sets of quotes, what each quote is worth, what it did, what to negotiate with, and terms side by side.

        Of the years behind the bills only tables are kept: a year is a pure function of rules, seed and its number.
        """
        study = found.study
        ranked = {"ranking": study.ranking(), "values": study.values(), "selection": study.selection.table()}
        return ranked | dict(found.tables) | terms_of(study.scenario, study.quotes)

    def facts(self, found: QuoteFindings) -> Mapping[str, Any]:
        """What to sign with its guarantee, what quotes are called, and the rules that sign each set."""
        study, chosen = found.study, found.study.selection
        rules = [(case, True) for case in study.cases]
        for price in found.prices:
            if price.case is not None and all(price.case is not case for case, _ in rules):
                rules.append((price.case, False))
        return {
            "replications": study.replications,
            "cancelled": found.cancelled,
            **called(study.scenario, study.quotes),
            "sign": list(study.best.signed),
            "guarantee": {
                "holds": chosen.guaranteed,
                "within": chosen.within,
                "confidence": chosen.confidence,
                "runs": chosen.runs,
            },
            "rules": [
                {
                    "name": case.name,
                    "offered": offered,
                    "signs": [q for q in study.quotes if q in signed_desks(case.policy, case.scenario)],
                    "policy": tree_of(case.policy),
                }
                for case, offered in rules
            ],
        }

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Runs of before called products and markets by their ids; those before, too, told no terms, and called quotes
        by theirs; they hold no rules to choose from."""
        scenario, quotes = cases[0].scenario, list(stored.tables["values"]["quote"])
        if "terms" in stored.tables:
            return Stored(stored.tables, {**stored.facts, **called(scenario, quotes)})
        tables = {**stored.tables, **terms_of(scenario, quotes)}
        return Stored(tables, {**stored.facts, **called(scenario, quotes), "rules": []})

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What to sign and how sure that is, then what purchasing negotiates with."""
        return Answer.of(stored, lang).blocks()

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """The reading of a good unit's cost, the contract whose bills are shown, and the product priced by volume."""
        return Answer.of(stored, lang).choices()

    def record(self, stored: Stored) -> dict[str, Any]:
        """All of it but the prices over the volume, which the terms tell and few programs want by the thousand."""
        tables = {name: frame for name, frame in stored.tables.items() if name != "unit_prices"}
        return super().record(Stored(tables, stored.facts))

    def stated(self, scenario: Scenario, quotes: Sequence[str]) -> Stored:
        """What can be said of quotes before anything is studied: their terms."""
        rests = {**basis([Case.of(scenario)], scenario.plan.seed), "replications": 0, "cancelled": False}
        terms = {**terms_of(scenario, quotes), "unknown_terms": unknown_terms(scenario, quotes)}
        return Stored(terms, {**rests, **called(scenario, quotes)})


def terms_of(scenario: Scenario, quotes: Sequence[str]) -> dict[str, pd.DataFrame]:
    """``terms`` side by side, ``open_terms``, and ``unit_prices`` over the volume of products that a quote takes."""
    import pandas as pd

    prices = []
    for row in scenario.skus:
        takers = [q for q in quotes if scenario.partners[q].takes(row.sku, row.category)]
        if takers:
            found = unit_prices(scenario, takers, row.sku, VOLUMES)
            prices.append(found.assign(sku=row.sku))
    some = [frame for frame in prices if len(frame)]
    return {
        "terms": quote_sheet(scenario, quotes),
        "open_terms": open_terms(scenario, quotes),
        "unit_prices": pd.concat(some, ignore_index=True) if some else pd.DataFrame(),
    }


def called(scenario: Scenario, quotes: Sequence[str]) -> dict[str, Any]:
    """Facts that take the scenario: what quotes, products and markets are called, and when the year is."""
    horizon, titles = scenario.horizon, partner_titles(scenario)
    return {
        **names_of(scenario),
        "quotes": {q: titles[q] for q in quotes},
        "horizon": {"first_day": horizon.first_day.isoformat(), "days": horizon.days},
    }


STUDY = Quotes()
