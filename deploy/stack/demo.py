"""The service's main job on real input, told step by step.

Runs as a guest of the stack (`belegfluss demo`, `make demo`): invoices arrive by e-mail and end as
a locked month, a verified proof and a DATEV file; a forged one, one sent twice and one that is
partly paid are what they are. Ends with 0 only if every step held.
"""

import json
import os
import re
import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from rich.console import Console

from deploy.stack import demo_documents, demo_money
from deploy.stack.caller import Caller, StepFailed, wait_for
from deploy.stack.demo_documents import DemoFile
from domain.dates import instant, month_of, month_range
from domain.formats.camt_writer import write_statement
from domain.formats.statement import Statement, StatementLine
from domain.payments.business_day import next_business_day
from domain.periods.verifier import Differs, verify

_IBAN = "DE89370400440532013000"
_BANK_ACCOUNT = "1800"
_CAPITAL_ACCOUNT = "2900"
_EXPENSE_ACCOUNT = "6815"
_SIDES = ("debit", "credit")
_TYPES = {".pdf": "application/pdf", ".xml": "application/xml", ".png": "image/png"}


@dataclass(slots=True)
class Story:
    """Who takes part, where the results go, and what has happened so far."""

    stack: dict[str, Any]
    results: Path
    console: Console
    today: date
    documents: tuple[DemoFile, ...]
    bookkeeper: Caller = field(init=False)
    approver: Caller = field(init=False)
    admin: Caller = field(init=False)
    bank_account_id: str = ""
    run: dict[str, Any] = field(default_factory=dict)
    balance: Decimal = Decimal("50000.00")
    seen: set[str] = field(default_factory=set)
    steps: int = 0

    def __post_init__(self) -> None:
        """Open a connection for each person."""
        people = {each["name"]: each for each in self.stack["principals"]}
        self.bookkeeper = Caller(self.stack["api_url"], people["bookkeeper"])
        self.approver = Caller(self.stack["api_url"], people["approver"])
        self.admin = Caller(self.stack["api_url"], people["admin"])

    def step(self, title: str) -> None:
        """Announce the next step."""
        self.steps += 1
        self.console.print(f"\n[bold]{self.steps}. {title}[/bold]")

    def say(self, text: str) -> None:
        """Tell what happened."""
        self.console.print(f"   {text}", highlight=False, soft_wrap=True)

    def keep(self, name: str, content: bytes) -> None:
        """Keep a result where a person can open it."""
        path = self.results / name
        path.write_bytes(content)
        self.say(f"file      {path}")

    def link(self, process: str, subject_id: str) -> str:
        """Page of a process in the Temporal UI."""
        address = self.stack["temporal_ui_url"].rstrip("/")
        workflow_id = f"{process}/{self.stack['tenant_id']}/{subject_id}"
        return f"{address}/namespaces/default/workflows/{quote(workflow_id, safe='')}"


def main() -> int:
    """Tell the whole story; 1 if a step did not hold."""
    home = Path(os.environ.get("BELEGFLUSS_HOME", ".belegfluss"))
    console = Console()
    results = home / "results"
    results.mkdir(exist_ok=True)
    listed = json.loads((home / "stack.json").read_text())
    # The invoices are made out to the German company.
    stack = {**listed, **listed["other_tenant"]}
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/Berlin")).date()
    story = Story(stack, results, console, today, documents(today))
    try:
        tell(story)
        waiting = leave_waiting(story)
    except StepFailed as error:
        console.print(f"\n[red]Step {story.steps} did not hold:[/red] {error}", soft_wrap=True)
        return 1
    console.print(f"\n[green]All {story.steps} steps held.[/green] Results: {results}")
    console.print(
        f"The stack stops now; invoice {waiting} waits in its inbox. To look around, start it on"
        " what the demo left, and open the pages that it names:",
        soft_wrap=True,
    )
    console.print(f"make up BELEGFLUSS_HOME={os.path.relpath(home)}", highlight=False)
    return 0


