"""Kinds of study: what each needs to know, how it is done, and which tables it is read in.

A new kind is a `Kind` in a module of its own and a line in `KINDS`; it is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from warrantysim.store.workspace import Workspace
from warrantysim.studies import STUDIES

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.store.study import Study

KINDS = {
    "decide": "warrantysim.store.deciding:DECIDE",
    "compare": "warrantysim.store.studies:COMPARE",
    "select": "warrantysim.store.studies:SELECT",
    "quotes": "warrantysim.store.quoting:QUOTES",
    "react": "warrantysim.store.studies:REACT",
    "reproduce": "warrantysim.store.reproducing:REPRODUCE",
    "drivers": "warrantysim.store.studies_of_inputs:DRIVERS",
    "quantities": "warrantysim.store.billing:QUANTITIES",
    **dict.fromkeys(STUDIES, "warrantysim.store.registered"),
}
"""Where each kind is, ``module:name``; those of the registry of studies are all in one place."""


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
    module, _, attribute = KINDS[name].partition(":")
    if name in STUDIES:
        return cast(Kind, import_module(module).kind_of_study(name))
    found = getattr(import_module(module), attribute)
    if not isinstance(found, Kind):
        raise TypeError(f"{KINDS[name]} is no kind of study")
    return found
