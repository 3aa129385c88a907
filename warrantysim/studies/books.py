"""Does the model match my books: the last months simulated under today's rule, beside what the files say of them.

A figure matches within 2 %, or differs by no more than luck explains, or is off; the answer names the one that makes
the largest difference, says whether quantity or price is behind it, which figure of the scenario to look at, and in
which markets and categories of product it is off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.beside_books import (
    FIGURES,
    in_the_books,
    joined_claims,
    of_the_books,
    of_the_model,
    stated_later,
    window,
    without_a_sale,
)
from warrantysim.analysis.cases import Case
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.summary import Failure
from warrantysim.files.on_disk import replace_file
from warrantysim.locale.wording import Lang, joined, say
from warrantysim.packs.archetypes import kind_title
from warrantysim.present.blocks import Block, Column, Points, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.schema.sold_units import month_name
from warrantysim.studies.of_books import OfBooks, StudyOfBooks, books_of
from warrantysim.studies.study import Say, Stored, Work, replications_of

if TYPE_CHECKING:
    import pandas as pd

NEAR = 0.02
"""A figure within this of the books matches [share]."""
KEPT = "verdict.json"
"""Where the verdict is kept, in the folder of the books."""
FEWEST = 5
"""Events on both sides below which a figure is not held against the model [count]."""
GROUPS = {"market": "markets", "category": "categories"}
"""What has a verdict of its own, and its table."""
MOST_PLACES = 4
"""Places named in the verdict of the whole."""


class BooksOptions(OfBooks):
    """Where the books are, and how far back."""

    months: int = Field(12, ge=1, le=60)
    """Months compared, the last that the books cover whole [months, 1-60]."""


class ModelBesideBooks(StudyOfBooks[BooksOptions, Stored]):
    """A scenario whose seller has books, under the rule in force."""

    name = "books"
    Options = BooksOptions

    def run(self, cases: Sequence[Case], ask: BooksOptions, work: Work) -> Stored:
        """Tables ``figures``, ``markets``, ``categories`` and ``months``: model with its interval, books, difference,
        verdict.
        """
        case, books = cases[0], books_of(ask)
        first, last = window(books, ask.months)
        moved = in_the_books(case.scenario, books, first, last)
        years = replications_of(case, ask)
        model, failures = of_the_model(moved, case.policy, years, work.seed, **work.means("books"))
        seen = of_the_books(moved, books, first, last)
        done = sorted(model["draw"].unique())
        level = case.scenario.plan.confidence
        tables = {"figures": beside_rows(model, seen, [], done, level)}
        for by, name in (*GROUPS.items(), ("month", "months")):
            tables[name] = beside_rows(model, _named(seen, by), [by], done, level)
        verdict: dict[str, Any] = verdict_of(tables["figures"]) if len(done) > 1 else {"status": "short"}
        if verdict.get("figure") == "claims" and verdict["status"] == "off":
            unseen = without_a_sale(moved, books, first, last)
            if sum(unseen.values()) > (verdict["books"] - verdict["model"]) / 2 > 0:
                verdict["unseen"] = unseen
        places = {by: verdicts_by(tables[name], by) for by, name in GROUPS.items()}
        facts = {
            "books": ask.books,
            "since": month_name(first),
            "until": month_name(last),
            "stated_later": stated_later(case.scenario, moved.horizon.begins),
            "replications": len(done),
            "cancelled": len(done) + len(failures) < len(years),
            "verdict": {**verdict, "where": where_off(places) if len(done) > 1 else []},
            "places": places,
            "failed": [str(failure) for failure in failures],
        }
        if joined := joined_claims(moved, books, first, last):
            facts["joined"] = joined
        if not facts["cancelled"] and (reason := keep_verdict(Path(ask.books), facts)):
            facts["unkept"] = reason
        return Stored({name: frame for name, frame in tables.items() if len(frame)}, facts)

    def failures(self, found: Stored) -> Sequence[Failure]:
        """Years that broke."""
        return ()

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """The verdict, then every figure beside the books, in the whole, by market, by category and by month."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), since=f["since"], until=f["until"]), "title"),
            *page.basis(policy=page.title("policy")),
            Sentence(verdict_text(f["verdict"], lang), "answer"),
        ]
        for name, key in (("figures", ""), *((name, by) for by, name in GROUPS.items()), ("months", "month")):
            if (frame := stored.table(name)) is not None:
                blocks.append(self._table(page, name, key, frame))
            if verdicts := f["places"].get(key):
                told = {_place(key, of, lang): verdict_text(verdict, lang) for of, verdict in verdicts.items()}
                blocks.append(Points([page("place", of=of, verdict=verdict) for of, verdict in told.items()]))
        blocks += joined_note(f, lang)
        if reason := f.get("unkept"):
            blocks.append(Sentence(page("unkept", file=(Path(f["books"]) / KEPT).as_posix(), reason=reason), "warn"))
        if later := f.get("stated_later"):
            tables = ", ".join(f"{name} {day}" for name, day in later.items())
            blocks.append(Sentence(page("stated_later", tables=tables), "note"))
        return [*blocks, Sentence(page("note"), "note"), page.provenance()]

    def _table(self, page: Say, name: str, key: str, frame: pd.DataFrame) -> TableOf:
        shown = frame.assign(
            called=[page(f"figure.{row['figure']}.{row['measure']}") for row in rows_of(frame)],
            off=[figures.signed(share * 100) + " %" if np.isfinite(share) else "" for share in frame["off"]],
            said=[page(f"status.{status}") for status in frame["status"]],
            **({key: [_place(key, of, page.lang) for of in frame[key]]} if key else {}),
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


def _named(seen: pd.DataFrame, by: str) -> pd.DataFrame:
    """Figures that the books tell by market, category or month; one whose rows often do not name theirs is not told."""
    weight, blank = seen["count"] + seen["amount"].abs(), seen[by] == ""
    lost, whole = (w.groupby(seen["figure"]).transform("sum") for w in (weight.where(blank, 0.0), weight))
    return seen[~blank & (lost <= NEAR / 2 * whole)]


def beside_rows(
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
        counted = [side.groupby(keys)["count"].sum() for side in (model, seen)]
        for key in sorted(set(wide.index) | set(books.index), key=str):
            figure = key[0] if by else key
            year = wide.loc[key].to_numpy(dtype=float) if key in wide.index else np.zeros(len(draws))
            there = float(books.get(key, 0.0))
            if figure not in held or not (year.any() or there):
                continue
            told = held_against(year, there, level, surely)
            of = "claims" if figure == "fees" else figure
            many = [float(side.get((of, *key[1:]) if by else of, 0.0)) for side in counted]
            if max(many[0] / max(len(draws), 1), many[1]) < FEWEST:
                told["status"] = "few"
            rows.append({**dict(zip(keys, key if by else (key,), strict=True)), "measure": measure, **told})
    columns = [*keys, "measure", "model", "low", "high", "books", "off", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {name: k for k, name in enumerate(FIGURES)}
    if not len(frame):
        return frame
    return frame.sort_values([*by, "figure", "measure"], key=lambda c: c.map(order) if c.name == "figure" else c,
                             ignore_index=True)  # fmt: skip


def held_against(year: np.ndarray, there: float, level: float, surely: float) -> dict[str, Any]:
    """A figure of the books beside the same of every year simulated: mean, interval of one year, whether they agree."""
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
    told = {(row["figure"], row["measure"]): row for row in rows}
    held = [row for row in rows if row["measure"] == "amount" or row["figure"] in ("claims", "reships")]
    held = [row for row in held if row["status"] != "few"]
    if not held:
        return {"status": "nothing"}
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
            "model": first["model"], "books": first["books"], "measure": first["measure"],
            "weight": weight(first)}  # fmt: skip


def verdicts_by(frame: pd.DataFrame, by: str) -> dict[str, dict[str, Any]]:
    """The verdict of every market or category; none where there is one alone, which is the whole."""
    groups = {str(of): verdict_of(rows) for of, rows in frame.groupby(by)} if len(frame) else {}
    return groups if len(groups) > 1 else {}


def where_off(places: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Markets and categories whose own figures are off, the largest difference first."""
    off = [{**v, "by": by, "of": of} for by, held in places.items() for of, v in held.items() if v["status"] == "off"]
    return sorted(off, key=lambda one: -one["weight"])


def _plain(share: float) -> float | None:
    return float(share) if np.isfinite(share) else None


def joined_note(facts: Mapping[str, Any], lang: Lang) -> list[Sentence]:
    """How many claims returns and log both hold, where they hold any."""
    n = round(facts.get("joined", 0))
    return [Sentence(say("fit.left.both", lang, n=n), "note")] if n else []


def verdict_text(verdict: Mapping[str, Any], lang: Lang) -> str:
    """The verdict in a sentence; of the whole, the markets and categories where it is off in another."""
    whole, off = _verdict_text(verdict, lang), verdict.get("where", [])
    if not off:
        return whole
    places = [
        say(
            f"books.in.{one['by']}",
            lang,
            of=_place(one["by"], one["of"], lang),
            figure=_called(one, lang),
            **_both(one),
        )
        for one in off[:MOST_PLACES]
    ]
    of_whole = verdict["status"] == "off"
    texts = [whole, say("books.where" if of_whole else "books.but", lang, places=say("books.then", lang).join(places))]
    if not of_whole:
        texts.append(say(f"books.look.{off[0]['figure']}.{off[0]['why']}", lang))
    return joined(texts, lang)


def _place(by: str, of: str, lang: Lang) -> str:
    return kind_title(of, lang) if by == "category" else of


def _verdict_text(verdict: Mapping[str, Any], lang: Lang) -> str:
    status = verdict["status"]
    if status in ("nothing", "short"):
        return say(f"books.verdict.{status}", lang)
    off = verdict["off"]
    facts = {
        "figure": _called(verdict, lang),
        "off": "" if off is None else figures.signed(off * 100),
    }
    if status != "off":
        return say(f"books.verdict.{status}", lang, **facts)
    look = say(f"books.look.{verdict['figure']}.{verdict['why']}", lang)
    if unseen := verdict.get("unseen"):
        look = say("books.look.claims.unseen", lang, **{name: figures.whole(n) for name, n in unseen.items()})
    key = "off" if off is not None else "none"
    return say(f"books.verdict.{key}", lang, **facts, **_both(verdict), look=look)


def _called(verdict: Mapping[str, Any], lang: Lang) -> str:
    counted = verdict["figure"] in ("claims", "reships")
    return say(f"books.figure.{verdict['figure']}.{verdict.get('measure') or ('count' if counted else 'amount')}", lang)


def _both(verdict: Mapping[str, Any]) -> dict[str, str]:
    return {name: figures.whole(verdict[name]) for name in ("model", "books")}


def keep_verdict(folder: Path, facts: Mapping[str, Any]) -> str:
    """Keep the verdict with the books, for every decision to name; why it could not be kept, empty where it was."""
    kept = {name: facts[name] for name in ("since", "until", "verdict")}
    try:
        replace_file(folder / KEPT, json.dumps(kept, ensure_ascii=False).encode())
    except OSError as error:
        return error.strerror or str(error)
    return ""


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
