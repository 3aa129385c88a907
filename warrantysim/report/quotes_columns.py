"""Tables of the quotes study as people read them on a page and in a workbook: which columns, what each holds, and cells
in words. Files for programs keep English keys: see `quotes_files`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, known, named, say, titled
from warrantysim.report.quotes_bills import LATER, bills
from warrantysim.report.quotes_files import prices_frame

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.quote_findings import QuoteFindings

_OF_BILL = dict.fromkeys(
    ("fees", "parts", "retainer", "onboarding", "shortfall", "discounts", "other", "total"), "amount"
)
TABLES: Mapping[str, Mapping[str, str]] = {
    "ranking": {
        "quotes": "text", "signs": "text", "cost": "money", "low": "money", "high": "money", "saving": "money",
        "saving_low": "money", "saving_high": "money", "verdict": "text",
    },
    "values": {
        "quote": "text", "alone_saving": "money", "alone_saving_low": "money", "alone_saving_high": "money",
        "added_saving": "money", "added_saving_low": "money", "added_saving_high": "money", "signed_in_best": "yes",
    },
    "selection": {
        "name": "text", "selected": "yes", "survived": "yes", "mean": "money", "behind": "money", "half_width": "money",
        "replications": "count",
    },
    "winning_prices": {"quote": "text", "factor": "share", "factor_low": "share", "factor_high": "share"},
    "good_units": {
        "quote": "text", "volume": "text", "units_a_month": "tenth", "reading": "text", "landed": "cents",
        "low": "cents", "high": "cents", "bill": "cents", "inbound": "cents", "parts": "cents", "storage": "cents",
        "outbound": "cents", "replaced": "cents", "waiting": "cents", "payment": "cents",
    },
    "work": {
        "quote": "text", "in_best": "yes", "units": "count", "good": "count", "per_good": "cents", "low": "cents",
        "high": "cents", "days_p50": "days", "days_p90": "days", "wait_days": "days", "utilisation": "share",
        "late_share": "share",
    },
    "bills": {"quote": "text", "desk": "text", "currency": "text", "month": "text", **_OF_BILL},
    "crossovers": {
        "retainer": "text", "flat": "text", "sku": "text", "market": "text", "reading": "text", "crossover": "tenth",
    },
    "pools": {
        "retainer": "text", "flat": "text", "skus": "text", "units": "tenth", "mean_fee": "cents", "crossover": "tenth",
        "times": "tenth", "flat_cost": "money", "retainer_cost": "money", "pays": "yes",
    },
    "awards": {
        "first": "text", "second": "text", "share_first": "share", "units_a_month": "tenth", "bill_first": "money",
        "bill_second": "money", "bill": "money",
    },
    "exits": {
        "quote": "text", "desk": "text", "term_months": "count", "notice_days": "count", "notice_month": "count",
        "months_due": "count", "due": "amount", "currency": "text",
    },
    "open_terms": {"quote": "text", "desk": "text", "term": "text"},
}  # fmt: skip
"""Columns of each table, in order, and what each holds: text, yes (or no), money and cents [reporting currency], amount
[currency of its row], share, days, count, tenth."""
_QUOTES = ("quote", "flat", "retainer", "first", "second")


def heading(table: str, column: str, lang: Lang) -> str:
    """The heading of a column, its own in this table where it has one."""
    own = f"qfile.{table}.{column}"
    return say(own if known(own) else f"qfile.{column}", lang)


@dataclass(frozen=True)
class ReadTables:
    """The tables of one study in one language."""

    found: QuoteFindings
    lang: Lang

    def frame(self, table: str) -> pd.DataFrame:
        """A table with the columns of `TABLES`, its cells in words; without rows where the study has none.

        Raises
        ------
        KeyError
            For an unknown table.
        """
        import pandas as pd

        raw = self._raw(table)
        columns = list(TABLES[table])
        if raw is None or not len(raw):
            return pd.DataFrame(columns=columns)
        out = raw.copy()
        for column in set(_QUOTES) & set(out.columns) & set(columns):
            if column != "retainer" or table != "bills":
                out[column] = [self.name(str(cell)) for cell in out[column]]
        for column, told in self._told(table).items():
            if column in out:
                out[column] = [told(cell) for cell in out[column]]
        if table == "open_terms":
            out["term"] = [self._open(r["term"], r["kind"]) for r in raw.to_dict("records")]
        return out[columns].reset_index(drop=True)

    def _raw(self, table: str) -> pd.DataFrame | None:
        found = self.found
        match table:
            case "ranking":
                return found.study.ranking()
            case "values":
                return found.study.values()
            case "selection":
                return found.study.selection.table()
            case "winning_prices":
                return prices_frame(found).rename(columns={"low": "factor_low", "high": "factor_high"})
            case "bills":
                return bills(found.months, found.study.world.horizon)
        frame: pd.DataFrame | None = getattr(found, table)
        return frame

    def _told(self, table: str) -> dict[str, Callable[[Any], Any]]:
        told: dict[str, Callable[[Any], Any]] = {
            "quotes": self.joined,
            "signs": self.joined,
            "name": self._set,
            "verdict": lambda verdict: say(f"qfile.verdict.{verdict}", self.lang),
            "reading": lambda reading: named("reading", reading, self.lang),
            "notice_month": lambda month: month + 1,
        }
        if table == "bills":
            told["month"] = lambda month: say("quotes.later", self.lang) if month == LATER else month
        return told

    def name(self, quote: str) -> str:
        """What a quote is called."""
        partners = self.found.study.world.partners
        return titled(partners[quote].title, quote, self.lang) if quote in partners else quote

    def joined(self, quotes: str) -> str:
        """Quotes joined by ``+`` by what they are called."""
        return " + ".join(self.name(q) for q in quotes.split(" + ")) if quotes else say("quotes.none", self.lang)

    def _set(self, name: str) -> str:
        return self.joined("" if name == "none" else name)

    def _open(self, term: str, kind: str) -> str:
        key = f"open.{term}.{kind}"
        return say(key if known(key) else f"open.{term}", self.lang)
