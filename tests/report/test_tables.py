"""Tables of text fit their width and line up, in either script."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from warrantysim import locale
from warrantysim.report.tables import HAN, TextColumn, heading, numbered, padded, table, width_of, words_of, wrapped

CATALOGUES = Path(locale.__file__).parent
TEXTS = st.text(alphabet="ab. 产品，。", max_size=60)


def test_a_chinese_character_takes_two_columns_and_a_combining_one_none() -> None:
    assert width_of("维修 A") == 6
    assert width_of("e\u0301") == 1


@given(TEXTS, st.integers(4, 30))
def test_wrapping_keeps_the_width_and_loses_no_character(text: str, width: int) -> None:
    lines = wrapped(text, width)
    # A closing mark stays with what it closes, and so may hang over the edge by its own width.
    assert all(width_of(line.rstrip("，。")) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_path_that_is_too_long_is_cut_after_a_mark_that_parts_it() -> None:
    assert wrapped("partners.tierwerk-de.yield_share", 16) == ["partners.", "tierwerk-de.", "yield_share"]
    assert wrapped("freight_breaks[US-CN-air,45].rate", 20) == ["freight_", "breaks[US-CN-air,45]", ".rate"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrapped("维修，返厂", 4) == ["维", "修，", "返厂"]


@pytest.mark.parametrize(
    ("heading", "lines"),
    [
        ("181 天内节省", ["181 天内", "节省"]),
        ("更省概率", ["更省", "概率"]),
        ("抽样节省", ["抽样", "节省"]),
        ("届时索赔数变化", ["届时索赔数", "变化"]),
        ("P50 天数（原）", ["P50 天数", "（原）"]),
        ("补偿优惠", ["补偿", "优惠"]),
    ],
)
def test_a_chinese_heading_is_broken_between_words(heading: str, lines: list[str]) -> None:
    columns = [TextColumn("产品"), TextColumn(heading, "right")]
    narrow = max(map(width_of, lines)) + 6
    drawn = table(columns, [["充电", "1"]], width=narrow).split("\n")
    assert [re.split(r"\s{2,}", line)[-1] for line in drawn[: len(lines)]] == lines
    assert set(drawn[len(lines)]) <= set("- ")


def test_no_chinese_heading_leaves_one_character_alone_or_parts_a_word_it_knows() -> None:
    with (CATALOGUES / "zh_CN/LC_MESSAGES/warrantysim.po").open("rb") as file:
        headings = {str(m.string) for m in read_po(file) if ".col" in str(m.id) and len(str(m.string)) < 16}
    assert len(headings) > 200
    for run in {run for each in headings for run in HAN.findall(each)}:
        parts = wrapped(run, 2 * max(2, min(4, len(run))), whole=True)
        assert min(map(len, parts)) > 1 or len(run) == 1, parts


def test_columns_line_up_in_either_script() -> None:
    text = table([TextColumn("产品"), TextColumn("cost", "right")], [["充电器", "5"], ["cable", "1,234"]])
    assert text.split("\n") == [
        "产品     cost",
        "------  -----",
        "充电器      5",
        "cable   1,234",
    ]


def test_the_total_is_set_off() -> None:
    text = table([TextColumn("a"), TextColumn("b", "right")], [["x", "1"], ["all", "1"]], total=True)
    assert text.split("\n")[-2:] == ["---  -", "all  1"]


def test_a_wrapping_column_gives_way_to_the_width() -> None:
    columns = [TextColumn("cell"), TextColumn("rule", wraps=True, least=8)]
    text = table(columns, [["CHG-65 US", "refund below 25 and reship above"]], width=24)
    assert max(map(width_of, text.split("\n"))) <= 24
    assert " ".join(line[11:].strip() for line in text.split("\n")[2:]) == "refund below 25 and reship above"


def test_a_heading_is_broken_between_words_before_a_column_is_given_up() -> None:
    columns = [TextColumn("product"), TextColumn("one point less is worth", "right"), TextColumn("kind", give_up=1)]
    assert table(columns, [["A", "1,172", "repairable"]], width=35).split("\n") == [
        "product  one point less  kind",
        "               is worth",
        "-------  --------------  ----------",
        "A                 1,172  repairable",
    ]


def test_columns_are_given_up_in_the_order_stated_and_the_others_never() -> None:
    columns = [
        TextColumn("cell"),
        TextColumn("interval", give_up=1),
        TextColumn("share", give_up=2),
        TextColumn("cost"),
    ]
    row = ["A" * 10, "B" * 10, "C" * 10, "D" * 10]
    assert "C" not in table(columns, [row], width=40)
    assert "B" in table(columns, [row], width=40)
    narrow = table(columns, [row], width=5)
    assert "A" * 10 in narrow
    assert "D" * 10 in narrow
    assert "B" not in narrow


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 2 cells"):
        table([TextColumn("a"), TextColumn("b")], [["1"]])


def test_a_list_is_numbered_and_hangs() -> None:
    assert numbered(["one two three", "four"], 12) == "1. one two\n   three\n2. four"


def test_a_heading_is_underlined_by_its_width() -> None:
    assert heading("按市场") == "\n按市场\n======"


def test_padding_counts_columns_not_characters() -> None:
    assert padded("维修", 6) == "维修  "
    assert padded("维修", 6, "right") == "  维修"


def test_parts_of_a_heading_are_whole_words_with_their_marks() -> None:
    assert words_of("181 天内节省") == ["181 ", "天内", "节省"]
    assert words_of("P50 天数（原）") == ["P50 ", "天数（原）"]
    assert words_of("合同、期末库存") == ["合同、", "期末", "库存"]
    assert words_of("Saving a year") == ["Saving a year"]
