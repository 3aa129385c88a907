"""What the product says exists in both languages, says the same facts, and is really said."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.texts import ONE, pairs, written
from warrantysim.journeys.records import Closure, Route
from warrantysim.locale.wording import LANGUAGES, Lang, joined, named, period, say, with_value
from warrantysim.money.categories import Category, Kind
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.markets import Title

PACKAGE = Path(__file__).resolve().parents[2] / "warrantysim"
SPEAKERS = ("report", "present", "studies", "cli", "ui")
"""Rooms that speak to people."""
SURFACES = {"look": "chart.", "book": "book."}
"""What speaks in keys of its own, by the name it is held under, and how these keys begin in the catalogue."""
PAGES = ("self", "page")
"""Pages, which put the first word of their file before their keys."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CATALOGUE = pairs()


def places(text: str) -> set[str]:
    """Names of the facts a text is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def spoken() -> Iterator[tuple[str, str]]:
    """(file:line, key) of every literal key; a ``*`` stands for the computed part of one."""
    for room in SPEAKERS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    holder, _, name = ast.unparse(node.func).rpartition(".")
                    for key in keys_in(node.args[0]):
                        if room == "studies" and name in {"page", "self"}:
                            group = path.stem if path.parent.name == room else path.parent.name
                            yield f"{path.name}:{node.lineno}", ("*" if path.stem == "study" else group) + f".{key}"
                        elif name in {"column", "headed"} and room == "studies":
                            titles = [k.value for k in node.keywords if k.arg == "title"]
                            for title in keys_in(titles[0]) if titles else [key]:
                                yield f"{path.name}:{node.lineno}", f"acol.{title}"
                        elif name in {"say", "message", "tell"}:
                            yield f"{path.name}:{node.lineno}", spoken_key(path, holder, key)
                        elif name == "said" and path.parent.name != "promise":  # texts for customers: tests/promise
                            yield f"{path.name}:{node.lineno}", f"column.{key}"
                        elif name == "named":
                            yield f"{path.name}:{node.lineno}", f"{key}.*"


def spoken_key(path: Path, holder: str, key: str) -> str:
    """The key as the catalogue has it."""
    own = f"{path.name.partition('_')[0]}.{key}"
    if holder in PAGES and not matching(key) and matching(own):
        return own
    return SURFACES.get(holder, "") + key


def keys_in(node: ast.expr) -> Iterator[str]:
    """Keys an argument can be: a literal, either side of a choice, an f-string with its computed parts as ``*``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_in(node.body)
        yield from keys_in(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def matching(key: str) -> list[str]:
    """Keys of the catalogue that a spoken key can be."""
    pattern = re.compile(re.escape(key).replace(r"\*", ".*"))
    return [known for known in CATALOGUE if pattern.fullmatch(known)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_translation_is_in_doubt(lang: Lang) -> None:
    assert not [message.id for message in written(lang) if message.id and message.fuzzy]
    assert not written(lang).obsolete


def test_every_text_is_written_in_both_languages() -> None:
    assert not [key for key, texts in CATALOGUE.items() if len(texts) != len(LANGUAGES) or not all(texts)]


def test_both_languages_of_a_text_are_filled_with_the_same_facts() -> None:
    assert not [key for key, (english, chinese) in CATALOGUE.items() if places(english) != places(chinese)]


def words(text: str) -> str:
    """A text without its places."""
    return re.sub(r"\{\w+\}", "", text)


def test_no_chinese_is_left_in_english_and_what_has_english_words_has_chinese_ones() -> None:
    assert not [key for key, (english, _) in CATALOGUE.items() if CHINESE.search(english)]
    wordless = {"column.p90", "qcol.days_p90", "change.in"}
    worded = {key for key, (english, _) in CATALOGUE.items() if re.search(r"[A-Za-z]", words(english))}
    assert not {key for key in worded - wordless if not CHINESE.search(CATALOGUE[key][1])}


def test_no_text_needs_a_character_a_chinese_console_cannot_show() -> None:
    for texts in CATALOGUE.values():
        for text in texts:
            assert text.encode("gbk").decode("gbk") == text


def test_every_key_that_is_spoken_is_written() -> None:
    assert not [f"{where}: {key}" for where, key in spoken() if not matching(key)]


def test_a_missing_key_is_found() -> None:
    assert not matching("simulate.titel")
    assert matching("simulate.by_*")
    with pytest.raises(KeyError, match=r"no text is written for 'cost\.titel'"):
        say("cost.titel")


@pytest.mark.parametrize(
    ("group", "words"),
    [
        ("category", [c.name.lower() for c in Category]),
        ("kind", [k.name.lower() for k in Kind]),
        ("closure", [c.name.lower() for c in Closure]),
        ("disposition", [*DISPOSITIONS, *(r.name.lower() for r in Route if r != Route.NOT_FILED)]),
    ],
)
def test_every_word_of_the_model_has_a_term(group: str, words: list[str]) -> None:
    assert not [word for word in words if f"{group}.{word}" not in CATALOGUE]


def test_a_fact_that_is_missing_is_an_error_not_a_hole() -> None:
    with pytest.raises(KeyError):
        say("message.cannot_write", folder="out")


def test_one_thing_is_not_many_things() -> None:
    assert say("scenario.problems", n=1) == "1 problem found"
    assert say("scenario.problems", n=2) == "2 problems found"
    assert say("scenario.problems", "zh", n=1) == "发现 1 个问题"
    assert all(key.removesuffix(ONE) in CATALOGUE for key in CATALOGUE if key.endswith(ONE))


def test_names_the_user_gave_are_not_translated() -> None:
    assert named("disposition", "reship", "zh") == "补发"
    assert named("partner", "tierwerk-de", "zh") == "tierwerk-de"


def test_a_horizon_of_a_year_is_called_a_year() -> None:
    assert period(365) == period(366) == "a year"
    assert period(181) == "in 181 days"
    assert period(181, "zh") == "181 天内"


def test_a_title_is_read_in_the_language_asked_for() -> None:
    from warrantysim.locale.wording import titled

    assert titled(Title(en="Today", zh="现行"), "today", "zh") == "现行"
    assert titled(None, "today", "zh") == "today"


def test_a_chinese_text_has_a_blank_beside_latin_letters_and_figures_and_none_between_chinese_words() -> None:
    facts = {"currency": "USD", "amount": "9", "low": "1", "high": "2", "p": "3 %"}
    said = say("compare.lower", "zh", case="运费上涨", base="参考卖家", **facts)
    assert said == "运费上涨：每年比参考卖家少花 USD 9（1 至 2），在 3 % 的年份中更便宜。"
    assert "每年比 FlatFix（德州）少花" in say("compare.lower", "zh", case="x", base="FlatFix（德州）", **facts)
    assert say("chart.to_china", "zh", market="日本", way="海运") == "日本至中国，海运"
    assert say("chart.to_china", "zh", market="JP", way="海运") == "JP 至中国，海运"
    assert say("fault.product", "zh", name="扫地机器人（含基站）", sku="VAC-L10") == "扫地机器人（含基站）VAC-L10"
    assert say("period.days", "zh", days=181) == "181 天内"
    assert (
        say("decision.order", "zh", period="181 天内", currency="USD", cost="1", cell="x").find("相比 181 天内最多") > 0
    )
    assert (
        say(
            "chart.costs.one",
            "zh",
            policy="建议规则",
            period="每年",
            currency="USD",
            total="1",
            first="退款",
            share="1 %",
        )[:8]
        == "建议规则每年成本"
    )


def test_chinese_texts_and_values_are_joined_as_chinese_is_written() -> None:
    assert joined(["电池衰减", "容量低于 90%"], "zh") == "电池衰减容量低于 90%"
    assert joined(["有 3 份报价。", "研究会"], "zh") == "有 3 份报价。研究会"
    assert joined(["范围。", "A 型"], "zh") == "范围。A 型"
    assert joined(["本地维修", "tierwerk-de"], "zh") == "本地维修 tierwerk-de"
    assert joined(["local repair", "", "by air"]) == "local repair by air"
    assert (with_value("成本", "下限", "zh"), with_value("cost", "from")) == ("成本：下限", "cost: from")


def test_who_reads_chinese_is_addressed_politely_and_claims_have_one_measure_word() -> None:
    forms = [form for one in written("zh") for form in ([one.string] if isinstance(one.string, str) else one.string)]
    assert not [form for form in forms if re.search("你|张工单", form)]
