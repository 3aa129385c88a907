"""Sellers, programs and the engine at the sizes of real sellers: ``python -m benchmarks.sizes [--parts 480,direct]``.

One table: what each part took, each in a process of its own, against what is wanted. Sellers are the reference seller,
its products copied, and decided from births to confirmation. Programs are stated as arrays; nothing is simulated for
them. ``direct`` gives the whole program of 480 cells to HiGHS by PuLP as `program` writes it down. Parts with few
minutes of work are done when none are named; the others are asked for by name. A part that breaks or takes longer than
``--minutes`` is told so in its row, and the others are done all the same.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.tree import peak_of_tree
from warrantysim.decision.choose import choose
from warrantysim.decision.decide import decide
from warrantysim.decision.problem import Block, Limit, Load, Period, ProgramData
from warrantysim.decision.program import program
from warrantysim.files.loading import load_scenario
from warrantysim.money.marginal_terms import MarginalTerms
from warrantysim.schema.root import Scenario

GAP = 0.0005
"""Gap asked for [share]."""
PATIENCE = 300.0
"""Time the direct model gets [s]."""
WANTED = {
    "seller": "<= 20 s on two cores, <= 1 GB",
    "seller-120": "<= 30 s, within 0.1 % of the bound",
    "seller-480": "<= 15 min, <= 6 GB",
    "480": "gap <= 0.05 %",
    "direct": "same objective within the gap",
    "2000": "gap <= 0.05 %",
    "20000": "<= 60 s, gap <= 0.05 %",
    "2000-apart": "gap <= 0.05 %",
    "20000-apart": "<= 60 s, gap <= 0.05 %",
    "400000": "<= 5 min, gap <= 0.05 %, <= 8 GB",
    "engine": ">= 15 x, <= 0.15 s",
}
"""Parts by name: SKUs of a seller (in four markets), or cells of a program, ``-apart`` where every band has its claims
in months of its own."""
USUAL = ("seller", "seller-120", "480", "direct", "2000", "2000-apart", "20000", "engine")
MINUTES = 20.0
"""Longest time of a part, where no other is asked for [min]."""
REDUCED = {
    "training_replications": 2,
    "selection_replications": 1,
    "judging_replications": 2,
    "confirm_replications": 2,
    "robust_draws": 8,
}
"""The plan of `seller-120`, whose products share the reference seller's claims: a third of each count or less."""
JOBS = 2
"""Processes of a seller's decision."""


BANDS, PARTNERS, MONTHS = 12, 3, 12
"""Value bands of a cell; partners with tiers; months."""
SERVED = 0.5
"""Share of the cells, those of his markets, that send claims to a partner."""
STEPS, DISCOUNT = np.array([0, 0.1, 0.25, 0.4]), np.array([0, 0.05, 0.1, 0.15])
"""Where segments begin, in shares of a mean month's units, and their discounts."""


