"""Where the seller sells: markets, sales channels and the law that binds there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from warrantysim.schema.amounts import Amount, Currency
from warrantysim.schema.dated import Dated, DatedRow
from warrantysim.schema.dispositions import Disposition
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.errors import Checked, wrong
from warrantysim.schema.ranges import Age, Days, Kilograms, Share, SomeDays, SomeUnits, Weekday
from warrantysim.schema.strict import Strict

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


ServiceMode = Literal["own_unit", "advance_exchange"]
LadderStep = Literal["reship", "partial_refund", "refund"]
SIZE_CLASSES = ("small", "mid", "large")
DatedShare = Dated[Share]
NOBODY = DatedShare.model_validate(0.0)
"""A share of nobody, whatever the day."""


class BySize(Strict):
    """An amount for each size class of product."""

    small: Amount
    """Small parcel, to about 1 kg [amount]."""
    mid: Amount
    """Medium parcel [amount]."""
    large: Amount
    """Large parcel, above about 8 kg [amount]."""


class Title(Strict):
    """A name in both languages of the product."""

    en: str
    """English [text]."""
    zh: str
    """Chinese [text]."""


class Customer(Strict):
    """How claimants of a market behave."""

    ship_lag_days: Distribution
    """From receiving the label to handing the parcel over [days]."""
    label_unused_share: Share
    """Issued labels never used: the claim lapses [share, 0-1]."""
    lapse_days: SomeDays = 45.0
    """Days after which an unused label lapses [days, 0.001-3650]."""
    reopen_share: Share = 0.0
    """Lapsed claims opened once more [share, 0-1]."""
    reopen_lag_days: Distribution = Distribution(kind="constant", params={"value": 30.0})
    """From the lapse to the second opening [days]."""
    patience_days: SomeDays | None = None
    """Days after which a customer left without a remedy gives up waiting; by default the longest time a legal floor of
    the market states, or 45 [days, 0.001-3650]."""
    wrong_box_share: Share = 0.0
    """Parcels that hold another product or nothing [share, 0-1]."""
    insist_money_early_share: Share
    """Claimants who insist on money in the first ``insist_early_days`` of the unit's age [share, 0-1]."""
    insist_money_late_share: Share
    """The same later [share, 0-1]."""
    insist_early_days: Age = 30.0
    """Age to which the early share holds [days, 0-36500]."""
    consent_to_money_share: DatedShare = NOBODY
    """Claimants who take money offered to them where the law gives a repair or replacement first, or leaves them the
    choice, by day of the claim [share, 0-1]."""
    chooses_replacement_share: DatedShare = NOBODY
    """Claimants who choose a replacement where the law leaves them the choice between it and a repair, and who cannot
    be refused it as out of proportion, by day of the claim [share, 0-1]."""
    refurbished_consent_share: DatedShare = NOBODY
    """Claimants who ask for a repaired unit as replacement where the law wants that request, by day of the claim
    [share, 0-1]."""


class Parcel(Strict):
    """Domestic parcels between customers and places in the market."""

    card: str
    """Rate card of the prepaid label [rate card id]."""
    zone: str = ""
    """Zone of that card, where it has zones [text]."""
    billed: Literal["on_scan", "on_issue"] = "on_scan"
    """When the carrier bills a label [on_scan|on_issue]."""
    transit_days: Distribution
    """Domestic transit, either way [days]."""
    loss_share: Share
    """Parcels lost on the way, either way [share, 0-1]."""
    damage_share: Share = 0.0
    """Units damaged on the way to the bench: beyond repair on arrival [share, 0-1]."""
    fulfilment: BySize
    """Pick, pack and ship one replacement or returned unit to the customer [amount]."""
    kit: Amount | None = None
    """Packing kit sent with the label, for lithium goods [amount]."""


class Hub(Strict):
    """The local place that receives returns bound for China."""

    receive: BySize
    """Receive and inspect one unit [amount]."""
    test: BySize
    """Functional test of one unit [amount]."""
    handling_days: Distribution
    """From arrival to tested [days]."""
    nff_sensitivity: Share = 0.85
    """No-fault units recognised by the test [share, 0-1]."""
    excluded_sensitivity: Share = 0.7
    """Misuse recognised by the test [share, 0-1]."""
    storage_per_m3_month: Amount
    """Storage while waiting for the dispatch [amount per cubic metre and month]."""
    disposal_per_unit: Amount
    """Disposal, per unit [amount]."""
    disposal_per_kg: Amount
    """Disposal, per kg [amount]."""
    disposal_lithium_per_kg: Amount
    """Disposal of goods with a lithium battery, per kg [amount]."""


class Consolidation(Strict):
    """When collected units leave for China: the first trigger that is met sends the whole batch."""

    rule: Literal["weight", "count", "age", "weekday", "hybrid"]
    """Which triggers count; ``hybrid`` uses every stated one [text]."""
    weight_kg: Kilograms | None = None
    """Leave when the batch reaches this chargeable weight; the unit that crosses it goes too [kg, 0.000001-100000]."""
    count: SomeUnits | None = None
    """Leave at this many units [units, 1-1000000]."""
    age_days: SomeDays | None = None
    """Leave this long after the clock started [days, 0.001-3650]."""
    clock: Literal["first_item", "last_dispatch"] = "first_item"
    """What starts the age clock [first_item|last_dispatch]."""
    weekdays: tuple[Weekday, ...] = ()
    """Days of the week on which batches leave, Monday 0 [0-6]."""
    hour: float = Field(default=16.0, ge=0, lt=24)
    """Hour of a weekday departure, UTC [hours, 0-24)."""


