"""Solve, simulate, charge the queues, solve again: the best simulated policy wins.

The program knows each claim alone. What claims do to each other in queues it learns from simulated years, as a charge
on every visit to a bench: the wait there was, and the wait one more visit gives to others.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np

from warrantysim.decision.choose import Solution, Undecided, bettered, choose, fits_whole
from warrantysim.decision.forecast import arms_under
from warrantysim.decision.outcomes import Compared
from warrantysim.decision.outcomes import Outcomes as Asked
from warrantysim.decision.policies import SampledPolicy, draw
from warrantysim.decision.problem import ProgramData, allows, worst_mean
from warrantysim.decision.solver import Solved
from warrantysim.decision.training import Candidates, Learned, build, charged, learn, plan_of, reading_rates
from warrantysim.experiment.on_disk import scratch
from warrantysim.experiment.outcomes import Beside, SimulatedYear, YearSums
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.workers import Workers, together
from warrantysim.journeys.model import Model
from warrantysim.journeys.operational_clock import BeyondCalendar
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy

Told = Callable[[str], None]
Year = SimulatedYear | YearSums
FREE = "free choice"
"""The starting point that leaves everything open."""
MANY = 400_000
"""Claims learned from that are put aside while others are learned [count]."""
BUSIEST = 0.95
"""Utilisation above which the marginal wait is taken as at this one."""


@dataclass(frozen=True)
class Tried:
    """A policy that was simulated on the selecting replications."""

    name: str
    """Where it comes from, for people."""
    policy: Policy
    cost: float
    """What is minimised, a mean year with queues [reporting currency]."""
    predicted: float
    """The same by the program; NaN for policies it did not choose [reporting currency]."""


@dataclass(frozen=True)
class SearchResult:
    """The outcome of the search."""

    best: Tried
    tried: tuple[Tried, ...]
    """All of them, in the order they were simulated."""
    learned: Learned
    """Training claims under the incumbent the best policy was learned from."""
    candidates: Candidates
    choice: Solution | None
    """The program's answer behind the best policy; None where today's policy won."""
    drawn: SampledPolicy | None
    """Its cut-points; None likewise."""
    years: Sequence[YearSums] = ()
    """What years of the best policy come to on the selecting replications."""
    held: Learned | None = None
    """Claims on luck that suggested nothing, learned under the best policy or one with a few zones more; None where
    nobody has asked for them."""

    def put_aside(self, disk: ExitStack) -> Callable[[], SearchResult]:
        """What gives it back. Where it was learned from many claims, these are on disk meanwhile: as many again are
        about to be learned, and six years of half a million take 1.5 GB."""
        if len(self.learned) < MANY:
            return partial(_itself, self)
        aside = disk.enter_context(TemporaryFile(dir=scratch()))  # noqa: SIM115 - `disk` closes it.
        # Policies are found again by their identity: they stay here.
        pickle.dump(replace(self.learned, beside=()), aside, protocol=pickle.HIGHEST_PROTOCOL)
        rest: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "learned"}
        return partial(_back, aside, self.learned.beside, rest)


def _itself(found: SearchResult) -> SearchResult:
    return found


def _back(aside: IO[bytes], beside: tuple[Beside, ...], rest: Mapping[str, Any]) -> SearchResult:
    aside.seek(0)
    return SearchResult(learned=replace(pickle.load(aside), beside=beside), **rest)  # Our own bytes.


def objective(model: Model, years: Sequence[Year]) -> float:
    """What is minimised, over simulated years: mean cost, with weight on the worst years where asked for.

    Infinite for a policy that could not be simulated to its end.
    """
    return weighed(model, costs_of(model, years)) if years else np.inf


def costs_of(model: Model, years: Sequence[Year]) -> np.ndarray:
    """What counts of each year [reporting currency]."""
    return np.array([year.cash_total if model.scenario.decision.cash_only else year.total for year in years])


def weighed(model: Model, costs: np.ndarray) -> float:
    """What is minimised, over the costs of some years; infinite where one of them did not come to its end."""
    d, mean = model.scenario.decision, float(costs.mean())
    return mean + d.cvar_weight * (worst_mean(costs, d.cvar_level) - mean) if d.cvar_weight and mean < np.inf else mean


def variants(problem: ProgramData, model: Model, arms: Sequence[object]) -> dict[str, ProgramData]:
    """Starting points: everything, all China, none of it, each repairing contract alone, and no contract."""
    s = model.scenario
    names = [str(arm) for arm in arms]
    china = np.array([name.startswith(BY_WAY) for name in names])
    repairs = {p: names.index(f"{BY_PARTNER} {p}") for p in s.partner_ids if not s.partners[p].test_only}

    def without(mask: np.ndarray) -> ProgramData:
        rest = problem.allowed & ~mask
        return replace(problem, allowed=np.where(rest.any(axis=1)[:, None], rest, problem.allowed))

    out = {FREE: problem}
    if china.any():
        out["no return to China"] = without(china)
        home = problem.allowed & china
        allowed = np.where(home.any(axis=1)[:, None], home, problem.allowed)
        out["all to China"] = replace(problem, allowed=allowed)
    for p in repairs if len(repairs) > 1 else ():
        mask = np.zeros(len(names), dtype=bool)
        mask[[arm for q, arm in repairs.items() if q != p]] = True
        out[f"repair only by {p}"] = without(mask)
    if repairs:
        mask = np.zeros(len(names), dtype=bool)
        mask[list(repairs.values())] = True
        out["no repair contract"] = without(mask)
    return out


def search(
    model: Model, asked: Asked, training: range, selection: range, told: Told, jobs: Workers = 1
) -> SearchResult:
    """Look for the policy that costs least when simulated, from several starting points, solved ``jobs`` at once.

    Raises
    ------
    Undecided
        If the constraints conflict.
    """
    # Nobody here holds what was found first: it is put aside while more is learned.
    if not model.scenario.decision.simulate:
        return _first(model, asked, training, selection, told, jobs)
    with ExitStack() as disk:
        return _improve(
            model, asked, training, selection, told, _first(model, asked, training, selection, told, jobs),
            model.scenario.policy, disk,
        )  # fmt: skip


def _first(model: Model, asked: Asked, training: range, selection: range, told: Told, jobs: Workers) -> SearchResult:
    """The best of the starting points, when simulated."""
    d = model.scenario.decision
    today = model.scenario.policy
    told("learn")
    learned = learn(model, asked.potential(training, today), cash_only=d.cash_only)
    if not len(learned):
        raise BadInput("no claim was filed in the years it learns from, so there is nothing to decide about")
    candidates = build(model, learned)
    told("solve")
    options: list[tuple[str, Solution | None, SampledPolicy | None, Policy]] = [("today", None, None, today)]
    start = plan_of(learned, candidates, arms_under(model, learned, today))
    for name, choice in _choices(model, variants(candidates.problem, model, learned.arms), start, jobs):
        if isinstance(choice, Undecided):
            if name == FREE:
                raise choice
            continue
        drawn = draw(model, learned, candidates, choice.plan, choice.prices, name)
        if all(drawn.policy.rules != policy.rules for *_, policy in options):
            options.append((name, choice, drawn, drawn.policy))
    told("simulate")
    years = all_compared(asked, [policy for *_, policy in options], selection)
    tried = [
        Tried(name, policy, objective(model, y), np.nan if choice is None else choice.evaluated.objective)
        for (name, choice, _, policy), y in zip(options, years, strict=True)
    ]
    k = int(np.argmin([t.cost for t in tried]))
    return SearchResult(tried[k], tuple(tried), learned, candidates, options[k][1], options[k][2], years[k])


def refined(model: Model, asked: Asked, training: range, selection: range, told: Told, policy: Policy) -> SearchResult:
    """Look for rules at the cells of a model that cost less when simulated than a policy found at others, such as
    coarser ones. What claims could have cost is learned under that policy, and the program begins with it; where
    nothing better is found it stays.

    Raises
    ------
    Undecided
        If the constraints conflict.
    """
    years = _compared(asked, policy, selection)
    found = Tried(policy.name, policy, objective(model, years), np.nan)
    told("learn")
    learned = learn(model, asked.potential(training, policy), cash_only=model.scenario.decision.cash_only)
    begun = SearchResult(found, (found,), learned, build(model, learned), None, None, years)
    with ExitStack() as disk:
        return _improve(model, asked, training, selection, told, begun, policy, disk)


def all_compared(asked: Asked, policies: Sequence[Policy], replications: range) -> list[list[YearSums]]:
    """What the years of several policies come to, see `simulated_beside`."""
    return simulated_beside(asked, [], policies, replications)[1]


def simulated_beside(
    asked: Asked, policies: Sequence[Policy], others: Sequence[Policy], replications: range
) -> Compared:
    """Simulated years of several policies, and what those of others come to, on the same claims; one by one where any
    of them chokes a bench beyond the end of its calendar: that one has none."""
    if not policies and not others:
        return [], []
    try:
        return asked.compare([*policies, *others], range(len(policies)), replications)
    except ReplicationFailed as broken:
        if len(policies) + len(others) > 1:
            each = [simulated_beside(asked, [policy], [], replications)[0][0] for policy in policies]
            return each, [simulated_beside(asked, [], [policy], replications)[1][0] for policy in others]
        if broken.failure.kind != BeyondCalendar.__name__:
            raise
        return [[] for _ in policies], [[] for _ in others]


def _compared(asked: Asked, policy: Policy, replications: range) -> list[YearSums]:
    return all_compared(asked, [policy], replications)[0]


def _choices(
    model: Model, problems: Mapping[str, ProgramData], start: np.ndarray, jobs: Workers
) -> Iterator[tuple[str, Solution | Undecided]]:
    """The answers to problems, in their order; none costs more than an answer to another that it allows, nor than the
    plan ``start``. A problem that allows the answer to the free choice has the same one, and is left out.

    The solver leaves Python alone while it works. Where cells are priced, problems with fewer choices come first, so
    that the search for the free choice begins with their answers.
    """
    d = model.scenario.decision
    limits = {"gap": d.gap, "node_limit": d.node_limit, "time_limit": d.time_limit_s}

    def answers(of: Sequence[str], starts: Sequence[np.ndarray] = (start,)) -> dict[str, Solution | Undecided]:
        solved = together(_answer, [(problems[name], starts, limits) for name in of], jobs)
        return {name: Undecided(a) if isinstance(a, Solved) else a for name, a in zip(of, solved, strict=True)}

    names, found = list(problems), dict[str, Solution | Undecided]()
    late = [] if fits_whole(problems[FREE]) else [FREE]
    if not late:
        found |= answers([FREE])
        free = found[FREE]
        if isinstance(free, Solution):
            names = [FREE, *(name for name in names if name != FREE and not allows(problems[name], free.plan))]
    early = [name for name in names if name not in (*late, *found)]
    found |= answers(early)
    plans = [choice.plan for choice in found.values() if isinstance(choice, Solution)]
    found |= answers(late, (start, *plans))
    for name in names:
        choice = found[name]
        yield name, bettered(problems[name], choice, plans) if isinstance(choice, Solution) else choice


def _answer(problem: ProgramData, starts: Sequence[np.ndarray], limits: Mapping[str, Any]) -> Solution | Solved:
    """The answer to a problem, or what the solver says where there is none."""
    try:
        return choose(problem, starts=starts, **limits)
    except Undecided as none:
        return none.solved


def _choose(model: Model, problem: ProgramData, starts: Sequence[np.ndarray]) -> Solution:
    d = model.scenario.decision
    return choose(problem, gap=d.gap, node_limit=d.node_limit, time_limit=d.time_limit_s, starts=starts)


def _improve(
    model: Model,
    asked: Asked,
    training: range,
    selection: range,
    told: Told,
    found: SearchResult,
    under: Policy,
    disk: ExitStack,
) -> SearchResult:
    """Rounds of charging queues and solving again under the best policy so far, until one saves less than the gap to
    which the program itself is solved.

    ``under``: the policy under which it was learned what was ``found`` first.
    """
    d = model.scenario.decision
    charge: Mapping[tuple[int, int], float] = {}
    tried, best, years = list(found.tried), found.best, found.years
    plain = found.learned if best.policy is under else None
    whole: Callable[[], SearchResult] = partial(_itself, found)
    learned: Learned | None = None
    del found
    for number in range(1, d.iterations):
        told("learn")
        charge = _damped(charge, queue_days(years), d.damping)
        if plain is None:
            whole = whole().put_aside(disk)
            plain = learn(model, asked.potential(training, best.policy), cash_only=d.cash_only)
        learned = charged(plain, waiting_charge(model, plain, charge))
        candidates = build(model, learned)
        told("solve")
        start = plan_of(learned, candidates, arms_under(model, learned, best.policy))
        choice = _choose(model, candidates.problem, [start])
        drawn = draw(model, learned, candidates, choice.plan, choice.prices, f"round {number + 1}")
        if drawn.policy.rules == best.policy.rules:
            break
        told("simulate")
        new_years = _compared(asked, drawn.policy, selection)
        attempt = Tried(drawn.policy.name, drawn.policy, objective(model, new_years), choice.evaluated.objective)
        tried.append(attempt)
        if attempt.cost >= best.cost:
            # Charges from this policy's own queues may still mend it in a further round.
            charge = _damped(charge, queue_days(new_years), d.damping)
            continue
        saved = best.cost - attempt.cost
        best, years, plain = attempt, new_years, None
        whole = partial(_itself, SearchResult(attempt, tuple(tried), learned, candidates, choice, drawn, new_years))
        learned = None
        if saved < d.gap * abs(attempt.cost):
            break
    plain = learned = None
    return replace(whole(), tried=tuple(tried))


def queue_days(years: Sequence[Year]) -> dict[tuple[int, int], float]:
    """Days one more visit costs, by (bench, month): its own wait, and the wait it gives to those behind it.

    In a queue with utilisation rho one more visit lengthens the waits of others by about rho / (1 - rho) of its own.
    Nothing is known where a policy could not be simulated to its end.
    """
    if not years:
        return {}
    minutes = np.mean([y.benches.minutes for y in years], axis=0)
    offered = np.mean([y.benches.offered_minutes for y in years], axis=0)
    wait = np.mean([y.benches.wait_days for y in years], axis=0)
    rho = np.minimum(minutes / np.maximum(offered, 1e-9), BUSIEST)
    days = wait * (1 + rho / (1 - rho))
    return {(int(b), int(m)): float(days[b, m]) for b, m in zip(*np.nonzero(days), strict=True)}


def _damped(
    old: Mapping[tuple[int, int], float], new: Mapping[tuple[int, int], float], share: float
) -> dict[tuple[int, int], float]:
    return {key: (1 - share) * old.get(key, 0.0) + share * new.get(key, 0.0) for key in {*old, *new}}


def waiting_charge(model: Model, learned: Learned, days: Mapping[tuple[int, int], float]) -> np.ndarray:
    """Cost of bench queues by claim and arm, where the customer waits for his own unit. Shape (n, A).

    A day costs the share of the price that waiting costs, with the claim value for the price.
    """
    s = model.scenario
    extra = np.zeros(learned.cost.shape)
    if s.decision.cash_only or not days:
        return extra
    use = learned.uses
    benches, months = (max(int(number) for number in numbers) + 1 for numbers in zip(*days, strict=True))
    by_month = np.zeros((max(benches, len(use.benches)), months + 1))
    for place, waited in days.items():
        by_month[place] = waited
    # The last place is of months nobody has waited in, those before and after the horizon.
    month = np.where((use.bench.month >= 0) & (use.bench.month < months), use.bench.month, months)
    per_visit = by_month[use.bench.bench, month]
    waits = ~model.service_advance[use.desk_market, np.array([arm.rank for arm in learned.arms])[use.bench.arm]]
    local = np.array([s.usd_per_unit(m.currency) for m in model.markets]) / s.usd_per_unit(s.reporting_currency)
    value = learned.value[use.bench.claim] * (local / reading_rates(model))[use.desk_market]
    cost = np.where(waits, per_visit * s.experience.waiting_share_per_day * value, 0.0)
    np.add.at(extra, (use.bench.claim, use.bench.arm), cost)
    return extra
