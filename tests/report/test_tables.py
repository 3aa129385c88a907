"""Tables of text fit their width and line up, in either script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.report.tables import TextColumn, heading, numbered, padded, table, width_of, wrapped

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
