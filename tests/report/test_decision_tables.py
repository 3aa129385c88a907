"""Tables of a decision: arrows between now and new, and no column that has nothing to say."""

from __future__ import annotations

import pytest

from tests.report.cells import RESHIP, row, told_of
from tests.worlds import world
from warrantysim.decision.binding import Bound
from warrantysim.locale.wording import LANGUAGES, Lang, say
from warrantysim.present.terminal import terminal_text


def details(lang: Lang, **changes: object) -> str:
    scenario = world(("VAC-L10",), ("DE",))
    return terminal_text(filter(None, [told_of([row(**changes)], scenario, lang).details()]), 140)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_now_and_new_are_told_with_an_arrow(lang: Lang) -> None:
    told = details(lang)
    assert "130.00 → 110.50" in told
    assert " > " not in told


def test_of_many_articles_that_hold_a_rule_the_first_is_told() -> None:
    articles = "BGB 437-440, 477; 346(1); Directive 2019/771 art. 13(2a), 14(1), 10(2a); BGB 355, 357, 312g"
    told = details("en", binds=(Bound("law", "repair_local", article=articles, share=0.07),))
    assert "BGB 437-440, 477" in " ".join(told.split())
    assert "Directive" not in told
    assert "other rows" not in details("en", binds=(Bound("law", "repair_local", article="BGB 437"),))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_cut_points_have_a_column_where_a_rule_has_one_only(lang: Lang) -> None:
    head = say("column.flat", lang).split()[0]
    assert head in details(lang)
    assert head not in details(lang, zones=RESHIP, cuts=(), flat=())
