"""The path language: how files, the command line, errors and differences name one value of a scenario.

``horizon.days`` goes down by field and key; ``lanes[US.air].rate`` names a key with a dot in it.
``skus[CHG-65].weight_kg`` is a cell of a table, its row named by the table's key; ``sales[CHG-65,US,FBA]`` are the
rows of that key on all dates and ``sales[CHG-65,US,FBA,2027-06-01]`` the one from that date; an undated row has no
date part. A list is entered by position or by the ``id`` (for dated steps, the ``from``) of its items.
A key or part that holds commas, brackets or quotes stands in double quotes, a quote in it twice:
``skus["10"" tablet, black"].weight_kg``.
``*`` stands for any text in a key or key part: ``sales[*,US,FBA].units_per_month``, ``lanes.US-*.rate``.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from warrantysim.schema.dated import DatedRow
from warrantysim.schema.errors import Problem, ScenarioError, nearest, told, wrong
from warrantysim.schema.fields import Path
from warrantysim.schema.row_keys import bracketed, first_key, key_part, key_text, quoted
from warrantysim.schema.strict import Row, Strict

Tables = Mapping[str, type[Row]]
"""Row model of each table field."""


@dataclass(frozen=True)
class PathStep:
    """One step down: a key, or a selection in brackets."""

    parts: tuple[str, ...]
    """The key, or the parts of a row's key [text]."""
    bracketed: bool
    """Whether it was written in brackets."""

    def __str__(self) -> str:
        return bracketed(self.parts) if self.bracketed else self.parts[0]


@lru_cache(maxsize=4096)
def parse(text: str) -> tuple[PathStep, ...]:
    """The steps of a path.

    Raises
    ------
    ScenarioError
        If brackets do not close or a step is empty.
    """
    steps: list[PathStep] = []
    rest = text.strip()
    while rest or not steps:
        if rest.startswith("["):
            end = _closing(rest)
            parts = _parts(rest[1:end])
            if end < 0 or not any(parts):
                raise ScenarioError([wrong(text, "expected [key] or [part,part,...] in the path")])
            rest = rest[end + 1 :]
            steps.append(PathStep(parts, True))
            if rest.startswith(".") and len(rest) > 1:
                rest = rest[1:]
            elif rest and not rest.startswith("["):
                raise ScenarioError([wrong(text, "expected '.' or '[' after ']' in the path")])
            continue
        end = min((i for i in (rest.find("."), rest.find("[")) if i >= 0), default=len(rest))
        name, rest = rest[:end].strip(), rest[end:]
        dangling = rest == "."
        if not name or dangling:
            raise ScenarioError([wrong(text, "empty step in the path; expected a.b.c")])
        steps.append(PathStep((name,), False))
        rest = rest.removeprefix(".")
    return tuple(steps)


def _closing(text: str) -> int:
    """Position of the bracket that closes the first one; brackets within keys count, those in quotes do not. -1 where
    none does."""
    depth, inside = 0, False
    for i, letter in enumerate(text):
        inside ^= letter == '"'
        if not inside:
            depth += (letter == "[") - (letter == "]")
            if depth == 0:
                return i
    return -1


def _parts(text: str) -> tuple[str, ...]:
    """Key parts between commas that stand outside brackets and quotes; an empty part is an empty key part. In double
    quotes a part may hold anything, a quote written twice."""
    parts, depth, inside = [""], 0, False
    for letter in text:
        inside ^= letter == '"'
        if not inside:
            depth += (letter == "[") - (letter == "]")
        if letter == "," and depth == 0 and not inside:
            parts.append("")
        else:
            parts[-1] += letter
    return tuple(map(_unquoted, parts))


def _unquoted(part: str) -> str:
    text = part.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"')
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def tree_of(scenario: Strict, fields: set[str] | None = None) -> dict[str, Any]:
    """The plain nested form of a scenario: text, numbers, lists and dicts only, tables as lists of row dicts."""
    tree: dict[str, Any] = as_stated(scenario.model_dump(by_alias=True, include=fields))
    return tree


