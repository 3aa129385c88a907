"""Files for others: tables as CSV and Parquet, all of a run in one ZIP, and a note of where they come from.

CSV carries a byte-order mark, so that Excel shows Chinese; every cell of it is guarded by `plain_text.text_cell` and in
quotes. Parquet holds the values untouched, for programs.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.schema.plain_text import text_cell

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

CSV_ENCODING = "utf-8-sig"
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters JSON may hold as they are and a terminal obeys, or no file can hold."""


def printed_whole(sheet: Worksheet) -> None:
    """Print a sheet of a workbook on A4 across, as wide as a page and as many pages long as it takes."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """What `write_csv` writes."""
    buffer = io.BytesIO()
    write_csv(frame, buffer)
    return buffer.getvalue()


def tab_bytes(frame: pd.DataFrame) -> bytes:
    """Tab-delimited text in UTF-8, as platforms take rules in: no mark at its head, every cell on one line."""
    return str(_safe(frame).to_csv(index=False, sep="\t", lineterminator="\r\n", quoting=csv.QUOTE_ALL)).encode()


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts and column names no spreadsheet will run."""
    safe = frame.copy()
    for name in safe.columns:
        if safe[name].dtype.kind not in "biufM":
            safe[name] = [text_cell(value) for value in safe[name]]
    safe.columns = [text_cell(str(name)) for name in safe.columns]
    return safe


def write_csv(frame: pd.DataFrame, path: Path | io.BytesIO) -> None:
    """Write a frame so that Excel in any language opens it safely. Column names are made harmless as well."""
    _safe(frame).to_csv(path, index=False, encoding=CSV_ENCODING, lineterminator="\n", quoting=csv.QUOTE_ALL)


def write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each frame as ``<name>.csv`` and ``<name>.parquet``; the folder is made if need be.

    Returns
    -------
    The files, in the order written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in frames.items():
        csv, parquet = folder / f"{name}.csv", folder / f"{name}.parquet"
        write_csv(frame, csv)
        frame.to_parquet(parquet, index=False)
        written += [csv, parquet]
    return written


def write_json(value: Any, path: Path) -> Path:
    """Write a plain value as readable JSON in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(value) + "\n", "utf-8")
    return path


def as_json(value: Any) -> str:
    """JSON for people and programs: keys in order, Chinese as it is, NaN and infinity as null, nothing that acts."""
    text = json.dumps(json_value(value), ensure_ascii=False, indent=2, allow_nan=False)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def row_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain dictionaries."""
    return [
        {str(name): json_value(cell) for name, cell in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def json_value(value: Any) -> Any:
    """A value JSON can hold: NumPy scalars unwrapped, dates as text, what is missing or infinite as None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_value(child) for key, child in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(child) for child in value]
    if hasattr(value, "tolist"):
        return json_value(value.tolist())
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return None if text == "NaT" else text
    return str(value)


EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file inside: the same tables make the same bytes."""


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet, values untouched."""
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def bundle(frames: Iterable[tuple[str, pd.DataFrame]], note: Any = None) -> bytes:
    """Every frame as ``<name>.csv`` and ``<name>.parquet``, and where it comes from as ``run.json``."""
    files = {}
    for name, frame in frames:
        files[f"{name}.csv"], files[f"{name}.parquet"] = csv_bytes(frame), parquet_bytes(frame)
    if note is not None:
        files["run.json"] = (as_json(note) + "\n").encode()
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files by name as one ZIP; the same files make the same bytes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
