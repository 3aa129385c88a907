"""What rules cost, for people: sentences first, then tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, say, titled
from warrantysim.report import figures
from warrantysim.report.cost_tables import CostView
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import heading, wrapped

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result

MOST_CHANGES = 8
"""Changes of a what-if that are printed before 'and N more'."""


def cost_report(result: Result, lang: Lang = "en", width: int = 110, changes: Sequence[str] = ()) -> str:
    """What each policy costs and how they differ, as text. Rests on the complete replications of the result.

    ``changes``: what the scenario changes of its base, a line each.

    Raises
    ------
    ValueError
        If no replication is complete.
    """
    if not result.complete:
        raise ValueError("expected at least one complete replication")
    view = CostView(result, lang, width)
    parts = [*head(view), *changed(changes, lang, width), *wholes(view)]
    if len(result.policies) > 1:
        parts += ["", *differences(view), heading(say("cost.compared", lang)), view.compared()]
    for by in ("category", "market", "sku"):
        parts += [heading(say(f"cost.by_{by}", lang)), view.costs(by)]
    for k, name in enumerate(result.names):
        mark = f": {view.policy(k)}" if len(result.names) > 1 else ""
        parts += [heading(say("cost.by_disposition", lang) + mark), view.dispositions(name)]
    if benches := view.benches():
        parts += [heading(say("cost.benches", lang)), benches]
    return "\n".join([*parts, "", provenance_line(result, lang)])


def head(view: CostView) -> list[str]:
    """What this is and what it rests on."""
    r, s = view.result, view.result.scenario
    title = titled(s.title, s.name, view.lang)
    key = "cost.title" if len(r.policies) == 1 else "cost.title_many"
    basis = say(
        "cost.basis",
        view.lang,
        replications=len(r.complete),
        days=s.horizon.days,
        seed=r.seed,
        level=figures.level(r.level),
    )
    return [say(key, view.lang, title=title, policy=view.policy(0)), *wrapped(basis, view.width), ""]


def changed(changes: Sequence[str], lang: Lang, width: int) -> list[str]:
    """What the scenario changes of its base; nothing where it is the base."""
    if not changes:
        return []
    lines = [say("cost.changes", lang)]
    for change in changes[:MOST_CHANGES]:
        first, *rest = wrapped(change, width - 4)
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    if len(changes) > MOST_CHANGES:
        lines.append(f"  - {say('cost.more_changes', lang, n=len(changes) - MOST_CHANGES)}")
    return [*lines, ""]


def wholes(view: CostView) -> list[str]:
    """What each policy costs, in two sentences."""
    r = view.result
    means = {row["policy"]: row for row in rows_of(r.totals.groupby("policy", as_index=False).mean(numeric_only=True))}
    days = {row["policy"]: row for row in rows_of(r.days())}
    lines: list[str] = []
    for k, (name, year) in enumerate(zip(r.names, rows_of(r.yearly()), strict=True)):
        mean = means[name]
        text = say(
            "cost.unsure" if math.isnan(year["half_width"]) else "cost.total",
            view.lang,
            policy=view.policy(k),
            currency=view.currency,
            total=figures.whole(year["mean"]),
            period=view.period,
            low=figures.whole(year["low"]),
            high=figures.whole(year["high"]),
            cash=figures.whole(mean["cash"]),
            expected=figures.whole(mean["expected"]),
            claims=figures.whole(mean["claims"]),
            each=figures.cents(year["mean"] / mean["claims"] if mean["claims"] else math.nan),
        )
        lines += wrapped(text, view.width)
        if name in days:
            p50, p90 = (figures.days(days[name][quantile]) for quantile in ("p50", "p90"))
            lines += wrapped(say("cost.days", view.lang, p50=p50, p90=p90), view.width)
    return lines


def differences(view: CostView) -> list[str]:
    """What each further policy saves or costs against the first, as a sentence each."""
    lines: list[str] = []
    for k in range(1, len(view.result.policies)):
        row = rows_of(view.result.savings((), k))[0]
        saving, low, high, needed = (row[name] for name in ("saving", "low", "high", "needed"))
        if math.isnan(row["half_width"]):
            key = "cost.single"
        elif not row["detectable"]:
            key = "cost.no_difference" if math.isfinite(needed) else "cost.never"
        else:
            key = "cost.saving" if saving > 0 else "cost.loss"
        if key == "cost.loss":
            saving, low, high = -saving, -high, -low
        amount = figures.signed(saving) if key == "cost.single" else figures.whole(saving)
        text = say(
            key,
            view.lang,
            policy=view.policy(k),
            base=view.policy(0),
            saving=f"{view.currency} {amount}",
            period=view.period,
            low=figures.whole(low),
            high=figures.whole(high),
            n=figures.whole(needed) if math.isfinite(needed) else "",
        )
        lines += wrapped(text, view.width)
    return lines


def provenance_line(result: Result, lang: Lang) -> str:
    """Version, scenario and seed: what it takes to get the same figures again."""
    facts = {"version": result.version, "name": result.scenario.name, "digest": result.digest[:12]}
    return say("provenance", lang, **facts, seed=result.seed)
