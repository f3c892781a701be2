"""How a quantity spreads around its mean: the distributions that a scenario may name."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from borderflow.scenario.units import Duration, Share, whole
from borderflow.scenario.words import Words, stands

Cv = Annotated[float, Field(gt=0, le=10)]


class Mean(Words):
    """A spread that its mean determines."""

    mean: Duration = Field(description="mean", examples=["12 min"])


class MeanCv(Words):
    """``cv``: coefficient of variation, standard deviation ÷ mean."""

    mean: Duration = Field(description="mean", examples=["12 min"])
    cv: Cv = Field(description="coefficient of variation, standard deviation ÷ mean", examples=[0.6])


class LowHigh(Words):
    """A spread between two ends."""

    low: Duration = Field(description="least", examples=["3 min"])
    high: Duration = Field(description="greatest", examples=["8 min"])

    @model_validator(mode="after")
    def _ordered(self) -> LowHigh:
        if not self.low < self.high:
            raise ValueError("'low' must be less than 'high'")
        return self


class LowModeHigh(Words):
    """A spread between two ends with a most likely value."""

    low: Duration = Field(description="least", examples=["3 min"])
    mode: Duration = Field(description="most likely", examples=["5 min"])
    high: Duration = Field(description="greatest", examples=["8 min"])

    @model_validator(mode="after")
    def _ordered(self) -> LowModeHigh:
        if not (self.low <= self.mode <= self.high and self.low < self.high):
            raise ValueError("'low', 'mode' and 'high' must rise")
        return self


class Spread(Words):
    """A duration that varies; exactly one kind is named. ``3 d`` alone is ``{fixed: 3 d}``."""

    fixed: Duration | None = Field(None, description="always the same; `3 d` alone means this", examples=["3 d"])
    exponential: Mean | None = Field(None, description="exponential", examples=[{"mean": "12 min"}])
    gamma: MeanCv | None = Field(None, description="gamma", examples=[{"mean": "3 min", "cv": 0.5}])
    lognormal: MeanCv | None = Field(None, description="lognormal", examples=[{"mean": "12 min", "cv": 0.6}])
    triangular: LowModeHigh | None = Field(
        None, description="triangular", examples=[{"low": "2 d", "mode": "3 d", "high": "7 d"}]
    )
    uniform: LowHigh | None = Field(None, description="uniform", examples=[{"low": "2 d", "high": "7 d"}])

    _stands = field_validator("*", mode="before")(stands)

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

    mean: Annotated[float, Field(ge=1, le=60)] = Field(
        description="mean persons, after cutting at `min` and `max`", examples=[5.6]
    )
    cv: Cv = Field(description="coefficient of variation, standard deviation ÷ mean, before cutting", examples=[0.5])
    min: Annotated[int, Field(ge=1)] = Field(1, description="least persons", examples=[1])
    max: Annotated[int, Field(ge=1, le=60)] = Field(25, description="most persons", examples=[25])

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

    fixed: Annotated[int, Field(ge=1, le=60)] | None = Field(
        None, description="always the same; `6` alone means this", examples=[6]
    )
    negative_binomial: NegativeBinomial | None = Field(
        None, description="negative binomial", examples=[{"mean": 5.6, "cv": 0.5, "max": 20}]
    )
    shares: Annotated[dict[Annotated[int, Field(ge=1, le=60)], Share], AfterValidator(whole)] | None = Field(
        None,
        description="persons and the share of the households that have so many; the shares add to 1",
        examples=[{"4": 0.3, "6": 0.5, "9": 0.2}],
    )

    _stands = field_validator("*", mode="before")(stands)

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
