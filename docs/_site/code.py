"""The package as its sources tell it: rooms, modules, what is public in them, read without importing anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "warrantysim"

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Module:
    """One module."""

    name: str
    """Dotted, below the package."""
    doc: str
    """Its docstring."""
    public: tuple[Definition, ...]
    """Public functions and classes, as they stand."""

    @property
    def room(self) -> str:
        """The folder it is in."""
        return self.name.partition(".")[0]


@cache
def modules() -> Mapping[str, Module]:
    """Every module of a room that has something public, by name."""
    return {found.name: found for found in _read() if found.public}


def _read() -> Iterator[Module]:
    for path in sorted(PACKAGE.glob("*/**/*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        tree = ast.parse(path.read_text("utf-8"))
        public = tuple(
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        )
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, ast.get_docstring(tree) or "", public)


def first_sentence(text: str) -> str:
    """The first paragraph on one line."""
    return " ".join(text.split("\n\n")[0].split())


def where_is(name: str) -> Module | None:
    """The module with a public function or class of a name, written alone or behind the end of its module's name.

    None where there is none, or more than one: then the name must say which.
    """
    before, _, last = name.rpartition(".")
    found = [
        one
        for one in modules().values()
        if any(node.name == last for node in one.public) and f".{one.name}".endswith(f".{before}" if before else "")
    ]
    return found[0] if len(found) == 1 else None


def stated_in(module: str) -> frozenset[str]:
    """Names a module defines or imports, as its source says."""
    place = ROOT.joinpath(*module.split("."))
    path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    tree = ast.parse(path.read_text("utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    return frozenset(found | {alias.asname or alias.name for node in imports for alias in node.names})


def page_of(room: str) -> str:
    """Markdown of a room: its modules, and what each offers."""
    lines = [f"# {room}", ""]
    for one in modules().values():
        if one.room != room:
            continue
        lines += [f"## {one.name} {{ #{one.name} }}", "", first_sentence(one.doc), ""]
        lines += [f"- `{_signature(node)}`  \n  {_plain(node)}" for node in one.public]
        lines.append("")
    return "\n".join(lines)


def rooms() -> tuple[str, ...]:
    """Every room with a public name."""
    return tuple(sorted({one.room for one in modules().values()}))


def _signature(node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(ast.unparse(base) for base in node.bases)
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returned}"


def _plain(node: Definition) -> str:
    """The first sentence, safe from being read as a table, a tag or a link."""
    return first_sentence(ast.get_docstring(node) or "").replace("<", "&lt;").replace("[", "\\[")
