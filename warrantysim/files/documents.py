"""YAML as plain values with line numbers, within limits: no tags, no merge keys, no duplicate keys, no bombs.

Scalars follow the YAML 1.2 core schema, so that ``NO`` stays text (Norway), ``12:30`` stays text and dates stay
text until the schema reads them. Keys are always text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from warrantysim.schema.errors import NOTHING, Problem, ScenarioError, refuse, told
from warrantysim.schema.fields import Path

MAX_NODES = 200_000
"""Values a document may hold, aliases counted as often as they are used [values]."""
MAX_DEPTH = 40
"""Levels of nesting [levels]."""
MAX_ALIASED = 20_000
"""Values a document may repeat through aliases [values]."""

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_LONG_ZERO = re.compile(r"[-+]?0[0-9]")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A YAML mapping as plain values, with the line of every value."""

    name: str
    """The file as shown in errors [text]."""
    values: dict[str, Any]
    """Nested dicts with text keys, lists and scalars."""
    lines: dict[Path, int]
    """First line of the value at each path [1-based]."""
    lower: dict[Path, str] = field(default_factory=dict)
    """Where values were stated that a document it was laid over states, by path [text]."""

    def place(self, path: Path) -> str:
        """``file.yaml:12`` for a value, or for its nearest stated ancestor."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return f"{self.name}:{self.lines[path[:length]]}"
            if path[:length] in self.lower:
                return self.lower[path[:length]]
        return self.name

    def places(self) -> dict[Path, str]:
        """The place of every value."""
        return {**self.lower, **{path: f"{self.name}:{line}" for path, line in self.lines.items()}}

    def under(self, key: str) -> Document:
        """A document that states this one at a key."""
        return Document(self.name, {key: self.values}, {(key, *path): line for path, line in self.lines.items()})

    def below(self, key: str) -> Document:
        """The mapping at a key as a document of its own."""
        lines = {path[1:]: line for path, line in self.lines.items() if path[:1] == (key,)}
        return Document(self.name, self.values[key], lines)


@dataclass
class _Open:
    """A mapping or list whose end has not been read yet."""

    value: Any
    path: Path
    anchor: str | None
    begun: int
    key: str | None = None
    line: int = 0
    taken: dict[str, int] = field(default_factory=dict)


def scalar(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core schema: null, true, false, numbers; everything else is text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789" and not _LONG_ZERO.match(text):
        if _INT.match(text) and len(text) <= 300:
            return int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


class _Composer:
    """Builds plain values from parser events with an explicit stack, so that depth is bounded before recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        self.aliased = 0
        self.result: Any = None
        self.problems: list[Problem] = []

    def fail(self, event: Any, code: str, /, **facts: Any) -> ScenarioError:
        return refuse(f"{self.name}:{event.start_mark.line + 1}", code, "yaml", **facts)

    def feed(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._no_tag(event)
                plain = not event.style and event.implicit[0]
                top = self.stack[-1] if self.stack else None
                if top is not None and isinstance(top.value, dict) and top.key is None:
                    self._key(top, event)
                else:
                    self._add(event, scalar(event.value) if plain else event.value, event.anchor)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._no_tag(event)
                self._open(event, {} if isinstance(event, yaml.MappingStartEvent) else [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self.stack.pop()
                if done.anchor is not None:
                    self.anchors[done.anchor] = (done.value, self.count - done.begun)

    def _no_tag(self, event: Any) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self.fail(event, "tags are not read, got {tag}; write the plain value", tag=tag)

    def _key(self, top: _Open, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.value == "<<" and not event.style:
            raise self.fail(event, "merge keys (<<) are not read; use extends, or write the values out")
        if event.value in top.taken:
            first = top.taken[event.value]
            name = dotted((*top.path, event.value))
            self.problems.append(
                Problem(
                    name,
                    told("duplicate key, first stated in line {first}", first=first),
                    f"{self.name}:{line}: {name}",
                    "yaml",
                )
            )
        top.taken.setdefault(event.value, line)
        top.key, top.line = event.value, line

    def _path(self) -> Path:
        if not self.stack:
            return ()
        top = self.stack[-1]
        step: str | int = len(top.value) if isinstance(top.value, list) else str(top.key)
        return (*top.path, step)

    def _add(self, event: Any, value: Any, anchor: str | None, size: int = 1) -> None:
        self.count += size
        if self.count > MAX_NODES:
            raise self.fail(event, "more than {most:,} values; large data belongs in a table", most=MAX_NODES)
        top = self.stack[-1] if self.stack else None
        # A value below its key is found by the line of the key.
        keyed = top is not None and top.key is not None
        self.lines[self._path()] = top.line if top is not None and keyed else event.start_mark.line + 1
        if top is None:
            self.result = value
        else:
            if isinstance(top.value, list):
                top.value.append(value)
            else:
                assert top.key is not None
                top.value[top.key] = value
                top.key = None
        if anchor is not None and not isinstance(value, dict | list):
            self.anchors[anchor] = (value, 1)

    def _open(self, event: Any, value: Any) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self.fail(event, "expected text as a key, got a mapping or list; in braces? then put it in quotes")
        if len(self.stack) >= MAX_DEPTH:
            raise self.fail(event, "nested deeper than {most} levels", most=MAX_DEPTH)
        path = self._path()
        begun = self.count
        self._add(event, value, None)
        self.stack.append(_Open(value, path, event.anchor, begun))

    def _alias(self, event: Any) -> None:
        if event.anchor not in self.anchors:
            raise self.fail(
                event,
                "the alias *{anchor} has no anchor before it, or stands inside its own anchor",
                anchor=event.anchor,
            )
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self.fail(event, "expected text as a key, got an alias")
        value, size = self.anchors[event.anchor]
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            raise self.fail(event, "aliases repeat more than {most:,} values; write the values out", most=MAX_ALIASED)
        self._add(event, value, None, size)


def _compose(text: str, name: str) -> _Composer:
    composer = _Composer(name)
    try:
        loader = _LOADER(text)
        documents = 0
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise composer.fail(event, "a second document begins here (---); expected one")
            composer.feed(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
        lines = text.splitlines()
        line = lines[mark.line] if mark is not None and mark.line < len(lines) else ""
        hint = told("indent with spaces, not tabs") if line.startswith("\t") else NOTHING
        where = f"{name}:{mark.line + 1}" if mark is not None else name
        raise refuse(where, told("not valid YAML: {what}", what=what) + hint, "yaml") from None
    except (UnicodeError, ValueError) as error:
        raise refuse(name, "not valid YAML: {error}", "yaml", error=str(error)) from None
    return composer


def parse_document(text: str, name: str) -> Document:
    """Read one YAML mapping. ``name`` is the file as errors show it.

    Raises
    ------
    ScenarioError
        For anything but one mapping of plain values within the limits; duplicate keys are all listed.
    """
    composer = _compose(text, name)
    if not isinstance(composer.result, dict):
        raise refuse(f"{name}:1", "expected a mapping of keys (name: value)", "yaml")
    if composer.problems:
        raise ScenarioError(composer.problems)
    return Document(name, composer.result, composer.lines)


def parse_value(text: str, name: str) -> Any:
    """Read one YAML value, as on the right of ``--set path=value``.

    Raises
    ------
    ScenarioError
        As ``parse_document``.
    """
    composer = _compose(text, name)
    if composer.problems:
        raise ScenarioError(composer.problems)
    return composer.result


def dotted(path: Path) -> str:
    """A path of keys and positions as text: ``lanes.US-air.rate``, ``steps[0]``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out
