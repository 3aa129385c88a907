"""No text acts: control characters are refused where they are read, a cell is text to every spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.toy import BASE, SALES, SKUS, load_toy, write
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.plain_text import delimited, one_line, printable, text_cell, uncell

BLANKS = (
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1f",
    "\x85",
    "\xa0",
    "\u3000",
    "\u2028",
    "\ufeff",
    "\u200b",
    "\u2060",
    "\x00",
    "\x1b",
    "\x9b",
)
"""What stands unseen before a formula."""
STARTS = "=+-@＝＋－＠﹦﹢﹣﹫"
"""What a formula begins with, wide and small as well."""


def starts_nothing(text: str) -> bool:
    """Whether a spreadsheet shows a text as it is, even one that normalises before it looks."""
    bare = text.lstrip("".join(BLANKS) + '"')
    return bare[:1] not in set(STARTS)


@pytest.mark.parametrize("blank", BLANKS, ids=lambda c: "".join(f"{ord(x):x}" for x in c) or "none")
@pytest.mark.parametrize("start", STARTS)
def test_no_cell_begins_like_a_formula_whatever_stands_unseen_before_it(blank: str, start: str) -> None:
    text = text_cell(f"{blank}{start}1+1")
    assert text == f"'{start}1+1"
    assert starts_nothing(text)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "hostile",
    [
        "x;=1+1",
        "x;=1+1;y",
        'x";=1+1;"',
        "x;\xa0=1+1",
        "x;'\"=1+1",
        "x\r=1+1",
        "x\n=1+1,y",
        "x,=1+1,y",
        "x|=1+1|y",
        "x\t=1+1\ty",
        "x;＝1+1;",
        "x;-1+cmd|' /C calc'!A0;",
    ],
)
def test_no_mark_that_parts_cells_somewhere_parts_a_formula_off(separator: str, hostile: str) -> None:
    text = delimited([["sku", hostile, "z"], ["A", "b", "c"]])
    # Read as a spreadsheet does that parts cells at this mark: quotes hold where a cell begins with one.
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    assert len(rows) == 2
    assert [found for row in rows for found in row if not starts_nothing(found)] == []


@given(st.text(alphabet=st.sampled_from("=+-@'\";,| a1%.＝\xa0\r\n"), max_size=12))
def test_what_is_read_back_is_what_was_written_on_one_line(text: str) -> None:
    plain = " ".join(one_line(text).replace("\xa0", " ").split(" ")).strip()
    assert uncell(text_cell(text)) == plain


@pytest.mark.parametrize(
    "plain",
    [
        "CHG-65",
        "扫地机器人",
        "",
        "a=1",
        "-",
        "refund; -5 % of claims",
        "+1,234 USD a year",
        "-5 %",
        "a, -5",
        "x; +3",
        -1.5,
        3,
        None,
        "it's; 'quoted'",
    ],
)
def test_an_ordinary_cell_stays_as_it_is(plain: object) -> None:
    assert text_cell(plain) == plain


def test_a_line_for_a_terminal_obeys_nothing_and_breaks_nowhere() -> None:
    assert one_line("a\x1b[31mred\x9b1m\rb\nc\u2028d\u202ee\x00\x07") == "a[31mred1m b c de"
    assert printable("a\x1b[2J\r\nb\rc\n\td\x9b") == "a[2J\nb\nc\n\td"


CONTROLS = {
    "cr": "\r",
    "line": "\n",
    "tab": "\t",
    "nul": "\x00",
    "escape": "\x1b",
    "delete": "\x7f",
    "c1": "\x9b",
    "next line": "\x85",
    "turned": "\u202e",
    "separator": "\u2028",
}


@pytest.mark.parametrize("control", CONTROLS.values(), ids=CONTROLS)
@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("zh: 玩具", 'zh: "玩@具"', "title.zh"),
        ("  US-sea:", '  "US-@sea":', "lanes"),
        ("name: toy", 'name: "to@y"', "name"),
    ],
)
def test_no_name_id_or_title_of_a_file_holds_a_control_character(
    tmp_path: Path, control: str, old: str, new: str, path: str
) -> None:
    assert old in BASE
    escaped = f"\\U{ord(control):08x}"
    write(tmp_path, base=BASE.replace(old, new.replace("@", escaped)))
    with pytest.raises(ScenarioError) as caught:
        load_toy(tmp_path / "base.yaml")
    (problem,) = caught.value.problems
    assert "without control characters" in str(problem.message)
    assert repr(control) in str(problem.message)
    assert path in problem.where
    assert "base.yaml:" in problem.where
    assert not any(c in str(caught.value) for c in (*CONTROLS.values(),))


@pytest.mark.parametrize(
    "control", [c for c in CONTROLS.values() if c != "\x00"], ids=[k for k in CONTROLS if k != "nul"]
)
@pytest.mark.parametrize("column", ["sku", "name"])
def test_no_id_or_name_of_a_table_holds_a_control_character(tmp_path: Path, control: str, column: str) -> None:
    cells = (
        {"sku": f"VAC{control}X", "name": "vacuum"} if column == "sku" else {"sku": "VAC-X", "name": f"va{control}c"}
    )
    row = f'"{cells["sku"]}","{cells["name"]}",9.5,399 USD,,,,\n'
    write(tmp_path, skus=SKUS + row, sales=SALES)
    with pytest.raises(ScenarioError) as caught:
        load_toy(tmp_path / "base.yaml")
    problem = caught.value.problems[0]
    assert "row 4" in problem.where
    assert column in problem.where
    assert "without control characters" in str(problem.message)


def test_a_reason_may_have_several_lines_but_obeys_nothing(tmp_path: Path) -> None:
    from warrantysim.schema.policy import Policy

    rules = ({"cell": {}, "zones": ({"from": "0 USD", "do": "refund"},)},)
    assert Policy.model_validate({"name": "x", "why": "a\nb", "rules": rules}).why == "a\nb"
    with pytest.raises(ValueError, match="pattern"):
        Policy.model_validate({"name": "x", "why": "a\x1b[2Jb", "rules": rules})
