"""What a scenario rests on as frames for people: its tables, its single figures, how uncertain they are, what is wrong
with a file that was brought, and what it would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.files.imports import spot
from warrantysim.files.remarks import Remark, remark_on
from warrantysim.files.tables import Table, columns
from warrantysim.locale.wording import Lang, listed, named
from warrantysim.report.doers import Titles, partner_titles
from warrantysim.report.field_names import field_name, full_name, unit_name
from warrantysim.report.figures import decimals_cut
from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.diff import ABSENT, Change, one_line_value
from warrantysim.schema.errors import Problem
from warrantysim.schema.fields import arms
from warrantysim.schema.figures import figures
from warrantysim.schema.paths import tree_of
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row

if TYPE_CHECKING:
    import pandas as pd

YES_OR_NO = "true|false"
"""Unit of what is either so or not."""
MARKS = ("S", "D", "M", "A", "")
"""Marks in order: sourced, derived, measured, assumed, none stated."""
LAST = ("source", "mark")
"""Columns every table has, shown last."""


@dataclass(frozen=True)
class Touched:
    """Who changed something last."""

    ref: str
    """The version it came with, ``name@number`` [text]."""
    who: str
    """Who kept it [text]."""
    at: str
    """When [UTC, ISO 8601]."""
    why: str
    """Why [text]."""


def table_columns(table: str) -> list[str]:
    """Columns of a table in the order of its files: key and figures, then from when, source and mark."""
    names = list(columns(Scenario.TABLES[table]))
    last = [name for name in ("from", *LAST) if name in names]
    return [name for name in names if name not in last] + last


def table_rows(scenario: Scenario, table: str) -> list[dict[str, Any]]:
    """Rows of a table as plain cells: numbers, truths and text; None where nothing is stated."""
    tree = tree_of(scenario, {table})[table]
    return [{name: _cell(row.get(name)) for name in table_columns(table)} for row in tree]


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping | list):
        return one_line_value(value)
    return None if value in ("", BEGINNING.isoformat()) else value


def table_frame(scenario: Scenario, table: str) -> pd.DataFrame:
    """A table of a scenario, a column a field, empty cells None; numbers stay numbers."""
    import pandas as pd

    frame = pd.DataFrame(table_rows(scenario, table), columns=table_columns(table))
    for name in frame.columns:
        kind = column_kind(Scenario.TABLES[table], name)
        if kind == "number":
            frame[name] = pd.to_numeric(frame[name])
        elif kind == "truth":
            frame[name] = frame[name].astype("boolean")
        else:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame


def column_kind(model: type[Row], column: str) -> str:
    """What the cells of a column are: ``number``, ``truth``, ``date`` or ``text``."""
    kinds = set(arms(model.model_fields[columns(model)[column]].annotation)) - {type(None)}
    if kinds <= {int, float}:
        return "number"
    return "truth" if kinds == {bool} else "date" if kinds == {dt.date} else "text"


def marks_of(scenario: Scenario, table: str) -> dict[str, int]:
    """Rows of a table by mark [count]."""
    rows = getattr(scenario, table)
    return {mark: n for mark in MARKS if (n := sum(row.mark == mark for row in rows))}


def mark_name(mark: str, lang: Lang) -> str:
    """``S sourced``; never a letter or a colour alone."""
    return f"{mark} {named('mark', mark, lang)}".strip() if mark else named("mark", "none", lang)


def tables_frame(scenario: Scenario, touched: Mapping[str, Touched], since: str, lang: Lang) -> pd.DataFrame:
    """One row a table: what it is, how many rows, how they are marked, when it was changed and by whom.

    ``since``: what to say of tables no version changed.
    """
    import pandas as pd

    rows = []
    for table in Scenario.TABLES:
        last = touched.get(table)
        counts = marks_of(scenario, table)
        rows.append(
            {
                "table": table,
                "called": field_name(table, lang),
                "about": named("about", table, lang),
                "rows": len(getattr(scenario, table)),
                "marks": listed((f"{mark_name(mark, lang)} {n}" for mark, n in counts.items()), lang),
                **_who(last, since),
            }
        )
    return pd.DataFrame(rows)


def moment(stamp: str) -> str:
    """``2027-02-01 09:30`` of a stamp, in the zone it is written in."""
    return stamp[:16].replace("T", " ")


def _who(last: Touched | None, since: str) -> dict[str, str]:
    if last is None:
        return {"changed": since, "who": "", "version": "", "why": ""}
    return {"changed": moment(last.at), "who": last.who, "version": last.ref, "why": last.why}


def figures_frame(
    scenario: Scenario, said: Mapping[Any, Remark], touched: Mapping[str, Touched], since: str, lang: Lang
) -> pd.DataFrame:
    """One row a figure outside tables: what it is called, value, unit, range, source, mark, when and by whom changed.

    A figure somebody changed has its version as its source, since what the file said of it holds no longer.
    """
    import pandas as pd

    tree, partners = tree_of(scenario), partner_titles(scenario)
    rows = []
    for figure in figures(scenario):
        last = touched.get(figure.path)
        source, mark = ("", "A") if last else _stated_source(figure.at, tree, said)
        rows.append(
            {
                "section": field_name(figure.path.partition(".")[0], lang),
                "path": figure.path,
                "called": full_name(figure.path, lang, partners),
                "value": "" if figure.value is None else stated_value(figure.text, figure.unit, lang),
                "unit": unit_name(figure.unit, lang),
                "range": figure.range,
                "mark": mark,
                "source": last.why if last else source,
                "doc": figure.doc.text(lang),
                **{key: value for key, value in _who(last, since).items() if key != "why"},
            }
        )
    return pd.DataFrame(rows)


def stated_value(text: str, unit: str, lang: Lang) -> str:
    """A value for people: what is either so or not by a word."""
    return named("answer", text, lang) if unit == YES_OR_NO else text


def _stated_source(at: tuple[str | int, ...], tree: Mapping[str, Any], said: Mapping[Any, Remark]) -> tuple[str, str]:
    """Source and mark: of the figure's own line, else of the section that states them, else of the lines above."""
    own = said.get(at)
    if own is not None and own.mark:
        return own.note, own.mark
    node: Any = tree
    stated = ("", "")
    for step in at:
        if isinstance(node, Mapping) and "mark" in node:
            stated = str(node.get("source", "")), str(node["mark"])
        node = node[step]
    if stated[1]:
        return stated
    near = remark_on(at, said)
    return (near.note, near.mark) if near is not None else ("", "")


