"""The price lists that come with the product, read as plain rows."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from typing import TypeVar

from warrantysim.packs import markets as packs
from warrantysim.schema.strict import Row

R = TypeVar("R", bound=Row)
TABLES = packs.FOLDER / "tables"


@cache
def shipped(model: type[R], table: str) -> tuple[R, ...]:
    """Every row of a shipped table."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8") as file:
        return tuple(model.model_validate({k: v for k, v in row.items() if v}) for row in csv.DictReader(file))


def day(text: str) -> int:
    """Day number of an ISO date."""
    return dt.date.fromisoformat(text).toordinal()
