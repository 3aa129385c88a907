"""What a ledger line is for: its category, its subject, the obligation behind it, and whether it is cash.

The numbers are part of stored ledgers: append, never renumber.
"""

from __future__ import annotations

from enum import IntEnum


class Category(IntEnum):
    """What money was spent on or came from; costs are positive, credits negative."""

    CONTACT = 0
    """Answering the claimant."""
    GUIDE = 1
    """Troubleshooting guide: agent time of a claim, or its copy in the box of a unit sold."""
    EVIDENCE = 2
    """Handling photos and videos."""
    REFUND = 3
    """Money back, net of tax."""
    REFERRAL_RETURN = 4
    """Referral fee the platform gives back on a refund; a credit."""
    REFUND_ADMINISTRATION = 5
    """What the platform keeps of that."""
    RAIL_FEE = 6
    """Bank or wallet fee and conversion loss of a refund outside the platform."""
    PLATFORM_PATH = 7
    """Fixed cost of a claim the platform decided."""
    RETURNS_PROCESSING = 8
    """Platform's fee for a returned unit."""
    REMOVAL = 9
    """Platform's fee for removing or disposing of a unit."""
    REPLACEMENT_UNIT = 10
    """New unit, landed cost."""
    FULFILMENT = 11
    """Sending a replacement."""
    LABEL = 12
    """Prepaid return label."""
    KIT = 13
    """Packing kit for lithium goods; special packing of a suspect one."""
    HUB = 14
    """Receiving at the hub."""
    STORAGE = 15
    """Storage at hub or partner."""
    INSPECTION = 16
    """Testing at the hub; a partner's receiving, triage and assessment fees."""
    REPAIR_LABOUR = 17
    """Repair fee or bench time."""
    PARTS = 18
    """Parts, billed or consigned."""
    PARTNER_FIXED = 19
    """Onboarding and retainer."""
    MINIMUM_SHORTFALL = 20
    """What a month lacks to the contract's minimum."""
    TIER_REBATE = 21
    """Volume discount; a credit."""
    SLA_CREDIT = 22
    """Partner's credit for late work; a credit."""
    FREIGHT = 23
    """Consolidated freight, either way."""
    CUSTOMS_ENTRY = 24
    """Brokers, entry fees and examinations."""
    DUTY = 25
    """Import duty."""
    UNRECOVERABLE_TAX = 26
    """Import tax that is not recovered, and rebates paid back."""
    DEPOSIT = 27
    """China's deposit: locked on entry, released on exit, forfeited where a clock was missed."""
    DEPOSIT_CARRYING = 28
    """Cost of the capital or the guarantee behind it."""
    RETURN_SHIPPING = 29
    """Sending the claimant's own unit back."""
    DISPOSAL = 30
    """Scrapping a unit."""
    COUPON = 31
    """Coupon redeemed after a denial."""
    PAID_REPAIR = 32
    """Margin of a paid repair; a credit."""
    DISPUTE = 33
    """Dispute fees, and the value paid where a dispute was lost."""
    SUPPLIER_RECOVERY = 34
    """Credit from the maker for a proven fault."""
    UNIT_RECOVERY = 35
    """B-stock, harvested parts, units the platform resells; a credit."""
    STOCK_IN = 36
    """Repaired unit handed to the swap pool, at its transfer value."""
    STOCK_OUT = 37
    """Repaired unit taken from the swap pool, at its transfer value."""
    STOCK_WRITE_DOWN = 38
    """Change of what closing pool stock beyond its need is worth less."""
    WAITING = 39
    """Expected cost of waiting beyond the grace."""
    REVIEW = 40
    """Expected goodwill lost once a wait is long enough to be reviewed."""
    DISPUTE_SHADOW = 41
    """Expected cost of a counted defect after such a wait."""
    GIVEN_UP = 42
    """What a claim would cost more had its customer not given up."""


class Kind(IntEnum):
    """How real a line is."""

    CASH = 0
    """Money that is paid or received."""
    EXPECTED = 1
    """Probability times consequence; nobody pays it on a stated day."""
    STOCK = 2
    """Value that moves between claims and the swap pool; no money changes hands."""


MONEY = (Kind.CASH, Kind.STOCK)
"""Cash and the value of stock used up: what a disposition costs before customers' patience is priced."""


class Subject(IntEnum):
    """Whose line it is."""

    CLAIM = 0
    """One claim, by its own doing."""
    CONTRACT = 1
    """A partner's contract, whatever the claims."""
    DISPATCH = 2
    """A claim's share of the bill of a dispatch."""
    STOCK = 3
    """The swap pool itself."""
    SALE = 4
    """Units sold, whether they fail or not."""


class Obligation(IntEnum):
    """Why the seller bears it."""

    LEGAL = 0
    """The law of the market binds at this age."""
    VOLUNTARY = 1
    """The seller's own warranty."""
    GOODWILL = 2
    """Neither."""


EXPECTED_CATEGORIES = frozenset({Category.WAITING, Category.REVIEW, Category.DISPUTE_SHADOW, Category.GIVEN_UP})
"""Categories whose lines are `Kind.EXPECTED`."""
STOCK_CATEGORIES = frozenset({Category.STOCK_IN, Category.STOCK_OUT, Category.STOCK_WRITE_DOWN})
"""Categories whose lines are `Kind.STOCK`."""


def kind_of(category: Category) -> Kind:
    """The kind of a category's lines; a category has one."""
    if category in EXPECTED_CATEGORIES:
        return Kind.EXPECTED
    return Kind.STOCK if category in STOCK_CATEGORIES else Kind.CASH


class CostPart(IntEnum):
    """The parts a cost, and so a saving, is told in; a category is in one."""

    HANDLING = 0
    """Handling and freight: contact, parcels, hub, freight, customs, the platform's own way."""
    STOCK = 1
    """Stock and recovery: replacements, the swap pool, what units fetch."""
    SUPPLIER = 2
    """Supplier and contracts: repair partners, the factory bench, the maker's credit."""
    CUSTOMERS = 3
    """What customers get or go without: refunds, disputes, waiting, giving up."""


PARTS = tuple(part.name.lower() for part in CostPart)
"""Names of the parts, in order."""

_IN_PART = {
    CostPart.STOCK: "replacement_unit unit_recovery stock_in stock_out stock_write_down",
    CostPart.SUPPLIER: "repair_labour parts partner_fixed minimum_shortfall tier_rebate sla_credit supplier_recovery",
    CostPart.CUSTOMERS: (
        "refund referral_return refund_administration rail_fee coupon paid_repair dispute waiting review "
        "dispute_shadow given_up"
    ),
    CostPart.HANDLING: (
        "contact guide evidence platform_path returns_processing removal fulfilment label kit hub storage inspection "
        "freight customs_entry duty unrecoverable_tax deposit deposit_carrying return_shipping disposal"
    ),
}

PART_OF = {Category[name.upper()]: part for part, names in _IN_PART.items() for name in names.split()}
"""Part of every category."""
