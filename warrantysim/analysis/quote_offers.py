"""Quotes: which contracts to sign, what each is worth, and how sure that is.

An offer is a set of quotes on the table, the others left out of the world. For every offer the rules are decided anew;
they may leave quotes of the offer unsigned, so the rules of an offer are the best of those found for it and for every
smaller one, on replications that taught nothing. A further quote therefore never makes an offer worse there, and one
that adds nothing is worth exactly 0: both offers are then one case. The cases meet fresh replications, all the same.

What claims could have cost is learned once: alone, a claim costs the same at a partner whoever else could be signed, so
the potential outcomes of the scenario with every quote serve every set, the partners outside it forbidden. Policies are
simulated in the scenario of their set, with its queues, from two starting points, then with what the queues of the best
one cost as a charge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, per_year, yearly_costs
from warrantysim.analysis.pairs import paired_columns
from warrantysim.analysis.selection import FIRST, Selection, select_best
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided, choose
from warrantysim.decision.decide import CONFIRMATION, SELECTION, TRAINING
from warrantysim.decision.loop import objective, queue_days, variants, waiting_charge
from warrantysim.decision.policies import draw
from warrantysim.decision.problem import ProgramData
from warrantysim.decision.training import Candidates, Learned, build, charged, learn
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.workers import Workers, patient
from warrantysim.journeys.model import model_of
from warrantysim.journeys.operational_clock import BeyondCalendar
from warrantysim.money.partner_lines import signed_desks
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

STARTS = ("free choice", "no return to China")
"""Starting points of the search, as the decision names them."""
Years = Sequence[SimulatedYear]


class OfferSearch:
    """Decides for scenarios that differ from one only in the quotes left out."""

    def __init__(self, scenario: Scenario, seed: int, *, jobs: Workers = 1) -> None:
        self.scenario, self.seed, self.jobs = scenario, seed, jobs

    @cached_property
    def learned(self) -> Learned:
        """Potential outcomes of the scenario with every quote, under today's rule."""
        d = self.scenario.decision
        training = range(TRAINING, TRAINING + d.training_replications)
        outcomes = self._asked(self.scenario).potential(training, self.scenario.policy)
        return learn(model_of(self.scenario), outcomes, cash_only=d.cash_only)

    @cached_property
    def candidates(self) -> Candidates:
        """Their program."""
        return build(model_of(self.scenario), self.learned)

    def __call__(self, small: Scenario, out: Sequence[str]) -> tuple[Policy, float]:
        """The best rules found for a scenario without the quotes ``out``, and what is minimised on the selecting
        replications [reporting currency over the horizon].

        Raises
        ------
        Undecided
            If the constraints conflict.
        """
        forbidden = np.isin([arm.partner for arm in self.learned.arms], list(out))
        policies = [small.policy]
        plans: list[np.ndarray] = []
        # What is best with fewer choices is where the search with all of them begins.
        for name, problem in reversed(self._starts(self.candidates.problem, forbidden).items()):
            try:
                policies.append(self._drawn(self.learned, self.candidates, problem, name, plans))
            except Undecided:
                if name == STARTS[0]:
                    raise
        tried = list(zip(policies, self._simulated(small, policies), strict=True))
        model = model_of(small)
        for _ in range(min(1, self.scenario.decision.iterations - 1)):
            best, years = min(tried, key=lambda one: objective(model, one[1]))
            extra = waiting_charge(model_of(self.scenario), self.learned, queue_days(years))
            with_queues = charged(self.learned, extra)
            candidates = build(model_of(self.scenario), with_queues)
            problem = self._starts(candidates.problem, forbidden)[STARTS[0]]
            policy = self._drawn(with_queues, candidates, problem, "after queues", plans)
            if policy.rules != best.rules:
                tried.append((policy, self._simulated(small, [policy])[0]))
        costs = [objective(model, years) for _, years in tried]
        k = int(np.argmin(costs))
        return tried[k][0], costs[k]

    def _starts(self, problem: ProgramData, forbidden: np.ndarray) -> dict[str, ProgramData]:
        allowed = problem.allowed & ~forbidden
        allowed[:, 0] = True
        found = variants(replace(problem, allowed=allowed), model_of(self.scenario), self.learned.arms)
        return {name: found[name] for name in STARTS if name in found}

    def _drawn(
        self, learned: Learned, candidates: Candidates, problem: ProgramData, name: str, plans: list[np.ndarray]
    ) -> Policy:
        """The policy that is best for a problem; its plan joins ``plans``, with which the solver begins."""
        d = self.scenario.decision
        choice = choose(problem, gap=d.gap, node_limit=d.node_limit, time_limit=d.time_limit_s, starts=plans)
        plans.append(choice.plan)
        return draw(model_of(self.scenario), learned, candidates, choice.plan, choice.prices, name).policy

    def _asked(self, scenario: Scenario) -> Experiments:
        return Experiments(scenario, self.seed, self.jobs)

    def _simulated(self, small: Scenario, policies: Sequence[Policy]) -> list[Years]:
        """Years of each policy; none for one that chokes a bench beyond the end of its calendar."""
        d = self.scenario.decision
        span = range(SELECTION, SELECTION + d.selection_replications)
        try:
            return list(self._asked(small).simulate(policies, span))
        except ReplicationFailed as broken:
            if len(policies) > 1:
                return [self._simulated(small, [policy])[0] for policy in policies]
            if broken.failure.kind != BeyondCalendar.__name__:
                raise
            return [[]]


