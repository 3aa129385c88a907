"""Mutants are read or refused at their place; those that are read give a year's figures. `make fuzz` tries more."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.mutants import mutant, odd_figures

EVERY_DAY = 100
"""Mutants of the everyday suite."""
SIMULATED = 4
"""Of which so many are simulated."""


def test_a_mutant_is_read_or_refused_at_its_place_and_those_read_give_figures(tmp_path: Path) -> None:
    outcomes = [mutant(seed, tmp_path) for seed in range(EVERY_DAY)]
    assert not [problem for outcome in outcomes for problem in outcome.problems]
    assert sum(outcome.refused for outcome in outcomes) > EVERY_DAY / 3
    read = [outcome.scenario for outcome in outcomes if outcome.scenario is not None]
    assert len(read) >= SIMULATED
    for scenario in read[:SIMULATED]:
        assert not odd_figures(scenario)
