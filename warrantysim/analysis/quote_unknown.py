"""What unknown terms of quotes leave open: each set of rules read favourably, as usual and unfavourably."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.quote_offers import QuoteStudy
from warrantysim.decision.decide import CONFIRMATION
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.workers import Workers
from warrantysim.files.usual_terms import READINGS, reading_of, term_of, usual_terms, value_at
from warrantysim.money.partner_lines import signed_desks
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import BadInput
from warrantysim.schema.paths import tree_of
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd


def unknown_terms(scenario: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    """A row an unknown term: quote, desk (or nothing), term, and what each of `READINGS` takes for it [text]."""
    import pandas as pd

    rows = []
    for quote in quotes:
        trees = {reading: tree_of(_read(scenario.partners[quote], quote, reading)) for reading in READINGS}
        for path in scenario.partners[quote].unknown:
            desk, term = path.split(".", 2)[1:] if path.startswith("desks.") else ("", path)
            rows.append((quote, desk, term, *(_text(value_at(trees[reading], path)) for reading in READINGS)))
    return pd.DataFrame(rows, columns=["quote", "desk", "term", *READINGS])


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _read(partner: Partner, quote: str, reading: str) -> Partner:
    """A quote with its unknown terms in a reading; the usual one is what it states."""
    if unread := [path for path in partner.unknown if term_of(path) not in usual_terms()]:
        raise BadInput(
            "partners.{quote}.unknown: no usual reading of {path!r}; there is one of {names}",
            quote=quote, path=unread[0], names=", ".join(usual_terms()),
        )  # fmt: skip
    if reading == READINGS[1]:
        return partner
    tree = tree_of(partner)
    for path in partner.unknown:
        *above, last = path.split(".")
        inside = value_at(tree, ".".join(above)) if above else tree
        if isinstance(inside, dict) and (value := reading_of(tree, path, reading)) is not None:
            inside[last] = value
    return Partner.model_validate(tree)


def in_reading(scenario: Scenario, reading: str) -> Scenario:
    """The scenario with the unknown terms of every quote in a reading."""
    changed = {name: _read(one, name, reading) for name, one in scenario.partners.items() if one.unknown}
    return scenario.replace(partners={**scenario.partners, **changed}) if changed else scenario


def unknown_range(study: QuoteStudy, count: int, *, jobs: Workers = 1) -> pd.DataFrame:
    """What the terms nobody knows do to each set of rules, the rules kept, on the first ``count`` fresh replications.

    Returns
    -------
    A row a set of rules and reading: signs, reading, cost, and against no quote signed saving, low and high [reporting
    currency a year]; ``best``, whether no other rules cost less on average in that reading. Empty where all is known.
    """
    import pandas as pd

    columns = ["signs", "reading", "cost", "saving", "low", "high", "best"]
    offers = {offer.case: offer for offer in reversed(study.offers)}
    if not any(study.scenario.partners[quote].unknown for quote in study.quotes):
        return pd.DataFrame(columns=columns)
    rows = []
    for reading in READINGS:
        costs = {place: _costs(study, study.cases[place], reading, place, count, jobs) for place in offers}
        base, cheapest = costs[study.offers[0].case], min(costs, key=lambda place: float(costs[place].mean()))
        for place, offer in sorted(offers.items()):
            saving = t_interval(base - costs[place], study.level)
            ends = float(saving.mean), float(saving.low), float(saving.high)
            rows.append((" + ".join(offer.signed), reading, float(costs[place].mean()), *ends, place == cheapest))
    return pd.DataFrame(rows, columns=columns)


def _costs(study: QuoteStudy, case: Case, reading: str, place: int, count: int, jobs: Workers) -> np.ndarray:
    signed = signed_desks(case.policy, case.scenario)
    if reading == READINGS[1] or not any(case.scenario.partners[quote].unknown for quote in signed):
        return study.costs[place, :count]
    other = Case(case.name, in_reading(case.scenario, reading), case.policy)
    drawn: np.ndarray = yearly_costs([other], range(CONFIRMATION, CONFIRMATION + count), study.seed, jobs=jobs)[0]
    return drawn
