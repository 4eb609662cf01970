"""Random operations on the books of an Austrian tenant, as an office does them all at once.

Each clerk draws from a generator of its own, so that a seed tells what is asked, whoever comes
first. An operation is one request, or one booking of a batch.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from tests.e2e.keep_alive import Answer, Connection

PLAIN = ("0400", "0620", "2700", "3120", "4000", "4010", "5010", "6815", "6840", "7300", "7310")
INPUT = ("VST20", "VST10", "VST13", "VST20-ND", "VST-RC20", "VST-IGE20", "VST-RC20-ND", "OWN")
OUTPUT = ("UST20", "UST10", "UST13", "UST0-RC")
CONTRA = ("2800", "2800", "3300", "2000", "2700")
# What another clerk may have brought about meanwhile.
MEANWHILE = {
    "PERIOD_LOCKED",
    "INVALID_TAX_CODE",
    "INVALID_DATE",
    "HAS_SETTLEMENTS",
    "INVOICE_BEING_PAID",
    "CANNOT_REVERSE",
    "OPENING_BALANCES_EXIST",
    "PERIOD_ALREADY_SOFT_LOCKED",
}
_OK = {200, 201}


@dataclass(slots=True)
class Tally:
    """What was done: operations, intents that were accepted, and answers by their kind."""

    operations: int = 0
    intents: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)


class Clerk:
    """Works through operations over one connection."""

    def __init__(self, connection: Connection, seed: str, year: int) -> None:
        self.tally = Tally()
        self._connection = connection
        self._random = Random(seed)  # noqa: S311 - a test that can be repeated
        self._seed = seed
        self._year = year
        self._booked: list[str] = []
        self._transacted: list[str] = []
        self._asked = 0

    async def work(self, operations: int) -> None:
        """Do as many operations."""
        acts, weights = zip(*self._acts, strict=True)
        while self.tally.operations < operations:
            (act,) = self._random.choices(acts, weights)
            await act(min(operations - self.tally.operations, 60))

    @property
    def _acts(self) -> list[tuple[Callable[[int], Awaitable[None]], float]]:
        return [
            (self._book, 60),
            (self._book_many, 4),
            (self._book_twice, 2),
            (self._reverse, 10),
            (self._reverse_again, 1),
            (self._transact, 8),
            (self._reverse_transaction, 1),
            (self._open_books, 0.5),
            (self._change_tax_code, 0.2),
            (self._lock_for_a_moment, 0.5),
            (self._break_a_rule, 4),
        ]

    async def _book(self, _: int) -> None:
        answer = await self._send("POST", "/v1/bookings", self._booking(), {201})
        if answer.status in _OK:
            self._keep(answer.body["intent_id"])

    async def _book_many(self, most: int) -> None:
        bookings = [self._booking() for _ in range(self._random.randint(1, most))]
        answer = await self._send(
            "POST", "/v1/bookings/batch", {"bookings": bookings}, {201}, len(bookings)
        )
        if answer.status in _OK:
            assert len(answer.body["results"]) == len(bookings)
            for each in answer.body["results"]:
                self._keep(each["intent_id"])

    async def _book_twice(self, _: int) -> None:
        """The second answer is the first one, unless that was a refusal; one is booked."""
        body, key = self._booking(), f"{self._seed}-twice-{self._asked}"
        first = await self._send("POST", "/v1/bookings", body, {201}, key=key)
        again = await self._send("POST", "/v1/bookings", body, {201}, key=key)
        if first.status in _OK:
            assert again.body == first.body
            assert again.headers["idempotent-replayed"] == "true"
        if again.status in _OK:
            self._keep(again.body["intent_id"])

    async def _reverse(self, _: int) -> None:
        if self._booked:
            await self._reversed(self._random.choice(self._booked))

    async def _reversed(self, intent_id: str) -> None:
        mode = self._random.choice(["current_period", "original_period"])
        body = {"intent_id": intent_id, "posting_mode": mode, "reason": 'Irrtum; "falsch"'}
        answer = await self._send("POST", "/v1/journal/reverse", body, {200, 201})
        if answer.status in _OK:
            self._booked.remove(intent_id)
            self._keep(answer.body["reversal_intent_id"])

    async def _reverse_again(self, _: int) -> None:
        """What is not there, or was reversed before."""
        body = {"intent_id": "00000000-0000-4000-8000-000000000000"}
        await self._send("POST", "/v1/journal/reverse", body, {404})

    async def _transact(self, _: int) -> None:
        is_income = self._random.random() < 0.5
        body = {
            "type": "income" if is_income else "expense",
            "amount": self._amount(),
            "description": self._random.choice(["Honorar", "Miete", "Büro"]),
            "date": self._day(),
            "category": self._random.choice(
                ["revenue", "grants", "interest"] if is_income else ["rent", "software", "neues"]
            ),
        }
        if self._random.random() < 0.5:
            body["vat_rate"] = self._random.choice([20, 13, 10, 0])
        answer = await self._send("POST", "/v1/transactions", body, {201})
        if answer.status in _OK:
            name = answer.body["data"]["id"]
            self._transacted.append(name)
            self._keep(name, reversible=False)

    async def _reverse_transaction(self, _: int) -> None:
        if self._transacted:
            name = self._transacted.pop()
            path = f"/v1/transactions/{name}/reverse"
            answer = await self._send("POST", path, {"reason": "Irrtum"}, {200, 201})
            if answer.status in _OK:
                self._keep(answer.body["data"]["reversal_transaction"]["id"], reversible=False)

    async def _open_books(self, _: int) -> None:
        amount = self._amount()
        rows = [
            {"account_number": "2800", "account_name": "", "debit": amount, "credit": 0},
            {"account_number": "9320", "account_name": "", "debit": 0, "credit": amount},
        ]
        body = {"booking_date": self._day(), "balances": rows}
        answer = await self._send("POST", "/v1/bookings/opening-balances", body, {200, 201})
        if answer.status in _OK:
            self._keep(answer.body["intent_id"])

    async def _change_tax_code(self, _: int) -> None:
        body = {
            "rate": self._random.choice([5, 20, 19.5]),
            "is_active": self._random.random() < 0.95,
        }
        await self._send("PATCH", "/v1/tax-codes/OWN", body, {200})

    async def _lock_for_a_moment(self, _: int) -> None:
        month = self._day()[:7]
        locked = await self._send("POST", f"/v1/periods/{month}/soft-lock", None, {200})
        if locked.status in _OK:
            await self._book(1)
            await self._send("POST", f"/v1/periods/{month}/reopen", None, {200})

    async def _break_a_rule(self, _: int) -> None:
        """What is wrong in itself is refused, whatever else happens."""
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"lines": self._lines("6815", "2800", 1, 2)}, "BALANCE_MISMATCH"),
            ({"lines": self._lines("6816999", "2800", 1, 1)}, "ACCOUNT_NOT_FOUND"),
            ({"lines": self._lines("6815", "2800", 1, 1, "NONE")}, "INVALID_TAX_CODE"),
            ({"booking_date": f"{self._year}-02-30"}, "INVALID_INPUT"),
            ({"tax_cod": "VST20"}, "INVALID_INPUT"),
            (
                {"adjustment_period": 13, "booking_date": f"{self._year}-03-01"},
                "INVALID_ADJUSTMENT_PERIOD",
            ),
        ]
        body, code = self._random.choice(wrong)
        sound = {
            "booking_date": self._day(),
            "description": "Falsch",
            "lines": self._lines("6815", "2800", 1, 1),
        }
        answer = await self._send("POST", "/v1/bookings", {**sound, **body}, {400})
        assert answer.code in {code, *MEANWHILE}, answer.body

    async def _send(
        self,
        method: str,
        path: str,
        body: Any,
        right: set[int],
        operations: int = 1,
        key: str | None = None,
    ) -> Answer:
        self._asked += 1
        self.tally.operations += operations
        named = key or (f"{self._seed}-{self._asked}" if method == "POST" else "")
        answer = await self._connection.send(method, path, body, named)
        assert answer.status in right or answer.code in MEANWHILE, (path, body, answer)
        self.tally.answers[f"{answer.status} {answer.code}".strip()] += operations
        return answer

    def _keep(self, name: str, *, reversible: bool = True) -> None:
        intent_id = name.removeprefix("txn_").replace("-", "")
        assert intent_id not in self.tally.intents
        self.tally.intents.add(intent_id)
        if reversible:
            self._booked.append(name)

    def _booking(self) -> dict[str, Any]:
        """A booking of some shape."""
        shape = self._random.random()
        body: dict[str, Any] = {
            "booking_date": self._day(),
            "description": self._random.choice(['Paper "A4"', "Miete; März", "Büro\\Wien", "😀"]),
            "lines": self._taxed() if shape < 0.4 else self._plain(),
            "skip_duplicate_check": True,
        }
        if shape > 0.9:
            body |= {"adjustment_period": self._random.choice([13, 14])}
            body["booking_date"] = f"{self._year}-12-31"
        elif shape > 0.85:
            body["fx"] = self._foreign(body["lines"], body["booking_date"])
        elif shape > 0.7:
            body |= {"external_reference": 'ER-1; "x"', "custom_metadata": {"k": 1, "t": "ä\n"}}
        return body

    def _plain(self) -> list[dict[str, Any]]:
        amounts = [self._amount() for _ in range(self._random.choice([1, 1, 1, 2, 4]))]
        lines = [self._line(self._random.choice(PLAIN), amount) for amount in amounts]
        total = sum(map(_exact, amounts), Decimal())
        # The same account on both sides of an entry is refused.
        used = {line["account_number"] for line in lines}
        contra = self._random.choice([each for each in CONTRA if each not in used])
        lines.append(self._line(contra, float(total), is_debit=False))
        return lines if self._random.random() < 0.5 else [_turned(each) for each in lines]

    def _taxed(self) -> list[dict[str, Any]]:
        amount, contra = self._amount(), self._random.choice(CONTRA)
        if self._random.random() < 0.6:
            return self._lines("6815", contra, amount, amount, self._random.choice(INPUT))
        lines = self._lines("4000", contra, amount, amount, self._random.choice(OUTPUT))
        return [_turned(each) for each in lines]

    def _lines(
        self, debit: str, credit: str, amount: float, other: float, code: str | None = None
    ) -> list[dict[str, Any]]:
        coded = {"tax_code": code} if code else {}
        return [self._line(debit, amount) | coded, self._line(credit, other, is_debit=False)]

    def _line(self, number: str, amount: float, *, is_debit: bool = True) -> dict[str, Any]:
        debit, credit = (amount, 0) if is_debit else (0, amount)
        return {"account_number": number, "debit": debit, "credit": credit}

    def _foreign(self, lines: list[dict[str, Any]], day: str) -> dict[str, Any]:
        total = sum((_exact(line["debit"]) for line in lines), Decimal())
        amount = round(total * Decimal("1.1"), 2)
        facts = {"rate": 1.1, "rate_date": day, "rate_source": "ECB"}
        return {"currency": "USD", "amount": float(amount), **facts}

    def _amount(self) -> float:
        return self._random.choice([1, 99, 12345, self._random.randint(1, 10**7)]) / 100

    def _day(self) -> str:
        year = self._year - (self._random.random() < 0.1)
        return f"{year}-{self._random.randint(1, 12):02}-{self._random.randint(1, 28):02}"


def _exact(amount: float) -> Decimal:
    return Decimal(str(amount))


def _turned(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "debit": line["credit"], "credit": line["debit"]}
