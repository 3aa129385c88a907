"""Branch coverage is counted over all processes of a run, and over runs that share a folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def met(folder: Path, *arguments: str) -> float:
    """Share of branches that a run tells [percent]."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.covering", "-q", *arguments]
    told = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"WARRANTYSIM_COVERED": str(folder)}, capture_output=True, text=True
    )
    found = re.search(r"covered: ([\d.]+)% of [\d,]+ branches", told.stdout)
    assert told.returncode == 0, told.stdout
    assert found, told.stdout
    return float(found[1])


@pytest.mark.slow
def test_pieces_of_the_suite_end_in_one_figure(tmp_path: Path) -> None:
    pieces = ["tests/money/test_fx.py"], ["-n", "2", "tests/schema/test_paths.py", "tests/money/test_freight.py"]
    together, apart = tmp_path / "together", tmp_path / "apart"
    one, both = met(together, *pieces[0]), met(together, *pieces[1])
    assert one < both
    assert both > met(apart, *pieces[1])
