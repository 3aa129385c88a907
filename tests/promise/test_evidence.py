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
from warrantysim.journeys.records import Run
from warrantysim.money.categories import Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.story import story
from warrantysim.promise.document import Grid, markdown, texts
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
        "dispatch", "return", "letters", "photos", "paid", "test", "kept", "costs"]  # fmt: skip


def test_its_costs_are_those_the_ledger_books_to_the_claim() -> None:
    one = evidence("DE", "de")
    grid = [block for block in one.document().blocks if isinstance(block, Grid)][-1]
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
    for market, lang in EACH[:4]:
        said = evidence(market, lang).messages()
        for name, place in (("message.txt", "message"), ("claim_box.txt", "claim_box")):
            assert lint(place, market, lang, said[name]) == []


def test_an_unknown_claim_names_those_that_are_disputed() -> None:
    with pytest.raises(WrongOption, match=r"no claim 'x' of these markets .* disputed ones are"):
        evidence_of(seller(), [subject("US")], [["en"]], ["x"], 0, 7)
    one = evidence("US", "en")
    found = evidence_of(seller(), [subject("US")], [["en", "zh_CN"]], [str(one.root)], 0, 7)
    assert [(each.root, each.lang) for each in found] == [(one.root, "en"), (one.root, "zh_CN")]
    assert markdown(found[0].document()) == markdown(one.document())
