"""Which warranty claims to refund, reship, repair near the customer or return to China, and what that saves.

Three steps: ``scenario = load_scenario("scenarios/base.yaml")``, ``simulate(scenario)`` for what today's rule
costs, ``decide(scenario)`` for the rule to switch to. Every study of `warrantysim.studies.STUDIES` is a function
besides, whose arguments are called as the options of its command are: ``print(sweep(scenario, lever="warranty"))``.
Names are imported on first use, so that ``import warrantysim`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from warrantysim.studies import STUDIES
from warrantysim.version import __version__

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision, decide
    from warrantysim.experiment.simulate import Result, simulate
    from warrantysim.files.importers.importing import import_reports
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
    "import_reports": "warrantysim.files.importers.importing",
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
    "import_reports",
    "load_scenario",
    "price",
    "simulate",
]
__all__ += [name for name in STUDIES if name not in _HOMES]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is not None:
        value = getattr(import_module(home), name)
    elif name in STUDIES:
        value = import_module("warrantysim.studies.asking").function_of(name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
