"""A document for customers: what it is made of, whichever file it becomes.

Sentences and points are those of every answer; a grid, a picture, a box apart from the rest and a field to be filled in
by hand come with documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.texts import Said

Paper = Literal["a4", "us-letter", "a6"]
"""What it is printed on."""


@dataclass(frozen=True)
class TextTable:
    """A table of texts."""

    rows: Sequence[Sequence[str]]
    """Cells, row by row."""
    head: Sequence[str] = ()
    """What stands above the columns; without it the first column names its row."""
    widths: Sequence[float] = ()
    """How wide each column is beside the others [number]; as usual where empty."""


@dataclass(frozen=True)
class Drawing:
    """A drawing: an icon, a code to be scanned."""

    name: str
    """Name of its file."""
    svg: str = field(repr=False)
    """The drawing."""
    alt: str
    """What it tells to whoever does not see it."""
    width_mm: float
    """Its width on paper [mm]."""
    beside: Sequence[Sentence] = ()
    """What stands beside it."""

    def png(self, width: int) -> bytes:
        """The same in dots, so many across."""
        import re

        box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+)', self.svg)
        return drawn(self.svg, width / float(box[1]) if box else 1.0)


def drawn(svg: str, scale: float = 1.0) -> bytes:
    """A drawing in dots, so many for each of its units."""
    import vl_convert

    return bytes(vl_convert.svg_to_png(svg, scale=scale))


@dataclass(frozen=True)
class Box:
    """What is kept apart from the rest: rights of the law beside what the seller adds."""

    blocks: Sequence[Sentence | Points | TextTable]
    """In order."""


Block = Sentence | Points | TextTable | Drawing | Box


@dataclass(frozen=True)
class Document:
    """A document in one language."""

    name: str
    """Name of its files."""
    lang: str
    """Language, by the name of its catalogue."""
    title: str
    """What it is called."""
    blocks: Sequence[Block]
    """In order; a sentence of role ``head`` begins a section."""
    paper: Paper = "a4"
    """What it is printed on."""

    @property
    def code(self) -> str:
        """Its language as the web names it."""
        return self.lang.replace("_", "-")


def document_record(document: Document) -> dict[str, Any]:
    """A document without pictures as JSON has it."""
    return {"name": document.name, "lang": document.lang, "title": str(document.title), "paper": document.paper,
            "blocks": [_record(block) for block in document.blocks if not isinstance(block, Drawing)]}  # fmt: skip


def _record(block: Block) -> list[Any]:
    match block:
        case Sentence():
            return ["sentence", block.role, str(block.text)]
        case Points():
            return ["points", block.numbered, [str(text) for text in block.texts]]
        case TextTable():
            return ["grid", [str(text) for text in block.head], [[str(cell) for cell in row] for row in block.rows]]
        case Box():
            return ["box", [_record(one) for one in block.blocks]]
    raise TypeError(f"a {type(block).__name__} has no record")


def recorded(found: Mapping[str, Any]) -> Document:
    """The document of a record."""
    blocks = [_block(block) for block in found["blocks"]]
    return Document(found["name"], found["lang"], found["title"], blocks, found["paper"])


def _block(found: Sequence[Any]) -> Any:
    kind, *said = found
    if kind == "sentence":
        return Sentence(said[1], said[0])
    if kind == "points":
        return Points(said[1], said[0])
    return TextTable(said[1], said[0]) if kind == "grid" else Box([_block(one) for one in said[0]])


def texts(document: Document) -> Iterator[str]:
    """Every text of a document, in order."""
    yield document.title
    yield from _texts(document.blocks)


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Sentence():
                yield block.text
            case Points():
                yield from block.texts
            case TextTable():
                yield from block.head
                yield from (cell for row in block.rows for cell in row)
            case Drawing():
                yield from (block.alt, *(one.text for one in block.beside))
            case Box():
                yield from _texts(block.blocks)


def keys(document: Document) -> set[str]:
    """Keys of the texts a document holds."""
    return {one.key for one in texts(document) if isinstance(one, Said)}
