"""Nothing that is written acts: not in a spreadsheet, not in a browser, not on a terminal. Writers are discovered."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest

from tests.behaviour.acting import FRAME, HOSTILE, OBEYED, acts
from tests.test_architecture import SOURCES, calls, module_name
from tests.ui.counting import hostile
from tests.ui.opening import shop
from warrantysim.cli.console import Console
from warrantysim.cli.exits import Stop
from warrantysim.files.quote_writing import quote_csv, template_csv
from warrantysim.files.seller_edits import SellerSheets
from warrantysim.present.blocks import Column, Points, Sentence, TableOf
from warrantysim.present.book import Book
from warrantysim.present.html import Article, html_page
from warrantysim.present.seller_workbook import seller_workbook
from warrantysim.present.sheets import blocks_workbook
from warrantysim.promise.messages import Message
from warrantysim.promise.texts import Said
from warrantysim.report.charts.export import still, svg, write_pictures
from warrantysim.report.charts.theme import LIGHT, picture
from warrantysim.report.export import as_json, bundle, csv_bytes, tab_bytes, write_csv, write_frames, write_json, zipped
from warrantysim.report.input_files import tables_csv, tables_workbook
from warrantysim.report.policy_file import policy_text
from warrantysim.report.tables import TextColumn as TextColumn
from warrantysim.report.tables import table
from warrantysim.schema.markets import Title
from warrantysim.schema.plain_text import delimited
from warrantysim.schema.root import Scenario
from warrantysim.studies.promise.helpdesk import message_files

MADE = datetime(2027, 1, 4, 9, 30)


def chart() -> Any:
    """A picture whose every text is an attack, one after the other."""
    data = alt.Data(values=[{"name": text, "cost": 1.0} for text in HOSTILE])
    drawn = alt.Chart(data).mark_bar().encode(x="cost:Q", y=alt.Y("name:N", title="".join(HOSTILE)))
    return picture(drawn, " ".join(HOSTILE), " ".join(HOSTILE), LIGHT)


def book() -> bytes:
    """A workbook of attacks."""
    out = io.BytesIO()
    made = Book(out, "en", {"title": " ".join(HOSTILE), "comments": HOSTILE[0]}, MADE)
    sheet = made.sheet("Thresholds", [10])
    for row, text in enumerate(HOSTILE):
        made.write(sheet, row, 0, text)
    made.heads(sheet, [(text, text) for text in HOSTILE], len(HOSTILE))
    made.file.close()
    return out.getvalue()


def book_of_blocks() -> bytes:
    """An answer of attacks as a workbook."""
    frame = pd.DataFrame({"what": list(HOSTILE), "cost": 1.0})
    table = TableOf(HOSTILE[0], HOSTILE[0], frame, [Column("what", HOSTILE[0]), Column("cost", "cost", "whole")])
    return blocks_workbook([*(Sentence(text) for text in HOSTILE), table], "en", MADE, HOSTILE[0])


def workbook_of_a_seller() -> bytes:
    """A seller's workbook of attacks."""
    rows = [{("sku", ""): text, ("name", ""): text, ("archetype", ""): text} for text in HOSTILE]
    return seller_workbook(SellerSheets({"US": "USD"}, {"products": rows}, [date(2027, 1, 1)]))


def titled(scenario: Scenario) -> Scenario:
    """The scenario with the worst titles that may be stated."""
    worst = " ".join(text for text in HOSTILE if not OBEYED.search(text) and not set(text) & set("\n\t"))
    return scenario.replace(title=Title(en=worst, zh=worst), why="=1+1\n+2")


