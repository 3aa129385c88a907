"""What a decision is handed out as besides its tables: the memo to sign and the workbook to recalculate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang
from warrantysim.report.memo.facts import Memo, Provenance
from warrantysim.report.memo.page import decision_memo
from warrantysim.report.policy_change import policy_change
from warrantysim.report.workbook.build import decision_workbook

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.result import Result

MEMO, WORKBOOK = "memo.html", "decision.xlsx"
"""Names of the files."""


def decision_package(
    decision: Decision,
    confirmed: Result,
    quantities: pd.DataFrame,
    *,
    lang: Lang,
    changes: Sequence[str],
    made: datetime,
) -> dict[str, bytes]:
    """The files by name.

    Parameters
    ----------
    confirmed
        The confirming simulation: today's rule first, then the recommended one.
    quantities
        Of `experiment.quantities` for the same two rules on the same replications.
    made
        When; told in both files.
    """
    scenario = confirmed.scenario
    memo = Memo(
        policy_change(confirmed, 0, 1, decision),
        decision,
        Provenance(made=made.isoformat(timespec="minutes")),
        changes=tuple(changes),
    )
    book = decision_workbook(decision, scenario, quantities, lang=lang, changes=changes, made=made)
    return {MEMO: decision_memo(memo, (lang,)).encode(), WORKBOOK: book}
