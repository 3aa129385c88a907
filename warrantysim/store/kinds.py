"""Studies of the registry as kinds a job can be asked for: what each needs to know, how it is done, its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.store.workspace import Workspace
from warrantysim.studies import ALL, study_of
from warrantysim.studies.study import Stored, Work

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.store.study import Study

KINDS = tuple(sorted(ALL - {"simulate"}))
"""Kinds of studies that jobs are asked for; a simulation is stored by what it rests on, see `inputs`."""


@dataclass(frozen=True)
class Doing:
    """What a study is given while it is done."""

    workspace: Workspace | None
    """Where it may keep what is finished; None where nothing is to be kept."""
    processes: int = 1
    """Processes that share the work [count]."""
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


@dataclass(frozen=True)
class Kind:
    """One kind of study."""

    run: Callable[[Study, Doing], Any]
    """Does it; what it returns must be of the classes `objects` knows."""
    frames: Callable[[Study, Any], Mapping[str, pd.DataFrame]]
    """Tables of what was found, by name."""
    record: Callable[[Study, Any], Mapping[str, Any]]
    """What was found as one plain value, for programs."""
    needs: frozenset[str] = frozenset()
    """Options it cannot do without."""
    knows: frozenset[str] = frozenset()
    """Options it can do without."""
    cases: tuple[int, int | None] = (1, None)
    """Least and greatest number of cases; None for any [count]."""

    def check(self, options: Mapping[str, Any], cases: int) -> None:
        """Whether a study can be asked so.

        Raises
        ------
        ValueError
            For an option that is missing or unknown, or a wrong number of cases.
        """
        missing, unknown = sorted(self.needs - set(options)), sorted(set(options) - self.needs - self.knows)
        if missing:
            raise ValueError(f"missing options: {', '.join(missing)}")
        if unknown:
            raise ValueError(f"unknown options: {', '.join(unknown)}; expected {', '.join(self.needs | self.knows)}")
        least, most = self.cases
        if cases < least or (most is not None and cases > most):
            wanted = f"{least}" if most == least else f"{least} or more" if most is None else f"{least} to {most}"
            raise ValueError(f"expected {wanted} cases, got {cases}")


def kind_of(name: str) -> Kind:
    """The kind of a name.

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in KINDS:
        raise ValueError(f"no kind of study {name!r}; expected one of {', '.join(KINDS)}")
    return _of_study(name)


@cache
def _of_study(name: str) -> Kind:
    """The kind of a study of the registry: stored as tables and facts."""
    from warrantysim.store.deciding import keep_beside, kept_simulation

    one = study_of(name)

    def run(asked: Study, doing: Doing) -> Stored:
        def again(id: str) -> Any:
            from warrantysim.store.reproduce import reproduced
            from warrantysim.store.runs import named

            assert doing.workspace is not None
            return reproduced(named(doing.workspace, id), Doing(None, doing.processes, doing.progress, doing.cancel))

        space = None if doing.workspace is None else again
        work = Work(
            asked.seed,
            doing.processes,
            doing.progress,
            doing.cancel,
            space,
            simulate=partial(kept_simulation, asked, doing),
            beside=partial(keep_beside, doing),
        )
        ask = one.options(asked.options)
        return one.stored(one.run(asked.cases, ask, work), asked.cases, ask, asked.seed)

    fields = one.Options.model_fields
    return Kind(
        run,
        lambda asked, found: found.tables,
        lambda asked, found: {**found.facts, **one.record(found)},
        needs=frozenset(name for name, field in fields.items() if field.is_required()),
        knows=frozenset(name for name, field in fields.items() if not field.is_required()),
        cases=one.cases,
    )
