"""The views of *Operations*: promises, benches, open claims, freight, the swap pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import say
from warrantysim.report.charts.benches import bench_grid
from warrantysim.report.charts.freight import freight_chart
from warrantysim.report.charts.kept import kept_chart
from warrantysim.report.charts.open_claims import open_chart
from warrantysim.report.charts.pool import pool_chart
from warrantysim.report.charts.theme import Picture
from warrantysim.report.charts.waiting import waiting_chart
from warrantysim.report.closed_days import closed_months, long_closures
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.pictures import held_picture
from warrantysim.ui.pieces.table import show_table
from warrantysim.ui.session import look


@dataclass(frozen=True)
class Floor:
    """What is on screen: a simulation, what was counted of it, which rules, which market."""

    run: StoredRun
    """The simulation."""
    study: StoredRun | None
    """What was counted; None where nothing was yet."""
    titles: Mapping[str, str]
    """Rules on screen by name, with what they are called; today's first."""
    market: str
    """Market on screen; empty for all."""
    days: int
    """Days claims should be resolved within."""

    @property
    def currency(self) -> str:
        """ISO code of all money."""
        return str(self.run.manifest["currency"])

    def table(self, name: str) -> pd.DataFrame:
        """What was counted, of the rules on screen; only days of the horizon."""
        if self.study is None:
            raise LookupError(f"nothing was counted of run {self.run.id}")
        frame = reading.frame(self.study, name)
        return frame[frame["case"].isin(list(self.titles))].reset_index(drop=True)

    def here(self, name: str) -> pd.DataFrame:
        """The same of the market on screen."""
        frame = self.table(name)
        return frame[frame["market"] == self.market].reset_index(drop=True) if self.market else frame

    def held(self, name: str, draw: Callable[[], Picture]) -> Picture:
        """A picture of what is on screen, drawn once."""
        counted = "" if self.study is None else self.study.id
        of = ("operations", self.run.id, counted, name, self.market, str(self.days), *self.titles)
        return held_picture(of, look(), draw)

    def file(self, name: str) -> str:
        """What a file of this page is called."""
        return f"warrantysim_operations_{name}_{self.run.id}"


def benches(floor: Floor) -> pd.DataFrame:
    """How busy benches were, as the simulation has kept it: rules on screen, waits where they were counted."""
    frame = reading.frame(floor.run, "benches")
    return frame[frame["policy"].isin(list(floor.titles))].reset_index(drop=True)


def bench_sizes(floor: Floor) -> None:
    """Each bench over the whole horizon: time used, units that wait and how long, with intervals."""
    if "benches_year" not in floor.run.frames:
        return  # A run stored before waits were.
    frame = reading.frame(floor.run, "benches_year").rename(columns={"policy": "case"})
    st.markdown(t("operations.sizes"))
    show_table(
        frame[frame["case"].isin(list(floor.titles)) & (frame["visits"] > 0)],
        [
            "rule", "bench", "visits", "utilisation", "utilisation_low", "utilisation_high", "waited_share",
            "waited_share_low", "waited_share_high", "wait_p50", "wait_p90", "wait_p90_low", "wait_p90_high",
            "wait_p95",
        ],
        floor.file("benches_year"),
        "operations_sizes",
        t("operations.sizes"),
        titles=floor.titles,
    )  # fmt: skip


def stored_benches(floor: Floor) -> None:
    """Bench time and mean waits, which every simulation keeps."""
    st.subheader(t("operations.head_benches"))
    bench_sizes(floor)
    closed = closed_months(reading.world(floor.run))
    frame = benches(floor).rename(columns={"policy": "case"})
    for measure in ("utilisation", "wait_days"):
        picture = floor.held(
            f"stored {measure}", partial(bench_grid, frame, measure, floor.titles, closed, look=look())
        )
        exported_picture(picture, floor.file(measure), f"operations_{measure}")
    show_table(
        frame[frame["visits"] > 0],
        ["rule", "bench", "month", "visits", "utilisation", "wait_days"],
        floor.file("benches"),
        "operations_benches",
        t("operations.benches_alt"),
        titles=floor.titles,
    )


