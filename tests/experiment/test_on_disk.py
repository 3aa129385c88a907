"""What processes of a machine find on disk of each other: the same as if each had found it by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.experiment.test_components import SEED, assert_equal, policies, seller
from warrantysim.decision import asking
from warrantysim.decision.asking import Experiments
from warrantysim.experiment import births, components, on_disk, turned_scenarios
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.on_disk import kept_on_disk, placed, put, taken
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.turned_scenarios import measured_at
from warrantysim.experiment.uncertain import Turn
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import forget
from warrantysim.schema.root import Scenario


def unable(*args: Any) -> Any:
    """What must not be done again."""
    raise AssertionError("done again")


def asked(scenario: Scenario, numbers: range, place: Path | None) -> list[SimulatedYear]:
    """Years of some policies, by a process that remembers nothing."""
    forget(scenario)
    work = placed(partial(components.years, whole=range(len(numbers))), place)
    found = work(scenario, policies(1, 6)[numbers.start : numbers.stop], SEED, 0)
    assert all(isinstance(year, SimulatedYear) for year in found), found
    return [year for year in found if isinstance(year, SimulatedYear)]


def test_what_another_process_found_is_found_by_the_next_to_the_last_digit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claims are born once, and of a policy known to the other nothing is simulated."""
    plain, s = asked(seller(), range(6), None), seller()
    first = asked(s, range(3), tmp_path)
    monkeypatch.setattr(births, "born_with_earlier", unable)
    rest = asked(s, range(3, 6), tmp_path)
    for year, other in zip([*first, *rest], plain, strict=True):
        assert_equal(year, other)
        assert year.total == other.total
    monkeypatch.setattr(components, "simulate_run", unable)
    assert_equal(asked(s, range(5, 6), tmp_path)[0], plain[5])


def test_another_scenario_finds_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one in which levers are turned, while the stated one is asked about."""
    s = seller()
    other = s.replace(sales=tuple(row.replace(units_per_month=2 * row.units_per_month) for row in s.sales))

    def both(scenario: Scenario, policies: Any, seed: int, replication: int) -> list[int]:
        return [len(births.births(one, seed, replication)) for one in (scenario, other)]

    forget(s)
    few, many = placed(both, tmp_path)(s, (), SEED, 0)
    assert many > few
    assert [path.name for path in tmp_path.iterdir()] == [f"births {SEED} 0"]


def test_what_was_found_with_levers_turned_is_found_when_it_is_asked_about_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each turn by itself: claims are born once, and of a policy asked about before nothing is simulated."""
    s, (today, other, *_) = seller(), policies(1, 6)
    paths = (f"sales[{sku},{market},OWN].units_per_month" for sku in "AB" for market in ("US", "DE"))
    levers = [Lever(path, "times") for path in paths]
    turns: list[Turn] = [tuple((lever, by) for lever in levers) for by in (1.5, 2.0)]
    assert len(levers) > turned_scenarios.FEW, "of few levers the run as stated may stand"

    def measured(which: list[Policy], turns: list[Turn], place: Path | None) -> np.ndarray:
        found = list(measured_at(s, which, range(1), SEED, turns, _total, place=place))
        assert all(isinstance(one, np.ndarray) for one in found), found
        return np.array(found)

    plain = measured([today, other], turns, None)
    assert len(set(plain[:, 0, 0, 0].tolist())) == len(turns)
    np.testing.assert_array_equal(measured([today], turns, tmp_path), plain[:, :1])
    monkeypatch.setattr(births, "born_with_earlier", unable)
    np.testing.assert_array_equal(measured([other], turns, tmp_path), plain[:, 1:])
    monkeypatch.setattr(components, "simulate_run", unable)
    np.testing.assert_array_equal(measured([other, today], turns[::-1], tmp_path), plain[::-1, ::-1])
    assert sorted(path.is_dir() for path in tmp_path.iterdir()) == [True, True]


