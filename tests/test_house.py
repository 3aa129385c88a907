"""The house is measured by what its sources say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from benchmarks.house import MEASURES, PACKAGE, House, code_lines, table, text_lines

SOURCES = {
    "__init__": '"""The package."""\n',
    "scenario/kinds": "from enum import IntEnum\n\n\nclass Route(IntEnum):\n    REFUND = 0\n    RESHIP = 1\n",
    "scenario/reading": f"from {PACKAGE}.scenario.rows import rows\n\n\ndef read():\n    return rows()\n",
    "scenario/rows": "def rows():\n    # A comment.\n    return []\n",
    "money/price": f"from {PACKAGE}.scenario.kinds import Route\n\n\ndef price(r):\n    return r == Route.RESHIP\n",
    "analysis/sweeps": f"from {PACKAGE}.scenario.reading import read\n\n\ndef rows():\n    return read()\n",
    "report/sweep_texts": 'TEXTS = {\n    "sweep.title": ("Sweep", "扫描"),\n    "x": ("X", "某"),\n}\n',
    "store/studies": f"from {PACKAGE}.analysis.sweeps import rows as read_rows\n",
    "store/atomic": "import os\n",
    "cli/sweep": f'from {PACKAGE}.analysis.sweeps import rows as found\n\nKIND = "reship"\n',
}
"""A tiny house: modules by place."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    """It, in files."""
    for place, text in SOURCES.items():
        path = tmp_path / PACKAGE / f"{place}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return House(tmp_path)


def test_every_measure_is_of_the_sources(house: House) -> None:
    found = house.measured()
    assert set(found) == set(MEASURES)
    assert found["modules"] == len(SOURCES)
    assert found["lines"] == sum(text.count("\n") for text in SOURCES.values())
    assert (found["functions"], found["classes"]) == (4, 1)
    assert (found["text_lines"], found["text_modules"]) == (4, 1)


def test_a_module_that_one_sibling_imports_is_found(house: House) -> None:
    assert house.one_sibling() == [f"{PACKAGE}.scenario.rows"]


def test_who_names_a_disposition_is_found_by_member_and_by_text(house: House) -> None:
    assert house.naming_dispositions() == [
        f"{PACKAGE}.{place}" for place in ("cli.sweep", "money.price", "scenario.kinds")
    ]


def test_a_name_of_two_modules_is_found(house: House) -> None:
    assert house.names_twice() == {"rows": [f"{PACKAGE}.analysis.sweeps", f"{PACKAGE}.scenario.rows"]}


def test_a_store_that_knows_studies_shows_answers_and_the_rest_of_it_does_not(house: House) -> None:
    shown = {module.name.removeprefix(f"{PACKAGE}.") for module in house.modules if house.shows(module)}
    assert shown == {"report.sweep_texts", "store.studies", "cli.sweep"}


def test_files_that_know_a_study_are_found_by_name_and_text(house: House) -> None:
    assert house.files_a_study()["sweep"] == [f"{PACKAGE}.cli.sweep", f"{PACKAGE}.report.sweep_texts"]


def test_places_are_the_same_for_the_same_seed(house: House) -> None:
    assert house.places(3, 1) == house.places(3, 1)
    assert len(house.places(10, 1)) == 5


def test_texts_are_counted_whether_pairs_or_by_language() -> None:
    assert text_lines(ast.parse('A = {\n "a": {"en": "x", "zh": "y"},\n "b": {"en": "x", "zh": "y"},\n}')) == 4
    assert text_lines(ast.parse('A = {"a": ("x", 1), "b": (0, 2)}')) == 0


def test_code_is_counted_without_comments_and_docstrings(house: House) -> None:
    by_name = {module.name.removeprefix(f"{PACKAGE}."): code_lines(module) for module in house.modules}
    assert by_name["scenario.rows"] == 2
    assert by_name[PACKAGE] == 0


def test_the_table_sets_what_is_beside_what_is_wanted(house: House) -> None:
    lines = table(house.measured()).splitlines()
    assert lines[0].split() == ["measure", "now", "before", "wanted"]
    assert len(lines) == len(MEASURES) + 2
