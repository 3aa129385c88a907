"""Positions of the levers a seller decides on: each is the scenario as stated but for one choice, the rule kept.

No warranty term is set below both what is stated and what the law gives customers: claims that the law allows come
whatever the card in the box says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from warrantysim.analysis.cases import Case
from warrantysim.analysis.exclusions import barred, changed_cover, stated_exclusions
from warrantysim.analysis.sweeps import Position
from warrantysim.experiment.levers import Lever, turned
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY
from warrantysim.schema.errors import BadInput, ScenarioError, first_message
from warrantysim.schema.markets import Market, ServiceMode
from warrantysim.schema.policy import EvidenceRule
from warrantysim.schema.products import SkuMarket
from warrantysim.schema.root import Scenario

TERMS_DAYS = (90.0, 365.0, 730.0)
"""Warranty terms looked at where none are asked for [days]."""
AGES = (0.5, 2.0)
"""Factors on the age at which a batch for China leaves."""
POOLS = (1.0, 2.0)
"""Pools looked at, as multiples of the need the stock table states."""
HOURS = (0.75, 1.25, 1.5)
"""Bench hours looked at, as multiples of what is stated."""
FRIDAY = 4
"""Day of the week of a weekly departure, Monday 0."""
MODES: tuple[ServiceMode, ...] = ("own_unit", "advance_exchange")
"""Ways to serve a repair: the customer's own unit comes back, or another is sent at once."""


@dataclass
class Turning:
    """Positions as they are built; state is those that hold and those that do not."""

    stated: Case
    """The scenario and rule as stated."""
    positions: list[Position] = field(default_factory=list)
    """Positions that are valid worlds."""
    left_out: list[tuple[str, str, str]] = field(default_factory=list)
    """Item, position and why, of those that are not."""

    def add(self, item: str, at: str, world: Callable[[], Scenario]) -> None:
        """A position; where its scenario is not valid the reason is kept in its place."""
        try:
            found = world()
        except (ScenarioError, ValueError) as error:
            told = str(error).splitlines()[0] if isinstance(error, ScenarioError) else str(first_message(error))
            self.left_out.append((item, at, told))
            return
        self.positions.append(Position(item, at, Case(f"{item} {at}".strip(), found, self.stated.policy)))


def warranty(stated: Case, at: Sequence[float] = ()) -> Turning:
    """One warranty term for all products and markets."""
    out, scenario = Turning(stated), stated.scenario
    floors = dict(law_days(scenario))
    for days in at or TERMS_DAYS:
        out.add("", f"{days:g} d", partial(_all_termed, scenario, days, floors))
    return out


def _all_termed(scenario: Scenario, days: float, floors: Mapping[str, float]) -> Scenario:
    """The scenario with one term for all."""
    rows = tuple(_termed(row, days, floors.get(row.market, 0.0)) for row in scenario.sku_markets)
    return scenario.replace(sku_markets=rows)


def law_days(scenario: Scenario) -> Iterator[tuple[str, float]]:
    """Age to which the law of a market lets the customer choose his remedy: (market, days)."""
    for market in scenario.market_ids:
        ages = [row.age_to_days for row in scenario.legal_floors if row.market == market and row.chooser == "customer"]
        if ages:
            yield market, float(max(ages))


def _termed(row: SkuMarket, days: float, law: float) -> SkuMarket:
    """Terms with a warranty of ``days``; refunds in full throughout where the full days would outlast it."""
    term = max(days, min(row.warranty_days, law))
    if row.refund_basis == "full_then_pro_rata" and row.full_days >= term:
        return row.replace(warranty_days=term, refund_basis="full", full_days=0.0)
    return row.replace(warranty_days=term)


def guide(stated: Case, at: Sequence[float] = ()) -> Turning:
    """The troubleshooting guide of each product, on where it is off and off where it is on.

    Where a product without a guide states no cost of one, it is taken to cost what those with a guide do on average.
    """
    out, scenario = Turning(stated), stated.scenario
    for k, sku in enumerate(scenario.skus):
        cost = sku.guide_cost_per_unit or usual_guide_cost(scenario) / scenario.usd_per_unit(sku.currency)
        turned_sku = sku.replace(guide_on=not sku.guide_on, guide_cost_per_unit=cost)
        rows = (*scenario.skus[:k], turned_sku, *scenario.skus[k + 1 :])
        out.add(sku.sku, "off" if sku.guide_on else "on", partial(scenario.replace, skus=rows))
    return out


