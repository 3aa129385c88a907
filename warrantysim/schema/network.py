"""Places where claims wait: benches, their calendars, stock."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, field_validator

from warrantysim.schema.amounts import Amount
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import BadInput, Checked, Problem, suggestion, told, wrong
from warrantysim.schema.ranges import Days, Level, Pairs, People, Runs, Share, SomeDays, Units, Weekday
from warrantysim.schema.row_keys import row_path
from warrantysim.schema.strict import Row, Strict

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


class WorkingHours(Strict):
    """A working week; without one a place works day and night."""

    time_zone: str = "UTC"
    """IANA time zone of the place [text]."""
    start_hour: float = Field(default=0.0, ge=0, lt=24)
    """Work begins, local time [hours, 0-24)."""
    end_hour: float = Field(default=24.0, gt=0, le=24)
    """Work ends, local time [hours, 0-24]."""
    weekdays: tuple[Weekday, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Working days of the week, Monday 0 [0-6]."""
    until: dt.date = dt.date(2035, 12, 31)
    """Last day the calendar knows; work beyond it is an error [date]."""


class ClosureRow(Row):
    """Days on which a calendar works at another rate: 0 closed, 0.4 a ramp day."""

    key_fields = ("calendar", "first_day")
    calendar: str
    """Calendar [id]."""
    first_day: dt.date
    """First day [date]."""
    last_day: dt.date
    """Last day, inclusive [date]."""
    rate: Share
    """Share of the normal rate [share, 0-1]."""


class ChinaBench(Strict):
    """The factory bench all markets share."""

    technicians: People
    """Technicians shared by all units [people, 1-10000]."""
    calendar: str
    """Working calendar [calendar id]."""
    transfer_price_per_hour: Amount
    """What an hour on the bench is charged at [amount per hour]."""
    fixed_per_unit: Amount
    """Handling and retest a unit [amount]."""
    disposal_per_unit: Amount | None = None
    """Disposal of a unit scrapped there; empty where the factory bears it [amount]."""
    first_pass_yield: Share
    """Repairable units repaired [share, 0-1]."""
    skill: Level = 4
    """Highest repair level [level, 1-4]."""
    nff_minutes: Distribution = Distribution(kind="constant", params={"value": 12.0})
    """Bench time to find that nothing is wrong or that a unit is beyond repair [minutes]."""
    parts_stockout_share: Share
    """Repairs that wait for a part [share, 0-1]."""
    parts_delay_days: Distribution
    """How long they wait [days]."""
    bounce_share: Share
    """Repairs that fail again within ``bounce_days`` [share, 0-1]."""
    bounce_days: SomeDays = 60.0
    """Window of a bounce [days, 0.001-3650]."""
    landing_days: Distribution
    """From the China customs point to the bench, inspection apart [days]."""


class StockRow(Row):
    """New and repaired stock of one SKU in one market."""

    key_fields = ("sku", "market")
    sku: str
    """SKU [id]."""
    market: str
    """Market [id]."""
    base_stock: Units | None = None
    """New units held for replacements, reordered one for one; empty means never short [units, 0-1000000]."""
    lead_days: Days = 45.0
    """Replenishment lead time [days, 0-3650]."""
    pool: bool = True
    """Whether repaired units may serve as replacements [true|false]."""
    pool_start: Units = 0
    """Repaired units in the pool at the beginning of the run-in [units, 0-1000000]."""
    pool_need: Units = 0
    """Units of closing pool stock worth their transfer value; the rest falls to net realisable value
    [units, 0-1000000]."""


class Stock(Strict):
    """Rules of replacement stock."""

    pick_days: Distribution
    """From the decision to the parcel leaving [days]."""
    pool_first: bool = True
    """Repaired stock before new stock, where it is accepted [true|false]."""
    pool_refused_share: Share
    """Claimants who refuse a repaired unit [share, 0-1]."""
    deliveries: Literal["base_stock", "table"] = "base_stock"
    """How new stock comes in [base_stock|table]."""


class DeliveryRow(Row):
    """One stated delivery of new stock."""

    key_fields = ("sku", "market", "day")
    sku: str
    """SKU [id]."""
    market: str
    """Market [id]."""
    day: dt.date
    """Day of arrival [date]."""
    units: Units
    """Units delivered [units, 0-1000000]."""


class PartnerLogistics(Strict):
    """What leaves a repair partner, apart from its contract; handling days are those of its bench."""

    outbound: Literal["label", "fulfilment"] = "fulfilment"
    """How a repaired unit goes back to the customer [label|fulfilment]."""


class PlanDefaults(Strict):
    """How much luck is simulated where a command says nothing else."""

    replications: Pairs = 20
    """Replications of simulate and confirm [count, 2-100000]."""
    seed: int = Field(default=20270101, ge=0, le=2**32 - 1)
    """Seed of every draw [integer, 0 to 4294967295]."""
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    """Level of every interval [share, 0.5-1]."""


