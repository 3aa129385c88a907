"""What the seller's own history says: lives, shares and lags, each with its interval, and what it does not say.

The figures are those of ``fitted.csv`` beside the scenario file: a scenario that names it in ``packs`` takes them in
place of what packs state, and their intervals as ranges. Nothing is written unless it is accepted.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Case
from warrantysim.fitting.history import History, first_days, history
from warrantysim.fitting.laws import EarlyMain
from warrantysim.fitting.lives import FittedLife, fitted_lives, groups_of, laws_of
from warrantysim.fitting.measured import Measured, Unsaid, measured
from warrantysim.fitting.pooled import YEAR
from warrantysim.locale.wording import Lang, say, so_many
from warrantysim.packs.archetypes import kind_title
from warrantysim.present.blocks import Block, Chart, Choice, Column, Points, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.field_names import fault_words, unit_name
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.fields import unit_at
from warrantysim.schema.paths import at, match, table_fields, tree_of
from warrantysim.schema.row_keys import bracketed
from warrantysim.studies.fit.one_table import (
    WHOLE,
    cohort_picture,
    cohort_table,
    fitted_table,
    hazard_picture,
    hazard_table,
    nevada_picture,
    nevada_table,
    table_blocks,
)
from warrantysim.studies.of_books import StudyOfBooks, WithCounts, books_of
from warrantysim.studies.study import Say, Stored, Work

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.root import Scenario

MOST = 30
"""Rows a terminal shows of a table."""


class FitOptions(WithCounts):
    """Where the books are, or a table of lives to fit by itself."""

    table: str = ""
    """A table to fit in place of books: months in service with how many failed or run, or sales by month against
    claims by month (.csv) [path]."""


class FitStudy(StudyOfBooks[FitOptions, Stored]):
    """A scenario whose seller has books."""

    name = "fit"
    Options = FitOptions
    unsaid = frozenset({"edition", "counts", "replications"})
    accepts = "write what was fitted to fitted.csv beside the scenario file; the file before is kept under another name"

    def run(self, cases: Sequence[Case], ask: FitOptions, work: Work) -> Stored:
        """Lives by product, shares and lags.

        Tables ``lives``, ``measured`` (rows of fitted.csv), ``laws``, ``nevada``, ``hazard`` and ``cohorts``.
        """
        if ask.table:
            alone = fitted_table(Path(ask.table))
            work.progress("fit", 3, 3)
            return alone
        scenario, books = cases[0].scenario, books_of(ask)
        found = history(scenario, books, ask.counts)
        work.progress("fit", 1, 3)
        lives = fitted_lives(scenario, found, work.seed)
        work.progress("fit", 2, 3)
        shares, unsaid = measured(scenario, books)
        rows = [*_life_rows(lives, found), *shares]
        facts = {
            "books": ask.books,
            "since": found.window[0] if found.products else "",
            "until": found.window[1] if found.products else "",
            "products": len(found.products),
            "claims": sum(p.claims for p in found.products),
            "joined": found.joined,
            "left_out": {why: n for why, n in found.left_out.items() if n >= 1},
            "unsaid": [
                {"what": one.what, "facts": dict(one.facts)}
                for one in _unsaid(scenario, found, unsaid, bool(ask.counts))
            ],
        }
        tables = {
            "lives": _lives(scenario, lives),
            "measured": _fitted(scenario, rows),
            "laws": _laws(scenario, found),
            "nevada": nevada_table(found),
            "hazard": hazard_table(lives),
            "cohorts": cohort_table(found),
        }
        work.progress("fit", 3, 3)
        return Stored({name: frame for name, frame in tables.items() if len(frame)}, facts)

    def files(self, found: Stored) -> Mapping[str, str]:
        """``fitted.csv``, as it would be accepted."""
        return {"fitted.csv": accepted_text(found)} if "measured" in found.tables else {}

    def accept(self, found: Stored, folder: Path) -> Sequence[Path]:
        """Write ``fitted.csv`` into the seller's folder; the file, and where the one before is kept."""
        if "measured" not in found.tables:
            return ()
        from warrantysim.files.fitted_figures import FILE, write_fitted

        kept = write_fitted(folder, accepted_text(found))
        return [folder / FILE, *([kept] if kept else [])]

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """The product whose failures by age are shown."""
        hazard = stored.table("hazard")
        if hazard is None:
            return ()
        names = {sku: sku for sku in hazard["sku"].unique()}
        names[WHOLE] = say("fit.all", lang)
        return [Choice("product", say("fit.product", lang), names, WHOLE)]

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """How much could be fitted and how firmly; then each figure, before and after, and what is not known."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        if "table" in f:
            return table_blocks(page, stored)
        fitted, lives = stored.table("measured"), stored.table("lives")
        window = {"since": f["since"], "until": f["until"], "claims": figures.whole(f["claims"])}
        blocks: list[Block] = [Sentence(page("title", name=page.title("scenario")), "title")]
        if fitted is None:
            blocks.append(Sentence(page("nothing"), "answer"))
        else:
            blocks.append(Sentence(page("basis", products=so_many("products", f["products"], lang), **window), "basis"))
            blocks.append(Sentence(page("answer", n=len(fitted), far=_far(fitted)), "answer"))
        if lives is not None:
            blocks += page_lives(page, lives)
        if fitted is not None:
            blocks += page_shares(page, fitted[~fitted["path"].str.startswith("sku_markets")])
        blocks += self._unsaid(page, lang)
        if (laws := stored.table("laws")) is not None:
            columns = [
                page.headed("kind"),
                Column("law", page("law")),
                Column("weight", page("weight"), "share"),
                Column("year", page("by_year"), "tenth"),
                Column("term", page("by_term"), "tenth"),
            ]
            named = laws.assign(
                law=[page(f"law.{law.replace(' ', '_')}") for law in laws["law"]],
                kind=[kind_title(kind, lang) for kind in laws["kind"]],
            )
            blocks += [TableOf("laws", page("laws"), named, columns, MOST), Sentence(page("laws_note"), "note")]
        if (hazard := stored.table("hazard")) is not None:
            product = str(f.get("product") or WHOLE)
            blocks.append(Chart("hazard", lambda look: hazard_picture(hazard, product, look)))
        for name, draw in (("nevada", nevada_picture), ("cohorts", cohort_picture)):
            if (frame := stored.table(name)) is not None:
                blocks.append(Chart(name, lambda look, frame=frame, draw=draw: draw(frame, look)))  # type: ignore[misc]
        if fitted is not None:
            blocks += [Sentence(page("measure_next"), "note"), Sentence(page("accept"), "command")]
        return [*blocks, page.provenance()]

    def _unsaid(self, page: Say, lang: Lang) -> list[Block]:
        """What the books do not tell, and claims that count for no life."""
        told = []
        for one in page.facts["unsaid"]:
            facts = dict(one["facts"])
            if "path" in facts:
                facts["path"] = page.lever(facts["path"])
            told.append(page(f"unsaid.{one['what']}", **facts))
        told += [page(f"left.{why}", n=round(n)) for why, n in page.facts["left_out"].items()]
        return [Sentence(page("unsaid"), "head"), Points(told)] if told else []


def page_lives(page: Say, lives: pd.DataFrame) -> list[Block]:
    """Lives before and after."""
    columns = [
        page.headed("sku"),
        Column("before", page("by_year"), "tenth", then="year"),
        page.headed("interval"),
        page.headed("claims", "whole"),
        page.headed("units", "whole", give_up=2),
        Column("borrowed", page("borrowed"), "share", give_up=1),
        Column("eta", page("eta"), "whole", give_up=3),
        Column("beta", page("beta"), "fine", give_up=3),
    ]
    ends = [
        f"{figures.share(a, 1)} .. {figures.share(b, 1)}"
        for a, b in zip(lives["year_low"], lives["year_high"], strict=True)
    ]
    shown = lives.assign(interval=ends)
    return [TableOf("lives", page("lives"), shown, columns, MOST), Sentence(page("lives_note"), "note")]


def page_shares(page: Say, shares: pd.DataFrame) -> list[Block]:
    """Shares and lags before and after."""
    if not len(shares):
        return []
    told = shares.assign(
        called=[page.lever(path) for path in shares["path"]],
        change=[_written(page, row["unit"], "→", row["before"], row["value"]) for row in rows_of(shares)],
        interval=[_written(page, row["unit"], "..", row["low"], row["high"]) for row in rows_of(shares)],
        window=[f"{a} - {b}" if a else "" for a, b in zip(shares["from"], shares["to"], strict=True)],
        counted=[_how(row, page.lang) for row in rows_of(shares)],
    )
    columns = [
        page.headed("called", title="input", least=24),
        Column("change", page("change")),
        page.headed("interval"),
        Column("n", page("cases"), "whole"),
        Column("counted", page("how"), give_up=1, least=30),
        Column("window", page("window"), give_up=2),
    ]
    return [TableOf("measured", page("shares"), told, columns, MOST)]


def _written(page: Say, unit: str, between: str, *values: float) -> str:
    """Two figures with their unit: ``15.0 % → 14.2 %``, ``4 → 3.05 days``; one without a unit stands alone."""
    if unit == "share":
        return f" {between} ".join(figures.share(value) for value in values)
    both = f" {between} ".join(f"{value:.3g}" for value in values)
    return both if unit in ("", "number") else f"{both} {unit_name(unit, page.lang)}"


def _how(row: Mapping[str, Any], lang: Lang) -> str:
    facts = json.loads(row["facts"])
    words = {"kind": kind_title(facts.get("kind", ""), lang), "fault": fault_words(facts.get("fault", ""), lang)}
    return say(f"fit.how.{row['key']}", lang, **facts | {name: words[name] for name in words if name in facts})


def _far(fitted: pd.DataFrame) -> int:
    """Figures whose interval leaves out what was stated before."""
    return int(((fitted["before"] < fitted["low"]) | (fitted["before"] > fitted["high"])).sum())


def accepted_text(found: Stored) -> str:
    """``fitted.csv`` of what was found."""
    from warrantysim.files.fitted_figures import fitted_text
    from warrantysim.schema.fitted import FittedRow

    rows = []
    for row in rows_of(found.tables["measured"]):
        ends = {"range_low": row["range_low"], "range_high": row["range_high"]}
        rows.append(
            FittedRow.model_validate(
                {name: row[name] for name in ("path", "unit", "value", "low", "high", "n")}
                | {name: (value if np.isfinite(value) else None) for name, value in ends.items()}
                | {"from": row["from"] or None, "to": row["to"] or None, "how": _how(row, "en")}
            )
        )
    return fitted_text(rows)


def _life_rows(lives: Sequence[FittedLife], found: History) -> list[tuple[Measured, tuple[float, float] | None]]:
    """Early share, characteristic life and shape of every product; the life's range keeps the shape."""
    rows: list[tuple[Measured, tuple[float, float] | None]] = []
    edges = first_days(found.months) if lives else np.ones(2)
    since, until = (dt.date.fromordinal(int(day)).isoformat() for day in (edges[0], max(edges[-1] - 1, 1)))
    for life in (one for one in lives if one.spoken):
        root = f"sku_markets{bracketed([life.sku, '*'])}".replace('"*"', "*")
        each = life.lives
        figures_of = {
            "life_eta_days": (life.eta, *life.eta_ends, life.eta_range),
            "life_beta": (life.beta, *life.ends(each.beta), None),
            "early_share": (life.early_share, *life.ends(each.early_share), None),
        }
        for name, (value, low, high, kept) in figures_of.items():
            facts = {"kind": life.kind, "claims": round(each.claims), "units": round(each.units)}
            row = Measured(
                f"{root}.{name}",
                value,
                min(low, value),
                max(high, value),
                each.claims,
                since,
                until,
                name,
                facts,
                False,
            )
            rows.append((row, kept))
    return rows


