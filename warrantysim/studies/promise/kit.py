"""The kit beside the statements: what a card in the box is worth, steps to try, labels owed, and rules held."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from warrantysim.analysis.cases import Case
from warrantysim.experiment.workers import Workers
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.promise.card import steps_in
from warrantysim.promise.guide import PAYS, guide_worth, solved_by_step, symptoms_of
from warrantysim.promise.kit import Kit, labels_of
from warrantysim.promise.listing import found_table
from warrantysim.promise.terms import StatementSubject, seller_reads
from warrantysim.promise.texts import said
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Say, Stored

if TYPE_CHECKING:
    import pandas as pd


def card_worth(case: Case, skus: Sequence[str], years: range, seed: int, jobs: Workers) -> pd.DataFrame:
    """What a card in the box of each product saves, with the symptom reported most and its share."""
    frame = guide_worth(case, skus, years, seed, jobs)
    first = [next(iter(symptoms_of(case.scenario, sku).items())) for sku in frame["sku"]]
    return frame.assign(symptom=[name for name, _ in first], symptom_share=[share for _, share in first])


def kits_of(
    subjects: Sequence[StatementSubject],
    langs: Mapping[str, Sequence[str]],
    worth: pd.DataFrame,
    ends: Callable[[str, str], Collection[str]],
) -> list[Kit]:
    """A kit a product, market and language; cards only where they pay.

    Parameters
    ----------
    ends
        What becomes of the claims of a product in a market: nobody is told of repairs that its neighbours get.
    """
    pays = set(worth["sku"][worth["verdict"] == PAYS])
    return [
        Kit(replace(it, ends=ends(it.market, sku) or it.ends), sku, lang, sku in pays)
        for it in subjects
        for sku in it.skus
        for lang in langs[it.market]
    ]


def kit_tables(
    case: Case, subjects: Sequence[StatementSubject], kits: Sequence[Kit], worth: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Tables of the kit: guide, steps, labels, findings."""
    import pandas as pd

    scenario = case.scenario
    steps = []
    for sku in worth["sku"]:
        frame = solved_by_step(scenario, sku)
        told = {lang: [str(said) for _, said in steps_in(scenario, sku, name)] for lang, name in READ.items()}
        steps.append(frame.assign(**{f"text_{lang}": texts for lang, texts in told.items()}))
    found = [pair for kit in kits for pair in kit.findings()]
    where = [(kit.of.market, kit.sku, kit.lang) for kit in kits for _ in kit.findings()]
    places = pd.DataFrame(where, columns=["market", "sku", "language"])
    return {
        "listing": pd.concat([kit.listing.table() for kit in kits], ignore_index=True),
        "guide": worth,
        "steps": pd.concat(steps, ignore_index=True),
        "labels": pd.DataFrame(list(_labels(subjects))),
        "findings": pd.concat([places, found_table(found)], axis=1),
    }


READ = {"en": "en", "zh": seller_reads()}
"""Catalogues of customers' texts as the seller reads them."""


def _labels(subjects: Sequence[StatementSubject]) -> Iterator[dict[str, object]]:
    for it in subjects:
        for sku in it.skus:
            for one in labels_of(it, sku):
                yield {
                    "market": it.market, "sku": sku, "label": one.label, "duty": one.duty, "about_en": one.about["en"],
                    "about_zh": one.about["zh"], "file": one.file, "since": one.since.isoformat(),
                    "sources": "; ".join(one.sources),
                }  # fmt: skip


def kit_blocks(page: Say, stored: Stored, lang: Lang) -> list[Block]:
    """The kit's part of the answer; nothing where none was asked for."""
    worth = stored.table("guide")
    if worth is None:
        return []
    broken = stored.table("findings")
    key = "kit_clean" if broken is None else "kit_broken"
    blocks: list[Block] = [Sentence(page(key, n=0 if broken is None else len(broken)), "answer")]
    if broken is not None:
        blocks.append(findings_table(page, broken, lang))
    return [
        *blocks,
        _worth(page, worth, READ.get(lang, "en")),
        *_steps(page, stored, lang),
        *_labelled(page, stored),
        *_listed(page, stored),
    ]


