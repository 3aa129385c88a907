"""One distribution type wherever a time, a share or an amount is uncertain."""

from __future__ import annotations

import math
import re
from typing import Any, Literal

from pydantic import field_validator, model_serializer, model_validator

from warrantysim.schema.errors import BadInput
from warrantysim.schema.ranges import MOST_MONEY
from warrantysim.schema.strict import Strict

Kind = Literal[
    "constant",
    "uniform",
    "exponential",
    "gamma",
    "lognormal",
    "weibull",
    "hyperexponential",
    "triangular",
    "empirical",
]

PARAMETERS: dict[str, tuple[str, ...]] = {
    "constant": ("value",),
    "uniform": ("low", "high"),
    "exponential": ("mean",),
    "gamma": ("mean", "cv"),
    "lognormal": ("median", "sigma"),
    "weibull": ("eta", "beta"),
    "hyperexponential": ("mean", "cv"),
    "triangular": ("low", "mode", "high"),
    "empirical": ("values",),
}
"""Parameters of each kind. An Erlang of k stages is a gamma with cv = 1/sqrt(k)."""

SHAPES = {"cv": (0.001, 100.0), "sigma": (1e-9, 10.0), "beta": (0.05, 100.0)}
"""Least and greatest value of parameters without a unit: beyond them quantiles lose their digits."""

_CALL = re.compile(r"^\s*(?P<kind>[a-z]+)\s*\(\s*(?P<args>.*?)\s*\)\s*$")