class DecisionSettings(Strict):
    """How the optimizer works and what it must respect."""

    bands: int = Field(default=12, ge=2, le=60)
    """Most value bands a cell, at quantiles of its claim values [count, 2-60]."""
    cell: tuple[Literal["sku", "market", "channel", "category", "symptom", "evidence", "age_band"], ...] = (
        "sku",
        "market",
    )
    """What a rule cell is made of."""
    training_replications: Runs = 6
    """Replications the optimizer learns from [count, 1-100000]."""
    selection_replications: Runs = 3
    """Replications that choose among candidate policies [count, 1-100000]."""
    confirm_replications: Pairs = 12
    """Fresh replications that confirm the choice [count, 2-100000]."""
    judging_replications: Pairs = 6
    """Further replications that tell which changes are worth making [count, 2-100000]."""
    robust_draws: Units = 24
    """Draws of all stated ranges together that a change must stand up to; none leaves that out [count, 0-1000000]."""
    robust_share: Share = 0.9
    """Least share of these draws in which a change must save [share, 0-1]."""
    max_p90_rise_days: Days | None = 14.0
    """A change that lets nine in ten of its customers wait more than this longer needs a person's tick
    [days, 0-3650]."""
    iterations: Runs = 3
    """Rounds of solve and simulate [count, 1-100000]."""
    damping: float = Field(default=0.5, gt=0, le=1)
    """Share of a new congestion price taken over each round [share, 0-1]."""
    neighbours: Units = 240
    """Most neighbours of the best policy that are simulated, in cells that share what is scarce; fewer above a thousand
    claims a replication [count, 0-1000000]."""
    canonical_order: bool = True
    """Whether zones must follow refund < reship < repair_local < return_china [true|false]."""
    cash_only: bool = False
    """Minimise cash alone, leaving expected costs out [true|false]."""
    materiality: Amount
    """A change that saves less a year is shown as HOLD [amount a year]."""
    rounding: float = Field(default=5.0, ge=0.01, le=10**6)
    """Cut-points in exported rules are rounded to this many units of currency [currency units, 0.01-1000000]."""
    refund_budget: Amount | None = None
    """Most to be paid in refunds a year [amount a year]."""
    max_mean_days: SomeDays | None = None
    """Longest mean time to resolution [days, 0.001-3650]."""
    max_dispute_share: Share | None = None
    """Highest share of claims ending in a dispute [share, 0-1]."""
    cvar_weight: Share = 0.0
    """Weight on the mean of the worst years instead of the mean year [share, 0-1]."""
    cvar_level: float = Field(default=0.9, gt=0, lt=1)
    """Years counted as worst are those above this quantile [share, 0-1]."""
    gap: Share = 0.001
    """Relative gap at which the solver stops [share, 0-1]."""
    node_limit: int = Field(default=200_000, ge=1, le=10**9)
    """Nodes after which it stops; reproducible, unlike a time limit [count, 1-1000000000]."""
    time_limit_s: float | None = Field(default=None, ge=0.001, le=10**6)
    """Seconds after which it stops; the result is then marked not reproducible [seconds, 0.001-1000000]."""
    simulate: bool = True
    """Whether queues are simulated and priced in rounds; false solves the program once [true|false]."""

    @field_validator("cell")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise BadInput("expected each key once, got {names}", names=", ".join(value))
        return value


def time_zones(s: Scenario) -> Checked:
    """Every time zone is a known one."""
    places = {f"markets.{key}.time_zone": market.time_zone for key, market in s.markets.items()}
    places |= {f"calendars.{key}.time_zone": hours.time_zone for key, hours in s.calendars.items()}
    for path, name in places.items():
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            message = told("unknown time zone {name!r}", name=name) + suggestion(name, sorted(available_timezones()))
            yield Problem(path, message)


def working_weeks(s: Scenario) -> Checked:
    """Working weeks have hours and days, and last to the end of the run."""
    for name, hours in s.calendars.items():
        at = f"calendars.{name}"
        if hours.start_hour >= hours.end_hour:
            yield wrong(
                f"{at}.end_hour",
                "expected end_hour after start_hour {start_hour:g}, got {end_hour:g}",
                start_hour=hours.start_hour,
                end_hour=hours.end_hour,
            )
        if not hours.weekdays or len(set(hours.weekdays)) < len(hours.weekdays):
            yield wrong(
                f"{at}.weekdays",
                "expected days of the week, 0 to 6, each once, got {weekdays}",
                weekdays=list(hours.weekdays),
            )
        if hours.until < s.horizon.ends:
            yield wrong(
                f"{at}.until",
                "expected a day not before {ends}, the end of the run-out, got {until}",
                ends=s.horizon.ends,
                until=hours.until,
            )


def closures_in_order(s: Scenario) -> Checked:
    """Closures end after they begin, within their calendar, and do not overlap."""
    by_calendar: dict[str, list[ClosureRow]] = {}
    for row in s.closures:
        by_calendar.setdefault(row.calendar, []).append(row)
        if row.last_day < row.first_day:
            yield wrong(
                row_path("closures", row, "last_day"),
                "expected a day on or after first_day {first_day}, got {last_day}",
                first_day=row.first_day,
                last_day=row.last_day,
            )
        if row.last_day > (until := s.calendars[row.calendar].until):
            yield wrong(
                row_path("closures", row, "last_day"),
                "expected a day the calendar knows, to {until}, got {last_day}",
                until=until,
                last_day=row.last_day,
            )
    for rows in by_calendar.values():
        for one, two in pairwise(sorted(rows, key=lambda row: row.first_day)):
            if two.first_day <= one.last_day:
                yield wrong(
                    row_path("closures", two),
                    "overlaps the closure from {first_day} to {last_day}",
                    first_day=one.first_day,
                    last_day=one.last_day,
                )
