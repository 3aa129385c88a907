"""Studies of a seller's own books: which folder they are in, and what they hold.

A study of books takes them from the folder ``books`` beside its scenario's file; where it is stored, the folder and a
digest of what it holds are among its options, so that other books are another study.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from warrantysim.files.books import Books
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


Asked = TypeVar("Asked", bound=OfBooks)
Found = TypeVar("Found")


class StudyOfBooks(Study[Asked, Found]):
    """A study whose cases have books."""

    unsaid = frozenset({"edition"})

    def located(self, ask: Asked, file: Path) -> Asked:
        """With the folder beside a scenario's file, where none is stated, and what it holds."""
        if getattr(ask, "table", ""):
            return ask
        folder = Path(ask.books) if ask.books else file.parent / FOLDER
        return self.options({**ask.model_dump(), "books": str(folder), "edition": Books(folder).digest})


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


def plain(value: Any) -> Any:
    """A fact as JSON has it."""
    return value.item() if hasattr(value, "item") else value
