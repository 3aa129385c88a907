"""The decision for programs and spreadsheets: flat frames, one plain value, and the recommended policy as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.report import figures
from warrantysim.report.decision_report import answer_kind, cell_sentences
from warrantysim.report.export import records
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rule_text import rule_code
from warrantysim.report.wording import LANGUAGES, period, say, titled

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.intervals import Difference
    from warrantysim.scenario.policy import Policy
    from warrantysim.scenario.root import Scenario


def flat_table(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """The decision table with a plain value in every cell, and each row in words in both languages."""
    frame = decision.table.copy()
    places = {"zones_now": "rule_now", "zones": "rule_new"}
    for zones, rule in places.items():
        frame[zones] = [rule_code(row) for row in frame[zones]]
        frame = frame.rename(columns={zones: rule})
    for name in ("cuts", "agent_cuts", "claims_beyond"):
        frame[name] = ["; ".join(f"{x:g}" for x in row) for row in frame[name]]
    frame["flat"] = ["; ".join(f"{low:g} .. {high:g}" for low, high in row) for row in frame["flat"]]
    for lang, texts in cell_sentences(decision, scenario).items():
        frame[f"sentence_{lang}"] = texts
    return frame


def decision_frames(decision: Decision, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Every table of a decision by file name."""
    import pandas as pd

    tried = [{"name": t.name, "simulated": t.cost, "predicted": t.predicted} for t in decision.tried]
    prices = [{"limit": name, "price": price} for name, price in decision.solver.prices.items()]
    return {
        "decision": flat_table(decision, scenario),
        "agent_rules": decision.agent_rules,
        "tried": pd.DataFrame(tried, columns=["name", "simulated", "predicted"]),
        "scarce": pd.DataFrame(prices, columns=["limit", "price"]),
        "order_regret": decision.order_regret,
    }


def decision_record(decision: Decision, scenario: Scenario, changes: Sequence[str]) -> dict[str, Any]:
    """A decision as one plain value."""
    from warrantysim.scenario.digest import digest
    from warrantysim.version import __version__

    return {
        "version": __version__,
        "scenario": decision.scenario,
        "digest": digest(scenario),
        "changes": list(changes),
        "seed": decision.seed,
        "replications": decision.replications,
        "confidence": decision.confidence,
        "currency": decision.currency,
        "horizon": {"first_day": scenario.horizon.first_day, "days": scenario.horizon.days},
        "answer": answer_kind(decision),
        "against": decision.now.name,
        "cost_now": decision.cost_now,
        "cost": decision.cost,
        "saving": interval_record(decision.saving),
        "saving_cash": interval_record(decision.saving_cash),
        "saving_shared": decision.shared,
        "predicted_saving": decision.predicted_saving,
        "selected_saving": decision.selected_saving,
        "rounding_cost": interval_record(decision.rounding_cost),
        "cash_only": dict(decision.cash_only),
        "order_regret": float(decision.order_regret["regret"].sum()),
        "solver": {
            "status": decision.solver.status,
            "method": decision.solver.method,
            "gap": decision.solver.gap,
            "reproducible": decision.solver.reproducible,
            "prices": dict(decision.solver.prices),
        },
        "seconds": dict(decision.seconds),
        "cells": records(flat_table(decision, scenario)),
    }


def interval_record(difference: Difference) -> dict[str, float]:
    """A paired difference as a plain value; ``probability``: that the new one is cheaper."""
    found = difference.interval
    return {
        "mean": float(found.mean),
        "low": float(found.low),
        "high": float(found.high),
        "probability": 1.0 - float(difference.a_lower),
    }


def recommended(decision: Decision, scenario: Scenario) -> Policy:
    """The recommended policy under a name of its own, saying what it was decided for and what it brings."""
    from warrantysim.scenario.markets import Title

    names = [say("policy.title", lang) for lang in LANGUAGES]
    return decision.policy.replace(
        name="recommended", title=Title(en=names[0], zh=names[1]), why=_why(decision, scenario)
    )


def _why(decision: Decision, scenario: Scenario) -> str:
    found = decision.saving.interval
    return say(
        "policy.why",
        scenario=decision.scenario,
        now=titled(decision.now.title, decision.now.name),
        currency=decision.currency,
        saving=figures.whole(float(found.mean)),
        period=period(scenario.horizon.days),
        low=figures.whole(float(found.low)),
        high=figures.whole(float(found.high)),
        replications=decision.replications,
    )


def recommended_text(decision: Decision, scenario: Scenario) -> str:
    """The same as a policy file."""
    from warrantysim.scenario.digest import digest

    comment = say(
        "provenance", version=_version(), name=scenario.name, digest=digest(scenario)[:12], seed=decision.seed
    )
    return policy_text(recommended(decision, scenario), comment)


def _version() -> str:
    from warrantysim.version import __version__

    return __version__
