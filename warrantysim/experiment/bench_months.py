"""How busy benches are, month by month: time worked, time offered, waits."""

from __future__ import annotations

import numpy as np

from warrantysim.experiment.outcomes import CHINA, BenchMonths
from warrantysim.journeys.model import Model, first_stamp, model_of
from warrantysim.journeys.operational_clock import UNIT
from warrantysim.journeys.records import Records, to_china, to_partner
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario


def bench_names(scenario: Scenario) -> tuple[str, ...]:
    """Benches in the order of every array of benches: the partners, then `CHINA`."""
    return (*scenario.partner_ids, CHINA)


def months_of_horizon(scenario: Scenario) -> int:
    """Months the horizon touches."""
    return int(scenario.clock.months(np.array([scenario.horizon.days * DAY - 1]), "UTC")[0]) + 1


def horizon_months(scenario: Scenario) -> list[str]:
    """Their labels, ``2027-01``."""
    return [scenario.clock.month_label(k) for k in range(months_of_horizon(scenario))]


def whole_months(scenario: Scenario) -> list[str]:
    """Labels of those months that lie within the horizon from their first day to their last."""
    starts = scenario.clock.month_starts("UTC", before=0, after=months_of_horizon(scenario))
    inside = (starts[:-1] >= 0) & (starts[1:] <= scenario.horizon.days * DAY)
    return [scenario.clock.month_label(int(k)) for k in np.flatnonzero(inside)]


def visits(records: Records, scenario: Scenario) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows of the claims a bench has worked on, row of that bench, and the month the work ended.

    Months since the horizon's first: in the market's time zone at partners, in its calendar's at the China bench.
    """
    benched = records.bench_out > NEVER
    local = benched & to_partner(records.route)
    china = benched & to_china(records.route)
    rows = np.flatnonzero(local | china)
    bench = np.where(china[rows], len(scenario.partner_ids), records.partner[rows]).astype(np.int64)
    return rows, bench, work_months(records, rows, scenario)


def work_months(records: Records, rows: np.ndarray, scenario: Scenario) -> np.ndarray:
    """Month in which the bench was done with each row, as in `visits`. int64, shape of ``rows``."""
    month = np.zeros(len(rows), dtype=np.int64)
    china = to_china(records.route[rows])
    done, market = records.bench_out[rows], records.claims.market[rows]
    for m, name in enumerate(scenario.market_ids):
        here = ~china & (market == m)
        month[here] = scenario.clock.months(done[here], scenario.markets[name].time_zone)
    month[china] = scenario.clock.months(done[china], china_zone(scenario))
    return month


def china_zone(scenario: Scenario) -> str:
    """Time zone of the China bench."""
    return scenario.calendars[scenario.china_bench.calendar].time_zone


def bench_months(records: Records, scenario: Scenario) -> BenchMonths:
    """Work of all claims of a run, in scope or not, at all benches in the months of the horizon."""
    rows, bench, month = visits(records, scenario)
    months = months_of_horizon(scenario)
    inside = (month >= 0) & (month < months)
    rows, cell = rows[inside], bench[inside] * months + month[inside]
    shape = (len(scenario.partner_ids) + 1, months)
    size = shape[0] * shape[1]
    count = np.bincount(cell, minlength=size)
    waited = (records.bench_start[rows] - records.bench_in[rows]) / DAY
    # Of no visit at all NumPy would count whole numbers.
    minutes, waits = (
        np.bincount(cell, amount, minlength=size).astype(float) for amount in (records.bench_minutes[rows], waited)
    )
    wait = waits / np.maximum(count, 1)
    return BenchMonths(
        minutes=minutes.reshape(shape),
        visits=count.reshape(shape),
        wait_days=wait.reshape(shape),
        offered_minutes=offered_minutes(scenario),
        waits=waited[np.lexsort((waited, cell))].astype(np.float32),
    )


@recent(4)
def offered_minutes(scenario: Scenario) -> np.ndarray:
    """Bench time of each bench and month: technicians x working time of their calendar. Shape (benches, months)."""
    offered = _offered(model_of(scenario))
    offered.setflags(write=False)
    return offered


def _offered(model: Model) -> np.ndarray:
    s = model.scenario
    out = np.zeros((len(s.partner_ids) + 1, months_of_horizon(s)))
    desks: set[tuple[int, str]] = set()
    for (p, m), (desk, bench) in model.desks.bench.items():
        if (p, desk) in desks:
            continue  # One bench that serves several markets.
        desks.add((p, desk))
        zone = s.markets[s.market_ids[m]].time_zone
        out[p] += bench.technicians * _minutes(model, (p, m), zone, out.shape[1])
    out[-1] = s.china_bench.technicians * _minutes(model, None, china_zone(s), out.shape[1])
    return out


def _minutes(model: Model, desk: tuple[int, int] | None, zone: str, months: int) -> np.ndarray:
    """Working time of one technician at full rate in each month of the horizon, shape (months,)."""
    clock = model.clock_of(desk, first_stamp(model.scenario))
    starts = model.scenario.clock.month_starts(zone, before=0, after=months)
    work = [clock.at(max(int(stamp), clock.wall[0])) for stamp in starts[: months + 1]]
    return np.diff(np.array(work, dtype=float)) / UNIT / 60
