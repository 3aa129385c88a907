"""Simulated summaries as columns on disk and back, to the last bit, and the digest of what they say.

Tables, sorted by replication, then policy: ``years`` a row a summary, ``claims`` a row a root claim in scope, ``costs``
and ``journeys`` a row a group, ``benches`` a row a bench and month, ``waits`` a row a visit of a bench, ``failures`` a
row a run that broke. Columns of indices refer to the scenario's tuples. A table without a row is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from warrantysim.experiment.outcomes import BenchMonths, SimulatedYear
from warrantysim.experiment.summary import COST_KEYS, JOURNEY_KEYS, Failure, Summary
from warrantysim.money.categories import PARTS
from warrantysim.money.ledger import Totals

Tables = Mapping[str, pa.Table]
"""Result tables by name."""
CLAIM_COLUMNS = tuple(
    f.name for f in fields(SimulatedYear) if f.name not in {"replication", "unassigned", "unassigned_parts", "benches"}
)
"""Columns of a year that have a row a claim."""
BENCH_COLUMNS = tuple(f.name for f in fields(BenchMonths) if f.name != "waits")
TOTALS = {"costs": COST_KEYS, "journeys": JOURNEY_KEYS}
"""Sums kept by group, and their keys."""
UNSAID = frozenset({"message", "traceback", "events"})
"""Columns the digest leaves out: they tell of the machine, not of the model."""


def summary_tables(rows: Sequence[Summary | Failure]) -> dict[str, pa.Table]:
    """The tables of some summaries and failures, in their order."""
    summaries = [row for row in rows if isinstance(row, Summary)]
    failures = [row for row in rows if isinstance(row, Failure)]
    found: dict[str, list[dict[str, np.ndarray]]] = {name: [] for name in ("claims", *TOTALS, "benches", "waits")}
    for s in summaries:
        columns = {name: getattr(s.year, name) for name in CLAIM_COLUMNS}
        found["claims"].append(_told(s, {**columns, "closure": s.closure}))
        for name, keys in TOTALS.items():
            totals: Totals = getattr(s, name)
            found[name].append(_told(s, {**dict(zip(keys, totals.keys, strict=True)), "amount": totals.amount}))
        found["benches"].append(_told(s, _bench_columns(s.year.benches)))
        found["waits"].append(_told(s, {"days": s.year.benches.waits}))
    tables = {name: _joined(parts) for name, parts in found.items() if parts}
    if summaries:
        tables["years"] = pa.table(_year_columns(summaries))
    if failures:
        tables["failures"] = pa.table({f.name: [getattr(row, f.name) for row in failures] for f in fields(Failure)})
    return {name: table for name, table in tables.items() if len(table)}


def _told(s: Summary, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Columns with the policy and replication they belong to."""
    n = len(next(iter(columns.values())))
    return {
        "replication": np.full(n, s.replication, dtype=np.int32),
        "policy": np.full(n, s.policy, dtype=np.int16),
        **columns,
    }


def _bench_columns(benches: BenchMonths) -> dict[str, np.ndarray]:
    bench, month = np.indices(benches.minutes.shape, dtype=np.int16)
    measured = {name: getattr(benches, name).ravel() for name in BENCH_COLUMNS}
    return {"bench": bench.ravel(), "month": month.ravel(), **measured}


def _year_columns(summaries: Sequence[Summary]) -> dict[str, np.ndarray]:
    """A row a summary: what belongs to no claim, and how many rows of the other tables are its own."""
    return {
        "replication": np.array([s.replication for s in summaries], dtype=np.int32),
        "policy": np.array([s.policy for s in summaries], dtype=np.int16),
        "unassigned": np.array([s.year.unassigned for s in summaries], dtype=float),
        **{f"unassigned_{n}": np.array([s.year.unassigned_parts[k] for s in summaries]) for k, n in enumerate(PARTS)},
        "claims": np.array([len(s.year) for s in summaries], dtype=np.int64),
        "costs": np.array([len(s.costs) for s in summaries], dtype=np.int64),
        "journeys": np.array([len(s.journeys) for s in summaries], dtype=np.int64),
        "benches": np.array([s.year.benches.minutes.shape[0] for s in summaries], dtype=np.int64),
        "months": np.array([s.year.benches.minutes.shape[1] for s in summaries], dtype=np.int64),
        "waits": np.array([len(s.year.benches.waits) for s in summaries], dtype=np.int64),
        "events": np.array([s.events for s in summaries], dtype=object),
    }


