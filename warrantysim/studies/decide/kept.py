"""A decision as facts and tables, and back to the last bit: by its fields, so that no class is named in a file.

The flat tables that go out hold every figure of a cell; what lies in them as text (zones, what holds a rule) stands in
the facts beside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellZone
from warrantysim.decision.decide import Decision
from warrantysim.schema.paths import tree_of
from warrantysim.schema.strict import Strict

if TYPE_CHECKING:
    from warrantysim.studies.study import Stored

NESTED: Mapping[str, Any] = {
    **dict.fromkeys(("zones_now", "zones", "zones_free", "zones_agents"), tuple[CellZone, ...]),
    **dict.fromkeys(("cuts", "agent_cuts", "agent_beyond", "claims_beyond"), tuple[float, ...]),
    "flat": tuple[tuple[float, float], ...],
    "binds": tuple[Bound, ...],
}
"""Columns of the decision table that hold more than a figure or a word."""
TABLES = {"table": "decision", "order_regret": "order_regret", "agent_rules": "agent_rules", "law": "law"}
"""Frames of a decision and the tables they are in."""
INFINITE = {"inf": math.inf, "-inf": -math.inf}


def facts_of(decision: Decision) -> dict[str, Any]:
    """What tables do not hold, as JSON has it."""
    columns = {field: list(getattr(decision, field).columns) for field in TABLES}
    rules = {name: plain_values(decision.table[name].tolist()) for name in NESTED if name in decision.table}
    rest = {f.name: plain_values(getattr(decision, f.name)) for f in fields(decision) if f.name not in TABLES}
    return {**rest, "columns": columns, "rules": rules}


def decision_of(stored: Stored) -> Decision:
    """The decision that was stored."""
    held = stored.facts["state"]
    hints = get_type_hints(Decision)
    found = {name: made(hint, held[name]) for name, hint in hints.items() if name in held}
    for field, name in TABLES.items():
        whole, columns = stored.table(name), held["columns"][field]
        frame = pd.DataFrame(columns=columns) if whole is None else whole.rename(columns={"rule_new": "zones"})
        nested = {key: made(list[NESTED[key]], held["rules"][key]) for key in columns if key in NESTED}  # type: ignore[valid-type]
        found[field] = frame.assign(**{key: pd.Series(cells, dtype=object) for key, cells in nested.items()})[columns]
    return Decision(**found)


def plain_values(value: Any) -> Any:
    """A value as JSON has it; NaN is null, what is infinite its name."""
    if isinstance(value, Strict):
        return tree_of(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain_values(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain_values(value.tolist())
    if isinstance(value, float):
        return None if math.isnan(value) else value if math.isfinite(value) else repr(value)
    return value


def made(hint: Any, value: Any) -> Any:
    """A value of a type from its plain form."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (Union, UnionType):
        return None if value is None else next(made(one, value) for one in inner if one is not type(None))
    if kind is tuple:
        each = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(made(one, item) for one, item in zip(each, value, strict=True))
    if kind is list:
        return [made(inner[0], item) for item in value]
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return {key: made(inner[1], item) for key, item in value.items()}
    if hint is float or hint is np.ndarray:
        number = math.nan if value is None else INFINITE.get(value, value)
        return float(number) if hint is float else np.float64(number)
    if isinstance(hint, type) and issubclass(hint, Strict):
        return hint.model_validate(value)
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        stated: Any = hint
        return stated(**{f.name: made(hints[f.name], value[f.name]) for f in fields(hint) if f.name in value})
    return value