def tell(story: Story) -> None:
    """Every step in order; raises StepFailed where one does not hold."""
    open_bank_account(story)
    send_mails(story, story.documents)
    cases = read_cases(story, len(story.documents))
    invoices = [approve_case(story, case) for case in cases]
    stop_forgery(story)
    invoices.append(approve_prepaid(story))
    catch_duplicate(story)
    invoices += post_untouched(story)
    pay(story, invoices)
    reconcile(story)
    move_money(story)
    month = month_of(story.today)
    closing_hash = lock(story, month)
    prove(story, month, closing_hash)
    report(story, month)
    export_datev(story, month)


def leave_waiting(story: Story) -> str:
    """Leave one case for whoever looks at the pages, and return the number of its invoice."""
    case = _received(story, demo_documents.unknown(story.today))
    number = str(case["normalized_invoice"]["invoice_number"])
    story.step("One case waits for a person")
    story.say(f"page      {story.stack['api_url']}/cases/{case['id']}")
    return number


def open_bank_account(story: Story) -> None:
    """Give the tenant the account that pays."""
    story.step("A bank account")
    known = [a for a in story.bookkeeper.get("/v1/bank-accounts") if a["iban"] == _IBAN]
    body = {"name": "Geschäftskonto", "iban": _IBAN, "account_number": _BANK_ACCOUNT}
    account = known[0] if known else story.bookkeeper.post("/v1/bank-accounts", body)
    story.bank_account_id = account["id"]
    story.say(f"account   {account['iban']} on ledger account {account['account_number']}")
    opened = {
        "booking_date": story.today.replace(month=1, day=1).isoformat(),
        "balances": [
            _begins_with(_BANK_ACCOUNT, "Bank", debit=story.balance),
            _begins_with(_CAPITAL_ACCOUNT, "Gezeichnetes Kapital", credit=story.balance),
        ],
    }
    story.bookkeeper.post("/v1/bookings/opening-balances", opened)
    story.say(f"begins    with {_money(story.balance)}, as the books do")


def _begins_with(
    number: str, name: str, debit: Decimal = Decimal(0), credit: Decimal = Decimal(0)
) -> dict[str, str]:
    sides = {"debit": f"{debit:.2f}", "credit": f"{credit:.2f}"}
    return {"account_number": number, "account_name": name, **sides}


def send_mails(story: Story, files: tuple[DemoFile, ...]) -> None:
    """Send each invoice as a supplier would: an e-mail with one attachment."""
    address = story.bookkeeper.get("/v1/inbox/address")["inbox_address"]
    story.step(f"{_counted(len(files), 'e-mail')} to {address}")
    for file in files:
        mail = _mail(file, address)
        wait_for(f"the mailroom to take {file.name}", partial(_send_mail, story, mail))
        story.say(f"sent      {file.name}")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _send_mail(story: Story, mail: EmailMessage) -> bool | None:
    """Whether the mailroom took the mail; if not, a sender tries again with the same one."""
    try:
        with smtplib.SMTP(story.stack["smtp_host"], story.stack["smtp_port"], timeout=30) as smtp:
            smtp.send_message(mail)
    except (OSError, smtplib.SMTPException):
        return None
    return True


def documents(today: date) -> tuple[DemoFile, ...]:
    """What the day begins with: XRechnung, Factur-X, a page, a scan."""
    return tuple(demo_documents.ordinary(today))


def read_cases(story: Story, wanted: int) -> list[dict[str, Any]]:
    """Wait until so many more documents have been read and wait for their reviewer."""
    story.step("Read, matched and checked: the review cases")

    def ready() -> list[dict[str, Any]] | None:
        cases: list[dict[str, Any]] = story.bookkeeper.get("/v1/invoice-review-cases", limit="200")
        fresh = [case for case in cases if case["id"] not in story.seen]
        return fresh if len(fresh) >= wanted else None

    cases = wait_for("review cases", ready, seconds=600)
    story.seen |= {case["id"] for case in cases}
    for case in cases:
        _tell_case(story, case)
    return cases


