"""The report files a synthetic seller holds on the day he begins: in Amazon's columns, with Amazon's noise.

What is in them happened in the seller's simulation: units sold are those of its cohorts, returns within the platform's
window are claims the platform decided (FBA) or that came through it (FBM), later claims are the helpdesk's. Added are
returns without a fault and their refunds, pending and cancelled orders, resales of returned units (``amzn.gr.``), units
lost in warehouses, rows that two files share, reasons that are missing or vague; decimal commas and German dates in
Germany, cp1252 and cp932 by region.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.synthetic.seller import MARKETS, SyntheticSeller
from warrantysim.journeys.records import Closure, Finding
from warrantysim.money.categories import Category

STORES = {"US": "Amazon.com", "DE": "Amazon.de", "UK": "Amazon.co.uk", "JP": "Amazon.co.jp"}
REGIONS = {"na": ("US",), "eu": ("DE", "UK"), "fe": ("JP",)}
PREFIXES = {"US": (111, 115), "DE": (302, 307), "UK": (202, 207), "JP": (249, 251)}
CENTRES = {"US": "LEX1", "DE": "DTM2", "UK": "BHX4", "JP": "NRT5"}
NO_FAULT_REASONS = ("UNWANTED_ITEM", "NOT_COMPATIBLE", "ORDERED_WRONG_ITEM", "NO_LONGER_NEEDED", "NOT_AS_DESCRIBED")
REMORSE = 0.03
"""Units sent back without a fault within the window [share]."""
BLIND = {Finding.NFF: "no fault found", Finding.EXCLUDED: "misuse"}
"""What a bench says that found no fault of the unit."""
SEEN = (Finding.REPAIRED, Finding.NOT_REPAIRED, Finding.BER)
"""Findings of benches that know the fault."""
DECISIONS = {"REFUND": "refund", "RESHIP": "replacement", "REPAIR_LOCAL": "repair", "RETURN_CHINA": "return to factory",
             "SOLVED": "solved remotely", "DENIED": "denied", "DROPPED": "customer gave up"}  # fmt: skip
SYMPTOMS = {"dead": "dead", "intermittent": "intermittent", "weak": "weak", "no_connection": "no connection",
            "hot_or_swollen": "hot or swollen", "damaged": "damaged"}  # fmt: skip


def write_reports(seller: SyntheticSeller, folder: Path) -> dict[str, list[Path]]:
    """Write all files; their paths by kind of report, in the order in which a seller would import them."""
    books = Books(seller)
    folder.mkdir(parents=True, exist_ok=True)
    return {name: list(write(books, folder)) for name, write in WRITERS.items()}


class Books:
    """What the files are written from: every order and claim of the history, with what a seller sees of them."""

    def __init__(self, seller: SyntheticSeller) -> None:
        self.seller = seller
        self.generator = np.random.default_rng([77, seller.seed])
        self.now = pd.Timestamp(seller.today)
        self.claims = self._claims()
        self.orders = self._orders()
        self.remorse = self._remorse()

    def _claims(self) -> pd.DataFrame:
        """Claims opened so far, with the order each is of and what was spent on it."""
        seller = self.seller
        found = seller.claims.copy()
        for category in (Category.REFUND, Category.REFERRAL_RETURN, Category.REFUND_ADMINISTRATION, Category.RAIL_FEE,
                         Category.LABEL, Category.INSPECTION, Category.REPAIR_LABOUR, Category.PARTS,
                         Category.RETURNS_PROCESSING, Category.REMOVAL, Category.DISPUTE):  # fmt: skip
            found[f"spent_{category.name.lower()}"] = seller.spent(category)
        found = found[found["opened"] < self.now].reset_index(drop=True)
        first = found.groupby("unit")["sold"].transform("min")
        found["sold"] = first
        found["order"] = [_order_id(m, int(u)) for m, u in zip(found["market"], found["unit"], strict=True)]
        found["later"] = found["generation"] > 0
        return found

    def _orders(self) -> pd.DataFrame:
        """Every unit sold, a row each: those that claim by their claim's order, the others somewhere in their month."""
        seller, c = self.seller, self.seller.ready.cohorts
        sku, market = np.array(seller.truth.sku_ids)[c.sku], np.array(seller.truth.market_ids)[c.market]
        channel = np.array(seller.truth.channel_ids)[c.channel]
        # All units that ever claim have their own orders, later ones too: what is not yet known of them is that.
        whole = seller.claims[seller.claims["generation"] == 0].drop_duplicates("unit")
        own = [_order_id(m, int(u)) for m, u in zip(whole["market"], whole["unit"], strict=True)]
        same = whole[["sold", "sku", "market", "channel", "price"]]
        claimed = same.assign(order=own, claims=True)
        # Cohorts of one product, market and channel, by the start of their month.
        starts: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        for n, key in enumerate(zip(sku, market, channel, strict=True)):
            starts.setdefault(key, []).append((int(c.start[n]), n))
        left = c.units.astype(np.int64).copy()
        seconds = ((whole["sold"] - pd.Timestamp(seller.start)) / pd.Timedelta(seconds=1)).to_numpy()
        for key, at in zip(zip(whole["sku"], whole["market"], whole["channel"], strict=True), seconds, strict=True):
            of = [n for start, n in starts[key] if start <= at]
            left[max(of)] -= 1
        assert (left >= 0).all(), "more claims than units"
        row = np.repeat(np.arange(len(left)), left)
        at = c.start[row] + (self.generator.random(len(row)) * c.length[row]).astype(np.int64)
        prices = {(r.sku, r.market): r.list_price for r in seller.truth.sku_markets}
        others = pd.DataFrame({"order": [_order_id(m, int(k), 1) for m, k in zip(market[row], self.generator.integers(
                                   0, 2**62, len(row)), strict=True)],
                               "sold": seller.day(at), "sku": sku[row], "market": market[row], "channel": channel[row],
                               "price": [prices[key] for key in zip(sku[row], market[row], strict=True)],
                               "claims": False})  # fmt: skip
        found = pd.concat([claimed, others], ignore_index=True)
        return found[found["sold"] < self.now].sort_values(["sold", "order"], kind="stable").reset_index(drop=True)

    def _remorse(self) -> pd.DataFrame:
        """Orders sent back without a fault, with the day they came back."""
        mine = self.orders[~self.orders["claims"]]
        found = mine[self.generator.random(len(mine)) < REMORSE].copy()
        found["returned"] = found["sold"] + pd.to_timedelta(self.generator.uniform(5, 35, len(found)), unit="D")
        found["reason"] = self.generator.choice(
            [*NO_FAULT_REASONS, ""], len(found), p=[0.4, 0.15, 0.15, 0.15, 0.1, 0.05]
        )
        return found[found["returned"] < self.now].reset_index(drop=True)

    def name(self, sku: str) -> str:
        """What the product is called in listings."""
        return next(row.name_en for row in self.seller.truth.skus if row.sku == sku)

    def tax(self, market: str) -> tuple[float, bool]:
        """Tax of a market [share of the net price], and whether prices include it."""
        place = self.seller.truth.markets[market]
        return place.tax_share, place.prices_include_tax


