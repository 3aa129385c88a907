"""Rules read back from any file they were handed out as: the table, JSON, DMN, the Python file, a platform's form.

What is read is the rule table, and from it a policy that does the same. Nothing in a file is run. What a table of rules
does not state (evidence to ask for, what is done where a rule is not possible) stays as it is in force.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from warrantysim.files.source_text import read_text, shown_path
from warrantysim.report.rule_files import AGE, DMN, DMN_INPUTS, DMN_OUTPUTS, FORMAT, FORMAT_VERSION, KEYS, PRICE
from warrantysim.schema.dispositions import ACTIONS, BY_PARTNER, BY_WAY, TEST_AND_SWAP
from warrantysim.schema.errors import (
    NOTHING,
    BadInput,
    Message,
    Problem,
    ScenarioError,
    coded,
    first_message,
    refuse,
    suggestion,
    told,
)

if TYPE_CHECKING:
    from warrantysim.schema.policy import Cell, Policy, Rule
    from warrantysim.schema.root import Scenario

MOST_BYTES = 16_000_000
"""Largest file that is read [bytes]."""
MOST_PYTHON = 1_000_000
"""Largest Python file that is read: Python takes five hundred times its size to do so [bytes]."""
MOST_PROBLEMS = 200
"""Problems after which no further line is looked at [count]."""
MOST_FIGURE = 1e12
"""Largest age or price."""
MOST_LINES = 50_000
"""Most lines of rules that are read [count]."""
MOST_OF_ONE = 2_000
"""Most lines that state the same keys [count]."""
ENDINGS = (".csv", ".json", ".dmn", ".xml", ".py")
"""Endings of files rules can be read from, besides a policy's own .yaml."""
Line = dict[str, Any]
"""One line: `KEYS`, ages and prices as (from, below or inf), currency, action, partner, and where it stands."""


def read_rules(path: Path, scenario: Scenario) -> Policy:
    """The policy a file of rules states for a scenario.

    Raises
    ------
    ScenarioError
        With every line that cannot be used: what was expected there, and the nearest valid choice.
    """
    shown = shown_path(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        names = ", ".join(ENDINGS)
        raise _wrong(shown, "expected rules as {names} or a policy as .yaml, got {end!r}", names=names, end=path.suffix)
    text = read_text(path, MOST_PYTHON if path.suffix.lower() == ".py" else MOST_BYTES)[0].removeprefix("\ufeff")
    try:
        lines = list(islice(reader(text, shown), MOST_LINES + 1))
    except (TypeError, RecursionError, OverflowError, MemoryError, csv.Error):
        raise _wrong(shown, "expected rules as decide writes {kind} files", kind=path.suffix.lower()) from None
    if len(lines) > MOST_LINES:
        raise _wrong(shown, "expected at most {most:,} lines of rules", most=MOST_LINES)
    if not lines:
        raise _wrong(shown, "expected at least one line of rules, found none")
    _checked(lines, scenario)
    return _policy(lines, scenario, path.stem, shown)


def _wrong(where: str, message: str | Message, /, **facts: Any) -> ScenarioError:
    return refuse(where, message, "", **facts)


def _kind(text: str, suffix: str) -> Message | None:
    """What a file is that is none of rules."""
    from warrantysim.files.file_kinds import what_it_is
    from warrantysim.schema.root import Scenario

    return what_it_is(suffix, text, Scenario.TABLES)


def _from_csv(text: str, shown: str) -> Iterator[Line]:
    """The rule table, or a platform's form, which is told by its columns."""
    from warrantysim.decision.rule_table import WHOLE_UNITS
    from warrantysim.schema.plain_text import uncell

    head = text.split("\n", 1)[0]
    part = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=part)
    columns = [uncell(name).strip() for name in next(rows, [])]
    form = "price_min" in columns
    names = _FORM if form else {name: name for name in (*KEYS, *_FIGURES, "currency", "action", "partner")}
    if missing := [name for name in names.values() if name not in columns and name not in _OPTIONAL]:
        from warrantysim.files.file_kinds import TABLE

        said = _kind(text, ".csv")
        hint = suggestion(missing[0], columns) if not said or said == TABLE else said
        raise _wrong(shown, told("expected a column {column!r}", column=missing[0]) + hint)
    for number, values in enumerate(rows, start=2):
        if not any(value.strip() for value in values):
            continue
        if len(values) != len(columns):
            raise _wrong(f"{shown} row {number}", "expected {n} cells, found {n2}", n=len(columns), n2=len(values))
        stated = {name: uncell(value).strip() for name, value in zip(columns, values, strict=True)}
        row = {key: stated.get(name, "") for key, name in names.items()}
        where = f"{shown} row {number}"
        line = {key: "" if form and row[key] == "any" else row[key] for key in KEYS if key in row}
        if form and line["sku"]:
            line["category"] = ""  # The form names it for the reader.
        ages = (
            _figure(row["age_from_days"], where, "age_from_days", 0.0),
            _figure(row["age_to_days"], where, "age_to_days"),
        )
        low = _figure(row["price_from"], where, names["price_from"], 0.0)
        high = _figure(row["price_to"], where, names["price_to"])
        if form and math.isfinite(high):
            # A form includes the last price of its range.
            high = high + 1.0 if row["currency"] in WHOLE_UNITS else round(high + 0.01, 2)
        done = {"currency": row["currency"], "action": row["action"], "partner": row["partner"]}
        yield dict.fromkeys(KEYS, "") | line | {"ages": ages, "prices": (low, high), "where": where} | done


