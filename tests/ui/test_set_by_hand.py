"""Rules set by hand travel in an address: they come back as they were, and nothing harmful does."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from warrantysim.decision.cells import CellZone
from warrantysim.ui.components.set_by_hand import LARGEST, LONGEST, packed, unpacked

CELLS = [("A", "US"), ("=HYPERLINK(1)", "德国"), ("x" * 10_000, "US")]
LADDER = (CellZone(0.0, "refund", ""), CellZone(66.7, "repair_local", "tierwerk-de"))


def code(value: Any) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode().rstrip("=")


@pytest.mark.parametrize("cell", CELLS)
def test_what_was_set_comes_back(cell: tuple[str, str]) -> None:
    chosen = {cell: LADDER}
    assert unpacked(packed("run", chosen), "run", CELLS) == chosen


def test_nothing_set_needs_no_code() -> None:
    assert packed("run", {}) == ""
    assert unpacked("", "run", CELLS) == {}


def test_a_code_of_another_run_or_of_cells_that_are_not_there_sets_nothing() -> None:
    assert unpacked(packed("run", {CELLS[0]: LADDER}), "other", CELLS) == {}
    assert unpacked(packed("run", {("Z", "US"): LADDER}), "run", CELLS) == {}


def test_more_than_an_address_holds_is_not_put_into_it() -> None:
    import random

    luck = random.Random(1)
    many = {
        (f"{luck.random()}", "US"): tuple(CellZone(luck.random(), "refund", "") for _ in range(6)) for _ in range(200)
    }
    assert packed("run", many) == ""


@pytest.mark.parametrize(
    "bad",
    [
        "!!!", "eJw", "a" * (LONGEST + 1), code(5), code(["run"]), code(["run", 7]), code(["run", [[["A", "US"], 3]]]),
        code(["run", [[["A", "US"], [[0, "refund"]]]]]), code(["run", [[["A", "US"], []]]]),
        code(["run", [[["A", "US"], [["much", "refund", ""]]]]]),
        code(["run", [[["A", "US"], [[1e999, "refund", ""]]]]]),
        code(["run", [[["A", "US"], [[0, "refund", ""]] * 7]]]), code(["run", [[{"a": 1}, []]]]),
        code(["run", [[[["A"], "US"], [[0, "refund", ""]]]]]), code("[" * 5000),
    ],
)  # fmt: skip
def test_what_is_no_code_sets_nothing(bad: str) -> None:
    assert unpacked(bad, "run", CELLS) == {}


def test_a_code_that_would_unpack_to_very_much_is_refused() -> None:
    bomb = code(["run", [[["A", "US"], [[0, "x" * (LARGEST * 20), ""]]]]])
    assert len(bomb) < LONGEST
    assert unpacked(bomb, "run", CELLS) == {}


def test_long_names_are_cut() -> None:
    (zones,) = unpacked(code(["run", [[["A", "US"], [[0, "refund", "y" * 5000]]]]]), "run", CELLS).values()
    assert len(zones[0].partner) == 200
