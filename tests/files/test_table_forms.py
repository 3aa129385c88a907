"""Tables as other programs save them: semicolons, decimal commas, other encodings; read, or refused with the remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from warrantysim.files.table_figures import read_figures
from warrantysim.files.tables import Table, columns, read_table, table_of
from warrantysim.packs.markets import FOLDER
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row
from warrantysim.schema.typed_rows import typed_rows

PRICES = Scenario.TABLES["sku_markets"]
HEADER = ["sku", "market", "list_price", "currency", "landed_cost", "landed_currency", "warranty_days"]


def prices(*rows: str, parted: str = ";", encoding: str = "utf-8") -> Table:
    """A price list with the columns of `HEADER`."""
    text = "\r\n".join([parted.join(HEADER), *rows])
    return table_of(text.encode(encoding), Path("sku_markets.csv"), PRICES)


def told(table: Table) -> list[str]:
    """What is wrong with cells."""
    return [str(p.message) for p in table.problems if p.rule.startswith("form of figures")]


def test_a_price_list_of_a_german_spreadsheet_is_read_with_its_decimal_commas() -> None:
    table = prices("A;DE;9,80;EUR;3,5;EUR;730", "B;DE;1.299,00;EUR;410,25;EUR;730")
    assert not told(table)
    assert [row["list_price"] for row in table.rows] == ["9.8", "1299"]
    assert [row["landed_cost"] for row in table.rows] == ["3.5", "410.25"]
    assert [r.where for r in table.remarks] == [
        "sku_markets.csv, column list_price",
        "sku_markets.csv, column landed_cost",
    ]


@pytest.mark.parametrize("parted", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_gives_known_columns(parted: str) -> None:
    assert (
        prices(parted.join(["A", "DE", "9.8", "EUR", "3.5", "EUR", "730"]), parted=parted).rows[0]["landed_cost"]
        == "3.5"
    )


def test_a_column_that_tells_its_decimal_sign_decides_the_cells_that_do_not() -> None:
    table = prices("A;DE;9,80;EUR;1;EUR;1", "B;DE;1.250;EUR;1;EUR;1", "C;DE;2,125;EUR;1;EUR;1")
    assert [row["list_price"] for row in table.rows] == ["9.8", "1250", "2.125"]


def test_a_column_that_does_not_tell_or_contradicts_itself_is_asked() -> None:
    assert told(prices('A,JP,"12,800",JPY,1,JPY,1', "B,JP,500,JPY,1,JPY,1", parted=",")) == [
        "'12,800' may mean 12800 or 12.8; write '12800' or '12.8'"
    ]
    assert told(prices("A,JP,12.800,JPY,1,JPY,1", parted=",")) == [
        "'12.800' may mean 12800 or 12.8; write 12800 or 12.8"
    ]
    assert told(prices("A;DE;9,80;EUR;1;EUR;1", "B;DE;9.80;EUR;1;EUR;1")) == [
        "a comma in '9,80'; write '9.8' with a decimal point"
    ]
    assert not told(prices("A,US,12.800,USD,1,USD,1", "B,US,9.99,USD,1,USD,1", parted=","))


def test_a_price_with_a_currency_is_held_against_the_currency_of_its_row() -> None:
    assert told(prices("A,JP,149.99 USD,JPY,57 USD,USD,730", "B,JP,¥22499,JPY,57,USD,18 months", parted=",")) == [
        "'149.99 USD' is in another currency than the row, JPY; convert it, or correct the currency",
        "expected a number, got '57 USD'; write 57 in USD",
        "expected a number, got '¥22499'; write 22499 in JPY",
        "expected a number, got '18 months'; write 548 in days (a year counts 365 days)",
    ]


def test_names_of_a_western_spreadsheet_are_read_and_shown() -> None:
    text = "sku,name_en,name_zh\nA,Ladegerät 65 W,充\nB,Ohrhörer ANC,电\n".replace("充", "x").replace("电", "y")
    table = table_of(text.encode("cp1252"), Path("skus.csv"), Scenario.TABLES["skus"])
    assert [row["name_en"] for row in table.rows] == ["Ladegerät 65 W", "Ohrhörer ANC"]
    assert (table.file.encoding, table.file.sample) == ("cp1252", ("Ladegerät", "Ohrhörer"))


FORMS = ["5", "0.25", "1e3", "-2", "+4", ".5", "7.", "1e999", "nan", "1_0", "2027-03-01", "0", "true", "S", "x", "USD"]


@pytest.mark.parametrize("name", list(Scenario.TABLES))
def test_rows_made_by_columns_are_the_rows_pydantic_makes(name: str, scenarios: Path) -> None:
    model, path = Scenario.TABLES[name], scenarios / "tables" / f"{name}.csv"
    path = path if path.exists() else FOLDER / "tables" / path.name
    if not path.exists():
        pytest.skip("neither the reference seller nor a pack states such a table")
    table = read_table(path, model)
    alone = [model.model_validate(row) for row in table.rows]
    made = TypeAdapter(tuple[model, ...]).validate_python(table.typed(model))  # type: ignore[valid-type]
    assert list(made) == alone
    assert [row.model_fields_set for row in made] == [row.model_fields_set for row in alone]
    assert [row.model_dump_json() for row in made] == [row.model_dump_json() for row in alone]


@given(data=st.data(), name=st.sampled_from(["claims_table", "skus", "closures", "fx", "legal_floors", "stock"]))
def test_whatever_cells_hold_both_ways_agree(data: st.DataObject, name: str) -> None:
    model = Scenario.TABLES[name]
    cells = {
        field: data.draw(st.lists(st.sampled_from([None, *FORMS]), min_size=3, max_size=3), label=column)
        for column, field in columns(model).items()
    }
    found = typed_rows(model, cells, 3)
    for i, made in enumerate(found or ()):
        row = {c: cells[f][i] for c, f in columns(model).items() if cells[f][i] is not None}
        alone = _alone(model, row)
        assert made is None or made == alone


def _alone(model: type[Row], row: dict[str, Any]) -> Row | None:
    try:
        return model.model_validate(row)
    except ValidationError:
        return None


def test_equal_cells_are_read_once_however_many_rows_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    class Day(dt.date):
        @classmethod
        def fromisoformat(cls, text: str) -> dt.date:
            read.append(text)
            return dt.date.fromisoformat(text)

    monkeypatch.setattr("warrantysim.schema.typed_rows.dt.date", Day)
    model = Scenario.TABLES["closures"]
    fields = {"calendar": ["c"] * 900, "first_day": ["2027-01-01"] * 900, "last_day": ["2027-01-02"] * 900}
    typed_rows(model, fields, 900)
    assert len(read) <= 2


def test_a_quiet_column_is_looked_at_as_a_whole() -> None:
    asked: list[int] = []
    assert not read_figures(["1.5"] * 1000, "row currency", lambda i: str(asked.append(i))).fixes
    assert not asked
