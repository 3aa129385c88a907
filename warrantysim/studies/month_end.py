"""Month end: how the cost of last month became this month's, by volume, mix, rule, price and exchange, books beside
model.

Both sides are split alike, by market, category of product and figure, so that every step is a sum of lines of the
books, or of the ledger of simulated months, and the steps add up to this month's cost:

    volume    last month's cost, in proportion to all claims
    mix       claims of each market and category at last month's cost of a claim there, beyond that
    rule      what is done a claim (refunds, labels, bills), at last month's price of one
    price     what one costs, at last month's rates of exchange
    exchange  this month's money at its own rates, less at last month's
    rest      money without its claims or events in one of the months
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.beside_books import (
    FIGURES,
    booked_in,
    in_the_books,
    joined_claims,
    of_the_books,
    of_the_model,
    refunds_without_amount,
    usd_of,
    whole_cells,
    window,
)
from warrantysim.analysis.cases import Case
from warrantysim.experiment.summary import Failure
from warrantysim.locale.wording import Lang, say
from warrantysim.packs.archetypes import kind_title
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.present.sheets import blocks_workbook
from warrantysim.report import figures
from warrantysim.report.lever_text import step_text
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import told
from warrantysim.schema.sold_units import first_day, month_name, month_number
from warrantysim.studies.books import beside_rows, held_against, joined_note, verdict_of, verdict_text
from warrantysim.studies.of_books import OfBooks, StudyOfBooks, books_of
from warrantysim.studies.study import Say, Stored, Work, WrongOption, replications_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.root import Scenario

STEPS = ("volume", "mix", "rule", "price", "exchange", "rest")
"""What leads from last month's cost to this month's."""
MONEY = tuple(figure for figure in FIGURES if figure not in ("claims", "reships"))
"""Figures that are money in the books."""
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class MonthEndOptions(OfBooks):
    """Where the books are, and which month ended."""

    month: str = Field("", max_length=7)
    """The month that ended, such as 2027-03; empty takes the last one the books cover whole [month]."""


class MonthEnd(StudyOfBooks[MonthEndOptions, Stored]):
    """A scenario whose seller has books, under the rule in force."""

    name = "month_end"
    Options = MonthEndOptions

    def run(self, cases: Sequence[Case], ask: MonthEndOptions, work: Work) -> Stored:
        """Tables ``steps`` (books beside model, with its interval), ``figures`` of the month likewise, and ``lines``:
        the steps of the books by market, category and figure.
        """
        case, books = cases[0], books_of(ask)
        last = this_month(ask, *window(books, 10_000))
        moved = in_the_books(case.scenario, books, last - 1, last)
        years, names = replications_of(case, ask), (month_name(last - 1), month_name(last))
        model, failures = of_the_model(moved, case.policy, years, work.seed, **work.means("month_end"))
        done, level = sorted(model["draw"].unique()), case.scenario.plan.confidence
        seen = of_the_books(moved, books, last - 1, last)
        booked = priced_lines(moved, booked_in(moved, books, last - 1, last), names)
        held = [name for name in MONEY if booked.loc[booked["figure"] == name, "amount"].any()]
        by = ["market", "category"] if not (booked["category"] == "").any() else ["market"]
        lines = bridge_steps(booked, by, held, names)
        own = {row.currency for row in moved.markets.values()}
        local = model.assign(currency=model["market"].map({name: row.currency for name, row in moved.markets.items()}))
        at = {name: rates(moved, own, name) for name in names}
        local["amount"] /= [
            at[month][currency] for month, currency in zip(local["month"], local["currency"], strict=True)
        ]
        local = priced_lines(moved, local, names)
        drawn = [bridge_steps(local[local["draw"] == k], by, held, names) for k in done]
        inside = [names[1] == month for month in model["month"]], [names[1] == month for month in seen["month"]]
        now = beside_rows(model[inside[0]], seen[inside[1]], [], done, level)
        facts = {
            "books": ask.books,
            "last": names[0],
            "this": names[1],
            "replications": len(done),
            "cancelled": len(done) + len(failures) < len(years),
            "verdict": verdict_of(now) if len(done) > 1 else {"status": "short"},
            "failed": [str(failure) for failure in failures],
        }
        if joined := joined_claims(moved, books, last - 1, last):
            facts["joined"] = joined
        if unstated := refunds_without_amount(moved, books, last - 1, last):
            facts["unstated"] = unstated
        tables = {"steps": beside_steps(lines, drawn, level), "figures": now, "lines": lines}
        return Stored({name: frame for name, frame in tables.items() if len(frame)}, facts)

    def failures(self, found: Stored) -> Sequence[Failure]:
        """Months that broke."""
        return ()

    def contents(self, found: Stored, work: Work, lang: Lang) -> Mapping[str, bytes]:
        """The answer as a workbook: its tables to the cent, which add up live."""
        made = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        return {"month-end.xlsx": blocks_workbook(self._answer(found, lang, exact=True), lang, made)}

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What changed and why, books beside model; then the figures of the month, and the lines of every step."""
        return self._answer(stored, lang)

    def _answer(self, stored: Stored, lang: Lang, *, exact: bool = False) -> list[Block]:
        """``exact``: tables as they were found, in place of whole units that add up."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), last=f["last"], this=f["this"]), "title"),
            *page.basis(policy=page.title("policy")),
        ]
        steps, now, lines = (stored.table(name) for name in ("steps", "figures", "lines"))
        if steps is None:
            blocks.append(Sentence(page("nothing"), "answer"))
        else:
            blocks += [
                Sentence(_said(page, rows_of(whole := whole_steps(steps))), "answer"),
                Sentence(verdict_text(f["verdict"], lang)),
                Chart("steps", lambda look: _chart(stored, look)),
                _steps(page, steps if exact else whole),
            ]
        if now is not None:
            blocks.append(_figures(page, now))
        if lines is not None and steps is not None:
            blocks.append(_lines(page, lines if exact else whole_lines(lines, whole)))
        blocks += joined_note(f, lang)
        for month, n in f.get("unstated", {}).items():
            blocks.append(Sentence(page("unstated", n=n, month=month), "note"))
        return [*blocks, Sentence(page("note"), "note"), page.provenance()]


def this_month(ask: MonthEndOptions, first: int, last: int) -> int:
    """The month that ended, since year 0; the one before must be of the books as well.

    Raises
    ------
    WrongOption
        If it or the month before it is none the books cover whole.
    """
    if not ask.month and last > first:
        return last
    stated = month_number(ask.month) if MONTH.fullmatch(ask.month) else -1
    if not first < stated <= last:
        raise WrongOption(
            "month",
            told(
                "expected a month that the books cover whole, as the one before it; they cover {since} to {until}",
                since=month_name(first),
                until=month_name(last),
            ),
        )
    return stated


def rates(scenario: Scenario, currencies: set[str], month: str) -> dict[str, float]:
    """Reporting currency for one unit of each currency on the first of a month; raises as `usd_of`."""
    day = first_day(month)
    whole = scenario.usd_per_unit(scenario.reporting_currency, day)
    return {currency: usd_of(scenario, currency, day) / whole for currency in currencies}


def priced_lines(scenario: Scenario, lines: pd.DataFrame, months: Sequence[str]) -> pd.DataFrame:
    """Lines in local money with ``amount`` in the reporting currency at the rate of their own month, and ``before`` at
    that of the first month."""
    currencies = set(lines["currency"]) - {""}
    at = {month: {**rates(scenario, currencies, month), "": 0.0} for month in months}
    own = np.array([at[month][currency] for month, currency in zip(lines["month"], lines["currency"], strict=True)])
    then = lines["currency"].map(at[months[0]])
    return lines.assign(before=lines["amount"] * then, amount=lines["amount"] * own)


def bridge_steps(lines: pd.DataFrame, by: list[str], held: Sequence[str], months: tuple[str, str]) -> pd.DataFrame:
    """The steps of every market, category (or market alone) and figure, a row each: ``last``, `STEPS`, ``this``.

    ``lines``: as of `priced_lines`; ``held``: figures compared. What is counted of fees are claims.
    """
    import pandas as pd

    money = lines[lines["figure"].isin(held)]
    claims = lines[lines["figure"] == "claims"]
    cells = pd.MultiIndex.from_frame(pd.concat([money, claims])[by].drop_duplicates().sort_values(by))
    rows = pd.MultiIndex.from_tuples([(*np.atleast_1d(cell), f) for cell in cells for f in held], names=[*by, "figure"])

    def summed(frame: pd.DataFrame, month: str, column: str, keys: list[str], index: pd.MultiIndex) -> np.ndarray:
        own = frame[frame["month"] == month].groupby(keys)[column].sum()
        return own.reindex(index, fill_value=0.0).to_numpy(dtype=float)

    keys, shape = [*by, "figure"], (len(cells), len(held))
    n0, n1 = (summed(claims, month, "count", by, cells)[:, None] for month in months)
    fees = np.array([name == "fees" for name in held], dtype=bool)
    q0, q1 = (
        np.where(fees, n, summed(money, month, "count", keys, rows).reshape(shape))
        for month, n in zip(months, (n0, n1), strict=True)
    )
    a0, a1 = (summed(money, month, "amount", keys, rows).reshape(shape) for month in months)
    found = split(n0, n1, q0, q1, a0, a1, summed(money, months[1], "before", keys, rows).reshape(shape))
    frame = rows.to_frame(index=False)
    if "category" not in by:
        frame.insert(1, "category", "")
    columns = {"last": a0, **dict(zip(STEPS, found, strict=True)), "this": a1}
    for name, values in columns.items():
        frame[name] = values.reshape(-1)
    return frame[(frame[list(columns)] != 0).any(axis=1)].reset_index(drop=True)


def split(
    n0: np.ndarray, n1: np.ndarray, q0: np.ndarray, q1: np.ndarray, a0: np.ndarray, a1: np.ndarray, x1: np.ndarray
) -> tuple[np.ndarray, ...]:
    """`STEPS` of last month's money ``a0`` to this month's ``a1``, ``x1`` at last month's rates; (cells, figures).

    ``n0``, ``n1``: claims, shape (cells, 1); ``q0``, ``q1``: events. A market or category without claims last month is
    new: all of it is mix; an event without a price last month takes this month's.
    """
    grown = n1.sum() / n0.sum() if n0.sum() else 1.0

    def over(a: np.ndarray, b: np.ndarray, other: np.ndarray | float = 0.0) -> np.ndarray:
        return np.where(b > 0, a / np.where(b > 0, b, 1.0), other)

    each = over(a0, n0, over(x1, n1))
    volume = a0 * (grown - 1.0)
    mix = n1 * each - a0 * grown
    price0, known = over(a0, q0, over(x1, q1)), (n0 > 0) & (n1 > 0)
    rule = np.where(known, n1 * (over(q1, n1) - over(q0, n0)) * price0, 0.0)
    price = np.where(known & (q1 > 0), x1 - q1 * price0, 0.0)
    exchange = a1 - x1
    return volume, mix, rule, price, exchange, a1 - a0 - volume - mix - rule - price - exchange


def beside_steps(lines: pd.DataFrame, drawn: Sequence[pd.DataFrame], level: float) -> pd.DataFrame:
    """Last month, the steps, this month: books, model with the interval of one month, and whether they agree."""
    import pandas as pd

    if not len(lines):
        return pd.DataFrame()
    names = ("last", *STEPS, "this")
    model = np.array([[float(one[name].sum()) for name in names] for one in drawn]).reshape(len(drawn), len(names))
    rows = []
    surely = 1 - (1 - level) / len(names)
    for k, name in enumerate(names):
        there = float(lines[name].sum())
        found = held_against(model[:, k], there, level, surely)
        if name in STEPS:  # It may lie below 0, the cost of a month may not.
            found["low"] = 2 * found["model"] - found["high"]
        rows.append({"step": name, **found, "apart": there - found["model"]})
    return pd.DataFrame(rows)


def whole_steps(steps: pd.DataFrame) -> pd.DataFrame:
    """Steps in whole units that add up as printed: last month and the steps to this month; books less model."""
    out, inner = steps.copy(), steps["step"].isin(STEPS)
    for side in ("books", "model"):
        own = out.loc[~inner, side].map(round)
        out.loc[~inner, side] = own
        out.loc[inner, side] = figures.adding(steps.loc[inner, side].tolist(), own.iloc[-1] - own.iloc[0])
    out["apart"] = out["books"] - out["model"]
    return out


def whole_lines(lines: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Lines in whole units that add up as printed: across to this month, down to the books of ``whole`` steps."""
    names = ["last", *STEPS, "this"]
    sign = np.array([*([1.0] * (len(names) - 1)), -1.0])
    sums = whole.set_index("step")["books"][names].to_numpy(dtype=float) * sign
    cells = whole_cells(lines[names].to_numpy(dtype=float) * sign, sums) * sign + 0.0
    return lines.assign(**dict(zip(names, cells.T, strict=True)))


