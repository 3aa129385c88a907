"""From a scenario to a confirmed decision: learn, search, confirm on fresh luck, report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from warrantysim.decision.asking import Experiments, Progress, StageTimes
from warrantysim.decision.binding import Bound, bounds_of, limit_prices, order_regret, unmet_minimums
from warrantysim.decision.cells import CellKey
from warrantysim.decision.changes import Robust, RuleChange, Ticks
from warrantysim.decision.choice import Chosen, choose_changes, confirmed_changes
from warrantysim.decision.choose import Undecided, choose
from warrantysim.decision.executable import executable
from warrantysim.decision.forecast import used_under
from warrantysim.decision.ladder import Ladder, ladder_of
from warrantysim.decision.law import COLUMNS, law_prices
from warrantysim.decision.local_search import improved
from warrantysim.decision.loop import SearchResult, Tried, search, variants
from warrantysim.decision.outcomes import Compared, Foreseeing, Lawful, Question
from warrantysim.decision.outcomes import Worlds as Asked
from warrantysim.decision.policies import draw
from warrantysim.decision.rule_table import rule_table
from warrantysim.decision.table import decision_table
from warrantysim.decision.training import build, by_cash
from warrantysim.decision.training_sample import Taught
from warrantysim.experiment.intervals import Difference, Interval, paired
from warrantysim.experiment.outcomes import YearSums, totals_of
from warrantysim.experiment.parts import saving_parts
from warrantysim.experiment.service import Service, rise, service
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.workers import Workers
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

COARSE = 0.005
"""Gap at which it is solved at most: it is shown beside the decision and decides nothing [share]."""


@dataclass(frozen=True)
class CashAlone:
    """Rules chosen for cash alone against the recommendation, on the confirming replications, paired."""

    policy: Policy
    """The rules."""
    cash: Difference
    """Cash of the recommendation less theirs [reporting currency a year]."""
    total: Difference
    """The same with expected costs [reporting currency a year]."""


def cash_alone(model: Model, found: SearchResult) -> Policy | None:
    """The rules an optimizer chooses that knows no expected costs, from the starting point that won.

    None where there is nothing to compare: today's policy won, the decision is for cash anyway, or there are none.
    """
    d = model.scenario.decision
    if found.choice is None or d.cash_only:
        return None
    learned = by_cash(found.learned)
    candidates = build(model, learned)
    problem = variants(candidates.problem, model, learned.arms).get(found.best.name, candidates.problem)
    try:
        choice = choose(problem, gap=max(d.gap, COARSE), node_limit=d.node_limit, time_limit=d.time_limit_s)
    except Undecided:
        return None
    return draw(model, learned, candidates, choice.plan, choice.prices, "cash alone").policy


def cash_comparison(
    policy: Policy, years: Sequence[YearSums], recommended: Sequence[YearSums], level: float
) -> CashAlone:
    """Both policies on the same replications."""
    cash = [np.array([y.cash_total for y in side]) for side in (recommended, years)]
    total = [totals_of(side) for side in (recommended, years)]
    return CashAlone(policy, paired(cash[0], cash[1], level), paired(total[0], total[1], level))


TRAINING, SELECTION, CONFIRMATION = 100_000, 200_000, 0
"""First replications of three disjoint ranges; a fourth is `local_search.PROOF`."""
EVERY = "every change"
"""Name of the policy with every change where it is confirmed."""


@dataclass(frozen=True)
class SolverReport:
    """How the program was answered."""

    status: str
    """optimal, gap, no_solution or infeasible; 'not needed' where today's policy won."""
    method: str
    """alone, whole or priced."""
    gap: float
    """Proven relative gap [share]."""
    reproducible: bool
    """False if a time limit may have stopped it."""
    prices: Mapping[str, float]
    """Shadow price of each limit that binds, by measure [reporting currency per unit a year]."""
    unmet: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Months since the horizon's first in which a signed contract's minimum is not reached, by contract."""


@dataclass(frozen=True)
class Decision:
    """A confirmed recommendation against today's policy; money in ``currency``, a year of the horizon."""

    scenario: str
    currency: str
    now: Policy
    policy: Policy
    """What is recommended, and exported, as it can be carried out: today's rules with the changes taken."""
    full: Policy
    """The same with every change the optimizer found, worth making or not."""
    optimum: Policy
    """The optimizer's own, with exact cut-points: what ``free`` is of."""
    changes: tuple[RuleChange, ...]
    """Everything that can be ticked, those taken first; their savings and ``shared`` add up to ``saving``."""
    ticks: Ticks
    """What a person ticked."""
    table: pd.DataFrame
    """One row a cell; the rows' savings and ``shared`` add up to ``saving``."""
    saving: Difference
    """Cost now less cost recommended, confirmed, paired."""
    saving_cash: Difference
    """The part of it that is not expected cost."""
    shared: float
    """Mean saving that belongs to no change: contracts, closing stock, what other cells pay for their part of bills."""
    robust: Robust | None
    """How the whole saving stands up when all stated ranges are drawn together; None where nothing is drawn."""
    service_now: Service
    """How long customers wait today, all claims in scope."""
    service: Service
    """How long they wait by the recommendation."""
    p90_rise: Interval
    """By how many days nine in ten of them wait longer [days]."""
    free: Difference
    """What the free optimum, with exact cut-points everywhere, would save more than the recommendation."""
    cost_now: float
    """Mean cost now."""
    cost: float
    """Mean cost recommended."""
    replications: int
    """Fresh replications behind the figures."""
    confidence: float
    """Level of the intervals."""
    seed: int
    tried: tuple[Tried, ...]
    """Policies simulated on the way."""
    solver: SolverReport
    predicted_saving: float
    """Saving by the program, without queues, on the training claims, both rules learned under themselves: there it says
    what the ledger books."""
    selected_saving: float
    """Saving on the replications that chose the changes: flattered by the choice."""
    learned_on: int
    """Replications that taught; they neither chose nor confirmed."""
    chosen_on: int
    """Replications that chose among the policies tried; they neither taught nor confirmed."""
    judged_on: int
    """Further ones that told which changes are worth making; they neither taught, chose nor confirmed."""
    materiality: float
    """Least saving of a cell that is worth a change [reporting currency a year]."""
    order_regret: pd.DataFrame
    """By cell, what the canonical order costs against free order, by the program."""
    cash_only: CashAlone | None
    """Rules chosen for cash alone beside the recommendation, confirmed; None where there are none to compare."""
    rounding_cost: Difference
    """Cost of the optimum as it can be carried out, ``full``, less that of the exact one, confirmed, paired."""
    agent_rules: pd.DataFrame
    """The recommendation as `rule_table` tells it."""
    seconds: Mapping[str, float] = field(compare=False)
    """Where the time went, by stage [s]."""
    law: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(COLUMNS)), compare=False)
    """What the law costs by the program, see `law_prices`; empty where nothing is demanded or nothing was simulated."""
    ladder: Ladder | None = None
    """The first answer: order prices a market over all its products, confirmed as it stands; None where its own rules
    choke a bench."""
    parts: Mapping[str, Difference] = field(default_factory=dict)
    """The saving by part, in the order of `PARTS`; those of the rows taken and ``shared_parts`` add up to it."""
    shared_parts: Mapping[str, float] = field(default_factory=dict)
    """``shared`` by part."""

    def __repr__(self) -> str:
        low, high = float(self.saving.interval.low), float(self.saving.interval.high)
        taken = sum(change.taken for change in self.changes)
        return (
            f"Decision({self.scenario}: saves {self.currency} {float(self.saving.interval.mean):,.0f} a year "
            f"({low:,.0f} to {high:,.0f}, {self.confidence:.0%}) against {self.now.name}; "
            f"{taken} changes)"
        )


