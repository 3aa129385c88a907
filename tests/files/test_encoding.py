"""An encoding is told by what a text says in it: never silently another language; else refused."""

from __future__ import annotations

import pytest

from warrantysim.files.encoding import decode, sample
from warrantysim.schema.errors import ScenarioError

WORDS = {
    "cp1252": (
        "Ladegerät 65 W", "Câble USB-C", "Saugroboter für Tierhaare", "Ohrhörer ANC", "Angebot Fa. Müller geprüft",
        "Größe", "naïve", "Ñandú", "€ 12", "20 °C", "¿Qué?", "ÜBERGRÖSSE", "Kühlschrank – weiß", "Café", "it’s",
    ),
    "gb18030": (
        "充电器", "深圳市", "我行", "维修报价", "电池（锂）", "二〇二七年", "扫地机器人 L10", "型号：A",
        "颜色：黑", "A款",
    ),
    "cp932": ("掃除機", "ケーブル", "充電器", "イヤホン ワイヤレス", "修理見積", "東京支店"),
}  # fmt: skip


@pytest.mark.parametrize(("encoding", "word"), [(e, word) for e, words in WORDS.items() for word in words])
def test_a_word_is_read_as_it_was_written(encoding: str, word: str) -> None:
    assert decode(word.encode(encoding), "t.csv") == (word, encoding)


@pytest.mark.parametrize("word", ["Ładowarka", "głośnik", "kabel długi"])
def test_what_is_in_no_encoding_we_know_is_refused_with_how_it_would_read(word: str) -> None:
    with pytest.raises(ScenarioError, match=r"t\.csv:2: the encoding cannot be told: it may say .+; save the file"):
        decode(b"sku,name\nA," + word.encode("cp1250"), "t.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_with_and_without_its_mark(encoding: str) -> None:
    text = "sku,name,weight_kg\nA,充电器 für 65 W,0.16\n"
    assert decode(text.encode(encoding), "t.csv") == (text, encoding)


def test_binary_content_is_no_text() -> None:
    for content in (b"\x89PNG\0\1", b"\0\1", b"PK\3\4\0\0\0\0abcd", bytes(range(256))):
        with pytest.raises(ScenarioError, match="binary"):
            decode(content, "t.csv")


def test_a_few_words_are_shown_where_the_encoding_was_a_judgement() -> None:
    text = "sku,name\nA,Ladegerät\nB,Ohrhörer\nC,Kabel\nD,Küche\nE,Größe\n"
    assert sample(text, "cp1252") == ("Ladegerät", "Ohrhörer", "Küche")
    assert sample(text, "utf-8") == ()
