"""What a memo is made of: the change it proposes, what stands behind it, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from warrantysim.report.policy_change import PolicyChange

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.breakeven import BreakEven
    from warrantysim.decision.decide import Decision

Status = Literal["DRAFT", "APPROVED"]


@dataclass(frozen=True)
class Signature:
    """One line of the sign-off block."""

    role: str
    """proposed, approved, effective or withdrawn."""
    who: str
    """Name; empty where somebody is still to sign [text]."""
    on: str
    """Day [date]; empty likewise."""
    note: str = ""
    """What was said with it [text]."""


TO_SIGN = (Signature("proposed", "", ""), Signature("approved", "", ""))
"""The block of a memo nobody has signed."""


@dataclass(frozen=True)
class Provenance:
    """By which run, of which model, the figures were made."""

    run_id: str = ""
    """The stored run of the decision; empty where nothing was stored."""
    confirmed_by: str = ""
    """The stored run in which the rules were simulated."""
    model: str = ""
    """The model that made it: version and digest of its sources."""
    made: str = ""
    """When [UTC, ISO 8601]."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Versions of the packages it rests on."""
    intact: bool | None = None
    """Whether the stored files are those that were written; None where nothing was stored."""


@dataclass(frozen=True)
class Memo:
    """Everything a memo says."""

    change: PolicyChange
    """The policies, as simulated on the same claims."""
    decision: Decision | None = None
    """The decision that found the new policy, where one did."""
    provenance: Provenance = Provenance()
    """Where the figures come from."""
    status: Status = "DRAFT"
    """DRAFT, or APPROVED once signed."""
    signatures: tuple[Signature, ...] = TO_SIGN
    """Who answers for it."""
    effective_from: str = ""
    """First day in force; empty where it is not decided [date]."""
    changes: tuple[str, ...] = ()
    """What the scenario changes of its base, a line each."""
    break_evens: tuple[BreakEven, ...] = ()
    """Stored studies of the same scenario that found where another rule becomes the best."""
    tornado: pd.DataFrame | None = None
    """As of `analysis.tornado.Tornado`: how far each assumption moves the saving of this change."""