def _order_id(market: str, key: int, salt: int = 0) -> str:
    """An order id as Amazon writes it, the same for the same unit."""
    low, high = PREFIXES[market]
    mixed = (key * 0x9E3779B97F4A7C15 + salt * 0x1B873593) % 2**64
    return f"{low + mixed % (high - low)}-{mixed // 997 % 10**7:07d}-{mixed // 7919 % 10**7 + salt:07d}"


def _iso(stamps: pd.Series) -> pd.Series:
    return pd.Series(stamps).dt.strftime("%Y-%m-%dT%H:%M:%S+00:00").fillna("")


def _money(amounts: Iterable[float], market: str, comma: bool = False) -> list[str]:
    digits = 0 if market == "JP" else 2
    texts = [f"{x:.{digits}f}" for x in amounts]
    return [text.replace(".", ",") for text in texts] if comma else texts


def _save(frame: pd.DataFrame, path: Path, encoding: str = "utf-8", sep: str = "\t") -> Path:
    text = frame.to_csv(sep=sep, index=False, lineterminator="\r\n")
    path.write_bytes(text.encode(encoding, errors="replace"))
    return path


def _halves(frame: pd.DataFrame, day: str, over: int = 20) -> list[pd.DataFrame]:
    """A table as two files that overlap by some days."""
    if len(frame) < 2:
        return [frame]
    middle = frame[day].min() + (frame[day].max() - frame[day].min()) / 2
    return [frame[frame[day] < middle + pd.Timedelta(days=over)], frame[frame[day] >= middle]]