def decide(
    scenario: Scenario,
    *,
    seed: int | None = None,
    jobs: Workers = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
    asked: Asked | None = None,
    ticks: Ticks | None = None,
    taught: Callable[[Taught], None] | None = None,
) -> Decision:
    """The changes of today's policy that are worth making, confirmed on fresh replications exactly as they stand.

    The policy that costs least when simulated is only where they come from. Training, selection, judging and
    confirmation use disjoint ranges of replications. ``asked`` takes the place of the simulation in tests. ``ticks``:
    what a person wants of the changes, in place of what is recommended. ``taught`` is given what the program learned
    from, which the decision itself does not hold.

    Raises
    ------
    Undecided
        If no policy meets the scenario's constraints, with those that conflict.
    NoSuchChange
        If something is ticked that is not there.
    """
    ticks = ticks or Ticks()
    ticks.check(scenario)
    d, model = scenario.decision, model_of(scenario)
    seed = scenario.plan.seed if seed is None else seed
    jobs = jobs if executor is None else executor
    own = Experiments(scenario, seed, jobs, progress).keeping() if asked is None else nullcontext(asked)
    training = range(TRAINING, TRAINING + d.training_replications)
    selection = range(SELECTION, SELECTION + d.selection_replications)
    judging = range(selection.stop, selection.stop + d.judging_replications)
    confirmation = range(CONFIRMATION, CONFIRMATION + d.confirm_replications)
    with StageTimes(progress).whole() as stage, own as asked, _beside() as beside:
        ahead: Iterator[Sequence[tuple[Question, range]]] = iter(
            [[("compare", selection), ("simulate", judging)], [("booked", training), ("simulate", confirmation)]]
        )

        def told(name: str) -> None:
            stage(name)
            # A solver uses one core. Others find out of today's policy meanwhile what will be asked in any case.
            for question, replications in next(ahead, ()) if name == "solve" else ():
                if isinstance(asked, Foreseeing):
                    asked.foresee(beside, question, replications)

        found = search(model, asked, training, selection, told, jobs)
        stage("simulate")
        found = improved(model, asked, selection, found)
        if taught is not None:
            prices = found.choice.prices if found.choice else {}
            taught(Taught.of(found.learned, found.candidates.problem, prices))
        stage("solve")
        prices = found.choice.prices if found.choice else {}
        full = executable(found.best.policy, model, found.learned, prices)
        steps = ladder_of(model, asked, found, selection, _materiality(scenario))
        found = replace(found, held=None)  # Some 50 MB that nobody asks for again.
        # Its own program needs nobody who simulates, and leaves Python alone while it is solved.
        alone = beside.submit(cash_alone, model, found)
        chosen = choose_changes(model, asked, found, full, judging, _materiality(scenario), ticks, stage)
        cash = alone.result()
        stage("learn")
        law = law_prices(model, asked, seed, training, found, chosen.policy) if isinstance(asked, Lawful) else None
        by_program = _ByProgram.of(model, found, chosen.policy)
        # Of half a million claims a year six replications take 1.5 GB, and confirming years are to come.
        del found
        stage("confirm")
        policies = [scenario.policy, chosen.policy, by_program.best]
        years = _confirmed(asked, policies, [full.replace(name=EVERY), steps.policy, cash], confirmation)
        stage("learn")
        before, after = asked.booked([scenario.policy, chosen.policy], training).mean(axis=1).tolist()
        stage("report")
        decision = _report(model, by_program, years, full, chosen, ticks, steps, cash, before - after, seed, stage)
    return decision if law is None else replace(decision, law=law)


