"""What a what-if or ``--set`` changes: values set, scaled, shifted, added and removed at paths.

======================  ==========================  ======================================================
in a file, under set    on the command line         effect
======================  ==========================  ======================================================
``a.b: 3``              ``--set a.b=3``             the value is 3; a mapping changes the keys it states, and takes
                                                    the place of all where it names another ``rule`` or ``kind``
``a.b: {only: {...}}``  ``--set 'a.b={only: ...}'`` the mapping takes the place of all that was there
``a.b: {times: 1.4}``   ``--set 'a.b*=1.4'``        1.4 times the value found: numbers, amounts, each dated step
``a.b: {plus: 10}``     ``--set 'a.b+=10'``         10 more than the value found (for amounts ``5 USD`` or ``5``)
``+a.new: {...}``       ``--set '+a.new=...'``      a key that must not exist yet; at a list, one more item
``~a.old:``             ``--set '~a.old'``          the key, list item or rows are taken out
======================  ==========================  ======================================================

The value found is the parent scenario's for a file and the file's own for ``--set``. Two changes of one value in one
place are an error.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from warrantysim.files.documents import Document, parse_value, scalar
from warrantysim.files.wording import UNKNOWN
from warrantysim.schema.amounts import Amount
from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.errors import (
    MOST_PROBLEMS,
    Message,
    Problem,
    ScenarioError,
    coded,
    first_message,
    refuse,
    suggestion,
    told,
)
from warrantysim.schema.fields import Path
from warrantysim.schema.paths import PathStep, Tables, at, match, name, parse, path_text
from warrantysim.schema.row_keys import bracketed

CHOOSERS = ("rule", "kind")
"""Keys that choose which other keys of a mapping are read."""
_SCALED = frozenset({"value", "low", "high", "mode", "mean", "median", "eta", "values", "min"})
_SHIFTED = frozenset({"value", "low", "high", "mode", "values"})
_SET = re.compile(
    r"(?P<path>(?:\[(?:\"(?:[^\"]|\"\")*+\"|[^\]\"])*+\]|[^=\[])+?)(?P<op>\*=|\+=|=)(?P<value>.*)\Z", re.DOTALL
)


@dataclass(frozen=True)
class Override:
    """One change at one path."""

    path: str
    """Path of what is changed, without the leading + or ~ [path]."""
    op: str
    """set, times, plus, add or remove [text]."""
    value: Any
    """The value set or added, the factor or the addend."""
    place: str
    """Where the change is stated: ``x.yaml:12``, or the --set itself [text]."""
    at: Path | None = None
    """Keys and positions of the one value changed, where its path would name others too: of rows of a key on several
    dates, the path of the undated one names all."""

    def problem(self, message: Message, path: str | None = None) -> ScenarioError:
        """An error at this change."""
        where = self.place if self.place.startswith("--set") else f"{self.place}: {path or self.path}"
        return ScenarioError([Problem(path or self.path, message, where, "override")])


def override_at(path: str, value: Any, place: str) -> Override:
    """The override a file states under ``set:``."""
    if path.startswith("+"):
        return Override(path[1:], "add", value, place)
    if path.startswith("~"):
        return Override(path[1:], "remove", None, place)
    if isinstance(value, Mapping) and len(value) == 1 and (op := next(iter(value))) in ("times", "plus"):
        return Override(path, op, value[op], place)
    return Override(path, "set", value, place)


def parse_set(text: str) -> Override:
    """The override of one ``--set`` argument.

    Raises
    ------
    ScenarioError
        If it is not ``path=value``, ``path*=factor``, ``path+=addend``, ``+path=value`` or ``~path``.
    """
    place = f"--set {text}"
    if text.startswith("~") and "=" not in text:
        return Override(text[1:], "remove", None, place)
    found = _SET.match(text)
    if found is None:
        raise ScenarioError([Problem("", told("expected path=value, path*=factor or path+=addend"), place, "override")])
    value = parse_value(found["value"], place)
    path, op = found["path"].strip(), found["op"]
    if op == "*=" and path.endswith("."):  # a step that is any key, not a factor: births.visibility.*=0
        path, op = f"{path}*", "="
    match op:
        case "*=":
            return Override(path, "times", value, place)
        case "+=":
            return Override(path, "plus", value, place)
        case _:
            return override_at(path, value, place)


def parse_sets(arguments: Iterable[str]) -> list[Override]:
    """The overrides of several ``--set`` arguments.

    Raises
    ------
    ScenarioError
        With every argument that cannot be read.
    """
    problems: list[Problem] = []
    parsed: list[Override] = []
    for argument in arguments:
        try:
            parsed.append(parse_set(argument))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return parsed


@dataclass
class Applied:
    """A changed tree and where each changed path was stated."""

    tree: dict[str, Any]
    """The tree after the changes; untouched fields are shared with the tree before."""
    places: dict[Path, str]
    """Statement of each changed value, by its path before rows were removed."""
    removed: dict[Path, str]
    """Statement of each path taken out, in falling order of position."""


def apply(tree: Mapping[str, Any], overrides: Iterable[Override], tables: Tables) -> Applied:
    """Apply the changes of one place to a tree; the tree given is left as it was.

    Raises
    ------
    ScenarioError
        With every change that names nothing, cannot be made, or changes what another changes too.
    """
    work = dict(tree)
    problems: list[Problem] = []
    taken: dict[Path, Override] = {}
    inner: dict[Path, Override] = {}
    values: dict[Path, Any] = {}
    for override in overrides:
        if len(problems) > MOST_PROBLEMS:
            raise ScenarioError(problems, stopped=True)
        try:
            for path, value in _concrete(work, override, tables):
                if other := _clash(path, taken, inner):
                    shown = name(path, work, tables)
                    raise override.problem(
                        told("changed twice, first by {path} ({place})", path=other.path, place=other.place), shown
                    )
                taken[path] = override
                inner.update({path[:n]: override for n in range(len(path))})
                values[path] = value
        except ScenarioError as error:
            problems += [
                p if p.where else Problem(p.path, p.message, f"{override.place}: {p.path}", p.rule)
                for p in error.problems
            ]
    if problems:
        raise ScenarioError(problems)
    for top in {path[0] for path in values}:
        if top in work:
            work[str(top)] = copy.deepcopy(work[str(top)])
    removed = [path for path, override in taken.items() if override.op == "remove"]
    for path, value in values.items():
        if taken[path].op != "remove":
            _write(work, path, value)
    removed.sort(key=lambda p: tuple((isinstance(s, int), s) for s in p), reverse=True)
    for path in removed:
        del at(work, path[:-1])[path[-1]]
    changed = {path: override.place for path, override in taken.items() if override.op != "remove"}
    return Applied(work, changed, {path: taken[path].place for path in removed})


def _write(tree: dict[str, Any], path: Path, value: Any) -> None:
    parent = at(tree, path[:-1])
    if isinstance(parent, list) and path[-1] == len(parent):
        parent.append(value)
    else:
        parent[path[-1]] = value


def _clash(path: Path, taken: Mapping[Path, Override], inner: Mapping[Path, Override]) -> Override | None:
    for length in range(len(path) + 1):
        if path[:length] in taken:
            return taken[path[:length]]
    return inner.get(path)


def _concrete(tree: Mapping[str, Any], override: Override, tables: Tables) -> Iterator[tuple[Path, Any]]:
    """Concrete paths and their new values."""
    if override.op == "add":
        yield from _added(tree, override, tables)
        return
    found = match(tree, override.path, tables) if override.at is None else [override.at]
    if override.op == "remove":
        yield from ((path, None) for path in found)
    elif override.op == "set":
        for path in found:
            yield from _merged(tree, path, override.value, override, tables)
    else:
        changed = [(path, changed_by(at(tree, path), override)) for path in found if at(tree, path) is not None]
        if not changed:
            raise override.problem(told("has no value to change; set one"))
        yield from changed


def _added(tree: Mapping[str, Any], override: Override, tables: Tables) -> Iterator[tuple[Path, Any]]:
    steps = parse(override.path)
    last = steps[-1]
    if _is_table(steps, tables):
        raise override.problem(told("rows are added under rows:, as {table: {add: [...]}}"))
    if len(last.parts) == 1 and len(steps) > 1:
        parents = match(tree, path_text(steps[:-1]), tables)
        new = [p for p in parents if isinstance(at(tree, p), Mapping) and last.parts[0] not in at(tree, p)]
        if new:
            yield from (((*path, last.parts[0]), override.value) for path in new)
            return
    for path in match(tree, override.path, tables):
        node = at(tree, path)
        if not isinstance(node, list):
            raise override.problem(told("exists already; write the path without +"))
        yield (*path, len(node)), override.value


def _is_table(steps: tuple[PathStep, ...], tables: Tables) -> bool:
    return steps[0].parts[0] in tables and len(steps) <= 2


def _merged(
    tree: Mapping[str, Any], path: Path, value: Any, override: Override, tables: Tables
) -> Iterator[tuple[Path, Any]]:
    """A mapping set on a mapping changes the keys it states; everything else, as ``{}``, replaces what is there.
    So does a mapping that names another rule or kind: keys of the old one would be kept unseen."""
    old = at(tree, path)
    if isinstance(value, Mapping) and set(value) == {"only"}:
        yield path, value["only"]
        return
    if not (value and isinstance(value, Mapping) and old and isinstance(old, Mapping)) or is_distribution(value):
        yield path, value
        return
    if any(key in value and key in old and value[key] != old[key] for key in CHOOSERS):
        yield path, value
        return
    for key, child in value.items():
        step = f"{name(path, tree, tables)}{bracketed([key])}"
        part = replace(override_at(step, child, override.place), at=(*path, key) if key in old else None)
        yield from _concrete(tree, part, tables)


def is_distribution(value: Any) -> bool:
    """Whether a plain value states a distribution: one mapping of a kind to its parameters."""
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in PARAMETERS


def changed_by(old: Any, override: Override) -> Any:
    """A plain value scaled or shifted: a number, an amount, a distribution, or every step of a dated value.

    Raises
    ------
    ScenarioError
        If the value found, or the factor or addend, is of another kind.
    """
    if isinstance(old, list) and old and all(isinstance(s, Mapping) and set(s) == {"from", "value"} for s in old):
        return [{"from": s["from"], "value": changed_by(s["value"], override)} for s in old]
    if is_distribution(old):
        ((kind, params),) = old.items()
        touched = _SCALED if override.op == "times" else _SHIFTED
        if override.op == "plus" and not touched & params.keys():
            return {kind: {**params, "min": _number(params.get("min", 0.0), override)}}
        return {
            kind: {
                k: ([_number(x, override) for x in v] if isinstance(v, list) else _number(v, override))
                if k in touched
                else v
                for k, v in params.items()
            }
        }
    if isinstance(old, str):
        if isinstance(figure := scalar(old), int | float) and not isinstance(figure, bool):
            return _number(figure, override)  # a cell of a table that was just read
        try:
            amount = Amount.parse(old)
        except ValueError:
            raise override.problem(told("expected a number or an amount to change, found {old!r}", old=old)) from None
        return str(Amount(_number(amount.value, override, amount.currency), amount.currency))
    if isinstance(old, bool) or not isinstance(old, int | float):
        raise override.problem(told("expected a number, an amount or dated steps to change; name one value"))
    return _number(old, override)


def _number(old: float, override: Override, currency: str | None = None) -> float:
    by = override.value
    if override.op == "plus" and currency is not None and isinstance(by, str):
        try:
            amount = Amount.parse(by)
        except ValueError as error:
            raise override.problem(first_message(error)) from None
        if amount.currency != currency:
            raise override.problem(
                told("expected an amount in {currency} to add, got {by!r}", currency=currency, by=by)
            )
        by = amount.value
    if isinstance(by, bool) or not isinstance(by, int | float) or not math.isfinite(by):
        code = coded("expected a number to multiply by, got {by!r}")
        raise override.problem(told(code if override.op == "times" else "expected a number to add, got {by!r}", by=by))
    new = old * by if override.op == "times" else old + by
    if not math.isfinite(new):
        raise override.problem(told("expected a change that can be computed, got {old!r} by {by!r}", old=old, by=by))
    if isinstance(old, int) and abs(new - round(new)) < 1e-9:
        return round(new)
    return float(f"{new:.15g}")  # 58 x 1.4 is 81.2: the figure a person would write, not 81.19999999999999


LABELLED = ("name", "title", "why")
"""Keys every what-if states for itself."""
WHAT_IF = ("extends", "schema_version", *LABELLED, "set", "rows", "tables", "policy")
"""Keys a what-if may state."""


@dataclass(frozen=True)
class Differences:
    """The statement of one what-if. Rows are dropped first, then values set, then rows added as they stand."""

    overrides: list[Override]
    """Values set and rows dropped."""
    added: dict[str, list[tuple[dict[str, Any], str]]]
    """Rows to add, by table, each with its place."""

    @classmethod
    def of(cls, document: Document, fields: AbstractSet[str], tables: Tables) -> Differences:
        """Read a what-if. ``fields``: top-level fields of the scenario.

        Raises
        ------
        ScenarioError
            For unknown or missing keys and malformed ``set`` or ``rows``.
        """
        problems = [
            Problem(
                key, told("unknown key {key!r}", key=key) + suggestion(key, WHAT_IF), document.place((key,)), UNKNOWN
            )
            for key in document.values
            if key not in WHAT_IF
        ]
        problems += [
            Problem(key, told("missing; a what-if states its {key}", key=key), f"{document.name}: {key}", "missing")
            for key in LABELLED
            if key in fields and key not in document.values
        ]
        if problems:
            raise ScenarioError(problems)
        rows = stated_mapping(document, "rows")
        overrides = [*rows_dropped(document, rows, tables), *values_set(document)]
        overrides += [
            Override(word, "set", document.values[word], document.place((word,)))
            for word in ("schema_version", *LABELLED)
            if word in document.values and word in fields
        ]
        return cls(overrides, rows_added(document, rows))


def values_set(document: Document) -> Iterator[Override]:
    """What a document sets under ``set``."""
    for path, value in stated_mapping(document, "set").items():
        yield override_at(path, value, document.place(("set", path)))


def rows_dropped(document: Document, rows: Mapping[str, Any], tables: Tables) -> Iterator[Override]:
    """Rows a document drops, of ``rows``, its changes by table.

    Raises
    ------
    ScenarioError
        For unknown tables and malformed changes.
    """
    for field, change in rows.items():
        where = f"{document.place(('rows', field))}: rows.{field}"
        if field not in tables:
            raise refuse(where, told("unknown table") + suggestion(field, tables), UNKNOWN)
        if not isinstance(change, Mapping) or (unknown := change.keys() - {"add", "drop"}):
            message = told("expected add: [rows] and drop: [keys]")
            if isinstance(change, Mapping):
                message = told("{expected}, got {found}", expected=message, found=", ".join(sorted(unknown)))
            raise refuse(where, message, UNKNOWN)
        keys = change.get("drop", [])
        if not isinstance(keys, list):
            raise refuse(f"{where}.drop", "expected a list of keys", "rows")
        for i, key in enumerate(keys):
            text = ",".join(map(str, key)) if isinstance(key, list) else str(key)
            yield Override(f"{field}[{text}]", "remove", None, document.place(("rows", field, "drop", i)))


def rows_added(document: Document, rows: Mapping[str, Any]) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Rows a document adds, by table, each with its place."""
    added: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for field, change in rows.items():
        new = change.get("add", [])
        if not isinstance(new, list) or not all(isinstance(row, dict) for row in new):
            place = document.place(("rows", field, "add"))
            raise refuse(f"{place}: rows.{field}.add", "expected a list of rows {column: value}", "rows")
        if new:
            added[field] = [(row, document.place(("rows", field, "add", i))) for i, row in enumerate(new)]
    return added


def stated_mapping(document: Document, key: str) -> Mapping[str, Any]:
    """What a document states under a key, which must be a mapping; empty where it states nothing."""
    value = document.values.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refuse(f"{document.place((key,))}: {key}", "expected a mapping", "what-if")
    return value