_FIGURES = ("age_from_days", "age_to_days", "price_from", "price_to")
_FORM = {
    "market": "marketplace", "category": "category", "sku": "sku", "symptom": "return_reason", "channel": "channel",
    "age_from_days": "order_age_min", "age_to_days": "order_age_below", "price_from": "price_min",
    "price_to": "price_max", "currency": "currency", "action": "resolution", "partner": "return_to",
}  # fmt: skip
"""Columns of a platform's form, by what they are in the table."""
_OPTIONAL = frozenset({"channel", "evidence", "order_age_min", "order_age_below"})


def _figure(text: str, where: str, column: str, empty: float = math.inf) -> float:
    if not text:
        return empty
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= MOST_FIGURE:
        code = coded("expected a number from 0 on such as 129.90, got {text!r}")
        raise _wrong(f"{where}, column {column}", code, text=text[:40])
    return found


def _from_json(text: str, shown: str) -> Iterator[Line]:
    try:
        given = json.loads(text)
        stated = given["format"], given["version"]
        rules = list(given["rules"])
    except (ValueError, KeyError, TypeError):
        said = _kind(text, ".json")
        expected = told("expected a file of format {format}, as decide writes policy.json", format=FORMAT)
        raise _wrong(shown, expected + (said or NOTHING)) from None
    if stated != (FORMAT, FORMAT_VERSION):
        wanted, found = f"{FORMAT} version {FORMAT_VERSION}", f"{stated[0]} {stated[1]}"
        raise _wrong(shown, "expected format {wanted}, got {found}", wanted=wanted, found=found)
    for number, rule in enumerate(rules, start=1):
        where = f"{shown} rule {number}"
        try:
            when, then = rule["when"], rule["then"]
            price, age = when["order_price"], when["order_age_days"]
            if unknown := sorted({*when} - {*KEYS, "order_price", "order_age_days"}):
                raise _wrong(where, told("unknown key {key!r}", key=unknown[0]) + suggestion(unknown[0], KEYS))
            spans = {
                "ages": _span(age, f"{where}.when.order_age_days"),
                "prices": _span(price, f"{where}.when.order_price"),
            }
            done = {"currency": price["currency"], "action": then["action"], "partner": then["partner"] or ""}
        except (KeyError, TypeError) as error:
            code = coded("expected 'when' and 'then' as decide writes them; missing {name}")
            raise _wrong(where, code, name=str(error)) from None
        yield {key: str(when.get(key, "")) for key in KEYS} | spans | done | {"where": where}


