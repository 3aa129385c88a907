"""What will happen to a claim once nothing but waiting is open: choices, outcomes and durations as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims


@dataclass(frozen=True)
class Plan:
    """Columns of shape (n,) for claims about to begin; durations are int64 seconds.

    The journey adds durations to the moments at which agents, stock, dispatches and benches let a claim go on.
    """

    claims: Claims
    parent: np.ndarray
    """Row of the parent claim in the run; -1 for root claims [int64]."""
    repairs: np.ndarray
    """Repair attempts the unit has behind it [int16]."""
    in_scope: np.ndarray
    """[bool]."""
    age_days: np.ndarray
    value: np.ndarray
    symptom: np.ndarray
    evidence: np.ndarray
    in_window: np.ndarray
    rule: np.ndarray
    route: np.ndarray
    partner: np.ndarray
    said_route: np.ndarray
    """Route by the rules also of claims that end at first contact [int8]."""
    said_partner: np.ndarray
    """Partner or way of that [int16]."""
    fallback: np.ndarray
    advance: np.ndarray
    guide_used: np.ndarray
    disputed: np.ndarray
    dispute_lost: np.ndarray
    coupon: np.ndarray
    paid_repair: np.ndarray
    agent_minutes: np.ndarray
    """Working time of an agent; 0 where none are modelled [float64 minutes]."""
    d_answer: np.ndarray
    """Opening to first answer, where nobody queues."""
    d_route: np.ndarray
    """First answer to disposition."""
    d_end: np.ndarray
    """Disposition to closure of a claim that is not routed, or of a lapse."""
    d_refund: np.ndarray
    """Order of a payment to its arrival."""
    label_used: np.ndarray
    """Whether the label is used [bool]."""
    d_scan: np.ndarray
    """Label to carrier."""
    d_transit_in: np.ndarray
    """Carrier to hub or partner."""
    arrives: np.ndarray
    """What arrives: Finding NONE (a unit), BER (damaged), LOST or WRONG_BOX [int8]."""
    d_handling: np.ndarray
    """Arrival to hub-tested, or to the partner's bench queue."""
    hub_finding: np.ndarray
    """What the hub's test finds, for China [int8]."""
    finding: np.ndarray
    """What the bench finds [int8]."""
    level: np.ndarray
    """Repair level worked at [int8]."""
    bench_minutes: np.ndarray
    """Bench time needed at the chosen bench [float64 minutes]."""
    parts: np.ndarray
    """Parts used [float64 USD]."""
    d_parts: np.ndarray
    """Wait for a part after the bench."""
    d_pick: np.ndarray
    """Decision to parcel leaving."""
    d_transit_out: np.ndarray
    """Parcel to the customer, second parcel included where the first is lost."""
    resent: np.ndarray
    """[int8]."""
    pool_accepted: np.ndarray
    """Whether a repaired unit may and will be taken as replacement [bool]."""
    insists_again: np.ndarray
    """Insists on money if the repair of the own unit fails [bool]."""
    partial_taken: np.ndarray
    """Would take a partial refund where one is offered and may be [bool]."""
    kg: np.ndarray
    """Chargeable weight in a dispatch [float64 kg]."""
    bounce_draw: np.ndarray
    """Draw of whether a repair holds: not where it is below the bench's bounce share [0-1)."""
    bounce_part: np.ndarray
    """Part of the bench's bounce days after which it would not [0-1)."""
    bounce_after: np.ndarray
    """Repaired: fails again so long after the customer has it; -1 never."""
    refail_after: np.ndarray
    """Own unit back: fails anew so long after; -1 never."""
    replaced_after: np.ndarray
    """Replacement fails so long after; -1 never."""
    next_lot: np.ndarray
    """Lot a replacement would be of; -1 none [int16]."""
    nff_after: np.ndarray
    """Tested without fault: comes again so long after; -1 never."""
    reopen_after: np.ndarray
    """Lapsed: opened again so long after; -1 never."""
    report_lag: np.ndarray
    """From such a failure to its report."""
    replaced_term: np.ndarray
    """Warranty counted from the replacement's delivery where it restarts; -1 keeps the end."""
    mended_term: np.ndarray
    """Warranty counted from the repaired unit's delivery where it restarts; -1 keeps the end."""
    extra_end: np.ndarray
    """Extension of the warranty end after a repair; 0 none."""

    def __len__(self) -> int:
        return len(self.route)

    def take(self, rows: np.ndarray) -> Plan:
        """The named rows."""
        return Plan(
            claims=self.claims.take(rows),
            **{name: column[rows] for name, column in vars(self).items() if name != "claims"},
        )

    @staticmethod
    def concat(parts: Sequence[Plan]) -> Plan:
        """Rows of all parts, one after the other."""
        if len(parts) == 1:
            return parts[0]
        columns = {
            name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0]) if name != "claims"
        }
        return Plan(claims=Claims.concat([p.claims for p in parts]), **columns)
