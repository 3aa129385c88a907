"""A small root model and its files, for the laws of loading that hold for any scenario."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from warrantysim.files.loading import Loaded, load_as
from warrantysim.schema.amounts import Amount, Currency
from warrantysim.schema.dated import Dated, DatedRow
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import Problem, ScenarioProblems, told
from warrantysim.schema.ranges import Share
from warrantysim.schema.strict import Row, Strict


class Horizon(Strict):
    """When."""

    days: int = Field(default=365, gt=0)
    """Length of the horizon [days, > 0]."""


class Lane(Strict):
    """A way to China."""

    rate: Dated[Amount]
    """Freight [amount per kg]."""
    transit_days: Distribution
    """Door to door [days]."""
    cost_per_unit: float = Field(gt=0)
    """Handling [amount, > 0]."""
    exam_share: Share
    """Dispatches examined [share, 0-1]."""


class Zone(Strict):
    """One zone."""

    from_: float = Field(alias="from", ge=0)
    """Least value [amount, >= 0]."""
    do: str
    """What is done [text]."""


class Sku(Row):
    """One product."""

    key_fields: ClassVar[tuple[str, ...]] = ("sku",)

    sku: str
    """Product [id]."""
    name: str = ""
    """Name [text]."""
    weight_kg: float = Field(gt=0)
    """Packed weight [kg, > 0]."""
    price: Amount
    """List price [amount]."""
    currency: Currency = "USD"
    """Currency of the market [ISO code]."""
    life_days: Distribution = Distribution(kind="exponential", params={"mean": 900.0})
    """Life [days]."""


class Sales(DatedRow):
    """Units sold."""

    key_fields: ClassVar[tuple[str, ...]] = ("sku", "market")

    sku: str
    """Product [id]."""
    market: str
    """Market [id]."""
    units_per_month: float = Field(ge=0)
    """Units sold [units a month, >= 0]."""


class Toy(Strict):
    """A root like the real one: sections, a mapping, tables and cross checks."""

    TABLES: ClassVar[dict[str, type[Row]]] = {"skus": Sku, "sales": Sales}

    schema_version: int
    """Version [number]."""
    name: str
    """Name [text]."""
    title: dict[str, str]
    """Title in two languages."""
    why: str
    """Reason [text]."""
    horizon: Horizon = Horizon()
    """When."""
    lanes: Mapping[str, Lane]
    """Lanes by id."""
    policy: tuple[Zone, ...] = ()
    """Zones."""
    coupon: Mapping[str, float] = {}
    """Coupon by market [USD]."""
    skus: tuple[Sku, ...]
    """Products."""
    sales: tuple[Sales, ...]
    """Sales."""

    @field_validator("skus")
    @classmethod
    def _in_order(cls, rows: tuple[Sku, ...]) -> tuple[Sku, ...]:
        return tuple(sorted(rows, key=lambda row: row.sku))

    @model_validator(mode="after")
    def _known_skus(self) -> Toy:
        known = {row.sku for row in self.skus}
        problems = [
            Problem(f"sales[{','.join(row.key)}].sku", told("unknown sku {sku!r}", sku=row.sku))
            for row in self.sales
            if row.sku not in known
        ]
        if self.horizon.days == 13:
            problems.append(Problem("skus[CHG-65].price", told("not an amount for thirteen days")))
        if problems:
            raise ScenarioProblems(problems)
        return self


BASE = """\
schema_version: 1
name: toy
title: {en: Toy, zh: 玩具}
why: the smallest world with every kind of value
tables:
  skus: tables/skus.csv
  sales: tables/sales.csv
horizon: {days: 365}
lanes:
  US-air:
    rate: 58 USD
    transit_days: {lognormal: {median: 8, sigma: 0.3}}
    cost_per_unit: 1.5
    exam_share: 0.03
  US-sea:
    rate:
      - {from: 2027-01-01, value: 10 USD}
      - {from: 2027-06-01, value: 12 USD}
    transit_days: 40
    cost_per_unit: 1
    exam_share: 0.03
policy:
  - {from: 0, do: refund}
  - {from: 25, do: reship}
coupon: {US: 5}
"""
SKUS = """\
sku,name,weight_kg,price,currency,life_days,source,mark
CHG-65,65 W charger,0.16,29.99 USD,USD,"weibull(eta=900, beta=0.8)",S1,S
VAC-L10,robot vacuum,9.5,399 USD,,,,
"""
SALES = """\
sku,market,units_per_month,from,source
CHG-65,US,4200,,S1
CHG-65,DE,1100,,S1
CHG-65,DE,1300,2027-06-01,S1
VAC-L10,US,620,,S1
"""
WHAT_IF = """\
extends: base.yaml
name: dearer
title: {en: Dearer air, zh: 空运涨价}
why: freight is the first thing to move
set:
  lanes.US-air.rate: {times: 1.4}
"""


def write(folder: Path, **changed: str | bytes) -> Path:
    """Write the toy's files into a folder, some of them with other content; returns the base file."""
    files: dict[str, str | bytes] = {"base": BASE, "skus": SKUS, "sales": SALES, "what_if": WHAT_IF, **changed}
    names = {"base": "base.yaml", "what_if": "what_if.yaml", "skus": "tables/skus.csv", "sales": "tables/sales.csv"}
    (folder / "tables").mkdir(exist_ok=True)
    for key, content in files.items():
        path = folder / names[key]
        if isinstance(content, str):
            path.write_text(textwrap.dedent(content), encoding="utf-8")
        else:
            path.write_bytes(content)
    return folder / "base.yaml"


def load_toy(path: Path, *sets: str, policy: Path | None = None) -> Loaded[Toy]:
    """The toy of a file."""
    return load_as(Toy, path, sets, policy)


def row(toy: Toy, table: str, **key: Any) -> Any:
    """The one row of a table with the stated cells."""
    (found,) = [r for r in getattr(toy, table) if all(getattr(r, k) == v for k, v in key.items())]
    return found