def _span(given: Mapping[str, Any], where: str) -> tuple[float, float]:
    first, last = given["from"], given["below"]
    for x in (first, last):
        if x is not None and (isinstance(x, bool) or not isinstance(x, int | float) or not 0 <= x <= MOST_FIGURE):
            raise _wrong(where, "expected numbers from 0 on, got {found}", found=str(x)[:40])
    return float(first), math.inf if last is None else float(last)


def _from_dmn(text: str, shown: str) -> Iterator[Line]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise _wrong(shown, "expected a DMN file without document type and entities")
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise _wrong(f"{shown}:{error.position[0]}", "expected XML; the file is damaged there") from None
    # Editors save the table in the version of the standard they know.
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    table = root.find(".//decisionTable")
    if root.tag != "definitions" or table is None:
        raise _wrong(shown, "expected DMN (such as {DMN}) with a decision table", DMN=DMN)
    if table.get("hitPolicy", "UNIQUE") not in {"FIRST", "UNIQUE"}:
        raise _wrong(shown, "expected hit policy FIRST, got {found}", found=table.get("hitPolicy"))
    inputs = [(column.findtext("inputExpression/text") or "").strip() for column in table.findall("input")]
    outputs = [column.get("name", "") for column in table.findall("output")]
    for wanted, found in (([name for name, _ in DMN_INPUTS], inputs), (list(DMN_OUTPUTS), outputs)):
        if missing := [name for name in wanted if name not in found]:
            raise _wrong(shown, told("expected a column {column!r}", column=missing[0]) + suggestion(missing[0], found))
    for number, rule in enumerate(table.findall("rule"), start=1):
        where = f"{shown} rule {rule.get('id', number)}"
        cells = [
            [(entry.findtext("text") or "").strip() for entry in rule.findall(f"{what}putEntry")]
            for what in ("in", "out")
        ]
        if [len(row) for row in cells] != [len(inputs), len(outputs)]:
            raise _wrong(where, "expected {n} inputs and {n2} outputs", n=len(inputs), n2=len(outputs))
        seen, given = (dict(zip(names, row, strict=True)) for names, row in zip((inputs, outputs), cells, strict=True))
        line = {key: "" if seen[key] in {"", "-"} else _text(seen[key], f"{where}, {key}") for key in KEYS}
        spans = {"ages": _interval(seen[AGE], f"{where}, {AGE}"), "prices": _interval(seen[PRICE], f"{where}, {PRICE}")}
        done = {key: _text(given[key], f"{where}, {key}") for key in ("currency", "action", "partner")}
        yield line | spans | done | {"where": where}


def _text(feel: str, where: str) -> str:
    try:
        found = json.loads(feel)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise _wrong(where, 'expected a text in quotes such as "US", got {feel}', feel=feel)
    return found


def _interval(feel: str, where: str) -> tuple[float, float]:
    text = feel.replace(" ", "")
    if text in {"", "-"}:
        return 0.0, math.inf
    number = r"([0-9]+(?:\.[0-9]+)?)"
    if found := re.fullmatch(rf"\[{number}\.\.{number}[)\[]", text):
        return float(found[1]), float(found[2])
    if found := re.fullmatch(rf">={number}", text):
        return float(found[1]), math.inf
    if found := re.fullmatch(rf"<{number}", text):
        return 0.0, float(found[1])
    raise _wrong(where, "expected an interval such as [0..180), >= 180 or < 180, got {feel!r}", feel=feel)


def _from_python(text: str, shown: str) -> Iterator[Line]:
    """The list RULES of the file, read as text: nothing of it is run."""
    try:
        tree = ast.parse(text)
        (found,) = (
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == ["RULES"]
        )
        rules = ast.literal_eval(found)
        if not isinstance(rules, list):
            raise BadInput("no list")
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise _wrong(shown, "expected a list RULES of plain values, as decide writes rules.py") from None
    for number, rule in enumerate(rules, start=1):
        where = f"{shown} RULES[{number - 1}]"
        try:
            _, stated, ages, currency, prices, action, partner, *_ = rule
            line = {key: str(stated.get(key, "")) for key in KEYS}
            spans = [_span({"from": x[0], "below": x[1]}, where) for x in (ages, prices)]
        except (TypeError, ValueError, AttributeError, IndexError, KeyError):
            raise _wrong(where, "expected a line as decide writes it") from None
        done = {"currency": currency, "action": action, "partner": partner or ""}
        yield line | {"ages": spans[0], "prices": spans[1], "where": where} | done


