"""From a file to a scenario: YAML and tables read, what-ifs and ``--set`` applied, everything validated.

A base file states everything. A what-if (``extends: base.yaml``) states its name and why, and only what differs:
``set`` (see ``overrides``), ``rows`` to add or drop, ``tables`` to read in place of the base's. Each file of a chain
is a valid scenario of its own; a change is relative to the one it extends.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from warrantysim.files.documents import parse_document
from warrantysim.files.file_kinds import refuse_other_values
from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import MAX_BYTES, Reader, validated
from warrantysim.files.source_text import SourceFile, read_text, shown_path
from warrantysim.files.statements import Statements
from warrantysim.schema.errors import Problem, ScenarioError, refuse
from warrantysim.schema.paths import tree_of
from warrantysim.schema.strict import Strict

if TYPE_CHECKING:
    from warrantysim.schema.diff import Change
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

S = TypeVar("S", bound=Strict)


@dataclass(frozen=True)
class Loaded(Generic[S]):
    """A scenario and where it came from."""

    scenario: S
    """The scenario, validated."""
    base: S
    """The scenario at the root of the extends chain; the scenario itself where nothing was changed."""
    chain: tuple[str, ...]
    """Files of the chain, the one asked for first, the root base last [text]."""
    files: tuple[SourceFile, ...]
    """Every file that was read, with its encoding and digest."""
    sets: tuple[str, ...]
    """The --set arguments [text]."""
    remarks: tuple[Problem, ...] = ()
    """What is worth knowing of how the files were read."""
    places: Statements = field(default_factory=lambda: Statements({}))
    """Where its values were stated."""

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The plain nested form of the scenario."""
        return tree_of(self.scenario)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd about the scenario and how its files were read, with places; nothing of it is an error."""
        from warrantysim.schema.plausibility import warnings_in
        from warrantysim.schema.root import Scenario

        if not isinstance(self.scenario, Scenario):
            return self.remarks
        odd = warnings_in(self.scenario)
        return (*self.remarks, *self.places.placed(odd, lambda fields: tree_of(self.scenario, fields)))

    @cached_property
    def changed(self) -> int:
        """How many values differ from the root base [count]."""
        from warrantysim.schema.diff import count_differences

        return count_differences(self.base, self.scenario)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What differs from the root base."""
        from warrantysim.schema.diff import diff

        return diff(self.base, self.scenario)


def load_scenario(path: str | FilePath, set: Sequence[str] = (), policy: str | FilePath | None = None) -> Scenario:
    """The scenario of a file.

    Parameters
    ----------
    path : a base scenario or a what-if, .yaml.
    set : changes such as ``horizon.days=181`` or ``freight_breaks[*,*].rate*=1.4``, applied last.
    policy : a policy file that takes the place of the scenario's policy.

    Raises
    ------
    ScenarioError
        With every problem found, one a line, each naming its file and line, or table row and column.
    """
    return load(path, set, policy).scenario


def load(path: str | FilePath, set: Sequence[str] = (), policy: str | FilePath | None = None) -> Loaded[Scenario]:
    """As ``load_scenario``, with the files read, the root base and the changes from it."""
    from warrantysim.schema.root import Scenario

    return load_as(Scenario, path, set, policy)


def load_as(
    root: type[S], path: str | FilePath, set: Sequence[str] = (), policy: str | FilePath | None = None
) -> Loaded[S]:
    """As ``load``, for any root model with ``TABLES``."""
    with without_collector():
        return _load_as(root, path, set, policy)


@contextmanager
def without_collector() -> Iterator[None]:
    """Let nobody look for cyclic garbage meanwhile: rows hold no cycles, and 200,000 would be looked through a dozen
    times, a fifth of what reading them takes."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _load_as(root: type[S], path: str | FilePath, set: Sequence[str], policy: str | FilePath | None) -> Loaded[S]:
    reader = Reader(root)
    chain = reader.chain(FilePath(path))
    base = scenario = reader.base(chain[-1])
    for document in reversed(chain[:-1]):
        scenario = reader.what_if(scenario, document)
    if policy is not None:
        scenario = reader.with_policy(scenario, FilePath(policy))
    if set:
        scenario = reader.with_overrides(scenario, parse_sets(set))
    return Loaded(
        scenario,
        base,
        tuple(d.name for d in chain),
        tuple(reader.files),
        tuple(set),
        tuple(reader.remarks),
        reader.places,
    )


def seller_file(folder: FilePath) -> FilePath:
    """The scenario file of a seller's folder: the one that is called like the folder; in a folder that was copied or
    renamed the only one that states ``packs``, else the only one that is no what-if. It is not there where none is.

    Raises
    ------
    ScenarioError
        If it may be one of several.
    """
    own = folder / f"{folder.resolve().name}.yaml"
    if own.exists():
        return own
    packed, whole = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            stated = parse_document(read_text(path, MAX_BYTES)[0], shown_path(path)).values
        except ScenarioError:
            whole.append(path)  # may be it; whoever reads it says what is wrong
            continue
        packed += [path] if "packs" in stated else []
        whole += [path] if "schema_version" in stated and "extends" not in stated else []
    found = packed or whole
    if len(found) > 1:
        raise refuse(
            shown_path(folder),
            "the seller's scenario may be any of {names}; name the file in place of the folder, or call it {own}",
            names=", ".join(path.name for path in found), own=own.name,
        )  # fmt: skip
    return found[0] if found else own


def states_policy(path: str | FilePath) -> bool:
    """Whether a file states a policy and no scenario: it has rules, and neither a base nor a version. False for a file
    that cannot be read.
    """
    try:
        text, _ = read_text(FilePath(path), MAX_BYTES)
        stated = parse_document(text, shown_path(FilePath(path))).values
    except ScenarioError:
        return False
    return "rules" in stated and not {"extends", "schema_version"} & stated.keys()


def load_policy(path: str | FilePath) -> Policy:
    """The policy of a file.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    from warrantysim.schema.policy import Policy

    text, _ = read_text(FilePath(path), MAX_BYTES)
    document = parse_document(text, shown_path(FilePath(path)))
    refuse_other_values(document.name, document.values, "policy")
    return validated(Policy, document.values, Statements({}, [((), document)]))
