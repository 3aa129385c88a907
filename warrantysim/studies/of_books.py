"""Studies of a seller's own books: which folder they are in, and what they hold.

A study of books takes them from the folder ``books`` beside its scenario's file; where it is stored, the folder and a
digest of what it holds are among its options, so that other books are another study.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from warrantysim.files.books import Books
from warrantysim.files.documents import parse_document
from warrantysim.files.reading import MAX_BYTES
from warrantysim.files.seller_book import read_seller
from warrantysim.files.seller_rows import currencies_of
from warrantysim.files.source_text import read_text
from warrantysim.fitting.history import Counted
from warrantysim.schema.errors import BadInput, told
from warrantysim.studies.study import Options, Study, WrongOption

FOLDER = "books"
"""What the folder beside the scenario's file is called."""


class OfBooks(Options):
    """Where the books are."""

    books: str = ""
    """Folder of the books; `books` beside the scenario file where not given [path]."""
    edition: str = ""
    """Digest of what they held when it was asked; anything where empty [text]."""


class WithCounts(OfBooks):
    """Where the books are, and what a person counted beside them."""

    counts: tuple[Counted, ...] = ()
    """Claims by SKU, market and month as the seller's workbook counts them, read where no log covers a month [list]."""


Asked = TypeVar("Asked", bound=OfBooks)
Found = TypeVar("Found")


class StudyOfBooks(Study[Asked, Found]):
    """A study whose cases have books."""

    unsaid = frozenset({"edition", "counts"})

    def located(self, ask: Asked, file: Path) -> Asked:
        """With the folder beside a scenario's file, where none is stated, and what it holds."""
        if getattr(ask, "table", ""):
            return ask
        folder = Path(ask.books) if ask.books else file.parent / FOLDER
        stated = {**ask.model_dump(), "books": str(folder), "edition": Books(folder).digest}
        if isinstance(ask, WithCounts):
            stated["counts"] = counted_in(file)
        return self.options(stated)


def counted_in(file: Path) -> tuple[Counted, ...]:
    """Claims that the workbook of a seller's scenario file counts; none where it names no workbook."""
    stated = parse_document(read_text(file, MAX_BYTES)[0], file.as_posix()).values.get("packs")
    if not isinstance(stated, dict) or "seller" not in stated:
        return ()
    book = file.parent / str(stated["seller"])
    return _counted(book, book.stat().st_mtime_ns, tuple(stated["markets"]))


@lru_cache(maxsize=16)
def _counted(book: Path, changed: int, markets: tuple[str, ...]) -> tuple[Counted, ...]:
    found = read_seller(book, currencies_of(markets)).claims
    return tuple((sku, market, f"{month:%Y-%m}", n) for sku, market, month, n in found)


def books_of(ask: OfBooks) -> Books:
    """The books of a question.

    Raises
    ------
    WrongOption
        If there are none, or they hold something else than when it was asked.
    """
    if not ask.books:
        raise WrongOption("books", told("missing; state the folder of the books, such as my-seller/books"))
    found = Books(Path(ask.books))
    if not len(found.table("orders")):
        raise BadInput(
            "{folder}: no orders are in the books; import the order reports first, such as warrantysim import "
            "my-seller orders.txt",
            folder=ask.books,
        )
    if ask.edition and found.digest != ask.edition:
        raise WrongOption("books", told("{folder} has changed since this was asked; ask again", folder=ask.books))
    return found