def files(folder: Path) -> dict[str, bytes]:
    """The files a folder holds by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def csv_file(folder: Path) -> dict[str, bytes]:
    """A table as a file."""
    write_csv(FRAME, folder / "x.csv")
    return files(folder)


def frame_files(folder: Path) -> dict[str, bytes]:
    """Tables as files."""
    write_frames({"x": FRAME}, folder)
    return files(folder)


def picture_files(folder: Path) -> dict[str, bytes]:
    """A picture as files."""
    write_pictures({"x": chart()}, folder)
    return files(folder)


def note_file(folder: Path) -> dict[str, bytes]:
    """A note as a file."""
    write_json({text: text for text in HOSTILE}, folder / "x.json")
    return files(folder)


def messages_of_attacks(_: Path) -> dict[str, bytes]:
    """Messages of attacks; their lines stay apart in the table for helpdesks, so each line is looked at as a cell."""
    parts = tuple(Said(text, "offer.attack", {}) for text in HOSTILE)
    made = message_files([[Message("US", "en", "shop", "denial", (text,), parts) for text in HOSTILE]])
    rows = csv.reader(io.StringIO(made["helpdesk.csv"].decode("utf-8-sig"), newline=""))
    lines = "".join('"' + line.replace('"', '""') + '"\n' for row in rows for cell in row for line in cell.split("\n"))
    return {"x.csv": lines.encode(), "x.json": made["helpdesk.json"].replace(b"\n", b" ")}


def memo_of_attacks(_: Path) -> dict[str, bytes]:
    """A page of attacks."""
    worst = " ".join(HOSTILE)
    article = Article("en", worst, [Sentence(worst, "head"), Points(HOSTILE)], [(worst, worst)])
    return {"x.html": html_page(worst, [article]).encode()}


def quotes(_: Path) -> dict[str, bytes]:
    """Quotes as files, under the worst names that may be stated."""
    worst = titled(shop()).title
    named = {
        name: quote.replace(title=worst, source="=1+1\r\n+2".replace("\r", ""))
        for name, quote in shop().partners.items()
    }
    return {"x.csv": quote_csv(named).encode(), "y.csv": template_csv().encode()}


EXPORTS: dict[str, Callable[[Path], dict[str, bytes]]] = {
    "report.export.csv_bytes": lambda _: {"x.csv": csv_bytes(FRAME)},
    "report.export.tab_bytes": lambda _: {"x.txt": tab_bytes(FRAME)},
    "report.export.write_csv": csv_file,
    "report.export.write_frames": frame_files,
    "report.export.write_json": note_file,
    "report.export.as_json": lambda _: {"x.json": as_json(list(HOSTILE)).encode()},
    "report.export.bundle": lambda _: {"x.zip": bundle([("x", FRAME)], {"names": list(HOSTILE)})},
    "report.export.zipped": lambda _: {"x.zip": zipped({"x.csv": csv_bytes(FRAME)})},
    "report.export.parquet_bytes": lambda _: {},
    "report.charts.export.svg": lambda _: {"x.svg": svg(chart()).encode()},
    "report.charts.export.svg_text": lambda _: {"x.svg": svg(chart()).encode()},
    "report.charts.export.still": lambda _: {"x.svg": still(chart(), 400).encode()},
    "report.charts.export.begin": lambda _: {},
    "report.charts.export.png": lambda _: {},
    "report.charts.export.write_pictures": picture_files,
    "present.html.html_page": memo_of_attacks,
    "studies.decide.memo.decision_memo": memo_of_attacks,
    "present.book.Book": lambda _: {"x.xlsx": book()},
    "studies.decide.book.decision_workbook": lambda _: {"x.xlsx": book()},
    "present.seller_workbook.seller_workbook": lambda _: {"x.xlsx": workbook_of_a_seller()},
    "present.sheets.blocks_workbook": lambda _: {"x.xlsx": book_of_blocks()},
    "studies.decide.book.decision_package": lambda _: {"x.xlsx": book()},
    "studies.promise.helpdesk.message_files": messages_of_attacks,
    "studies.quality.feedback.workbooks": lambda _: {"x.xlsx": book_of_blocks()},
    "report.input_files.tables_csv": lambda _: {
        f"{name}.csv": tables_csv(hostile(), name, "en") for name in Scenario.TABLES
    },
    "report.input_files.tables_workbook": lambda _: {
        "x.xlsx": tables_workbook(titled(hostile()), list(Scenario.TABLES), "en")
    },
    "report.policy_file.policy_text": lambda _: {
        "x.yaml": policy_text(hostile().policy.replace(name="=1", title=titled(shop()).title, why="a\n=1")).encode()
    },
    "schema.plain_text.delimited": lambda _: {"x.csv": delimited([HOSTILE, *zip(HOSTILE, strict=True)]).encode()},
    "files.quote_writing.quote_csv": quotes,
    "files.quote_writing.template_csv": quotes,
}
"""Every export, with what it makes of attacks; a new one is missing here until it is tried."""
PRIMITIVES = {
    "to_csv": {"report.export", "ui.scenarios"},  # The latter for a digest alone.
    "to_excel": set(),
    "to_html": set(),
    "to_markdown": set(),
    "csv.writer": set(),
    "csv.DictWriter": set(),
    "xlsxwriter.Workbook": {"present.book", "report.input_files"},
    "write_string": {"present.book", "report.input_files"},
    "write_rich_string": set(),
    "write_url": {"studies.decide.book"},  # From sheet to sheet.
    "write_comment": set(),
    "vlc.vegalite_to_svg": {"report.charts.export"},
    "vlc.vegalite_to_html": set(),
    "print": set(),
    "out.write": {"cli.console"},
    "err.write": {"cli.console"},
    "stdout.write": set(),
    "stderr.write": set(),
    "LOG.error": {"ui.components.trouble"},
    "LOG.exception": set(),
    "LOG.warning": set(),
    "LOG.info": set(),
}
"""Calls that write, and the only modules that may: all else goes through these."""


def test_nothing_is_written_but_by_the_few_modules_that_guard_it() -> None:
    broken = []
    for path in SOURCES:
        module = module_name(path).removeprefix("warrantysim.")
        for line, name in calls(ast.parse(path.read_text("utf-8"))):
            for primitive, allowed in PRIMITIVES.items():
                if (name == primitive or name.endswith(f".{primitive}")) and module not in allowed:
                    broken.append(f"{module}:{line} calls {name}; go through {', '.join(allowed) or 'report.export'}")
    assert not broken, "\n".join(broken)


def exports() -> set[str]:
    """Public functions outside the app that make the content of a file: they return bytes or call what writes."""
    writes = {"to_csv", "write_csv", "delimited", "svg", "svg_text", "html_page", "xlsxwriter.Workbook", "json.dumps"}
    found = set()
    for path in SOURCES:
        module = module_name(path).removeprefix("warrantysim.")
        if module.split(".")[0] not in {"report", "decision", "present", "studies"} and module not in {
            "files.quote_writing", "schema.plain_text",
        }:  # fmt: skip
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            made = ast.unparse(node.returns) if node.returns else ""
            called = {
                name.rpartition(".")[2] if "Workbook" not in name else name for _, name in calls(ast.Module([node], []))
            }
            if made in {"bytes", "dict[str, bytes]"} or called & writes:
                found.add(f"{module}.{node.name}")
    return found


def test_every_export_is_tried() -> None:
    assert exports() - set(EXPORTS) == set(), "new exports: enter them with what they make of attacks"
    for name in EXPORTS:
        module, _, made = name.rpartition(".")
        assert hasattr(import_module(f"warrantysim.{module}"), made)


@pytest.mark.parametrize("name", EXPORTS)
def test_no_export_acts_whatever_the_names(name: str, tmp_path: Path) -> None:
    for file, content in EXPORTS[name](tmp_path).items():
        assert list(acts(file, content)) == [], file


@pytest.mark.parametrize(("name", "content"), [
    ("x.csv", b"sku\n=1+1\n"), ("x.csv", b'"a","x;=1+1;y"\n'), ("x.csv", b'"a\r=1"\n'), ("x.txt", b'"\xef\xbc\x9d1"\n'),
    ("x.json", b'"\xc2\x9b2J"'), ("x.html", b"<script>"), ("x.svg", b"<svg>\x1b</svg>"), ("x.yaml", b"a: \x1b\n"),
])  # fmt: skip
def test_each_check_finds_what_acts(name: str, content: bytes) -> None:
    assert list(acts(name, content))


def test_nothing_a_terminal_obeys_leaves_the_console() -> None:
    out, err = io.StringIO(), io.StringIO()
    console = Console(out, err, json=True)
    for text in HOSTILE:
        console.result(table([TextColumn(text, wraps=True)], [[text]], 40))
        console.result_json({text: text})
        console.note(text)
        console.progress(text, last=True)
        console.stopped(Stop(3, text))
        console.message("message.defect", kind="ValueError", message=text)
    for written in (out.getvalue(), err.getvalue()):
        assert OBEYED.findall(written) == []
    assert json.loads(as_json(list(HOSTILE))) == list(HOSTILE)


def test_a_progress_line_is_one_line_whatever_it_tells() -> None:
    err = io.StringIO()
    Console(io.StringIO(), err).progress("a\nb\rc\x1b[2Jd", last=True)
    assert err.getvalue() == "a b c[2Jd\n"
