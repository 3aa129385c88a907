"""The kit of one product in one market: what goes onto its page, into its box and into the own shop, in files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from warrantysim.promise.card import POINTS, box_card, key_points, quick_guide
from warrantysim.promise.document import Document, drawn, files, texts
from warrantysim.promise.facts import DAYS_A_MONTH, Facts, facts_by_name
from warrantysim.promise.facts import stated_text as named_text
from warrantysim.promise.lint import Finding, copied, lint
from warrantysim.promise.listing import Listing, ListingText, listing
from warrantysim.promise.pictures import icon
from warrantysim.promise.structured import Label, json_ld, legal_labels, whole_good
from warrantysim.promise.terms import StatementSubject, own_term, problems, time_fact, warranty_statement
from warrantysim.report.bundle import zipped

ICON_DOTS = 512
"""Width of an icon as PNG [pixels]."""
PRINTED = ("html", "pdf")
"""Forms of what is printed or shown, of those that can be made."""


@dataclass(frozen=True)
class Kit:
    """What one product gets in one market and language."""

    of: StatementSubject
    """The market and the times promised in it."""
    sku: str
    """The product."""
    lang: str
    """Language, by the name of its catalogue."""
    printed: bool
    """Whether the card in the box pays."""

    @cached_property
    def alone(self) -> StatementSubject:
        """The market with this product only."""
        return replace(self.of, skus=(self.sku,))

    @cached_property
    def facts(self) -> Facts:
        """What its texts are made of: name, term where a statement can be made, what US law calls it, time to the first
        answer where promised."""
        scenario = self.of.scenario
        (product, terms), *_ = self.alone.products
        names = {"en": product.name_en, "zh": product.name_zh}
        names |= {row.language: row.name for row in scenario.product_names if row.sku == self.sku}
        names = {lang: name[:1].upper() + name[1:] for lang, name in names.items()}
        found = [
            named_text("product", names, f"skus[{self.sku}]"),
        ]
        if self.stands:
            found.append(own_term("term", terms))
            if "US" in self.of.regime.names:  # Elsewhere nobody knows the word, or takes it for a restriction.
                found.append(named_text("designation", scenario.promise.designation, "promise.designation"))
        found += [time_fact(time) for time in self.of.times if time.step == "answer"]
        return facts_by_name(*found)

    @property
    def stands(self) -> bool:
        """Whether there is a statement behind it: what cannot be stated is not announced on a page or card either."""
        return not problems(self.alone)

    @cached_property
    def statement(self) -> Document:
        """The warranty statement of this product alone; empty where none can be made."""
        return warranty_statement(self.alone, self.lang) if self.stands else Document("none", self.lang, "", [])

    @cached_property
    def listing(self) -> Listing:
        """Its block on the marketplace's page."""
        return listing(self.of.scenario, self.sku, self.of.market, self.lang, self.facts, self.statement)

    @property
    def brand(self) -> Sequence[str]:
        """Words of the brand's own."""
        return tuple(filter(None, [self.of.promise.brand]))

    def documents(self) -> Iterator[Document]:
        """The guide, the key points, and the card where it pays."""
        made = (self.of.scenario, self.sku, self.lang, self.facts)
        yield quick_guide(*made, paper="us-letter" if "US" in self.of.regime.names else "a4")
        yield key_points(*made)
        if self.printed:
            yield box_card(*made)

    def files(self, forms: Sequence[str]) -> dict[str, bytes]:
        """All of it, by name; pictures and structured data only in the store's language."""
        out = files(list(self.documents()), [form for form in PRINTED if form in forms])
        made = self.listing.files(self.brand)
        if copied(self.of.market, self.lang):
            return out | {name: content for name, content in made.items() if not name.endswith(".png")}
        data = json_ld(self.of.scenario, self.sku, self.of.market, self.lang, self.facts, self.of.ends)
        return out | made | {"shop.jsonld": json.dumps(data, ensure_ascii=False, indent=2).encode()}

    def findings(self) -> Iterator[tuple[ListingText, Finding]]:
        """Every breach of a marketplace's rule in listing, product document and card."""
        yield from self.listing.findings(self.brand)
        reads = copied(self.of.market, self.lang)
        made = (self.of.scenario, self.sku, self.lang, self.facts)
        for place, document in (("document", self.statement), ("card", box_card(*made))):
            text = "\n".join(texts(document))
            for one in lint(place, self.of.market, self.lang, text, buyer_language=reads, own=self.brand):
                yield ListingText(place, document.name, text), one


def kit_files(kits: Sequence[Kit], forms: Sequence[str]) -> dict[str, bytes]:
    """A ZIP a product and market, with a folder a language, and the icons once."""
    packed: dict[str, dict[str, bytes]] = {}
    for kit in kits:
        inside = packed.setdefault(f"kit-{kit.of.market}-{kit.sku}.zip", {})
        inside |= {f"{kit.lang}/{name}": content for name, content in kit.files(forms).items()}
    icons = {}
    for name in POINTS.values():
        drawing = icon(name)
        icons[f"{name}.svg"], icons[f"{name}.png"] = drawing.encode(), drawn(drawing, ICON_DOTS / 24)
    return {name: zipped(inside) for name, inside in packed.items()} | {"icons.zip": zipped(icons)}


def labels_of(it: StatementSubject, sku: str) -> list[Label]:
    """Labels of the law beside a product."""
    (_, terms), *_ = replace(it, skus=(sku,)).products
    length = own_term("term", terms)
    months = length.value if length.unit == "months" else length.value / DAYS_A_MONTH
    return legal_labels(it.market, months, whole_good(it.scenario), 0.0, it.day)
