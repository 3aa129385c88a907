"""What the app says exists in both languages, says the same facts in both, and is really said."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

from tests.texts import ONE, pairs
from warrantysim.files.documents import parse_document
from warrantysim.files.source_text import read_text
from warrantysim.locale.wording import APP, LANGUAGES
from warrantysim.store.kinds import KINDS
from warrantysim.ui.pages import PAGES

UI = Path(__file__).resolve().parents[2] / "warrantysim" / "ui"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = re.compile(r"^[\W\d]*$|^[\W\dA-Z]*\{[a-z_]+\}[\W\dA-Z]*|^[A-Za-z0-9 .,+/%×·()\-_:]{1,16}$")
"""Texts that need no translation: marks and figures, a single fact, a proper name or a unit."""


def places(text: str) -> set[str]:
    """Names of the facts a text is filled with."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def said() -> Iterator[tuple[str, str]]:
    """(file:line, key) of every key handed to ``t``; a ``*`` stands for a computed part."""
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"t", "language.t"} and node.args:
                for key in keys_in(node.args[0]):
                    yield f"{path.name}:{node.lineno}", key


def keys_in(node: ast.expr) -> Iterator[str]:
    """Keys an argument can be: a literal, either side of a choice, an f-string with ``*`` for its computed parts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from keys_in(node.body)
        yield from keys_in(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)


def constants() -> set[str]:
    """Every literal text of the app outside its catalogue."""
    found: set[str] = set()
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def matching(pattern: str) -> list[str]:
    """Keys of the catalogue that a spoken key can be."""
    whole = re.compile(re.escape(pattern).replace(r"\*", ".*"))
    return [key for key in pairs(APP) if whole.fullmatch(key)]


def test_every_text_is_written_in_both_languages() -> None:
    assert not [key for key, texts in pairs(APP).items() if len(texts) != len(LANGUAGES) or not all(texts)]


def test_chinese_texts_are_chinese_and_english_ones_are_not() -> None:
    wrong = [key for key, (en, zh) in pairs(APP).items() if CHINESE.search(en) or not CHINESE.search(zh)]
    assert not [key for key in wrong if not SAME_IN_BOTH.match(pairs(APP)[key][1])]


def test_both_languages_of_a_text_are_filled_with_the_same_facts() -> None:
    assert not [key for key, (english, chinese) in pairs(APP).items() if places(english) != places(chinese)]


def test_every_key_that_is_said_is_written() -> None:
    assert not [f"{where}: {key}" for where, key in said() if not matching(key)]


def test_nothing_is_written_that_is_never_said() -> None:
    literals, patterns = constants(), {key for _, key in said() if "*" in key}
    reached = {known for pattern in patterns if pattern != "*" for known in matching(pattern)}
    # Keys may also stand in tables of keys, whole or as the part behind the page's name.
    unsaid = [key for key in pairs(APP) if key not in reached and key.removesuffix(ONE) not in literals]
    assert not [key for key in unsaid if key.removesuffix(ONE) not in reached]


def test_every_page_has_its_name_in_the_navigation() -> None:
    names = [f"frame.{name}" for section, pages in PAGES.items() for name in (section, *pages)]
    assert not [name for name in names if name not in pairs(APP)]


def test_every_kind_of_run_has_a_name() -> None:
    assert not [kind for kind in KINDS if f"kind.{kind}" not in pairs()]


def test_why_a_shipped_scenario_is_there_is_said_as_its_file_says_it(scenarios: Path) -> None:
    said = {key: english for key, (english, _) in pairs(APP).items() if key.startswith("shipped.why.")}
    texts = {path.stem: read_text(path, 2**23)[0] for path in scenarios.glob("*.yaml")}
    files = {name: parse_document(text, name).values for name, text in texts.items()}
    assert said == {f"shipped.why.{name}": " ".join(str(stated["why"]).split()) for name, stated in files.items()}


def test_no_field_states_a_bound_that_the_browser_enforces_without_a_word() -> None:
    """A browser keeps the value before and sends nothing; a calendar has bounds of its own."""
    wrong = []
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            bounds = {"min_value", "max_value"} & {one.arg for one in node.keywords}
            number = node.func.attr == "number_input" and (bounds or len(node.args) > 1)
            if number or (node.func.attr == "date_input" and path.name != "bounded.py"):
                wrong.append(f"{path.name}:{node.lineno}")
    assert not wrong
