"""Where a journal row came from: through which door, in which way, by whom."""

from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=4096)
def provenance(
    kind: str,
    source: str,
    *,
    surface: str | None,
    actor_kind: str | None,
    key_prefix: str | None,
    name: str | None,
) -> Provenance:
    """Origin of the rows of an intent: its kind and source, its actor, and who that is by name.

    Remembered, because a page has few origins and many rows.
    """
    front = _SURFACES.get(surface or "", "system")
    channel = "reversal" if kind == Kind.REVERSAL else _CHANNELS.get(source, "workflow")
    actor_type = "user" if actor_kind == "person" else "system"
    if key_prefix is not None:
        actor_type = "api_key"
    return Provenance(
        surface=front,
        surface_label=_SURFACE_LABELS[front],
        channel=channel,
        channel_label=_CHANNEL_LABELS[channel],
        actor_type=actor_type,
        actor_label=_ACTOR_LABELS[actor_type],
        actor_key_prefix=key_prefix,
        actor_display=name or _ACTOR_LABELS[actor_type],
    )
