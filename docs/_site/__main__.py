"""``python -m docs._site FOLDER``: gather the pages of the site in a folder, with the settings that build it."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from docs._site.code import ROOT, where_is
from docs._site.generated import commands_text, generated, question_text, questions

DOCS = ROOT / "docs"
BESIDE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Documents at the top of the project that are pages, too."""
IN_CODE = "*In code:*"
"""How a line of model.md begins that names what computes a formula."""
NAME = re.compile(r"`([\w.]+)`")


class Stale(Exception):
    """A page names what is no longer there."""


def in_code(text: str, place: str = "") -> str:
    """Lines that name functions, with links to where these are.

    Raises
    ------
    Stale
        With the name of a function that is nowhere, or in several places.
    """

    def link(match: re.Match[str]) -> str:
        module = where_is(match[1])
        if module is None:
            raise Stale(f"{place}: {match[1]} is no public function or class of one module; say module.function")
        return f"[`{match[1]}`]({'../' * place.count('/')}code/{module.room}.md#{module.name})"

    return "\n".join(NAME.sub(link, line) if line.startswith(IN_CODE) else line for line in text.split("\n"))


def by_hand() -> dict[Path, str]:
    """Pages written by hand, by their place in the site, links to documents beside the folder turned."""
    sources = {path.relative_to(DOCS): path for path in sorted(DOCS.rglob("*.md"))}
    sources |= {Path(name): ROOT / source for source, name in BESIDE.items()}
    pages = {}
    for place, source in sources.items():
        text = in_code(source.read_text("utf-8"), place.as_posix())
        if place.name in BESIDE.values():
            text = text.replace("(docs/", "(")
        for document, name in BESIDE.items():
            text = text.replace(f"(../{document})", f"({name})")
        pages[place] = text
    return pages


def pages() -> dict[Path, str]:
    """Every page of the site."""
    found = by_hand()
    found[Path("commands.md")] += "\n" + commands_text()
    for name in questions():
        place = Path(f"questions/{name}.md")
        found[place] = question_text(name, found.get(place, ""))
    listed = "\n".join(f"- [{title(found[Path(f'questions/{name}.md')])}]({name}.md)" for name in questions())
    index = Path("questions/index.md")
    found[index] = found[index].replace("<!-- questions -->", listed)
    return found | dict(generated())


def title(text: str) -> str:
    """The first heading."""
    return text.partition("# ")[2].partition("\n")[0].strip()


def navigation(found: dict[Path, str]) -> list[tuple[str, str | list[str]]]:
    """What the site's menu holds, in order; a test finds every page in it."""
    folders = {
        folder: sorted(path.as_posix() for path in found if path.parts[0] == folder and path.name != "index.md")
        for folder in ("questions", "code")
    }
    return [
        ("warrantysim", "index.md"),
        ("First decision", "first-decision.md"),
        ("Read the answer", "read-the-answer.md"),
        ("Your own data", ["own-data.md", "import.md"]),
        ("Questions", ["questions/index.md", *folders["questions"]]),
        ("The app", ["app.md", "deployment.md", "cluster.md"]),
        ("How it works", ["how-it-works.md", "model.md", "sizes.md", "glossary.md"]),
        ("Reference", ["commands.md", "files.md", "reference/fields.md", "python.md", "reference/api.md"]),
        ("Developing", ["contributing.md", "extending.md", "decisions.md", "release.md", "changelog.md"]),
        ("Code", ["code/index.md", *folders["code"]]),
        (
            "中文",
            [
                f"zh/{name}.md"
                for name in (
                    "index",
                    "read-the-answer",
                    "own-data",
                    "import",
                    "questions",
                    "promise",
                    "app",
                    "deployment",
                    "cluster",
                    "commands",
                )
            ],
        ),
    ]


def settings(found: dict[Path, str]) -> str:
    """The settings of the site's builder: the project's own, then the menu."""
    entries = [f'  {{ "{name}" = {_toml(below)} }},' for name, below in navigation(found)]
    menu = "\n".join(["nav = [", *entries, "]"])
    return (DOCS / "_site" / "zensical.toml").read_text("utf-8").replace("# nav", menu)


def _toml(below: str | list[str]) -> str:
    return f'"{below}"' if isinstance(below, str) else "[" + ", ".join(f'"{path}"' for path in below) + "]"


def gather(folder: Path) -> None:
    """Write it all anew."""
    shutil.rmtree(folder, ignore_errors=True)
    found = pages()
    for place, text in found.items():
        target = folder / "pages" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    for path in DOCS.rglob("*"):
        place = path.relative_to(DOCS)
        if path.is_file() and path.suffix != ".md" and place.parts[0] != "_site":
            (folder / "pages" / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / "pages" / place)
    (folder / "zensical.toml").write_text(settings(found), "utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