@contextmanager
def _beside() -> Iterator[Executor]:
    """A thread for what is worked on beside this; what has not begun by the end is left."""
    beside = ThreadPoolExecutor(1)
    try:
        yield beside
    except BaseException:
        beside.shutdown(wait=False, cancel_futures=True)  # Who stops does not wait for a solver.
        raise
    beside.shutdown(cancel_futures=True)


def _confirmed(
    asked: Asked, policies: Sequence[Policy], beside: Sequence[Policy | None], confirmation: range
) -> Compared:
    """Fresh years of today's policy and that decided on, and of the first that stands beside them or, without it, of
    the third; and what those of all of them come to, which is nothing where one chokes a bench or is none."""
    there = [k for k, policy in enumerate(beside) if policy is not None]
    while True:
        every = [*policies, *(one for k in there if (one := beside[k]) is not None)]
        whole = (0, 1, len(policies)) if 0 in there else (0, 1, 2)
        try:
            years, others = asked.compare(every, whole, confirmation)
        except ReplicationFailed:
            if not there:
                raise
            # They decide nothing: without the last of them the others are asked again, and fail for themselves.
            there.pop()
        else:
            left, full = iter(others), iter(years)
            sums = [[y.sums for y in next(full)] if k in whole else next(left) for k in range(len(every))]
            found = dict(zip(there, sums[len(policies) :], strict=True))
            return years, [*sums[: len(policies)], *(found.get(k, []) for k in range(len(beside)))]


def _materiality(scenario: Scenario) -> float:
    """Least saving of a cell that is worth a change [reporting currency]."""
    least = scenario.decision.materiality
    return least.value * scenario.usd_per_unit(least.currency) / scenario.usd_per_unit(scenario.reporting_currency)


