"""What machines and the law read beside a product of one's own shop: schema.org data, and the labels of the EU."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from warrantysim.packs import rows
from warrantysim.promise.facts import Facts
from warrantysim.promise.lint import rule_sources
from warrantysim.promise.texts import decimals, stated
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