def _received(story: Story, file: DemoFile) -> dict[str, Any]:
    """The case of one more document."""
    send_mails(story, (file,))
    (case,) = read_cases(story, 1)
    return case


def _tell_case(story: Story, case: dict[str, Any]) -> None:
    inbox = story.bookkeeper.get(f"/v1/inbox/{case['inbox_id']}")
    invoice, confidence = case["normalized_invoice"], inbox["ocr_extraction"]["confidence"]
    story.say(
        f"{inbox['original_name']}: {invoice['vendor']['name']}, invoice"
        f" {invoice['invoice_number']} of {invoice['invoice_date']},"
        f" {_money(invoice['total_gross'], invoice['currency'])}"
    )
    story.say(
        f"  case {case['id']} is in {case['queue_state']} (confidence {confidence['overall']})"
    )
    for found in case["findings"]:
        story.say(f"  {found['severity']} {found['code']}: {found['message']}")
    told = {found["code"] for found in case["findings"]}
    for issue in case["validation_issues"]:
        if issue["code"] not in told:
            story.say(f"  {issue['code']}: {issue['message']}")
    link = story.link("intake", case["inbox_id"])
    story.say(f"  {link}")


def approve_case(story: Story, case: dict[str, Any]) -> dict[str, Any]:
    """Do what a reviewer does: name the vendor and the account, then approve."""
    wanted = case["normalized_invoice"]
    story.step(f"Review and approve {wanted['invoice_number']}")
    vendor = _vendor(story, case)
    changed = story.bookkeeper.patch(
        f"/v1/invoice-review-cases/{case['id']}",
        {"vendor_id": vendor["id"], "normalized_invoice": _corrected(wanted)},
    )
    story.say(
        f"vendor    {vendor['name']} ({vendor['id']}); the case is in {changed['queue_state']}"
    )
    changed = _compared_with_the_page(story, changed)
    codes = _open_findings(changed)
    _hold(not codes, f"nothing is approved over a warning: {', '.join(codes)}")
    return _approved(story, case)


def _compared_with_the_page(story: Story, case: dict[str, Any]) -> dict[str, Any]:
    """Say so where the reading was unsure; any other finding stays what it is."""
    reason = "compared with the page"
    said = {
        found["id"]: {"accept": True, "reason": reason}
        for found in case["findings"]
        if found["code"] == "LOW_CONFIDENCE" and found["answer"] is None
    }
    if not said:
        return case
    story.say(f"answered  the reading was unsure: {reason}")
    path = f"/v1/invoice-review-cases/{case['id']}"
    changed: dict[str, Any] = story.bookkeeper.patch(path, {"finding_answers": said})
    return changed


def _open_findings(case: dict[str, Any]) -> list[str]:
    """Codes of what blocks or warns and has no answer."""
    return [
        found["code"]
        for found in case["findings"]
        if found["severity"] != "hint" and found["answer"] is None
    ]


def _approved(story: Story, case: dict[str, Any]) -> dict[str, Any]:
    """Approve once, however often it is asked for, and look into the books."""
    path = f"/v1/invoice-review-cases/{case['id']}/approve"
    first = story.bookkeeper.post(path, key=f"demo-approve-{case['id']}")
    again = story.bookkeeper.post(path, key=f"demo-approve-{case['id']}")
    _hold(again == first, "the same approval, sent twice, answers once")
    invoice: dict[str, Any] = story.bookkeeper.get(f"/v1/invoices/{first['invoiceId']}")
    intent = story.bookkeeper.get(f"/v1/journal/{first['intentId']}")
    _hold(intent["metadata"]["chain_valid"], "the hash chain of the posting is valid")
    story.say(f"invoice   {invoice['id']} {invoice['status']}")
    story.say(f"intent    {first['intentId']}, {len(intent['entries'])} journal entries")
    for entry in intent["entries"]:
        story.say(
            f"  {entry['journal_number']:>4}  {entry['account_debit']} an"
            f" {entry['account_credit']}  {_money(entry['amount']):>12}  {entry['tax_code'] or ''}"
        )
    return invoice


