"""People read titles, never ids: no page says the id of a partner, in either language, but where it is to be copied."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.store.small import worked_here
from tests.ui.opening import fill, page, shop, sound, tables, words
from tests.worlds import partner
from warrantysim.files.writing import what_if_text, whole_text
from warrantysim.locale.wording import LANGUAGES
from warrantysim.schema.root import Scenario
from warrantysim.ui.pages import PAGES

ONE, TWO = "zzpartnerone", "zzpartnertwo"
PATH = re.compile(r"[\w\[\],*-]+(\.[\w\[\],*-]+)+")
"""What is written in a file or behind ``--set`` keeps its ids."""
KEY = re.compile("[a-z0-9_]+")
"""What columns of files are called."""
PAGES_SHOWN = [name for pages in PAGES.values() for name in pages]


def seller() -> Scenario:
    """The small shop with partners nobody mistakes for another word."""
    desk = {"repaired": {"flat": "24 USD"}}
    return shop.__wrapped__(  # it is kept by hashable changes
        partners={
            ONE: partner(
                serves=("US", "DE"), technicians=40, bounce_share=0.3, bounce_days=60, title={"en": "First", "zh": "甲"}
            ),
            TWO: partner(serves=("US",), technicians=40, desk=desk, title={"en": "Second", "zh": "乙"}),
        },
        policy=[(0, "refund"), (40, f"repair_local {ONE}")],
        assumptions=[
            {
                "path": f"partners.{ONE}.yield_share",
                "unit": "share",
                "low": 0.5,
                "high": 0.95,
                "reason": "nobody counts",
            }
        ],
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of that seller with finished runs."""
    folder = tmp_path_factory.mktemp("titles") / "workspace"
    with worked_here():
        fill(folder, seller())
    return folder


@pytest.fixture
def home(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, and the seller as the files pages find."""
    folder, files = tmp_path / "workspace", tmp_path / "scenarios"
    shutil.copytree(told, folder)
    files.mkdir()
    base = seller().replace(name="base")
    dearer = base.replace(name="dearer", partners={**base.partners, ONE: base.partners[ONE].replace(yield_share=0.8)})
    (files / "base.yaml").write_text(whole_text(base), "utf-8")
    (files / "dearer.yaml").write_text(what_if_text(base, dearer, "base.yaml"), "utf-8")
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    monkeypatch.setenv("WARRANTYSIM_SCENARIOS", str(files))
    return folder


def read_on(at: AppTest) -> Iterator[str]:
    """Every text a reader meets: sentences, names of widgets and what they offer, tables and pictures."""
    yield from words(at).split("\n")
    for kind in ("selectbox", "multiselect", "radio", "segmented_control", "pills"):
        for each in at.get(kind):
            yield from (str(one) for one in (each.label, *getattr(each, "options", ())))
    for frame in tables(at):
        if all(map(KEY.fullmatch, map(str, frame))):
            continue  # A table of a run as its file has it, to be taken along.
        for name in frame:
            yield str(name)
            yield from map(str, frame[name])
    for each in at.get("arrow_vega_lite_chart"):
        yield from re.findall(r'"[^"]*"', each.proto.spec)
        for data in each.proto.datasets:
            yield str(data.data.data)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES_SHOWN)
def test_no_page_says_the_id_of_a_partner(name: str, lang: str, home: Path) -> None:
    at = page(name, lang)
    sound(at)
    said = [PATH.sub("", text) for text in read_on(at)]
    assert not [text[:300] for text in said if ONE in text or TWO in text]
    if name == "thresholds":
        assert any(("First" if lang == "en" else "甲") in text for text in said)