def _fitted(scenario: Scenario, rows: Sequence[Any]) -> pd.DataFrame:
    """Rows of fitted.csv with what is stated now; rows of what the scenario does not have are left out."""
    import pandas as pd

    tree, tables = tree_of(scenario), table_fields(type(scenario))
    found = []
    for stated in rows:
        row, kept = stated if isinstance(stated, tuple) else (stated, None)
        try:
            paths = match(tree, row.path, tables)
        except ScenarioError:
            continue
        before = [at(tree, path) for path in paths]
        ends = kept if kept is not None else (row.low, row.high) if row.ranged else (np.nan, np.nan)
        found.append(
            {
                "path": row.path, "unit": unit_at(type(scenario), paths[0]) or "number",
                "before": float(np.mean(before)), "value": row.value, "low": row.low, "high": row.high,
                "range_low": ends[0], "range_high": ends[1],
                "n": float(row.n), "from": row.since, "to": row.until, "key": row.how,
                "facts": json.dumps(dict(row.facts), ensure_ascii=False, default=str),
            }
        )  # fmt: skip
    columns = "path unit before value low high range_low range_high n from to key facts"
    frame = pd.DataFrame(found, columns=columns.split())
    numbers = ["before", "value", "low", "high", "range_low", "range_high", "n"]
    return frame.astype(dict.fromkeys(numbers, float))


