"""A listing says of a warranty what its place allows, from facts alone, in pictures of the exact size."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.promise.kit import PLACES, block, facts_of, seller, typed
from warrantysim.present.blocks import Sentence
from warrantysim.promise.document import Document
from warrantysim.promise.listing import MOST_PROOFS, listing
from warrantysim.promise.pictures import ICONS, PALE, drawn_lines, icon, least_letters, size_of
from warrantysim.report.charts.export import draws_chinese

SKUS = seller().sku_ids
MARGIN = 4
"""Frame of a picture that holds nothing [pixels]."""


def drawable(lang: str) -> bool:
    return lang[:2] not in ("zh", "ja") or draws_chinese()


@pytest.mark.parametrize(("market", "lang"), PLACES)
def test_nothing_the_kit_puts_on_a_page_breaks_a_rule(market: str, lang: str) -> None:
    found = [
        (sku, entry.place, entry.name, one.rule.rule, one.found)
        for sku in (SKUS if drawable(lang) else ())
        for entry, one in block(sku, market, lang).findings()
    ]
    assert found == []


@pytest.mark.parametrize(("market", "lang"), PLACES)
def test_every_figure_of_a_listing_is_a_fact(market: str, lang: str) -> None:
    for sku in SKUS:
        made = block(sku, market, lang)
        assert typed([entry.text for entry in made.entries], lang) == []
        assert typed([one for art in made.art for one in (art.alt, *art.texts)], lang) == []


def test_a_listing_changes_with_the_facts_it_is_made_of() -> None:
    scenario = seller()
    before, after = block("BUD-ANC", "US", "en"), block("BUD-ANC", "US", "en", days=730)
    assert "12 months" in before.entries[0].text
    assert "24 months" in after.entries[0].text
    rows = [
        row.replace(value=900.0) if (row.sku, row.about) == ("BUD-ANC", "charge_cycles") else row
        for row in scenario.product_facts
    ]
    other = block("BUD-ANC", "US", "en", scenario.replace(product_facts=tuple(rows)))
    assert [art.alt for art in before.art if art.name == "charge_cycles"] == ["ANC earbuds: 500 charge cycles tested"]
    assert [art.alt for art in other.art if art.name == "charge_cycles"] == ["ANC earbuds: 900 charge cycles tested"]


def test_attributes_are_named_as_the_seller_names_them() -> None:
    usual = {entry.name for entry in block("BUD-ANC", "US", "en").entries if entry.place == "attribute"}
    own = seller().replace(promise=seller().promise.replace(attributes=("mfg_warranty_description_parts",)))
    stated = {entry.name for entry in block("BUD-ANC", "US", "en", own).entries if entry.place == "attribute"}
    assert (usual, stated) == ({"warranty_description"}, {"mfg_warranty_description_parts"})


def test_nothing_stands_in_title_or_bullets_and_nothing_of_a_warranty_in_pictures() -> None:
    for market, lang in PLACES:
        places = {entry.place for entry in block("VAC-L10", market, lang).entries}
        assert places <= {"attribute", "description", "aplus_alt"}


def test_a_product_nothing_is_stated_of_has_no_pictures() -> None:
    bare = seller().replace(product_facts=())
    assert block("BUD-ANC", "US", "en", bare).art == ()


def test_a_german_description_holds_the_whole_statement_or_nothing() -> None:
    facts = facts_of(seller(), "BUD-ANC", "DE")
    part = Document("part", "de", "Garantie", [Sentence("Garantie: 24 Monate ab Lieferung in Deutschland.")])
    whole = Document(
        "whole",
        "de",
        "Garantie",
        [
            Sentence("Garantie: 24 Monate ab Lieferung in Deutschland. Garantiegeber: Muster GmbH, 20457 Hamburg."),
            Sentence("Im Garantiefall schreiben Sie uns. Ihre gesetzlichen Rechte bleiben unberührt."),
        ],
    )
    made = {one.name: listing(seller(), "BUD-ANC", "DE", "de", facts, one) for one in (part, whole)}
    assert [entry for entry in made["part"].entries if entry.place == "description"] == []
    (about,) = [entry.text for entry in made["whole"].entries if entry.place == "description"]
    assert about.count("\n") == 2
    assert about.startswith("Garantie\nGarantie: 24 Monate")


@pytest.mark.parametrize("lang", ["en", "de", "ja", "zh_CN"])
def test_a_picture_has_its_modules_size_and_no_letter_touches_its_edge(lang: str) -> None:
    if not drawable(lang):
        pytest.skip("no font of this machine draws the language")
    ground = np.array([int(PALE[k : k + 2], 16) for k in (1, 3, 5)])
    for sku in SKUS:
        for art in block(sku, "US", lang).art:
            picture = Image.open(io.BytesIO(art.png())).convert("RGB")
            assert picture.size == size_of(art.module)
            dots = np.asarray(picture)
            frame = np.ones(dots.shape[:2], dtype=bool)
            frame[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
            assert (dots[frame] == ground).all(), (sku, art.name)
            assert 1 <= len(art.alt) <= 100
            assert art.smallest >= least_letters(300)


def test_a_product_has_at_most_so_many_tests_in_a_row() -> None:
    scenario = seller()
    mine = [row for row in scenario.product_facts if row.sku == "BUD-ANC"]
    shown = [art for art in block("BUD-ANC", "US", "en").art if art.module == "four"]
    assert 1 <= len(shown) <= MOST_PROOFS < len(mine)


def test_files_of_a_listing_hold_texts_findings_and_pictures() -> None:
    files = block("CBL-100", "UK", "en_GB").files()
    assert {"listing.csv", "findings.csv", "aplus/overlay.svg", "aplus/overlay.png"} <= files.keys()
    assert len(files["findings.csv"].decode("utf-8-sig").splitlines()) == 1


def test_icons_are_drawings_of_one_size() -> None:
    assert {"shield", "person", "clock"} <= ICONS.keys()
    assert all('viewBox="0 0 24 24"' in icon(name) for name in ICONS)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 4.5, ["one two", "three"]),
        ("同梱品、充電器", 4, ["同梱品、", "充電器"]),
        ("白いケーブル", 4, ["白い", "ケーブル"]),
        ("USB端子", 3, ["USB", "端子"]),
    ],
)
def test_words_are_broken_where_the_language_breaks_them(text: str, width: float, lines: list[str]) -> None:
    assert drawn_lines(text, width) == lines
