"""Simulated years of many policies, in which claims that cannot differ between two of them are simulated once.

A cell here is a product in a market. Two cells meet where claims of both come to one bench, one hub or one contract, or
would have come had their customers not given up. Cells that meet, directly or through others, are a component: what
its claims come to, and what they cost, follows from what a policy says in its own cells alone, since every draw is
keyed. So of a further policy only those components are simulated in which it says something else, together with those
that what is simulated turns out to meet; the others are taken from the policies before, to the last digit.

A year is always put together from its components in the order of their cells: it is the same whatever was known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.on_disk import place_of, put, taken
from warrantysim.experiment.outcomes import BenchMonths, SimulatedYear, YearSums
from warrantysim.experiment.planned import cell_of, planned_claims
from warrantysim.experiment.replicate import each_policy, priced_run
from warrantysim.experiment.rules_by_cell import Rules, rules_of
from warrantysim.experiment.summary import Failure, Summary, summary
from warrantysim.experiment.year import simulated_year
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Run, comes_back, to_china
from warrantysim.money.categories import MONEY, PARTS
from warrantysim.money.ledger import PART_BY_NUMBER, Ledger, YearLines
from warrantysim.money.price import year_lines
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

REPLICATIONS = 16
"""Replications whose components are kept at hand [count]."""
BYTES = 6_000_000
"""Most that the components of one replication take up, where the last year and as much again take no more; those found
last stay [bytes]."""
ROOM = 24_000_000
"""Most that those of all replications take up, when a further one is asked for [bytes]."""
COLUMNS = tuple(
    f.name for f in fields(SimulatedYear) if f.name not in {"replication", "unassigned", "unassigned_parts", "benches"}
)
"""Columns of a year with an entry a root claim."""

Signed = tuple[tuple[int, tuple[str, ...]], ...]
"""Partners by row and their desks that a policy signs."""
Fixed = Mapping[tuple[int, tuple[str, ...]], tuple[float, np.ndarray]]
"""What signed partners bill to whom nobody comes, money and by part [reporting currency]."""


@dataclass(frozen=True, eq=False)
class Component:
    """Cells that share with each other and with no other cell, under one set of rules."""

    cells: tuple[int, ...]
    """Its cells, in rising order."""
    said: tuple[object, ...]
    """The rules beside, then those in each cell."""
    places: frozenset[int]
    """Partners and China, where its claims come."""
    signed: Signed
    """The desks signed of these partners."""
    year: SimulatedYear
    """Its claims; benches it does not come to are idle."""

    @cached_property
    def bytes(self) -> int:
        """What its columns take up [bytes]."""
        columns = [*(getattr(self.year, name) for name in COLUMNS), self.year.benches.waits]
        return sum(column.nbytes for column in columns)

    def holds(self, rules: Rules) -> bool:
        """Whether it is part of what comes of other rules, where no other cell meets it."""
        return (
            self.said == (rules.beside, *(rules.by_cell[cell] for cell in self.cells))
            and self.signed == _signed(self.places, rules)
        )  # fmt: skip


@dataclass
class KnownYear:
    """What was found of one replication."""

    components: tuple[Component, ...] = ()
    """Components, those found last first."""
    fixed: dict[tuple[int, tuple[str, ...]], tuple[float, np.ndarray]] = field(default_factory=dict)
    """As in `Fixed`."""

    def learn(self, last: Sequence[Component], fixed: Fixed) -> None:
        """Take in what was found last."""
        self.fixed |= fixed
        most = max(BYTES, 2 * sum(one.bytes for one in last))
        self.components = _within(most, [*last, *(one for one in self.components if one not in last)])


def _bytes(known: KnownYear) -> int:
    return sum(one.bytes for one in known.components)


@recent(REPLICATIONS, _bytes, ROOM)
def known_year(scenario: Scenario, seed: int, replication: int) -> KnownYear:
    """What was found of a replication so far."""
    return KnownYear()


@contextmanager
def known_so_far(scenario: Scenario, seed: int, replication: int) -> Iterator[KnownYear]:
    """What this process found of a replication, or any of them where it is kept on disk; to be added to."""
    place = place_of(scenario)
    if place is None:
        yield known_year(scenario, seed, replication)
        return
    found = taken(place, "years", seed, replication) or KnownYear()
    before = found.components
    yield found
    if found.components is not before:
        put(place, found, "years", seed, replication)


def years(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, whole: Collection[int] | None = None
) -> list[SimulatedYear | YearSums | Failure]:
    """As `replicate`, with nothing but what a decision reads: years of the policies at the places ``whole``, of all
    where it is left out, and what those of the others come to."""

    first: list[SimulatedYear] = []

    def year(k: int, policy: Policy, claims: Claims) -> SimulatedYear | YearSums:
        one = year_under(scenario, policy, claims, seed, replication, at_hand)
        if whole is not None and k not in whole:
            return one.sums
        if first:
            return one.beside(first[0])
        first.append(one)
        return one

    with known_so_far(scenario, seed, replication) as at_hand:
        return each_policy(scenario, policies, seed, replication, year)


def years_beside(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, in_full: int, whole: Collection[int]
) -> tuple[list[Summary | Failure], list[SimulatedYear | YearSums | Failure]]:
    """As `replicate` of the first ``in_full`` policies, and of the others, which stand beside them, as `years`;
    ``whole``: places among all of them."""
    first = list[SimulatedYear]()

    def summed_up(k: int, policy: Policy, claims: Claims) -> Summary:
        run, ledger = priced_run(scenario, policy, claims, seed, replication)
        found = summary(run, ledger, scenario, k, replication)
        if may_fall_apart(scenario):
            rules = rules_of(policy, scenario)
            cells = range(len(rules.by_cell))
            at_hand.learn(*_taken_apart(run, ledger, found.year, rules, cells, scenario))
        first.append(found.year.beside(first[0]) if first else found.year)
        return replace(found, year=first[-1])

    def year(k: int, policy: Policy, claims: Claims) -> SimulatedYear | YearSums:
        found = year_under(scenario, policy, claims, seed, replication, at_hand)
        if in_full + k not in whole:
            return found.sums
        return found.beside(first[0]) if first else found

    with known_so_far(scenario, seed, replication) as at_hand:
        full = each_policy(scenario, policies[:in_full], seed, replication, summed_up)
        return full, each_policy(scenario, policies[in_full:], seed, replication, year)


def year_under(
    scenario: Scenario, policy: Policy, claims: Claims, seed: int, replication: int, at_hand: KnownYear
) -> SimulatedYear:
    """The year of one policy, from what is known of the others, which it adds to; ``claims``: all that are born."""
    if not may_fall_apart(scenario):
        run, ledger = priced_run(scenario, policy, claims, seed, replication)
        return simulated_year(run, ledger, scenario, replication)
    rules = rules_of(policy, scenario)
    kept = _fitting(at_hand.components, rules)
    while True:
        left = _left(kept, rules)
        named = _places(left, rules)
        kept = [one for one in kept if not one.places & named]
        if _left(kept, rules) != left:
            continue
        if not left and set(_signed_elsewhere(kept, rules)) <= at_hand.fixed.keys():
            return _joined(kept, at_hand.fixed, rules, scenario, replication)
        new, fixed = _simulated(scenario, policy, rules, claims, left, seed, replication)
        met = frozenset[int]().union(*(one.places for one in new))
        apart = [one for one in kept if not one.places & met]
        if len(apart) == len(kept):
            at_hand.learn([*new, *kept], fixed)
            return _joined([*kept, *new], at_hand.fixed, rules, scenario, replication)
        kept = apart


@recent(4)
def may_fall_apart(scenario: Scenario) -> bool:
    """Whether cells of a scenario can be told apart: nobody waits for one agent, and every batch has its own clock, so
    that none leaves because nothing else is going on."""
    clocks = [lane.consolidation.rule for market in model_of(scenario).markets for lane in market.china.values()]
    return scenario.triage.agents is None and not {"weight", "count"} & set(clocks)


def _fitting(components: Sequence[Component], rules: Rules) -> list[Component]:
    """Components that hold under some rules and do not overlap, the largest first."""
    found: list[Component] = []
    taken = set[int]()
    for one in sorted(components, key=lambda c: -len(c.cells)):
        if not taken & set(one.cells) and one.holds(rules):
            found.append(one)
            taken |= set(one.cells)
    met = [place for one in found for place in one.places]
    return [one for one in found if all(met.count(place) == 1 for place in one.places)]


def _left(kept: Sequence[Component], rules: Rules) -> list[int]:
    """Cells no component is known of."""
    there = {cell for one in kept for cell in one.cells}
    return [cell for cell in range(len(rules.by_cell)) if cell not in there]


def _places(cells: Sequence[int], rules: Rules) -> frozenset[int]:
    """Places the rules of some cells name."""
    return frozenset[int]().union(*(rules.names[cell] for cell in cells))


def _signed(places: frozenset[int], rules: Rules) -> Signed:
    return tuple((p, rules.signed[p]) for p in sorted(places) if p in rules.signed)


def _signed_elsewhere(components: Sequence[Component], rules: Rules) -> Signed:
    """What is signed of partners to whom no component comes."""
    there = frozenset[int]().union(*(one.places for one in components))
    return _signed(frozenset(rules.signed) - there, rules)


def _within(most: int, components: Sequence[Component]) -> tuple[Component, ...]:
    """The first of some components that take up no more than so many bytes."""
    room = most - np.cumsum([one.bytes for one in components])
    return tuple(one for one, free in zip(components, room, strict=True) if free >= 0)


def _simulated(
    scenario: Scenario,
    policy: Policy,
    rules: Rules,
    claims: Claims,
    cells: Sequence[int],
    seed: int,
    replication: int,
) -> tuple[list[Component], Fixed]:
    """Components of some cells, which meet no other one, and what signed partners bill to whom none of them comes."""
    said = [(rules.beside, says) for says in rules.by_cell]
    plans = planned_claims(scenario, seed, replication).under(policy, said, claims, cells)
    run = simulate_run(scenario, policy, plans[0].claims, seed, replication, planned=plans)
    del plans  # Unless they are kept, prices have their room.
    ledger = year_lines(run, scenario, policy)
    return _taken_apart(run, ledger, simulated_year(run, ledger, scenario, replication), rules, cells, scenario)


def _taken_apart(
    run: Run, ledger: Ledger | YearLines, whole: SimulatedYear, rules: Rules, cells: Sequence[int], scenario: Scenario
) -> tuple[list[Component], Fixed]:
    """As `_simulated`, of a run of these cells and the year it comes to."""
    money, parts = _unassigned(ledger, scenario)
    meets = _meets(run, scenario)
    partners, base = len(scenario.partner_ids), len(scenario.skus) * len(scenario.market_ids)
    components = []
    of, apart = np.full(base, -1), _components(cells, meets, scenario)
    for number, (together, _) in enumerate(apart):
        of[list(together)] = number
    component = of[cell_of(whole.sku, whole.market, scenario)]
    order = np.argsort(component, kind="stable")
    ends = np.searchsorted(component[order], np.arange(len(apart) + 1)).tolist()
    columns = {name: getattr(whole, name)[order] for name in COLUMNS}
    benches = {places: _benches(whole.benches, places) for places in {places for _, places in apart}}
    for number, (together, places) in enumerate(apart):
        rows = slice(ends[number], ends[number + 1])
        billed = [*together, *(base + p for p in sorted(places) if p < partners)]
        year = replace(
            whole,
            # Copies: a part of a column would hold the whole of it.
            **{name: column[rows].copy() for name, column in columns.items()},
            unassigned=float(money[billed].sum()),
            unassigned_parts=parts[billed].sum(axis=0),
            benches=benches[places],
        )
        said = (rules.beside, *(rules.by_cell[cell] for cell in together))
        components.append(Component(together, said, places, _signed(places, rules), year))
    idle = _signed_elsewhere(components, rules)
    return components, {one: (float(money[base + one[0]]), parts[base + one[0]]) for one in idle}


def _unassigned(ledger: Ledger | YearLines, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Lines in scope of no claim, by cell and then by partner: money, and all of them by part.

    Shapes (cells + partners,) and (cells + partners, parts) [reporting currency].
    """
    lines = np.flatnonzero(ledger.in_scope & (ledger.root < 0))
    cells = len(scenario.skus) * len(scenario.market_ids)
    partner, amount = ledger.partner[lines].astype(np.int64), ledger.reporting[lines]
    place = np.where(partner >= 0, cells + partner, cell_of(ledger.sku[lines], ledger.market[lines], scenario))
    if (place < 0).any() or (ledger.sku[lines] < 0)[partner < 0].any():
        raise RuntimeError("a line belongs to no claim, no product of a market and no partner")
    size = cells + len(scenario.partner_ids)
    paid = np.isin(ledger.kind[lines], [int(kind) for kind in MONEY])
    code = place * len(PARTS) + PART_BY_NUMBER[ledger.category[lines]]
    # Of no line at all NumPy would count whole numbers.
    money, parts = (
        np.bincount(of, by, size * each).astype(float)
        for of, by, each in ((place, amount * paid, 1), (code, amount, len(PARTS)))
    )
    return money, parts.reshape(size, len(PARTS))


