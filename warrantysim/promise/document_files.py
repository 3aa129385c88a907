"""Files a document becomes: HTML and Markdown, which need nothing, DOCX and PDF, which need the extra ``documents``.

HTML is one file that prints as it is shown. DOCX is for whoever has it read by a lawyer: plain styles, so that changes
can be tracked. PDF is set by Typst with tags: the language and the headings are told to a screen reader. Its Latin
letters come from the library itself; Chinese and Japanese from a font of the machine, which must be there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Block, Box, Document, Drawing, TextTable
from warrantysim.schema.errors import BadInput, told

if TYPE_CHECKING:
    from jinja2 import Template


class MissingLibrary(BadInput):
    """A file that takes a library which is not installed."""


HERE = Path(__file__).parent
"""Where style sheet and templates are."""
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
    return "\n\n".join([f"# {_escaped(document.title)}", *_lines(document.blocks)]) + "\n"


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Sentence(role="head"):
                yield f"## {_escaped(block.text)}"
            case Sentence():
                yield _escaped(block.text)
            case Points():
                yield "\n".join(
                    f"{f'{n}.' if block.numbered else '-'} {_escaped(text)}" for n, text in enumerate(block.texts, 1)
                )
            case TextTable():
                head = list(block.head) or [""] * len(block.rows[0])
                rows = [head, ["---"] * len(head), *block.rows]
                yield "\n".join(
                    "| " + " | ".join(cell if n == 1 else _escaped(cell, "<br>") for cell in row) + " |"
                    for n, row in enumerate(rows)
                )
            case Drawing():
                yield f"![{_escaped(block.alt)}]({block.name}.svg)"
                yield from _lines(block.beside)
            case Box():
                yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_lines(block.blocks)).split("\n"))


def _escaped(text: str, line: str = "  \n") -> str:
    return text.translate(_MARKS).replace("\n", line)


WORD_LATIN = "Calibri"
WORD_EAST_ASIAN = {"zh": "Microsoft YaHei", "ja": "Yu Gothic"}
"""Fonts of Word; a reader without them takes the nearest it has."""


def docx(document: Document) -> bytes:
    """The file.

    Raises
    ------
    MissingLibrary
        If python-docx is not installed.
    """
    try:
        from docx import Document as Word
        from docx.shared import Mm
    except ImportError:
        raise missing("python-docx", "docx") from None
    word = Word()
    section = word.sections[0]
    sizes = {"a4": (210, 297), "us-letter": (215.9, 279.4), "a6": (105, 148)}
    section.page_width, section.page_height = (Mm(side) for side in sizes[document.paper])
    margin = Mm(8 if document.paper == "a6" else 20)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = margin
    _language(word, document)
    word.core_properties.title = str(document.title)
    word.core_properties.language = document.code
    word.core_properties.author = ""
    word.add_heading(document.title, level=0)
    _add(word, document.blocks)
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def _language(word: Any, document: Document) -> None:
    """Tell spelling and screen readers the language, and give its characters a font."""
    from docx.oxml.ns import qn

    for style in (word.styles[name] for name in ("Normal", "Title", "Heading 1")):
        style.font.name = WORD_LATIN
        properties = style.element.get_or_add_rPr()
        properties.rFonts.set(qn("w:eastAsia"), WORD_EAST_ASIAN.get(document.lang[:2], WORD_LATIN))
        told = properties.makeelement(qn("w:lang"), {qn("w:val"): document.code, qn("w:eastAsia"): document.code})
        properties.append(told)


def _add(holder: Any, blocks: Sequence[Block]) -> None:
    from docx.shared import Mm

    for block in blocks:
        match block:
            case Sentence(role="head"):
                paragraph = holder.add_paragraph(block.text, style="Heading 1")
                paragraph.paragraph_format.keep_with_next = True
            case Sentence():
                run = holder.add_paragraph().add_run(block.text)
                run.bold, run.italic = block.role == "warn" or None, block.role == "note" or None
            case Points():
                for text in block.texts:
                    holder.add_paragraph(text, style="List Number" if block.numbered else "List Bullet")
            case TextTable():
                _grid(holder, block)
            case Drawing():
                holder.add_paragraph().add_run().add_picture(io.BytesIO(block.png(600)), width=Mm(block.width_mm))
                _add(holder, block.beside)
            case Box():
                row = _table(holder, 1).add_row()
                _told_of_row(row, "w:cantSplit")
                cell = row.cells[0]
                _add(cell, block.blocks)
                first = cell.paragraphs[0]
                first._element.getparent().remove(first._element)
                holder.add_paragraph()


def _table(holder: Any, columns: int) -> Any:
    from docx.shared import Mm

    table = holder.add_table(0, columns) if not hasattr(holder, "sections") else holder.add_table(rows=0, cols=columns)
    table.style = "Table Grid" if hasattr(holder, "sections") else None
    table.autofit = True
    for column in table.columns:
        column.width = Mm(170 / columns)
    return table


def _grid(holder: Any, grid: TextTable) -> None:
    table = _table(holder, len(grid.rows[0]))
    for n, row in enumerate(([grid.head] if grid.head else []) + list(grid.rows)):
        cells = table.add_row().cells
        for k, text in enumerate(row):
            run = cells[k].paragraphs[0].add_run(text)
            run.bold = (n == 0 if grid.head else k == 0) or None
    if grid.head:
        _told_of_row(table.rows[0], "w:tblHeader")
    holder.add_paragraph()


def _told_of_row(row: Any, name: str) -> None:
    """Switch a property of a row on: that it stays on one page, that it heads every page."""
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn(name), {qn("w:val"): "true"}))


PDF_FONTS = {
    "zh": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo"),
}
"""Fonts with the characters of a language, the best first."""
PDF_LATIN = "Libertinus Serif"
"""The font that comes with the library."""


class NoFont(BadInput):
    """No font of this machine has the characters of a language."""


def pdf(document: Document) -> bytes:
    """The file; the same document gives the same bytes.

    Raises
    ------
    MissingLibrary
        If Typst is not installed.
    NoFont
        If no font has the characters of its language.
    """
    try:
        import typst
    except ImportError:
        raise missing("typst", "pdf") from None
    page = (HERE / "document.typ").read_bytes()
    return bytes(typst.compile(page, sys_inputs={"document": json.dumps(_for_typst(document))}, timestamp=0))


def _for_typst(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "lang": document.lang[:2],
        "region": document.lang[3:].lower(),
        "paper": document.paper,
        "fonts": list(_fonts(document.lang[:2])),
        "blocks": _typst_blocks(document.blocks),
    }


def _typst_blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    inner = {Box: "blocks", Drawing: "beside"}
    found = []
    for block in blocks:
        name = inner.get(type(block), "")
        more = {name: _typst_blocks(getattr(block, name))} if name else {}
        found.append({"is": type(block).__name__, **vars(block), **more})
    return found


@cache
def _fonts(lang: str) -> tuple[str, ...]:
    """Fonts to write a language in, in order: what one lacks the next has, names in another writing among them."""
    import typst

    there = set(typst.Fonts().families())
    found = {one: [font for font in fonts if font in there][:1] for one, fonts in PDF_FONTS.items()}
    if not found.get(lang, [PDF_LATIN]):
        raise NoFont(
            told(
                "no font of this machine has the characters of {lang}: install {font} (Debian and Ubuntu: "
                "fonts-noto-cjk)",
                lang=lang,
                font=PDF_FONTS[lang][0],
            )
        )
    others = [font for one, fonts in found.items() if one != lang for font in fonts]
    return (*(found.get(lang) or [PDF_LATIN]), PDF_LATIN, *others)


FORMS: Mapping[str, Callable[[Document], bytes]] = {"html": _html, "md": _markdown, "docx": docx, "pdf": pdf}
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
