"""The same rules in fewer lines: the first line that matches holds, so that a line need not say what earlier ones take.

Lines of one cell share out ages of the order and order prices between them. What the last action takes is said without
ages and prices, and each earlier action by the largest rectangles that reach into no later one. Cells of a product and
market that always do the same are told for all markets of a product, products of a category or products of a market,
after the cells that differ. No claim gets another action than before.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, permutations
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.journeys.model import Model

if TYPE_CHECKING:
    from warrantysim.decision.rule_table import RuleLine

EVERY_ORDER = 4
"""Most actions of a cell of which every order is tried [count]."""
ORDERS = (
    ("category market", "sku", "category", "market", ""),
    ("category market", "market", "sku", "category", ""),
)
"""Keys that lines of several cells may keep, in the orders in which they are looked for; the shorter table is taken. In
either no line comes before one that states more keys."""
Pair = tuple[str, str]
"""A product and a market."""


def fewest_lines(lines: Sequence[RuleLine], model: Model) -> list[RuleLine]:
    """The same in fewer lines, in the order they apply."""
    blocks = [folded(list(block)) for _, block in groupby(lines, key=lambda line: line.cell)]
    mine = [k for k, block in enumerate(blocks) if set(block[0].cell) == {"sku", "market"}]
    after = [k for k in range(mine[0], len(blocks)) if k not in set(mine)] if mine else []
    # Products and markets may be told together only where all else that follows is coarser and may as well come last.
    if mine and all(len(blocks[k][0].cell) < 2 and _apart(blocks, k, mine) for k in after):
        told = min((_together([blocks[k] for k in mine], model, order) for order in ORDERS), key=len)
        blocks = [*blocks[: mine[0]], told, *(blocks[k] for k in after)]
    return [line for block in blocks for line in block]


def _apart(blocks: Sequence[list[RuleLine]], k: int, mine: Sequence[int]) -> bool:
    """Whether a block shares no claim with those of products and markets that come after it."""
    cell = blocks[k][0].cell
    return all(any(blocks[m][0].cell.get(key, v) != v for key, v in cell.items()) for m in mine if m > k)


def folded(lines: list[RuleLine]) -> list[RuleLine]:
    """Lines of one cell, each of which takes what the ones before it leave; actions in the order that needs fewest."""
    if len(lines) == 1:
        return lines
    arms = list(dict.fromkeys(line.zone.arm for line in lines))
    ages, prices, does = _grid(lines, arms)
    tried = permutations(range(len(arms))) if len(arms) <= EVERY_ORDER else [range(len(arms))]
    found = min((_covered(does, tuple(order)) for order in tried), key=len)
    if len(found) >= len(lines):
        return lines
    out = []
    for arm, (i, j, left, right) in found:
        same = [line for line in lines if line.zone.arm == arms[arm]]
        refunds = min(line.refunds[0] for line in same), max(line.refunds[1] for line in same)
        if any(math.isnan(x) for line in same for x in line.refunds):
            refunds = math.nan, math.nan
        here, paid = (ages[i], ages[j + 1]), (prices[left], prices[right + 1])
        out.append(replace(same[0], ages=here, prices=paid, refunds=refunds))
    return out


def _grid(lines: Sequence[RuleLine], arms: Sequence[Hashable]) -> tuple[list[float], list[float], np.ndarray]:
    """Ages and prices at which lines begin or end, and the action of each place between them; -1 for none."""
    ages = sorted({end for line in lines for end in line.ages})
    prices = sorted({end for line in lines for end in line.prices})
    at = [{end: k for k, end in enumerate(ends)} for ends in (ages, prices)]
    does = np.full((len(ages) - 1, len(prices) - 1), -1)
    for line in reversed(lines):
        (top, bottom), (left, right) = ([ends[x] for x in span] for ends, span in zip(at, _spans(line), strict=True))
        does[top:bottom, left:right] = arms.index(line.zone.arm)
    return ages, prices, does


def _spans(line: RuleLine) -> tuple[tuple[float, float], tuple[float, float]]:
    return line.ages, line.prices


def _whole(lines: Sequence[RuleLine]) -> bool:
    """Whether lines of one cell hold for every age and price."""
    ages, prices, does = _grid(lines, [line.zone.arm for line in lines])
    return bool((ages[0], ages[-1], prices[0], prices[-1]) == (0.0, math.inf, 0.0, math.inf) and (does >= 0).all())


Rectangle = tuple[int, int, int, int]
"""First and last row, first and last column."""


def _covered(does: np.ndarray, order: Sequence[int]) -> list[tuple[int, Rectangle]]:
    """Rectangles that do what a grid says where the first that holds a place counts; ``does``: action of each place, -1
    where none may be told; ``order``: actions, the first ones first."""
    out: list[tuple[int, Rectangle]] = []
    done = np.zeros(does.shape, dtype=bool)
    for arm in order:
        need = does == arm
        open_to = done | need
        every = np.array(list(_rectangles(open_to)), dtype=np.int64).reshape(-1, 4)
        i, j, left, right = every.T
        chosen = []
        while need.any():
            sums = np.zeros((need.shape[0] + 1, need.shape[1] + 1), dtype=np.int64)
            sums[1:, 1:] = need.cumsum(0).cumsum(1)
            gain = sums[j + 1, right + 1] - sums[i, right + 1] - sums[j + 1, left] + sums[i, left]
            best = int(gain.argmax())
            chosen.append(tuple(int(x) for x in every[best]))
            need = need.copy()
            need[i[best] : j[best] + 1, left[best] : right[best] + 1] = False
        out += [(arm, (a, b, c, d)) for a, b, c, d in sorted(chosen)]
        done |= open_to
    return out


def _rectangles(free: np.ndarray) -> Iterator[Rectangle]:
    """Every largest rectangle of free places."""
    rows = [sum(1 << int(k) for k in np.flatnonzero(row)) for row in free]
    for i in range(len(rows)):
        wide = rows[i]
        for j in range(i, len(rows)):
            wide &= rows[j]
            if not wide:
                break
            for left, right in _runs(wide):
                run = (1 << (right + 1)) - (1 << left)
                above, below = i > 0 and rows[i - 1] & run == run, j + 1 < len(rows) and rows[j + 1] & run == run
                if not above and not below:
                    yield i, j, left, right


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    """First and last place of each run of ones."""
    place = 0
    while bits:
        zeros = (bits & -bits).bit_length() - 1
        bits >>= zeros
        ones = (~bits & (bits + 1)).bit_length() - 1
        yield place + zeros, place + zeros + ones - 1
        bits >>= ones
        place += zeros + ones


def _together(blocks: Sequence[list[RuleLine]], model: Model, order: Sequence[str]) -> list[RuleLine]:
    """Cells of a product and market, those that always do the same told together; ``order``: keys to look for."""
    s = model.scenario
    category = {k.sku: k.category for k in s.skus}
    mine = {(block[0].cell["sku"], block[0].cell["market"]): block for block in blocks}
    whole = {cell for cell, block in mine.items() if _whole(block)}
    open_to = [(frozenset({cell}), block[0]) for cell, block in mine.items() if _always(block)]
    """What may still be told together, with the products and markets it stands for."""
    settled: list[tuple[frozenset[Pair], RuleLine]] = []
    """What must come before something wider that does otherwise."""
    for names in map(str.split, order):

        def group(cell: Pair, names: Sequence[str] = names) -> tuple[str, ...]:
            known = {"sku": cell[0], "market": cell[1], "category": category[cell[0]]}
            return tuple(known[name] for name in names)

        members: dict[tuple[str, ...], list[Pair]] = {}
        for cell in ((sku, market) for sku in s.sku_ids for market in s.market_ids):
            members.setdefault(group(cell), []).append(cell)
        inside: dict[tuple[str, ...], list[tuple[frozenset[Pair], RuleLine]]] = {}
        rest = []
        for cells, line in open_to:
            (at, *more) = {group(cell) for cell in cells}
            if more or not whole.issuperset(members[at]):
                rest.append((cells, line))
            else:
                inside.setdefault(at, []).append((cells, line))
        wider = []
        for at, found in inside.items():
            arms = [line.zone.arm for _, line in found]
            arm = max(dict.fromkeys(arms), key=arms.count)
            if arms.count(arm) < 2:
                rest += found
                continue
            one = next(line for _, line in found if line.zone.arm == arm)
            stated = dict(zip(names, at, strict=True))
            currency = one.currency if "market" in stated else ""
            wider.append((frozenset(members[at]), replace(one, cell=stated, currency=currency)))
            settled += [each for each in found if each[1].zone.arm != arm]
        taken = frozenset().union(*(cells for cells, _ in wider))
        settled += [each for each in rest if each[0] & taken]
        open_to = [each for each in rest if not each[0] & taken] + wider
    alone = {id(line) for _, line in (*settled, *open_to)}
    told = [line for block in mine.values() if not _always(block) or id(block[0]) in alone for line in block]
    coarser = [line for _, line in (*settled, *open_to) if set(line.cell) != {"sku", "market"}]
    return told + sorted(coarser, key=lambda line: -len(line.cell))


def _always(block: Sequence[RuleLine]) -> bool:
    """Whether a cell always does the same."""
    return len(block) == 1 and _spans(block[0]) == ((0.0, math.inf), (0.0, math.inf))
