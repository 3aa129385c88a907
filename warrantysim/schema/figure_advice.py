"""What people write for a figure, what it may mean, and what to write instead.

A figure stands alone in the unit of its column, with a decimal point and without thousands separators. Whatever else
is written is answered with the figure to write, converted where it came with a unit; where it may mean two figures,
with both. What is advised has been read again by what reads figures, and is as large as what was meant: no advice
drops a unit, a currency or a separator. A year counts 365 days, a month a twelfth of it, halves are rounded up.
"""

from __future__ import annotations

import math
import re

from warrantysim.schema.errors import NOTHING, Message, coded, told

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


PLAIN = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
"""A figure as it should be written."""
LONGEST = 60
"""Letters of a figure that are looked at [letters]."""
WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "PYG", "XAF", "XOF", "XPF"})
"""Currencies that have no smaller coin than one [ISO codes]."""
_PARTS = re.compile(
    r"(?P<before>[^0-9.,+-]*)(?P<sign>[-+]?)\s?(?P<digits>[.,]?[0-9](?:[0-9.,' ]*[0-9])?[.,]?)"
    r"(?P<power>[eE][-+]?[0-9]+)?(?P<after>[^0-9]*)\Z"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WIDE = re.compile("[\uff01-\uff5e\u3000]")
_SAME = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    **dict.fromkeys(map(ord, "\u3000\xa0\u2007\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "’‘`´"), "'"),
    **dict.fromkeys(map(ord, "−–"), "-"),
    ord("。"): ".",
    ord("、"): ",",
}
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ '][0-9]{3})+(?=[.,]|\Z)")
_UNSURE = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3}|\.[0-9]{2}0)\s*[A-Z]{3}\s*\Z")
_AMOUNT = re.compile(r"[-+]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\s*[A-Z]{3}\Z")


def meanings(digits: str, decimal: str | None = None) -> tuple[float, ...]:
    """The figures some digits with points, commas, blanks and apostrophes may mean; none where they make no sense.

    Parameters
    ----------
    decimal : the decimal sign, where the column or the file has told it.
    """
    text = _GROUPED.sub(lambda found: re.sub("[ ']", "", found[0]), digits, count=1)
    marks = re.sub("[0-9]", "", text)
    if not marks:
        return (float(text),)
    if set(marks) - {".", ","}:
        return ()
    if text[-1] in ".,":
        return () if len(marks) > 1 else (float(text[:-1]),)
    last = marks[-1]
    head, _, tail = text.rpartition(last)
    if marks.count(last) > 1:
        return _whole(text, last) if len(set(marks)) == 1 and decimal != last else ()
    if len(marks) > 1:  # the other sign parts thousands
        parted = _whole(head, marks[0])
        return (float(f"{parted[0]:.0f}.{tail}"),) if parted and decimal in (None, last) else ()
    as_decimal = float(f"{head or 0}.{tail}")
    as_thousands = _whole(text, last) if head[:1] not in ("", "0") else ()
    if decimal is not None:
        return (as_decimal,) if decimal == last else as_thousands
    return (*as_thousands, as_decimal) if as_thousands else (as_decimal,)


def _in_coins(found: tuple[float, ...], codes: set[str]) -> tuple[float, ...]:
    """Of two meanings the one with thousands, in a currency whose least coin is one: ``22.499 円`` has no decimals."""
    return found[:1] if len(found) > 1 and len(codes) == 1 and codes <= WITHOUT_CENTS else found


def _whole(text: str, mark: str) -> tuple[float, ...]:
    """The whole number whose thousands are parted by a mark."""
    groups = text.split(mark)
    regular = 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    return (float("".join(groups)),) if regular else ()


def stated_figure(text: str) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """The figures a text may mean, and what stands before and behind its digits; no figures where none can be read."""
    parts = _PARTS.match(text[:LONGEST].translate(_SAME).strip())
    if parts is None:
        return (), ()
    beside = tuple(word for word in (parts["before"].strip(), parts["after"].strip()) if word)
    codes = set.union(set(), *map(codes_of, beside))
    sign = -1.0 if parts["sign"] == "-" else 1.0
    found = _in_coins(meanings(parts["digits"]), codes)
    return tuple(sign * float(f"{value!r}{parts['power'] or ''}") for value in found), beside


def figure_fix(text: str, unit: str = "", currency: str = "", decimal: str | None = None) -> Message | None:
    """The remedy for a figure no reader can be sure of; None where its form is fine, or no remedy is known.

    Parameters
    ----------
    unit : the unit of the column or key, as its docstring states it; empty where it is not known.
    currency : the currency of the row, where the figure is money and the row states one.
    decimal : the decimal sign of the column, where it has told one.
    """
    stated = text[:LONGEST].translate(_SAME).strip()
    if unit == "days" and _DATE.match(stated):
        return told("{text!r} is a date; claims state dates in the columns opened and delivered", text=text)
    if (PLAIN.match(stated) and not _WIDE.search(text)) or "(" in stated or (parts := _PARTS.match(stated)) is None:
        return None
    sign = -1.0 if parts["sign"] == "-" else 1.0
    beside = (parts["before"].strip(), parts["after"].strip())
    figures = _in_coins(meanings(parts["digits"], decimal), {currency} if any(beside) else set())
    found = tuple(sign * float(f"{value!r}{parts['power'] or ''}") for value in figures)
    if not found:
        return told("no figure can be read from {text!r}; write digits with a decimal point", text=text)
    if not any(beside):
        return _separated(text, parts["digits"], found)
    return _converted(text, [word for word in beside if word], found, unit, currency)


def width_fix(text: str) -> Message | None:
    """The remedy for a date or a yes in full-width characters; None where there are none."""
    return _full_width(text, text.translate(_SAME)) if _WIDE.search(text) else None


def _full_width(text: str, written: str) -> Message:
    return told("full-width characters in {text!r}", text=text) + told("write {written!r}", written=written)


def _separated(text: str, digits: str, found: tuple[float, ...]) -> Message | None:
    written = [short_figure(value) for value in found]
    if not all(_kept(one, value) for one, value in zip(written, found, strict=True)):
        return None
    if len(found) > 1:
        code = coded("{text!r} may mean {one} or {other}; write {one!r} or {other!r}")
        return told(code, text=text, one=written[0], other=written[1])
    if _WIDE.search(text):
        return _full_width(text, written[0])
    if digits.count(",") == 1 and digits.rfind(",") > digits.rfind("."):
        return told("a comma in {text!r}; write {written!r} with a decimal point", text=text, written=written[0])
    return told("a thousands separator in {text!r}; write {written!r}", text=text, written=written[0])


def _converted(text: str, beside: list[str], found: tuple[float, ...], unit: str, currency: str) -> Message | None:
    """The remedy for a figure with something before or behind it."""
    if beside == ["%"]:
        return _advised(text, found, 0.01, told("for a share")) if "share" in unit or not unit else None
    codes = set.union(*(codes_of(word) for word in beside))
    if codes:
        if "currency" not in unit and "USD" not in unit:
            return told("{text!r} is an amount; write a figure in {unit}", text=text, unit=unit) if unit else None
        if currency and currency not in codes:
            code = coded(
                "{text!r} is in another currency than the row, {currency}; convert it, or correct the currency"
            )
            return told(code, text=text, currency=currency)
        if not currency:
            return told(
                "{text!r} names a currency; write the figure alone, converted to the {unit}", text=text, unit=unit
            )
        return _advised(text, found, 1.0, told("in {unit}", unit=currency))
    if len(beside) > 1 or unit not in KINDS:
        return told("write the figure alone, in the unit of the column or key") if unit else None
    factor = factor_of(beside[0], unit)
    if factor is None:
        return told("{word!r} is no unit that is known here; convert the figure to {unit}", word=beside[0], unit=unit)
    long = unit == "days" and factor * 12 >= YEAR
    note = told("in days (a year counts 365 days)") if long else told("in {unit}", unit=unit)
    return _advised(text, found, factor, note, whole=unit == "days" and factor >= 7)


def _advised(text: str, found: tuple[float, ...], factor: float, note: Message, whole: bool = False) -> Message | None:
    meant = [value * factor for value in found]
    written = [short_figure(float(math.floor(value + 0.5)) if whole else value, factor) for value in meant]
    if not all(_kept(one, value, 0.5 if whole else 0.0) for one, value in zip(written, meant, strict=True)):
        return None
    if len(written) == 1:
        return told("write {written} {note}", written=written[0], note=note)
    code = coded("write {one} or {other} {note}, whichever {text!r} means")
    return told(code, one=written[0], other=written[1], note=note, text=text)


def short_figure(value: float, factor: float = 1.0) -> str:
    """A figure as it should be written: exact, or to four digits where it was converted by no round factor."""
    round_factor = math.log10(factor).is_integer() or factor in (0.5, 7.0)
    rounded = float(f"{value:.12g}" if round_factor else f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}")
    text = repr(rounded)
    return text.removesuffix(".0") if "e" not in text else text


def _kept(written: str, meant: float, off: float = 0.0) -> bool:
    """Whether what is advised reads again as a figure of the magnitude that was meant."""
    return bool(PLAIN.match(written)) and math.isclose(float(written), meant, rel_tol=1e-3, abs_tol=off)


def unsure_amount(text: str) -> bool:
    """Whether an amount may mean two: ``12,500 USD`` and ``12.500 USD``."""
    return bool(_UNSURE.match(text.strip()))


def amount_fix(text: str) -> Message | None:
    """The remedy for an amount that cannot be read; None where none is known."""
    stated = text[:LONGEST].translate(_SAME).strip()
    if (parts := _PARTS.match(stated)) is None:
        return None
    codes = set.union(*(codes_of(word) for word in (parts["before"].strip(), parts["after"].strip())))
    found = _in_coins(meanings(parts["digits"]), codes)
    if len(codes) != 1 or not found or parts["power"]:
        return None
    written = [_amount(float(f"{parts['sign']}{value!r}"), next(iter(codes))) for value in found]
    if not all(_AMOUNT.match(one) and not unsure_amount(one) for one in written):
        return None
    if len(written) == 1:
        return told("write {written!r}", written=written[0])
    return told("write {one!r} or {other!r}", one=written[0], other=written[1])


def _amount(value: float, code: str) -> str:
    return f"{short_figure(value)} {code}"


def expected_amount(text: object) -> Message:
    """What to say of an amount that cannot be read."""
    fix = amount_fix(text) if isinstance(text, str) else None
    return told("expected an amount with its currency, such as '58 USD', got {text!r}", text=text) + (fix or NOTHING)
