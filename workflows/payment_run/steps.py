"""Steps of a payment run: signatures and inputs. Ids and states only; the rest is in the books."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from temporalio import activity

from domain.payments.run import RunState
from workflows.shared.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRun:
    """A run to be made, at the workflow's time; `today` is the day where the tenant is."""

    command: Command
    run_id: UUID
    bank_account_id: UUID
    execution_date: date
    invoice_ids: tuple[UUID, ...]
    today: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """One step on a run, at the workflow's time."""

    command: Command
    run_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LookStep:
    """A process that begins asks where its run stands."""

    tenant_id: UUID
    run_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindStep:
    """The day of execution is near and the run still waits."""

    tenant_id: UUID
    run_id: UUID
    at: datetime


class PaymentActivities(ABC):
    """What a payment run does to the database."""

    @abstractmethod
    @activity.defn(name="payments.create")
    def create(self, step: CreateRun) -> RunState:
        """Store a draft run, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.approve")
    def approve(self, step: RunStep) -> RunState:
        """Approve as another person, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.export")
    def export(self, step: RunStep) -> RunState:
        """Write, validate and store the file, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.complete")
    def complete(self, step: RunStep) -> RunState:
        """Say that the bank has paid, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.cancel")
    def cancel(self, step: RunStep) -> RunState:
        """Give the run up, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.answer")
    def answer(self, step: RunStep) -> RunState:
        """Move the run by what the bank said of it."""

    @abstractmethod
    @activity.defn(name="payments.withdraw")
    def withdraw(self, step: RunStep) -> RunState:
        """Withdraw the exported file once two people have asked for it, or refuse."""

    @abstractmethod
    @activity.defn(name="payments.remind")
    def remind(self, step: RemindStep) -> RunState:
        """Note that people were reminded; return the run as it stands."""

    @abstractmethod
    @activity.defn(name="payments.look")
    def look(self, step: LookStep) -> RunState | None:
        """Where the run stands; None when there is none."""