def show_benches(floor: Floor) -> None:
    """Queues week by week, bench time and waits month by month."""
    st.subheader(t("operations.head_benches"))
    bench_sizes(floor)
    world = reading.world(floor.run)
    shut = long_closures(world)
    shut["name"] = [say("chart.new_year" if new else "chart.closed_days", lang()) for new in shut["new_year"]]
    picture = floor.held("queues", lambda: waiting_chart(floor.table("queues"), shut, floor.titles, look=look()))
    exported_picture(picture, floor.file("queues"), "operations_queues")
    waits = floor.table("waits").merge(
        benches(floor).rename(columns={"policy": "case"})[["case", "bench", "month", "utilisation"]],
        on=["case", "bench", "month"],
        how="left",
    )
    for measure in ("utilisation", "wait_p90"):
        picture = floor.held(
            measure, partial(bench_grid, waits, measure, floor.titles, closed_months(world), look=look())
        )
        exported_picture(picture, floor.file(measure), f"operations_{measure}")
    show_table(
        waits,
        ["rule", "bench", "month", "visits", "utilisation", "wait_p50", "wait_p90"],
        floor.file("waits"),
        "operations_waits",
        t("operations.waits_alt"),
        titles=floor.titles,
    )


def show_promises(floor: Floor) -> None:
    """Promises kept, by market."""
    st.subheader(t("operations.head_promises"))
    frame = floor.here("promises")
    frame = frame[(frame["promise"] != "resolved") | (frame["days"] == floor.days)].reset_index(drop=True)
    picture = floor.held("kept", lambda: kept_chart(frame, floor.titles, t("counted.everywhere"), look=look()))
    exported_picture(picture, floor.file("promises"), "operations_promises")
    show_table(
        frame,
        ["rule", "promise", "market", "claims", "kept", "low", "high"],
        floor.file("promises"),
        "operations_promises_table",
        picture.takeaway,
        titles=floor.titles,
        shares=("low", "high"),
    )


def show_open(floor: Floor) -> None:
    """Open claims by stage over the year."""
    st.subheader(t("operations.head_open"))
    frame = floor.here("open_claims")
    picture = floor.held("open", lambda: open_chart(frame, floor.titles, look=look()))
    exported_picture(picture, floor.file("open_claims"), "operations_open")
    show_table(
        frame[frame["claims"] > 0],
        ["rule", "day", "market", "stage", "claims"],
        floor.file("open_claims"),
        "operations_open_table",
        picture.takeaway,
        titles=floor.titles,
    )


def show_freight(floor: Floor) -> None:
    """Consolidated dispatches by lane and month."""
    st.subheader(t("operations.head_freight"))
    frame = floor.here("dispatches")
    picture = floor.held("freight", lambda: freight_chart(frame, floor.titles, floor.currency, look=look()))
    exported_picture(picture, floor.file("dispatches"), "operations_freight")
    if len(frame):
        st.caption(t("operations.freight_why"))
        show_table(
            frame,
            ["rule", "lane", "month", "dispatches", "units", "kg", "cbm", "cost", "cost_a_unit", "waited_days", "days"],
            floor.file("dispatches"),
            "operations_freight_table",
            picture.takeaway,
            titles=floor.titles,
            currency=floor.currency,
        )


def show_pool(floor: Floor) -> None:
    """The swap pool: in, out, level, worth."""
    st.subheader(t("operations.head_pool"))
    frame = floor.here("pool")
    picture = floor.held("pool", lambda: pool_chart(frame, floor.titles, floor.currency, look=look()))
    exported_picture(picture, floor.file("pool"), "operations_pool")
    if len(frame):
        st.caption(t("operations.pool_why"))
        show_table(
            frame,
            ["rule", "sku", "market", "month", "came_in", "went_out", "level", "value"],
            floor.file("pool"),
            "operations_pool_table",
            picture.takeaway,
            titles=floor.titles,
            currency=floor.currency,
        )


VIEWS: Mapping[str, Callable[[Floor], None]] = {
    "promises": show_promises,
    "benches": show_benches,
    "open": show_open,
    "freight": show_freight,
    "pool": show_pool,
}
"""Views of what was counted, by name."""