def _named(sku: pd.Series, books: Books) -> dict[str, pd.Series]:
    bare = sku.str.replace(r"^amzn\.gr\.(.*)-[A-Za-z0-9]{6}$", r"\1", regex=True)
    return {"sku": sku, "asin": "B0" + bare.str.replace("-", "") + "ZZ", "fnsku": "X00" + bare.str.replace("-", ""),
            "product-name": bare.map(books.name)}  # fmt: skip


ORDER_COLUMNS = """
    amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel
    order-channel ship-service-level product-name sku asin item-status quantity currency item-price item-tax
    shipping-price shipping-tax gift-wrap-price gift-wrap-tax item-promotion-discount ship-promotion-discount
    ship-city ship-state ship-postal-code ship-country promotion-ids cpf is-business-order purchase-order-number
    price-designation signature-confirmation-recommended
"""


def all_orders(books: Books, folder: Path) -> Iterable[Path]:
    """All Orders, a file for each region and half: sales, replacements at no price, and what is no sale."""
    g = books.generator
    sold = books.orders.assign(status="Shipped", quantity=1)
    # Some buy two: the next order of the same cell becomes a part of the one before.
    plain = sold.index[~sold["claims"] & ~sold["order"].isin(books.remorse["order"])]
    pairs = sold.loc[plain].groupby(
        ["sku", "market", "channel", sold.loc[plain, "sold"].dt.strftime("%Y%m")], sort=True
    )
    first, second = [], []
    for _, mine in pairs:
        if len(mine) > 20 and g.random() < 0.5:
            first.append(mine.index[3])
            second.append(mine.index[4])
    sold.loc[first, "quantity"] = 2
    sold.loc[first, "price"] *= 2
    sold = sold.drop(second)
    extra = sold[~sold["claims"]].sample(frac=0.02, random_state=books.seller.seed)
    other = [_order_id(m, i, 5) for i, m in enumerate(extra["market"])]
    cancelled = extra.assign(order=other, status="Cancelled", quantity=0, price=np.nan)
    late = sold[sold["sold"] > books.now - pd.Timedelta(days=2)]
    pending = late.assign(
        order=[_order_id(m, i, 6) for i, m in enumerate(late["market"])], status="Pending", price=np.nan
    )
    resold = extra.head(6).assign(
        order=[_order_id(m, i, 7) for i, m in enumerate(extra["market"].head(6))],
        sku=["amzn.gr." + sku + "-Zq8Kd2" for sku in extra["sku"].head(6)], price=extra["price"].head(6) * 0.7,
        channel="FBA", quantity=1,
    )  # fmt: skip
    again = _replacements(books)
    again = again[["sku", "market"]].assign(
        order=again["new"], sold=again["shipped"], channel="FBA", price=0.0, status="Shipped", quantity=1
    )
    whole = pd.concat([sold, cancelled, pending, resold, again], ignore_index=True).sort_values("sold", kind="stable")
    for region, markets in REGIONS.items():
        mine = whole[whole["market"].isin(markets)]
        if len(mine):
            for n, part in enumerate(_halves(mine, "sold", 5)):
                yield _save(_order_rows(part, books), folder / f"all-orders-{region}-{n + 1}.txt", _coding(region))


def _coding(region: str) -> str:
    return {"na": "utf-8", "eu": "cp1252", "fe": "cp932"}[region]


def _order_rows(part: pd.DataFrame, books: Books) -> pd.DataFrame:
    price = part["price"].to_numpy(dtype=float)
    tax = np.array([books.tax(m)[0] for m in part["market"]])
    within = np.array([books.tax(m)[1] for m in part["market"]])
    item_tax = np.where(within, price * tax / (1 + tax), price * tax)
    shown = [
        ("", "") if np.isnan(p) else (_money([p], m)[0], _money([t], m)[0])
        for p, t, m in zip(price, item_tax, part["market"], strict=True)
    ]
    # Amazon's item-price of a country whose prices include tax includes it.
    columns = {
        "amazon-order-id": part["order"], "merchant-order-id": "", "purchase-date": _iso(part["sold"]),
        "last-updated-date": _iso(part["sold"] + pd.Timedelta(days=2)), "order-status": part["status"],
        "fulfillment-channel": part["channel"].map({"FBA": "Amazon", "FBM": "Merchant"}),
        "sales-channel": part["market"].map(STORES), "ship-service-level": "Standard",
        "product-name": _named(part["sku"], books)["product-name"], "sku": part["sku"],
        "asin": _named(part["sku"], books)["asin"],
        "item-status": part["status"].replace({"Pending": "Unshipped"}), "quantity": part["quantity"],
        "currency": [MARKETS[m][0] if p else "" for m, (p, _) in zip(part["market"], shown, strict=True)],
        "item-price": [p for p, _ in shown], "item-tax": [t for _, t in shown],
        "ship-city": "Springfield", "ship-postal-code": "00000",
        "ship-country": part["market"].replace({"UK": "GB"}), "is-business-order": "false",
    }  # fmt: skip
    return pd.DataFrame({name: columns.get(name, "") for name in ORDER_COLUMNS.split()}, index=part.index)


