"""The kit of one product in one market: what goes onto its page, into its box and into the own shop, in files."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from warrantysim.packs import rows
from warrantysim.promise.card import POINTS, box_card, key_points, quick_guide
from warrantysim.promise.document import Document, drawn, texts
from warrantysim.promise.document_files import files
from warrantysim.promise.facts import DAYS_A_MONTH, Facts, facts_by_name
from warrantysim.promise.facts import stated_text as named_text
from warrantysim.promise.lint import Finding, copied, lint, rule_sources
from warrantysim.promise.listing import Listing, ListingText, listing
from warrantysim.promise.pictures import icon
from warrantysim.promise.terms import StatementSubject, own_term, problems, time_fact, warranty_statement
from warrantysim.promise.texts import decimals, stated
from warrantysim.report.export import zipped
from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.root import Scenario

UNIT_CODES = {"years": "ANN", "months": "MON", "days": "DAY"}
"""UN/CEFACT codes of the units a term is told in."""
SCHEMA = "https://schema.org"
PARTS_AND_LABOUR = "http://purl.org/goodrelations/v1#PartsAndLabor-BringIn"
"""Parts and work are covered, and the customer hands the product over: nobody fetches it from his home."""
OWN_SHOP = "OWN"
"""The channel structured data are for."""
WEAR = frozenset({"battery_wear", "wear"})
"""What, left out of a guarantee, leaves it short of the whole good."""


def json_ld(
    scenario: Scenario, sku: str, market: str, lang: str, facts: Facts, ends: Collection[str] = ()
) -> dict[str, Any]:
    """A product with its offer, warranty and return policy, as schema.org names them.

    Parameters
    ----------
    facts
        ``product``, and ``term`` where a statement can be made.
    ends
        What becomes of claims, of `times.ENDS`: schema.org knows a scope for repairs alone.
    """
    day, country = scenario.horizon.first_day, scenario.markets[market].country
    terms = RowsByDate(scenario.sku_markets, lambda row: (row.sku, row.market)).on((sku, market), day)
    offer: dict[str, Any] = {
        "@type": "Offer",
        "eligibleRegion": {"@type": "Country", "name": country},
        "itemCondition": f"{SCHEMA}/NewCondition",
    }
    if (term := facts.get("term")) is not None:
        length = {"@type": "QuantitativeValue", "value": term.value, "unitCode": UNIT_CODES[term.unit]}
        offer["warranty"] = {"@type": "WarrantyPromise", "durationOfWarranty": length}
        if "repaired" in ends:
            offer["warranty"]["warrantyScope"] = {"@type": "WarrantyScope", "@id": PARTS_AND_LABOUR}
    if terms is not None:
        digits = decimals(terms.currency)
        offer |= {"price": f"{terms.list_price:.{digits}f}", "priceCurrency": terms.currency}
    windows = RowsByDate(scenario.windows, lambda row: (row.market, row.channel))
    if (window := windows.on((market, OWN_SHOP), day)) is not None:
        offer["hasMerchantReturnPolicy"] = {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": country,
            "returnPolicyCountry": country,
            "returnPolicyCategory": f"{SCHEMA}/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": round(window.window_days),
            "returnMethod": f"{SCHEMA}/ReturnByMail",
            "refundType": f"{SCHEMA}/FullRefund",
            "itemDefectReturnFees": f"{SCHEMA}/FreeReturn",
        }
    made: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Product",
        "sku": sku,
        "name": str(stated(facts["product"], lang)),
        "offers": offer,
    }
    if scenario.promise.brand:
        made["brand"] = {"@type": "Brand", "name": scenario.promise.brand}
    return made


@dataclass(frozen=True)
class Label:
    """A label or notice of the law beside a product."""

    label: str
    """Its name: ``notice``, ``garan``."""
    duty: str
    """``owed``, ``may`` (it may be worn) or ``forbidden``."""
    about: Mapping[str, str]
    """What the rule says, by language of the reader."""
    file: str
    """Where the official file is, in the language of the market."""
    over_months: float
    """Term that must be exceeded; 0 where none must [months]."""
    since: dt.date
    """First day the rule holds."""
    sources: tuple[str, ...]
    """Where it was read."""


def legal_labels(market: str, months: float, whole_good: bool, fee: float, on: dt.date) -> list[Label]:
    """What the law says of labels beside a product with such a guarantee, on a day.

    Parameters
    ----------
    months
        Length of the guarantee [months].
    whole_good
        Whether no part is left out of it.
    fee
        What the customer pays for it.
    """
    out = []
    regime = {row["market"]: row for row in rows("promise/regimes")}
    for row in rows("promise/labels"):
        since = dt.date.fromisoformat(row["from"])
        if market not in row["markets"].split("|") or on < since:
            continue
        over = float(row["over_months"] or 0)
        worn = months > over and (row["whole_and_free"] != "true" or (whole_good and fee == 0))
        about = {lang: row[f"rule_{lang}"] for lang in ("en", "zh")}
        read = tuple(rule_sources()[code] for code in row["source"].split())
        file = "; ".join(row["file"].format(eli=eli) for eli in regime[market]["eli"].split("|"))
        out.append(Label(row["label"], row["duty"] if worn else "forbidden", about, file, over, since, read))
    return out


def whole_good(scenario: Scenario) -> bool:
    """Whether the warranty leaves no part of the product out: neither wear nor the battery's."""
    return not WEAR & set(scenario.promise.exclusions)


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
