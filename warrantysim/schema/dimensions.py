"""Units and currencies as people write them beside a figure, and what they are in the unit of a column."""

from __future__ import annotations

YEAR = 365.0
"""A year of a warranty [days]."""

_KG = {
    "kg kgs kilo kilos kilogram kilograms 公斤 千克": 1.0,
    "g gr gm gram grams gramm 克": 0.001,
    "mg 毫克": 1e-6,
    "t tonne tonnes 吨": 1000.0,
    "lb lbs pound pounds 磅": 0.45359237,
    "oz ounce ounces 盎司": 0.45359237 / 16,
    "斤": 0.5,
}
_CM = {
    "cm cms centimetre centimetres centimeter centimeters 厘米 公分": 1.0,
    "mm millimetre millimetres millimeter millimeters 毫米": 0.1,
    "m metre metres meter meters 米": 100.0,
    "in inch inches zoll \" ″ '' 英寸": 2.54,
    "ft foot feet ' ′ 英尺": 30.48,
}
_DAYS = {
    "d day days tag tage 天 日": 1.0,
    "h hour hours 小时": 1 / 24,
    "w wk wks week weeks woche wochen 周 星期": 7.0,
    "mo mos mth mths month months monat monate mois 月 个月": YEAR / 12,
    "y yr yrs year years jahr jahre an ans 年": YEAR,
}
_MINUTES = {
    "min mins minute minutes 分钟 分": 1.0,
    "h hr hrs hour hours std 小时": 60.0,
    "s sec secs second seconds 秒": 1 / 60,
}
_HOURS = {unit: factor / 60 for unit, factor in _MINUTES.items()} | {"d day days 天": 24.0}
KINDS: dict[str, dict[str, float]] = {
    unit: {word: factor for words, factor in table.items() for word in words.split()}
    for unit, table in {"kg": _KG, "cm": _CM, "days": _DAYS, "minutes": _MINUTES, "hours": _HOURS}.items()
}
"""Units of columns, and what one of each unit people write is in them [column's unit]."""
_SIGNS = {
    "€": ("EUR",), "EURO": ("EUR",), "EUROS": ("EUR",), "£": ("GBP",), "US$": ("USD",), "円": ("JPY",), "元": ("CNY",),
    "RMB": ("CNY",), "人民币": ("CNY",), "￥": ("JPY", "CNY"), "¥": ("JPY", "CNY"),
    "$": ("USD", "CAD", "AUD", "MXN", "SGD", "HKD", "NZD"),
}  # fmt: skip
_WORDS = frozenset(word for table in KINDS.values() for word in table)


def codes_of(word: str) -> set[str]:
    """The currencies a word may stand for; none where it is no currency."""
    found = _SIGNS.get(word.upper())
    if found is not None:
        return set(found)
    return (
        {word.upper()} if len(word) == 3 and word.isascii() and word.isalpha() and word.lower() not in _WORDS else set()
    )


def factor_of(word: str, unit: str) -> float | None:
    """What one of a unit as people write it is in the unit of a column; None where it is not known there."""
    return KINDS[unit].get(word.strip().rstrip(".").strip().lower())
