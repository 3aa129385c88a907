"""What a marketplace forbids is found: every rule by a violation seeded for it, and nothing in plain factual texts."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from warrantysim.packs import rows
from warrantysim.promise.lint import Finding, lint, may_state, pattern, rule_sources, rules

SEEDED = Path(__file__).with_name("seeded.csv")
"""Violations, a row each; ``LONG:n`` is a text of n characters, ``ITEMS:n`` n texts, ``QUOTES:n`` n press quotes."""


def seeded() -> list[dict[str, str]]:
    with SEEDED.open(encoding="utf-8", newline="") as file:
        return [{"line": str(line), **row} for line, row in enumerate(csv.DictReader(file), 2)]


def text_of(written: str) -> str | list[str]:
    kind, _, count = written.partition(":")
    if kind == "LONG":
        return ("plain words " * 1000)[: int(count)]
    if kind == "ITEMS":
        return [f"row {n}" for n in range(int(count))]
    if kind == "QUOTES":
        return " ".join(f'"Charges without a sound, paper {n}" — A. Writer, 2025' for n in range(int(count)))
    return written.replace("\\n", "\n")


def findings(row: dict[str, str]) -> list[Finding]:
    measures = {name: float(value) for name, _, value in [row["measured"].partition("=")] if name}
    return lint(row["place"], row["market"], row["language"], text_of(row["text"]), measures=measures)


@pytest.mark.parametrize("row", seeded(), ids=lambda row: f"{row['line']}-{row['place']}-{row['rule']}")
def test_a_seeded_violation_is_found_where_it_stands(row: dict[str, str]) -> None:
    text = text_of(row["text"])
    hits = [one for one in findings(row) if one.rule.rule == row["rule"]]
    wanted = row["found"].replace("\\n", "\n")
    assert any(one.found.casefold() == wanted.casefold() for one in hits), [one.found for one in hits]
    assert all(one.severity in {"error", "warn"} for one in hits)
    assert all(text[one.start : one.end] == one.found for one in hits if one.end and isinstance(text, str))


def test_every_rule_has_a_seeded_violation_and_there_are_more_than_forty() -> None:
    assert {row["rule"] for row in seeded()} == {rule.rule for rule in rules()}
    assert len(seeded()) > 40


def test_every_rule_names_where_it_was_read_and_what_to_write_instead() -> None:
    for rule in rules():
        assert rule.sources or rule.mark in "DA", rule.rule
        assert all(rule.about.values()), rule.rule
        assert all(rule.instead.values()), rule.rule
        looked_for = {row["rule"] for row in rows("promise/patterns")}
        assert (rule.rule in looked_for) == (rule.kind in {"ban", "need", "place"} or rule.measure == "quotations")
    quoted = {code for row in rows("promise/rules") for code in row["source"].split()}
    assert quoted <= rule_sources().keys()


@pytest.mark.parametrize(
    ("place", "market", "severity"),
    [
        ("title", "US", "error"),
        ("bullet", "JP", "error"),
        ("aplus_alt", "DE", "error"),
        ("gallery", "US", "warn"),
        ("brand_store", "UK", "warn"),
        ("description", "FR", "error"),
        ("description", "US", ""),
        ("attribute", "DE", ""),
        ("card", "JP", ""),
    ],
)
def test_speaking_of_a_warranty_is_as_grave_as_its_place_says(place: str, market: str, severity: str) -> None:
    language = {"DE": "de", "JP": "ja", "FR": "fr"}.get(market, "en")
    word = {"de": "Garantie", "ja": "保証", "fr": "garantie"}.get(language, "warranty")
    found = [one.severity for one in lint(place, market, language, word) if one.rule.rule == "warranty"]
    assert found == ([severity] if severity else [])


PLAIN = {
    "en": "Two USB-C ports charge a phone and a tablet at once. Tested for 10,000 plug cycles. Hold the button for ten "
    "seconds to reset it. In the box: charger, cable, guide.",
    "de": "Zwei USB-C-Anschlüsse laden Telefon und Tablet zugleich. Mit 10.000 Steckzyklen geprüft. Zum Zurücksetzen "
    "die Taste zehn Sekunden halten. Im Karton: Ladegerät, Kabel, Anleitung.",
    "ja": "二つのUSB-C端子でスマートフォンとタブレットを同時に充電できます。一万回の抜き差し試験済み。ボタンを十秒"
    "押すとリセットされます。同梱品：充電器、ケーブル、ガイド。",
    "fr": "Deux ports USB-C chargent un téléphone et une tablette à la fois. Testé sur 10 000 branchements. Pour "
    "réinitialiser, maintenez le bouton dix secondes. Dans la boîte : chargeur, câble, notice.",
    "it": "Due porte USB-C caricano insieme telefono e tablet. Provato con 10.000 inserimenti. Per ripristinare tenete "
    "premuto il pulsante dieci secondi. Nella confezione: caricatore, cavo, guida.",
    "es": "Dos puertos USB-C cargan a la vez un teléfono y una tableta. Probado con 10.000 conexiones. Para "
    "restablecer mantenga pulsado el botón diez segundos. En la caja: cargador, cable, guía.",
    "zh": "两个 USB-C 接口可同时为手机和平板充电。通过一万次插拔测试。长按按键十秒即可重置。"
    "包装内：充电器、数据线、指南。",
}


@pytest.mark.parametrize("place", ["title", "bullet", "description", "aplus", "brand_story", "attribute"])
@pytest.mark.parametrize(
    ("market", "language"),
    [("US", "en"), ("UK", "en"), ("DE", "de"), ("FR", "fr"), ("IT", "it"), ("ES", "es"), ("JP", "ja"), ("CN", "zh")],
)
def test_a_plain_factual_text_is_left_alone(place: str, market: str, language: str) -> None:
    found = lint(place, market, language, PLAIN[language])
    assert [(one.rule.rule, one.found) for one in found if one.severity == "error"] == []


def test_a_whole_german_statement_may_stand_in_the_description_and_a_part_of_it_may_not() -> None:
    whole = (
        "Garantie: 24 Monate ab Lieferung, in Deutschland. Garantiegeber: Muster GmbH, Hafenweg, 20457 Hamburg. Im "
        "Garantiefall schreiben Sie uns über Ihre Bestellung. Ihre gesetzlichen Rechte bleiben unberührt."
    )
    assert lint("description", "DE", "de", whole) == []
    assert {one.rule.rule for one in lint("description", "DE", "de", "Mit Garantie")} >= {"full_term", "full_rights"}
    assert lint("description", "DE", "de", PLAIN["de"]) == []


def test_a_rule_does_not_hold_before_its_first_day() -> None:
    before = lint("title", "US", "en", "Charger 65 W!", on=dt.date(2025, 1, 20))
    assert [one.rule.rule for one in before] == []
    assert [one.rule.rule for one in lint("title", "US", "en", "Charger 65 W!", on=dt.date(2025, 1, 21))] == [
        "title_signs"
    ]


def test_the_brand_keeps_its_own_signs() -> None:
    assert lint("title", "US", "en", "Wow! charger", own=("Wow!",)) == []
    assert lint("title", "US", "en", "Anker charger", own=("Anker",)) == []


def test_what_no_place_names_may_say_anything_and_a_pattern_is_of_its_language() -> None:
    assert may_state("parcel", "US") == "yes"
    assert [one.pattern for one in pattern("warranty", "ja")] == ["保証|返金|返品|無償交換|永久"]


HARMLESS = [
    ("aplus", "US", "en", "BPA free bottle, hands-free calls, noise-free fan. For best results charge it first."),
    ("aplus", "US", "en", "Ports: HDMI, USB, VGA, LAN. Model CHG65W, 100-240 V, 50-60 Hz, firmware 01.01.2027."),
    ("bullet", "US", "en", "Works with 110 V and 220 V; 20000 mAh; 12 x 9 x 5 cm; weighs 160 g"),
    ("title", "US", "en", "Lumenova 65 W charger with two USB-C ports, for phone and tablet"),
    ("aplus", "DE", "de", "Bei Bedarf neu starten oder neu koppeln. Maße: 12 x 9 x 5 cm, 0,16 kg, 100-240 V."),
    ("aplus", "JP", "ja", "最高温度は60度。出力65W、100-240V、50/60Hz。一回の充電で約八時間使えます。"),
    ("aplus", "US", "en", "Press once to start, twice to pair. The light turns green, then blue."),
    ("description", "UK", "en", "Charges a phone in 30 minutes. Line one.\nLine two."),
    ("message", "US", "en", "Order 123-1234567-1234567: thank you. Which light do you see?\n\nWe answer within a day."),
    (
        "message",
        "DE",
        "de",
        "Bestellung 123-1234567-1234567: Wir haben den Preis erstattet. Das Geld kommt bis zum 05.10.2026.",
    ),
    ("card", "US", "en", "Write to the seller through your order. Your rights under the law remain."),
]
"""Texts that rules must leave alone."""


@pytest.mark.parametrize(("place", "market", "language", "text"), HARMLESS, ids=range(len(HARMLESS)))
def test_what_breaks_no_rule_is_left_alone(place: str, market: str, language: str, text: str) -> None:
    assert [(one.rule.rule, one.found) for one in lint(place, market, language, text)] == []
