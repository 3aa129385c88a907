"""Figures as text: money, counts, shares, days, intervals. Rounding happens here and nowhere before."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

ABSENT = ""
"""What stands where a figure does not exist."""
EXACT = 1e15
"""Figures from here on have no decimals to be rounded."""


def rounded(x: float, digits: int = 0) -> float:
    """A figure at so many decimals; a half goes away from zero, as pages and workbooks write it (202.5 is 203)."""
    if not abs(x) < EXACT:
        return x
    return float(Decimal(float(x)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)) + 0.0


def whole(x: float) -> str:
    """``12,345``; empty for NaN. A negative that rounds to nothing is ``0``."""
    return ABSENT if math.isnan(x) else f"{rounded(x):,.0f}"


def signed(x: float) -> str:
    """``+12,345`` or ``-12,345``; ``0`` where it rounds to nothing."""
    if math.isnan(x):
        return ABSENT
    return f"{near:+,.0f}" if (near := rounded(x)) else "0"


def adding(parts: Sequence[float], whole: float) -> list[float]:
    """Parts as whole numbers that add up to the whole as it is printed: each rounded up or down, up those that lose
    most by being cut (largest remainder). Parts that do not add up but for rounding are rounded each by itself.
    """
    cut = [math.floor(part) for part in parts]
    missing = int(rounded(whole)) - sum(cut)
    if not 0 <= missing <= len(parts):
        return [rounded(part) for part in parts]
    up = sorted(range(len(parts)), key=lambda i: cut[i] - parts[i])[:missing]
    return [float(low + (i in up)) for i, low in enumerate(cut)]


def magnitude(x: float, kind: str) -> float:
    """A saving as it is told: turned round where it is told as what is paid more (``worse``)."""
    return -x if kind == "worse" else x


def cents(x: float) -> str:
    """``1,234.50``; empty for NaN."""
    return ABSENT if math.isnan(x) else f"{rounded(x, 2):,.2f}"


def value(x: float) -> str:
    """A cut-point: whole where it is, else to the cent."""
    if math.isnan(x):
        return ABSENT
    return f"{x:,.0f}" if float(x).is_integer() else f"{x:,.2f}"


def to_cents(x: float) -> str:
    """An amount for a file: to the cent, without separators; ``3906.25``, ``25``."""
    return f"{rounded(x, 2):.2f}".rstrip("0").rstrip(".")


def about(x: float) -> str:
    """Three digits: ``15.7``, ``9.05``, ``3,910``; empty for NaN and infinity."""
    if not math.isfinite(x):
        return ABSENT
    size = math.floor(math.log10(abs(x))) if x else 0
    return f"{rounded(x, 2 - size):,.{max(0, 2 - size) if x else 0}f}"


def significant(x: float | str, digits: int) -> float:
    """A figure, or one as it is written, in so many digits, a half away from zero."""
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(x))


def position(x: float) -> str:
    """A lever's position in four digits: ``0.1235``, ``1,235``; empty for NaN."""
    return ABSENT if math.isnan(x) else whole(x) if abs(x) >= 1000 else f"{significant(x, 4):.4g}"


def decimals_cut(text: str) -> str:
    """A text whose long decimals keep six digits: ``0.0202830188679245 USD`` is ``0.020283 USD``."""
    return re.sub(r"\b\d+\.\d{6,}\b", lambda found: f"{significant(found[0], 6):.6g}", text)


def unbounded(x: float) -> str:
    """``∞`` or ``-∞``: what has no bound is no figure."""
    return "∞" if x > 0 else "-∞"


def share(x: float, digits: int = 1) -> str:
    """``12.3 %``; empty for NaN, ``∞`` for what has no bound."""
    if math.isinf(x):
        return unbounded(x)
    return ABSENT if math.isnan(x) else f"{rounded(100 * x, digits):.{digits}f} %"


def fixed(x: float, digits: int, sign: str = "") -> str:
    """So many decimals: ``0.0``, never ``-0.0`` or ``+0.0``; ``sign``: ``+`` to write it else. Empty for NaN."""
    near = rounded(x, digits)
    return ABSENT if math.isnan(x) else f"{near:{sign if near else ''}.{digits}f}"


def days(x: float) -> str:
    """``3.5``, from 10 on without decimals; empty for NaN."""
    if math.isnan(x):
        return ABSENT
    return f"{rounded(x):.0f}" if x >= 9.95 else f"{rounded(x, 1):.1f}"


def minute(stamp: str | None) -> str:
    """A moment of the record to the minute: ``2027-01-04 09:30``, UTC; empty for none."""
    return "" if stamp is None else stamp[:16].replace("T", " ")


def level(confidence: float) -> str:
    """``95 %``."""
    return f"{rounded(100 * confidence, 1):g} %"


def interval(low: float, high: float) -> str:
    """``1,200 .. 1,500``; empty where an end is NaN."""
    return ABSENT if math.isnan(low) or math.isnan(high) else f"{whole(low)} .. {whole(high)}"


def plus_minus(half_width: float) -> str:
    """``± 1,200``; empty for NaN."""
    return ABSENT if math.isnan(half_width) else f"± {whole(half_width)}"


def count(n: float) -> str:
    """``1,200``; ``> 1,000,000`` where no number would do."""
    return whole(n) if math.isfinite(n) or math.isnan(n) else "> 1,000,000"