def stop_forgery(story: Story) -> None:
    """A page and its XML tell two stories: no approval, until somebody takes it on themselves."""
    case = _received(story, demo_documents.tampered(story.today))
    story.step("A forged invoice is stopped")
    status, code = story.bookkeeper.refusal(f"/v1/invoice-review-cases/{case['id']}/approve")
    wanted = ((409, "FINDINGS_OPEN"), (400, "VENDOR_REQUIRED"))
    _hold((status, code) in wanted and _open_findings(case) != [], f"approval: {status} {code}")
    story.say(f"refused   its approval: {status} {code}")
    body = {"reason": "Page and XML differ in account and amount"}
    rejected = story.bookkeeper.post(f"/v1/invoice-review-cases/{case['id']}/reject", body)
    story.say(f"rejected  {rejected['rejection_reason']}")


def approve_prepaid(story: Story) -> dict[str, Any]:
    """What is due is less than the total: a person says why, and only the rest is paid."""
    case = _received(story, demo_documents.prepaid(story.today))
    invoice = case["normalized_invoice"]
    story.step(f"{invoice['invoice_number']} was paid in part")
    vendor = _vendor(story, case)
    path = f"/v1/invoice-review-cases/{case['id']}"
    changed = story.bookkeeper.patch(
        path, {"vendor_id": vendor["id"], "normalized_invoice": _corrected(invoice)}
    )
    codes = _open_findings(changed)
    _hold(codes == ["AMOUNT_DUE_DIFFERS"], f"the case waits for an answer to {codes}")
    status, code = story.bookkeeper.refusal(f"{path}/approve")
    _hold((status, code) == (409, "FINDINGS_OPEN"), f"approval without an answer: {status} {code}")
    story.say(f"refused   the approval without an answer: {status} {code}")
    said = {
        found["id"]: {"accept": True, "reason": "9,000.00 were paid in advance in October"}
        for found in changed["findings"]
        if found["severity"] == "blocking"
    }
    story.bookkeeper.patch(path, {"finding_answers": said})
    posted = _approved(story, case)
    story.say(f"due       {_money(posted['amount_due'])} of {_money(posted['total_gross'])}")
    return posted


def catch_duplicate(story: Story) -> None:
    """The same invoice again, its number spelt in another way, as a page instead of XML."""
    case = _received(story, demo_documents.spelt_otherwise(story.today))
    story.step("An invoice that comes twice is paid once")
    hint = case["duplicate_hint"]
    _hold(hint is not None, "the duplicate is suspected")
    story.say(f"suspected {hint['reason']}")
    status, code = story.bookkeeper.refusal(f"/v1/invoice-review-cases/{case['id']}/approve")
    _hold(status in (400, 409), f"approval of a duplicate: {status} {code}")
    story.say(f"refused   its approval: {status} {code}")
    body = {"reason": "Came before as XRechnung"}
    story.bookkeeper.post(f"/v1/invoice-review-cases/{case['id']}/reject", body)


def post_untouched(story: Story) -> list[dict[str, Any]]:
    """Three months of the same cleaning by hand; the fourth is posted by the policy alone."""
    months = [demo_documents.monthly(story.today, number) for number in (1, 2, 3, 4)]
    posted = [approve_case(story, _received(story, file)) for file in months[:3]]
    story.step("What the policy knows well needs nobody")
    seen = story.admin.get("/v1/approval-policy")
    policy = {
        "version": seen["version"],
        "invoices": seen["invoices"],
        "payment_runs": seen["payment_runs"],
        "touchless": {"is_on": True, "up_to": 1000},
    }
    version = story.admin.put("/v1/approval-policy", policy)["version"]
    story.say(f"policy    version {version}: known vendors, usual amounts, up to 1,000.00 EUR")
    path = f"/v1/invoice-review-cases/{_received(story, months[3])['id']}"

    def decided() -> dict[str, Any] | None:
        found: dict[str, Any] = story.bookkeeper.get(path)
        return found if found["queue_state"] == "approved" else None

    case = wait_for("the posting without a person", decided)
    _hold(case["decided_by"] is None, "nobody approved it")
    story.say(f"posted    {case['intent_id']} by the policy, version {version}")
    invoice: dict[str, Any] = story.bookkeeper.get(f"/v1/invoices/{case['invoice_id']}")
    return [*posted, invoice]