def _joined(parts: Sequence[Mapping[str, np.ndarray]]) -> pa.Table:
    return pa.table({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def summaries_of(tables: Tables) -> list[Summary | Failure]:
    """The summaries and failures that `table_fields` made tables of, summaries first."""
    return [*_summaries(tables), *_failures(tables)]


def _failures(tables: Tables) -> list[Failure]:
    return [Failure(**row) for row in tables["failures"].to_pylist()] if "failures" in tables else []


def _summaries(tables: Tables) -> list[Summary]:
    if "years" not in tables:
        return []
    years = _columns(tables["years"])
    held = {name: _columns(tables[name]) for name in ("claims", *TOTALS, "benches", "waits") if name in tables}
    sizes = {name: years[name] * (years["months"] if name == "benches" else 1) for name in held}
    starts = {name: np.concatenate([[0], np.cumsum(size)]) for name, size in sizes.items()}
    out = []
    for i in range(len(years["policy"])):
        mine = {
            name: {key: column[starts[name][i] : starts[name][i + 1]] for key, column in columns.items()}
            for name, columns in held.items()
        }
        shape = int(years["benches"][i]), int(years["months"][i])
        out.append(_summary({name: column[i] for name, column in years.items()}, mine, shape))
    return out


def _summary(
    year: Mapping[str, np.ndarray], mine: Mapping[str, Mapping[str, np.ndarray]], shape: tuple[int, int]
) -> Summary:
    none = np.zeros(0)
    claims = mine.get("claims", {})
    benches = {name: mine["benches"][name].reshape(shape) for name in BENCH_COLUMNS}
    if "waits" in mine:
        benches["waits"] = mine["waits"]["days"]
    totals = {
        name: Totals(
            keys,
            tuple(mine.get(name, {}).get(key, none.astype(np.int16)) for key in keys),
            mine.get(name, {}).get("amount", none),
        )
        for name, keys in TOTALS.items()
    }
    return Summary(
        policy=int(year["policy"]),
        replication=int(year["replication"]),
        year=SimulatedYear(
            replication=int(year["replication"]),
            # What runs of older models did not keep is not known.
            **{name: claims.get(name, np.full(int(year["claims"]), np.nan)) for name in CLAIM_COLUMNS},
            unassigned=float(year["unassigned"]),
            unassigned_parts=np.array([float(year.get(f"unassigned_{name}", np.nan)) for name in PARTS]),
            benches=BenchMonths(**benches),
        ),
        closure=claims.get("closure", none.astype(np.int8)),
        events=str(year.get("events", "")),
        **totals,
    )


def _columns(table: pa.Table) -> dict[str, np.ndarray]:
    return {name: table[name].to_numpy() for name in table.column_names}


def write_tables(tables: Tables, folder: Path) -> None:
    """Write each table as ``<name>.parquet``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")


def read_tables(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder."""
    return {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}


def results_digest(tables: Tables) -> str:
    """SHA-256 over names, types and values of all columns: what was found, not when, where or how it is packed."""
    found = hashlib.sha256()
    for name in sorted(tables):
        for column in tables[name].column_names:
            if column in UNSAID:
                continue
            values = tables[name][column].to_numpy()
            found.update(f"{name}.{column}:{len(values)}:".encode())
            found.update(_bytes(values))
    return found.hexdigest()


def _bytes(values: np.ndarray) -> bytes:
    """Values alike whatever the machine: little-endian, one NaN, one zero."""
    if values.dtype.kind == "O":
        return "\0".join(map(str, values)).encode()
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.nan, values + 0.0)
    ordered = values.astype(values.dtype.newbyteorder("<"))
    return ordered.dtype.str.encode() + ordered.tobytes()


def frames_digest(frames: Mapping[str, pd.DataFrame]) -> str:
    """The same over tables of a study, before they are written or after they are read."""
    return results_digest({name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()})


def table_differences(then: Tables, today: Tables) -> dict[str, float]:
    """Largest relative difference of each column that differs, ``table.column``; inf where rows or columns do."""
    out: dict[str, float] = {}
    for name in sorted({*then, *today}):
        old, new = (tables[name] if name in tables else pa.table({}) for tables in (then, today))
        for column in sorted({*old.column_names, *new.column_names} - UNSAID):
            a, b = (t[column].to_numpy() if column in t.column_names else np.zeros(0) for t in (old, new))
            apart = _apart(a, b)
            if apart:
                out[f"{name}.{column}"] = apart
    return out


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) != len(b):
        return float("inf")
    if a.dtype.kind == "O" or b.dtype.kind == "O":
        return 0.0 if list(a) == list(b) else float("inf")
    x, y = a.astype(float), b.astype(float)
    if (np.isnan(x) != np.isnan(y)).any():
        return float("inf")
    gap = np.nan_to_num(np.abs(x - y))
    return float(np.max(gap / np.maximum(np.maximum(np.abs(x), np.abs(y)), 1e-300), initial=0.0, where=gap > 0))
