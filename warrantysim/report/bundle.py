"""All tables of a run in one file: a ZIP with CSV for people and Parquet for programs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warrantysim.report.export import as_json, csv_bytes

if TYPE_CHECKING:
    import pandas as pd

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file inside: the same tables make the same bytes."""


def parquet_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet, values untouched."""
    out = BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def bundle(frames: Iterable[tuple[str, pd.DataFrame]], note: Any = None) -> bytes:
    """Every frame as ``<name>.csv`` and ``<name>.parquet``, and where it comes from as ``run.json``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:

        def put(name: str, content: bytes) -> None:
            packed.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)

        for name, frame in frames:
            put(f"{name}.csv", csv_bytes(frame))
            put(f"{name}.parquet", parquet_bytes(frame))
        if note is not None:
            put("run.json", (as_json(note) + "\n").encode())
    return out.getvalue()