_READERS: Mapping[str, Callable[[str, str], Iterator[Line]]] = {
    ".csv": _from_csv,
    ".json": _from_json,
    ".dmn": _from_dmn,
    ".xml": _from_dmn,
    ".py": _from_python,
}


def _checked(lines: Sequence[Line], scenario: Scenario) -> None:
    """Every name must be one of the scenario's, every action one there is, with the partner it takes."""
    from warrantysim.schema.service import EVIDENCE_LEVELS

    s = scenario
    known: dict[str, Sequence[str]] = {
        "market": s.market_ids,
        "channel": s.channel_ids,
        "category": tuple(dict.fromkeys(k.category for k in s.skus)),
        "sku": s.sku_ids,
        "symptom": s.symptom_ids,
        "evidence": EVIDENCE_LEVELS,
    }
    problems: list[Problem] = []

    def wrong(line: Line, key: str, expected: str, choices: Sequence[str]) -> None:
        found = line[key]
        problems.append(
            Problem(
                "",
                told("expected {what}, got {found}", what=expected, found=repr(found))
                + suggestion(str(found), choices),
                f"{line['where']}, {key}",
            )
        )

    for line in lines:
        if odd := [key for key in (*KEYS, "currency", "action", "partner") if not isinstance(line[key], str)]:
            raise _wrong(f"{line['where']}, {odd[0]}", "expected a text, got {line}", line=str(line[odd[0]])[:40])
        if len(problems) > MOST_PROBLEMS:
            break
        for key, choices in known.items():
            if line[key] and line[key] not in choices:
                wrong(line, key, f"a {key} of the scenario", choices)
        partners = {name: s.doers(name) for name, action in ACTIONS.items() if action.by}
        if line["action"] not in ACTIONS:
            wrong(line, "action", "an action", tuple(ACTIONS))
        elif line["action"] in partners and line["partner"] not in {
            *partners[line["action"]],
            *([""] if line["action"] == BY_WAY else []),
        }:
            wrong(line, "partner", f"who does {line['action']}", partners[line["action"]])
        elif line["action"] not in partners and line["partner"]:
            wrong(line, "partner", f"nobody for {line['action']}", ())
        if (
            line["market"]
            and line["market"] in s.markets
            and line["currency"] not in {"", s.markets[line["market"]].currency}
        ):
            wrong(line, "currency", f"{s.markets[line['market']].currency}, the market's currency", ())
        for key in ("ages", "prices"):
            if not line[key][0] < line[key][1]:
                wrong(line, key, "a beginning below the end", ())
    if problems:
        raise ScenarioError(problems)


def _policy(lines: Sequence[Line], scenario: Scenario, name: str, shown: str) -> Policy:
    """The policy that does what the lines say."""
    force = scenario.policy
    cells: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        cells.setdefault(tuple(line[key] for key in KEYS), []).append(line)
    try:
        rules = [rule for mine in cells.values() for rule in _rules(mine, scenario)]
        if all(rule.cell.stated() for rule in rules):
            rules += [rule for rule in force.rules if not rule.cell.stated()]
        return force.replace(name=name, title=None, why="", rules=tuple(rules))
    except ValueError as error:
        raise _wrong(shown, first_message(error)) from None


