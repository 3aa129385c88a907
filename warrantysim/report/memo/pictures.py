"""Charts as parts of a page: shapes and text alone, without the title a picture file carries."""

from __future__ import annotations

from warrantysim.report.charts.export import svg_text
from warrantysim.report.charts.theme import Picture


def drawn(picture: Picture) -> str:
    """The chart as SVG on no ground of its own."""
    return svg_text(picture.spec())
