"""Which changed inputs make the difference between two scenarios: a bridge of Shapley values from one to the other."""

from __future__ import annotations

import math
from collections.abc import Sequence

from warrantysim.analysis.bridge import OTHER, driver_bridge
from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Sentence
from warrantysim.report import figures
from warrantysim.report.charts.bridge import Waterfall
from warrantysim.report.lever_text import step_text
from warrantysim.report.rows import rows_of
from warrantysim.studies.bridges import bridge_blocks
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of


class DriversOptions(Options):
    """Nothing but the years simulated."""


class Drivers(Study[DriversOptions, Stored]):
    """Two scenarios, each under its own rule; the rule is an input like the others."""

    name = "drivers"
    Options = DriversOptions
    cases = (2, 2)
    scenarios = True

    def run(self, cases: Sequence[Case], ask: DriversOptions, work: Work) -> Stored:
        """As `analysis.bridge.driver_bridge`: table ``bridge``, a row a group of changed inputs, and both costs."""
        found = driver_bridge(cases[0], cases[1], replications_of(cases[0], ask), work.seed, **work.means("bridge"))
        whole = Waterfall.of(found)
        ends = {"start": whole.start, "end": whole.end, "apart_low": whole.low, "apart_high": whole.high}
        return Stored({"bridge": whole.steps}, {"baseline": cases[0].name, **ends})

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """How far they are apart and what makes most of it, then every step."""
        base, other = stored.facts["cases"]
        # Runs of before say neither which is the baseline nor how sure the whole difference is.
        f = {"baseline": base, "apart_low": math.nan, "apart_high": math.nan, **stored.facts}
        page = Say(self.name, lang, f)
        ends = {"now": page.case(base), "new": page.case(other)}
        blocks: list[Block] = [Sentence(page("title", **ends), "title"), *page.basis(**ends)]
        frame = stored.table("bridge")
        if frame is None or not (frame["adds"].any() or frame["half_width"].any()):
            return [*blocks, Sentence(page("same", **ends)), page.provenance()]
        first = rows_of(frame)[0]
        told = {
            "apart": figures.signed(f["end"] - f["start"]),
            "first": step_text(first["step"], tuple(first["contents"].split(", ")), lang),
            "adds": figures.signed(first["adds"]),
            "currency": f["currency"],
        }
        steps = frame.assign(**{name: f[name] for name in ("start", "end", "apart_low", "apart_high")})
        method = "method_merged" if OTHER in set(frame["step"]) else "method"
        return [
            *blocks,
            Sentence(page("apart", **ends, **told)),
            *bridge_blocks(page, "bridge", page("table"), steps, other),
            Sentence(page(method, n=len(frame))),
            page.provenance(),
        ]


STUDY = Drivers()
