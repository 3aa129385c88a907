"""Studies of the registry as kinds a job can be asked for: stored as their tables and facts, no object besides."""

from __future__ import annotations

from functools import cache
from typing import Any

from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.study import Study
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored, Work


@cache
def kind_of_study(name: str) -> Kind:
    """The kind of a study of the registry."""
    one = study_of(name)

    def run(asked: Study, doing: Doing) -> Stored:
        work = Work(asked.seed, doing.processes, doing.progress, doing.cancel)
        ask = one.options(asked.options)
        return one.stored(one.run(asked.cases, ask, work), asked.cases, ask, asked.seed)

    def record(asked: Study, found: Any) -> dict[str, Any]:
        return one.record(found)

    fields = one.Options.model_fields
    return Kind(
        run,
        lambda asked, found: found.tables,
        record,
        needs=frozenset(name for name, field in fields.items() if field.is_required()),
        knows=frozenset(name for name, field in fields.items() if not field.is_required()),
        cases=one.cases,
    )
