"""A seller's last months simulated under the rule in force, beside what his books say of them.

The scenario is moved to the months of the books, with the units sold in each of them. Money and events count in the
month in which they arise, on both sides, whether their claim opened then or before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.workers import Workers, results, until_cancelled
from warrantysim.files.books import Books
from warrantysim.files.importers.proposals import unfinished_months
from warrantysim.fitting.history import LOG, RETURNS, BookTables, also_in, covered_months, months_of, says_yes
from warrantysim.journeys.records import Route
from warrantysim.money.categories import Category
from warrantysim.schema.dated import BEGINNING
from warrantysim.schema.dispositions import MONEY
from warrantysim.schema.errors import BadInput, first_message
from warrantysim.schema.paths import tree_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.products import Sales
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import SoldUnits, month_name

FIGURES = ("claims", "refunds", "reships", "labels", "bills", "fees")
"""What is held against the books: claims opened, money back, units sent instead, return labels, bills of repair
partners, fees the platform keeps or charges for a return."""
OF_MONEY = {
    "refunds": (Category.REFUND,),
    "labels": (Category.LABEL,),
    "bills": (Category.INSPECTION, Category.REPAIR_LABOUR, Category.PARTS),
    "fees": (Category.RETURNS_PROCESSING, Category.REFUND_ADMINISTRATION),
}
"""Categories of the ledger each is made of."""
BY = ("market", "category", "month")
"""What figures are told by."""
UNDATED = (
    "sku_markets", "fx", "customs", "tariffs", "platform_fees", "windows", "rate_cards", "label_rates",
    "freight_lanes", "freight_breaks",
)  # fmt: skip
"""Tables whose first rows hold for the months of the books, too, where they begin later; laws begin when they do."""
STEPS = frozenset({"up_to", "from_quantity"})
"""Columns that tell the steps of one price list: these begin together."""
BEHIND = 24
"""Months before the window whose sales may still claim, at least [months]."""


def whole_cells(cells: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Cells as whole numbers, rows of which add up to 0 and columns to ``sums``, each of which is that of its column
    rounded up or down.

    A cell is rounded up or down too, away from the nearest as seldom as can be: whole units that flow through rows and
    columns, for which there always is a way (controlled rounding, Bacharach 1966).
    """
    from scipy.optimize import linprog
    from scipy.sparse import eye_array, kron, vstack

    cells = cells.round(6)
    (n, m), down = cells.shape, np.floor(cells)
    found = linprog(
        (1.0 - 2.0 * (cells - down)).ravel(),
        A_eq=vstack([kron(eye_array(n), np.ones((1, m))), kron(np.ones((1, n)), eye_array(m))]),
        b_eq=[*-down.sum(axis=1), *(sums - down.sum(axis=0))],
        bounds=np.column_stack([np.zeros(n * m), (cells > down).ravel()]),
        method="highs-ds",
    )
    return np.asarray(down + found.x.round().reshape(n, m) if found.success else cells.round())


def window(books: Books, months: int) -> tuple[int, int]:
    """First and last of the last months that orders and claims cover whole: of orders those an import proposes.

    Raises
    ------
    BadInput
        Where there is none.
    """
    covered = covered_months(books, ("orders", RETURNS, LOG))
    claims = [ends for name, ends in covered.items() if name != "orders"]
    if "orders" not in covered or not claims:
        raise BadInput("no month of the books has both orders and claims; import returns or a claims log")
    last = min(covered["orders"][1], max(ends[1] for ends in claims))
    unfinished = {month.year * 12 + month.month - 1 for part in unfinished_months(books).values() for month in part}
    while last in unfinished:
        last -= 1
    first = max(last - months + 1, covered["orders"][0], min(ends[0] for ends in claims))
    if first > last:
        raise BadInput("no month of the books has both orders and claims; import returns or a claims log")
    return first, last


def in_the_books(scenario: Scenario, books: BookTables, first: int, last: int) -> Scenario:
    """The scenario moved to months of the books, with what was sold in each; sales before the books are as stated.

    Raises
    ------
    BadInput
        Where the scenario cannot be had for these months.
    """
    try:
        return _moved(scenario, books, first, last)
    except ValueError as error:
        raise BadInput(
            "the scenario cannot be moved to {since} to {until}, the months of the books: {why}; ask for fewer months",
            since=month_name(first),
            until=month_name(last),
            why=str(first_message(error)),
        ) from None