def _rules(lines: Sequence[Line], scenario: Scenario) -> Iterator[Rule]:
    """The rules of one cell; lines for some ages only belong to the scenario's age bands."""
    from warrantysim.schema.policy import Cell

    stated = {key: lines[0][key] for key in KEYS if lines[0][key]}
    by_span = _by_age(lines)
    spans = sorted(by_span)
    ends = (0.0, *(float(x) for x in scenario.triage.age_bands_days), math.inf)
    whole = spans[0][0] == 0 and spans[-1][1] == math.inf
    bands: dict[int | None, list[tuple[float, float]]] = {}
    for span in spans:
        band = None
        if not whole:
            band = next((k for k in range(len(ends) - 1) if ends[k] <= span[0] and span[1] <= ends[k + 1]), -1)
        bands.setdefault(band, []).append(span)
    for band, mine in bands.items():
        if band is not None and (band < 0 or (mine[0][0], mine[-1][1]) != (ends[band], ends[band + 1])):
            known = ", ".join(f"{x:g}" for x in ends[:-1])
            raise _wrong(
                by_span[mine[0]][0]["where"],
                "expected lines for every age of the order, or for a whole age band (they begin at {known} days)",
                known=known,
            )
        cell = Cell.model_validate(stated if band is None else {**stated, "age_band": band})
        for k, span in enumerate(mine):
            ages = 0.0 if k == 0 else span[0], math.inf if k == len(mine) - 1 else span[1]
            yield _rule(cell, ages, by_span[span], scenario)


def _by_age(lines: Sequence[Line]) -> dict[tuple[float, float], list[Line]]:
    """What lines of one cell say at each age of the order, by order price: of two that hold, the first counts."""
    if len(lines) > MOST_OF_ONE:
        where = lines[MOST_OF_ONE]["where"]
        raise _wrong(where, "expected at most {most:,} lines with the same keys", most=MOST_OF_ONE)
    ends = sorted({end for line in lines for end in line["ages"]})
    out: dict[tuple[float, float], list[Line]] = {}
    for first, last in pairwise(ends):
        here = [line for line in lines if line["ages"][0] <= first and last <= line["ages"][1]]
        pieces: list[Line] = []
        for low, high in pairwise(sorted({end for line in here for end in line["prices"]})):
            line = next((x for x in here if x["prices"][0] <= low and high <= x["prices"][1]), None)
            if line is None:
                continue
            if pieces and pieces[-1]["prices"][1] == low and _done(pieces[-1]) == _done(line):
                pieces[-1] = pieces[-1] | {"prices": (pieces[-1]["prices"][0], high)}
            else:
                pieces.append(line | {"prices": (low, high)})
        before = next(reversed(out), (0.0, 0.0))
        if before[1] == first and [_said(piece) for piece in out.get(before, [])] == [_said(piece) for piece in pieces]:
            first, pieces = before[0], out.pop(before, pieces)
        if pieces:
            out[first, last] = pieces
    return out


def _said(line: Line) -> tuple[Any, ...]:
    return line["prices"], *_done(line)


def _done(line: Line) -> tuple[str, str, str]:
    return line["action"], line["partner"], line["currency"]


def _rule(cell: Cell, ages: tuple[float, float], lines: Sequence[Line], scenario: Scenario) -> Rule:
    """One rule of lines whose prices follow each other."""
    from warrantysim.schema.policy import Rule

    ordered = sorted(lines, key=lambda line: float(line["prices"][0]))
    reached = 0.0
    for line in ordered:
        if abs(line["prices"][0] - reached) > 1e-9:
            low = line["prices"][0]
            code = coded("expected prices of one rule to follow each other: one from {reached:g}, got {low:g}")
            raise _wrong(line["where"], code, reached=reached, low=low)
        reached = line["prices"][1]
    if reached != math.inf:
        raise _wrong(ordered[-1]["where"], "expected a line for order prices from {reached:g} on", reached=reached)
    zones = []
    for line in ordered:
        do = BY_PARTNER if line["action"] == TEST_AND_SWAP else line["action"]
        amount = f"{line['prices'][0]!r} {line['currency'] or scenario.reporting_currency}"
        zones.append({"from": amount, "do": do, "partner": line["partner"] or None})
    stated = {"cell": cell, "by": "order_price", "age_from_days": ages[0], "zones": zones}
    return Rule.model_validate(stated | ({} if ages[1] == math.inf else {"age_to_days": ages[1]}))
