"""A document as DOCX, for whoever has it read by a lawyer: plain styles, so that changes can be tracked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Block, Box, Document, Drawing, TextTable, missing

LATIN = "Calibri"
EAST_ASIAN = {"zh": "Microsoft YaHei", "ja": "Yu Gothic"}
"""Fonts of Word; a reader without them takes the nearest it has."""
LINE = "\n"


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
        style.font.name = LATIN
        properties = style.element.get_or_add_rPr()
        properties.rFonts.set(qn("w:eastAsia"), EAST_ASIAN.get(document.lang[:2], LATIN))
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
