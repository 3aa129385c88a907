"""Blocks on a terminal: the headline, what the figures rest on, the answer, then the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warrantysim.locale.wording import Lang, say, with_aside
from warrantysim.present.blocks import Block, Figures, Part, Points, Sentence, TableOf
from warrantysim.present.cells import cell
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import TextColumn, heading, numbered, table, width_of, wrapped

LEAST, NAMES = {"text": 16}, {"sku": 22}
"""Width below which no text is broken, where none is stated: by kind, and by key where names take more [columns of
text]."""


def terminal_text(blocks: Iterable[Block], width: int, lang: Lang = "en") -> str:
    """The text of an answer, at most ``width`` columns wide; charts are for surfaces that can draw. What a table has
    more rows than are shown is said.
    """
    lines: list[str] = []
    role = "title"
    after_table = False
    for block in flat(blocks):
        if isinstance(block, Sentence):
            apart = {"basis": block.role != "basis", "points": block.role == "text"}
            below = after_table and block.role not in {"head", "title"}
            if apart.get(role, below) or (block.role == "legend" and role != "legend"):
                lines.append("")
            after_table = False
            if block.role == "head":
                lines.append(heading(block.text))
            else:
                lines += [block.text] if block.role == "title" else wrapped(block.text, width)
            role = block.role
        elif isinstance(block, Figures):
            for one in block.figures:
                beside = say("bind.and", lang).join(filter(None, (one.where, one.beside)))
                told = say("named.text", lang, name=one.title) + one.value
                lines += wrapped("  " + (with_aside(told, beside, lang) if beside else told), width)
        elif isinstance(block, Points):
            lines += [] if role == "head" else [""]
            lines += [numbered(block.texts, width)] if block.numbered else list(_points(block.texts, width))
            role = "points"
        elif isinstance(block, TableOf) and len(block.frame) and block.most != 0:
            lines += [heading(block.title), _table(block, width)]
            role, after_table = "text", True
            if block.most is not None and len(block.frame) > block.most:
                left = len(block.frame) - block.most
                lines += wrapped(block.more or say("tables.more", lang, n=left), width)
    return "\n".join(lines)


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with those of parts in their place."""
    for block in blocks:
        if isinstance(block, Part):
            yield from flat(block.blocks())
        else:
            yield block


def _points(texts: Iterable[str], width: int) -> Iterator[str]:
    for text in texts:
        first, *rest = wrapped(text, width - 2)
        yield f"- {first}"
        yield from (f"  {line}" for line in rest)


def _table(block: TableOf, width: int) -> str:
    rows = [[cell(row, column) for column in block.columns] for row in rows_of(block.frame)[: block.most]]
    columns = [
        TextColumn(
            column.title,
            "left" if column.kind == "text" else "right",
            wraps=column.kind == "text" or bool(column.then),
            # Of two figures with an arrow only the heading is broken.
            least=max(width_of(row[k]) for row in rows)
            if column.then
            else column.least or NAMES.get(column.key) or LEAST.get(column.kind, 8),
            give_up=column.give_up,
        )
        for k, column in enumerate(block.columns)
    ]
    return table(columns, rows, width, block.total)
