"""Which uncertain inputs could change the choice, and which to measure first.

Each stated input is turned by itself (the tornado). Drawn together (a Latin hypercube over the stated ranges), they say
how often the recommendation is still best, in the whole and in each cell, and what knowing one of them is worth. Morris
and Sobol look at the difference of the two rules over the inputs that move it most by themselves. All on the same luck.

Morris (1991): mu* is the mean size of what one step of an input changes, sigma how much that depends on the others.
Sobol (first order S1, total ST): the share of the variance over the inputs' ranges that an input explains alone, and
with all its interactions. Both by SALib, with samplers seeded by their own generators.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pydantic import Field, model_validator

from warrantysim.analysis.cases import Cancel, Case, Progress, cases_at, comparable_cases, mean_cell_costs, yearly_costs
from warrantysim.analysis.information import stability, value_of_information
from warrantysim.analysis.tornado import tornado_of
from warrantysim.experiment.intervals import LEVEL, t_interval
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.uncertain import UncertainInput, drawn_together, levers_at, rounded_draws, stated_inputs
from warrantysim.experiment.workers import Workers
from warrantysim.locale.wording import Lang, listed, say
from warrantysim.present.blocks import Block, Chart, Column, Kind, Points, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.field_names import unit_name
from warrantysim.report.measuring import measure_text
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import BadInput, told
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

FEWEST = 16
"""Draws of all inputs together, where there are any [count]."""
MOST = 25
"""Inputs or cells a terminal shows."""
NEXT = 5
"""Inputs told to be measured next [count]."""
FIGURES: dict[str, list[tuple[str, str, Kind]]] = {
    "information": [("net", "worth", "whole"), ("value", "raw", "whole"), ("noise", "noise", "whole")],
    "morris": [
        ("mu_star", "mu_star", "whole"),
        ("mu_star_half_width", "width", "plus_minus"),
        ("mu", "mu", "signed"),
        ("sigma", "sigma", "whole"),
    ],
    "sobol": [
        ("first", "alone", "tenth"),
        ("first_half_width", "width", "tenth"),
        ("total", "whole", "tenth"),
        ("total_half_width", "width", "tenth"),
    ],
}
"""Tables of one row an input: where each figure is, what stands above it, how it is written."""


class SensitivityOptions(Options):
    """Which inputs, and how they are looked at."""

    replications: int | None = Field(4, ge=2, le=100_000)
    """Years simulated: a difference on shared luck needs few [count]."""
    like: str = "*"
    """Only inputs of the assumptions table whose paths are like this; * stands for any text [text]."""
    draws: int = Field(0, ge=0, le=100_000)
    """Also draw all inputs together, so often: none, or 16 at least [count]."""
    morris: int = Field(0, ge=0, le=10_000)
    """Also screen by Morris, with so many trajectories: none, or 2 at least [count]."""
    sobol: int = Field(0, ge=0, le=65_536)
    """Also Sobol's indices from a base sample of so many: none, or a power of 2 [count]."""
    widest: int = Field(8, ge=1, le=1_000)
    """Inputs that Morris and Sobol look at, those of the widest swing [count]."""

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if 0 < self.draws < FEWEST:
            raise ValueError(told("expected no draws or {least} at least, got {n}", least=FEWEST, n=self.draws))
        if self.morris == 1:
            raise ValueError(told("expected no trajectories or 2 at least, got 1"))
        if self.sobol & (self.sobol - 1) or self.sobol == 1:
            raise ValueError(told("expected no base sample or a power of 2, got {n}", n=self.sobol))
        return self