class ChinaLane(Strict):
    """One way from a market's hub to the China bench and back."""

    out_lane: str
    """Freight lane to China [lane id]."""
    back_lane: str
    """Freight lane back [lane id]."""
    consolidation: Consolidation
    """When the batch leaves."""
    out_days: Distribution
    """Departure to arrival at the China customs point [days]."""
    back_days: Distribution
    """Departure from China to arrival at the market's hub [days]."""
    back_every_days: SomeDays = 7.0
    """Return freight leaves with replenishment every so many days [days, 0.001-3650]."""
    carton_loss_share: Share = 0.0
    """Dispatches lost whole, each way [share, 0-1]."""


class Market(Strict):
    """One market: money, time zone, customers, parcels, hub and ways to China."""

    title: Title
    """Name of the market."""
    country: str
    """ISO country code [text]."""
    currency: Currency
    """Local currency [ISO code]."""
    time_zone: str
    """IANA time zone [text]."""
    tax_share: Share
    """VAT, consumption or sales tax in the price [share of the net price, 0-1]."""
    prices_include_tax: bool
    """Whether list prices include that tax [true|false]."""
    customer: Customer
    """How claimants behave."""
    parcel: Parcel
    """Domestic parcels."""
    hub: Hub
    """The local hub."""
    china: Mapping[str, ChinaLane] = Field(default_factory=dict)
    """Ways to the China bench by name (air, sea); empty where there is none."""
    china_default: str = ""
    """The way used where a rule names none [key of ``china``]."""
    service: Mapping[Disposition, ServiceMode] = Field(default_factory=dict)
    """Service mode of repair_local and return_china; own_unit where not stated."""
    ladder: tuple[LadderStep, ...] = ("reship", "refund")
    """Settlement after loss, failed repair, beyond repair or stock-out, in order."""
    partial_offer_share: Share = 0.4
    """Partial refund offered where the ladder has that step [share of value, 0-1]."""
    partial_uptake_share: Share = 0.5
    """Claimants who accept it and keep the unit [share, 0-1]."""
    stock_wait_days: Days = 7.0
    """How long a claimant waits for replenishment before the ladder's next step [days, 0-3650]."""
    renewal: Mapping[Literal["replace", "repair"], Literal["non_renewing", "restarts", "extended"]] = Field(
        default_factory=dict
    )
    """What a replacement or a repair does to the warranty end; non_renewing where not stated."""
    extension_days: Days = 365.0
    """Length of one extension, granted once in a unit's life [days, 0-3650]."""


class Channel(Strict):
    """One sales channel: who decides in the return window, how money goes back, when rules bind."""

    title: Title
    """Name of the channel."""
    platform: bool
    """Whether orders run over a marketplace platform [true|false]."""
    window_decider: Literal["platform", "seller"]
    """Who decides a claim inside the return window [platform|seller]."""
    binding: Literal["order_date", "claim_date"]
    """Which date a change of rules binds by [order_date|claim_date]."""
    rail_days: Age = 180.0
    """Age of the order to which the platform still refunds and gives the referral fee back [days, 0-36500]."""
    platform_cost: Amount | None = None
    """What a claim decided by the platform costs on top of the refund [amount]."""
    platform_days: Days = 7.0
    """From opening to closure of such a claim [days, 0-3650]."""
    platform_recovery_share: Share = 0.0
    """Landed cost recovered from units the platform takes back [share, 0-1]."""


class WindowRow(DatedRow):
    """The platform's own return window, per market and channel, apart from the warranty."""

    key_fields = ("market", "channel")
    market: str
    """Market [id]."""
    channel: str
    """Channel [id]."""
    window_days: Age
    """Days from delivery [days, 0-36500]."""


class Rail(Strict):
    """A way money goes back to the customer once the platform no longer does it."""

    fee_share: Share = 0.0
    """Fee as a share of the refund [share, 0-1]."""
    fee_fixed: Amount
    """Fixed fee a payment [amount]."""
    fx_spread_share: Share = 0.0
    """Loss on conversion [share, 0-1]."""
    days: Days = 3.0
    """From order to payment [days, 0-3650]."""


def ladders_end_with_money(s: Scenario) -> Checked:
    """Every ladder ends with a refund, so that every claim can be closed."""
    for key, market in s.markets.items():
        if not market.ladder or market.ladder[-1] != "refund":
            yield wrong(
                f"markets.{key}.ladder",
                "expected a ladder that ends with refund, got {ladder}",
                ladder=list(market.ladder),
            )


def batches_can_leave(s: Scenario) -> Checked:
    """A consolidation rule states the trigger it goes by."""
    fields = {"weight": "weight_kg", "count": "count", "age": "age_days", "weekday": "weekdays"}
    for key, market in s.markets.items():
        for way, lane in market.china.items():
            at, rule = f"markets.{key}.china.{way}.consolidation", lane.consolidation
            stated = [field for field in fields.values() if getattr(rule, field)]
            if rule.rule == "hybrid" and not {"age_days", "weekdays"} & set(stated):
                yield wrong(
                    at, "a hybrid rule needs age_days or weekdays, or the last units of a slow season never leave"
                )
            if rule.rule != "hybrid" and fields[rule.rule] not in stated:
                yield wrong(at, "the rule {rule!r} needs {fields}", rule=rule.rule, fields=fields[rule.rule])
