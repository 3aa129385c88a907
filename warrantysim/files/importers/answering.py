"""Answers as a command states them, and whether they are any: each question by its name, and what may be answered to
it, before a file is read.

What a file leaves open is asked by its report; what is answered may come without the file, and is remembered. So every
answer is held against the kind of its question when it is given, and those the books remember whenever they are used.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warrantysim.files.importers import reports
from warrantysim.files.importers.all_orders import LINE_OR_UNIT, OUTSIDE
from warrantysim.files.importers.fba_returns import MARKET, TRANSIT
from warrantysim.files.importers.log_cells import answer_name
from warrantysim.files.importers.proposals import KIND
from warrantysim.files.importers.reasons import question, reasons
from warrantysim.files.importers.report import is_figure, not_within, stores
from warrantysim.files.importers.words import LOGS, log_fields, plain_words, word_choices
from warrantysim.packs.archetypes import archetypes
from warrantysim.schema.errors import Message, Problem, ScenarioError, nearest, refuse, suggestion, told
from warrantysim.schema.root import Scenario

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "near_skus": ("take", "leave"),
    LINE_OR_UNIT: ("line", "unit"),
    OUTSIDE: ("unknown", "replacement", "sale"),
    MARKET: ("hint", "unknown"),
    "claims_log.price": ("line", "unit"),
    "claims_log.totals": ("divide", "keep", "unknown"),
    "claims_log.currency": ("unknown", "keep"),
    "claims_log.strange": ("unknown", "keep"),
}
_FREE = ("partner_bills.partner", "encoding", "ecb_rates.day")
_EARLIER = (OUTSIDE, MARKET, TRANSIT)


@dataclass(frozen=True)
class AnswerKind:
    """What may be answered to a question."""

    choices: Collection[str] = ()
    """The answers there are; any text where there are none and nothing else is said [text]."""
    between: tuple[float, float] | None = None
    """The least and the greatest figure, where it is one."""
    form: str = ""
    """``day`` or ``encoding``, where it is one [text]."""

    def wrong(self, stated: str) -> Message | None:
        """What is wrong with an answer; nothing where it is one."""
        if self.between is not None:
            return None if is_figure(stated, *self.between) else not_within(stated, *self.between)
        if self.form == "day":
            return None if not stated or _is_day(stated) else told(
                "expected a day such as 2026-11-27, got {stated!r}", stated=stated
            )  # fmt: skip
        if self.form == "encoding":
            return None if _is_encoding(stated) else told("no encoding is called {name!r}", name=stated)
        if not self.choices or stated in self.choices:
            return None
        said = told(
            "expected one of {names}, got {stated!r}",
            names=", ".join(one or "(empty)" for one in self.choices), stated=stated,
        )  # fmt: skip
        close = nearest(stated, list(self.choices))
        return said if close is None else said + told("did you mean {close!r}?", close=close)


def answer_kind(name: str, scenario: Scenario | None) -> AnswerKind | None:
    """What may be answered to a question; nothing where no question is called so."""
    first, _, rest = name.partition(".")
    field, _, cell = rest.partition(".")
    if name in _CHOICES:
        return AnswerKind(_CHOICES[name])
    if name == TRANSIT:
        return AnswerKind(between=(0, 120))
    if name in _FREE:
        return AnswerKind(form={"encoding": "encoding", "ecb_rates.day": "day"}.get(name, ""))
    if first == "failure" and rest in reasons():
        return AnswerKind(between=(0, 1))
    if first == KIND and rest:
        return AnswerKind(tuple(archetypes()))
    if first == "map" and field in LOGS and cell in log_fields(field):
        return AnswerKind()
    if first in reports() and rest in ("decimal", "date_order"):
        return AnswerKind(("point", "comma") if rest == "decimal" else ("mdy", "dmy"))
    if first in LOGS and field in log_fields(first) and cell and word_choices(log_fields(first)[field].kind):
        return AnswerKind(
            ("take", "leave") if cell == "guesses" else _meanings(log_fields(first)[field].kind, scenario)
        )
    return None


def checked(answers: Mapping[str, str], scenario: Scenario | None, file: Path | None = None) -> dict[str, str]:
    """Answers with the names they are remembered by.

    Parameters
    ----------
    file : where they are remembered; they are given now where there is none.

    Raises
    ------
    ScenarioError
        With every one that is no answer to its question, or to none.
    """
    out, problems = {}, []
    for stated_name, stated in answers.items():
        first, _, rest = stated_name.partition(".")
        field, _, cell = rest.partition(".")
        name = f"{first}.{field}.{plain_words(cell)[:40]}" if first in LOGS and cell else stated_name
        kind = answer_kind(name, scenario)
        wrong = told("nobody asks for this") + suggestion(name, _names()) if kind is None else kind.wrong(stated)
        if wrong is not None and file is not None:
            wrong += told("answer anew with --answer, or take the line out of the file")
        if wrong is not None:
            where = f"--answer {stated_name}" if file is None else f"{file.as_posix()}: {stated_name}"
            problems.append(Problem("", wrong, where))
        out[name] = stated
    if problems:
        raise ScenarioError(problems)
    return out


def read_again(names: Iterable[str], imports: Iterable[Mapping[str, str]], read: Collection[str]) -> tuple[str, ...]:
    """Files whose rows in the books are not as some answers have it: they hold once the files are imported again.

    Parameters
    ----------
    names : the answers that are other than they were.
    imports : the files that came before.
    read : digests of those that are read now.
    """
    late = [one for one in names if one not in _EARLIER and one.partition(".")[0] not in ("failure", KIND)]
    about = {one.removeprefix("map.").partition(".")[0] for one in late}
    every = bool(about & {"near_skus", "encoding"})
    found = [one["file"] for one in imports if one["digest"] not in read and (every or one["report"] in about)]
    return tuple(dict.fromkeys(found))


def _names() -> list[str]:
    fields = [(log, field) for log in LOGS for field in log_fields(log).values()]
    return [
        *_CHOICES, *_FREE, TRANSIT, *map(question, reasons()),
        *(f"{report}.{what}" for report in reports() for what in ("decimal", "date_order")),
        *(f"map.{log}.{field.name}" for log, field in fields),
        *(f"{log}.{field.name}.guesses" for log, field in fields if word_choices(field.kind)),
    ]  # fmt: skip


def _meanings(kind: str, scenario: Scenario | None) -> tuple[str, ...]:
    """What cells of a kind can mean; a seller's own words where there is his scenario, anything where it is missing."""
    own: tuple[str, ...] = ()
    if kind == "market":
        own = tuple(sorted({store.market for store in stores().values()}))
    if kind in ("channel", "finding", "market"):
        if scenario is None:
            return ()
        said = {
            "channel": scenario.channels,
            "market": scenario.markets,
            "finding": [row.fault for row in scenario.faults],
        }
        own = (*own, *said[kind])
    return tuple(dict.fromkeys((*own, *word_choices(kind), "")))


