"""All tables of a run in one file: a ZIP with CSV for people and Parquet for programs."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
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
