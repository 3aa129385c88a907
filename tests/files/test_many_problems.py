"""However much is wrong with an input, the first thousand problems are enough, and what is printed stays short."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from warrantysim.files.loading import load_scenario
from warrantysim.schema.errors import MOST_PROBLEMS, SHOWN, Problem, ScenarioError, told

SCENARIOS = Path(__file__).parents[2] / "scenarios"
HEAD = "name: x\nwhy: to see\ntitle: {en: x, zh: x}\n"
INPUTS: dict[str, Callable[[int], str]] = {
    "keys that are unknown": lambda n: "set:\n" + "".join(f"  plan.r{i}: 1\n" for i in range(n)),
    "products that are unknown": lambda n: (
        "rows:\n  sales:\n    add:\n"
        + "".join(f"      - {{sku: C{i}, market: US, channel: FBA, units_per_month: 1}}\n" for i in range(n))
    ),
    "columns that are unknown": lambda n: (
        "rows:\n  sales:\n    add:\n" + "".join(f"      - {{sku: C{i}, market: US, foo: FBA}}\n" for i in range(n))
    ),
    "channels that are unknown": lambda n: "set:\n" + "".join(f"  +births.visibility.x{i}: 1\n" for i in range(n)),
    "rows to drop that are not there": lambda n: (
        "rows:\n  sales:\n    drop:\n" + "".join(f"      - [C{i}, US, FBA]\n" for i in range(n))
    ),
}


def refused(text: str, folder: Path) -> ScenarioError:
    """What the reference seller with some differences is refused for."""
    up = Path(*[".."] * len(folder.parts[1:]), SCENARIOS.relative_to(SCENARIOS.anchor))
    file = folder / "x.yaml"
    file.write_text(f"extends: {up.as_posix()}/base.yaml\n{HEAD}{text}")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    return caught.value


def calls(work: Callable[[], Any]) -> int:
    """Calls Python makes for some work: what a clock would measure, without its noise."""
    count = 0

    def seen(frame: Any, event: str, _: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("stated", INPUTS.values(), ids=INPUTS)
def test_a_thousand_problems_are_enough_and_few_are_printed(stated: Callable[[int], str], tmp_path: Path) -> None:
    error = refused(stated(1100), tmp_path)
    assert len(error.problems) == MOST_PROBLEMS
    assert all(problem.where or problem.path for problem in error.problems)
    text = str(error).splitlines()
    assert len(text) < 80
    assert "more like the last" in text[20]
    assert "stopped" in text[-1] or error.more >= 100


def test_one_wrong_statement_of_many_places_is_told_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(SCENARIOS / "base.yaml", ["sku_markets[*,*].warranty_days=-3"])
    assert len(caught.value.problems) > 40
    first, more, *rest = str(caught.value).splitlines()
    assert "sku_markets[CHG-65,US].warranty_days: expected a number of at least 0.001, got -3" in first
    assert more == f"and {len(caught.value.problems) - 1} more like the last"
    assert not rest


def test_twice_the_problems_are_at_most_twice_the_work(tmp_path: Path) -> None:
    refused(INPUTS["products that are unknown"](10), tmp_path)
    base, once, twice = (
        calls(lambda n=n: refused(INPUTS["products that are unknown"](n), tmp_path)) for n in (10, 310, 610)
    )
    assert twice - base < 2.2 * (once - base)


def test_many_kinds_of_problems_are_printed_to_an_end() -> None:
    error = ScenarioError(Problem(f"a{i}", told(f"wrong {i}")) for i in range(5000))
    text = str(error).splitlines()
    assert len(text) == SHOWN + 1
    assert text[-1] == "and 4,800 more problems"


def test_few_problems_are_all_told() -> None:
    assert str(ScenarioError([Problem("a", told("wrong")), Problem("b", told("odd"))])) == "a: wrong\nb: odd"