BATCH = 5
"""Replications between two looks at whether to stop."""
MOST_TIMES = 5
"""How many times the replications asked for the selection may take."""


class Draws:
    """Costs by case and replication as they come in; a replication is never run twice."""

    def __init__(
        self,
        cases: tuple[Case, ...],
        seed: int,
        count: int,
        jobs: Workers,
        tell: Callable[[str, int, int], None],
        cancel: Cancel | None,
    ) -> None:
        self.cases, self.seed, self.jobs, self.cancel = cases, seed, jobs, cancel
        self.costs = np.full((len(cases), 0), np.nan)
        self.all_met, self.stopped = 0, False
        everyone = tuple(range(len(cases)))
        for start in range(0, count, BATCH):
            # What was decided is worth an interval even where someone is in a hurry.
            try:
                if start and cancel is not None and cancel():
                    raise Cancelled("stopped before everyone met every replication")
                tell("confirm", start, count)
                end = min(start + BATCH, count)
                self.sample(everyone, range(start, end), jobs if start else patient(jobs))
            except Cancelled:
                self.stopped = True
                break
            self.all_met = end
        tell("confirm", self.all_met, count)

    def sample(self, places: Sequence[int], replications: range, jobs: Workers | None = None) -> np.ndarray:
        """Costs of some cases in some replications, run where they are not known. Shape (places, replications)."""
        missing = replications.stop - self.costs.shape[1]
        if missing > 0:
            self.costs = np.pad(self.costs, ((0, 0), (0, missing)), constant_values=np.nan)
        todo = [r for r in replications if np.isnan(self.costs[list(places), r]).any()]
        if todo:
            span = range(CONFIRMATION + todo[0], CONFIRMATION + todo[-1] + 1)
            chosen = [self.cases[i] for i in places]
            drawn = yearly_costs(chosen, span, self.seed, jobs=self.jobs if jobs is None else jobs)
            self.costs[np.ix_(places, range(todo[0], todo[-1] + 1))] = drawn
        return self.costs[np.ix_(places, replications)]

    def select(self, within: float, confidence: float) -> Selection:
        """The best case, from what every case met and, where asked for, further replications."""
        first = max(2, min(FIRST, self.all_met))
        most = self.all_met if self.stopped else MOST_TIMES * self.all_met
        names = [case.name for case in self.cases]
        return select_best(
            self.sample,
            names,
            within,
            confidence=confidence,
            first=first,
            batch=BATCH,
            most=max(most, first),
            cancel=self.cancel,
        )


LONG_AGO = dt.date(2000, 1, 1)
"""Last day of service of a quote that is left out of a world."""
ALL_SUBSETS = 3
"""Up to so many quotes every set of them is an offer; beyond, none, each alone, all but each, and all."""
Progress = Callable[[str, int, int], None]
"""Told (stage, done, total)."""
Search = Callable[[Scenario, Sequence[str]], tuple[Policy, float]]
"""Decides for a scenario and the quotes left out of it: the policy, and its mean cost on the selecting replications."""


def quote_ids(scenario: Scenario) -> tuple[str, ...]:
    """Partners that repair: their contracts are what is chosen among. Test-only hubs belong to the world."""
    return tuple(name for name in scenario.partner_ids if not scenario.partners[name].test_only)


