"""What all tests share: reproducible property tests, and where the shipped scenarios are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from warrantysim.scenario.root import Scenario

# The same examples on every machine: a red test is red for everybody. Deadlines would measure the machine.
settings.register_profile(
    "laws", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("laws")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """The folder of shipped scenarios."""
    return ROOT / "scenarios"


@pytest.fixture(scope="session")
def base(scenarios: Path) -> Scenario:
    """The reference seller, read once: scenarios are immutable."""
    from warrantysim.scenario.loading import load_scenario

    return load_scenario(scenarios / "base.yaml")