def fba_returns(books: Books, folder: Path) -> Iterable[Path]:
    """FBA customer returns by region: claims the platform decided, returns without a fault, resales that came back."""
    g = books.generator
    claims = books.claims[(books.claims["route"] == "PLATFORM") & (books.claims["channel"] == "FBA")]
    claims = claims[claims["closed"] < books.now]
    reasons = g.choice(["DEFECTIVE", "DAMAGED_BY_FC", "QUALITY_UNACCEPTABLE"], len(claims), p=[0.86, 0.08, 0.06])
    rows = [pd.DataFrame({"day": claims["closed"], "order": claims["order"], "sku": claims["sku"],
                          "market": claims["market"], "reason": reasons, "state": "DEFECTIVE"})]  # fmt: skip
    # As many vague reasons of units that are sound: half of them speak of a failure.
    vague = int((reasons == "QUALITY_UNACCEPTABLE").sum())
    plain = books.remorse[books.remorse["channel"] == "FBA"].copy()
    plain.loc[plain.index[:vague], "reason"] = "QUALITY_UNACCEPTABLE"
    rows.append(pd.DataFrame({"day": plain["returned"], "order": plain["order"], "sku": plain["sku"],
                              "market": plain["market"], "reason": plain["reason"], "state": "SELLABLE"}))  # fmt: skip
    resold = plain.head(2)
    again = [_order_id(m, i, 7) for i, m in enumerate(resold["market"])]
    graded = resold.assign(
        order=again, sku="amzn.gr." + resold["sku"] + "-Zq8Kd2", reason="DEFECTIVE", state="DEFECTIVE"
    )
    rows.append(graded.rename(columns={"returned": "day"})[["day", "order", "sku", "market", "reason", "state"]])
    whole = pd.concat(rows, ignore_index=True).sort_values("day", kind="stable").reset_index(drop=True)
    comments = np.array(["", "did not fit", "Gerät lädt nicht größer als 80 %", "stopped working"])
    for region, markets in REGIONS.items():
        mine = whole[whole["market"].isin(markets)]
        if not len(mine):
            continue
        said = comments[(np.arange(len(mine)) * 7) % 4]
        frame = pd.DataFrame({
            "return-date": _iso(mine["day"]), "order-id": mine["order"], **_named(mine["sku"], books), "quantity": 1,
            "fulfillment-center-id": mine["market"].map(CENTRES), "detailed-disposition": mine["state"],
            "reason": mine["reason"], "status": "Unit returned to inventory",
            "license-plate-number": [f"LPN{i:09d}" for i in mine.index], "customer-comments": said, "day": mine["day"],
        })  # fmt: skip
        for n, part in enumerate(_halves(frame, "day")):
            encoding = "cp1252" if region == "eu" else "utf-8"
            yield _save(part.drop(columns="day"), folder / f"fba-returns-{region}-{n + 1}.txt", encoding)


