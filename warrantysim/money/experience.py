"""What waiting costs beside cash: expected, booked apart, each annoyance once."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.records import Closure, Records, Route
from warrantysim.money.case import Case
from warrantysim.money.categories import Category
from warrantysim.money.priced import Priced
from warrantysim.scenario.clock import DAY, NEVER
from warrantysim.scenario.service import Experience


def waiting_cost(experience: Experience, price: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Share of the price for each day beyond the grace. ``price``: net [currency]; ``days``: waited; shape (n,)."""
    beyond = np.maximum(np.asarray(days, dtype=float) - experience.grace_days, 0.0)
    cost: np.ndarray = experience.waiting_share_per_day * np.asarray(price) * beyond
    return cost


def review_cost(experience: Experience, price: np.ndarray, days: np.ndarray) -> np.ndarray:
    """Share of the price, once, for a wait longer than the review threshold. Shape (n,)."""
    return np.where(np.asarray(days) > experience.review_after_days, experience.review_share * np.asarray(price), 0.0)


def shadow_chance(experience: Experience, days: np.ndarray, disputed: np.ndarray) -> np.ndarray:
    """Chance of a counted defect: stated once the review threshold is passed, 0 for a claim really disputed, whose
    dispute is in the cash. Shape (n,)."""
    return np.where((np.asarray(days) > experience.review_after_days) & ~disputed, experience.dispute_probability, 0.0)


def waited_days(records: Records) -> np.ndarray:
    """Days from opening until the customer had what was promised; 0 where the seller kept nobody waiting: lapsed and
    given-up claims, whose delay is the customer's own, and claims the platform decided. Shape (n,)."""
    own_doing = (records.closure == Closure.LAPSED) | (records.route == Route.PLATFORM)
    waited = (records.resolved - records.claims.opened) / DAY
    return np.where(own_doing | (records.resolved <= NEVER), 0.0, waited)


def experience_lines(case: Case) -> None:
    """Waiting, reviews and the shadow cost of disputes, incurred when the customer was served at last."""
    r, book = case.records, case.book
    terms = book.scenario.experience
    days = waited_days(r)
    rows = np.flatnonzero(days > min(terms.grace_days, terms.review_after_days))
    days, price, at = days[rows], r.claims.price_net[rows], r.resolved[rows]
    local = book.markets.currency[r.claims.market[rows]]
    case.lines.add(Category.WAITING, rows, Priced(waiting_cost(terms, price, days), local), at)
    case.lines.add(Category.REVIEW, rows, Priced(review_cost(terms, price, days), local), at)
    chance = shadow_chance(terms, days, r.disputed[rows])
    case.lines.add(Category.DISPUTE_SHADOW, rows, book.shadow.times(chance), at)