def left_out(scenario: Scenario, quotes: Collection[str]) -> Scenario:
    """The scenario in which some partners cannot be had."""
    if not quotes:
        return scenario
    gone = {q: scenario.partners[q].replace(valid_from=None, valid_to=LONG_AGO) for q in quotes}
    return scenario.replace(partners={**scenario.partners, **gone})


def offers_of(quotes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Sets of quotes worth looking at, smaller ones first: see `ALL_SUBSETS`."""
    k = len(quotes)
    sizes = range(k + 1) if k <= ALL_SUBSETS else sorted({0, 1, k - 1, k})
    return tuple(chosen for size in sizes for chosen in combinations(tuple(quotes), size))


@dataclass(frozen=True)
class Offer:
    """A set of quotes on the table, and the best rules found for it."""

    quotes: tuple[str, ...]
    """Quotes on the table."""
    case: int
    """Place of its rules among the study's cases."""
    signed: tuple[str, ...]
    """Quotes of it that the rules sign."""


@dataclass(frozen=True)
class QuoteStudy:
    """Offers, their rules and what these cost on the same fresh luck. Money in the reporting currency, a year."""

    scenario: Scenario = field(repr=False)
    """The scenario with every quote on the table."""
    quotes: tuple[str, ...]
    """The quotes."""
    offers: tuple[Offer, ...]
    """What was looked at, smaller offers first."""
    cases: tuple[Case, ...] = field(repr=False)
    """The distinct rules, each in the scenario of the smallest offer that has them."""
    costs: np.ndarray = field(repr=False)
    """Cost of each case in each replication, shape (cases, replications) [reporting currency a year]."""
    selection: Selection
    """Which case is best, with its guarantee."""
    seed: int
    """Seed of every draw."""
    cancelled: bool
    """Whether it was stopped: offers are missing, or replications."""

    @property
    def level(self) -> float:
        """Level of every interval [share, 0-1]."""
        return self.scenario.plan.confidence

    @property
    def replications(self) -> int:
        """Fresh replications that every case met [count]."""
        return int(self.costs.shape[1])

    @property
    def best(self) -> Offer:
        """The smallest offer whose rules were selected."""
        return next(offer for offer in self.offers if offer.case == self.selection.best)

    def offer(self, quotes: Collection[str]) -> Offer | None:
        """The offer of exactly these quotes; None where it was not looked at."""
        return next((offer for offer in self.offers if set(offer.quotes) == set(quotes)), None)

    def ranking(self) -> pd.DataFrame:
        """A row an offer, cheapest first: quotes, signs, cost, low, high, and against no quote signed: saving,
        saving_low, saving_high, p_cheaper, verdict."""
        import pandas as pd

        base = self.costs[self.offers[0].case]
        rows = []
        for offer in self.offers:
            mine = t_interval(self.costs[offer.case], self.level)
            apart = self._apart(base, self.costs[offer.case])
            rows.append(
                {
                    "quotes": " + ".join(offer.quotes),
                    "signs": " + ".join(offer.signed),
                    "cost": float(mine.mean),
                    "low": float(mine.low),
                    "high": float(mine.high),
                    **apart,
                }
            )
        return pd.DataFrame(rows).sort_values("cost", kind="stable", ignore_index=True)

    def values(self) -> pd.DataFrame:
        """A row a quote: value_alone (no quote less this one alone) and value_added (all but it less all), with low,
        high and verdict each; NaN where an offer was not looked at."""
        import pandas as pd

        rows = []
        for quote in self.quotes:
            row: dict[str, object] = {"quote": quote}
            others = [q for q in self.quotes if q != quote]
            for name, without, with_it in (("alone", (), (quote,)), ("added", others, self.quotes)):
                a, b = self.offer(without), self.offer(with_it)
                nothing = np.full(self.replications, np.nan)
                apart = self._apart(
                    self.costs[a.case] if a and b else nothing, self.costs[b.case] if a and b else nothing
                )
                row |= {f"{name}_{key}": value for key, value in apart.items()}
            rows.append(row | {"signed_in_best": quote in self.best.signed})
        return pd.DataFrame(rows)

    def _apart(self, before: np.ndarray, after: np.ndarray) -> dict[str, object]:
        found = paired_columns(before[None], after[None], self.level)
        keys = {"saving": "difference", "saving_low": "low", "saving_high": "high"}
        numbers: dict[str, object] = {name: float(found[column][0]) for name, column in keys.items()}
        verdict = {"lower": "higher", "higher": "lower"}.get(str(found["verdict"][0]), str(found["verdict"][0]))
        return {**numbers, "p_cheaper": 1.0 - float(found["p_lower"][0]), "verdict": verdict}


def study_quotes(
    scenario: Scenario,
    quotes: Sequence[str] | None = None,
    *,
    replications: int | None = None,
    within: float | None = None,
    seed: int | None = None,
    jobs: Workers = 1,
    decide: Search | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> QuoteStudy:
    """Decide and simulate for every offer, and select the best rules.

    Parameters
    ----------
    quotes
        The quotes, all of the scenario's where not given; further partners that repair stay on every table.
    replications
        Fresh replications of every case, the plan's where not given [count, >= 2].
    within
        Difference not worth knowing about, the decision's materiality where not given [reporting currency a year].
    decide
        Takes the place of the decision search.

    Raises
    ------
    BadInput
        For no quotes, unknown ones, or fewer than two replications.
    Cancelled
        If it was stopped before one offer was through.
    ReplicationFailed
        If a run broke.
    """
    names = quote_ids(scenario) if quotes is None else tuple(quotes)
    if not names:
        raise BadInput("expected at least one quote: the scenario has no partner that repairs")
    if unknown := sorted(set(names) - set(quote_ids(scenario))):
        raise BadInput(
            "no quote {unknown!r}; expected one of {names}", unknown=unknown[0], names=", ".join(quote_ids(scenario))
        )
    count = scenario.plan.replications if replications is None else replications
    if count < 2:
        raise BadInput("expected at least two replications, got {count}", count=count)
    keyed = scenario.plan.seed if seed is None else seed
    look: Search = decide or OfferSearch(scenario, keyed, jobs=jobs)
    tell = progress or (lambda *_: None)
    offers, cases, stopped = _decided(scenario, names, look, tell, cancel)
    draws = Draws(cases, keyed, count, jobs, tell, cancel)
    zone = materiality(scenario) if within is None else within
    selection = draws.select(zone, scenario.plan.confidence)
    return QuoteStudy(
        scenario, names, offers, cases, draws.costs[:, : draws.all_met], selection, keyed, stopped or draws.stopped
    )


def materiality(scenario: Scenario) -> float:
    """The decision's materiality in the reporting currency a year."""
    amount = scenario.decision.materiality
    there = scenario.usd_per_unit(amount.currency) / scenario.usd_per_unit(scenario.reporting_currency)
    return max(float(amount.value * there), 1.0)


def _decided(
    scenario: Scenario, names: tuple[str, ...], look: Search, tell: Progress, cancel: Cancel | None
) -> tuple[tuple[Offer, ...], tuple[Case, ...], bool]:
    """Offers with the best rules of themselves and all smaller ones."""
    asked = offers_of(names)
    cases: list[Case] = []
    found: list[tuple[tuple[str, ...], float]] = []
    offers: list[Offer] = []
    for done, quotes in enumerate(asked):
        if cancel is not None and cancel():
            break
        tell("offers", done, len(asked))
        out = [q for q in names if q not in quotes]
        small = left_out(scenario, out)
        try:
            policy, cost = look(small, out)
        except Cancelled:
            break
        cases.append(Case(" + ".join(quotes) or "none", small, policy))
        found.append((quotes, cost * per_year(small)))
        # Ties go to the smaller offer, so that a quote that adds nothing changes nothing.
        at = min((i for i, (q, _) in enumerate(found) if set(q) <= set(quotes)), key=lambda i: (found[i][1], i))
        signed = signed_desks(cases[at].policy, cases[at].scenario)
        offers.append(Offer(quotes, at, tuple(q for q in names if q in signed and q in found[at][0])))
    if not offers:
        raise Cancelled("the study was stopped before an offer was decided")
    tell("offers", len(offers), len(asked))
    used = sorted({offer.case for offer in offers})
    kept = tuple(Offer(o.quotes, used.index(o.case), o.signed) for o in offers)
    return kept, tuple(cases[i] for i in used), len(offers) < len(asked)
