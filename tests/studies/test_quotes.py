"""The answer about quotes has a text for all it can say, adds bills up, is a workbook, and shows runs of before."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.analysis.quote_worlds import of_a_list, quoted
from tests.analysis.seller import SEED
from tests.texts import pairs
from warrantysim.analysis import quote_terms
from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.locale.wording import LANGUAGES, Lang, say
from warrantysim.present.blocks import Chart, Sentence, TableOf
from warrantysim.present.sheets import blocks_workbook
from warrantysim.present.terminal import flat
from warrantysim.studies.quotes import STUDY, answer
from warrantysim.studies.study import Stored

NEW = ("terms", "unit_prices")
"""Tables that runs of before do not have."""


@cache
def found() -> QuoteFindings:
    """A small study in which P wins."""
    return findings(study_quotes(quoted(), replications=3, seed=SEED, within=50.0, decide=of_a_list))


@cache
def stored() -> Stored:
    """What is stored of it."""
    return STUDY.stored(found(), [Case.of(quoted())], STUDY.options({}), SEED)


def test_every_open_term_has_a_text() -> None:
    tree = ast.parse(Path(quote_terms.__file__).read_text("utf-8"))
    terms: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            words = [e.value for e in node.value.elts if isinstance(e, ast.Constant)]
            if len(words) >= 2 and words[-1] in {"missing", "ambiguous", "partial"}:
                terms.add(f"open.{words[-2]}" + ("" if words[-1] == "missing" else f".{words[-1]}"))
    assert len(terms) > 8
    assert terms <= set(pairs())


def test_every_heading_a_table_names_is_written() -> None:
    source = Path(answer.__file__).read_text("utf-8")
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    specs = [text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z0-9_.:]+( [a-z0-9_.:]+)+ ?", text)]
    keys = {stated.partition(":")[0] for spec in specs for stated in spec.split() if ":" in spec and ".." not in stated}
    assert len(keys) > 30
    assert {f"qcol.{key}" for key in keys} | {f"qcol.{key}" for key in answer.CHARGES} <= set(pairs())


def test_bills_end_in_their_sum_and_hold_every_line_of_the_statements() -> None:
    bills = [b for b in flat(STUDY.answer(stored(), "en")) if isinstance(b, TableOf) and b.name.startswith("bill_")]
    contracts = found().tables["statements"][["quote", "desk"]].drop_duplicates()
    assert len(bills) == len(contracts)
    for bill in bills:
        total = bill.frame["total"]
        assert total.iloc[-1] == pytest.approx(total.iloc[:-1].sum())
        assert total.to_numpy() == pytest.approx(bill.frame[list(answer.CHARGES)].sum(axis=1).to_numpy())
    assert sum(b.frame["total"].iloc[-1] for b in bills) == pytest.approx(found().tables["statements"]["amount"].sum())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook_holds_every_table_runs_nothing_and_adds_up(lang: Lang) -> None:
    content = blocks_workbook(STUDY.answer(stored(), lang), lang, datetime(2027, 1, 1), "abc")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert {"Answer", "Ranking", "Values", "GoodUnits", "BillPMain", "Work", "SideBySide"} <= set(book.sheet_names)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        texts = [parts.read(name).decode() for name in parts.namelist() if "worksheets/" in name]
    formulas = [formula for text in texts for formula in re.findall("<f>(.*?)</f>", text)]
    assert formulas
    assert all(re.fullmatch(r"SUM\([A-Z0-9:,]+\)", formula) for formula in formulas)
    last = [book.get_sheet_by_name(name).to_python()[-1][-1] for name in book.sheet_names if name.startswith("Bill")]
    assert sum(float(str(total)) for total in last) == pytest.approx(found().tables["statements"]["amount"].sum())


def test_a_study_of_before_is_shown_with_the_terms_of_its_scenario() -> None:
    older = Stored(
        {name: frame for name, frame in stored().tables.items() if name not in NEW},
        {name: value for name, value in stored().facts.items() if name not in ("quotes", "rules")},
    )
    now = STUDY.upgrade(older, 0, [Case.of(quoted())])
    said = [b.text for b in flat(STUDY.answer(stored(), "en")) if isinstance(b, Sentence)]
    assert [b.text for b in flat(STUDY.answer(now, "en")) if isinstance(b, Sentence)] == said
    assert set(now.tables) == set(stored().tables)
    assert now.facts["rules"] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_rules_save_without_a_signature_is_no_set_that_saves(lang: Lang) -> None:
    tables = dict(stored().tables)
    rows = tables["ranking"].assign(
        signs="", cost=[100.0 + k for k in range(len(tables["ranking"]))], saving=21.0, saving_low=3.0,
        saving_high=40.0, verdict="lower",
    )  # fmt: skip
    tables |= {"ranking": rows, "selection": tables["selection"].assign(name="P", selected=True)}
    blocks = list(flat(STUDY.answer(replace(stored(), tables=tables), lang)))
    said = [b.text for b in blocks if isinstance(b, Sentence)]
    assert any(say("quotes.sign_never", lang) in text for text in said)
    assert any("21" in text and "40" in text for text in said)
    assert not [b for b in blocks if isinstance(b, Chart) and b.name == "ranking"]
    (table,) = (b.frame for b in blocks if isinstance(b, TableOf) and b.name == "ranking")
    assert say("quotes.verdict.lower", lang) not in set(table.loc[table["quotes"] != say("quotes.none", lang), "told"])


def test_before_anything_is_studied_only_the_terms_are_told() -> None:
    tables = [b.name for b in flat(STUDY.answer(STUDY.stated(quoted(), ["P"]), "en")) if isinstance(b, TableOf)]
    assert tables == ["side_by_side", "open_terms"]
