"""The first page: the answer, against what, and where to go; in both languages; with nothing there yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.opening import page, sound, words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_stands_first(filled: Path, lang: str) -> None:
    at = page("home", lang)
    sound(at)
    assert len(at.metric) == 5
    assert ("Saving a year" if lang == "en" else "每年节省") in words(at)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_each_change_saves_is_drawn_and_told(filled: Path, lang: str) -> None:
    (shown,) = page("home", lang).get("image")
    (image,) = shown.proto.imgs
    assert image.alt
    assert image.alt in words(page("home", lang)).replace("\\", "")
    assert ("save" if lang == "en" else "节省") in image.alt


def test_an_empty_workspace_offers_the_demo(empty: Path) -> None:
    at = page("home")
    sound(at)
    assert [button.label for button in at.button] == ["Fill the workspace with the demo seller"]
