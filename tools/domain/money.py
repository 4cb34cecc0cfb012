"""How much, in which currency?"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints

from tools.domain.model import Frozen

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code."""


_DIGITS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
DIGITS = {currency: digits for digits, codes in _DIGITS.items() for currency in codes.split()}
"""Digits after the point where they are not two; ISO 4217, list one."""
_USUAL_DIGITS = 2


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

    def __str__(self) -> str:
        """Write the amount for people inside, the same in every country: `80.00 EUR`."""
        digits = DIGITS.get(self.currency, _USUAL_DIGITS)
        sign, minor = "-" * (self.amount < 0), str(abs(self.amount)).rjust(digits + 1, "0")
        whole, part = (minor[:-digits], minor[-digits:]) if digits else (minor, "")
        return f"{sign}{whole}{'.' * bool(part)}{part} {self.currency}"

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency} do not add up.")
