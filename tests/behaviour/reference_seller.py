"""The reference seller, small: every section and table of it, a part of the sales and of the year, a rule for each way.

As stated, and *strained*, where what its own figures leave slack is short: stock, promises, clocks, allowances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

import numpy as np

from warrantysim.claims.births import born_with_earlier
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.reads import Place, places_differing, read_of, watched
from warrantysim.files.loading import load_scenario
from warrantysim.files.overrides import Override
from warrantysim.files.reading import Reader
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.money.price import price
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.figures import figures
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

NUDGES = (
    ("times", 1.1), ("times", 0.9), ("swap", 0.0), ("plus", 1.0), ("plus", -1.0), ("times", 3.0), ("times", 0.5),
    ("times", 0.1), ("times", 0.01),
)  # fmt: skip
"""Ways to change a figure; the first that makes a valid scenario and moves something is enough. Figures of a table that
add up to 1 change places."""
STRAINS: Mapping[str, Any] = {
    "births.opportunistic.*.*.share": 0.05,
    "china_customs.extensions": 1,
    "china_customs.guarantee": True,
    "china_customs.repair_clock_days": 3,
    "china_customs.truck_minimum": "0 CNY",
    "china_bench.bounce_share": 0.5,
    "markets.*.china.air.consolidation": {"only": {"rule": "weekday", "weekdays": [2]}},
    "markets.*.ladder": ["partial_refund", "reship", "refund"],
    "markets.*.renewal.repair": "extended",
    "markets.*.service.return_china": "own_unit",
    "markets.US.parcel.card": "EMS-CN-US",
    "markets.US.parcel.zone": "",
    "partners.*-*.bounce_share": 0.9,
    "partners.*.desks.*.retainer.included_units": 1,
    "partners.*.desks.*.retainer.technician_units": 1,
    "partners.benchlease-uk.desks.*.bench.technicians": 2,
    "partners.tierwerk-de.desks.DE.parts": {"only": {"mode": "consigned", "handling": "1.2 EUR"}},
    "partners.*.desks.*.sla.days": 1,
    "partners.*.desks.*.sla.units_per_day": 1,
    "partners.*.desks.*.storage.free_days": 0,
    "partners.*.tiers.steps.0.from_units": 1,
    "partners.*.tiers.steps.1.from_units": 4,
    "promise.battery_capacity_share": 0.85,
    "triage.denial.dispute_share.photo": 0.6,
}
"""What the strained seller states otherwise."""


def small_seller(share: float = 1 / 4, days: int = 150) -> Scenario:
    """All of the reference seller but most of its sales and of its year."""
    base = load_scenario("scenarios/base.yaml")
    return base.replace(
        sales=[row.replace(units_per_month=row.units_per_month * share) for row in base.sales],
        horizon=base.horizon.replace(days=days, run_in_days=60, run_out_days=30),
        policy=every_way(base),
    )


def strained(s: Scenario) -> Scenario:
    """The same seller where things run short, and a market sends by a card with steps."""
    changed = stating(s, STRAINS)
    fees = {"processing_min": 0, "processing_max": 5, "informal_up_to": 1, "repaired_duty": "full"}
    return changed.replace(
        stock=[row.replace(base_stock=1, lead_days=20, pool_need=2) for row in changed.stock],
        customs=[row.replace(**fees) for row in changed.customs],
    )


def by_another_carrier(s: Scenario) -> Scenario:
    """The same seller with the carrier of peak surcharges, which takes heavier parcels, and another tariff preset."""
    heavy = [row.replace(up_to=40) if (row.card, row.up_to) == ("UPS-GROUND", 20) else row for row in s.label_rates]
    changes = {"markets.US.parcel.card": "UPS-GROUND", "markets.US.parcel.zone": "", "tariff_preset": "pre-Aug-2025"}
    return stating(s.replace(label_rates=heavy), changes)


def stating(s: Scenario, stated: Mapping[str, Any]) -> Scenario:
    """The same but for some figures, by path."""
    return Reader(Scenario).with_overrides(s, [Override(path, "set", value, path) for path, value in stated.items()])


def every_way(s: Scenario) -> Policy:
    """Rules that send claims every way there is: the arms of a market go round its products and reasons."""
    rules: list[dict[str, Any]] = [{"cell": {}, "zones": [{"from": "0 USD", "do": "reship"}]}]
    for market in s.market_ids:
        for k, sku in enumerate(s.skus):
            arms: list[dict[str, Any]] = [{"do": "refund"}, {"do": "reship"}]
            arms += [{"do": "return_china", "partner": way} for way in s.markets[market].china]
            quotes = [
                {"do": "repair_local", "partner": name}
                for name, quote in s.partners.items()
                if quote.desk_for(market) and quote.takes(sku.sku, sku.category)
            ]
            # Quotes have most figures: they get twice the claims.
            arms = quotes + arms + quotes
            for j, symptom in enumerate(s.symptom_ids):
                zones = [{"from": "0 USD", **arms[(j + k) % len(arms)]}]
                rules.append({"cell": {"market": market, "sku": sku.sku, "symptom": symptom}, "zones": zones})
    evidence = [{"from": "25 USD", "level": "photo"}, {"from": "120 USD", "level": "video"}]
    return Policy.model_validate({"name": "every-way", "rules": rules, "evidence": evidence})


class Seller:
    """A scenario, its run under its own rules, and what births and journeys read of it."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        there, born = watched(scenario)
        self.claims, self.before = born_with_earlier(there, 1, 0)
        there, read = watched(scenario)
        self.run = simulate_run(there, scenario.policy, self.claims, 1, 0, earlier=self.before)
        self.born, self.read = frozenset(born), frozenset(born | read)
        self.stated = told(self.run, scenario)

    def reads(self, path: str, *, by_run: bool = False) -> bool:
        """Whether anything reads a figure of a path (``*`` for any key, ``table[].column``), or births and journeys."""
        table, _, column = path.partition("[].")
        wanted = (table, "*", column) if column else tuple(path.split("."))
        leaves, places = self._run_places if by_run else self._all_places
        # A mapping of plain numbers is read as a whole.
        within = {_place(wanted[:depth]) for depth in range(1, len(wanted))}
        if any(fnmatchcase(place, _place(wanted)) for place in places):
            return True
        return any(fnmatchcase(leaf, one) for leaf in leaves for one in within)

    @cached_property
    def _run_places(self) -> tuple[frozenset[str], frozenset[str]]:
        return _places(self.read)

    @cached_property
    def _all_places(self) -> tuple[frozenset[str], frozenset[str]]:
        there, read = watched(self.scenario)
        price(self.run, there, self.scenario.policy)
        return _places(self.read | frozenset(read))

    def moved_by(self, there: Scenario) -> bool:
        """Whether any ledger line or any moment of any claim is another one in a scenario that differs."""
        changed = places_differing(self.scenario, there)
        run = self.run
        if changed is None or read_of(self.read, changed):
            claims, before = self.claims, self.before
            if changed is None or read_of(self.born, changed):
                claims, before = born_with_earlier(there, 1, 0)
            run = simulate_run(there, self.scenario.policy, claims, 1, 0, earlier=before)
        return told(run, there) != self.stated

    def nudged(self, path: str, nudges: Sequence[tuple[str, float]]) -> Iterator[bool]:
        """Whether each nudge of the figures of a path, or of all rows of a ``table[].column``, moves something."""
        table, _, column = path.partition("[].")
        for how, by in nudges:
            try:
                if column:
                    there = self._column(table, column, how, by)
                else:
                    there = _turned(self.scenario, path, how, by)
                yield self.moved_by(there)
            except (ScenarioError, ValueError):
                continue  # No valid scenario: another way to change the figure.

    def _column(self, table: str, column: str, how: str, by: float) -> Scenario:
        old = getattr(self.scenario, table)
        places = [i for i in range(len(old)) if is_number(getattr(old[i], column))]
        values = [getattr(old[i], column) for i in places]
        if how == "swap":
            groups: dict[tuple[Any, ...], list[int]] = {}
            for i in places:
                groups.setdefault(tuple(getattr(old[i], name) for name in old[i].key_fields[:-1]), []).append(i)
            turned_round = {i: mine[k - 1] for mine in groups.values() for k, i in enumerate(mine)}
            values = [getattr(old[turned_round[i]], column) for i in places]
        else:
            values = [_nudged(value, how, by) for value in values]
        new = dict(zip(places, values, strict=True))
        return self.scenario.replace(
            **{table: [row.replace(**{column: new[i]}) if i in new else row for i, row in enumerate(old)]}
        )


