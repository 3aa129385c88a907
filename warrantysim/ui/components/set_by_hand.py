"""Rules set by hand on a page: kept in the session and in the address, so that a copied link restores them.

An address is written by anybody: what stands in it is read with limits, and each rule is checked again before use.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from warrantysim.decision.cells import CellKey, CellZone
from warrantysim.decision.manual_policy import MOST_ZONES
from warrantysim.ui.components.address import put

Chosen = dict[CellKey, tuple[CellZone, ...]]
LONGEST, LARGEST = 8_000, 200_000
"""Characters of a code in an address, and bytes it may unpack to."""
MOST_TEXT = 200
"""Characters of a partner's name in a code."""


def chosen(key: str, run_id: str, cells: Sequence[CellKey]) -> Chosen:
    """Cells set by hand for a run: those of the session, else of the address; other runs' are forgotten."""
    held = st.session_state.get(key)
    if held is None or held[0] != run_id:
        held = (run_id, unpacked(st.query_params.get(key, ""), run_id, cells))
        st.session_state[key] = held
    found: Chosen = dict(held[1])
    put(key, packed(run_id, found))
    return found


def set_cells(key: str, run_id: str, cells: Mapping[CellKey, Sequence[CellZone]]) -> None:
    """Set them for a run."""
    st.session_state[key] = (run_id, {cell: tuple(zones) for cell, zones in cells.items()})


def packed(run_id: str, cells: Mapping[CellKey, Sequence[CellZone]]) -> str:
    """A code for an address; empty for none, and where they are too many for one."""
    if not cells:
        return ""
    stated = [[list(cell), [[z.start, z.do, z.partner] for z in zones]] for cell, zones in cells.items()]
    plain = json.dumps([run_id, stated], ensure_ascii=False, separators=(",", ":")).encode()
    code = base64.urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")
    return code if len(code) <= LONGEST else ""


def unpacked(code: str, run_id: str, cells: Sequence[CellKey]) -> Chosen:
    """What a code states for cells of a run; nothing for another run, and for a code that is none."""
    if not code or len(code) > LONGEST:
        return {}
    try:
        content = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(content, LARGEST)
        if unpacking.unconsumed_tail:
            return {}
        told, stated = json.loads(plain)
        if told != run_id:
            return {}
        known = set(cells)
        return {tuple(cell): _zones(zones) for cell, zones in stated if tuple(cell) in known}
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError):
        return {}


def _zones(stated: Any) -> tuple[CellZone, ...]:
    zones = tuple(
        CellZone(float(start), str(do)[:MOST_TEXT], str(partner)[:MOST_TEXT]) for start, do, partner in stated
    )
    if not 0 < len(zones) <= MOST_ZONES or not all(math.isfinite(zone.start) for zone in zones):
        raise ValueError("no zones")
    return zones
