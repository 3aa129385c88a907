"""Money as people write it: an amount and its ISO currency, never one without the other."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import core_schema

from warrantysim.schema.errors import BadInput
from warrantysim.schema.figure_advice import expected_amount, unsure_amount
from warrantysim.schema.ranges import MOST_MONEY

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217 code, three capitals [text]."""

_AMOUNT = re.compile(
    r"^\s*(?P<value>[-+]?(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"\s*(?P<currency>[A-Z]{3})\s*$"
)


class Amount:
    """A sum of money in one currency, written ``58 USD``; immutable, compared by value and currency."""

    __slots__ = ("currency", "value")

    value: float
    currency: str

    def __init__(self, value: float, currency: str) -> None:
        if not math.isfinite(value):
            raise BadInput("expected a finite amount, got {value!r}", value=value)
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "currency", currency)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Amount is immutable, cannot set {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and (self.value, self.currency) == (other.value, other.currency)

    def __hash__(self) -> int:
        return hash((self.value, self.currency))

    def __reduce__(self) -> tuple[type[Amount], tuple[float, str]]:
        return Amount, (self.value, self.currency)

    def __repr__(self) -> str:
        return f"{self.value:g} {self.currency}" if self.value == float(f"{self.value:g}") else str(self)

    def __str__(self) -> str:
        return f"{self.value!r} {self.currency}"

    def __mul__(self, factor: float) -> Amount:
        return Amount(self.value * factor, self.currency)

    @classmethod
    def parse(cls, text: Any) -> Amount:
        """Read ``58 USD``, ``1,500.00 EUR`` or an Amount; a comma only parts thousands, and ``12,500 USD`` or
        ``12.500 USD``, which each mean another figure to another reader, are refused.

        Raises
        ------
        ValueError
            For a bare number or any other form: the message says what was expected.
        """
        if isinstance(text, Amount):
            return text
        match = _AMOUNT.match(text) if isinstance(text, str) else None
        if match is None or unsure_amount(text):
            raise ValueError(expected_amount(text))
        value = float(match["value"].replace(",", ""))
        if not abs(value) <= MOST_MONEY:
            raise BadInput("expected an amount of at most {most:.0e}, got {text!r}", most=MOST_MONEY, text=text)
        return cls(value, match["currency"])

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse, serialization=core_schema.plain_serializer_function_ser_schema(str)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": _AMOUNT.pattern, "examples": ["58 USD"]}