def mfn_returns(books: Books, folder: Path) -> Iterable[Path]:
    """MFN returns by market: claims within the window on orders the seller shipped, and returns without a fault."""
    claims = books.claims[books.claims["in_window"] & (books.claims["channel"] == "FBM") & ~books.claims["later"]]
    resolved = {int(Closure.REFUNDED): "StandardRefund", int(Closure.REPLACED): "ReplacementIssued"}
    rows = [pd.DataFrame({
        "order": claims["order"], "sold": claims["sold"], "asked": claims["opened"], "sku": claims["sku"],
        "market": claims["market"], "reason": "CR-DEFECTIVE", "label": claims["label_issued"],
        "cost": claims["spent_label"], "amount": claims["price"],
        "resolution": [resolved.get(int(x), "") for x in claims["closure"]],
        "refunded": np.where(claims["refunded"] < books.now, claims["spent_refund"], np.nan), "back": claims["arrived"],
    })]  # fmt: skip
    plain = books.remorse[books.remorse["channel"] == "FBM"]
    why = "CR-" + plain["reason"].replace({"": "UNWANTED_ITEM"})
    rows.append(pd.DataFrame({
        "order": plain["order"], "sold": plain["sold"], "asked": plain["returned"] - pd.Timedelta(days=4),
        "sku": plain["sku"], "market": plain["market"], "reason": why,
        "label": True, "cost": 5.5, "amount": plain["price"], "resolution": "StandardRefund",
        "refunded": plain["price"], "back": plain["returned"],
    }))  # fmt: skip
    whole = pd.concat(rows, ignore_index=True).sort_values("asked", kind="stable")
    for market in books.seller.markets:
        mine = whole[whole["market"] == market]
        if not len(mine):
            continue
        comma = market == "DE"
        day = "%d-%b-%Y" if market == "US" else "%Y-%m-%d"
        blank = [" "] * len(mine)
        cost = [c if k and x > 0 else " " for c, k, x in
                zip(_money(mine["cost"], market, comma), mine["label"], mine["cost"], strict=True)]  # fmt: skip
        frame = pd.DataFrame({
            "Order ID": mine["order"], "Order date": mine["sold"].dt.strftime(day),
            "Return request date": mine["asked"].dt.strftime(day), "Return request status": "Approved",
            "Amazon RMA ID": [f"D{o[4:11]}RRMA" for o in mine["order"]], "Merchant RMA ID": blank,
            "Label type": np.where(mine["label"], "AmazonPrePaidLabel", " "), "Label cost": cost,
            "Currency code": MARKETS[market][0], "Return carrier": "Carrier", "Tracking ID": blank,
            "Label to be paid by": np.where(mine["label"], "Seller", " "), "A-to-Z Claim": "N", "Is prime": "N",
            "ASIN": _named(mine["sku"], books)["asin"], "Merchant SKU": mine["sku"],
            "Item Name": mine["sku"].map(books.name), "Return quantity": 1, "Return Reason": mine["reason"],
            "In policy": "Y", "Return type": "C-Returns", "Resolution": mine["resolution"].replace({"": " "}),
            "Invoice number": blank, "Return delivery date": mine["back"].dt.strftime(day).fillna(" "),
            "Order Amount": _money(mine["amount"], market, comma), "Order quantity": 1, "SafeT Action reason": blank,
            "SafeT claim id": blank, "SafeT claim state": blank, "SafeT claim creation time": blank,
            "SafeT claim reimbursement amount": blank,
            "Refunded Amount": [" " if np.isnan(x) or x == 0 else t for x, t in
                                zip(mine["refunded"], _money(mine["refunded"].fillna(0), market, comma), strict=True)],
            "Order Item ID": blank,
        })  # fmt: skip
        yield _save(frame, folder / f"mfn-returns-{market.lower()}.txt", "cp1252" if comma else "utf-8")


SETTLEMENT_COLUMNS = """
    settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id
    merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id
    posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id sku
    quantity-purchased promotion-id
"""


def settlements(books: Books, folder: Path) -> Iterable[Path]:
    """Settlement V2 of the last twelve months, a file for each market and month: orders, refunds and fees as posted."""
    begin = books.now - pd.DateOffset(months=12)
    for market in books.seller.markets:
        postings = _postings(books, market)
        postings = postings[(postings["at"] >= begin) & (postings["at"] < books.now)]
        for month, mine in postings.groupby(postings["at"].dt.strftime("%Y-%m")):
            frame = _settlement(mine.sort_values("at", kind="stable"), market, str(month))
            yield _save(
                frame, folder / f"settlement-{market.lower()}-{month}.txt", "cp1252" if market == "DE" else "utf-8"
            )


