"""Steps of the resumption: one that compares, and starts what is missing."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from temporalio import activity

COMPANY = "company"
"""Among the kinds of process that could not be started: a company that could not be looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """How much is open, how much of it was started anew and could not be, by kind of process."""

    open: dict[str, int] = field(default_factory=dict)
    started: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)


class ResumeActivities(ABC):
    """What the resumption does to database and Temporal."""

    @abstractmethod
    @activity.defn(name="resume.start_missing")
    async def start_missing(self) -> Resumed:
        """Start a process for everything open that has none; repeated, start what is left."""
