"""All that the results of a run depend on, and the run's id, which is the digest of it."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, Self, TypeVar
from weakref import WeakValueDictionary

from warrantysim.schema.digest import canonical, digest
from warrantysim.schema.paths import tree_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Strict
from warrantysim.version import MODEL

Model = TypeVar("Model", bound=Strict)
LATEST = 8
"""Models held although nobody else holds them."""
_known: WeakValueDictionary[tuple[str, bytes], Strict] = WeakValueDictionary()
_latest: deque[Strict] = deque(maxlen=LATEST)


def validated_model(kind: type[Model], tree: Mapping[str, Any]) -> Model:
    """The model of a plain form, validated as if read from a file; the same object where it is known already."""
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":"))
    key = (kind.__qualname__, hashlib.sha256(text.encode()).digest())
    found = _known.get(key)
    if not isinstance(found, kind):
        found = _known[key] = kind.model_validate(tree)
    _latest.append(found)
    return found


ID_DIGITS = 16
"""Length of an id [hexadecimal digits]."""
KIND = "simulate"
"""What was done with the inputs; part of the id, so that other kinds of runs can never be mistaken for it."""


def short_digest(value: Any) -> str:
    """First `ID_DIGITS` of the SHA-256 of a plain value's canonical JSON: keys in order, no blanks."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:ID_DIGITS]


@dataclass(frozen=True)
class SimulationPlan:
    """How much luck is simulated."""

    first: int
    """First replication [index, >= 0]."""
    replications: int
    """How many; with a target the least number [count, >= 1]."""
    target: float | None = None
    """Half-width at which to stop [reporting currency over the horizon, > 0]; None for a fixed number."""

    def __post_init__(self) -> None:
        if self.first < 0 or self.replications < 1:
            raise ValueError(f"expected replications from 0 on and at least one, got {self.first}, {self.replications}")
        if self.target is not None and not self.target > 0:
            raise ValueError(f"expected a target half-width above 0, got {self.target}")

    @property
    def range(self) -> range:
        """The replications to begin with."""
        return range(self.first, self.first + self.replications)


@dataclass(frozen=True)
class Inputs:
    """A scenario, policies, a plan, a seed and a model: the results are a pure function of them."""

    scenario: Scenario = field(repr=False)
    """The resolved scenario."""
    policies: tuple[Policy, ...] = field(repr=False)
    """Policies on the same claims; others are compared with the first."""
    plan: SimulationPlan
    """Replications."""
    seed: int
    """Seed of every draw."""
    version: str = str(MODEL)
    """The model, see `version.MODEL`."""

    @staticmethod
    def of(
        scenario: Scenario,
        policies: Policy | Sequence[Policy] | None = None,
        *,
        replications: int | None = None,
        first: int = 0,
        target: float | None = None,
        seed: int | None = None,
    ) -> Inputs:
        """Inputs of `experiment.simulate`: what is not given is today's policy and the scenario's plan.

        Raises
        ------
        ValueError
            If there is no policy, or the plan has no replication or no positive target.
        """
        chosen = (scenario.policy,) if policies is None else (policies,) if isinstance(policies, Policy) else policies
        if not chosen:
            raise ValueError("expected at least one policy")
        plan = SimulationPlan(first, scenario.plan.replications if replications is None else replications, target)
        return Inputs(scenario, tuple(chosen), plan, scenario.plan.seed if seed is None else seed)

    @cached_property
    def id(self) -> str:
        """The run's id: equal inputs have equal ids, however the scenario's files are laid out.

        The scenario's labels do not count; the policies' names do, since results are told by them.
        """
        return short_digest(
            {
                "kind": KIND,
                "scenario": self.scenario_digest,
                "policies": [{"name": policy.name, **canonical(policy)} for policy in self.policies],
                "first": self.plan.first,
                "replications": self.plan.replications,
                "target": None if self.plan.target is None else float(self.plan.target),
                "seed": self.seed,
                "model": self.version,
            }
        )

    @property
    def kind(self) -> str:
        """What is done with them."""
        return KIND

    @property
    def title(self) -> str:
        """What to call the run where nobody says otherwise."""
        return self.scenario.name

    @property
    def steps(self) -> int:
        """Replications planned [count]."""
        return self.plan.replications

    @property
    def current(self) -> str:
        """The model that would run them now."""
        return str(MODEL)

    @cached_property
    def scenario_digest(self) -> str:
        """Digest of the scenario alone."""
        return digest(self.scenario)

    def stopped(self, done: int) -> Inputs:
        """Inputs of a run that was stopped after so many replications and kept: a plan of just as many."""
        return replace(self, plan=SimulationPlan(self.plan.first, done))

    def today(self) -> Inputs:
        """The same, to be run by the model of today."""
        return replace(self, version=self.current)

    def tree(self) -> dict[str, Any]:
        """Plain form, from which `from_tree` makes the same inputs."""
        return {
            "kind": KIND,
            "scenario": tree_of(self.scenario),
            "policies": [tree_of(policy) for policy in self.policies],
            "plan": asdict(self.plan),
            "seed": self.seed,
            "model": self.version,
        }

    @staticmethod
    def from_tree(tree: Mapping[str, Any]) -> Inputs:
        """Inputs from their plain form, validated as if read from a file."""
        return Inputs(
            validated_model(Scenario, tree["scenario"]),
            tuple(validated_model(Policy, policy) for policy in tree["policies"]),
            SimulationPlan(**tree["plan"]),
            int(tree["seed"]),
            str(tree["model"]),
        )


class Asked(Protocol):
    """Something whose results are a pure function of what it states; its id is the run's."""

    @property
    def id(self) -> str:
        """The run's id: the digest of everything its results depend on."""

    @property
    def kind(self) -> str:
        """What is done: ``simulate``, ``decide`` ..."""

    @property
    def title(self) -> str:
        """What to call it where nobody says otherwise."""

    @property
    def scenario(self) -> Scenario:
        """The scenario, or the first of several."""

    @property
    def seed(self) -> int:
        """Seed of every draw."""

    @property
    def version(self) -> str:
        """The model it is asked of."""

    @property
    def current(self) -> str:
        """The model that would run it now."""

    @property
    def steps(self) -> int:
        """Steps planned; 0 while unknown [count]."""

    def stopped(self, done: int) -> Self:
        """What the result of so many steps is the result of."""

    def today(self) -> Self:
        """The same, asked of the model of today."""

    def tree(self) -> dict[str, Any]:
        """Plain form, from which `asked_from` makes it again."""


def asked_from(tree: Mapping[str, Any]) -> Asked:
    """From the plain form, validated as if read from a file."""
    if tree["kind"] == KIND:
        return Inputs.from_tree(tree)
    from warrantysim.store.study import AskedQuestion

    return AskedQuestion.from_tree(tree)
