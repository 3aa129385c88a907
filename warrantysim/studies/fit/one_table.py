"""Lives fitted to one table that a person has: months in service, or sales by month against claims by month."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from warrantysim.fitting.fit import Fit, NotIdentified, averaged, fitted
from warrantysim.fitting.history import History
from warrantysim.fitting.laws import EarlyMain, Exponential, Law, Limited, Lognormal, Weibull
from warrantysim.fitting.lives import FittedLife
from warrantysim.fitting.observed import ClaimsTable, Lifetimes, Observed
from warrantysim.fitting.shares import counted
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.schema.errors import BadInput
from warrantysim.schema.sold_units import month_name, month_number
from warrantysim.studies.study import Say, Stored

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

LAWS: tuple[Law, ...] = (Weibull(), Lognormal(), Exponential(), Limited(Weibull()))
"""Laws tried."""
AGES = (12, 24, 36)
"""Ages at which the share failed is told [months]."""
MONTH = 365.25 / 12
FAILED = {"f": True, "failed": True, "c": False, "s": False, "r": False, "running": False, "censored": False}
FEW = 20
"""Failures below which it is said that they are few."""


def fitted_table(file: Path) -> Stored:
    """Laws of life fitted to a table; ages in months.

    Raises
    ------
    BadInput
        If it cannot be read, or is neither of the two.
    """
    try:
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput("{file}: cannot be read as a table: {error}", file=file.as_posix(), error=why) from None
    observed = _lifetimes(frame, file) if "months_in_service" in frame else _nevada(frame, file)
    unit = 1.0 if isinstance(observed, Lifetimes) else MONTH
    try:
        fits = [fitted(observed, law) for law in LAWS]
    except NotIdentified as error:
        raise BadInput("{file}: {error}", file=file.as_posix(), error=error) from None
    weights = averaged(fits)
    rows = [_row(fit, weight, unit) for fit, weight in zip(fits, weights, strict=True)]
    weibull = fits[0]
    ends = {name: weibull.value_interval(name) for name in ("beta", "eta")}
    facts: dict[str, Any] = {
        "table": file.name,
        "failures": observed.failures,
        "units": observed.units,
        "beta": weibull.values["beta"],
        "eta": weibull.values["eta"] / unit,
        "beta_low": ends["beta"][0],
        "beta_high": ends["beta"][1],
        "eta_low": ends["eta"][0] / unit,
        "eta_high": ends["eta"][1] / unit,
    }
    return Stored({"laws": pd.DataFrame(rows).sort_values("weight", ascending=False, ignore_index=True)}, facts)


def _row(fit: Fit, weight: float, unit: float) -> dict[str, Any]:
    row: dict[str, Any] = {"law": fit.law.name, "weight": float(weight)}
    for age in AGES:
        low, high = fit.failed_interval(age * unit)
        row |= {f"failed_{age}": float(fit.failed(age * unit)), f"low_{age}": low, f"high_{age}": high}
    return row


def _numbers(frame: pd.DataFrame, column: str, file: Path) -> np.ndarray:
    found = pd.to_numeric(frame[column].str.strip().replace("", "nan"), errors="coerce")
    wrong = found.isna() & ~frame[column].str.strip().str.lower().isin(("", "nan"))
    if wrong.any():
        n = int(np.flatnonzero(wrong)[0])
        place = {"file": file.as_posix(), "row": n + 2, "column": column, "found": frame[column].iloc[n]}
        raise BadInput("{file} row {row}, column {column}: expected a number, got {found!r}", **place)
    return found.to_numpy(dtype=float)


def _lifetimes(frame: pd.DataFrame, file: Path) -> Observed:
    """Rows months_in_service, quantity, failed_or_running."""
    if missing := [name for name in ("quantity", "failed_or_running") if name not in frame]:
        raise BadInput("{file}: missing column {column}", file=file.as_posix(), column=missing[0])
    said = frame["failed_or_running"].str.strip().str.lower().map(FAILED)
    if said.isna().any():
        n = int(np.flatnonzero(said.isna())[0])
        found = frame["failed_or_running"].iloc[n]
        raise BadInput(
            "{file} row {row}: expected F for failed or C for running, got {found!r}",
            file=file.as_posix(), row=n + 2, found=found,
        )  # fmt: skip
    age, count = _numbers(frame, "months_in_service", file), _numbers(frame, "quantity", file)
    try:
        return Lifetimes.of(age, np.where(said.astype(bool), age, np.inf), count)
    except ValueError as error:
        raise BadInput("{file}: {error}", file=file.as_posix(), error=error) from None


def _nevada(frame: pd.DataFrame, file: Path) -> Observed:
    """Rows sold_month, units_sold and a column for each month of claim, by name; months from the first sold on."""
    if "sold_month" not in frame or "units_sold" not in frame:
        raise BadInput(
            "{file}: expected columns months_in_service, quantity, failed_or_running, "
            "or sold_month, units_sold, months",
            file=file.as_posix(),
        )
    named = [str(column) for column in frame if column not in ("sold_month", "units_sold")]
    try:
        months = pd.period_range(min(frame["sold_month"]), max([*frame["sold_month"], *named]), freq="M")
    except ValueError as error:
        raise BadInput("{file}: expected months such as 2026-03: {error}", file=file.as_posix(), error=error) from None
    at = {str(month): k for k, month in enumerate(months)}
    sold, claims = np.zeros(len(months)), np.full((len(months), len(months)), np.nan)
    rows = [at[month.strip()] for month in frame["sold_month"]]
    sold[rows] = np.nan_to_num(_numbers(frame, "units_sold", file))
    for column in named:
        made = _numbers(frame, column, file)
        for row, k in enumerate(rows):
            if k <= at[column.strip()]:
                claims[k, at[column.strip()]] = np.nan_to_num(made[row])
    claims[sold == 0] = np.nan
    edges = np.concatenate(([0.0], np.cumsum([month.days_in_month for month in months])))
    try:
        return ClaimsTable.of(edges, sold, claims)
    except ValueError as error:
        raise BadInput("{file}: {error}", file=file.as_posix(), error=error) from None


def table_blocks(page: Say, stored: Stored) -> list[Block]:
    """The Weibull life with its intervals, what is thin, and every law."""
    f = stored.facts
    told = {name: f"{f[name]:.3f}" for name in ("beta", "beta_low", "beta_high")}
    told |= {name: figures.whole(f[name]) for name in ("eta", "eta_low", "eta_high")}
    counted = {"failures": figures.whole(f["failures"]), "units": figures.whole(f["units"])}
    blocks: list[Block] = [
        Sentence(page("table.title", table=f["table"]), "title"),
        Sentence(page("table.basis", **counted), "basis"),
        Sentence(page("table.answer", **told), "answer"),
    ]
    if f["failures"] < FEW:
        blocks.append(Sentence(page("table.few", naive=figures.share(f["failures"] / f["units"], 2)), "warn"))
    laws = stored.tables["laws"]
    named = laws.assign(law=[page(f"law.{law.replace(' ', '_')}") for law in laws["law"]])
    columns = [Column("law", page("law")), Column("weight", page("weight"), "share")]
    columns += [
        Column(f"failed_{age}", page("table.failed", age=age), "percent", ends=(f"low_{age}", f"high_{age}"))
        for age in AGES
    ]
    return [*blocks, TableOf("laws", page("table.laws"), named, columns), Sentence(page("laws_note"), "note")]


WHOLE = "all"
"""Stands for all products together."""


def nevada_table(found: History) -> pd.DataFrame:
    """Claims by month of sale and month of claim, with the units sold; empty where none are."""
    import pandas as pd

    if not found.products:
        return pd.DataFrame()
    made, sold = (np.sum([getattr(p, name) for p in found.products], axis=0) for name in ("nevada", "sold"))
    rows = [
        {
            "sold_month": month_name(int(found.months[i])), "claim_month": month_name(int(found.months[j])),
            "claims": float(made[i, j]), "units": float(sold[i]),
        }
        for i, j in zip(*np.nonzero(made), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def cohort_table(found: History) -> pd.DataFrame:
    """Claims a thousand units by month of sale and age in months."""
    frame = nevada_table(found)
    if not len(frame):
        return frame
    age = frame["claim_month"].map(month_number) - frame["sold_month"].map(month_number)
    rate = frame["claims"] / frame["units"].clip(lower=1.0) * 1000
    return frame.assign(age=age, per_thousand=rate)[["sold_month", "age", "per_thousand", "claims"]]


def hazard_table(lives: Sequence[FittedLife]) -> pd.DataFrame:
    """Claims a thousand units in each month of age: as seen with its interval, and as fitted."""
    import pandas as pd

    frames = []
    whole: dict[str, np.ndarray] = {}
    for life in lives:
        product, counts = life.product, life.product.counts
        if not product.reached.any():
            continue
        law = EarlyMain(life.lives.early_eta, life.lives.early_beta)
        expected = counts.expected(law.failed(counts.ages, law.free((life.early_share, life.eta, life.beta))))
        own = {"units": product.reached, "claims": counts.claims, "expected": expected}
        whole = {name: whole.get(name, 0.0) + column for name, column in own.items()}
        frames.append(pd.DataFrame({"sku": life.sku, "age": np.arange(len(expected)), **own}))
    if not frames:
        return pd.DataFrame()
    frames.insert(0, pd.DataFrame({"sku": WHOLE, "age": np.arange(len(whole["units"])), **whole}))
    found = pd.concat(frames, ignore_index=True)
    return found[found["units"] >= 1].reset_index(drop=True)


def hazard_picture(hazard: pd.DataFrame, product: str, look: Look) -> Picture:
    """Claims by age of a product, or of all of them, as seen and as fitted."""
    from warrantysim.report.charts.fits import hazard_chart as drawn

    shown = hazard[hazard["sku"] == (product if product in set(hazard["sku"]) else WHOLE)]
    ends = [
        np.array(counted(min(c, u), u).interval()) * 1000 for c, u in zip(shown["claims"], shown["units"], strict=True)
    ]
    low, high = np.array(ends).reshape(-1, 2).T
    rates = {name: shown[name] / shown["units"] * 1000 for name in ("claims", "expected")}
    return drawn(shown.assign(seen=rates["claims"], fitted=rates["expected"], low=low, high=high), look=look)


def nevada_picture(frame: pd.DataFrame, look: Look) -> Picture:
    """Claims by month of sale and month of claim."""
    from warrantysim.report.charts.fits import nevada_chart as drawn

    return drawn(frame, look=look)


def cohort_picture(frame: pd.DataFrame, look: Look) -> Picture:
    """Claims a thousand units by month of sale and age."""
    from warrantysim.report.charts.trend import cohort_chart as drawn

    return drawn(frame, look=look)
