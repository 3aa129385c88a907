"""A decision for programs and spreadsheets: flat tables, one plain value, and the rules it leaves to choose from."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from warrantysim.decision.changes import Robust, RuleChange, SharedBill, with_changes
from warrantysim.locale.wording import LANGUAGES, period, say, titled
from warrantysim.report import figures
from warrantysim.report.agent_rules import with_titles
from warrantysim.report.export import row_records
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rows import rows_of
from warrantysim.report.rule_text import rule_code, unreached
from warrantysim.studies.decide.words import CaseWords, CellText, bounds_text, limit_text

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.cells import CellKey
    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.intervals import Difference, Interval
    from warrantysim.schema.markets import DatedShare
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario
    from warrantysim.studies.study import Stored

CONSENTS = ("consent_to_money_share", "refurbished_consent_share")
"""Shares of a market's customers that are told: who takes money, who takes a repaired unit."""
OWN = ("sku", "category", "symptom")
"""Keys of a row of its own in the ladder."""
PARTS = (("bill", SharedBill), ("robust", Robust))
"""What a change may have beside its own figures."""
CHOICES = ("recommended", "hand")
"""Rules to take away: as recommended, and as agents get it; set by hand."""


def flat_table(decision: Decision, words: CaseWords) -> pd.DataFrame:
    """The decision table with a plain value in every cell, and each row in words in both languages.

    Cut-points are stated to the cent; ``out_of_range`` are those of agents that no claim lies below, or none above.
    """
    frame = decision.table.copy()
    claims = frame["claims_new"].tolist()
    frame["out_of_range"] = [
        "; ".join(figures.to_cents(zones[k + 1].start) for k in unreached(beyond, n))
        for zones, beyond, n in zip(frame["zones_agents"], frame["agent_beyond"], claims, strict=True)
    ]
    places = {"zones_now": "rule_now", "zones": "rule_new", "zones_free": "rule_free"}
    for zones, rule in places.items():
        frame[zones] = [rule_code(row) for row in frame[zones]]
        frame = frame.rename(columns={zones: rule})
    # The recommended rule is the one agents get: it is told once.
    frame = frame.drop(columns=["zones_agents", "agent_beyond"])
    for name in ("cuts", "agent_cuts", "claims_beyond"):
        frame[name] = ["; ".join(figures.to_cents(x) for x in row) for row in frame[name]]
    frame["flat"] = [
        "; ".join(f"{figures.to_cents(low)} .. {_end(high)}" for low, high in row) for row in frame["flat"]
    ]
    frame["binds"] = [bounds_text(row, words) for row in frame["binds"]]
    if "bill_cells" in frame:  # A decision stored before has none.
        frame["bill_cells"] = [_codes(row) for row in frame["bill_cells"]]
    for lang in LANGUAGES:
        text = CellText(words, lang)
        frame[f"sentence_{lang}"] = [text.sentence(row) for row in rows_of(decision.table)]
    return frame


def changes_table(decision: Decision) -> pd.DataFrame:
    """Everything that can be ticked, a row a change, those taken first."""
    import pandas as pd

    rows, own = [], [f.name for f in fields(RuleChange) if f.name not in dict(PARTS)]
    for change in decision.changes:
        found = {name: getattr(change, name) for name in own}
        parts = {
            f"{part}_{f.name}": getattr(getattr(change, part), f.name, None)
            for part, kind in PARTS
            for f in fields(kind)
        }
        if change.bill is not None:
            parts["bill_cells"] = _codes(change.bill.cells)
        rows.append({**found, "cells": _codes(change.cells), **parts})
    return pd.DataFrame(rows, columns=[*own, *(f"{part}_{f.name}" for part, kind in PARTS for f in fields(kind))])


def _codes(cells: Collection[CellKey]) -> str:
    return "; ".join(" ".join(map(str, cell)) for cell in cells)


