"""The evidence file of a claim tells its stamps, promises and costs, in the order a dispute asks for."""

from __future__ import annotations

import io
import re
from functools import cache
from zipfile import ZipFile

import numpy as np
import pytest

from tests.promise.kit import without_facts
from tests.promise.seller import seller, subject
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.records import Closure, Route, Run
from warrantysim.money.categories import Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.story import story
from warrantysim.promise.document import Document, TextTable, texts
from warrantysim.promise.document_files import markdown
from warrantysim.promise.evidence import COSTS, Evidence, evidence_files
from warrantysim.promise.lint import lint
from warrantysim.promise.texts import Said
from warrantysim.studies.promise.helpdesk import evidence_of
from warrantysim.studies.study import WrongOption

EACH = [("US", "en"), ("UK", "en_GB"), ("DE", "de"), ("JP", "ja"), ("DE", "zh_CN")]


@cache
def year() -> tuple[Run, Ledger]:
    s = seller()
    return priced_run(s, s.policy, births(s, 7, 0), 7, 0)


def evidence(market: str, lang: str, label: bool = True) -> Evidence:
    run, ledger = year()
    r = run.records
    there = r.claims.market == seller().market_ids.index(market)
    mine = there & (r.claims.generation == 0) & r.in_scope & (r.label_issued == label)
    row = int(np.flatnonzero(mine & ((r.arrived > 0) | (not label)))[0])
    return Evidence(subject(market), run, ledger, int(r.claims.root[row]), lang)


@pytest.mark.parametrize(("market", "lang"), EACH)
@pytest.mark.parametrize("label", [True, False])
def test_every_figure_of_an_evidence_file_is_a_fact_of_the_claim(market: str, lang: str, label: bool) -> None:
    made = evidence(market, lang, label).document()
    for one in filter(None, texts(made)):
        assert isinstance(one, Said)
        assert all(fact.source for fact in one.facts.values())
        assert not re.search(r"\d", without_facts(one, lang)), one


def test_its_parts_stand_in_the_order_a_dispute_asks_for() -> None:
    made = evidence("US", "en").document()
    heads = [one.key for one in texts(made) if isinstance(one, Said) and ".head_" in one.key]
    assert [key.rpartition("_")[2] for key in heads] == [
        "dispatch", "return", "letters", "photos", "paid", "test", "kept"]  # fmt: skip


def denied(disputed: bool, tested: bool = False) -> Evidence:
    """A denied claim: on what was sent in, or after a test."""
    run, ledger = year()
    r = run.records
    how = r.closure == Closure.RETURNED_UNREPAIRED if tested else r.route == Route.DENIED
    row = int(np.flatnonzero(how & (r.claims.generation == 0) & r.in_scope & (r.disputed == disputed))[0])
    return Evidence(subject(seller().market_ids[int(r.claims.market[row])]), run, ledger, int(r.claims.root[row]), "en")


def test_a_denial_and_a_dispute_are_told_and_no_file_that_is_not_there() -> None:
    for one, dispute in ((denied(True), True), (denied(False), False)):
        told = {text.key for text in texts(one.document()) if isinstance(text, Said)}
        assert "evidence.denied_seen" in told
        lost = bool(one.records.dispute_lost[one.row])
        assert told & {"evidence.disputed", "evidence.dispute_lost"} == (
            {"evidence.dispute_lost" if lost else "evidence.disputed"} if dispute else set()
        )
        said = one.messages()["message.txt"]
        assert "proof of delivery" in said
        assert not [name for name in ("return label", "test result") if name in said]
    assert "evidence.denied_tested" in {getattr(text, "key", "") for text in texts(denied(False, True).document())}
    whole = evidence("US", "en").messages()["claim_box.txt"]
    assert all(name in whole for name in ("return label", "photos", "test result"))


def test_what_a_claim_cost_stays_in_the_sellers_own_file() -> None:
    one = evidence("DE", "de")
    assert not [text for text in texts(one.document()) if "cost" in getattr(text, "key", "")]
    assert "nicht an den Marktplatz" in texts_of(one.internal())


def texts_of(document: Document) -> str:
    return " ".join(texts(document))


@pytest.mark.parametrize(("market", "lang"), EACH[:1])
def test_days_told_are_those_between_the_dates_told(market: str, lang: str) -> None:
    one = evidence(market, lang)
    cells = {row[0].key: row[1].facts for block in one.document().blocks if isinstance(block, TextTable)
             for row in block.rows if isinstance(row[0], Said)}  # fmt: skip
    stamp = {key.removeprefix("evidence."): next(iter(facts.values())).value for key, facts in cells.items()}
    took = {row[0].key: row[2].facts["took"] for block in one.document().blocks if isinstance(block, TextTable)
            for row in block.rows if len(row) == 4}  # fmt: skip
    assert stamp["age"] == (stamp["opened"] - stamp["delivered"]).days
    assert took["evidence.step_answer"].value == (stamp["answered"] - stamp["opened"]).days
    assert took["evidence.step_closed"].value == (stamp["closed"] - stamp["opened"]).days


def test_its_costs_are_those_the_ledger_books_to_the_claim() -> None:
    one = evidence("DE", "de")
    grid = [block for block in one.internal().blocks if isinstance(block, TextTable)][-1]
    told = sum(cell.facts["cost"].value for row in grid.rows for cell in row if isinstance(cell, Said) and cell.facts)
    lines = [line for line in story(one.run, one.ledger, one.root) if line.kind is Kind.CASH]
    assert len(lines) > 1
    assert told == pytest.approx(sum(line.amount for line in lines), abs=0.01 * (len(COSTS) + 1))


def test_it_is_packed_with_the_message_that_carries_it_and_the_text_of_the_claim_that_refers_to_it() -> None:
    one = evidence("US", "en")
    packed = evidence_files([one], ("html",))
    with ZipFile(io.BytesIO(packed[f"evidence-{one.root}.zip"])) as inside:
        names = set(inside.namelist())
    assert names == {f"evidence-{one.root}-en.html", "en-message.txt", "en-claim_box.txt"}
    with ZipFile(io.BytesIO(packed[f"internal-{one.root}.zip"])) as inside:
        assert inside.namelist() == [f"internal-{one.root}-en.html"]
    for market, lang in EACH[:4]:
        said = evidence(market, lang).messages()
        for name, place in (("message.txt", "message"), ("claim_box.txt", "claim_box")):
            assert lint(place, market, lang, said[name]) == []


def test_an_unknown_claim_names_those_that_are_disputed() -> None:
    with pytest.raises(WrongOption, match=r"no claim 'x' of these markets .* disputed ones are"):
        evidence_of(seller(), [subject("US")], {"US": ["en"]}, ["x"], 0, 7)
    one = evidence("US", "en")
    found = evidence_of(seller(), [subject("US")], {"US": ["en", "zh_CN"]}, [str(one.root)], 0, 7)
    assert [(each.root, each.lang) for each in found] == [(one.root, "en"), (one.root, "zh_CN")]
    assert markdown(found[0].document()) == markdown(one.document())