def _lives(scenario: Scenario, lives: Sequence[FittedLife]) -> pd.DataFrame:
    import pandas as pd

    law, rows = EarlyMain(), []
    for life in lives:
        terms = [row for row in scenario.sku_markets if row.sku == life.sku]
        stated = [
            EarlyMain(r.early_eta_days, r.early_beta).failed(
                YEAR, law.free((max(r.early_share, 1e-12), r.life_eta_days, r.life_beta))
            )
            for r in terms
        ]
        year, low, high = life.failed(YEAR)
        term = life.failed(life.product.term)
        rows.append(
            {
                "sku": life.sku, "kind": life.kind, "claims": life.product.claims,
                "units": float(life.product.sold.sum()), "before": float(np.mean(stated)),
                "year": year, "year_low": min(low, year), "year_high": max(high, year), "term_days": life.product.term,
                "term": term[0], "term_low": term[1], "term_high": term[2], "borrowed": life.borrowed,
                "early_share": life.early_share, "eta": life.eta, "beta": life.beta,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _laws(scenario: Scenario, found: History) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"kind": kind if kind != "any" else category, **vars(law)}
        for (kind, category), products in groups_of(scenario, found).items()
        for law in laws_of(products)
    ]
    return pd.DataFrame(rows)


def _unsaid(scenario: Scenario, found: History, unsaid: Sequence[Unsaid], counted: bool) -> list[Unsaid]:
    """What the books do not tell, what holds of all books last."""
    said = list(unsaid)
    if not found.products:
        return [Unsaid("no_claims"), *said]
    if "claims" not in found.covered and not counted:
        said.insert(0, Unsaid("no_log"))
    if "returns" not in found.covered:
        said.insert(0, Unsaid("no_returns"))
    if not found.by_age:
        said.append(Unsaid("by_month", {"share": figures.share(found.joined, 0)}))
    sold = {product.sku for product in found.products}
    if missing := [sku for sku in scenario.sku_ids if sku not in sold]:
        said.append(Unsaid("not_sold", {"names": ", ".join(missing[:6]), "n": len(missing)}))
    few = [p.sku for p in found.products if p.claims < 10]
    if few:
        said.append(Unsaid("few_claims", {"names": ", ".join(few[:6]), "n": len(few)}))
    return [*said, Unsaid("propensity"), Unsaid("report_lag")]


STUDY = FitStudy()
