"""What stands on a marketplace's page of a product: attribute, description, A+ pictures, each where it is allowed.

Nothing of a warranty stands in title or bullets. A+ shows what the promise rests on without naming it: tests, cycles,
how to reset, what is in the box. Every text is held against the rules of its place before it goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warrantysim.packs import rows
from warrantysim.promise.document import Document, texts
from warrantysim.promise.facts import Fact, Facts, designation
from warrantysim.promise.lint import Finding, copied, lint, may_state
from warrantysim.promise.pictures import LINE, SOFT, Art, Canvas, least_letters, size_of
from warrantysim.promise.texts import said, stated
from warrantysim.report.export import csv_bytes
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

PROOFS = {
    "plug_cycles": "plug",
    "charge_cycles": "battery",
    "test_hours": "clock",
    "drop_height": "drop",
    "checks": "check",
}
"""What a product was put to, and the icon of it."""
MOST_PROOFS = 4
"""Pictures in a row of A+ content [count]."""


@dataclass(frozen=True)
class ListingText:
    """One text of a listing."""

    place: str
    """The field."""
    name: str
    """Its name: of an attribute, of a picture."""
    text: str
    """What stands in it."""


@dataclass(frozen=True)
class Listing:
    """The block of one product in one market."""

    sku: str
    """The product."""
    market: str
    """The market."""
    lang: str
    """Language, by the name of its catalogue."""
    entries: tuple[ListingText, ...]
    """Texts in the order of a page."""
    art: tuple[Art, ...] = field(default=(), repr=False)
    """Pictures of the A+ content."""

    def findings(self, own: Sequence[str] = ()) -> Iterator[tuple[ListingText, Finding]]:
        """Every breach of a rule of its market; ``own``: words of the brand's own."""
        reads = copied(self.market, self.lang)
        for entry in self.entries:
            for one in lint(entry.place, self.market, self.lang, entry.text, own=own, buyer_language=reads):
                yield entry, one
        for art in self.art:
            measures = {"text_px": art.smallest, "file_mb": len(art.png()) / 1e6}
            words = "\n".join(art.texts)
            for one in lint("aplus", self.market, self.lang, words, own=own, buyer_language=reads, measures=measures):
                yield ListingText("aplus", art.name, words), one

    def table(self) -> pd.DataFrame:
        """A row a text: market, language, sku, place, name, text."""
        import pandas as pd

        head = {"market": self.market, "language": self.lang, "sku": self.sku}
        told = [{**head, **{name: str(text) for name, text in vars(one).items()}} for one in self.entries]
        return pd.DataFrame(told, columns=[*head, "place", "name", "text"])

    def files(self, own: Sequence[str] = ()) -> dict[str, bytes]:
        """Its files: texts and findings as tables, pictures as SVG and PNG."""
        out = {"listing.csv": csv_bytes(self.table()), "findings.csv": csv_bytes(found_table(self.findings(own)))}
        for art in self.art:
            out[f"aplus/{art.name}.svg"], out[f"aplus/{art.name}.png"] = art.svg.encode(), art.png()
        return out


FOUND = (
    "place", "name", "severity", "rule", "found", "start", "end",
    "about_en", "instead_en", "about_zh", "instead_zh", "since", "sources",
)  # fmt: skip
"""Columns of findings."""


def found_table(found: Iterable[tuple[ListingText, Finding]]) -> pd.DataFrame:
    """A row a breach of a rule."""
    import pandas as pd

    rows = [
        (entry.place, entry.name, one.severity, one.rule.rule, one.found, one.start, one.end, one.rule.about["en"],
         one.rule.instead["en"], one.rule.about["zh"], one.rule.instead["zh"],
         str(one.rule.since or ""), "; ".join(one.rule.sources))
        for entry, one in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(FOUND))


def listing(scenario: Scenario, sku: str, market: str, lang: str, facts: Facts, statement: Document) -> Listing:
    """The block of a product in a market, in the language of its store.

    Parameters
    ----------
    facts
        ``product`` with what else the texts name; without ``term`` nothing is said of a warranty.
    statement
        The whole statement, which stands in the description where a market takes all of it or nothing.
    """
    entries = list(_told(scenario, market, lang, facts, statement)) if "term" in facts else []
    art = tuple(_art(scenario, sku, lang, facts))
    entries += [ListingText("aplus_alt", one.name, one.alt) for one in art]
    return Listing(sku, market, lang, tuple(entries), art)


