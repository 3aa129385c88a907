"""Validation errors in our own words: the path a user wrote, what was expected, what was found, the nearest name."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from pydantic import BaseModel, ValidationError

from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.errors import (
    NOTHING,
    SHOWN_PER_RULE,
    BadInput,
    Message,
    Problem,
    ScenarioProblems,
    coded,
    nearest,
    suggestion,
    told,
)
from warrantysim.schema.fields import Path, doc_of, fields_of, meaning, names_of, unit_at
from warrantysim.schema.figure_advice import figure_fix, width_fix
from warrantysim.schema.plain_text import LINE, TEXT

UNKNOWN = "unknown key"
"""Rule of problems about keys no model has."""
EXPECTED = coded("expected {what}, got {found}")
"""Code of most problems: what was expected, what was found."""
_CURRENCY = "^[A-Z]{3}$"
NUMBER, DAY = told("a number"), told("a date such as 2027-03-01")
DAY_AND_TIME = told("a date and time such as 2027-03-01T09:30")
FORM = coded("expected text of the form {pattern}, got {found}")
"""Code of problems about the form of a text."""
_BOUNDS = {
    "greater_than": ("gt", coded("a number above {bound:.10g}"), coded("a value above {bound}")),
    "greater_than_equal": ("ge", coded("a number of at least {bound:.10g}"), coded("a value of at least {bound}")),
    "less_than": ("lt", coded("a number below {bound:.10g}"), coded("a value below {bound}")),
    "less_than_equal": ("le", coded("a number of at most {bound:.10g}"), coded("a value of at most {bound}")),
}
_EXPECTED = {
    **dict.fromkeys(("float_parsing", "float_type"), NUMBER),
    "finite_number": told("a finite number"),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), told("a whole number")),
    "int_parsing_size": told("a whole number of fewer digits"),
    **dict.fromkeys(("bool_parsing", "bool_type"), told("true or false")),
    "string_type": told("text"),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), DAY),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing"), DAY_AND_TIME),
    **dict.fromkeys(("time_parsing", "time_type"), told("a time such as 09:30")),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type", "mapping_type"), told("a mapping of keys")),
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), told("a list")),
}


def problems_of(error: ValidationError, root: type[BaseModel], tree: Any) -> Iterator[tuple[Path, Problem]]:
    """Each validation error as a path into the tree that was validated, and a problem without its place.

    Problems that a validator raised as ``ScenarioProblems`` keep their own path text; theirs is written in
    ``Problem.path`` and the path given here is the one of the model that raised.
    """
    seen: dict[Path, list[Problem]] = {}
    unknown: dict[Path, int] = {}
    for item in error.errors(include_url=False):
        path, models = _trace(item["loc"], root, tree, item["type"] == "missing")
        raised = item.get("ctx", {}).get("error")
        found = seen.setdefault(path, [])
        if isinstance(raised, ScenarioProblems):
            found += [Problem(p.path, p.message, "", p.rule) for p in raised.problems]
        elif item["type"] == "extra_forbidden":
            stated = at_or_none(tree, path[:-1])
            unknown[path[:-1]] = told_here = unknown.get(path[:-1], 0) + 1
            message = told("unknown key {key!r}", key=str(path[-1]))
            if told_here <= SHOWN_PER_RULE:  # the nearest name is looked for where it will be printed
                left = [n for n in names_of(models) if not (isinstance(stated, Mapping) and n in stated)]
                message += suggestion(str(path[-1]), left or names_of(models))
            found.append(Problem("", message, "", UNKNOWN))
        elif item["type"] == "missing":
            doc = doc_of(models, str(path[-1]) if path else "")
            message = told("missing") + (told("expected {meaning}", meaning=meaning(doc)) if doc else NOTHING)
            found.append(Problem("", message, "", f"missing {_generic(path)}"))
        else:
            found.append(Problem("", sentence(item, unit_at(root, path)), "", f"{item['type']} {_generic(path)}"))
    for path, found in seen.items():
        for problem in _united(found):
            yield path, problem


def _generic(path: Path) -> str:
    return ".".join("*" if isinstance(step, int) else step for step in path)


def _united(found: list[Problem]) -> Iterator[Problem]:
    """The arms of a union refuse one value each in its own words: one sentence for all of them."""
    said = [dict(p.message.clauses[0][1]) for p in found if p.message.code == EXPECTED and not p.path]
    if 1 < len(said) == len(found) and len({one["found"] for one in said}) == 1:
        what = list(dict.fromkeys(one["what"] for one in said))
        both = reduce(lambda one, other: told("{one} or {other}", one=one, other=other), what)
        rest = next((p.message.clauses[1:] for p in found if len(p.message.clauses) > 1), ())
        yield Problem("", expected(both, said[0]["found"]) + Message(rest), "", found[0].rule)
    else:
        yield from dict.fromkeys(found)


def expected(what: Message, found: Message | str) -> Message:
    """``expected a number, got 'x'``."""
    return told(EXPECTED, what=what, found=found)


def sentence(item: Any, unit: str = "") -> Message:
    """One pydantic error as ``expected ..., got ...``. ``unit``: of the field, where it is known."""
    kind, ctx, value = item["type"], item.get("ctx", {}), item["input"]
    if kind in _EXPECTED:
        fix = None
        if isinstance(value, str):
            fix = figure_fix(value, unit) if kind.startswith(("float", "int")) else width_fix(value)
        elif kind == "string_type" and isinstance(value, int | float | dt.date | dt.time):
            fix = told("put what is written there in quotes")
        return expected(_EXPECTED[kind], quoted_value(value)) + (fix or NOTHING)
    if kind in _BOUNDS:
        name, number, other = _BOUNDS[kind]
        what = told(number if isinstance(ctx[name], int | float) else other, bound=ctx[name])
        return expected(what, value.strip() if isinstance(value, str) else quoted_value(value))
    match kind:
        case "literal_error" | "enum":
            choices = [c.strip().strip("'") for c in str(ctx["expected"]).replace(" or ", ", ").split(", ")]
            among = coded("one of {names}" if len(choices) > 1 else "{names}")
            hint = suggestion(value, choices) if isinstance(value, str) and nearest(value, choices) else NOTHING
            return expected(told(among, names=", ".join(choices)), quoted_value(value)) + hint
        case "string_pattern_mismatch" if ctx.get("pattern") == _CURRENCY:
            return expected(told("an ISO currency code such as USD"), quoted_value(value))
        case "string_pattern_mismatch" if ctx.get("pattern") in (LINE, TEXT):
            odd = next(c for c in value if not re.fullmatch(ctx["pattern"], c))
            code = coded("text without control characters")
            what = told(code if ctx["pattern"] == TEXT else "one line without control characters")
            return expected(what, quoted_value(value)) + told("take out {letter!r}", letter=odd)
        case "string_pattern_mismatch":
            return told(FORM, pattern=ctx.get("pattern"), found=quoted_value(value))
        case "value_error" | "assertion_error":
            message = _raised(ctx.get("error"), item["msg"])
            of_money = message.code.startswith("expected an amount")
            return message + ((figure_fix(value, unit) if isinstance(value, str) and not of_money else None) or NOTHING)
        case "too_short":
            return expected(told("at least {n} item(s)", n=ctx["min_length"]), str(ctx["actual_length"]))
        case "too_long":
            return expected(told("at most {n} item(s)", n=ctx["max_length"]), str(ctx["actual_length"]))
        case "string_too_short":
            return expected(told("at least {n} character(s)", n=ctx["min_length"]), quoted_value(value))
    text = str(item["msg"])
    return told("{said}, got {found}", said=f"{text[:1].lower()}{text[1:]}", found=quoted_value(value))


def _raised(error: Any, said: str) -> Message:
    """What a validator raised."""
    if isinstance(error, BadInput):
        return error.message
    given = error.args[0] if isinstance(error, ValueError) and error.args else None
    return given if isinstance(given, Message) else told("{said}", said=str(error or "") or said)


def quoted_value(value: Any) -> Message | str:
    """A value as an error shows it: short, with quotes round text."""
    if value is None:
        return told("nothing")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return told("a mapping")
    if isinstance(value, list | tuple):
        return told("a list of {n}", n=len(value))
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]}...{text[-1]}"


def at_or_none(tree: Any, path: Path) -> Any:
    """The value at a path, or None where the tree has none."""
    for step in path:
        if isinstance(tree, Mapping):
            tree = tree.get(str(step))
        elif isinstance(tree, list | tuple) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            return None
    return tree


def _trace(
    loc: tuple[str | int, ...], root: type[BaseModel], tree: Any, missing: bool
) -> tuple[Path, Sequence[type[BaseModel]]]:
    """The user's path of a pydantic location, and the innermost models it may lie in.

    Locations hold steps no user wrote (``steps`` of a dated scalar, arms of unions); a step is kept where the tree
    has it, and at the end where it names a field that is missing.
    """
    path: list[str | int] = []
    node: Any = tree
    here = fields_of(root)
    models: Sequence[type[BaseModel]] = here.models
    for i, step in enumerate(loc):
        models = here.models or models
        found, child = _child(node, step)
        if found is not None:
            path.append(found)
            node = child
        elif missing and i == len(loc) - 1 and isinstance(node, Mapping) and step in names_of(models):
            path.append(step)
        here = here.down(step)
    return tuple(path), models


def _child(node: Any, step: str | int) -> tuple[str | int | None, Any]:
    if isinstance(node, Mapping):
        if str(step) in node:
            return str(step), node[str(step)]
        if step == "params" and len(node) == 1 and (kind := next(iter(node))) in PARAMETERS:
            return kind, node[kind]
    elif isinstance(node, list | tuple) and isinstance(step, int) and step < len(node):
        return step, node[step]
    return None, None
