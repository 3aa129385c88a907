"""A row of the decision table in words: what the cell is called, and one sentence that says what to do and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from warrantysim.report import figures
from warrantysim.report.decision_binds import OWN, SHARED, bounds_text
from warrantysim.report.rule_text import rule_lines, rule_text
from warrantysim.report.wording import Lang, named, period, say, titled

if TYPE_CHECKING:
    from warrantysim.scenario.root import Scenario

Judged = Literal["act", "small", "loss", "unsure", "idle", "same", "whole", "whole_small", "whole_unsure"]
"""What is to be said about a cell."""


@dataclass(frozen=True)
class CellText:
    """Words for the rows of a decision table, as `decision.table` makes them, in one language."""

    scenario: Scenario
    lang: Lang = "en"

    def name(self, row: Mapping[str, Any]) -> str:
        """The cell for people: ``robot vacuum with dock, Germany``."""
        words = [self._word(key, row[key]) for key in self.scenario.decision.cell]
        return say("rule.and", self.lang).join(words) or say("cell.everything", self.lang)

    def code(self, row: Mapping[str, Any]) -> str:
        """The cell by its ids: ``VAC-L10 DE``."""
        return " ".join(str(row[key]) for key in self.scenario.decision.cell) or say("cell.everything", self.lang)

    def now(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """Today's rule in the cell, in a sentence or a line a zone."""
        return (rule_lines if lines else rule_text)(row["zones_now"], row["currency"], self.lang)

    def new(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """The recommended rule as agents get it, rounded, with the order prices they see."""
        return (rule_lines if lines else rule_text)(
            row["zones_agents"],
            row["currency"],
            self.lang,
            prices=row["agent_cuts"],
            beyond=row["agent_beyond"],
            claims=row["claims_new"],
        )

    def binds(self, row: Mapping[str, Any], kinds: Sequence[str] = ()) -> str:
        """What holds the rule, or what does of some kinds."""
        return bounds_text(row["binds"], self.scenario, self.lang, kinds)

    def verdict(self, row: Mapping[str, Any]) -> str:
        """ACT, HOLD or no difference; a rule that stays is called that, and one that others need acts with them."""
        kind = judged(row)
        return say(f"verdict.{kind}" if kind in {"same", "whole"} else f"verdict.{row['verdict']}", self.lang)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """What to do in the cell, what that brings, and how sure that is."""
        kind = judged(row)
        sign = -1.0 if kind == "loss" else 1.0
        low, high = sorted((sign * row["saving_low"], sign * row["saving_high"]))
        s = self.scenario
        text = say(
            f"cell.{kind}",
            self.lang,
            cell=self._capital(self.name(row)),
            now=self.now(row),
            new=self.new(row),
            currency=s.reporting_currency,
            saving=figures.whole(sign * row["saving"]),
            low=figures.whole(low),
            high=figures.whole(high),
            period=period(s.horizon.days, self.lang),
            changing=figures.whole(row["claims_changing"]),
            claims=figures.whole(row["claims"]),
            floor=figures.whole(self.floor),
            n=figures.count(row["replications_needed"]),
            **self._whole(row),
        )
        for more in self._more(row, kind):
            text = self._joined(text, more)
        return text

    def _whole(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What the cell brings by its own bills, with a sign, and what the whole would cost more without its change."""
        if not asked_of_whole(row):
            return {}
        whole = {name: figures.whole(row[name]) for name in ("whole", "whole_low", "whole_high")}
        return whole | {"own": figures.signed(row["saving"])}

    def _more(self, row: Mapping[str, Any], kind: Judged) -> Iterator[str]:
        """What follows the first sentence: why a loss is held, what happens to days, what the rule is held by."""
        if kind == "loss":
            shared = self.binds(row, SHARED)
            yield say("cell.loss_shared", self.lang, bounds=shared) if shared else say("cell.loss_alone", self.lang)
        if kind in {"act", "whole"} and figures.days(row["days_p90"]) != figures.days(row["days_p90_now"]):
            done = {"now": figures.days(row["days_p90_now"]), "new": figures.days(row["days_p90"])}
            yield say("cell.days", self.lang, **done)
        if kind != "loss" and (held := self.binds(row, OWN)):
            yield say("cell.held", self.lang, bounds=held)
        if row["few_claims"] and kind not in {"same", "idle"}:
            yield say("cell.few", self.lang)

    @property
    def floor(self) -> float:
        """Least saving a change of one cell is worth [reporting currency]."""
        s = self.scenario
        amount = s.decision.materiality
        return amount.value * s.usd_per_unit(amount.currency) / s.usd_per_unit(s.reporting_currency)

    def _word(self, key: str, value: Any) -> str:
        s = self.scenario
        if key == "sku":
            sku = next((sku for sku in s.skus if sku.sku == value), None)
            return str(value) if sku is None else (sku.name_zh if self.lang == "zh" else sku.name_en)
        if key == "market" and str(value) in s.markets:
            return titled(s.markets[str(value)].title, str(value), self.lang)
        if key == "age_band":
            return say("cell.age", self.lang, band=self._ages(int(value)))
        return named(key, str(value), self.lang)

    def _ages(self, band: int) -> str:
        ends = [0.0, *self.scenario.triage.age_bands_days]
        return f"{ends[band]:g}-{ends[band + 1]:g}" if band + 1 < len(ends) else f"{ends[band]:g}+"

    def _capital(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _joined(self, first: str, second: str) -> str:
        return first + second if self.lang == "zh" else f"{first} {second}"


def judged(row: Mapping[str, Any]) -> Judged:
    """What is to be said about a row: its verdict, and why."""
    from warrantysim.decision.table import NOBODY

    if row["zones"] == row["zones_now"]:
        return "same"
    if row["claims_changing"] < NOBODY:
        return "idle"
    whole = asked_of_whole(row)
    if row["verdict"] == "ACT":
        return "whole" if whole else "act"
    if row["verdict"] == "HOLD":
        if whole and row["whole"] > 0:
            return "whole_small"
        return "loss" if row["saving"] < 0 else "small"
    return "whole_unsure" if whole else "unsure"


def asked_of_whole(row: Mapping[str, Any]) -> bool:
    """Whether the whole was simulated without the row's change, so that its verdict rests on that."""
    return not math.isnan(row.get("whole", math.nan))
