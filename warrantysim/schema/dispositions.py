"""The dispositions, each described once: who does it, what the customer gets, how it is drawn, what it is called.

Rules, records and tables hold a disposition by its name, or by its rank: its place in `DISPOSITIONS`, the order in
which value thresholds rise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Disposition = Literal["refund", "reship", "repair_local", "return_china"]
DISPOSITIONS: tuple[Disposition, ...] = get_args(Disposition)
"""Names by rank."""


@dataclass(frozen=True)
class Described:
    """What an action is."""

    name: str
    """Its name in files."""
    by: Literal["", "partner", "way"]
    """Who does it: nobody, and the unit stays with the customer; a repair partner; or a way to the bench in China."""
    new_unit: bool
    """Whether the customer gets another unit without waiting for a bench."""
    colour: str
    """Colour in charts, of those all kinds of colour vision tell apart (Okabe & Ito 2008)."""
    dash: tuple[int, ...]
    """Dashes of its line, for those who see no colours [pixels drawn, pixels left out, ...]."""
    words: tuple[str, ...]
    """What people write for it where spelling alone would suggest another: resend looks like refund."""


ACTIONS: Mapping[str, Described] = {
    action.name: action
    for action in (
        Described(
            "refund", "", False, "#E69F00", (1, 0), ("money", "money back", "reimburse", "reimbursement", "payout")
        ),
        Described(
            "reship",
            *("", True, "#56B4E9", (6, 3)),
            ("resend", "replace", "replacement", "send new", "new unit", "exchange"),
        ),
        Described("repair_local", "partner", False, "#009E73", (2, 2), ("repair", "fix", "local repair")),
        # Local repair by a partner that repairs nothing: agents must not call it a repair.
        Described("test_and_swap", "partner", False, "#8FBF6B", (4, 2), ("swap", "test", "test and swap")),
        Described(
            "return_china",
            *("way", False, "#CC79A7", (8, 3, 2, 3)),
            ("return", "china", "factory", "return to china", "send to china"),
        ),
    )
}
"""What agents are told to do, in the order of ranks; a partner that only tests has a name of its own."""
TEST_AND_SWAP = "test_and_swap"
"""The action of a partner that only tests."""
BY_PARTNER, BY_WAY = (next(name for name in DISPOSITIONS if ACTIONS[name].by == by) for by in ("partner", "way"))
"""The disposition of repair partners, and that of ways to China."""
RETURNLESS = tuple(name for name in DISPOSITIONS if not ACTIONS[name].by)
"""Dispositions by which the unit stays with the customer."""
MONEY = next(name for name in RETURNLESS if not ACTIONS[name].new_unit)
"""The disposition by which money is paid."""
NEW_UNIT = next(name for name in DISPOSITIONS if ACTIONS[name].new_unit)
"""The disposition by which another unit is sent at once."""