def program_of(cells: int, seed: int = 0, *, apart: bool = False) -> ProgramData:
    """Refund, reship, three partners and China; 36 tiered periods with minimums, hours of four benches a year.

    ``apart``: every band has its claims in months of its own; otherwise all have the same season.
    """
    rng = np.random.default_rng(seed)
    arms = 3 + PARTNERS
    shape = cells, BANDS
    value = np.sort(rng.uniform(10, 300, shape), axis=1) * rng.uniform(0.3, 1, (cells, 1))
    claims = rng.uniform(2, 20, shape)
    fee = rng.uniform(20, 50, (cells, PARTNERS))
    cost = np.zeros((*shape, arms))
    cost[:, :, 0] = value * claims
    cost[:, :, 1] = (value.mean(axis=1, keepdims=True) * 0.5 + 10) * claims
    cost[:, :, -1] = (rng.uniform(20, 60, (cells, 1)) + 0.12 * value) * claims
    season = rng.dirichlet(np.ones(MONTHS) * 20)
    allowed = np.ones((cells, arms), dtype=bool)
    loads: dict[str, Load] = {}
    limits, blocks = [], []
    for bench in range(PARTNERS + 1):
        served = np.arange(cells) if bench == PARTNERS else np.sort(rng.permutation(cells)[: int(cells * SERVED)])
        # All loads of a bench are of the same bands under the same arm: they share these columns.
        place = (served[:, None] * BANDS + np.arange(BANDS)).ravel().astype(np.int32)
        arm = np.full(len(place), 2 + bench, dtype=np.int8)
        mine = claims[served]
        hours = (mine * rng.uniform(0.5, 1.5, (len(served), 1))).ravel()
        loads[f"hours {bench}"] = Load(place, arm, hours, shape)
        limits.append(Limit(f"hours of {bench}", f"hours {bench}", float(hours.sum()) * 0.3))
        if bench == PARTNERS:
            break
        arms_of_bench = np.arange(arms) == 2 + bench
        cost[served, :, 2 + bench] = (fee[served, bench : bench + 1] + 0.1 * value[served]) * mine
        allowed[:, 2 + bench] = False
        allowed[served, 2 + bench] = True
        typical = float(mine.sum()) / MONTHS
        paid = (mine * fee[served, bench : bench + 1]).ravel()
        share = rng.dirichlet(np.ones(MONTHS) * 20, len(place)).T if apart else season
        periods = []
        for month in range(MONTHS):
            names = f"units {bench} {month}", f"fees {bench} {month}"
            loads[names[0]] = Load(place, arm, mine.ravel() * share[month], shape)
            loads[names[1]] = Load(place, arm, paid * share[month], shape)
            periods.append(Period(_terms(typical, month), ((names[0],),), ((names[1],),), (("",),)))
        blocks.append(Block(f"partner {bench}", tuple(periods), allowed & arms_of_bench))
    rank = np.array([0, 1, *([2] * PARTNERS), 3])
    return ProgramData(cost, rank, allowed, loads, tuple(limits), tuple(blocks))


def _terms(units: float, month: int) -> MarginalTerms:
    """All-units tiers of one month, the same every month, with onboarding in the first and a minimum."""
    lower = STEPS * units
    nothing = np.zeros((len(STEPS), 1))
    return MarginalTerms(
        months=(month,),
        lower=lower,
        upper=np.append(lower[1:], np.inf),
        jump=nothing,
        per_unit=nothing,
        per_fee=-DISCOUNT[:, None],
        fixed=np.array([[units * (4.0 if month == 0 else 1.0)]]),
        retainer=np.zeros((1, 1)),
        minimum=np.array([[units * 4.0]]),
        rebate_on_invoice=True,
    )


@dataclass(frozen=True)
class Took:
    """One program decided."""

    seconds: float
    """Processor time, of a seller with all its processes [s]."""
    mebibytes: float
    """Peak memory, likewise [MiB]."""
    objective: float
    """Cost of the plan [reporting currency]."""
    gap: float
    """What is left open [share]."""
    status: str
    wall: float = 0.0
    """Time that went by, with set-up [s]."""


def copied(s: Scenario, copies: int, *, split: bool) -> Scenario:
    """A seller with each product so many times; ``split``: the copies share its sales, else each sells as much."""
    tables = {name: getattr(s, name) for name in type(s).model_fields}
    by_sku = {
        name: rows for name, rows in tables.items() if isinstance(rows, tuple) and rows and hasattr(rows[0], "sku")
    }
    more = {
        name: tuple(
            row.replace(
                sku=row.sku if not k else f"{row.sku}-{k}",
                **({"units_per_month": row.units_per_month / copies} if name == "sales" and split else {}),
            )
            for row in rows
            for k in range(copies)
        )
        for name, rows in by_sku.items()
    }
    return s.replace(**more)


