"""Which warranty claims to refund, reship, repair near the customer or return to China, and what that saves.

Three steps: ``scenario = load_scenario("scenarios/base.yaml")``, ``simulate(scenario)`` for what today's rule
costs, ``decide(scenario)`` for the rule to switch to. Names are imported on first use, so that
``import warrantysim`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from warrantysim.version import __version__

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision, decide
    from warrantysim.experiment.simulate import Result, simulate
    from warrantysim.files.loading import load_scenario
    from warrantysim.money.ledger import Ledger
    from warrantysim.money.price import price
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

_HOMES = {
    "Decision": "warrantysim.decision.decide",
    "Ledger": "warrantysim.money.ledger",
    "Policy": "warrantysim.schema.policy",
    "Result": "warrantysim.experiment.simulate",
    "Scenario": "warrantysim.schema.root",
    "decide": "warrantysim.decision.decide",
    "load_scenario": "warrantysim.files.loading",
    "price": "warrantysim.money.price",
    "simulate": "warrantysim.experiment.simulate",
}
"""The module each public name lives in."""

__all__ = [
    "Decision",
    "Ledger",
    "Policy",
    "Result",
    "Scenario",
    "__version__",
    "decide",
    "load_scenario",
    "price",
    "simulate",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