def _vendor(story: Story, case: dict[str, Any]) -> dict[str, Any]:
    if case["vendor_id"]:
        known: dict[str, Any] = story.bookkeeper.get(f"/v1/vendors/{case['vendor_id']}")
        return known
    seen = case["normalized_invoice"]["vendor"]
    body = {
        "name": seen["name"],
        "vat_id": seen["vat_id"],
        "tax_id": seen["tax_id"],
        "iban": seen["iban"],
        "default_account": _EXPENSE_ACCOUNT,
    }
    created: dict[str, Any] = story.bookkeeper.post(
        "/v1/vendors", {key: value for key, value in body.items() if value}
    )
    return created


def _corrected(invoice: dict[str, Any]) -> dict[str, Any]:
    """Give every line its account; its tax code follows from the rate."""
    lines = [
        {**line, "account_number": line.get("account_number") or _EXPENSE_ACCOUNT}
        for line in invoice["line_items"]
    ]
    return {**invoice, "line_items": lines}


def pay(story: Story, invoices: list[dict[str, Any]]) -> None:
    """Pay all of it: draft by one person, approved by another, one SEPA file."""
    story.step("A payment run")
    ids = [invoice["id"] for invoice in invoices]
    eligible = {each["id"] for each in story.bookkeeper.get("/v1/payment-runs/eligible-invoices")}
    _hold(set(ids) <= eligible, "every posted invoice may be paid")
    body = {
        "bank_account_id": story.bank_account_id,
        "execution_date": next_business_day(story.today).isoformat(),
        "invoice_ids": ids,
        "label": "Demo",
    }
    run = story.bookkeeper.post("/v1/payment-runs", body)
    path = f"/v1/payment-runs/{run['id']}"
    due = sum(Decimal(str(invoice["amount_due"])) for invoice in invoices)
    _hold(Decimal(str(run["total_amount"])) == due, f"the run orders what is due, {due}")
    story.say(
        f"draft     {run['id']}: {run['invoice_count']} invoices, {_money(run['total_amount'])}"
    )
    status, code = story.bookkeeper.refusal(f"{path}/approve")
    _hold((status, code) == (403, "SELF_APPROVAL_DENIED"), f"own approval: {status} {code}")
    story.say(f"refused   the creator's own approval: {status} {code}")
    approved = story.approver.post(f"{path}/approve")
    story.say(f"approved  by {approved['approved_by']}")
    exported = story.approver.post(f"{path}/export")
    again = story.approver.post(f"{path}/export")
    _hold(again["sepa_xml"] == exported["sepa_xml"], "the export, asked for twice, is one file")
    story.say(
        f"exported  {exported['message_id']}: {exported['number_of_transactions']} transfers,"
        f" control sum {_money(exported['control_sum'])}"
    )
    story.keep("payment-run.xml", exported["sepa_xml"].encode())
    story.run = story.approver.post(f"{path}/complete")
    link = story.link("payment-run", run["id"])
    story.say(f"          {link}")


