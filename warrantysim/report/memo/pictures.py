"""Charts as parts of a page: shapes and text alone, without the title a picture file carries."""

from __future__ import annotations

import altair as alt
import vl_convert as vlc

from warrantysim.report.charts.theme import Picture


def drawn(picture: Picture) -> str:
    """The chart as SVG on no ground of its own."""
    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    return str(vlc.vegalite_to_svg(picture.spec(), vl_version=version))