def usual_guide_cost(scenario: Scenario) -> float:
    """Mean cost of the guides that state one [USD per unit sold]."""
    costs = [
        k.guide_cost_per_unit * scenario.usd_per_unit(k.currency) for k in scenario.skus if k.guide_cost_per_unit > 0
    ]
    return sum(costs) / len(costs) if costs else 0.0


def evidence(stated: Case, at: Sequence[float] = ()) -> Turning:
    """Evidence asked of every claim: none, a photo, a video."""
    out = Turning(stated)
    zero = Amount(0.0, stated.scenario.reporting_currency)
    for level in ("none", "photo", "video"):
        rules = () if level == "none" else (EvidenceRule.model_validate({"from": zero, "level": level}),)
        policy = stated.policy.replace(evidence=rules)
        out.positions.append(Position("", level, Case(level, stated.scenario, policy)))
    return out


def service_modes(stated: Case, at: Sequence[float] = ()) -> Turning:
    """The same service mode in every market, of repairs near the customer and of returns to China."""
    out, scenario = Turning(stated), stated.scenario
    for disposition in (BY_PARTNER, BY_WAY):
        for mode in MODES:
            out.add(disposition, mode, partial(_markets, scenario, partial(_served, do=disposition, mode=mode)))
    return out


def dispatch(stated: Case, at: Sequence[float] = ()) -> Turning:
    """When batches for China leave: sooner, later, every Friday."""
    out, scenario = Turning(stated), stated.scenario
    for factor in at or AGES:
        out.add("", f"x {factor:g}", partial(_markets, scenario, partial(_aged, factor=factor)))
    out.add("", "weekly", partial(_markets, scenario, _weekly))
    return out


def pool(stated: Case, at: Sequence[float] = ()) -> Turning:
    """Swap pools at the beginning: none at all, or as many units as the stock table says are needed."""
    out, scenario = Turning(stated), stated.scenario
    off = tuple(row.replace(pool=False, pool_start=0) for row in scenario.stock)
    out.add("", "off", partial(scenario.replace, stock=off))
    for factor in at or POOLS:
        out.add("", f"x {factor:g}", partial(_pooled, scenario, factor))
    return out


def _pooled(scenario: Scenario, factor: float) -> Scenario:
    """The scenario whose pools begin with so many times what they need."""
    rows = (row.replace(pool_start=round(factor * row.pool_need)) if row.pool else row for row in scenario.stock)
    return scenario.replace(stock=tuple(rows))


def exclusions(stated: Case, at: Sequence[float] = ()) -> Turning:
    """Each exclusion of the warranty covered, or left out where it is covered and the law lets it be."""
    out = Turning(stated)
    for name, how, world in changed_cover(stated.scenario):
        out.add(name, how, lambda world=world: world)  # type: ignore[misc]
    for name, market, article in barred(stated.scenario):
        if name in stated_exclusions(stated.scenario):
            out.left_out.append((name, "left_out", f"{market}: {article}"))
    return out


def technicians(stated: Case, at: Sequence[float] = ()) -> Turning:
    """One technician more or less, on the factory bench and on every bench the rule sends units to."""
    out, scenario = Turning(stated), stated.scenario
    people = scenario.china_bench.technicians
    for more in (-1, 1, 2):
        if people + more >= 1:
            bench = scenario.china_bench.replace(technicians=people + more)
            out.add("china_bench", f"{more:+d}", partial(scenario.replace, china_bench=bench))
    for name, place, capacity in _desks(stated):
        partner, _, desk = name.partition(" ")
        crew = scenario.partners[partner].desks[desk].bench.technicians
        moves = [
            (Lever(f"{place}.technicians", "plus"), 1.0),
            (Lever(f"{place}.{capacity}", "times"), (crew + 1) / crew),
        ]
        out.add(name, "+1", partial(turned, scenario, moves))
    return out


