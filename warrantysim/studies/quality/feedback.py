"""What goes back to design and to suppliers: each fault with its cohorts and lots against limits, and its worth."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from warrantysim.locale.wording import LANGUAGES, joined, say
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.present.sheets import blocks_workbook
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.counted import Page

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

MAKERS = ("battery_safety", "repairable", "unrepairable")
"""Kinds of faults that are the maker's."""
_NOT_NAME = re.compile(r"[^\w]+")
SHEETS = {"design": ("feedback", "cohorts_control", "lots_control"), "supplier": ("supplier", "lots_control")}
"""Workbooks: whom they go to, and tables in them."""


@dataclass(frozen=True)
class Feedback:
    """The sheet of one rule in one language, for what the reader chose."""

    page: Page
    """Texts and how tables are written."""
    control: pd.DataFrame
    """Cohorts and lots of the rule, as of `quality.judged` with names."""
    claims: pd.DataFrame
    """Claims of the rule, as counted."""
    rank: Callable[[pd.DataFrame], pd.DataFrame]
    """Faults of some claims by cost, as of `quality_tables.ranked`, with kind and worth."""
    terms: Callable[[pd.DataFrame], pd.DataFrame]
    """Puts kinds of faults by their names."""
    called: Callable[[str, str], str]
    """What a product's fault is called."""
    suppliers: Mapping[tuple[str, str, str], str]
    """Who makes what fails, by product, fault and lot, of which an empty one holds for every lot without an entry of
    its own; of faults of which nobody says so, nothing."""
    named: bool = True
    """Whether tables have a column for suppliers."""

    def makers(self, frame: pd.DataFrame, lot: str) -> list[str]:
        """Who made what failed in each row, of the lot in such a column; empty where nobody says so."""
        rows = zip(frame["sku"], frame["fault"], frame[lot], strict=True)
        return [self.suppliers.get(row, self.suppliers.get((*row[:2], ""), "")) for row in rows]

    @cached_property
    def ranked(self) -> pd.DataFrame:
        """Faults by cost."""
        return self.rank(self.claims)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Cohorts by month of sale."""
        return self.control[self.control["lot"] == ""].reset_index(drop=True)

    @property
    def told(self) -> pd.DataFrame:
        """Those that can be judged, with most failures too many first."""
        own = self.months[self.months["signal"] != "few"]
        return own.sort_values("excess_cost", ascending=False, ignore_index=True, kind="stable")

    @cached_property
    def lots(self) -> pd.DataFrame:
        """Production lots."""
        return self.control[self.control["lot"] != ""].reset_index(drop=True)

    @cached_property
    def faults(self) -> pd.DataFrame:
        """A row a fault: costs and worth, months above their limit, the lots these point to and what they cost."""
        import pandas as pd

        above = self.months[self.months["signal"] == "above"]
        made = zip(above["points_to"], self.makers(above, "points_to"), strict=True)
        told = [f"{lot} ({who})" if lot and who and self.named else lot for lot, who in made]
        above = above.assign(lot_made=pd.Series(told, index=above.index, dtype=object))
        parts = above.groupby(["sku", "fault"])
        between = say("fault.between", self.page.lang)
        found = parts.agg(
            months_above=("sold_month", lambda months: between.join(sorted(months))),
            points_to=("lot_made", lambda lots: between.join(sorted({one for one in lots if one}))),
            **{name: (name, "sum") for name in ("excess", "excess_cost", "excess_low", "excess_high")},
        )
        table = self.ranked.merge(found.reset_index(), on=["sku", "fault"], how="left")
        table[["months_above", "points_to"]] = table[["months_above", "points_to"]].fillna("")
        return table

    def shown(self) -> tuple[str, str] | None:
        """Product and fault on the chart: the one asked for, else that with the dearest excess, else the dearest."""
        table, fault = self.faults, self.page.chosen("fault")
        table = table[table["fault"] == fault] if fault else table
        if not len(table):
            return None
        row = table.sort_values(["excess_cost", "cost"], ascending=False, na_position="last").iloc[0]
        return str(row["sku"]), str(row["fault"])

    def blocks(self) -> list[Block]:
        """What stands out in sentences, the chart, the tables."""
        page, chosen = self.page, self.shown()
        if chosen is None:
            return [Sentence(page("no_claims"))]
        own = self.months[(self.months["sku"] == chosen[0]) & (self.months["fault"] == chosen[1])]

        def draw(look: Look) -> Picture:
            from warrantysim.report.charts.control import control_chart

            return control_chart(own, self.called(*chosen), look=look)

        return [
            *(Sentence(text) for text in self.sentences()),
            Chart("control", draw),
            self.table("feedback"),
            Sentence(page("feedback_why", level=figures.level(page.facts["confidence"])), "legend"),
            self.table("cohorts_control"),
            *([self.table("lots_control")] if len(self.lots) else []),
            self.table("supplier"),
            Sentence(self.supplier_why, "legend"),
        ]

    def sentences(self) -> list[str]:
        """What fails more than luck explains, the dearest first; or that nothing does."""
        page = self.page
        out = self.faults[self.faults["months_above"] != ""].sort_values("excess_cost", ascending=False)
        if not len(out):
            return [page("control_none")]
        return [
            page(
                "control_lot" if row["points_to"] else "control_above",
                what=self.called(row["sku"], row["fault"]),
                months=row["months_above"],
                lot=row["points_to"],
                n=int(figures.rounded(row["excess"])),
                currency=page.currency,
                **{name: figures.whole(row[f"excess_{name}"]) for name in ("cost", "low", "high")},
            )
            for row in rows_of(out)
        ]

    def table(self, name: str) -> TableOf:
        """A table of the sheet."""
        page = self.page
        supplier = [page.measured("supplier")] if self.suppliers and self.named else []
        excess = [
            page.measured("excess", kind="whole"),
            page.measured("excess_cost", kind="whole", ends=("excess_low", "excess_high")),
        ]
        judged: list[str | Column] = [
            "sold",
            page.measured("failures", kind="whole"),
            "per_thousand",
            page.measured("expected", kind="cents"),
            Column("limit_low", page("limits"), "cents", ends=("limit_low", "limit_high"), only_ends=True),
            page.measured("signal"),
        ]
        frames: dict[str, tuple[pd.DataFrame, list[str | Column]]] = {
            "feedback": (
                self.faults,
                ["sku", "fault", page.measured("kind", give_up=4), "claims",
                 page.measured("cost", ends=("low", "high")), page.measured("nff_share", give_up=2),
                 page.measured("recovery", give_up=3),
                 *([page.measured("worth", ends=("worth_low", "worth_high"))] if "worth" in self.faults else []),
                 page.measured("months_above"), page.measured("points_to"), *excess],
            ),
            "cohorts_control": (
                self.told.assign(supplier=self.makers(self.told, "points_to")),
                ["sku", "fault", "sold_month", *judged, page.measured("points_to", give_up=1), *supplier, *excess],
            ),
            "lots_control": (
                self.lots.assign(supplier=self.makers(self.lots, "lot")),
                ["sku", "fault", page.measured("lot"), *supplier, *judged, *excess],
            ),
            "supplier": (
                self.supplier,
                ["sku", "fault", "kind", page.measured("failures", kind="whole"), "inspected", "nff_share",
                 page.measured("cost_before", kind="whole"), "recovery", page.measured("cost", ends=("low", "high")),
                 page.measured("points_to"), *excess],
            ),
        }  # fmt: skip
        frame, columns = frames[name]
        signals = {one: page(f"signal_{one or 'luck'}") for one in ("", "above", "below", "few")}
        frame = self.terms(frame)
        if "signal" in frame:
            frame = frame.assign(signal=frame["signal"].map(signals))
        return page.table(name, page(f"head_{name}"), frame, *columns)

    @property
    def supplier_why(self) -> str:
        """What the supplier's table is the basis of, and how each gets his own."""
        unnamed = "" if self.suppliers else self.page("no_suppliers")
        return joined((self.page("supplier_why"), unnamed), self.page.lang)

    def of_supplier(self, name: str) -> Feedback:
        """What is one supplier's alone: claims of units he made what failed of, months that point to no lot of
        another's; of faults without a supplier where the name is empty."""
        lot = self.control["lot"]
        control = self.control.assign(made=lot.where(lot != "", self.control["points_to"]))

        def mine(frame: pd.DataFrame, lot: str) -> pd.DataFrame:
            return frame.loc[[maker == name for maker in self.makers(frame, lot)]].reset_index(drop=True)

        return replace(self, control=mine(control, "made"), claims=mine(self.claims, "lot"), named=False)

    @property
    def supplier(self) -> pd.DataFrame:
        """Faults that are the maker's: cost before and after what is paid back."""
        own = self.faults[self.faults["kind"].isin(MAKERS)].reset_index(drop=True)
        return own.assign(cost_before=own["cost"] + own["recovery"])


