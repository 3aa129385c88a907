"""``warrantysim add``: a market or a product more in a seller's own workbook, in one step."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop
from warrantysim.cli.inputs import written_to

PRODUCT = ("kind", "name", "price", "sales", "landed_cost", "weight", "size", "battery", "warranty")
"""Options that say something of a product."""


def add_add(commands: Any, command: Callable[[Any, str, str], argparse.ArgumentParser]) -> None:
    """Add the command."""
    it = command(commands, "add", "add a market or a product to a seller's own workbook")
    it.add_argument("folder", type=Path, help="folder made by: warrantysim new FOLDER --markets US,DE")
    market = it.add_argument_group("a market")
    market.add_argument("--market", metavar="FR", help="market to add")
    market.add_argument("--like", default="", metavar="DE", help="begin with the prices and sales of this market")
    market.add_argument("--share", type=float, default=1.0, metavar="0.4", help="sales, as a share of that market's")
    product = it.add_argument_group(
        "a product", "each as it would be typed in the workbook: 0.35 or '350 g', '2 years'"
    )
    product.add_argument("--product", metavar="SKU", help="product to add")
    product.add_argument("--kind", metavar="KIND", help="kind of product, such as earbuds")
    product.add_argument("--name", default="", help="what people call it; the SKU by default")
    product.add_argument("--price", action="append", default=[], metavar="US=59.99", help="price in a market; repeat")
    product.add_argument("--sales", action="append", default=[], metavar="US=300", help="units a usual month; repeat")
    for name in ("landed_cost", "weight", "size", "battery", "warranty"):
        product.add_argument(f"--{name.replace('_', '-')}", default="", help="empty: usual for the kind")


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Add them; nothing is written where anything is wrong."""
    from warrantysim.store.seller_folder import add_market, add_product, seller_folder

    if not (arguments.market or arguments.product):
        raise Stop(USAGE, console.say("add.nothing"))
    if arguments.product and not (arguments.kind and arguments.price):
        raise Stop(USAGE, console.say("add.product_needs"))
    with written_to(arguments.folder, console):
        seller = seller_folder(arguments.folder)
        if arguments.market:
            seller = add_market(seller, arguments.market.upper(), arguments.like.upper(), arguments.share)
            key = "add.market_like" if arguments.like else "add.market"
            console.tell(key, market=arguments.market.upper(), like=arguments.like.upper(), book=seller.workbook)
        if arguments.product:
            row = {
                ("sku", ""): arguments.product,
                ("name", ""): arguments.name or arguments.product,
                ("archetype", ""): arguments.kind,
                **{("price", market): text for market, text in _by_market(arguments.price, console)},
                **{(key, ""): text for key in PRODUCT[4:] if (text := getattr(arguments, key))},
            }
            add_product(seller, row, dict(_by_market(arguments.sales, console)))
            console.tell("add.product", sku=arguments.product, book=seller.workbook)

    console.tell("add.next", file=seller.scenario)
    return OK


def _by_market(stated: list[str], console: Console) -> list[tuple[str, str]]:
    """``US=59.99`` as market and figure."""
    out = []
    for text in (part for one in stated for part in one.split(",")):
        market, equals, figure = text.partition("=")
        if not equals or not market.strip() or not figure.strip():
            raise Stop(USAGE, console.say("add.by_market", text=text))
        out.append((market.strip().upper(), figure.strip()))
    return out
