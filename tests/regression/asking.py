"""Asks a question on the command line in every form an answer has: two languages, a record, files."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest import mock

from tests.regression.forms import BY_NAME_ALONE, part, record, report, without
from tests.regression.questions import Question
from warrantysim.cli import main
from warrantysim.studies import STUDIES, study_of

MADE_ONCE = (
    "warrantysim.cli.compare.compared",
    "warrantysim.experiment.quantities.quantities",
    "warrantysim.experiment.simulate.simulate",
    *(f"{type(one).__module__}.{type(one).__qualname__}.run" for one in map(study_of, STUDIES)),
)
"""Functions whose results serve all forms of an answer, so that a study is computed once. Time is all that depends on
them: one that is gone is passed over, and its study is computed for each form."""

BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"></svg>'
PICTURES = {"vegalite_to_svg": BLANK, "vegalite_to_png": b"blank"}
"""Pictures are not drawn: the drawing takes longer than the study, and other tests look at them."""


class Answers:
    """Results of functions, kept in the order they were asked for and given again in the same order."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []
        self.given: int | None = None
        """How many have been given again; None while they are kept."""
        self.depth = 0
        self.over = False
        """Whether they serve no more: a module that was first imported meanwhile holds on to what it was given."""

    @contextlib.contextmanager
    def serving(self) -> Iterator[None]:
        """Within, the functions that are there keep their results."""
        with contextlib.ExitStack() as stack:
            for place in MADE_ONCE:
                with contextlib.suppress(ImportError, AttributeError):
                    stack.enter_context(mock.patch(place, self._once(place, resolve_name(place))))
            try:
                yield
            finally:
                self.over = True

    def again(self) -> None:
        """From now on give what was kept, from the first one."""
        self.given = 0

    def _once(self, place: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def once(*args: Any, **more: Any) -> Any:
            if self.depth or self.over:
                return real(*args, **more)
            if self.given is not None:
                kept, found = self.kept[self.given]
                assert kept == place, f"expected {kept} to be asked for again, got {place}"
                self.given += 1
                return found
            self.depth += 1
            try:
                found = real(*args, **more)
            finally:
                self.depth -= 1
            self.kept.append((place, found))
            return found

        return once


def answer(question: Question, sellers: Path, folder: Path) -> dict[str, str]:
    """Every part of the answer to a question.

    Parameters
    ----------
    sellers
        Where the scenarios are.
    folder
        An empty folder for what is written.
    """
    said = [*question.said, *(["--jobs", "1"] if question.runs and not question.full else [])]
    parts: dict[str, str] = {}
    answers = Answers()
    with answers.serving(), contextlib.chdir(sellers), _nothing_drawn():
        for lang in ("en", "zh"):
            out = ["--out", str(folder / lang)] if question.writes else []
            parts[f"{lang}.txt"] = report(_said([*said, "--lang", lang, *out], question.expects))
            answers.again()
            for name, text in _written(folder / lang).items():
                if lang == "en":
                    parts[name] = text
                elif parts.get(name) != text:
                    parts[f"{lang}-{name}"] = without(text, parts[name]) if name.endswith(".xlsx.csv") else text
        parts["printed.json"] = record(_said([*said, "--json"], question.expects, alone=True))
    if parts.get("run.json") == parts["printed.json"]:
        del parts["printed.json"]
    return parts


def _said(said: list[str], expects: int, alone: bool = False) -> str:
    """What a command says; ``alone``: on standard output, where a program would read it."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*said, "--quiet", "--width", "110"])
    assert code == expects, f"{' '.join(said)}: expected exit code {expects}, got {code}: {err.getvalue()}"
    return out.getvalue() + ("" if alone else err.getvalue())


def _written(folder: Path) -> dict[str, str]:
    if not folder.exists():
        return {}
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    # A PNG with Chinese text is written where a font is there.
    parts = {"files.txt": "".join(f"{path.name}\n" for path in files if path.suffix != ".png")}
    for path in files:
        if path.suffix not in BY_NAME_ALONE and (kept := part(path.name, path.read_bytes())):
            parts[kept[0]] = kept[1]
    return parts


@contextlib.contextmanager
def _nothing_drawn() -> Iterator[None]:
    import vl_convert

    with contextlib.ExitStack() as stack:
        for name, drawn in PICTURES.items():
            stack.enter_context(mock.patch.object(vl_convert, name, lambda *_, drawn=drawn, **__: drawn))
        yield
