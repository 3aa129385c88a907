"""A seller of one's own on the command line: made, checked, added to, every mistake told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from warrantysim.cli import exits, main
from warrantysim.files.loading import load
from warrantysim.files.seller_edits import sheets_of_book, with_product, without_examples
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.schema.plausibility import warnings_in
from warrantysim.store.seller_folder import replace_book, seller_folder

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["new", str(folder), "--markets", "us,de", "--first", "2027-01", "--quiet"]) == exits.OK
    return folder


def test_three_commands_lead_from_nothing_to_a_sound_scenario(shop: Path, capsys: Captured) -> None:
    assert main(["validate", str(shop / "shop.yaml")]) == exits.OK
    assert "3 products x 2 markets" in capsys.readouterr().out
    assert not warnings_in(load(shop / "shop.yaml").scenario)


def test_what_to_do_next_is_told_in_both_languages(tmp_path: Path, capsys: Captured) -> None:
    for lang, word in (("en", "fill in its sheets"), ("zh", "请填写各工作表")):
        folder = tmp_path / lang
        assert main(["new", str(folder), "--markets", "US", "--lang", lang]) == exits.OK
        said = capsys.readouterr().err
        assert word in said
        assert f"warrantysim decide {folder / lang}.yaml" in said


def test_the_year_to_decide_for_begins_with_the_next_month_unless_said(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "a"), "--markets", "US", "--quiet"]) == exits.OK
    assert load(tmp_path / "a" / "a.yaml").scenario.horizon.first_day.day == 1


def test_a_market_and_a_product_are_added_in_one_command(shop: Path, capsys: Captured) -> None:
    said = [
        "add",
        str(shop),
        "--market",
        "uk",
        "--like",
        "us",
        "--share",
        "0.4",
        "--product",
        "CAM-3",
        "--kind",
        "camera",
    ]
    assert main([*said, "--price", "US=79.99,UK=69.99", "--sales", "US=300", "--weight", "12 oz"]) == exits.OK
    scenario = load(shop / "shop.yaml").scenario
    assert scenario.market_ids == ("US", "DE", "UK")
    assert scenario.skus[-1].weight_kg == pytest.approx(0.3402)
    assert {row.units_per_month for row in scenario.sales if row.market == "UK"} == {480, 60, 320}
    assert "CAM-3 is added" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], exits.USAGE, "Nothing to add"),
        (["--product", "X"], exits.USAGE, "needs its kind and a price"),
        (["--product", "X", "--kind", "toy", "--price", "12"], exits.USAGE, "such as US=59.99, got 12"),
        (["--product", "X", "--kind", "tyo", "--price", "US=12"], exits.BAD_INPUT, "did you mean 'toy'?"),
        (["--product", "X", "--kind", "toy", "--price", "FR=12"], exits.BAD_INPUT, "FR"),
        (
            ["--product", "EXAMPLE-1", "--kind", "toy", "--price", "US=12"],
            exits.BAD_INPUT,
            "is a product of this seller",
        ),
        (["--product", "X", "--kind", "toy", "--price", "US=12", "--warranty", "-3"], exits.BAD_INPUT, "-3"),
        (["--market", "GB"], exits.BAD_INPUT, "did you mean 'UK'"),
        (["--market", "US"], exits.BAD_INPUT, "US is a market of this seller already"),
        (["--market", "UK", "--like", "FR"], exits.BAD_INPUT, "'FR' is no market of this seller"),
        (["--market", "UK", "--like", "US", "--share", "-1"], exits.BAD_INPUT, "-1"),
    ],
)
def test_what_cannot_be_added_is_told_and_changes_nothing(
    shop: Path, capsys: Captured, arguments: list[str], code: int, said: str
) -> None:
    before = {path: path.read_bytes() for path in shop.iterdir() if path.is_file()}
    assert main(["add", str(shop), *arguments]) == code
    assert said in capsys.readouterr().err
    assert before == {path: path.read_bytes() for path in before}


def test_a_market_there_is_no_pack_of_makes_no_folder(tmp_path: Path, capsys: Captured) -> None:
    assert main(["new", str(tmp_path / "x"), "--markets", "US,GB"]) == exits.BAD_INPUT
    assert "did you mean 'UK'" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_a_workbook_that_is_gone_or_none_is_told(shop: Path, capsys: Captured) -> None:
    (shop / "seller.xlsx").write_bytes(b"no workbook")
    assert main(["validate", str(shop / "shop.yaml")]) == exits.BAD_INPUT
    assert "seller.xlsx" in capsys.readouterr().err
    (shop / "seller.xlsx").unlink()
    assert main(["validate", str(shop / "shop.yaml")]) == exits.BAD_INPUT
    assert "seller.xlsx" in capsys.readouterr().err


@pytest.mark.slow
def test_from_nothing_to_a_decision_takes_four_steps(tmp_path: Path, capsys: Captured) -> None:
    """A seller of three products in two markets: made, filled in, checked, decided."""
    folder = tmp_path / "shop"
    assert main(["new", str(folder), "--markets", "US,DE", "--first", "2027-01", "--quiet"]) == exits.OK
    seller = seller_folder(folder)
    sheets = without_examples(sheets_of_book(seller.book(), seller.currencies))
    for sku, kind, dollars in (
        ("BUD-1", "earbuds", "49.99"),
        ("VAC-1", "robot_vacuum", "299"),
        ("PRJ-1", "projector", "199"),
    ):
        product = {("sku", ""): sku, ("archetype", ""): kind, ("price", "US"): dollars, ("price", "DE"): dollars}
        sheets = with_product(sheets, product, {"US": "900", "DE": "300"})
    replace_book(seller, seller_workbook(sheets), "filled.xlsx")
    assert main(["validate", str(seller.scenario)]) == exits.OK
    few = [f"--set=decision.{stage}_replications=2" for stage in ("training", "selection")]
    assert main(["decide", str(seller.scenario), "--replications", "2", "--quiet", *few]) == exits.OK
    assert "THE RULES" in capsys.readouterr().out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_seller_is_called_as_his_folder_was_typed_and_explained_in_his_language(tmp_path: Path, lang: str) -> None:
    for typed, name in (("我的店", "my-seller"), ('My: "Shop"', "my-shop")):
        folder = tmp_path / lang / typed
        assert main(["new", str(folder), "--markets", "US", "--lang", lang, "--quiet"]) == exits.OK
        file = folder / f"{name}.yaml"
        made = load(file).scenario
        assert (made.name, made.title.en, made.title.zh) == (name, typed, typed)
        assert ("要决策的年度" in file.read_text("utf-8")) == (lang == "zh")


def test_one_of_a_kind_is_told_in_the_singular(tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "one"
    assert main(["new", str(folder), "--markets", "us", "--first", "2027-01", "--quiet"]) == exits.OK
    capsys.readouterr()
    assert main(["validate", str(folder / "one.yaml")]) == exits.OK
    assert "3 products x 1 market x " in capsys.readouterr().out