@dataclass(frozen=True)
class _ByProgram:
    """What is reported of the search, once what it learned is let go."""

    best: Policy
    """The optimizer's own policy."""
    tried: tuple[Tried, ...]
    claims: Mapping[CellKey, int]
    """Training claims by cell."""
    flat: Mapping[CellKey, Sequence[tuple[float, float]]]
    binds: Mapping[CellKey, tuple[Bound, ...]]
    solver: SolverReport
    order_regret: pd.DataFrame

    @staticmethod
    def of(model: Model, found: SearchResult, policy: Policy) -> _ByProgram:
        """``policy``: what is recommended."""
        return _ByProgram(
            best=found.best.policy,
            tried=found.tried,
            claims=found.learned.claims_of(),
            flat=found.drawn.flat if found.drawn else {},
            binds=bounds_of(model, found),
            solver=_solver(model, found, policy),
            order_regret=_order_regret(model, found),
        )


def _report(
    model: Model,
    by_program: _ByProgram,
    confirmed: Compared,
    full: Policy,
    chosen: Chosen,
    ticks: Ticks,
    steps: Ladder,
    cash_policy: Policy | None,
    expected: float,
    seed: int,
    stage: StageTimes,
) -> Decision:
    s = model.scenario
    d, level = s.decision, s.plan.confidence
    # Without years of its own, as where it chokes a bench, the exact optimum stands for every change made.
    (now, new, every), sums = confirmed
    decided, along, alone = sums[1], sums[4], sums[5]
    totals = [totals_of(side) for side in sums]
    exact = totals[2]
    rounded = totals[3] if sums[3] else np.full(len(exact), np.nan)
    cash = [np.array([y.cash_total for y in side]) for side in sums]
    materiality = _materiality(s)
    changes = confirmed_changes(model, chosen, now, new, every)
    table = decision_table(
        model,
        (s.policy, chosen.policy, full),
        (now, new, every),
        training_claims=by_program.claims,
        flat=by_program.flat,
        binds=by_program.binds,
        materiality=materiality,
        confidence=level,
        judged=chosen.judged(changes),
    )
    saving = paired(totals[0], totals[1], level)
    parts = saving_parts(now, new, level)
    return Decision(
        scenario=s.name,
        currency=s.reporting_currency,
        now=s.policy,
        policy=chosen.policy,
        full=full,
        optimum=by_program.best,
        changes=changes,
        ticks=ticks,
        table=table,
        saving=saving,
        saving_cash=paired(cash[0], cash[1], level),
        shared=float(saving.interval.mean) - sum(change.saving for change in changes if change.taken),
        robust=chosen.whole,
        service_now=service(now),
        service=service(new),
        p90_rise=rise(now, new, level),
        free=paired(totals[1], totals[2], level),
        cost_now=float(totals[0].mean()),
        cost=float(totals[1].mean()),
        replications=len(now),
        confidence=level,
        seed=seed,
        tried=by_program.tried,
        solver=by_program.solver,
        predicted_saving=expected,
        selected_saving=chosen.selected,
        learned_on=d.training_replications,
        chosen_on=d.selection_replications,
        judged_on=d.judging_replications,
        materiality=materiality,
        order_regret=by_program.order_regret,
        cash_only=cash_comparison(cash_policy, alone, decided, level) if cash_policy is not None and alone else None,
        rounding_cost=paired(rounded, exact, level),
        agent_rules=rule_table(chosen.policy, model),
        seconds=stage.seconds,
        ladder=replace(steps, saving=paired(totals[0], totals[4], level), dearer=paired(totals[4], totals[1], level))
        if along
        else None,
        parts=parts,
        shared_parts={
            name: float(part.interval.mean - table.loc[table["taken"], f"part_{name}"].sum())
            for name, part in parts.items()
        },
    )


def _solver(model: Model, found: SearchResult, policy: Policy) -> SolverReport:
    """How the program was answered, and which minimums the recommended policy does not reach by it."""
    if found.choice is None:
        return SolverReport("not needed", "alone", 0.0, True, {})
    solved, problem, learned = found.choice.solved, found.candidates.problem, found.learned
    used = used_under(model, learned, problem, policy)
    return SolverReport(
        solved.status,
        found.choice.method,
        float(solved.gap),
        solved.reproducible,
        limit_prices(problem, found.choice.prices),
        unmet_minimums(problem, used.measures, used.signed),
    )


def _order_regret(model: Model, found: SearchResult) -> pd.DataFrame:
    frame = pd.DataFrame(list(found.learned.cells), columns=list(model.scenario.decision.cell))
    return frame.assign(regret=order_regret(found))