class Sensitivity(Study[SensitivityOptions, Stored]):
    """Two rules in one scenario: the one in force, and the one held against it."""

    name = "sensitivity"
    Options = SensitivityOptions
    cases = (2, 2)
    formerly = frozenset({"tornado"})
    told_in_memo = 1

    def to_measure(self, stored: Stored, lang: Lang) -> list[str]:
        """Those that inform most; none where inputs were not drawn."""
        information = stored.table("information")
        if information is None:
            return []
        worth, f = information[information["net"].round() > 0].head(NEXT), stored.facts
        partners = Say(self.name, lang, f).partners
        return [measure_text(row["input"], row["net"], f["currency"], lang, partners) for row in rows_of(worth)]

    def swings(self, stored: Stored) -> pd.DataFrame | None:
        """The tornado."""
        return stored.table("tornado")

    def turning(self, stored: Stored, lang: Lang) -> Iterator[str]:
        """Which assumptions would turn the difference, or that none would."""
        if (tornado := self.swings(stored)) is not None:
            page = Say(self.name, lang, stored.facts)
            turning = [page.lever(name) for name in tornado["input"][tornado["flips"]]]
            names = say("rule.and", lang).join(turning)
            yield say("memo.flips", lang, names=names) if turning else say("memo.flips_none", lang, n=len(tornado))

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Groups of inputs by where they are stated, and enough draws to tell what to measure."""
        if option == "like":
            paths = [row.path for row in scenario.assumptions]
            parts = [re.split(r"[.\[]", path) for path in paths]
            heads = [".".join(part[: 2 if part[0] == "markets" else 1]) for part in parts]
            return ["*", *(f"{head}*" for head in dict.fromkeys(heads))]
        return [32] if option == "draws" else ()

    def run(self, cases: Sequence[Case], ask: SensitivityOptions, work: Work) -> Stored:
        """The tornado, and as many of the others as are asked for. Stopped, it keeps what it has.

        Tables ``tornado``, ``stability`` and ``stability_by_cell`` (of the cells in which the rules ever differ),
        ``information``, ``morris`` and ``sobol``.
        """
        now, new = cases
        scenario, names = now.scenario, [now.name, new.name]
        inputs, years = stated_inputs(scenario, ask.like), replications_of(now, ask)
        first = tornado_of(now, new, inputs, years, work.seed, **work.means("inputs"))
        swings = np.abs(first.at_high.mean(axis=1) - first.at_low.mean(axis=1))
        whole = t_interval(first.stated, first.level)
        tables = {"tornado": first.table()}
        facts: dict[str, Any] = {
            "difference": float(whole.mean),
            "low": float(whole.low),
            "high": float(whole.high),
            "inputs_left": first.left,
            "cancelled": first.left > 0,
        }

        def costs(of: Sequence[UncertainInput], stage: str, by_cell: bool = False) -> Callable[..., np.ndarray]:
            return costs_at_draws(
                cases, of, years, work.seed, by_cell=by_cell, **work.means(stage)
            )  # fmt: skip

        few = [inputs[k] for k in np.argsort(-swings, kind="stable")[: ask.widest]]

        def difference(draws: np.ndarray) -> np.ndarray:
            return np.diff(costs(few, "spread")(draws), axis=1)[:, 0]

        try:
            if ask.draws and not first.left:
                at = drawn_together(scenario, inputs, ask.draws, work.seed)
                found = costs(inputs, "draws", by_cell=True)(at)
                total, each = found.sum(axis=2), found[:, :, :-1]
                apart = np.flatnonzero((np.ptp(each, axis=1) > 0).any(axis=0))
                tables["stability"] = stability(total, names)
                tables["stability_by_cell"] = stability(
                    each[:, :, apart], names, [cell_names(scenario)[k] for k in apart]
                )
                perfect, tables["information"] = value_of_information(at, total, [one.name for one in inputs])
                facts |= {"draws": ask.draws, "perfect": perfect}
            if ask.morris and not first.left:
                tables["morris"] = morris(difference, few, trajectories=ask.morris, seed=work.seed)
            if ask.sobol and not first.left:
                tables["sobol"] = sobol(difference, few, samples=ask.sobol, seed=work.seed)
        except Cancelled:
            facts["cancelled"] = True
        return Stored(tables, facts)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Whether the choice stands, how firmly and what to measure first; then how far each input moves it."""
        page, f = _Answer(self.name, lang, stored.facts), stored.facts
        now, new = map(page.case, f["cases"])
        tornado = stored.tables["tornado"]
        blocks: list[Block] = [
            Sentence(page("title", new=new, now=now), "title"),
            *page.basis(n=len(tornado), new=new),
            *(Sentence(text) for text in page.sentences(stored, new)),
        ]
        if next_ones := self.to_measure(stored, lang):
            blocks += [Sentence(page("measure_next"), "head"), Points(next_ones, numbered=True)]
        if "difference" in f and tornado["swing"].any():  # Runs of a kind of before do not say where the bars begin.
            blocks.append(Chart("tornado", lambda look: _tornado_chart(stored, look)))
        blocks += page.tornado(tornado)
        if (by_cell := stored.table("stability_by_cell")) is not None:
            blocks += page.by_cell(by_cell)
        if (information := stored.table("information")) is not None:
            worth = information[information["net"].round() != 0]
            if len(worth):
                blocks.append(Chart("information", lambda look: _information_chart(stored, look)))
                blocks += page.each("information", worth)
        for name in ("morris", "sobol"):
            if (frame := stored.table(name)) is not None:
                blocks += page.each(name, frame)
        return [*blocks, page.provenance()]


