"""What each position of a lever costs: terms, exclusions, guides, evidence, service, batches, benches, any figure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.analysis.exclusions import OF_DENIALS, run_exclusions, told_exclusions
from warrantysim.analysis.levers_to_price import LEVERS, TAKE_POSITIONS, Turning, of_path
from warrantysim.analysis.sales_worth import contribution, priced
from warrantysim.analysis.sweeps import Sweep, run_sweep
from warrantysim.locale.wording import Lang, joined, listed, named
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.doers import contract_name
from warrantysim.report.rows import rows_of
from warrantysim.report.verdicts import verdict
from warrantysim.schema.errors import BadInput, told
from warrantysim.schema.promise import EXCLUSIONS
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Options, Say, Stored, Study, Work, WrongOption, replications_of
from warrantysim.studies.waiting import wait_column

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

COVERS = "exclusions"
"""Lever of what the warranty leaves out."""
BENCH_LEVERS = frozenset({"technicians", "hours"})
"""Levers that change how long units wait for benches."""
NOTES = {"guide": "guide_note", "technicians": "crew_note", "hours": "hours_note"}
"""What is said besides of a lever's figures."""
BEST = 3
"""Positions that are named, those that save most first."""


class SweepOptions(Options):
    """Which lever is turned, and to where."""

    lever: str
    """warranty, guide, exclusions, evidence, service, dispatch, pool, technicians or hours; or the path of any figure
    [text]."""
    at: tuple[float, ...] = ()
    """Positions, in place of the usual: days of warranty, factors on ages, pools or hours, or the figure's unit."""
    factor: bool = False
    """Positions of a path are factors on what is stated."""


class SweepStudy(Study[SweepOptions, Sweep]):
    """A scenario under the rule in force."""

    name = "sweep"
    Options = SweepOptions

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Levers with positions of their own, then paths of figures, whose positions are the ends of their range."""
        ranges = {row.path: (row.low, row.high) for row in scenario.assumptions}
        if option == "lever":
            return [*LEVERS, *ranges]
        return [ranges[stated["lever"]]] if option == "at" and stated.get("lever") in ranges else ()

    def run(self, cases: Sequence[Case], ask: SweepOptions, work: Work) -> Sweep:
        """As `analysis.sweeps.sweep`."""
        turning = turning_of(cases[0], ask)
        if not turning.positions and turning.left_out:
            item, at, why = turning.left_out[0]
            names = " ".join(filter(None, (ask.lever, item, at)))
            raise WrongOption("at", told("{names} is not possible: {why}", names=names, why=why))
        if not turning.positions and ask.lever == COVERS:
            bare = [f"{row.sku} {row.fault}" for row in cases[0].scenario.faults if row.kind == "excluded"]
            raise BadInput(
                "nothing is left out that could be covered: in the table faults, write into the column exclusion what "
                "the warranty calls each fault of kind excluded ({exclusions}); there are {faults}",
                exclusions=", ".join(EXCLUSIONS), faults=", ".join(bare) or "0",
            )  # fmt: skip
        runs = run_exclusions if ask.lever == COVERS else partial(run_sweep, ask.lever)
        return runs(
            cases[0],
            turning.positions,
            replications_of(cases[0], ask),
            work.seed,
            left_out=turning.left_out,
            **work.means("sweep"),
        )

    def tables(self, found: Sweep) -> Mapping[str, pd.DataFrame]:
        """``positions``, ``benches`` as stated and at each position, ``exclusions`` as stated where these are turned,
        and ``left_out``, positions that cannot be."""
        import pandas as pd

        left_out = pd.DataFrame(list(found.left_out), columns=["item", "position", "reason"])
        benches = pd.DataFrame() if found.benches is None else found.benches
        exclusions = pd.DataFrame() if found.excluded is None else told_exclusions(found)
        return {"positions": priced(found), "exclusions": exclusions, "benches": benches, "left_out": left_out}

    def facts(self, found: Sweep) -> Mapping[str, Any]:
        """The lever, the cost as stated, and what sales leave before warranty where a term is turned."""
        more = {"contribution": contribution(found.scenario)} if found.lever in ("warranty", COVERS) else {}
        return {
            "replications": found.replications,
            "lever": found.lever,
            "stated_cost": float(found.base.mean()),
            **({} if found.waits is None else {"stated_p90": float(found.waits[0].mean())}),
            "cancelled": found.cancelled,
            **more,
        }

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Which position pays, then every position."""
        page = _Answer(self.name, lang, stored.facts)
        lever = stored.facts["lever"]
        rows = [] if (frame := stored.table("positions")) is None else rows_of(frame)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), lever=page.turned()), "title"),
            *page.basis(policy=page.title("policy")),
            *(Sentence(text) for text in page.sentences(rows, stored.table("exclusions"))),
        ]
        if page.idle(rows, stored.table("exclusions")):
            blocks.append(Sentence(page("try"), "command"))
        left_out = stored.table("left_out")
        for row in [] if left_out is None else rows_of(left_out):
            what = page.what(row["item"], row["position"])
            blocks.append(Sentence(page("left_out", what=what, why=row["reason"]), "note"))
        if rows:
            blocks.append(Chart("positions", lambda look: self._chart(stored, look)))
            blocks.append(page.positions(rows, stored.tables["positions"]))
        if (exclusions := stored.table("exclusions")) is not None:
            blocks.append(page.exclusions(exclusions))
        benches = stored.table("benches")
        if lever in BENCH_LEVERS and benches is not None:
            blocks.append(page.benches(benches))
        return [*blocks, page.provenance()]

    def _chart(self, stored: Stored, look: Look) -> Picture:
        """What turning the lever costs or saves, position by position."""
        from warrantysim.report.charts.differences import DifferenceMark, difference_chart

        page = _Answer(self.name, look.lang, stored.facts)
        rows = rows_of(stored.tables["positions"])
        marks = [
            DifferenceMark(page.what(row["item"], row["position"]), row["difference"], row["low"], row["high"])
            for row in rows
        ]
        # Positions along one figure stand in their order; choices that stand beside each other, by size.
        along = len({row["item"] for row in rows}) == 1
        title = page("chart", lever=page.turned())
        return difference_chart(marks, stored.facts["currency"], title, sort=not along, look=look)