def findings_table(page: Say, frame: pd.DataFrame, lang: Lang) -> TableOf:
    """Every breach of a rule where a reader finds it: market, product, language, field with its name, the character it
    begins at; no two rows look alike."""
    where = []
    for row in rows_of(frame):
        place = " ".join(filter(None, (row["place"], row["name"])))
        where.append(page("found_at", place=place, at=row["start"] + 1) if row["end"] > row["start"] else place)
    columns = [
        *(Column(name, page.column(name)) for name in ("market", "sku")),
        Column("language", page("col_language")),
        Column("place", page("col_place"), least=14),
        Column("severity", page("col_severity"), give_up=1),
        Column("found", page("col_found")),
        Column(f"about_{lang}", page("col_about")),
        Column(f"instead_{lang}", page("col_instead")),
    ]
    return TableOf("findings", page("findings"), frame.assign(place=where), columns)


def _worth(page: Say, frame: pd.DataFrame, lang: str) -> TableOf:
    told = frame.assign(
        verdict=[page(f"guide_{row['verdict']}") for row in rows_of(frame)],
        symptom=[str(said(f"symptom.{row['symptom']}", lang)) for row in rows_of(frame)],
    )
    columns = [
        Column("sku", page.column("sku")),
        Column("verdict", page("col_card")),
        Column("saving", page("col_saving"), "whole", ends=("low", "high")),
        Column("pays_up_to", page("col_pays_up_to"), "cents", ends=("pays_up_to_low", "pays_up_to_high"), give_up=1),
        Column("unit_cost", page("col_copy"), "cents", ends=("cost_low", "cost_high"), give_up=2),
        Column("symptom", page("col_symptom"), give_up=3),
        Column("symptom_share", page("col_symptom_share"), "share", give_up=4),
    ]
    return TableOf("guide", page("guide"), told, columns)


def _steps(page: Say, stored: Stored, lang: Lang) -> Iterator[Block]:
    frame = stored.table("steps")
    if frame is not None:
        text = f"text_{lang}" if f"text_{lang}" in frame else "text_en"
        columns = [
            Column("sku", page.column("sku")),
            Column(text, page("col_step"), least=30),
            Column("minutes", page("col_minutes"), "whole"),
            Column("solved_so_far", page("col_solved"), "tenth", ends=("low", "high")),
        ]
        yield TableOf("steps", page("steps"), frame, columns, most=0)


def _listed(page: Say, stored: Stored) -> Iterator[Block]:
    frame = stored.table("listing")
    if frame is not None:
        columns = [Column(name, page.column(name)) for name in ("market", "sku")]
        columns += [
            Column("place", page("col_place")),
            Column("name", page("col_name")),
            Column("text", page("col_text")),
        ]
        yield TableOf("listing", page("listing"), frame, columns, most=0)


def _labelled(page: Say, stored: Stored) -> Iterator[Block]:
    frame = stored.table("labels")
    if frame is None:
        return
    rows = rows_of(frame.groupby(["market", "label", "duty"], sort=False)["sku"].agg(", ".join).reset_index())
    told = frame.drop_duplicates(["market", "label", "duty"]).assign(
        label=[page(f"label_{row['label']}") for row in rows],
        duty=[page(f"duty_{row['duty']}") for row in rows],
        sku=[row["sku"] for row in rows],
    )
    columns = [
        Column("market", page.column("market")),
        Column("label", page("col_label")),
        Column("duty", page("col_duty")),
        Column("sku", page.column("sku"), least=20),
        Column("file", page("col_file"), give_up=1),
    ]
    yield TableOf("labels", page("labels"), told, columns)