def reconcile(story: Story) -> None:
    """Write the statement that the bank would send, import it, and reconcile every line."""
    story.step("The bank statement comes in")
    statement = write_statement(_statement(story), instant(datetime.now(UTC)))
    story.keep("statement.camt.053.xml", statement)
    figures = story.bookkeeper.upload("/v1/bank-transactions/import-file", "camt.xml", statement)
    story.say(f"imported  {figures['imported']} of {figures['total_rows']} transactions")
    again = story.bookkeeper.upload("/v1/bank-transactions/import-file", "camt.xml", statement)
    _hold(again["imported"] == 0, "the same statement, imported twice, adds nothing")
    best: dict[str, dict[str, Any]] = {}
    for found in story.bookkeeper.get(
        "/v1/bank-transactions/suggestions", bank_account_id=story.bank_account_id
    ):
        best.setdefault(found["bank_transaction_id"], found)
    _hold(len(best) == len(story.run["items"]), "every transaction finds its invoice")
    for transaction_id, found in best.items():
        done = story.bookkeeper.post(
            f"/v1/bank-transactions/{transaction_id}/reconcile",
            {
                "intent_id": found["ledger_intent_id"],
                "candidate_kind": found["candidate_kind"],
                "open_item_account": found["open_item_account"],
            },
        )
        story.say(
            f"matched   {_money(found['ledger_amount'])}, score {found['match_score']}:"
            f" {done['mode']}"
        )
    for item in story.run["items"]:
        invoice = story.bookkeeper.get(f"/v1/invoices/{item['invoice_id']}")
        in_part = invoice["amount_due"] != invoice["total_gross"]
        wanted = "partially_paid" if in_part else "paid"
        _hold(invoice["status"] == wanted, f"invoice {item['invoice_number']} is {wanted}")
    story.say("paid      what was due of every invoice of the run")


def _statement(story: Story) -> Statement:
    lines = tuple(_lines(story))
    paid = sum((line.amount for line in lines), Decimal())
    opening, story.balance = story.balance, story.balance + paid
    return Statement(
        id=f"DEMO-{story.today:%Y%m%d}",
        iban=_IBAN,
        currency="EUR",
        opening=opening,
        closing=story.balance,
        lines=lines,
    )


def _lines(story: Story) -> Iterator[StatementLine]:
    for number, item in enumerate(story.run["items"], 1):
        yield StatementLine(
            booking_date=story.today,
            value_date=story.today,
            amount=-Decimal(item["amount"]),
            currency=item["currency"],
            counterparty_name=item["vendor_name"],
            counterparty_iban=item["vendor_iban"],
            remittance_information=item["reference"],
            bank_reference=f"DEMO{number:04d}",
            end_to_end_id=item["end_to_end_id"],
            kind="PMNT/ICDT/ESCT",
        )


def move_money(story: Story) -> None:
    """A discount, a credit note, a refused transfer, and two invoices paid at once."""
    story.step("A discount is taken and a credit note netted")
    bought = demo_money.buy(story.bookkeeper, story.today)
    run, exported = _second_run(story, bought)
    story.step("The bank refuses one transfer")
    _refuse_one(story, run, exported, bought)
    story.step("A statement in MT940: two invoices paid at once")
    customer, sold = demo_money.sell(story.bookkeeper, story.today)
    lines = [*_second_lines(run, bought), _paid_by(customer, sold)]
    statement = demo_money.mt940(_IBAN, story.balance, story.today, lines)
    story.keep("statement.mt940.sta", statement)
    figures = story.bookkeeper.upload("/v1/bank-transactions/import-file", "x.sta", statement)
    _hold(figures["imported"] == len(lines), f"{figures['imported']} movements are imported")
    _hold(figures["findings"] == [], f"the statement follows the last one: {figures['findings']}")
    body = {"bank_account_id": story.bank_account_id}
    done = story.bookkeeper.post("/v1/bank-transactions/auto-match", body)
    _hold(done["matched"] == len(lines), f"{done['matched']} movements are sure")
    story.say(f"matched   {done['matched']} of {len(lines)} movements without a person")
    for each in (bought.discounted, bought.netted):
        status = story.bookkeeper.get(f"/v1/invoices/{each['id']}")["status"]
        _hold(status == "paid", f"invoice {each['number']} is {status}")
    for each in sold:
        status = story.bookkeeper.get(f"/v1/outgoing-invoices/{each['id']}")["status"]
        _hold(status == "paid", f"invoice {each['number']} to a customer is {status}")
    story.say("paid      with the discount, less the credit note; both invoices of the customer")


