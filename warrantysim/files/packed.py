"""The key ``packs:`` of a scenario file: what ships for its markets, what its seller said, what was fitted.

Each key of it is a layer; they are laid in the order of `LAYERS`, and the scenario file over all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from warrantysim.files import fitted_figures, market_packs, seller_rows
from warrantysim.files.documents import Document
from warrantysim.files.layers import Ground, Layer, LayerRequest
from warrantysim.files.source_text import SourceFile
from warrantysim.schema.errors import Problem, ScenarioError, refuse, suggestion, told

LAYERS: Mapping[str, Callable[[LayerRequest], Layer]] = {
    "markets": market_packs.layer,
    "seller": seller_rows.layer,
    "fitted": fitted_figures.layer,
}
"""What reads each key of ``packs:``, the lowest layer first."""


def lay_packs(
    ground: Ground, document: Document, stated: Any, file: Callable[[Any, str, tuple[str, ...]], Path]
) -> list[SourceFile]:
    """Lay what the key ``packs:`` of a document asks for; the files that were read.

    Parameters
    ----------
    ground : takes the layers.
    stated : the value of the key.
    file : the path of a file named beside the document, of the name, the place it is stated at and its endings.

    Raises
    ------
    ScenarioError
        Where the key is no mapping, asks for what there is not, or a layer has problems.
    """
    where = f"{document.place(('packs',))}: packs"
    if not isinstance(stated, dict) or not stated:
        raise refuse(where, "expected a mapping, such as {markets: [US, DE]}", "packs")
    if unknown := [key for key in stated if key not in LAYERS]:
        raise ScenarioError(
            Problem(
                f"packs.{key}",
                told("unknown key {key!r}", key=key) + suggestion(key, LAYERS),
                f"{document.place(('packs', key))}: packs.{key}",
                "unknown",
            )
            for key in unknown
        )
    files: list[SourceFile] = []
    for key, layer in LAYERS.items():
        if key in stated:
            place = f"{document.place(('packs', key))}: packs.{key}"

            def beside(name: Any, endings: tuple[str, ...], at: str = place) -> Path:
                return file(name, at, endings)

            laid = layer(LayerRequest(stated[key], place, beside, ground.plain(), ground.models, document.values))
            ground.lay(laid)
            files += laid.files
    return files
