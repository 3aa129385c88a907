"""The decision for programs and spreadsheets: flat frames, one plain value, and the recommended policy as a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from warrantysim.decision.changes import Change, Robust
from warrantysim.locale.wording import LANGUAGES, period, say, titled
from warrantysim.report import figures
from warrantysim.report.agent_rules import with_titles
from warrantysim.report.decision_binds import bounds_text, limit_text
from warrantysim.report.decision_report import answer_kind, cell_sentences
from warrantysim.report.export import records
from warrantysim.report.ladder_text import ladder_frame, ladder_record
from warrantysim.report.law_report import law_frame
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rule_text import rule_code, unreached

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.intervals import Difference, Interval
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario


def flat_table(decision: Decision, scenario: Scenario) -> pd.DataFrame:
    """The decision table with a plain value in every cell, and each row in words in both languages.

    Cut-points are stated to the cent; ``out_of_range`` are those of agents that no claim lies below, or none above.
    """
    frame = decision.table.copy()
    claims = frame["claims_new"].tolist()
    frame["out_of_range"] = [
        "; ".join(figures.plain(zones[k + 1].start) for k in unreached(beyond, n))
        for zones, beyond, n in zip(frame["zones_agents"], frame["agent_beyond"], claims, strict=True)
    ]
    places = {"zones_now": "rule_now", "zones": "rule_new", "zones_free": "rule_free"}
    for zones, rule in places.items():
        frame[zones] = [rule_code(row) for row in frame[zones]]
        frame = frame.rename(columns={zones: rule})
    # The recommended rule is the one agents get: it is told once.
    frame = frame.drop(columns=["zones_agents", "agent_beyond"])
    for name in ("cuts", "agent_cuts", "claims_beyond"):
        frame[name] = ["; ".join(figures.plain(x) for x in row) for row in frame[name]]
    frame["flat"] = ["; ".join(f"{figures.plain(low)} .. {_end(high)}" for low, high in row) for row in frame["flat"]]
    frame["binds"] = [bounds_text(row, scenario) for row in frame["binds"]]
    for lang, texts in cell_sentences(decision, scenario).items():
        frame[f"sentence_{lang}"] = texts
    return frame


def changes_table(decision: Decision) -> pd.DataFrame:
    """Everything that can be ticked, a row a change, those taken first."""
    import pandas as pd

    rows = []
    for change in decision.changes:
        found = {f.name: getattr(change, f.name) for f in fields(change) if f.name != "robust"}
        stands = change.robust
        rows.append(
            {
                **found,
                "cells": "; ".join(" ".join(map(str, cell)) for cell in change.cells),
                **{f"robust_{f.name}": getattr(stands, f.name, None) for f in fields(Robust)},
            }
        )
    names = [f.name for f in fields(Change) if f.name != "robust"] + [f"robust_{f.name}" for f in fields(Robust)]
    return pd.DataFrame(rows, columns=names)


def decision_frames(decision: Decision, scenario: Scenario) -> dict[str, pd.DataFrame]:
    """Every table of a decision by file name."""
    import pandas as pd

    tried = [{"name": t.name, "simulated": t.cost, "predicted": t.predicted} for t in decision.tried]
    facts = {"currency": decision.currency, "period": period(scenario.horizon.days)}
    prices = [
        {"limit": name, "price": price, "in_words": limit_text(name, price, scenario, "en", facts)}
        for name, price in decision.solver.prices.items()
    ]
    return {
        "decision": flat_table(decision, scenario),
        "changes": changes_table(decision),
        "agent_rules": with_titles(decision.agent_rules, scenario),
        "ladder": ladder_frame(decision, scenario),
        "tried": pd.DataFrame(tried, columns=["name", "simulated", "predicted"]),
        "scarce": pd.DataFrame(prices, columns=["limit", "price", "in_words"]),
        "order_regret": decision.order_regret,
        "law": law_frame(decision, scenario),
    }


def decision_record(
    decision: Decision, scenario: Scenario, changes: Sequence[str], memory: float | None = None
) -> dict[str, Any]:
    """A decision as one plain value. ``memory``: the most it took, where that is known [MB]."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    return {
        "version": __version__,
        "scenario": decision.scenario,
        "digest": digest(scenario),
        "changes": list(changes),
        "seed": decision.seed,
        "replications": decision.replications,
        "learned_on": decision.learned_on,
        "chosen_on": decision.chosen_on,
        "judged_on": decision.judged_on,
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
        "free_optimum": {"saves_more": interval_record(decision.free)},
        "service": {
            "now": asdict(decision.service_now),
            "recommended": asdict(decision.service),
            "p90_rise": ends_record(decision.p90_rise),
        },
        "robust": None if decision.robust is None else asdict(decision.robust),
        "ladder": ladder_record(decision),
        "rule_changes": records(changes_table(decision)),
        "ticks": asdict(decision.ticks),
        "saving_parts": {name: interval_record(part) for name, part in decision.parts.items()},
        "saving_shared_parts": dict(decision.shared_parts),
        "predicted_saving": decision.predicted_saving,
        "selected_saving": decision.selected_saving,
        "rounding_cost": interval_record(decision.rounding_cost),
        "materiality": decision.materiality,
        "rounding": scenario.decision.rounding,
        "cash_only": _cash_only(decision),
        "order_regret": float(decision.order_regret["regret"].sum()),
        "solver": {
            "status": decision.solver.status,
            "method": decision.solver.method,
            "gap": decision.solver.gap,
            "reproducible": decision.solver.reproducible,
            "prices": dict(decision.solver.prices),
            "unmet_minimums": {
                name: [scenario.clock.month_label(month) for month in months]
                for name, months in decision.solver.unmet.items()
            },
        },
        "tried": [{"name": t.name, "simulated": t.cost, "predicted": t.predicted} for t in decision.tried],
        "seconds": dict(decision.seconds),
        "peak_memory_mb": memory,
        "cells": records(flat_table(decision, scenario)),
        "agent_rules": records(with_titles(decision.agent_rules, scenario)),
        "order_regret_by_cell": records(decision.order_regret),
        "law": records(law_frame(decision, scenario)),
        "policy": recommended_text(decision, scenario),
    }


def _cash_only(decision: Decision) -> dict[str, Any] | None:
    """What rules for cash alone save against the recommendation: cash, and in all."""
    alone = decision.cash_only
    if alone is None:
        return None
    return {"saving_cash": interval_record(alone.cash), "saving": interval_record(alone.total)}


def interval_record(difference: Difference) -> dict[str, float]:
    """A paired difference as a plain value; ``probability``: that the new one is cheaper."""
    return ends_record(difference.interval) | {"probability": 1.0 - float(difference.a_lower)}


def ends_record(found: Interval) -> dict[str, float]:
    """An interval as a plain value."""
    return {"mean": float(found.mean), "low": float(found.low), "high": float(found.high)}


def recommended(decision: Decision, scenario: Scenario) -> Policy:
    """The recommended policy under a name of its own, saying what it was decided for and what it brings."""
    from warrantysim.schema.markets import Title

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
    from warrantysim.schema.digest import digest

    comment = say(
        "provenance", version=_version(), name=scenario.name, digest=digest(scenario)[:12], seed=decision.seed
    )
    return policy_text(recommended(decision, scenario), comment)


def _end(high: float) -> str:
    return figures.plain(high) if math.isfinite(high) else ""


def _version() -> str:
    from warrantysim.version import __version__

    return __version__