def _said(page: Say, rows: Sequence[dict[str, Any]]) -> str:
    by = {row["step"]: row for row in rows}
    before, after = by["last"]["books"], by["this"]["books"]
    steps = sorted((by[name] for name in STEPS), key=lambda row: -abs(float(row["books"])))
    most = [page("step", step=_called(row["step"], page.lang), adds=figures.signed(row["books"])) for row in steps[:3]
            if figures.whole(abs(row["books"])) != "0"]  # fmt: skip
    return page(
        "answer",
        this=page.facts["this"],
        last=page.facts["last"],
        currency=page.facts["currency"],
        after=figures.whole(after),
        before=figures.whole(before),
        change=figures.signed(after - before),
        share=figures.share(abs(after / before - 1.0)) if before else "",
        steps=say("books.then", page.lang).join(most),
    )


def _called(step: str, lang: Lang) -> str:
    return step_text(step, (step,), lang)


def _steps(page: Say, steps: pd.DataFrame) -> TableOf:
    months = {"last": page.facts["last"], "this": page.facts["this"]}
    shown = steps.assign(
        told=[months.get(step) or _called(step, page.lang) for step in steps["step"]],
        said=[say(f"books.status.{status}", page.lang) for status in steps["status"]],
    )
    columns = [
        page.headed("told", title="step"),
        Column("books", say("books.seen", page.lang), "whole"),
        Column("model", say("books.model", page.lang), "whole", ends=("low", "high")),
        Column("apart", page("apart"), "signed", give_up=1),
        Column("said", say("books.said", page.lang)),
    ]
    return TableOf("steps", page("steps"), shown, columns, total=True)


