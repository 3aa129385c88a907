"""The quotes report says every term it can meet, in both languages, and adds its months up."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.texts import pairs
from warrantysim.analysis import quote_terms

SOURCES = [Path(quote_terms.__file__).parents[1] / "report" / f"quotes_{name}.py" for name in ("report", "tables")]


def test_every_open_term_has_a_text() -> None:
    tree = ast.parse(Path(quote_terms.__file__).read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            words = [e.value for e in node.value.elts if isinstance(e, ast.Constant)]
            if len(words) >= 2 and words[-1] in {"missing", "ambiguous", "partial"}:
                found.add(f"open.{words[-2]}" + ("" if words[-1] == "missing" else f".{words[-1]}"))
    assert len(found) > 8
    assert found <= set(pairs())


def test_every_heading_a_table_names_is_written() -> None:
    headings: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "set":
                headings |= set(str(ast.literal_eval(node.args[0])).split())
    assert len(headings) > 30
    assert {f"qcol.{name}" for name in headings} <= set(pairs())
