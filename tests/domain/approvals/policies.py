"""Policies and documents to decide about."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.approvals.decisions import DocumentFacts, IbanState
from domain.approvals.policy import ApprovalPolicy, Touchless

VENDOR, CLERK, BOSS, OWNER = (UUID(int=number) for number in range(1, 5))
PEOPLE = {CLERK: "member", BOSS: "admin", OWNER: "owner"}
DAY = date(2026, 3, 2)
TOUCHLESS = Touchless(is_on=True, up_to=Decimal(500))
POLICY = ApprovalPolicy(version=1, touchless=TOUCHLESS)


def touchless(**settings: Any) -> ApprovalPolicy:
    """A policy that posts without a person, with other settings."""
    return replace(POLICY, touchless=replace(TOUCHLESS, **settings))


def usual(**facts: Any) -> DocumentFacts:
    """A document that gives no reason to look at it."""
    found = DocumentFacts(
        vendor_id=VENDOR,
        amount=Decimal("120.00"),
        gross=Decimal("120.00"),
        currency="EUR",
        is_invoice=True,
        is_read=True,
        is_complete=True,
        adds_up=True,
        is_compliant=True,
        is_tax_known=True,
        is_vendor_sure=True,
        iban=IbanState.CONFIRMED,
        confidence=Decimal(1),
        history=(Decimal(100), Decimal(110), Decimal(130)),
        day=DAY,
    )
    return replace(found, **facts)