def as_stated(value: Any) -> Any:
    """A dumped value as a file would state it: amounts and dates as text, tuples as lists, keys as text."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): as_stated(child) for key, child in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [as_stated(child) for child in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Strict):
        return as_stated(value.model_dump(by_alias=True))
    return str(value)


def get(scenario: Strict, path: str) -> Any:
    """The plain value at a path; a dict path -> value where the path matches several.

    Raises
    ------
    ScenarioError
        If the path matches nothing.
    """
    tables = table_fields(type(scenario))
    tree = tree_of(scenario)
    found = {name(p, tree, tables): at(tree, p) for p in match(tree, path, tables)}
    return next(iter(found.values())) if len(found) == 1 and "*" not in path else found


def table_fields(root: type[Strict]) -> Tables:
    """The table fields of a root model and their row models."""
    tables: Tables = getattr(root, "TABLES", {})
    return tables


def at(tree: Any, path: Path) -> Any:
    """The value at a concrete path of keys and positions."""
    for step in path:
        tree = tree[step]
    return tree


def match(tree: Mapping[str, Any], text: str, tables: Tables) -> list[Path]:
    """Every concrete path (keys and positions) that a path text names.

    Raises
    ------
    ScenarioError
        If it names nothing: the message gives the nearest path there is.
    """
    steps = parse(text)
    found: list[tuple[Path, Any]] = [((), tree)]
    for depth, step in enumerate(steps):
        table = tables.get(str(found[0][0][0])) if depth == 1 and len(found[0][0]) == 1 else None
        deeper = [
            ((*path, key), child) for path, node in found for key, child in _children(node, step, table, steps, text)
        ]
        if not deeper:
            raise ScenarioError([_nothing(text, steps, depth, [node for _, node in found], table)])
        found = deeper
    return [path for path, _ in found]


def _children(
    node: Any, step: PathStep, table: type[Row] | None, steps: Sequence[PathStep], text: str
) -> Iterator[tuple[str | int, Any]]:
    if isinstance(node, list) and table is not None:
        if step.bracketed:
            yield from _rows(node, step, table, steps, text)
        return
    if len(step.parts) != 1:
        return
    word = step.parts[0]
    if isinstance(node, Mapping):
        if "*" not in word:
            if word in node:
                yield word, node[word]
            return
        for key, child in node.items():
            if _like(str(key), word):
                yield key, child
    elif isinstance(node, list):
        for i, child in enumerate(node):
            if _like(str(i), word) or ((name := item_name(child)) is not None and _like(name, word)):
                yield i, child


def _rows(
    rows: list[Any], step: PathStep, table: type[Row], steps: Sequence[PathStep], text: str
) -> Iterator[tuple[int, Any]]:
    width = len(table.key_fields)
    dated = issubclass(table, DatedRow)
    if not width <= len(step.parts) <= width + dated + len(table.also_key):
        wanted = ",".join(table.key_fields) + (" (and from)" if dated else "")
        message = told(
            "{steps} is keyed by {wanted}, got {n} part(s); write * for any",
            steps=steps[0],
            wanted=wanted,
            n=len(step.parts),
        )
        raise ScenarioError([Problem(text, message)])
    wanted_parts = [
        part if "*" in part else key_part(part, table, field)
        for part, field in zip(step.parts, table.key_fields, strict=False)
    ]
    wanted_parts += step.parts[width:]
    column, numeric = first_key(table)
    first = wanted_parts[0] if wanted_parts and "*" not in wanted_parts[0] and not numeric else ""
    for i, row in enumerate(rows):
        if first and isinstance(row, Mapping) and isinstance(value := row.get(column), str) and value != first:
            continue  # most rows of a large table are of another product
        key = key_text(row, table)
        if len(key) < len(wanted_parts):
            continue
        if all(_like(a, b) for a, b in zip(key, wanted_parts, strict=False)):
            yield i, row


def _like(name: str, word: str) -> bool:
    return name == word or ("*" in word and fnmatch.fnmatchcase(name, word.replace("[", "[[]").replace("?", "[?]")))


def item_name(item: Any) -> str | None:
    """What a list item is called by: its id or name, a dated step by its date; None where it has none."""
    if isinstance(item, Mapping):
        for key in ("id", "name"):
            if isinstance(item.get(key), str):
                return str(item[key])
        if set(item) == {"from", "value"}:
            return str(item["from"])
    return None


def _nothing(text: str, steps: Sequence[PathStep], depth: int, nodes: list[Any], table: type[Row] | None) -> Problem:
    choices: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, list) and table is not None:
            choices.update(dict.fromkeys(bracketed(key_text(row, table)) for row in node))
        elif isinstance(node, Mapping):
            choices.update(dict.fromkeys(bracketed([k]) if steps[depth].bracketed else _key(k) for k in node))
        elif isinstance(node, list):
            choices.update(dict.fromkeys(f"[{item_name(item) or i}]" for i, item in enumerate(node)))
    before = path_text(steps[:depth])
    if not choices:
        return wrong(text, "matches nothing: {before} holds no keys; add one with +{text}", before=before, text=text)
    close = nearest(str(steps[depth]), choices)
    if close is None:
        shown = [_append(before, c) for c in list(choices)[:6]]
        more = ", ..." if len(choices) > 6 else ""
        return wrong(text, "matches nothing; there is {names}{more}", names=", ".join(shown), more=more)
    whole = _append(before, close)
    for step in steps[depth + 1 :]:
        whole = _append(whole, str(step))
    return wrong(text, "matches nothing; did you mean {whole!r}?", whole=whole)


def _key(key: str) -> str:
    """A key of a mapping as a step of a path."""
    return bracketed([key]) if "." in key or quoted(key) != key else key


def _append(path: str, step: str) -> str:
    return path + step if step.startswith("[") or not path else f"{path}.{step}"


def path_text(steps: Sequence[PathStep]) -> str:
    """Steps as a path text."""
    out = ""
    for step in steps:
        out = _append(out, str(step))
    return out


def name(path: Path, tree: Mapping[str, Any], tables: Tables) -> str:
    """A concrete path in the path language, rows and list items by their keys; positions that do not exist stay."""
    out = ""
    node: Any = tree
    for depth, step in enumerate(path):
        child = None
        if isinstance(node, Mapping):
            child = node.get(str(step))
        elif isinstance(node, list) and isinstance(step, int) and step < len(node):
            child = node[step]
        if isinstance(step, int):
            table = tables.get(str(path[0])) if depth == 1 else None
            if table is not None and isinstance(child, Mapping):
                out += bracketed(key_text(child, table))
            else:
                out += f"[{item_name(child) or step}]"
        else:
            out = _append(out, _key(step) if out else step)
        node = child
    return out
