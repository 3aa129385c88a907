"""What pages ask for first is read while somebody looks at the first one; what cannot be read is left to its page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opening import page, sound
from warrantysim.store import objects, stored_run
from warrantysim.ui import frame as reading_ahead


@pytest.mark.parametrize("name", ["home", "thresholds"])
def test_what_was_read_ahead_is_there_at_a_first_click(
    filled: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in reading_ahead._steps():
        step()

    def never(*_: object) -> object:
        raise AssertionError("it was read again")

    monkeypatch.setattr(objects, "read_object", never)
    monkeypatch.setattr(stored_run, "asked_from", never)
    sound(page(name))


def test_an_empty_workspace_has_nothing_to_read_ahead(empty: Path) -> None:
    reading_ahead._read()
    sound(page("home"))


def test_a_damaged_run_does_not_stop_it(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(reading_ahead, "_scenarios", lambda: asked.append("scenarios"))
    for found in filled.rglob("found.json"):
        found.write_text("{", "utf-8")
    reading_ahead._read()
    assert asked == ["scenarios"]


def test_it_begins_once_and_can_be_turned_off(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    monkeypatch.setattr(reading_ahead, "_read", lambda: begun.append(filled))
    reading_ahead.read_ahead()
    assert not begun, "tests have it turned off"
    monkeypatch.setenv(reading_ahead.SETTING, "1")
    for _ in range(2):
        reading_ahead.read_ahead()
    reading_ahead._begun(str(filled)).join()
    assert begun == [filled]
