"""How a quantity spreads around its mean: the distributions that a scenario may name."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from borderflow.scenario.units import Duration, Share, whole
from borderflow.scenario.words import Words

Cv = Annotated[float, Field(gt=0, le=10)]


class Mean(Words):
    mean: Duration


class MeanCv(Words):
    """``cv``: coefficient of variation, standard deviation ÷ mean."""

    mean: Duration
    cv: Cv


class LowHigh(Words):
    low: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> LowHigh:
        if not self.low < self.high:
            raise ValueError("'low' must be less than 'high'")
        return self


class LowModeHigh(Words):
    low: Duration
    mode: Duration
    high: Duration

    @model_validator(mode="after")
    def _ordered(self) -> LowModeHigh:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("'low', 'mode' and 'high' must rise")
        return self


class Spread(Words):
    """A duration that varies; exactly one kind is named. ``3 d`` alone is ``{fixed: 3 d}``."""

    fixed: Duration | None = None
    exponential: Mean | None = None
    gamma: MeanCv | None = None
    lognormal: MeanCv | None = None
    triangular: LowModeHigh | None = None
    uniform: LowHigh | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Spread:
        if len(self.model_fields_set) != 1:
            raise ValueError("name exactly one kind: fixed, exponential, gamma, lognormal, triangular or uniform")
        return self

    @property
    def kind(self) -> str:
        return next(iter(self.model_fields_set))

    @property
    def mean(self) -> float:
        """Mean in seconds."""
        of: Any = getattr(self, self.kind)
        match self.kind:
            case "fixed":
                return float(of)
            case "triangular":
                return float(of.low + of.mode + of.high) / 3
            case "uniform":
                return float(of.low + of.high) / 2
            case _:
                return float(of.mean)


def _bare_is_fixed(value: Any) -> Any:
    return value if isinstance(value, (dict, Spread)) else {"fixed": value}


SpreadOf = Annotated[Spread, BeforeValidator(_bare_is_fixed)]


class NegativeBinomial(Words):
    """Household size: counts with ``mean`` and ``cv``, cut at ``min`` and ``max``; the mean is that after cutting."""

    mean: Annotated[float, Field(ge=1, le=60)]
    cv: Cv
    min: Annotated[int, Field(ge=1)] = 1
    max: Annotated[int, Field(ge=1, le=60)] = 25

    @model_validator(mode="after")
    def _possible(self) -> NegativeBinomial:
        if not self.min < self.mean < self.max:
            raise ValueError("the mean must lie between 'min' and 'max'")
        if self.cv**2 * self.mean <= 1:
            least = self.mean**-0.5
            raise ValueError(f"a negative binomial of this mean needs a cv over {least:.2f}")
        return self


class Size(Words):
    """Persons in a household; exactly one kind is named. ``6`` alone is ``{fixed: 6}``."""

    fixed: Annotated[int, Field(ge=1, le=60)] | None = None
    negative_binomial: NegativeBinomial | None = None
    shares: Annotated[dict[Annotated[int, Field(ge=1, le=60)], Share], AfterValidator(whole)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Size:
        if len(self.model_fields_set) != 1:
            raise ValueError("name exactly one kind: fixed, negative_binomial or shares")
        return self

    @property
    def largest(self) -> int:
        """The most persons that a household can have."""
        if self.negative_binomial is not None:
            return self.negative_binomial.max
        if self.shares is not None:
            return max((persons for persons, share in self.shares.items() if share), default=0)
        return self.fixed or 0

    @property
    def mean(self) -> float:
        """Mean persons in a household."""
        if self.negative_binomial is not None:
            return self.negative_binomial.mean
        if self.shares is not None:
            return math.fsum(persons * share for persons, share in self.shares.items())
        return float(self.fixed or 1)


SizeOf = Annotated[Size, BeforeValidator(lambda v: v if isinstance(v, (dict, Size)) else {"fixed": v})]
Shape = Literal["step", "ramp", "decay"]
