"""What a seller must say himself before he can promise anything: who he is, where it holds, what it leaves out."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

from pydantic import Field

from warrantysim.schema.ranges import Share
from warrantysim.schema.strict import FreeText, Row, Strict

Exclusion = Literal["battery_wear", "wear", "misuse", "accident", "opened", "force_majeure", "lost", "proof"]
EXCLUSIONS: tuple[Exclusion, ...] = get_args(Exclusion)
"""What a warranty may leave out, in the order it is written."""
Step = Literal["answer", "label", "inspection", "remedy", "closed"]
STEPS: tuple[Step, ...] = get_args(Step)
"""What is promised within a time, in the order of a claim: the first answer; the label; the test after arrival;
replacement, repaired unit or money under way; all of it."""


class Promise(Strict):
    """What the seller says of himself in warranty statements; of this only what is left out moves claims and costs."""

    brand: str = ""
    """Name on the product [text]."""
    guarantor: str = ""
    """Who gives the warranty: name of the company [text]."""
    address: FreeText = ""
    """Its postal address [text]."""
    contact: str = ""
    """Where claims are made besides the marketplace: mail address or web page [text]."""
    phone: str = ""
    """Telephone number; France and Japan demand one [text]."""
    territory: Literal["", "market", "worldwide"] = ""
    """Where it holds: in the country of sale, or everywhere [market|worldwide]."""
    designation: Literal["limited", "full"] = "limited"
    """What US law calls it; full demands repair free of charge, a refund or a new unit after failed attempts, and no
    limit of implied warranties [limited|full]."""
    exclusions: tuple[Exclusion, ...] = EXCLUSIONS
    """What it leaves out: battery_wear, wear, misuse, accident, opened, force_majeure, lost, proof; excluded faults
    that name another one are covered [text]."""
    covered_once: tuple[Exclusion, ...] = ()
    """Of these, what it covers in the first claim of a unit, and leaves out in later ones [text]."""
    battery_capacity_share: Share | None = None
    """Share of the stated capacity below which a battery counts as faulty within the term; empty: not said. Faults of
    battery_wear with no more left are covered [share, 0-1]."""
    limits_implied: bool = False
    """Whether warranties the law implies end with the written one, where it lets them [true|false]."""
    excludes_damages: bool = False
    """Whether damage that follows from a fault is left out, where the law lets it [true|false]."""
    attributes: tuple[str, ...] = ()
    """Attributes of listings that hold the line on the warranty, as the marketplace's template of the product names
    them; empty takes the usual ones [list of text]."""
    valid_from: dt.date | None = None
    """Units sold from this day on have it; empty takes the first day of the horizon [date]."""


class PromisedTime(Row):
    """A time customers are told; informative: it is held against what is simulated, and changes nothing."""

    key_fields = ("market", "step")
    market: str
    """Market [id]."""
    step: Step
    """What is done within it [answer|label|inspection|remedy|closed]."""
    days: int = Field(ge=1, le=3650)
    """Within so many days [days, 1-3650]."""
    working: bool = False
    """Whether days from Monday to Friday are meant [true|false]."""
    quantile: float = Field(default=0.9, ge=0.5, lt=1)
    """Share of the claims it holds for [share, 0.5-1]."""


class ProductName(Row):
    """A product's name in a language customers read; informative: it is shown and not simulated."""

    key_fields = ("sku", "language")
    sku: str
    """Product [id]."""
    language: str
    """Language of the name: de, ja, fr [text]."""
    name: str
    """Its name [text]."""


ProductAbout = Literal[
    "archetype", "guide_url", "box", "reset_seconds",
    "plug_cycles", "charge_cycles", "test_hours", "drop_height", "checks",
]  # fmt: skip
"""What may be stated of a product: its kind; where its guide stands on the web; what is in its box; for how long its
button is held to reset it; what it was put to."""


class ProductFact(Row):
    """What a product is and was put to, as its pages and the card in its box show it; informative: it is shown and not
    simulated."""

    key_fields = ("sku", "about", "language")
    sku: str
    """Product [id]."""
    about: ProductAbout
    """What is stated of it [archetype|guide_url|box|reset_seconds|plug_cycles|charge_cycles|test_hours|drop_height|
    checks]."""
    language: str = ""
    """Language of the text: en, de, ja, zh; empty for every language [text]."""
    text: FreeText = ""
    """Text of archetype, guide_url and box [text]."""
    value: float | None = Field(default=None, ge=0, le=1_000_000_000)
    """Figure of the others: seconds, cycles, hours, metres, checks; empty for a text [number, 0-1000000000]."""