def told(run: Run, s: Scenario) -> tuple[Any, ...]:
    """Everything a run comes to: lines by category, their tax and when money moves; when claims are resolved."""
    ledger, r = price(run, s, s.policy), run.records
    return (
        len(ledger.amount),
        np.bincount(ledger.category, np.abs(ledger.reporting)).tolist(),
        float(np.abs(ledger.tax).sum()),
        int(ledger.cash.sum()),
        int(ledger.obligation.astype(np.int64).sum()),
        len(r),
        int(r.resolved.sum()),
        int(r.closed.sum()),
    )


def sections(s: Scenario) -> Iterator[str]:
    """Paths of all figures outside tables, those of markets, partners, desks and the like together."""
    ids = {*s.market_ids, *s.partner_ids, *s.channel_ids, *s.way_ids, *s.calendars, *s.sku_ids}
    ids |= {desk for quote in s.partners.values() for desk in quote.desks}
    paths = dict.fromkeys(
        ".".join("*" if step in ids else str(step) for step in figure.at)
        for figure in figures(s)
        if figure.at[0] != "policy" and _is_figure(figure.value)
    )
    yield from paths


def columns(s: Scenario) -> Iterator[tuple[str, str]]:
    """Columns of tables that state figures."""
    for table, kind in type(s).TABLES.items():
        for column in kind.model_fields:
            default = kind.model_fields[column].default
            if any(
                is_number(value) and value != default for value in (getattr(row, column) for row in getattr(s, table))
            ):
                yield table, column