def seller_decided(part: str) -> Took:
    """Decide for a seller; processor time and memory are the parent's to tell."""
    skus = int(part.partition("-")[2] or 12)
    s = load_scenario("scenarios/base.yaml")
    if skus > len(s.skus):
        s = copied(s, skus // len(s.skus), split=skus == 120)
    if skus == 120:
        s = s.replace(decision=s.decision.replace(**REDUCED))
    found = decide(s, jobs=JOBS)
    return Took(0.0, 0.0, found.cost, found.solver.gap, f"{found.solver.method}, {found.solver.status}")


def decided(part: str) -> Took:
    """Decide the seller or program of a part here and now."""
    if part.startswith("seller"):
        return seller_decided(part)
    cells, _, kind = part.replace("direct", "480--direct").partition("-")
    problem, begin = program_of(int(cells), apart=kind == "apart"), time.process_time()
    if part == "direct":
        solved = program(problem).solve(gap=GAP, time_limit=PATIENCE)
    else:
        solved = choose(problem, gap=GAP).solved
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Took(time.process_time() - begin, memory, solved.objective, solved.gap, solved.status)


def alone(part: str, minutes: float = MINUTES) -> Took | str:
    """The same in a process of its own; what is told in its place where it breaks or takes longer than so long."""
    begun, before = time.perf_counter(), _children()
    found = _child(["benchmarks.sizes", "--one", part], minutes)
    if isinstance(found, str):
        return found
    out, peak = found
    took = replace(Took(**json.loads(out.splitlines()[-1])), wall=time.perf_counter() - begun)
    return replace(took, seconds=_children() - before, mebibytes=peak) if part.startswith("seller") else took


def _child(module: list[str], minutes: float) -> tuple[str, float] | str:
    """What a module says in a process of its own, and its peak memory [MiB]; or that it did not end well."""
    try:
        done, peak = peak_of_tree([sys.executable, "-m", *module], Path(__file__).parent.parent, 60 * minutes)
    except subprocess.TimeoutExpired:
        return f"stopped after {minutes:g} min"
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return "broke"
    return done.stdout, peak


def _children() -> float:
    """Processor time of all processes that were waited for [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def notes(found: dict[str, Took]) -> list[str]:
    """What parts say of each other: growth with ten times the cells, and the direct model's time."""
    out = []
    for kind in ("", "-apart"):
        few, many = (found.get(f"{cells}{kind}") for cells in (2000, 20000))
        if few and many:
            times, memory = many.seconds / few.seconds, many.mebibytes / few.mebibytes
            out.append(
                f"time(10 n) / time(n), 2,000 to 20,000 cells{kind}: {times:.1f}, memory {memory:.1f}; wanted 12"
            )
    if (ours := found.get("480")) and (direct := found.get("direct")):
        times, dearer = direct.seconds / ours.seconds, direct.objective / ours.objective - 1
        out.append(f"480 cells, direct model: {times:.1f} times as long, its plan {dearer:+.3%} dearer")
    return out


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sizes", description=__doc__)
    parser.add_argument("--parts", default=",".join(USUAL), help=f"some of {', '.join(WANTED)}")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="longest time of a part (default %(default)g)")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(asdict(decided(options.one))))
        return
    parts = options.parts.split(",")
    if unknown := [part for part in parts if part not in WANTED]:
        parser.error(f"no part {', '.join(unknown)}; expected some of {', '.join(WANTED)}")
    print("| work | wall | processor time | peak memory | left open | status | wanted |\n|---|---|---|---|---|---|---|")
    found: dict[str, Took] = {}
    failed = False
    for part in (part for part in parts if part != "engine"):
        took = alone(part, options.minutes)
        if isinstance(took, str):
            failed, figures = True, f"| | | | {took}"
        else:
            found[part] = took
            times = f"{took.wall:,.1f} s | {took.seconds:,.1f} s"
            figures = f"{times} | {took.mebibytes:,.0f} MiB | {took.gap:.3%} | {took.status}"
        print(f"| {part} | {figures} | {WANTED[part]} |", flush=True)
    for line in notes(found):
        print(line)
    if "engine" in parts:
        told = _child(["benchmarks.engine", "--repeat", "3"], options.minutes)
        failed |= isinstance(told, str)
        print(f"engine: {told}" if isinstance(told, str) else told[0].rstrip())
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
