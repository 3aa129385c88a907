"""A large report into a seller's books: ``python -m benchmarks.imports [ROWS]``.

Writes FBA customer returns as Windows-1252, imports them in a process of its own and tells processor time and memory.
Peak memory is the largest resident set of that process: Python, the packages and the file are in it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.child import peak_mb

ROWS = 200_000
"""Returns of a year of a mid-size seller [rows]."""
NAME = "A product whose name is as long as those on a marketplace are, black, 2-pack, with cable and adapter, USB-C"
COMMENTS = ("", "Gerät lädt nicht", "stopped after two weeks; call +49 171 5551234", "größer als erwartet")
REASONS = ("DEFECTIVE", "UNWANTED_ITEM", "WARRANTY", "NOT_COMPATIBLE", "DAMAGED_BY_FC", "OTHER", "QUALITY_UNACCEPTABLE")
COLUMNS = (
    "return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
    "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments",
)  # fmt: skip


def write_returns(path: Path, rows: int) -> None:
    """Write returns of 300 products over a year, each of an order of its own."""
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write("\t".join(COLUMNS) + "\r\n")
        for i in range(rows):
            cells = (
                f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}T{i % 24:02d}:{i % 60:02d}:{i * 7 % 60:02d}+00:00",
                f"11{i % 5}-{i * 7919 % 9999999:07d}-{i:07d}", f"SKU-{i % 300:04d}", f"B0{i % 300:08d}",
                f"X0{i % 300:08d}", NAME, "1", ("LEX1", "PHX7", "DTM2")[i % 3],
                ("SELLABLE", "DEFECTIVE", "CUSTOMER_DAMAGED")[i % 3], REASONS[i % len(REASONS)],
                "Unit returned to inventory", f"LPNRR{i:09d}", COMMENTS[i % len(COMMENTS)],
            )  # fmt: skip
            file.write("\t".join(cells) + "\r\n")


def import_returns(file: str, folder: str) -> None:
    """Import them, and print what it took as JSON."""
    from warrantysim.files.books import Books
    from warrantysim.files.importers.importing import import_files

    found = import_files(Books(folder), [("returns.txt", Path(file))], when="")
    print(json.dumps({"new": found.changes["returns"][0], "seconds": time.process_time(), "peak_mb": peak_mb()}))


def measured(rows: int = ROWS) -> dict[str, Any]:
    """Rows that are new in the books, processor time [s] and peak memory [MB] of an import."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "returns.txt"
        write_returns(file, rows)
        command = [sys.executable, "-m", "benchmarks.imports", str(file), str(Path(folder) / "books")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
        size = file.stat().st_size / 1e6
    found: dict[str, Any] = json.loads(done.stdout)
    return found | {"file_mb": size}


if __name__ == "__main__":
    if len(sys.argv) == 3:
        import_returns(*sys.argv[1:])
    else:
        for name, value in measured(int(sys.argv[1]) if len(sys.argv) == 2 else ROWS).items():
            print(f"{name:>10}  {value:,.1f}")
