"""Does the model match my books: the last months simulated under today's rule, beside what the files say of them.

A figure matches within 2 %, or differs by no more than luck explains, or is off; the answer names the one that makes
the largest difference, says whether quantity or price is behind it, and which figure of the scenario to look at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.beside_books import FIGURES, in_the_books, of_the_books, of_the_model, window
from warrantysim.analysis.cases import Case
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.summary import Failure
from warrantysim.fitting.history import month_name
from warrantysim.locale.wording import Lang, say
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.of_books import OfBooks, StudyOfBooks, books_of
from warrantysim.studies.study import Say, Stored, Work, replications_of

if TYPE_CHECKING:
    import pandas as pd

NEAR = 0.02
"""A figure within this of the books matches [share]."""
KEPT = "verdict.json"
"""Where the verdict is kept, in the folder of the books."""
FEWEST = 5
"""Events below which a figure of the books is not held against the model [count]."""


class BooksOptions(OfBooks):
    """Where the books are, and how far back."""

    months: int = Field(12, ge=1, le=60)
    """Months compared, the last that the books cover whole [months, 1-60]."""


class ModelBesideBooks(StudyOfBooks[BooksOptions, Stored]):
    """A scenario whose seller has books, under the rule in force."""

    name = "books"
    Options = BooksOptions

    def run(self, cases: Sequence[Case], ask: BooksOptions, work: Work) -> Stored:
        """Tables ``figures``, ``markets`` and ``months``: model with its interval, books, difference, verdict."""
        case, books = cases[0], books_of(ask)
        first, last = window(books, ask.months)
        moved = in_the_books(case.scenario, books, first, last)
        years = replications_of(case, ask)
        model, failures = of_the_model(
            moved, case.policy, years, work.seed, jobs=work.jobs, progress=work.stage("books"), cancel=work.cancel
        )
        seen = of_the_books(moved, books, first, last)
        done = sorted(model["draw"].unique())
        tables = {
            "figures": compared(model, seen, [], done, case.scenario.plan.confidence),
            "markets": compared(model, seen, ["market"], done, case.scenario.plan.confidence),
            "months": compared(model, seen, ["month"], done, case.scenario.plan.confidence),
        }
        facts = {
            "books": ask.books,
            "since": month_name(first),
            "until": month_name(last),
            "replications": len(done),
            "cancelled": len(done) + len(failures) < len(years),
            "verdict": verdict_of(tables["figures"]),
            "failed": [str(failure) for failure in failures],
        }
        keep_verdict(Path(ask.books), facts)
        return Stored({name: frame for name, frame in tables.items() if len(frame)}, facts)

    def failures(self, found: Stored) -> Sequence[Failure]:
        """Years that broke."""
        return ()

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The verdict, then every figure beside the books, in the whole, by market and by month."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), since=f["since"], until=f["until"]), "title"),
            *page.basis(policy=page.title("policy")),
            Sentence(verdict_text(f["verdict"], lang), "answer"),
        ]
        for name, key in (("figures", ""), ("markets", "market"), ("months", "month")):
            if (frame := stored.table(name)) is not None:
                blocks.append(self._table(page, name, key, frame))
        return [*blocks, Sentence(page("note"), "note"), page.provenance()]

    def _table(self, page: Say, name: str, key: str, frame: pd.DataFrame) -> TableOf:
        shown = frame.assign(
            called=[page(f"figure.{row['figure']}.{row['measure']}") for row in rows_of(frame)],
            off=[figures.signed(share * 100) + " %" if np.isfinite(share) else "" for share in frame["off"]],
            said=[page(f"status.{status}") for status in frame["status"]],
        )
        columns = [
            *([Column(key, page.column(key))] if key else []),
            Column("called", page("figure")),
            Column("model", page("model"), "whole", ends=("low", "high")),
            Column("books", page("seen"), "whole"),
            Column("off", page("off")),
            Column("said", page("said"), give_up=1),
        ]
        return TableOf(name, page(name), shown, columns, None if name == "figures" else 40)


def compared(
    model: pd.DataFrame, seen: pd.DataFrame, by: list[str], draws: Sequence[int], level: float
) -> pd.DataFrame:
    """A row a figure, measure and group: model with the interval of a single year, books, difference and status."""
    import pandas as pd

    keys = ["figure", *by]
    held = set(seen["figure"])
    rows = []
    # Of many figures one is off by luck alone: all together are as sure as one.
    groups = model.groupby(keys, observed=True).ngroups + len(seen[keys].drop_duplicates())
    surely = 1 - (1 - level) / max(groups, 1)
    for measure in ("count", "amount"):
        wide = model.pivot_table(measure, keys, "draw", aggfunc="sum", fill_value=0.0).reindex(
            columns=list(draws), fill_value=0.0
        )
        books = seen.groupby(keys)[measure].sum()
        for key in sorted(set(wide.index) | set(books.index), key=str):
            figure = key[0] if by else key
            year = wide.loc[key].to_numpy(dtype=float) if key in wide.index else np.zeros(len(draws))
            there = float(books.get(key, 0.0))
            if figure not in held or not (year.any() or there):
                continue
            rows.append({**dict(zip(keys, key if by else (key,), strict=True)), "measure": measure,
                         **_held_against(year, there, level, surely)})  # fmt: skip
    columns = [*keys, "measure", "model", "low", "high", "books", "off", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {name: k for k, name in enumerate(FIGURES)}
    if not len(frame):
        return frame
    return frame.sort_values([*by, "figure", "measure"], key=lambda c: c.map(order) if c.name == "figure" else c,
                             ignore_index=True)  # fmt: skip


def _held_against(year: np.ndarray, there: float, level: float, surely: float) -> dict[str, Any]:
    mean = float(year.mean()) if len(year) else np.nan

    def half(sure: float) -> float:
        return float(t_interval(year, sure).half_width * np.sqrt(len(year) + 1.0)) if len(year) > 1 else np.inf

    spread, off = half(level), mean / there - 1 if there else np.inf
    status = "match" if abs(off) <= NEAR else "luck" if abs(mean - there) <= half(surely) else "off"
    low, high = max(mean - spread, 0.0), mean + spread
    return {"model": mean, "low": low, "high": high, "books": there, "off": off, "status": status}


def verdict_of(frame: pd.DataFrame) -> dict[str, Any]:
    """Whether the model matches, and if not, which figure makes the largest difference and what is behind it.

    Money is weighed as it is, claims and units sent by the mean money of a claim; where claims themselves are off, all
    that follows from them is, so they come first.
    """
    rows = rows_of(frame)
    if not rows:
        return {"status": "nothing"}
    told = {(row["figure"], row["measure"]): row for row in rows}
    held = [row for row in rows if row["measure"] == "amount" or row["figure"] in ("claims", "reships")]
    worst = max(held, key=lambda row: abs(row["off"]) if np.isfinite(row["off"]) else 0.0)
    off = [row for row in held if row["status"] == "off"]
    if not off:
        status = "match" if all(row["status"] == "match" for row in held) else "luck"
        return {"status": status, "figure": worst["figure"], "off": _plain(worst["off"])}
    money = sum(row["books"] for row in held if row["measure"] == "amount")
    claims = max(told.get(("claims", "count"), {"books": 1.0})["books"], 1.0)

    def weight(row: Mapping[str, Any]) -> float:
        each = money / claims if row["measure"] == "count" else 1.0
        return abs(float(row["model"]) - float(row["books"])) * each

    first = max(off, key=lambda row: (row["figure"] == "claims", weight(row)))
    why = "count"
    count = told.get((first["figure"], "count"))
    if first["measure"] == "amount" and (count is None or abs(count["off"]) < abs(first["off"]) / 2):
        why = "each"
    return {"status": "off", "figure": first["figure"], "why": why, "off": _plain(first["off"]),
            "model": first["model"], "books": first["books"], "measure": first["measure"]}  # fmt: skip


def _plain(share: float) -> float | None:
    return float(share) if np.isfinite(share) else None


def verdict_text(verdict: Mapping[str, Any], lang: Lang) -> str:
    """The verdict in a sentence."""
    status = verdict["status"]
    if status == "nothing":
        return say("books.verdict.nothing", lang)
    off = verdict["off"]
    facts = {
        "figure": say(f"books.figure.{verdict['figure']}.{verdict.get('measure', 'amount')}", lang)
        if verdict.get("measure") or verdict["figure"] not in ("claims", "reships")
        else say(f"books.figure.{verdict['figure']}.count", lang),
        "off": "" if off is None else figures.signed(off * 100),
    }
    if status != "off":
        return say(f"books.verdict.{status}", lang, **facts)
    model, books = (figures.whole(verdict[name]) for name in ("model", "books"))
    look = say(f"books.look.{verdict['figure']}.{verdict['why']}", lang)
    key = "off" if off is not None else "none"
    return say(f"books.verdict.{key}", lang, **facts, model=model, books=books, look=look)


def keep_verdict(folder: Path, facts: Mapping[str, Any]) -> None:
    """Keep the verdict with the books, for every decision to name."""
    kept = {name: facts[name] for name in ("since", "until", "verdict")}
    draft = folder / f".{KEPT}~"
    draft.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    draft.replace(folder / KEPT)


def kept_verdict(folder: Path, lang: Lang) -> str:
    """What is known of whether the model matches the books in a folder; empty where there are none."""
    if not (folder / "orders.parquet").exists():
        return ""
    try:
        kept = json.loads((folder / KEPT).read_text("utf-8"))
    except (OSError, ValueError):
        return say("books.verdict.unasked", lang)
    told = verdict_text(kept["verdict"], lang)
    return say("books.kept", lang, since=kept["since"], until=kept["until"], verdict=told)


STUDY = ModelBesideBooks()
