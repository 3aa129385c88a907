"""A document as a tagged PDF, set by Typst: the language and the headings are told to a screen reader.

Latin letters come from the library itself; Chinese and Japanese from a font of the machine, which must be there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from warrantysim.promise.document import Block, Box, Document, Drawing, missing
from warrantysim.schema.errors import BadInput, told

FONTS = {
    "zh": ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo"),
}
"""Fonts with the characters of a language, the best first."""
LATIN = "Libertinus Serif"
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
    page = (files("warrantysim.promise") / "document.typ").read_bytes()
    return bytes(typst.compile(page, sys_inputs={"document": json.dumps(_plain(document))}, timestamp=0))


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "lang": document.lang[:2],
        "region": document.lang[3:].lower(),
        "paper": document.paper,
        "fonts": list(_fonts(document.lang[:2])),
        "blocks": _blocks(document.blocks),
    }


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    inner = {Box: "blocks", Drawing: "beside"}
    found = []
    for block in blocks:
        name = inner.get(type(block), "")
        more = {name: _blocks(getattr(block, name))} if name else {}
        found.append({"is": type(block).__name__, **vars(block), **more})
    return found


@cache
def _fonts(lang: str) -> tuple[str, ...]:
    """Fonts to write a language in, in order: what one lacks the next has, names in another writing among them."""
    import typst

    there = set(typst.Fonts().families())
    found = {one: [font for font in fonts if font in there][:1] for one, fonts in FONTS.items()}
    if not found.get(lang, [LATIN]):
        raise NoFont(
            told(
                "no font of this machine has the characters of {lang}: install {font} (Debian and Ubuntu: "
                "fonts-noto-cjk)",
                lang=lang,
                font=FONTS[lang][0],
            )
        )
    others = [font for one, fonts in found.items() if one != lang for font in fonts]
    return (*(found.get(lang) or [LATIN]), LATIN, *others)
