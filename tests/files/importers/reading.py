"""Small report files with a name, and how tests read them."""

from __future__ import annotations

from pathlib import Path

from warrantysim.files.importers import read_report
from warrantysim.files.importers.report import Context, Imported

HERE = Path(__file__).parent / "reports"
KEY = b"the key of these tests"
SELLER = Context(KEY, skus=frozenset({"CAM-2CH", "VAC-L10", "ERC-6"}))
"""A seller with three products."""


def report_file(name: str) -> bytes:
    """A report that lies beside the tests."""
    return (HERE / name).read_bytes()


def imported(content: bytes | str, **answers: str) -> Imported:
    """What a file gives, with answers by name (a dot of a name as two underscores)."""
    context = Context(KEY, {name.replace("__", "."): value for name, value in answers.items()}, skus=SELLER.skus)
    return read_report(content if isinstance(content, bytes) else content.encode(), "file", context)


def left_out(found: Imported) -> dict[str, int]:
    """Rows that were left out, by reason."""
    return {str(one.reason): one.rows for one in found.left_out}


def said(found: Imported) -> str:
    """All remarks."""
    return "\n".join(str(one) for one in found.remarks)


def asked(found: Imported) -> dict[str, str]:
    """What was asked, and the answer in force."""
    return {one.name: one.answer for one in found.questions}
