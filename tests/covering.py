"""Branch coverage of the tests that run: ``pytest -p tests.covering`` prints it as one figure and keeps where it fails.

With a folder in ``$WARRANTYSIM_COVERED``, what runs before left there counts too: the whole suite in pieces, each as
long as a machine lets it be, ends in the figure of the whole.

Instrumented lines and branches take their marks out once met (SlipCover), so that it costs a few percent of the time.
What processes of their own do, such as workers of jobs, is not seen.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import slipcover

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "WARRANTYSIM_COVERED"
"""Environment variable: where the processes of a run, or of several, leave what they covered."""
KEPT = ROOT / "artefacts" / "coverage.json"

_matcher = slipcover.FileMatcher(sources=[str(ROOT / "warrantysim")])
_covered = slipcover.Slipcover(branch=True, source=[str(ROOT / "warrantysim")])
slipcover.ImportManager(_covered, _matcher).__enter__()  # Before anything of the package is imported.


def pytest_configure(config: pytest.Config) -> None:
    """One folder for all processes."""
    if not hasattr(config, "workerinput"):
        Path(os.environ.setdefault(FOLDER, tempfile.mkdtemp())).mkdir(exist_ok=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave what this process covered."""
    found = json.dumps(_covered.get_coverage())
    Path(os.environ[FOLDER], f"{os.getpid()}.json").write_text(found, "utf-8")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell how many lines and branches were met, and keep which were not."""
    parts = [json.loads(path.read_text("utf-8")) for path in sorted(Path(os.environ[FOLDER]).glob("*.json"))]
    whole = parts[0]
    for part in parts[1:]:
        slipcover.merge_coverage(whole, part)
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(whole), "utf-8")
    files = whole["files"].values()
    met, missed = (sum(len(file[f"{kind}_branches"]) for file in files) for kind in ("executed", "missing"))
    lines, gone = (sum(len(file[f"{kind}_lines"]) for file in files) for kind in ("executed", "missing"))
    terminalreporter.write_line(
        f"covered: {met / (met + missed):.1%} of {met + missed:,} branches, {lines / (lines + gone):.1%} of "
        f"{lines + gone:,} lines; {KEPT.relative_to(ROOT)} names the rest"
    )
