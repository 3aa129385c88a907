"""The rules for other programs: JSON for helpdesks, a DMN decision table, and a Python function that needs nothing.

All three say what the rule table says, line by line: the first line that matches what an agent sees of an order holds.
`report.rule_reading` reads each of them back.
"""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from warrantysim.locale.wording import LANGUAGES
from warrantysim.report.agent_rules import agent_rules, lines_told
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

FORMAT, FORMAT_VERSION = "warrantysim-rules", 1
"""What the JSON file calls itself, and the version of its form."""
KEYS = ("market", "channel", "category", "sku", "symptom", "evidence")
"""What an agent sees of an order besides its age and price, in the order of every file."""
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""Namespace of DMN 1.3."""
AGE, PRICE = "orderAgeDays", "orderPrice"
"""What a DMN table calls the age of the order [whole days since its first delivery] and its price."""
DMN_INPUTS = (*((key, "string") for key in KEYS), (AGE, "number"), (PRICE, "number"))
"""Inputs of the DMN table with their types."""
DMN_OUTPUTS = ("ruleId", "action", "partner", "evidenceAsked", "currency")
"""Its outputs, all texts."""
CASES = 400
"""Test cases at most in a Python file, taken evenly over its lines [count]."""


def rule_texts(policy: Policy, scenario: Scenario) -> dict[str, str]:
    """A policy as files for other programs, by file name."""
    table = agent_rules(policy, scenario)
    return {
        "policy.json": rules_json(table, policy, scenario),
        "rules.dmn": rules_dmn(table, scenario),
        "rules.py": rules_function(table, scenario),
    }


def rules_json(table: pd.DataFrame, policy: Policy, scenario: Scenario) -> str:
    """The rules for a helpdesk. ``from`` is included, ``below`` is not; a key that is not stated may be anything."""
    from warrantysim.decision.rule_table import THEN

    rules = []
    for row in rows_of(table):
        when: dict[str, Any] = {key: row[key] for key in KEYS if row[key]}
        when["order_age_days"] = _span(row["age_from_days"], row["age_to_days"])
        when["order_price"] = _span(row["price_from"], row["price_to"]) | {"currency": row["currency"]}
        then = {
            "action": row["action"],
            "partner": row["partner"] or None,
            "evidence": row["evidence_asked"],
            "fallback": row["fallback"].split(THEN),
        }
        title = {"en": row["title_en"], "zh": row["title_zh"]}
        rules.append({"id": row["rule_id"], "when": when, "then": then, "title": title})
    first = rows_of(table)[0] if len(table) else {}
    return json.dumps(
        {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "scenario": scenario.name,
            "policy": policy.name,
            "about": {lang: lines_told(table, lang) for lang in LANGUAGES},
            "effective_from": first.get("effective_from", ""),
            "binds_by": {name: channel.binding for name, channel in scenario.channels.items()},
            "hit_policy": "first",
            "inputs": {
                **dict(zip(KEYS, _MEANINGS, strict=True)),
                "order_age_days": "whole days since the first delivery of the order",
                "order_price": "price paid for the unit, with tax where the market's prices carry it",
            },
            "rules": rules,
        },
        ensure_ascii=False,
        indent=1,
    )


_MEANINGS = (
    "marketplace of the order", "sales channel of the order", "category of the product", "SKU of the product",
    "reason the customer gives", "evidence on file: none, photo or video",
)  # fmt: skip


def _span(first: float, last: float) -> dict[str, float | None]:
    return {"from": _plain(first), "below": None if math.isnan(last) else _plain(last)}


def _plain(x: float) -> float:
    """A whole figure without its point."""
    return int(x) if float(x).is_integer() else float(x)


def rules_dmn(table: pd.DataFrame, scenario: Scenario) -> str:
    """The rules as a DMN 1.3 decision table with hit policy FIRST; entries are S-FEEL, ages and prices intervals."""
    ET.register_namespace("", DMN)
    name = f"Warranty rules of {scenario.name}"
    root = _element(None, "definitions", id="warranty_rules", name=name, namespace="urn:warrantysim:rules")
    for key, kind in DMN_INPUTS:
        data = _element(root, "inputData", id=f"data_{key}", name=key)
        _element(data, "variable", id=f"variable_{key}", name=key, typeRef=kind)
    decision = _element(root, "decision", id="warrantyAction", name="warrantyAction")
    _element(decision, "description").text = " / ".join(lines_told(table, lang) for lang in LANGUAGES)
    for key, _ in DMN_INPUTS:
        requirement = _element(decision, "informationRequirement", id=f"needs_{key}")
        _element(requirement, "requiredInput", href=f"#data_{key}")
    rules = _element(decision, "decisionTable", id="rules", hitPolicy="FIRST")
    for key, kind in DMN_INPUTS:
        column = _element(rules, "input", id=f"input_{key}", label=key)
        expression = _element(column, "inputExpression", id=f"expression_{key}", typeRef=kind)
        _element(expression, "text").text = key
    for key in DMN_OUTPUTS:
        _element(rules, "output", id=f"output_{key}", label=key, name=key, typeRef="string")
    for row in rows_of(table):
        rule = _element(rules, "rule", id=row["rule_id"])
        _element(rule, "description").text = f"{row['title_en']} / {row['title_zh']}"
        entries = [_feel(row[key]) if row[key] else "-" for key in KEYS]
        entries += [_interval(row["age_from_days"], row["age_to_days"])]
        entries += [_interval(row["price_from"], row["price_to"])]
        for (key, _), text in zip(DMN_INPUTS, entries, strict=True):
            _element(_element(rule, "inputEntry", id=f"{row['rule_id']}_{key}"), "text").text = text
        told = (row["rule_id"], row["action"], row["partner"], row["evidence_asked"], row["currency"])
        for key, value in zip(DMN_OUTPUTS, told, strict=True):
            _element(_element(rule, "outputEntry", id=f"{row['rule_id']}_{key}"), "text").text = _feel(value)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _element(parent: ET.Element | None, tag: str, **attributes: str) -> ET.Element:
    named = f"{{{DMN}}}{tag}"
    return ET.Element(named, attributes) if parent is None else ET.SubElement(parent, named, attributes)


def _feel(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _interval(first: float, last: float) -> str:
    """Figures from ``first`` on, below ``last``; NaN for no end."""
    if not math.isnan(last):
        return f"[{_plain(first)}..{_plain(last)})"
    return f">= {_plain(first)}" if first > 0 else "-"


def rules_function(table: pd.DataFrame, scenario: Scenario) -> str:
    """The rules as one Python file: the function ``decide``, and cases it is tested with when it is run."""
    rows = rows_of(table)
    lines = [f"    {_told(row)!r}," for row in rows]
    cases = [f"    {case!r}," for case in _cases(table)]
    since = rows[0]["effective_from"] if rows else ""
    template = Path(__file__).with_name("rule_function.txt").read_text("utf-8")
    return template.format(
        scenario=scenario.name.replace("\\", " ").replace('"', "'"),
        since=since,
        about="\n".join(textwrap.wrap(lines_told(table, "en"), 118)),
        keys=repr(KEYS),
        rules="\n".join(lines),
        cases="\n".join(cases),
    )


def _told(row: Mapping[str, Any]) -> tuple[Any, ...]:
    ends = [None if math.isnan(row[name]) else _plain(row[name]) for name in ("age_to_days", "price_to")]
    ages, prices = (_plain(row["age_from_days"]), ends[0]), (_plain(row["price_from"]), ends[1])
    stated = {key: row[key] for key in KEYS if row[key]}
    done = row["action"], row["partner"], row["evidence_asked"]
    return row["rule_id"], stated, ages, row["currency"], prices, *done, row["title_en"]


def _cases(table: pd.DataFrame) -> Iterator[tuple[dict[str, Any], str]]:
    """What is seen of an order at both ends of lines, and the line that holds for it."""
    import numpy as np

    from warrantysim.decision.rule_table import first_match

    seen: list[dict[str, Any]] = []
    rows = rows_of(table)
    for i in np.unique(np.linspace(0, len(rows) - 1, min(len(rows), CASES // 4)).astype(int)) if rows else ():
        row = rows[i]
        ages = [row["age_from_days"], row["age_to_days"] - 1]
        prices = [row["price_from"], row["price_to"] - 0.01]
        for age, price in zip((ages[0], ages[1], ages[0], ages[1]), (*prices, *reversed(prices)), strict=True):
            order = {key: row[key] or "another" for key in KEYS}
            order["order_age_days"] = int(row["age_from_days"] if math.isnan(age) else max(age, row["age_from_days"]))
            order["order_price"] = round(float(row["price_from"] if math.isnan(price) else price), 2)
            if order not in seen:
                seen.append(order)
    if not seen:
        return
    columns = {name: np.array([order[name] for order in seen]) for name in seen[0]}
    ids = table["rule_id"].to_numpy()
    for order, line in zip(seen, first_match(table, columns), strict=True):
        yield order, str(ids[line]) if line >= 0 else ""
