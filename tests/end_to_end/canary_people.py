"""The people whose data are canaries: invented, with identifiers that are valid in their registers.

Check digits are reckoned here from the rules of the two registers and not by the product, so that a mistake there would
show as rows that do not land.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, timedelta

from canary import Canary

_IIN_ROUNDS, _EE_ROUNDS = ("123456789ab", "3456789ab12"), ("1234567891", "3456789123")
_WORDS = ("Бірінші", "Екінші", "Үшінші", "Төртінші", "Бесінші", "Алтыншы", "Жетінші", "Тоғызыншы", "Оныншы", "Соңғы")


@dataclass(frozen=True)
class Person:
    """An invented person: number `number` of everybody; the check digit may be spoiled on purpose."""

    origin: str
    number: int
    is_estonian: bool = False
    is_spoiled: bool = False
    born_from: date = date(1961, 2, 11)

    @property
    def born(self) -> date:
        return self.born_from + timedelta(days=19 * self.number)

    @property
    def id(self) -> str:
        if self.is_estonian:
            body = f"3{self.born:%y%m%d}{self.number:03d}"
            digit = _check_digit(body, _EE_ROUNDS)
            return body + str(digit or 0)
        century = 5 if self.born.year >= 2000 else 3
        # An IIN whose two rounds both give 10 was never issued, so the next serial number is taken.
        bodies = (f"{self.born:%y%m%d}{century}{serial:04d}" for serial in range(7000 + 7 * self.number, 10_000))
        checked = ((body, _check_digit(body, _IIN_ROUNDS)) for body in bodies)
        body, digit = next((body, digit) for body, digit in checked if digit is not None)
        return body + str((digit + self.is_spoiled) % 10)

    @property
    def surname(self) -> str:
        if self.is_estonian:
            return f"Kanaarilõpp-{self.number}"
        return f"Канарейкін-{_WORDS[self.number % 10]}-{_WORDS[self.number // 10 % 10]}"

    @property
    def phone(self) -> str:
        return f"+7 701 555 {self.number:02d} 01"

    @property
    def email(self) -> str:
        return f"kanareika-{self.number}@test.example"

    @property
    def address(self) -> str:
        return f"ул. Канареечная, {self.number}/77, кв. 5"

    @property
    def scheme(self) -> str:
        return "ee.isikukood" if self.is_estonian else "kz.iin"

    def pseudonym(self, key: bytes) -> str:
        return hmac.digest(key, f"person\x1f{self.scheme}:{self.id}".encode(), "sha256").hex()[:32]

    def canaries(self) -> list[Canary]:
        """What of the person must not get out, in the spellings that programs give it."""
        named = f"{self.scheme}:{self.id}"
        digits = "".join(letter for letter in self.phone if letter.isdigit())
        return [
            # A spreadsheet cuts the zeros in front.
            Canary(
                self.origin, "identifier", tuple({self.id, self.id.lstrip("0")}), (self.id, named, f"person\x1f{named}")
            ),
            Canary(
                self.origin, "name", tuple({self.surname, self.surname.lower(), self.surname.upper()}), (self.surname,)
            ),
            Canary(self.origin, "phone", (self.phone, digits, digits[1:]), (self.phone, digits)),
            Canary(self.origin, "e-mail", (self.email, self.email.upper()), (self.email,)),
            Canary(self.origin, "address", (self.address, self.address.lower()), (self.address,)),
            Canary(self.origin, "birth date", (f"{self.born:%Y-%m-%d}", f"{self.born:%d.%m.%Y}"), ()),
        ]


def _check_digit(body: str, rounds: tuple[str, str]) -> int | None:
    """Weighted sum modulo 11 by the first round of weights (in hex), by the second where that gives 10; else null."""
    for weights in rounds:
        rest = sum(int(digit) * int(weight, 16) for digit, weight in zip(body, weights, strict=True)) % 11
        if rest < 10:
            return rest
    return None
