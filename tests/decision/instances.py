"""Problems of any size for the optimizer, stated as arrays: no simulator, no scenario."""

from __future__ import annotations

import numpy as np

from warrantysim.decision.problem import Block, Limit, Load, Period, ProgramData
from warrantysim.money.marginal_terms import MarginalTerms


def one_period(name: str, terms: MarginalTerms, units: str, fees: str = "", service: str = "") -> Period:
    """A period of one month and desk."""
    return Period(terms, ((units,),), ((fees,),), ((service,),))


def terms(
    lower: list[float],
    *,
    jump: list[float] | None = None,
    per_unit: list[float] | None = None,
    per_fee: list[float] | None = None,
    fixed: float = 0.0,
    minimum: float = 0.0,
) -> MarginalTerms:
    """Terms of one month and desk."""
    k = len(lower)
    column = [np.array(c or [0.0] * k, dtype=float)[:, None] for c in (jump, per_unit, per_fee)]
    starts = np.array(lower, dtype=float)
    return MarginalTerms(
        months=(0,),
        lower=starts,
        upper=np.append(starts[1:], np.inf),
        jump=column[0],
        per_unit=column[1],
        per_fee=column[2],
        fixed=np.full((1, 1), fixed),
        retainer=np.zeros((1, 1)),
        minimum=np.full((1, 1), minimum),
        rebate_on_invoice=True,
    )


def seller(
    cells: int,
    *,
    bands: int = 12,
    partners: int = 3,
    months: int = 12,
    seed: int = 0,
    tight: float = 0.3,
    tiers: str = "",
) -> ProgramData:
    """A synthetic seller: refund, reship, partners with monthly hours (and tiers), China."""
    rng = np.random.default_rng(seed)
    arms = 3 + partners
    rank = np.array([0, 1] + [2] * partners + [3])
    value = np.sort(rng.uniform(10, 300, (cells, bands)), axis=1) * rng.uniform(0.3, 1, (cells, 1))
    claims = rng.uniform(2, 20, (cells, bands))
    fee = rng.uniform(20, 50, (cells, partners))
    cost = np.zeros((cells, bands, arms))
    cost[:, :, 0] = value * claims
    cost[:, :, 1] = (value.mean(axis=1, keepdims=True) * 0.5 + 10) * claims
    cost[:, :, -1] = (rng.uniform(20, 60, (cells, 1)) + 0.12 * value) * claims
    season = rng.dirichlet(np.ones(months) * 20)
    loads: dict[str, Load] = {}
    limits, blocks = [], []
    for p in range(partners):
        only = np.array([2 + p])
        cost[:, :, 2 + p] = (fee[:, p : p + 1] + 0.1 * value) * claims
        share = claims.sum() / partners
        periods = []
        for m in range(months):
            hours = claims * season[m] * rng.uniform(0.5, 1.5, (cells, 1))
            loads[f"hours {p} {m}"] = Load.table(only, hours[:, :, None])
            limits.append(Limit(f"hours of {p} in {m}", f"hours {p} {m}", float(hours.sum()) * tight / partners))
            if not tiers:
                continue
            loads[f"units {p} {m}"] = Load.table(only, (claims * season[m])[:, :, None])
            loads[f"fees {p} {m}"] = Load.table(only, (claims * season[m] * fee[:, p : p + 1])[:, :, None])
            steps = np.array([0, 0.1, 0.25, 0.4]) * share * season[m]
            discount = np.array([0, 0.05, 0.1, 0.15])
            rises = np.diff(discount)
            short = [float((rises[:k] * steps[1 : k + 1]).sum() * fee[:, p].mean()) for k in range(4)]
            quote = terms(
                steps.tolist(),
                jump=short if tiers == "incremental" else None,
                per_fee=(-discount).tolist(),
                fixed=float(share * season[m]) * (4.0 if m == 0 else 1.0),
                minimum=float(share * season[m]) * 4,
            )
            periods.append(one_period("", quote, f"units {p} {m}", f"fees {p} {m}"))
        uses = np.zeros((cells, arms), dtype=bool)
        uses[:, 2 + p] = True
        if tiers:
            blocks.append(Block(f"partner {p}", tuple(periods), uses))
    return ProgramData(cost, rank, np.ones((cells, arms), dtype=bool), loads, tuple(limits), tuple(blocks))
