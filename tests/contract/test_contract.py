"""The served description says what the contract says, operation by operation."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.described import DOCUMENT, OPERATIONS

Spec = dict[str, Any]

FOLDER = Path(__file__).parent
CONTRACT: list[Spec] = json.loads((FOLDER / "endpoints.json").read_text("utf-8"))
OURS = {
    "GET /v1/accounts/inactive",
    "POST /v1/accounts/{number}/activate",
    "POST /v1/accounts/{number}/deactivate",
    "POST /v1/vendors/{vendor_id}/activate",
    "GET /v1/api-keys",
    "GET /v1/audit",
    "GET /v1/me",
    "GET /v1/me/second-factor",
    "GET /v1/tenant",
    "GET /v1/users",
    "POST /v1/api-keys/{key_id}/revoke",
    "POST /v1/users",
    "POST /v1/users/{user_id}/deactivate",
    "POST /v1/users/{user_id}/remove-second-factor",
    "PUT /v1/users/{user_id}/access",
    "GET /v1/sessions",
    "POST /v1/sessions/{session_id}/end",
    "GET /v1/approval-policy",
    "GET /v1/approval-policy/versions",
    "POST /v1/approval-policy/simulate",
    "PUT /v1/approval-policy",
    "GET /v1/documents/{document_id}",
    "GET /v1/documents/{document_id}/pages/{page}",
    "GET /v1/documents/{document_id}/pages/{page}/words",
    "GET /v1/invoice-review-cases/assignees",
    "GET /v1/invoice-review-cases/{review_case_id}/assignment",
    "GET /v1/invoice-review-cases/{review_case_id}/comments",
    "GET /v1/invoice-review-cases/{review_case_id}/presence",
    "PUT /v1/invoice-review-cases/{review_case_id}/assignment",
    "PUT /v1/invoice-review-cases/{review_case_id}/presence",
    "GET /v1/invoice-review-cases/{review_case_id}/posting-preview",
    "POST /v1/invoice-review-cases/{review_case_id}/comments",
    "GET /v1/customers/{customer_id}/dunning",
    "POST /v1/customers/{customer_id}/dunning/resume",
    "POST /v1/customers/{customer_id}/dunning/stop",
    "GET /v1/dunning-notices",
    "GET /v1/dunning-notices/{dunning_notice_id}",
    "GET /v1/dunning-notices/{dunning_notice_id}/letter",
    "POST /v1/dunning-notices/{dunning_notice_id}/release",
    "GET /v1/dunning-policy",
    "PUT /v1/dunning-policy",
    "GET /v1/exchange-rates",
    "POST /v1/exchange-rates/import",
    "GET /v1/vendors/{vendor_id}/payees",
    "POST /v1/vendors/{vendor_id}/payees",
    "GET /v1/vendors/{vendor_id}/vat-treatment",
    "PUT /v1/vendors/{vendor_id}/vat-treatment",
    "POST /v1/vendors/{vendor_id}/vat-treatment/undo",
    "GET /v1/vendors/{vendor_id}/learned-values",
    "POST /v1/vendors/{vendor_id}/learned-values/undo",
    "GET /v1/journal/{intent_id}/proof",
    "GET /v1/letters",
    "POST /v1/letters/{letter_id}/resend",
    "GET /v1/reports/zm/sent",
    "GET /v1/reports/zm/sent/last",
    "GET /v1/reports/zm/supplies",
    "POST /v1/reports/zm/sent",
    "GET /v1/open-items",
    "POST /v1/open-items/clear",
    "GET /v1/same-companies",
    "POST /v1/same-companies",
    "DELETE /v1/bank-csv-layouts/{layout_id}",
    "GET /v1/bank-csv-layouts",
    "GET /v1/bank-transactions/proposals",
    "POST /v1/bank-transactions/auto-match",
    "POST /v1/bank-transactions/auto-match/{auto_match_id}/undo",
    "GET /v1/bank-transactions/imports/{batch_id}",
    "POST /v1/auth/logout",
    "POST /v1/bank-accounts/{bank_account_id}/aliases",
    "POST /v1/bank-accounts/{bank_account_id}/aliases/drop",
    "POST /v1/bank-accounts/{bank_account_id}/gaps/defer",
    "POST /v1/bank-accounts/{bank_account_id}/gaps/resume",
    "POST /v1/bank-csv-layouts",
    "POST /v1/bank-transactions/imports/{batch_id}/answers",
    "POST /v1/bank-transactions/{bank_transaction_id}/return",
    "GET /v1/direct-debits",
    "GET /v1/direct-debits/{collection_id}",
    "GET /v1/mandates",
    "POST /v1/direct-debits",
    "POST /v1/direct-debits/{collection_id}/withdraw",
    "POST /v1/mandates",
    "POST /v1/mandates/{mandate_id}/revoke",
    "POST /v1/payment-runs/status-reports",
    "POST /v1/vendors/{vendor_id}/payee-checks",
    "POST /v1/payment-runs/{payment_run_id}/withdraw",
    "POST /v1/bookings/batch",
    "GET /v1/periods/{period}/proof",
    "GET /v1/reports/entries",
    "GET /v1/reports/layout",
    "POST /v1/inbox",
    "POST /v1/inbox/{inbox_id}/reopen",
    "POST /v1/inbox/{inbox_id}/reread",
    "POST /v1/inbox/{inbox_id}/split",
    "POST /v1/vendors/{vendor_id}/confirm-iban",
}
"""What we serve beyond the contract."""

DEVIATIONS: dict[str, set[str]] = {}
"""What an operation does not say as the contract does, and knows it."""


def call_of(entry: Spec) -> str:
    """Method and path."""
    return f"{entry['method']} {entry['path']}"


def served() -> dict[str, Spec]:
    """Every operation of the served description by method and path."""
    schemas = DOCUMENT["components"]["schemas"]
    return {call: {**operation, "schemas": schemas} for call, operation in OPERATIONS.items()}


SERVED = served()


def test_what_is_served_is_in_the_contract() -> None:
    """Nothing is served under a path that the contract does not know."""
    known = {call_of(entry) for entry in CONTRACT}
    assert {call for call in SERVED if call.split()[1].startswith("/v1/")} - known == OURS


def test_the_contract_is_served_as_a_whole() -> None:
    """Nothing of it is missing."""
    assert {call_of(entry) for entry in CONTRACT} - set(SERVED) == set()


def test_a_test_speaks_of_every_code_that_is_documented() -> None:
    """By its name, or by that of its class: what no test names, no test has reached."""
    tests = "".join(each.read_text("utf-8") for each in sorted(FOLDER.parent.rglob("test_*.py")))
    said = set(re.findall(r"\w+", tests))
    codes = {error["code"] for entry in CONTRACT for error in entry["errors"]}
    named = {code: {code, "".join(map(str.title, code.split("_")))} for code in codes}
    assert {code for code, names in named.items() if not names & said} == set()


@pytest.mark.parametrize("entry", CONTRACT, ids=call_of)
def test_an_operation_is_described_as_agreed(entry: Spec) -> None:
    """Status, parameters, body, answer, refusals and scope."""
    operation = SERVED[call_of(entry)]
    assert set(differences(entry, operation)) == DEVIATIONS.get(call_of(entry), set())


def differences(entry: Spec, operation: Spec) -> Iterator[str]:
    """What the contract wants and the description lacks."""
    schemas = operation["schemas"]
    if str(entry["status"]) not in operation["responses"]:
        yield f"status {entry['status']}"
    for place in ("query", "path"):
        names = {each["name"] for each in operation.get("parameters", []) if each["in"] == place}
        yield from _lacking(place, set(entry[f"{place}_schema"]), names)
    body = _content(operation.get("requestBody", {}), schemas)
    yield from _fields("body", entry["body_schema"], body, schemas)
    answer = _content(operation["responses"].get(str(entry["status"]), {}), schemas)
    if entry["response_array"]:
        answer = _resolved(answer, schemas).get("items", {})
    yield from _fields("answer", entry["response_schema"], answer, schemas)
    wanted = {f"{error['status']} {error['code']}" for error in entry["errors"]}
    yield from _lacking("error", wanted, set(_codes(operation)))
    yield from _scope(entry, operation)


def _lacking(what: str, wanted: set[str], found: set[str]) -> Iterator[str]:
    yield from (f"{what} {name}" for name in wanted - found)


def _fields(place: str, wanted: Spec, schema: Spec, schemas: Spec) -> Iterator[str]:
    """Fields by name, all the way down."""
    known = _resolved(schema, schemas).get("properties", {})
    for name, spec in wanted.items():
        if name not in known:
            yield f"{place}.{name}"
        elif inner := spec.get("fields") or _item_fields(spec):
            found = _resolved(known[name], schemas)
            yield from _fields(f"{place}.{name}", inner, found.get("items", found), schemas)


def _item_fields(spec: Spec) -> Spec:
    items = spec.get("items")
    fields: Spec = items.get("fields", {}) if isinstance(items, dict) else {}
    return fields


def _resolved(schema: Spec, schemas: Spec) -> Spec:
    """Follow references, and look past `null`."""
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema:
            schema = next(each for each in schema["anyOf"] if each.get("type") != "null")
        elif "allOf" in schema:
            schema = schema["allOf"][0]
        else:
            return schema


def _content(part: Spec, schemas: Spec) -> Spec:
    """Schema of a body; where several media types are taken, all of their fields."""
    contents = part.get("content", {}).values()
    found = [_resolved(each.get("schema", {}), schemas) for each in contents]
    properties: Spec = {}
    for each in found:
        properties |= each.get("properties", {})
    return {**found[0], "properties": properties} if found else {}


def _codes(operation: Spec) -> Iterator[str]:
    for status, answer in operation["responses"].items():
        for content in answer.get("content", {}).values():
            yield from (f"{status} {code}" for code in content.get("examples", {}))


def _scope(entry: Spec, operation: Spec) -> Iterator[str]:
    schemes = [scopes for each in operation.get("security", []) for scopes in each.values()]
    held = {scope for scopes in schemes for scope in scopes}
    if entry["scope"] and entry["scope"] not in held:
        yield f"scope {entry['scope']}"
    if entry.get("public") and operation.get("security"):
        yield "public"
