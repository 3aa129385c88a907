"""The small shop as scenario files, so that pages find it where they look for shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opening import shop
from warrantysim.files.writing import what_if_text, whole_text
from warrantysim.schema.root import Scenario

WHY = "carriers announced it"
ASSUMED = {"path": "markets.US.parcel.loss_share", "unit": "share", "low": 0.0, "high": 0.5, "reason": "nobody counts"}


def base() -> Scenario:
    """The shop under the name of the shipped base, with one assumption."""
    return shop().replace(name="base", assumptions=[ASSUMED])


def patient() -> Scenario:
    """The same with patient customers."""
    found = base()
    return found.replace(name="patient", why=WHY, experience=found.experience.replace(grace_days=77))


@pytest.fixture
def seller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of scenario files: the shop as base, and one what-if."""
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "base.yaml").write_text(whole_text(base()), "utf-8")
    (folder / "patient.yaml").write_text(what_if_text(base(), patient(), "base.yaml"), "utf-8")
    monkeypatch.setenv("WARRANTYSIM_SCENARIOS", str(folder))
    return folder
