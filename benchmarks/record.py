"""What the plain model writes down."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Record:
    """What one claim went through [days]."""

    opened: float
    value: float
    stamps: dict[str, float] = field(default_factory=dict)
