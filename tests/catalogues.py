"""What must stand in the catalogues: codes of problems in the sources, meanings of fields in the schema.

``python -m tests.catalogues`` adds what is missing to the catalogue of each language, for a translator to fill in, and
takes out what nothing says any more.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import warrantysim
from warrantysim.locale.wording import CATALOGUES, DOMAIN, FOLDER
from warrantysim.schema.errors import CONTEXTS
from warrantysim.schema.reference import describe
from warrantysim.schema.root import Scenario

PROBLEM, MEANING = CONTEXTS
CODE_AT = {"told": 0, "coded": 0, "BadInput": 0, "wrong": 1, "refuse": 1, "remark_rows": 1, "_wrong": 1, "fail": 1}
"""Functions that are given the code of a problem, and at which place."""
OURS = frozenset({"_wrong", "fail"})
"""Those of them that a module makes of `refuse`."""
EVERYWHERE = frozenset({"remark_rows"})
"""Methods, called by their name alone."""
JOINER = "; "
"""What stands between clauses."""


@cache
def codes() -> frozenset[str]:
    """Every code of a problem that the sources name; what is nothing but its facts reads the same in every language."""
    found = {JOINER}
    for path in sorted(Path(warrantysim.__path__[0]).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        ours = {name.name for node in ast.walk(tree) for name in _from_errors(node)}
        if path.name == "errors.py":
            ours = set(CODE_AT)
        ours |= EVERYWHERE
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        found |= {code for call in calls for code in _codes_in(call, ours | OURS if "refuse" in ours else ours)}
    return frozenset(code for code in found if code == JOINER or re.search("[A-Za-z]", re.sub("{[^}]*}", "", code)))


def _from_errors(node: ast.AST) -> list[ast.alias]:
    return node.names if isinstance(node, ast.ImportFrom) and node.module == "warrantysim.schema.errors" else []


def _codes_in(call: ast.Call, ours: Collection[str]) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in ours or len(call.args) <= CODE_AT.get(name, 99):
        return
    stated = call.args[CODE_AT[name]]
    for arm in (stated.body, stated.orelse) if isinstance(stated, ast.IfExp) else (stated,):
        if isinstance(arm, ast.Constant) and isinstance(arm.value, str):
            yield arm.value


@cache
def meanings() -> frozenset[str]:
    """What every field of a scenario is."""
    return frozenset(field.doc for field in describe(Scenario)) - {""}


def said_to_customers() -> tuple[frozenset[str], tuple[str, ...]]:
    """Words of the rooms that write to customers, among them the keys of their texts, and how keys begin that are put
    together (``f"exclusion.{name}"``)."""
    package = Path(warrantysim.__path__[0])
    words, begin = set(), set()
    for path in [*(package / "promise").rglob("*.py"), *(package / "studies").rglob("promise*/**/*.py"),
                 *(package / "studies").glob("promise*.py")]:  # fmt: skip
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begin.add(str(node.values[0].value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    for path in (package / "packs" / "promise").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            words |= {cell for row in csv.reader(file) for cell in row}
    return frozenset(words), tuple(one for one in begin if one.endswith("."))


def wanted() -> dict[str, frozenset[str]]:
    """What must be translated, by context."""
    return {PROBLEM: codes(), MEANING: meanings()}


def entry(context: str, key: str, said: str = "") -> str:
    """An entry as a catalogue's file holds it."""
    quoted = (f'"{text}"' for text in (_escaped(one) for one in (context, key, said)))
    return "\n".join(f"{word} {text}" for word, text in zip(("msgctxt", "msgid", "msgstr"), quoted, strict=True))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def update() -> None:
    """Add what is missing to every catalogue but the English one, and take out what is no longer said."""
    for lang in CATALOGUES:
        path = FOLDER / CATALOGUES[lang] / "LC_MESSAGES" / f"{DOMAIN}.po"
        blocks = path.read_text("utf-8").rstrip("\n").split("\n\n")
        for context, keys in wanted().items() if lang != "en" else ():
            heads = {entry(context, key).rpartition("\n")[0]: key for key in keys}
            mine = [block for block in blocks if block.startswith(f'msgctxt "{context}"')]
            gone = {block for block in mine if block.rpartition("\nmsgstr")[0] not in heads}
            there = {block.rpartition("\nmsgstr")[0] for block in mine}
            blocks = [block for block in blocks if block not in gone]
            blocks[1:1] = [f'{head}\nmsgstr ""' for head in sorted(heads.keys() - there)]
        path.write_text("\n\n".join(blocks) + "\n", "utf-8")


if __name__ == "__main__":
    update()