def is_number(value: Any) -> bool:
    """Whether a value of a row is a figure."""
    return isinstance(value, Distribution | int | float) and not isinstance(value, bool)


def _nudged(value: Any, how: str, by: float) -> Any:
    if isinstance(value, Distribution):
        params = {k: v * by if how == "times" and isinstance(v, int | float) else v for k, v in value.params.items()}
        return {value.kind: params}
    new = value * by if how == "times" else value + by
    return round(new) if isinstance(value, int) else new


def _turned(s: Scenario, path: str, how: str, by: float) -> Scenario:
    if how == "swap":
        raise ValueError("figures of a section stand alone")
    return turned(s, [(Lever(path, how), by)])  # type: ignore[arg-type]


def _places(reads: frozenset[Place]) -> tuple[frozenset[str], frozenset[str]]:
    """What was read, one text each; and the same with all it lies in."""
    within = (place[:depth] for place in reads for depth in range(1, len(place) + 1))
    return frozenset(map(_place, reads)), frozenset(map(_place, within))


def _place(steps: tuple[str | int, ...]) -> str:
    return "/".join(map(str, steps))


def _is_figure(value: Any) -> bool:
    match value:
        case bool() | None:
            return False
        case int() | float():
            return True
        case str():
            number, _, currency = value.partition(" ")
            return number.replace(".", "", 1).isdigit() and len(currency) == len("USD")
        case dict():
            return any(map(_is_figure, value.values()))
        case list():
            # Dated steps; lists of plain numbers are days of the week and ages at which bands begin.
            return any(isinstance(item, dict) and "value" in item and _is_figure(item["value"]) for item in value)
    return False
