"""What can be asked of a store: a simulation or another study, each named by the digest of all it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self

from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import KIND, Inputs


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
