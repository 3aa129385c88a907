"""Rules that came back from elsewhere, against those in force: which cells change, and what that costs or saves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from warrantysim.locale.wording import Lang, period, say
from warrantysim.report import figures
from warrantysim.report.export import row_records
from warrantysim.report.rows import rows_of
from warrantysim.report.rule_text import rule_code, rule_lines
from warrantysim.report.tables import TextColumn, heading, table, wrapped
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.policy_change import PolicyChange

MOST_LINES = 40
"""Lines of rules shown; further ones are counted."""


@dataclass(frozen=True)
class RulesPage:
    """A report in one language at one width, its texts under one prefix."""

    prefix: str
    """First part of the keys of its texts [text]."""
    lang: Lang
    """Language."""
    width: int
    """Width [columns of text]."""

    def say(self, key: str, **facts: Any) -> str:
        """A text of this report."""
        return say(f"{self.prefix}.{key}", self.lang, **facts)

    def lines(self, key: str, **facts: Any) -> list[str]:
        """A text of this report, broken to the width."""
        return wrapped(self.say(key, **facts), self.width)

    def table(self, columns: str, rows: Sequence[Sequence[str]], left: int = 1, total: bool = False) -> str:
        """A table whose first ``left`` columns are text; ``:n`` says when a column is given up, ``.n`` below
        which width it is not broken. Empty without rows."""
        if not rows:
            return ""
        cols = []
        for i, stated in enumerate(columns.split()):
            name, _, give_up = stated.partition(":")
            name, _, least = name.partition(".")
            text = i < left or name == "verdict"
            heads = say(f"acol.{name}", self.lang)
            align: Literal["left", "right"] = "left" if text else "right"
            cols.append(
                TextColumn(heads, align, wraps=text, least=int(least or (16 if text else 8)), give_up=int(give_up or 0))
            )
        return table(cols, rows, self.width, total)

    def section(self, title: str, body: str) -> list[str]:
        """A heading and what stands under it; nothing where there is nothing."""
        return [heading(title), body] if body else []

    def provenance(self, scenario: Scenario, seed: int) -> str:
        """Version, scenario and seed."""
        from warrantysim.schema.digest import digest
        from warrantysim.version import __version__

        facts = {"version": __version__, "name": scenario.name, "digest": digest(scenario)[:12]}
        return say("provenance", self.lang, **facts, seed=seed)


def rules_report(lines: pd.DataFrame, change: PolicyChange | None, lang: Lang = "en", width: int = 110) -> str:
    """What changes and what that saves; without a change, the rules themselves."""
    page = RulesPage("rules", lang, width)
    rows = rows_of(lines)
    if change is None:
        shown = [[row["rule_id"], row[f"title_{lang}"]] for row in rows[:MOST_LINES]]
        parts = [page.say("in_force", n=len(rows)), "", page.table("line rule", shown, 2)]
        parts += [page.say("more", n=len(rows) - MOST_LINES)] if len(rows) > MOST_LINES else []
        return "\n".join(parts)
    interval, moving = change.saving.interval, moving_rows(change)
    facts = {
        "n": len(moving),
        "lines": len(rows),
        "currency": change.currency,
        "period": period(change.scenario.horizon.days, lang),
        "saving": figures.signed(float(interval.mean)),
        "low": figures.signed(float(interval.low)),
        "high": figures.signed(float(interval.high)),
        "replications": len(change.result.complete),
    }
    parts = page.lines("none" if change.kind == "keep" or not moving else "changes", **facts)
    if not moving:
        return "\n".join(parts)
    columns = [
        TextColumn(page.say("cell"), wraps=True),
        TextColumn(page.say("now"), wraps=True, least=22),
        TextColumn(page.say("new"), wraps=True, least=22),
        TextColumn(page.say("saves", currency=change.currency), "right"),
        TextColumn(page.say("interval"), "right"),
    ]
    keys = list(change.scenario.decision.cell)
    body = [
        [
            " ".join(str(row[key]) for key in keys),
            rule_lines(row["zones_now"], row["currency"], lang),
            rule_lines(row["zones"], row["currency"], lang),
            figures.signed(row["saving"]),
            figures.interval(row["saving_low"], row["saving_high"]),
        ]
        for row in moving
    ]
    body.append([page.say("shared"), "", "", figures.signed(elsewhere(change)), ""])
    return "\n".join([*parts, "", table(columns, body, width)])


def moving_rows(change: PolicyChange) -> list[dict[str, Any]]:
    """Cells whose rule changes and sends claims another way, largest saving first."""
    from warrantysim.decision.changes import NOBODY

    return [row for row in change.rows if not row["claims_changing"] < NOBODY]


def elsewhere(change: PolicyChange) -> float:
    """What is saved outside those cells: contracts, closing stock, others' part of shared bills."""
    return float(change.saving.interval.mean) - math.fsum(float(row["saving"]) for row in moving_rows(change))


def cell_changes(change: PolicyChange) -> pd.DataFrame:
    """A row a cell whose rule changes, largest saving first, and what belongs to no cell; as plain values."""
    import pandas as pd

    keys = list(change.scenario.decision.cell)
    rows = [
        {
            **{key: row[key] for key in keys},
            "rule_now": rule_code(row["zones_now"]),
            "rule_new": rule_code(row["zones"]),
            **{name: row[name] for name in ("claims_changing", "saving", "saving_low", "saving_high")},
        }
        for row in moving_rows(change)
    ]
    shared: dict[str, Any] = {**dict.fromkeys(keys, ""), "rule_now": "", "rule_new": "", "saving": elsewhere(change)}
    return pd.DataFrame([*rows, shared])


def rules_record(lines: pd.DataFrame, change: PolicyChange | None) -> dict[str, Any]:
    """The same as one plain value."""
    out: dict[str, Any] = {"rules": row_records(lines)}
    if change is not None:
        interval = change.saving.interval
        out |= {
            "currency": change.currency,
            "saving": float(interval.mean),
            "saving_low": float(interval.low),
            "saving_high": float(interval.high),
            "replications": list(change.result.complete),
            "seed": change.result.seed,
            "changes": row_records(cell_changes(change)),
        }
    return out
