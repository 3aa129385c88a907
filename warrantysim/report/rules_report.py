"""Rules that came back from elsewhere, against those in force: which cells change, and what that costs or saves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, period, say
from warrantysim.report import figures
from warrantysim.report.doers import partner_titles
from warrantysim.report.export import row_records
from warrantysim.report.rows import rows_of
from warrantysim.report.rule_text import rule_code, rule_lines
from warrantysim.report.tables import TextColumn, table, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.policy_change import PolicyChange

MOST_LINES = 40
"""Lines of rules shown; further ones are counted."""


def rules_report(lines: pd.DataFrame, change: PolicyChange | None, lang: Lang = "en", width: int = 110) -> str:
    """What changes and what that saves; without a change, the rules themselves."""
    rows = rows_of(lines)
    if change is None:
        shown = [[row["rule_id"], row[f"title_{lang}"]] for row in rows[:MOST_LINES]]
        columns = [TextColumn(say(key, lang), wraps=True, least=16) for key in ("acol.line", "acol.rule")]
        parts = [say("rules.in_force", lang, n=len(rows)), "", table(columns, shown, width) if shown else ""]
        parts += [say("rules.more", lang, n=len(rows) - MOST_LINES)] if len(rows) > MOST_LINES else []
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
    same = change.kind == "keep" or not moving
    parts = wrapped(say("rules.none" if same else "rules.changes", lang, **facts), width)
    if not moving:
        return "\n".join(parts)
    columns = [
        TextColumn(say("rules.cell", lang), wraps=True),
        TextColumn(say("rules.now", lang), wraps=True, least=22),
        TextColumn(say("rules.new", lang), wraps=True, least=22),
        TextColumn(say("rules.saves", lang, currency=change.currency), "right"),
        TextColumn(say("rules.interval", lang), "right"),
    ]
    keys, partners = list(change.scenario.decision.cell), partner_titles(change.scenario)
    body = [
        [
            " ".join(str(row[key]) for key in keys),
            rule_lines(row["zones_now"], row["currency"], lang, partners=partners),
            rule_lines(row["zones"], row["currency"], lang, partners=partners),
            figures.signed(row["saving"]),
            figures.interval(row["saving_low"], row["saving_high"]),
        ]
        for row in moving
    ]
    body.append([say("rules.shared", lang), "", "", figures.signed(elsewhere(change)), ""])
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