class _Answer(Say):
    """One answer."""

    def sentences(self, stored: Stored, new: str) -> Sequence[str]:
        """What was left out, the difference as stated, what flips it, how firm it is, and what to measure first."""
        f, currency, tornado = stored.facts, stored.facts["currency"], stored.tables["tornado"]
        said = [self("left", n=f["inputs_left"])] if f.get("inputs_left") else []
        if "difference" in f:
            sizes = {"mean": "difference", "low": "low", "high": "high"}
            said.append(
                self("stated", new=new, currency=currency, **{k: figures.signed(f[v]) for k, v in sizes.items()})
            )
        flipping = [self.lever(name) for name in tornado["input"][tornado["flips"]]]
        names = listed(flipping, self.lang)
        said.append(self("flips", names=names) if flipping else self("no_flip"))
        if "perfect" not in f:
            return said
        row, best = rows_of(stored.tables["stability"])[0], rows_of(stored.tables["information"])[0]
        share, regret = figures.share(row["stability"], 0), figures.whole(row["regret"])
        case = self.case(row["recommended"])
        said.append(self("stable", name=case, share=share, draws=f["draws"], currency=currency, regret=regret))
        if best["net"] > 0:
            sizes = {"value": figures.whole(best["net"]), "perfect": figures.whole(f["perfect"])}
            said.append(self("measure", name=self.lever(best["input"]), currency=currency, **sizes))
        else:
            said.append(self("measure_none"))
        return said

    def tornado(self, frame: pd.DataFrame) -> list[Block]:
        """One input at a time, widest first; those that move nothing are counted."""
        moving = frame[frame["swing"] > 0]
        ends = [f"{r['low']:g} .. {r['high']:g} {unit_name(r['unit'], self.lang)}" for r in rows_of(moving)]
        yes = moving["flips"].map({True: say("word.yes", self.lang), False: ""})
        shown = self.named(moving).assign(range=ends, flips=yes)
        columns = [
            self.headed("called", title="input", least=24),
            self.headed("range", give_up=2),
            self.headed("at_low", "signed"),
            self.headed("at_high", "signed"),
            self.headed("swing", "whole"),
            self.headed("swing_half_width", "plus_minus", title="width"),
            self.headed("flips", give_up=1),
            self.headed("reason", give_up=3, least=40),
        ]
        more = self("more", n=max(2, len(moving) - MOST))
        blocks: list[Block] = [TableOf("tornado", self("tornado"), shown, columns, MOST, more)] if len(moving) else []
        idle = len(frame) - len(moving)
        return [*blocks, Sentence(self("idle", n=idle))] if idle else blocks

    def by_cell(self, frame: pd.DataFrame) -> list[Block]:
        """Cells in which another rule is sometimes the cheaper one, least stable first; the others are counted."""
        unsure = frame[frame["stability"] < 1]
        cases = {name: unsure[name].map(self.case) for name in ("recommended", "runner_up")}
        columns = [
            self.headed("cell"),
            self.headed("recommended", title="best"),
            self.headed("stability", "share"),
            self.headed("runner_up"),
            self.headed("regret", "whole"),
        ]
        table = TableOf("stability_by_cell", self("cells"), unsure.assign(**cases), columns, MOST)
        blocks: list[Block] = [table] if len(unsure) else []
        n = len(frame) - len(unsure)
        return [*blocks, Sentence(self("steady" if len(unsure) else "steady_all", n=n))] if n else blocks

    def each(self, name: str, frame: pd.DataFrame) -> list[Block]:
        """What was found of each input, and what the figures mean."""
        heads = [self.headed("called", title="input")]
        heads += [Column(key, self.column(column), kind) for key, column, kind in FIGURES[name]]
        return [TableOf(name, self(name), self.named(frame), heads, MOST), Sentence(self(f"{name}_note"))]

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """With what the inputs are called."""
        return frame.assign(called=[self.lever(name) for name in frame["input"]])


def _tornado_chart(stored: Stored, look: Look) -> Picture:
    from warrantysim.report.charts.tornado import tornado_chart

    f, partners = stored.facts, Say("sensitivity", look.lang, stored.facts).partners
    return tornado_chart(stored.tables["tornado"], f["difference"], f["currency"], partners=partners, look=look)


def _information_chart(stored: Stored, look: Look) -> Picture:
    from warrantysim.report.charts.pareto import pareto_chart

    frame, currency = stored.tables["information"], stored.facts["currency"]
    page = Say("sensitivity", look.lang, stored.facts)
    names = [page.lever(name) for name in frame["input"]]
    return pareto_chart(names, list(frame["net"]), currency, title=say("sensitivity.information", look.lang), look=look)


STUDY = Sensitivity()


Output = Callable[[np.ndarray], np.ndarray]
"""What is looked at, at drawn inputs. Shape (draws, inputs) -> (draws,)."""