def _figures(page: Say, now: pd.DataFrame) -> TableOf:
    shown = now.assign(
        called=[say(f"books.figure.{row['figure']}.{row['measure']}", page.lang) for row in rows_of(now)],
        said=[say(f"books.status.{status}", page.lang) for status in now["status"]],
    )
    columns = [
        Column("called", say("books.figure", page.lang)),
        Column("books", say("books.seen", page.lang), "whole"),
        Column("model", say("books.model", page.lang), "whole", ends=("low", "high")),
        Column("said", say("books.said", page.lang)),
    ]
    return TableOf("figures", page("figures", this=page.facts["this"]), shown, columns)


def _lines(page: Say, lines: pd.DataFrame) -> TableOf:
    """The lines of the books, whose columns add up to the steps, and whose rows to this month."""
    import pandas as pd

    money = ["last", *STEPS, "this"]
    total = pd.DataFrame([{"market": page("total"), "category": "", "figure": "", **lines[money].sum()}])
    shown = pd.concat([lines, total], ignore_index=True).assign(
        category=lambda f: [kind_title(one, page.lang) if one else "" for one in f["category"]],
        called=lambda f: [say(f"books.figure.{one}.amount", page.lang) if one else "" for one in f["figure"]],
    )
    columns = [
        page.headed("market"),
        *([page.headed("category")] if lines["category"].any() else []),
        Column("called", say("books.figure", page.lang)),
        Column("last", page.facts["last"], "whole"),
        *(Column(step, _called(step, page.lang), "signed", give_up=1) for step in STEPS),
        Column("this", page.facts["this"], "whole", adds=("last", *STEPS)),
    ]
    return TableOf("lines", page("lines"), shown, columns, 30, total=True)


def _chart(stored: Stored, look: Look) -> Picture:
    """From last month's cost to this month's, as the books have it."""
    import pandas as pd

    from warrantysim.report.charts.bridge import Waterfall, bridge_chart

    by = {row["step"]: row for row in rows_of(whole_steps(stored.tables["steps"]))}
    steps = pd.DataFrame([{"step": name, "contents": name, "adds": by[name]["books"]} for name in STEPS])
    f, nan = stored.facts, float("nan")
    fall = Waterfall(steps, by["last"]["books"], by["this"]["books"], nan, nan)
    days = monthrange(int(f["this"][:4]), int(f["this"][5:]))[1]
    return bridge_chart(fall, f["currency"], f["last"], f["this"], days=days, look=look)


STUDY = MonthEnd()
