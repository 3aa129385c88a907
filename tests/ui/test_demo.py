"""The demo's results ship: taken where this version asks for the same runs, sound, never in the place of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opening import page, sound, words
from warrantysim import packs
from warrantysim.store.deciding import confirmation_of, taught_of
from warrantysim.store.runs import find, list_runs
from warrantysim.store.workspace import Workspace
from warrantysim.ui.demo import SHIPPED, demo, ship, unpack


def test_runs_that_ship_are_taken_where_they_are_wanted_and_read_like_others(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Workspace.at(kept)
    decided = next(run for run in list_runs(home) if run.kind == "decide")
    file = tmp_path / "demo.tar.xz"
    ship(home, file, {decided.id})
    there = Workspace.at(tmp_path / "there")
    assert unpack(there, {"another"}, file) == []
    assert list_runs(there) == []
    behind = unpack(there, {decided.id}, file)
    confirmed = confirmation_of(decided, home)
    assert confirmed is not None
    assert [asked.id for asked in behind] == [confirmed.id]
    taken = find(there, decided.id)
    assert taken is not None
    assert not taken.damage()
    assert taught_of(taken) is None
    assert taken.found.saving == decided.found.saving
    assert unpack(there, {decided.id}, file) == []
    for left in (0, 100, 5_000):
        (short := tmp_path / "short.tar.xz").write_bytes(file.read_bytes()[:left])
        assert unpack(there, {"another"}, short) == []
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(there.folder))
    for name in ("home", "thresholds"):
        sound(page(name))
    assert "USD" in words(page("home"))


@pytest.mark.slow
def test_what_ships_answers_what_the_demo_asks(tmp_path: Path) -> None:
    home = Workspace.at(tmp_path / "there")
    wanted = {asked.id for _, asked in demo(packs.SCENARIOS)}
    unpack(home, wanted, SHIPPED)
    assert {run.id for run in list_runs(home)} == wanted, "make shipped"
