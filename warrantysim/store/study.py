"""A study: scenarios and rules, a kind of question about them, and its options, all of it plain enough for a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from warrantysim.analysis.cases import Case, comparable_cases
from warrantysim.schema.digest import canonical, digest
from warrantysim.schema.paths import tree_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import short_digest, validated_model
from warrantysim.store.kinds import stored_kind
from warrantysim.version import MODEL


@dataclass(frozen=True)
class AskedQuestion:
    """One question to the model. Built by `of`."""

    kind: str
    """Which question, a key of `kinds.KINDS`."""
    cases: tuple[Case, ...] = field(repr=False)
    """Worlds and rules it is about."""
    options: Mapping[str, Any]
    """What the kind needs to know, as JSON has it."""
    seed: int
    """Seed of every draw."""
    version: str
    """The model it is asked of."""
    stopped_after: int | None = None
    """Steps it was stopped after, where it was stopped and kept [count]."""

    @staticmethod
    def of(
        kind: str, cases: Scenario | Case | Sequence[Scenario | Case], *, seed: int | None = None, **options: Any
    ) -> AskedQuestion:
        """A study; the seed of the first scenario's plan where none is given. Options of None count as not given.

        Raises
        ------
        ValueError
            For an unknown kind or option, a missing one, one that JSON cannot hold, or cases that do not go together.
        """
        listed = [cases] if isinstance(cases, Scenario | Case) else list(cases)
        chosen = comparable_cases([case if isinstance(case, Case) else Case.of(case) for case in listed])
        given = {name: value for name, value in options.items() if value is not None}
        known = stored_kind(kind)
        known.check(given, len(chosen))
        try:
            plain = json.loads(json.dumps(given, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise ValueError(f"options of a study must be plain numbers, texts and lists: {error}") from None
        keyed = chosen[0].scenario.plan.seed if seed is None else seed
        return AskedQuestion(kind, chosen, plain, keyed, str(MODEL))

    @cached_property
    def id(self) -> str:
        """The run's id; as with simulations the scenarios' labels do not count, names of cases and rules do."""
        return short_digest(
            {
                "kind": self.kind,
                "cases": [
                    {
                        "name": case.name,
                        "scenario": digest(case.scenario),
                        "policy": {"name": case.policy.name, **canonical(case.policy)},
                    }
                    for case in self.cases
                ],
                "options": dict(self.options),
                "seed": self.seed,
                "model": self.version,
                "stopped": self.stopped_after,
            }
        )

    @property
    def scenario(self) -> Scenario:
        """The first world."""
        return self.cases[0].scenario

    @property
    def title(self) -> str:
        """What to call it where nobody says otherwise."""
        return self.scenario.name

    @property
    def steps(self) -> int:
        """Unknown before it begins."""
        return 0

    @property
    def current(self) -> str:
        """The model that would run it now."""
        return str(MODEL)

    def stopped(self, done: int) -> AskedQuestion:
        """The study whose result is what there was after so many steps."""
        return replace(self, stopped_after=done)

    def today(self) -> AskedQuestion:
        """The same, asked of the model of today."""
        return replace(self, version=self.current)

    def tree(self) -> dict[str, Any]:
        """Plain form; a scenario that several cases share is written once."""
        worlds: list[Scenario] = []
        cases = []
        for case in self.cases:
            place = next((i for i, world in enumerate(worlds) if world is case.scenario), len(worlds))
            if place == len(worlds):
                worlds.append(case.scenario)
            own = None if case.policy is case.scenario.policy else tree_of(case.policy)
            cases.append({"name": case.name, "world": place, "policy": own})
        return {
            "kind": self.kind,
            "worlds": [tree_of(world) for world in worlds],
            "cases": cases,
            "options": dict(self.options),
            "seed": self.seed,
            "model": self.version,
            "stopped": self.stopped_after,
        }

    @staticmethod
    def from_tree(tree: Mapping[str, Any]) -> AskedQuestion:
        """A study from its plain form, validated as if read from a file."""
        worlds = [validated_model(Scenario, world) for world in tree["worlds"]]
        cases = []
        for case in tree["cases"]:
            world = worlds[case["world"]]
            policy = world.policy if case["policy"] is None else validated_model(Policy, case["policy"])
            cases.append(Case(case["name"], world, policy))
        return AskedQuestion(
            str(tree["kind"]),
            comparable_cases(cases),
            tree["options"],
            int(tree["seed"]),
            str(tree["model"]),
            tree["stopped"],
        )
