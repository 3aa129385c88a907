"""A file that is no report, damaged or made to do harm ends in a problem with its name; nothing of it is kept."""

from __future__ import annotations

import gzip
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.importers.reading import imported, report_file
from warrantysim.files.books import Books
from warrantysim.files.importers import form
from warrantysim.files.importers.importing import import_files
from warrantysim.schema.errors import ScenarioError

ORDERS = report_file("orders-all-cases.txt")
HEADER = ORDERS.splitlines()[0]


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


BROKEN = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\t\r\n", "the file is empty"),
    "binary": (HEADER + b"\n\0\1\2\3", "the file is binary"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "binary"),
    "another table": (b"a,b,c\n1,2,3\n", "no report is known with the columns a, b, c; docs/import.md"),
    "web page": (b"<html><body>Sign in</body></html>", "no report is known with the columns <html>"),
    "a million columns": (b"sku\t" * 1_000_000 + b"\n", "the first line is longer than 262,144 letters"),
    "many columns": (b"sku\t" * 3_000 + b"\n", "the file has more than 2,000 columns"),
    "one line": (b"x" * 1_000_000, "the first line is longer than 262,144 letters"),
    "a giant cell": (HEADER + b"\n" + b"x" * 200_000 + b"\t\t\n", "a cell has more than 131,072 letters"),
    "a giant line": (HEADER + b"\n" * 20 + b"\t" * 5_000_000 + b"\n", "a line is longer than"),
    "a damaged archive": (gzip.compress(ORDERS)[:-40], "the packed file is damaged"),
    "no archive": (b"\x1f\x8bnothing", "the packed file is damaged"),
    "a damaged zip": (zipped(a=ORDERS)[:-30], "the packed file is damaged"),
    "two files": (zipped(a=ORDERS, b=ORDERS), "the archive holds 2 files"),
    "no workbook": (b"PK\x03\x04" + b"x" * 400, "the packed file is damaged"),
    "an empty workbook": (zipped(**{"xl/workbook.xml": b"<x/>"}), "workbook"),
    "half of UTF-16": ("a,b\n1,2".encode("utf-16")[:-1], "no report is known"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_is_no_report_is_told_by_its_name(kind: str, tmp_path: Path) -> None:
    content, told = BROKEN[kind]
    with pytest.raises(ScenarioError) as caught:
        import_files(Books(tmp_path / "books"), [("theirs.txt", content)], when="")
    problem = str(caught.value)
    assert problem.startswith("theirs.txt")
    assert told in problem
    assert not [path for path in (tmp_path / "books").iterdir() if path.name != "lock"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped(a=content)], ids=["gz", "zip"])
def test_what_unpacks_to_more_than_the_limit_is_refused(pack: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MAX_BYTES", 2 * 1024 * 1024)
    with pytest.raises(ScenarioError, match="the file has more than 2 MiB, unpacked"):
        imported(pack(HEADER + b"\n" * 3_000_000))  # type: ignore[operator]


def test_a_header_without_rows_is_a_report_without_rows() -> None:
    found = imported(HEADER + b"\n")
    assert (found.report, found.read, found.used, found.covers) == ("all_orders", 0, 0, None)


@settings(max_examples=60, deadline=None)
@given(
    at=st.lists(st.integers(0, len(ORDERS) - 1), min_size=1, max_size=12),
    bytes_=st.lists(st.integers(0, 255), min_size=12, max_size=12), cut=st.integers(200, len(ORDERS)),
)  # fmt: skip
def test_damaged_bytes_are_read_or_refused_and_never_a_defect(at: list[int], bytes_: list[int], cut: int) -> None:
    content = bytearray(ORDERS)
    for place, value in zip(at, bytes_, strict=False):
        content[place] = value
    try:
        found = imported(bytes(content[:cut]))
    except ScenarioError:
        return
    assert found.used <= found.read


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=20), st.sampled_from("\t,;|"))
def test_any_header_is_known_or_refused(names: list[str], mark: str) -> None:
    content = mark.join(names) + "\n" + mark.join("x" for _ in names) + "\n"
    with suppress(ScenarioError):
        assert imported(content.encode("utf-8", "replace")).read <= content.count("\n")


def test_cells_of_any_kind_where_figures_and_dates_belong_are_left_out_and_counted() -> None:
    cells = ORDERS.decode().splitlines()[1].split("\t")
    names = HEADER.decode().split("\t")
    for column, odd in (("quantity", "many"), ("purchase-date", "99/99/9999"), ("quantity", "1e999"), ("sku", "")):
        mine = list(cells)
        mine[names.index(column)] = odd
        found = imported(HEADER.decode() + "\n" + "\t".join(cells) + "\n" + "\t".join(mine) + "\n")
        assert found.used == 1, (column, odd)
