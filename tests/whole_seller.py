"""The reference seller with everything in files of his own, and nothing left to packs."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from warrantysim.files.documents import parse_document
from warrantysim.files.layers import Ground
from warrantysim.files.reading import lay_packs
from warrantysim.packs import SCENARIOS
from warrantysim.packs.markets import FOLDER
from warrantysim.schema.root import Scenario


def write_whole_seller(folder: Path) -> Path:
    """Write it with what-ifs, policies and quotes into a folder that is not there yet."""
    shutil.copytree(SCENARIOS, folder)
    path = folder / "base.yaml"
    text = path.read_text("utf-8")
    document = parse_document(text, "base.yaml")
    ground = Ground(Scenario.TABLES, tuple(Scenario.model_fields))
    lay_packs(ground, document, document.values["packs"], _no_file)
    values = {key: value for key, value in ground.document.values.items() if key not in {"policy", "horizon"}}
    (packs,) = (line for line in text.splitlines() if line.startswith("packs:"))
    horizon = "".join(f"  {key}: {value}\n" for key, value in ground.document.values["horizon"].items())
    text = text.replace(packs + "\n\n", "").replace("  days: 365\n", f"  days: 365\n{horizon}")
    for source in sorted((FOLDER / "tables").glob("*.csv")):
        if source.stem not in document.values["tables"]:
            text = text.replace("tables:\n", f"tables:\n  {source.stem}: tables/{source.name}\n", 1)
        _write(folder / "tables" / source.name, ground, source)
    dumped = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=None, width=10_000)
    path.write_text(f"{text}\n{dumped}", "utf-8")
    return path


def _write(path: Path, ground: Ground, source: Path) -> None:
    """Those lines of a table of the packs that the ground has taken, with what a seller's own file adds."""
    lines = source.read_bytes().splitlines(keepends=True)
    own = path.read_bytes().splitlines(keepends=True)[1:] if path.exists() else []
    table = ground.read[source.stem]
    path.write_bytes(b"".join([lines[0], *(lines[number - 1] for number in table.numbers), *own]))


def _no_file(*asked: object) -> Path:
    raise AssertionError(f"no file is asked for, got {asked}")
