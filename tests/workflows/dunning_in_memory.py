"""The steps of dunning without a database: what is owed is what a test says."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import activity

from domain.ids import derived_id
from domain.receivables.dunning import (
    DebtorState,
    NoticeNotDrawn,
    NoticeNotFound,
    NoticeOutdated,
    Stage,
)
from workflows.dunning.steps import DunningActivities, LookStep, NoticeStep, ReleaseStep


class DunningInMemory(DunningActivities):
    """One debtor with two levels, each asked for a week after the one before."""

    def __init__(self, *, needs_release: bool = True) -> None:
        self.is_overdue = True
        self.is_stopped = False
        self.needs_release = needs_release
        self.released: list[UUID] = []
        self.drawn: set[UUID] = set()
        self.calls: list[str] = []
        self._quiet_until: datetime | None = None

    @activity.defn(name="dunning.look")
    def look(self, step: LookStep) -> DebtorState:
        """Say where the debtor stands."""
        self.calls.append("look")
        if self.is_stopped:
            return DebtorState(Stage.STOPPED)
        if not self.is_overdue:
            return DebtorState(Stage.OVER)
        if len(self.released) == 2 or (self._quiet_until and step.at < self._quiet_until):
            return DebtorState(Stage.WAITING, look_at=step.at + timedelta(days=1))
        notice = self.notice(step.customer_id)
        return DebtorState(
            Stage.PROPOSED,
            notice,
            len(self.released) + 1,
            is_drawn=notice in self.drawn,
            needs_release=self.needs_release,
            look_at=step.at + timedelta(minutes=15),
        )

    @activity.defn(name="dunning.draw")
    def draw(self, step: NoticeStep) -> None:
        """Draw a letter."""
        self.calls.append("draw")
        self.drawn.add(step.notice_id)

    @activity.defn(name="dunning.release")
    def release(self, step: ReleaseStep) -> DebtorState:
        """Release a letter."""
        self.calls.append("release")
        return self._release(step)

    @activity.defn(name="dunning.release_by_policy")
    def release_by_policy(self, step: NoticeStep) -> DebtorState:
        """Release a letter."""
        self.calls.append("release_by_policy")
        return self._release(step)

    def notice(self, customer_id: UUID) -> UUID:
        """The letter that is proposed."""
        return derived_id("notice", customer_id, len(self.released))

    async def until_drawn(self, customer_id: UUID) -> UUID:
        """The letter that is proposed, once it is drawn."""
        notice = self.notice(customer_id)
        async with asyncio.timeout(90):
            while notice not in self.drawn:  # noqa: ASYNC110 - a step draws it in its thread
                await asyncio.sleep(0.05)
        return notice

    def _release(self, step: ReleaseStep | NoticeStep) -> DebtorState:
        if not self.is_overdue:
            raise NoticeOutdated
        if step.notice_id in self.released:
            raise NoticeNotFound
        if step.notice_id not in self.drawn:
            raise NoticeNotDrawn
        self.released.append(step.notice_id)
        self._quiet_until = step.at + timedelta(days=7)
        return DebtorState(Stage.WAITING, look_at=step.at + timedelta(days=1))