class Distribution(Strict):
    """A distribution by name: ``4.0``, ``{lognormal: {median: 4, sigma: 0.8}}`` or ``lognormal(median=4, sigma=0.8)``.

    Every kind may add ``min``: a location shift added to every value, in the same unit. Times, shares and amounts are
    never negative, so no value may be.
    The hyperexponential has two phases with balanced means and the stated mean and cv (cv >= 1).
    The empirical kind is the step function of its values, each equally likely.
    """

    kind: Kind
    """Name of the distribution [text]."""
    params: dict[str, float | tuple[float, ...]]
    """Its parameters by name, in the unit of the field that holds it."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Distribution):
            return {"kind": value.kind, "params": dict(value.params)}
        if isinstance(value, dict) and "kind" in value:
            return value
        if isinstance(value, bool):
            raise BadInput("expected a number or a distribution, got true/false")
        if isinstance(value, (int, float)):
            return {"kind": "constant", "params": {"value": value}}
        if isinstance(value, str):
            text = value.strip()
            try:
                return {"kind": "constant", "params": {"value": float(text)}}
            except ValueError:
                pass
            match = _CALL.match(text)
            if match is None:
                raise BadInput(
                    "expected a number or a distribution such as 'lognormal(median=4, sigma=0.8)', got {value!r}",
                    value=value,
                )
            params: dict[str, Any] = {}
            for part in filter(None, (p.strip() for p in match["args"].split(","))):
                name, sep, number = part.partition("=")
                if not sep:
                    raise BadInput("expected name=value in {value!r}, got {part!r}", value=value, part=part)
                numbers = tuple(float(x) for x in number.split("|"))
                params[name.strip()] = numbers if name.strip() == "values" else numbers[0]
            return {"kind": match["kind"], "params": params}
        if isinstance(value, dict) and len(value) == 1:
            ((kind, params),) = value.items()
            if isinstance(params, (int, float)) and PARAMETERS.get(kind, ()) in {("value",), ("mean",)}:
                params = {PARAMETERS[kind][0]: params}
            if isinstance(params, (list, tuple)) and kind == "empirical":
                params = {"values": tuple(params)}
            return {"kind": kind, "params": params}
        raise BadInput("expected a number or one distribution such as {lognormal: {median: 4, sigma: 0.8}}")

    @field_validator("params")
    @classmethod
    def _finite(cls, params: dict[str, Any]) -> dict[str, Any]:
        for name, value in params.items():
            if not all(math.isfinite(v) for v in (value if isinstance(value, tuple) else (value,))):
                raise BadInput("expected a finite number for {name}", name=name)
            if any(abs(v) > MOST_MONEY for v in (value if isinstance(value, tuple) else (value,))):
                raise BadInput(
                    "expected {name} of at most {most:.0e}, got {value!r}",
                    name=name,
                    most=MOST_MONEY,
                    value=value,
                )
        return params

    @model_validator(mode="after")
    def _complete(self) -> Distribution:
        wanted = PARAMETERS[self.kind]
        given = set(self.params) - {"min"}
        if missing := [name for name in wanted if name not in given]:
            raise BadInput(
                "{kind} needs {names}; missing {missing}",
                kind=self.kind,
                names=", ".join(wanted),
                missing=", ".join(missing),
            )
        if unknown := sorted(given - set(wanted)):
            raise BadInput(
                "{kind} takes {names} and min; unknown {unknown}",
                kind=self.kind,
                names=", ".join(wanted),
                unknown=", ".join(unknown),
            )
        p = self.params
        for name in ("mean", "cv", "sigma", "eta", "beta", "median"):
            if name in p and not p[name] > 0:  # type: ignore[operator]
                raise BadInput("expected {name} above 0, got {found:g}", name=name, found=p[name])
            if name in p and name in SHAPES and not SHAPES[name][0] <= p[name] <= SHAPES[name][1]:  # type: ignore[operator]
                low, high = SHAPES[name]
                raise BadInput(
                    "expected {name} from {low:g} to {high:g}, got {found:g}",
                    name=name,
                    low=low,
                    high=high,
                    found=p[name],
                )
        if self.kind == "hyperexponential" and self.number("cv") < 1:
            raise BadInput("expected cv of at least 1 for a hyperexponential, got {cv:g}", cv=self.number("cv"))
        if self.kind == "uniform" and not self.number("low") <= self.number("high"):
            raise BadInput(
                "expected low <= high, got {low:g} and {high:g}",
                low=self.number("low"),
                high=self.number("high"),
            )
        if self.kind == "triangular" and not self.number("low") <= self.number("mode") <= self.number("high"):
            ends = ", ".join(f"{self.number(name):g}" for name in wanted)
            raise BadInput("expected low <= mode <= high, got {ends}", ends=ends)
        if self.kind == "empirical" and not p["values"]:
            raise BadInput("expected at least one value")
        if self.least() < 0:
            raise BadInput("expected values of at least 0, got {least:g}", least=self.least())
        try:
            finite = math.isfinite(self.mean())
        except OverflowError:
            finite = False
        if not finite:
            raise BadInput("expected a distribution with a finite mean; its spread is beyond all figures")
        return self

    @model_serializer
    def _plain(self) -> Any:
        if self.kind == "constant" and set(self.params) == {"value"}:
            return self.params["value"]
        return {self.kind: dict(self.params)}

    def number(self, name: str) -> float:
        """A scalar parameter."""
        value = self.params[name]
        assert isinstance(value, float)
        return value

    @property
    def shift(self) -> float:
        """The location shift ``min``; 0 where none is stated."""
        return self.number("min") if "min" in self.params else 0.0

    def least(self) -> float:
        """The lower end of its values, in the field's unit."""
        match self.kind:
            case "constant":
                base = self.number("value")
            case "uniform" | "triangular":
                base = self.number("low")
            case "empirical":
                values = self.params["values"]
                assert isinstance(values, tuple)
                base = min(values)
            case _:
                base = 0.0
        return self.shift + base

    def mean(self) -> float:
        """The expected value, in the field's unit."""
        p = self.params
        match self.kind:
            case "constant":
                base = self.number("value")
            case "uniform":
                base = (self.number("low") + self.number("high")) / 2
            case "exponential" | "gamma" | "hyperexponential":
                base = self.number("mean")
            case "lognormal":
                base = self.number("median") * math.exp(self.number("sigma") ** 2 / 2)
            case "weibull":
                base = self.number("eta") * math.gamma(1 + 1 / self.number("beta"))
            case "triangular":
                base = (self.number("low") + self.number("mode") + self.number("high")) / 3
            case _:
                values = p["values"]
                assert isinstance(values, tuple)
                base = sum(values) / len(values)
        return self.shift + base