def _postings(books: Books, market: str) -> pd.DataFrame:
    """What the platform posts of a market: (at, order, sku, type, amount type, description, amount)."""
    tax, within = books.tax(market)
    rows: list[pd.DataFrame] = []

    def post(at: pd.Series, order: pd.Series, sku: pd.Series, kind: str, of: str, what: str, amount: pd.Series) -> None:
        frame = pd.DataFrame({"at": at, "order": order, "sku": sku, "amount": amount}).assign(
            kind=kind, of=of, what=what
        )
        rows.append(frame[frame["amount"].round(2) != 0])

    mine = books.orders[books.orders["market"] == market]
    net = mine["price"] / (1 + tax) if within else mine["price"]
    sold = (mine["sold"] + pd.Timedelta(days=2), mine["order"], mine["sku"])
    post(*sold, "Order", "ItemPrice", "Principal", net)
    post(*sold, "Order", "ItemPrice", "Tax", net * tax)
    post(*sold, "Order", "ItemFees", "Commission", -0.15 * mine["price"])
    back = books.remorse[books.remorse["market"] == market]
    net = back["price"] / (1 + tax) if within else back["price"]
    gone = (back["returned"], back["order"], back["sku"])
    post(*gone, "Refund", "ItemPrice", "Principal", -net)
    post(*gone, "Refund", "ItemPrice", "Tax", -net * tax)
    post(*gone, "Refund", "ItemFees", "Commission", 0.15 * back["price"])
    post(*gone, "Refund", "ItemFees", "RefundCommission", -0.03 * back["price"])
    all_claims = books.claims
    claims = all_claims[(all_claims["market"] == market) & (all_claims["spent_rail_fee"] == 0)]
    paid = claims[claims["refunded"].notna() & (claims["spent_refund"] != 0)]
    when = (paid["refunded"], paid["order"], paid["sku"])
    post(*when, "Refund", "ItemPrice", "Principal", -paid["spent_refund"])
    post(*when, "Refund", "ItemPrice", "Tax", -paid["spent_refund"] * tax)
    post(*when, "Refund", "ItemFees", "Commission", -paid["spent_referral_return"])
    post(*when, "Refund", "ItemFees", "RefundCommission", -paid["spent_refund_administration"])
    kept = claims[claims["route"] == "PLATFORM"]
    done = (kept["closed"], kept["order"], kept["sku"])
    post(*done, "Order", "ItemFees", "FBACustomerReturnPerUnitFee", -kept["spent_returns_processing"])
    post(*done, "other-transaction", "other-transaction", "DisposalComplete", -kept["spent_removal"])
    return pd.concat(rows, ignore_index=True)


def _settlement(mine: pd.DataFrame, market: str, month: str) -> pd.DataFrame:
    german = market == "DE"

    def at(stamps: pd.Series) -> pd.Series:
        return stamps.dt.strftime("%d.%m.%Y %H:%M:%S UTC" if german else "%Y-%m-%d %H:%M:%S UTC")

    ends = pd.Series([mine["at"].min().normalize(), mine["at"].max().normalize() + pd.Timedelta(days=1)])
    amounts = [round(x, 2) for x in mine["amount"]]
    head = {"settlement-id": f"9{month.replace('-', '')}{len(mine):05d}", "currency": MARKETS[market][0]}
    total = {**head, "settlement-start-date": at(ends)[0], "settlement-end-date": at(ends)[1],
             "deposit-date": at(ends)[1], "total-amount": _money([sum(amounts)], "US", german)[0]}  # fmt: skip
    columns = {
        "settlement-id": head["settlement-id"], "transaction-type": mine["kind"], "order-id": mine["order"],
        "marketplace-name": STORES[market], "amount-type": mine["of"], "amount-description": mine["what"],
        "amount": _money(amounts, "US", german),
        "posted-date": mine["at"].dt.strftime("%d.%m.%Y" if german else "%Y-%m-%d"), "posted-date-time": at(mine["at"]),
        "sku": mine["sku"], "quantity-purchased": np.where((mine["what"] == "Principal").to_numpy(), "1", ""),
    }  # fmt: skip
    body = pd.DataFrame({name: columns.get(name, "") for name in SETTLEMENT_COLUMNS.split()}, index=mine.index)
    return pd.concat(
        [pd.DataFrame([{name: total.get(name, "") for name in SETTLEMENT_COLUMNS.split()}]), body], ignore_index=True
    )


def _replacements(books: Books) -> pd.DataFrame:
    """Replacements sent for FBA orders: the order of each, and its own."""
    sent = books.claims[(books.claims["route"] == "RESHIP") & (books.claims["channel"] == "FBA")]
    sent = sent[sent["shipped"].notna() & (sent["shipped"] < books.now)]
    new = [
        _order_id(m, int(u) % 2**62 + g, 3)
        for m, u, g in zip(sent["market"], sent["unit"], sent["generation"], strict=True)
    ]
    return sent.assign(new=new)


