"""How simple the rules may be, what each simplification costs a year, and what finer rules are worth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator

from warrantysim.analysis.cases import Case
from warrantysim.analysis.simplicity import GRAINS, STEPS, Simplicity, coarser, finer_than, simplify
from warrantysim.locale.wording import Lang, named, say
from warrantysim.present.blocks import Block, Chart, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rows import rows_of
from warrantysim.report.verdicts import capital, sizes, verdict
from warrantysim.schema.errors import told
from warrantysim.studies.study import Options, Say, Stored, Study, Work, WrongOption
from warrantysim.studies.waiting import wait_column

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.root import Scenario

EVERYTHING, BY = "everything", " x "
"""How a table writes one cell for all, and what parts the keys of a finer one."""


Key = Literal["sku", "market", "channel", "category", "symptom", "evidence", "age_band"]
"""What a cell may be keyed by."""


class SimplifyOptions(Options):
    """What coarser and finer rules are tried."""

    grains: tuple[tuple[Key, ...], ...] = cast(Any, GRAINS)
    """Keys that coarser rules depend on, finest first."""
    steps: tuple[Annotated[float, Field(gt=0, le=1e6)], ...] = STEPS
    """What cut-points are rounded to [currency units]."""
    finer: tuple[tuple[Key, ...], ...] = ()
    """Keys that finer rules depend on, whose worth is told too."""
    thorough: bool = False
    """Also try neighbours of rules of few cells; slow."""

    @model_validator(mode="after")
    def _once(self) -> Self:
        for name, grain in [*(("grains", grain) for grain in self.grains), *(("finer", grain) for grain in self.finer)]:
            if len(set(grain)) < len(grain):
                raise ValueError(f"{name}: expected each key once, got {','.join(grain)}")
        return self


class Simplify(Study[SimplifyOptions, Simplicity]):
    """The first case states scenario and today's rule; rules of further cases are those set by hand."""

    name = "simplify"
    Options = SimplifyOptions
    cases = (1, None)

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Finer cells, none of them unasked."""
        return finer_than(tuple(scenario.decision.cell)) if option == "finer" else ()

    def run(self, cases: Sequence[Case], ask: SimplifyOptions, work: Work) -> Simplicity:
        """As `analysis.simplicity.simplify`."""
        own = tuple(cases[0].scenario.decision.cell)
        for grain in ask.finer:
            if coarser(grain, own):
                why = told("{keys} tells no more apart than the scenario's cells, {own}; add keys to these",
                           keys=",".join(grain) or "''", own=",".join(own))  # fmt: skip
                raise WrongOption("finer", why)
        return simplify(
            cases[0].whole,
            [case.policy for case in cases[1:]],
            grains=ask.grains,
            steps=ask.steps,
            finer=ask.finer,
            replications=ask.replications,
            seed=work.seed,
            jobs=work.jobs,
            thorough=ask.thorough,
            progress=work.progress,
            cancel=work.cancel,
        )

    def tables(self, found: Simplicity) -> Mapping[str, pd.DataFrame]:
        """``rules``, a row a priced rule, and ``undecided``, cells for which no rule meets the constraints."""
        import pandas as pd

        undecided = [(BY.join(grain) or EVERYTHING, why) for grain, why in found.undecided]
        return {"rules": found.table(), "undecided": pd.DataFrame(undecided, columns=["cells", "reason"])}

    def facts(self, found: Simplicity) -> Mapping[str, Any]:
        """What a change must be worth, and which rule is simple enough."""
        return {
            "replications": found.replications,
            "materiality": found.materiality,
            "simplest": found.simplest(),
            "cancelled": found.cancelled,
        }

    def files(self, found: Simplicity) -> Mapping[str, str]:
        """The decided rules, finer ones too, as policy files."""
        out = {}
        for one in found.rules:
            if one.grain is not None:
                name = "-".join(("rules", *(one.grain or (EVERYTHING,))))
                name += "" if one.step is None else f"-to-{one.step:g}"
                out[f"{name}.yaml"] = policy_text(one.policy.replace(name=name))
        return out

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """How simple the rules may be, then the price of each."""
        page = _Answer(self.name, lang, stored.facts)
        frame = stored.tables["rules"]
        rows = rows_of(frame)
        undecided = stored.table("undecided")
        frame = frame.assign(
            what=[page.grain(row["cells"]) if isinstance(row["cells"], str) else page.what(row) for row in rows],
            cuts=[page.cuts(row) for row in rows],
            told=["", *(verdict(row, lang) for row in rows[1:])],
            # The yardstick is held against nothing.
            **{name: [math.nan, *frame[name][1:]] for name in ("difference", "low", "high", "p_lower")},
        )
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(yardstick=page.grain(rows[0]["cells"])),
            *(Sentence(text) for text in page.sentences(rows)),
        ]
        for row in [] if undecided is None else rows_of(undecided):
            blocks.append(Sentence(page("undecided", what=page.grain(row["cells"]), why=row["reason"])))
        if len(rows) > 1:
            blocks.append(Chart("rules", lambda look: self._chart(stored, look)))
        columns = [
            page.headed("what", title="rule"),
            page.headed("cuts"),
            page.headed("lines", "whole"),
            page.headed("value", "whole", title="cost", give_up=3),
            page.headed("difference", "signed", title="price"),
            page.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True),
            page.headed("p_lower", "share", title="p", give_up=2),
            *wait_column(frame, lang),
            page.headed("told", title="verdict", give_up=1),
        ]
        return [*blocks, TableOf("rules", page("table"), frame, columns), page.provenance()]

    def _chart(self, stored: Stored, look: Look) -> Picture:
        """What every other rule costs more than the finest, from fine to coarse."""
        from warrantysim.report.charts.differences import DifferenceMark, difference_chart

        page = _Answer(self.name, look.lang, stored.facts)
        rows = [
            DifferenceMark(capital(page.what(row)), row["difference"], row["low"], row["high"])
            for row in rows_of(stored.tables["rules"])[1:]
        ]
        currency = stored.facts["currency"]
        return difference_chart(rows, currency, page("chart"), sort=False, most=len(rows), look=look)


class _Answer(Say):
    """Texts of this study."""

    def grain(self, cells: str) -> str:
        """Cells in words, from how a table writes them."""
        if cells == EVERYTHING:
            return self("everything")
        return self("cells", keys=self("by").join(named("grain", key, self.lang) for key in cells.split(BY)))

    def what(self, row: Mapping[str, Any]) -> str:
        """A rule in words."""
        if not isinstance(row["cells"], str):
            return say("rule_source.today", self.lang) if row["source"] == "today" else str(row["rule"])
        whole = self.grain(row["cells"])
        return whole if math.isnan(row["step"]) else self("cells_rounded", what=whole, step=f"{row['step']:g}")

    def cuts(self, row: Mapping[str, Any]) -> str:
        """How exact its cut-points are."""
        if not isinstance(row["cells"], str):
            return ""
        return self("exact") if math.isnan(row["step"]) else self("rounded", step=f"{row['step']:g}")

    def sentences(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """How simple the rules may be, and what the simplest and those set by hand cost."""
        f = self.facts
        currency, k = f["currency"], int(f["simplest"])
        about = {"lines": int(rows[k]["lines"]), "limit": figures.whole(f["materiality"]), "currency": currency}
        if k == 0:
            yield self("finest", what=self.what(rows[0]), **about)
        else:
            price = {name: figures.whole(rows[k][name]) for name in ("low", "high")}
            price["price"] = figures.signed(rows[k]["difference"])
            yield self("simplest", what=capital(self.what(rows[k])), of=int(rows[0]["lines"]), **about, **price)
        for row in rows:
            if row["source"] == "finer":
                yield self.worth(row, rows[0])
            if row["cells"] == EVERYTHING and math.isnan(row["step"]) and row["verdict"] == "higher":
                yield self("single", currency=currency, **sizes(row))
            if not isinstance(row["cells"], str):
                key = {"higher": "hand", "lower": "hand_lower"}.get(row["verdict"], "hand_same")
                yield self(key, what=capital(self.what(row)), currency=currency, **sizes(row))

    def worth(self, row: Mapping[str, Any], own: Mapping[str, Any]) -> str:
        """What finer rules save a year against those at the scenario's cells, and how to take them."""
        key = {"lower": "finer", "identical": "finer_none", "higher": "finer_higher"}.get(row["verdict"], "finer_same")
        worth = {"more": row["difference"], "worth": -row["difference"], "low": -row["high"], "high": -row["low"]}
        return self(
            key,
            what=capital(self.grain(row["cells"])),
            own=self.grain(own["cells"]),
            currency=self.facts["currency"],
            lines=int(row["lines"]),
            of=int(own["lines"]),
            keys=",".join(row["cells"].split(BY)),
            **{name: figures.whole(amount) for name, amount in worth.items()},
        )


STUDY = Simplify()
