"""Whatever a page hands out is harmless, though the names in it are an attack."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit
from streamlit.delta_generator import DeltaGenerator

from tests.behaviour.acting import acts
from tests.ui.opening import page
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui.pages import PAGES


@pytest.mark.parametrize("name", [name for pages in PAGES.values() for name in pages])
def test_what_a_page_hands_out_is_harmless(name: str, attacked: StoredRun, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: dict[str, Any] = {}

    def hand_out(*given: Any, **more: Any) -> bool:
        handed[more["file_name"]] = more.get("data", given[-1])
        return False

    monkeypatch.setattr(streamlit, "download_button", hand_out)
    monkeypatch.setattr(DeltaGenerator, "download_button", hand_out)
    for state in ({}, {"runs_run": attacked.id}) if name == "runs" else ({},):
        page(name, **state)
    for file, data in handed.items():
        content = data() if callable(data) else data
        assert list(acts(file, content if isinstance(content, bytes) else content.encode())) == [], file
