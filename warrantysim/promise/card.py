"""The card in the box, the guide it leads to, and the key points of a page: documents made of facts and steps."""

from __future__ import annotations

from collections.abc import Sequence

from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Block, Box, Document, Drawing, Paper, TextTable
from warrantysim.promise.facts import Fact, Facts, designation
from warrantysim.promise.guide import Step, guide_kind, guide_steps, symptoms_of
from warrantysim.promise.listing import product_fact
from warrantysim.promise.pictures import code, icon
from warrantysim.promise.texts import Said, said
from warrantysim.schema.root import Scenario

ICON_MM = 8.0
"""Width of an icon on paper [mm]."""
MAINS = {
    "card.stop": "card.stop.mains",
    "step.check_power": "step.check_power.mains",
    "symptom.hot_or_swollen": "symptom.hot_or_swollen.mains",
}
"""Texts that speak of a battery, and what a product without one is told instead."""
POINTS = {"term": "shield", "support": "person", "answer": "clock"}
"""Key points and their icons."""


def steps_in(scenario: Scenario, sku: str, lang: str) -> list[tuple[Step, Said]]:
    """Steps of a product in order, each with its text."""
    kind = guide_kind(scenario, sku)
    return [
        (step, said(_fitting(scenario, sku, f"step.{step.step}"), lang, _value(step))) for step in guide_steps(kind)
    ]


def _fitting(scenario: Scenario, sku: str, key: str) -> str:
    """The text of a key for a product: nobody is asked to look after a battery that is not there."""
    battery = next(row.battery for row in scenario.skus if row.sku == sku)
    return MAINS.get(key, key) if battery == "none" else key


def _value(step: Step) -> dict[str, Fact]:
    if step.value is None:
        return {}
    value = int(step.value) if step.value.is_integer() else step.value
    return {"value": Fact("value", value, "count", f"packs/archetypes/steps.csv: {step.step}")}


def box_card(scenario: Scenario, sku: str, lang: str, facts: Facts, paper: Paper = "a6") -> Document:
    """The card in the box: the steps, when to stop, the code of the guide and where to write, and the key points.

    Parameters
    ----------
    facts
        ``product``; ``term`` where a statement can be made; ``answer`` where a time to the first answer is promised.
    """
    blocks: list[Block] = [
        Sentence(said("card.lead", lang)),
        Points([text for _, text in steps_in(scenario, sku, lang)], numbered=True),
        Box([Sentence(said(_fitting(scenario, sku, "card.stop"), lang), "warn")]),
        *_where_to_go(scenario, sku, lang, facts),
        *_points(scenario, lang, facts),
    ]
    return Document(f"card-{sku}-{lang}", lang, said("card.title", lang, facts), blocks, paper)


def quick_guide(scenario: Scenario, sku: str, lang: str, facts: Facts, paper: Paper = "a4") -> Document:
    """The guide on one page, printed or on the web: every step with its time, and the steps by what one sees."""
    steps = steps_in(scenario, sku, lang)
    head = [said(f"guide.{name}", lang) for name in ("step", "try", "time", "worked")]
    table = [
        [_number(n, lang), text, _minutes(step, lang), said("guide.yes_no", lang)]
        for n, (step, text) in enumerate(steps, 1)
    ]
    tried = [step for step, _ in steps]
    seen = [
        _seen(symptom, said(_fitting(scenario, sku, f"symptom.{symptom}"), lang), tried, lang)
        for symptom in symptoms_of(scenario, sku)
    ]
    blocks: list[Block] = [
        Sentence(said("card.lead", lang)),
        Box([Sentence(said(_fitting(scenario, sku, "card.stop"), lang), "warn")]),
        TextTable(table, head, widths=(2, 11, 3, 4)),
        Sentence(said("guide.symptoms", lang), "head"),
        Points(seen),
        *_where_to_go(scenario, sku, lang, facts),
        Sentence(said("point.rights", lang), "note"),
    ]
    return Document(f"guide-{sku}-{lang}", lang, said("guide.title", lang, facts), blocks, paper)


def _where_to_go(scenario: Scenario, sku: str, lang: str, facts: Facts) -> list[Block]:
    """Where to write, beside the code of the guide where there is one."""
    help_ = Sentence(said("card.help", lang))
    address = product_fact(scenario, sku, "guide_url", lang)
    if address is None:
        return [help_]
    about = Sentence(said("card.code", lang, {"guide_url": address}), "note")
    return [code(f"code-{sku}", str(address.value), said("card.code.alt", lang, facts), (help_, about))]


def _number(n: int, lang: str) -> Said:
    return said("guide.number", lang, {"number": Fact("number", n, "count", "place of the step")})


def _minutes(step: Step, lang: str) -> Said:
    minutes = Fact("minutes", round(step.minutes), "count", f"packs/archetypes/steps.csv: {step.step}")
    return said("guide.minutes", lang, {"minutes": minutes})


def _seen(symptom: str, what: Said, steps: Sequence[Step], lang: str) -> Said:
    """A symptom in words with the numbers of the steps that help; none where none does."""
    places = [n for n, step in enumerate(steps, 1) if symptom in step.symptoms]
    if not places:
        return what
    facts = {
        "symptom": Fact("symptom", str(what), "text", "symptoms"),
        "steps": Fact("steps", [str(n) for n in places], "list", "packs/archetypes/steps.csv"),
    }
    return said("guide.helps" if len(places) > 1 else "guide.helps_one", lang, facts)


def key_points(scenario: Scenario, sku: str, lang: str, facts: Facts) -> Document:
    """Key points with their icons, for the own shop, brand pages and print; never for a marketplace's page.

    Parameters
    ----------
    facts
        ``product``; ``term`` where a statement can be made; ``answer`` where a time to the first answer is promised.
    """
    return Document(f"points-{sku}-{lang}", lang, said("point.title", lang), _points(scenario, lang, facts))


def _points(scenario: Scenario, lang: str, facts: Facts) -> list[Block]:
    blocks: list[Block] = []
    for name, drawing in POINTS.items():
        if name == "support" or name in facts:
            told = Sentence(said(f"point.{designation(facts) if name == 'term' else name}", lang, facts))
            blocks.append(Drawing(f"icon-{drawing}", icon(drawing), "", ICON_MM, (told,)))
    return [*blocks, Sentence(said("point.rights", lang), "note")]
