"""How much, in which currency?"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from tools.domain.model import Frozen

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


class CurrencyMismatchError(ValueError):
    """Amounts in two currencies were combined."""


class Money(Frozen):
    """An amount in integer minor units (cents, pence; yen have none)."""

    amount: int = Field(strict=True)
    currency: Currency

    def __add__(self, other: Self) -> "Money":
        self._require_same_currency(other)
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._require_same_currency(other)
        return Money(amount=self.amount - other.amount, currency=self.currency)

    def __mul__(self, quantity: int) -> "Money":
        return Money(amount=self.amount * quantity, currency=self.currency)

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not add up.")
