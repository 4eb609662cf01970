"""Where a journal row came from: through which door, in which way, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.ledger.intent import Kind

_SURFACES = {"api": "api", "pages": "dashboard"}
_SURFACE_LABELS = {"api": "API", "dashboard": "Dashboard", "system": "System"}
_CHANNELS = {
    "manual": "manual",
    "api": "manual",
    "mcp": "manual",
    "bank": "bank_reconciliation",
    "opening_balance": "opening_balance",
    "reversal": "reversal",
    "review": "review_approval",
}
_CHANNEL_LABELS = {
    "manual": "Manual booking",
    "import": "Import",
    "bank_reconciliation": "Bank reconciliation",
    "reversal": "Reversal",
    "opening_balance": "Opening balance",
    "review_approval": "Approved review",
    "workflow": "Workflow",
}
_ACTOR_LABELS = {"user": "User", "api_key": "API key", "system": "System"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Origin of a row in words for people and for programs."""

    surface: str
    surface_label: str
    channel: str
    channel_label: str
    actor_type: str
    actor_label: str
    actor_key_prefix: str | None
    actor_display: str


def provenance(kind: str, source: str, actor: Mapping[str, object], name: str | None) -> Provenance:
    """Origin of the rows of an intent: its kind, source and actor, and who that is by name."""
    prefix = actor.get("key_prefix")
    surface = _SURFACES.get(str(actor.get("surface")), "system")
    channel = "reversal" if kind == Kind.REVERSAL else _CHANNELS.get(source, "workflow")
    actor_type = _actor_type(actor, prefix)
    return Provenance(
        surface=surface,
        surface_label=_SURFACE_LABELS[surface],
        channel=channel,
        channel_label=_CHANNEL_LABELS[channel],
        actor_type=actor_type,
        actor_label=_ACTOR_LABELS[actor_type],
        actor_key_prefix=None if prefix is None else str(prefix),
        actor_display=name or _ACTOR_LABELS[actor_type],
    )


def _actor_type(actor: Mapping[str, object], prefix: object) -> str:
    if prefix is not None:
        return "api_key"
    return "user" if actor.get("kind") == "person" else "system"
