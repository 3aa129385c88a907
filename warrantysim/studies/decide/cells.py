"""Cells one by one: rules that are looked for, and of one cell its costs by kind and where its claims go."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from warrantysim.locale.wording import LANGUAGES, Lang, named
from warrantysim.report import figures
from warrantysim.report.doers import Titles
from warrantysim.report.rule_text import arm_text
from warrantysim.studies.decide.words import CaseWords, CellText

if TYPE_CHECKING:
    from warrantysim.decision.cells import CellKey
    from warrantysim.schema.root import Scenario

Row = Mapping[str, Any]


def key_of(row: Row, scenario: Scenario) -> CellKey:
    """The cell of a row of the decision table."""
    return tuple(row[key] for key in scenario.decision.cell)


def chosen_rows(
    rows: Sequence[Row],
    words: CaseWords,
    *,
    markets: Collection[str] = (),
    categories: Collection[str] = (),
    verdicts: Collection[str] = (),
    text: str = "",
) -> list[Row]:
    """Rows of some markets, categories and verdicts (any where empty) in whose names, codes or rules a text occurs."""
    wanted = text.casefold().strip()
    return [
        row
        for row in rows
        if (not markets or row.get("market") in markets)
        and (not categories or words.category(row) in categories)
        and (not verdicts or row["verdict"] in verdicts)
        and (not wanted or wanted in _searched(row, words))
    ]


def _searched(row: Row, words: CaseWords) -> str:
    said = [words.category(row), str(row["partner"])]
    for lang in LANGUAGES:
        text = CellText(words, lang)
        said += [text.name(row), text.code(row), text.now(row), text.new(row)]
    return "\n".join(said).casefold()


def rules_frame(rows: Sequence[Row], words: CellText) -> pd.DataFrame:
    """A row a cell, in the words of a language.

    Columns code, name, verdict, claims, rule_now, rule_new, rule_free (of the optimum, where it is left out), saving,
    saving_low, saving_high, free_saving (by the optimum), robust (share of the draws), days_now, days, flat,
    binds, few.
    """
    return pd.DataFrame(
        [
            {
                "code": words.code(row),
                "name": words.name(row),
                "verdict": words.verdict(row),
                "claims": row["claims"],
                "rule_now": words.now(row),
                "rule_new": words.new(row),
                "rule_free": "" if row["taken"] or row["because"] in {"same", "idle"} else words.offered(row),
                **{name: _whole(row[name]) for name in ("saving", "saving_low", "saving_high")},
                "free_saving": _whole(row["free_saving"]),
                "robust": row["robust_share"],
                "days_now": row["days_p90_now"],
                "days": row["days_p90"],
                "flat": flat_text(row),
                "binds": words.binds(row),
                "few": bool(row["few_claims"]),
            }
            for row in rows
        ]
    )


def _whole(amount: float) -> float:
    """To whole units, as it is shown; no minus before 0."""
    return amount if math.isnan(amount) else float(round(amount)) + 0.0


def aside_of(rows: Sequence[Row], curves: pd.DataFrame) -> set[tuple[str, str]]:
    """Arms of curves that no recommended rule uses in any cell: fixed charges of their contracts are in no line."""
    used = {(zone.do, zone.partner) for row in rows for zone in row["zones"]}
    return {arm for arm in zip(curves["do"], curves["partner"], strict=True) if arm[1] and arm not in used}


def flat_text(row: Row) -> str:
    """Each cut-point with the range it may lie in: ``EUR 65 [58 .. 74]``."""
    parts = []
    for cut, (low, high) in zip(row["cuts"], row["flat"], strict=False):
        end = figures.value(round(high, 2)) if math.isfinite(high) else ""
        parts.append(f"{row['currency']} {figures.value(round(cut, 2))} [{figures.value(round(low, 2))} .. {end}]")
    return "; ".join(parts)


def costs_of_cell(
    detail: pd.DataFrame, scenario: Scenario, cell: Mapping[str, str | int], policies: Sequence[str]
) -> pd.DataFrame | None:
    """Cost of a cell by category under some policies, a mean year; None where costs are not kept by its keys.

    ``detail``: a simulation's table ``cost_detail``. Columns policy, category, mean; every policy has every category.
    """
    if not set(cell) <= {"sku", "market", "channel", "category"}:
        return None
    mine = detail["policy"].isin(policies)
    for key in ("sku", "market", "channel"):
        if key in cell:
            mine &= detail[key] == cell[key]
    if "category" in cell:
        mine &= detail["sku"].isin([k.sku for k in scenario.skus if k.category == cell["category"]])
    sums = detail[mine].groupby(["policy", "category"])["mean"].sum()
    found = detail[mine]["category"].drop_duplicates()
    index = pd.MultiIndex.from_product([list(policies), found], names=["policy", "category"])
    return sums.reindex(index, fill_value=0.0).reset_index()


def flows_frame(flows: pd.DataFrame, lang: Lang, partners: Titles, only_test: Collection[str] = ()) -> pd.DataFrame:
    """Flows of a cell in words, today's beside the recommended ones; ``only_test``: partners that repair nothing.

    ``flows``: of the rules ``now`` and ``new``, see `decision.cell_years.cell_flows`. Columns done, ends, then claims
    (0 where there are none), cost, days_p50 and days_p90 of each rule, ending in _now or _new; most claims first.
    """
    keys = ["disposition", "partner", "closure"]
    sides = [flows[flows["rule"] == rule].drop(columns="rule") for rule in ("now", "new")]
    wide = sides[0].merge(sides[1], on=keys, how="outer", suffixes=("_now", "_new"))
    both = ["claims_now", "claims_new"]
    wide[both] = wide[both].fillna(0.0)
    wide = wide.iloc[(-wide[both].max(axis=1)).argsort(kind="stable")].reset_index(drop=True)
    arms = zip(wide["disposition"], wide["partner"], strict=True)
    done = [arm_text(do, who, partners, only_test, lang) for do, who in arms]
    ends = [named("closure", closure, lang) for closure in wide["closure"]]
    numbers = [f"{name}_{rule}" for name in ("claims", "cost", "days_p50", "days_p90") for rule in ("now", "new")]
    return pd.DataFrame({"done": done, "ends": ends, **{name: wide[name] for name in numbers}})


def by_hand_frame(rows: Sequence[Row], chosen: Mapping[Any, Sequence[Any]], words: CellText) -> pd.DataFrame:
    """Cells set by hand: columns name, recommended, by_hand."""
    mine = {tuple(row[key] for key in words.words.cell): row for row in rows}
    return pd.DataFrame(
        [
            {
                "name": words.name(mine[cell]),
                "recommended": words.rule(mine[cell]["zones"], mine[cell]["currency"]),
                "by_hand": words.rule(zones, mine[cell]["currency"]),
            }
            for cell, zones in chosen.items()
        ]
    )
