"""Scenarios a page can choose from: those shipped as files and those kept in the workspace, read once each.

A shipped scenario is referred to by its name, a kept one by ``name@number``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from warrantysim.files.documents import parse_document
from warrantysim.files.loading import load
from warrantysim.files.remarks import Remark, remarks
from warrantysim.files.source_text import read_text
from warrantysim.locale.wording import APP, named, text, titled
from warrantysim.report.input_frames import Touched
from warrantysim.schema.diff import Change, diff
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.markets import Title
from warrantysim.schema.root import Scenario
from warrantysim.store.scenarios import ancestry, kept_scenario, kept_scenarios, last_changed, worlds_of
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion, Version
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import reader, scenarios_folder, workspace

MODEL = id(Scenario)
"""Which model scenarios were read by: one that was loaded anew takes none that the one before it made."""
BASE = "base"
"""The shipped scenario that states everything."""
HELD = 64
"""Scenarios held in memory at once."""


@dataclass(frozen=True)
class KnownScenario:
    """A scenario one can choose."""

    ref: str
    """How it is referred to [text]."""
    name: str
    """Its short name [text]."""
    title: str
    """Its title in the session's language [text]."""
    why: str
    """What it is for [text]."""
    parent: str
    """What it was made from; empty for the base [text]."""
    version: Version | None
    """The kept version; None for a shipped one."""
    stated: tuple[str, ...]
    """What it changes, as stated."""

    @property
    def shipped(self) -> bool:
        """Whether it is a file that came with the program."""
        return self.version is None


def known_scenarios() -> list[KnownScenario]:
    """All of them: shipped ones first, base on top, then kept ones, the latest version of each name first."""
    return [*_shipped_list(), *_kept_list()]


def find_scenario(ref: str) -> KnownScenario | None:
    """One of them by reference."""
    return next((one for one in known_scenarios() if one.ref == ref), None)


def scenario_by_ref(ref: str) -> Scenario:
    """A scenario by reference.

    Raises
    ------
    ScenarioError
        If a shipped file has problems.
    NoSuchVersion, Damaged
        If a kept one is not there as it was kept.
    """
    if "@" in ref:
        kept = next((one.version for one in _kept_list() if one.ref == ref), None)
        if kept is None:
            raise NoSuchVersion(f"no scenario {ref!r}")
        return _kept_world(str(workspace().folder), ref, kept.digest, MODEL)
    path = scenarios_folder() / f"{ref}.yaml"
    if Path(ref).name != ref:
        raise NoSuchVersion(f"no scenario {ref!r}")
    return _shipped_world(path.as_posix(), _stamp(), MODEL)


def shipped_world(name: str) -> Scenario | None:
    """A shipped scenario by name; None where there is none that can be read."""
    try:
        return scenario_by_ref(name) if name and "@" not in name else None
    except (ScenarioError, NoSuchVersion):
        return None


def digest_of(ref: str) -> str:
    """Digest of a scenario."""
    kept = find_scenario(ref) if "@" in ref else None
    if kept is not None and kept.version is not None:
        return kept.version.digest
    return _digest(ref, _key(ref))


def changes_between(ref: str, other: str) -> tuple[Change, ...]:
    """What a scenario states otherwise than another."""
    return _changes(str(workspace().folder), ref, other, _key(ref), _key(other))


def touched(ref: str) -> dict[str, Touched]:
    """Who changed what last, by path, in a scenario and those it was made from."""
    return {} if "@" not in ref else _touched(str(workspace().folder), ref, _key(ref))


def said_beside(ref: str) -> dict[tuple[str | int, ...], Remark]:
    """Comments beside the figures of the file a scenario goes back to."""
    return _remarks((scenarios_folder() / f"{BASE}.yaml").as_posix(), _stamp())


def dated() -> str:
    """Day of the latest change of the shipped files."""
    import datetime as dt

    return dt.datetime.fromtimestamp(max(_stamp()) / 1e9, dt.UTC).date().isoformat()


Usage = list[tuple[str, tuple[tuple[str, str], ...]]]
"""Runs, the latest first, each with name and digest of every scenario it rests on."""


def usage() -> Usage:
    """Every finished run of the workspace with its scenarios; asked for once where many scenarios are told of."""
    return [(run.id, _worlds(str(run.folder), run.id)) for run in reading.finished_runs()]


def runs_using(ref: str, rested: Usage) -> list[str]:
    """Ids of finished runs that rest on a scenario, as their first scenario or any other, the latest first."""
    name = ref.partition("@")[0]
    if "@" not in ref and not any(name == world for _, found in rested for world, _ in found):
        return []  # Nothing of that name was run, so that its file need not be read.
    wanted = digest_of(ref)
    return [id for id, found in rested if any(wanted == digest for _, digest in found)]


