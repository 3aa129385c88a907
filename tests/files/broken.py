"""Tiny worlds that break one law each, and what is told of them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests import worlds
from warrantysim.files.wording import sentence
from warrantysim.schema.errors import ScenarioProblems

Cases = dict[str, tuple[dict[str, Any], str]]
"""Changes to the tiny world and what is told of them, by the law they break."""
REFUND = {"from": "0 USD", "do": "refund"}
"""A zone from nothing on."""


def problems_of(**changes: Any) -> list[str]:
    """What a world is refused for, a line a problem."""
    with pytest.raises(ValidationError) as caught:
        worlds.world(**changes)
    found: list[str] = []
    for error in caught.value.errors():
        raised = error.get("ctx", {}).get("error")
        if isinstance(raised, ScenarioProblems):
            found += [str(problem) for problem in raised.problems]
        else:
            found.append(f"{'.'.join(map(str, error['loc']))}: {sentence(error)}")
    return found


def is_told(changes: dict[str, Any], told: str) -> None:
    """The world with these changes is refused in these words, the beginning of a line."""
    found = problems_of(**changes)
    assert any(line.startswith(told) for line in found), found


def rule(*zones: Any, **cell: Any) -> dict[str, Any]:
    """A policy with an empty rule and one of a cell."""
    first = {"cell": {}, "zones": [REFUND]}
    return {"name": "p", "rules": [first, {"cell": cell, "zones": list(zones)}]}
