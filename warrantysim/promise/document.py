"""A document for customers: what it is made of, whichever file it becomes, and those files.

Sentences and points are those of every answer; a grid, a picture, a box apart from the rest and a field to be filled in
by hand come with documents. HTML and Markdown need nothing; DOCX and PDF need the extra ``documents``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.texts import Said
from warrantysim.schema.errors import BadInput, told

if TYPE_CHECKING:
    from jinja2 import Template

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


class MissingLibrary(BadInput):
    """A file that takes a library which is not installed."""


def _docx(document: Document) -> bytes:
    from warrantysim.promise.docx import docx

    return docx(document)


def _pdf(document: Document) -> bytes:
    from warrantysim.promise.pdf import pdf

    return pdf(document)


HERE = Path(__file__).parent
"""Where style sheet and template of HTML are."""
SHEETS = {"a4": "A4; margin: 18mm", "us-letter": "letter; margin: 18mm", "a6": "105mm 148mm; margin: 8mm"}
"""What a browser prints on, and how far from its edges."""


@cache
def _page() -> Template:
    from jinja2 import Environment, StrictUndefined

    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.from_string((HERE / "page.html").read_text("utf-8"))


def html(document: Document) -> str:
    """One file that needs nothing else: no script, no font and no picture from elsewhere. Everything a user named is
    text in it, never markup; drawings are the program's own."""
    from markupsafe import Markup

    style = Markup((HERE / "page.css").read_text("utf-8").strip())
    return _page().render(it=document, style=style, sheet=SHEETS[document.paper], drawing=Markup)


def _html(document: Document) -> bytes:
    return html(document).encode()


def _markdown(document: Document) -> bytes:
    return markdown(document).encode()


FORMS: Mapping[str, Callable[[Document], bytes]] = {"html": _html, "md": _markdown, "docx": _docx, "pdf": _pdf}
"""Files a document may become, by their ending."""
HEAVY = ("docx", "pdf")
"""Those that take the extra ``documents``."""


def files(documents: Sequence[Document], forms: Sequence[str]) -> dict[str, bytes]:
    """Documents in several forms, by file name.

    Raises
    ------
    MissingLibrary
        If a form takes a library that is not installed.
    """
    return {f"{document.name}.{form}": FORMS[form](document) for document in documents for form in forms}


def missing(name: str, form: str) -> MissingLibrary:
    """What to raise where a library is not there."""
    return MissingLibrary(
        told(
            "{form} files need {name}: install warrantysim[documents]; HTML and Markdown need nothing",
            form=form.upper(),
            name=name,
        )
    )


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|"})


def markdown(document: Document) -> str:
    """A document as Markdown; what users named is text in it, never markup."""
    return "\n\n".join([f"# {_plain(document.title)}", *_lines(document.blocks)]) + "\n"


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Sentence(role="head"):
                yield f"## {_plain(block.text)}"
            case Sentence():
                yield _plain(block.text)
            case Points():
                yield "\n".join(
                    f"{f'{n}.' if block.numbered else '-'} {_plain(text)}" for n, text in enumerate(block.texts, 1)
                )
            case TextTable():
                head = list(block.head) or [""] * len(block.rows[0])
                rows = [head, ["---"] * len(head), *block.rows]
                yield "\n".join(
                    "| " + " | ".join(cell if n == 1 else _plain(cell, "<br>") for cell in row) + " |"
                    for n, row in enumerate(rows)
                )
            case Drawing():
                yield f"![{_plain(block.alt)}]({block.name}.svg)"
                yield from _lines(block.beside)
            case Box():
                yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_lines(block.blocks)).split("\n"))


def _plain(text: str, line: str = "  \n") -> str:
    return text.translate(_MARKS).replace("\n", line)
