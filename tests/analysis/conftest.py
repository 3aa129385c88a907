"""What laws of analysis measured, told at the end of a run: a law that holds has a figure by which it holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def measured(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """To be told what was measured."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the figures."""
    for text in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"measured: {text}")
