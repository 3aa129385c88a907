"""A document says the same in every file it becomes."""

from __future__ import annotations

import io
import re
import sys
from html import unescape

import pytest

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Box, Document, Drawing, TextTable, texts
from warrantysim.promise.document_files import FORMS, HERE, PDF_FONTS, MissingLibrary, NoFont, _fonts, files, markdown

DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'
SMALL = Document(
    "small",
    "en",
    "Warranty",
    [
        Sentence("Whom to ask", "head"),
        Sentence("Write <b>first</b> & *ask*"),
        Points(["charge it", "press the button"], numbered=True),
        TextTable([["Cable", "months"]], ["Product", "Term"], widths=(1, 3)),
        TextTable([["Guarantor", "Anker & Co\nHill Road"]]),
        Drawing("disc", DISC, "a black disc", 20, (Sentence("Scan this one"),)),
        Box([Sentence("Your rights stay as they are", "warn"), Points(["free repair"])]),
        Sentence("small print", "note"),
    ],
)


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def read(form: str, content: bytes) -> str:
    if form == "docx":
        from docx import Document as Word

        body = Word(io.BytesIO(content)).element.body
        return "".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))
    if form == "pdf":
        from pypdf import PdfReader

        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return unescape(
        re.sub("<style>.*?</style>|<(?!b>first)[^>]*>", "", content.decode(), flags=re.S) + content.decode()
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_text_of_a_document_is_in_each_of_its_files(form: str) -> None:
    content = letters(read(form, files([SMALL], [form])[f"small.{form}"]))
    lost = {"docx": "a black disc", "pdf": "a black disc"}.get(form, "")  # there as what a picture is called
    assert [text for text in texts(SMALL) if text != lost and letters(text.replace("\n", "")) not in
            content.replace("br", "")] == []  # fmt: skip


@pytest.mark.parametrize("form", ["html", "md", "pdf"])
def test_the_same_document_gives_the_same_bytes(form: str) -> None:
    assert files([SMALL], [form]) == files([SMALL], [form])


def test_what_a_user_named_is_text_and_never_markup() -> None:
    assert "<b>first" not in files([SMALL], ["html"])["small.html"].decode()
    assert "\\<b\\>first" in markdown(SMALL)


def test_a_pdf_tells_its_language_and_what_its_pictures_show() -> None:
    from pypdf import PdfReader

    root = PdfReader(io.BytesIO(files([SMALL], ["pdf"])["small.pdf"])).trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "a black disc" in str([one.get_object() for one in _tagged(root["/StructTreeRoot"])])


def _tagged(node):  # type: ignore[no-untyped-def]
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        one = kid.get_object()
        if hasattr(one, "get"):
            yield one
            yield from _tagged(one)


def test_a_box_stays_on_one_page_of_a_docx() -> None:
    pytest.importorskip("docx")
    from docx import Document as Word

    tables = Word(io.BytesIO(files([SMALL], ("docx",))["small.docx"])).element.body.tbl_lst
    assert [len(table.xpath(".//w:cantSplit")) for table in tables] == [0, 0, 1]


@pytest.mark.parametrize(("form", "name"), [("docx", "docx"), ("pdf", "typst")])
def test_without_its_library_a_form_says_what_to_install(form: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingLibrary, match=r"install warrantysim\[documents\]; HTML and Markdown need nothing"):
        files([SMALL], [form])


def test_without_a_font_of_the_language_the_error_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PDF_FONTS, "ja", ("No Such Font",))
    _fonts.cache_clear()
    with pytest.raises(NoFont, match="ja: install No Such Font"):
        _fonts("ja")
    _fonts.cache_clear()


def test_no_page_begins_with_the_end_of_a_list() -> None:
    pytest.importorskip("typst")
    from pypdf import PdfReader

    for lines in range(30, 46):
        blocks = [Sentence(f"line {n}") for n in range(lines)]
        made = Document(
            "long", "en", "Long", [*blocks, Points(["one", "two", "last"], numbered=True), Sentence("kept", "note")]
        )
        pages = [page.extract_text().splitlines() for page in PdfReader(io.BytesIO(FORMS["pdf"](made))).pages]
        assert not any(line[0].startswith(("3.", "kept")) for line in pages), lines


def test_headings_of_a_page_break_between_words_alone() -> None:
    style = (HERE / "page.css").read_text("utf-8")
    broken = [one for one, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", style) if "anywhere" in rule]
    assert broken
    assert {part.strip() for one in broken for part in one.split(",")} & {"h1", "h2", "th", "thead th"} == set()
