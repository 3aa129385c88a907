"""Cells of tables as text: one way of writing a figure for every surface that shows text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from warrantysim.present.blocks import Column, Kind
from warrantysim.report import figures


def figure(x: Any, kind: Kind) -> str:
    """A figure as text; empty where there is none."""
    if kind == "text" or isinstance(x, str):
        return "" if x is None or (isinstance(x, float) and math.isnan(x)) else str(x)
    value = float(x)
    if math.isnan(value):
        return figures.ABSENT
    match kind:
        case "whole":
            return figures.count(value)
        case "signed":
            return figures.signed(value)
        case "one":
            return figures.fixed(value, 1)
        case "cents":
            return figures.cents(value)
        case "fine":
            return figures.fixed(value, 3)
        case "share":
            return figures.share(value, 0)
        case "tenth":
            return figures.share(value, 1)
        case "percent":
            return figures.share(value, 2)
        case "days":
            return figures.days(value)
        case "plus_minus":
            return figures.plus_minus(value)
        case "number":
            return f"{value:.6g}"


def cell(row: Mapping[str, Any], column: Column) -> str:
    """What a row has in a column, with its interval where it has one."""
    if column.infinite and math.isinf(row[column.key]):
        return column.infinite
    own = "" if column.only_ends else _written(row, column.key, column)
    if column.then and (new := _written(row, column.then, column)):
        return f"{own} → {new}"
    if column.ends is None:
        return own
    low, high = (_written(row, name, column) for name in column.ends)
    if not low or not high:
        return own
    return f"{own} ({low} .. {high})" if own else f"{low} .. {high}"


def _written(row: Mapping[str, Any], name: str, column: Column) -> str:
    """A figure of a row, with as many decimals as the row says where it says so."""
    if column.kind not in ("text", "whole") and isinstance(row[name], float) and math.isinf(row[name]):
        return figures.unbounded(row[name])
    digits = int(row[column.digits]) if column.digits else 0
    if digits:
        return figures.fixed(float(row[name]), digits, sign="+" if column.kind == "signed" else "")
    return figure(row[name], column.kind)
