"""The step of polling without a server: rounds of messages that were given."""

from temporalio import activity

from workflows.mailbox_poll.steps import MailboxActivities, Polled, PollStep


class MailboxInMemory(MailboxActivities):
    """Gives what it was given, round by round, then nothing."""

    def __init__(self, *rounds: Polled) -> None:
        self.rounds = list(rounds)
        self.polls = 0

    @activity.defn(name="mailbox.poll")
    def poll(self, step: PollStep) -> Polled:
        """Give the next round."""
        self.polls += 1
        return self.rounds.pop(0) if self.rounds else Polled()
