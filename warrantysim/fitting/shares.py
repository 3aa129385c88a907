"""Shares of a seller's own history, with intervals: labels used, no fault found."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import betaincinv


@dataclass(frozen=True)
class Share:
    """A share: a beta law of what it may be, and what it rests on."""

    a: float
    """First parameter: cases counted for, and what was known before."""
    b: float
    """Second parameter: cases counted against, and what was known before."""
    counted: float
    """Cases it rests on [count]."""

    @property
    def value(self) -> float:
        """Its mean [share]."""
        return self.a / (self.a + self.b)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Equal-tailed interval; from 0 where none was counted for, to 1 where none was counted against."""
        tail = (1 - confidence) / 2
        low, high = betaincinv(self.a, self.b, [tail, 1 - tail])
        return (0.0 if self.a <= 0.5 else float(low)), (1.0 if self.b <= 0.5 else float(high))


JEFFREYS = Share(0.5, 0.5, 0)
"""What is known of a share of which nothing is known (Brown, Cai & DasGupta 2001: intervals that cover)."""


def counted(yes: float, of: float, before: Share = JEFFREYS) -> Share:
    """A share counted, on top of what was known before.

    Raises
    ------
    ValueError
        For more counted for than there were.
    """
    if not 0 <= yes <= of:
        raise ValueError(f"expected 0 <= counted <= {of:g}, got {yes:g}")
    return Share(before.a + yes, before.b + of - yes, of)
