"""The command of a process, for the callers of its senders."""

from activities.stubs.command import Command

__all__ = ["Command"]
