"""Files for others: tables as CSV and Parquet, and a note of where they come from.

CSV carries a byte-order mark, so that Excel shows Chinese, and no cell of it can be run as a formula. Parquet holds
the values untouched, for programs.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet run a cell."""
CSV_ENCODING = "utf-8-sig"


def harmless(cell: Any) -> Any:
    """A cell no spreadsheet will run: texts that begin like a formula get a leading apostrophe. Numbers stay."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(DANGEROUS):
        return f"'{cell}"
    return cell


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """What `write_csv` writes."""
    buffer = io.BytesIO()
    write_csv(frame, buffer)
    return buffer.getvalue()


def tab_bytes(frame: pd.DataFrame) -> bytes:
    """Tab-delimited text in UTF-8, as platforms take rules in: no mark at its head, every cell on one line."""
    safe = _safe(frame)
    for name in safe.columns:
        if safe[name].dtype.kind not in "biufM":
            safe[name] = [" ".join(cell.split()) if isinstance(cell, str) else cell for cell in safe[name]]
    return safe.to_csv(index=False, sep="\t", lineterminator="\r\n").encode()


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts and column names no spreadsheet will run."""
    safe = frame.copy()
    for name in safe.columns:
        if safe[name].dtype.kind not in "biufM":
            safe[name] = [harmless(cell) for cell in safe[name]]
    safe.columns = [harmless(str(name)) for name in safe.columns]
    return safe


def write_csv(frame: pd.DataFrame, path: Path | io.BytesIO) -> None:
    """Write a frame so that Excel in any language opens it safely. Column names are made harmless as well."""
    _safe(frame).to_csv(path, index=False, encoding=CSV_ENCODING, lineterminator="\n")


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
    """JSON for people and programs: keys in order, Chinese as it is, NaN and infinity as null."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain dictionaries."""
    return [
        {str(name): plain(cell) for name, cell in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def plain(value: Any) -> Any:
    """A value JSON can hold: NumPy scalars unwrapped, dates as text, what is missing or infinite as None."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(child) for key, child in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(child) for child in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return None if text == "NaT" else text
    return str(value)
