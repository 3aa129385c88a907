"""Terms of quotes side by side for people: a row a term, a column a desk, each cell a text with its flag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, known, say, titled
from warrantysim.report import figures
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.root import Scenario

FLAGGED = ("missing", "ambiguous", "partial", "foreign", "changes")
"""Flags a cell may carry, the gravest first."""


def read_sheet(
    world: Scenario, quotes: Sequence[str], lang: Lang = "en", sheet: pd.DataFrame | None = None
) -> pd.DataFrame:
    """A row a term that any quote states or leaves open; the first column says what the term is about, the second what
    it is, further ones hold the desks. ``sheet``: of `quote_sheet`, made here where not given."""
    import pandas as pd

    from warrantysim.analysis.quote_terms import quote_sheet

    frame = quote_sheet(world, quotes) if sheet is None else sheet
    desks = list(dict.fromkeys(zip(frame["quote"], frame["desk"], strict=True)))
    heads = [column_name(world, quote, desk, lang) for quote, desk in desks]
    heads = [head if heads.count(head) == 1 else f"{head} ({q})" for head, (q, _) in zip(heads, desks, strict=True)]
    rows = []
    for term, here in frame.groupby("term", sort=False):
        cells = {(r["quote"], r["desk"]): cell(r, world.reporting_currency, lang) for r in rows_of(here)}
        if any(cells.values()):
            group = str(here["group"].iloc[0])
            texts = [cells.get(place, "") for place in desks]
            rows.append((say(f"qgroup.{group}", lang), say(f"qterm.{term}", lang), *texts))
    return pd.DataFrame(rows, columns=[say("qterm.about", lang), say("qterm.term", lang), *heads])


def column_name(world: Scenario, quote: str, desk: str, lang: Lang) -> str:
    """A desk of a quote as the heading of its column."""
    return f"{titled(world.partners[quote].title, quote, lang)} · {desk}"


def cell(row: dict[str, Any], currency: str, lang: Lang = "en") -> str:
    """One term as a text: the figure in the reporting currency, as stated behind it, its flag in brackets."""
    text = _figure(row, currency, lang)
    if row["stated"] and row["kind"] == "money" and not str(row["stated"]).endswith(currency):
        text = f"{text} ({row['stated']})"
    elif row["stated"] and row["term"] == "sla_days":
        days = str(row["stated"])
        text = f"{text} {say(f'qterm.{days}', lang)}"
    if not row["flag"]:
        return text
    flag = say(f"qflag.{row['flag']}", lang)
    return f"{text} [{flag}]" if text else f"[{flag}]"


def _figure(row: dict[str, Any], currency: str, lang: Lang) -> str:
    value, kind = float(row["value"]), row["kind"]
    if kind == "text":
        key = f"qterm.{row['term']}.{row['text']}"
        return say(key, lang) if known(key) else str(row["text"])
    if value != value:
        return ""
    match kind:
        case "money":
            return f"{currency} {figures.cents(value)}"
        case "share":
            return figures.share(value)
        case "days":
            return f"{value:.3g}"
        case "rate":
            return f"{value:.4f}"
    return f"{value:g}"