def test_much_is_put_where_the_environment_says_or_else_on_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The usual folder for what is put aside for a while may lie in memory."""
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(on_disk, "ON_DISK", str(tmp_path))
    assert on_disk.scratch() == str(tmp_path)
    monkeypatch.setattr(on_disk, "ON_DISK", str(tmp_path / "none"))
    assert on_disk.scratch() == tempfile.gettempdir()
    monkeypatch.setattr(on_disk, "ON_DISK", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "said"))
    assert on_disk.scratch() != str(tmp_path)


def _total(scenario: Scenario, year: SimulatedYear) -> np.ndarray:
    return np.array([year.total, len(year.root)])


KILLED = """
import os, signal
from warrantysim.experiment.on_disk import kept_on_disk
with kept_on_disk() as place:
    print(place, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folder_is_gone_at_the_end_however_that_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also that of a process that was killed: by the next that needs one. Those of others stay, and what is not ours,
    whatever its name."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    places = list[Path]()

    def stopped() -> None:
        with kept_on_disk() as place:
            put(place, "found", "name", 1)
            assert taken(place, "name", 1) == "found"
            assert place is not None
            places.append(place)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not places[0].exists()
    theirs = [tmp_path / f"{on_disk.NAME}{name}" for name in ("2026-results", "x", str(os.getppid()))]
    for folder in theirs:
        folder.mkdir()
        (folder / "decision.csv").touch()
    if sys.platform != "win32":
        there = {**os.environ, "TMPDIR": str(tmp_path)}
        done = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True, env=there)
        killed = Path(done.stdout.strip())
        assert killed.is_dir(), done.stderr
        with kept_on_disk() as one, kept_on_disk() as other:
            assert not killed.exists()
            assert all(place is not None and place.exists() for place in (one, other))
    assert sorted(tmp_path.iterdir()) == sorted(theirs)


def test_without_any_folder_a_decision_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that is full or may only be read."""

    def full(*args: Any, **named: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryDirectory", full)
    monkeypatch.setattr(asking, "MANY", 0)
    with Experiments(seller(), SEED).keeping() as asked:
        assert asked.place is asked.place_of_turns is None


@pytest.mark.parametrize("left", [0, 3, 100, -1])
def test_what_the_disk_has_not_kept_is_not_there(left: int, tmp_path: Path) -> None:
    put(tmp_path, np.arange(1000.0), "name")
    file = tmp_path / "name"
    content = file.read_bytes()
    np.testing.assert_array_equal(taken(tmp_path, "name"), np.arange(1000.0))
    for broken in (content[:left], bytes(len(content)), content[:500] + b"\0\1" + content[502:]):
        file.write_bytes(broken)
        assert taken(tmp_path, "name") is None


def test_where_there_is_no_room_all_goes_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an error nor half a file."""
    put(tmp_path / "not there", np.zeros(3), "name")
    assert taken(tmp_path / "not there", "name") is None
    monkeypatch.setattr(on_disk, "SPARED", np.inf)
    put(tmp_path, np.zeros(3), "name")
    assert not list(tmp_path.iterdir())


def test_it_is_kept_of_many_claims_and_for_processes_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of few a process keeps enough, and another machine has another disk."""
    s = seller()
    with Experiments(s, SEED).keeping() as few:
        assert few.place is None
        assert few.place_of_turns is not None
    monkeypatch.setattr(asking, "MANY", 0)
    with ThreadPoolExecutor(1) as others, Experiments(s, SEED, others).keeping() as elsewhere:
        assert elsewhere.place is elsewhere.place_of_turns is None
    with Experiments(s, SEED).keeping() as many:
        assert many.place is not None
        assert many.by_law(True).place == many.place
        assert many.by_law(False).place is None
        forget(s)
        found = [len(next(iter(one.potential(range(1), s.policy)))) for one in (many, few)]
        assert found[0] == found[1]
        assert sorted(path.name for path in many.place.iterdir()) == [f"births {SEED} 0", on_disk.MARK]