def ladder_frame(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """A line a zone, as `agent_rules.csv`, with what a row of its own saves by the program (``saves``) and on luck that
    did not suggest it (``held``); no rows where a decision has no ladder."""
    from warrantysim.decision.rule_table import rule_table
    from warrantysim.journeys.model import model_of

    found = decision.ladder
    table = with_titles(rule_table(found.policy if found else decision.now, model_of(scenario), fewest=False), scenario)
    gains = {tuple(sorted(step.cell.items())): (step.saves, step.held) for step in (found.steps if found else ())}
    mine = [
        gains.get(tuple(sorted((k, row[k]) for k in ("market", *OWN) if row[k])), (math.nan, math.nan))
        for row in rows_of(table)
    ]
    table["saves"], table["held"] = [saves for saves, _ in mine], [held for _, held in mine]
    return table if found else table.iloc[:0]


def law_frame(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """What the law costs, with the shares of a market's customers who consent, as on the first day."""
    first = scenario.horizon.first_day
    customers = {name: market.customer for name, market in scenario.markets.items()}
    shares = {
        name: [_on(getattr(customers[market], name), first) for market in decision.law["market"]] for name in CONSENTS
    }
    return decision.law.assign(**shares)


def _on(share: DatedShare, day: dt.date) -> float:
    """A dated share on a day; 0 before the first that is stated."""
    return max([(step.from_, step.value) for step in share.steps if step.from_ <= day], default=(day, 0.0))[1]


def decision_frames(decision: Decision, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Every table of a decision by file name."""
    import pandas as pd

    words = CaseWords.of(scenario)
    tried = [{"name": t.name, "simulated": t.cost, "predicted": t.predicted} for t in decision.tried]
    prices = [
        {"limit": name, "price": price, "in_words": limit_text(name, price, words, "en")}
        for name, price in decision.solver.prices.items()
    ]
    return {
        "decision": flat_table(decision, words),
        "changes": changes_table(decision),
        "agent_rules": with_titles(decision.agent_rules, scenario),
        "ladder": ladder_frame(decision, scenario),
        "tried": pd.DataFrame(tried, columns=["name", "simulated", "predicted"]),
        "scarce": pd.DataFrame(prices, columns=["limit", "price", "in_words"]),
        "order_regret": decision.order_regret,
        "law": law_frame(decision, scenario),
    }


def decision_record(decision: Decision, words: CaseWords, kind: str, stored: Stored) -> dict[str, Any]:
    """A decision as one plain value."""
    d, table = decision, stored.tables
    return {
        "version": stored.facts["version"],
        "scenario": d.scenario,
        "digest": words.digest,
        "changes": stored.facts["changed"],
        "seed": d.seed,
        "replications": d.replications,
        "learned_on": d.learned_on,
        "chosen_on": d.chosen_on,
        "judged_on": d.judged_on,
        "confidence": d.confidence,
        "currency": d.currency,
        "horizon": {"first_day": words.first_day, "days": words.days},
        "answer": kind,
        "against": d.now.name,
        "cost_now": d.cost_now,
        "cost": d.cost,
        "saving": interval_record(d.saving),
        "saving_cash": interval_record(d.saving_cash),
        "saving_shared": d.shared,
        "free_optimum": {"saves_more": interval_record(d.free)},
        "service": {
            "now": asdict(d.service_now),
            "recommended": asdict(d.service),
            "p90_rise": ends_record(d.p90_rise),
        },
        "robust": None if d.robust is None else asdict(d.robust),
        "ladder": _ladder_record(d),
        "rule_changes": row_records(table["changes"]),
        "ticks": asdict(d.ticks),
        "saving_parts": {name: interval_record(part) for name, part in d.parts.items()},
        "saving_shared_parts": dict(d.shared_parts),
        "predicted_saving": d.predicted_saving,
        "selected_saving": d.selected_saving,
        "rounding_cost": interval_record(d.rounding_cost),
        "materiality": d.materiality,
        "rounding": words.step,
        "cash_only": None
        if d.cash_only is None
        else {"saving_cash": interval_record(d.cash_only.cash), "saving": interval_record(d.cash_only.total)},
        "order_regret": float(d.order_regret["regret"].sum()),
        "solver": {
            "status": d.solver.status,
            "method": d.solver.method,
            "gap": d.solver.gap,
            "reproducible": d.solver.reproducible,
            "prices": dict(d.solver.prices),
            "unmet_minimums": {
                name: [words.month(month) for month in months] for name, months in d.solver.unmet.items()
            },
        },
        "tried": row_records(table["tried"]),
        "seconds": dict(d.seconds),
        "peak_memory_mb": stored.facts["peak_memory_mb"],
        "cells": row_records(table["decision"]),
        "agent_rules": row_records(table["agent_rules"]),
        "order_regret_by_cell": row_records(table["order_regret"]),
        "law": row_records(table["law"]),
        "policy": recommended_text(d, words),
    }


def _ladder_record(decision: Decision) -> dict[str, Any] | None:
    """The ladder as plain values; None without one."""
    found = decision.ladder
    if found is None:
        return None
    return {
        "lines": found.lines,
        "exceptions": len(found.exceptions),
        "saving": None if found.saving is None else ends_record(found.saving.interval),
        "dearer": None if found.dearer is None else ends_record(found.dearer.interval),
        "rules": [
            {**step.cell, "lines": step.lines, "saves": _known(step.saves), "held": _known(step.held)}
            for step in found.steps
        ],
    }


def _known(x: float) -> float | None:
    return None if math.isnan(x) else x


def interval_record(difference: Difference) -> dict[str, float]:
    """A paired difference as a plain value; ``probability``: that the new one is cheaper."""
    return ends_record(difference.interval) | {"probability": 1.0 - float(difference.a_lower)}


def ends_record(found: Interval) -> dict[str, float]:
    """An interval as a plain value."""
    return {"mean": float(found.mean), "low": float(found.low), "high": float(found.high)}


def recommended(decision: Decision, days: int) -> Policy:
    """The recommended policy under a name of its own, saying what it was decided for and what it brings.

    ``days``: length of the horizon [days].
    """
    found = decision.saving.interval
    why = say(
        "policy.why",
        scenario=decision.scenario,
        now=titled(decision.now.title, decision.now.name),
        currency=decision.currency,
        saving=figures.whole(float(found.mean)),
        period=period(days),
        low=figures.whole(float(found.low)),
        high=figures.whole(float(found.high)),
        replications=decision.replications,
    )
    return _titled(decision.policy, "recommended", "policy.title", why)


def recommended_text(decision: Decision, words: CaseWords) -> str:
    """The same as a policy file."""
    from warrantysim.version import __version__

    facts: dict[str, Any] = {
        "version": __version__,
        "name": words.name,
        "digest": words.digest[:12],
        "seed": decision.seed,
    }
    return policy_text(recommended(decision, words.days), say("provenance", **facts))


def policy_chosen(choice: str, decision: Decision, scenario: Scenario, by_hand: Policy | None = None) -> Policy:
    """A policy with a name, a title in both languages, and why.

    Raises
    ------
    ValueError
        For an unknown choice, or the one set by hand where none is given.
    """
    found = recommended(decision, scenario.horizon.days)
    if choice == "recommended":
        return found
    if choice != "hand" or by_hand is None:
        raise ValueError(f"expected one of {', '.join(CHOICES)}, the last with its rules, got {choice!r}")
    return _titled(by_hand, "by-hand", "policy.title_hand", say("policy.why_hand", why=found.why))


def policy_ticked(decision: Decision, scenario: Scenario, names: Collection[str]) -> Policy:
    """Today's policy with the named changes of a decision and no others; it says what differs from what is taken."""
    from warrantysim.journeys.model import model_of

    taken = {change.name for change in decision.changes if change.taken}
    if set(names) == taken:
        return recommended(decision, scenario.horizon.days)
    policy = with_changes(model_of(scenario), decision.full, decision.changes, names)
    said: Mapping[str, set[str]] = {"also": set(names) - taken, "without": taken - set(names)}
    why = " ".join(say(f"decision.{key}", names=", ".join(sorted(those))) for key, those in said.items() if those)
    return _titled(policy, "ticked", "policy.title_ticked", why)


def changes_in(decision: Decision, scenario: Scenario, policy: Policy) -> list[str]:
    """Names of the changes of a decision that a policy takes up: each of their cells has the rule they state."""
    from warrantysim.decision.changes import zones_in_policy
    from warrantysim.journeys.model import model_of

    model = model_of(scenario)

    def new(cell: CellKey) -> bool:
        zones, full = (zones_in_policy(model, one, cell) for one in (policy, decision.full))
        return zones == full != zones_in_policy(model, decision.now, cell)

    return [change.name for change in decision.changes if change.cells and all(map(new, change.cells))]


def _titled(policy: Policy, name: str, key: str, why: str) -> Policy:
    from warrantysim.schema.markets import Title

    titles = [say(key, lang) for lang in LANGUAGES]
    return policy.replace(name=name, title=Title(en=titles[0], zh=titles[1]), why=why)


def _end(high: float) -> str:
    return figures.to_cents(high) if math.isfinite(high) else ""
