"""What ships with the package: the reference seller's files, and what serves the app.

People edit them at the top of a checkout, in ``scenarios/`` and ``app.py``; building a wheel copies them in here
(`setup.py`), so that nothing is written twice and both find the same files.
"""

import csv
from functools import cache
from pathlib import Path

WHEEL = Path(__file__).parent / "shipped"
"""Where a wheel holds them; there is no such folder in a checkout."""
HOME = WHEEL if WHEEL.is_dir() else Path(__file__).resolve().parents[2]
"""The folder that holds them."""
APP = HOME / "app.py"
"""What Streamlit runs; its settings are in `.streamlit` beside it."""
SCENARIOS = HOME / "scenarios"
"""The reference seller, what-ifs of it, tables, quotes and policies."""
REFERENCE = SCENARIOS / "base.yaml"
"""The reference seller."""


def shipped_text(name: str) -> str:
    """The text of a file beside this module."""
    return (Path(__file__).parent / name).read_text("utf-8")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table that ships with the package: ``distances``, ``archetypes/kinds``."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def row(name: str, /, **cells: str) -> dict[str, str]:
    """The first row of such a table with these cells.

    Raises
    ------
    KeyError
        If there is none.
    """
    for found in rows(name):
        if all(found[column] == cell for column, cell in cells.items()):
            return found
    raise KeyError(f"no row of {name} has {cells}")
