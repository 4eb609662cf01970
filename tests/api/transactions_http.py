"""An Austrian office that sends transactions."""

from typing import Any

from httpx import Response

from tests.api.callers import Caller

PATH = "/v1/transactions"
ABSENT = object()


class Office:
    """An Austrian tenant with the two bank accounts of the samples."""

    def __init__(self, who: Caller) -> None:
        self.who = who
        self.ids = {
            "acc_bank01": self.open("Geschäftskonto", "2800", "AT611904300234573201"),
            "acc_savings01": self.open("Sparkonto", "2810", "AT021100000012345678"),
        }

    def sent(self, sample: dict[str, Any]) -> dict[str, Any]:
        """The sample with the ids that its accounts have here."""
        return {
            name: self.ids.get(value, value) if isinstance(value, str) else value
            for name, value in sample.items()
        }

    def book(self, sample: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Book a sample."""
        answer = self.who.post(PATH, self.sent(sample | changes))
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()["data"]
        return booked

    def refuse(self, sample: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """Book what is refused with 400; an absent field is changed to `ABSENT`."""
        sent = {k: v for k, v in self.sent(sample | changes).items() if v is not ABSENT}
        answer = self.who.post(PATH, sent)
        assert answer.status_code == 400, answer.text
        problem: dict[str, Any] = answer.json()
        return problem

    def reverse(self, name: str, reason: str = "Falsch erfasst") -> Response:
        """Reverse a transaction."""
        return self.who.post(f"{PATH}/{name}/reverse", {"reason": reason})

    def show(self, name: str) -> dict[str, Any]:
        """One transaction as it stands."""
        found: dict[str, Any] = self.who.get(f"{PATH}/{name}").json()["data"]
        return found

    def list(self, **query: Any) -> list[dict[str, Any]]:
        """Transactions on the first page."""
        answer = self.who.get(PATH, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]
        return found

    def journal(self, debit: str, credit: str, amount: float, reference: str) -> str:
        """Book between two accounts, as an invoice or an opening does."""
        lines = [
            {"account_number": debit, "debit": amount, "credit": 0},
            {"account_number": credit, "debit": 0, "credit": amount},
        ]
        body = {
            "booking_date": "2026-01-02",
            "description": reference,
            "external_reference": reference,
            "lines": lines,
            "skip_duplicate_check": True,
        }
        made = self.who.post("/v1/bookings", body)
        assert made.status_code == 201, made.text
        return str(made.json()["intent_id"])

    def open(self, name: str, number: str, iban: str, **more: str) -> str:
        """Open a bank account."""
        body = {"name": name, "iban": iban, "account_number": number, **more}
        made = self.who.post("/v1/bank-accounts", body)
        assert made.status_code == 201, made.text
        return "acc_" + str(made.json()["id"]).replace("-", "")