def turning_of(stated: Case, ask: SweepOptions) -> Turning:
    """The positions asked for.

    Raises
    ------
    BadInput
        For what is no lever, positions of a lever that has its own, or a path without any.
    ScenarioError
        For a path that names nothing.
    """
    if ask.lever in LEVERS:
        if ask.at and ask.lever not in TAKE_POSITIONS:
            raise WrongOption("at", told("lever {lever} has positions of its own; leave them out", lever=ask.lever))
        if ask.factor:
            why = told("only the path of a figure takes it; lever {lever} has units of its own", lever=ask.lever)
            raise WrongOption("factor", why)
        return LEVERS[ask.lever](stated, tuple(dict.fromkeys(ask.at)))
    if "." not in ask.lever and "[" not in ask.lever:
        names = ", ".join(LEVERS)
        why = told("expected one of {names}, or the path of a figure, got {lever!r}", names=names, lever=ask.lever)
        raise WrongOption("lever", why)
    return of_path(stated, ask.lever, ask.at, ask.factor)


class _Answer(Say):
    """Texts of this study."""

    def turned(self) -> str:
        """The lever by its name, else by the figure it turns."""
        lever = self.facts["lever"]
        known = named("lever", lever, self.lang)
        return self.lever(lever) if known == lever else known

    def what(self, item: str, at: str) -> str:
        """A position by name."""
        known = contract_name(item, self.partners, self.lang)
        return joined((named("turn_item", item, self.lang) if known == item else known, self.at(at)), self.lang)

    def at(self, position: str) -> str:
        """A position in words: days have a unit in either language."""
        number, _, unit = position.partition(" ")
        if position.endswith("%"):
            return self("capacity", share=position)
        return self("days", n=number) if unit == "d" else named("turn", position, self.lang)

    def idle(self, rows: Sequence[Mapping[str, Any]], exclusions: pd.DataFrame | None) -> bool:
        """Whether the lever moves nothing under the rule that is kept."""
        return exclusions is None and bool(rows) and all(row["verdict"] == "identical" for row in rows)

    def sentences(self, rows: Sequence[Mapping[str, Any]], exclusions: pd.DataFrame | None) -> Iterator[str]:
        """Which positions pay."""
        lever, currency = self.facts["lever"], self.facts["currency"]
        if exclusions is not None:
            yield from self.covers(rows, rows_of(exclusions))
            return
        if self.idle(rows, exclusions):
            yield self("idle")
            return
        if lever == "warranty":
            yield from self.terms(rows)
            return
        if lever == "guide":
            yield self("guides", **self.guides(rows))
        lower = sorted((row for row in rows if row["verdict"] == "lower"), key=lambda row: float(row["difference"]))
        if not lower:
            yield self("none")
        for row in lower[:BEST]:
            yield self("best", what=self.what(row["item"], row["position"]), **self.amounts(row))
        if lever in NOTES:
            yield self(NOTES[lever], currency=currency)

    def terms(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """What each term costs, and the sales at which it pays."""
        for row in rows:
            about = {"at": self.at(row["position"]), **self.amounts(row)}
            if row["verdict"] not in ("lower", "higher"):
                continue
            if not math.isfinite(row["uplift_high"]):
                yield self("uplift_never", **about)
                continue
            low, high = sorted(abs(row[end]) for end in ("uplift_low", "uplift_high"))
            shares = {"uplift": abs(row["uplift"]), "uplift_low": low, "uplift_high": high}
            key = "uplift" if row["verdict"] == "higher" else "uplift_down"
            yield self(key, **about, **{name: figures.share(x, 2) for name, x in shares.items()})
        yield self("margin", currency=self.facts["currency"], margin=figures.whole(self.facts["contribution"]))

    def guides(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Products whose guide pays, and those whose does not, as far as luck can tell."""
        # Off costing more, or on costing less, both mean that the guide pays.
        signs = {("off", "higher"): "paying", ("on", "lower"): "paying", ("off", "lower"): "losing",
                 ("on", "higher"): "losing"}  # fmt: skip
        told: dict[str, list[str]] = {"paying": [], "losing": []}
        for row in rows:
            if sign := signs.get((row["position"], row["verdict"])):
                told[sign].append(row["item"])
        return {sign: listed(items, self.lang) or self("nothing") for sign, items in told.items()}

    def covers(self, rows: Sequence[Mapping[str, Any]], denials: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """What each exclusion costs as stated, and what covering it would."""
        wholes = ("claims", "denied", "denying", "low", "high", "served")
        for row in denials:
            told = {name: figures.whole(row[name]) for name in wholes}
            key, each = ("denying", figures.cents(row["each"])) if row["denied"] else ("undenied", "")
            what = named("turn_item", row["exclusion"], self.lang)
            share = figures.share(row["share"], 1)
            yield self(key, what=what, share=share, each=each, currency=self.facts["currency"], **told)
        for row in rows:
            key = {"higher": "cover_more", "lower": "cover_less"}.get(str(row["verdict"]), "cover_same")
            told = {name: figures.signed(row[name]) for name in ("fewest", "most")}
            told |= {name: f"{row[name]:g}" for name in ("times", "times_low", "times_high")}
            pays = math.isfinite(row["uplift"])
            told["uplift"] = figures.share(abs(row["uplift"]), 2) if pays else self("never")
            yield self(key, what=self.what(row["item"], row["position"]), **self.amounts(row), **told)
        yield self("exclusions_note")

    def exclusions(self, frame: pd.DataFrame) -> TableOf:
        """Each exclusion as stated: its claims, what denying them costs by what it is for, what the others cost."""
        shown = frame.assign(exclusion=[named("turn_item", one, self.lang) for one in frame["exclusion"]])
        columns = [
            self.headed("exclusion"),
            self.headed("claims", "whole"),
            self.headed("share", "percent", title="share_of_claims"),
            self.headed("denied", "whole"),
            self.headed("disputed", "whole", give_up=1),
            *(Column(name, self(f"cost.{name}"), "whole", give_up=2) for name in (*OF_DENIALS, "other")),
            Column("denying", self("cost.denying"), "whole", ends=("low", "high")),
            Column("each", self("cost.each"), "cents"),
            Column("served", self("cost.served"), "whole"),
        ]
        return TableOf("exclusions", self("exclusions"), shown, columns)

    def amounts(self, row: Mapping[str, Any]) -> dict[str, str]:
        """Size of a difference with its ends, whichever way it goes."""
        ends = sorted((row["low"], row["high"])) if row["difference"] >= 0 else sorted((-row["low"], -row["high"]))
        found = {"amount": abs(row["difference"]), "low": ends[0], "high": ends[1]}
        return {"currency": self.facts["currency"], **{name: figures.whole(x) for name, x in found.items()}}

    def positions(self, rows: Sequence[Mapping[str, Any]], frame: pd.DataFrame) -> TableOf:
        """Every position, the stated one first."""
        import pandas as pd

        first = pd.DataFrame({"what": [""], "where": [self("stated")], "value": [self.facts["stated_cost"]]})
        if "p90" in frame:
            first["p90"] = self.facts["stated_p90"]
        told = frame.assign(
            what=[named("turn_item", row["item"], self.lang) for row in rows],
            where=[self.at(row["position"]) for row in rows],
            told=[verdict(row, self.lang) for row in rows],
            # No year tells positions apart that are identical.
            p_lower=[math.nan if row["verdict"] == "identical" else row["p_lower"] for row in rows],
        )
        shown = pd.concat([first, told], ignore_index=True)
        columns = [
            self.headed("where", title="at"),
            self.headed("value", "whole", title="cost", give_up=3),
            self.headed("difference", "signed"),
            self.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True),
            self.headed("p_lower", "share", title="p", give_up=2),
        ]
        if any(row["item"] for row in rows):
            columns.insert(0, self.headed("what", title="item"))
        if "uplift" in frame:
            columns.append(self.headed("uplift", "percent", infinite=self("never")))
        if "pays_up_to" in frame:
            columns += [Column(name, self.column(name), "fine") for name in ("pays_up_to", "unit_cost")]
        if "fewest" in frame:
            columns += [Column("claims_then", self("claims_then"), "whole", give_up=1)]
            columns += [Column(name, self(name), "signed", ends=(f"{name}_low", f"{name}_high"), give_up=2)
                        for name in ("fewest", "most")]  # fmt: skip
        columns += [*wait_column(shown, self.lang), self.headed("told", title="verdict", give_up=1)]
        return TableOf("positions", self("table"), shown, columns)

    def benches(self, frame: pd.DataFrame) -> TableOf:
        """Each bench as stated and at its own positions: time used, waits, with intervals."""
        own = frame["item"].map(lambda item: "china" if item == "china_bench" else str(item).partition(" ")[0])
        busy = frame[(frame["visits"] > 0) & ((frame["item"] == "") | (own == frame["bench"]))]
        shown = busy.sort_values("bench", kind="stable").assign(
            called=lambda f: f["bench"].map(self.doer),
            at=lambda f: [self.at(at) if at else self("stated") for at in f["position"]],
        )

        def measure(name: str, share: bool, give_up: int = 0) -> Column:
            ends = (f"{name}_low", f"{name}_high")
            return Column(name, self.column(name), "share" if share else "days", ends=ends, give_up=give_up)

        columns = [
            self.headed("called", title="bench"),
            self.headed("at"),
            self.headed("visits", "whole", give_up=3),
            measure("utilisation", share=True),
            measure("waited_share", share=True),
            measure("wait_p50", share=False, give_up=2),
            measure("wait_p90", share=False),
            measure("wait_p95", share=False, give_up=1),
        ]
        return TableOf("benches", self("benches"), shown, columns)


STUDY = SweepStudy()