def workbooks(sheets: Mapping[str, Feedback], made: datetime) -> dict[str, bytes]:
    """A workbook for design and one for each supplier in each language, by file name; ``sheets``: by language. No
    supplier sees another's faults.
    """
    files = {}
    for lang in LANGUAGES:
        whole = sheets[lang]
        files[f"design-feedback.{lang}.xlsx"] = blocks_workbook(_book(whole, "design", "", "book_design"), lang, made)
        for name in dict.fromkeys(["", *sorted(whole.suppliers.values())]):
            mine = whole.of_supplier(name)
            if len(mine.supplier) or not whole.suppliers:
                unsaid = bool(whole.suppliers) and not name
                stem = "-".join(filter(None, ["supplier-feedback", _NOT_NAME.sub("-", name).strip("-")]))
                stem = "supplier-not-said" if unsaid else stem
                book = _book(mine, "supplier", name, "book_unsaid" if unsaid else "book_supplier")
                files[f"{stem}.{lang}.xlsx"] = blocks_workbook(book, lang, made)
    return files


def _book(sheet: Feedback, to: str, supplier: str, titled: str) -> list[Block]:
    page = sheet.page
    whys = [page("feedback_why", level=figures.level(page.facts["confidence"])), sheet.supplier_why]
    said = [*sheet.sentences(), *(whys[:1] if to == "design" else whys)]
    title = page(titled, name=page.title("scenario"))
    return [
        Sentence(f"{title} ({supplier})" if supplier else title, "title"),
        *page.basis(policy=page.titles[next(iter(page.titles))]),
        *(Sentence(text) for text in said),
        *(sheet.table(name) for name in SHEETS[to]),
        page.provenance(),
    ]
