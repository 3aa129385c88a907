"""A partner is read by its title, a way and the factory by their terms; ids stay where they tell two apart."""

from __future__ import annotations

from tests.worlds import partner, policy_of, world
from warrantysim.analysis.cases import Case
from warrantysim.report.agent_rules import agent_rules
from warrantysim.report.doers import contract_name, doer, partner_titles
from warrantysim.report.field_names import full_name
from warrantysim.report.lever_text import lever_words
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide import STUDY
from warrantysim.studies.study import Stored

NAMES = {"en": "Bench", "zh": "工坊"}


def seller(**partners: dict[str, str]) -> Scenario:
    """A seller with partners of these titles."""
    return world(partners={id: partner(title=title) for id, title in partners.items()})


def test_partners_ways_and_the_factory_have_names_and_what_is_unknown_stays() -> None:
    titles = partner_titles(seller(zz=NAMES))
    assert [doer(id, titles) for id in ("zz", "sea", "china", "other", "")] == [
        "Bench", "by sea", "factory bench", "other", "",
    ]  # fmt: skip
    assert [doer(id, titles, "zh") for id in ("zz", "sea", "china")] == ["工坊", "海运", "工厂工位"]
    assert doer("zz", titles, "de") == "Bench"


def test_two_partners_of_one_title_are_told_apart_by_their_ids() -> None:
    titles = partner_titles(seller(a=NAMES, b=NAMES, c={"en": "Other", "zh": "工坊"}))
    assert [doer(id, titles) for id in "abc"] == ["Bench (a)", "Bench (b)", "Other"]
    assert [doer(id, titles, "zh") for id in "abc"] == ["工坊（a）", "工坊（b）", "工坊（c）"]


def test_of_several_scenarios_the_first_says_what_a_partner_is_called() -> None:
    titles = partner_titles(seller(a=NAMES), seller(a={"en": "Late", "zh": "晚"}, b={"en": "New", "zh": "新"}))
    assert [doer(id, titles) for id in "ab"] == ["Bench", "New"]


def test_a_contract_tells_its_desks_and_several_stand_in_a_row() -> None:
    titles = partner_titles(seller(zz=NAMES))
    assert contract_name("zz", titles) == "Bench"
    assert contract_name("zz US, zz", titles) == "Bench (US); Bench"
    assert contract_name("VAC-L10 US", titles) == "VAC-L10 US"
    assert contract_name("", titles) == ""


def test_figures_of_partners_are_named_by_their_titles() -> None:
    titles = partner_titles(seller(zz=NAMES))
    assert full_name("partners.zz.yield_share", "en", titles) == "partners › Bench › yield share"
    assert lever_words("partners.zz.yield_share (factor)", "zh", titles).startswith("维修报价 › 工坊 › 修复率")


def test_a_decision_stored_before_names_partners_by_their_titles_too() -> None:
    scenario = seller(zz=NAMES)
    lines = agent_rules(policy_of("repair_local zz"), scenario).assign(title_en="repair at zz", title_zh="由 zz 维修")
    now = STUDY.upgrade(Stored({"ladder": lines}, {}), 1, [Case.of(scenario)])
    (line,) = now.tables["ladder"].to_dict("records")
    assert line["title_en"].endswith("repair at Bench")
    assert line["title_zh"].endswith("由工坊维修")