def _moved(scenario: Scenario, books: BookTables, first: int, last: int) -> Scenario:
    begins, after = (dt.date(m // 12, m % 12 + 1, 1) for m in (first, last + 1))
    horizon = scenario.horizon.replace(first_day=begins, days=(after - begins).days, run_out_days=0)
    moved: dict[str, Any] = {"horizon": horizon, "deliveries": (), "claims_table": (), "assumptions": ()}
    for name in UNDATED:
        moved[name] = _from_the_beginning(getattr(scenario, name))
    plain = tree_of(scenario, set(type(scenario).model_fields) - scenario.TABLES.keys() - moved.keys())
    moved |= {name: begun for name, value in plain.items() if (begun := _begun(value)) != value}
    orders = books.table("orders")
    orders = orders[(orders["status"] == "sold") & orders["kind"].isin(("sale", "replacement"))]
    known = orders["sku"].isin(scenario.sku_ids) & orders["market"].isin(scenario.market_ids)
    orders = orders[known & orders["channel"].isin(scenario.channel_ids)]
    sold = orders.assign(month=months_of(orders["day"])).groupby(["sku", "market", "channel", "month"])["units"].sum()
    whole = covered_months(books, ("orders",))["orders"]
    stated, rows = SoldUnits(scenario), []
    keys = list(dict.fromkeys([*stated.keys, *((str(a), str(b), str(c)) for a, b, c, _ in sold.index)]))
    back = max(BEHIND, int(max(row.warranty_days for row in scenario.sku_markets) / 30) + 6)
    for key in keys:
        months = np.arange(first - back, last + 1)
        before = stated.by_month(key, months) if key in stated.keys else np.zeros(len(months))
        units = [float(sold.get((*key, m), 0.0)) if m >= whole[0] else b for m, b in zip(months, before, strict=True)]
        sku, market, channel = key
        for m, n in zip(months.tolist(), units, strict=True):
            row = {"sku": sku, "market": market, "channel": channel, "month": month_name(m), "units_per_month": n}
            rows.append(Sales.model_validate(row))
    return scenario.replace(**moved, sales=rows)


def stated_later(scenario: Scenario, day: dt.date) -> dict[str, str]:
    """Tables with rows that `in_the_books` lets hold before they begin, and the last of these days; of those that
    begin after ``day``."""
    found = {}
    for name in UNDATED:
        begins = [row.from_ for row in _firsts(getattr(scenario, name)) if row.from_ > day]
        if begins:
            found[name] = max(begins).isoformat()
    return found


def _from_the_beginning(rows: Sequence[Any]) -> list[Any]:
    """Rows of which the first of each key holds always."""
    first = {id(row) for row in _firsts(rows)}
    return [row.replace(from_=BEGINNING) if id(row) in first and row.from_ != BEGINNING else row for row in rows]


def _firsts(rows: Sequence[Any]) -> list[Any]:
    """The rows each key begins with: of a price list all steps of its first day."""
    keys = [tuple(getattr(row, name) for name in type(row).key_fields if name not in STEPS) for row in rows]
    begins: dict[Any, dt.date] = {}
    for key, row in zip(keys, rows, strict=True):
        begins[key] = min(row.from_, begins.get(key, row.from_))
    return [row for key, row in zip(keys, rows, strict=True) if row.from_ == begins[key]]


def _begun(value: Any) -> Any:
    """A plain value in which the first of dated steps holds always."""
    if isinstance(value, dict):
        return {key: _begun(child) for key, child in value.items()}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(step, dict) and set(step) == {"from", "value"} for step in value):
        return [{**value[0], "from": BEGINNING.isoformat()}, *value[1:]]
    return [_begun(child) for child in value]


def of_the_model(
    scenario: Scenario, policy: Policy, replications: range, seed: int, *, jobs: Workers = 1, progress: Any = None,
    cancel: Any = None,
) -> tuple[pd.DataFrame, list[Failure]]:  # fmt: skip
    """Figures of every year simulated: columns draw, figure, market, category, month, count, amount [reporting
    currency]; category is that of the product.
    """
    frames, failures = [], []
    stream = results(partial(_year), scenario, [policy], seed, replications, jobs=jobs)
    for draw, found in zip(replications, until_cancelled(stream, cancel), strict=False):
        if isinstance(found, Failure):
            failures.append(found)
        else:
            frames.append(pd.DataFrame(found).assign(draw=draw))
        if progress is not None:
            progress(len(frames) + len(failures), len(replications))
        if cancel is not None and cancel():
            break
    columns = ["draw", "figure", *BY, "count", "amount"]
    whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    first = scenario.horizon.first_day.year * 12 + scenario.horizon.first_day.month - 1
    at = [month_name(first + int(m)) for m in whole["month"]]
    markets, kinds = dict(enumerate(scenario.market_ids)), dict(enumerate(row.category for row in scenario.skus))
    named = whole.assign(market=whole["market"].map(markets), category=whole["sku"].map(kinds), month=at)
    return named[columns], failures


def _year(scenario: Scenario, policies: Sequence[Policy], seed: int, draw: int) -> dict[str, Any] | Failure:
    try:
        run, ledger = priced_run(scenario, policies[0], births(scenario, seed, draw), seed, draw)
    except Exception as error:
        return Failure(0, draw, type(error).__name__, str(error), "")
    r, days = run.records, scenario.market_days
    end = scenario.horizon.first_day + dt.timedelta(days=scenario.horizon.days - 1)
    last = (end.year - scenario.horizon.first_day.year) * 12 + end.month - scenario.horizon.first_day.month
    market = r.claims.market.astype(np.int64)
    with_partner = (r.route == Route.REPAIR_LOCAL) & (r.partner >= 0)
    events = {
        "claims": (r.claims.opened, np.ones(len(market), dtype=bool)),
        "refunds": (r.refunded, r.refunded > -(10**10)),
        "reships": (r.routed, r.route == Route.RESHIP),
        "labels": (r.routed, r.label_issued),
        "bills": (r.bench_out, with_partner & (r.bench_out > -(10**10))),
    }
    sku = r.claims.sku.astype(np.int64)
    parts: list[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    for name, (stamps, rows) in events.items():
        at = np.flatnonzero(rows)
        month = days.months(np.asarray(stamps)[at], market[at]).astype(np.int64)
        parts.append((name, market[at], sku[at], month, np.ones(len(at)), np.zeros(len(at))))
    for name, categories in OF_MONEY.items():
        mine = np.isin(ledger.category, [int(c) for c in categories]) & (ledger.market >= 0)
        if name == "bills":
            mine &= (ledger.partner >= 0) & (ledger.route == Route.REPAIR_LOCAL)
        at = np.flatnonzero(mine)
        of = ledger.market[at].astype(np.int64)
        month = days.months(ledger.incurred[at], of).astype(np.int64)
        parts.append((name, of, ledger.sku[at].astype(np.int64), month, np.zeros(len(at)), ledger.reporting[at]))
    columns = ("figure", "market", "sku", "month", "count", "amount")
    frame = pd.concat(pd.DataFrame(dict(zip(columns, part, strict=True))) for part in parts)
    frame = frame[(frame["month"] >= 0) & (frame["month"] <= last)]
    summed = frame.groupby(["figure", "market", "sku", "month"], as_index=False)[["count", "amount"]].sum()
    return {str(name): summed[name].to_numpy() for name in summed}


def of_the_books(scenario: Scenario, books: BookTables, first: int, last: int) -> pd.DataFrame:
    """The same of the books: columns figure, market, category, month, count, amount; see `booked_in`. Money of every
    month is told at the rate of the horizon's first day."""
    frame = booked_in(scenario, books, first, last)
    rate = {currency: usd_of(scenario, currency) for currency in frame["currency"].unique() if currency}
    whole = scenario.usd_per_unit(scenario.reporting_currency)
    money = frame["amount"] * frame["currency"].map(rate).fillna(0.0) / whole
    return frame.assign(amount=money).groupby(["figure", *BY], as_index=False)[["count", "amount"]].sum()


def usd_of(scenario: Scenario, currency: str, day: dt.date | None = None) -> float:
    """US dollars for one unit of a currency the books hold money in, by default on the first day of the horizon.

    Raises
    ------
    BadInput
        Where the scenario has no rate of it.
    """
    try:
        return scenario.usd_per_unit(currency, day)
    except ValueError:
        raise BadInput(
            "the books hold money in {currency}, of which the scenario has no exchange rate on {day}; add a row of "
            "{currency} to fx, whose later rates import --accept rates then takes",
            currency=currency,
            day=(day or scenario.horizon.first_day).isoformat(),
        ) from None


def booked_in(scenario: Scenario, books: BookTables, first: int, last: int) -> pd.DataFrame:
    """What the books say of months in the currencies they say it in: columns figure, market, category, month, currency,
    count, amount; figures the books do not hold are left out, and so is what is of products the scenario does not have.

    Money back is that of the log, and of returns for a failure what was posted for their orders. A claim or a refund
    that the log holds counts as the log has it, and no more as a return or posting of the same order. The category is
    empty where a row names no product, as scans of carriers do.
    """
    log, postings, scans, bills = (books.table(name) for name in (LOG, "postings", "scans", "bills"))
    by_order = (
        pd.concat([log, books.table("orders")])[["order", "sku"]].drop_duplicates("order").set_index("order")["sku"]
    )
    postings = postings.assign(sku=postings["sku"].where(postings["sku"] != "", postings["order"].map(by_order)))
    failed = _failed(books)
    alone = failed[~also_in(failed, _placed(scenario, log))]
    parts = [_part("claims", alone, alone["at"], alone["weight"]), _part("claims", log, log["opened"], 1.0)]
    paid = log[log["refunded"] > 0]
    when = pd.to_datetime(paid["closed"]).fillna(pd.to_datetime(paid["opened"]))
    parts.append(_part("refunds", paid, when, 1.0, paid["refunded"], paid["currency"]))
    # A return that may be of a sound unit counts by its weight, and an order once however many lines it has.
    likely = failed[failed["order"] != ""].groupby("order")["weight"].max().clip(upper=1.0)
    back = postings[(postings["kind"] == "refund") & postings["order"].isin(likely.index)]
    back = back[~also_in(back, _placed(scenario, paid))]
    share = back["order"].map(likely).astype(float)
    once = (~back.duplicated("order")).astype(float)
    parts.append(_part("refunds", back, back["day"], share * once, -back["amount"] * share, back["currency"]))
    sent = log[log["decision"] == "reship"]
    parts.append(_part("reships", sent, sent["opened"], 1.0))
    issued = scans[pd.to_datetime(scans["issued"]).notna()]
    at = pd.to_datetime(issued["first_scan"]).fillna(pd.to_datetime(issued["issued"]))
    parts.append(_part("labels", issued, issued["issued"], 1.0))
    parts.append(_part("labels", issued, at, 0.0, issued["amount"].fillna(0.0), issued["currency"]))
    quotes = scenario.partners
    desk = {name: next(iter(quote.desks.values())).serves[0] for name, quote in quotes.items()}
    mine = bills[bills["partner"].isin(set(quotes))].assign(market=lambda frame: frame["partner"].map(desk))
    parts.append(_part("bills", mine, mine["day"], 1.0, mine["amount"], mine["currency"]))
    of_log = pd.Series(1.0, index=sorted(set(log.get("order", ())) - {""}))
    claimed = pd.concat([likely, of_log]).groupby(level=0).max()
    kept = postings[postings["kind"].isin(("returns_processing", "refund_commission"))]
    kept = kept[kept["order"].isin(claimed.index)]
    due = -kept["amount"] * kept["order"].map(claimed).astype(float)
    parts.append(_part("fees", kept, kept["day"], 0.0, due, kept["currency"]))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["number"].between(first, last) & _ours(scenario, frame)]
    kind = {row.sku: row.category for row in scenario.skus}
    months = [month_name(int(m)) for m in frame["number"]]
    found = frame.assign(month=months, category=frame["sku"].map(kind).fillna(""))
    return found.groupby(["figure", *BY, "currency"], as_index=False)[["count", "amount"]].sum()


def refunds_without_amount(scenario: Scenario, books: BookTables, first: int, last: int) -> dict[str, int]:
    """Refunds the log tells of by month, where it states no amount and no posting that counts states one."""
    log, returns, postings = _placed(scenario, books.table(LOG)), books.table(RETURNS), books.table("postings")
    mine = log[(log["decision"] == MONEY) & log["refunded"].isna() & ~says_yes(log["denied"])]
    posted = postings[postings["kind"] == "refund"]
    mine = mine[~also_in(mine, posted[posted["order"].isin(returns["order"][returns["failure"] > 0])])]
    months = months_of(pd.to_datetime(mine["closed"]).fillna(pd.to_datetime(mine["opened"])))
    inside = months[months.between(first, last)]
    return {month_name(month): int((inside == month).sum()) for month in sorted(set(inside.tolist()))}


def without_a_sale(scenario: Scenario, books: BookTables, first: int, last: int) -> dict[str, float]:
    """Claims of the months whose unit the orders of the books cannot show: ``before``, sold before they begin, and
    ``never``, of a product and market the books never sold.
    """
    orders, log, returns = books.table("orders"), books.table(LOG), _failed(books)
    orders = orders[orders["status"] == "sold"]
    alone = returns[~also_in(returns, _placed(scenario, log))]
    claims = pd.concat([alone, log.assign(weight=1.0, at=pd.to_datetime(log["opened"]))], ignore_index=True)
    claims = claims[months_of(claims["at"]).between(first, last) & _ours(scenario, claims) & (claims["sku"] != "")]
    pairs = set(zip(orders["sku"], orders["market"], strict=True))
    never = pd.Series([pair not in pairs for pair in zip(claims["sku"], claims["market"], strict=True)], claims.index)
    before = ~never.astype(bool) & (pd.to_datetime(claims["sold"]) < pd.to_datetime(orders["day"]).min())
    return {
        name: float(claims.loc[of.astype(bool), "weight"].sum()) for name, of in (("before", before), ("never", never))
    }


def joined_claims(scenario: Scenario, books: BookTables, first: int, last: int) -> float:
    """Claims of some months that returns and log both hold under one order, and that count once, in the log."""
    rows = _failed(books)
    rows = rows[also_in(rows, _placed(scenario, books.table(LOG))) & _ours(scenario, rows)]
    return float(rows["weight"][months_of(rows["at"]).between(first, last)].sum())


def _failed(books: BookTables) -> pd.DataFrame:
    """Returns for a failure, with the claims each counts for, ``weight``, and the day they opened, ``at``."""
    rows = books.table(RETURNS)
    weight = rows["failure"].astype(float).fillna(0.0) * rows["units"].astype(float).fillna(1.0)
    at = pd.to_datetime(rows["opened"]).fillna(pd.to_datetime(rows["day"]))
    return rows.assign(weight=weight, at=at)[weight > 0]


def _ours(scenario: Scenario, rows: pd.DataFrame) -> pd.Series:
    """Whether rows are of the scenario's markets, and of its products where one is named."""
    return rows["market"].isin(scenario.market_ids) & rows["sku"].fillna("").isin(("", *scenario.sku_ids))


def _placed(scenario: Scenario, log: pd.DataFrame) -> pd.DataFrame:
    """Claims of the log that count in some month."""
    return log[_ours(scenario, log) & pd.to_datetime(log["opened"]).notna()]


def _part(figure: str, rows: pd.DataFrame, day: Any, count: Any, amount: Any = 0.0, currency: Any = "") -> pd.DataFrame:
    stamps = pd.to_datetime(pd.Series(day).reset_index(drop=True))
    sku = rows["sku"].fillna("") if "sku" in rows else ""
    columns = {"market": rows["market"], "sku": sku, "count": count, "amount": amount, "currency": currency}
    plain = {n: c.reset_index(drop=True) if isinstance(c, pd.Series) else c for n, c in columns.items()}
    frame = pd.DataFrame({"number": months_of(stamps), **plain}).assign(figure=figure)
    texts = dict.fromkeys(("figure", "market", "sku", "currency"), object)
    return frame.astype({"count": float, "amount": float, **texts})
