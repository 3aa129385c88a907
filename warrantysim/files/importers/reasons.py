"""Why customers send units back: which reasons speak of a failure, by the codes and words of Amazon's reports.

Codes mislead: DAMAGED_BY_FC is what the customer chose as *became defective after arrival*, DAMAGED_BY_CARRIER as
*defective on arrival*. How likely a reason is a failure is a default (`packs/return_reasons.csv`) a seller may answer
otherwise; an empty or unknown reason is never one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import pandas as pd

from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.packs import rows as shipped
from warrantysim.schema.errors import told

_PREFIX = re.compile(r"(?:CR|AMZ-PG(?:-[A-Z]{2})?)-", re.IGNORECASE)


def question(reason: str) -> str:
    """What the question is called how likely a reason is a failure."""
    return f"failure.{reason}"


@cache
def _defaults() -> Mapping[str, tuple[float, bool]]:
    return {row["reason"]: (float(row["failure"]), row["asked"] == "yes") for row in shipped("return_reasons")}


def reasons() -> tuple[str, ...]:
    """The codes that are known."""
    return tuple(_defaults())


@cache
def _words() -> Mapping[str, str]:
    known = {row["words"].casefold(): row["reason"] for row in shipped("return_reasons") if row["words"]}
    return known | {reason.casefold(): reason for reason in _defaults()}


@cache
def reason_code(stated: str) -> str:
    """The code of a reason however a report writes it: ``CR-DEFECTIVE``, ``Defective/Does not work properly``; empty
    where it is not known.
    """
    bare = _PREFIX.sub("", stated.strip(), count=1)
    code = re.sub(r"[\s-]+", "_", bare)
    return _words().get(stated.strip().casefold()) or _words().get(code.casefold(), "")


def ask_failures(sheet: ReportSheet, reasons: pd.Series) -> None:
    """Ask how likely the reasons of a file are failures, as far as that is open; count those nobody knows."""
    stated = {str(one): int(n) for one, n in reasons.value_counts().items()}
    if strange := [one for one in stated if one and not reason_code(one)]:
        sheet.unknown("reason", reasons[reasons.isin(strange)])
    if n := stated.get("", 0):
        sheet.remark(told("{n} rows state no reason: unknown, and no failure", n=n))
    rows: Counter[str] = Counter()
    for one, n in stated.items():
        rows[reason_code(one)] += n
    for code, n in rows.most_common():
        default, asked = _defaults().get(code, (0.0, False))
        if asked:
            asked_of = told("how likely is {code} a failure of the unit ({n} rows)?", code=code, n=n)
            sheet.ask_figure(question(code), asked_of, default, 0.0, 1.0)


def failures(reasons: pd.Series, answers: Mapping[str, str]) -> pd.Series:
    """How likely each reason is a failure of the unit [0-1], by what was answered and the defaults."""

    def weight(stated: str) -> float:
        code = reason_code(stated)
        return float(answers.get(question(code), _defaults().get(code, (0.0, False))[0])) if code else 0.0

    codes, distinct = pd.factorize(reasons)
    found = pd.Series([weight(one) for one in distinct], dtype=float)
    return pd.Series(found.to_numpy()[codes] if len(found) else [], index=reasons.index, dtype=float)
