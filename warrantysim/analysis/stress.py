"""What-ifs finance asks for every month, stated as changes of any scenario: freight, the dollar, yields of partners."""

from __future__ import annotations

from collections.abc import Sequence

from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.schema.markets import Title
from warrantysim.schema.root import Scenario

POINTS = 0.10
"""Points of yield a partner falls short of its promise [share]."""
STRESSES = {
    "freight-dearer": Title(en="Freight 40 % dearer", zh="运费上涨 40%"),
    "dollar-weaker": Title(en="Dollar 10 % weaker", zh="美元贬值 10%"),
    "dollar-stronger": Title(en="Dollar 10 % stronger", zh="美元升值 10%"),
    "yield-lower": Title(en="Repair yield 10 points lower", zh="维修良率下降 10 个百分点"),
}
"""What they are called, by the name of the scenario each makes."""
_SETS = {
    "freight-dearer": (
        "freight_breaks[*,*].rate*=1.4",
        "freight_lanes[*].minimum*=1.4",
        "freight_lanes[*].fixed*=1.4",
    ),
    "dollar-weaker": ("fx[*].usd_per_unit*=1.1",),
    "dollar-stronger": ("fx[*].usd_per_unit*=0.9",),
}


def stress_sets(name: str, scenario: Scenario) -> tuple[str, ...]:
    """The changes of a stress, as ``--set`` takes them; no partner's yield falls below 0.

    Raises
    ------
    KeyError
        If there is no stress of that name.
    """
    if name != "yield-lower":
        return _SETS[name]
    repairing = [id for id in scenario.partner_ids if scenario.partners[id].yield_share > 0]
    return tuple(f"partners.{id}.yield_share+={-min(POINTS, scenario.partners[id].yield_share):g}" for id in repairing)


def stressed(name: str, scenario: Scenario) -> Scenario:
    """The scenario under a stress, called by it.

    Raises
    ------
    KeyError
        If there is no stress of that name.
    ScenarioError
        If the scenario has nothing that could be stressed so.
    """
    return scenario_with(scenario, stress_sets(name, scenario)).replace(name=name, title=STRESSES[name])


def scenario_with(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """A scenario with some changes as ``--set`` takes them, validated anew.

    Raises
    ------
    ScenarioError
        With every problem, for paths that name nothing and values that may not be.
    """
    return Reader(type(scenario)).with_overrides(scenario, parse_sets(sets))
