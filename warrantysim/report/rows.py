"""Frames as rows: what a report walks over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame in order, each a dictionary by column; NumPy scalars as Python's own."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]
