"""Validation errors in our own words: the path a user wrote, what was expected, what was found, the nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.errors import SHOWN_PER_RULE, Problem, ScenarioProblems, suggestion
from warrantysim.schema.fields import Path, below, doc_of, models_in, names_of, unit_at
from warrantysim.schema.figure_advice import figure_fix, width_fix
from warrantysim.schema.plain_text import LINE, TEXT

UNKNOWN = "unknown key"
"""Rule of problems about keys no model has."""
_CURRENCY = "^[A-Z]{3}$"
_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "of at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "of at most"),
}
_EXPECTED = {
    "float_parsing": "a number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text",
    "date_type": "a date such as 2027-03-01",
    "date_parsing": "a date such as 2027-03-01",
    "date_from_datetime_parsing": "a date such as 2027-03-01",
    "date_from_datetime_inexact": "a date such as 2027-03-01",
    "datetime_type": "a date and time such as 2027-03-01T09:30",
    "datetime_parsing": "a date and time such as 2027-03-01T09:30",
    "datetime_from_date_parsing": "a date and time such as 2027-03-01T09:30",
    "time_parsing": "a time such as 09:30",
    "time_type": "a time such as 09:30",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
    "mapping_type": "a mapping of keys",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
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
            found += [Problem(p.path, p.message, "", p.rule or "check") for p in raised.problems]
        elif item["type"] == "extra_forbidden":
            stated = at_or_none(tree, path[:-1])
            unknown[path[:-1]] = told = unknown.get(path[:-1], 0) + 1
            near = ""
            if told <= SHOWN_PER_RULE:  # the nearest name is looked for where it will be printed
                left = [n for n in names_of(models) if not (isinstance(stated, Mapping) and n in stated)]
                near = suggestion(str(path[-1]), left or names_of(models))
            message = f"unknown key {str(path[-1])!r}{near}"
            found.append(Problem("", message, "", UNKNOWN))
        elif item["type"] == "missing":
            doc = doc_of(models, str(path[-1]) if path else "")
            found.append(Problem("", f"missing{f'; expected {doc}' if doc else ''}", "", f"missing {_generic(path)}"))
        else:
            found.append(Problem("", sentence(item, unit_at(root, path)), "", f"{item['type']} {_generic(path)}"))
    for path, found in seen.items():
        for problem in _united(found):
            yield path, problem


def _generic(path: Path) -> str:
    return ".".join("*" if isinstance(step, int) else step for step in path)


def _united(found: list[Problem]) -> Iterator[Problem]:
    """The arms of a union refuse one value each in its own words: one sentence for all of them."""
    parts = [p.message.removeprefix("expected ").rpartition(", got ") for p in found]
    alike = all(p.message.startswith("expected ") for p in found) and len({tail for _, _, tail in parts}) == 1
    if len(found) > 1 and alike and parts[0][0] and not any(p.path for p in found):
        heads = list(dict.fromkeys(head for head, _, _ in parts))
        yield Problem("", f"expected {' or '.join(heads)}, got {parts[0][2]}", "", found[0].rule)
    else:
        yield from dict.fromkeys(found)


def sentence(item: Any, unit: str = "") -> str:
    """One pydantic error as ``expected ..., got ...``. ``unit``: of the field, where it is known."""
    kind, ctx, value = item["type"], item.get("ctx", {}), item["input"]
    if kind in _EXPECTED:
        fix = None
        if isinstance(value, str):
            fix = figure_fix(value, unit) if kind.startswith(("float", "int")) else width_fix(value)
        return f"expected {_EXPECTED[kind]}, got {shown(value)}{f'; {fix}' if fix else ''}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        found = value.strip() if isinstance(value, str) else shown(value)
        return (
            f"expected a number {words} {ctx[name]:.10g}, got {found}"
            if isinstance(ctx[name], int | float)
            else (f"expected a value {words} {ctx[name]}, got {found}")
        )
    match kind:
        case "literal_error" | "enum":
            choices = [c.strip().strip("'") for c in str(ctx["expected"]).replace(" or ", ", ").split(", ")]
            hint = suggestion(str(value), choices) if isinstance(value, str) else ""
            hint = hint if hint.startswith("; did") else ""
            among = "one of " if len(choices) > 1 else ""
            return f"expected {among}{', '.join(choices)}, got {shown(value)}{hint}"
        case "string_pattern_mismatch" if ctx.get("pattern") == _CURRENCY:
            return f"expected an ISO currency code such as USD, got {shown(value)}"
        case "string_pattern_mismatch" if ctx.get("pattern") in (LINE, TEXT):
            found = next(c for c in value if not re.fullmatch(ctx["pattern"], c))
            what = (
                "text without control characters" if ctx["pattern"] == TEXT else "one line without control characters"
            )
            return f"expected {what}, got {shown(value)}; take out {found!r}"
        case "string_pattern_mismatch":
            return f"expected text of the form {ctx.get('pattern')}, got {shown(value)}"
        case "value_error" | "assertion_error":
            text = str(ctx.get("error", item["msg"])) or item["msg"]
            fix = figure_fix(value, unit) if isinstance(value, str) and "an amount" not in text else None
            return f"{text}{f'; {fix}' if fix else ''}"
        case "too_short":
            return f"expected at least {ctx['min_length']} item(s), got {ctx['actual_length']}"
        case "too_long":
            return f"expected at most {ctx['max_length']} item(s), got {ctx['actual_length']}"
        case "string_too_short":
            return f"expected at least {ctx['min_length']} character(s), got {shown(value)}"
    text = str(item["msg"])
    return f"{text[:1].lower()}{text[1:]}, got {shown(value)}"


def shown(value: Any) -> str:
    """A value as an error shows it: short, with quotes round text."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
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
) -> tuple[Path, list[type[BaseModel]]]:
    """The user's path of a pydantic location, and the innermost models it may lie in.

    Locations hold steps no user wrote (``steps`` of a dated scalar, arms of unions); a step is kept where the tree
    has it, and at the end where it names a field that is missing.
    """
    path: list[str | int] = []
    node: Any = tree
    arms: list[Any] = [root]
    models: list[type[BaseModel]] = [root]
    for i, step in enumerate(loc):
        models = list(models_in(arms)) or models
        found, child = _child(node, step)
        if found is not None:
            path.append(found)
            node = child
        elif missing and i == len(loc) - 1 and isinstance(node, Mapping) and step in names_of(models):
            path.append(step)
        arms = list(below(arms, step))
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