def replacements(books: Books, folder: Path) -> Iterable[Path]:
    """FBA replacements by region."""
    whole = _replacements(books).sort_values("shipped", kind="stable")
    for region, markets in REGIONS.items():
        mine = whole[whole["market"].isin(markets)]
        if len(mine):
            frame = pd.DataFrame({
                "shipment-date": _iso(mine["shipped"]), "sku": mine["sku"], "asin": _named(mine["sku"], books)["asin"],
                "fulfillment-center-id": mine["market"].map(CENTRES),
                "original-fulfillment-center-id": mine["market"].map(CENTRES), "quantity": 1,
                "replacement-reason-code": "2", "replacement-amazon-order-id": mine["new"],
                "original-amazon-order-id": mine["order"],
            })  # fmt: skip
            yield _save(frame, folder / f"fba-replacements-{region}.txt")


def reimbursements(books: Books, folder: Path) -> Iterable[Path]:
    """Reimbursements: units lost or damaged in warehouses, which are no claims; the same rows for every marketplace."""
    g = books.generator
    lost = books.orders[(books.orders["channel"] == "FBA") & (g.random(len(books.orders)) < 0.001)]
    for region, markets in REGIONS.items():
        mine = lost[lost["market"].isin(markets)]
        if not len(mine):
            continue
        comma = region == "eu"
        each = [_money([0.6 * p], m, comma)[0] for p, m in zip(mine["price"], mine["market"], strict=True)]
        frame = pd.DataFrame({
            "approval-date": _iso(mine["sold"] + pd.Timedelta(days=9)),
            "reimbursement-id": [f"{7000000 + i}" for i in mine.index], "case-id": "", "amazon-order-id": "",
            "reason": np.where(mine.index % 2 == 0, "Lost_Warehouse", "Damaged_Warehouse"),
            **_named(mine["sku"], books), "condition": "NewItem",
            "currency-unit": mine["market"].map(lambda m: MARKETS[m][0]), "amount-per-unit": each,
            "amount-total": each, "quantity-reimbursed-cash": 1, "quantity-reimbursed-inventory": 0,
            "quantity-reimbursed-total": 1, "original-reimbursement-id": "", "original-reimbursement-type": "",
        })  # fmt: skip
        for n in range(2 if len(markets) > 1 else 1):
            yield _save(frame, folder / f"reimbursements-{region}-{n + 1}.txt")


def _diagnosis(claims: pd.DataFrame) -> list[str]:
    """What a bench says it found: a workshop names the fault, a hub that only tests knows that there is one."""
    return [
        BLIND.get(Finding(f), ("defective" if partner.startswith("hub") else fault) if Finding(f) in SEEN else "")
        for f, fault, partner in zip(claims["finding"], claims["fault"], claims["partner"], strict=True)
    ]


def claims_log(books: Books, folder: Path) -> Iterable[Path]:
    """The helpdesk's log of claims that did not go through the platform's returns, in columns of its own."""
    claims = books.claims
    through = ~claims["later"] & claims["in_window"] & claims["channel"].isin(["FBA", "FBM"])
    mine = claims[~through & (claims["route"] != "PLATFORM")].sort_values("opened", kind="stable")
    known = mine["bench_out"].notna() & (mine["bench_out"] < books.now)
    over = mine["closed"].notna() & (mine["closed"] < books.now)
    paid = mine["refunded"].notna() & (mine["refunded"] < books.now)
    bill = mine["spent_inspection"] + mine["spent_repair_labour"] + mine["spent_parts"]
    decided = mine["routed"] < books.now
    tested = mine["partner"].str.startswith("hub")
    worked = known & ~tested
    billed = known & (mine["partner"] != "")
    evidence = np.where(mine["evidence"] > 0, np.where(mine["route"] == "DROPPED", "asked, not given", "given"), "")
    frame = pd.DataFrame({
        "Ticket": [f"T-{n + 1:06d}" for n in range(len(mine))], "Order number": mine["order"],
        "Created": mine["opened"].dt.strftime("%Y-%m-%d %H:%M"), "Purchase date": mine["sold"].dt.strftime("%Y-%m-%d"),
        "Delivered": mine["delivered"].dt.strftime("%Y-%m-%d"), "SKU": mine["sku"], "Country": mine["market"],
        "Channel": mine["channel"], "Price paid": mine["price"].round(2),
        "Currency": mine["market"].map(lambda m: MARKETS[m][0]), "Symptom": mine["symptom"].map(SYMPTOMS),
        "Diagnosis": np.where(known, _diagnosis(mine), ""),
        "Decision": np.where(decided, mine["route"].map(DECISIONS), ""),
        "Closed": mine["closed"].where(over).dt.strftime("%Y-%m-%d").fillna(""),
        "Refunded": [f"{x:.2f}" if y and x else "" for x, y in zip(mine["spent_refund"], paid, strict=True)],
        "Partner": mine["partner"].where(decided, ""),
        "Repair cost": [f"{x:.2f}" if y and x else "" for x, y in zip(bill, billed, strict=True)],
        "Repair minutes": [f"{x:.0f}" if y else "" for x, y in zip(mine["bench_minutes"], worked, strict=True)],
        "Evidence": evidence, "Denied": np.where(decided & (mine["route"] == "DENIED"), "yes", "no"),
        "Disputed": np.where(over & mine["disputed"], "yes", "no"), "Reopened": np.where(mine["later"], "yes", "no"),
    })  # fmt: skip
    if len(frame):
        yield _save(frame, folder / "helpdesk.csv", sep=",")


