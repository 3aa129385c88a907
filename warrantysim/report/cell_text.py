"""A row of the decision table in words: what the cell is called, and one sentence that says what to do and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, period, say, titled
from warrantysim.report import figures
from warrantysim.report.decision_binds import OWN, bounds_text
from warrantysim.report.field_names import full_name
from warrantysim.report.rule_text import rule_lines, rule_text

if TYPE_CHECKING:
    from warrantysim.decision.changes import Because
    from warrantysim.schema.root import Scenario

OWN_WORDS = frozenset(
    {"whole", "together", "group", "contract", "fragile", "slow", "same"}
    | {"whole_small", "whole_unsure", "unconfirmed", "unproved"}
)
"""Reasons that are told in place of the bare verdict."""


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
        """What holds the rule, or what does of some kinds; of many articles the first."""
        return bounds_text(row["binds"], self.scenario, self.lang, kinds, brief=True)

    def offered(self, row: Mapping[str, Any], lines: bool = False) -> str:
        """What the row's change is, whether it is taken or not: the recommended rule, else that of the optimum."""
        if row["taken"]:
            return self.new(row, lines)
        return (rule_lines if lines else rule_text)(row["zones_free"], row["currency"], self.lang)

    def verdict(self, row: Mapping[str, Any]) -> str:
        """ACT, HOLD, loss or no difference, and in what way; what a person ticked otherwise is said."""
        because = row["because"]
        if ticked(row):
            return say("verdict.taken" if row["taken"] else "verdict.left", self.lang)
        return say(f"verdict.{because}" if because in OWN_WORDS else f"verdict.{row['verdict']}", self.lang)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """What to do in the cell, what that brings, and how sure that is."""
        because: Because = row["because"]
        kind = because if not ticked(row) else "taken" if row["taken"] else "left"
        mean, low, high = saved(row)
        sign = -1.0 if because == "loss" and kind == "loss" else 1.0
        low, high = sorted((sign * low, sign * high))
        s = self.scenario
        text = say(
            f"cell.{kind}",
            self.lang,
            cell=self._capital(self.name(row)),
            now=self.now(row),
            new=self.offered(row),
            currency=s.reporting_currency,
            saving=figures.whole(sign * mean),
            low=figures.whole(low),
            high=figures.whole(high),
            period=period(s.horizon.days, self.lang),
            changing=figures.whole(row["claims_changing"] if row["taken"] else row["free_changing"]),
            claims=figures.whole(row["claims"]),
            floor=figures.whole(self.floor),
            n=figures.count(row["replications_needed"]),
            change=row["change"],
            now_days=figures.days(row["days_p90_now"]),
            days=figures.days(row["days_p90"]),
            most=f"{s.decision.max_p90_rise_days or 0:g}",
            **self._whole(row),
        )
        for more in self._more(row, kind):
            text = self._joined(text, more)
        return text

    def _whole(self, row: Mapping[str, Any]) -> dict[str, str]:
        """What the cell brings by its own bills, with a sign, and what the whole would cost more without its change."""
        if math.isnan(row.get("whole", math.nan)):
            return {}
        whole = {name: figures.whole(row[name]) for name in ("whole", "whole_low", "whole_high")}
        return whole | {"own": figures.signed(saved(row)[0])}

    def stands(self, row: Mapping[str, Any]) -> str:
        """In how many draws of everything assumed it saves, short; empty where nothing was drawn."""
        if not row["robust_draws"]:
            return ""
        return figures.share(row["robust_share"], 0)

    def robust(self, row: Mapping[str, Any]) -> str:
        """The same as a sentence, with the input that turns it."""
        if not row["robust_draws"]:
            return ""
        facts = {"draws": row["robust_draws"], "level": figures.level(self.scenario.plan.confidence)}
        shares = {end: figures.share(row[f"robust_{end}"], 0) for end in ("share", "low", "high")}
        text = say("cell.robust", self.lang, **facts, **shares)
        if not row["weakest"]:
            return text
        unit = next((a.unit for a in self.scenario.assumptions if a.path == row["weakest"]), "")
        at = f"{row['flip_at']:.3g} {unit}".strip()
        kind = "flips" if row["flip"] else "goes_with"
        told = say(
            f"cell.{kind}",
            self.lang,
            input=full_name(row["weakest"], self.lang),
            at=at,
            part=figures.share(row["explained"], 0),
        )
        return self._joined(text, told)

    def _more(self, row: Mapping[str, Any], kind: str) -> Iterator[str]:
        """What follows the first sentence: what happens to days, how it stands up, what the rule is held by."""
        if row["taken"] and figures.days(row["days_p90"]) != figures.days(row["days_p90_now"]):
            done = {"now": figures.days(row["days_p90_now"]), "new": figures.days(row["days_p90"])}
            yield say("cell.days", self.lang, **done)
        if stands := self.robust(row):
            yield stands
        if row["taken"] and (held := self.binds(row, OWN)):
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


def saved(row: Mapping[str, Any]) -> tuple[float, float, float]:
    """What the row's change saves with its interval: as recommended, or else what it would save by the optimum."""
    mean, low, high = (
        ("saving", "saving_low", "saving_high") if row["taken"] else ("free_saving", "free_low", "free_high")
    )
    return float(row[mean]), float(row[low]), float(row[high])


def ticked(row: Mapping[str, Any]) -> bool:
    """Whether a person ticked the row's change otherwise than recommended."""
    return bool(row["taken"]) != (row["verdict"] == "ACT") and row["because"] not in {"same", "idle"}
