"""One finished run as it stands on disk: its files, each looked at before it is believed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.experiment.result import Result
from warrantysim.experiment.summary import Failure, Summary
from warrantysim.report.doers import partner_titles
from warrantysim.store.atomic import read_json
from warrantysim.store.inputs import KIND, Asked, Inputs, asked_from
from warrantysim.store.results import Tables, read_tables, summaries_of
from warrantysim.store.study import AskedQuestion
from warrantysim.studies import ALL, study_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.studies.study import Stored

MANIFEST = "manifest.json"
ASKED, RECORD, LOG = "asked.json", "record.json", "log.txt"
RESULTS, TABLES, FOUND = "results", "tables", "found"


class Damaged(RuntimeError):
    """A run's files are not those that were written."""


class OtherKind(TypeError):
    """A run of another kind than what is asked of it."""


@dataclass(frozen=True)
class StoredRun:
    """A finished run as it stands on disk. Nothing of it is ever changed."""

    folder: Path
    """Its folder."""
    manifest: Mapping[str, Any]
    """Id, kind, inputs in short, digests of results and files, versions, time taken."""

    @property
    def id(self) -> str:
        """The run's id."""
        return str(self.manifest["id"])

    @property
    def kind(self) -> str:
        """``simulate``, ``decide`` or another key of `kinds.KINDS`; a kind of before is the one that took it in."""
        kind = str(self.manifest["kind"])
        return kind if kind in ALL else next((name for name in ALL if kind in study_of(name).formerly), kind)

    @property
    def name(self) -> str:
        """Short name of the scenario it was first run for."""
        return str(self.manifest["scenario"]["name"])

    @property
    def label(self) -> str:
        """What it was first asked for as."""
        return str(self.manifest["label"])

    @property
    def made(self) -> str:
        """When it was stored [UTC, ISO 8601]."""
        return str(self.manifest["made"])

    @property
    def results(self) -> str:
        """Digest of its results."""
        return str(self.manifest["results"])

    @property
    def version(self) -> str:
        """The model that made it."""
        return str(self.manifest["model"])

    @cached_property
    def asked(self) -> Asked:
        """What the results depend on, read from disk."""
        return asked_from(read_json(self._sound(ASKED)))

    @property
    def inputs(self) -> Inputs:
        """The same for a simulation.

        Raises
        ------
        OtherKind
            If it is none.
        """
        if not isinstance(self.asked, Inputs):
            raise OtherKind(f"run {self.id} is a study ({self.kind}), not a simulation")
        return self.asked

    @property
    def study(self) -> AskedQuestion:
        """The same for a study.

        Raises
        ------
        OtherKind
            If it is a simulation.
        """
        if not isinstance(self.asked, AskedQuestion):
            raise OtherKind(f"run {self.id} is a simulation, not a study")
        return self.asked

    @cached_property
    def tables(self) -> Tables:
        """Result tables of a simulation as in `results`."""
        for name in self.manifest["files"]:
            if name.startswith(f"{RESULTS}/"):
                self._sound(name)
        return read_tables(self.folder / RESULTS)

    @cached_property
    def result(self) -> Result:
        """The results of a simulation as `experiment.simulate` gave them, to the last bit."""
        inputs, rows = self.inputs, summaries_of(self.tables)
        return Result(
            inputs.scenario,
            inputs.policies,
            inputs.seed,
            replications=tuple(self.manifest["replications"]),
            summaries=tuple(row for row in rows if isinstance(row, Summary)),
            failures=tuple(row for row in rows if isinstance(row, Failure)),
            target=inputs.plan.target,
        )

    @cached_property
    def found(self) -> Any:
        """What a study found, the object it returned: a `Decision`, `Comparison`, `Selection` ... ."""
        if self.kind in ALL:
            return study_of(self.kind).seen(self.stored)
        return self._object()

    def _object(self) -> Any:
        from warrantysim.store.objects import COLUMNS, TREE, read_object

        for name in (TREE, COLUMNS):
            self._sound(f"{FOUND}/{name}")
        return read_object(self.folder / FOUND)

    @cached_property
    def stored(self) -> Stored:
        """What a study of the registry found: its tables, and the single figures and texts beside them."""
        found = self._stored()
        if self.kind not in ALL or "partners" in found.facts:
            return found
        # Runs of before did not tell what partners are called.
        cases = [self.inputs] if self.kind == KIND else self.study.cases
        return replace(found, facts={**found.facts, "partners": partner_titles(*(case.scenario for case in cases))})

    def _stored(self) -> Stored:
        from warrantysim.studies.study import Stored

        if any(name.startswith(f"{FOUND}/") for name in self.manifest["files"]):
            upgraded = study_of(self.kind).upgraded(self._object, self.study.cases, self.study.seed)
            if upgraded is not None:
                return replace(upgraded, facts={**upgraded.facts, "changed": self.manifest["changes"]})
        m, tables = self.manifest, _Frames(self)
        if self.kind == KIND and int(m.get("tables", 0)) != study_of(KIND).version:
            return simulated(self.result, m["changes"])
        # Runs of before told less with their tables; what the manifest tells of any run stands in.
        usual = {
            "version": str(m.get("model", "")).partition("+")[0],
            "scenario": self.name,
            "digest": m["scenario"]["digest"],
            "policy": next(iter(m["policies"]), ""),
            "cases": m.get("cases", []),
            "seed": m["seed"],
            "replications": m.get("options", {}).get("replications", ""),
            "confidence": 0.95,
            "currency": m["currency"],
            "days": 365,
            "cancelled": False,
        }
        # A table of the record takes the place of a fact of its name; a single figure is a fact, whatever its name.
        facts = {**usual, **{k: v for k, v in self.record.items() if k not in tables or not isinstance(v, list | dict)}}
        if "changed" in facts:
            facts["changed"] = m["changes"]
        stored = Stored(tables, facts)
        if self.kind not in ALL:
            return stored
        one, version = study_of(self.kind), int(m.get("tables", 0))
        return stored if version == one.version else one.upgrade(stored, version, self.study.cases)

    @cached_property
    def record(self) -> dict[str, Any]:
        """What was found as one plain value, as the command line prints it with ``--json``."""
        found: dict[str, Any] = read_json(self._sound(RECORD))
        return found

    @property
    def frames(self) -> tuple[str, ...]:
        """Names of its ready tables."""
        return tuple(sorted(path.stem for path in (self.folder / TABLES).glob("*.parquet")))

    def frame(self, name: str) -> pd.DataFrame:
        """A ready table: names in place of indices, columns as in the files of ``--out``.

        Raises
        ------
        KeyError
            If there is none of that name.
        """
        import pandas as pd

        if name not in self.frames:
            raise KeyError(f"no table {name!r}; expected one of {', '.join(self.frames)}")
        return pd.read_parquet(self._sound(f"{TABLES}/{name}.parquet"))

    def sound_folder(self, name: str) -> Path:
        """A folder of further files, each looked at before it is read.

        Raises
        ------
        Damaged
            If one is not what was written.
        """
        for file in self.manifest["files"]:
            if file.startswith(f"{name}/"):
                self._sound(file)
        return self.folder / name

    def log(self) -> str:
        """What the worker wrote."""
        path = self.folder / LOG
        return path.read_text("utf-8", errors="replace") if path.exists() else ""

    def damage(self, thorough: bool = True) -> tuple[str, ...]:
        """Files that are missing or not those that were written; none for a sound run.

        ``thorough``: whether files are read, or only their sizes looked at.
        """
        stamp = _stamp if thorough else _size
        told = self.manifest["files"].items()
        return tuple(
            name for name, stamped in told if stamp(self.folder / name) != (stamped if thorough else stamped[:1])
        )

    def _sound(self, name: str) -> Path:
        """A file of the run, looked at before it is read."""
        path = self.folder / name
        if _stamp(path) != self.manifest["files"].get(name):
            raise Damaged(f"run {self.id}: {name} is not what was written; remove the run and ask for it again")
        return path