def partner_bills(books: Books, folder: Path) -> Iterable[Path]:
    """What each repair partner billed, a line a unit."""
    claims = books.claims[(books.claims["partner"] != "") & (books.claims["bench_out"] < books.now)]
    outcomes = {Finding.NFF: "no fault found", Finding.EXCLUDED: "no fault found", Finding.REPAIRED: "repaired",
                Finding.NOT_REPAIRED: "not repaired", Finding.BER: "beyond economic repair"}  # fmt: skip
    for partner, mine in claims.groupby("partner"):
        market = str(mine["market"].iloc[0])
        amount = mine["spent_inspection"] + mine["spent_repair_labour"] + mine["spent_parts"]
        frame = pd.DataFrame({
            "Partner": partner, "Invoice date": mine["bench_out"].dt.strftime("%Y-%m-%d"), "SKU": mine["sku"],
            "Order number": mine["order"], "Finding": _diagnosis(mine), "Level": mine["level"],
            "Minutes": "" if str(partner).startswith("hub") else mine["bench_minutes"].round(0),
            "Parts": mine["spent_parts"].round(2), "Amount": amount.round(2),
            "Currency": MARKETS[market][0], "Outcome": [outcomes.get(Finding(f), "") for f in mine["finding"]],
            "Received": mine["arrived"].dt.strftime("%Y-%m-%d"),
            "Shipped": mine["shipped"].where(mine["shipped"] < books.now).dt.strftime("%Y-%m-%d").fillna(""),
        }).sort_values("Invoice date", kind="stable")  # fmt: skip
        yield _save(frame, folder / f"bills-{partner}.csv", sep=",")


def carrier_scans(books: Books, folder: Path) -> Iterable[Path]:
    """Labels issued and what became of them, by market."""
    claims = books.claims[books.claims["label_issued"] & (books.claims["routed"] < books.now)]
    kg = {row.sku: row.weight_kg for row in books.seller.truth.skus}
    for market, mine in claims.groupby("market"):
        used = mine["scanned"].notna() & (mine["scanned"] < books.now)
        frame = pd.DataFrame({
            "Tracking number": [f"1Z{market}{n:08d}" for n in range(len(mine))], "Service": "Returns Ground",
            "Country": market,
            "Issued": mine["routed"].dt.strftime("%Y-%m-%d %H:%M"),
            "First scan": mine["scanned"].where(used).dt.strftime("%Y-%m-%d %H:%M").fillna(""),
            "Delivered": mine["arrived"].where(mine["arrived"] < books.now).dt.strftime("%Y-%m-%d %H:%M").fillna(""),
            "Weight kg": mine["sku"].map(kg),
            "Amount": [f"{x:.2f}" if u else "" for x, u in zip(mine["spent_label"], used, strict=True)],
            "Currency": MARKETS[str(market)][0],
        }).sort_values("Issued", kind="stable")  # fmt: skip
        yield _save(frame, folder / f"scans-{str(market).lower()}.csv", sep=",")


WRITERS = {
    "all_orders": all_orders,
    "fba_returns": fba_returns,
    "mfn_returns": mfn_returns,
    "fba_replacements": replacements,
    "settlement": settlements,
    "reimbursements": reimbursements,
    "claims_log": claims_log,
    "partner_bills": partner_bills,
    "scans": carrier_scans,
}
"""Who writes each kind of report, in the order a seller would import them."""
