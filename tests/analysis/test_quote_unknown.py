"""Unknown terms make the saving a range, and stand where one signs."""

from __future__ import annotations

import pytest

from tests.analysis.quote_worlds import of_a_list, quoted
from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.analysis.quote_unknown import unknown_terms
from warrantysim.present.blocks import TableOf
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies.quotes import STUDY, QuotesOptions
from warrantysim.studies.quotes.answer import Answer


def open_world(*paths: str) -> Scenario:
    """Two quotes, of which the cheaper leaves terms open."""
    world = quoted()
    return world.replace(partners={**world.partners, "P": world.partners["P"].replace(unknown=paths)})


@pytest.fixture(scope="module")
def found() -> QuoteFindings:
    """A study of it."""
    world = open_world("desks.main.no_fault", "yield_share")
    return findings(study_quotes(world, replications=4, within=50.0, seed=3, decide=of_a_list))


def answer(found: QuoteFindings) -> Answer:
    """What is told of it."""
    stored = STUDY.stored(found, [Case.of(found.study.scenario)], QuotesOptions(), 3)
    return Answer.of(stored, "en")


def test_the_saving_of_a_quote_with_unknown_terms_is_a_range_in_order(found: QuoteFindings) -> None:
    rows = found.tables["unknown_range"]
    mine = rows[rows["signs"] == "P"].set_index("reading")["saving"]
    assert mine["favourable"] > mine["unfavourable"]
    ranking = found.study.ranking().drop_duplicates("signs").set_index("signs")["saving"]
    assert mine["usual"] == pytest.approx(ranking["P"])
    other = rows[rows["signs"] == "Q"]["saving"]
    assert other.nunique() == 1  # everything of Q is stated
    said = list(answer(found).left_open("P"))
    assert "no fault" in said[0].lower()
    assert f"{round(mine['unfavourable']):,}" in said[1]
    assert not list(answer(found).left_open("Q"))


def test_every_quote_has_a_price_up_to_which_it_is_the_choice(found: QuoteFindings) -> None:
    prices = found.tables["winning_prices"].set_index("quote")
    assert set(prices.index) == {"P", "Q"}
    # P and Q do the same work: P at 20 stays up to the 30 of Q, and Q wins at 20.
    assert prices.loc["P", "signed"]
    assert prices.loc["P", "factor"] == pytest.approx(1.5, abs=1e-3)
    assert prices.loc["Q", "factor"] == pytest.approx(2 / 3, abs=1e-3)


def test_no_set_that_signs_the_same_is_listed_twice(found: QuoteFindings) -> None:
    (table,) = [block for block in answer(found).sets() if isinstance(block, TableOf) and block.name == "ranking"]
    assert not table.frame["signs"].duplicated().any()


def test_a_stopped_study_says_what_it_lacks_and_does_not_say_that_nobody_lost() -> None:
    world = quoted()
    study = study_quotes(world, replications=4, within=50.0, seed=3, decide=of_a_list)
    page = answer(findings(study, cancel=lambda: True))
    said = " ".join(page.lacking())
    assert page.quote("P") in said
    assert page.quote("Q") in said
    texts = [getattr(block, "text", "") for block in page.deal()]
    assert page("no_losers") not in texts


def test_an_unknown_term_nobody_can_read_is_refused_by_name() -> None:
    world = open_world("desks.main.nofault")
    with pytest.raises(BadInput, match="nofault"):
        unknown_terms(world, ["P"])
