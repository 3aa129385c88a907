"""The price lists of the reference seller, those of his packs among them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import TypeVar

from warrantysim.files.loading import load_scenario
from warrantysim.packs import REFERENCE
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row

R = TypeVar("R", bound=Row)


@cache
def _seller() -> Scenario:
    return load_scenario(REFERENCE)


def shipped(model: type[R], table: str) -> tuple[R, ...]:
    """Every row of one of his tables."""
    rows = getattr(_seller(), table)
    assert all(type(row) is model for row in rows)
    return tuple(rows)


def day(text: str) -> int:
    """Day number of an ISO date."""
    return dt.date.fromisoformat(text).toordinal()