def simulated(result: Result, changes: Sequence[str]) -> Stored:
    """A simulation as it is stored: nothing but facts where no replication is complete."""
    from warrantysim.studies.simulate import STUDY, SimulatedCosts, SimulateOptions
    from warrantysim.studies.study import Stored

    if not result.complete:
        return Stored({}, STUDY.facts(SimulatedCosts(result, tuple(changes))))
    cases = [Case(name, result.scenario, policy) for name, policy in zip(result.names, result.policies, strict=True)]
    return STUDY.stored(SimulatedCosts(result, tuple(changes)), cases, SimulateOptions(), result.seed)


class _Frames(Mapping[str, "pd.DataFrame"]):
    """Ready tables of a run by name, each read when it is first asked for."""

    def __init__(self, run: StoredRun) -> None:
        self._run = run
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = self._run.frame(name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._run.frames

    def __iter__(self) -> Iterator[str]:
        return iter(self._run.frames)

    def __len__(self) -> int:
        return len(self._run.frames)


def file_stamps(folder: Path) -> dict[str, list[Any]]:
    """Size [bytes] and digest of every file of a folder by its place within."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in paths}


def _size(path: Path) -> list[Any]:
    return [path.stat().st_size if path.is_file() else -1]


def _stamp(path: Path) -> list[Any]:
    content = path.read_bytes() if path.is_file() else b""
    return [*_size(path), hashlib.sha256(content).hexdigest()]