@st.cache_data(max_entries=1000, show_spinner=False)
def _worlds(folder: str, id: str) -> tuple[tuple[str, str], ...]:
    run = reading.stored(id)
    try:
        return () if run is None else worlds_of(run)
    except (Damaged, ValueError, LookupError, OSError):
        return ()


def _key(ref: str) -> str:
    """What a scenario's content can be known by without reading it."""
    if "@" in ref:
        return next((one.version.digest for one in _kept_list() if one.ref == ref and one.version), "")
    return str(_stamp())


def _stamp() -> tuple[int, ...]:
    """When each shipped file was written; changes whenever one does."""
    folder = scenarios_folder()
    files = [*folder.glob("*.yaml"), *folder.glob("*/*")] if folder.is_dir() else []
    return tuple(path.stat().st_mtime_ns for path in sorted(files)) or (0,)


def _shipped_list() -> list[KnownScenario]:
    return _shipped_known(scenarios_folder().as_posix(), _stamp(), lang())


@st.cache_resource(max_entries=8, show_spinner=False)
def _shipped_known(folder: str, stamp: tuple[int, ...], language: str) -> list[KnownScenario]:
    found = []
    for path in sorted(Path(folder).glob("*.yaml"), key=lambda p: (p.stem != BASE, p.stem)):
        try:
            values = parse_document(read_text(path, 8 * 2**20)[0], path.name).values
            title = Title.model_validate(values.get("title"))
        except (ScenarioError, ValueError):
            continue
        parent = Path(str(values.get("extends", ""))).stem
        shown = titled(title, path.stem, "zh" if language == "zh" else "en")
        why = _why(path.stem, " ".join(str(values.get("why", "")).split()))
        found.append(KnownScenario(path.stem, path.stem, shown, why, parent, None, stated_lines(values)))
    return found


def _why(name: str, stated: str) -> str:
    """What a file says it is for, in the session's language where it is the one that was shipped."""
    return t(f"shipped.why.{name}") if text(f"shipped.why.{name}", "en", APP) == stated else stated


def stated_lines(values: dict[str, object]) -> tuple[str, ...]:
    """What a what-if states, a line each: ``freight_breaks[*,*].rate × 1.4``."""
    lines = []
    stated = values.get("set")
    for path, value in (stated if isinstance(stated, dict) else {}).items():
        if isinstance(value, dict) and len(value) == 1 and (op := next(iter(value))) in ("times", "plus"):
            lines.append(f"{path} {'×' if op == 'times' else '+'} {value[op]}")
        else:
            lines.append(
                f"{path} = {named('answer', str(value).lower(), lang()) if isinstance(value, bool) else value}"
            )
    rows = values.get("rows")
    for table, change in (rows if isinstance(rows, dict) else {}).items():
        counts = {"+": len(change.get("add", [])), "-": len(change.get("drop", []))}
        lines.append(f"{table}: {' / '.join(f'{sign}{n}' for sign, n in counts.items() if n)}")
    return tuple(lines)


def _kept_list() -> list[KnownScenario]:
    home = workspace().versions / "scenario"
    stamp = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(home.glob("*"))) if home.is_dir() else ()
    return _kept_known(str(workspace().folder), stamp)


@st.cache_resource(max_entries=8, show_spinner=False)
def _kept_known(folder: str, stamp: tuple[tuple[str, int], ...]) -> list[KnownScenario]:
    """Kept versions; a name's folder is written to whenever it gets one, and never else."""
    versions = []
    for name, _ in stamp:
        try:
            versions += kept_scenarios(reader(folder), name)
        except (OSError, ValueError, TypeError, LookupError):
            continue  # What cannot be read hides nothing else.
    return [
        KnownScenario(
            v.ref, v.name, v.name, v.note, str(v.details.get("parent", "")), v,
            tuple(str(line) for line in v.details.get("changes", ())),
        )
        for v in versions
    ]  # fmt: skip


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _shipped_world(path: str, stamp: tuple[int, ...], model: int) -> Scenario:
    return load(path).scenario


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _kept_world(folder: str, ref: str, digest: str, model: int) -> Scenario:
    return kept_scenario(reader(folder), ref)


@st.cache_data(max_entries=HELD, show_spinner=False)
def _digest(ref: str, key: str) -> str:
    return digest(scenario_by_ref(ref))


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _changes(folder: str, ref: str, other: str, key: str, other_key: str) -> tuple[Change, ...]:
    return diff(scenario_by_ref(other), scenario_by_ref(ref))


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _touched(folder: str, ref: str, key: str) -> dict[str, Touched]:
    try:
        last = last_changed(ancestry(reader(folder), ref, shipped_world))
    except (Damaged, NoSuchVersion):
        return {}
    return {path: Touched(v.ref, v.who, v.at, v.note) for path, v in last.items()}


@st.cache_resource(max_entries=4, show_spinner=False)
def _remarks(path: str, stamp: tuple[int, ...]) -> dict[tuple[str | int, ...], Remark]:
    try:
        return dict(remarks(Path(path)))
    except ScenarioError:
        return {}
