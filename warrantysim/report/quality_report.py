"""Faults in sentences design can act on: what each costs, how sure that is, what one point less is worth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, period, say
from warrantysim.report import figures
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

TOLD = 0.005
"""Units without fault found of fewer of those inspected are not told [share]."""
WORTH = ["worth", "worth_low", "worth_high"]
"""Columns of what one point less of a fault is worth a year, with its interval."""


def product_name(scenario: Scenario, sku: str, lang: Lang) -> str:
    """``robot vacuum (VAC-L10)``."""
    row = next((row for row in scenario.skus if row.sku == sku), None)
    name = sku if row is None else row.name_zh if lang == "zh" else row.name_en
    return sku if name == sku else say("fault.product", lang, name=name, sku=sku)


def with_kinds(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """A table of faults with the kind each is of, in column kind."""
    kinds = {(row.sku, row.fault): row.kind for row in scenario.faults}
    return table.assign(kind=[kinds[pair] for pair in zip(table["sku"], table["fault"], strict=True)])


def with_worth(table: pd.DataFrame, worth: pd.DataFrame) -> pd.DataFrame:
    """A table by product and fault with `WORTH`; NaN where no point can be taken away.

    ``worth``: of one rule, columns sku, fault, worth, low, high, as `FaultWorth.table`.
    """
    told = worth.rename(columns={"low": "worth_low", "high": "worth_high"})[["sku", "fault", *WORTH]]
    return table.merge(told, on=["sku", "fault"], how="left")


def fault_name(fault: str, kind: str, lang: Lang) -> str:
    """``repairable (wheel_motor)``; the kind alone where the fault is called like it."""
    term = named("fault_kind", kind, lang)
    if fault == kind or named("fault_kind", kind).startswith(fault.replace("_", " ")):
        return term
    return say("fault.name", lang, fault=named("fault_id", fault, lang), kind=term)


def group_names(table: pd.DataFrame, by: Sequence[str], scenario: Scenario, lang: Lang) -> list[str]:
    """What each row is called: product, fault and market as far as they were asked about."""
    called = Counter(row.name_zh if lang == "zh" else row.name_en for row in scenario.skus)
    short = {row.sku: row.name_zh if lang == "zh" else row.name_en for row in scenario.skus}
    kinds = {(row.sku, row.fault): row.kind for row in scenario.faults}
    parts = []
    for row in table[list(by)].to_dict("records"):
        sku = str(row["sku"])
        words = [short[sku] if called[short.get(sku, "")] == 1 else product_name(scenario, sku, lang)]
        if "fault" in row:
            words.append(fault_name(str(row["fault"]), kinds[sku, row["fault"]], lang))
        words += [str(row["market"])] if "market" in row else []
        parts.append(say("fault.between", lang).join(words))
    return parts


def fault_sentences(table: pd.DataFrame, scenario: Scenario, lang: Lang, most: int = 5) -> list[str]:
    """A sentence a fault, the dearest first.

    ``table``: by product and fault, as `quality_tables.ranked` by cost, with kinds and worth.
    """
    return [_sentence(row, scenario, lang) for row in table.head(most).to_dict("records")]


def _sentence(row: Mapping[Any, Any], scenario: Scenario, lang: Lang) -> str:
    currency, when = scenario.reporting_currency, period(scenario.horizon.days, lang)
    text = say(
        "fault.costs",
        lang,
        product=product_name(scenario, str(row["sku"]), lang),
        fault=fault_name(str(row["fault"]), str(row["kind"]), lang),
        share=figures.share(float(row["share"])),
        currency=currency,
        cost=figures.whole(float(row["cost"])),
        low=figures.whole(float(row["low"])),
        high=figures.whole(float(row["high"])),
        period=when,
        claims=figures.whole(float(row["claims"])),
        each=figures.whole(float(row["cost_a_claim"])),
    )
    more = []
    if float(row["inspected"]) >= 1 and float(row["nff_share"]) >= TOLD:
        more.append(say("fault.nff", lang, share=figures.share(float(row["nff_share"]), 0)))
    if float(row["recovery"]) >= 1:
        more.append(say("fault.recovery", lang, currency=currency, amount=figures.whole(float(row["recovery"]))))
    worth = float(row.get("worth", math.nan))
    if worth >= 1:
        more.append(say("fault.worth", lang, currency=currency, amount=figures.whole(worth)))
    stop = say("fault.stop", lang)
    return text + "".join(say("fault.also", lang) + each for each in more) + stop