def register_frame(scenario: Scenario, touched: Mapping[str, Touched], since: str, lang: Lang) -> pd.DataFrame:
    """The assumptions: each with what is stated now, how low and high it may lie, and why."""
    import pandas as pd

    from warrantysim.schema.choices import there

    tree, partners = tree_of(scenario), partner_titles(scenario)
    rows = []
    for row in scenario.assumptions:
        values = there(row.path, tree, Scenario.TABLES)
        stated = [one_line_value(value) for value in values.values()]
        distinct = list(dict.fromkeys(stated))
        rows.append(
            {
                "called": full_name(row.path, lang, partners),
                "path": row.path,
                "value": distinct[0]
                if len(distinct) == 1
                else f"{len(values)}: {', '.join(distinct[:3])}…"
                if stated
                else "",
                "unit": unit_name(row.unit, lang),
                "low": row.low,
                "high": row.high,
                "reason": row.reason,
                "mark": row.mark,
                "source": row.source,
                **_who(touched.get(f"assumptions[{row.path}]"), since),
            }
        )
    return pd.DataFrame(rows)


def problems_frame(problems: Sequence[Problem], tables: Mapping[str, Table], lang: Lang) -> pd.DataFrame:
    """Problems of a file, one a row, those of a kind together: kind, file, row, column, cell, what to do."""
    import pandas as pd

    rows = []
    for problem in problems:
        at = spot(problem, tables)
        rows.append(
            {
                "kind": problem_kind(problem),
                "file": at.file,
                "row": at.row,
                "column": at.column,
                "cell": at.cell,
                "message": problem.message.text(lang),
            }
        )
    frame = pd.DataFrame(rows, columns=["kind", "file", "row", "column", "cell", "message"])
    frame["row"] = frame["row"].astype("Int64")
    return frame


def problem_kind(problem: Problem) -> str:
    """Which kind of problem it is, a word of the group ``problem``."""
    rule, code = problem.rule, problem.message.code
    if rule in ("file", "encoding", "csv", "sheet", "file name"):
        return "file"
    if rule in ("header", "unknown key") or rule.startswith("missing"):
        return "columns"
    if rule == "ragged rows" or rule.startswith("duplicate"):
        return "rows"
    if rule.startswith("form of figures") or code.startswith("expected"):
        return "cells"
    if code.startswith("unknown") or any(said.startswith("did you mean") for said, _ in problem.message.clauses):
        return "names"
    return "world"


def changes_frame(changes: Sequence[Change], partners: Titles, lang: Lang) -> pd.DataFrame:
    """What differs: path, what it is called, old, new, unit, source."""
    import pandas as pd

    rows = [
        {
            "called": full_name(change.path, lang, partners),
            "path": change.path,
            "old": "" if change.old is ABSENT else decimals_cut(one_line_value(change.old)),
            "new": "" if change.new is ABSENT else decimals_cut(one_line_value(change.new)),
            "unit": unit_name(change.unit, lang),
            "source": change.source,
        }
        for change in changes
    ]
    return pd.DataFrame(rows, columns=["called", "path", "old", "new", "unit", "source"])


def change_text(change: Change, lang: Lang) -> str:
    """``freight rate [US-CN-air,0]: 6.9 → 9.66``: a difference on one line."""
    old, new = (
        named("mark", "nothing", lang) if side is ABSENT else decimals_cut(one_line_value(side))
        for side in (change.old, change.new)
    )
    return f"{change.path}: {old} → {new}"
