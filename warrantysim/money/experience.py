"""What waiting costs beside cash: expected, booked apart, each annoyance once."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Origin
from warrantysim.claims.fault_mix import EXCLUDED
from warrantysim.journeys.records import Closure, Records, Route, left_at
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category
from warrantysim.money.price_book import PriceBook
from warrantysim.money.priced import Amounts
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.service import Experience


def waiting_cost(experience: Experience, price: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Share of the price for each day beyond the grace. ``price``: net [currency]; ``days``: waited; shape (n,)."""
    beyond = np.maximum(np.asarray(days, dtype=float) - experience.grace_days, 0.0)
    cost: np.ndarray = experience.waiting_share_per_day * np.asarray(price) * beyond
    return cost


def review_cost(experience: Experience, price: np.ndarray, upset: np.ndarray) -> np.ndarray:
    """Share of the price, once, of customers who are upset. Shape (n,)."""
    return np.where(upset, experience.review_share * np.asarray(price), 0.0)


def waited_days(records: Records, book: PriceBook) -> np.ndarray:
    """Days from opening until the customer had what was promised. Shape (n,).

    A customer left without it waits to the end of his patience. Who opens a lapsed claim again waits for the first one
    only until then, and for both together no longer than if he had never come back. Who disputes a denial waits until
    it: what follows is in the cash. 0 for claims the platform decided, and, where giving up pays, for those that
    lapsed.
    """
    r = records
    denied = (r.route == Route.DENIED) & r.disputed
    waited = (np.where(denied, r.routed, r.resolved) - r.claims.opened) / DAY
    if book.scenario.experience.giving_up_pays:
        waited = np.where(r.closure == Closure.LAPSED, 0.0, waited)
    else:
        waited = np.where(let_down(r, book), np.maximum(waited, book.patience[r.claims.market]), waited)
        parents, again = opened_again(r)
        until = (r.claims.opened[again] - r.claims.opened[parents]) / DAY
        waited[parents] = np.minimum(until, np.maximum(waited[parents] - waited[again], 0.0))
    return np.where((r.route == Route.PLATFORM) | (r.resolved <= NEVER), 0.0, waited)


def opened_again(records: Records) -> tuple[np.ndarray, np.ndarray]:
    """Rows of lapsed claims that were opened once more, and of the claims that do so. Two arrays of shape (k,)."""
    again = np.flatnonzero((records.claims.origin == Origin.REOPEN) & (records.parent >= 0))
    return records.parent[again], again


def let_down(records: Records, book: PriceBook) -> np.ndarray:
    """Claims whose customer gave up and did not dispute it; none where giving up pays. Shape (n,), bool.

    Whoever shows no evidence of a fault the warranty does not cover is let down by nobody: he was owed nothing.
    """
    if book.scenario.experience.giving_up_pays:
        return np.zeros(len(records), dtype=bool)
    excluded = book.kinds.of(records.claims) == EXCLUDED
    owed_nothing = excluded & (records.route == Route.DROPPED)
    return (left_at(records, excluded) > 0) & ~records.disputed & ~owed_nothing


def reviewed(records: Records, book: PriceBook, days: np.ndarray) -> np.ndarray:
    """Claims that hurt the seller's name: after a long wait, or where the customer was let down. Shape (n,), bool.

    A lapsed claim that is opened again hurts by what becomes of it then, not for the lapse.
    """
    upset = (np.asarray(days) > book.scenario.experience.review_after_days) | let_down(records, book)
    if not book.scenario.experience.giving_up_pays:
        upset[opened_again(records)[0]] = False
    return upset


def shadow_chance(experience: Experience, upset: np.ndarray, disputed: np.ndarray) -> np.ndarray:
    """Chance of a counted defect: stated for customers who are upset, 0 for a claim really disputed, whose dispute is
    in the cash. Shape (n,)."""
    return np.where(upset & ~disputed, experience.dispute_probability, 0.0)


def experience_lines(case: Booking) -> None:
    """Waiting, reviews and the shadow cost of disputes, incurred when the customer was served at last, or gave up."""
    r, book = case.records, case.book
    terms = book.scenario.experience
    days = waited_days(r, book)
    upset = reviewed(r, book, days)
    rows = np.flatnonzero(upset | (days > terms.grace_days))
    days, upset, price, at = days[rows], upset[rows], r.claims.price_net[rows], r.resolved[rows]
    local = book.markets.currency[r.claims.market[rows]]
    case.lines.add(Category.WAITING, rows, Amounts(waiting_cost(terms, price, days), local), at)
    case.lines.add(Category.REVIEW, rows, Amounts(review_cost(terms, price, upset), local), at)
    chance = shadow_chance(terms, upset, r.disputed[rows])
    case.lines.add(Category.DISPUTE_SHADOW, rows, book.shadow.times(chance), at)
