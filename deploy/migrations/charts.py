"""System accounts and tax codes that came with a release, for tenants that were there before."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from domain.actor import Actor
from domain.audit_event import AuditEvent
from domain.ledger.chart import Chart, accounts
from domain.tax.code import system_codes

_TENANTS = text("SELECT id, chart FROM tenant ORDER BY created_at, id")
_TENANT = text("SELECT set_config('app.tenant_id', :tenant, true)")
# Columns by name: a later release may have more of them than the table has at this moment.
_ACCOUNTS = text("""
    INSERT INTO account (tenant_id, number, name, type, category, report_group, statement_group,
        default_tax_code, is_system, is_open_item, active)
    VALUES (:tenant, :number, :name, :type, :category, :report_group, :statement_group,
        :default_tax_code, true, :is_open_item, :active)
    ON CONFLICT DO NOTHING
""")
_CODES = text("""
    INSERT INTO tax_code (tenant_id, code, label, rate, direction, kind, vat_account,
        self_assess_account, deductible, valid_from, valid_to, suspended_from, suspended_to,
        datev_bu_key, is_system, active)
    VALUES (:tenant, :code, :label, :rate, :direction, :kind, :vat_account,
        :self_assess_account, :deductible, :valid_from, :valid_to, :suspended_from,
        :suspended_to, :datev_bu_key, true, true)
    ON CONFLICT DO NOTHING
""")
_HAS_ACCOUNTS = text("SELECT number FROM account WHERE tenant_id = :tenant")
_HAS_CODES = text("SELECT code FROM tax_code WHERE tenant_id = :tenant")
_CHANGED = text("SELECT config_changed()")
_TOLD = text("SELECT record_audit(CAST(:events AS jsonb))")
_OF_CODE = (
    "code",
    "rate",
    "direction",
    "kind",
    "vat_account",
    "self_assess_account",
    "deductible",
    "valid_from",
    "valid_to",
    "suspended_from",
    "suspended_to",
    "datev_bu_key",
)
_OF_ACCOUNT = (
    "number",
    "name",
    "type",
    "category",
    "report_group",
    "statement_group",
    "default_tax_code",
    "is_open_item",
    "active",
)


def complete(connection: Connection) -> None:
    """Give every tenant the accounts and tax codes of its chart that it has not.

    What a tenant has under the same number or name stays as it is, be it its own. Each addition
    is told in the audit log; a second run adds nothing.
    """
    for tenant_id, chart in connection.execute(_TENANTS).all():
        connection.execute(_TENANT, {"tenant": str(tenant_id)})
        _complete(connection, tenant_id, Chart(chart))
    connection.execute(_TENANT, {"tenant": ""})


def _complete(connection: Connection, tenant_id: UUID, chart: Chart) -> None:
    had_accounts = set(connection.execute(_HAS_ACCOUNTS, {"tenant": tenant_id}).scalars())
    had_codes = set(connection.execute(_HAS_CODES, {"tenant": tenant_id}).scalars())
    new_accounts = [each for each in accounts(chart) if each.number not in had_accounts]
    new_codes = [each for each in system_codes(chart) if each.code not in had_codes]
    _insert(connection, _ACCOUNTS, [_of(each, _OF_ACCOUNT, tenant_id) for each in new_accounts])
    codes = [{**_of(c, _OF_CODE, tenant_id), "label": c.label[:120]} for c in new_codes]
    _insert(connection, _CODES, codes)
    if new_accounts or new_codes:
        connection.execute(_CHANGED)
        events = [("account", each.number) for each in new_accounts]
        events += [("tax_code", each.code) for each in new_codes]
        _tell(connection, tenant_id, events)


def _insert(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _of(known: object, names: Sequence[str], tenant_id: UUID) -> dict[str, Any]:
    return {"tenant": tenant_id, **{name: getattr(known, name) for name in names}}


def _tell(connection: Connection, tenant_id: UUID, added: Sequence[tuple[str, str]]) -> None:
    events = [
        AuditEvent(
            tenant_id=tenant_id,
            occurred_at=datetime.now(UTC),
            actor=Actor.system("cli"),
            action=f"{subject}.created",
            subject=subject,
            subject_id=name,
            after={"is_system": True},
        ).row
        for subject, name in added
    ]
    connection.execute(_TOLD, {"events": json.dumps(events)})
