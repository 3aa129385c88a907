"""What can be taken away from a page: tables as CSV, pictures as SVG and PNG, named by the run they rest on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.report.charts.export import NoChineseFont, draws_chinese, png, svg
from warrantysim.report.charts.theme import Picture
from warrantysim.report.export import csv_bytes
from warrantysim.ui.components.pictures import show_picture
from warrantysim.ui.language import t


def offer_csv(frame: pd.DataFrame, file: str, key: str) -> None:
    """A button that hands out a table; ``file``: its name without ending."""
    _offer("CSV", "text/csv", partial(csv_bytes, frame), file, key, ":material/download:")


def exported_picture(
    picture: Picture, file: str, key: str, figures: pd.DataFrame | None = None, *, told: bool = False
) -> None:
    """A picture with buttons that hand it out; ``file``: its name without ending.

    ``figures``, ``told``: as for `show_picture`. PNG is not offered for Chinese that no font here draws.
    """
    show_picture(picture, key, figures, told=told)
    with st.container(horizontal=True):
        _offer("SVG", "image/svg+xml", partial(_svg, picture), file, f"{key}_svg")
        if picture.look.lang == "en" or draws_chinese():
            _offer("PNG", "image/png", partial(_png, picture), file, f"{key}_png")


def _offer(
    name: str, mime: str, data: Callable[[], bytes], file: str, key: str, icon: str = ":material/image:"
) -> None:
    label = t("piece.download", name=name)
    st.download_button(label, data, f"{file}.{name.lower()}", mime, key, on_click="ignore", type="tertiary", icon=icon)


def _svg(picture: Picture) -> bytes:
    return svg(picture).encode()


def _png(picture: Picture) -> bytes:
    """The picture as PNG, or why not: a product may be called in Chinese anywhere."""
    try:
        return png(picture)
    except NoChineseFont as error:
        return str(error).encode()
