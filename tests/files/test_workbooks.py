"""A hostile workbook is refused in words, within bounds, and harms nobody: neither a page nor a command."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.files import hostile
from warrantysim.files import workbooks
from warrantysim.files.workbooks import check_archive, sheet_names, sheet_rows, sheets_of
from warrantysim.schema.errors import ScenarioError

BOOK = Path("b.xlsx")
FINE = hostile.workbook(hostile.HEADER + "<row><c t='str'><v>EUR</v></c><c><v>1.2</v></c></row>")


def refusal(content: bytes) -> str:
    with pytest.raises(ScenarioError) as caught:
        sheet_rows(content, None, BOOK, 1000)
    (problem,) = caught.value.problems
    assert problem.where.startswith("b.xlsx")
    return str(problem.message)


def cut(content: bytes, part: str) -> bytes:
    """The workbook with some bytes of one part overwritten."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(part)
    at = info.header_offset + 30 + len(part) + 8
    return content[:at] + b"\0" * 24 + content[at + 24 :]


HOSTILE = {
    "a cell in the last corner of a sheet": (hostile.workbook(hostile.cell("XFD1048576")), "to row 1,048,576"),
    "the same in another way of writing": (
        hostile.workbook("<row><c x='>' r = 'xfd1048576' ><v>1</v></c></row>"),
        "to row 1,048,576 and column 16,384",
    ),
    "a wide row above a deep column, without references": (
        hostile.workbook(f"<row>{'<c><v>1</v></c>' * 1900}</row><row r='900000'><c><v>1</v></c></row>"),
        "to row 900,000 and column 1,900",
    ),
    "a column beyond all sheets": (hostile.workbook(hostile.cell("ZZZZZZZ1")), "too far to be a table"),
    "a row beyond all numbers": (hostile.workbook(hostile.cell("A99999999999999999999")), "too far to be a table"),
    "a reference without a row": (hostile.workbook("<row><c r='A'><v>1</v></c></row>"), "save it again"),
    "a reference without a column": (hostile.workbook("<row><c r='7'><v>1</v></c></row>"), "save it again"),
    "row nought": (hostile.workbook("<row r='0'><c r='A0'><v>1</v></c></row>"), "save it again"),
    "a text there is not": (hostile.workbook('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "save it again"),
    "a damaged sheet": (cut(FINE, "xl/worksheets/sheet1.xml"), "the workbook is damaged; save it again"),
    "a damaged list of sheets": (cut(FINE, "xl/workbook.xml"), "the workbook is damaged; save it again"),
    "a cut end": (FINE[:-40], "not an .xlsx workbook, or damaged; save it again as .xlsx or .csv"),
    "a part larger than it states": (
        hostile.lying(hostile.workbook(hostile.HEADER, bomb=b"0" * 5_000_000), "xl/bomb", 1000),
        "the workbook is damaged; save it again",
    ),
    "a workbook with a password": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "save it as .xlsx without a password"),
    "sheets of two bytes a letter": (
        hostile.workbook("", **{"worksheets/sheet2.xml": "<sheetData/>".encode("utf-16")}),
        "the workbook is damaged; save it again",
    ),
}


@pytest.mark.parametrize(("content", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_workbook_is_refused_in_one_clear_sentence(content: bytes, said: str) -> None:
    assert said in refusal(content)


def test_cells_without_content_do_not_make_a_sheet_large() -> None:
    empty = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    for first in (hostile.HEADER, hostile.cell("A1")):
        assert len(sheet_rows(hostile.workbook(first + empty), None, BOOK, 1000)) == 1


def test_a_sheet_that_begins_further_down_and_right_keeps_its_columns() -> None:
    assert sheet_rows(hostile.workbook(hostile.cell("C2")), None, BOOK, 9) == [["", "", ""], ["", "", "1"]]


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MAX_UNPACKED", 2 * 2**20)
    large = hostile.workbook("", **{str(part): b"0" * 2**20 for part in range(3)})
    assert len(large) < 2**14
    with pytest.raises(ScenarioError, match="unpacks to 3 MiB, at most 2 are read"):
        check_archive(large, "b.xlsx")


def test_a_reader_that_dies_or_never_ends_is_told_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_MODULE", "tests.files.dying")
    assert "too large to read" in refusal(b"abort")
    monkeypatch.setattr(workbooks, "SECONDS", 0.5)
    assert "to read; save it as .csv" in refusal(b"sleep")


def test_a_workbook_is_read_in_a_process_with_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_MODULE", "tests.files.dying")
    soft, hard = sheets_of(b"limits", BOOK, 9)
    assert soft == hard == workbooks.MEMORY


def test_names_of_sheets_are_read_without_their_rows() -> None:
    assert sheet_names(FINE, BOOK) == ["fx"]


@pytest.mark.parametrize(("cell", "read"), [
    ('<c r="A2"><f>1+1</f></c>', None),
    ('<c r="A2"><f>1+1</f><v></v></c>', None),
    ('<c r="A2"><f t="shared" si="0"/></c>', None),
    ('<c r="A2"><f>1+1</f><v>2</v></c>', "2"),
    ('<c r="A2" t="str"><f>""</f><v></v></c>', ""),
])  # fmt: skip
def test_a_formula_without_a_value_is_named_and_not_read_as_empty(cell: str, read: str | None) -> None:
    row = '<row r="1"><c r="A1"><v>7</v></c><c r="B1"><v>8</v></c></row>'
    content = hostile.workbook(f'{row}<row r="2">{cell}<c r="B2"><v>9</v></c></row>')
    if read is None:
        with pytest.raises(ScenarioError, match=r"x.xlsx#.*formulas without a value, in A2"):
            sheet_rows(content, None, Path("x.xlsx"), 100)
    else:
        assert sheet_rows(content, None, Path("x.xlsx"), 100)[1] == [read, "9"]