def _is_day(stated: str) -> bool:
    try:
        return bool(_DAY.fullmatch(stated) and dt.date.fromisoformat(stated))
    except ValueError:
        return False


def _is_encoding(stated: str) -> bool:
    try:
        return bool("a".encode(stated))
    except (LookupError, ValueError):
        return False


def parsed_answers(stated: Sequence[str]) -> dict[str, str]:
    """Answers as ``--answer NAME=VALUE`` states them.

    Raises
    ------
    ScenarioError
        If one has no equals sign.
    """
    out = {}
    for one in stated:
        name, mark, value = one.partition("=")
        if not mark or not name.strip():
            raise refuse(f"--answer {one}", "expected NAME=VALUE, such as near_skus=take")
        out[name.strip()] = value.strip()
    return out


def meant_reports(stated: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Which report each file is, as ``--as FILE=REPORT`` says; ``--as REPORT`` says it of all.

    Raises
    ------
    ScenarioError
        If no report is called so, or no file.
    """
    out: dict[str, str] = {}
    for one in stated:
        file, mark, name = one.rpartition("=")
        if name not in reports():
            expected = told("expected FILE=REPORT; no report is called {name!r}", name=name)
            raise refuse(f"--as {one}", expected + suggestion(name, reports(), len(reports())))
        if mark and file not in files:
            raise refuse(f"--as {one}", told("no file is called {name!r}", name=file) + suggestion(file, files))
        out |= {file: name} if mark else dict.fromkeys(files, name)
    return out


def mapped_columns(stated: Sequence[str], meant: Collection[str]) -> dict[str, str]:
    """Answers which column a field of a log is, as ``--map FIELD=HEADER`` or ``--map REPORT.FIELD=HEADER`` says.

    Raises
    ------
    ScenarioError
        If a log has no such field.
    """
    logs = [name for name in LOGS if name in meant] or list(LOGS[:1])
    out: dict[str, str] = {}
    for one in stated:
        said, mark, header = one.partition("=")
        report, _, field = said.strip().rpartition(".")
        report = report or logs[0]
        known = log_fields(report)
        if not mark:
            raise refuse(f"--map {one}", "expected FIELD=HEADER, such as opened='Created at'")
        if report not in LOGS:
            wrong = told("no log is called {report!r}", report=report)
            raise refuse(f"--map {one}", wrong + suggestion(report, LOGS))
        if field not in known:
            wrong = told("no field of {report} is called {field!r}", report=report, field=field)
            raise refuse(f"--map {one}", wrong + suggestion(field, known, len(known)))
        out[answer_name(report, field)] = header.strip()
    return out
