"""HTML from elements: what is text is escaped, what is an element is not, and nothing else can be written."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape
from xml.etree import ElementTree

from warrantysim.schema.plain_text import printable

VOID = frozenset({"meta", "br", "hr"})
"""Elements without an end."""
SHAPES = frozenset({"svg", "g", "path", "rect", "line", "circle", "text", "tspan", "defs", "clipPath", "title", "desc"})
"""All a drawing may be made of."""
LONGEST = 160
"""Characters of a name that are shown [count]."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Markup | None | Iterable["Child"]
"""What an element can hold: text, elements, nothing, or several of these."""


def element(tag: str, *children: Child, **attributes: str | int | None) -> Markup:
    """An element. ``class_`` is the attribute ``class``, ``aria_label`` is ``aria-label``; None leaves one out."""
    stated = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(clean(str(value)), quote=True)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in VOID:
        return Markup(f"<{tag}{stated}>")
    return Markup(f"<{tag}{stated}>{joined(children)}</{tag}>")


def joined(children: Iterable[Child]) -> Markup:
    """Children one after the other, texts escaped."""
    return Markup("".join(_inside(child) for child in children))


def _inside(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return escape(clean(child), quote=False)
    return joined(child)


def clean(text: str) -> str:
    """A text without characters that HTML forbids or that turn its direction; a figure keeps its percent sign."""
    return printable(text).replace(" %", "\u00a0%")


def short(text: str, most: int = LONGEST) -> str:
    """A name as long as a page can bear."""
    return text if len(text) <= most else f"{text[:most]}..."


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
    said = escape(clean(label), quote=True)
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}" role="img" aria-label="{said}">{clean(body)}'
    )


def document(title: str, lang: str, style: str, *body: Child) -> str:
    """A whole page. Its policy lets a browser apply this style and do nothing else."""
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(style)),
    )
    return f"<!doctype html>\n{element('html', head, element('body', *body), lang=lang)}\n"
