"""Numbers and days people state: bounds are checked here and told beside the field.

A browser that knows of a bound keeps the value before, reddens the field, and the server never hears of the new one.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from warrantysim.store.approvals import NotInOrder, check_day
from warrantysim.ui.components.differences import refused
from warrantysim.ui.language import t

EARLIEST, LATEST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""Days a calendar offers: unasked it offers ten years around today."""


def number(label: str, low: float, high: float, usual: Any = None, *, place: Any = st, **more: Any) -> Any:
    """A number between two bounds, whole where they are; None where it lies outside, which is said beneath it.

    ``usual``: what stands there at first; ``place``: where it is drawn; ``more`` is for ``st.number_input``.
    """
    value = place.number_input(label, value=usual, **more)
    if value is None or low <= value <= high:
        return value
    place.error(t("bounded.outside", low=f"{low:,g}", high=f"{high:,g}", value=f"{value:,g}"))
    return None


def any_day(label: str, usual: dt.date | None, *, place: Any = st, **more: Any) -> dt.date | None:
    """A day; None where nobody states one. ``more`` is for ``st.date_input``."""
    day = place.date_input(label, usual, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD", **more)
    return day if isinstance(day, dt.date) else None


def fits(day: dt.date | None) -> bool:
    """Whether rules can be in force from a day; why not is said beneath it."""
    try:
        if day is not None:
            check_day(day)
    except NotInOrder as error:
        st.error(refused(error))
        return False
    return True
