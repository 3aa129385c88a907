"""Levers: figures of a scenario that can be turned, each named by its path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from warrantysim.files.overrides import Override
from warrantysim.files.reading import Reader
from warrantysim.schema.amounts import Amount
from warrantysim.schema.errors import BadInput
from warrantysim.schema.fields import Path
from warrantysim.schema.paths import at, match, name, table_fields, tree_of
from warrantysim.schema.paths import get as value_at
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class Lever:
    """One figure, or several alike, turned together; everything else stays as stated."""

    path: str
    """Where, in the path language; ``*`` turns several [path]."""
    how: Literal["set", "times", "plus", "mix"] = "set"
    """Whether a position is the figure itself, a factor on what is stated, or an addend to it; ``mix``: an addend to a
    fault's share of its product's claims, the product's other faults keeping their proportions."""

    def __str__(self) -> str:
        return {"set": "{}", "times": "{} (factor)", "plus": "{} (addend)", "mix": "{} (addend in the mix)"}[
            self.how
        ].format(self.path)

    def at(self, scenario: Scenario, position: float) -> Scenario:
        """The scenario with the lever at a position; see `turned`."""
        return turned(scenario, [(self, position)])

    def stated(self, scenario: Scenario) -> float:
        """The position at which the scenario is as stated.

        Raises
        ------
        BadInput
            If the path names no number, or several that differ.
        ScenarioError
            If it names nothing.
        """
        if self.how != "set":
            return 1.0 if self.how == "times" else 0.0
        found = value_at(scenario, self.path)
        values = list(found.values()) if isinstance(found, Mapping) else [found]
        figures = {figure for value in values for figure in _figures(value, self.path)}
        if len(figures) != 1:
            shown = ", ".join(f"{figure:g}" for figure in sorted(figures))
            raise BadInput(
                "{path} names figures that differ ({shown}); turn them by a factor", path=self.path, shown=shown
            )
        return figures.pop()


def whole_numbers(scenario: Scenario, levers: Iterable[Lever]) -> list[bool]:
    """Whether each lever sets a figure that only takes whole numbers."""
    tree, tables = _tree(scenario), table_fields(type(scenario))

    def whole(lever: Lever) -> bool:
        found = [at(tree, path) for path in match(tree, lever.path, tables)]
        return lever.how == "set" and any(isinstance(value, int) and not isinstance(value, bool) for value in found)

    return [whole(lever) for lever in levers]


def turned(scenario: Scenario, positions: Iterable[tuple[Lever, float]]) -> Scenario:
    """The scenario with several levers at their positions, validated anew.

    A set figure keeps its form: an amount its currency, a dated figure its dates, with one value on all of them.

    Raises
    ------
    ScenarioError
        If a path names nothing, two levers turn the same figure, or the scenario would not be valid.
    BadInput
        If a path names no number.
    """
    wanted = list(positions)
    if not wanted:
        return scenario
    tables = table_fields(type(scenario))
    tree = _tree(scenario)
    overrides = []
    for lever, position in wanted:
        place = f"{lever.path} at {position:g}"
        if lever.how == "mix":
            changed = _mixed(tree, match(tree, lever.path, tables), position, lever.path)
            overrides += [Override(name(path, tree, tables), "set", share, place, path) for path, share in changed]
            continue
        if lever.how != "set":
            overrides.append(Override(lever.path, lever.how, position, place))
            continue
        for path in match(tree, lever.path, tables):
            exact = name(path, tree, tables)
            overrides.append(Override(exact, "set", _in_form(at(tree, path), position, lever.path), place, path))
    return Reader(type(scenario)).with_overrides(scenario, overrides)


@recent(2)
def _tree(scenario: Scenario) -> Any:
    """A scenario as plain values, which are only read: many draws turn the same one."""
    return tree_of(scenario)


def _mixed(tree: Any, paths: Sequence[Path], addend: float, path: str) -> Iterator[tuple[Path, float]]:
    """(path, new share) of the faults of every product that has one of those named; each product's add up to 1."""
    if any(len(p) != 3 or p[0] != "faults" or p[2] != "share" for p in paths):
        raise BadInput("expected {path} to name shares of faults, such as faults[*,no_fault].share", path=path)
    if not addend:
        return
    rows = tree["faults"]
    turned_rows = {p[1] for p in paths}
    for sku in dict.fromkeys(rows[i]["sku"] for i in turned_rows):
        mine = [i for i, row in enumerate(rows) if row["sku"] == sku]
        new = {i: rows[i]["share"] + addend for i in mine if i in turned_rows}
        others = sum(rows[i]["share"] for i in mine if i not in new)
        if others == 0:
            continue
        factor = (1.0 - sum(new.values())) / others
        for i in mine:
            yield ("faults", i, "share"), new.get(i, rows[i]["share"] * factor)


def _in_form(old: Any, figure: float, path: str) -> Any:
    """A figure written as the value it takes the place of."""
    if _dated(old):
        return [{"from": step["from"], "value": _in_form(step["value"], figure, path)} for step in old]
    if isinstance(old, bool) or old is None or isinstance(old, Mapping | list):
        raise BadInput("expected {path} to name a number or an amount, found {old!r}", path=path, old=old)
    if isinstance(old, int) and float(figure).is_integer():
        return int(figure)
    if isinstance(old, str):
        return str(Amount(figure, _amount(old, path).currency))
    return float(figure)


def _figures(value: Any, path: str) -> list[float]:
    if _dated(value):
        return [figure for step in value for figure in _figures(step["value"], path)]
    if isinstance(value, str):
        return [_amount(value, path).value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput("expected {path} to name a number or an amount, found {old!r}", path=path, old=value)
    return [float(value)]


def _amount(text: str, path: str) -> Amount:
    try:
        return Amount.parse(text)
    except ValueError:
        raise BadInput("expected {path} to name a number or an amount, found {old!r}", path=path, old=text) from None


def _dated(value: Any) -> bool:
    """Whether a plain value is a list of dated steps."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(step, Mapping) and set(step) == {"from", "value"} for step in value)
    )
