"""The workbook of a decision: what it says is what the engine found, live, and nothing in it can be run."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.decision.test_decide import decided, seller
from warrantysim.experiment.quantities import quantities
from warrantysim.locale.wording import LANGUAGES, Lang, say
from warrantysim.studies.decide.book import decision_workbook, workbook_name
from warrantysim.studies.decide.lines import QuantityRows

MADE = datetime(2027, 1, 31, 9, 30)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@cache
def counted() -> pd.DataFrame:
    decision, _ = decided()
    return quantities(seller(), [decision.now, decision.policy], range(decision.replications), seed=decision.seed)


@cache
def book(lang: Lang = "en") -> bytes:
    return decision_workbook(decided()[0], seller(), counted(), lang=lang, made=MADE)


def rows(name: str, content: bytes | None = None) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content or book())).get_sheet_by_name(name).to_python()


def formulas(name: str, content: bytes | None = None) -> dict[str, tuple[str, str]]:
    """Formula and cached value of every cell that has one."""
    content = content or book()
    place = CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names.index(name) + 1
    with zipfile.ZipFile(BytesIO(content)) as parts:
        tree = ElementTree.fromstring(parts.read(f"xl/worksheets/sheet{place}.xml"))
    found = {}
    for cell in tree.iter(f"{SHEET}c"):
        formula, value = cell.find(f"{SHEET}f"), cell.find(f"{SHEET}v")
        if formula is not None and formula.text is not None and value is not None and value.text is not None:
            found[cell.attrib["r"]] = (formula.text, value.text)
    return found


def test_quantities_times_prices_add_up_to_what_the_decision_says() -> None:
    decision, _ = decided()
    sums = counted().groupby("policy")["reporting"].sum()
    assert sums[0] == pytest.approx(decision.cost_now, abs=1e-6)
    assert sums[1] == pytest.approx(decision.cost, abs=1e-6)


def test_every_line_of_the_calculation_is_its_quantity_times_its_price() -> None:
    simulated, live = rows("Sim_Quantities")[2:], formulas("Calc")
    rates = {row[6]: row[7] for row in rows("Assumptions")[2:] if row[6]}
    assert len(live) == len(simulated) > 10
    for place, row in enumerate(simulated, start=3):
        formula, value = live[f"I{place}"]
        assert f"Sim_Quantities!I{place}*Sim_Quantities!J{place}" in formula
        assert float(value) == pytest.approx(row[8] * row[9] * rates[row[7]] + (row[10] or 0.0), abs=1e-6)


@pytest.mark.parametrize("sheet", ["Summary", "Parts", "By_SKU", "Bridge"])
def test_every_conditional_sum_shows_what_its_formula_says(sheet: str) -> None:
    lines = QuantityRows.of(counted()).frame
    columns = {"CalcPolicy": "policy", "CalcSku": "sku", "CalcMarket": "market", "CalcCategory": "category"}
    cells = {f"{'ABCDEFGH'[c]}{r + 1}": v for r, row in enumerate(rows(sheet)) for c, v in enumerate(row[:8])}
    checked = 0
    for formula, value in formulas(sheet).values():
        sums = re.findall(r"SUMPRODUCT\((\(Calc.*?)\*CalcAmount\)", formula)
        if not sums or "MATCH" in formula:
            continue
        found = []
        for conditions in sums:
            hit = pd.Series(True, index=lines.index)
            for name, constant in re.findall(r"\((\w+)=([^)]*)\)", conditions):
                wanted = constant.strip('"') if constant.startswith('"') else cells[constant.replace("$", "")]
                hit &= lines[columns[name]] == wanted
            found.append(float(lines["amount"][hit].sum()))
        assert float(value) == pytest.approx(found[0] - sum(found[1:]), abs=1e-6)
        checked += 1
    assert checked >= 2


def test_the_checks_hold_and_the_cover_says_so() -> None:
    assert [row[4] for row in rows("Checks")[2:9]] == ["OK"] * 7
    assert rows("Cover")[-1][1] == "OK"


def test_rows_and_what_they_share_add_up_to_the_total_below_them() -> None:
    decision, _ = decided()
    keys, _, *body = rows("Thresholds")
    sums = [name for name in keys if name == "saving" or name in {f"part_{part}" for part in decision.shared_parts}]
    assert len(sums) == 5
    for name in sums:
        *cells, shared, whole = [row[keys.index(name)] for row in body]
        wanted = decision.saving if name == "saving" else decision.parts[name.removeprefix("part_")]
        assert sum(cells) + shared == pytest.approx(whole) == pytest.approx(float(wanted.interval.mean))
    assert body[-2][0].startswith("shared")


@pytest.mark.parametrize("sheet", ["Thresholds", "Changes", "Platform_Rules"])
def test_every_column_has_a_name_in_chinese_and_a_category_is_no_cost(sheet: str) -> None:
    keys, labels = rows(sheet, book("zh"))[:2]
    assert [key for key, label in zip(keys, labels, strict=True) if label == key.replace("_", " ")] == []
    english = dict(zip(*rows(sheet)[:2], strict=True))
    assert english.get("category", "product category") == "product category"


def test_changes_are_told_in_the_readers_words_and_the_cover_says_whose_clock_it_has() -> None:
    for lang in LANGUAGES:
        keys, _, *body = rows("Changes", book(lang))
        told = {key: {row[keys.index(key)] for row in body} for key in ("kind", "because", "recommended", "cells")}
        changes = decided()[0].changes
        assert told["because"] == {say(f"because.{change.because}", lang) for change in changes}
        assert told["kind"] == {say(f"book.kind.{change.kind}", lang) for change in changes}
        assert told["recommended"] <= {say("book.yes", lang), ""}
        assert not told["cells"] & {" ".join(map(str, cell)) for change in changes for cell in change.cells}
        assert any(str(cell).endswith(" UTC") for row in rows("Cover", book(lang)) for cell in row)


def test_a_bridge_ends_at_the_cost_recommended() -> None:
    found = rows("Bridge")
    assert sum(row[2] for row in found[2:-1]) == pytest.approx(decided()[0].cost)
    assert found[-1][2] == pytest.approx(decided()[0].cost)


def test_quantities_of_another_luck_are_refused() -> None:
    other = quantities(seller(), [decided()[0].now, decided()[0].policy], range(5, 7), seed=1)
    with pytest.raises(ValueError, match="quantities of the rule now add up to"):
        decision_workbook(decided()[0], seller(), other, made=MADE)


def test_sheets_keep_their_names_and_keys_in_both_languages_and_labels_are_translated() -> None:
    english, chinese = (CalamineWorkbook.from_filelike(BytesIO(book(lang))) for lang in ("en", "zh"))
    assert english.sheet_names == chinese.sheet_names
    for name in ("Summary", "Calc", "Platform_Rules"):
        keys, labels = rows(name, book("zh"))[:2]
        assert keys == rows(name)[0]
        assert any("\u4e00" <= c <= "\u9fff" for label in labels for c in str(label))


def test_a_name_that_looks_like_a_formula_stays_text() -> None:
    evil = '=HYPERLINK("http://x")'
    content = decision_workbook(decided()[0], seller(), counted(), changes=[evil, "x" * 40_000], made=MADE)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert all("HYPERLINK" not in parts.read(n).decode() for n in parts.namelist() if "worksheets/sheet" in n)
    assert f"'{evil}" in [row[1] for row in rows("Provenance", content)]


def test_the_file_is_named_for_scenario_run_and_day() -> None:
    name = workbook_name(decided()[0], "abcdef0123456789", MADE)
    assert re.fullmatch(r"warrantysim_[\w-]+_abcdef012345_20270131\.xlsx", name)
