"""Quotes brought in from outside: a YAML or CSV file with the terms of one or more repair partners.

YAML holds ``quotes:``, a mapping from a short id to the terms of a partner as a scenario states them. CSV holds one
term a row in the columns of `COLUMNS`; the term is the path a scenario would use below the partner or, where ``desk``
is filled, below that desk: ``tiers.steps.0.from_units``, ``repaired.by_sku.VAC-L10``, ``retainer.per_month``. Amounts
are written with their currency (``58 USD``), lists as ``[US]``. A row without a value states nothing, and columns
beside these four are notes.

``none`` says that there is no such term, ``unknown`` that the quote leaves it open. What is left open, or not told of,
is read as usual for the market and named in the quote's ``unknown`` (`usual_terms`): nothing blank is read as free.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from warrantysim.files.documents import Document, dotted, parse_document, parse_value
from warrantysim.files.encoding import decode
from warrantysim.files.reading import MAX_BYTES, validated
from warrantysim.files.statements import Statements
from warrantysim.files.usual_terms import with_usual
from warrantysim.files.wording import FORM, UNKNOWN
from warrantysim.schema.contracts import Partner, Partners
from warrantysim.schema.errors import BadInput, Message, Problem, ScenarioError, first_message, refuse, told
from warrantysim.schema.fields import Path
from warrantysim.schema.plain_text import uncell
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Strict

COLUMNS = ("quote", "desk", "term", "value")
"""Columns of a CSV file of quotes: the quote's id, the desk or nothing, the term's path, its value."""


class QuoteFile(Strict):
    """The content of a quote file."""

    quotes: Partners
    """Quotes by id."""


def quotes_in(content: bytes, name: str) -> dict[str, Partner]:
    """The quotes of a file that was brought in, by its bytes; ``name`` is what errors call it, its ending tells CSV
    from YAML.

    Raises
    ------
    ScenarioError
        With every problem, each naming its line or row.
    """
    if len(content) > MAX_BYTES:
        raise refuse(name, "the file has {n:,} bytes, at most {most:,} are read", n=len(content), most=MAX_BYTES)
    if not content.strip():
        raise refuse(name, "the file is empty")
    if not name.lower().endswith((".csv", ".yaml", ".yml")):
        raise refuse(name, "expected a file that ends in .csv, .yaml or .yml")
    text, _ = decode(content, name)
    return _stated(text, name)


def _stated(text: str, name: str) -> dict[str, Partner]:
    rows = name.lower().endswith(".csv")
    document = from_rows(text, name) if rows else parse_document(text, name)
    if isinstance(stated := document.values.get("quotes"), dict):
        values = {**document.values, "quotes": {id: with_usual(quote) for id, quote in stated.items()}}
        document = replace(document, values=values)
    try:
        found = validated(QuoteFile, document.values, Statements({}, [((), document)]))
    except ScenarioError as error:
        if not rows:
            raise
        raise ScenarioError(_in_row(problem, name) for problem in error.problems) from None
    if not found.quotes:
        raise ScenarioError([Problem("quotes", told("expected at least one quote"), f"{name}:1: quotes", "quotes")])
    return dict(found.quotes)


def _in_row(problem: Problem, name: str) -> Problem:
    """A problem of a CSV file by its row, and by the column of the cell that is wrong where it is one cell."""
    at = re.fullmatch(rf"{re.escape(name)}:(?P<row>\d+): (?P<path>.*)", problem.where, re.DOTALL)
    if at is None:
        return problem
    if problem.rule == UNKNOWN:
        column = "term"
    elif at["path"].count(".") <= 1:
        column = "quote" if problem.message.code == FORM else ""
    else:
        column = "" if problem.message.code.startswith("missing") else "value"
    where = f"{name} row {at['row']}" + (f", column {column}" if column else "")
    return Problem(
        problem.path,
        told("{path}: {message}", path=at["path"].removeprefix("quotes."), message=problem.message),
        where,
        problem.rule,
    )


def from_rows(text: str, name: str) -> Document:
    """The plain form of a CSV file of quotes, with the row of every value.

    Raises
    ------
    ScenarioError
        For missing columns, a row without quote or term, and terms stated twice or inside one another.
    """
    rows = list(csv.reader(io.StringIO(text)))
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if missing := [column for column in COLUMNS if column not in header]:
        message = told(
            "expected the columns {names}; {missing} missing", names=", ".join(COLUMNS), missing=", ".join(missing)
        )
        raise ScenarioError([Problem("", message, f"{name} row 1", "quotes")])
    at = [header.index(column) for column in COLUMNS]
    values: dict[str, Any] = {}
    lines: dict[Path, int] = {(): 1}
    problems: list[Problem] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        quote, desk, term, value = (uncell((cells[i] if i < len(cells) else "").strip()) for i in at)
        place = f"{name} row {number}"
        if not quote or not term:
            column = "quote" if not quote else "term"
            problems.append(Problem("", told("column {column} is empty", column=column), place))
            continue
        if not value:
            continue
        steps = ["quotes", quote, *(["desks", desk] if desk else []), *term.split(".")]
        try:
            _put(values, steps, parse_value(value, place))
        except BadInput as error:
            problems.append(Problem(".".join(steps[1:]), error.message, place))
            continue
        for depth in range(1, len(steps) + 1):
            lines.setdefault(tuple(int(s) if s.isdecimal() else s for s in steps[:depth]), number)
    if problems:
        raise ScenarioError(problems)
    return Document(name, _listed(values), lines)


def _put(tree: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    for depth, step in enumerate(steps[:-1], start=1):
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            raise BadInput("{dotted} has a value of its own in another row", dotted=dotted(tuple(steps[1:depth])))
    if steps[-1] in tree:
        raise BadInput("{dotted} is stated twice", dotted=dotted(tuple(steps[1:])))
    tree[steps[-1]] = value


def _listed(value: Any) -> Any:
    """Mappings keyed 0, 1, ... as lists."""
    if not isinstance(value, dict):
        return value
    inside = {key: _listed(child) for key, child in value.items()}
    if inside and set(inside) == {str(k) for k in range(len(inside))}:
        return [inside[str(k)] for k in range(len(inside))]
    return inside


def with_quotes(scenario: Scenario, quotes: Mapping[str, Partner], file: str = "quotes") -> Scenario:
    """The scenario with quotes put on its table; one with the id of a partner takes that partner's place.

    Raises
    ------
    ScenarioError
        For currencies without a rate, markets, products or calendars the scenario does not have, and quotes whose dates
        lie outside the horizon.
    """
    from warrantysim.schema.contracts import unknown_references
    from warrantysim.schema.references import currencies_with_rates

    quotes = {name: _at_home(quote, scenario) for name, quote in quotes.items()}
    partners = {**scenario.partners, **quotes}
    known = {
        "skus": scenario.sku_ids,
        "categories": {row.category for row in scenario.skus},
        "markets": scenario.market_ids,
        "calendars": scenario.calendars,
        "currencies": currencies_with_rates(scenario),
    }
    problems = [Problem(one.path, one.message, f"{file}: {one.path}") for one in unknown_references(partners, **known)]
    problems += [
        Problem(f"partners.{name}.{field}", message, f"{file}: partners.{name}.{field}")
        for name, quote in quotes.items()
        for field, message in _outside(quote, scenario)
    ]
    if problems:
        raise ScenarioError(problems)
    try:
        return scenario.replace(partners=partners)
    except ValidationError as error:
        raise ScenarioError([Problem("partners", first_message(error), f"{file}: partners")]) from None


def _at_home(quote: Partner, scenario: Scenario) -> Partner:
    """A quote whose unknown calendars are those by which others work in the desk's market."""
    desks = {}
    for id, desk in quote.desks.items():
        there = [
            other.bench.calendar
            for partner in scenario.partners.values()
            for other in partner.desks.values()
            if desk.serves[0] in other.serves
        ]
        if f"desks.{id}.bench.calendar" in quote.unknown and there and desk.bench.calendar not in there:
            desks[id] = desk.replace(bench=desk.bench.replace(calendar=there[0]))
    return quote.replace(desks={**quote.desks, **desks}) if desks else quote


def _outside(quote: Partner, scenario: Scenario) -> Iterator[tuple[str, Message]]:
    first = scenario.horizon.first_day
    last = first + dt.timedelta(days=scenario.horizon.days - 1)
    if quote.valid_to is not None and quote.valid_to < first:
        yield (
            "valid_to",
            told("the quote ends on {day}, before the horizon begins on {first}", day=quote.valid_to, first=first),
        )
    if quote.valid_from is not None and quote.valid_from > last:
        yield (
            "valid_from",
            told("the quote begins on {day}, after the horizon ends on {last}", day=quote.valid_from, last=last),
        )
