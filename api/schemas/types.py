"""Money, rates and bodies on the wire. The only place where a float is allowed to exist.

An amount below 10^12 with two decimals has at most 14 significant digits, so the shortest
text of its float is the amount itself: JSON numbers leave exactly as they are stored. So do
sums below 9 * 10^13, the most cents that a float tells apart.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from domain import money
from domain.dates import EARLIEST, LATEST
from domain.money import CENT, ZERO, InvalidAmount

_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
# As what we stored ourselves is written; whatever else comes in is looked at more closely.
_STORED = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,2})?")
_STORED_RATE = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,10})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
RATE_DECIMALS = 10


class BodyIn(BaseModel):
    """A request body: a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class BodyOut(BaseModel):
    """A response body, built from values by name."""

    model_config = ConfigDict(from_attributes=True)


def _decimal(value: object) -> Decimal:
    """Take JSON numbers (parsed as decimals) and plain strings, nothing else."""
    if isinstance(value, float):  # our own stored answers, never a request
        return Decimal(repr(value))
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        raise PydanticCustomError("money", "is not a number")
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise PydanticCustomError("money", "is not a number")
    return Decimal(value)


def _exact(value: object, decimals: int) -> Decimal:
    try:
        return money.amount(_decimal(value), decimals)
    except InvalidAmount as error:
        reason = f"must be below 10^12 with at most {decimals} decimals"
        raise PydanticCustomError("money", reason) from error


def _cents(value: object) -> Decimal:
    if type(value) is int and value == 0:  # the empty side of every line
        return ZERO
    if type(value) is Decimal and value.is_finite():  # what JSON numbers are parsed to
        exact = value.quantize(CENT) if -money.LIMIT < value < money.LIMIT else None
        if exact == value:
            return exact + 0
    return _exact(value, 2)


def _summed(value: object) -> Decimal:
    """What was booked may add up to more than may be booked at once."""
    if type(value) is str and _STORED.fullmatch(value):
        return Decimal(value).quantize(CENT) + 0
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, str) and _PLAIN.fullmatch(number):  # as it was stored
        number = Decimal(number)
    if isinstance(number, Decimal) and number.is_finite():
        exact = number.quantize(CENT)
        if exact == number:
            return exact + 0
    return _cents(value)


def _fine(value: object) -> Decimal:
    if type(value) is str and _STORED_RATE.fullmatch(value):
        return Decimal(value).normalize() + 0
    return _exact(value, RATE_DECIMALS).normalize() + 0


_IN = WithJsonSchema(
    {
        "anyOf": [
            {"type": "number", "multipleOf": 0.01},
            {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"},
        ],
        "examples": [119.0],
    },
    mode="validation",
)
_OUT = WithJsonSchema({"type": "number", "examples": [119.0]}, mode="serialization")
_RATE_IN = WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}]}, mode="validation")
_NUMBER = PlainSerializer(float, return_type=float, when_used="json")

Money = Annotated[Decimal, BeforeValidator(_summed), _NUMBER, _IN, _OUT]
"""An amount that leaves, with two decimals; sums have no limit."""

MoneyIn = Annotated[Decimal, BeforeValidator(_cents), _NUMBER, _IN, _OUT]
"""An amount that comes in, below 10^12; finer ones than cents are refused, never rounded."""

PositiveMoney = Annotated[MoneyIn, Field(gt=0)]
NonNegativeMoney = Annotated[MoneyIn, Field(ge=0)]

MoneyText = Annotated[
    Decimal,
    BeforeValidator(_summed),
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["119.00"]}, mode="serialization"),
    _IN,
]
"""An amount that leaves as a string with two decimals (payment runs)."""

Rate = Annotated[Decimal, BeforeValidator(_fine), _NUMBER, _RATE_IN, _OUT]
"""A rate or a foreign amount with at most ten decimals."""


def _written(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date", "must look like YYYY-MM-DD")


AnyDay = Annotated[date, BeforeValidator(_written)]
"""A day as it is written, YYYY-MM-DD; numbers and instants are none."""

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST), BeforeValidator(_written)]
"""A day that a booking or a document can be about: 0206 was meant to be another year."""


def _scalar(value: object) -> object:
    """Numbers of metadata are kept as JSON numbers, and only such as come back as they were."""
    if not isinstance(value, Decimal):
        return value
    kept = float(value)
    if Decimal(repr(kept)) != value:
        raise PydanticCustomError("number", "has more digits than can be kept; send it as text")
    return kept


Scalar = Annotated[str | bool | int | float | None, BeforeValidator(_scalar)]
"""A value of custom metadata."""

_DEEPEST = 20
"""Nothing that people or programs note nests deeper; what does could not be shown any more."""


def _kept(value: object, depth: int = 0) -> object:
    if depth > _DEEPEST:
        raise PydanticCustomError("depth", "is nested too deeply")
    if isinstance(value, dict):
        return {name: _kept(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_kept(each, depth + 1) for each in value]
    return _scalar(value)


JsonObject = Annotated[dict[str, Any], BeforeValidator(_kept)]
"""A JSON object of anybody's, as deep as it can be kept and shown, its numbers as JSON numbers."""