def hours(stated: Case, at: Sequence[float] = ()) -> Turning:
    """Bench hours as multiples of what is stated: the factory's working day, and what each desk the rule uses gives."""
    out = Turning(stated)
    for factor in at or HOURS:
        out.add("china_bench", f"x {factor:g}", partial(_factory_day, stated.scenario, factor))
    for name, place, capacity in _desks(stated):
        for factor in at or HOURS:
            moves = [(Lever(f"{place}.{capacity}", "times"), factor)]
            out.add(name, f"x {factor:g}", partial(turned, stated.scenario, moves))
    return out


def _factory_day(scenario: Scenario, factor: float) -> Scenario:
    """The factory's working day longer or shorter, at most 24 hours; desks that share its calendar keep theirs."""
    shared, own = scenario.china_bench.calendar, f"{scenario.china_bench.calendar}_x_{factor:g}"
    day = scenario.calendars[shared]
    long = min(24.0, factor * (day.end_hour - day.start_hour))
    start = min(day.start_hour, 24.0 - long)
    closures = [row.replace(calendar=own) for row in scenario.closures if row.calendar == shared]
    return scenario.replace(
        calendars={**scenario.calendars, own: day.replace(start_hour=start, end_hour=start + long)},
        closures=(*scenario.closures, *closures),
        china_bench=scenario.china_bench.replace(calendar=own),
    )


def _desks(stated: Case) -> Iterator[tuple[str, str, str]]:
    """Each desk the rule sends units to: its name, the path of its bench, and the field that states its capacity."""
    used = {name for do, name in stated.policy.partners() if do == BY_PARTNER}
    for partner in sorted(used):
        for name, desk in stated.scenario.partners[partner].desks.items():
            capacity = "units_per_day" if desk.bench.units_per_day is not None else "hours_per_month"
            yield f"{partner} {name}", f"partners.{partner}.desks.{name}.bench", capacity


def of_path(stated: Case, path: str, at: Sequence[float], factor: bool = False) -> Turning:
    """Any figure, or several alike, at stated positions.

    Raises
    ------
    BadInput
        If no position is given, or the path names no figure.
    ScenarioError
        If it names nothing.
    """
    if not at:
        raise BadInput("{path}: expected positions to turn it to", path=path)
    lever = Lever(path, "times" if factor else "set")
    # A path that names nothing is a mistake in the question, not a scenario that does not hold.
    turned(stated.scenario, [(Lever(path, "times"), 1.0)])
    out = Turning(stated)
    for x in at:
        out.add("", f"x {x:g}" if factor else f"{x:g}", partial(turned, stated.scenario, [(lever, x)]))
    return out


def _markets(scenario: Scenario, change: Callable[[Market], Market]) -> Scenario:
    return scenario.replace(markets={name: change(market) for name, market in scenario.markets.items()})


def _served(market: Market, do: str, mode: ServiceMode) -> Market:
    return market.replace(service={**market.service, do: mode})


def _aged(market: Market, factor: float) -> Market:
    lanes = {}
    for way, lane in market.china.items():
        rule = lane.consolidation
        older = None if rule.age_days is None else rule.age_days * factor
        lanes[way] = lane.replace(consolidation=rule.replace(age_days=older))
    return market.replace(china=lanes)


def _weekly(market: Market) -> Market:
    lanes = {
        way: lane.replace(consolidation=lane.consolidation.replace(rule="weekday", weekdays=(FRIDAY,)))
        for way, lane in market.china.items()
    }
    return market.replace(china=lanes)


LEVERS: dict[str, Callable[[Case, Sequence[float]], Turning]] = {
    "warranty": warranty,
    "guide": guide,
    "evidence": evidence,
    "service": service_modes,
    "dispatch": dispatch,
    "pool": pool,
    "exclusions": exclusions,
    "technicians": technicians,
    "hours": hours,
}
"""Levers by name, each turned through its positions."""

TAKE_POSITIONS = frozenset({"warranty", "dispatch", "pool", "hours"})
"""Levers whose positions can be asked for: days, factors on ages, multiples of the need or of the hours."""
