"""Pictures as files: SVG and PNG, drawn without a browser.

Chinese in an SVG stays text, drawn by the reader's own fonts. A PNG needs a font with Chinese on this machine (Noto
Sans CJK, Microsoft YaHei, PingFang, Source Han Sans); without one `png` raises `NoChineseFont` instead of boxes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import altair as alt
import vl_convert as vlc

from warrantysim.report.charts.theme import FONTS, Picture, wrapped_title
from warrantysim.schema.plain_text import one_line

SCALE = 2.0
"""Pixels of a PNG per unit of the chart."""


class NoChineseFont(RuntimeError):
    """A picture with Chinese text cannot be drawn as PNG on this machine."""


def whole_spec(picture: Picture, ground: bool = True) -> dict[str, Any]:
    """The specification with title, takeaway below it and, where asked for, a ground."""
    spec = dict(picture.chart.to_dict())
    lines = wrapped_title(picture.takeaway, 96)
    spec["title"] = {"text": picture.title, "subtitle": lines, "anchor": "start", "offset": 14}
    if ground:
        spec["background"] = picture.look.colour("paper")
        spec["config"] = {**spec["config"], "background": picture.look.colour("paper")}
    return spec


def svg(picture: Picture) -> str:
    """The picture as SVG, its takeaway as the accessible name."""
    return svg_text(whole_spec(picture)).replace(
        "<svg ", f'<svg role="img" aria-label={quoteattr(one_line(picture.takeaway))} ', 1
    )


def still(picture: Picture, width: int) -> str:
    """The picture as SVG for a page that says title and takeaway itself; ``width``: of the whole, and about that of the
    window it is for [pixels]."""
    told = json.dumps({**picture.fitted, "width": width})
    for size in ("windowSize()[0]", "containerSize()[0]"):  # There is neither where nobody looks.
        told = told.replace(size, str(width))
    return svg_text(json.loads(told))


def svg_text(spec: Mapping[str, Any]) -> str:
    """A specification as SVG without a character that XML forbids or that turns its direction."""
    return str(vlc.vegalite_to_svg(_plain(spec), vl_version=_version()))


def begin() -> None:
    """Have what draws begin, where it has not: the first picture would wait for it a second."""
    svg_text({"data": {"values": []}, "mark": "point"})


def _plain(value: Any) -> Any:
    """A specification with every text free of what no drawing can hold."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, Mapping):
        return {one_line(str(key)): _plain(child) for key, child in value.items()}
    return [_plain(child) for child in value] if isinstance(value, list | tuple) else value


def png(picture: Picture, scale: float = SCALE) -> bytes:
    """The picture as PNG.

    Raises
    ------
    NoChineseFont
        If it has Chinese text and no font here draws it.
    """
    spec = whole_spec(picture)
    if any(ord(c) > 0x2E7F for c in str(spec["title"])) and not draws_chinese():
        raise NoChineseFont(
            "no font on this machine draws Chinese: install Noto Sans CJK (fonts-noto-cjk), or export SVG"
        )
    return bytes(vlc.vegalite_to_png(_plain(spec), vl_version=_version(), scale=scale))


def write_pictures(pictures: Mapping[str, Picture], folder: Path) -> list[Path]:
    """Write each picture as ``<name>.svg`` and, where its text can be drawn here, ``<name>.png``. Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, one in pictures.items():
        path = folder / f"{file_name(name)}.svg"
        path.write_text(svg(one), "utf-8")
        written.append(path)
        try:
            drawn = png(one)
        except NoChineseFont:
            continue
        path.with_suffix(".png").write_bytes(drawn)
        written.append(path.with_suffix(".png"))
    return written


def file_name(name: str) -> str:
    """A name every file system takes: letters and digits of any script, the rest as ``-``."""
    return re.sub(r"[^\w]+", "-", name).strip("-")


@cache
def draws_chinese() -> bool:
    """Whether two different Chinese characters come out different: without a font both are the same box."""
    return _glyph("国") != _glyph("修")


def _glyph(character: str) -> bytes:
    font = FONTS["zh"].replace("'", "")
    text = f'<text y="20" font-family="{font}">{character}</text>'
    box = f'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">{text}</svg>'
    return bytes(vlc.svg_to_png(box))


def _version() -> str:
    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
