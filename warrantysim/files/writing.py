"""A scenario as a file again: whole, or as a what-if that states only its differences and why.

What is written is read back before it is given out: a file states exactly the scenario it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from warrantysim.files.documents import parse_document, scalar
from warrantysim.files.overrides import Override, parse_sets
from warrantysim.files.reading import Reader
from warrantysim.schema.diff import ABSENT, Change, diff
from warrantysim.schema.digest import digest
from warrantysim.schema.paths import parse, table_fields, tree_of
from warrantysim.schema.root import Scenario
from warrantysim.schema.row_keys import key_text

WRITTEN = "what-if.yaml"
"""What errors call a what-if that was never in a file."""


class NotAsDifferences(ValueError):
    """What differs cannot be stated by values, rows and keys alone; write the scenario whole."""


def whole_text(scenario: Scenario) -> str:
    """The scenario as one YAML file, its tables as lists of rows."""
    return _dumped(tree_of(scenario))


def what_if_text(base: Scenario, scenario: Scenario, extends: str, changes: Sequence[str] = ()) -> str:
    """The scenario as a what-if on another.

    Parameters
    ----------
    extends : the file the base is in, beside which the what-if is to stand.
    changes : how it was stated, as ``--set`` takes it; kept where it leads to the scenario, so that ``times 1.4``
        stays that and follows the base. Else every value that differs is written.

    Raises
    ------
    NotAsDifferences
        If neither leads to the scenario.
    """
    for body in _bodies(base, scenario, changes):
        text = _dumped(_labels(scenario, extends) | body)
        try:
            if digest(on_another(base, text)) == digest(scenario):
                return text
        except ValueError:
            continue
        except Exception as error:
            if type(error).__name__ != "ScenarioError":
                raise
    raise NotAsDifferences(f"{scenario.name} cannot be told from {base.name} by values, rows and keys alone")


def on_another(base: Scenario, text: str) -> Scenario:
    """The what-if of a text on some scenario, whatever it says it extends.

    Raises
    ------
    ScenarioError
        If it states what the scenario does not have, or the two do not go together.
    """
    return Reader(Scenario).what_if(base, parse_document(text, WRITTEN))


def _bodies(base: Scenario, scenario: Scenario, changes: Sequence[str]) -> Iterable[dict[str, Any]]:
    if changes:
        yield {"set": dict(map(_stated, parse_sets(changes)))}
    differing = diff(base, scenario)
    body = _differences(change for change in differing if not change.path.startswith("policy."))
    yield body if len(differing) == _count(body) else body | {"policy": tree_of(scenario.policy)}


def _labels(scenario: Scenario, extends: str) -> dict[str, Any]:
    return {
        "extends": extends,
        "name": scenario.name,
        "title": {"en": scenario.title.en, "zh": scenario.title.zh},
        "why": scenario.why,
    }


def _stated(override: Override) -> tuple[str, Any]:
    match override.op:
        case "add":
            return f"+{override.path}", override.value
        case "remove":
            return f"~{override.path}", None
        case "set":
            return override.path, override.value
        case op:
            return override.path, {op: override.value}


def _differences(changes: Iterable[Change]) -> dict[str, Any]:
    """``set`` and ``rows`` of a list of differences."""
    tables = table_fields(Scenario)
    values: dict[str, Any] = {}
    rows: dict[str, dict[str, list[Any]]] = {}
    for change in changes:
        steps = parse(change.path)
        field = steps[0].parts[0]
        if field in tables and len(steps) == 2:
            entry = rows.setdefault(field, {})
            if change.new is ABSENT:
                entry.setdefault("drop", []).append(list(key_text(change.old, tables[field])))
            else:
                entry.setdefault("add", []).append(_sparse(change.new))
        elif change.new is ABSENT:
            values[f"~{change.path}"] = None
        elif change.old is ABSENT:
            values[f"+{change.path}"] = change.new
        else:
            values[change.path] = change.new
    return ({"set": values} if values else {}) | ({"rows": rows} if rows else {})


def _count(body: Mapping[str, Any]) -> int:
    """Differences a what-if states [count]."""
    return len(body.get("set", {})) + sum(
        len(rows) for table in body.get("rows", {}).values() for rows in table.values()
    )


def _sparse(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is empty."""
    return {column: cell for column, cell in row.items() if cell is not None}


def _tidy(value: Any) -> Any:
    """Whole numbers without a point, as a person writes them."""
    if isinstance(value, Mapping):
        return {key: _tidy(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_tidy(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def _dumped(tree: Mapping[str, Any]) -> str:
    return str(yaml.dump(_tidy(tree), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120))


class _Dumper(yaml.SafeDumper):
    """Writes what the reader reads back as it was: text that looks like a number or a date is quoted; no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    """Text the reader would take for a number, a truth or nothing is quoted: it reads another YAML than the writer."""
    style = None if isinstance(scalar(text) if text else None, str) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
