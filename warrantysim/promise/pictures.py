"""Drawings of the kit's own: icons, codes to be scanned, and A+ pictures in the exact sizes a marketplace asks for.

All is SVG made here and drawn as PNG by the library the charts use; nothing is redrawn from elsewhere. Letters are
never smaller than what can be read on a telephone (rule ``small_print``).
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from xml.sax.saxutils import escape

from warrantysim import packs
from warrantysim.present.blocks import Sentence
from warrantysim.promise.document import Drawing, drawn
from warrantysim.promise.document_files import missing
from warrantysim.promise.lint import rules
from warrantysim.report.charts.export import NoChineseFont, draws_chinese

INK, SOFT, BLUE, PALE, PAPER = "#1f2933", "#52606d", "#1b5e8c", "#e8f1f7", "#ffffff"
"""Contrast of every pair used for letters is at least 4.5 to 1."""
FONTS = {
    "zh": "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, Source Han Sans SC, sans-serif",
    "ja": "Noto Sans CJK JP, Noto Sans JP, Hiragino Sans, Yu Gothic, Meiryo, sans-serif",
}
"""Fonts by language, tried one after the other."""
LATIN = "Inter, Noto Sans, Segoe UI, Helvetica, Arial, Noto Sans CJK SC, sans-serif"
LINE, BOLD = 1.25, 1.1
"""Height of a line, and how much wider bold letters are [of a letter's]."""
TELEPHONE = 300
"""Width at which letters must still be read [pixels]."""
CODE_MM = 25.0
"""Width of a code's own squares on paper [mm]."""
QUIET = 4
"""White around a code [modules]."""

ICONS: Mapping[str, str] = {
    "shield": '<path d="M12 2l8 3v6c0 5-3.4 9-8 11-4.6-2-8-6-8-11V5z"/><path d="M8 12l3 3 5-6"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-4.4 3.6-7 8-7s8 2.600 8 7"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 2"/>',
    "plug": '<path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v5"/>',
    "battery": '<rect x="3" y="8" width="16" height="9" rx="2"/><path d="M21 11v3M7 11v3M11 11v3"/>',
    "drop": '<path d="M12 3v10M8 10l4 4 4-4M4 20h16"/>',
    "check": '<circle cx="12" cy="12" r="9"/><path d="M8 12l3 3 5-6"/>',
    "box": '<path d="M3 8l9-5 9 5v9l-9 5-9-5zM3 8l9 5 9-5M12 13v9"/>',
    "press": '<path d="M12 3v8M7 6a8 8 0 1 0 10 0"/>',
}
"""Line drawings on a field of 24 by 24."""


def icon(name: str, colour: str = BLUE, size: int = 24) -> str:
    """An icon as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="{size}" height="{size}">'
        f"{_drawn(name, colour)}</svg>"
    )


def _drawn(name: str, colour: str) -> str:
    return (
        f'<g fill="none" stroke="{colour}" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">'
        f"{ICONS[name]}</g>"
    )


def code(name: str, address: str, alt: str, beside: Sequence[Sentence] = ()) -> Drawing:
    """A code to be scanned, with the white around it that scanners need.

    Raises
    ------
    MissingLibrary
        If Segno is not installed.
    """
    try:
        import segno
    except ImportError:
        raise missing("segno", "qr") from None
    made, out = segno.make(address, error="m", micro=False, boost_error=False), io.BytesIO()
    made.save(out, kind="svg", border=QUIET, xmldecl=False, omitsize=True, nl=False, light=PAPER)
    across = made.symbol_size(border=0)[0]
    width = round(CODE_MM * (across + 2 * QUIET) / across, 1)
    return Drawing(name, out.getvalue().decode(), alt, width, beside)


@dataclass(frozen=True)
class Art:
    """A picture of an A+ module."""

    name: str
    """Name of its file."""
    module: str
    """The module it is for: a row of ``packs/promise/picture_sizes.csv``."""
    svg: str
    """The drawing."""
    alt: str
    """What it tells to whoever does not see it."""
    texts: tuple[str, ...]
    """Words in it, which are moderated like any others."""
    smallest: float
    """Its smallest letters, where it is shown as wide as a telephone [pixels]."""

    def png(self) -> bytes:
        """The picture in dots, exactly of the size of its module.

        Raises
        ------
        NoChineseFont
            If no font of this machine draws its letters.
        """
        return _dots(self.svg)


@lru_cache(maxsize=256)
def _dots(svg: str) -> bytes:
    if any(ord(sign) > 0x2E7F for sign in svg) and not draws_chinese():
        raise NoChineseFont("no font on this machine draws Chinese: install Noto Sans CJK (fonts-noto-cjk)")
    return drawn(svg)


@cache
def size_of(module: str) -> tuple[int, int]:
    """Width and height of a module's picture [pixels]."""
    stated = packs.row("promise/picture_sizes", module=module)
    return int(stated["width"]), int(stated["height"])


def least_letters(width: int) -> float:
    """Smallest letters of a picture so wide that can still be read [pixels]."""
    least = next(rule.least for rule in rules() if rule.rule == "small_print")
    return least * max(1.0, width / TELEPHONE)


@dataclass
class Canvas:
    """A drawing as it is made; state is what was drawn."""

    module: str
    """Its module."""
    lang: str
    """Language of its words."""

    def __post_init__(self) -> None:
        self.width, self.height = size_of(self.module)
        self.parts: list[str] = [f'<rect width="{self.width}" height="{self.height}" fill="{PALE}"/>']
        self.texts: list[str] = []
        self.sizes: list[float] = []

    def icon(self, name: str, x: float, y: float, size: float, colour: str = BLUE) -> None:
        """An icon with its upper left corner there."""
        self.parts.append(f'<g transform="translate({x:g} {y:g}) scale({size / 24:g})">{_drawn(name, colour)}</g>')

    def fitted(
        self, text: str, size: float, width: float, lines: int = 2, bold: bool = False
    ) -> tuple[float, list[str]]:
        """Size of the letters and the lines of words that are made smaller until they fit [pixels]."""
        least, broad = least_letters(self.width), BOLD if bold else 1.0
        while len(broken := drawn_lines(text, width / size / broad)) > lines and size > least:
            size = max(least, size - 1)
        return size, broken

    def words(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        width: float,
        *,
        lines: int = 2,
        middle: bool = False,
        bold: bool = False,
        colour: str = INK,
    ) -> float:
        """Words broken into lines and made smaller until they fit; returns the height they take [pixels]."""
        size, broken = self.fitted(text, size, width, lines, bold)
        anchor, weight = ("middle" if middle else "start"), ("700" if bold else "400")
        for k, line in enumerate(broken):
            self.parts.append(
                f'<text x="{x:g}" y="{y + size * (0.9 + LINE * k):g}" font-size="{size:g}" font-weight="{weight}" '
                f'text-anchor="{anchor}" fill="{colour}">{escape(line)}</text>'
            )
        self.texts.append(text)
        self.sizes.append(size)
        return size * LINE * len(broken)

    def art(self, name: str, alt: str) -> Art:
        """What was drawn."""
        font = FONTS.get(self.lang[:2], LATIN)
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" font-family="{font}" xml:lang="{self.lang.replace("_", "-")}">'
            f"{''.join(self.parts)}</svg>"
        )
        shown = min(self.sizes) * min(1.0, TELEPHONE / self.width)
        return Art(name, self.module, svg, alt, tuple(self.texts), shown)


