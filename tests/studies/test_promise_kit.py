"""The kit of products: a ZIP each, cards only where they pay, and an answer that says which."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from tests.promise.kit import typed
from tests.promise.seller import seller, subject
from warrantysim.analysis.cases import Case
from warrantysim.cli import main
from warrantysim.packs import REFERENCE
from warrantysim.present.terminal import terminal_text
from warrantysim.promise.document import keys, texts
from warrantysim.promise.kit import Kit, kit_files
from warrantysim.promise.lint import lint
from warrantysim.promise.listing import ListingText, found_table
from warrantysim.studies.promise.kit import findings_table, kit_blocks, kit_tables, kits_of
from warrantysim.studies.study import Say, Stored

SKUS = ("BUD-ANC", "CHG-65")
WORTH = pd.DataFrame(
    {
        "sku": SKUS,
        "saving": [3700.0, -4300.0],
        "low": [3000.0, -4800.0],
        "high": [4400.0, -3800.0],
        "pays_up_to": [0.137, 0.009],
        "pays_up_to_low": [0.123, 0.002],
        "pays_up_to_high": [0.151, 0.015],
        "unit_cost": [0.06, 0.06],
        "cost_low": [0.03, 0.03],
        "cost_high": [0.12, 0.12],
        "verdict": ["pays", "loses"],
        "symptom": ["dead", "dead"],
        "symptom_share": [0.4, 0.56],
    }
)
"""What guides of two products are worth."""
ENDS = frozenset({"replaced", "refunded"})
"""What becomes of their claims."""


@pytest.fixture(scope="module")
def kits() -> list[Kit]:
    it = replace(subject("DE"), skus=SKUS)
    return kits_of([it], {"DE": ("de", "zh_CN")}, WORTH, lambda market, sku: ENDS)


def test_a_product_has_one_archive_a_market_with_a_folder_a_language(kits: list[Kit]) -> None:
    made = kit_files(kits, ("html",))
    assert made.keys() == {"kit-DE-BUD-ANC.zip", "kit-DE-CHG-65.zip", "icons.zip"}
    with ZipFile(io.BytesIO(made["kit-DE-BUD-ANC.zip"])) as packed:
        names = set(packed.namelist())
        assert {"de/listing.csv", "de/shop.jsonld", "de/aplus/overlay.png", "de/guide-BUD-ANC-de.html"} <= names
        assert "de/card-BUD-ANC-de.html" in names
        assert json.loads(packed.read("de/shop.jsonld"))["@type"] == "Product"
        assert not {name for name in names if name.startswith("zh_CN") and name.endswith(".png")}
    assert kit_files(kits, ("html",)) == made


def test_a_card_is_printed_only_where_it_pays(kits: list[Kit]) -> None:
    cards = {kit.sku for kit in kits for one in kit.documents() if one.name.startswith("card")}
    assert cards == {"BUD-ANC"}


def test_every_figure_of_a_kit_is_a_fact_and_no_text_breaks_a_rule(kits: list[Kit]) -> None:
    for kit in kits:
        assert [one.name for one in kit.documents() if typed(texts(one), kit.lang)] == []
        assert list(kit.findings()) == []


def test_a_kit_says_the_term_of_its_market_and_the_time_promised_there(kits: list[Kit]) -> None:
    first = next(kit for kit in kits if (kit.sku, kit.lang) == ("BUD-ANC", "de"))
    row = next(r for r in seller().sku_markets if (r.sku, r.market) == ("BUD-ANC", "DE"))
    assert first.facts["term"].value == round(row.warranty_days / (365 / 12))
    stated = next(time for time in first.of.times if time.step == "answer")
    assert first.facts["answer"].value == stated.days
    assert str(stated.days) in "\n".join(texts(next(iter([d for d in first.documents() if "points" in d.name]))))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_says_where_a_card_pays_and_which_labels_are_owed(kits: list[Kit], lang: str) -> None:
    case = Case.of(seller())
    tables = kit_tables(case, [kits[0].of], kits, WORTH)
    stored = Stored({name: frame for name, frame in tables.items() if len(frame)}, {})
    assert "findings" not in stored.tables
    said = " ".join(terminal_text(kit_blocks(Say("promise", lang, {}), stored, lang), 160, lang).split())
    wanted = {"en": ("yes: it pays", "NO: it costs more", "harmonised notice", "FORBIDDEN"),
              "zh": ("是：划算", "否：得不偿失", "统一告知", "禁止使用")}  # fmt: skip
    assert [text for text in wanted[lang] if text not in said] == []


def test_a_broken_rule_stands_in_the_answer(kits: list[Kit]) -> None:
    case = Case.of(seller())
    rows = [row.replace(text="Kabel, gratis Etui") if row.about == "box" and row.language == "de" else row
            for row in seller().product_facts]  # fmt: skip
    it = replace(kits[0].of, scenario=seller().replace(product_facts=tuple(rows)))
    broken = kits_of([it], {"DE": ("de",)}, WORTH, lambda market, sku: ENDS)
    stored = Stored(kit_tables(case, [it], broken, WORTH), {})
    said = " ".join(terminal_text(kit_blocks(Say("promise", "en", {}), stored, "en"), 200, "en").split())
    assert "break a rule of their marketplace" in said
    assert "gratis" in said


@pytest.mark.parametrize(
    ("market", "lang"), [("US", "en"), ("UK", "en_GB"), ("DE", "de"), ("JP", "ja"), ("JP", "zh_CN"), ("UK", "zh_CN")]
)
def test_statement_and_card_of_every_market_keep_its_rules(market: str, lang: str) -> None:
    kit = Kit(subject(market), "VAC-L10", lang, printed=True)
    assert [(entry.place, one.rule.rule, one.found) for entry, one in kit.findings()] == []
    assert texts(kit.statement)


def test_only_where_us_law_names_it_a_warranty_is_called_limited() -> None:
    called = {}
    for market in ("US", "DE", "UK", "JP"):
        kit = Kit(subject(market), "BUD-ANC", "zh_CN", printed=True)
        told = [str(text) for made in kit.documents() for text in texts(made)]
        called[market] = any("有限" in text for text in [*told, *(entry.text for entry in kit.listing.entries)])
    assert called == {"US": True, "DE": False, "UK": False, "JP": False}


def test_a_product_is_not_told_of_the_repairs_its_neighbours_get() -> None:
    it = replace(subject("DE"), skus=SKUS, ends=frozenset({"repaired", "replaced"}))
    made = kits_of([it], {"DE": ("de",)}, WORTH, lambda market, sku: {"replaced"} if sku == "CHG-65" else it.ends)
    repaired = {kit.sku: "remedy.repaired" in keys(kit.statement) for kit in made}
    assert repaired == {"BUD-ANC": True, "CHG-65": False}
    assert "warrantyScope" not in json.loads(made[1].files(())["shop.jsonld"])["offers"]["warranty"]


def test_a_kit_without_a_statement_behind_it_announces_none() -> None:
    silent = seller().replace(promise=seller().promise.replace(guarantor=""))
    kit = Kit(subject("DE", silent), "BUD-ANC", "de", printed=True)
    assert not kit.stands
    assert {entry.place for entry in kit.listing.entries} == {"aplus_alt"}
    told = {getattr(text, "key", "") for made in kit.documents() for text in texts(made)}
    assert not [
        key
        for key in told
        if key.startswith("point.") and key not in ("point.title", "point.support", "point.answer", "point.rights")
    ]
    assert "warranty" not in json.loads(kit.files(("html",))["shop.jsonld"])["offers"]


def test_a_copy_in_another_language_breaks_no_rule_and_is_not_published() -> None:
    kit = Kit(subject("DE"), "BUD-ANC", "en_GB", printed=True)
    assert list(kit.findings()) == []
    assert not {name for name in kit.files(("html",)) if name.endswith((".png", ".jsonld"))}


@pytest.mark.slow
def test_the_command_writes_the_kit_and_says_where_a_card_pays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["promise", str(REFERENCE), "--kit", "--market", "DE", "--sku", "BUD-ANC", "--replications", "3", "--quiet"]
    assert main([*asked, "--out", str(tmp_path / "kit")]) == 0
    assert "yes: it pays" in " ".join(capsys.readouterr().out.split())
    with ZipFile(tmp_path / "kit" / "kit-DE-BUD-ANC.zip") as packed:
        assert "de/card-BUD-ANC-de.pdf" in packed.namelist()
    assert {"listing.csv", "guide.csv", "steps.csv", "labels.csv", "icons.zip"} <= {
        path.name for path in (tmp_path / "kit").iterdir()
    }


def test_two_places_of_one_finding_are_told_apart(kits: list[Kit]) -> None:
    entries = [ListingText("attribute", name, "a guarantee and a guarantee") for name in ("first_line", "second_line")]
    found = [(entry, one) for entry in entries for one in lint("aplus", "UK", "en", entry.text)]
    frame = found_table(found).assign(market="UK", sku="CHG-65", language="en_GB")
    for lang in ("en", "zh"):
        made = findings_table(Say("promise", lang, {}), frame, lang)
        rows = made.frame[[column.key for column in made.columns]]
        assert len(rows) == 4
        assert not rows.duplicated().any()
    assert list(made.frame["place"])[1] == "attribute first_line，第 19 个字符"
