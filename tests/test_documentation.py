"""The documentation says what is so: its examples run, its links lead somewhere, its figures are the ledger's."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from docs._site import __main__ as site
from docs._site.generated import commands
from tests.regression import small_seller
from warrantysim.cli import exits, main
from warrantysim.cli.parser import parser
from warrantysim.studies import STUDIES, study_of

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!\\)\[[^\]]*\]\(([^)\s]+)\)")
UPLOAD = re.compile(r"(?:client_max_body_size|maxUploadSize =) (\d+)")
QUICK = ("new", "add", "validate", "schema", "diff")
"""Commands that run every day; the others simulate."""
WRITTEN = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def blocks(name: str, language: str) -> list[str]:
    """Fenced blocks of a page in a language."""
    text = (DOCS / name).read_text("utf-8")
    return [body for written, body in BLOCK.findall(text) if written == language]


def examples(name: str) -> Iterator[tuple[list[str], list[str]]]:
    """Commands of a page, each with what it is said to print."""
    for block in blocks(name, "console"):
        for said in block.split("$ warrantysim ")[1:]:
            command, _, printed = said.partition("\n")
            yield shlex.split(command), printed.splitlines()


PAGES_WITH_COMMANDS = [name for name in WRITTEN if blocks(name, "console")]


@cache
def pages() -> Mapping[Path, str]:
    """Every page of the site, made once."""
    return site.pages()


def read_by_the_parser(arguments: list[str]) -> None:
    """Have the command line read a command, as it would be run."""
    names = (word.replace("-", "_") for word in arguments)
    parser(next((name for name in names if name in STUDIES), None)).parse_args(arguments)


def test_the_menu_holds_every_page_once() -> None:
    named = site.settings(dict(pages()))
    menu = tomllib.loads(named)["project"]["nav"]
    listed = [
        path for entry in menu for below in entry.values() for path in ([below] if isinstance(below, str) else below)
    ]
    assert sorted(listed) == sorted(path.as_posix() for path in pages())


@pytest.mark.parametrize("document", ["README.md", "README.zh.md", "CONTRIBUTING.md", *(f"docs/{n}" for n in WRITTEN)])
def test_a_link_of_a_document_leads_to_a_file_or_to_a_page_of_the_site(document: str) -> None:
    path = ROOT / document
    for target in LINK.findall(BLOCK.sub("", path.read_text("utf-8"))):
        place = target.partition("#")[0]
        if "://" in target or not place:
            continue
        there = (path.parent / place).resolve()
        made = there.is_relative_to(DOCS) and there.relative_to(DOCS) in pages()
        assert there.exists() or made, f"{document} links to {target}"


def test_a_link_within_the_site_leads_to_a_page_and_to_a_heading_of_it() -> None:
    for place, text in pages().items():
        for target in LINK.findall(BLOCK.sub("", text)):
            name, _, heading = target.partition("#")
            if "://" in target or not name.endswith(".md"):
                continue
            there = Path(*_resolved((place.parent / name).parts))
            assert there in pages(), f"{place} links to {target}"
            assert not heading or place != Path("model.md") or f"{{ #{heading} }}" in pages()[there], target


def _resolved(parts: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    for part in parts:
        if part == "..":
            found.pop()
        else:
            found.append(part)
    return found


def test_every_study_has_a_page_with_each_of_its_options_and_every_command_its_help() -> None:
    for name in STUDIES:
        text = pages()[Path(f"questions/{name}.md")]
        for field in study_of(name).Options.model_fields:
            assert f"`--{field.replace('_', '-')}`" in text
    whole = pages()[Path("commands.md")]
    assert commands()
    for name, (does, _) in commands().items():
        assert f"\n## {name}\n" in whole
        assert does.split(";")[0][:40] in whole


def test_a_formula_that_names_what_is_gone_is_refused_and_the_others_lead_to_the_code() -> None:
    with pytest.raises(site.Stale, match="no_such_function"):
        site.in_code("*In code:* `no_such_function`.")
    assert site.in_code("*In code:* `Ledger`.") == "*In code:* [`Ledger`](code/money.md#money.ledger)."
    text = (DOCS / "model.md").read_text("utf-8")
    sections = re.split(r"^## \d+\. ", text, flags=re.MULTILINE)[1:-2]
    assert len(sections) == 9
    assert all(site.IN_CODE in section for section in sections)


@pytest.mark.parametrize("name", PAGES_WITH_COMMANDS)
def test_a_command_of_a_page_is_one(name: str) -> None:
    for arguments, _ in examples(name):
        read_by_the_parser(arguments)


@pytest.mark.parametrize("name", ["questions/index.md", "zh/questions.md"])
def test_a_command_of_the_table_of_questions_is_one(name: str) -> None:
    said = re.findall(r"\| `warrantysim ([^`]*)`", (DOCS / name).read_text("utf-8"))
    assert len(said) > 5
    for command in said:
        read_by_the_parser(shlex.split(command))


@pytest.mark.parametrize(
    ("english", "chinese"), [("first-decision.md", "zh/index.md"), ("own-data.md", "zh/own-data.md")]
)
def test_chinese_readers_are_led_through_the_same_commands(english: str, chinese: str) -> None:
    in_chinese = [[word for word in said if word not in ("--lang", "zh")] for said, _ in examples(chinese)]
    assert in_chinese == [said for said, _ in examples(english)]
    assert all("zh" in said for said, _ in examples(chinese))


@pytest.fixture
def at_a_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shipped scenarios, where a reader would type."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name", [name for name in PAGES_WITH_COMMANDS if any(s[0] in QUICK for s, _ in examples(name))]
)
def test_what_a_page_says_is_printed_is_printed(name: str, at_a_desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, expected in examples(name):
        if arguments[0] in QUICK:
            assert main(arguments) == exits.OK
            printed = capsys.readouterr().out.splitlines()
            for line in expected:
                assert line == "..." or line in printed


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES_WITH_COMMANDS)
def test_every_command_of_a_page_runs_for_a_small_seller(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = small_seller.make(tmp_path)
    (small / "base.yaml").rename(small / "whole.yaml")
    text = (small / "small.yaml").read_text("utf-8")
    (small / "base.yaml").write_text(text.replace("extends: base.yaml", "extends: whole.yaml"), "utf-8")
    small.rename(tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("warrantysim.cli.scenarios.SCENARIOS", tmp_path / "scenarios")
    for arguments, _ in examples(name):
        if arguments[0] != "app":
            simulates = arguments[0] not in QUICK
            assert main([*arguments, "--quiet", *(("--replications", "2") if simulates else ())]) == exits.OK, arguments


def test_the_claim_worked_by_hand_is_what_the_ledger_books(monkeypatch: pytest.MonkeyPatch) -> None:
    from warrantysim.money.story import story

    monkeypatch.chdir(ROOT)
    (block,) = blocks("how-it-works.md", "python")
    known: dict[str, object] = {}
    exec(compile(block.replace("print(", "total = ("), "how-it-works.md", "exec"), known)
    rows = [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in (DOCS / "how-it-works.md").read_text("utf-8").splitlines()
        if re.match(r"\| (\d|\| \*\*the claim)", row)
    ]
    by_hand = [float(row[-1]) for row in rows if row[0] and row[-1]]
    lines = [
        line for line in story(known["run"], known["ledger"], known["claims"].root[0]) if line.category is not None
    ]
    assert by_hand == [round(line.amount, 3) for line in lines]
    assert [float(row[0]) for row in rows if row[0] and row[-1]] == [round(line.day, 2) for line in lines]
    assert f"**{known['total']}**" in rows[-1]
    assert known["total"] == round(sum(by_hand), 2) == 47.83


@pytest.mark.slow
def test_the_python_of_its_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = small_seller.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    for block in blocks("python.md", "python"):
        quick = block.replace("scenarios/base.yaml", f"{small.name}/small.yaml").replace(
            "replications=10", "replications=2"
        )
        exec(compile(quick, "python.md", "exec"), {})


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_one_screen_with_two_commands_and_a_picture(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    assert len(lines) <= 50
    assert {"make demo", "make test"} <= {line.partition("#")[0].strip() for line in lines}
    (picture,) = [line for line in lines if line.startswith("![")]
    assert (ROOT / LINK.findall(picture.replace("![", "["))[0]).stat().st_size < 300_000


@pytest.mark.parametrize("page", ["deployment.md", "zh/deployment.md"])
def test_a_server_in_front_takes_what_the_app_takes_with_what_a_form_adds(page: str) -> None:
    [front] = UPLOAD.findall((DOCS / page).read_text("utf-8"))
    [app] = UPLOAD.findall((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert int(front) > int(app)