def wide(sign: str) -> float:
    """Width of a letter [of its height]."""
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    return 0.34 if sign in " .,;:'iljI|!" else 0.78 if sign.isupper() or sign in "mwMW%" else 0.6


def drawn_lines(text: str, width: float) -> list[str]:
    """Words in lines of at most such a width [heights of a letter]; Chinese and Japanese break between any two signs
    but before a closing one and within a word of katakana."""
    lines, line = [""], 0.0
    for piece in _pieces(text):
        broad = sum(wide(sign) for sign in piece)
        if lines[-1] and line + broad > width:
            lines.append("")
            line, piece = 0.0, piece.lstrip()
        lines[-1] += piece
        line += broad
    return [one.strip() for one in lines if one.strip()]


CLOSING = "、。，！？）」』・：；％ーゃゅょっァィゥェォャュョッ"
"""Signs that no line begins with."""


def _pieces(text: str) -> Sequence[str]:
    """The least pieces a line may be broken between."""
    pieces: list[str] = []
    before = " "
    for sign in text:
        broad = unicodedata.east_asian_width(sign) in "WF"
        after_broad = unicodedata.east_asian_width(before) in "WF"
        one_word = _katakana(before) and _katakana(sign)
        apart = sign not in CLOSING and not one_word and (broad or (after_broad and sign.isalnum()))
        if not pieces or sign == " " or apart:
            pieces.append(sign)
        else:
            pieces[-1] += sign
        before = sign
    return pieces


def _katakana(sign: str) -> bool:
    return "\u30a1" <= sign <= "\u30fc"
