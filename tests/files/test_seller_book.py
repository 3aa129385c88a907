"""A seller's workbook is read as people type it; all that is wrong is told at once, by sheet, row and column."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from tests.files.seller_books import NAME, PRODUCTS, SALES, book, fresh, problems
from warrantysim.files.seller_book import SHEETS, seller_of
from warrantysim.files.seller_cells import choice, choices, money, months, size, typed_figure
from warrantysim.files.seller_edits import sheets_of_book
from warrantysim.files.source_text import SourceFile
from warrantysim.files.workbooks import sheets_of
from warrantysim.packs import shipped_text
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.schema.errors import BadInput, ScenarioError


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("160 g", "kg", 0.16), ("500 grams", "kg", 0.5), ("3.81 pounds", "kg", 1.728), ("0.35", "kg", 0.35),
        ("1.299", "kg", 1.299), ("12,5", "kg", 12.5), ("85%", "share", 0.85), ("7.64 inches", "cm", 19.41),
    ],
)  # fmt: skip
def test_a_figure_is_taken_in_any_unit_that_is_known(text: str, unit: str, value: float) -> None:
    assert typed_figure(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "length"),
    [("18", (18, "months")), ("18 months", (18, "months")), ("2 years", (24, "months")), ("24个月", (24, "months")),
     ("548 days", (548, "days"))],
)  # fmt: skip
def test_a_warranty_is_taken_in_months_years_or_days(text: str, length: tuple[float, str]) -> None:
    assert months(text) == length


@pytest.mark.parametrize("text", ["-3", "0", "300", "soon", "12 kg"])
def test_no_warranty_is_taken_that_is_none(text: str) -> None:
    with pytest.raises(BadInput):
        months(text)


def test_three_sides_may_name_their_unit_once() -> None:
    assert size("300 x 200 x 100 mm") == size("30x20*10") == (30, 20, 10)


@pytest.mark.parametrize("text", ["¥22499", "22499円", "22,499 JPY", "22499"])
def test_money_may_name_its_own_currency(text: str) -> None:
    assert money(text, "JPY", own=True) == (22499, "JPY")


def test_money_in_another_currency_is_refused_where_the_row_has_its_own() -> None:
    with pytest.raises(BadInput, match="another currency than the row, JPY"):
        money("149.99 USD", "JPY", own=True)
    assert money("58 CNY", "USD", own=False) == (58, "CNY")


def test_money_that_may_mean_two_amounts_is_asked_about() -> None:
    with pytest.raises(BadInput, match=r"may mean 1299 or 1.299"):
        money("1,299", "USD", own=True)


@pytest.mark.parametrize("kind", ["archetype", "battery", "channel", "action"])
def test_every_choice_is_known_by_its_key_and_its_word_in_both_languages(kind: str) -> None:
    for key, both in choices(kind).items():
        assert {choice(word, kind) for word in (key, key.upper(), *both)} == {key}


def test_a_sheet_in_either_language_says_the_same() -> None:
    english = book([["A", "Robot vacuum", "399", "", "150 USD"]])
    sheets = {
        "开始": [["x"]],
        "产品": [["SKU", "品类", "售价 US [USD]", "到仓成本 [USD]"], ["A", "扫地机器人", "399", "150"]],
        "销量": [["SKU", "市场", "月均销量"], ["A", "us", "100"]],
    }
    chinese = seller_of(sheets, SourceFile("seller.xlsx", "xlsx", ""), {"US": "USD"})
    assert chinese.lang == "zh"
    assert chinese.products[0].values == english.products[0].values
    assert chinese.rows["sales"][0].values == english.rows["sales"][0].values


@pytest.mark.parametrize("heading", ["2027-02", "2027-02-01", "2027/2", "2027年2月", "02/2027"])
def test_a_month_is_known_as_people_write_it(heading: str) -> None:
    found = book(sales=[["A", "US", "", "70"]], sold=[*SALES, heading])
    assert found.rows["sales"][0]["month"] == {dt.date(2027, 2, 1): 70}


def test_rows_of_notes_and_empty_rows_are_no_rows() -> None:
    found = book([["# Your code", "Choose"], ["", "", ""], ["A", "earbuds", "59"]])
    assert [row.place for row in found.products] == ["seller.xlsx#products row 4"]


WRONG = {
    "column kind of product: unknown choice 'earbods'; did you mean 'earbuds'?": [["A", "earbods", "59"]],
    "column price US: expected a figure of at least 0, got '-1'": [["A", "earbuds", "-1"]],
    "column price JP: '59 USD' is in another currency than the row, JPY": [["A", "earbuds", "59", "59 USD"]],
    "column warranty: expected more than 0": [["A", "earbuds", "59", "", "", "", "", "0"]],
    "column size: expected three sides": [["A", "earbuds", "59", "", "", "", "30 x 20"]],
    "column weight [kg]: 'heavy'": [["A", "earbuds", "59", "", "", "heavy"]],
    "row 2: no price; state it in at least one of US, DE, JP": [["A", "earbuds"]],
    "row 3: the product A is stated in seller.xlsx#products row 2 already": [
        ["A", "earbuds", "59"], ["A", "earbuds", "59"],
    ],
    "column SKU: expected a code without commas": [["A,B", "earbuds", "59"], ["A", "earbuds", "59"]],
    "column kind of product: empty": [["A", "", "59"]],
}  # fmt: skip


@pytest.mark.parametrize(("said", "products"), WRONG.items())
def test_a_wrong_product_is_told_with_its_place(said: str, products: list[list[str]]) -> None:
    found = problems(products)
    assert any(said in line for line in found) or ("'heavy'" in said and "'heavy'" in found[0]), found
    assert all(line.startswith("seller.xlsx#products row ") for line in found)


SOLD = {
    "row 2: no product 'AA' on the sheet of products; did you mean 'A'?": [["AA", "US", "5"]],
    "row 2, column market: 'FR' is no market of this seller": [["A", "FR", "5"]],
    "row 2: A is sold in JP, but has no price there; fill in the column price JP": [["A", "JP", "5"]],
    "row 3: stated in seller.xlsx#sales row 2 already": [["A", "US", "5"], ["A", "US", "6"]],
    "no sales; state a usual month": [["A", "US", "0"]],
}


@pytest.mark.parametrize(("said", "sales"), SOLD.items())
def test_wrong_sales_are_told_with_their_place(said: str, sales: list[list[str]]) -> None:
    assert any(said in line for line in problems(sales=sales)), problems(sales=sales)


def test_a_month_left_empty_between_others_is_asked_about() -> None:
    months = [*SALES, "2027-01", "2027-02", "2027-03"]
    found = problems(sales=[["A", "US", "", "5", "", "7"]], sold=months)
    assert found == [
        "seller.xlsx#sales row 2, column 2027-02: empty between months that are stated; write 0 where none was sold, "
        "or fill in usual month"
    ]
    assert not problems(sales=[["A", "US", "6", "5", "", "7"]], sold=months)


def test_all_problems_are_told_at_once() -> None:
    found = problems([["A", "earbods", "-1"], ["B", "toy", "12"]], [["C", "US", "1"], ["B", "XX", "1"]])
    assert len(found) >= 4


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"product": [PRODUCTS]}, "no sheet is called 'product'; did you mean 'products'?"),
        ({"sales": [SALES]}, "no sheet 'products'"),
        ({"products": [["SKU", "kind", "price US"]]}, "unknown column 'kind'"),
        ({"products": [["SKU", "kind of product", "price FR"]]}, "'FR' is no market of this seller"),
        ({"products": [["SKU", "kind of product", "price JP [USD]"]]}, "expected JPY, the market's currency, got USD"),
        ({"products": [["SKU", "SKU", "kind of product"]]}, "column 'SKU' is stated twice"),
        ({"products": [["kind of product"]]}, "missing column 'SKU'"),
        ({"products": []}, "missing column 'SKU'"),
        ({"products": [PRODUCTS]}, "no product; state at least one"),
        ({"products": [PRODUCTS, ["A", "toy", "9\x07"]]}, "control characters"),
    ],
)
def test_wrong_sheets_and_headings_are_told(sheets: dict[str, list[list[str]]], said: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        seller_of(sheets, SourceFile("seller.xlsx", "xlsx", ""), {"US": "USD", "JP": "JPY"})
    assert said in str(raised.value)


TYPED = (
    "", "-1", "0", "1e9", "1e400", "nan", "inf", "12,500", "１２", "=1+1", "abc", "¥5", "$", "5 USD EUR", "2 years",
    "-3 months", "2027-13", "2027-02", "price US", "price XX [USD]", "x x x", "30x20x10 foo", "EXAMPLE-1", "FR",
    "repair near the customer", "\x07", "a" * 500, "1.5.2", "500%", "none", "'=x", "# note", "12 oz", "∞",
)  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_typed_is_read_or_told_in_both_languages(lang: str, seed: int) -> None:
    """Cells overwritten, rows and sheets taken out, renamed and doubled, a hundred times."""
    whole = sheets_of(seller_workbook(fresh(lang)), NAME, 1000)
    draw, currencies = random.Random(seed), {"US": "USD", "DE": "EUR"}
    told = 0
    for _ in range(100):
        sheets = {name: [list(row) for row in rows] for name, rows in whole.items()}
        for _ in range(draw.randint(1, 5)):
            name = draw.choice(list(sheets))
            rows, what = sheets[name], draw.random()
            if what < 0.8 and rows:
                row = rows[draw.randrange(min(len(rows), 9))]
                row[draw.randrange(min(len(row), 14))] = draw.choice(TYPED)
            elif what < 0.85:
                sheets[draw.choice(TYPED)] = sheets.pop(name)
            elif what < 0.9 and len(sheets) > 1:
                del sheets[name]
            elif rows:
                rows.append(draw.choice(rows))
        try:
            book = seller_of(sheets, SourceFile("seller.xlsx", "xlsx", ""), currencies)
            seller_workbook(sheets_of_book(book, currencies))
        except ScenarioError as error:
            told += 1
            for problem in error.problems:
                assert problem.where.startswith("seller.xlsx")
                assert problem.line("zh")
    assert 10 < told < 100


def test_a_partner_of_today_is_one_of_the_partners() -> None:
    today = [
        ["claim value from", "what is done", "partner"],
        ["0", "refund"],
        ["50", "repair near the customer", "Fixit"],
    ]
    partners = [["partner", "market", "repaired"], ["FixIt GmbH", "DE", "30 EUR"]]
    found = problems(today=today, partners=partners)
    assert any("needs one of the partners, got 'Fixit'; did you mean 'FixIt GmbH'?" in line for line in found)


@pytest.mark.parametrize(
    ("file", "lang", "called"),
    [("own_seller.yaml", "en", "the sheet {} of the workbook"), ("own_seller.zh.yaml", "zh", "工作簿的“{}”工作表")],
)
def test_the_file_beside_the_book_calls_its_sheet_as_the_book_does(file: str, lang: str, called: str) -> None:
    assert called.format(SHEETS["promise"][lang]) in shipped_text(file)