def _meets(run: Run | None, scenario: Scenario) -> Iterator[tuple[int, int]]:
    """Cells of a run with each place their claims come to, or would have had nobody given up."""
    while run is not None:
        r, partners = run.records, len(scenario.partner_ids)
        rows = np.flatnonzero(comes_back(r.route))
        place = np.where(to_china(r.route[rows]), partners, r.partner[rows])
        met = cell_of(r.claims.sku[rows], r.claims.market[rows], scenario) * (partners + 1) + place
        for code in np.unique(met).tolist():
            yield divmod(code, partners + 1)
        run = run.gone_on


def _components(
    cells: Sequence[int], meets: Iterator[tuple[int, int]], scenario: Scenario
) -> list[tuple[tuple[int, ...], frozenset[int]]]:
    """Cells that meet, with the places where they do; a partner and the one it overflows to are one place."""
    found: dict[int, set[int]] = {cell: set() for cell in cells}
    for cell, place in meets:
        found[cell].update(_overflows(scenario)[place])
    alone = [((cell,), frozenset[int]()) for cell, places in found.items() if not places]
    at: dict[int, tuple[set[int], set[int]]] = {}
    for cell, places in found.items():
        group = {cell}, set(places)
        for near in {id(at[p]): at[p] for p in places if p in at}.values():
            group = near[0] | group[0], near[1] | group[1]
        at |= dict.fromkeys(group[1], group)
    joined = {id(group): group for group in at.values()}.values()
    return sorted([*alone, *((tuple(sorted(together)), frozenset(places)) for together, places in joined)])


