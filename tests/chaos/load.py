"""People at work: what a bookkeeping office does all day, all at once, and what it was told.

Two companies of the house. In the Austrian one clerks book and supplier mails of every kind arrive;
in the German one invoices are reviewed, corrected, approved, paid, reconciled, and months locked.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from deploy.stack.demo_documents import BUYER, DRUCK, PAPIER, WERKZEUG
from deploy.stack.invoice_writer import Item, Party, WrittenInvoice, hybrid, ubl
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from domain.payments.business_day import next_business_day
from tests.chaos.acknowledged import Acknowledged
from tests.chaos.calls import Calls, Line, PostOffice, Unanswered
from tests.e2e.front_door import letter
from tests.e2e.operations import Clerk

_SUPPLIERS = (PAPIER, WERKZEUG, DRUCK)
_BANK_IBAN = "DE89370400440532013000"
_MERGE = "application/merge-patch+json"
_KEPT_WAITING = 8
_MOST_UNREAD = 8
_FIRST = 6
_PATIENCE = 300.0
_LONG_AGO = 1910  # the year of the first month that is locked: an hour locks some hundreds


@dataclass
class Company:
    """One company of stack.json: its people's lines, and what it was told."""

    listed: dict[str, Any]
    calls: Calls
    port: int
    told: Acknowledged = field(default_factory=Acknowledged)

    @property
    def tenant_id(self) -> UUID:
        """Its id."""
        return UUID(self.listed["tenant_id"])

    def line(self, name: str) -> Line:
        """A new connection for one of its people."""
        (key,) = [p["api_key"] for p in self.listed["principals"] if p["name"] == name]
        return Line(self.port, key, self.calls)

    def keep(self, intent_id: str) -> None:
        """Note an intent; a second answer with the same one is a mistake of its own."""
        name = intent_id.replace("-", "")
        assert name not in self.told.intents, f"intent {name} was told twice"
        self.told.intents.add(name)


