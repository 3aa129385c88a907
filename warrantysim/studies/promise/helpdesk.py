"""Messages for the helpdesk beside the statements, what they offer, the rules they break; evidence files of claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Column, Sentence, TableOf
from warrantysim.promise.evidence import Evidence
from warrantysim.promise.listing import ListingText, found_table
from warrantysim.promise.messages import Message, broken_rules, messages
from warrantysim.promise.offers import Prices
from warrantysim.promise.terms import StatementSubject
from warrantysim.report.export import CSV_ENCODING, as_json
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import told
from warrantysim.schema.plain_text import delimited, text_cell, text_lines
from warrantysim.schema.root import Scenario
from warrantysim.studies.promise.kit import findings_table
from warrantysim.studies.study import Say, Stored, WrongOption

if TYPE_CHECKING:
    import pandas as pd


def messages_of(subjects: Sequence[StatementSubject], langs: Mapping[str, Sequence[str]]) -> list[list[Message]]:
    """Messages of each market and language; ``langs``: those of each market."""
    return [messages(it, lang) for it in subjects for lang in langs[it.market]]


def message_tables(subjects: Sequence[StatementSubject], made: Sequence[Sequence[Message]]) -> dict[str, pd.DataFrame]:
    """Messages, what denials offer, and every rule broken."""
    import pandas as pd

    records = [{name: _cell(value) for name, value in record.items()} for record in _records(made)]
    found = [pair for some in made for pair in broken_rules(some)]
    where = [(one.market, "|".join(one.skus), one.lang) for one, _ in found]
    return {
        "messages": pd.DataFrame(records),
        "offers": pd.DataFrame([row for it in subjects for row in _offers(it)]),
        "message_findings": pd.concat(
            [
                pd.DataFrame(where, columns=["market", "sku", "language"]),
                found_table((ListingText(one.place, one.name, one.text), finding) for one, finding in found),
            ],
            axis=1,
        ),
    }


def message_files(made: Sequence[Sequence[Message]]) -> dict[str, bytes]:
    """The messages as a helpdesk's programs read them, their line breaks kept, which a table of the answer gives up."""
    records = _records(made)
    table = delimited([list(records[0]), *([_listed(one) for one in it.values()] for it in records)], cell=text_lines)
    return {"helpdesk.csv": table.encode(CSV_ENCODING), "helpdesk.json": (as_json(records) + "\n").encode()}


def _listed(value: Any) -> Any:
    return "|".join(value) if isinstance(value, list) else value


def _cell(value: Any) -> Any:
    return text_cell(_listed(value))


def _records(made: Sequence[Sequence[Message]]) -> list[dict[str, Any]]:
    return [message.record() for some in made for message in some]


def _offers(it: StatementSubject) -> Iterator[dict[str, Any]]:
    """A row a product, partner and level of repair; a product nobody repairs has one with its discount alone."""
    prices = Prices(it)
    quotes = list(prices.quotes())
    for sku, terms in it.products:
        fact = prices.discount(terms)
        common = {"currency": prices.currency, "discount": None if fact is None else fact.value}
        mine = [quote for quote in quotes if quote.sku == sku.sku]
        for quote in mine:
            yield {**vars(quote), "offered": quote.offered, **common}
        if not mine:
            yield {"market": it.market, "sku": sku.sku, "price": terms.list_price, "offered": False, **common}


def message_blocks(page: Say, stored: Stored, lang: Lang) -> list[Block]:
    """Their part of the answer; nothing where none were asked for."""
    frame = stored.table("messages")
    if frame is None:
        return []
    bad = stored.table("message_findings")
    key = "messages_clean" if bad is None else "messages_broken"
    said = {"n": len(frame), "languages": frame["language"].nunique(), "broken": 0 if bad is None else len(bad)}
    blocks: list[Block] = [Sentence(page(key, **said), "answer")]
    if bad is not None:
        blocks.append(replace(findings_table(page, bad, lang), name="message_findings"))
    return [*blocks, *_offered(page, stored)]


def _offered(page: Say, stored: Stored) -> Iterator[Block]:
    frame = stored.table("offers")
    if frame is None:
        return
    columns = [
        Column("market", page.column("market")),
        Column("sku", page.column("sku")),
        Column("price", page("col_price"), "cents"),
        Column("discount", page("col_discount"), "cents"),
    ]
    if "partner" in frame:
        told = [page("offered" if row["offered"] else "not_offered") for row in rows_of(frame)]
        frame = frame.assign(offered=told, partner=frame["partner"].fillna("").map(page.doer))
        columns += [
            Column("partner", page("col_partner"), give_up=1),
            Column("level", page("col_level"), "whole", give_up=2),
            Column("quote", page("col_quote"), "cents"),
            Column("offered", page("col_offered")),
        ]
    columns.append(Column("currency", page("col_currency")))
    yield TableOf("offers", page("offers"), frame, columns, most=0)


def evidence_of(
    scenario: Scenario,
    subjects: Sequence[StatementSubject],
    langs: Mapping[str, Sequence[str]],
    claims: Sequence[str],
    replication: int,
    seed: int,
) -> list[Evidence]:
    """Evidence files of claims by number in a simulated year under the rule in force, in the languages of their market.

    Raises
    ------
    WrongOption
        For a number that year has not, with those of its disputed claims.
    """
    if not claims:
        return []
    run, ledger = priced_run(scenario, scenario.policy, births(scenario, seed, replication), seed, replication)
    r, by = run.records, {it.market: it for it in subjects}
    ours = (
        (r.claims.generation == 0) & r.in_scope & np.isin([scenario.market_ids[m] for m in r.claims.market], list(by))
    )
    known = {
        str(root): row for row, root in zip(np.flatnonzero(ours).tolist(), r.claims.root[ours].tolist(), strict=True)
    }
    found = []
    for name in claims:
        if name not in known:
            disputed = [str(root) for root in r.claims.root[ours & r.disputed][:5].tolist()]
            message = told("no claim {name!r} of these markets in the first year simulated", name=name)
            if disputed:
                message += told("disputed ones are {names}", names=", ".join(disputed))
            raise WrongOption("claim", message)
        it = by[scenario.market_ids[int(r.claims.market[known[name]])]]
        found += [Evidence(it, run, ledger, int(name), lang) for lang in langs[it.market]]
    return found