@recent(4)
def _overflows(scenario: Scenario) -> list[frozenset[int]]:
    """Places each place sends units on to, and those that send it theirs, itself among them."""
    places = len(scenario.partner_ids) + 1
    meets = np.eye(places, dtype=bool)
    for p, name in enumerate(scenario.partner_ids):
        for desk in scenario.partners[name].desks.values():
            if desk.bench.overflow is not None:
                q = scenario.partner_ids.index(desk.bench.overflow)
                meets[p, q] = meets[q, p] = True
    for _ in range(places):
        meets = (meets.astype(int) @ meets) > 0
    return [frozenset(np.flatnonzero(row).tolist()) for row in meets]


def _benches(whole: BenchMonths, places: frozenset[int]) -> BenchMonths:
    """What some benches did; the others are idle."""
    here = np.zeros(len(whole.visits), dtype=bool)
    here[sorted(places)] = True
    counts = whole.visits.sum(axis=1)
    return replace(
        whole,
        **{name: np.where(here[:, None], getattr(whole, name), 0) for name in ("minutes", "visits", "wait_days")},
        waits=whole.waits[np.repeat(here, counts)],
    )


def _joined(
    components: Sequence[Component], fixed: Fixed, rules: Rules, scenario: Scenario, replication: int
) -> SimulatedYear:
    """The year its components make up."""
    ordered = sorted(components, key=lambda one: one.cells)
    parts = [one.year for one in ordered]
    beside = [fixed[one] for one in _signed_elsewhere(components, rules)]
    columns = {name: np.concatenate([getattr(year, name) for year in parts]) for name in COLUMNS}
    order = np.argsort(columns["root"])
    owner = {place: one.year.benches for one in ordered for place in one.places}
    first = parts[0].benches
    counts = {place: np.cumsum(np.append(0, benches.visits.sum(axis=1))) for place, benches in owner.items()}
    return SimulatedYear(
        replication=replication,
        **{name: column[order] for name, column in columns.items()},
        unassigned=float(sum([year.unassigned for year in parts] + [money for money, _ in beside])),
        unassigned_parts=np.sum([year.unassigned_parts for year in parts] + [by for _, by in beside], axis=0),
        benches=replace(
            first,
            **{
                name: np.stack(
                    [
                        getattr(owner.get(p, first), name)[p] if p in owner else 0 * getattr(first, name)[p]
                        for p in range(len(first.visits))
                    ]
                )
                for name in ("minutes", "visits", "wait_days")
            },
            waits=np.concatenate(
                [first.waits[:0], *(owner[p].waits[counts[p][p] : counts[p][p + 1]] for p in sorted(owner))]
            ),
        ),
    )
