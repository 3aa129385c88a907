"""One replication to be looked at claim by claim: when each was in which stage, and how many were on a day.

Times are days since midnight UTC of the horizon's first day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from warrantysim.experiment.frames import labels, partner_codes
from warrantysim.experiment.stages import STAGES, spans
from warrantysim.journeys.records import Run
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

CLAIM_COLUMNS = ["claim", "root", "sku", "market", "disposition", "partner", "closure"]
"""What a journey is known by: row among the run's records, root claim (as in the store's stories), what was done."""


def journey_table(run: Run, scenario: Scenario) -> pd.DataFrame:
    """The stages of every claim that was open within the horizon, descendants among them: a row a stage it was in.

    Returns
    -------
    `CLAIM_COLUMNS`, stage, begin, end [days]; in order of opening. All but the days are numbers; `journeys_named` has
    their names.
    """
    r = run.records
    known = {
        "root": r.claims.root,
        "sku": r.claims.sku,
        "market": r.claims.market,
        "disposition": r.route,
        "partner": partner_codes(scenario, r.route, r.partner),
        "closure": r.closure,
    }
    alive = (r.resolved > 0) & (r.claims.opened < scenario.horizon.days * DAY)
    frames = []
    for number, (stage, begin, end, entered) in enumerate(spans(r, run.dispatches)):
        # A visit to a bench is one however short; a wait of no time is none.
        rows = np.flatnonzero(alive & (entered if stage == "on_bench" else end > begin))
        columns = {"claim": rows, **{name: codes[rows].astype(np.int64) for name, codes in known.items()}}
        frames.append(pd.DataFrame({**columns, "stage": number, "begin": begin[rows] / DAY, "end": end[rows] / DAY}))
    found = pd.concat(frames, ignore_index=True)
    order = np.lexsort((found["begin"], found["claim"], r.claims.opened[found["claim"]]))
    return found.iloc[order].reset_index(drop=True)


def journeys_named(journeys: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """The same with names in place of numbers."""
    out = journeys.assign(stage=np.array(STAGES, dtype=object)[journeys["stage"]])
    for name in ("sku", "market", "disposition", "partner", "closure"):
        out[name] = out[name].map(labels(scenario, name))
    return out


def open_between(journeys: pd.DataFrame, first: float, last: float) -> pd.DataFrame:
    """Stages of the claims that were open at some moment from ``first`` to ``last`` [days]."""
    known = journeys.groupby("claim")
    opened, ended = known["begin"].transform("min"), known["end"].transform("max")
    return journeys[(opened < last) & (ended > first)]


def on_day(journeys: pd.DataFrame, day: float) -> pd.DataFrame:
    """Claims in each stage at a moment, columns stage, claims; every stage has its row, in the order of a journey."""
    now = journeys[(journeys["begin"] <= day) & (journeys["end"] > day)]
    counts = now.groupby("stage")["claim"].nunique()
    return pd.DataFrame({"stage": list(STAGES), "claims": [int(counts.get(stage, 0)) for stage in STAGES]})


def spread_out(journeys: pd.DataFrame, most: int) -> pd.DataFrame:
    """At most so many of the claims, evenly from the first to the last opened."""
    claims = journeys["claim"].drop_duplicates().to_numpy()
    if len(claims) <= most:
        return journeys
    chosen = claims[np.unique(np.linspace(0, len(claims) - 1, most).round().astype(int))]
    return journeys[journeys["claim"].isin(chosen)]
