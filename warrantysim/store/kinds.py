"""Kinds of stored runs that are studies: how a job is worked on, and whether it can be asked so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.experiment.workers import Watched
from warrantysim.store.workspace import Workspace
from warrantysim.studies import ALL, study_of
from warrantysim.studies.study import AnyStudy, Stored, Work

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.store.study import AskedQuestion

KINDS = tuple(sorted(ALL - {"simulate"}))
"""Every kind; a simulation is asked for by its `Inputs`, since its replications are kept as they come."""


@dataclass(frozen=True)
class Doing:
    """What a study is given while it is done."""

    workspace: Workspace | None
    """Where it may keep what is finished; None where nothing is to be kept."""
    workers: int | Executor = 1
    """Processes that share the work [count], or an executor that does it."""
    progress: Callable[[str, int, int], None] = lambda stage, done, total: None
    """To be told (stage, steps done, steps planned)."""
    cancel: Callable[[], bool] = lambda: False
    """To be asked between steps whether to stop."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What it wants to have told in the record besides, such as ids of runs it stored."""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Further tables to be stored, by name."""
    folders: dict[str, Callable[[Path], None]] = field(default_factory=dict)
    """Further folders to be stored, by name, each with what fills it."""
    within: Callable[[int, int], None] = lambda done, total: None
    """To be told (replications done, replications asked for) within a step."""

    @property
    def jobs(self) -> Watched:
        """Who does the work."""
        return Watched(self.workers, self.cancel, self.within)


@dataclass(frozen=True)
class StoredKind:
    """One kind: a study of the registry, as a job asks for it."""

    one: AnyStudy

    def run(self, asked: AskedQuestion, doing: Doing) -> Stored:
        """Do it: tables and facts."""
        from warrantysim.store.deciding import keep_beside, kept_simulation

        work = Work(
            asked.seed,
            doing.workers,
            doing.progress,
            doing.cancel,
            doing.within,
            None if doing.workspace is None else partial(self._again, doing),
            simulate=partial(kept_simulation, asked, doing),
            beside=partial(keep_beside, doing),
        )
        ask = self.one.options(asked.options)
        with work.watched():
            found = self.one.run(asked.cases, ask, work)
        return self.one.stored(found, asked.cases, ask, asked.seed)

    def _again(self, doing: Doing, id: str) -> Any:
        from warrantysim.store.reproduce import reproduced
        from warrantysim.store.runs import find_run

        assert doing.workspace is not None
        return reproduced(find_run(doing.workspace, id), Doing(None, doing.workers, doing.progress, doing.cancel))

    def check(self, options: Mapping[str, Any], cases: int) -> None:
        """Whether it can be asked so.

        Raises
        ------
        ValueError
            For an option that is missing or unknown, or a wrong number of cases.
        """
        fields = self.one.Options.model_fields
        missing = sorted(name for name, info in fields.items() if info.is_required() and name not in options)
        if missing:
            raise ValueError(f"missing options: {', '.join(missing)}")
        if unknown := sorted(set(options) - set(fields)):
            raise ValueError(f"unknown options: {', '.join(unknown)}; expected {', '.join(fields)}")
        least, most = self.one.cases
        if cases < least or (most is not None and cases > most):
            wanted = f"{least}" if most == least else f"{least} or more" if most is None else f"{least} to {most}"
            raise ValueError(f"expected {wanted} cases, got {cases}")


def stored_kind(name: str) -> StoredKind:
    """The kind of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in KINDS:
        raise ValueError(f"no kind of study {name!r}; expected one of {', '.join(KINDS)}")
    return StoredKind(study_of(name))