def _told(scenario: Scenario, market: str, lang: str, facts: Facts, statement: Document) -> Iterator[ListingText]:
    """What attributes and description say of the warranty."""
    usual = [
        row["attribute"]
        for row in rows("promise/attributes")
        if row["holds"] == "line" and (not row["markets"] or market in row["markets"].split("|"))
    ]
    line = said(f"attribute.{designation(facts)}", lang, facts)
    yield from (ListingText("attribute", name, line) for name in scenario.promise.attributes or usual)
    if (about := _description(market, lang, facts, statement)) is not None:
        yield ListingText("description", "", about)


def _description(market: str, lang: str, facts: Facts, statement: Document) -> str | None:
    """What the description says of the warranty; None where it may say nothing."""
    allowed = may_state("description", market)
    if allowed == "fact":
        return said("description.fact", lang, facts)
    if allowed == "full":
        whole = "\n".join(dict.fromkeys(texts(statement)))
        broken = [one for one in lint("description", market, lang, whole) if one.severity == "error"]
        return None if broken else whole
    return None


def product_fact(scenario: Scenario, sku: str, about: str, lang: str = "") -> Fact | None:
    """What the seller states of a product; None where he states none."""
    found = [row for row in scenario.product_facts if (row.sku, row.about) == (sku, about)]
    mine = [row for row in found if row.language in ("", lang, lang[:2])]
    if not mine:
        return None
    row, path = mine[-1], f"product_facts.{sku}.{about}"
    if row.value is not None:
        return Fact(about, int(row.value) if row.value.is_integer() else row.value, "count", path)
    return Fact(about, row.text, "text", path)


def _art(scenario: Scenario, sku: str, lang: str, facts: Facts) -> Iterator[Art]:
    """Pictures of what the seller states of a product; none where he states nothing."""
    proofs = {name: fact for name in PROOFS if (fact := product_fact(scenario, sku, name, lang))}
    proofs = dict(list(proofs.items())[:MOST_PROOFS])
    if proofs:
        yield _overlay(lang, facts)
    for name, fact in proofs.items():
        yield _proof(name, fact, lang, facts)
    if seconds := product_fact(scenario, sku, "reset_seconds", lang):
        yield _reset(lang, {**facts, "seconds": seconds.called("seconds")})
    if box := product_fact(scenario, sku, "box", lang):
        yield _box(lang, {**facts, "box": box})


def _overlay(lang: str, facts: Facts) -> Art:
    sheet = Canvas("overlay", lang)
    least, middle = least_letters(sheet.width), sheet.height / 2
    title, name = said("aplus.tested", lang, facts), stated(facts["product"], lang)
    size, broken = sheet.fitted(title, least * 1.6, 640, bold=True)
    small, below = sheet.fitted(name, least * 1.2, 640)
    top = middle - (size * len(broken) + small * len(below)) * LINE / 2
    sheet.icon("check", 70, middle - 80, 160)
    top += sheet.words(title, 280, top, size, 640, bold=True)
    sheet.words(name, 280, top, small, 640, colour=SOFT)
    return sheet.art("overlay", said("aplus.tested.alt", lang, facts))


def _proof(name: str, fact: Fact, lang: str, facts: Facts) -> Art:
    sheet, filled = Canvas("four", lang), {**facts, "value": fact.called("value")}
    sheet.icon(PROOFS[name], 110, 28, 80)
    top = 128 + sheet.words(
        said(f"proof.{name}.value", lang, filled), 150, 122, 54, 280, lines=1, middle=True, bold=True
    )
    sheet.words(said(f"proof.{name}", lang, filled), 150, top + 6, 24, 270, middle=True)
    return sheet.art(name, said(f"proof.{name}.alt", lang, filled))


def _reset(lang: str, facts: Facts) -> Art:
    sheet = Canvas("side", lang)
    sheet.icon("press", 100, 30, 100)
    top = 150 + sheet.words(said("aplus.reset", lang, facts), 150, 150, 30, 280, lines=1, middle=True, bold=True)
    sheet.words(said("aplus.reset.how", lang, facts), 150, top + 4, 24, 270, lines=3, middle=True)
    return sheet.art("reset", said("aplus.reset.alt", lang, facts))


def _box(lang: str, facts: Facts) -> Art:
    sheet = Canvas("highlights", lang)
    width, _ = size_of("highlights")
    sheet.icon("box", 100, 24, 100)
    top = 140 + sheet.words(said("aplus.box", lang, facts), width / 2, 140, 28, 280, lines=1, middle=True, bold=True)
    sheet.words(stated(facts["box"], lang), width / 2, top + 8, 24, 270, lines=6, middle=True)
    return sheet.art("box", said("aplus.box.alt", lang, facts))