def morris(
    output: Output,
    inputs: Sequence[UncertainInput],
    *,
    trajectories: int = 10,
    levels: int = 4,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Screen many inputs with (inputs + 1) x trajectories evaluations.

    Returns
    -------
    A row an input, largest mu_star first: input, mu (signed), mu_star, mu_star_half_width, sigma; all in the unit of
    the output per full range of the input.
    """
    import pandas as pd
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    _check(inputs, trajectories)
    problem = _problem(inputs)
    draws = sampling.sample(problem, trajectories, num_levels=levels, seed=np.random.Generator(np.random.PCG64(seed)))
    found = analysis.analyze(
        problem, draws, output(draws), num_levels=levels, conf_level=level, scaled=False, seed=seed + 1
    )
    measures = {"mu": "mu", "mu_star": "mu_star", "mu_star_half_width": "mu_star_conf", "sigma": "sigma"}
    columns = {column: np.asarray(found[name], dtype=float) for column, name in measures.items()}
    frame = pd.DataFrame({"input": [one.name for one in inputs], **columns})
    return frame.sort_values("mu_star", ascending=False, ignore_index=True, kind="stable")


def sobol(
    output: Output,
    inputs: Sequence[UncertainInput],
    *,
    samples: int = 64,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Share of the output's variance by input with (inputs + 2) x samples evaluations.

    Parameters
    ----------
    samples
        Base sample, a power of 2 so that the sequence is balanced [count].

    Returns
    -------
    A row an input, largest total first: input, first, first_half_width, total, total_half_width [shares]. All NaN where
    the output does not vary.

    Raises
    ------
    BadInput
        If there are no inputs, or the sample is no power of 2.
    """
    import pandas as pd
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    _check(inputs, samples)
    if samples & (samples - 1):
        raise BadInput("expected a power of 2 samples, got {samples}", samples=samples)
    problem = _problem(inputs)
    draws = sampling.sample(problem, samples, calc_second_order=False, seed=np.random.Generator(np.random.PCG64(seed)))
    values = np.asarray(output(draws), dtype=float)
    names = ("S1", "S1_conf", "ST", "ST_conf")
    if np.ptp(values) == 0:
        found: dict[str, Any] = {name: np.full(len(inputs), np.nan) for name in names}
    else:
        with warnings.catch_warnings():
            # Resampled subsets of a nearly constant output divide by 0; their half-widths come out NaN.
            warnings.simplefilter("ignore", RuntimeWarning)
            found = analysis.analyze(problem, values, calc_second_order=False, conf_level=level, seed=seed + 1)
    columns = ("first", "first_half_width", "total", "total_half_width")
    shares = {column: np.asarray(found[name], dtype=float) for column, name in zip(columns, names, strict=True)}
    frame = pd.DataFrame({"input": [one.name for one in inputs], **shares})
    return frame.sort_values("total", ascending=False, ignore_index=True, kind="stable")


def costs_at_draws(
    cases: Sequence[Case],
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    by_cell: bool = False,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Callable[[np.ndarray], np.ndarray]:
    """The model as a function of its uncertain inputs: mean yearly cost of each case, on the same luck for all draws.

    With ``by_cell``, that of the claims of every product and market (see `cell_names`) and, last, of what belongs to no
    claim. Shape (draws, inputs) -> (draws, cases) or (draws, cases, cells + 1). A draw that makes no valid scenario
    raises its ScenarioError: ranges must hold together.
    """
    chosen = comparable_cases(cases)

    def costs(draws: np.ndarray) -> np.ndarray:
        found = []
        for k, draw in enumerate(rounded_draws(chosen[0].scenario, inputs, draws)):
            if cancel is not None and cancel():
                raise Cancelled("the study was stopped before its end")
            here = cases_at(chosen, levers_at(inputs, draw))
            if by_cell:
                found.append(mean_cell_costs(here, replications, seed, jobs=jobs))
            else:
                found.append(yearly_costs(here, replications, seed, jobs=jobs).mean(axis=1))
            if progress is not None:
                progress(k + 1, len(draws))
        return np.array(found)

    return costs


def cell_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the cells costs are given by: products outermost, then markets."""
    return tuple(f"{sku} {market}" for sku in scenario.sku_ids for market in scenario.market_ids)


def _problem(inputs: Sequence[UncertainInput]) -> dict[str, Any]:
    return {
        "num_vars": len(inputs),
        "names": [one.name for one in inputs],
        "bounds": [[one.low, one.high] for one in inputs],
    }


def _check(inputs: Sequence[UncertainInput], count: int) -> None:
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    if count < 2:
        raise BadInput("expected at least 2 samples, got {count}", count=count)
