"""What is measured: each part has its inputs ready, is run once to warm up and then as often as asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks import queue, seller
from benchmarks.plain import PlainModel
from warrantysim.claims.births import root_cohorts
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run, replicate
from warrantysim.experiment.summary import Failure, summary
from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.journeys.events import simulate_run
from warrantysim.schema.clock import DAY
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

T = TypeVar("T")
SCENARIOS = Path(__file__).parent.parent / "scenarios"
SEED = 20_270_101


@dataclass
class Measured:
    """What one part took and found, run by run."""

    claims: int
    """Claims of one run."""
    seconds: list[float] = field(default_factory=list)
    """Processor time of each run, so that a busy machine blurs it less; the warm-up is not among them."""
    means: dict[str, list[float]] = field(default_factory=dict)
    """What each run found, by name of the measure."""
    units: int = 0
    """Units that could fail, where they are born."""
    theory: float = 0.0
    """What theory says of the wait at the bench [seconds]."""

    def run(
        self,
        repeat: int,
        work: Callable[[int], T],
        found: Callable[[T], Mapping[str, float]] = lambda _: {},
        before: Callable[[int], object] = lambda _: None,
    ) -> None:
        """Time ``work(k)`` for k from 1 to ``repeat`` after ``work(0)``; note what is found in it.

        ``before(k)`` is not timed.
        """
        before(0)
        work(0)
        for k in range(1, repeat + 1):
            before(k)
            begin = time.process_time()
            result = work(k)
            self.seconds.append(time.process_time() - begin)
            for name, mean in found(result).items():
                self.means.setdefault(name, []).append(mean)


def ours(n: int, repeat: int, in_stages: bool) -> Measured:
    """Our model of the seller, other luck each run; in stages of columns, or by the event loop they are held to."""
    s, policy = seller.seller()
    claims = seller.claims_of(s, n)
    out = Measured(n)
    out.run(
        repeat, lambda k: simulate_run(s, policy, claims, k, 0, in_stages=in_stages).records, seller.found_in_records
    )
    return out


def plain(n: int, repeat: int) -> Measured:
    """The plain model of the seller: same claims, other luck each run."""
    s, _ = seller.seller()
    claims = seller.claims_of(s, n)
    columns = ((claims.opened / DAY).tolist(), claims.price_gross.tolist(), claims.bench_minutes.tolist())
    out = Measured(n)
    out.run(repeat, lambda k: PlainModel(k).run(*columns), seller.found_in_stamps)
    return out


def our_bench(n: int, repeat: int, way: bool) -> Measured:
    """Our model of a bench; claims are drawn before the clock runs, other ones each run."""
    s = queue.bench(way)
    claims = [queue.arrivals(s, n, k) for k in range(repeat + 1)]
    out = Measured(n, theory=queue.erlang_wait())
    out.run(
        repeat,
        lambda k: simulate_run(s, s.policy, claims[k], k, 0).records,
        lambda r: {"wait": queue.our_mean_wait(r, n, way)},
    )
    return out


def ciw_bench(n: int, repeat: int, way: bool) -> Measured:
    """The same bench in Ciw."""
    out = Measured(n)
    out.run(repeat, lambda k: queue.ciw_mean_wait(n, k, way), lambda wait: {"wait": wait})
    return out


def replication(_: int, repeat: int) -> Measured:
    """One replication of the base scenario under today's policy: births, journeys, prices, summary."""
    s = load_scenario(SCENARIOS / "base.yaml")
    out = Measured(0, units=int(root_cohorts(s).cohorts.units.sum()))
    out.run(repeat, lambda k: _whole(replicate(s, (s.policy,), SEED, k)))
    out.claims = len(births(s, SEED, 0))
    return out


def policy_of_base(_: int, repeat: int, name: str, after: str) -> Measured:
    """A further policy on births that the policy ``after`` has met before: journeys, prices, summary."""
    s = load_scenario(SCENARIOS / "base.yaml")
    first, policy = (load_policy(SCENARIOS / "policies" / f"{p}.yaml") for p in (after, name))
    out = Measured(len(births(s, SEED, 0)))
    out.run(repeat, lambda k: _further(s, policy, k), before=lambda k: _further(s, first, k))
    return out


def _further(s: Scenario, policy: Policy, k: int) -> object:
    run, ledger = priced_run(s, policy, births(s, SEED, k), SEED, k)
    return summary(run, ledger, s, 0, k)


def _whole(results: list) -> list:
    for result in results:
        if isinstance(result, Failure):
            raise RuntimeError(str(result))
    return results


PARTS: dict[str, Callable[[int, int], Measured]] = {
    "ours": partial(ours, in_stages=True),
    "events": partial(ours, in_stages=False),
    "plain": plain,
    "our bench": partial(our_bench, way=False),
    "ciw bench": partial(ciw_bench, way=False),
    "our way": partial(our_bench, way=True),
    "ciw way": partial(ciw_bench, way=True),
    "replication": replication,
    "today": partial(policy_of_base, name="today", after="all-home"),
    "all-home": partial(policy_of_base, name="all-home", after="today"),
}
"""Every part by name: a function of claims and runs."""
