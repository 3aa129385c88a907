"""Blocks as one HTML file that needs nothing else: no script, no font, no picture from elsewhere, and a policy inside
that forbids a browser to fetch any. Everything a user named is text in it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from warrantysim.locale.wording import Lang, say
from warrantysim.present.blocks import Block, Chart, Figures, Points, Sentence, TableOf
from warrantysim.present.cells import cell
from warrantysim.present.terminal import flat
from warrantysim.report.charts.export import svg_text
from warrantysim.report.charts.theme import Look
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import words_of
from warrantysim.schema.plain_text import printable

HERE = Path(__file__).parent
"""Where style sheet and template are."""
STYLE = (HERE / "page.css").read_text("utf-8").strip()
"""The whole style sheet."""


SHAPES = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath", "title", "desc"})
"""All a drawing may be made of."""
CODES = {"zh": "zh-CN"}
"""What HTML calls a language, where it is not by its two letters."""
CLASSES = {"answer": "answer", "note": "soft", "legend": "soft", "warn": "warn"}
"""How sentences of a role look, where not as all others."""


@dataclass(frozen=True)
class Article:
    """Blocks in one language under a title; a heading among them begins a section."""

    lang: Lang
    title: str
    blocks: Sequence[Block] = field(repr=False)
    marks: Sequence[tuple[str, str]] = ()
    """What stands beside the title, each with its class."""

    @property
    def code(self) -> str:
        """What HTML calls its language."""
        return CODES.get(self.lang, self.lang)

    @property
    def sections(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Headings with what stands under each; a legend behind a table is its caption."""
        out: list[tuple[str, list[dict[str, Any]]]] = []
        for block in flat(self.blocks):
            if isinstance(block, Sentence) and block.role == "head":
                out.append((block.text, []))
                continue
            if not out:
                out.append(("", []))
            parts = out[-1][1]
            if isinstance(block, Sentence) and block.role == "legend" and parts and parts[-1].get("caption") == "":
                parts[-1]["caption"] = block.text
            else:
                parts.append(self._part(block))
        return out

    def _part(self, block: Block) -> dict[str, Any]:
        if isinstance(block, Sentence):
            return {"is": "sentence", "text": block.text, "class": CLASSES.get(block.role, "")}
        if isinstance(block, Points):
            return {"is": "points", "texts": block.texts}
        if isinstance(block, Chart):
            picture = block.draw(Look(self.lang))
            drawn = drawing(svg_text(picture.spec()), picture.takeaway, f"{block.name}-{self.lang}-")
            return {"is": "picture", "drawing": drawn, "said": picture.takeaway}
        if isinstance(block, Figures):
            rows = [
                (one.title, say("bind.and", self.lang).join(filter(None, (one.value, one.where, one.beside))))
                for one in block.figures
            ]
            return {"is": "facts", "rows": rows}
        assert isinstance(block, TableOf)
        return _table(block)


def _table(block: TableOf) -> dict[str, Any]:
    rows = [[cell(row, column) for column in block.columns] for row in rows_of(block.frame)]
    if not any(column.title for column in block.columns):
        return {"is": "facts", "rows": rows}
    classes = ["" if column.kind == "text" else "n" for column in block.columns]
    lines = [[(text.split("\n"), class_) for text, class_ in zip(row, classes, strict=True)] for row in rows]
    return {
        "is": "table",
        "name": block.name,
        "caption": "",
        # A line of a Chinese heading ends where a word ends.
        "heads": [
            (Markup("<wbr>").join(words_of(clean(column.title))), class_)
            for column, class_ in zip(block.columns, classes, strict=True)
        ],
        "rows": [[(first, rest, class_) for (first, *rest), class_ in row] for row in lines],
    }


def html_page(title: str, articles: Sequence[Article]) -> str:
    """A whole page. Its policy lets a browser apply its style and do nothing else.

    Raises
    ------
    ValueError
        If it has no article.
    """
    if not articles:
        raise ValueError("expected at least one language")
    seal = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    return _template().render(title=title, articles=articles, policy=policy, style=Markup(STYLE))


@cache
def _template() -> Template:
    rules: dict[str, Any] = {"autoescape": True, "trim_blocks": True, "undefined": StrictUndefined}
    return Environment(finalize=_clean, keep_trailing_newline=True, **rules).from_string(
        (HERE / "page.html").read_text("utf-8")
    )


def _clean(value: Any) -> Any:
    """A text without characters that HTML forbids or that turn its direction; a figure keeps its percent sign."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def clean(text: str) -> str:
    """The same of a text."""
    return printable(text).replace(" %", "\u00a0%")


def drawing(svg: str, label: str, prefix: str) -> Markup:
    """An SVG as part of the page, as wide as its column; ``label`` is what screen readers say.

    ``prefix`` keeps the names inside it apart from those of other drawings.

    Raises
    ------
    ValueError
        If it holds anything that could run or be fetched.
    """
    for part in ElementTree.fromstring(svg).iter():
        names = [name.rpartition("}")[2] for name in part.attrib]
        if part.tag.rpartition("}")[2] not in SHAPES or any(
            n in {"href", "style"} or n.startswith("on") for n in names
        ):
            raise ValueError(f"a drawing may hold nothing but shapes and text, got {part.tag} {' '.join(names)}")
        if any(value.startswith("url(") and not value.startswith("url(#") for value in part.attrib.values()):
            raise ValueError("a drawing may refer to nothing but itself")
    head, _, body = svg.partition(">")
    box = re.search(r'viewBox="([-\d. ]+)"', head)
    if box is None:
        raise ValueError("a drawing needs a size")
    body = re.sub(r'(\bid="|url\(#)', rf"\g<1>{prefix}", body)
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}" role="img" aria-label="{escape(clean(label))}">'
    )
    return Markup(opened + clean(body))