def _second_run(
    story: Story, bought: demo_money.Purchases
) -> tuple[dict[str, Any], dict[str, Any]]:
    body = {
        "bank_account_id": story.bank_account_id,
        "execution_date": next_business_day(story.today).isoformat(),
        "invoice_ids": bought.ids,
        "discounts": [bought.discounted["id"]],
    }
    run = story.bookkeeper.post("/v1/payment-runs", body)
    # 1,190.00 less 2 %, 595.00 less 119.00, and 238.00.
    _hold(Decimal(str(run["total_amount"])) == Decimal("1880.20"), f"{run['total_amount']} is paid")
    story.say(f"draft     {_money(run['total_amount'])} instead of 2023.00 EUR")
    path = f"/v1/payment-runs/{run['id']}"
    story.approver.post(f"{path}/approve")
    exported = story.approver.post(f"{path}/export")
    story.say(f"exported  {exported['number_of_transactions']} transfers")
    story.keep("payment-run-2.xml", exported["sepa_xml"].encode())
    return run, exported


def _refuse_one(
    story: Story, run: dict[str, Any], exported: dict[str, Any], bought: demo_money.Purchases
) -> None:
    report = demo_money.status_report(run, exported, bought.refused["id"])
    story.keep("status-report.pain.002.xml", report)
    answer = story.bookkeeper.upload("/v1/payment-runs/status-reports", "pain002.xml", report)
    _hold(answer["statuses"] == 1, "the status report says one thing")
    shown = story.bookkeeper.get(f"/v1/payment-runs/{run['id']}")
    released = [each["invoice_id"] for each in shown["items"] if each["is_released"]]
    _hold(released == [bought.refused["id"]], "the refused invoice, and no other, is free again")
    (told,) = [each["bank_answer"] for each in shown["items"] if each["is_released"]]
    story.say(f"refused   {bought.refused['number']}: {told['meaning']}; {told['action']}")


def _second_lines(run: dict[str, Any], bought: demo_money.Purchases) -> list[demo_money.Moved]:
    """What the bank booked: each transfer but the refused one, with its text."""
    sums: dict[str, Decimal] = {}
    for item in run["items"]:
        if item["invoice_id"] != bought.refused["id"]:
            id_ = item["end_to_end_id"]
            sums[id_] = sums.get(id_, Decimal()) + Decimal(str(item["amount"]))
    lines = []
    for id_, amount in sums.items():
        items = [each for each in run["items"] if each["end_to_end_id"] == id_]
        payee = next(each for each in items if Decimal(str(each["amount"])) > 0)
        numbers = " ".join(each["invoice_number"] for each in items)
        lines.append(
            demo_money.Moved(-amount, numbers, payee["vendor_name"], payee["vendor_iban"], id_)
        )
    return lines


def _paid_by(customer: dict[str, Any], sold: list[dict[str, Any]]) -> demo_money.Moved:
    total = sum((Decimal(each["gross"]) for each in sold), Decimal())
    numbers = " und ".join(each["number"] for each in sold)
    return demo_money.Moved(
        total, f"Rechnungen {numbers}", customer["name"], "DE02701500000000594937"
    )


def lock(story: Story, month: str) -> str:
    """Lock the month: one person asks, another approves; the closing hash seals it."""
    story.step(f"Lock {month}")
    request = story.bookkeeper.post(f"/v1/periods/{month}/lock")
    path = f"/v1/periods/{month}/lock/{request['request_id']}/approve"
    status, code = story.bookkeeper.refusal(path)
    _hold((status, code) == (403, "SELF_APPROVAL_DENIED"), f"own approval: {status} {code}")
    story.say(f"refused   the requester's own approval: {status} {code}")
    locked = story.approver.post(path)
    story.say(f"locked    by {locked['approved_by']}, closing hash {locked['closing_hash']}")
    story.say(f"          {story.link('period-lock', month)}")
    return str(locked["closing_hash"])


