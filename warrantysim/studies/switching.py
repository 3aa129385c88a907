"""Which rule or scenario is the best at each place of a grid of two levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.analysis.switching import SwitchingMap, switching_map_of
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of
from warrantysim.studies.turning import Axis, lever_title, levers, titles_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture


class SwitchingOptions(Options):
    """Two levers, each with its range."""

    x: Axis
    """The input across, with its range [PATH:LOW:HIGH]."""
    y: Axis
    """The input down, with its range [PATH:LOW:HIGH]."""
    steps: int = Field(5, ge=2, le=50)
    """Positions of each input [count]."""
    factor: bool = False
    """Positions are factors on what is stated."""


class Switching(Study[SwitchingOptions, SwitchingMap]):
    """Cases that compete on the same luck; both levers are turned in the scenarios of all alike."""

    name = "switching"
    Options = SwitchingOptions
    cases = (2, None)
    turns = 2

    def along(self, *axes: Mapping[str, Any]) -> dict[str, Any]:
        """An axis for each."""
        return dict(zip(("x", "y"), axes, strict=True))

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Levers, each with its range; another one first for each axis."""
        ranges = [f"{lever}:{low:g}:{high:g}" for lever, (low, high) in levers(scenario).items()]
        return {"x": ranges, "y": [*ranges[1:], ranges[0]]}.get(option, ())

    def run(self, cases: Sequence[Case], ask: SwitchingOptions, work: Work) -> SwitchingMap:
        """As `analysis.switching.switching_map_of`."""
        return switching_map_of(
            cases,
            ask.x.lever(ask.factor),
            ask.x.positions(ask.steps),
            ask.y.lever(ask.factor),
            ask.y.positions(ask.steps),
            replications_of(cases[0], ask),
            work.seed,
            **work.means("positions"),
        )

    def tables(self, found: SwitchingMap) -> Mapping[str, pd.DataFrame]:
        """``map``, a row a place."""
        return {"map": found.table()}

    def facts(self, found: SwitchingMap) -> Mapping[str, Any]:
        """The levers."""
        return {"x_lever": found.x_lever, "y_lever": found.y_lever, "cancelled": found.cancelled}

    def about(self, cases: Sequence[Case], found: SwitchingMap) -> Mapping[str, Any]:
        """What the levers are called."""
        return {"lever_titles": titles_of(cases[0].scenario, found.x_lever, found.y_lever)}

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Who is best where, then the grid."""
        import pandas as pd

        page, found = Say(self.name, lang, stored.facts), map_in(stored, lang)
        x, y = (lever_title(stored.facts, name, lang) for name in (found.x_lever, found.y_lever))
        blocks: list[Block] = [Sentence(page("title", x=x, y=y), "title"), *page.basis()]
        for k, name in enumerate(found.names):
            mine = found.winner == k
            if mine.any():
                clear = int((mine & found.clear).sum())
                blocks.append(Sentence(page("best", name=name, n=int(mine.sum()), of=found.winner.size, clear=clear)))
        if not found.cancelled:
            blocks.append(Chart("map", lambda look: _chart(stored, look)))
        grid = pd.DataFrame({"y": found.y})
        for i, place in enumerate(found.x):
            grid[f"{place:.6g}"] = [
                _winner(found, k, sure) for k, sure in zip(found.winner[:, i], found.clear[:, i], strict=True)
            ]
        columns = [Column("y", "", "number"), *(Column(f"{place:.6g}", f"{place:.6g}") for place in found.x)]
        return [*blocks, TableOf("map", page("map", x=x, y=y), grid, columns), page.provenance()]


def _winner(found: SwitchingMap, place: int, sure: bool) -> str:
    """Who is best at a place; nothing where it was not looked at."""
    return "" if place < 0 else found.names[place] + ("" if sure else " *")


def map_in(stored: Stored, lang: Lang) -> SwitchingMap:
    """What was found, its cases as they are called in a language."""
    page, frame, f = Say("switching", lang, stored.facts), stored.tables["map"], stored.facts
    x, y = (tuple(dict.fromkeys(map(float, frame[name]))) for name in ("x", "y"))
    shape, known = (len(y), len(x)), {name: k for k, name in enumerate(f["cases"])}
    winner = np.array([known.get(name, -1) for name in frame["winner"]]).reshape(shape)
    clear, margin = (frame[name].to_numpy().reshape(shape) for name in ("clear", "margin"))
    names = tuple(page.case(name) for name in f["cases"])
    return SwitchingMap(f["x_lever"], f["y_lever"], x, y, names, winner, margin, clear.astype(bool))


def _chart(stored: Stored, look: Look) -> Picture:
    from warrantysim.report.charts.switching import switching_chart

    found = map_in(stored, look.lang)
    x, y = (lever_title(stored.facts, name, look.lang) for name in (found.x_lever, found.y_lever))
    return switching_chart(found, x_name=x, y_name=y, look=look)


STUDY = Switching()