class Office:
    """Everybody who works, until they are told to stop."""

    def __init__(self, stack: dict[str, Any], seed: str, today: date, corpus: list[Path]) -> None:
        self.calls = Calls()
        port = urlsplit(stack["api_url"]).port
        assert port is not None
        self.austrian = Company(stack, self.calls, port)
        self.german = Company(stack["other_tenant"], self.calls, port)
        self.today, self._seed = today, seed
        self._post = PostOffice(stack["smtp_port"], self.calls)
        self._corpus = corpus
        self._stopping = asyncio.Event()
        self._vendors: dict[str, str] = {}
        self._kept_waiting: list[str] = []
        self._in_hand: set[str] = set()
        self._months = 0
        self._payable: list[str] = []
        self._bank_account = ""
        self._balance = Decimal(1_000_000)
        self._numbers = count(1)
        self.clerks: list[Clerk] = []

    async def open(self) -> None:
        """Master data: suppliers, the bank account that pays, a tax code of the clerks' own."""
        clerk = self.german.line("bookkeeper")
        for each in _SUPPLIERS:
            body = {
                "name": each.name,
                "vat_id": each.vat_id,
                "iban": each.iban,
                "default_account": "6815",
            }
            self._vendors[each.vat_id] = (await clerk.order("/v1/vendors", body))["id"]
        account = {"name": "Geschäftskonto", "iban": _BANK_IBAN, "account_number": "1800"}
        self._bank_account = (await clerk.order("/v1/bank-accounts", account))["id"]
        own = {"code": "OWN", "label": "Own", "rate": 5, "vat_account": "2500"}
        await self.austrian.line("admin").order("/v1/tax-codes", own)
        await self._first_cases()

    async def _first_cases(self) -> None:
        """Cases to work on from the first moment, for reading takes its time."""
        chance = Random(self._seed)  # noqa: S311 - a run that can be repeated
        for _ in range(_FIRST):
            await self._send_invoice(chance)
        async with asyncio.timeout(_PATIENCE):
            while await self._count(self.german, "pending") < _FIRST:  # noqa: ASYNC110
                await asyncio.sleep(1)  # until they are read

    async def work(self) -> None:
        """Work until `stop`, and end what was begun."""
        acts: list[tuple[Callable[[Random], Awaitable[bool]], float, int]] = [
            (self._look_around, 0.15, 2),
            (self._send_invoice, 4.0, 1),
            (self._send_words, 0.5, 2),
            (self._send_corpus, 15.0, 1),
            (self._review, 0.5, 2),
            (self._correct, 0.3, 3),
            (self._pay, 8.0, 1),
            (self._close_month, 4.0, 1),
        ]
        at_work = [
            self._again(act, pause, Random(f"{self._seed}-{act.__name__}-{number}"))  # noqa: S311
            for act, pause, people in acts
            for number in range(people)
        ]
        await asyncio.gather(*at_work, *(self._clerk(number) for number in range(3)))
        self.austrian.told.intents |= set().union(*(each.tally.intents for each in self.clerks))

    def stop(self) -> None:
        """Let everybody end what they are at."""
        self._stopping.set()

    async def _again(
        self, act: Callable[[Random], Awaitable[bool]], pause: float, chance: Random
    ) -> None:
        name = act.__name__.strip("_").replace("_", " ")
        while not self._stopping.is_set():
            if await self._done(name, act(chance)):
                self.calls.operations[name] += 1
            await self._rest(chance.uniform(0.5, 1.5) * pause)

    async def _clerk(self, number: int) -> None:
        """Books, reverses, transacts, by the laws of operations.py."""
        seed = f"{self._seed}-{number}"
        clerk = Clerk(self.austrian.line("admin"), seed, self.today.year)
        self.clerks.append(clerk)
        chance = Random(seed)  # noqa: S311 - a run that can be repeated
        while not self._stopping.is_set():
            before = clerk.tally.operations
            await self._done("bookkeeping", clerk.work(before + 3))
            self.calls.operations["bookings and reversals"] += clerk.tally.operations - before
            await self._rest(chance.uniform(0.1, 0.4))

    async def _done(self, name: str, act: Awaitable[bool | None]) -> bool:
        """Whether something was done as it should; what should not have been is told in the end."""
        try:
            return bool(await act)
        except Unanswered:
            return False
        except (AssertionError, KeyError, ValueError) as error:
            self.calls.unexpected.append(f"{name}: {type(error).__name__} {error}"[:500])
            return False

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _look_around(self, chance: Random) -> bool:
        path = chance.choice(
            [
                "/v1/accounts?limit=5",
                "/v1/journal?limit=20",
                "/v1/inbox?status=open&limit=20",
                "/v1/reports?type=susa&startDate={0}-01-01&endDate={0}-12-31",
                "/v1/payment-runs?limit=20",
                "/v1/payables/ingestion-log?limit=20",
            ]
        ).format(self.today.year)
        line = self.german.line("auditor")
        await line.get(path)
        await line.close()
        return True

    async def _send_invoice(self, chance: Random) -> bool:
        """An e-invoice of a known supplier, of an amount and a number that no other has."""
        if await self._is_behind(self.german):
            return False
        number = next(self._numbers)
        net = Decimal(10_000 + 7 * number) / 100
        seller: Party = chance.choice(_SUPPLIERS)
        name = f"CH-{number:05d}"
        invoice = WrittenInvoice(
            seller, BUYER, name, self.today.replace(day=1), (Item("Ware", Decimal(1), net),)
        )
        is_page = chance.random() < 0.2
        content = hybrid(invoice, invoice) if is_page else ubl(invoice)
        return await self._mailed(self.german, f"{name}.{'pdf' if is_page else 'xml'}", content)

    async def _is_behind(self, company: Company) -> bool:
        """Whether the readers are behind: nothing is sent faster than the machine reads."""
        return await self._count(company, "processing") >= _MOST_UNREAD

    async def _count(self, company: Company, status: str) -> int:
        line = company.line("bookkeeper")
        found = await line.get(f"/v1/inbox?status={status}&limit=50")
        await line.close()
        return len(found)

    async def _send_words(self, chance: Random) -> bool:
        return await self._mailed(self.austrian)

    async def _send_corpus(self, chance: Random) -> bool:
        """Two files of strangers."""
        if await self._is_behind(self.austrian):
            return False
        for path in chance.sample(self._corpus, min(2, len(self._corpus))):
            await self._mailed(self.austrian, path.name, path.read_bytes())
        return True

    async def _mailed(self, company: Company, *file: Any) -> bool:
        """Send a mail with or without a file until it is taken; taken, it has to be kept."""
        mail = letter("Rechnung", *([(file[0], file[1])] if file else []))
        message_id = f"<{uuid4()}@lieferant.example>"
        mail["Message-ID"] = message_id
        mail.replace_header("To", company.listed["inbox_address"])
        is_taken = await self._post.deliver(mail)
        if is_taken:
            company.told.mails.add(message_id)
        return is_taken

    async def _review(self, chance: Random) -> bool:
        """Give a case what it lacks, answer what blocks it, and approve or reject it."""
        line = self.german.line("bookkeeper")
        case = await self._next_case(line, chance)
        if case is None:
            await line.close()
            return False
        path = f"/v1/invoice-review-cases/{case['id']}"
        if chance.random() < 0.1:
            await line.order(f"{path}/reject", {"reason": "nicht bestellt"})
        elif chance.random() < 0.6 and len(self._kept_waiting) < _KEPT_WAITING:
            self._kept_waiting.append(case["id"])
            self._in_hand.discard(case["id"])
        else:
            await self._approve(line, case)
        await line.close()
        return True

    async def _next_case(self, line: Line, chance: Random) -> dict[str, Any] | None:
        """A case that nobody has in hand."""
        found: list[dict[str, Any]] = []
        for state in ("approval", "correction", "exception"):
            query = f"/v1/invoice-review-cases?queue_state={state}&limit=50"
            found += await line.get(query)
        free = [each for each in found if self._is_free(each["id"])]  # as it is after the waiting
        if not free:
            return None
        case = chance.choice(free)
        self._in_hand.add(case["id"])
        return case

    def _is_free(self, case_id: str) -> bool:
        return case_id not in self._in_hand and case_id not in self._kept_waiting

    async def _approve(self, line: Line, case: dict[str, Any]) -> None:
        path = f"/v1/invoice-review-cases/{case['id']}"
        invoice = case["normalized_invoice"]
        for each in invoice["line_items"]:
            each["account_number"] = "6815"
        change = {
            "vendor_id": self._vendors[invoice["vendor"]["vat_id"]],
            "normalized_invoice": invoice,
        }
        seen = await line.order(path, change, "PATCH")
        said = {
            found["id"]: {"accept": True, "reason": "mit dem Papier verglichen"}
            for found in seen["findings"]
            if found["severity"] == "blocking" and found["answer"] is None
        }
        if said:
            await line.order(path, {"finding_answers": said}, "PATCH")
        approved = await line.order(f"{path}/approve")
        self.german.keep(approved["intentId"])
        self._payable.append(approved["invoiceId"])

    async def _correct(self, chance: Random) -> bool:
        """Change the text of a case that is left waiting; the last answer is what stands there."""
        case_id = chance.choice(self._kept_waiting) if self._kept_waiting else None
        if case_id is None or case_id in self._in_hand:
            return False
        self._in_hand.add(case_id)
        text = f"Nr. {chance.randint(1, 10**9)}"
        path = f"/v1/invoice-review-cases/{case_id}"
        body = {"normalized_invoice": {"reference_text": text}}
        line = self.german.line("bookkeeper")
        try:
            answer = await line.send("PATCH", path, body, content_type=_MERGE)
            assert answer.status == 200, f"PATCH {path}: {answer.status} {answer.body}"
            self.german.told.corrections[case_id] = text
        finally:
            self._in_hand.discard(case_id)
            await line.close()
        return True

    async def _pay(self, chance: Random) -> bool:
        """A run of some invoices, by two people, to the reconciled statement, or withdrawn."""
        chosen, self._payable = self._payable[:5], self._payable[5:]
        if not chosen:
            return False
        clerk, approver = self.german.line("bookkeeper"), self.german.line("approver")
        body = {
            "bank_account_id": self._bank_account,
            # Not today, which may end meanwhile.
            "execution_date": next_business_day(self.today + timedelta(days=1)).isoformat(),
            "invoice_ids": chosen,
        }
        run = await clerk.order("/v1/payment-runs", body)
        path = f"/v1/payment-runs/{run['id']}"
        self.german.told.runs[run["id"]] = "draft"
        steps = ["cancel"] if chance.random() < 0.15 else ["approve", "export", "complete"]
        for step in steps:
            answer = await approver.order(f"{path}/{step}")
            status = answer["run"]["status"] if step == "export" else answer["status"]
            self.german.told.runs[run["id"]] = status
        if steps == ["cancel"]:
            self._payable += chosen
        else:
            await self._reconcile(clerk, await clerk.get(path))
        await clerk.close()
        await approver.close()
        return True

    async def _reconcile(self, clerk: Line, run: dict[str, Any]) -> None:
        """Import what the bank says of the run, and tie each movement to its invoice."""
        statement = self._statement(run)
        await clerk.upload("/v1/bank-transactions/import-file", "camt.xml", statement)
        query = f"/v1/bank-transactions/suggestions?bank_account_id={self._bank_account}"
        best: dict[str, dict[str, Any]] = {}
        for found in await clerk.get(query):
            best.setdefault(found["bank_transaction_id"], found)
        assert len(best) == len(run["items"]), f"{len(best)} of {len(run['items'])} are suggested"
        for transaction_id, found in best.items():
            names = ("candidate_kind", "open_item_account")
            body = {"intent_id": found["ledger_intent_id"], **{name: found[name] for name in names}}
            done = await clerk.order(f"/v1/bank-transactions/{transaction_id}/reconcile", body)
            self.german.keep(done["intent_id"])
            self.german.told.movements[transaction_id] = done["intent_id"]

    def _statement(self, run: dict[str, Any]) -> bytes:
        lines = tuple(
            StatementLine(
                booking_date=self.today,
                value_date=self.today,
                amount=-Decimal(item["amount"]),
                currency=item["currency"],
                counterparty_name=item["vendor_name"],
                counterparty_iban=item["vendor_iban"],
                remittance_information=item["reference"],
                bank_reference=f"{run['id'][:8]}-{number}",
                end_to_end_id=item["end_to_end_id"],
                kind="PMNT/ICDT/ESCT",
            )
            for number, item in enumerate(run["items"], 1)
        )
        opening = self._balance
        self._balance += sum((line.amount for line in lines), Decimal())
        statement = Statement(
            id=run["id"][:30],
            iban=_BANK_IBAN,
            currency="EUR",
            opening=opening,
            closing=self._balance,
            lines=lines,
        )
        return write_statement(statement, f"{self.today}T12:00:00Z")

    async def _close_month(self, chance: Random) -> bool:
        """Book into a month of long ago and ask for its lock: withdrawn at times, then given."""
        month = date(_LONG_AGO + self._months // 12, self._months % 12 + 1, 1)
        self._months += 1
        clerk, approver = self.german.line("bookkeeper"), self.german.line("approver")
        for number in range(2):
            booked = await clerk.order("/v1/bookings", _paper(month.replace(day=number + 1)))
            self.german.keep(booked["intent_id"])
        path = f"/v1/periods/{month:%Y-%m}/lock"
        if chance.random() < 0.3:
            request = await clerk.order(path)
            await clerk.order(f"{path}/{request['request_id']}/cancel")
        request = await clerk.order(path)
        locked = await approver.order(f"{path}/{request['request_id']}/approve")
        self.german.told.seals[f"{month:%Y-%m}"] = locked["closing_hash"]
        await clerk.close()
        await approver.close()
        return True


def _paper(day: date) -> dict[str, Any]:
    lines = [
        {"account_number": "6815", "debit": "10.00", "credit": "0"},
        {"account_number": "1460", "debit": "0", "credit": "10.00"},
    ]
    return {
        "booking_date": day.isoformat(),
        "description": "Papier",
        "lines": lines,
        "skip_duplicate_check": True,
    }
