"""What a parcel counts for: billed weight by each carrier's own rounding, in the unit of its card."""

from __future__ import annotations

import numpy as np

from warrantysim.schema.shipping import RateCard

KG_PER_UNIT = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.45359237 / 16}
"""Kilograms in one unit of a card's weight."""
CM_PER_INCH = 2.54
SLACK = 1e-9
"""Relative slack when a weight is held against a step: 0.45359237 kg is one pound, not a hair more."""


def round_up(quantity: np.ndarray, step: float) -> np.ndarray:
    """``quantity`` rounded up to a multiple of ``step``; unchanged where ``step`` is 0. Same shape."""
    return quantity if step == 0 else np.ceil(quantity / step * (1 - SLACK)) * step


def dimensional_weight(card: RateCard, dims_cm: np.ndarray) -> np.ndarray:
    """Weight the volume counts for, in kg: volume over the divisor, 0 at or below the card's threshold volume.

    ``dims_cm``: length, width, height, shape (n, 3). Returns shape (n,).
    """
    if card.divisor is None:
        return np.zeros(len(dims_cm))
    inches = card.divisor_unit == "in3_per_lb"
    sides = dims_cm / CM_PER_INCH if inches else dims_cm
    if card.round_dims == "up":
        sides = round_up(sides, 1.0)
    elif card.round_dims == "nearest":
        sides = np.floor(sides + 0.5)
    volume = np.prod(sides, axis=1)
    weight = volume / card.divisor * (KG_PER_UNIT["lb"] if inches else 1.0)
    return np.where(volume > card.divisor_above, weight, 0.0)


def billed_size(card: RateCard, weight_kg: np.ndarray, dims_cm: np.ndarray) -> np.ndarray:
    """What a card looks its price up by, in its own unit: the larger of actual and dimensional weight, at least
    ``min_weight`` and rounded up to ``round_to``; for size classes length + width + height in cm. Shape (n,)."""
    if card.kind == "size_class":
        return dims_cm.sum(axis=1)
    heavier = np.maximum(weight_kg, dimensional_weight(card, dims_cm)) / KG_PER_UNIT[card.unit]
    return round_up(np.maximum(heavier, card.min_weight), card.round_to)
