"""Quotes are read from YAML and CSV alike, and what is wrong with them is told with file, row and term."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.quote_worlds import quoted
from warrantysim.files.quote_files import from_rows, quotes_in, with_quotes
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import ScenarioError

EXAMPLES = Path(__file__).parents[2] / "scenarios" / "quotes"
GOOD = (EXAMPLES / "quickbench-us.csv").read_text("utf-8")


def read(file: Path) -> dict[str, Partner]:
    return quotes_in(file.read_bytes(), file.name)


def test_the_example_says_the_same_in_both_forms() -> None:
    assert read(EXAMPLES / "quickbench-us.csv") == read(EXAMPLES / "quickbench-us.yaml")


def broken(tmp_path: Path, old: str, new: str) -> str:
    file = tmp_path / "q.csv"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(file)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "texts"),
    [
        ("quote,desk,term,value", "quote,term,value", ["row 1", "expected the columns", "desk missing"]),
        ("quickbench-us,,yield_share,0.86\n", "", ["yield_share"]),
        (
            "quickbench-us,US,parts.mode,included\n",
            "quickbench-us,US,parts.mode,gratis\n",
            ["row 25, column value", "parts.mode"],
        ),
        ("12 USD\nquickbench-us,US,beyond", "12 EUR\nquickbench-us,US,beyond", ["expected an amount in USD"]),
        ("quickbench-us,,skill,2", ",,skill,2", ["row 8", "column quote is empty"]),
        ("quickbench-us,,skill,2", "quickbench-us,,mark,S", ["row 8", "mark is stated twice"]),
        ("quickbench-us,,skill,2", "quickbench-us,,skil,2", ["row 8, column term", "skil"]),
        ("60 USD\n", "60\n", ["PRJ-FHD"]),
    ],
    ids=["no desk column", "missing term", "unknown word", "other currency", "no id", "twice", "misspelt", "no unit"],
)
def test_a_broken_quote_names_row_and_term(tmp_path: Path, old: str, new: str, texts: list[str]) -> None:
    told = broken(tmp_path, old, new)
    for text in [*texts, "q.csv"]:
        assert text in told


def test_a_mapping_cannot_have_a_value_of_its_own() -> None:
    text = "quote,desk,term,value\nx,,tiers,3\nx,,tiers.kind,all_units\n"
    with pytest.raises(ScenarioError, match=r"row 3.*has a value of its own"):
        from_rows(text, "x.csv")


def test_a_file_without_quotes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none.yaml"
    file.write_text("quotes: {}\n", "utf-8")
    with pytest.raises(ScenarioError, match="at least one quote"):
        read(file)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"valid_to": "2001-01-31"}, "the quote ends on 2001-01-31, before the horizon begins"),
        ({"valid_from": "2090-01-01"}, "the quote begins on 2090-01-01, after the horizon ends"),
        ({"skus": ["B"]}, "unknown SKU 'B'; expected one of A"),
    ],
    ids=["expired", "too late", "other product"],
)
def test_a_quote_that_does_not_fit_the_scenario_is_refused(changes: dict[str, object], text: str) -> None:
    world = quoted()
    with pytest.raises(ScenarioError) as caught:
        with_quotes(world, {"R": world.partners["P"].replace(**changes)}, "r.yaml")
    assert text in str(caught.value)
    assert "r.yaml: partners.R" in str(caught.value)


def test_a_currency_without_a_rate_is_refused() -> None:
    world = quoted()
    desk = {"currency": "XAU", "serves": ["US"], "repaired": {"flat": "1 XAU"}, "parts": {"mode": "included"}}
    bench = world.partners["P"].desks["main"].bench
    strange = type(world.partners["P"]).model_validate(
        {"title": {"en": "R", "zh": "R"}, "home": "US", "desks": {"main": {**desk, "bench": bench}}, "yield_share": 1}
    )
    with pytest.raises(ScenarioError, match=r"no exchange rate for currency 'XAU'; the scenario has .*USD"):
        with_quotes(world, {"R": strange})


def test_a_quote_that_fits_is_on_the_table_beside_the_others() -> None:
    world = quoted()
    assert with_quotes(world, {"R": world.partners["P"]}).partner_ids == ("P", "Q", "R")