def prove(story: Story, month: str, closing_hash: str) -> None:
    """Verify the closing from the exported file alone."""
    story.step("Prove it without the service")
    export = story.bookkeeper.get_bytes(f"/v1/periods/{month}/proof").decode()
    story.keep("closing.ndjson", export.encode())
    proven = verify(export.splitlines(), closing_hash)
    story.say(f"verified  {proven.entry_count} entries, the tree and the chain")
    try:
        verify(_forged(export).splitlines(), closing_hash)
    except Differs as found:
        story.say(f"forged    one amount changed by hand is found: {found}")
    else:
        raise StepFailed("A changed amount went unnoticed.")


def _forged(export: str) -> str:
    """Change the first amount of the file by one cent."""
    found = re.search(r'"amount":"([0-9]+\.[0-9]{2})"', export)
    if found is None:
        raise StepFailed("The proof holds no amount.")
    amount = Decimal(found[1]) + Decimal("0.01")
    return export[: found.start(1)] + f"{amount:.2f}" + export[found.end(1) :]


def report(story: Story, month: str) -> None:
    """Read the books back: trial balance, VAT return, balance sheet, and what is behind them."""
    story.step("Trial balance, VAT return, balance sheet")
    days = month_range(month)
    span = {"startDate": str(days.first), "endDate": str(days.last)}
    rows = story.bookkeeper.get("/v1/reports", type="susa", **span)
    debit, credit = (sum(Decimal(str(row[f"{side}_total"])) for row in rows) for side in _SIDES)
    _hold(debit == credit and debit > 0, f"debit {debit} equals credit {credit}")
    story.say(f"balanced  {len(rows)} accounts, {_money(debit)} on each side")
    vat = story.bookkeeper.get("/v1/reports", type="vat_return", **span)
    _hold(vat["reconciliation"]["is_reconciled"], "the VAT return agrees with the VAT accounts")
    filled = [box for box in vat["boxes"] if box["entries"]]
    box = max(filled, key=lambda each: abs(Decimal(str(each["booked"]))))
    story.say(f"VAT       {vat['form']}, box {vat['result_box']}: {_money(vat['result'])}")
    behind = {**span, "type": "vat_return", "line": box["box"]}
    found = story.bookkeeper.get("/v1/reports/entries", **behind)["entries"]
    _hold(len(found) == box["entries"], f"box {box['box']} has {len(found)} rows behind it")
    story.say(f"          box {box['box']} {_money(box['amount'])} from {len(found)} entries")
    sheet = story.bookkeeper.get("/v1/reports/layout", type="bilanz", **span)
    _hold(sheet["checks"]["is_clean"], "assets equal equity and liabilities")
    made_of = sheet["made_of"]
    story.say(f"sheet     {_money(sheet['checks']['assets'])} on both sides, {made_of['state']}")


def export_datev(story: Story, month: str) -> None:
    """Hand the month to the tax adviser."""
    story.step("DATEV export")
    days = month_range(month)
    batch = story.bookkeeper.get_bytes(
        "/v1/reports/datev-export", startDate=str(days.first), endDate=str(days.last)
    )
    rows = batch.decode("cp1252").splitlines()
    _hold(rows[0].startswith('"EXTF";700;21;"Buchungsstapel"'), "the file is an EXTF batch")
    story.keep(f"EXTF_Buchungsstapel_{month}.csv", batch)
    story.say(f"exported  {len(rows) - 2} booking records")


def _mail(file: DemoFile, address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = file.sender
    mail["To"] = address
    mail["Subject"] = f"Ihre Rechnung {file.number}"
    mail["Message-ID"] = f"<demo-{file.name}@{file.sender.partition('@')[2]}>"
    mail.set_content("Sehr geehrte Damen und Herren,\n\nanbei unsere Rechnung.\n")
    kind, _, subtype = _TYPES[Path(file.name).suffix].partition("/")
    mail.add_attachment(file.content, kind, subtype, filename=file.name)
    return mail


def _money(amount: object, currency: str = "EUR") -> str:
    return f"{Decimal(str(amount)):.2f} {currency}"


def _hold(condition: bool, what: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not condition:
        raise StepFailed(f"This does not hold: {what}.")


if __name__ == "__main__":
    sys.exit(main())
